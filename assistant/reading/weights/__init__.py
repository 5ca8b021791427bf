"""What the learned models weigh, as text: one file a question."""
