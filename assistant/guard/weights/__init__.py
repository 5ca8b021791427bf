"""What the learned model of the guard weighs, as text."""
