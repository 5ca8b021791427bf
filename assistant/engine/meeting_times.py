"""When everybody can meet for a milestone: the day that the plan has for it, or the nearest one that serves as well.

Days of a window are those of every clock involved: a meeting lies inside it for each who comes. The first of the people
is the rep, on whose clock a day is counted and times are named.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import reduce
from types import MappingProxyType
from typing import Final

from assistant.domain.plan import Milestone, Plan
from assistant.domain.ports import Interval
from assistant.domain.workdays import Workdays, WorkingHours
from assistant.engine.room import Range, instants, merged, near, shared, without
from assistant.engine.slots import BUFFER, Slot, apart, openings, price

_A_DAY: Final = timedelta(days=1)
_AS_PLANNED: Final[Mapping[str, date]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is to come, by whatever name the caller has for them.

    `busy` is what is known of their calendar, `away` the days on which they aren't there, on their own clock.
    """

    who: str
    hours: WorkingHours
    busy: tuple[Interval, ...] = ()
    away: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Window:
    """The days on which a milestone's meeting may lie; unlike a range, it includes its `latest`."""

    planned: date
    earliest: date
    latest: date

    def __post_init__(self) -> None:
        if self.latest < self.earliest:
            raise ValueError(f"an empty window: {self.earliest} to {self.latest}")


class Why(StrEnum):
    """Why there's no time on a day."""

    REST = "rest"
    """A public holiday or a closed day of either side."""
    AWAY = "away"
    HOURS = "hours"
    """Their working hours have too little in common."""
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Blocked:
    """A day without a time for all, and who stands in the way: without any one of those there would be one, or, where
    nobody is alone in it, they all do. Nobody is named for a day of rest."""

    day: date
    why: Why
    who: tuple[str, ...] = ()


def window_of(
    plan: Plan, milestone: Milestone, today: date, days: Workdays, placed: Mapping[str, date] = _AS_PLANNED
) -> Window | None:
    """The days that the plan leaves for a milestone: after those that lie before it, before those after it, at its
    least lead time before the decision or earlier, and never today. None where it leaves no working day.

    `placed` are the days on which the meetings of other milestones really lie, by the milestones' ids.
    """
    others = [m for m in plan.milestones if m.kind.id != milestone.kind.id and not m.done]
    before = [placed.get(m.kind.id, m.day) for m in others if m.day < milestone.day]
    after = [placed.get(m.kind.id, m.day) for m in others if m.day > milestone.day]
    last = days.last_until(plan.decision)
    least = max(milestone.day, days.add(last, -milestone.kind.least))
    earliest = max(day + _A_DAY for day in (today, *before))
    latest = min((last, least, *(day - _A_DAY for day in after)))
    if latest < earliest or days.between(earliest, latest + _A_DAY) <= 0:
        return None
    return Window(milestone.day, days.first_from(earliest), days.last_until(latest))


def meeting_times(
    window: Window,
    people: Sequence[Person],
    days: Workdays,
    minutes: int,
    *,
    count: int = 1,
    buffer: timedelta = BUFFER,
    spread: bool = False,
) -> tuple[Slot, ...]:
    """Up to `count` times for a meeting of `minutes`, the best first, none overlapping another; with `spread` at most
    one a day.

    Those of the planned day come first, then those of the working days nearest to it, of two as near the earlier one.
    On one day the times win that suit every clock involved. Each lies inside everybody's working hours on a working day
    of theirs within the window, on no day on which one of them is away, and `buffer` away from what they have.
    """
    if not people or minutes <= 0 or count <= 0:
        return ()
    room = _room(window, people, days, buffer)
    chosen: list[Slot] = []
    for day in _nearest_first(window, days):
        for slot in _friendliest_first(day, people, minutes, room):
            if all(apart(slot, other, spread=spread) for other in chosen):
                chosen.append(slot)
                if len(chosen) == count:
                    return tuple(chosen)
    return tuple(chosen)


