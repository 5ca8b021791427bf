"""The rep's word on the queue: approve, snooze, dismiss, we spoke, let go, not a deal, undo."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from assistant.config import Config
from assistant.domain.deal import Deal, DecisionDate, Source, Spoken, Stage
from assistant.domain.draft import Content, Finding, Gap, ItemKind, ItemState, Purpose, QueueItem
from assistant.domain.invite import InviteAct
from assistant.errors import InputError, NotFoundError, ProviderError, RefusedError
from assistant.store import Transaction
from assistant.workflows import filing, sending
from assistant.workflows.daily import refresh
from assistant.workflows.desk import look
from assistant.workflows.editing import BY_REP, ReviewDesk, edit_it, with_people_known_since
from assistant.workflows.exits import Cleared, clear_content
from assistant.workflows.placing import Placing, account_for, place, recover
from assistant.workflows.planning import approval_kept
from assistant.workflows.proposals import date_of_question
from assistant.workflows.rep import RepToday
from assistant.workflows.sources import SourceAccount
from assistant.workflows.stopping import note_stopped
from assistant.workflows.sync import pull
from assistant.workflows.times import collides


def approve(desk: ReviewDesk, item_id: int, now: datetime) -> QueueItem:
    """File the draft, or place the invite, if it may leave and nothing newer happened; or take the answer to a question
    as yes. The farewell after a no calls the meetings with them off as well. Where sending is turned on in the account,
    the filed draft is sent. What came back has a note of the meetings that couldn't be called off, and why.

    Raises `RefusedError` for a gap, a finding of the guard, a newer move, or a draft that changed meanwhile.
    """
    kind = desk.item(item_id).kind
    if kind is ItemKind.INVITE:
        placed = _place(desk, item_id, now)
        _note_act(desk, placed, now)
        return placed
    if kind is not ItemKind.DRAFT:
        return _answer_yes(desk, item_id, now)
    item, cleared = check_approval(desk, item_id, now)
    assert item.content is not None  # a draft has it
    with desk.store.read() as tx:
        account = filing.account_of(tx, desk.accounts, item.content)
        sender = filing.sender_of(filing.replied_message(tx, item.content), desk.config.us)
    key = filing.effect_key(item, item.content)
    mail = filing.outgoing(key, item.content, cleared.subject, cleared.body, sender, now)
    filed = filing.file_draft(desk.store, account, item, mail, by=BY_REP, now=now)
    note_allowed(desk, filed, cleared, now)
    _note_act(desk, filed, now)
    refusals = _call_off(desk, filed.deal_id, now) if filed.purpose is Purpose.GRACEFUL_EXIT else ()
    done = filed if account.sender is None else _send(desk, account, filed, now)
    return _with_refusals(done, refusals)


def _send(desk: ReviewDesk, account: SourceAccount, filed: QueueItem, now: datetime) -> QueueItem:
    """Send the draft that was filed, and look at what that changed."""
    item = desk.item(filed.id)
    if item.state is not ItemState.FILED:
        return item
    sent = sending.send_draft(desk.store, account, item, by=BY_REP, now=now)
    pull(desk.accounts, desk.store, desk.config, now)
    refresh(desk.accounts, desk.store, desk.config, now, only={sent.deal_id})
    return sent


def _place(desk: ReviewDesk, item_id: int, now: datetime) -> QueueItem:
    """Put an invite into the calendar: the meeting, its new time, or its end."""
    item, cleared = check_approval(desk, item_id, now)
    assert item.content is not None  # an invite has it
    placing = Placing(item.deal_id, item.content)
    with desk.store.read() as tx:
        account = account_for(tx, desk.accounts, placing.meeting.uid)
    place(desk.store, account, placing, cleared, desk.config, by=BY_REP, now=now, item=item)
    note_allowed(desk, item, cleared, now)
    pull(desk.accounts, desk.store, desk.config, now)
    refresh(desk.accounts, desk.store, desk.config, now, only={item.deal_id})
    return desk.item(item_id)


def _call_off(desk: ReviewDesk, deal_id: str, now: datetime) -> list[str]:
    """Call the meetings of a deal off that has ended: why it couldn't be done, for each that still waits."""
    refusals = []
    for meeting in _to_call_off(desk, deal_id):
        try:
            _place(desk, meeting.id, now)
        except (RefusedError, ProviderError, NotFoundError) as refusal:
            if desk.item(meeting.id).state is not ItemState.WITHDRAWN:
                refusals.append(str(refusal))
    return refusals


