"""The plan of a deal as the rep steers it: look at it, approve its days, tick a milestone off, lay it anew."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import Final

from assistant.config import Config
from assistant.domain.deal import Deal, Stage
from assistant.domain.plan import Milestone, MilestoneKind, Plan
from assistant.domain.workdays import Workdays
from assistant.drafting.facts import in_role
from assistant.engine.decisions import ABOUT_DATES
from assistant.engine.reasons import spelled
from assistant.errors import InputError, NotFoundError, RefusedError
from assistant.store import ApprovedPlan, Transaction
from assistant.workflows.daily import refresh
from assistant.workflows.desk import DealView, look, process_of
from assistant.workflows.editing import BY_REP, ReviewDesk

_ENDED: Final = {
    Stage.WON: "The deal is won: nothing is left to plan.",
    Stage.SAID_NO: "They said no, and a no sets the plan aside.",
    Stage.PAUSED: "They asked to wait, so nothing is planned until they take it up again.",
}


@dataclass(frozen=True, slots=True)
class Owner:
    """Who looks after a milestone, or takes part in it: the role, and the people known to have it."""

    role: str
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{' and '.join(self.names)} ({self.role})" if self.names else self.role


@dataclass(frozen=True, slots=True)
class Step:
    """One milestone as it's shown. `day` is None where it no longer fits, and where nobody said when it was held.

    `approved` is the day that the rep approved for it, which may differ from `day` where that one works no more.
    """

    kind: MilestoneKind
    us: Owner
    them: Owner
    others: tuple[Owner, ...] = ()
    day: date | None = None
    slack: int = 0
    done: bool = False
    approved: date | None = None

    @property
    def ahead(self) -> bool:
        return self.day is not None and not self.done


@dataclass(frozen=True, slots=True)
class Planned:
    """A deal's plan today: its steps in the plan's order, those that no longer fit last.

    `plan` is None where there is none: `why_none` says so, and `cure` what to do. `written` says whether the rep has
    written the decision date down.
    """

    deal: Deal
    today: date
    days: Workdays
    plan: Plan | None = None
    steps: tuple[Step, ...] = ()
    approved: ApprovedPlan | None = None
    written: bool = True
    why_none: str = ""
    cure: str = ""

    @property
    def next(self) -> Step | None:
        """The earliest unmet milestone that has a day."""
        first = self.plan.next if self.plan else None
        return next((step for step in self.steps if first is not None and step.kind.id == first.kind.id), None)

    @property
    def last(self) -> date | None:
        """The last working day up to the decision, from which all leads are counted."""
        return self.days.last_until(self.plan.decision) if self.plan else None


@dataclass(frozen=True, slots=True)
class Moved:
    """A milestone on another day than before; None where it has or had none."""

    kind: MilestoneKind
    before: date | None
    after: date | None


def planned(tx: Transaction, config: Config, deal_id: str, now: datetime) -> Planned:
    """The deal's plan as of `now`. Raises `NotFoundError`."""
    tx.ledger.deal(deal_id)
    view = look(tx, config, now, {deal_id}).view(deal_id)
    assert view is not None  # the ledger has it
    today = now.astimezone(config.zone).date()
    plan = view.plan
    if plan is None or plan.decision < today:
        why, cure = _why_none(view, today)
        return Planned(view.deal, today, view.days, why_none=why, cure=cure)
    approved = tx.ledger.plan_approved(deal_id)
    steps = _steps(plan, view.deal, config, approved, tx.ledger.milestones_done(deal_id))
    return Planned(view.deal, today, view.days, plan, steps, approved, written=view.named is None)


def approve(desk: ReviewDesk, deal_id: str, now: datetime, *, dry_run: bool = False) -> tuple[Planned, bool]:
    """Keep the days of the plan as they are today. False where just these were approved already.

    Raises `RefusedError` where there is no plan, no day in it, or a decision date that isn't written down.
    """
    with desk.store.write() as tx:
        found = _with_plan(planned(tx, desk.config, deal_id, now))
        assert found.plan is not None  # just checked
        days = {step.kind.id: step.day for step in found.steps if step.day is not None and not step.done}
        if not found.written:
            raise RefusedError(
                f"They decide on {found.plan.decision}, as you haven't written down yet.",
                f'Say so first: nextmove deals date {deal_id} {found.plan.decision} --evidence "who said so, when"',
            )
        if not days:
            raise RefusedError(
                f"No milestone of {deal_id} has a day to approve.", f"See why: nextmove plan show {deal_id}"
            )
        if found.approved is not None and found.approved.days == days:
            return found, False
        tx.ledger.approve_plan(deal_id, found.plan.decision, days, now)
        tx.acts.note(now, "plan", deal_id, payload=_kept(found.approved))
        tx.audit.append(now, "plan approved", deal_id, str(found.plan.decision), _spelled_out(days))
        if dry_run:
            tx.roll_back()
    _bring_up_to_date(desk, deal_id, now, dry_run=dry_run)
    return found, True


