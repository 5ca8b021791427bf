"""What the queue gets for the meetings of a plan: invites, new times for them, and their calling off."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from assistant.config import Config
from assistant.domain.calendar import Event
from assistant.domain.deal import Evidence, Stage, Standing
from assistant.domain.draft import ItemKind, ItemState, QueueItem
from assistant.domain.invite import InviteAct, InviteState
from assistant.domain.mail import Address
from assistant.domain.plan import Milestone, MilestoneKind, Plan
from assistant.drafting.invite_facts import Cause
from assistant.drafting.invites import nobody_title
from assistant.engine.absence import gone
from assistant.engine.meeting_times import Window, window_of
from assistant.engine.roles import in_role
from assistant.engine.serving import serving
from assistant.engine.slots import Slot
from assistant.store import PlacedInvite
from assistant.workflows.asking import asked_of, calling_off
from assistant.workflows.booking import WAITS, Booking, Wanted, kind_of, slot_of
from assistant.workflows.desk import DealView, days_of, process_of
from assistant.workflows.rep import RepToday

SCHEDULES: Final = ("off", "hold", "invite")
"""How the meetings of a plan come about, from the least to the most that happens by itself."""

_NOBODY: Final = ":nobody"
"""How the key of a notice ends that asks who should come: once for each role."""
_QUIET: Final = (
    Standing.WON, Standing.SAID_NO, Standing.UNREACHABLE, Standing.PAUSED, Standing.AWAY, Standing.OWES_REPLY
)  # fmt: skip
"""Where one of these holds nobody is invited: it's over, nobody is there, or they wait for us first."""


def schedule_of(view: DealView, rep: RepToday) -> str:
    """How this deal's meetings come about: as configured, but never beyond what the rep approved with the plan."""
    approved, decision = rep.tx.ledger.plan_approved(view.deal.id), view.deal.decision
    if approved is None or view.plan is None or decision is None or approved.seq != decision.seq:
        return SCHEDULES[0]
    return min(rep.config.plan.schedule, approved.schedule, key=SCHEDULES.index)


def invites(booking: Booking) -> Iterator[QueueItem]:
    """The items of the queue for the deal's meetings: those to call off where it's over, else those to move, then the
    invites for which the plan's time has come."""
    ending = _ending(booking.view)
    alive = [
        invite for invite in _placed(booking) if invite.state.alive and invite.content.times[0][0] > booking.rep.now
    ]
    if ending is not None:
        yield from (_calling_off(booking, invite, ending) for invite in alive if invite.state is not InviteState.HELD)
        return
    for invite in alive:
        if invite.state is not InviteState.HELD:
            yield from asked_of(booking, invite)
    yield from _due(booking)


def _ending(view: DealView) -> tuple[Cause, Evidence | None] | None:
    """Why nothing more takes place, with their own words where they're known."""
    no, pause = view.standings.of(Standing.SAID_NO), view.standings.of(Standing.PAUSED)
    if view.deal.stage is Stage.SAID_NO or (no is not None and no.certain):
        return Cause.SAID_NO, next(iter(no.evidence), None) if no else None
    if view.deal.stage is Stage.PAUSED or (pause is not None and pause.certain):
        return Cause.NOT_NOW, next(iter(pause.evidence), None) if pause else None
    return None


def _calling_off(booking: Booking, invite: PlacedInvite, ending: tuple[Cause, Evidence | None]) -> QueueItem:
    cause, heard = ending
    wanted = Wanted(
        InviteAct.CANCEL,
        (kind_of(invite.milestone, booking.config),),
        invite.uid,
        invite.sequence + 1,
        invite.content.to,
        invite.content.cc,
        cause=cause,
        heard=heard,
        was=invite,
    )
    return calling_off(booking, wanted, heard.ref if heard else None)


