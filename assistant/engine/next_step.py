"""Today's move on a deal: its purpose and why, or "wait" with the reason."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date
from typing import Final

from assistant.domain.deal import Deal, Side, Standing
from assistant.domain.draft import Purpose
from assistant.domain.plan import Plan
from assistant.domain.reading import Intent
from assistant.domain.workdays import Workdays
from assistant.engine.cadence import Cadence, day_of
from assistant.engine.desk import Desk, NextMove, move_of
from assistant.engine.found import question_key
from assistant.engine.reasons import evidence_of, person_of, spelled
from assistant.engine.standing import Found, Question, Standings
from assistant.engine.timeline import Move, Timeline

__all__ = ["NextMove", "move_of", "next_move"]

_ENDINGS: Final = frozenset({Standing.SAID_NO, Standing.PAUSED})


_UNTIMELY: Final = frozenset({Purpose.FOLLOW_UP, Purpose.MILESTONE, Purpose.RESET, Purpose.QUALIFY, Purpose.CLARITY})
"""The purposes that would only disturb on the day on which they decide."""


def next_move(
    deal: Deal,
    timeline: Timeline,
    standings: Standings,
    plan: Plan | None,
    today: date,
    days: Workdays,
    cadence: Cadence,
    settled: Collection[str] = (),
) -> NextMove:
    """The one thing to do on this deal today, or why there is none.

    `settled` are keys of items on which the rep has decided (dismissed, deleted, sent, answered): no draft is made
    again for the move that such an item answered, under whatever purpose.
    """
    keys = frozenset(settled)
    desk = Desk(deal, timeline, _in_force(deal, standings, keys), plan, today, days, cadence, keys)
    found = desk.standings.first
    question = desk.open_question()
    if standings.raised is not None:
        note = desk.hand_over(standings.raised)
        other = question is not None and question.evidence.ref != standings.raised.move.ref
        return desk.ask(question) if note.kind is None and question is not None and other else note
    if found is not None and found.standing is Standing.WON:
        return desk.wait("Won: nothing to do.", found)
    owed = found is not None and found.standing is Standing.OWES_REPLY and found.certain
    if question is not None and (question.first or not owed):
        return desk.ask(question)
    if found is not None and found.standing is Standing.UNREACHABLE:
        return desk.notify(found)
    if timeline.own_draft is not None:
        return desk.wait("You have begun a draft of your own.", found)
    move = _BY_STANDING[found.standing](desk, found) if found is not None else _unforced(desk, None)
    if deal.decision is not None and deal.decision.day == today and move.purpose in _UNTIMELY:
        move = desk.wait("They decide today.", found, days.add(today, 1))
    return desk.ask(question) if move.kind is None and question is not None else move


def _in_force(deal: Deal, standings: Standings, settled: frozenset[str]) -> Standings:
    """Without the endings that the reader was unsure of and that the rep, having been asked, didn't confirm."""
    denied = {q.evidence.ref for q in standings.questions if question_key(deal, q) in settled}
    unsure = [
        f for f in standings.found if f.standing in _ENDINGS and not f.certain and f.move and f.move.ref in denied
    ]
    return replace(standings, found=tuple(f for f in standings.found if f not in unsure))


def _said_no(desk: Desk, found: Found) -> NextMove:
    """One graceful reply to their no, or to what they wrote last where the rep ended the deal; then silence."""
    last = desk.timeline.last
    if last is not None and any(question.evidence.ref == last.ref for question in desk.standings.questions):
        return desk.wait("They wrote again after their no: reopen the deal where it's on again.", found)
    if not found.certain:
        return desk.wait("It may be a no: have a look yourself.", found)
    if desk.has_left or desk.stale:
        return desk.wait("They said no: silence until they write.", found)
    if found.move is not None and _declines(found.move):
        answered = any(_is_ours(move) and move.at > found.move.at for move in desk.timeline.moves)
        words = "They said no, and you have answered: silence until they write."
        return desk.wait(words, found) if answered else desk.draft(Purpose.GRACEFUL_EXIT, found)
    if desk.farewell_settled:
        return desk.wait("You have let go: silence until they write.", found)
    return desk.draft(Purpose.GRACEFUL_EXIT, found, desk.timeline.last_of(Side.THEM))


def _is_ours(move: Move) -> bool:
    """Whether we wrote or spoke: a meeting that was left in the calendar says nothing."""
    return move.side is Side.US and move.event is None


def _declines(move: Move) -> bool:
    return move.reading is not None and (move.reading.has(Intent.NO) or move.reading.has(Intent.NOT_NOW))


def _paused(desk: Desk, found: Found) -> NextMove:
    until = found.until or desk.deal.resume_on
    if until is None:
        return desk.wait("They said not now, and named no day.", found)
    ours = desk.timeline.last_of(Side.US)
    if ours is not None and day_of(ours) >= until:
        return desk.wait("You have written again as they asked: it's their turn.", found)
    if desk.today < until:
        return desk.wait(f"They asked for silence until {spelled(until)}.", found, desk.days.first_from(until))
    return desk.draft(Purpose.RECONNECT, found)


