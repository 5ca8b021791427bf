"""What of an approved plan's meetings happens by itself in a run: invites go out, times are held and released."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Final

from assistant.config import Config
from assistant.domain.deal import Deal
from assistant.domain.draft import Content, ItemState, QueueItem
from assistant.domain.invite import InviteAct, InviteState, Meeting
from assistant.engine.cadence import capped
from assistant.errors import NotFoundError, ProviderError, RefusedError
from assistant.store import PlacedInvite, Store, Transaction
from assistant.workflows.booking import WAITS, Booking, Taken
from assistant.workflows.desk import DealView, Desk, cadence_of
from assistant.workflows.exits import Cleared, clear_content
from assistant.workflows.invites import schedule_of
from assistant.workflows.placing import Placing, account_for, place
from assistant.workflows.reconcile import BY_US
from assistant.workflows.rep import RepToday
from assistant.workflows.sources import SourceAccount
from assistant.workflows.times import CALENDAR_AHEAD

_WAITING: Final = frozenset({ItemState.OPEN, ItemState.SNOOZED})


@dataclass(frozen=True, slots=True)
class Scheduled:
    """What was done in the calendar, and what couldn't be, each with why."""

    placed: tuple[PlacedInvite, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()


def others_busy(accounts: Sequence[SourceAccount], deals: Sequence[Deal], config: Config, now: datetime) -> Taken:
    """When the people of deals that have a date are busy, as far as a calendar that can be asked tells."""
    able = [account.free_busy for account in accounts if account.free_busy is not None]
    if not able or config.plan.schedule == "off":
        return {}
    people = {c.address.email for deal in deals if deal.decision for c in deal.contacts if c.active}
    found: dict[str, tuple[tuple[datetime, datetime], ...]] = {}
    for port in able:
        try:
            found |= port.busy(people, (now, now + CALENDAR_AHEAD))
        except ProviderError:
            continue  # times are proposed without them then, and the people can answer
    return found


def schedule(accounts: Sequence[SourceAccount], store: Store, desk: Desk, config: Config, now: datetime) -> Scheduled:
    """Place what may go by itself: the holds and invites of approved plans, and the release of holds that lost theirs.

    At most `invites_a_day` invites go out a day, the earliest meeting first.
    """
    with store.read() as tx:
        rep = RepToday(tx, config, now)
        todo = [*_releases(tx, now), *_holds(tx, desk, rep), *_going_out(tx, desk, rep)]
    placed: list[PlacedInvite] = []
    failed: list[tuple[str, str]] = []
    for placing, item in todo:
        view = desk.view(placing.deal_id)
        cleared = clear_content(placing.content, view, config, None)
        if not isinstance(cleared, Cleared):
            continue  # the item waits in the queue, with what the guard says
        try:
            with store.read() as tx:
                account = account_for(tx, accounts, placing.meeting.uid)
            placed.append(place(store, account, placing, cleared, config, by=BY_US, now=now, item=item))
        except (ProviderError, RefusedError, NotFoundError) as error:
            failed.append((placing.deal_id, str(error)))
    return Scheduled(tuple(placed), tuple(failed))


def _waiting(tx: Transaction, desk: Desk) -> list[tuple[QueueItem, Content, Meeting, DealView]]:
    """The invites of the desk's deals that wait in the queue, the earliest meeting first."""
    found = [
        (item, item.content, item.content.meeting, view)
        for item in tx.queue.items(_WAITING)
        if item.content and item.content.meeting and item.content.meeting.act is InviteAct.INVITE
        if (view := desk.view(item.deal_id)) is not None
    ]
    return sorted(found, key=lambda each: (each[1].times[0][0], each[0].id))


def _releases(tx: Transaction, now: datetime) -> Iterator[tuple[Placing, None]]:
    """Holds whose invite is no longer in the queue: their time is free again."""
    items = [item.content.meeting for item in tx.queue.items(_WAITING) if item.content and item.content.meeting]
    wanted = {meeting.uid for meeting in items}
    for invite in tx.invites.latest():
        if invite.state is InviteState.HELD and invite.uid not in wanted and invite.content.times[0][1] > now:
            meeting = replace(_meeting(invite), act=InviteAct.CANCEL, sequence=invite.sequence + 1)
            yield Placing(invite.deal_id, replace(invite.content, meeting=meeting)), None


def _holds(tx: Transaction, desk: Desk, rep: RepToday) -> Iterator[tuple[Placing, None]]:
    """A private hold at the time of each invite that waits, there or moved there."""
    held = {invite.uid: invite for invite in tx.invites.latest() if invite.state is InviteState.HELD}
    for item, content, meeting, view in _waiting(tx, desk):
        there = held.get(meeting.uid)
        if schedule_of(view, rep) == "hold" and (there is None or there.content.times != content.times):
            hold = Booking(view, rep, {}).hold(content, meeting, there.sequence + 1 if there else 0)
            yield Placing(item.deal_id, hold), None


def _going_out(tx: Transaction, desk: Desk, rep: RepToday) -> Iterator[tuple[Placing, QueueItem]]:
    """The invites that need no look, as many as the day still allows."""
    midnight = datetime.combine(rep.today, time(), rep.config.zone)
    placed = [invite for invite in tx.invites.since(midnight) if invite.state is InviteState.INVITED]
    room = rep.config.plan.invites_a_day - len(placed)
    for item, content, _, view in _waiting(tx, desk):
        if room <= 0:
            return
        if schedule_of(view, rep) == "invite" and _needs_no_look(tx, item, content, rep):
            room -= 1
            yield Placing(item.deal_id, content), item


def _needs_no_look(tx: Transaction, item: QueueItem, content: Content, rep: RepToday) -> bool:
    """Whether nothing about it is the rep's to decide: no gap, no doubt, no edit of theirs, and nobody over the cap."""
    if item.state is not ItemState.OPEN or item.gaps or tx.queue.edited_by_rep(item.id):
        return False
    if any(reason.rule == WAITS for reason in item.reasons):
        return False
    emails = [person.email for person in content.to if person not in rep.config.us]
    written = {email: tx.mirror.person_last_written(email, rep.now - timedelta(days=7)) for email in emails}
    return capped(emails, written, cadence_of(rep.config)) is None


def _meeting(invite: PlacedInvite) -> Meeting:
    assert invite.content.meeting is not None  # only meetings are noted
    return invite.content.meeting
