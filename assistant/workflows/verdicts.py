"""The rep's own sent mail before the guard, each judged as it stands, and all of it summed up."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from assistant.config import Config
from assistant.domain.draft import Finding, Part, Severity
from assistant.guard import families, lint
from assistant.language.sentences import sentences
from assistant.reading.parts.body import said
from assistant.store import Transaction
from assistant.workflows.auditing import Audit, Judged, Pressure, audit, near_decision
from assistant.workflows.exits import guard_options
from assistant.workflows.sent_mail import SentMail, sent_mail
from assistant.workflows.sources import Progress

_MONTH: Final = timedelta(days=30.44)
_LONGEST: Final = 240
"""Characters of a sentence that are shown."""
_BEFORE: Final = 60
"""Characters that are shown before what presses, where a sentence is longer."""
_ADDRESS: Final = re.compile(r"[^\s<>\"']+@[^\s<>\"']+")


def audited(
    tx: Transaction, config: Config, now: datetime, *, months: int, examples: int, progress: Progress | None = None
) -> Audit:
    """Judge the rep's mail of the past months."""
    since = now - months * _MONTH
    keys = tx.mirror.sent_between(config.us.own, since, now)
    told = _judged(sent_mail(tx, config, keys), guard_options(config), len(keys), progress)
    return audit(told, since.astimezone(config.zone).date(), now.astimezone(config.zone).date(), examples=examples)


def judge(mail: SentMail, **options: Any) -> Judged | None:
    """What the guard says of the rep's own words in one mail; None where there are none, as in a bare forward.

    `options` are those of `assistant.guard.lint`.
    """
    if mail.among_us:
        return Judged(mail.on, None, among_us=True)
    near = near_decision(mail.on, mail.decisions)
    try:
        text = said(mail.text, parent=mail.parent)
        if not (text.strip() or mail.subject):
            return None
        findings = lint(text, subject=mail.subject or None, after_no=mail.after_no, own_dates=mail.decisions, **options)
    except Exception:  # whatever a text may do to its reader, the others are judged
        return Judged(mail.on, None, near)
    if any(finding.family not in _codes() for finding in findings):
        return Judged(mail.on, None, near)
    blocking = [finding for finding in findings if finding.severity is Severity.BLOCK]
    return Judged(mail.on, tuple(_pressures(blocking, mail.subject, text)), near)


@cache
def _codes() -> frozenset[str]:
    """The families; a finding of none of them says that the guard doesn't read the language."""
    return frozenset(each.code for each in families())


def _pressures(findings: Iterable[Finding], subject: str, text: str) -> Iterator[Pressure]:
    for finding in findings:
        whole = subject if finding.part is Part.SUBJECT else text
        yield Pressure(finding.family, _sentence(finding, whole), finding.rewrite)


def _sentence(finding: Finding, text: str) -> str:
    """The sentence of the finding on one line, without addresses; of a long one the part around it."""
    spans = (span for span in sentences(text) if span[0] <= finding.start < span[1])
    start, end = next(spans, (finding.start, finding.end))
    if end - start > _LONGEST:
        start = max(start, finding.start - _BEFORE)
        end = min(end, start + _LONGEST)
    return _ADDRESS.sub("[address]", " ".join(text[start:end].split()))


def _judged(
    mails: Iterable[SentMail], options: Mapping[str, Any], count: int, progress: Progress | None
) -> Iterator[Judged]:
    """Those with words of the rep's before the guard, with a word on how far it is now and then."""
    for done, mail in enumerate(mails, 1):
        if progress and done % 100 == 0:
            progress("your sent mail", done, count)
        told = judge(mail, **options)
        if told is not None:
            yield told
