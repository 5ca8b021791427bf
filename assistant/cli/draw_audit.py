"""The audit as a picture: a bar a week, numbers only. What it says it says in words too, for who can't see it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from assistant.cli.picture import Frame, rounded, template
from assistant.workflows.auditing import NEAR, quarters_end

if TYPE_CHECKING:
    from assistant.workflows.auditing import Audit, Week

_WEEK: Final = timedelta(days=7)
_MOST_TICKS: Final = 5
_MOST_MONTHS: Final = 13
_LEAST: Final = 5
"""Mails that the scale reaches at least, so that a single one doesn't tower."""
_FEWEST: Final = 13
"""Weeks for which there's room at least."""
_ROOM: Final = 4
"""Weeks that the name of a month with its year takes."""
_GAP: Final = 0.25
"""The part of a week's width that stays free beside its bar."""


FRAME: Final = Frame(width=960, height=420, left=64, right=940, top=70, bottom=326)


@dataclass(frozen=True, slots=True)
class Bar:
    """One week: the mails with pressure below, the others on them."""

    x: float
    width: float
    calm_top: float
    calm_height: float
    pressed_top: float
    pressed_height: float
    told: str


@dataclass(frozen=True, slots=True)
class Band:
    """The end of one quarter, behind the bars."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on an axis, and what it says."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Where everything stands in the frame."""

    bars: tuple[Bar, ...]
    bands: tuple[Band, ...]
    ticks: tuple[Mark, ...]
    months: tuple[Mark, ...]


def picture(told: "Audit") -> str:
    """The picture as SVG."""
    title = f"Pressure in your sent mail, {_full(told.since)} to {_full(told.until)}"
    summary = f"{told.all.pressed} of {told.all.mails} mails with pressure"
    summary += f" ({told.all.part:.0%})" if told.all.part is not None else ""
    summary += ". These are few: only a hint." if told.all.few else ""
    return template("audit/trend.svg.j2").render(
        title=title, summary=summary, description=_described(told), frame=FRAME, chart=chart(told.weeks)
    )


def chart(weeks: Sequence["Week"]) -> Chart:
    """The weeks laid out over the whole width, as high as the fullest."""
    fullest = max(_LEAST, *(week.share.mails for week in weeks))
    step = _step(fullest)
    most = -(-fullest // step) * step
    wide = (FRAME.right - FRAME.left) / max(len(weeks), _FEWEST)
    high = (FRAME.bottom - FRAME.top) / most
    return Chart(
        bars=tuple(_bar(week, FRAME.left + n * wide, wide, high) for n, week in enumerate(weeks) if week.share.mails),
        bands=tuple(_bands(weeks, wide)),
        ticks=tuple(Mark(rounded(FRAME.bottom - value * high), str(value)) for value in range(0, most + 1, step)),
        months=tuple(_months(weeks, wide)),
    )


def _bar(week: "Week", x: float, wide: float, high: float) -> Bar:
    pressed, calm = week.share.pressed * high, (week.share.mails - week.share.pressed) * high
    return Bar(
        x=rounded(x + wide * _GAP / 2),
        width=rounded(wide * (1 - _GAP)),
        calm_top=rounded(FRAME.bottom - pressed - calm),
        calm_height=rounded(calm),
        pressed_top=rounded(FRAME.bottom - pressed),
        pressed_height=rounded(pressed),
        told=f"Week of {_full(week.start)}: {week.share.pressed} of {week.share.mails} with pressure",
    )


def _bands(weeks: Sequence["Week"], wide: float) -> Iterator[Band]:
    """The last days of each quarter, as far as the weeks show them."""
    if not weeks:
        return
    first, until = weeks[0].start, weeks[-1].start + _WEEK
    end = quarters_end(first)
    while True:
        past = end + timedelta(days=1)
        start, stop = max(past - NEAR, first), min(past, until)
        if start >= until:
            return
        days = wide / _WEEK.days
        yield Band(rounded(FRAME.left + (start - first).days * days), rounded((stop - start).days * days))
        end = quarters_end(past)


def _months(weeks: Sequence["Week"], wide: float) -> Iterator[Mark]:
    """The first week of each month; of many months every second, third, sixth or twelfth, counted from January."""
    starts = [n for n, week in enumerate(weeks) if n and week.start.month != weeks[n - 1].start.month]
    if weeks and (not starts or starts[0] >= _ROOM):
        starts.insert(0, 0)
    every = next((step for step in (1, 2, 3, 6) if len(starts) <= step * _MOST_MONTHS), 12)
    for n in starts:
        start = weeks[n].start
        if (start.month - 1) % every == 0:
            year = f" {start.year}" if n == starts[0] or start.month == 1 or every == 12 else ""
            yield Mark(rounded(FRAME.left + n * wide), f"{start:%b}{year}")


def _step(most: int) -> int:
    """How far apart the lines of the scale lie: 1, 2 or 5 with zeros."""
    power = 1
    while True:
        for base in (1, 2, 5):
            if base * power * _MOST_TICKS >= most:
                return base * power
        power *= 10


def _described(told: "Audit") -> str:
    """What the picture shows, in words."""
    weeks = [week for week in told.weeks if week.share.mails]
    words = ["A bar chart with one bar for each week.", f"{told.all.pressed} of {told.all.mails} mails with pressure."]
    if told.all.pressed:
        worst = max(weeks, key=lambda week: week.share.pressed)
        words.append(f"Most in the week of {_full(worst.start)}: {worst.share.pressed} of {worst.share.mails}.")
    near, other = told.quarter.near, told.quarter.other
    words.append(
        f"In the last 14 days of a quarter {near.pressed} of {near.mails}, on all other days "
        f"{other.pressed} of {other.mails}."
    )
    return " ".join(words)


def _full(day: date) -> str:
    return f"{day.day} {day:%b} {day.year}"