def blocked(
    window: Window, people: Sequence[Person], days: Workdays, minutes: int, *, buffer: timedelta = BUFFER
) -> tuple[Blocked, ...]:
    """Every day of the window on which `meeting_times` finds no time, in order, with why; weekends need no word."""
    rests = days.rests(window.earliest, window.latest + _A_DAY)
    found = [Blocked(day, Why.REST) for day in rests]
    for day in _all_days(window):
        one = _blocked_on(day, window, people, days, minutes, buffer) if day in days else None
        found += [one] if one else []
    return tuple(sorted(found, key=lambda one: one.day))


def apart_from(busy: Iterable[Interval], meeting: Interval) -> tuple[Interval, ...]:
    """What somebody has but for our own meeting, which is to be moved: free/busy times don't say what they are.

    Where the old time mustn't be found again, it's for the caller to put it among the rep's busy times.
    """
    return tuple(each for each in busy if instants(each) != instants(meeting))


def _all_days(window: Window) -> Iterator[date]:
    return (window.earliest + timedelta(days=n) for n in range((window.latest - window.earliest).days + 1))


def _nearest_first(window: Window, days: Workdays) -> list[date]:
    """The working days of the window by how many of them lie between it and the planned day."""
    working = [day for day in _all_days(window) if day in days]
    earlier = [day for day in reversed(working) if day < window.planned]
    later = [day for day in working if day > window.planned]
    ranked = [(0, day) for day in working if day == window.planned]
    ranked += [(n, day) for side in (earlier, later) for n, day in enumerate(side, start=1)]
    return [day for _, day in sorted(ranked)]


def _friendliest_first(day: date, people: Sequence[Person], minutes: int, room: list[Range]) -> list[Slot]:
    clocks = [person.hours for person in people]
    slots = openings(day, clocks[0], timedelta(minutes=minutes), room)
    return sorted(slots, key=lambda slot: (price(slot, clocks), slot.start.timestamp()))


def _room(window: Window, people: Sequence[Person], days: Workdays, buffer: timedelta) -> list[Range]:
    """When everybody is at work and has nothing else."""
    at_work = reduce(shared, (_at_work(person, window, days) for person in people))
    taken = (each for person in people for each in near(person.busy, window.earliest, window.latest))
    return without(at_work, merged(taken, buffer))


def _at_work(person: Person, window: Window, days: Workdays) -> list[Range]:
    there = (day for day in _all_days(window) if day in days and day not in person.away)
    return [instants(person.hours.on(day)) for day in there]


def _blocked_on(
    day: date, window: Window, people: Sequence[Person], days: Workdays, minutes: int, buffer: timedelta
) -> Blocked | None:
    """What stands in the way on a working day: their hours alone, else the days away, else the calendars."""
    around = Window(day, max(window.earliest, day - 2 * _A_DAY), min(window.latest, day + 2 * _A_DAY))

    def has_time(who: Sequence[Person]) -> bool:
        room = _room(around, who, days, buffer)
        return any(openings(day, people[0].hours, timedelta(minutes=minutes), room))

    there = [replace(person, busy=tuple(near(person.busy, day, day))) for person in people]
    idle = [replace(person, busy=()) for person in there]
    never_away = [replace(person, away=frozenset()) for person in idle]
    if has_time(there):
        return None
    if not has_time(never_away):
        absent = [never_away[:1], *([] for _ in never_away[1:])]
        return Blocked(day, Why.HOURS, _hindering(never_away, absent, has_time))
    if not has_time(idle):
        return Blocked(day, Why.AWAY, _hindering(idle, [[person] for person in never_away], has_time))
    return Blocked(day, Why.BUSY, _hindering(there, [[replace(person, busy=())] for person in there], has_time))


def _hindering(
    people: Sequence[Person], freed: Sequence[list[Person]], has_time: Callable[[Sequence[Person]], bool]
) -> tuple[str, ...]:
    """Whose hindrance alone leaves no time, or all who have one; `freed` is what each would be without it."""
    tried = [
        (person.who, [*people[:n], *without_it, *people[n + 1 :]])
        for n, (person, without_it) in enumerate(zip(people, freed, strict=True))
        if without_it != [person]
    ]
    alone = tuple(who for who, others in tried if has_time(others))
    return alone or tuple(who for who, _ in tried) or (people[0].who,)
