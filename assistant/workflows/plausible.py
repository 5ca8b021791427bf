"""Days that a person can mean: what is written down must be one that can be counted from."""

from datetime import date
from typing import Final

from assistant.errors import InputError

FIRST: Final = date(1990, 1, 1)
LAST: Final = date(2100, 1, 1)


def day_of(text: str) -> date:
    """A day in ISO 8601 between 1990 and 2100. Raises `InputError`."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise InputError(f"{text!r} is no day.", "Write it like 2026-12-18.") from None
    if not FIRST <= day < LAST:
        raise InputError(f"{day} can't be meant.", f"Name a day from {FIRST.year} to {LAST.year - 1}.")
    return day
