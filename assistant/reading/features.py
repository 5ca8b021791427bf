"""What the learned model hears in a text: its words and their neighbours, its days and times, what the rules found.

Every feature but the text's size belongs to one sentence, so that an answer can show the sentence that decided it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log2
from typing import Final

from assistant.language.text import fold
from assistant.reading.dates import Mention
from assistant.reading.view import Sentence, View

PIECES: Final = (3, 4, 5)
"""Lengths of the pieces of words."""

_WORD: Final = re.compile(r"<\w+>|[^\W\d_]+(?:'[^\W\d_]+)*|[?!:;%…€$£]")
_URL: Final = re.compile(r"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)+/\S*")
_MAIL: Final = re.compile(r"\S+@\S+")
_CLOCK: Final = re.compile(
    r"\b\d{1,2}[:.h]\d\d\b(?:\s?[ap]\.?m\b)?|\b\d{1,2}\s?(?:[ap]\.?m\b|o'clock|uhr\b|hrs?\b|h\b)|"
    r"\b(?:noon|midday|mittags?|midi|mediodia)\b"
)
_NUMBER: Final = re.compile(r"\d[\d.,']*")
_NEAR: Final = 5
"""Days that a range may have to be a day to act on."""


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


def heard(seen: View) -> list[Heard]:
    """Every sentence of the text, in order."""
    plain = fold(seen.plain).lower()
    last = len(seen.sentences) - 1
    return [
        Heard(each.index, tuple(_words(plain[each.start : each.end], each)), tuple(_signs(each, last)))
        for each in seen.sentences
    ]


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


def _words(text: str, sentence: Sentence) -> list[str]:
    """Its words; in place of what they are stand <day>, <week>, <period>, <time>, <number>, <url> and <mail>."""
    parts, place = [], 0
    for day in sentence.days:
        start, end = day.start - sentence.start, day.end - sentence.start
        parts += [text[place:start], f" <{_kind(day)}> "]
        place = end
    plain = "".join((*parts, text[place:]))
    plain = _URL.sub(" <url> ", _MAIL.sub(" <mail> ", plain))
    return _WORD.findall(_NUMBER.sub(" <number> ", _CLOCK.sub(" <time> ", plain)))


def _kind(day: Mention) -> str:
    if not day.vague:
        return "day"
    return "week" if (day.days.end - day.days.start).days <= 7 else "period"


def _signs(sentence: Sentence, last: int) -> Iterator[str]:
    """Question or not, where it stands, what the rules found in it, and whether it names a day."""
    mood = "?" if sentence.asks else "."
    yield mood
    if sentence.index == 0:
        yield f"first{mood}"
    if sentence.index == last:
        yield f"last{mood}"
    kinds = sorted({match.rule.kind for match in sentence.matches})
    day = _day_of(sentence)
    if day:
        yield day
        yield day + mood
    for kind in kinds:
        yield kind
        yield kind + mood
        if day:
            yield f"{kind}+{day}"


def _day_of(sentence: Sentence) -> str:
    near = any(not day.vague or (day.days.end - day.days.start).days <= _NEAR for day in sentence.days)
    return "day" if near else "period" if sentence.days else ""
