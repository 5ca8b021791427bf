"""How closely moves should follow each other for this deal now, in working days of both sides.

What counts is the stage and the customer's own decision date. No calendar of ours comes in here: near the end
of our quarter nothing gets louder, because nothing here could know of it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from assistant.domain.deal import Deal, Evidence, Side, Source, Stage, Standing
from assistant.domain.workdays import Workdays
from assistant.engine.found import Found, Standings
from assistant.engine.timeline import Move, Timeline


@dataclass(frozen=True, slots=True)
class Cadence:
    """The settings. Days are working days.

    `before_yes_days` and `after_yes_days` lie between our last move and the next; the former shrinks to one
    day over the last `near_days` before the decision. `per_person_week` is how many mails of ours one person
    gets in seven days. After `quiet_touches` days of ours without an answer the honest question takes the place of
    a follow-up, as it does after `stale_days` of silence on both sides. A milestone is proposed when its day is at
    most `milestone_days` ahead.
    """

    before_yes_days: int = 3
    after_yes_days: int = 1
    near_days: int = 10
    per_person_week: int = 2
    quiet_touches: int = 3
    stale_days: int = 30
    milestone_days: int = 5


def due(
    deal: Deal, timeline: Timeline, standings: Standings, today: date, days: Workdays, cadence: Cadence
) -> date | None:
    """The first day on which the next move is due, which may lie behind us; None where no day makes it due.

    Somebody who waits for us is answered the same day; a meeting's recap follows it at once. After a pause or an
    absence it's the day of return, after a next step that went by the working day after it; else the cadence
    counts.
    """
    found = standings.first
    if found is None or found.standing in (Standing.PASSIVE, Standing.UNDATED):
        return _after_last(deal, timeline, found, today, days, cadence)
    match found.standing:
        case Standing.WON:
            return None
        case Standing.PAUSED:
            until = found.until or deal.resume_on
            return days.first_from(until) if until else None
        case Standing.AWAY:
            return days.first_from(found.until) if found.until else None
        case Standing.ADVANCING:
            return days.add(found.until, 1) if found.until else None
        case Standing.LAPSED:
            return days.add(found.until, 1) if found.until else today
        case _:
            move = found.move or timeline.last
            return days.first_from(day_of(move) if move else today)


def gap(deal: Deal, today: date, days: Workdays, cadence: Cadence) -> int:
    """Working days between our last move and the next: fewer as the customer's decision date nears, never none."""
    if deal.stage is Stage.AFTER_YES:
        return max(1, cadence.after_yes_days)
    usual = max(1, cadence.before_yes_days)
    if deal.decision is None or deal.decision.day < today:
        return usual
    left = days.between(today, deal.decision.day)
    if left >= cadence.near_days:
        return usual
    return max(1, -(-usual * left // cadence.near_days))


def capped(emails: Collection[str], written: Mapping[str, int], cadence: Cadence) -> Evidence | None:
    """Why nothing more may go to these people now, or None. `written` counts our mails to each in seven days.

    The cap is for moves that we begin: somebody who asked gets an answer whatever the count.
    """
    full = sorted(email for email in emails if written.get(email, 0) >= cadence.per_person_week)
    if not full:
        return None
    count = written[full[0]]
    mails = "mail" if count == 1 else "mails"
    sentence = f"{full[0]} got {count} {mails} from us in seven days; {cadence.per_person_week} is the most."
    return Evidence(Source.CONFIG, "cadence.per_person_week", sentence, rule="cadence.cap", who=full[0])


def touches(timeline: Timeline) -> int:
    """On how many days we wrote since they last wrote, met or spoke with us."""
    ours: set[date] = set()
    for move in reversed(timeline.moves):
        if move.side is Side.THEM or move.event is not None or move.spoken is not None:
            break
        ours.add(day_of(move))
    return len(ours)


def day_of(move: Move) -> date:
    """The day of a move where it was made: on the clock of whoever wrote or met."""
    return move.at.date()


def _after_last(
    deal: Deal, timeline: Timeline, found: Found | None, today: date, days: Workdays, cadence: Cadence
) -> date:
    if found is not None and found.move is not None and found.move.event is not None:
        return days.first_from(day_of(found.move))
    if timeline.last is None:
        return days.first_from(today)
    return days.add(day_of(timeline.last), gap(deal, today, days, cadence))
