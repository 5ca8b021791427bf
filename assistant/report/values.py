"""The values of a report: what one week was like and what's next. Tuples stand in the order in which they're shown."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from assistant.domain.deal import Evidence, Stage, Standing
from assistant.domain.draft import ItemKind, Purpose
from assistant.report.figure import DealName, Figure, Week


@dataclass(frozen=True, slots=True)
class DealLine:
    """A deal as the week left it. `standing` is None where nothing is open. `opened` says that it was new."""

    deal: DealName
    stage: Stage
    standing: Standing | None
    evidence: tuple[Evidence, ...] = ()
    opened: bool = False


@dataclass(frozen=True, slots=True)
class StandingCount:
    """How many open deals stand so; None: nothing is open."""

    standing: Standing | None
    deals: tuple[DealName, ...]
    figure: Figure


@dataclass(frozen=True, slots=True)
class Moves:
    """The week's moves. `purposeful` is of all of ours that can be told; `colleagues` counts those of ours that a
    colleague made, `meetings` those that were held, `untold` our mails of which nobody can tell."""

    purposeful: Figure
    passive: Figure
    untold: Figure
    colleagues: Figure
    meetings: Figure
    theirs: Figure


@dataclass(frozen=True, slots=True)
class TrendWeek:
    """One week of the trend: purposeful moves of ours, of all that can be told. `working_days` are the rep's."""

    week: Week
    figure: Figure
    working_days: int = 5


class Broke(StrEnum):
    """What ended a rally."""

    MEETING = "meeting"
    """A meeting was held."""
    SPOKE = "spoke"
    """The rep spoke with them, and a next step was agreed."""
    PURPOSE = "purpose"
    """A mail of ours that led somewhere."""
    ENDED = "ended"
    """The deal ended."""


@dataclass(frozen=True, slots=True)
class Break:
    """What broke a rally, and when."""

    how: Broke
    on: date
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Rally:
    """A ping-pong that went on in the week or was broken in it. `length` counts exchanges; `broken` is None where it
    goes on."""

    deal: DealName
    length: Figure
    since: date
    last: date
    broken: Break | None = None


@dataclass(frozen=True, slots=True)
class NextSteps:
    """Next-step coverage at the week's end: `covered` open deals of all; `without` are the others. Deals that wait on
    purpose (`resting`: paused, away) are in neither."""

    covered: Figure
    without: tuple[DealLine, ...]
    resting: Figure


class MilestoneState(StrEnum):
    """What became of a milestone."""

    MET = "met"
    AHEAD = "ahead"
    MOVED = "moved"
    """Still ahead, on a later or earlier day than before the week."""
    MISSED = "missed"
    """Its day went by in the week, and it wasn't held."""
    CROWDED = "crowded"
    """It no longer fits before the decision date."""


@dataclass(frozen=True, slots=True)
class MilestoneMark:
    """One milestone of a plan. `day` is when it was or is to be held (None: nobody said, or it no longer fits); `was`
    the day that it had before it moved or was missed. `agreed` says that the rep has approved its day."""

    id: str
    name: str
    day: date | None
    state: MilestoneState
    was: date | None = None
    agreed: bool = False


@dataclass(frozen=True, slots=True)
class PlanHealth:
    """One deal's plan at the week's end. `slack` is how many working days its next milestone can wait, from its day on,
    as `nextmove plan` says it; `days_left` the working days from the week's end to the decision date."""

    deal: DealName
    decision: date
    slack: Figure
    days_left: Figure
    milestones: tuple[MilestoneMark, ...] = ()
    next: str | None = None
    """The id of the next milestone."""

    @property
    def crowded(self) -> tuple[MilestoneMark, ...]:
        """Those that no longer fit before the decision date."""
        return tuple(each for each in self.milestones if each.state is MilestoneState.CROWDED)


@dataclass(frozen=True, slots=True)
class Milestones:
    """Milestones of the week, over all deals."""

    met: Figure
    moved: Figure
    missed: Figure


@dataclass(frozen=True, slots=True)
class DecisionDates:
    """Decision dates in force at the week's end: `held` of all open deals' that have one. `moved_by_us` is always
    nothing: the store refuses it. `unknown` are open deals without one; `named` dates that were written down anew."""

    held: Figure
    moved_by_us: Figure
    moved_by_customers: Figure
    named: Figure
    unknown: Figure


@dataclass(frozen=True, slots=True)
class Drafts:
    """The week's drafts. `proposed` were put up in the week; the others were decided in it. `edited` of those approved
    had words of the rep's; `changed` is the median share of their words, from 0 to 1, over the edited ones."""

    proposed: Figure
    approved: Figure
    edited: Figure
    dismissed: Figure
    changed: Figure
    withdrawn: Figure


