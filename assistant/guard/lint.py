"""The guard: what of a text must not reach a customer, where, why, and what to write instead."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from assistant.domain.draft import ClearedText, Finding, Part, Severity, guard_seal
from assistant.errors import InputError
from assistant.guard.examining import NO, Examined, Examiner, Objection, Span, severity_of
from assistant.guard.families import EMPTY_NUDGE, UNREAD, families, family
from assistant.guard.judging import LEARNED, weigh
from assistant.guard.own_words import bare_subject, own_words
from assistant.guard.passages import Passage, passages, spoken
from assistant.language.detect import UNKNOWN
from assistant.language.learned import model
from assistant.language.packs import Match, Pack, Rule, load, load_file

LANGUAGES: Final = ("en", "de", "es", "fr")
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


def with_own(paths: Iterable[Path]) -> tuple[Pack, ...]:
    """The shipped packs and a team's own, files or folders.

    A team adds rules and tightens: its rules always stand, and take nothing from the shipped ones. Raises
    `InputError` for a pack that can't be read, or a rule of no family.
    """
    return (*shipped(), *(_own(path) for path in paths))


def rules(packs: Sequence[Pack] | None = None) -> tuple[Rule, ...]:
    """The rules that object to something, in the order of the families, each family's sense at its end: what can be
    listed and explained."""
    codes = [each.code for each in families()]
    found = [rule for pack in (packs or shipped()) for rule in pack.rules if rule.kind in codes]
    return tuple(sorted((*found, *LEARNED.values()), key=lambda rule: codes.index(rule.kind)))


def _own(path: Path) -> Pack:
    pack = load_file(path)
    codes = [each.code for each in families()]
    for rule in pack.rules:
        if rule.kind not in codes:
            cure = f"Its kind is one of {', '.join(codes)}."
            raise InputError(f"{path}: the rule {rule.id!r} is of the unknown kind {rule.kind!r}.", cure)
        if rule.severity not in ("", *Severity):
            cure = "Write block or warn, or leave it out."
            raise InputError(f"{path}: the rule {rule.id!r} has the unknown severity {rule.severity!r}.", cure)
    firm = tuple(replace(rule, tags=MappingProxyType({**rule.tags, "firm": "yes"})) for rule in pack.rules)
    return Pack(pack.name, pack.language, firm)


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
    language: str | None = None,
    leaving: bool = False,
) -> list[Finding]:
    """Everything that the guard objects to, in the order of the text; the findings of the subject come first.

    `after_no`: the customer has said no, so that every attempt to reopen is an objection. `own_dates` are days
    that the customer named: naming them is no deadline of ours. `title`: the text is a subject line or an
    invite's title. Quoted history isn't judged; nor is a subject or title that is, reply prefixes off, the
    `quoted_subject`: the one that the customer gave to their thread. In a language that isn't read here the finding
    is a warning that asks for a look; `language` (ISO 639-1) says which it is, where that is known. `leaving`: all of
    it is ours, whatever looks like a quotation: a draft's history is added later, from the message that it answers.
    """
    theirs = None if quoted_subject is None else bare_subject(quoted_subject)
    judge = _Judge(
        Examiner(tuple(shipped() if packs is None else packs), after_no, own_dates), tuple(allow), theirs, leaving
    )
    findings = judge.findings(subject, title=True, part=Part.SUBJECT) if subject else []
    findings += judge.findings(text, title=title, part=Part.TEXT)
    if whole := _unread(text if leaving else own_words(text), language):
        return [each for each in findings if each.family != UNREAD] + whole
    return findings


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
    """The text as `ClearedText` where nothing blocks it, else all findings. A warning doesn't block. See `lint`.

    Nothing in it counts as a quotation.
    """
    found = lint(
        text,
        after_no=after_no,
        own_dates=own_dates,
        allow=allow,
        packs=packs,
        title=title,
        quoted_subject=quoted_subject,
        leaving=True,
    )
    if _blocking(found):
        return found
    return ClearedText(text, seal=guard_seal())


def _unread(written: str, language: str | None) -> list[Finding]:
    """A look is asked for where the text is in a language that has no packs; nothing for one without words."""
    if (language or _spoken(written)) in (*LANGUAGES, UNKNOWN):
        return []
    start, end = len(written) - len(written.lstrip()), len(written.rstrip())
    return [_look(start, end, written[start:end], Part.TEXT)]


def _spoken(text: str) -> str:
    return spoken(text, model(WEIGHTS, "pressure"), LANGUAGES)


def _look(start: int, end: int, text: str, part: Part) -> Finding:
    return Finding(start, end, text, UNREAD, UNREAD, Severity.WARN, _UNREAD_REASON, _UNREAD_REWRITE, part)


def used(text: str, allow: Sequence[Allowed], **options: Any) -> tuple[Allowed, ...]:
    """Those of the allowed phrases without which the guard would block the text. `options` are those of `lint`."""
    there = [each for each in allow if each.text and each.text.lower() in text.lower()]
    with_all = _blocking(lint(text, allow=allow, **options))
    return tuple(
        each
        for each in there
        if _blocking(lint(text, allow=[other for other in allow if other != each], **options)) > with_all
    )


def _blocking(findings: Iterable[Finding]) -> int:
    return sum(finding.severity is Severity.BLOCK for finding in findings)


_UNREAD_REASON: Final = "It is written in a language that the guard doesn't read."
_UNREAD_REWRITE: Final = "Read it once more yourself: one step, who does it, and the customer's own date?"
WEIGHTS: Final = "assistant.guard.weights"
"""Where the learned model lies."""


@dataclass(frozen=True, slots=True)
class _Judge:
    examiner: Examiner
    allow: tuple[Allowed, ...]
    theirs: str | None
    leaving: bool = False

    def findings(self, text: str, *, title: bool, part: Part) -> list[Finding]:
        if title and self.theirs is not None and bare_subject(text) == self.theirs:
            return []
        typed = _without(text if self.leaving else own_words(text), self.allow)
        seen = self.examiner.examine(typed, title=title)
        answers = title and bare_subject(text) != text.strip()
        objections = seen.objections if answers else weigh(seen, model(WEIGHTS, "pressure"))
        elsewhere = () if answers else tuple(passages(seen.line, seen.spans, _spoken))
        objections = [*objections, *self._in_passages(elsewhere, seen, title=title)]
        places = [
            (match, severity, *seen.normal.span(match.start, match.end))
            for match, severity in _distinct(objections, seen.spans)
        ]
        places += [(match, severity_of(match), match.start, match.end) for match in self.examiner.hidden(typed)]
        found = [
            _finding(match, severity, start, end, text[start:end], part)
            for match, severity, start, end in places
            if not self._allowed(match, text[start:end])
        ]
        looks = (seen.normal.span(each.start, each.end) for each in elsewhere if each.language not in LANGUAGES)
        found += [_look(start, end, text[start:end], part) for start, end in looks]
        return sorted(found, key=lambda finding: finding.start)

    def _in_passages(self, elsewhere: Sequence[Passage], seen: Examined, *, title: bool) -> Iterator[Objection]:
        """What is found in passages in another language when each is judged as a text of its own. Not that one is
        empty: the rest of the text stands beside it."""
        after_no = self.examiner.after_no or any(NO in each.signs for each in seen.sentences)
        examiner = replace(self.examiner, after_no=after_no)
        for each in elsewhere:
            if each.language in LANGUAGES:
                alone = examiner.examine(seen.line[each.start : each.end], title=title)
                for match, severity in weigh(alone, model(WEIGHTS, "pressure")):
                    if match.rule.kind != EMPTY_NUDGE:
                        start, end = alone.normal.span(match.start, match.end)
                        yield replace(match, start=each.start + start, end=each.start + end), severity

    def _allowed(self, match: Match, text: str) -> bool:
        return any(each.rule == match.rule.id and each.text.lower() in text.lower() for each in self.allow)


def _without(text: str, allow: Iterable[Allowed]) -> str:
    """The text with the phrases that always pass as x's, of the same length."""
    for each in allow:
        if each.rule is None and each.text:
            start = text.lower().find(each.text.lower())
            while start >= 0:
                text = text[:start] + "x" * len(each.text) + text[start + len(each.text) :]
                start = text.lower().find(each.text.lower(), start + len(each.text))
    return text


def _distinct(objections: Iterable[Objection], spans: Sequence[Span]) -> list[Objection]:
    """One objection for one family in one sentence: a blocking one before a warning, then the longest."""
    starts = [start for start, _ in spans]
    kept: dict[tuple[str, int], Objection] = {}
    for match, severity in sorted(objections, key=lambda o: (o[1] is Severity.WARN, o[0].start - o[0].end)):
        kept.setdefault((match.rule.kind, bisect_right(starts, match.start)), (match, severity))
    return sorted(kept.values(), key=lambda each: (each[0].start, each[0].rule.kind))


def _finding(match: Match, severity: Severity, start: int, end: int, text: str, part: Part) -> Finding:
    known = family(match.rule.kind)
    rewrite = match.rule.rewrite or (known.rewrite if known else "")
    return Finding(start, end, text, match.rule.id, match.rule.kind, severity, match.rule.reason, rewrite, part)
