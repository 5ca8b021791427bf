"""The rep's word on the queue: approve, edit, snooze, dismiss, we spoke, let go, not a deal, undo."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from assistant.config import Config
from assistant.domain.deal import Deal, DecisionDate, Source, Spoken, Stage
from assistant.domain.draft import ClearedText, Content, Finding, Gap, ItemKind, ItemState, QueueItem
from assistant.domain.mail import Address
from assistant.errors import InputError, RefusedError
from assistant.guard import clear
from assistant.store import Store, Transaction
from assistant.workflows import filing
from assistant.workflows.daily import refresh
from assistant.workflows.desk import look
from assistant.workflows.proposals import date_of_question, guard_options
from assistant.workflows.reconcile import BY_US
from assistant.workflows.sources import SourceAccount
from assistant.workflows.sync import pull

_MARKER: Final = re.compile(r"\[[^\[\]\n]{2,200}\]")
_EMAIL: Final = re.compile(r"[^@\s<>]+@[^@\s<>]+")
_SPECIAL: Final = re.compile(r'[][()<>@,;:\\".]')
"""What must stand in quotes in a display name (RFC 5322 section 3.2.3)."""
_REP: Final = "rep"


@dataclass(frozen=True, slots=True)
class ReviewDesk:
    """What the review works with: the store, the accounts and the configuration."""

    accounts: Sequence[SourceAccount]
    store: Store
    config: Config

    def item(self, item_id: int) -> QueueItem:
        with self.store.read() as tx:
            return tx.queue.item(item_id)


def approve(desk: ReviewDesk, item_id: int, now: datetime) -> QueueItem:
    """File the draft, if it may leave and nothing newer happened; or take the answer to a question as yes.

    Raises `RefusedError` for a gap, a finding of the guard, a newer move, or a draft that changed meanwhile.
    """
    if desk.item(item_id).kind is not ItemKind.DRAFT:
        return _answer_yes(desk, item_id, now)
    item, subject, body = check_approval(desk, item_id, now)
    assert item.content is not None  # a draft has it
    with desk.store.read() as tx:
        account = filing.account_of(tx, desk.accounts, item.content)
        sender = filing.sender_of(filing.replied_message(tx, item.content), desk.config.us)
    key = filing.effect_key(item, item.content)
    mail = filing.outgoing(key, item.content, subject, body, sender, now)
    filed = filing.file_draft(desk.store, account, item, mail, by=_REP, now=now)
    with desk.store.write() as tx:
        tx.acts.note(now, "approve", filed.deal_id, filed.id)
    return filed


def check_approval(desk: ReviewDesk, item_id: int, now: datetime) -> tuple[QueueItem, ClearedText, ClearedText]:
    """The draft with its cleared subject and body, after a new look at the mailbox; refuses as `approve` does."""
    filing.recover(desk.store, desk.accounts, now)
    item = desk.item(item_id)
    filing.must_be_open(item)
    if item.content is None:
        raise RefusedError(f"Item {item_id} is no draft.", f"Answer it: nextmove queue approve {item_id}")
    item = _with_people_known_since(desk, item, now)
    if item.gaps:
        asks = "; ".join(f"{gap.marker}: {gap.ask}" for gap in item.gaps)
        raise RefusedError(f"Draft {item.id} has a gap that only you can fill: {asks}.", _edit(item))
    item = _read_afresh(desk, item, now)
    assert item.content is not None  # the same item, unchanged
    return item, *_cleared(desk, item, item.content, now)


def _with_people_known_since(desk: ReviewDesk, item: QueueItem, now: datetime) -> QueueItem:
    """The item without the gaps for recipients whom the rep has added to the deal meanwhile."""
    with desk.store.write() as tx:
        known = {_new_person(email) for email in _known_people(tx, item)}
        gaps = tuple(gap for gap in item.gaps if gap.marker not in known)
        if item.content is None or gaps == item.gaps:
            return item
        return tx.queue.edit(item.id, item.content, gaps=gaps, now=now, by=_REP, version=item.version)


def _read_afresh(desk: ReviewDesk, item: QueueItem, now: datetime) -> QueueItem:
    """The item after a new look at mail and calendar; refuses if anything about it changed."""
    report = pull(desk.accounts, desk.store, desk.config, now)
    if report.failed:
        name, why = report.failed[0]
        raise RefusedError(f"Account {name!r} can't be read afresh: {why}", "Approve again when it can be reached.")
    refresh(desk.accounts, desk.store, desk.config, now, only={item.deal_id})
    again = desk.item(item.id)
    if again.state not in (ItemState.OPEN, ItemState.SNOOZED):
        raise RefusedError(
            f"Something newer happened in this deal, so draft {item.id} was withdrawn.",
            f"See what: nextmove deals show {item.deal_id}",
        )
    if again.content != item.content:
        raise RefusedError(
            f"Draft {item.id} changed since you saw it, because mail or calendar did.",
            f"Look again: nextmove queue show {item.id}",
        )
    return again


def _cleared(desk: ReviewDesk, item: QueueItem, content: Content, now: datetime) -> tuple[ClearedText, ClearedText]:
    """Subject and body as cleared text. Raises `RefusedError` with the first objection of the guard."""
    with desk.store.write() as tx:
        view = look(tx, desk.config, now, {item.deal_id}).view(item.deal_id)
    options = guard_options(view, desk.config, item.purpose)
    subject, body = clear(content.subject, **options), clear(content.body, **options)
    for result in (subject, body):
        if not isinstance(result, ClearedText):
            raise RefusedError(f"The guard stops draft {item.id}: {_objections(result)}", _edit(item))
    assert isinstance(subject, ClearedText)  # the loop looked
    assert isinstance(body, ClearedText)
    return subject, body


def _objections(findings: Sequence[Finding]) -> str:
    first = findings[0]
    return f'"{first.text}". {first.reason} Rather: {first.rewrite}'


def _edit(item: QueueItem) -> str:
    return f"Edit it: nextmove queue edit {item.id}"


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
        moved = tx.queue.move(item.id, ItemState.DISMISSED, now=now, by=_REP, version=item.version, note="Answered.")
    refresh(desk.accounts, desk.store, desk.config, now, only={item.deal_id})
    return moved


def as_text(item: QueueItem) -> str:
    """The draft as the rep edits it: a few header lines, a blank line, the body."""
    content = item.content or Content()
    to, cc = (", ".join(_mailbox(person) for person in people) for people in (content.to, content.cc))
    return f"To: {to}\nCc: {cc}\nSubject: {content.subject}\n\n{content.body.rstrip()}\n"


def _mailbox(person: Address) -> str:
    if person.name and _SPECIAL.search(person.name):
        escaped = re.sub(r'(["\\])', r"\\\1", person.name)
        return f'"{escaped}" <{person.email}>'
    return str(person)


def edit(desk: ReviewDesk, item_id: int, text: str, version: int, now: datetime) -> tuple[QueueItem, list[Finding]]:
    """Keep the rep's text. What the guard finds in it comes back beside it, and again at approval.

    `version` is the one on which the edit was made; a newer one refuses it.
    """
    item = desk.item(item_id)
    filing.must_be_open(item)
    if item.content is None:
        raise InputError(f"Item {item_id} has no text to edit.", f"Answer it: nextmove queue approve {item_id}")
    content = _parse(text, item.content)
    gaps = _gaps_in(content, item.gaps)
    with desk.store.write() as tx:
        known = _known_people(tx, item)
        for person in (*content.to, *content.cc):
            if person.email not in known and person not in desk.config.us:
                cure = f'if you mean them: nextmove deals edit {item.deal_id} --contact "{person}"'
                gaps += (Gap(_new_person(person.email), f"{person.email} is new to this deal; {cure}"),)
        edited = tx.queue.edit(
            item_id, content, gaps=gaps, facts=item.facts, reasons=item.reasons, now=now, by=_REP, version=version
        )
        tx.acts.note(now, "edit", item.deal_id, item_id, str(item.version))
        view = look(tx, desk.config, now, {item.deal_id}).view(item.deal_id)
    options = guard_options(view, desk.config, item.purpose)
    findings: list[Finding] = []
    for part in (content.subject, content.body):
        result = clear(part, **options)
        if not isinstance(result, ClearedText):
            findings += result
    return edited, findings


def _new_person(email: str) -> str:
    return f"[{email}]"


def _known_people(tx: Transaction, item: QueueItem) -> set[str]:
    """Who may get the draft without a question: the deal's people, and those to whom it was proposed."""
    known = {contact.address.email for contact in tx.ledger.deal(item.deal_id).contacts if contact.active}
    for revision in tx.queue.revisions(item.id):
        if revision.by == BY_US and revision.content:
            known |= {person.email for person in (*revision.content.to, *revision.content.cc)}
    return known


