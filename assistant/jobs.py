"""The alarm clock: it wakes at the times at which something may be due, and asks what is."""
