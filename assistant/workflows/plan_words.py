"""What is told of a plan: for programs, and in sentences why each milestone lies on its day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from assistant.domain.plan import MilestoneKind
from assistant.workflows.planning import Planned, Step
from assistant.workflows.today import evidence_entry

_MOST_RESTS: Final = 8


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


def slack_of(step: Step) -> str:
    return f"{counted(step.slack, 'working day')} of slack" if step.slack else "no slack"


def people(step: Step) -> str:
    """Who looks after it on both sides: "Noor Haddad (rep) with their economic buyer"."""
    return f"{step.us} with {step.them if step.them.names else f'their {step.them}'}"


def left(found: Planned) -> int:
    """The working days after today, up to and with the last one before the decision."""
    if found.last is None:
        return 0
    start = found.days.add(found.today, 1)
    return found.days.between(start, found.last) + 1 if start <= found.last else 0


def whats_next(found: Planned) -> str:
    """The earliest unmet milestone: its day, its owners and its slack."""
    step = found.next
    if step is None or step.day is None:
        return "no milestone still fits" if any(not step.done for step in found.steps) else "every milestone is done"
    return f"{step.kind.name} on {day_in_full(step.day)}, {people(step)}; {slack_of(step)}"


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
    if step.day is None or found.last is None:
        yield _crowded(step.kind, found)
        return
    yield _lead(step.kind, found.days.between(step.day, found.last))
    names = [each.kind.name for each in found.steps if each.kind.id in step.kind.after]
    if names:
        yield f"It comes after {', '.join(names)}."
    until = found.days.add(found.days.first_from(found.today), step.slack)
    yield f"It can be held until {day_in_full(until)}: {slack_of(step)}."
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
            {"kind": option.kind, "milestones": [kind.id for kind in option.milestones], "text": option.text}
            for option in (plan.options if plan else ())
        ],
    }


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
        "state": "done" if step.done else "ahead" if step.ahead else "crowded",
        "day": step.day,
        "weekday": f"{step.day:%A}" if step.day else None,
        "slack": step.slack if step.ahead else None,
        "approved_day": step.approved,
        "our_owner": {"role": step.us.role, "names": step.us.names},
        "their_owner": {"role": step.them.role, "names": step.them.names},
        "attendees": [{"role": other.role, "names": other.names} for other in step.others],
        "minutes": kind.minutes,
        "ideal": kind.ideal,
        "least": kind.least,
    }
