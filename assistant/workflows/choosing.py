"""The rep's choices for a plan: leave a milestone out, hold it in the meeting of another, or keep it after all."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.domain.plan import MilestoneKind, PlanChoices
from assistant.engine.choices import between, settle
from assistant.errors import RefusedError
from assistant.workflows.desk import process_of
from assistant.workflows.editing import ReviewDesk
from assistant.workflows.planning import (
    bring_up_to_date,
    kind_of,
    must_be_of_its_stage,
    must_be_written,
    with_plan,
)
from assistant.workflows.seen_plan import Planned, planned


@dataclass(frozen=True, slots=True)
class Chosen:
    """A milestone and the plan before and after the choice; `new` is False where it had been made before."""

    kind: MilestoneKind
    before: Planned
    after: Planned
    new: bool = True


def drop(desk: ReviewDesk, deal_id: str, milestone: str, now: datetime, *, dry_run: bool = False) -> Chosen:
    """Leave the milestone out of the plan toward the decision date in force; what waits for it waits for what it
    waited for. What was to be held in its meeting is planned by itself again.

    Raises `NotFoundError` for an unknown milestone, `RefusedError` where there is no plan or the milestone is done.
    """
    return _choose(desk, deal_id, milestone, "drop", now, dry_run=dry_run)


def merge(desk: ReviewDesk, deal_id: str, milestone: str, into: str, now: datetime, *, dry_run: bool = False) -> Chosen:
    """Hold the milestone in the meeting of another. Raises as `drop` does, and where the order doesn't allow it."""
    return _choose(desk, deal_id, milestone, "merge", now, into=into, dry_run=dry_run)


def keep(desk: ReviewDesk, deal_id: str, milestone: str, now: datetime, *, dry_run: bool = False) -> Chosen:
    """Plan the milestone by itself again. Raises as `drop` does."""
    return _choose(desk, deal_id, milestone, "keep", now, dry_run=dry_run)


def _choose(
    desk: ReviewDesk,
    deal_id: str,
    milestone: str,
    choice: str,
    now: datetime,
    *,
    into: str | None = None,
    dry_run: bool,
) -> Chosen:
    with desk.store.write() as tx:
        before = planned(tx, desk.config, deal_id, now)
        kind = kind_of(milestone, desk.config)
        host = kind_of(into, desk.config) if into is not None else None
        must_be_of_its_stage(kind, before.deal)
        must_be_written(with_plan(before))
        _must_be_open(kind, before)
        choices = tx.ledger.plan_choices(deal_id)
        was = _was(kind, choices)
        wanted = (choice, host.id if host else None)
        if was == wanted:
            return Chosen(kind, before, before, new=False)
        if host is not None:
            _must_go_together(desk, before, kind, host, choices)
        tx.ledger.choose_milestone(deal_id, kind.id, choice, now, into=wanted[1])
        after = planned(tx, desk.config, deal_id, now)
        if host is not None:
            _must_still_fit(after, kind, host)
        payload = json.dumps({"milestone": kind.id, "choice": was[0], "into": was[1]})
        tx.acts.note(now, "plan choice", deal_id, payload=payload)
        tx.audit.append(now, f"milestone {choice}", deal_id, kind.id, wanted[1] or "")
        if dry_run:
            tx.roll_back()
    bring_up_to_date(desk, deal_id, now, dry_run=dry_run)
    return Chosen(kind, before, after)


def _was(kind: MilestoneKind, choices: PlanChoices) -> tuple[str, str | None]:
    """The choice in force for the milestone, and the one that it's held with."""
    if kind.id in choices.dropped:
        return "drop", None
    into = choices.merged.get(kind.id)
    return ("merge", into) if into else ("keep", None)


def _must_be_open(kind: MilestoneKind, found: Planned) -> None:
    step = found.step(kind.id)
    if step is not None and step.done:
        raise RefusedError(f"{kind.name} is done already.", f"See the plan: nextmove plan show {found.deal.id}")


def _must_go_together(
    desk: ReviewDesk, found: Planned, kind: MilestoneKind, host: MilestoneKind, choices: PlanChoices
) -> None:
    """Raises `RefusedError` where the one can't be held in the meeting of the other."""
    deal_id = found.deal.id
    if host.id == kind.id:
        raise RefusedError(f"{kind.name} can't be held with itself.", "Name the other milestone second.")
    must_be_of_its_stage(host, found.deal)
    _must_be_open(host, found)
    step, own = found.step(host.id), found.step(kind.id)
    if step is None or step.dropped:
        raise RefusedError(
            f"{host.name} is left out of the plan.", f"Take it back first: nextmove plan keep {deal_id} {host.id}"
        )
    if step.into is not None:
        raise RefusedError(
            f"{host.name} is itself held with {step.into.name}.",
            f"Hold it there too: nextmove plan merge {deal_id} {kind.id} {step.into.id}",
        )
    if step.crowded:
        raise RefusedError(
            f"{host.name} no longer fits, so it has no meeting.",
            f"See what can be done: nextmove plan show {deal_id}",
        )
    if own is not None and own.with_:
        raise RefusedError(
            f"{_names(own.with_)} is to be held with {kind.name}.",
            f"Take that back first: nextmove plan keep {deal_id} {own.with_[0].id}",
        )
    _must_be_neighbours(desk, found, kind, host, choices)


def _must_be_neighbours(
    desk: ReviewDesk, found: Planned, kind: MilestoneKind, host: MilestoneKind, choices: PlanChoices
) -> None:
    process, stage = process_of(desk.config), found.deal.stage
    done = {step.kind.id for step in found.steps if step.done}
    settled = settle(process, stage, done, choices)
    others = {guest: into for guest, into in settled.together.items() if guest != kind.id}
    near = between(process, stage, settled.done | (settled.dropped - {kind.id}), others, kind.id, host.id)
    if near:
        order = [each.id for each in process.milestones]
        nearest = near[-1] if order.index(kind.id) < order.index(host.id) else near[0]
        raise RefusedError(
            f"{_names(near)} must be held between {kind.name} and {host.name}, so these two can't be one meeting.",
            f"Leave out what lies between, or hold it there too: nextmove plan merge {found.deal.id}"
            f" {nearest.id} {host.id}",
        )


def _must_still_fit(after: Planned, kind: MilestoneKind, host: MilestoneKind) -> None:
    """Raises `RefusedError` where the meeting of both would have to be sooner than there is time for."""
    step = after.step(host.id)
    if step is not None and step.crowded:
        raise RefusedError(
            f"{host.name} would no longer fit if {kind.name} were held with it.",
            f"See what can be done: nextmove plan show {after.deal.id}",
        )


def _names(kinds: Sequence[MilestoneKind]) -> str:
    *others, last = (kind.name for kind in kinds)
    return f"{', '.join(others)} and {last}" if others else last
