"""The runway: each deal's milestones toward its decision date, on one line of days."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from assistant.report.canvas import ACCENT, ATTENTION, INK, LINE, MUTED, SOFT, Canvas, Picture, width_of
from assistant.report.sheet import Drawing, Shape
from assistant.report.told import counted, day, tidy
from assistant.report.values import MilestoneMark, MilestoneState, PlanHealth, Report

MOST_PLANS: Final = 8
_ROW: Final = 50.0
_MARKS: Final = (("met", "met"), ("ahead", "ahead"), ("missed", "not held on its day"), ("decision", "they decide"))
_BEFORE: Final = timedelta(days=21)
_LONGEST: Final = timedelta(days=140)
"""Beyond this the days would lie too close: a decision date that lies further is shown at the edge."""
_LEAST: Final = timedelta(days=42)


@dataclass(frozen=True, slots=True)
class _Axis:
    """The days over the width."""

    first: date
    last: date
    left: float
    right: float

    def at(self, value: date) -> float:
        part = (value - self.first).days / (self.last - self.first).days
        return self.left + min(1.0, max(0.0, part)) * (self.right - self.left)


def runway(report: Report, shape: Shape) -> Drawing | None:
    """A row a deal, the earliest decision first: what's met is filled, what's ahead a ring, their day a diamond."""
    shown = sorted(report.plans, key=lambda each: each.decision)[:MOST_PLANS]
    if not shown:
        return None
    axis = _axis(report, shown, shape)
    top = 30.0
    bottom = top + len(shown) * _ROW

    def draw(canvas: Canvas) -> None:
        week = report.week
        canvas.box(axis.at(week.start), top - 8, axis.at(week.end) - axis.at(week.start), bottom - top + 8, SOFT)
        canvas.text(
            (axis.at(week.start) + axis.at(week.end)) / 2,
            top - 14,
            "this week" if not report.over else "last week",
            MUTED,
            11,
            at="center",
        )
        for month in _months(axis):
            x = axis.at(month)
            canvas.line([(x, top - 2), (x, bottom)], LINE)
            if x < axis.right - 24:
                canvas.text(x + 4, bottom + 14, f"{month:%b}", MUTED, 11)
        for n, plan in enumerate(shown):
            _row(canvas, plan, axis, top + n * _ROW, shape)
        for kind, said, x, line in _legend(shape):
            _explained(canvas, kind, said, x, bottom + 38 + 20 * line)

    title = "The runway: milestones toward each decision date"
    words = "; ".join(_in_words(each) for each in shown) + "."
    height = round(bottom + 28 + 20 * (1 + max(line for *_, line in _legend(shape))))
    return Drawing(Picture(f"runway{shape.mark}", shape.width, height, title, words), draw)


def _axis(report: Report, shown: list[PlanHealth], shape: Shape) -> _Axis:
    days = [each.day for plan in shown for each in plan.milestones if each.day]
    first = max(min([*days, report.week.start]), report.week.start - _BEFORE)
    last = max([plan.decision for plan in shown] + [first + _LEAST])
    last = min(last, first + _LONGEST)
    return _Axis(first - timedelta(days=1), last + timedelta(days=1), 6.0, shape.width - 10.0)


def _months(axis: _Axis) -> list[date]:
    found = []
    month = (axis.first.replace(day=1) + timedelta(days=32)).replace(day=1)
    while month <= axis.last:
        found.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    return found


def _row(canvas: Canvas, plan: PlanHealth, axis: _Axis, y: float, shape: Shape) -> None:
    spare = _spare(plan)
    attention = bool(plan.crowded)
    canvas.text(shape.width, y + 10, spare, ATTENTION if attention else MUTED, 11.5, at="right")
    room = shape.width - width_of(spare, 11.5) - 20
    canvas.name(y + 10, tidy(plan.deal.name), room, f"they decide on {day(plan.decision)}")
    line = y + 29
    end = axis.at(plan.decision)
    canvas.line([(axis.left, line), (end, line)], LINE, 1.5)
    for each in plan.milestones:
        _mark(canvas, each, axis, line)
    canvas.diamond(end, line, 6.5, INK)


def _mark(canvas: Canvas, mark: MilestoneMark, axis: _Axis, y: float) -> None:
    if mark.day is None or mark.day < axis.first:
        return
    x = axis.at(mark.day)
    if mark.state is MilestoneState.MET:
        canvas.dot(x, y, 4.6, ACCENT)
    elif mark.state is MilestoneState.MISSED:
        canvas.dot(x, y, 4.8, ATTENTION, hollow=True)
        canvas.line([(x - 5, y + 5), (x + 5, y - 5)], ATTENTION, 1.5)
    else:
        if mark.was is not None and mark.was >= axis.first:
            was = axis.at(mark.was)
            canvas.line([(was, y), (x, y)], ACCENT, 1.5, dashes=True)
            canvas.line([(was, y - 4), (was, y + 4)], ACCENT, 1.5)
        canvas.dot(x, y, 4.8, ACCENT, hollow=True)


def _spare(plan: PlanHealth) -> str:
    if crowded := len(plan.crowded):
        return f"{counted(crowded, 'step')} no longer {'fits' if crowded == 1 else 'fit'}"
    if not isinstance(plan.slack.value, int | float):
        return ""
    return f"{counted(plan.slack.count, 'day')} to spare" if plan.slack.count else "no day to spare"


def _legend(shape: Shape) -> list[tuple[str, str, float, int]]:
    """What each mark means: its kind, the words, where they begin, and on which line."""
    laid = []
    x, line = 0.0, 0
    for kind, said in _MARKS:
        wide = 16 + width_of(said, 11.5)
        if x + wide > shape.width:
            x, line = 0.0, line + 1
        laid.append((kind, said, x, line))
        x += wide + 20
    return laid


def _explained(canvas: Canvas, kind: str, said: str, x: float, y: float) -> None:
    if kind == "decision":
        canvas.diamond(x + 5, y - 4, 5.5, INK)
    elif kind == "missed":
        canvas.dot(x + 5, y - 4, 4.6, ATTENTION, hollow=True)
        canvas.line([(x + 1, y), (x + 9, y - 8)], ATTENTION, 1.4)
    else:
        canvas.dot(x + 5, y - 4, 4.6, ACCENT, hollow=kind == "ahead")
    canvas.text(x + 15, y, said, MUTED, 11.5)


def _in_words(plan: PlanHealth) -> str:
    met = sum(each.state is MilestoneState.MET for each in plan.milestones)
    whole = counted(len(plan.milestones), "milestone")
    said = f"{tidy(plan.deal.name)}: {met} of {whole} met, they decide on {day(plan.decision)}"
    spare = _spare(plan)
    return f"{said}, {spare}" if spare else said
