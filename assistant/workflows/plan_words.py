"""What is told of a plan: for programs, and in sentences why each milestone lies on its day."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from assistant.domain.invite import InviteState
from assistant.domain.plan import MilestoneKind, PlanOption
from assistant.workflows.seen_plan import Lack, Planned, Step
from assistant.workflows.today import evidence_entry

_MOST_RESTS: Final = 8
_IN_CALENDAR: Final = {
    InviteState.HELD: "held in your calendar for {}",
    InviteState.INVITED: "invited for {}",
    InviteState.THEIRS: "set by hand for {}",
    InviteState.CANCELLED: "called off ({})",
    InviteState.GONE: "taken out of your calendar ({})",
}
_LACKS: Final = {
    Lack.PASSED: ("the day on which they meant to decide is behind us", "ask what has changed for them"),
    Lack.UNSURE: ("they wrote of several days", "look into nextmove queue"),
    Lack.UNKNOWN: ("nobody knows yet by when they decide", "ask them"),
}


@dataclass(frozen=True, slots=True)
class Explained:
    """One milestone, and why it lies where it does."""

    step: Step
    why: tuple[str, ...]


def day_in_full(day: date) -> str:
    """A day as the rep reads it: Thu 30 Apr 2026."""
    return f"{day:%a} {day.day} {day:%b} {day.year}"


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def short_day(day: date) -> str:
    """A day of these months: Thu 30 Apr."""
    return f"{day:%a} {day.day} {day:%b}"


def slack_of(step: Step, *, briefly: bool = False) -> str:
    """How long it can wait: "can wait until Thu 30 Apr, 12 working days to spare"."""
    if not step.spare or step.latest is None:
        return "no day to spare"
    until = f"can wait until {short_day(step.latest)}"
    return until if briefly else f"{until}, {counted(step.spare, 'working day')} to spare"


def placed(step: Step) -> str:
    """How its meeting lies in the calendar: "invited for Tue 3 Mar, 10:00"; "" where there is none."""
    if step.placed is None:
        return ""
    start = step.placed.start
    return _IN_CALENDAR[step.placed.state].format(f"{short_day(start.date())}, {start:%H:%M}")


def room_of(step: Step, *, briefly: bool = False) -> str:
    """The meeting in the calendar, where one is to take place; else how long the milestone can wait."""
    return placed(step) if step.placed and step.placed.state.alive else slack_of(step, briefly=briefly)


def together(step: Step) -> str:
    """What is held in the same meeting: " with Needs"; "" where nothing is."""
    return f" with {' and '.join(kind.name for kind in step.with_)}" if step.with_ else ""


def people(step: Step) -> str:
    """Who looks after it on both sides: "Noor Haddad (rep) with their economic buyer"."""
    return f"{step.us} with {step.them if step.them.names else f'their {step.them}'}"


def left(found: Planned) -> int:
    """The working days after today, up to and with the last one before the decision."""
    if found.last is None:
        return 0
    start = found.days.add(found.today, 1)
    return found.days.between(start, found.last) + 1 if start <= found.last else 0


def whats_next(found: Planned, *, briefly: bool = False) -> str:
    """The earliest unmet milestone: its day, its owners and how long it can wait."""
    step = found.next
    if step is None or step.on is None:
        return "no milestone still fits" if any(step.crowded for step in found.steps) else "every milestone is done"
    named = f"{step.kind.name}{together(step)} on {day_in_full(step.on)}"
    return f"{named}, {people(step)}; {room_of(step, briefly=briefly)}"


def missing(found: Planned) -> tuple[str, str]:
    """In a few words why nothing is next, and what to do."""
    deal_id = found.deal.id
    if found.lack in _LACKS:
        why, ask = _LACKS[found.lack]
        return why, f"{ask}, then nextmove deals date {deal_id} …"
    if any(step.crowded for step in found.steps):
        return "no milestone still fits", f"nextmove plan show {deal_id}"
    return "every milestone is done", f"nextmove deals show {deal_id}"


def command(found: Planned, option: PlanOption) -> str:
    """What to type for the option."""
    names = " ".join(shlex.quote(kind.id) for kind in option.milestones)
    if option.kind == "ask":
        return f'nextmove deals date {found.deal.id} DAY --evidence "who said so, when"'
    return f"nextmove plan {option.kind} {found.deal.id} {names}"


def frame(found: Planned) -> list[str]:
    """What holds for the whole plan."""
    if found.plan is None or found.last is None:
        return []
    decision = found.plan.decision
    told = [f"It's laid backward from {day_in_full(decision)}, the day on which they decide: that one never moves."]
    if found.last != decision:
        told.append(f"That is no working day of both sides, so the plan ends on {day_in_full(found.last)}.")
    countries = f", with the holidays of {' and '.join(found.days.countries)}" if found.days.countries else ""
    told.append(f"{counted(left(found), 'working day')} of both sides {'is' if left(found) == 1 else 'are'} left for it"
                f"{countries}.")  # fmt: skip
    return told


def explained(found: Planned) -> tuple[Explained, ...]:
    """Each milestone with the reasons for its day."""
    return tuple(Explained(step, tuple(_why(step, found))) for step in found.steps)


def _why(step: Step, found: Planned) -> Iterator[str]:
    if step.done:
        yield _held(step)
        return
    if step.into is not None:
        yield f"You hold it with {step.into.name}, so it has no day of its own."
        return
    if step.dropped:
        yield "You have left it out."
        return
    if step.placed is not None:
        yield f"In the calendar: {placed(step)}."
    if step.day is None or found.last is None:
        yield _crowded(step.kind, found)
        return
    yield _lead(step.kind, found.days.between(step.day, found.last))
    names = [each.kind.name for each in found.steps if each.kind.id in step.kind.after]
    if names:
        yield f"It comes after {', '.join(names)}."
    yield f"It {slack_of(step)}." if step.spare else "It can't wait: it has no day to spare."
    if step.with_:
        yield f"{' and '.join(kind.name for kind in step.with_)} is held in its meeting, {step.minutes} minutes in all."
    yield from _rests(found.days.rests(step.day, found.last))
    if step.approved == step.day:
        yield "You approved this day."
    elif step.approved is not None:
        yield f"You approved {day_in_full(step.approved)}, which no longer works."


def _held(step: Step) -> str:
    if step.day is None:
        return "It's done: your mail or calendar shows it."
    return f"It's done, on {day_in_full(step.day)} by your word."


def _crowded(kind: MilestoneKind, found: Planned) -> str:
    room = max(left(found) - 1, 0)
    if kind.least <= room:
        return "It no longer fits: what comes after it takes the days that are left."
    least = counted(kind.least, "working day")
    return (
        f"It no longer fits: it would lie at least {least} before their decision, and the first day left lies {room}."
    )


def _lead(kind: MilestoneKind, lead: int) -> str:
    before = "On the last working day" if lead == 0 else f"{counted(lead, 'working day')}"
    before += " up to their decision" if lead == 0 else " before their decision"
    if lead == kind.ideal:
        return f"{before}, as is ideal."
    if lead > kind.ideal:
        return f"{before}, earlier than the ideal {kind.ideal}."
    room = kind.ideal - kind.least
    share = round(100 * (kind.ideal - lead) / room) if room else 100
    return f"{before} instead of the ideal {kind.ideal}: {share}% of the way to the least, {kind.least}."


def _rests(rests: Sequence[date]) -> Iterator[str]:
    if rests:
        named = ", ".join(day_in_full(day) for day in rests[:_MOST_RESTS])
        more = f" and {len(rests) - _MOST_RESTS} more" if len(rests) > _MOST_RESTS else ""
        yield f"Holidays or closed days between it and their decision: {named}{more}."


def entry(found: Planned) -> dict[str, Any]:
    """The plan for programs, as `plan show --json` gives it."""
    plan, decision = found.plan, found.deal.decision
    return {
        "deal": found.deal.id,
        "stage": found.deal.stage,
        "as_of": found.today,
        "decision": decision and {"day": decision.day, "evidence": evidence_entry(decision.evidence)},
        "decision_written": found.written and decision is not None,
        "why_none": found.why_none or None,
        "working_days_left": left(found) if plan else None,
        "late": plan.late if plan else None,
        "approved": found.approved and {"at": found.approved.at, "days": found.approved.days},
        "next": _step(found.next) if found.next else None,
        "milestones": [_step(step) for step in found.steps],
        "options": [
            {
                "kind": option.kind,
                "milestones": [kind.id for kind in option.milestones],
                "text": option.text,
                "command": command(found, option),
            }
            for option in (plan.options if plan else ())
        ],
    }


def next_entry(found: Planned) -> dict[str, Any]:
    """What's next in one deal, as `plan --json` gives it for each."""
    told = entry(found)
    why, cure = missing(found) if found.next is None else ("", "")
    named = ("deal", "stage", "as_of", "decision", "decision_written", "why_none", "late", "approved", "next")
    deal = {"name": found.deal.name, "company": found.deal.company}
    crowded = [step.kind.id for step in found.steps if step.crowded]
    return deal | {key: told[key] for key in named} | {"missing": why or None, "cure": cure or None, "crowded": crowded}


