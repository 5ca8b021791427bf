"""The plan of a deal as it's shown: its steps with people, days and meetings, or why there is none."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from assistant.config import Config
from assistant.domain.deal import Deal, Stage
from assistant.domain.invite import InviteState
from assistant.domain.plan import Milestone, MilestoneKind, Plan
from assistant.domain.workdays import Workdays
from assistant.engine.decisions import ABOUT_DATES
from assistant.engine.reasons import spelled
from assistant.engine.roles import in_role
from assistant.store import ApprovedPlan, Transaction
from assistant.workflows.desk import DealView, look

ENDED: Final = {
    Stage.WON: "The deal is won: nothing is left to plan.",
    Stage.SAID_NO: "They said no, and a no sets the plan aside.",
    Stage.PAUSED: "They asked to wait, so nothing is planned until they take it up again.",
}


class Lack(StrEnum):
    """Why a deal has no plan."""

    ENDED = "ended"
    PASSED = "passed"
    UNSURE = "unsure"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Owner:
    """Who looks after a milestone, or takes part in it: the role, and the people known to have it."""

    role: str
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{' and '.join(self.names)} ({self.role})" if self.names else self.role


@dataclass(frozen=True, slots=True)
class Placed:
    """The meeting of a milestone as it lies in the calendar, on the rep's clock."""

    state: InviteState
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One milestone as it's shown. `day` is the plan's: None where it no longer fits or is left out, where it's held in
    the meeting of another (`into`), and where nobody said when it was held.

    `latest` is the last day on which it can still be held, `spare` the working days from `day` to that one. `approved`
    is the day that the rep approved for it, which may differ from `day` where that one works no more. `with_` are those
    that are held in its meeting, `minutes` their time together. `placed` is its meeting in the calendar.
    """

    kind: MilestoneKind
    us: Owner
    them: Owner
    others: tuple[Owner, ...] = ()
    day: date | None = None
    slack: int = 0
    latest: date | None = None
    spare: int = 0
    done: bool = False
    approved: date | None = None
    with_: tuple[MilestoneKind, ...] = ()
    into: MilestoneKind | None = None
    dropped: bool = False
    minutes: int = 0
    placed: Placed | None = None

    @property
    def on(self) -> date | None:
        """The day that it's shown on: that of its meeting, where one is to take place, else the plan's."""
        return self.placed.start.date() if self.placed and self.placed.state.alive else self.day

    @property
    def ahead(self) -> bool:
        return self.on is not None and not self.done

    @property
    def crowded(self) -> bool:
        """Whether it no longer fits."""
        return not (self.ahead or self.done or self.dropped or self.into)


@dataclass(frozen=True, slots=True)
class Planned:
    """A deal's plan today: its steps by their days, each with those that are held in its meeting; then those that no
    longer fit, and those that are left out.

    `plan` is None where there is none: `why_none` says so, and `cure` what to do; `lack` is the kind of reason.
    `written` says whether the rep has written the decision date down.
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
    lack: Lack | None = None

    @property
    def next(self) -> Step | None:
        """The earliest unmet milestone that has a day."""
        return next((step for step in self.steps if step.ahead), None)

    def step(self, milestone: str) -> Step | None:
        """The step of the milestone with this id."""
        return next((step for step in self.steps if step.kind.id == milestone), None)

    @property
    def last(self) -> date | None:
        """The last working day up to the decision, from which all leads are counted."""
        return self.days.last_until(self.plan.decision) if self.plan else None


def planned(tx: Transaction, config: Config, deal_id: str, now: datetime) -> Planned:
    """The deal's plan as of `now`. Raises `NotFoundError`."""
    return _planned(tx, config, view_of(tx, config, deal_id, now), now)


def planned_all(tx: Transaction, config: Config, now: datetime) -> tuple[Planned, ...]:
    """The plans of all open deals, by the day of what's next; those where nothing is next last."""
    views = look(tx, config, now).views
    found = [_planned(tx, config, view, now) for view in views if not view.deal.stage.ended]
    days = {each.deal.id: each.next.on if each.next else None for each in found}
    return tuple(sorted(found, key=lambda each: (days[each.deal.id] or date.max, each.deal.id)))


def view_of(tx: Transaction, config: Config, deal_id: str, now: datetime) -> DealView:
    """The deal today. Raises `NotFoundError`."""
    tx.ledger.deal(deal_id)
    view = look(tx, config, now, {deal_id}).view(deal_id)
    assert view is not None  # the ledger has it
    return view