def _parse(text: str, before: Content) -> Content:
    head, _, body = text.replace("\r\n", "\n").partition("\n\n")
    fields: dict[str, str] = {}
    for line in head.splitlines():
        name, colon, value = line.partition(":")
        if not colon or name.strip().lower() not in ("to", "cc", "subject"):
            raise InputError(f"The line {line!r} isn't To:, Cc: or Subject:.", "Keep these three lines at the top.")
        fields[name.strip().lower()] = value.strip()
    if not fields.get("to"):
        raise InputError("The draft has no recipient any more.", "Keep a To: line at the top.")
    return replace(
        before,
        to=_people(fields["to"]),
        cc=_people(fields.get("cc", "")),
        subject=fields.get("subject", before.subject),
        body=body.strip() + "\n",
    )


def _people(text: str) -> tuple[Address, ...]:
    from email.utils import getaddresses

    found = [(name, email) for name, email in getaddresses([text]) if name or email] if text else []
    if any(not _EMAIL.fullmatch(email) for _, email in found) or (text and not found):
        raise InputError(f"{text!r} has something that is no address.", "Write it as: Name <address@company.example>")
    return tuple(dict.fromkeys(Address(email.lower(), name or None) for name, email in found))


def _gaps_in(content: Content, before: Sequence[Gap]) -> tuple[Gap, ...]:
    """The markers that are still in the text: those we set, and any that the rep wrote."""
    asks = {gap.marker: gap.ask for gap in before}
    markers = dict.fromkeys(_MARKER.findall(f"{content.subject}\n{content.body}"))
    return tuple(Gap(marker, asks.get(marker, "fill this in or take it out")) for marker in markers)


