"""What the reader couldn't tell, and the rep must: languages, ambiguous dates, strangers, a return after a no."""

from collections.abc import Iterator
from datetime import date

from assistant.domain.deal import DecisionDate, Evidence, Side, Source, Stage
from assistant.domain.reading import AutomaticKind, Intent
from assistant.engine.endings import story
from assistant.engine.found import Case, Question, name
from assistant.engine.timeline import Move, Timeline
from assistant.engine.turns import unanswered


def decisions_named(timeline: Timeline) -> tuple[DecisionDate, ...]:
    """The decision dates that the customer's people named for certain, the oldest first, one for each change.

    Of a range ("in the second half of June") it's the last day.
    """
    found: list[DecisionDate] = []
    for move in timeline.moves:
        said = move.reading.decision if move.reading and move.side is Side.THEM else None
        if said is None or not said.certain or said.whose is not Side.THEM:
            continue
        if not found or found[-1].day != said.days.last:
            told = Evidence(
                Source.MESSAGE, move.ref, said.evidence.text, said.evidence.rule, name(move), move.at.date()
            )
            found.append(DecisionDate(said.days.last, told, seq=len(found) + 1))
    return tuple(found)


def questions(case: Case) -> tuple[Question, ...]:
    """All that is open, the weightiest first."""
    return tuple(
        dict.fromkeys(
            (
                *_came_back(case),
                *_whose_no(case),
                *_unreadable(case),
                *_unclear_dates(case),
                *_differing_dates(case),
                *_challenges(case),
                *_strangers(case),
            )
        )
    )


def _came_back(case: Case) -> Iterator[Question]:
    told = story(case.timeline)
    if case.deal.stage not in (Stage.SAID_NO, Stage.PAUSED) or told.came_back is None:
        return
    before = "no" if case.deal.stage is Stage.SAID_NO else "“not now”"
    yield Question(
        f"{_name(told.came_back)} wrote again after their {before}. Do you want to reopen the deal?",
        case.evidence(told.came_back),
    )


def _whose_no(case: Case) -> Iterator[Question]:
    ending = story(case.timeline).ending
    if case.deal.stage.ended or ending is None:
        return
    reading = ending.move.reading
    span = reading.evidence_of(ending.intent) if reading else None
    if not ending.theirs_to_say:
        yield Question(
            f"{_name(ending.move)} says no, and that others decide. Is it the customer's no?",
            case.evidence(ending.move, span),
        )
    elif reading is not None and not reading.certain:
        kind = "a no" if ending.intent is Intent.NO else "a “not now”"
        yield Question(f"Is this {kind}? {reading.reason}".rstrip(), case.evidence(ending.move, span))


def _unreadable(case: Case) -> Iterator[Question]:
    """The moves on which the standing rests, where they can't be judged: theirs that wait, or ours that was last."""
    last = case.timeline.last
    waiting = unanswered(case)
    if waiting and _unread(waiting[0]):
        yield Question(f"{_why(waiting[0])} What does {_name(waiting[0])} need from you?", _subject(waiting[0], case))
    elif (
        last is not None
        and last.side is Side.US
        and last.message is not None
        and (_unread(last) or last.purposeful is None)
    ):
        yield Question(f"{_why(last)} Does your mail set a next step?", _subject(last, case))


def _unclear_dates(case: Case) -> Iterator[Question]:
    if case.deal.decision is not None:
        return
    for move in reversed(case.timeline.moves):
        said = move.reading.decision if move.reading and move.side is Side.THEM else None
        if said is not None:
            if not said.certain:
                yield Question(
                    f"By which day does {_name(move)} mean to decide? It may be {_day(said.days.last)}.",
                    case.evidence(move, said.evidence),
                )
            return


def _differing_dates(case: Case) -> Iterator[Question]:
    """A date other than the deal's, named since; or, where the deal has none, two people with two dates."""
    named = decisions_named(case.timeline)
    if not named:
        return
    latest, decision = named[-1], case.deal.decision
    if decision is not None:
        newer = decision.evidence.on is None or (
            latest.evidence.on is not None and latest.evidence.on > decision.evidence.on
        )
        if newer and latest.day != decision.day and decision.evidence.ref != latest.evidence.ref:
            yield Question(
                f"{_who(latest)} now names {_day(latest.day)} for the decision; the deal has "
                f"{_day(decision.day)}. Is it a new plan?",
                latest.evidence,
            )
        return
    other = next((d for d in reversed(named) if d.evidence.who != latest.evidence.who), None)
    if other is not None and other.day != latest.day:
        yield Question(
            f"{_who(other)} names {_day(other.day)} for the decision and {_who(latest)} {_day(latest.day)}. "
            "Which one holds?",
            latest.evidence,
        )


def _challenges(case: Case) -> Iterator[Question]:
    """A mail system that wants to know whether a person wrote: for the rep to answer, in their mail program."""
    last = case.timeline.last_of(Side.US)
    for mirrored in case.timeline.automatic:
        automatic, message = mirrored.automatic, mirrored.message
        if automatic is None or automatic.kind is not AutomaticKind.CHALLENGE or message.date is None:
            continue
        if last is None or message.date >= last.at:
            told = automatic.evidence
            who = (message.sender.name or message.sender.email) if message.sender else "Their mail system"
            yield Question(
                f"{who} asks you to confirm that you are a person before your mail is delivered.",
                Evidence(Source.MESSAGE, message.message_id, told.text, told.rule, who, case.day(message.date)),
            )


def _strangers(case: Case) -> Iterator[Question]:
    last = case.timeline.last
    asked: set[str] = set()
    for mirrored in case.timeline.strangers:
        message = mirrored.message
        if message.sender is None or message.date is None or message.sender.email in asked:
            continue
        if last is None or message.date > last.at:
            asked.add(message.sender.email)
            who = message.sender.name or message.sender.email
            yield Question(
                f"{who} ({message.sender.domain}) wrote in a thread of this deal. Are they with the customer?",
                Evidence(Source.MESSAGE, message.message_id, message.subject, "stranger", who, case.day(message.date)),
            )


def _unread(move: Move) -> bool:
    return move.reading is None or not move.reading.certain


def _why(move: Move) -> str:
    reading = move.reading
    return (reading.reason if reading else "") or "This mail can't be judged from its text."


def _subject(move: Move, case: Case) -> Evidence:
    sentence = move.sentence or (move.message.message.subject if move.message else "")
    return Evidence(Source.MESSAGE, move.ref, sentence, "unread", name(move), case.day_of(move))


def _name(move: Move) -> str:
    return name(move) or "Somebody"


def _who(named: DecisionDate) -> str:
    return named.evidence.who or "Somebody"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
