"""What is found about a deal: standings with their evidence, and questions that only the rep can answer."""

from dataclasses import dataclass
from datetime import date, datetime

from assistant.domain.deal import Deal, Evidence, Source, Standing, Us
from assistant.domain.reading import Span
from assistant.domain.workdays import Workdays
from assistant.engine.customers import Customers
from assistant.engine.timeline import Move, Timeline


@dataclass(frozen=True, slots=True)
class Found:
    """One standing that holds. `until` is the day on which it ends by itself; `move` is the one it rests on.

    For `away` and `paused`, `until` is the first day to write again; for `advancing` the last day of the next step;
    for `lapsed` and `owes_reply` the day that went by, where one was named.
    """

    standing: Standing
    evidence: tuple[Evidence, ...]
    until: date | None = None
    move: Move | None = None
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """What can't be told from mail and calendar, and the rep must say."""

    text: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Standings:
    """All standings that hold, in order of precedence, and the questions that stay open."""

    found: tuple[Found, ...]
    questions: tuple[Question, ...] = ()

    @property
    def first(self) -> Found | None:
        return self.found[0] if self.found else None

    @property
    def others(self) -> tuple[Found, ...]:
        return self.found[1:]

    def of(self, standing: Standing) -> Found | None:
        return next((f for f in self.found if f.standing is standing), None)

    def has(self, standing: Standing) -> bool:
        return self.of(standing) is not None


@dataclass(frozen=True, slots=True)
class Case:
    """A deal as it's looked at on one day: all that a standing is found from."""

    deal: Deal
    timeline: Timeline
    customers: Customers
    now: datetime
    days: Workdays

    @classmethod
    def of(cls, deal: Deal, timeline: Timeline, us: Us, now: datetime, days: Workdays) -> "Case":
        return cls(deal, timeline, Customers.of(deal, us), now, days)

    @property
    def today(self) -> date:
        return self.now.date()

    def day(self, at: datetime) -> date:
        """The day on the rep's clock."""
        return at.astimezone(self.now.tzinfo).date()

    def day_of(self, move: Move) -> date:
        return self.day(move.at)

    def evidence(self, move: Move, span: Span | None = None, rule: str = "") -> Evidence:
        """What the move says: the given span of it, or the words that show what it does."""
        if move.spoken is not None:
            return Evidence(Source.REP, self.deal.id, move.spoken.what, rule or "spoken", name(move), self.day_of(move))
        source = Source.EVENT if move.event is not None else Source.MESSAGE
        sentence = " ".join((span.text if span else move.sentence).split())
        why = rule or (span.rule if span else _rule_of(move))
        return Evidence(source, move.ref, sentence, why, name(move), self.day_of(move))


def name(move: Move) -> str | None:
    """Who made the move, as they're called, or by their address."""
    return (move.who.name or move.who.email) if move.who else None


def _rule_of(move: Move) -> str:
    if move.reading is None:
        return "event.held" if move.event is not None else ""
    if move.reading.kind_evidence is not None:
        return move.reading.kind_evidence.rule
    return move.reading.intents[0].evidence.rule if move.reading.intents else ""
