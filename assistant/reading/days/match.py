"""One place where a form of date matched: the words of each group of the form, and the words around it."""

import re
from datetime import date
from typing import Final

from assistant.domain.reading import Days
from assistant.reading.days.calendar_words import COUNTS, MONTHS, ORDINALS, WEEKDAYS
from assistant.reading.days.tokens import Words
from assistant.reading.days.words import KINDS

Resolved = tuple[Days, bool, bool]
"""The days; whether the words can mean no other; whether no single day was named."""

EARLIEST: Final = 1990
AHEAD: Final = 10
"""Years ahead of the sending day; a day before 1990 or beyond them is a slip of the pen or a joke."""
_FILLERS: Final = frozenset({"so", "do", "mi", "di", "fr", "sa", "mo"})
_NEAR: Final = 240
_LAST_CENTURY: Final = 90


class Found:
    """A match of a form, asked by the names of its groups."""

    __slots__ = ("match", "offset", "words")

    def __init__(self, match: re.Match[str], words: Words, offset: int) -> None:
        """`offset` is the index of the word with which the kinds begin in which the form matched."""
        self.match = match
        self.words = words
        self.offset = offset

    @property
    def first(self) -> int:
        """The index of the first word."""
        return self.offset + self.match.start()

    @property
    def end(self) -> int:
        """The index of the word after the last."""
        return self.offset + self.match.end()

    @property
    def span(self) -> tuple[int, int]:
        """Where the words stand in the text; the comma or stop at their end isn't counted."""
        first, end = self.first, self.end
        while first < end - 1 and self._is_filler(first):
            first += 1
        while end > first + 1 and self.words.lower[end - 1] in (",", "-", "'"):
            end -= 1
        return self.words.start(first), self.words.end(end - 1)

    def _is_filler(self, index: int) -> bool:
        """Whether the word only looks like a short weekday: "so 31 March"."""
        word = self.words.lower[index]
        return (
            is_kind(self.words.kinds[index], "weekday_short") and word in _FILLERS and not self.words.is_capital(index)
        )

    @property
    def around(self) -> str:
        """The text in which the words stand, as far as it tells their language."""
        first, end = self.words.start(self.first), self.words.end(self.end - 1)
        return self.words.text[max(0, first - _NEAR) : end + _NEAR]

    def starts(self, name: str) -> int:
        """The index of the group's first word; -1 where the form has no such group or it took no part."""
        start = self.match.start(name) if name in self.match.re.groupindex else -1
        return start if start < 0 else start + self.offset

    def has(self, name: str) -> bool:
        return self.starts(name) >= 0

    def all(self, name: str) -> list[str]:
        """The words of the group."""
        start = self.starts(name)
        return self.words.lower[start : self.match.end(name) + self.offset] if start >= 0 else []

    def word(self, name: str) -> str:
        """The first word of the group; "" where it has none."""
        index = self._first_of(name)
        return self.words.lower[index] if index >= 0 else ""

    def kind(self, name: str) -> str:
        """The kind of the group's first word; "" where it has none."""
        index = self._first_of(name)
        return self.words.kinds[index] if index >= 0 else ""

    def _first_of(self, name: str) -> int:
        if name not in self.match.re.groupindex:
            return -1
        start, end = self.match.span(name)
        return start + self.offset if end > start else -1

    def before(self, count: int = 1) -> str:
        """The word that stands so many words before the match; "" at the beginning."""
        index = self.first - count
        return self.words.lower[index] if index >= 0 else ""

    def after(self, count: int = 1) -> str:
        """The word that stands so many words after the match; "" at the end."""
        index = self.end + count - 1
        return self.words.lower[index] if index < len(self.words.lower) else ""

    def kind_before(self) -> str:
        return self.words.kinds[self.first - 1] if self.first else ""

    def kind_after(self) -> str:
        return self.words.kinds[self.end] if self.end < len(self.words.kinds) else ""

    def is_capital(self, name: str) -> bool:
        return self.words.is_capital(self.starts(name))

    @property
    def is_one(self) -> bool:
        """Whether it counts "a" or "one": "quite a fortnight" names no length of time, "for a fortnight" does."""
        return (
            is_kind(self.kind("c"), "one") and len(self.all("c")) == 1 and self.before() not in ("for", "asked", "für")
        )

    def number(self, name: str) -> int:
        """The 4 of "4th", "4." and "fourth", the 21 of "twenty-first", the 17 of "dix-sept"."""
        words = self.all(name)
        if len(words) > 1 and COUNTS.get(words[0]) == 1:
            words = words[1:]
        return sum(map(_value, words))

    def month(self, name: str) -> int:
        return MONTHS[self.word(name)]

    def weekday(self, name: str) -> int:
        return WEEKDAYS[self.word(name)]

    def year(self, name: str = "y") -> int | None:
        """The year that was written. Raises ValueError where nobody can mean it."""
        word = self.word(name)
        return full_year(word.lstrip("'")) if word else None


def _value(word: str) -> int:
    digits = re.match(r"\d+", word)
    return int(digits.group()) if digits else ORDINALS.get(word, 0) or COUNTS.get(word, 0)


def full_year(digits: str) -> int:
    """The 2027 of "2027" and "27"; 90 to 99 are of the last century."""
    number = int(digits)
    return number + (0 if len(digits) > 2 else 1900 if number >= _LAST_CENTURY else 2000)


def is_plausible(days: Days, sent: date) -> bool:
    """Whether days of a plausible year are meant: none before 1990, none more than ten years ahead."""
    last = days.last
    in_reach = (last.year - sent.year, last.month, last.day) <= (AHEAD, sent.month, sent.day)
    return days.start.year >= EARLIEST and in_reach


def is_kind(kind: str, *names: str) -> bool:
    """Whether the kind, if there is one, is one of these."""
    return kind != "" and any(kind == KINDS[name] for name in names)
