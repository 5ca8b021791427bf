"""Working days and hours of several people: zones, weekends, public holidays, closed days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache

_SATURDAY_SUNDAY = frozenset({5, 6})
_NOON = time(12)


@cache
def _holidays(country: str, year: int) -> frozenset[date]:
    """Public holidays of an ISO 3166-1 country ("DE") or subdivision ("DE-BY"); empty for an unknown one."""
    import holidays  # 110 ms: only when days are counted

    code, _, subdivision = country.partition("-")
    try:
        found = holidays.country_holidays(code, subdiv=subdivision or None, years=year)
    except NotImplementedError:
        return frozenset()
    return frozenset(day for day in found if day.year == year)


def holidays_known(country: str) -> bool:
    """Whether the public holidays of this country, and of its region where one is named, are known."""
    import holidays

    code, _, region = country.partition("-")
    supported = holidays.list_supported_countries()
    return code in supported and (not region or region in supported[code])


@cache
def _weekend(country: str) -> frozenset[int]:
    """Weekday numbers (Monday is 0) on which the country rests."""
    import holidays

    try:
        found = holidays.country_holidays(country.partition("-")[0])
    except NotImplementedError:
        return _SATURDAY_SUNDAY
    return frozenset(found.weekend)


@dataclass(frozen=True, slots=True)
class Workdays:
    """The days on which everybody concerned works: no one's weekend, public holiday or closed day.

    `countries` are ISO 3166 codes of both sides; with none, Saturday and Sunday are the weekend.
    """

    countries: tuple[str, ...] = ()
    closed: frozenset[date] = frozenset()

    def __contains__(self, day: date) -> bool:
        if day in self.closed:
            return False
        if not self.countries:
            return day.weekday() not in _SATURDAY_SUNDAY
        for country in self.countries:  # asked of every day of every span, so no generator
            if day.weekday() in _weekend(country) or day in _holidays(country, day.year):
                return False
        return True

    def first_from(self, day: date) -> date:
        """The day itself if it's a working day, else the next one."""
        return next(self._from(day, 1))

    def last_until(self, day: date) -> date:
        """The day itself if it's a working day, else the one before."""
        return next(self._from(day, -1))

    def add(self, day: date, count: int) -> date:
        """`count` working days after the day (before it, where negative); 0 is the day itself."""
        if count == 0:
            return day
        step = 1 if count > 0 else -1
        days = self._from(day + timedelta(days=step), step)
        for _ in range(abs(count) - 1):
            next(days)
        return next(days)

    def between(self, start: date, end: date) -> int:
        """Working days in [start, end); negative where the end comes first."""
        if end < start:
            return -self.between(end, start)
        return sum(1 for n in range((end - start).days) if start + timedelta(days=n) in self)

    def rests(self, start: date, end: date) -> list[date]:
        """Holidays and closed days in [start, end) that are nobody's weekend."""
        weekend = frozenset().union(*map(_weekend, self.countries)) if self.countries else _SATURDAY_SUNDAY
        days = (start + timedelta(days=n) for n in range((end - start).days))
        return [day for day in days if day not in self and day.weekday() not in weekend]

    def _from(self, day: date, step: int) -> Iterator[date]:
        for n in range(3660):
            candidate = day + timedelta(days=n * step)
            if candidate in self:
                yield candidate
        raise ValueError("no working day within ten years: check `closed` days in the configuration")


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When somebody can be met: from `start` to `end` on the wall clock of `zone`, on `half_days` until noon."""

    zone: tzinfo
    start: time = time(9)
    end: time = time(17)
    half_days: frozenset[date] = frozenset()

    def on(self, day: date) -> tuple[datetime, datetime]:
        """The day's hours as aware instants; both are the same where it leaves none.

        A wall clock time that the day doesn't have (RFC 5545 section 3.3.5) never makes the hours longer, and of one
        that it has twice it's the first.
        """
        end = max(self.start, min(self.end, _NOON)) if day in self.half_days else self.end
        opens, closes = datetime.combine(day, self.start, self.zone), datetime.combine(day, end, self.zone)
        return opens, max(opens, min(closes, closes.replace(fold=1), key=datetime.timestamp), key=datetime.timestamp)
