"""The plan as a picture: today at the left, their decision at the right, a row a milestone. What it shows it says in
words too, for who can't see it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from assistant.cli.console import day
from assistant.cli.picture import Frame, rounded, template
from assistant.workflows.plan_words import day_in_full, people, room_of, together, whats_next

if TYPE_CHECKING:
    from assistant.workflows.seen_plan import Planned, Step

_ROW: Final = 50
_DAY: Final = timedelta(days=1)
_MOST_WEEKS: Final = 9
_LETTER: Final = 6.8
"""About the width of a letter, to see where a text fits."""
_BESIDE: Final = 14
"""How far a text stands from its mark."""


@dataclass(frozen=True, slots=True)
class Row:
    """One milestone ahead: its mark, the days on which it can still be held (`slack` wide), its words."""

    x: float
    y: float
    slack: float
    anchor: str
    text_x: float
    label: str
    detail: str
    told: str


@dataclass(frozen=True, slots=True)
class Week:
    """A Monday on the axis."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Where everything stands in the frame. `rests` are holidays of both sides, each a day wide."""

    frame: Frame
    rows: tuple[Row, ...]
    weeks: tuple[Week, ...]
    rests: tuple[float, ...]
    rest_width: float
    notes: tuple[str, ...]


def picture(found: "Planned") -> str:
    """The picture of a plan as SVG."""
    assert found.plan is not None  # without a plan there is no picture
    laid = chart(found)
    wide = laid.frame.right - laid.frame.left
    title = f"The way to their decision on {day_in_full(found.plan.decision)}: {found.deal.company}"
    return template("plan/timeline.svg.j2").render(
        title=_cut(title, wide * 0.75),
        next=_cut(f"What's next: {whats_next(found, briefly=True)}", wide),
        description=" ".join(_described(found)),
        today=day(found.today),
        decision=day(found.plan.decision),
        chart=laid,
    )


def chart(found: "Planned") -> Chart:
    """The plan laid out: the days over the whole width, the milestones below one another."""
    assert found.plan is not None  # without a plan there is no picture
    decision = found.plan.decision
    ahead = [step for step in found.steps if step.ahead]
    bottom = 96 + _ROW * max(len(ahead), 1) + 12
    notes = tuple(_notes(found))
    frame = Frame(width=960, height=bottom + 40 + 20 * len(notes), left=40, right=920, top=96, bottom=bottom)
    wide = (frame.right - frame.left) / max((decision - found.today).days, 1)
    rests = found.days.rests(found.today, decision)
    return Chart(
        frame,
        rows=tuple(_row(step, n, found, frame, wide) for n, step in enumerate(ahead)),
        weeks=tuple(_weeks(found.today, decision, frame, wide)),
        rests=tuple(rounded(frame.left + ((rest - found.today).days - 0.5) * wide) for rest in rests),
        rest_width=rounded(wide),
        notes=tuple(_cut(note, frame.right - frame.left) for note in notes),
    )


def _row(step: "Step", n: int, found: "Planned", frame: Frame, wide: float) -> Row:
    assert step.on is not None  # it's ahead
    until = step.latest if step.on == step.day else None
    x = frame.left + min((step.on - found.today).days * wide, frame.right - frame.left)
    detail = f"{room_of(step, briefly=True)}; {people(step)}"
    at_right, at_left = frame.right - x - 2 * _BESIDE, x - frame.left - 2 * _BESIDE
    right = at_right >= min(len(detail) * _LETTER, at_left)
    return Row(
        x=rounded(x),
        y=frame.top + _ROW * n + 24,
        slack=rounded(max((until - step.on).days, 0) * wide if until else 0),
        anchor="start" if right else "end",
        text_x=rounded(x + _BESIDE if right else x - _BESIDE),
        label=_cut(f"{day(step.on)}: {step.kind.name}{together(step)}", at_right if right else at_left),
        detail=_cut(detail, at_right if right else at_left),
        told=_told(step),
    )


def _weeks(today: date, decision: date, frame: Frame, wide: float) -> Iterator[Week]:
    """The Mondays between, of many every second or fourth and so on."""
    first = today + _DAY * (7 - today.weekday())
    mondays = [first + timedelta(weeks=n) for n in range(max((decision - first).days // 7 + 1, 0))]
    every = -(-len(mondays) // _MOST_WEEKS) if mondays else 1
    for monday in mondays[::every]:
        yield Week(rounded(frame.left + (monday - today).days * wide), f"{monday.day} {monday:%b}")


def _notes(found: "Planned") -> Iterator[str]:
    """What has no place on the axis: the milestones that are done, that no longer fit, and that are left out."""
    assert found.plan is not None  # without a plan there is no picture
    done = [step.kind.name for step in found.steps if step.done]
    if done:
        yield f"✓ Done: {', '.join(done)}"
    crowded = [step.kind.name for step in found.steps if step.crowded]
    if crowded:
        yield f"✗ No longer fits: {', '.join(crowded)}"
    if found.plan.dropped:
        yield f"– Left out: {', '.join(kind.name for kind in found.plan.dropped)}"


def _described(found: "Planned") -> Iterator[str]:
    """What the picture shows, in words."""
    assert found.plan is not None  # without a plan there is no picture
    yield f"A timeline from today, {day_in_full(found.today)}, to their decision on {day_in_full(found.plan.decision)}."
    for step in found.steps:
        if step.ahead:
            yield f"{_told(step)}."
    for note in _notes(found):
        yield f"{note[2:]}."


def _told(step: "Step") -> str:
    assert step.on is not None  # it's ahead
    return f"{step.kind.name}{together(step)} on {day_in_full(step.on)}, {people(step)}, {room_of(step)}"


def _cut(text: str, wide: float) -> str:
    """The text, or as much of it as has room; the description has it in full."""
    most = max(int(wide / _LETTER), 1)
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
