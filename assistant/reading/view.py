"""One text prepared for the rules: its sentences, what each of them signals, and the days that it names."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from assistant.domain.reading import Span
from assistant.language.packs import Match, Pack, load
from assistant.language.sentences import sentences
from assistant.reading.days.dates import Mention, mentions
from assistant.reading.text import matchable

LANGUAGES: Final = ("en", "de", "fr", "es")
"""The languages that have packs."""
SOME_DAY: Final = date(2026, 3, 2)
"""Days are found against it where the day of sending isn't known; what they resolve to is then of no use."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence with the rules that match in it and the days named in it; spans count the whole text."""

    index: int
    start: int
    end: int
    text: str
    matches: tuple[Match, ...]
    days: tuple[Mention, ...]

    @property
    def asks(self) -> bool:
        return self.text.rstrip("\"')]* \n\t:-").endswith("?") or "? " in self.text

    @property
    def words(self) -> int:
        return len(self.text.split())

    def has(self, *kinds: str) -> bool:
        return any(match.rule.kind in kinds for match in self.matches)

    def rule(self, *kinds: str) -> str:
        """The first rule of these kinds that matches."""
        return next((match.rule.id for match in self.matches if match.rule.kind in kinds), "")

    def span(self, rule: str) -> Span:
        return Span(self.start, self.end, self.text, rule)


@dataclass(frozen=True, slots=True)
class View:
    """The sentences of a text that say something: a greeting or a bare name isn't one."""

    text: str
    plain: str
    sentences: tuple[Sentence, ...]

    def having(self, *kinds: str) -> Iterator[Sentence]:
        return (sentence for sentence in self.sentences if sentence.has(*kinds))

    @property
    def days(self) -> tuple[Mention, ...]:
        return tuple(day for sentence in self.sentences for day in sentence.days)

    def weight(self, kind: str) -> int:
        """The sum of the weights of the different rules of a kind that match."""
        rules = {
            match.rule.id: match.rule for each in self.sentences for match in each.matches if match.rule.kind == kind
        }
        return sum(int(rule.tags.get("weight", "1")) for rule in rules.values())


def pack_of(question: str, language: str) -> Pack:
    """The rules of "moves" or "replies" in the language; a text in none (a name, a number) is read as English."""
    return load("assistant.reading.packs", f"{question}_{language if language in LANGUAGES else 'en'}")


def view(text: str, pack: Pack, sent: date | None) -> View:
    """The text as the rules of the pack see it. Without the day it was sent its days are found, not resolved."""
    plain = matchable(text)
    spans = sentences(text)
    matches = pack.find(plain, None, spans)
    days = mentions(plain, sent or SOME_DAY)
    parts = [
        Sentence(
            index,
            start,
            end,
            text[start:end],
            tuple(match for match in matches if start <= match.start < end),
            tuple(day for day in days if start <= day.start < end),
        )
        for index, (start, end) in enumerate(spans)
    ]
    return View(text, plain, tuple(parts))
