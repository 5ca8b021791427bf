"""What is found about a deal: standings with their evidence, and questions that only the rep can answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from assistant.domain.concern import Concern
from assistant.domain.deal import Deal, DecisionDate, Evidence, Source, Standing, Us
from assistant.domain.mail import Address
from assistant.domain.reading import SaidDate, Span
from assistant.domain.workdays import Workdays
from assistant.engine.customers import Customers
from assistant.engine.timeline import Move, Timeline

DATE_MARK: Final = "decision-date"
"""In the key of a question whose yes writes a decision date down."""


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
    """What can't be told from mail and calendar, and the rep must say.

    `also` is evidence beside the first (a second contact's sentence). `about` says what it is about where the rule of
    the evidence doesn't: one question is asked about one thing in one message. `decides` is the decision date that a
    yes writes down. `first` says that it's asked even before somebody who waits is answered.
    """

    text: str
    evidence: Evidence
    also: tuple[Evidence, ...] = ()
    about: str = ""
    decides: DecisionDate | None = None
    first: bool = False


@dataclass(frozen=True, slots=True)
class Raised:
    """A concern of theirs that is in the rep's hands, and the move that raised it."""

    concern: Concern
    move: Move
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Standings:
    """All standings that hold, in order of precedence, the questions that stay open, and what stops our drafts."""

    found: tuple[Found, ...]
    questions: tuple[Question, ...] = ()
    raised: Raised | None = None

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
class QuotedDate:
    """A decision date in an earlier mail of theirs that reached us only as a quote, in the message `ref`."""

    who: Address
    on: date
    said: SaidDate
    ref: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known beside the moves.

    `concerns` are those of the customer's mails, by Message-ID. `quoted` are dates in mails that we have only as
    quotes. `confirmed` are the keys of questions to which the rep said yes, `denied` of those to which they said no.
    """

    concerns: Mapping[str, tuple[Concern, ...]] = field(default_factory=lambda: MappingProxyType({}))
    quoted: tuple[QuotedDate, ...] = ()
    confirmed: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()


NOTHING_MORE: Final = Heard()


@dataclass(frozen=True, slots=True)
class Case:
    """A deal as it's looked at on one day: all that a standing is found from."""

    deal: Deal
    timeline: Timeline
    customers: Customers
    now: datetime
    days: Workdays
    heard: Heard = NOTHING_MORE

    @classmethod
    def of(
        cls, deal: Deal, timeline: Timeline, us: Us, now: datetime, days: Workdays, heard: Heard = NOTHING_MORE
    ) -> "Case":
        return cls(deal, timeline, Customers.of(deal, us), now, days, heard)

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
    return called(move.who) if move.who else None


def called(who: Address) -> str:
    """A person's name, or their address where no name is known."""
    return who.name or who.email


def question_key(deal: Deal, question: Question) -> str:
    """The same for the same question about the same message: it's asked once."""
    if question.decides is not None:
        return date_key(deal, question.decides)
    return key_about(deal, question.evidence.ref, question.about or question.evidence.rule)


def key_about(deal: Deal, ref: str, about: str) -> str:
    return f"{deal.id}:question:{ref}#{about}"


def date_key(deal: Deal, decision: DecisionDate) -> str:
    """Of the question whether to write this date down, as that of the plan with its number."""
    plan = f"#{decision.seq}" if decision.seq > 1 else ""
    return f"{deal.id}:{DATE_MARK}:{decision.day.isoformat()}{plan}"


def _rule_of(move: Move) -> str:
    if move.reading is None:
        return "event.held" if move.event is not None else ""
    if move.reading.kind_evidence is not None:
        return move.reading.kind_evidence.rule
    return move.reading.intents[0].evidence.rule if move.reading.intents else ""