def snooze(desk: ReviewDesk, item_id: int, until: date, now: datetime) -> QueueItem:
    """Put the item aside until that day."""
    if until <= now.astimezone(desk.config.zone).date():
        raise InputError(f"{until} isn't ahead.", "Name a day after today.")
    return _move(desk, item_id, ItemState.SNOOZED, now, until=until)


def dismiss(desk: ReviewDesk, item_id: int, now: datetime) -> QueueItem:
    """Not this one: it isn't proposed again for the same move."""
    return _move(desk, item_id, ItemState.DISMISSED, now)


def _move(
    desk: ReviewDesk, item_id: int, to: ItemState, now: datetime, *, until: date | None = None, note: str = ""
) -> QueueItem:
    item = desk.item(item_id)
    filing.must_be_open(item)
    with desk.store.write() as tx:
        tx.audit.append(now, f"{item.kind} {to}", item.deal_id, str(item_id))
        tx.acts.note(now, "snooze" if to is ItemState.SNOOZED else "dismiss", item.deal_id, item_id)
        if item.state is to:
            item = tx.queue.move(item_id, ItemState.OPEN, now=now, by=_REP, version=item.version)
        return tx.queue.move(item_id, to, now=now, by=_REP, version=item.version, until=until, note=note)


def spoke(
    desk: ReviewDesk, deal_id: str, what: str, now: datetime, *, who: str | None = None, day: date | None = None
) -> Deal:
    """A move outside mail, with its next step where there is one: the draft that waited goes, unless still apt."""
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
    with desk.store.write() as tx:
        deal = tx.ledger.deal(deal_id)
        ended = tx.ledger.update_deal(replace(deal, stage=stage, resume_on=resume_on))
        tx.acts.note(now, "end", deal_id, payload=f"{deal.stage} {deal.resume_on or ''}")
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
        tx.ledger.choose_thread(message_id, None, by=_REP, why="not a deal", now=now)
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