def explained_entry(found: Planned) -> dict[str, Any]:
    """The plan with its reasons, as `plan explain --json` gives it."""
    why = {each.step.kind.id: each.why for each in explained(found)}
    told = entry(found)
    return told | {"frame": frame(found), "milestones": [m | {"why": why[m["id"]]} for m in told["milestones"]]}


def _step(step: Step) -> dict[str, Any]:
    kind = step.kind
    return {
        "id": kind.id,
        "name": kind.name,
        "purpose": kind.purpose,
        "done_when": kind.done_when,
        "state": _state(step),
        "day": step.on,
        "weekday": f"{step.on:%A}" if step.on else None,
        "planned_day": step.day,
        "slack": step.slack if step.ahead else None,
        "spare": step.spare if step.ahead else None,
        "latest": step.latest,
        "held_with": step.into.id if step.into else None,
        "holds": [kind.id for kind in step.with_],
        "invite": step.placed,
        "approved_day": step.approved,
        "our_owner": {"role": step.us.role, "names": step.us.names},
        "their_owner": {"role": step.them.role, "names": step.them.names},
        "attendees": [{"role": other.role, "names": other.names} for other in step.others],
        "minutes": step.minutes,
        "ideal": kind.ideal,
        "least": kind.least,
    }


def _state(step: Step) -> str:
    if step.done:
        return "done"
    if step.into is not None:
        return "merged"
    return "dropped" if step.dropped else "ahead" if step.ahead else "crowded"
