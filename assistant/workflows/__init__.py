"""One function for each thing that a person would name: pull, the morning's run, the review of the queue."""
