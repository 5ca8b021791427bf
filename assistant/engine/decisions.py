"""By when they decide: a day that the customer's own people named, also where it reached us only as a quote.

A day that we named is never one. Before an ending that was theirs nothing counts any more: a no or a not-now sets
the day aside, and after it they name it anew.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from assistant.domain.deal import Deal, DecisionDate, Evidence, Side, Source
from assistant.domain.mail import Address
from assistant.domain.reading import Days, SaidDate
from assistant.engine.companies import mailbox_of
from assistant.engine.endings import Ending, story
from assistant.engine.found import NOTHING_MORE, Heard, Question, called, date_key
from assistant.engine.reasons import spelled
from assistant.engine.timeline import Timeline

ABOUT_DATES: Final = "decision-dates"
"""What the questions are about that ask by when they decide."""


@dataclass(frozen=True, slots=True)
class Named:
    """The day or days by which one of theirs said that they decide. Of a range it's the last day."""

    who: Address
    at: datetime
    days: Days
    certain: bool
    evidence: Evidence

    @property
    def day(self) -> date:
        return self.days.last


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decision date that drafts and plan go by, and what the rep is asked about it.

    `unwritten` is a date of the customer's that the rep hasn't written down. It's in force at once, as their last word.
    Where their words differ or can be taken for several days, none is in force.
    """

    in_force: DecisionDate | None
    unwritten: DecisionDate | None = None
    questions: tuple[Question, ...] = ()


def decisions(deal: Deal, timeline: Timeline, heard: Heard = NOTHING_MORE) -> Decisions:
    """What the deal's own date, and all that their people named since, come to."""
    told = story(deal, timeline, heard)
    if deal.stage.ended or (told.ending is not None and told.ending.final):
        return Decisions(deal.decision)
    written = None if deal.decision is None or _is_set_aside(deal.decision, timeline, told.last) else deal.decision
    seq = deal.decision.seq + 1 if deal.decision else 1
    since = [named for named in _named(timeline, heard) if told.last is None or named.at >= told.last.move.at]
    if written is not None:
        since = [named for named in since if _is_newer(named, written, timeline)]
    words = [named for named in _last_words(since) if date_key(deal, _decision(named, seq)) not in heard.denied]
    if written is None:
        return _first(words, seq)
    return _moved([named for named in words if not _agree(named.days, Days.of(written.day))], written, seq)


def _first(words: Sequence[Named], seq: int) -> Decisions:
    """Where the deal has no date yet: what they named, if it's one day."""
    if not words:
        return Decisions(None)
    latest = words[-1]
    if (other := _differing(words)) is not None:
        return Decisions(None, questions=(_conflict(other, latest),))
    sure = next((named for named in reversed(words) if named.certain and _agree(named.days, latest.days)), None)
    if sure is None:
        return Decisions(None, questions=(_unclear(latest, seq),))
    return Decisions(_decision(sure, seq), _decision(sure, seq))


def _moved(words: Sequence[Named], written: DecisionDate, seq: int) -> Decisions:
    """Where the deal has a date: what they named since, if it's another day."""
    if not words:
        return Decisions(written)
    latest = words[-1]
    if (other := _differing(words)) is not None:
        return Decisions(None, questions=(_conflict(other, latest),))
    if not latest.certain:
        return Decisions(None, questions=(_unclear(latest, seq, written),))
    if written.day >= latest.at.date() and not _may_be_of(written, latest.who):
        return Decisions(None, questions=(_conflict_with(written, latest),))
    anew = _decision(latest, seq)
    question = Question(
        f"{called(latest.who)} now names {spelled(latest.day)} for the decision; the deal has "
        f"{spelled(written.day)}. Is it a new plan?",
        latest.evidence,
        also=(written.evidence,),
        about=ABOUT_DATES,
        decides=anew,
    )
    return Decisions(anew, anew, (question,))


def _differing(words: Sequence[Named]) -> Named | None:
    """The last of them who named another day than the latest; not one whose day had gone by when that was said."""
    latest = words[-1]
    others = (named for named in reversed(words) if named.day >= latest.at.date())
    return next((named for named in others if not _agree(named.days, latest.days)), None)


