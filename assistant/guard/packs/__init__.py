"""The rule packs of the guard, a language a file."""