def _away(desk: Desk, found: Found) -> NextMove:
    if found.until is None:
        return desk.wait("They are away.", found)
    day = desk.days.first_from(found.until)
    seems = "They are away" if found.certain else "They seem to be away"
    return desk.wait(f"{seems}: not before {spelled(day)}.", found, day)


def _owes_reply(desk: Desk, found: Found) -> NextMove:
    move = found.move
    if move is None or move.reading is None or move.side is Side.US:
        return desk.draft(Purpose.DELIVER if move and move.side is Side.US else Purpose.ANSWER, found)
    said_yes = move.reading.has(Intent.YES) and not move.reading.has(Intent.QUESTION)
    return desk.draft(Purpose.AFTER_YES if said_yes and desk.after_yes else Purpose.ANSWER, found)


def _advancing(desk: Desk, found: Found) -> NextMove:
    if found.until is None:
        return desk.wait("A next step lies ahead.", found)
    if any(evidence.rule == "calendar.request" for evidence in found.evidence):
        return desk.wait(
            "They have sent an invitation: answer it in your calendar.", found, desk.days.add(found.until, 1)
        )
    return desk.wait(f"A next step lies ahead, on {spelled(found.until)}.", found, desk.days.add(found.until, 1))


def _lapsed(desk: Desk, found: Found) -> NextMove:
    if desk.after_yes:
        return desk.draft(Purpose.RESET, found)
    if desk.touches >= desk.cadence.quiet_touches or desk.stale or desk.decision_passed:
        return _honest(desk, found)
    if desk.asked:
        return desk.draft(Purpose.MILESTONE if desk.milestone_due else Purpose.FOLLOW_UP, found)
    return desk.draft(Purpose.RESET, found)


def _passive(desk: Desk, found: Found) -> NextMove:
    if found.move is not None and found.move.event is not None and desk.is_fresh(found.move):
        return desk.draft(Purpose.RECAP, found)
    if desk.after_yes:
        return desk.draft(Purpose.AFTER_YES, found)
    if desk.touches > desk.cadence.quiet_touches or desk.stale or desk.decision_passed:
        return _honest(desk, found)
    if desk.touches == desk.cadence.quiet_touches:
        return desk.draft(Purpose.QUALIFY, found)
    if desk.undated:
        return desk.draft(Purpose.DECISION_PROCESS, found)
    if desk.milestone_due:
        return desk.draft(Purpose.MILESTONE, found)
    if desk.timeline.rally > desk.cadence.quiet_touches:
        return desk.draft(Purpose.QUALIFY, found)
    return desk.draft(Purpose.FOLLOW_UP, found)


def _unforced(desk: Desk, found: Found | None) -> NextMove:
    """Nothing presses: at most the date is unknown, or the plan's next milestone is at hand."""
    last = desk.timeline.last
    if last is None:
        return desk.wait("No mail with them yet.", found)
    if desk.has_left:
        return desk.wait("You took your leave: silence until they write.", found)
    if desk.milestone_due:
        return desk.draft(Purpose.AFTER_YES if desk.after_yes else Purpose.MILESTONE, found, last)
    if last.finished:
        return desk.wait("The last move closed its matter, and nothing else is open.", found)
    if desk.after_yes:
        return desk.draft(Purpose.AFTER_YES, found, last)
    if desk.touches >= desk.cadence.quiet_touches or desk.stale or desk.decision_passed:
        return _honest(desk, found)
    if desk.undated and not desk.asked:
        return desk.draft(Purpose.DECISION_PROCESS, found, last)
    if last.side is Side.US:
        return desk.draft(Purpose.FOLLOW_UP, found, last)
    return desk.wait("Nothing is open between you today.", found, _milestone_day(desk))


def _honest(desk: Desk, found: Found | None) -> NextMove:
    """The clarity question; where that is out already and stays without an answer, the rep decides."""
    clarity = desk.draft(Purpose.CLARITY, found)
    quiet = desk.asked and desk.touches >= desk.cadence.quiet_touches
    if not quiet or clarity.kind is None or clarity.answers is None:
        return clarity
    person = person_of(desk.deal, desk.timeline)
    text = f"{person} hasn't answered whether it has to be decided now: let it go, or write to somebody else?"
    question = Question(text, replace(evidence_of(clarity.answers), rule="cadence.quiet"))
    if desk.is_settled(question):
        return desk.wait("You have decided to leave it for now.", found)
    return desk.ask(question)


def _milestone_day(desk: Desk) -> date | None:
    step = desk.plan.next if desk.plan else None
    return desk.days.add(step.day, -desk.cadence.milestone_days) if step else None


_BY_STANDING: Final[dict[Standing, Callable[[Desk, Found], NextMove]]] = {
    Standing.SAID_NO: _said_no,
    Standing.PAUSED: _paused,
    Standing.AWAY: _away,
    Standing.OWES_REPLY: _owes_reply,
    Standing.ADVANCING: _advancing,
    Standing.LAPSED: _lapsed,
    Standing.PASSIVE: _passive,
    Standing.UNDATED: _unforced,
}
