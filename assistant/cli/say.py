"""Saying something on the terminal: what others wrote, without anything that would command it."""

import re
import sys
from typing import Final

import click

_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 (tab and line feed stay), DEL, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # the direction of writing (UAX 9)
    "\u2028\u2029\ud800-\udfff\U000e0000-\U000e007f]"  # separators, halves of pairs, tags
)


def showable(text: str) -> str:
    """The text without what would command the terminal, or show its letters in another order than they stand."""
    return _HIDDEN.sub("", text)


def escaped(json: str) -> str:
    """JSON in which such characters stand as escapes: the same value, and harmless to look at."""
    return _HIDDEN.sub(lambda found: _escape(found[0]), json)


def _escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[n]:02x}{units[n + 1]:02x}" for n in range(0, len(units), 2))


def say(text: object = "", *, err: bool = False, nl: bool = True) -> None:
    """A line for a person, on standard output or standard error."""
    click.echo(showable(str(text)), err=err, nl=nl)


def hand_out(text: str) -> None:
    """A text for a program: as it is in a pipe, showable on a terminal."""
    click.echo(showable(text) if sys.stdout.isatty() else text, nl=False)
