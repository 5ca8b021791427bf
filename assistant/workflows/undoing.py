"""Undo: the rep's last act is taken back, as far as the world allows."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from assistant.domain.deal import Stage
from assistant.domain.draft import ItemKind, ItemState, QueueItem
from assistant.domain.invite import InviteAct
from assistant.domain.ports import Withdrawal
from assistant.errors import RefusedError
from assistant.store import Act
from assistant.workflows import filing, revising, sending
from assistant.workflows.daily import refresh
from assistant.workflows.editing import ReviewDesk, edit_it
from assistant.workflows.invite_words import title_after
from assistant.workflows.sync import pull


def undo(desk: ReviewDesk, now: datetime) -> str:
    """Take back the last act and say so in a sentence. Raises `RefusedError` where that can't be done."""
    with desk.store.read() as tx:
        act = tx.acts.last()
    if act is None:
        raise RefusedError("There is nothing to take back.", "Look at the queue: nextmove queue")
    told = _WAYS[act.what](desk, act, now)
    with desk.store.write() as tx:
        tx.acts.undone(act.id)
        tx.audit.append(now, f"undo {act.what}", act.deal_id, str(act.item_id or ""))
    refresh(desk.accounts, desk.store, desk.config, now, only={act.deal_id})
    return told


def _unfile(desk: ReviewDesk, act: Act, now: datetime) -> str:
    pull(desk.accounts, desk.store, desk.config, now)
    sending.recover(desk.store, desk.accounts, now)
    filing.track(desk.store, desk.accounts, desk.config.us, now)
    item = _item(desk, act)
    if item.kind is ItemKind.INVITE:
        raise RefusedError(f"Invite {item.id} is in the calendars: it can't come back.", _in_the_calendar(item))
    if item.state is not ItemState.FILED:
        raise RefusedError(f"Draft {item.id} is {item.state}: it can't come back.", "What left has left.")
    _, outcome = filing.withdraw(desk.store, desk.accounts, item, now, to=ItemState.OPEN, note="Taken back.")
    if outcome is Withdrawal.EDITED:
        raise RefusedError(
            f"You have changed draft {item.id} in your mail program, so it was left there.", "Delete it there."
        )
    return f"{item.id}: out of your Drafts folder, and open again."


def _in_the_calendar(item: QueueItem) -> str:
    """What the rep can do instead, once people may have been told."""
    act = item.content.meeting.act if item.content and item.content.meeting else None
    match act:
        case InviteAct.CANCEL:
            return "Invite them anew from your calendar."
        case InviteAct.MOVE:
            return "Move the meeting in your calendar: the next run follows."
        case _:
            return "Delete the meeting in your calendar: it isn't proposed again."


def _reopen(desk: ReviewDesk, act: Act, now: datetime) -> str:
    item = _item(desk, act)
    if item.state is ItemState.OPEN:
        return f"{item.id}: open again."
    with desk.store.write() as tx:
        tx.queue.move(item.id, ItemState.OPEN, now=now, by="rep", version=item.version)
    return f"{item.id}: open again."


def _unedit(desk: ReviewDesk, act: Act, now: datetime) -> str:
    item = _item(desk, act)
    with desk.store.write() as tx:
        before = tx.queue.revision_at(item.id, int(act.payload))
        if before.content is None:
            raise RefusedError(f"Item {item.id} had no text before.", "Dismiss it instead.")
        title = title_after(item, before.content, desk.config, now)
        tx.queue.edit(
            item.id, before.content, gaps=before.gaps, title=title, now=now, by=before.by, version=item.version
        )
    return f"{item.id}: as it was before your edit."


def _unrefile(desk: ReviewDesk, act: Act, now: datetime) -> str:
    """The text before takes the place of the filed draft again."""
    item = _item(desk, act)
    with desk.store.read() as tx:
        before = tx.queue.revision_at(item.id, int(act.payload))
    if item.state is not ItemState.FILED or before.content is None:
        raise RefusedError(f"Draft {item.id} is {item.state}: your edit can't be taken back.", edit_it(item))
    revising.refile(desk, item, before.content, now, by=before.by)
    return f"{item.id}: in your Drafts folder as it was before your edit."


