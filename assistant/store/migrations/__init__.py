"""Alembic's folder: how the user's own tables came to be, one revision a file, none ever changed."""