def mark_done(
    desk: ReviewDesk, deal_id: str, milestone: str, now: datetime, *, on: date | None = None, dry_run: bool = False
) -> tuple[MilestoneKind, date, bool]:
    """Tick a milestone off, by its id or name, on a day (today where none is given): the milestone, its day, and
    False where it was ticked off before; the first word of it stays.

    Raises `NotFoundError` for a milestone that the process doesn't have, `InputError` for a day that hasn't come.
    """
    today = now.astimezone(desk.config.zone).date()
    day = on or today
    if day > today:
        raise InputError(f"{day} hasn't come yet.", "Tick a milestone off once it was held.")
    with desk.store.write() as tx:
        tx.ledger.deal(deal_id)
        kind = _kind(milestone, desk.config)
        before = tx.ledger.milestones_done(deal_id).get(kind.id)
        if before is not None:
            return kind, before, False
        tx.ledger.mark_milestone_done(deal_id, kind.id, day, BY_REP)
        tx.acts.note(now, "milestone", deal_id, payload=kind.id)
        tx.audit.append(now, "milestone done", deal_id, kind.id, str(day))
        if dry_run:
            tx.roll_back()
    _bring_up_to_date(desk, deal_id, now, dry_run=dry_run)
    return kind, day, True


def lay_anew(desk: ReviewDesk, deal_id: str, now: datetime, *, dry_run: bool = False) -> tuple[Planned, Planned]:
    """Set the approved days aside and lay the plan as if there were none: the plan before, and the new one.

    Raises `RefusedError` where there is no plan.
    """
    with desk.store.write() as tx:
        before = _with_plan(planned(tx, desk.config, deal_id, now))
        if before.approved is None:
            return before, before
        tx.ledger.set_plan_aside(deal_id)
        after = planned(tx, desk.config, deal_id, now)
        tx.acts.note(now, "plan", deal_id, payload=_kept(before.approved))
        tx.audit.append(now, "plan laid anew", deal_id)
        if dry_run:
            tx.roll_back()
    _bring_up_to_date(desk, deal_id, now, dry_run=dry_run)
    return before, after


def moves(before: Planned, after: Planned) -> tuple[Moved, ...]:
    """The unmet milestones that lie on another day in the second plan."""
    days = {step.kind.id: step.day for step in after.steps}
    pairs = [Moved(step.kind, step.day, days.get(step.kind.id)) for step in before.steps if not step.done]
    return tuple(moved for moved in pairs if moved.before != moved.after)


def _why_none(view: DealView, today: date) -> tuple[str, str]:
    """Why the deal has no plan, and what to do; nothing where it has ended."""
    deal = view.deal
    if deal.stage.ended:
        return _ENDED[deal.stage], ""
    write_it = f'nextmove deals date {deal.id} 2026-12-18 --evidence "who said so, when"'
    if deal.decision is not None and deal.decision.day < today:
        passed = f"The day on which they meant to decide, {spelled(deal.decision.day)}, is behind us."
        return passed, f"Ask what has changed for them, or write down the day that they name now: {write_it}"
    if any(question.about == ABOUT_DATES for question in view.standings.questions):
        unsure = "By which day they decide can't be told from what they wrote, so there is nothing to plan from."
        return unsure, f"Answer the question in your queue, or write the day down: {write_it}"
    unknown = "Nobody knows yet on which day they decide, so there is nothing to plan from."
    return unknown, f"Ask them, and write down the day that they name: {write_it}"


def _with_plan(found: Planned) -> Planned:
    if found.plan is None:
        raise RefusedError(found.why_none, found.cure or f"See the deal: nextmove deals show {found.deal.id}")
    return found


def _steps(
    plan: Plan, deal: Deal, config: Config, approved: ApprovedPlan | None, held_on: Mapping[str, date]
) -> tuple[Step, ...]:
    wanted = approved.days if approved else {}
    rep = config.us.rep

    def step(kind: MilestoneKind, milestone: Milestone | None) -> Step:
        done = milestone is not None and milestone.done
        return Step(
            kind,
            us=Owner(kind.our_owner, (rep.name or rep.email,) if kind.our_owner == "rep" else ()),
            them=_theirs(deal, kind.their_owner),
            others=tuple(_theirs(deal, role) for role in kind.attendees),
            day=held_on.get(kind.id) if done or milestone is None else milestone.day,
            slack=milestone.slack if milestone else 0,
            done=done,
            approved=None if done else wanted.get(kind.id),
        )

    return (*(step(each.kind, each) for each in plan.milestones), *(step(kind, None) for kind in plan.crowded))


def _theirs(deal: Deal, roles: str) -> Owner:
    return Owner(roles, tuple(contact.address.name or contact.address.email for contact in in_role(deal, roles)))


def _kind(named: str, config: Config) -> MilestoneKind:
    """The milestone of the process with this id, or this name."""
    kinds = process_of(config).milestones
    known = {_folded(name): kind for kind in reversed(kinds) for name in (kind.name, kind.id)}
    if (found := known.get(_folded(named))) is not None:
        return found
    near = get_close_matches(_folded(named), known, n=1)
    cure = f"Did you mean {known[near[0]].id}?" if near else f"There are: {', '.join(kind.id for kind in kinds)}."
    raise NotFoundError(f"The process has no milestone {named!r}.", cure)


def _folded(name: str) -> str:
    return "_".join(re.findall(r"\w+", name.casefold().replace("_", " ")))


def _kept(approved: ApprovedPlan | None) -> str:
    """The approved days, as undo reads them."""
    return json.dumps({name: day.isoformat() for name, day in approved.days.items()} if approved else {})


def _spelled_out(days: Mapping[str, date]) -> str:
    return ", ".join(f"{name} {day}" for name, day in days.items())


def _bring_up_to_date(desk: ReviewDesk, deal_id: str, now: datetime, *, dry_run: bool) -> None:
    """The deal's part of the queue follows the plan."""
    if not dry_run:
        refresh(desk.accounts, desk.store, desk.config, now, only={deal_id})
