"""Effects in the calendar: a meeting of ours is placed, moved or called off once, and found again after a crash."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import msgspec

from assistant.config import Config
from assistant.domain.deal import Standing
from assistant.domain.draft import Content, ItemState, QueueItem
from assistant.domain.invite import InviteAct, InviteState, Meeting
from assistant.domain.ports import EventChanged, OutgoingEvent, PlacedEvent, Scheduling
from assistant.errors import NotFoundError, ProviderError, RefusedError
from assistant.store import Effect, PlacedInvite, Store, Transaction
from assistant.workflows.desk import DealView, look
from assistant.workflows.exits import Cleared, clear_content
from assistant.workflows.reconcile import BY_US
from assistant.workflows.sources import SourceAccount

_KINDS: Final = {act: f"{act}_event" for act in InviteAct}
_AFTER: Final = {
    InviteAct.HOLD: InviteState.HELD,
    InviteAct.INVITE: InviteState.INVITED,
    InviteAct.MOVE: InviteState.INVITED,
    InviteAct.CANCEL: InviteState.CANCELLED,
}
_SAID: Final = {
    InviteAct.HOLD: "time held",
    InviteAct.INVITE: "invite placed",
    InviteAct.MOVE: "meeting moved",
    InviteAct.CANCEL: "meeting called off",
}


@dataclass(frozen=True, slots=True)
class Placing:
    """What is to be done in the calendar, as the journal keeps it: enough to finish it after a crash. `found` is how
    the meeting lay there when it was begun."""

    deal_id: str
    content: Content
    found: PlacedEvent | None = None

    @property
    def meeting(self) -> Meeting:
        assert self.content.meeting is not None  # only invites are placed
        return self.content.meeting

    def key(self, before: Sequence[PlacedInvite]) -> str:
        """Deterministic for this meeting, exactly this content, and all that was noted of the meeting before."""
        parts = (self.meeting.uid, self.content.fingerprint, str(len(before)))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def account_for(tx: Transaction, accounts: Sequence[SourceAccount], uid: str) -> SourceAccount:
    """The account in whose calendar the meeting lies, else the first one that can schedule.

    Raises `NotFoundError` where there is none.
    """
    noted = tx.invites.history(uid)
    able = [each for each in accounts if each.scheduling is not None]
    if noted:
        able = [each for each in able if each.name == noted[-1].account]
    if able:
        return able[0]
    where = f"the account {noted[-1].account!r}" if noted else "any account"
    raise NotFoundError(
        f"There is no calendar of {where} to write into.", "Name a folder as `calendar` in its [[account]] table."
    )


def place(
    store: Store,
    account: SourceAccount,
    placing: Placing,
    cleared: Cleared,
    config: Config,
    *,
    by: str,
    now: datetime,
    item: QueueItem | None = None,
) -> PlacedInvite:
    """Journal the intention, change the calendar, and note that it's done: a crash anywhere leaves it findable.

    Where the calendar refuses, the item goes back to the queue. Raises `RefusedError` where somebody changed the
    meeting since it was last read, and `ProviderError`.
    """
    scheduling = _scheduling(account)
    placing = replace(placing, found=scheduling.find(placing.meeting.uid))
    with store.write() as tx:
        before = tx.invites.history(placing.meeting.uid)
        key, kind = placing.key(before), _KINDS[placing.meeting.act]
        item_id = item.id if item else None
        payload = msgspec.json.encode(placing).decode()
        if not tx.effects.intend(key, kind, account.name, item_id, placing.content.fingerprint, payload, now):
            raise RefusedError(
                f"The calendar is being changed for {placing.deal_id} by another run.", "Look again: nextmove queue"
            )
        if item is not None:
            item = _approved(tx, item, by=by, now=now)
    event = outgoing(key, placing, cleared, config, now)
    try:
        if placing.found is None and before and before[-1].state.alive:
            raise EventChanged
        placed = _carry_out(scheduling, event, placing)
    except EventChanged:
        _give_back(store, key, item, now, "somebody has changed it in the calendar")
        raise RefusedError(
            f"The meeting of {placing.deal_id} was changed in the calendar, and that change stands.",
            "Run again, and look at the queue: nextmove run",
        ) from None
    except ProviderError as error:
        _give_back(store, key, item, now, str(error))
        raise
    with store.write() as tx:
        return _note(tx, key, placing, account.name, placed, item, by=by, now=now)


def outgoing(key: str, placing: Placing, cleared: Cleared, config: Config, now: datetime) -> OutgoingEvent:
    """The event to place, on the rep's clock. A hold invites nobody."""
    content, meeting = placing.content, placing.meeting
    start, end = (at.astimezone(config.zone) for at in content.times[0])
    hold = meeting.act is InviteAct.HOLD
    return OutgoingEvent(
        key=key,
        uid=meeting.uid,
        sequence=meeting.sequence,
        organizer=config.us.rep,
        title=cleared.subject,
        description=cleared.body,
        start=start,
        end=end,
        stamp=now,
        required=() if hold else content.to,
        optional=() if hold else content.cc,
        where=cleared.where,
    )


