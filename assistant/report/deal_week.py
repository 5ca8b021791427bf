"""What a report needs to know: each deal at the week's end, and what was proposed, placed and stopped until then."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Final

from assistant.domain.deal import Deal, DecisionDate, Evidence, Source, Stage
from assistant.domain.draft import ItemKind, ItemState, Purpose
from assistant.domain.invite import InviteState
from assistant.domain.plan import MilestoneKind, Plan
from assistant.domain.reading import MirroredMessage
from assistant.domain.workdays import Workdays, WorkingHours
from assistant.engine.desk import NextMove
from assistant.engine.found import Case
from assistant.engine.standing import Standings
from assistant.engine.timeline import Move, Timeline
from assistant.report.figure import DealName, Week

TREND: Final = 12
"""Weeks of the trend, and those over which replies are measured."""


@dataclass(frozen=True, slots=True)
class DealWeek:
    """One deal at the week's end.

    `deal` has the stage, the decision date and the people that held then. `began` is the day of its first move, or on
    which it was put in the book. `dates` are all that were written down, `named` one that they had named and nobody had
    written down. `kept_before` and `kept` are the days that its milestones had by the rep's approval or in the
    calendar, before the week and at its end; `done` those that the rep had said were held, `shown` the move by which
    each was seen to be held. `slack` is how many working days the plan's next milestone can wait. `reached` are stages
    that the rep named in the week.
    """

    deal: Deal
    began: date
    case: Case
    standings: Standings
    days: Workdays
    hours: WorkingHours
    plan: Plan | None = None
    next: NextMove | None = None
    dates: tuple[DecisionDate, ...] = ()
    named: DecisionDate | None = None
    kept_before: Mapping[str, date] = field(default_factory=dict)
    kept: Mapping[str, date] = field(default_factory=dict)
    done: Mapping[str, date] = field(default_factory=dict)
    shown: Mapping[str, Move] = field(default_factory=dict)
    kinds: tuple[MilestoneKind, ...] = ()
    slack: int | None = None
    reached: tuple[tuple[datetime, Stage], ...] = ()

    @property
    def name(self) -> DealName:
        return DealName(self.deal.id, self.deal.name, self.deal.company)

    @property
    def timeline(self) -> Timeline:
        return self.case.timeline

    @property
    def moves(self) -> tuple[Move, ...]:
        return self.case.timeline.moves

    @property
    def is_open(self) -> bool:
        return not self.deal.stage.ended

    @property
    def robots(self) -> tuple[MirroredMessage, ...]:
        return self.case.timeline.automatic

    def day_of(self, move: Move) -> date:
        return self.case.day_of(move)

    def told(self, sentence: str, rule: str, on: date | None = None) -> Evidence:
        """Evidence that rests on the deal itself."""
        return Evidence(Source.DEAL, self.deal.id, sentence, rule, on=on)


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision about an item of the queue, or an edit of it."""

    at: datetime
    by: str
    after: ItemState
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Proposed:
    """An item of the queue, and what was decided about it, the oldest first. `changed` is the share of its words that
    the rep changed before they approved it, from 0 to 1; None where it wasn't approved in the week."""

    id: int
    deal_id: str
    kind: ItemKind
    title: str
    created: datetime
    purpose: Purpose | None = None
    steps: tuple[Decided, ...] = ()
    changed: float | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """How a meeting of ours lay in the calendar from `at` on."""

    deal_id: str
    milestone: str
    uid: str
    title: str
    state: InviteState
    start: datetime
    at: datetime
    told: bool = True


@dataclass(frozen=True, slots=True)
class Stopped:
    """A text that the guard stopped: `found` are the families' codes with the rule that found it."""

    at: datetime
    deal_id: str | None
    ref: str
    found: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a report is made of. `titles` are those of the guard's families by code; `away` says which days of the
    rep's own are no working days; `noted` is by UID, the oldest first. `cap` is how many mails one person may get."""

    week: Week
    as_of: datetime
    zone: tzinfo
    deals: tuple[DealWeek, ...]
    proposed: tuple[Proposed, ...] = ()
    noted: Mapping[str, tuple[Noted, ...]] = field(default_factory=dict)
    stopped: tuple[Stopped, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    own_days: Workdays = field(default_factory=Workdays)
    away: frozenset[date] = frozenset()
    cap: int = 2

    def day(self, at: datetime) -> date:
        """The day on the rep's clock."""
        return at.astimezone(self.zone).date()

    def within(self, at: datetime) -> bool:
        """Whether it was in the week."""
        return at < self.as_of and self.day(at) in self.week

    def working_days(self, week: Week) -> int:
        return sum(day in self.own_days and day not in self.away for day in week.days)

    def deal(self, deal_id: str) -> DealWeek | None:
        return next((each for each in self.deals if each.deal.id == deal_id), None)
