"""Which meetings that are booked already serve a plan's milestones, whoever booked them and wherever."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from assistant.domain.calendar import Event
from assistant.domain.plan import Milestone, Plan
from assistant.domain.workdays import Workdays
from assistant.engine.planning import named

_NEAR: Final = 2
"""Working days around a milestone's day within which a meeting that is called anything else serves it as well."""


def serving(
    plan: Plan, ahead: Iterable[Event], days: Workdays, ours: Mapping[str, str] | None = None
) -> Mapping[str, Event]:
    """By the unmet milestone's id, the meeting ahead that serves it; every meeting serves one milestone.

    `ours` says of the meetings that we placed, by their UID, which milestone each is for. Another one serves the
    milestone whose words stand in its title; one whose title fits none serves the milestone whose day is near, since
    the people will be together then: one meeting too few is asked for rather than one too many.
    """
    known = ours or {}
    unmet = [milestone for milestone in plan.milestones if not milestone.done]
    found: dict[str, Event] = {}
    unnamed: list[Event] = []
    for event in ahead:
        fits = _milestone_of(event, unmet, known)
        if fits is not None:
            found.setdefault(fits.kind.id, event)
        elif event.uid not in known and not any(named(m.kind, event.summary) for m in plan.milestones):
            unnamed.append(event)
    for event in unnamed:
        near = [m for m in unmet if m.kind.id not in found and _is_near(event.start.date(), m.day, days)]
        if near:
            found[min(near, key=lambda m: abs(m.day - event.start.date())).kind.id] = event
    return found


def _milestone_of(event: Event, unmet: Iterable[Milestone], ours: Mapping[str, str]) -> Milestone | None:
    """The milestone that the meeting is for by our own word, or by its title."""
    if event.uid in ours:
        return next((m for m in unmet if m.kind.id == ours[event.uid]), None)
    return next((m for m in unmet if any(named(kind, event.summary) for kind in (m.kind, *m.with_))), None)


def _is_near(day: date, planned: date, days: Workdays) -> bool:
    return abs(days.between(day, planned)) <= _NEAR
