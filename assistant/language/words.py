"""What a learned model hears in a sentence: its words, their pieces and neighbours, and its signs."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log2
from typing import Final

PIECES: Final = (3, 4, 5)
"""Lengths of the pieces of words."""

_WORD: Final = re.compile(r"<\w+>|[^\W\d_]+(?:'[^\W\d_]+)*|[?!:;%…€$£]")
_URL: Final = re.compile(r"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)+/\S*")
_MAIL: Final = re.compile(r"(?<!\S)\S+@\S+")
_CLOCK: Final = re.compile(
    r"\b\d{1,2}[:.h]\d\d\b(?:\s?[ap]\.?m\b)?|\b\d{1,2}\s?(?:[ap]\.?m\b|o'clock|uhr\b|hrs?\b|h\b)|"
    r"\b(?:noon|midday|mittags?|midi|mediodia)\b"
)
_NOONS: Final = ("noon", "midday", "mittag", "midi", "mediodia")
_DIGIT: Final = re.compile(r"\d")
_NUMBER: Final = re.compile(r"\d[\d.,']*")


@dataclass(frozen=True, slots=True)
class Heard:
    """One sentence: its words in small letters without accents, and its signs."""

    index: int
    words: tuple[str, ...]
    signs: tuple[str, ...]

    @property
    def pairs(self) -> Iterator[str]:
        """Neighbours; the edges of the sentence count as words."""
        return (f"b:{left} {right}" for left, right in pairwise(("<", *self.words, ">")))


def words_in(text: str) -> list[str]:
    """The words of a text in small letters without accents; <time>, <number>, <url> and <mail> stand in place of what
    they are."""
    if "@" in text:
        text = _MAIL.sub(" <mail> ", text)
    if "/" in text or "www." in text:
        text = _URL.sub(" <url> ", text)
    if _DIGIT.search(text) or any(noon in text for noon in _NOONS):
        text = _NUMBER.sub(" <number> ", _CLOCK.sub(" <time> ", text))
    return _WORD.findall(text)


def size(sentences: Sequence[Heard]) -> tuple[str, str]:
    """How long the text is: its words, to the next power of two, and its sentences."""
    count = sum(len(each.words) for each in sentences) or 1
    return f"words {min(7, int(log2(count)))}", f"sentences {min(5, len(sentences))}"


def pieces(word: str) -> set[str]:
    """The pieces of a word with its edges; a placeholder has none."""
    if word[0] == "<":
        return set()
    edged = f"_{word}_"
    return {f"c:{edged[at : at + long]}" for long in PIECES for at in range(len(edged) - long + 1)}
