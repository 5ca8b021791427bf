"""Next steps that were set and are still open: proposed, agreed, promised by them, or spoken of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from assistant.domain.calendar import Event
from assistant.domain.deal import Evidence, Side, Source
from assistant.domain.reading import AutomaticKind, DateRole, Days, Intent, MirroredMessage, Reading, Span
from assistant.engine.endings import ended_at
from assistant.engine.found import Case, name
from assistant.engine.meetings import weakness
from assistant.engine.promises import open_promises, promises_in
from assistant.engine.timeline import Move
from assistant.engine.turns import agreed_days, says_something

ANSWER_TIME: Final = 5
"""Working days that an invitation by mail stays open."""

LOST_FOR: Final = 20
"""Working days for which a meeting that fell through counts as a step to set anew."""


@dataclass(frozen=True, slots=True)
class Step:
    """A next step: the last day on which it's ahead, what set it, and whether it stands firm."""

    last: date
    move: Move | None
    evidence: tuple[Evidence, ...]
    certain: bool = True


def meetings_ahead(case: Case) -> list[Step]:
    """Meetings in the calendar, the next first; a weak one says why."""
    return [_meeting(event, case) for event in case.timeline.ahead]


def open_steps(case: Case) -> list[Step]:
    """Steps set in mail or talk that nothing has kept, changed or overtaken, the earliest last day first.

    What was set before a no of theirs, or a not-now, is none any more.
    """
    moves, ended = case.timeline.moves, ended_at(case)
    steps = [
        step
        for index, move in enumerate(moves)
        if ended is None or move.at >= ended
        for step in _set_by(move, moves[:index], moves[index + 1 :], case)
    ]
    steps.extend(
        Step(promise.due, promise.move, (case.evidence(promise.move, promise.commitment.evidence),))
        for promise in open_promises(case)
        if promise.named and promise.due > case.today
    )
    steps.extend(_invited(case))
    return sorted(steps, key=lambda step: step.last)


def lost_meetings(case: Case) -> list[Step]:
    """Meetings that were cancelled, that their side declined, or that somebody didn't come to, where nothing has taken
    their place."""
    ended = ended_at(case)
    told = [(event, _of_event(event, case, "meeting.cancelled")) for event in case.timeline.cancelled]
    told += [(event, _of_missed(move, case)) for event, move in case.timeline.missed]
    return [
        Step(case.day(event.start), _as_move(event), (evidence,))
        for event, evidence in told
        if (ended is None or event.start > ended)
        and case.days.between(case.day(event.start), case.today) <= LOST_FOR
        and not _replaced(event, case)
    ]


def _meeting(event: Event, case: Case) -> Step:
    weak = weakness(event, case.customers)
    first = _of_event(event, case, "meeting.ahead")
    evidence = (first, Evidence(Source.EVENT, event.uid, weak, "meeting.weak")) if weak else (first,)
    return Step(case.day(event.start), _as_move(event), evidence, certain=weak is None)


def _of_event(event: Event, case: Case, rule: str) -> Evidence:
    who = event.organizer.name or event.organizer.email if event.organizer else None
    return Evidence(Source.EVENT, event.uid, event.summary, rule, who, case.day(event.start))


def _of_missed(move: Move, case: Case) -> Evidence:
    return case.evidence(move, move.reading.missed if move.reading else None, "meeting.missed")


def _as_move(event: Event) -> Move:
    return Move(Side.US, event.start, event.organizer, event=event)


def _set_by(move: Move, before: Sequence[Move], after: Sequence[Move], case: Case) -> Iterator[Step]:
    if move.spoken is not None:
        if move.spoken.day is not None and not _taken_up(move, after):
            yield Step(move.spoken.day, move, (case.evidence(move),))
    elif move.message is None or move.reading is None:
        return
    elif move.side is Side.US:
        yield from _ours(move, after, case)
    else:
        yield from _theirs(move, before, after, case)


def _ours(move: Move, after: Sequence[Move], case: Case) -> Iterator[Step]:
    reading = move.reading
    if reading is None:
        return
    proposed = _proposal(reading) if reading.purposeful else None
    if proposed is not None and not _taken_up(move, after):
        last, span = proposed
        yield Step(last, move, (case.evidence(move, span),))


