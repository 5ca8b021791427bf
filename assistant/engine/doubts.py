"""What the reader couldn't tell, and the rep must: languages, ambiguous dates, strangers, a return after a no."""

from collections.abc import Iterator

from assistant.domain.deal import Evidence, Side, Source, Stage
from assistant.domain.reading import AutomaticKind, Intent, Span
from assistant.engine.concerns import leaving
from assistant.engine.decisions import Decisions
from assistant.engine.endings import CAME_BACK, WHOSE_NO, Ending, story
from assistant.engine.found import Case, Question, name
from assistant.engine.timeline import Move
from assistant.engine.turns import unanswered


def questions(case: Case, decided: Decisions) -> tuple[Question, ...]:
    """All that is open, the weightiest first; `decided` is what is known of the day on which they decide."""
    return tuple(
        dict.fromkeys(
            (
                *_came_back(case),
                *_whose_no(case),
                *leaving(case),
                *decided.questions,
                *_unreadable(case),
                *_challenges(case),
                *_strangers(case),
            )
        )
    )


def _came_back(case: Case) -> Iterator[Question]:
    told = story(case.deal, case.timeline, case.heard)
    ended = told.ending or told.over
    stopped = told.ending is not None and told.ending.stop
    if told.came_back is None or not (stopped or case.deal.stage in (Stage.SAID_NO, Stage.PAUSED)):
        return
    before = "their “not now”" if case.deal.stage is Stage.PAUSED else "their no"
    yield Question(
        f"{_name(told.came_back)} wrote again after {'the wish to be left alone' if stopped else before}. "
        "Do you want to reopen the deal?",
        case.evidence(told.came_back),
        also=(case.evidence(ended.move, _span_of(ended)),) if ended else (),
        about=CAME_BACK,
    )


def _span_of(ending: Ending) -> Span | None:
    reading = ending.move.reading
    return reading.evidence_of(ending.intent) if reading else None


def _whose_no(case: Case) -> Iterator[Question]:
    ending = story(case.deal, case.timeline, case.heard).ending
    if case.deal.stage.ended or ending is None or ending.final:
        return
    evidence = case.evidence(ending.move, _span_of(ending))
    if not ending.theirs_to_say:
        text = f"{_name(ending.move)} says no, and that others decide. Is it the customer's no?"
    else:
        reason = ending.move.reading.reason if ending.move.reading else ""
        text = f"Is this {'a no' if ending.intent is Intent.NO else 'a “not now”'}? {reason}".rstrip()
    yield Question(text, evidence, about=WHOSE_NO)


def _unreadable(case: Case) -> Iterator[Question]:
    """The moves on which the standing rests, where they can't be judged: theirs that wait, or ours that was last. What
    they wrote before they ended it waits no longer."""
    last = case.timeline.last
    ending = story(case.deal, case.timeline, case.heard).ending
    ended = ending.move.at if ending is not None and ending.final else None
    waiting = [move for move in unanswered(case) if ended is None or move.at > ended]
    if waiting and (_only_its_date_is_unclear(waiting[0]) or waiting[0].ref in case.heard.concerns):
        return
    if waiting and _unread(waiting[0]):
        yield Question(f"{_why(waiting[0])} What does {_name(waiting[0])} need from you?", _subject(waiting[0], case))
    elif (
        last is not None
        and last.side is Side.US
        and last.message is not None
        and (_unread(last) or last.purposeful is None)
    ):
        yield Question(f"{_why(last)} Does your mail set a next step?", _subject(last, case))


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


def _only_its_date_is_unclear(move: Move) -> bool:
    """Whether what can't be told of the mail is the day on which they decide: that question is asked for itself."""
    said = move.reading.decision if move.reading else None
    return said is not None and not said.certain


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
