"""The guard: what of a text must not reach a customer, where, why, and what to write instead."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from assistant.domain.draft import ClearedText, Finding, Part, Severity, guard_seal
from assistant.guard.dates import mentions
from assistant.guard.families import EMPTY_NUDGE, families, family
from assistant.guard.nudges import nudges
from assistant.guard.own_words import bare_subject, own_words
from assistant.language.packs import Match, Pack, Rule, load
from assistant.language.sentences import sentences
from assistant.language.text import normalise

LANGUAGES: Final = ("en",)
"""The packs that the product ships."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """A phrase that the user lets pass: a company's name, a product's. With `rule`, only for the rule of this id."""

    text: str
    why: str = ""
    rule: str | None = None


@cache
def shipped() -> tuple[Pack, ...]:
    """The packs of the languages that the product ships."""
    return tuple(load("assistant.guard.packs", language) for language in LANGUAGES)


def rules(packs: Sequence[Pack] | None = None) -> tuple[Rule, ...]:
    """The rules that object to something, in the order of the families: what can be listed and explained."""
    codes = [each.code for each in families()]
    found = [rule for pack in (packs or shipped()) for rule in pack.rules if rule.kind in codes]
    return tuple(sorted(found, key=lambda rule: codes.index(rule.kind)))


def lint(
    text: str,
    *,
    subject: str | None = None,
    after_no: bool = False,
    own_dates: frozenset[date] = frozenset(),
    allow: Sequence[Allowed] = (),
    packs: Sequence[Pack] | None = None,
    title: bool = False,
    quoted_subject: str | None = None,
) -> list[Finding]:
    """Everything that the guard objects to, in the order of the text; the findings of the subject come first.

    `after_no`: the customer has said no, so that every attempt to reopen is an objection. `own_dates` are days
    that the customer named: naming them is no deadline of ours. `title`: the text is a subject line or an
    invite's title. Quoted history isn't judged; nor is a subject or title that is, reply prefixes off, the
    `quoted_subject`: the one that the customer gave to their thread.
    """
    theirs = None if quoted_subject is None else bare_subject(quoted_subject)
    judge = _Judge(after_no, own_dates, tuple(allow), tuple(shipped() if packs is None else packs), theirs)
    findings = judge.findings(subject, title=True, part=Part.SUBJECT) if subject else []
    return findings + judge.findings(text, title=title, part=Part.TEXT)


def clear(
    text: str,
    *,
    after_no: bool = False,
    own_dates: frozenset[date] = frozenset(),
    allow: Sequence[Allowed] = (),
    packs: Sequence[Pack] | None = None,
    title: bool = False,
    quoted_subject: str | None = None,
) -> ClearedText | list[Finding]:
    """The text as `ClearedText` where nothing blocks it, else all findings. A warning doesn't block. See `lint`."""
    found = lint(
        text,
        after_no=after_no,
        own_dates=own_dates,
        allow=allow,
        packs=packs,
        title=title,
        quoted_subject=quoted_subject,
    )
    if any(finding.severity is Severity.BLOCK for finding in found):
        return found
    return ClearedText(text, seal=guard_seal())


_NO: Final = "said_no"
_YES: Final = "said_yes"
_CLARITY: Final = "clarity"


class _Cover:
    """What some spans cover, merged, so that each look at it is quick."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._merged: list[tuple[int, int]] = []
        for start, end in sorted(spans):
            if self._merged and start <= self._merged[-1][1]:
                self._merged[-1] = (self._merged[-1][0], max(end, self._merged[-1][1]))
            else:
                self._merged.append((start, end))

    def touches(self, start: int, end: int) -> bool:
        place = bisect_right(self._merged, end - 1, key=lambda span: span[0]) - 1
        return place >= 0 and start < self._merged[place][1]


@dataclass(frozen=True, slots=True)
class _Judge:
    after_no: bool
    own_dates: frozenset[date]
    allow: tuple[Allowed, ...]
    packs: tuple[Pack, ...]
    theirs: str | None

    def findings(self, text: str, *, title: bool, part: Part) -> list[Finding]:
        if title and self.theirs is not None and bare_subject(text) == self.theirs:
            return []
        typed = _without(own_words(text), self.allow)
        normal = normalise(typed, undisguise=True, unwrap=False)
        spans = sentences(normal.text)
        line = normal.text.replace("\n", " ")
        found = [match for pack in self.packs for match in pack.find(line, None, spans)]
        found.sort(key=lambda match: match.start)
        objections = [(m, _severity(m)) for m in self._objections(found, line, spans)]
        objections += nudges(line, spans, found, title=title)
        places = [
            (match, severity, *normal.span(match.start, match.end)) for match, severity in _distinct(objections, spans)
        ]
        places += [(match, _severity(match), match.start, match.end) for match in self._hidden(typed)]
        return [
            _finding(match, severity, start, end, text[start:end], part)
            for match, severity, start, end in sorted(places, key=lambda place: place[2])
            if not self._allowed(match, text[start:end])
        ]

    def _hidden(self, typed: str) -> list[Match]:
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

    def _objections(self, found: Sequence[Match], line: str, spans: Sequence[tuple[int, int]]) -> list[Match]:
        kinds = {match.rule.kind for match in found}
        sincere = _Cover((match.start, match.end) for match in found if match.rule.kind == _CLARITY)
        said_no = self.after_no or _NO in kinds
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

    def _names_own_date(self, match: Match, line: str, spans: Sequence[tuple[int, int]]) -> bool:
        """Whether the sentence of the match names a day of the customer's own."""
        place = bisect_right(spans, match.start, key=lambda span: span[0]) - 1
        return place >= 0 and mentions(line[slice(*spans[place])], self.own_dates)

    def _allowed(self, match: Match, text: str) -> bool:
        return any(each.rule == match.rule.id and each.text.lower() in text.lower() for each in self.allow)


def _is_typed(match: Match) -> bool:
    """Whether the rule is one for the text as it was typed, before it is made normal."""
    return match.rule.tags.get("text") == "typed" and family(match.rule.kind) is not None


def _without(text: str, allow: Iterable[Allowed]) -> str:
    """The text with the phrases that always pass as x's, of the same length."""
    for each in allow:
        if each.rule is None and each.text:
            start = text.lower().find(each.text.lower())
            while start >= 0:
                text = text[:start] + "x" * len(each.text) + text[start + len(each.text) :]
                start = text.lower().find(each.text.lower(), start + len(each.text))
    return text


def _severity(match: Match) -> Severity:
    return Severity.WARN if match.rule.severity == Severity.WARN else Severity.BLOCK


def _distinct(
    objections: Iterable[tuple[Match, Severity]], spans: Sequence[tuple[int, int]]
) -> list[tuple[Match, Severity]]:
    """One objection for one family in one sentence: a blocking one before a warning, then the longest."""
    starts = [start for start, _ in spans]
    kept: dict[tuple[str, int], tuple[Match, Severity]] = {}
    for match, severity in sorted(objections, key=lambda o: (o[1] is Severity.WARN, o[0].start - o[0].end)):
        kept.setdefault((match.rule.kind, bisect_right(starts, match.start)), (match, severity))
    return sorted(kept.values(), key=lambda each: (each[0].start, each[0].rule.kind))


def _finding(match: Match, severity: Severity, start: int, end: int, text: str, part: Part) -> Finding:
    known = family(match.rule.kind)
    rewrite = match.rule.rewrite or (known.rewrite if known else "")
    return Finding(start, end, text, match.rule.id, match.rule.kind, severity, match.rule.reason, rewrite, part)
