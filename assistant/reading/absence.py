"""Until when an absent person is away, and whom they name instead."""

import re
from datetime import date, datetime
from typing import Final

from assistant.domain.mail import Message
from assistant.domain.reading import Days
from assistant.language.packs import Pack
from assistant.language.sentences import sentences
from assistant.reading.dates import Mention, mentions
from assistant.reading.text import matchable

FURTHEST: Final = 100
"""Days beyond which a date in an absence notice isn't the day of return."""

_ADDRESS: Final = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+")
_UNTIL_INCLUDED: Final = re.compile(
    r"(?i)\b(?:including|inclusive|included|einschließlich|einschl\.|inklusive|inclus)\b"
)


def return_day(text: str, sent: date, pack: Pack) -> date | None:
    """The day of return that the text names: what stands with "back" or "return" before what stands with "until".

    Days before `sent` and more than a hundred days after it are left out.
    """
    found: list[tuple[int, int, date]] = []
    for start, end in sentences(text):
        sentence = matchable(text[start:end])
        for mention in _resolved(sentence, sent):
            if mention.vague and (mention.days.end - mention.days.start).days > 31:
                continue
            rank = _rank(sentence, mention, pack)
            day = mention.days.start if rank == 0 and not mention.vague else mention.days.last
            if rank is not None and 0 <= (day - sent).days <= FURTHEST:
                found.append((rank, -mention.start if rank else mention.start, day))
    return min(found)[2] if found else None


def _resolved(sentence: str, sent: date) -> list[Mention]:
    return mentions(sentence, sent) or _by_library(sentence, sent)


def _rank(sentence: str, mention: Mention, pack: Pack) -> int | None:
    """0 for a day of return, 1 for the end of an absence, 2 for a day at which something else may happen."""
    before = sentence[: mention.start]
    cues = [match for match in pack.find(sentence, {"return", "until"}) if match.start < mention.end + 25]
    near = [cue for cue in cues if mention.start - cue.end <= 40]
    if any(cue.rule.kind == "return" and cue.start <= mention.start for cue in near):
        until = re.search(r"(?i)\b(?:not|un-?) *\w* *(?:back|return|available|reachable)\b.*\buntil\s*$", before)
        return 1 if until else 0
    if any(cue.rule.kind == "until" and cue.start <= mention.start for cue in near) or re.search(r"[-–/]\s*$", before):
        return 1
    if any(cue.rule.kind == "return" for cue in near):
        return 0
    return 1 if mention.days.last != mention.days.start else None


def _by_library(sentence: str, sent: date) -> list[Mention]:
    """A numbered day with a month's name in a language that our own forms don't know."""
    written = re.search(r"\b\d{1,2}\.?\s+(?:de\s+)?[^\W\d_]{3,12}\b\.?(?:\s+(?:de\s+)?\d{4})?", sentence)
    if not written or re.search(r"(?i)\b(?:days?|weeks?|hours?|uhr|tage?n?|people|years?)\b", written.group()):
        return []
    import dateparser

    settings = {"RELATIVE_BASE": _noon(sent), "PREFER_DATES_FROM": "future", "DATE_ORDER": "DMY"}
    parsed = dateparser.parse(written.group(), settings=settings)
    return [Mention(*written.span(), written.group(), Days.of(parsed.date()), certain=False)] if parsed else []


def _noon(day: date) -> datetime:
    """A plain datetime, as the library wants it."""
    return datetime(day.year, day.month, day.day, 12)  # noqa: DTZ001


def stand_in(text: str, message: Message) -> str | None:
    """The first address in the text that is neither the absent person's nor one that was written to."""
    known = {address.email for address in message.people}
    return next((each.lower() for each in _ADDRESS.findall(text) if each.lower() not in known), None)
