"""The times that drafts propose: whether they're still free, and still named in a text that was edited."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Final

from assistant.domain.ports import Interval
from assistant.engine.room import instants

Times = tuple[Interval, ...]

CALENDAR_BACK: Final = timedelta(days=400)
CALENDAR_AHEAD: Final = timedelta(days=200)
"""How far before and after the present the calendar is kept."""


def collides(times: Iterable[Interval], busy: Sequence[Interval]) -> bool:
    """Whether the calendar has something at one of these times."""
    taken = [instants(each) for each in busy]
    return any(start < until and since < end for start, end in map(instants, times) for since, until in taken)


def still_named(times: Times, text: str, zones: Sequence[tzinfo]) -> Times:
    """Those times whose hour stands in the text, on the clock of one of these zones."""
    return tuple(time for time in times if any(hour in text for hour in _hours(time[0], zones)))


def _hours(start: datetime, zones: Sequence[tzinfo]) -> Iterable[str]:
    for zone in zones:
        local = start.astimezone(zone)
        yield f"{local:%H:%M}"
        yield f"{local.hour % 12 or 12}:{local:%M}"
