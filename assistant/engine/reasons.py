"""What the rep is told about today's move: its title, why it's due, and how much of the plan is at risk."""

import re
from datetime import date
from typing import Final

from assistant.domain.deal import Deal, Evidence, Side, Source, Stage
from assistant.domain.draft import Purpose
from assistant.domain.plan import Milestone, Plan
from assistant.domain.reading import Span
from assistant.domain.workdays import Workdays
from assistant.engine.cadence import day_of
from assistant.engine.found import called
from assistant.engine.timeline import Move, Timeline

_TITLES: Final = {
    Purpose.ANSWER: "Answer {person}{topic}",
    Purpose.DELIVER: "Deliver what was promised to {person}{topic}",
    Purpose.FOLLOW_UP: "Follow up with {person}{topic}",
    Purpose.RESET: "Set the next step with {person} anew",
    Purpose.DECISION_PROCESS: "Ask {person} how and by when they mean to decide",
    Purpose.QUALIFY: "Look for the no: ask {person} what speaks against it",
    Purpose.CLARITY: "Ask {person} whether it has to be decided now",
    Purpose.MILESTONE: "Propose to {person}: {step}",
    Purpose.AFTER_YES: "Carry the yes on with {person}: {step}",
    Purpose.RECAP: "Write down what was agreed with {person}{topic}",
    Purpose.GRACEFUL_EXIT: "Thank {person} and leave gracefully",
    Purpose.RECONNECT: "Write to {person} again, as they asked",
}

_PRONOUN: Final = re.compile(r"(?:i|me|you|us|we|it|he|him|she|her|they|them)\b", re.IGNORECASE)
"""A topic that begins so was cut out of a sentence and doesn't stand alone."""

_AWAITED: Final = frozenset({Purpose.ANSWER, Purpose.DELIVER, Purpose.GRACEFUL_EXIT})
_HEAD_START: Final = 5
_NO_PLAN: Final = {True: 3, False: 12}
"""The slack that a deal without a plan counts for, after the yes and before it."""
_SLACKS: Final = (-50, 200)
_LONGEST_WAIT: Final = 90


def title_of(purpose: Purpose, deal: Deal, timeline: Timeline, answers: Move, milestone: Milestone | None) -> str:
    """One line for the queue."""
    topic = answers.event.summary if answers.event else answers.reading.topic if answers.reading else None
    return _TITLES[purpose].format(
        person=person_of(deal, timeline, answers),
        topic=f": {topic}" if topic and not _PRONOUN.match(topic) else "",
        step=milestone.kind.name if milestone else "the next step",
    )


def person_of(deal: Deal, timeline: Timeline, answers: Move | None = None) -> str:
    """Whom the mail of ours went to that a draft builds on, by name; else who on their side wrote last, else the first
    contact, else the company."""
    named = {c.address.email: c.address.name for c in deal.contacts if c.active and c.address.name}
    if answers is not None and answers.side is Side.US and answers.message is not None:
        written_to = (named.get(address.email) for address in answers.message.message.to)
        if name := next(filter(None, written_to), None):
            return name
    theirs = timeline.last_of(Side.THEM)
    if theirs is not None and theirs.who is not None and theirs.who.name:
        return theirs.who.name
    return next(iter(named.values()), deal.company)


def evidence_of(move: Move) -> Evidence:
    """The move itself as the reason, where no rule names a better one."""
    if move.message is not None:
        source = Source.MESSAGE
    else:
        source = Source.EVENT if move.event is not None else Source.REP
    who = move.who.email if move.who else None
    return Evidence(source, move.ref, move.sentence, rule="timeline.last", who=who, on=day_of(move))


def said_before(move: Move, span: Span) -> Evidence:
    """What they had said before they came back: for the rep to know, never for the text."""
    who = called(move.who) if move.who else None
    return Evidence(Source.MESSAGE, move.ref, " ".join(span.text.split()), span.rule, who, day_of(move))


