"""Where a deal stands today, with its evidence; computed from its moves and its calendar, never stored by hand."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from assistant.domain.deal import Deal, Evidence, Side, Source, Stage, Standing, Us
from assistant.domain.reading import Intent, MoveKind
from assistant.domain.workdays import Workdays
from assistant.engine.absence import away, gone, unreachable
from assistant.engine.concerns import raised
from assistant.engine.decisions import Decisions, decisions
from assistant.engine.doubts import questions
from assistant.engine.endings import Ending, resume_day, stage_of, story
from assistant.engine.found import NOTHING_MORE, Case, Found, Heard, Question, Standings
from assistant.engine.promises import open_promises
from assistant.engine.steps import Step, lost_meetings, meetings_ahead, open_steps
from assistant.engine.timeline import Move, Timeline
from assistant.engine.turns import last_of_substance, unanswered

__all__ = ["Found", "Question", "Standings", "gone", "stage_of", "standings"]

_PRECEDENCE: Final = {standing: place for place, standing in enumerate(Standing)}
_ENDED: Final = frozenset({Standing.WON, Standing.SAID_NO, Standing.PAUSED})


def standings(
    deal: Deal,
    timeline: Timeline,
    us: Us,
    now: datetime,
    days: Workdays,
    heard: Heard = NOTHING_MORE,
    decided: Decisions | None = None,
) -> Standings:
    """All standings that hold today, in order of precedence.

    `now` is on the rep's clock: its zone says which day a moment belongs to. `heard` is what is known beside the
    moves; `decided` what is known of the day on which they decide, where it has been looked at already. After an ending
    only what the rep must know stays beside it. A deal whose last move finished its matter, with nothing else open,
    has none.
    """
    case = Case.of(deal, timeline, us, now, days, heard)
    ended = [found for found in (_won(case), _said_no(case), _paused(case)) if found is not None]
    found = [*ended, *_reachability(case), *_open_matters(case)]
    if any(one.certain for one in ended):
        found = [one for one in found if one.standing in _ENDED or one.standing is Standing.UNREACHABLE]
    ordered = tuple(sorted(found, key=lambda one: _PRECEDENCE[one.standing]))
    asked = () if deal.stage is Stage.WON else questions(case, decided or decisions(deal, timeline, heard))
    return Standings(ordered, asked, raised(case))


def _won(case: Case) -> Found | None:
    if case.deal.stage is not Stage.WON:
        return None
    return Found(Standing.WON, (_by_stage(case.deal, "The deal is won."),), move=case.timeline.last)


def _said_no(case: Case) -> Found | None:
    told = story(case.deal, case.timeline, case.heard)
    ending = told.ending or told.over
    if case.deal.stage is Stage.SAID_NO:
        if ending is not None and ending.intent is Intent.NO:
            return Found(Standing.SAID_NO, _of_ending(ending, case), move=ending.move)
        return Found(Standing.SAID_NO, (_by_stage(case.deal, "They said no."),), move=case.timeline.last)
    if told.ending is None or told.ending.intent is not Intent.NO or case.deal.stage is Stage.WON:
        return None
    return Found(Standing.SAID_NO, _of_ending(told.ending, case), move=told.ending.move, certain=told.ending.final)


def _paused(case: Case) -> Found | None:
    stage, resume = case.deal.stage, case.deal.resume_on
    stored = stage is Stage.PAUSED
    if stage.ended and not stored:
        return None
    told = story(case.deal, case.timeline, case.heard)
    ending = told.ending or (told.over if stored else None)
    if ending is not None and ending.intent is Intent.NOT_NOW:
        return Found(
            Standing.PAUSED,
            _of_ending(ending, case),
            until=resume or resume_day(ending),
            move=ending.move,
            certain=stored or ending.final,
        )
    if not stored or (resume is not None and _wrote_since(resume, case)):
        return None
    evidence = (_by_stage(case.deal, "They said: not now."),)
    return Found(Standing.PAUSED, evidence, until=resume, move=case.timeline.last)


def _reachability(case: Case) -> Iterator[Found]:
    yield from (found for found in (unreachable(case), away(case)) if found is not None)


def _open_matters(case: Case) -> Iterator[Found]:
    owed = _owes_reply(case)
    steps = open_steps(case)
    ahead = [*meetings_ahead(case), *(step for step in steps if step.last >= case.today)]
    advancing = _advancing(ahead)
    lapsed = None if ahead else _lapsed([*steps, *lost_meetings(case)], case)
    passive = None if ahead else _passive(case)
    matters = [found for found in (owed, advancing, lapsed, passive) if found is not None]
    yield from matters
    if case.deal.decision is None and (matters or not _at_rest(case)):
        told = "No decision date is known."
        evidence = [Evidence(Source.DEAL, case.deal.id, told, "decision.unknown")]
        if not matters and (last := last_of_substance(case.timeline)) is not None:
            evidence.append(case.evidence(last))
        yield Found(Standing.UNDATED, tuple(evidence), move=case.timeline.last)


def _owes_reply(case: Case) -> Found | None:
    waiting = unanswered(case)
    due = [promise for promise in open_promises(case) if promise.due <= case.today]
    if not waiting and not due:
        return None
    evidence = [one for move in waiting for one in _asked(move, case)]
    evidence += [case.evidence(promise.move, promise.commitment.evidence) for promise in due]
    move = waiting[0] if waiting else due[0].move
    certain = _is_certain(move) and (bool(waiting) or due[0].named)
    return Found(Standing.OWES_REPLY, tuple(evidence), until=due[0].due if due else None, move=move, certain=certain)


def _advancing(ahead: list[Step]) -> Found | None:
    if not ahead:
        return None
    firm_first = sorted(ahead, key=lambda step: (not step.certain, step.last))
    evidence = tuple(dict.fromkeys(one for step in firm_first for one in step.evidence))
    step = firm_first[0]
    return Found(Standing.ADVANCING, evidence, until=step.last, move=step.move, certain=step.certain)


def _lapsed(steps: list[Step], case: Case) -> Found | None:
    if not steps:
        return None
    step = max(steps, key=lambda one: one.last)
    until = step.last if step.last < case.today else None
    return Found(Standing.LAPSED, step.evidence, until=until, move=step.move, certain=step.certain)


def _passive(case: Case) -> Found | None:
    """We moved last and it leads nowhere; a meeting that nothing followed is such a move, too."""
    last = last_of_substance(case.timeline)
    if last is None or last.side is not Side.US or _closes(last):
        return None
    if last.event is None and last.purposeful:
        return None
    certain = last.event is not None or last.purposeful is False
    return Found(Standing.PASSIVE, (case.evidence(last),), move=last, certain=certain)


def _at_rest(case: Case) -> bool:
    last = last_of_substance(case.timeline)
    return last is not None and _closes(last)


def _closes(move: Move) -> bool:
    return move.finished or (move.reading is not None and move.reading.kind is MoveKind.GRACEFUL_EXIT)


def _wrote_since(day: date, case: Case) -> bool:
    return any(m.side is Side.US and case.day_of(m) >= day for m in case.timeline.moves)


def _asked(move: Move, case: Case) -> list[Evidence]:
    """The sentence that leads their message, and those that ask."""
    asks = move.reading.asks if move.reading else ()
    told = [case.evidence(move), *(case.evidence(move, ask) for ask in asks)]
    return list({one.sentence: one for one in reversed(told)}.values())[::-1]


def _is_certain(move: Move) -> bool:
    return (move.reading is None and move.message is None) or (move.reading is not None and move.reading.certain)


def _of_ending(ending: Ending, case: Case) -> tuple[Evidence, ...]:
    """The sentence that ends it, and the one that names the day to come back."""
    reading = ending.move.reading
    said = [case.evidence(ending.move, reading.evidence_of(ending.intent) if reading else None)]
    if reading is not None and reading.resume_on is not None and ending.intent is Intent.NOT_NOW:
        said.append(case.evidence(ending.move, reading.resume_on.evidence))
    return tuple(dict.fromkeys(said))


def _by_stage(deal: Deal, told: str) -> Evidence:
    return Evidence(Source.DEAL, deal.id, told, f"stage.{deal.stage.value}")
