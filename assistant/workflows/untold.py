"""Invites that nobody has heard of: their mail lies among the drafts until the rep sends it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from assistant.config import Config
from assistant.domain.calendar import PartStat
from assistant.domain.deal import Side, Us
from assistant.domain.draft import Content, ItemState, QueueItem
from assistant.domain.invite import InviteAct, InviteState
from assistant.domain.mail import FolderRole, Message
from assistant.domain.ports import PlacedEvent
from assistant.drafting.invites import moment_in_words, topics
from assistant.engine.timeline import OUR_KEY
from assistant.errors import NotFoundError, ProviderError, RefusedError
from assistant.store import PlacedInvite, Store, Transaction
from assistant.workflows.booking import Booking, kind_of
from assistant.workflows.desk import Desk
from assistant.workflows.exits import Cleared, clear_content
from assistant.workflows.placing import Placing, account_for, is_over, place
from assistant.workflows.reconcile import BY_US
from assistant.workflows.sources import SourceAccount

_WAITING: Final = frozenset({ItemState.OPEN, ItemState.SNOOZED})
_UNSENT: Final = (FolderRole.DRAFTS, FolderRole.TRASH)
"""Where mail of ours lies that didn't leave, or was thrown away before it could."""
_FOLD: Final = re.compile(r"\r?\n[ \t]")


def is_untold(invite: PlacedInvite) -> bool:
    """Whether people are invited to the meeting and none of them has heard of it yet, as it was last noted."""
    hears = invite.state.alive and invite.state is not InviteState.HELD
    return hears and invite.placed is not None and not invite.placed.told


def track(accounts: Sequence[SourceAccount], store: Store, config: Config, now: datetime) -> list[PlacedInvite]:
    """See what became of the unsent invites. Those that the rep deleted, or whose time went by, are taken out of the
    calendar and come back.

    Those in an account that can't be reached stay as they are.
    """
    with store.read() as tx:
        waiting = [invite for invite in tx.invites.latest() if is_untold(invite)]
    return [gone for invite in waiting if (gone := _track(accounts, store, config, invite, now))]


def _track(
    accounts: Sequence[SourceAccount], store: Store, config: Config, invite: PlacedInvite, now: datetime
) -> PlacedInvite | None:
    there = _find(accounts, store, invite)
    if there is None or there.cancelled:
        return None  # what others did in the calendar is followed elsewhere
    with store.read() as tx:
        event = tx.mirror.event(invite.uid)
        over = (event.end if event else invite.content.times[0][1]) <= now
        heard = _heard(tx, invite, config.us) if there.told else False
        deleted = there.told and heard is False
    if heard:
        _note_told(store, invite)
    ends = deleted or (over and heard is False)
    gone = _take_out(accounts, store, config, invite, now, quietly=deleted) if ends else None
    return _note_gone(store, invite, now) if gone else None


def _find(accounts: Sequence[SourceAccount], store: Store, invite: PlacedInvite) -> PlacedEvent | None:
    with store.read() as tx:
        try:
            account = account_for(tx, accounts, invite.uid)
        except NotFoundError:
            return None
    try:
        return account.scheduling.find(invite.uid) if account.scheduling else None
    except ProviderError:
        return None


def _heard(tx: Transaction, invite: PlacedInvite, us: Us) -> bool | None:
    """Whether the people have heard of a meeting whose mail isn't among the drafts any more, as far as the mailbox was
    read; None while it shows that mail there still."""
    event = tx.mirror.event(invite.uid)
    if event and any(p.partstat is not PartStat.NEEDS_ACTION for p in event.attendees if p.address not in us):
        return True
    if not tx.mirror.sent_by(us.own, 1):
        return True  # a mailbox that keeps nothing of what is sent can't tell: what was placed stands
    keys = _keys(tx, invite)
    threads = tx.mirror.threads_touching({person.email for person in (*invite.content.to, *invite.content.cc)}, ())
    copies = [
        (us.side_of(each.message.sender), each.message)
        for each in tx.mirror.messages(threads=sorted(threads))
        if _is_about(each.message, invite, keys, us)
    ]
    if any(side is Side.THEM or message.role not in _UNSENT for side, message in copies):
        return True
    return None if any(message.role is FolderRole.DRAFTS for _, message in copies) else False