def _due(booking: Booking) -> Iterator[QueueItem]:
    """An invite for each milestone whose time has come and that no meeting serves yet, the earliest first; what must be
    held after it has its turn once that one is booked, or the rep has decided about it."""
    view, rep = booking.view, booking.rep
    if view.plan is None or schedule_of(view, rep) == SCHEDULES[0]:
        return
    if any(map(view.standings.has, _QUIET)) or view.move.kind is ItemKind.QUESTION:
        return
    ours = {invite.uid: invite.milestone for invite in _placed(booking)}
    served = serving(view.plan, view.timeline.ahead, view.days, ours)
    waits = process_of(booking.config).waits_for()
    approved = rep.tx.ledger.plan_approved(view.deal.id)
    asked: set[str] = set()
    inviting: set[str] = set()
    for milestone in view.plan.milestones:
        first = view.days.add(milestone.day, -milestone.kind.notice)
        if milestone.done or milestone.kind.id in served or first > rep.today or milestone.kind.their_owner in asked:
            continue
        if not inviting.isdisjoint(waits.get(milestone.kind.id, ())):
            inviting.add(milestone.kind.id)
            continue
        doubts = _before(booking, view.plan, milestone, served)
        if approved is None or milestone.kind.id not in approved.days:
            doubts = (*doubts, booking.evidence("It isn't part of the plan that you approved.", WAITS))
        for item in _invite(booking, view.plan, milestone, (*doubts, *_apart(booking, milestone))):
            if item.key.endswith(_NOBODY):
                asked.add(milestone.kind.their_owner)
            if item.kind is ItemKind.INVITE and _is_undecided(booking, item):
                inviting.add(milestone.kind.id)
            yield item


def _is_undecided(booking: Booking, item: QueueItem) -> bool:
    before = booking.rep.tx.queue.by_key(item.key)
    return before is None or before.state not in (ItemState.DISMISSED, ItemState.DELETED)


def _before(booking: Booking, plan: Plan, milestone: Milestone, served: Mapping[str, Event]) -> tuple[Evidence, ...]:
    """What must be held before it and isn't booked yet: then the rep decides which goes out first."""
    waits = process_of(booking.config).waits_for().get(milestone.kind.id, ())
    open_ = [m for m in plan.milestones if m.kind.id in waits and not m.done and m.kind.id not in served]
    said = "{} comes first, and no meeting is booked for it yet."
    return tuple(booking.evidence(said.format(each.kind.name), WAITS) for each in open_)


def _apart(booking: Booking, milestone: Milestone) -> tuple[Evidence, ...]:
    """What is to be held in its meeting and has a meeting of its own still."""
    own = {invite.milestone for invite in _placed(booking) if invite.state.alive}
    said = "{} has a meeting of its own, which isn't called off yet."
    return tuple(booking.evidence(said.format(kind.name), WAITS) for kind in milestone.with_ if kind.id in own)


def _invite(booking: Booking, plan: Plan, milestone: Milestone, first: tuple[Evidence, ...]) -> Iterator[QueueItem]:
    view, kind = booking.view, milestone.kind
    earlier = [invite for invite in _placed(booking) if invite.milestone == kind.id]
    held = next((invite for invite in earlier if invite.state is InviteState.HELD), None)
    if any(invite.state.alive and invite is not held for invite in earlier) or any(
        invite.state is InviteState.GONE for invite in earlier
    ):
        return  # it's there already although the calendar doesn't show it yet; or the rep took it out
    nth = sum(not invite.state.alive and bool(invite.content.to) for invite in earlier)  # a hold invited nobody
    required, optional, doubts = _people(booking, (kind, *milestone.with_))
    notes = (*first, *doubts, *_their_way(booking))
    key = f"{view.deal.id}:invite:{kind.id}:{plan.decision}:{nth}"
    if not required:
        yield booking.notice(f"{key}{_NOBODY}", nobody_title((kind,), kind.their_owner), (_whom(booking, kind),))
        return
    wanted = Wanted(
        InviteAct.INVITE,
        (kind, *milestone.with_),
        uid=held.uid if held else _uid(view, kind.id, nth, booking.config),
        sequence=held.sequence + 1 if held else 0,
        required=required,
        optional=optional,
    )
    if nth:
        notes = (*notes, booking.evidence("An earlier meeting for it was called off.", WAITS))
    windows = _windows(booking, plan, milestone)
    found = (booking.slot(key, wanted, window, milestone.minutes) for window in windows)
    slot = _put_there(booking, held, wanted) or next((slot for slot in found if slot is not None), None)
    if slot is None:
        last = windows[-1].latest if windows else milestone.latest or plan.decision
        yield booking.no_time(key, wanted, windows[-1] if windows else None, milestone.minutes, last)
    else:
        yield booking.item(key, wanted, slot, notes)


