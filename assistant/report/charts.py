"""The pictures of a report: trend, coverage, rallies and runway, each for a wide page or a narrow one.

Clear without colour: what's done is filled, what's open is a ring, a decision date is a diamond; what no longer fits
is said in words. Each says in words what it shows.
"""

from collections.abc import Iterator
from typing import Final

from assistant.report.canvas import (
    ACCENT,
    ATTENTION,
    INK,
    LINE,
    MUTED,
    Canvas,
    Picture,
    width_of,
)
from assistant.report.runway import runway
from assistant.report.sheet import Drawing, Shape
from assistant.report.telling_week import broken_by
from assistant.report.told import counted, day, tidy
from assistant.report.values import Rally, Report, TrendWeek

MOST_RALLIES: Final = 6
_MOST_BOUNCES: Final = 24
_APART: Final = 20
_ROOMY: Final = 500


def drawings(report: Report, shape: Shape) -> dict[str, Drawing]:
    """By name, those that there's something to show of."""
    made = {
        "trend": trend(report, shape),
        "coverage": coverage(report, shape),
        "rallies": rallies(report, shape),
        "runway": runway(report, shape),
    }
    return {name: drawing for name, drawing in made.items() if drawing is not None}


def trend(report: Report, shape: Shape) -> Drawing | None:
    """A point a week at the share of its purposeful moves: filled, or a ring where they were few."""
    weeks = report.trend
    if not any(week.figure.of for week in weeks):
        return None
    top, bottom, left, right = 26.0, 164.0, 44.0, shape.width - 18.0
    step = (right - left) / max(1, len(weeks) - 1)
    points = [(left + n * step, bottom - _part(week) * (bottom - top), week) for n, week in enumerate(weeks)]

    def draw(canvas: Canvas) -> None:
        for value, label in ((0.0, "none"), (0.5, "half"), (1.0, "all")):
            y = bottom - value * (bottom - top)
            canvas.line([(left, y), (right, y)], LINE)
            canvas.text(left - 10, y + 4, label, MUTED, 11, at="right")
        run: list[tuple[float, float]] = []
        for x, y, week in points:
            if week.figure.of:
                run.append((x, y))
            else:
                canvas.line(run, ACCENT, 2)
                run = []
                if not week.working_days:
                    canvas.text(x, bottom - 6, "off", MUTED, 11, at="center")
        canvas.line(run, ACCENT, 2)
        told = [each for each in points if each[2].figure.of]
        for n, (x, y, week) in enumerate(told):
            canvas.dot(x, y, 4.5, ACCENT, hollow=week.figure.small)
            if n == len(told) - 1:
                falls = n > 0 and told[n - 1][1] < y
                below = y < top + 14 or (falls and y < bottom - 22)
                canvas.text(min(x, right), y + 20 if below else y - 11, _of(week), INK, 12, at="right", bold=True)
        for n in _labelled(len(weeks), shape):
            start = weeks[n].week.start
            canvas.text(left + n * step, bottom + 22, f"{start.day} {start:%b}", MUTED, 11, at=_side(n, len(weeks)))

    sayings = [f"week of {week.week.start.day} {week.week.start:%b}, {_of(week)}" for week in weeks if week.figure.of]
    title = "Share of our moves that led somewhere, week by week"
    words = f"One point a week over {len(weeks)} weeks; a ring where there were fewer than five. {'; '.join(sayings)}."
    return Drawing(Picture(f"trend{shape.mark}", shape.width, 196, title, words), draw)


def _part(week: TrendWeek) -> float:
    return week.figure.count / week.figure.of if week.figure.of else 0.0


def _of(week: TrendWeek) -> str:
    return f"{week.figure.count} of {week.figure.of}"


def _labelled(count: int, shape: Shape) -> Iterator[int]:
    """The weeks with a day below them: the last, and as many before as there's room for."""
    every = 2 if shape.width >= _ROOMY else 3
    yield from range(count - 1, -1, -every)


def _side(n: int, count: int) -> str:
    return "right" if n == count - 1 else "center"


