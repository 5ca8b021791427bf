"""One text before the rules: what they find in it, with the text as they see it."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from assistant.domain.draft import Severity
from assistant.guard.dates import mentions
from assistant.guard.families import EMPTY_NUDGE, family
from assistant.guard.features import heard
from assistant.guard.nudges import nudges
from assistant.language.detect import UNKNOWN, language_of
from assistant.language.packs import Match, Pack
from assistant.language.sentences import sentences
from assistant.language.text import Normal, normalise
from assistant.language.words import Heard

Span = tuple[int, int]
Objection = tuple[Match, Severity]

_TELLING: Final = 7
"""Blanks from which a sentence says in which language it is."""
NO: Final = "said_no"
_YES: Final = "said_yes"
CLARITY: Final = "clarity"


@dataclass(frozen=True, slots=True)
class Examined:
    """A text as the rules see it (normalised, on one line), what they object to, and what the model hears in it.

    `dated` are the sentences, by index, that name a day of the customer's own; `after_no` says that the deal holds
    a no.
    """

    normal: Normal
    line: str
    spans: tuple[Span, ...]
    objections: tuple[Objection, ...]
    sentences: tuple[Heard, ...]
    dated: frozenset[int] = frozenset()
    after_no: bool = False


@dataclass(frozen=True, slots=True)
class Examiner:
    """What is known of the deal, and the packs to judge by."""

    packs: tuple[Pack, ...]
    after_no: bool = False
    own_dates: frozenset[date] = frozenset()

    def examine(self, typed: str, *, title: bool) -> Examined:
        """The text's own words before every rule but those for text as it was typed."""
        normal = normalise(typed, undisguise=True, unwrap=False)
        spans = sentences(normal.text, joined=True)
        line = normal.text.replace("\n", " ")
        spoken = _languages(line, spans)
        found = [
            match
            for pack in self.packs
            for match in pack.find(line, None, [span for span, language in spoken if _reads(pack, language)])
        ]
        found.sort(key=lambda match: match.start)
        objections = [(match, severity_of(match)) for match in self._objections(found, line, spans)]
        objections += nudges(line, spans, found, title=title)
        told = heard(line, spans, found, title=title)
        dated = frozenset(
            index for index, span in enumerate(spans) if self.own_dates and mentions(line[slice(*span)], self.own_dates)
        )
        return Examined(normal, line, tuple(spans), tuple(objections), tuple(told), dated, self.after_no)

    def hidden(self, typed: str) -> list[Match]:
        """What normal text no longer shows, by the rules for the text as it was typed; once in a line."""
        if typed.replace("\n", " ").replace("\t", " ").isprintable():
            return []
        kept: list[Match] = []
        last = -1
        for match in sorted(
            (m for pack in self.packs for m in pack.find(typed) if _is_typed(m)), key=lambda m: m.start
        ):
            if not kept or typed.find("\n", last, match.start) >= 0:
                kept.append(match)
            last = match.start
        return kept

    def _objections(self, found: Sequence[Match], line: str, spans: Sequence[Span]) -> list[Match]:
        kinds = {match.rule.kind for match in found}
        sincere = _Cover((match.start, match.end) for match in found if match.rule.kind == CLARITY)
        said_no = self.after_no or NO in kinds
        return [
            match
            for match in found
            if family(match.rule.kind) is not None
            and match.rule.kind != EMPTY_NUDGE
            and not _is_typed(match)
            and (said_no or match.rule.tags.get("when") != "after_no")
            and not (_YES in kinds and match.rule.tags.get("unless") == "said_yes")
            and not sincere.touches(match.start, match.end)
            and not (self.own_dates and match.rule.tags.get("date") and self._names_own_date(match, line, spans))
        ]

    def _names_own_date(self, match: Match, line: str, spans: Sequence[Span]) -> bool:
        """Whether the sentence of the match names a day of the customer's own."""
        place = bisect_right(spans, match.start, key=lambda span: span[0]) - 1
        return place >= 0 and mentions(line[slice(*spans[place])], self.own_dates)


def _languages(line: str, spans: Sequence[Span]) -> list[tuple[Span, str]]:
    """Each sentence with its language: that of the text, or its own where it's long enough to tell."""
    whole = language_of(line)
    return [(span, _language(line[slice(*span)], whole)) for span in spans]


def _language(sentence: str, whole: str) -> str:
    own = language_of(sentence) if sentence.count(" ") >= _TELLING else UNKNOWN
    return whole if own == UNKNOWN else own


def _reads(pack: Pack, language: str) -> bool:
    """Whether the pack is for sentences in this language: its own, or none that words tell. English words stray into
    every mail."""
    return UNKNOWN in (language, pack.language) or pack.language in (language, "en")


class _Cover:
    """What some spans cover, merged, so that each look at it is quick."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._merged: list[Span] = []
        for start, end in sorted(spans):
            if self._merged and start <= self._merged[-1][1]:
                self._merged[-1] = (self._merged[-1][0], max(end, self._merged[-1][1]))
            else:
                self._merged.append((start, end))

    def touches(self, start: int, end: int) -> bool:
        place = bisect_right(self._merged, end - 1, key=lambda span: span[0]) - 1
        return place >= 0 and start < self._merged[place][1]


def _is_typed(match: Match) -> bool:
    """Whether the rule is one for the text as it was typed, before it is made normal."""
    return match.rule.tags.get("text") == "typed" and family(match.rule.kind) is not None


def severity_of(match: Match) -> Severity:
    """What its rule says; blocking where it says nothing."""
    return Severity.WARN if match.rule.severity == Severity.WARN else Severity.BLOCK
