"""The plan of a deal as the rep steers it: look at it, approve its days, tick a milestone off, lay it anew."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from typing import Final

from assistant.config import Config
from assistant.domain.deal import Deal, Stage
from assistant.domain.plan import MilestoneKind
from assistant.errors import InputError, NotFoundError, RefusedError
from assistant.store import ApprovedPlan
from assistant.workflows.daily import refresh
from assistant.workflows.desk import DealView, process_of
from assistant.workflows.editing import BY_REP, ReviewDesk
from assistant.workflows.seen_plan import ENDED, Planned, planned, view_of

_YEAR: Final = timedelta(days=365)
_OTHER_STAGE: Final = {
    Stage.BEFORE_YES: "comes after their yes, which isn't there yet",
    Stage.AFTER_YES: "comes before their yes, which is there already",
}


@dataclass(frozen=True, slots=True)
class Moved:
    """A milestone on another day than before; None where it has or had none."""

    kind: MilestoneKind
    before: date | None
    after: date | None


def approve(desk: ReviewDesk, deal_id: str, now: datetime, *, dry_run: bool = False) -> tuple[Planned, bool]:
    """Keep the days of the plan as they are today. False where just these were approved already.

    Raises `RefusedError` where there is no plan, no day in it, or a decision date that isn't written down.
    """
    with desk.store.write() as tx:
        found = with_plan(planned(tx, desk.config, deal_id, now))
        assert found.plan is not None  # just checked
        must_be_written(found)
        days = {step.kind.id: step.day for step in found.steps if step.day is not None and not step.done}
        if not days:
            raise RefusedError(
                f"No milestone of {deal_id} has a day to approve.", f"See why: nextmove plan show {deal_id}"
            )
        schedule = desk.config.plan.schedule
        if found.approved is not None and (found.approved.days, found.approved.schedule) == (days, schedule):
            return found, False
        tx.ledger.approve_plan(deal_id, found.plan.decision, days, now, schedule)
        tx.acts.note(now, "plan", deal_id, payload=approval_kept(found.approved))
        tx.audit.append(now, "plan approved", deal_id, str(found.plan.decision), _spelled_out(days))
        if dry_run:
            tx.roll_back()
    bring_up_to_date(desk, deal_id, now, dry_run=dry_run)
    return found, True


def mark_done(
    desk: ReviewDesk, deal_id: str, milestone: str, now: datetime, *, on: date | None = None, dry_run: bool = False
) -> tuple[MilestoneKind, date, bool]:
    """Tick a milestone off, by its id or name, on a day (today where none is given): the milestone, its day, and
    False where it was ticked off before; the first word of it stays.

    Raises `NotFoundError` for a milestone that the process doesn't have, `InputError` for a day that hasn't come or
    lies long before the deal, `RefusedError` for a milestone of the other stage and for a deal that has ended.
    """
    today = now.astimezone(desk.config.zone).date()
    day = on or today
    if day > today:
        raise InputError(f"{day} hasn't come yet.", "Tick a milestone off once it was held.")
    with desk.store.write() as tx:
        view = view_of(tx, desk.config, deal_id, now)
        kind = kind_of(milestone, desk.config)
        before = tx.ledger.milestones_done(deal_id).get(kind.id)
        if before is not None:
            return kind, before, False
        must_be_of_its_stage(kind, view.deal)
        _must_be_in_its_time(day, view)
        tx.ledger.mark_milestone_done(deal_id, kind.id, day, BY_REP)
        tx.acts.note(now, "milestone", deal_id, payload=kind.id)
        tx.audit.append(now, "milestone done", deal_id, kind.id, str(day))
        if dry_run:
            tx.roll_back()
    bring_up_to_date(desk, deal_id, now, dry_run=dry_run)
    return kind, day, True


def lay_anew(desk: ReviewDesk, deal_id: str, now: datetime, *, dry_run: bool = False) -> tuple[Planned, Planned]:
    """Set the approved days aside and lay the plan as if there were none: the plan before, and the new one.

    Raises `RefusedError` where there is no plan.
    """
    with desk.store.write() as tx:
        before = with_plan(planned(tx, desk.config, deal_id, now))
        if before.approved is None:
            return before, before
        tx.ledger.set_plan_aside(deal_id)
        after = planned(tx, desk.config, deal_id, now)
        tx.acts.note(now, "plan", deal_id, payload=approval_kept(before.approved))
        tx.audit.append(now, "plan laid anew", deal_id)
        if dry_run:
            tx.roll_back()
    bring_up_to_date(desk, deal_id, now, dry_run=dry_run)
    return before, after


def moves(before: Planned, after: Planned) -> tuple[Moved, ...]:
    """The unmet milestones that lie on another day in the second plan."""
    days = {step.kind.id: step.day for step in after.steps}
    pairs = [Moved(step.kind, step.day, days.get(step.kind.id)) for step in before.steps if not step.done]
    return tuple(moved for moved in pairs if moved.before != moved.after)


def with_plan(found: Planned) -> Planned:
    """Raises `RefusedError` where there is no plan."""
    if found.plan is None:
        raise RefusedError(found.why_none, found.cure or f"See the deal: nextmove deals show {found.deal.id}")
    return found


def must_be_written(found: Planned) -> None:
    """Raises `RefusedError` where the decision date isn't written down."""
    if found.plan is not None and not found.written:
        raise RefusedError(
            f"They decide on {found.plan.decision}, as you haven't written down yet.",
            f'Say so first: nextmove deals date {found.deal.id} {found.plan.decision} --evidence "who said so, when"',
        )


