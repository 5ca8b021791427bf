"""What ends or turns a deal in the customer's own words: a no, a not-now, a yes; and their coming back."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from assistant.domain.deal import Deal, Side, Stage
from assistant.domain.reading import Intent
from assistant.engine.timeline import Move, Timeline

_COMES_BACK: Final = (
    Intent.YES,
    Intent.DECISION_DATE_STATED,
    Intent.REFERRAL,
    Intent.OBJECTION,
    Intent.QUESTION,
    Intent.SCHEDULING,
)

_NOT_THEIRS_TO_DECIDE: Final = re.compile(
    r"""\b(?:
          (?:not|isn['’]?t|is\ not)\ (?:really\ )?(?:my|mine|ours?)\ (?:to\ (?:decide|make)|decision|call)
        | (?:it|this|that)\ (?:is|isn['’]?t|is\ not|won['’]?t\ be)\ (?:up\ to\ me|for\ me\ to\ decide)
        | (?:not\ up\ to|not\ for)\ me
        | I\ (?:don['’]?t|do\ not|won['’]?t|can['’]?t|cannot)\ (?:get\ to\ )?
          (?:decide|make\ (?:the|that|this)\ (?:decision|call))
        | (?:decision|call|last\ word|final\ say)\ (?:is|lies|sits|rests|stays)\ (?:with|not\ with)\ (?!us\b|me\b)
        | (?:speaking\ )?(?:only\ )?for\ myself
        | I\ personally | personally,?\ I
        )""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Ending:
    """A no or a not-now that stands. `theirs_to_say` is False where the text itself says that others decide."""

    intent: Intent
    move: Move
    theirs_to_say: bool = True


@dataclass(frozen=True, slots=True)
class Story:
    """How far their words have carried the deal: the ending in force, the last yes, and a return after an ending."""

    ending: Ending | None = None
    yes: Move | None = None
    came_back: Move | None = None
    over: Ending | None = None
    """The ending that they came back from."""


def story(timeline: Timeline) -> Story:
    """Read their moves in order. They come back when they ask, propose or agree; thanks alone leave a no a no.

    A talk with a next step that the rep tells of ends a no or not-now as well; and so does our writing again on or
    after the day that a not-now named. A meeting that was left in the calendar doesn't.
    """
    now = Story()
    for move in timeline.moves:
        if (told := ending_in(move)) is not None:
            now = Story(told, now.yes if told.intent is Intent.NOT_NOW else None)
        elif now.ending is not None and _returns(move):
            now = Story(None, move if _agrees(move) else now.yes, move, now.ending)
        elif now.ending is not None and _reopens(move, now.ending):
            now = Story(None, now.yes)
        elif _agrees(move):
            now = Story(now.ending, move, now.came_back, now.over)
    return now


def ending_in(move: Move) -> Ending | None:
    """The no or not-now that a move of theirs carries."""
    reading = move.reading
    if move.side is Side.US or reading is None:
        return None
    if reading.has(Intent.NO):
        alone = _NOT_THEIRS_TO_DECIDE.search(reading.new_text) is None
        return Ending(Intent.NO, move, theirs_to_say=alone)
    return Ending(Intent.NOT_NOW, move) if reading.has(Intent.NOT_NOW) else None


def stage_of(deal: Deal, timeline: Timeline) -> Stage:
    """The stage that their words have led to. An ended deal stays ended: that they write again is a suggestion."""
    if deal.stage.ended:
        return deal.stage
    told = story(timeline)
    ending = told.ending
    if ending is not None and ending.theirs_to_say and _certain(ending.move):
        return Stage.SAID_NO if ending.intent is Intent.NO else Stage.PAUSED
    return Stage.AFTER_YES if told.yes is not None and _certain(told.yes) else deal.stage


def resume_day(ending: Ending) -> date | None:
    """The first of the days that a not-now named."""
    reading = ending.move.reading
    return reading.resume_on.days.start if reading and reading.resume_on else None


def _certain(move: Move) -> bool:
    return move.reading is not None and move.reading.certain


def _agrees(move: Move) -> bool:
    return move.side is Side.THEM and move.reading is not None and move.reading.has(Intent.YES)


def _returns(move: Move) -> bool:
    if move.side is Side.US:
        return False
    reading = move.reading
    return reading is None or bool(reading.asks) or any(map(reading.has, _COMES_BACK))


def _reopens(move: Move, ending: Ending) -> bool:
    if move.spoken is not None and move.spoken.day is not None:
        return True
    day = resume_day(ending)
    return (
        ending.intent is Intent.NOT_NOW
        and move.message is not None
        and move.side is Side.US
        and day is not None
        and move.at.date() >= day
    )
