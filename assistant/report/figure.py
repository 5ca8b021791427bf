"""A week, and a figure about it that opens its evidence.

A figure's `id` is the same for the same thing in every report of that week: what it counts, then, after dots, the deal
and a number where it's about one. A week is one of ISO 8601, from Monday on, on the rep's clock.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from assistant.domain.deal import Evidence

FEW: Final = 5
"""Below so many there is no median and no share in percent."""
_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """One week, by its Monday."""

    start: date

    def __post_init__(self) -> None:
        if self.start.weekday():
            raise ValueError(f"{self.start} is no Monday")

    @classmethod
    def of(cls, day: date) -> "Week":
        """The week that the day lies in."""
        return cls(day - timedelta(days=day.weekday()))

    @classmethod
    def named(cls, name: str) -> "Week":
        """From its name, 2026-W47. Raises ValueError."""
        year, mark, number = name.strip().upper().partition("-W")
        if not (mark and year.isdecimal() and number.isdecimal()):
            raise ValueError(f"{name!r} names no week")
        return cls(date.fromisocalendar(int(year), int(number), 1))

    @property
    def name(self) -> str:
        """As ISO 8601 writes it: 2026-W01. Its year is that of the week's Thursday."""
        year, week, _ = self.start.isocalendar()
        return f"{year}-W{week:02}"

    @property
    def end(self) -> date:
        """The Monday after it."""
        return self.start + _WEEK

    @property
    def last(self) -> date:
        """Its Sunday."""
        return self.end - timedelta(days=1)

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.start + timedelta(days=n) for n in range(7))

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def back(self, weeks: int) -> "Week":
        return Week(self.start - weeks * _WEEK)

    def since(self, zone: tzinfo) -> datetime:
        """The first moment of it."""
        return datetime.combine(self.start, time(), zone)

    def until(self, zone: tzinfo) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.end, time(), zone)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure and what's behind it.

    `value` is a count, a measure or a day; None where nothing can be said: nothing was there, or too few for a median.
    `of` is what it's a part of, or for a median how many it's taken from. `small` says that they're fewer than five.
    """

    id: str
    value: int | float | date | None
    of: int | None = None
    small: bool = False
    evidence: tuple[Evidence, ...] = ()

    @property
    def part(self) -> float | None:
        """The share, from 0 to 1; None where there is no whole, or one too small for a share."""
        if self.small or not self.of or not isinstance(self.value, int | float):
            return None
        return self.value / self.of

    @property
    def count(self) -> int:
        """The value of one that counts."""
        return int(self.value) if isinstance(self.value, int | float) else 0


def counted(figure_id: str, evidence: tuple[Evidence, ...], of: int | None = None, value: int | None = None) -> Figure:
    """A figure that counts its evidence, or `value`; a part `of` few is small."""
    return Figure(figure_id, len(evidence) if value is None else value, of, of is not None and of < FEW, evidence)


@dataclass(frozen=True, slots=True)
class DealName:
    """A deal as it's called: `id` is its anchor, `name` what it's about, `company` the customer."""

    id: str
    name: str
    company: str