def _unspeak(desk: ReviewDesk, act: Act, _now: datetime) -> str:
    with desk.store.write() as tx:
        tx.ledger.delete_spoken(int(act.payload))
    return f"{act.deal_id}: the talk is taken back."


def _restage(desk: ReviewDesk, act: Act, now: datetime) -> str:
    """Back to the stage before; an end had set the plan's approval aside, and that one comes back with it."""
    stage, day, kept = (*act.payload.split(" ", 2), "", "")[:3]
    days, schedule = _approval(kept)
    with desk.store.write() as tx:
        deal = tx.ledger.deal(act.deal_id)
        resume_on = date.fromisoformat(day) if day else None
        deal = tx.ledger.update_deal(replace(deal, stage=Stage(stage), resume_on=resume_on))
        told = f"{act.deal_id}: back to {stage.replace('_', ' ')}."
        if not days or deal.decision is None or deal.stage.ended:
            return told
        tx.ledger.approve_plan(deal.id, deal.decision.day, days, now, schedule)
    return f"{told} The days that you had approved count again."


def _unapprove(desk: ReviewDesk, act: Act, now: datetime) -> str:
    """Back to the days that were approved before, or to none."""
    days, schedule = _approval(act.payload)
    with desk.store.write() as tx:
        deal = tx.ledger.deal(act.deal_id)
        if not days or deal.decision is None:
            tx.ledger.set_plan_aside(act.deal_id)
            return f"{act.deal_id}: the plan isn't approved any more."
        tx.ledger.approve_plan(act.deal_id, deal.decision.day, days, now, schedule)
    return f"{act.deal_id}: the days that you had approved before count again."


def _approval(kept: str) -> tuple[dict[str, date], str]:
    """Approved days and how the meetings come about, as an act has kept them; an older act has the days alone or
    neither, and then nothing comes about by itself."""
    found = json.loads(kept or "{}")
    days = found["days"] if isinstance(found.get("days"), dict) else found
    schedule = found["schedule"] if days is not found else "off"
    return {name: date.fromisoformat(day) for name, day in days.items()}, schedule


def _unchoose(desk: ReviewDesk, act: Act, now: datetime) -> str:
    """Back to what was chosen for the milestone before."""
    before = json.loads(act.payload)
    with desk.store.write() as tx:
        tx.ledger.choose_milestone(act.deal_id, before["milestone"], before["choice"], now, into=before["into"])
    return f"{act.deal_id}: {before['milestone']} is planned as it was before."


def _untick(desk: ReviewDesk, act: Act, _now: datetime) -> str:
    with desk.store.write() as tx:
        tx.ledger.mark_milestone_open(act.deal_id, act.payload)
    return f"{act.deal_id}: {act.payload} isn't ticked off any more."


def _count_again(desk: ReviewDesk, act: Act, now: datetime) -> str:
    with desk.store.write() as tx:
        tx.ledger.choose_thread(act.payload, act.deal_id, by="rep", why="taken back", now=now)
    return f"{act.deal_id}: the thread counts again."


def _written_once(_desk: ReviewDesk, act: Act, _now: datetime) -> str:
    raise RefusedError(
        f"The decision date of {act.deal_id} is written once and stays in the history.",
        f"If the customer names another: nextmove deals date {act.deal_id} DATE --evidence …",
    )


def _item(desk: ReviewDesk, act: Act) -> QueueItem:
    assert act.item_id is not None  # acts on items carry theirs
    return desk.item(act.item_id)


_WAYS: Final[dict[str, Callable[[ReviewDesk, Act, datetime], str]]] = {
    "approve": _unfile,
    "snooze": _reopen,
    "dismiss": _reopen,
    "answer": _reopen,
    "edit": _unedit,
    "refile": _unrefile,
    "spoke": _unspeak,
    "end": _restage,
    "not a deal": _count_again,
    "date": _written_once,
    "plan": _unapprove,
    "milestone": _untick,
    "plan choice": _unchoose,
}
