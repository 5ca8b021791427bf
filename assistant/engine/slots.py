"""Free time that everyone has: a few half hours to propose, friendly on the wall clocks of all who are to come.

Ranges are aware, include their start and exclude their end. `hours` holds one entry a person, the rep's first.
The answer depends on the day of `after`, not on its hour, so that a second look on the same day offers the same.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import reduce
from typing import Final

from assistant.domain.calendar import Event, EventStatus, PartStat
from assistant.domain.ports import Interval
from assistant.domain.workdays import Workdays, WorkingHours
from assistant.engine.room import Range, fits, instants, merged, near, shared, without

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
_WORKPLACE: Final = re.compile(
    r"(?:working (?:from home|remotely|elsewhere)|wfh|home|home ?office|office|in the office|remote"
    r"|im (?:home ?office|büro)|büro|mobiles arbeiten|télétravail|teletrabajo|telelavoro|thuiswerken)",
    re.IGNORECASE,
)
"""Whole titles of a day's event that say where somebody works, as calendars and people write them."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A time to meet, on the wall clock of the rep's zone; `start.astimezone` shows it to somebody elsewhere.

    Where a clock shows an hour twice it's the first one, and `start.tzname()` tells which that is.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.utcoffset() is None or self.end.utcoffset() is None:
            raise ValueError("a slot's times carry their zone")
        if self.end.timestamp() <= self.start.timestamp():
            raise ValueError(f"an empty slot: {self.start} to {self.end}")


def busy_of(events: Sequence[Event], emails: Collection[str], ignoring: Collection[str] = ()) -> list[Interval]:
    """When the owner of these addresses is taken, in order of time, but for the meetings of the UIDs in `ignoring`:
    one that is to be moved stands in its own way nowhere.

    Cancelled, declined, delegated and free events leave the time open; tentative and unanswered ones take it, and so do
    private ones and times for focus. A whole day that is marked free takes it nonetheless where its title says that the
    person is away, and a colleague hasn't sent it round to say so of themselves. One that only says where the person
    works leaves it open.
    """
    own = frozenset(emails)
    taken = (event for event in events if event.uid not in ignoring and _takes_time(event, own))
    return sorted(((event.start, event.end) for event in taken), key=instants)


def free(
    busy: Sequence[Interval],
    hours: Sequence[WorkingHours],
    minutes: int,
    after: datetime,
    days: Workdays,
    count: int = 2,
    horizon_days: int = 10,
    spread: bool = True,
    buffer: timedelta = BUFFER,
) -> tuple[Slot, ...]:
    """Up to `count` slots of `minutes`, in order of time, on working days after the day of `after` and at most
    `horizon_days` calendar days later; fewer, or none, where hours and calendars leave no more.

    Each begins on a full or half hour of the rep's clock, lies inside everybody's hours on a working day of theirs, and
    keeps `buffer` away from what is in the calendars. With `spread` each is on a day of its own, and
    a morning goes with an afternoon where it can. Of all those, the times win that suit every clock involved.
    """
    if not hours or minutes <= 0 or count <= 0:
        return ()
    clocks = list(dict.fromkeys(hours))
    together = reduce(shared, (_working(person, after, days, horizon_days) for person in clocks))
    today = after.astimezone(clocks[0].zone).date()
    room = without(together, merged(near(busy, today, today + timedelta(days=horizon_days)), buffer))
    offers = [
        (slot, n * _EACH_DAY_LATER + (0 if n else _ONE_DAY_NOTICE) + price(slot, clocks))
        for n, day in enumerate(_days_after(after, clocks[0].zone, days, horizon_days))
        for slot in openings(day, clocks[0], timedelta(minutes=minutes), room)
    ]
    return tuple(sorted(_chosen(offers, count, spread=spread), key=lambda slot: slot.start.timestamp()))


def openings(day: date, rep: WorkingHours, length: timedelta, room: list[Range]) -> Iterator[Slot]:
    """Every full and half hour of the rep's day at which there's room. A wall clock time that the day doesn't have is
    left out."""
    for wall in _HALF_HOURS:
        if rep.start <= wall < rep.end:
            start = datetime.combine(day, wall, rep.zone)
            began = start.timestamp()
            if fits(began, began + length.total_seconds(), room):
                instant = start.astimezone(UTC)
                if instant.astimezone(rep.zone).time() == wall:
                    yield Slot(start, (instant + length).astimezone(rep.zone))


def price(slot: Slot, clocks: Sequence[WorkingHours]) -> int:
    """How unfriendly the time is, on all the clocks together; 0 is the best."""
    zones = dict.fromkeys(person.zone for person in clocks)
    return sum(_price_at(slot.start.astimezone(zone), slot.end.astimezone(zone)) for zone in zones)


def apart(slot: Slot, other: Slot, *, spread: bool) -> bool:
    """Whether both can be offered: they don't overlap, and with `spread` they are on different days."""
    if spread:
        return slot.start.date() != other.start.date()
    return slot.start.timestamp() >= other.end.timestamp() or slot.end.timestamp() <= other.start.timestamp()


def _takes_time(event: Event, own: frozenset[str]) -> bool:
    start, end = instants((event.start, event.end))
    if event.status is EventStatus.CANCELLED or end <= start:
        return False
    if event.partstat_of(own) in (PartStat.DECLINED, PartStat.DELEGATED):
        return False
    if not event.all_day:
        return not event.free
    if event.free:
        return _AWAY.search(event.summary) is not None and (event.organizer is None or event.organizer.email in own)
    return _WORKPLACE.fullmatch(event.summary.strip()) is None


def _days_after(after: datetime, zone: tzinfo, days: Workdays, horizon_days: int) -> Iterator[date]:
    today = after.astimezone(zone).date()
    return (day for n in range(1, horizon_days + 1) if (day := today + timedelta(days=n)) in days)


def _working(person: WorkingHours, after: datetime, days: Workdays, horizon_days: int) -> list[Range]:
    """The person's hours on their own days; one day more than asked for, because the date differs around the world."""
    return [instants(person.on(day)) for day in _days_after(after, person.zone, days, horizon_days + 1)]


def _price_at(start: datetime, end: datetime) -> int:
    points = _PRICES.get(start.time(), _ODD_HOUR)
    if start.time() < _LUNCH_OVER and end.time() > _NOON:
        points += _OVER_LUNCH
    if start.weekday() == 0 and start.hour < 10:
        points += _MONDAY_EARLY
    if start.weekday() == 4 and start.hour >= 15:
        points += _FRIDAY_LATE
    return points


def _chosen(offers: Sequence[tuple[Slot, int]], count: int, *, spread: bool) -> list[Slot]:
    """The cheapest one, then the cheapest beside it, and so on."""
    chosen: list[Slot] = []
    left = list(offers)
    while left and len(chosen) < count:
        slot, _ = min(left, key=lambda offer: (offer[1] + _crowding(offer[0], chosen, spread=spread), offer[0].start))
        chosen.append(slot)
        left = [offer for offer in left if apart(offer[0], slot, spread=spread)]
    return chosen


def _crowding(slot: Slot, chosen: Sequence[Slot], *, spread: bool) -> int:
    if not spread:
        return 0
    return sum(_SAME_HALF_OF_THE_DAY for other in chosen if _morning(other) == _morning(slot))


def _morning(slot: Slot) -> bool:
    return slot.start.time() < _NOON
