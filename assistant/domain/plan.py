"""The process, and the plan that is laid backward from the decision date."""

from dataclasses import dataclass
from datetime import date

from assistant.domain.deal import Stage


@dataclass(frozen=True, slots=True)
class MilestoneKind:
    """One step of the company's sales process.

    `purpose` says why it serves the customer; `step` is what happens, as a noun phrase that reads well after
    "I suggest" ("a 30-minute walk through your open points"); `done_when` is the exit criterion;
    `our_owner` and `their_owner` are roles. `ideal` and `least` are lead times before the decision date in
    working days; `minutes` is the meeting's length.
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


@dataclass(frozen=True, slots=True)
class Process:
    """The ordered milestone kinds of the sales process."""

    milestones: tuple[MilestoneKind, ...]


@dataclass(frozen=True, slots=True)
class Milestone:
    """One dated step of a deal's plan. `slack` counts working days from today to the last day it can still be held."""

    kind: MilestoneKind
    day: date
    slack: int
    done: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The milestones of one deal toward one decision date, in order. `crowded` are those that no longer fit."""

    decision: date
    milestones: tuple[Milestone, ...]
    crowded: tuple[MilestoneKind, ...] = ()

    @property
    def next(self) -> Milestone | None:
        """The earliest unmet milestone."""
        return next((m for m in self.milestones if not m.done), None)