NEXT_MILESTONE: Final = "plan.next"


def plan_reasons(
    deal: Deal, plan: Plan | None, today: date, days: Workdays, proposed: Milestone | None = None
) -> tuple[Evidence, ...]:
    """What the plan says: the next milestone and its slack, why another one is `proposed`, what no longer fits, and
    what the rep can do about it."""
    if plan is None:
        return ()
    decision = spelled(plan.decision)
    said: dict[str, str] = {}
    if plan.decision < today:
        said["plan.passed"] = f"The day on which they meant to decide, {decision}, is behind us."
        said["plan.options"] = "Ask what has changed for them, or write down the day that they name now."
    else:
        if plan.next is not None:
            said[NEXT_MILESTONE] = (
                f"{plan.next.kind.name} is next, on {spelled(plan.next.day)},"
                f" {_spare(plan.next, days)} before their decision on {decision}."
            )
            if proposed is not None and proposed.kind.id != plan.next.kind.id:
                said["plan.taken-up"] = (
                    f"The draft takes up {proposed.kind.name} instead, planned for {spelled(proposed.day)},"
                    " since that's what you last spoke of."
                )
        if plan.decision not in days:
            last = spelled(days.last_until(plan.decision))
            said["plan.day-of-rest"] = f"{decision} is no working day: the plan ends on {last}; ask which day is meant."
        if plan.crowded:
            names = ", ".join(kind.name for kind in plan.crowded)
            said["plan.crowded"] = f"Too late for {names} before their decision on {decision}."
            said["plan.options"] = (
                "Leave it out, hold it together with the next step, or ask whether a later day suits them better."
            )
    return tuple(
        Evidence(Source.DEAL, deal.id, sentence, rule=rule, on=plan.decision) for rule, sentence in said.items()
    )


def cadence_reason(deal: Deal, timeline: Timeline, today: date, days: Workdays) -> tuple[Evidence, ...]:
    """How long ago the last move was, in working days; nothing where it was today."""
    waited = _waited(timeline, today, days)
    if waited == 0:
        return ()
    passed = f"{_count(waited, 'working day')} {'has' if waited == 1 else 'have'} passed since the last move."
    return (Evidence(Source.DEAL, deal.id, passed, rule="cadence.waited"),)


def rank(
    purpose: Purpose | None, deal: Deal, timeline: Timeline, plan: Plan | None, today: date, days: Workdays
) -> float:
    """The smaller, the higher in the queue.

    It counts slack in working days, so the plan that is most at risk comes first. Somebody who waits for our answer
    has a head start of a week; a deal without a plan counts as one with some slack. With equal slack, deals after
    the yes go first, and among equals the longest wait.
    """
    after_yes = deal.stage is Stage.AFTER_YES
    low, high = _SLACKS
    slack = min(max(_slack(plan, after_yes=after_yes), low), high)
    waited = min(_waited(timeline, today, days), _LONGEST_WAIT)
    head_start = _HEAD_START if purpose in _AWAITED else 0
    return round(slack - head_start + (0 if after_yes else 0.5) - waited / 1000, 3)


def spelled(day: date) -> str:
    """A day as the rep reads it: 4 December 2026."""
    return f"{day.day} {day:%B %Y}"


def _slack(plan: Plan | None, *, after_yes: bool) -> int:
    if plan is None or not (plan.next or plan.crowded):
        return _NO_PLAN[after_yes]
    slack = plan.next.slack if plan.next else 0
    return min(slack, 0) if plan.crowded else slack


def _spare(milestone: Milestone, days: Workdays) -> str:
    """How long it can wait, in working days from its day: "with 3 working days to spare"."""
    spare = days.between(milestone.day, milestone.latest) if milestone.latest else 0
    return f"with {_count(spare, 'working day')} to spare" if spare else "with no day to spare"


def _waited(timeline: Timeline, today: date, days: Workdays) -> int:
    return max(0, days.between(day_of(timeline.last), today)) if timeline.last else 0


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