@dataclass(frozen=True, slots=True)
class ReplyTimes:
    """Replies to one kind of our mails, over the twelve weeks: how many were answered, of all that had a working week
    to be, and after how many of their working hours (median)."""

    answered: Figure
    hours: Figure


@dataclass(frozen=True, slots=True)
class Replies:
    purposeful: ReplyTimes
    passive: ReplyTimes


@dataclass(frozen=True, slots=True)
class Invites:
    """Our invites: `sent` in the week; answers that came in it; `replanned` were moved to another time."""

    sent: Figure
    accepted: Figure
    declined: Figure
    replanned: Figure
    cancelled: Figure


@dataclass(frozen=True, slots=True)
class GuardStop:
    """What the guard stopped of one family, in the week."""

    family: str
    title: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class Exit:
    """A deal that ended gracefully in the week: a good outcome. `evidence` is our farewell."""

    deal: DealName
    on: date
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Paused:
    """A deal that rests: `until` is the day that they asked for, None where they named none."""

    deal: DealName
    until: date | None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Endings:
    """`won` and `exits` of the week, `paused` at its end."""

    won: tuple[Exit, ...]
    exits: tuple[Exit, ...]
    paused: tuple[Paused, ...]
    won_figure: Figure
    exits_figure: Figure
    paused_figure: Figure


@dataclass(frozen=True, slots=True)
class Contacted:
    """Somebody to whom we wrote in the week: how many of our mails (`of` is the cap). `over` says that it's more."""

    name: str
    deal: DealName
    figure: Figure
    over: bool = False


class PromiseState(StrEnum):
    KEPT = "kept"
    OPEN = "open"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """A promise of ours. `due` is its last day."""

    deal: DealName
    what: str
    due: date
    state: PromiseState
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Promises:
    """Our promises: `kept` in the week, `open` and `late` at its end; the `lines` are the late and open ones first."""

    kept: Figure
    open: Figure
    late: Figure
    lines: tuple[PromiseLine, ...]


class Risk(StrEnum):
    """What puts a deal at risk most, the gravest first."""

    WAITING = "waiting"
    """They wait for us: an answer, or what we promised."""
    DUE = "due"
    """They asked us to wait, and the day that they named has come."""
    FAREWELL = "farewell"
    """They said no, and nobody has thanked them yet."""
    UNREACHABLE = "unreachable"
    """Mail doesn't reach them, whatever else they wait for."""
    CROWDED = "crowded"
    """A milestone no longer fits before their decision date, or that day went by."""
    LAPSED = "lapsed"
    PASSIVE = "passive"
    UNDATED = "undated"
    NONE = "none"
    RESTING = "resting"
    """Nothing at all: they rest, by their own wish, or are away."""


@dataclass(frozen=True, slots=True)
class NextLine:
    """What's next for one deal. `title` is one line for the rep; `kind` and `purpose` are those of the draft, question
    or notice, None where it's to wait; `day` is when it's due or when to look again, `milestone` the next one's name
    and `milestone_day` its day."""

    deal: DealName
    title: str
    kind: ItemKind | None
    purpose: Purpose | None
    day: date | None
    risk: Risk
    slack: int | None = None
    milestone: str | None = None
    milestone_day: date | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One week, and what's next.

    `as_of` is the moment by which everything is judged: the week's end, or now where it goes on still (`over` False).
    `working_days` are the rep's in the week: none in a week off. `anonymous` says that customers have no names in it.
    """

    week: Week
    as_of: datetime
    over: bool
    working_days: int
    open: Figure
    opened: Figure
    deals: tuple[DealLine, ...]
    standings: tuple[StandingCount, ...]
    moves: Moves
    trend: tuple[TrendWeek, ...]
    rallies: tuple[Rally, ...]
    next_steps: NextSteps
    plans: tuple[PlanHealth, ...]
    milestones: Milestones
    dates: DecisionDates
    drafts: Drafts
    replies: Replies
    invites: Invites
    guard: tuple[GuardStop, ...]
    endings: Endings
    people: tuple[Contacted, ...]
    cap: int
    promises: Promises
    next: tuple[NextLine, ...]
    anonymous: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing happened in the week: no move on either side."""
        moves = self.moves
        return not any(each.value for each in (moves.purposeful, moves.passive, moves.untold, moves.theirs))

    @property
    def off(self) -> bool:
        """Whether the rep didn't work in the week."""
        return self.working_days == 0

    def figures(self) -> Iterator[Figure]:
        """Every figure, in the order of the fields."""
        return _figures(self)

    def figure(self, figure_id: str) -> Figure | None:
        return next((each for each in self.figures() if each.id == figure_id), None)


def _figures(value: Any) -> Iterator[Figure]:
    if isinstance(value, Figure):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _figures(each)
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            yield from _figures(getattr(value, each.name))