def must_be_of_its_stage(kind: MilestoneKind, deal: Deal) -> None:
    """Raises `RefusedError` for a milestone that isn't of the deal's stage, and where the deal has ended."""
    if deal.stage.ended:
        raise RefusedError(
            ENDED[deal.stage], f"If it goes on after all: nextmove deals end {deal.id} {_reopened(kind)}"
        )
    if kind.stage is not deal.stage:
        raise RefusedError(
            f"{kind.name} {_OTHER_STAGE[deal.stage]}.",
            f"If that isn't so: nextmove deals end {deal.id} {_reopened(kind)}",
        )


def _reopened(kind: MilestoneKind) -> str:
    return kind.stage.value.replace("_", "-")


def _must_be_in_its_time(day: date, view: DealView) -> None:
    """Nothing of a deal was held more than a year before anything is known of it."""
    moves = [move.at.date() for move in view.timeline.moves[:1]]
    first = min([view.deal.created.date(), *moves])
    if day < first - _YEAR:
        raise InputError(
            f"{day} is more than a year before the first that is known of {view.deal.id}, {first}.",
            "Name the day on which it was held, like --on 2026-03-02.",
        )


def kind_of(named: str, config: Config) -> MilestoneKind:
    """The milestone of the process with this id, or this name. Raises `NotFoundError`."""
    kinds = process_of(config).milestones
    known = {_folded(name): kind for kind in reversed(kinds) for name in (kind.name, kind.id)}
    if (found := known.get(_folded(named))) is not None:
        return found
    near = get_close_matches(_folded(named), known, n=1)
    cure = f"Did you mean {known[near[0]].id}?" if near else f"There are: {', '.join(kind.id for kind in kinds)}."
    raise NotFoundError(f"The process has no milestone {named!r}.", cure)


def _folded(name: str) -> str:
    return "_".join(re.findall(r"\w+", name.casefold().replace("_", " ")))


def approval_kept(approved: ApprovedPlan | None) -> str:
    """The approved days, and how the meetings come about, as undo reads them."""
    if approved is None:
        return "{}"
    days = {name: day.isoformat() for name, day in approved.days.items()}
    return json.dumps({"days": days, "schedule": approved.schedule})


def _spelled_out(days: Mapping[str, date]) -> str:
    return ", ".join(f"{name} {day}" for name, day in days.items())


def bring_up_to_date(desk: ReviewDesk, deal_id: str, now: datetime, *, dry_run: bool) -> None:
    """The deal's part of the queue follows the plan."""
    if not dry_run:
        refresh(desk.accounts, desk.store, desk.config, now, only={deal_id})
