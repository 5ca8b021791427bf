"""The sample's days: offsets in working days from today, and the placeholders that turn into days in a text."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from assistant.domain.workdays import Workdays

HOME: Final = ZoneInfo("Europe/Berlin")

_WORKDAYS: Final = Workdays(("DE",))
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_TAGE: Final = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONATE: Final = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)
_PLACEHOLDER: Final = re.compile(r"\{([a-z]+):([+-]?\d+)\}")


@dataclass(frozen=True, slots=True)
class Today:
    """The day on which the sample is fresh. `day(-3)` is three working days before it, `day(0)` the day itself,
    or the last working day where today is none."""

    today: date

    @classmethod
    def at(cls, now: datetime) -> "Today":
        return cls(now.astimezone(HOME).date())

    def day(self, offset: int) -> date:
        return _WORKDAYS.add(self.today, offset) if offset else _WORKDAYS.last_until(self.today)

    def fill(self, text: str, said: date | None = None) -> str:
        """Every `{kind:offset}` as the day it stands for, worded as one would on the day it was `said`."""
        spoken_on = said or self.today
        return _PLACEHOLDER.sub(lambda m: wording(m[1], self.day(int(m[2])), spoken_on), text)


def wording(kind: str, day: date, said: date) -> str:
    """The day in words. An unknown kind is a mistake in the sample's source and raises KeyError."""
    weekday, month = _DAYS[day.weekday()], _MONTHS[day.month - 1]
    if kind == "weekday":
        return weekday if _near(day, said) else f"{weekday} {day.day} {month}"
    if kind == "when":
        named = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get((day - said).days)
        return named or f"on {wording('weekday', day, said)}"
    return {
        "day": f"{weekday}, {day.day} {month}",
        "date": f"{day.day} {month}",
        "ordinal": ordinal(day.day),
        "month": month,
        "week": str(day.isocalendar().week),
        "usday": f"{weekday}, {month} {day.day}",
        "usdate": f"{month} {day.day}",
        "tag": f"{_TAGE[day.weekday()]}, {day.day}. {_MONATE[day.month - 1]}",
        "datum": f"{day.day}. {_MONATE[day.month - 1]}",
        "iso": day.isoformat(),
        "year": str(day.year),
    }[kind]


def ordinal(number: int) -> str:
    if number in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def english(moment: datetime) -> str:
    """ "Wednesday, 12 November 2025 09:14"."""
    return f"{wording('day', moment.date(), moment.date())} {moment.year} {moment:%H:%M}"


def american(moment: datetime) -> str:
    """ "Wednesday, November 12, 2025 9:14 AM"."""
    hour = f"{moment.hour % 12 or 12}:{moment:%M} {'AM' if moment.hour < 12 else 'PM'}"
    return f"{wording('usday', moment.date(), moment.date())}, {moment.year} {hour}"


def german(moment: datetime) -> str:
    """ "Mittwoch, 12. November 2025 09:14"."""
    return f"{wording('tag', moment.date(), moment.date())} {moment.year} {moment:%H:%M}"


def short(moment: datetime) -> str:
    """ "12 Nov 2025"."""
    return f"{moment.day} {_MONTHS[moment.month - 1][:3]} {moment.year}"


def short_weekday(moment: datetime) -> str:
    return _DAYS[moment.weekday()][:3]


def _near(day: date, said: date) -> bool:
    """Whether the weekday alone says it: within the week before, or the next such day after."""
    return timedelta(days=-6) <= day - said <= timedelta(days=7) and day != said
