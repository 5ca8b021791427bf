"""The process, and the plan that is laid backward from the decision date."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from assistant.domain.deal import Stage
from assistant.domain.workdays import Workdays


@dataclass(frozen=True, slots=True)
class MilestoneKind:
    """One step of the company's sales process.

    `purpose` says why it serves the customer; `step` is what happens, as a noun phrase that reads well after
    "I suggest" ("a 30-minute walk through your open points"); `done_when` is the exit criterion;
    `our_owner` and `their_owner` are roles, `attendees` the roles of whoever else should be there. `ideal` and `least`
    are lead times before the decision date in working days; `minutes` is the meeting's length. `after` names the
    milestones that must be held first, by their ids; without any, it's the one before it in its stage. The invite goes
    out `notice` working days before the milestone's day.
    """

    id: str
    name: str
    purpose: str
    step: str
    done_when: str
    stage: Stage = Stage.BEFORE_YES
    our_owner: str = "rep"
    their_owner: str = "champion"
    minutes: int = 30
    ideal: int = 10
    least: int = 3
    words: tuple[str, ...] = ()
    """Words in a meeting's title or a mail that show this milestone was held."""
    after: tuple[str, ...] = ()
    attendees: tuple[str, ...] = ()
    notice: int = 5


@dataclass(frozen=True, slots=True)
class Process:
    """The ordered milestone kinds of the sales process."""

    milestones: tuple[MilestoneKind, ...]

    def waits_for(self) -> Mapping[str, tuple[str, ...]]:
        """For each milestone's id the ids of those that must be held right before it: its `after`, or the one above."""
        above: dict[Stage, tuple[str, ...]] = {}
        found: dict[str, tuple[str, ...]] = {}
        for kind in self.milestones:
            found[kind.id] = kind.after or above.get(kind.stage, ())
            above[kind.stage] = (kind.id,)
        return found


_LONGEST: Final = 90
"""Minutes above which a meeting that serves several milestones doesn't grow."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """One dated step of a deal's plan.

    `slack` counts working days from today to `latest`, the last day on which it can still be held; a done one has
    none. `with_` are the milestones that the rep holds in the same meeting.
    """

    kind: MilestoneKind
    day: date
    slack: int
    done: bool = False
    latest: date | None = None
    with_: tuple[MilestoneKind, ...] = ()

    def spare(self, days: Workdays) -> int:
        """How many working days it can wait: from its day to the latest."""
        return days.between(self.day, self.latest) if self.latest else 0

    @property
    def minutes(self) -> int:
        """How long its meeting lasts: with others in it as long as all of them, but no longer than is bearable."""
        together = sum(kind.minutes for kind in (self.kind, *self.with_))
        return max(self.kind.minutes, min(together, _LONGEST))


@dataclass(frozen=True, slots=True)
class PlanChoices:
    """What the rep chose for milestones of the plan in force: those left out, and those held with another one."""

    dropped: frozenset[str] = frozenset()
    merged: Mapping[str, str] = field(default_factory=dict)
    """By the milestone's id, the one in whose meeting it's held."""


@dataclass(frozen=True, slots=True)
class PlanOption:
    """What the rep can do about milestones that no longer fit. It never touches the decision date."""

    kind: Literal["drop", "merge", "ask"]
    milestones: tuple[MilestoneKind, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The milestones of one deal toward one decision date, by their days.

    `crowded` are those that no longer fit, `options` what can be done about them, `dropped` those that the rep left
    out. It's `late` where some milestone lies nearer to the decision than it ideally would.
    """

    decision: date
    milestones: tuple[Milestone, ...]
    crowded: tuple[MilestoneKind, ...] = ()
    options: tuple[PlanOption, ...] = ()
    late: bool = False
    dropped: tuple[MilestoneKind, ...] = ()

    @property
    def next(self) -> Milestone | None:
        """The earliest unmet milestone."""
        return next((m for m in self.milestones if not m.done), None)