def coverage(report: Report, shape: Shape) -> Drawing | None:
    """A dot for each open deal: filled with a next step, a ring without one, a small one where it rests."""
    covered, resting = report.next_steps.covered, report.next_steps.resting.count
    whole = covered.of or 0
    if not whole:
        return None
    without = whole - covered.count
    gap, radius = 26.0, 8.0
    a_row = int((shape.width - 8) // gap)
    kinds = ["covered"] * covered.count + ["without"] * without + ["resting"] * resting
    rows = -(-len(kinds) // a_row)
    legend = [("covered", counted(covered.count, "deal") + " with a next step")]
    legend += [("without", f"{without} without")] if without else []
    legend += [("resting", f"{resting} resting")] if resting else []
    places = _laid(legend, shape.width)
    lines = places[-1][1] + 1

    def mark(canvas: Canvas, x: float, y: float, kind: str, size: float) -> None:
        if kind == "resting":
            canvas.dot(x, y, size * 0.4, MUTED)
        else:
            canvas.dot(x, y, size, ACCENT, hollow=kind == "without")

    def draw(canvas: Canvas) -> None:
        for n, kind in enumerate(kinds):
            mark(canvas, radius + 2 + n % a_row * gap, 14 + n // a_row * gap, kind, radius)
        for (kind, said), (x, line) in zip(legend, places, strict=True):
            y = 14 + rows * gap + 16 + line * 20
            mark(canvas, x + 5, y - 4, kind, 5)
            canvas.text(x + 16, y, said, MUTED, 12)

    title = "Open deals with and without a next step"
    words = "A dot for each open deal: " + ", ".join(said for _, said in legend) + "."
    height = round(14 + rows * gap + 16 + lines * 20 - 8)
    return Drawing(Picture(f"coverage{shape.mark}", shape.width, height, title, words), draw)


def _laid(legend: list[tuple[str, str]], width: float) -> list[tuple[float, int]]:
    """For each entry where it begins, and on which line."""
    places: list[tuple[float, int]] = []
    x, line = 0.0, 0
    for _, said in legend:
        wide = 16 + width_of(said) + 22
        if x and x + wide - 22 > width:
            x, line = 0.0, line + 1
        places.append((x, line))
        x += wide
    return places


def rallies(report: Report, shape: Shape) -> Drawing | None:
    """Each rally as the ball's way: to them and back for each exchange, then what broke it."""
    shown = report.rallies[:MOST_RALLIES]
    if not shown:
        return None
    high = 62.0
    most = min(_MOST_BOUNCES, max(each.length.count for each in shown))
    step = min(30.0, (shape.width - 40.0) / max(1, most) / 2)

    def draw(canvas: Canvas) -> None:
        for n, rally in enumerate(shown):
            _rally(canvas, rally, 14 + n * high, step, shape)

    title = "The longest rallies, and what broke them"
    words = "; ".join(_rally_in_words(each) for each in shown) + "."
    return Drawing(Picture(f"rallies{shape.mark}", shape.width, round(len(shown) * high), title, words), draw)


def _rally(canvas: Canvas, rally: Rally, y: float, step: float, shape: Shape) -> None:
    name = tidy(rally.deal.name)
    ending = f"goes on, {_exchanges(rally)}" if rally.broken is None else f"{_exchanges(rally)}, then {_breaker(rally)}"
    if width_of(name, 12.5) + width_of(ending) + _APART > shape.width:
        ending = _exchanges(rally)
    room = shape.width - width_of(ending) - _APART
    canvas.name(y, name, room, f"since {day(rally.since)}")
    canvas.text(shape.width, y, ending, MUTED, 12, at="right")
    up, down = y + 15, y + 31
    bounces = min(rally.length.count, _MOST_BOUNCES)
    way = [(5 + k * step, down if k % 2 else up) for k in range(2 * bounces + 1)]
    canvas.line(way, MUTED, 1.4)
    for k, (x, at) in enumerate(way[:-1]):
        canvas.dot(x, at, 2.6, MUTED if k % 2 else ACCENT)
    x, at = way[-1]
    if rally.broken is None:
        canvas.dot(x, at, 4.2, ATTENTION, hollow=True)
    else:
        end = min(x + max(36.0, step), shape.width - 6.0)
        canvas.line([(x, at), (end, at)], ACCENT, 2)
        canvas.diamond(end, at, 5.5, ACCENT)


def _exchanges(rally: Rally) -> str:
    return counted(rally.length.count, "exchange")


def _breaker(rally: Rally) -> str:
    return broken_by(rally.broken.how) if rally.broken else ""


def _rally_in_words(rally: Rally) -> str:
    said = f"{tidy(rally.deal.name)}: {_exchanges(rally)} since {day(rally.since)}"
    return f"{said}, broken by {_breaker(rally)}" if rally.broken else f"{said}, goes on"