def _with_refusals(farewell: QueueItem, refusals: Sequence[str]) -> QueueItem:
    if not refusals:
        return farewell
    where = "is in your Drafts" if farewell.state is ItemState.FILED else f"is {farewell.state}"
    wait = "1 meeting waits" if len(refusals) == 1 else f"{len(refusals)} meetings wait"
    why = f"The farewell {where}; {wait}, because: {' '.join(dict.fromkeys(refusals))}"
    return replace(farewell, note=f"{farewell.note} {why}".strip())


def _to_call_off(desk: ReviewDesk, deal_id: str) -> list[QueueItem]:
    """The meetings that end with the deal: one approval of the farewell is theirs too."""
    with desk.store.read() as tx:
        waiting = [item for item in tx.queue.items({ItemState.OPEN}) if item.deal_id == deal_id]
    return [
        item
        for item in waiting
        if item.content and item.content.meeting and item.content.meeting.act is InviteAct.CANCEL
    ]


def _note_act(desk: ReviewDesk, item: QueueItem, now: datetime) -> None:
    with desk.store.write() as tx:
        tx.acts.note(now, "approve", item.deal_id, item.id)


def note_allowed(desk: ReviewDesk, item: QueueItem, cleared: Cleared, now: datetime) -> None:
    """Write down what the guard let pass by the rep's own word."""
    with desk.store.write() as tx:
        for allowed in cleared.allowed:
            tx.audit.append(now, "phrase allowed", item.deal_id, f"{allowed.text}: {allowed.why}")


def check_approval(desk: ReviewDesk, item_id: int, now: datetime) -> tuple[QueueItem, Cleared]:
    """The draft with its cleared subject and body, after a new look at the mailbox; refuses as `approve` does."""
    filing.recover(desk.store, desk.accounts, now)
    sending.recover(desk.store, desk.accounts, now)
    recover(desk.store, desk.accounts, desk.config, now)
    item = desk.item(item_id)
    filing.must_be_open(item)
    if item.content is None:
        raise RefusedError(f"Item {item_id} is no draft.", f"Answer it: nextmove queue approve {item_id}")
    item = with_people_known_since(desk, item, now)
    if item.gaps:
        raise RefusedError(f"{_called(item)} has a gap that only you can fill: {asked(item.gaps)}", edit_it(item))
    item = _read_afresh(desk, item, now)
    assert item.content is not None  # the same item, unchanged
    return item, check_text(desk, item, item.content, now)


def _read_afresh(desk: ReviewDesk, item: QueueItem, now: datetime) -> QueueItem:
    """The item after a new look at mail and calendar; refuses if anything about it changed."""
    pull_afresh(desk, now)
    refresh(desk.accounts, desk.store, desk.config, now, only={item.deal_id})
    again = desk.item(item.id)
    if again.state not in (ItemState.OPEN, ItemState.SNOOZED):
        raise RefusedError(
            f"Something newer happened in this deal, so {_called(item).lower()} was withdrawn.",
            f"See what: nextmove deals show {item.deal_id}",
        )
    if again.content != item.content:
        raise RefusedError(
            f"{_called(item)} changed since you saw it, because mail or calendar did.",
            f"Look again: nextmove queue show {item.id}",
        )
    return again


def pull_afresh(desk: ReviewDesk, now: datetime) -> None:
    """A new look at mail and calendar. Raises `RefusedError` where an account can't be read."""
    report = pull(desk.accounts, desk.store, desk.config, now)
    if report.failed:
        name, why = report.failed[0]
        raise RefusedError(f"Account {name!r} can't be read afresh: {why}", "Try again when it can be reached.")


def check_text(desk: ReviewDesk, item: QueueItem, content: Content, now: datetime) -> Cleared:
    """Subject and body as cleared text. Raises `RefusedError` with the first objection of the guard, or for a time that
    can't be offered any more."""
    with desk.store.write() as tx:
        view = look(tx, desk.config, now, {item.deal_id}).view(item.deal_id)
        _check_times(tx, desk.config, item, content, now)
    result = clear_content(content, view, desk.config, item.purpose)
    if not isinstance(result, Cleared):
        with desk.store.write() as tx:
            note_stopped(tx, item.deal_id, item.id, result, now)
        raise RefusedError(f"The guard stops {_called(item).lower()}: {_objections(result)}", edit_it(item))
    return result


