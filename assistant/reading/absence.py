"""Until when an absent person is away, and whom they name instead."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from assistant.domain.mail import Message
from assistant.domain.reading import Days
from assistant.language.packs import Match, Pack, load
from assistant.language.sentences import sentences
from assistant.reading.days.dates import Mention, lengths, mentions
from assistant.reading.text import matchable

FURTHEST: Final = 100
"""Days beyond which a date in an absence notice isn't the day of return, unless it's said to be."""
LONGEST: Final = 200
"""Days beyond which it isn't even then: a day so far ahead is rather one of the past that names no year."""

_DAYS: Final = ("assistant.reading.packs", "days")
_ADDRESS: Final = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+")
_HABIT: Final = re.compile(
    r"(?i)\b(?:(?:not|never|do(?:es)?n't) work|no (?:trabaj|labor)\w+|(?:ne|n') ?travaill\w+|arbeite\w* .{0,20}nicht)\b"
)
"""Words before a weekday on which somebody never works."""
_RANGE: Final = re.compile(r"[-–/]\s*$")
_BEFORE: Final = 60
"""Characters after a word of returning within which its day stands."""
_AFTER: Final = 30
"""Characters before a word of returning within which its day stands: "Monday I read everything"."""
_NEXT: Final = 12
"""Characters after "until" within which its day stands."""
_BACK: Final = frozenset({"return", "back"})
_A_FORTNIGHT: Final = 14
"""Days from which a range ("in September") is too long to say when somebody returns."""
_OTHERS: Final = ["it", "nl", "pt", "ca", "da", "nb", "sv", "fi", "pl", "cs", "hu", "ro", "tr"]
"""Languages whose months the library is asked for: each one that it loads takes time."""
_BARE: Final = 3
"""The rank of a day beside which no word speaks of the absence."""


def return_day(text: str, sent: date, pack: Pack) -> date | None:
    """The day of return that the text names: what stands with "back" or "return" before what stands with "until",
    and before any other day. Where no day is named, "out for two weeks" counts from the day of sending.
    """
    plain = matchable(text)
    spans = _statements(plain)
    cues = [*pack.find(plain, {"return", "until"}, spans), *load(*_DAYS).find(plain, {"back", "settles"}, spans)]
    found: list[tuple[int, int, date]] = []
    for start, end in spans:
        inside = [cue for cue in cues if start <= cue.start < end]
        for mention in _named(plain[start:end], sent):
            ranked = _ranked(plain, start, mention, inside, sent)
            if ranked is not None:
                found.append(ranked)
    if found:
        return min(found)[2]
    ends = [day.days.last for start, end in spans for day in lengths(plain[start:end], sent)]
    return next((day for day in ends if 0 < (day - sent).days <= FURTHEST), None)


def _statements(plain: str) -> list[tuple[int, int]]:
    """The spans of its sentences but for questions; a full stop inside a date ("ab 5.10. wieder") doesn't end one."""
    spans: list[tuple[int, int]] = []
    for start, end in sentences(plain):
        if spans and plain[start].islower() and re.search(r"\d\.\s*$", plain[spans[-1][0] : start]):
            start = spans.pop()[0]
        spans.append((start, end))
    return [(start, end) for start, end in spans if not plain[start:end].rstrip().endswith("?")]


def _named(statement: str, sent: date) -> list[Mention]:
    return mentions(statement, sent) or _by_library(statement, sent)


def _ranked(
    plain: str, offset: int, mention: Mention, cues: Sequence[Match], sent: date
) -> tuple[int, int, date] | None:
    """How surely the day is that of return, where it stands, and the day; None where it can't be it."""
    start, end = offset + mention.start, offset + mention.end
    if mention.loose or (mention.vague and (mention.days.end - mention.days.start).days > _A_FORTNIGHT):
        return None
    rank = _rank(plain, start, end, mention, cues)
    if rank is None:
        return None
    day = mention.days.last if rank > 1 or mention.vague else mention.days.start
    if not 0 < (day - sent).days <= (LONGEST if rank < _BARE else FURTHEST):
        return None
    return rank, start if rank < 2 else -start, day


def _rank(plain: str, start: int, end: int, mention: Mention, cues: Sequence[Match]) -> int | None:
    """0 or 1 for a day of return, 2 for the end of an absence, 3 or 4 for a day on which something else may happen."""
    before = {cue.rule.kind for cue in cues if 0 <= start - cue.end <= _BEFORE}
    behind = {cue.rule.kind for cue in cues if 0 <= cue.start - end <= _AFTER}
    until = any(cue.rule.kind == "until" and 0 <= start - cue.end <= _NEXT for cue in cues)
    ranges = mention.days.last != mention.days.start and not mention.vague
    if not until and not ranges and (before | behind) & _BACK:
        return 0 if before & _BACK else 1
    if until or ranges or _RANGE.search(plain, max(0, start - 4), start):
        return 2
    if "settles" in before | behind or _HABIT.search(plain, max(0, start - _BEFORE), start):
        return None
    return _BARE + mention.vague


def _by_library(sentence: str, sent: date) -> list[Mention]:
    """A numbered day with a month's name in a language that our own forms don't know."""
    written = re.search(r"\b\d{1,2}\.?\s+(?:de\s+)?[^\W\d_]{3,12}\b\.?(?:\s+(?:de\s+)?\d{4})?", sentence)
    if not written or re.search(r"(?i)\b(?:days?|weeks?|hours?|uhr|tage?n?|people|years?)\b", written.group()):
        return []
    import dateparser

    settings = {"RELATIVE_BASE": _noon(sent), "PREFER_DATES_FROM": "future", "DATE_ORDER": "DMY"}
    parsed = dateparser.parse(written.group(), languages=_OTHERS, settings=settings)
    return [Mention(*written.span(), written.group(), Days.of(parsed.date()), certain=False)] if parsed else []


def _noon(day: date) -> datetime:
    """A plain datetime, as the library wants it."""
    return datetime(day.year, day.month, day.day, 12)  # noqa: DTZ001


def stand_in(text: str, message: Message) -> str | None:
    """The first address in the text that is neither the absent person's nor one that was written to."""
    known = {address.email for address in message.people}
    return next((each.lower() for each in _ADDRESS.findall(text) if each.lower() not in known), None)
