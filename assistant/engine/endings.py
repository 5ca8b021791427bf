"""What ends or turns a deal in the customer's own words: a no, a not-now, a yes; and their coming back."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from assistant.domain.concern import ConcernKind
from assistant.domain.deal import Deal, Side, Stage
from assistant.domain.reading import Intent
from assistant.engine.found import NOTHING_MORE, Case, Heard, key_about
from assistant.engine.timeline import Move, Timeline

WHOSE_NO: Final = "whose-no"
"""What the question is about whether an ending is one."""
CAME_BACK: Final = "came-back"
"""What the question is about whether to reopen the deal."""

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
        | (?:decision|call)\ (?:is\ not|isn['’]?t)\ mine
        | I\ (?:don['’]?t|do\ not|won['’]?t|can['’]?t|cannot)\ (?:get\ to\ )?
          (?:decide|make\ (?:the|that|this)\ (?:decision|call))
        | (?:decision|call|last\ word|final\ say)\ (?:is|lies|sits|rests|stays)\ (?:with|not\ with)\ (?!us\b|me\b)
        | (?:speaking\ )?(?:only\ )?for\ myself
        | I\ personally | personally,?\ I
        | (?:das|dies|es)\ entscheide\ (?:aber\ |leider\ )?nicht\ ich | entscheide\ ich\ (?:aber\ |leider\ )?nicht
        | nicht\ (?:meine\ Entscheidung|an\ mir,?\ zu\ entscheiden)
        | Entscheidung\ (?:liegt|trifft)\ (?:aber\ |leider\ )?(?:nicht\ (?:bei\ mir|ich)\b|bei\ (?!uns\b|mir\b))
        | (?:ce|la\ décision)\ n['’]est\ pas\ (?:à\ moi|moi\ qui|la\ mienne|de\ mon\ ressort|ma\ décision)
        | (?:ne|n['’])\ ?(?:dépend|appartient|revient)\ pas\ (?:de|à)\ moi | je\ ne\ décide\ pas
        | décision\ (?:revient|appartient)\ (?:à|au)\ (?!nous\b|moi\b)
        | no\ (?:depende\ de\ mí|es\ mi\ decisión|soy\ yo\ quien\ decide|me\ corresponde\ decidir|lo\ decido\ yo)
        | decisión\ (?:no\ es\ mía|(?:corresponde|pertenece)\ a\ (?!nosotros\b|mí\b))
        )""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Ending:
    """A no or a not-now that stands. `theirs_to_say` is False where the text itself says that others decide, `final`
    where the rep must say first whether it is one. `stop` says that they asked not to be written to."""

    intent: Intent
    move: Move
    theirs_to_say: bool = True
    final: bool = True
    stop: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """How far their words have carried the deal: the ending in force, the last yes, and a return after an ending.

    `over` is the ending that they came back from, `last` the last one that was final, whatever became of it.
    `resumed` says that we wrote on the day that a not-now named, and that they have said nothing since.
    """

    ending: Ending | None = None
    yes: Move | None = None
    came_back: Move | None = None
    over: Ending | None = None
    last: Ending | None = None
    resumed: bool = False


def story(deal: Deal, timeline: Timeline, heard: Heard = NOTHING_MORE) -> Story:
    """Read their moves in order. They come back when they ask, propose or agree; thanks alone leave a no a no.

    Somebody who asked not to be written to comes back only when the rep says so. A talk with a next step that the
    rep tells of ends a no or not-now as well; and so does our writing again on or after the day that a not-now
    named. A meeting that was left in the calendar doesn't.
    """
    now = Story()
    for move in timeline.moves:
        told = _judged(ending_in(move), deal, heard)
        if told is not None and not (now.ending is not None and now.ending.stop and not told.stop):
            yes = now.yes if told.intent is Intent.NOT_NOW else None
            now = Story(told, yes, last=told if told.final else now.last)
        elif now.ending is not None and _returns(move):
            now = _come_back(now, now.ending, move, deal, heard)
        elif now.ending is not None and _reopens(move, now.ending):
            now = Story(None, now.yes, last=now.last, resumed=move.message is not None)
        elif _agrees(move):
            now = replace(now, yes=move, resumed=False)
        elif now.resumed and (move.side is Side.THEM or move.spoken is not None):
            now = replace(now, resumed=False)
    return now


def _come_back(now: Story, ending: Ending, move: Move, deal: Deal, heard: Heard) -> Story:
    if ending.stop and key_about(deal, move.ref, CAME_BACK) not in heard.confirmed:
        return replace(now, came_back=move)
    return Story(None, move if _agrees(move) else now.yes, move, ending, now.last)


def _judged(ending: Ending | None, deal: Deal, heard: Heard) -> Ending | None:
    """The ending with what the rep said of it, and with what else was heard in the mail."""
    if ending is None:
        return None
    stop = any(concern.kind is ConcernKind.STOP for concern in heard.concerns.get(ending.move.ref, ()))
    said_so = key_about(deal, ending.move.ref, WHOSE_NO) in heard.confirmed
    final = said_so or (ending.theirs_to_say and _certain(ending.move))
    return replace(ending, final=final, stop=stop)


def ending_in(move: Move) -> Ending | None:
    """The no or not-now that a move of theirs carries."""
    reading = move.reading
    if move.side is Side.US or reading is None:
        return None
    if reading.has(Intent.NO):
        alone = _NOT_THEIRS_TO_DECIDE.search(reading.new_text) is None
        return Ending(Intent.NO, move, theirs_to_say=alone)
    return Ending(Intent.NOT_NOW, move) if reading.has(Intent.NOT_NOW) else None


def stage_of(deal: Deal, timeline: Timeline, heard: Heard = NOTHING_MORE) -> Stage:
    """The stage that their words have led to. An ended deal stays ended: that they write again is a suggestion."""
    if deal.stage.ended:
        return deal.stage
    told = story(deal, timeline, heard)
    ending = told.ending
    if ending is not None and ending.final:
        return Stage.SAID_NO if ending.intent is Intent.NO else Stage.PAUSED
    return Stage.AFTER_YES if told.yes is not None and _certain(told.yes) else deal.stage


def ended_at(case: Case) -> datetime | None:
    """When the last final ending was said: what was promised, planned or agreed before it counts no more."""
    last = story(case.deal, case.timeline, case.heard).last
    return last.move.at if last is not None else None


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