def _check_times(tx: Transaction, config: Config, item: QueueItem, content: Content, now: datetime) -> None:
    """A time that has passed or that the calendar has taken isn't offered; an edited draft keeps its own."""
    if content.meeting and content.meeting.act is InviteAct.CANCEL:
        return
    ours = frozenset({content.meeting.uid} if content.meeting else ())
    busy = RepToday(tx, config, now).busy(ours)
    if any(start <= now for start, _ in content.times) or collides(content.times, busy):
        raise RefusedError(f"{_called(item)} proposes a time that has passed or is taken.", edit_it(item))


def asked(gaps: Sequence[Gap]) -> str:
    """What the gaps ask for, in a line that ends like a sentence."""
    line = "; ".join(f"{gap.marker}: {gap.ask}" for gap in gaps)
    return line if line.endswith((".", "?", "!")) else f"{line}."


def _must_be_ahead(desk: ReviewDesk, day: date, now: datetime) -> None:
    if day <= now.astimezone(desk.config.zone).date():
        raise InputError(f"{day} isn't ahead.", "Name a day after today.")


def _called(item: QueueItem) -> str:
    return f"{'Invite' if item.kind is ItemKind.INVITE else 'Draft'} {item.id}"


def _objections(findings: Sequence[Finding]) -> str:
    first = findings[0]
    return f'"{first.text}". {first.reason} Rather: {first.rewrite}'


def _answer_yes(desk: ReviewDesk, item_id: int, now: datetime) -> QueueItem:
    """A yes to "is this their decision date?" writes it down; a notice or another question is put aside as read."""
    item = desk.item(item_id)
    filing.must_be_open(item)
    with desk.store.write() as tx:
        decision = date_of_question(item)
        if decision is not None:
            tx.ledger.decide(item.deal_id, decision)
            tx.audit.append(now, "decision date confirmed", item.deal_id, decision.evidence.ref)
        tx.acts.note(now, "date" if decision else "answer", item.deal_id, item.id)
        moved = tx.queue.move(item.id, ItemState.DISMISSED, now=now, by=BY_REP, version=item.version, note="Answered.")
    refresh(desk.accounts, desk.store, desk.config, now, only={item.deal_id})
    return moved


def snooze(desk: ReviewDesk, item_id: int, until: date, now: datetime) -> QueueItem:
    """Put the item aside until that day."""
    _must_be_ahead(desk, until, now)
    return _move(desk, item_id, ItemState.SNOOZED, now, until=until)


def dismiss(desk: ReviewDesk, item_id: int, now: datetime) -> QueueItem:
    """Not this one: it isn't proposed again for the same move. An invite whose way into the calendar was interrupted,
    and whose account can't be reached, goes as well; the note says where to look for it."""
    item = desk.item(item_id)
    if item.kind is not ItemKind.INVITE or item.state is not ItemState.APPROVED:
        return _move(desk, item_id, ItemState.DISMISSED, now)
    recover(desk.store, desk.accounts, desk.config, now)
    item = desk.item(item_id)
    if item.state is not ItemState.APPROVED:
        return _move(desk, item_id, ItemState.DISMISSED, now)
    with desk.store.write() as tx:
        note = f"Whether it lies in the calendar isn't known: {_unreached(tx, item)} can't be reached. Look there."
        tx.queue.move(item_id, ItemState.OPEN, now=now, by=BY_REP, version=item.version, note=note)
    return _move(desk, item_id, ItemState.DISMISSED, now, note=note)


def stuck(desk: ReviewDesk) -> list[str]:
    """What a crash interrupted on its way into a calendar that can't be reached, one sentence each."""
    with desk.store.read() as tx:
        return [
            f"Invite {item.id} was interrupted on its way into the calendar, and {_unreached(tx, item)} can't be "
            f"reached. Once it can, a run puts it right; or dismiss it: nextmove queue dismiss {item.id}"
            for item in tx.queue.items({ItemState.APPROVED})
            if item.kind is ItemKind.INVITE
        ]


