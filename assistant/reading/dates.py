"""Days named in a text, resolved against the day it was sent."""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from assistant.domain.reading import Days
from assistant.reading.day_forms import FORMS, Form, places
from assistant.reading.day_rules import Resolved, day_number, day_of_named_month, is_plausible, is_plausible_year

_NUMBERED: Final = re.compile(
    r"(?i)(?:the|on the|by the|until the)\s+(\d{1,2}(?:st|nd|rd|th)?)$|^(\d{1,2}(?:st|nd|rd|th))$"
)
_NEAR: Final = 160
"""Characters within which "the 14th" belongs to a month named before it."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One day or range of days named in a text. `certain` is False where the words can mean another day.

    `vague` says that no single day was named (a month, a season, "next week").
    """

    start: int
    end: int
    text: str
    days: Days
    certain: bool = True
    vague: bool = False


def mentions(text: str, sent: date) -> list[Mention]:
    """Days named in the text, in order, without overlaps.

    A weekday alone is the next such day strictly after `sent`; "<weekday> next week" lies in the next ISO week; "in
    n weeks" counts calendar days; the end of a month, quarter or year is its last day; a day and month without a
    year is the next occurrence; 06.02.2026 is day first; 03/04 is taken as the nearer reading, and uncertain. A day
    with a year before 1990, or more than ten years ahead, is no day: no other year is put in its place.
    """
    kinds, starts = places(text)
    if not kinds:
        return []
    found: list[Mention] = []
    taken: list[tuple[int, int]] = []
    for form in FORMS:
        if form.needs not in kinds:
            continue
        for start in starts:
            match = form.pattern.match(text, start)
            if match is None or any(start < end and other < match.end() for other, end in taken):
                continue
            if not is_plausible_year(match, sent):
                taken.append(match.span())
                continue
            resolved = _resolved(form, match, sent)
            if resolved is None:
                continue
            taken.append(match.span())
            days, certain, vague = resolved
            if is_plausible(days, sent):
                found.append(Mention(start, match.end(), match.group(), days, certain, vague))
    found.sort(key=lambda mention: mention.start)
    return [_in_named_month(mention, found) for mention in found]


def _resolved(form: Form, match: re.Match[str], sent: date) -> Resolved:
    """What the form makes of it; None where there is no such day (31 June)."""
    try:
        return form.resolve(match, sent)
    except (ValueError, OverflowError):
        return None


def _in_named_month(mention: Mention, found: list[Mention]) -> Mention:
    """After "in January", "the 14th" is the 14th of January."""
    number = _NUMBERED.search(mention.text.strip())
    if number is None or mention.vague:
        return mention
    months = [
        other
        for other in found
        if other.vague and 27 < (other.days.end - other.days.start).days < 32 and 0 < mention.start - other.end < _NEAR
    ]
    days = day_of_named_month(day_number(number[1] or number[2]), months[-1].days.start) if months else None
    return replace(mention, days=days) if days else mention
