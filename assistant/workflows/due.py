"""When something is due: wall clock times on working days, intervals inside working hours, and when to try again.

Pure: the clock is an argument. Instants come out in UTC, where they compare as they happen: two times of one zone are
compared by their wall clocks, which a change to summer time makes wrong.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final, Protocol

from assistant.config import Config
from assistant.domain.workdays import Workdays, WorkingHours

DAILY: Final = "daily"
WATCH: Final = "watch"
INVITES: Final = "invites"
WEEKLY: Final = "weekly"
HOUSEKEEPING: Final = "housekeeping"

_A_YEAR: Final = 400
_DAY: Final = timedelta(days=1)
_INVITES_EVERY: Final = 60
_AT_NIGHT: Final = time(3, 30)
_LEAST_WAIT: Final = 5
_MOST_WAIT: Final = timedelta(hours=2)


class Rule(Protocol):
    """When a routine is due. `words` name the rule: where they change, its next time is counted anew."""

    @property
    def words(self) -> str: ...

    def count(self, now: datetime, last: datetime | None, /) -> datetime | None:
        """Its next time, for one that was last begun then; today's may lie behind, and is then made up for."""
        ...

    def after(self, now: datetime, /) -> datetime | None:
        """Its next time once it was done, whatever was missed before."""
        ...

    def holds(self, now: datetime, /) -> bool:
        """Whether a time that was missed may be made up for now."""
        ...


@dataclass(frozen=True, slots=True)
class At:
    """A wall clock time of the rep's, on working days, of which a week may have just one: the `weekday` (Monday is 0),
    or the working day after it. Without `days` it's every day. Nothing before the day `since`.

    A wall clock time that a day doesn't have comes as much later as the clock was put forward, and of one that it has
    twice it's the first.
    """

    at: time
    zone: tzinfo
    days: Workdays | None = None
    weekday: int | None = None
    since: date | None = None

    @property
    def words(self) -> str:
        which = "every day" if self.days is None else "working days" if self.weekday is None else f"day {self.weekday}"
        rests = f", {','.join(self.days.countries)} {sorted(map(str, self.days.closed))}" if self.days else ""
        return f"{which} at {self.at:%H:%M:%S} {self.zone}{rests}{_since(self.since)}"

    def count(self, now: datetime, last: datetime | None) -> datetime | None:
        if self.weekday is not None and last is None:
            return self.after(now)  # one that was never due has missed nothing
        today = now.astimezone(self.zone).date()
        start = today if self.weekday is None else today - timedelta(days=today.weekday())
        return next((each for each in self._times(start) if last is None or each > last), None)

    def after(self, now: datetime) -> datetime | None:
        start = now.astimezone(self.zone).date() - _DAY
        return next((each for each in self._times(start) if each > now), None)

    def holds(self, now: datetime) -> bool:
        today = now.astimezone(self.zone).date()
        if self.since is not None and today < self.since:
            return False
        return self.days is None or self.weekday is not None or today in self.days

    def _times(self, start: date) -> Iterator[datetime]:
        first = start if self.since is None else max(start, self.since)
        for day in (first + timedelta(days=n) for n in range(_A_YEAR)):
            if self._is_one(day):
                yield datetime.combine(day, self.at, self.zone).astimezone(UTC)

    def _is_one(self, day: date) -> bool:
        if self.days is None:
            return True
        if self.weekday is None:
            return day in self.days
        meant = day - timedelta(days=(day.weekday() - self.weekday) % 7)
        return self.days.first_from(meant) == day


@dataclass(frozen=True, slots=True)
class Every:
    """Every so many minutes of the rep's hours on working days. Nothing before the day `since`."""

    minutes: int
    hours: WorkingHours
    days: Workdays
    since: date | None = None

    @property
    def words(self) -> str:
        hours = f"{self.hours.start:%H:%M}-{self.hours.end:%H:%M} {self.hours.zone}"
        rests = f"{','.join(self.days.countries)} {sorted(map(str, self.days.closed | self.hours.half_days))}"
        return f"every {self.minutes} minutes, {hours}, {rests}{_since(self.since)}"

    def count(self, now: datetime, _last: datetime | None) -> datetime | None:
        return self._open_from(now)

    def after(self, now: datetime) -> datetime | None:
        return self._open_from(now + timedelta(minutes=self.minutes))

    def holds(self, now: datetime) -> bool:
        return self._open_from(now) == now

    def _open_from(self, moment: datetime) -> datetime | None:
        """The moment itself inside the hours, else when they next begin."""
        start = moment.astimezone(self.hours.zone).date()
        first = start if self.since is None else max(start, self.since)
        for day in (first + timedelta(days=n) for n in range(_A_YEAR)):
            opens, closes = (each.astimezone(UTC) for each in self.hours.on(day))
            if day in self.days and moment < closes and opens < closes:
                return max(moment, opens).astimezone(UTC)
        return None


@dataclass(frozen=True, slots=True)
class Until:
    """As the rule has it, but nothing from that day on, on the clock of that zone."""

    rule: Rule
    day: date
    zone: tzinfo

    @property
    def words(self) -> str:
        return f"{self.rule.words}, until {self.day}"

    def count(self, now: datetime, last: datetime | None) -> datetime | None:
        return self._before(self.rule.count(now, last))

    def after(self, now: datetime) -> datetime | None:
        return self._before(self.rule.after(now))

    def holds(self, now: datetime) -> bool:
        return self.rule.holds(now)

    def _before(self, when: datetime | None) -> datetime | None:
        return when if when is not None and when.astimezone(self.zone).date() < self.day else None


@dataclass(frozen=True, slots=True)
class Asked:
    """Only where something asks for it: `rule` says when it could be."""

    rule: Rule

    @property
    def words(self) -> str:
        return f"when asked, {self.rule.words}"

    def count(self, _now: datetime, _last: datetime | None) -> datetime | None:
        return None

    def after(self, _now: datetime) -> datetime | None:
        return None

    def holds(self, now: datetime) -> bool:
        return self.rule.holds(now)


def rules(config: Config, since: date | None) -> dict[tuple[str, str], Rule]:
    """What happens by itself, by its name and account, in the order in which it's done. `since` is the day from which
    on the rep is there.

    Their answers are looked for while the rep is away as well: a no withdraws what lies in the Drafts at once.
    """
    zone, days = config.zone, workdays(config)
    found: dict[tuple[str, str], Rule] = {(DAILY, ""): At(config.serve.run_at, zone, days, since=since)}
    watched: Rule = Every(config.serve.watch or 60, config.hours, days)
    if not config.serve.watch:
        mornings = At(config.serve.run_at, zone, days)
        watched = Asked(watched) if since is None else Until(mornings, since, zone)
    for account in config.accounts:
        found[WATCH, account.name] = watched
    if config.plan.schedule != "off":
        found[INVITES, ""] = Every(_INVITES_EVERY, config.hours, days, since)
    if config.report.deliver != "off":
        found[WEEKLY, ""] = At(config.report.at, zone, days, config.report.weekday, since)
    found[HOUSEKEEPING, ""] = At(_AT_NIGHT, zone)
    return found


def workdays(config: Config) -> Workdays:
    """The rep's own."""
    return Workdays((config.country,) if config.country else (), config.closed)


def again(now: datetime, failures: int, every: int = 0) -> datetime:
    """When to try what has failed so many times in a row: each wait is twice the one before, two hours at most."""
    first = timedelta(minutes=max(every, _LEAST_WAIT))
    return now + max(first, min(first * (1 << min(failures - 1, 10)), _MOST_WAIT))


def _since(day: date | None) -> str:
    return f", from {day}" if day else ""
