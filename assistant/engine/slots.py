"""Free time that everyone has: a few half hours to propose, friendly on the wall clocks of all who are to come.

Ranges are aware, include their start and exclude their end. `hours` holds one entry a person, the rep's first.
The answer depends on the day of `after`, not on its hour, so that a second look on the same day offers the same.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import reduce
from typing import Final

from assistant.domain.calendar import Event, EventStatus, PartStat
from assistant.domain.ports import Interval
from assistant.domain.workdays import Workdays, WorkingHours

_Range = tuple[float, float]
"""An interval as POSIX timestamps: what is compared and cut is always the instant, never the wall clock."""

BUFFER: Final = timedelta(minutes=15)
_HALF_HOURS: Final = tuple(time(hour, minute) for hour in range(24) for minute in (0, 30))
_NOON: Final = time(12)
_LUNCH_OVER: Final = time(13)

# What a time costs, in points: the cheapest times are proposed.
_PRICES: Final = {
    time(10): 0, time(14): 0, time(10, 30): 1, time(11): 1, time(14, 30): 1, time(15): 1,
    time(9, 30): 2, time(11, 30): 2, time(13, 30): 2, time(15, 30): 2,
    time(9): 4, time(16): 4, time(13): 5, time(16, 30): 7,
}  # fmt: skip
_ODD_HOUR: Final = 12
_OVER_LUNCH: Final = 6
_MONDAY_EARLY: Final = 3
_FRIDAY_LATE: Final = 4
_EACH_DAY_LATER: Final = 3
_ONE_DAY_NOTICE: Final = 5
_SAME_HALF_OF_THE_DAY: Final = 4

_AWAY: Final = re.compile(
    r"\b(?:ooo|out of (?:the )?office|vacation|annual leave|(?:on|parental) leave|pto|day off|urlaub|abwesend"
    r"|elternzeit|en congés?|de vacaciones|in ferie|vakantie|de férias)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Slot:
    """A time to meet, on the wall clock of the rep's zone; `start.astimezone` shows it to somebody elsewhere."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.utcoffset() is None or self.end.utcoffset() is None:
            raise ValueError("a slot's times carry their zone")
        if self.end.timestamp() <= self.start.timestamp():
            raise ValueError(f"an empty slot: {self.start} to {self.end}")


def busy_of(events: Sequence[Event], emails: Collection[str]) -> list[Interval]:
    """When the owner of these addresses is taken, in order of time.

    Cancelled, declined and free events leave the time open; tentative and unanswered ones take it. A whole day
    that is marked free takes it nonetheless where its title says that the person is away.
    """
    own = frozenset(emails)
    return sorted(((event.start, event.end) for event in events if _takes_time(event, own)), key=_instants)


def free(
    busy: Sequence[Interval],
    hours: Sequence[WorkingHours],
    minutes: int,
    after: datetime,
    days: Workdays,
    count: int = 2,
    horizon_days: int = 10,
    spread: bool = True,
) -> tuple[Slot, ...]:
    """Up to `count` slots of `minutes`, in order of time, on working days after the day of `after` and at most
    `horizon_days` calendar days later; fewer, or none, where hours and calendars leave no more.

    Each begins on a full or half hour of the rep's clock, lies inside everybody's hours on a working day of theirs, and
    keeps a quarter of an hour away from what is in the calendars. With `spread` each is on a day of its own, and
    a morning goes with an afternoon where it can. Of all those, the times win that suit every clock involved.
    """
    if not hours or minutes <= 0 or count <= 0:
        return ()
    clocks = list(dict.fromkeys(hours))
    together = reduce(_shared, (_working(person, after, days, horizon_days) for person in clocks))
    room = _without(together, _merged(busy))
    offers = [
        (slot, n * _EACH_DAY_LATER + (0 if n else _ONE_DAY_NOTICE) + _price(slot, clocks))
        for n, day in enumerate(_days_after(after, clocks[0].zone, days, horizon_days))
        for slot in _grid(day, clocks[0], timedelta(minutes=minutes))
        if _fits(slot, room)
    ]
    return tuple(sorted(_chosen(offers, count, spread=spread), key=lambda slot: slot.start.timestamp()))


def _takes_time(event: Event, own: frozenset[str]) -> bool:
    if event.status is EventStatus.CANCELLED or event.end <= event.start:
        return False
    if event.partstat_of(own) is PartStat.DECLINED:
        return False
    return not event.free or (event.all_day and _AWAY.search(event.summary) is not None)