def _planned(tx: Transaction, config: Config, view: DealView, now: datetime) -> Planned:
    today = now.astimezone(config.zone).date()
    plan, deal_id = view.plan, view.deal.id
    if plan is None or plan.decision < today:
        lack, why, cure = _why_none(view, today)
        return Planned(view.deal, today, view.days, why_none=why, cure=cure, lack=lack)
    approved = tx.ledger.plan_approved(deal_id)
    held_on = tx.ledger.milestones_done(deal_id)
    merged = tx.ledger.plan_choices(deal_id, view.deal.decision.seq if view.deal.decision else None).merged
    held_on = {guest: held_on[host] for guest, host in merged.items() if host in held_on} | held_on
    seen = _Seen(view, plan, approved, held_on, _placed(tx, config, deal_id), config, today)
    return Planned(view.deal, today, view.days, plan, seen.steps(), approved, written=view.named is None)


def _placed(tx: Transaction, config: Config, deal_id: str) -> Mapping[str, Placed]:
    """By the milestone's id its meeting in the calendar: the newest that is to take place, else the newest."""
    found: dict[str, Placed] = {}
    for invite in tx.invites.latest(deal_id):
        before = found.get(invite.milestone)
        if invite.content.times and (before is None or invite.state.alive or not before.state.alive):
            start, end = (time.astimezone(config.zone) for time in invite.content.times[0])
            found[invite.milestone] = Placed(invite.state, start, end)
    return found


def _why_none(view: DealView, today: date) -> tuple[Lack, str, str]:
    """Why the deal has no plan, and what to do; nothing where it has ended."""
    deal = view.deal
    if deal.stage.ended:
        return Lack.ENDED, ENDED[deal.stage], ""
    write_it = f'nextmove deals date {deal.id} 2026-12-18 --evidence "who said so, when"'
    if deal.decision is not None and deal.decision.day < today:
        passed = f"The day on which they meant to decide, {spelled(deal.decision.day)}, is behind us."
        cure = f"Ask what has changed for them, or write down the day that they name now: {write_it}"
        return Lack.PASSED, passed, cure
    if any(question.about == ABOUT_DATES for question in view.standings.questions):
        unsure = "By which day they decide can't be told from what they wrote, so there is nothing to plan from."
        return Lack.UNSURE, unsure, f"Answer the question in your queue, or write the day down: {write_it}"
    unknown = "Nobody knows yet on which day they decide, so there is nothing to plan from."
    return Lack.UNKNOWN, unknown, f"Ask them, and write down the day that they name: {write_it}"


@dataclass(frozen=True, slots=True)
class _Seen:
    """A plan with all that is shown of it."""

    view: DealView
    plan: Plan
    approved: ApprovedPlan | None
    held_on: Mapping[str, date]
    placed: Mapping[str, Placed]
    config: Config
    today: date

    def steps(self) -> tuple[Step, ...]:
        crowded = [self._step(kind) for kind in self.plan.crowded]
        dated = [self._step(each.kind, each) for each in self.plan.milestones]
        dated += [step for step in crowded if step.ahead]
        dated.sort(key=lambda step: (step.ahead and step.on) or date.min)
        together = [each for step in dated for each in (step, *self._guests(step))]
        dropped = [replace(self._step(kind), dropped=True) for kind in self.plan.dropped]
        return (*together, *(step for step in crowded if not step.ahead), *dropped)

    def _guests(self, host: Step) -> Iterator[Step]:
        for kind in host.with_:
            yield replace(self._step(kind), into=host.kind, placed=None, approved=None)

    def _step(self, kind: MilestoneKind, milestone: Milestone | None = None) -> Step:
        deal, rep = self.view.deal, self.config.us.rep
        done = milestone is not None and milestone.done
        latest = milestone.latest if milestone else None
        return Step(
            kind,
            us=Owner(kind.our_owner, (rep.name or rep.email,) if kind.our_owner == "rep" else ()),
            them=_theirs(deal, kind.their_owner),
            others=tuple(_theirs(deal, role) for role in kind.attendees),
            day=self.held_on.get(kind.id) if done or milestone is None else milestone.day,
            slack=milestone.slack if milestone else 0,
            latest=latest,
            spare=milestone.spare(self.view.days) if milestone else 0,
            done=done,
            approved=self.approved.days.get(kind.id) if self.approved and not done else None,
            with_=milestone.with_ if milestone else (),
            minutes=milestone.minutes if milestone else kind.minutes,
            placed=None if done else self._meeting(kind),
        )

    def _meeting(self, kind: MilestoneKind) -> Placed | None:
        """Its meeting, unless that lies behind us: the plan goes on from today."""
        found = self.placed.get(kind.id)
        return found if found is not None and found.start.date() >= self.today else None


def _theirs(deal: Deal, roles: str) -> Owner:
    return Owner(roles, tuple(contact.address.name or contact.address.email for contact in in_role(deal, roles)))
