"""Days as they are named in a text: their words, the forms in which they are written, and what each form means."""