def _instants(interval: Interval) -> _Range:
    return interval[0].timestamp(), interval[1].timestamp()


def _days_after(after: datetime, zone: tzinfo, days: Workdays, horizon_days: int) -> Iterator[date]:
    today = after.astimezone(zone).date()
    return (day for n in range(1, horizon_days + 1) if (day := today + timedelta(days=n)) in days)


def _working(person: WorkingHours, after: datetime, days: Workdays, horizon_days: int) -> list[_Range]:
    """The person's hours on their own days; one day more than asked for, because the date differs around the world."""
    return [_instants(person.on(day)) for day in _days_after(after, person.zone, days, horizon_days + 1)]


def _merged(busy: Sequence[Interval]) -> list[_Range]:
    """The busy times with the buffer around them, in order and without overlaps."""
    margin = BUFFER.total_seconds()
    merged: list[_Range] = []
    for start, end in sorted(map(_instants, busy)):
        if merged and start - margin <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end + margin)
        else:
            merged.append((start - margin, end + margin))
    return merged


def _shared(ranges: list[_Range], others: list[_Range]) -> list[_Range]:
    """What lies in both; each list is in order and without overlaps."""
    shared: list[_Range] = []
    n = m = 0
    while n < len(ranges) and m < len(others):
        start, end = max(ranges[n][0], others[m][0]), min(ranges[n][1], others[m][1])
        if start < end:
            shared.append((start, end))
        if ranges[n][1] < others[m][1]:
            n += 1
        else:
            m += 1
    return shared


def _without(ranges: list[_Range], taken: list[_Range]) -> list[_Range]:
    """What lies in `ranges` and not in `taken`."""
    if not ranges:
        return []
    edges = [ranges[0][0], *(edge for interval in taken for edge in interval), ranges[-1][1]]
    gaps = zip(edges[::2], edges[1::2], strict=True)
    return _shared(ranges, [gap for gap in gaps if gap[0] < gap[1]])


def _grid(day: date, rep: WorkingHours, length: timedelta) -> Iterator[Slot]:
    """Every full and half hour of the rep's day. A wall clock time that the day doesn't have is left out."""
    for wall in _HALF_HOURS:
        if rep.start <= wall < rep.end:
            start = datetime.combine(day, wall, rep.zone)
            instant = start.astimezone(UTC)
            if instant.astimezone(rep.zone).time() == wall:
                yield Slot(start, (instant + length).astimezone(rep.zone))


def _fits(slot: Slot, room: list[_Range]) -> bool:
    start, end = slot.start.timestamp(), slot.end.timestamp()
    n = bisect_right(room, start, key=lambda interval: interval[0])
    return n > 0 and end <= room[n - 1][1]


def _price(slot: Slot, clocks: Sequence[WorkingHours]) -> int:
    zones = dict.fromkeys(person.zone for person in clocks)
    return sum(_price_at(slot.start.astimezone(zone), slot.end.astimezone(zone)) for zone in zones)


def _price_at(start: datetime, end: datetime) -> int:
    price = _PRICES.get(start.time(), _ODD_HOUR)
    if start.time() < _LUNCH_OVER and end.time() > _NOON:
        price += _OVER_LUNCH
    if start.weekday() == 0 and start.hour < 10:
        price += _MONDAY_EARLY
    if start.weekday() == 4 and start.hour >= 15:
        price += _FRIDAY_LATE
    return price


def _chosen(offers: Sequence[tuple[Slot, int]], count: int, *, spread: bool) -> list[Slot]:
    """The cheapest one, then the cheapest beside it, and so on."""
    chosen: list[Slot] = []
    left = list(offers)
    while left and len(chosen) < count:
        slot, _ = min(left, key=lambda offer: (offer[1] + _crowding(offer[0], chosen, spread=spread), offer[0].start))
        chosen.append(slot)
        left = [offer for offer in left if _apart(offer[0], slot, spread=spread)]
    return chosen


def _crowding(slot: Slot, chosen: Sequence[Slot], *, spread: bool) -> int:
    if not spread:
        return 0
    return sum(_SAME_HALF_OF_THE_DAY for other in chosen if _morning(other) == _morning(slot))


def _morning(slot: Slot) -> bool:
    return slot.start.time() < _NOON


def _apart(slot: Slot, other: Slot, *, spread: bool) -> bool:
    if spread:
        return slot.start.date() != other.start.date()
    return slot.start.timestamp() >= other.end.timestamp() or slot.end.timestamp() <= other.start.timestamp()