def _conflict(one: Named, other: Named) -> Question:
    return Question(
        f"{called(one.who)} names {spelled(one.day)} for the decision and {called(other.who)} {spelled(other.day)}. "
        "Which one holds?",
        other.evidence,
        also=(one.evidence,),
        about=ABOUT_DATES,
    )


def _conflict_with(written: DecisionDate, latest: Named) -> Question:
    return Question(
        f"{called(latest.who)} names {spelled(latest.day)} for the decision; the deal has {spelled(written.day)} from "
        f"{written.evidence.who}. Which one holds?",
        latest.evidence,
        also=(written.evidence,),
        about=ABOUT_DATES,
    )


def _unclear(named: Named, seq: int, written: DecisionDate | None = None) -> Question:
    may_be = f"It may be {spelled(named.day)}."
    if (named.days.end - named.days.start).days > 1:
        may_be = f"It may be any day from {spelled(named.days.start)} to {spelled(named.day)}."
    return Question(
        f"By which day does {called(named.who)} mean to decide? {may_be}",
        named.evidence,
        also=(written.evidence,) if written else (),
        about=ABOUT_DATES,
        decides=_decision(named, seq),
    )


def _named(timeline: Timeline, heard: Heard) -> list[Named]:
    """All that their people said of it, in the order in which they wrote it."""
    return sorted((*_in_moves(timeline), *_in_quotes(timeline, heard)), key=lambda named: named.at)


def _in_moves(timeline: Timeline) -> Iterator[Named]:
    for move in timeline.moves:
        said = move.reading.decision if move.reading and move.side is Side.THEM else None
        if said is not None and said.whose is Side.THEM and move.who is not None:
            yield _as_named(said, move.who, move.at, move.ref, move.at.date())


def _in_quotes(timeline: Timeline, heard: Heard) -> Iterator[Named]:
    zone = timeline.last.at.tzinfo if timeline.last else None
    for quote in heard.quoted:
        yield _as_named(quote.said, quote.who, datetime.combine(quote.on, time.min, zone), quote.ref, quote.on)


def _as_named(said: SaidDate, who: Address, at: datetime, ref: str, on: date) -> Named:
    told = " ".join(said.evidence.text.split())
    evidence = Evidence(Source.MESSAGE, ref, told, said.evidence.rule, called(who), on)
    return Named(who, at, said.days, said.certain, evidence)


def _last_words(named: Sequence[Named]) -> list[Named]:
    """The last word of each of them, in the order in which they said it."""
    last: dict[str, Named] = {}
    for each in named:
        last.pop(mailbox_of(each.who.email), None)
        last[mailbox_of(each.who.email)] = each
    return list(last.values())


def _decision(named: Named, seq: int) -> DecisionDate:
    return DecisionDate(named.day, named.evidence, seq)


def _agree(one: Days, other: Days) -> bool:
    """Whether some day is in both: "in September" and "on 12 September"."""
    return one.start < other.end and other.start < one.end


def _may_be_of(written: DecisionDate, who: Address) -> bool:
    """Whether the date in the deal may be this person's: where it's another's, the two differ."""
    named = (written.evidence.who or "").casefold()
    return written.evidence.source is not Source.MESSAGE or named in ("", who.email, (who.name or "").casefold())


def _is_newer(named: Named, written: DecisionDate, timeline: Timeline) -> bool:
    """Whether it was said after what the deal's date rests on."""
    evidence = written.evidence
    if evidence.ref == named.evidence.ref and evidence.on == named.evidence.on:
        return False
    at = _instant_of(evidence, timeline)
    if at is not None:
        return named.at > at
    return evidence.on is None or named.at.date() > evidence.on


def _is_set_aside(written: DecisionDate, timeline: Timeline, ending: Ending | None) -> bool:
    """Whether a no or a not-now of theirs came after what the deal's date rests on."""
    if ending is None:
        return False
    at, on = _instant_of(written.evidence, timeline), written.evidence.on
    if at is not None:
        return at < ending.move.at
    return on is None or on <= ending.move.at.date()


def _instant_of(evidence: Evidence, timeline: Timeline) -> datetime | None:
    """When the mail was written on which the date rests; None for a quote in it, whose day is another."""
    move = next((move for move in timeline.moves if evidence.ref and move.ref == evidence.ref), None)
    return move.at if move is not None and evidence.on in (None, move.at.date()) else None