def recover(store: Store, accounts: Sequence[SourceAccount], config: Config, now: datetime) -> list[PlacedInvite]:
    """Finish what a crash interrupted: what lies in the calendar is noted, what doesn't goes back to the queue.

    What lies in an account that can't be reached is left for the next time.
    """
    with store.read() as tx:
        begun = [effect for effect in tx.effects.unfinished() if effect.kind in _KINDS.values()]
    return [done for effect in begun if (done := _recover(store, accounts, config, effect, now))]


def _recover(
    store: Store, accounts: Sequence[SourceAccount], config: Config, effect: Effect, now: datetime
) -> PlacedInvite | None:
    placing = msgspec.json.decode(effect.payload, type=Placing)
    account = next((each for each in accounts if each.name == effect.account and each.scheduling), None)
    if account is None:
        return None
    with store.read() as tx:
        item = tx.queue.item(effect.item_id) if effect.item_id is not None else None
        if item is not None and item.state is not ItemState.APPROVED:
            item = None  # the rep has dismissed it meanwhile
        view = look(tx, config, now, {placing.deal_id}).view(placing.deal_id)
    try:
        there = _scheduling(account).find(placing.meeting.uid)
        if there == placing.found:
            _give_back(store, effect.key, item, now, "interrupted before the calendar was changed")
            return None
        cleared = clear_content(placing.content, view, config, None)
        over = view is not None and is_over(view) and placing.meeting.act is not InviteAct.CANCEL
        if isinstance(cleared, Cleared) and not over:
            event = outgoing(effect.key, placing, cleared, config, effect.intended)  # its mail may be missing still
            there = _carry_out(_scheduling(account), event, placing)
    except EventChanged:
        _give_back(store, effect.key, item, now, "somebody has changed it in the calendar")
        return None
    except ProviderError:
        return None
    with store.write() as tx:
        return _note(tx, effect.key, placing, account.name, there, item, by=BY_US, now=now)


def is_over(view: DealView) -> bool:
    """Whether nothing may reach them any more, until they write again."""
    return view.deal.stage.ended or view.standings.has(Standing.SAID_NO) or view.standings.has(Standing.PAUSED)


def _carry_out(scheduling: Scheduling, event: OutgoingEvent, placing: Placing) -> PlacedEvent | None:
    """Change the calendar, unless the meeting isn't as it was found: whatever others changed until then was judged in
    the same run. What is done already is only finished."""
    if placing.meeting.act is InviteAct.CANCEL:
        return scheduling.cancel(event, placing.found) if placing.found else None
    return scheduling.change(event, placing.found) if placing.found else scheduling.place(event)


def _note(
    tx: Transaction,
    key: str,
    placing: Placing,
    account: str,
    placed: PlacedEvent | None,
    item: QueueItem | None,
    *,
    by: str,
    now: datetime,
) -> PlacedInvite:
    meeting = placing.meeting
    noted = PlacedInvite(
        deal_id=placing.deal_id,
        milestone=meeting.milestone,
        uid=meeting.uid,
        state=_AFTER[meeting.act],
        sequence=placed.sequence if placed else meeting.sequence,
        account=account,
        content=placing.content,
        placed=placed,
        at=now,
    )
    tx.invites.note(noted)
    tx.effects.done(key, placed.remote_id if placed else None, now)
    tx.audit.append(now, _SAID[meeting.act], placing.deal_id, meeting.uid)
    if item is not None:
        filed = tx.queue.move(item.id, ItemState.FILED, now=now, by=by, version=item.version)
        tx.queue.move(item.id, ItemState.SENT, now=now, by=by, version=filed.version)
    return noted


def _approved(tx: Transaction, item: QueueItem, *, by: str, now: datetime) -> QueueItem:
    if item.state is ItemState.SNOOZED:
        item = tx.queue.move(item.id, ItemState.OPEN, now=now, by=by, version=item.version)
    return tx.queue.move(item.id, ItemState.APPROVED, now=now, by=by, version=item.version)


def _give_back(store: Store, key: str, item: QueueItem | None, now: datetime, why: str) -> None:
    """It's known not to have been made: the item waits for the rep's word again."""
    with store.write() as tx:
        tx.effects.failed(key, why, now)
        if item is not None:
            note = "The calendar wasn't changed: approve it again."
            tx.queue.move(item.id, ItemState.OPEN, now=now, by=BY_US, version=item.version, note=note)


def _scheduling(account: SourceAccount) -> Scheduling:
    assert account.scheduling is not None  # `account_for` chose one that can schedule
    return account.scheduling
