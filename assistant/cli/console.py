"""The console of the pages: as wide as is comfortable to read, and safe to print foreign words on."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from rich.console import Console

from assistant.cli.showable import Showable

WIDTH: Final = 100
_LONGEST_ID: Final = 30


def console() -> Console:
    """A console on standard output, as wide as is comfortable to read; brackets in a mail stay brackets, and
    nothing in a mail commands the terminal."""
    found = Console(highlight=False, markup=False, emoji=False)
    found.push_render_hook(Showable())
    if found.width > WIDTH or not found.is_terminal:
        found.width = WIDTH
    return found


def fits_whole(ids: Iterable[str]) -> bool:
    """Whether a table has room for each of these ids on one line, to be copied from there."""
    return all(len(each) <= _LONGEST_ID for each in ids)


def day(value: date | datetime) -> str:
    """A day as people write it: Thu 26 Nov."""
    return f"{value:%a} {value.day} {value:%b}"


def one_line(sentence: str) -> str:
    return " ".join(sentence.split())