def _is_about(message: Message, invite: PlacedInvite, keys: frozenset[str], us: Us) -> bool:
    """Whether the mail is this invite, also as a mail program has rewritten it, or somebody's answer to it."""
    if message.header(OUR_KEY) in keys or any(invite.uid in _FOLD.sub("", part) for part in message.calendar):
        return True
    people = {person.email for person in (*invite.content.to, *invite.content.cc)}
    return (
        us.side_of(message.sender) is Side.US
        and message.subject.split() == invite.content.subject.split()
        and any(person.email in people for person in message.recipients)
    )


def _keys(tx: Transaction, invite: PlacedInvite) -> frozenset[str]:
    """The names of the effects by which the meeting was placed and changed."""
    history = tx.invites.history(invite.uid)
    return frozenset(Placing(one.deal_id, one.content).key(history[:nth]) for nth, one in enumerate(history))


def _note_told(store: Store, invite: PlacedInvite) -> None:
    """As of when it was placed: nothing else has changed."""
    assert invite.placed is not None  # only those are untold
    with store.write() as tx:
        tx.invites.note(replace(invite, placed=replace(invite.placed, told=True)))


def _note_gone(store: Store, invite: PlacedInvite, now: datetime) -> PlacedInvite:
    gone = replace(invite, state=InviteState.GONE, placed=None, at=now)
    with store.write() as tx:
        tx.invites.note(gone)
        tx.audit.append(now, f"meeting {gone.state}", gone.deal_id, gone.uid)
    return gone


def take_back(
    accounts: Sequence[SourceAccount], store: Store, desk: Desk, config: Config, now: datetime
) -> list[PlacedInvite]:
    """Take the unsent invites of deals that are over, and those that would be called off, out of the calendar and the
    drafts: nobody has heard of them, so there is nothing to approve. One that was sent meanwhile stays.
    """
    with store.read() as tx:
        items = [item.content.meeting for item in tx.queue.items(_WAITING) if item.content and item.content.meeting]
        called_off = {meeting.uid for meeting in items if meeting.act is InviteAct.CANCEL}
        waiting = [invite for invite in tx.invites.latest() if is_untold(invite)]
    taken: list[PlacedInvite] = []
    for invite in waiting:
        view = desk.view(invite.deal_id)
        if view is None or not (is_over(view) or invite.uid in called_off):
            continue
        there = _find(accounts, store, invite)
        if there is not None and not there.told:
            noted = _take_out(accounts, store, config, invite, now)
            taken += [noted] if noted else []
    return taken


def _take_out(
    accounts: Sequence[SourceAccount],
    store: Store,
    config: Config,
    invite: PlacedInvite,
    now: datetime,
    *,
    quietly: bool = False,
) -> PlacedInvite | None:
    """The meeting called off; `quietly` also where its mail isn't there to be taken back: for all that the calendar
    knows, it could have been sent. None where it couldn't be."""
    assert invite.content.meeting is not None  # only meetings are noted
    meeting = replace(invite.content.meeting, act=InviteAct.CANCEL, sequence=invite.sequence + 1)
    content = replace(invite.content, meeting=meeting)
    placing = Placing(invite.deal_id, replace(content, to=(), cc=()) if quietly else content)
    nothing = clear_content(Content(), None, config, None)
    assert isinstance(nothing, Cleared)  # nothing is said to anybody
    try:
        with store.read() as tx:
            account = account_for(tx, accounts, invite.uid)
        return place(store, account, placing, nothing, config, by=BY_US, now=now)
    except (ProviderError, RefusedError, NotFoundError):
        return None  # the next run that reaches the account takes it out


def notices(booking: Booking) -> Iterator[QueueItem]:
    """From the working day before such a meeting, the rep should know that nobody will come."""
    view, rep = booking.view, booking.rep
    for invite in rep.placed:
        start = invite.content.times[0][0].astimezone(booking.config.zone)
        if invite.deal_id != view.deal.id or not is_untold(invite) or start <= rep.now:
            continue
        if rep.today >= view.days.add(start.date(), -1):
            what = topics((kind_of(invite.milestone, booking.config),))
            when = moment_in_words(start, today=rep.today, country=booking.config.country)
            said = "Send it from your mail program; where you delete it, the meeting is taken out of your calendar."
            yield booking.notice(
                f"{view.deal.id}:untold:{invite.uid}:{invite.sequence}",
                f"Nobody has been told of {what} on {when}: the invite still lies in your Drafts.",
                (booking.evidence(said, "invite.untold", on=start.date()),),
            )