def _their_way(booking: Booking) -> tuple[Evidence, ...]:
    """Where they have meetings booked in their own way, ours isn't pushed: the rep books it there."""
    if booking.view.their_way is None:
        return ()
    way = f"book it there, then say so with: nextmove queue spoke {booking.view.deal.id}"
    said = f"They have meetings booked in their own way: {way}"
    return (booking.evidence(said, WAITS), booking.view.their_way)


def _put_there(booking: Booking, held: PlacedInvite | None, wanted: Wanted) -> Slot | None:
    """Where the rep has moved the hold by hand; that's the item's time for as long as nothing else comes there."""
    if held is None:
        return None
    time = held.content.times[0]
    history = booking.rep.tx.invites.history(held.uid)
    moved = any(each.placed == held.placed and each.content.times[0] != time for each in history)
    return slot_of(time, wanted.kinds[0].minutes) if moved and booking.is_free(wanted, time) else None


def _windows(booking: Booking, plan: Plan, milestone: Milestone) -> list[Window]:
    """Between the days that the plan has for what comes before and after it; where that's too narrow, what nobody is
    invited to yet gives way."""
    booked = days_of(_placed(booking), booking.config.zone)
    there = replace(plan, milestones=tuple(m for m in plan.milestones if m is milestone or m.kind.id in booked))
    today, days = booking.rep.today, booking.view.days
    found = (window_of(each, milestone, today, days, booked) for each in (plan, there))
    return [window for window in dict.fromkeys(found) if window is not None]


def _people(
    booking: Booking, kinds: Sequence[MilestoneKind]
) -> tuple[tuple[Address, ...], tuple[Address, ...], tuple[Evidence, ...]]:
    """Who must come, who may, and what the rep should know about the choice.

    Where nobody is known to have the owner's role, whoever takes part by role, or is the deal's only contact, is asked;
    the rep has a look first.
    """
    deal, timeline, today = booking.view.deal, booking.view.timeline, booking.rep.today
    out = {email.lower() for email in gone(timeline, today)}

    def in_any(*roles: str) -> tuple[Address, ...]:
        found = [contact.address for role in roles for contact in in_role(deal, role)]
        return tuple(person for person in dict.fromkeys(found) if person.email not in out)

    owners = in_any(*(kind.their_owner for kind in kinds))
    others = in_any(*(role for kind in kinds for role in kind.attendees))
    if owners:
        return owners, tuple(person for person in others if person not in owners), ()
    known = [c.address for c in deal.contacts if c.active and c.address.email not in out]
    instead = others or (tuple(known) if len(known) == 1 else ())
    note = f"Nobody of theirs is known as {kinds[0].their_owner}, so it goes to whom you know."
    return instead, (), (booking.evidence(note, WAITS),) if instead else ()


def _whom(booking: Booking, kind: MilestoneKind) -> Evidence:
    way = f'nextmove deals edit {booking.view.deal.id} --contact "Name <address> ({kind.their_owner})"'
    return booking.evidence(f"Ask them, and write down who it is: {way}", "invite.nobody")


def _placed(booking: Booking) -> list[PlacedInvite]:
    """The deal's meetings of ours, each as it was last noted."""
    return [invite for invite in booking.rep.placed if invite.deal_id == booking.view.deal.id]


def _uid(view: DealView, milestone: str, nth: int, config: Config) -> str:
    """The UID of the milestone's n-th meeting toward the decision date in force; it tells nobody anything."""
    seq = view.deal.decision.seq if view.deal.decision else 0
    name = "\n".join((view.deal.id, view.deal.created.isoformat(), str(seq), milestone, str(nth)))
    return f"{hashlib.sha256(name.encode()).hexdigest()[:32]}@{config.us.rep.domain or 'localhost'}"
