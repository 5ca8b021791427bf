"""What of an approved plan's meetings happens by itself in a run: invites go out, times are held and released."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
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
from assistant.workflows.times import CALENDAR_AHEAD, is_working_time

_WEEK: Final = timedelta(days=7)
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


def schedule(
    accounts: Sequence[SourceAccount],
    store: Store,
    desk: Desk,
    config: Config,
    now: datetime,
    afresh: Callable[[str], Desk | None],
) -> Scheduled:
    """Place what may go by itself: the holds and invites of approved plans, and the release of holds that lost theirs.

    At most `invites_a_day` invites go out a day, the earliest meeting first. Right before one does, `afresh` reads mail
    and calendar again and judges its deal (None: it couldn't): whatever came in between stops it.
    """
    with store.read() as tx:
        rep = RepToday(tx, config, now)
        todo = [*_releases(tx, now), *_holds(tx, desk, rep), *_going_out(tx, desk, rep)]
    placed: list[PlacedInvite] = []
    failed: list[tuple[str, str]] = []
    for placing, item in todo:
        now_there = desk if item is None else afresh(placing.deal_id)
        if now_there is None or (item is not None and not _still_goes(store, now_there, item, config, now)):
            continue
        cleared = clear_content(placing.content, now_there.view(placing.deal_id), config, None)
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
            yield Placing(invite.deal_id, replace(invite.content, subject="", body="", meeting=meeting)), None


def _holds(tx: Transaction, desk: Desk, rep: RepToday) -> Iterator[tuple[Placing, None]]:
    """A private hold at the time of each invite that waits, there or moved there."""
    held = {invite.uid: invite for invite in tx.invites.latest() if invite.state is InviteState.HELD}
    for item, content, meeting, view in _waiting(tx, desk):
        there = held.get(meeting.uid)
        if not _is_approved(tx, item.deal_id, meeting) or schedule_of(view, rep) != "hold":
            continue
        if there is None or there.content.times != content.times:
            hold = Booking(view, rep, {}).hold(content, meeting, there.sequence + 1 if there else 0)
            yield Placing(item.deal_id, hold), None


def _going_out(tx: Transaction, desk: Desk, rep: RepToday) -> Iterator[tuple[Placing, QueueItem]]:
    """The invites that need no look, as many as the day still allows."""
    midnight = datetime.combine(rep.today, time(), rep.config.zone)
    placed = {invite.uid for invite in tx.invites.since(midnight) if invite.state is InviteState.INVITED}
    room = rep.config.plan.invites_a_day - len(placed)
    told = _told_lately(tx, rep)
    for item, content, meeting, view in _waiting(tx, desk):
        if room <= 0:
            return
        if schedule_of(view, rep) != "invite" or not _is_approved(tx, item.deal_id, meeting):
            continue
        if is_working_time(rep.now, rep.config, view.days) and _needs_no_look(tx, item, content, rep, told):
            room -= 1
            told.update(person.email for person in (*content.to, *content.cc))
            yield Placing(item.deal_id, content), item


def _still_goes(store: Store, desk: Desk, item: QueueItem, config: Config, now: datetime) -> bool:
    """Whether the item is as it was before mail and calendar were read again, and there is still no doubt about it."""
    with store.read() as tx:
        again = tx.queue.item(item.id)
        if (again.state, again.version, again.content) != (item.state, item.version, item.content):
            return False
        return any(each.id == item.id for _, each in _going_out(tx, desk, RepToday(tx, config, now)))


def _is_approved(tx: Transaction, deal_id: str, meeting: Meeting) -> bool:
    """Whether the rep approved a day for this milestone; what came into the process since waits for their word."""
    approved = tx.ledger.plan_approved(deal_id)
    return approved is not None and meeting.milestone in approved.days


def _told_lately(tx: Transaction, rep: RepToday) -> Counter[str]:
    """By address, the invites of the last seven days, also those of which the mailbox knows nothing yet."""
    noted = tx.invites.since(rep.now - _WEEK)
    placed = {each.uid: each.content for each in noted if each.state is InviteState.INVITED}
    return Counter(person.email for content in placed.values() for person in (*content.to, *content.cc))


def _needs_no_look(tx: Transaction, item: QueueItem, content: Content, rep: RepToday, told: Mapping[str, int]) -> bool:
    """Whether nothing about it is the rep's to decide: no gap, no doubt, no word of theirs, nobody over the cap."""
    if item.state is not ItemState.OPEN or item.gaps or any(each.by != BY_US for each in tx.queue.decisions(item.id)):
        return False
    if any(reason.rule == WAITS for reason in item.reasons):
        return False
    emails = [person.email for person in (*content.to, *content.cc) if person not in rep.config.us]
    written = {each: tx.mirror.person_last_written(each, rep.now - _WEEK) + told.get(each, 0) for each in emails}
    return capped(emails, written, cadence_of(rep.config)) is None


def _meeting(invite: PlacedInvite) -> Meeting:
    assert invite.content.meeting is not None  # only meetings are noted
    return invite.content.meeting
