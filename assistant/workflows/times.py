"""The times that drafts propose: whether they're still free, and still named in a text that was edited."""

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo

from assistant.domain.ports import Interval

Times = tuple[Interval, ...]


def collides(times: Iterable[Interval], busy: Sequence[Interval]) -> bool:
    """Whether the calendar has something at one of these times."""
    return any(start < busy_end and busy_start < end for start, end in times for busy_start, busy_end in busy)


def still_named(times: Times, text: str, zones: Sequence[tzinfo]) -> Times:
    """Those times whose hour stands in the text, on the clock of one of these zones."""
    return tuple(time for time in times if any(hour in text for hour in _hours(time[0], zones)))


def _hours(start: datetime, zones: Sequence[tzinfo]) -> Iterable[str]:
    for zone in zones:
        local = start.astimezone(zone)
        yield f"{local:%H:%M}"
        yield f"{local.hour % 12 or 12}:{local:%M}"