def _proposal(reading: Reading) -> tuple[date, Span | None] | None:
    """The last day of the step that we proposed. What we alone promised to do is no step of both: see `promises`."""
    step = reading.next_step
    if step is not None:
        promised = any(p.evidence.text == step.evidence.text for p in promises_in(reading))
        return None if promised else (step.when.last, step.evidence)
    meetings = [said.days.last for said in reading.dates if said.role is DateRole.MEETING]
    return (max(meetings), reading.kind_evidence) if meetings else None


def _theirs(move: Move, before: Sequence[Move], after: Sequence[Move], case: Case) -> Iterator[Step]:
    reading = move.reading
    if reading is None:
        return
    agreed = agreed_days(move, before)
    if agreed is not None and not _rearranged(agreed, after, case):
        yield Step(agreed.last, move, (case.evidence(move, reading.evidence_of(Intent.SCHEDULING)),))
    if any(later.side is Side.THEM or later.spoken is not None for later in after):
        return
    for promise in reading.commitments:
        if promise.by is not Side.THEM or promise.due is None:
            continue
        last = promise.due.last
        if not any(later.event is not None and case.day_of(later) >= last for later in after) and (
            not _asked_anew(last, after, case)
        ):
            yield Step(last, move, (case.evidence(move, promise.evidence),))


def _taken_up(move: Move, after: Sequence[Move]) -> bool:
    """Whether a step of ours was met, answered, or replaced by a newer one."""
    return any(
        later.message is None
        or (later.side is Side.US and later.purposeful)
        or (later.side is Side.THEM and says_something(later))
        for later in after
        if later is not move
    )


def _rearranged(agreed: Days, after: Sequence[Move], case: Case) -> bool:
    """Whether an agreed meeting was held, moved or given up since."""
    cancelled = any(case.day(event.start) in agreed for event in case.timeline.cancelled)
    return cancelled or any(
        later.message is None
        or (later.side is Side.US and later.purposeful)
        or (later.reading is not None and any(map(later.reading.has, (Intent.SCHEDULING, Intent.NO, Intent.NOT_NOW))))
        for later in after
    )


def _asked_anew(last: date, after: Sequence[Move], case: Case) -> bool:
    """Whether we set a step of our own after theirs had gone by."""
    return any(m.side is Side.US and m.purposeful and case.day_of(m) > last for m in after)


def _replaced(lost: Event, case: Case) -> bool:
    """Whether a meeting was held since, or the last step of ours is about another day than the lost meeting's."""
    day = case.day(lost.start)
    if any(event.end > lost.start for event in case.timeline.held):
        return True
    for move in reversed(case.timeline.moves):
        if move.spoken is not None and move.spoken.day is not None:
            return move.spoken.day != day
        if move.message is not None and move.side is Side.US and move.purposeful:
            step = move.reading.next_step if move.reading else None
            return step is None or day not in step.when or case.day_of(move) > day
    return False


def _invited(case: Case) -> Iterator[Step]:
    """Invitations of theirs that came by mail since our last move and aren't in the calendar yet."""
    timeline = case.timeline
    known = {event.uid for event in (*timeline.ahead, *timeline.held, *timeline.cancelled)}
    last = timeline.last_of(Side.US)
    for mirrored in timeline.automatic:
        automatic, at = mirrored.automatic, mirrored.message.date
        if automatic is None or automatic.kind is not AutomaticKind.CALENDAR_REQUEST or at is None:
            continue
        if automatic.event_uid in known or (last is not None and at <= last.at) or _is_cancel(mirrored):
            continue
        sender = mirrored.message.sender
        if sender is None or sender not in case.customers:
            continue
        move = Move(Side.THEM, at, sender, mirrored)
        evidence = Evidence(
            Source.MESSAGE, move.ref, mirrored.message.subject, "calendar.request", name(move), case.day(at)
        )
        open_until = case.days.add(case.day(at), ANSWER_TIME)
        if open_until >= case.today:
            yield Step(open_until, move, (evidence,), certain=False)


def _is_cancel(mirrored: MirroredMessage) -> bool:
    told = mirrored.automatic.evidence if mirrored.automatic else None
    return "cancel" in f"{told.rule if told else ''} {mirrored.message.subject}".lower()
