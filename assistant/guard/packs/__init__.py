"""The rule packs of the guard, a language a folder, a family of rules a file."""
