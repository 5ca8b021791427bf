"""When somebody is taken: VFREEBUSY (RFC 5545 section 3.6.4), the events of a calendar, or as a server tells it."""

import re
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final

from assistant.domain.calendar import Event, EventStatus, PartStat
from assistant.domain.ports import Interval
from providers.ics import BROKEN, Place, decoded, expand, listed, moment

_FREE_BUSY: Final = re.compile(r"^BEGIN:VFREEBUSY\s*$", re.MULTILINE | re.IGNORECASE)


def taken(raw: bytes, email: str, zone: tzinfo, window: Interval) -> tuple[Interval, ...] | None:
    """The times in the window at which the person is taken, in order; floating ones are in `zone`.

    None where that isn't known: nothing can be read, or what was published is about another time. Of a calendar
    that can be read in part, what can be read counts.
    """
    text = decoded(raw)
    if _FREE_BUSY.search(text):
        found = _published(text, zone, window)
    else:
        expansion = expand(raw, Place("", "", email), zone, window)
        unknown = expansion.problems and not expansion.events
        found = None if unknown else [(e.start, e.end) for e in expansion.events if _takes_time(e, email)]
    if found is None:
        return None
    (begin, end), spans = _instants(window), {_instants(each): each for each in found}
    return tuple(spans[first, last] for first, last in sorted(spans) if first < last and first < end and last > begin)


def _instants(span: Interval) -> tuple[float, float]:
    """Wall clock times seem to go back in an hour that the clock shows twice, and instants don't."""
    return span[0].timestamp(), span[1].timestamp()


def _takes_time(event: Event, email: str) -> bool:
    declined = event.partstat_of(frozenset({email})) in (PartStat.DECLINED, PartStat.DELEGATED)
    return not (event.free or declined or event.status is EventStatus.CANCELLED)


def _published(text: str, zone: tzinfo, window: Interval) -> list[Interval] | None:
    import icalendar

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            roots: list[Any] = icalendar.Calendar.from_ical(text, multiple=True)
        answers = [root for root in roots if str(root.get("METHOD", "")).upper() != "REQUEST"]
        parts = [part for root in answers for part in root.walk("VFREEBUSY") if _covers(part, zone, window)]
        return [period for part in parts for period in _periods(part, zone)] if parts else None
    except BROKEN:
        return None


def _covers(part: Any, zone: tzinfo, window: Interval) -> bool:
    """Whether what it was made for, from its DTSTART to its DTEND, has something of the window."""
    start, end = part.get("DTSTART"), part.get("DTEND")
    begun = start is None or moment(start.dt, zone) < window[1]
    return begun and (end is None or moment(end.dt, zone) > window[0])


def _periods(part: Any, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
    """All that isn't FBTYPE=FREE: a type that nobody knows is busy (section 3.2.9)."""
    for period in listed(part.get("FREEBUSY")):
        if str(period.params.get("FBTYPE", "BUSY")).upper() != "FREE":
            yield moment(period.start, zone), moment(period.end, zone)


Asked = Callable[[Sequence[str], Interval], Mapping[str, Sequence[Interval]]]
"""Asks a server when some people, by their addresses in lower case, are taken; whom it doesn't tell is left out."""


def in_portions(emails: Collection[str], window: Interval, most: int, ask: Asked) -> dict[str, tuple[Interval, ...]]:
    """By address as it was given, when they're taken; the server is asked of at most so many people at once."""
    if window[0] >= window[1]:
        return {}
    people = {email.lower(): email for email in sorted(set(emails))}
    names = list(people)
    found: dict[str, Sequence[Interval]] = {}
    for first in range(0, len(names), most):
        found |= ask(names[first : first + most], window)
    return {people[name]: merged(times) for name, times in found.items()}


def pieces(window: Interval, longest: timedelta) -> Iterator[Interval]:
    """The window in UTC, in as many pieces as a server wants to be asked for."""
    start, end = (edge.astimezone(UTC) for edge in window)
    while start < end:
        yield start, min(start + longest, end)
        start += longest


def merged(times: Sequence[Interval]) -> tuple[Interval, ...]:
    """In order; what lies over the edge of two pieces is one time."""
    found: list[Interval] = []
    for start, end in sorted(times, key=lambda each: (each[0].timestamp(), each[1].timestamp())):
        if found and start.timestamp() <= found[-1][1].timestamp():
            found[-1] = (found[-1][0], max(found[-1][1], end, key=datetime.timestamp))
        else:
            found.append((start, end))
    return tuple(found)