def _unreached(tx: Transaction, item: QueueItem) -> str:
    """The account in whose calendar the invite was being placed."""
    name = next((effect.account for effect in tx.effects.unfinished() if effect.item_id == item.id), None)
    return f"the account {name!r}" if name else "its account"


def _move(
    desk: ReviewDesk, item_id: int, to: ItemState, now: datetime, *, until: date | None = None, note: str = ""
) -> QueueItem:
    item = desk.item(item_id)
    filing.must_be_open(item)
    with desk.store.write() as tx:
        tx.audit.append(now, f"{item.kind} {to}", item.deal_id, str(item_id))
        tx.acts.note(now, "snooze" if to is ItemState.SNOOZED else "dismiss", item.deal_id, item_id)
        if item.state is to:
            item = tx.queue.move(item_id, ItemState.OPEN, now=now, by=BY_REP, version=item.version)
        return tx.queue.move(item_id, to, now=now, by=BY_REP, version=item.version, until=until, note=note)


def spoke(
    desk: ReviewDesk, deal_id: str, what: str, now: datetime, *, who: str | None = None, day: date | None = None
) -> Deal:
    """A move outside mail, with its next step where there is one: the draft that waited goes, unless still apt."""
    if day is not None and day < now.astimezone(desk.config.zone).date():
        raise InputError(f"{day} has gone by.", "Name the day of the next step that you agreed on.")
    with desk.store.write() as tx:
        deal = tx.ledger.deal(deal_id)
        kept = tx.ledger.add_spoken(Spoken(deal_id, now, what, who, day))
        tx.acts.note(now, "spoke", deal_id, payload=str(kept.id))
        tx.audit.append(now, "spoke", deal_id)
    refresh(desk.accounts, desk.store, desk.config, now, only={deal_id})
    return deal


def let_go(desk: ReviewDesk, deal_id: str, now: datetime) -> Deal:
    """End the deal gracefully: pending drafts go, one graceful reply is put up, then silence."""
    return end(desk, deal_id, Stage.SAID_NO, now)


def end(desk: ReviewDesk, deal_id: str, stage: Stage, now: datetime, *, resume_on: date | None = None) -> Deal:
    """Write the stage that the rep names: an end (won, said no, paused until a day), or back to before or after."""
    if resume_on is not None:
        _must_be_ahead(desk, resume_on, now)
    with desk.store.write() as tx:
        deal = tx.ledger.deal(deal_id)
        kept = approval_kept(tx.ledger.plan_approved(deal_id))
        ended = tx.ledger.update_deal(replace(deal, stage=stage, resume_on=resume_on))
        tx.acts.note(now, "end", deal_id, payload=f"{deal.stage} {deal.resume_on or ''} {kept}")
        tx.audit.append(now, f"stage {stage}", deal_id)
    refresh(desk.accounts, desk.store, desk.config, now, only={deal_id})
    return ended


def not_a_deal(desk: ReviewDesk, item_id: int, now: datetime) -> QueueItem:
    """The thread that the item answers isn't part of a deal; remembered, so that it's never asked again."""
    item = desk.item(item_id)
    ref = next((reason.ref for reason in item.reasons if reason.source is Source.MESSAGE), None)
    message_id = item.content.in_reply_to if item.content and item.content.in_reply_to else ref
    if message_id is None:
        raise RefusedError(f"Item {item_id} rests on no mail.", f"End the deal: nextmove deals end {item.deal_id}")
    with desk.store.write() as tx:
        tx.ledger.choose_thread(message_id, None, by=BY_REP, why="not a deal", now=now)
        tx.acts.note(now, "not a deal", item.deal_id, item_id, message_id)
        tx.audit.append(now, "not a deal", item.deal_id, message_id)
    refresh(desk.accounts, desk.store, desk.config, now, only={item.deal_id})
    return desk.item(item_id)


def decide(desk: ReviewDesk, deal_id: str, decision: DecisionDate, now: datetime) -> None:
    """Write the decision date; a later one is the customer's own change and a new plan."""
    with desk.store.write() as tx:
        tx.ledger.decide(deal_id, decision)
        tx.acts.note(now, "date", deal_id)
        tx.audit.append(now, "decision date written", deal_id, decision.evidence.ref)
    refresh(desk.accounts, desk.store, desk.config, now, only={deal_id})
