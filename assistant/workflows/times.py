"""The times that drafts propose: whether they're still free, and still named in a text that was edited."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Final

from assistant.config import Config
from assistant.domain.ports import Interval
from assistant.domain.workdays import Workdays
from assistant.engine.room import instants

Times = tuple[Interval, ...]

CALENDAR_BACK: Final = timedelta(days=400)
CALENDAR_AHEAD: Final = timedelta(days=200)
"""How far before and after the present the calendar is kept."""


BEFORE_HOURS: Final = timedelta(hours=2)
"""How long before the rep's hours the morning's run may come: what it sends lies there when people begin their day."""


def collides(times: Iterable[Interval], busy: Sequence[Interval]) -> bool:
    """Whether the calendar has something at one of these times."""
    taken = [instants(each) for each in busy]
    return any(start < until and since < end for start, end in map(instants, times) for since, until in taken)


def is_working_time(now: datetime, config: Config, days: Workdays) -> bool:
    """Whether it's in the rep's hours, or in the morning before them, on a day on which everybody concerned works."""
    local = now.astimezone(config.hours.zone)
    opens, closes = map(datetime.timestamp, config.hours.on(local.date()))
    return local.date() in days and opens - BEFORE_HOURS.total_seconds() <= now.timestamp() < closes


def still_named(times: Times, text: str, zones: Sequence[tzinfo]) -> Times:
    """Those times whose hour stands in the text, on the clock of one of these zones."""
    return tuple(time for time in times if any(hour in text for hour in _hours(time[0], zones)))


def _hours(start: datetime, zones: Sequence[tzinfo]) -> Iterable[str]:
    for zone in zones:
        local = start.astimezone(zone)
        yield f"{local:%H:%M}"
        yield f"{local.hour % 12 or 12}:{local:%M}"
