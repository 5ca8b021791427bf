"""A VTIMEZONE (RFC 5545 section 3.6.5) of an IANA zone, as small as calendar programs write it themselves.

icalendar's own lists every change of the clock for decades, without a rule, and lets summer time begin an hour late.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

_MORE_YEARS: Final = 3
"""For so many years from the next on a rule must hold to be one."""

_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of the clock. `at` is the local time of it by the clock as it was before (the RFC's DTSTART)."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str

    @property
    def rule(self) -> dict[str, Any]:
        """The rule that it would follow if it came every year: the last Sunday of March, the second of November."""
        last = (self.at + timedelta(days=7)).month != self.at.month
        number = -1 if last else (self.at.day - 1) // 7 + 1
        return {"FREQ": "YEARLY", "BYMONTH": self.at.month, "BYDAY": f"{number}{_DAYS[self.at.weekday()]}"}

    @property
    def every_year(self) -> tuple[object, ...]:
        """What is the same of it every year."""
        return tuple(self.rule.items()), self.at.time(), self.before, self.after


def vtimezone(zone: ZoneInfo, year: int) -> Any:
    """The zone's rules as they are in this year, from the year before on; without a rule, the changes one by one."""
    import icalendar

    component = icalendar.Timezone()
    component.add("tzid", zone.key)
    changes = list(_changes(zone, year - 1, year + _MORE_YEARS))
    by_rule = len(changes) == 2 * (_MORE_YEARS + 2) and len({change.every_year for change in changes}) == 2
    if by_rule:
        shown = changes[:2]
    elif changes:
        shown = [_before(changes[0], year - 1), *(change for change in changes if change.at.year <= year + 1)]
    else:
        start = datetime(year - 1, 1, 1, tzinfo=zone)
        offset = _offset(start, zone)
        shown = [_Change(start.replace(tzinfo=None), offset, offset, start.tzname() or _named(offset))]
    for change in shown:
        component.add_component(_observance(change, with_rule=by_rule))
    return component


def _before(change: _Change, year: int) -> _Change:
    """What holds from the beginning of the year until the first change in it."""
    start = datetime(year, 1, 1)  # noqa: DTZ001 - a local time, as VTIMEZONE has them
    return _Change(start, change.before, change.before, _named(change.before))


def _observance(change: _Change, *, with_rule: bool) -> Any:
    """The one with more daylight in the evening is DAYLIGHT, also where the law (of Ireland) calls it standard."""
    import icalendar

    one = icalendar.TimezoneDaylight() if change.after > change.before else icalendar.TimezoneStandard()
    one.add("dtstart", change.at)
    one.add("tzoffsetfrom", change.before)
    one.add("tzoffsetto", change.after)
    one.add("tzname", change.name)
    if with_rule:
        one.add("rrule", change.rule)
    return one


def _changes(zone: ZoneInfo, first: int, last: int) -> Iterator[_Change]:
    """All changes from the first year to the last, both included."""
    start = datetime(first, 1, 1, tzinfo=UTC)
    days = (datetime(last + 1, 1, 1, tzinfo=UTC) - start).days
    for low, high in pairwise(start + timedelta(days=day) for day in range(days + 1)):
        before, after = _offset(low, zone), _offset(high, zone)
        if before != after:
            moment = _between(low, high, zone)
            local = moment.astimezone(zone)
            yield _Change((moment + before).replace(tzinfo=None), before, after, local.tzname() or _named(after))


def _between(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The first moment, to the second, at which the offset is that of `high`."""
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
        if _offset(middle, zone) == _offset(high, zone):
            high = middle
        else:
            low = middle
    return high


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)


def _named(offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
