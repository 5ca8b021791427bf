"""The rep's own text: a draft as they edit it, what is still open in it, and whom it may go to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from assistant.config import Config
from assistant.domain.draft import Content, Finding, Gap, QueueItem
from assistant.domain.mail import Address
from assistant.errors import InputError
from assistant.store import Store, Transaction
from assistant.workflows import filing
from assistant.workflows.desk import hours_of, look
from assistant.workflows.exits import clear_content
from assistant.workflows.reconcile import BY_US
from assistant.workflows.sources import SourceAccount
from assistant.workflows.times import still_named

BY_REP: Final = "rep"
_MARKER: Final = re.compile(r"\[[^\[\]\n]{2,200}\]")
_EMAIL: Final = re.compile(r"[^@\s<>]+@[^@\s<>]+")
_SPECIAL: Final = re.compile(r'[][()<>@,;:\\".]')
"""What must stand in quotes in a display name (RFC 5322 section 3.2.3)."""


@dataclass(frozen=True, slots=True)
class ReviewDesk:
    """What the review works with: the store, the accounts and the configuration."""

    accounts: Sequence[SourceAccount]
    store: Store
    config: Config

    def item(self, item_id: int) -> QueueItem:
        with self.store.read() as tx:
            return tx.queue.item(item_id)


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
    with desk.store.read() as tx:
        zones = (desk.config.zone, hours_of(tx.ledger.deal(item.deal_id), desk.config).zone)
    content = replace(content, times=still_named(content.times, content.body, zones))
    gaps = _gaps_in(content, item.gaps)
    with desk.store.write() as tx:
        known = _known_people(tx, item)
        for person in (*content.to, *content.cc):
            if person.email not in known and person not in desk.config.us:
                cure = f'if you mean them: nextmove deals edit {item.deal_id} --contact "{person}"'
                gaps += (Gap(_new_person(person.email), f"{person.email} is new to this deal; {cure}"),)
        edited = tx.queue.edit(
            item_id, content, gaps=gaps, facts=item.facts, reasons=item.reasons, now=now, by=BY_REP, version=version
        )
        tx.acts.note(now, "edit", item.deal_id, item_id, str(item.version))
        view = look(tx, desk.config, now, {item.deal_id}).view(item.deal_id)
    result = clear_content(content, view, desk.config, item.purpose)
    return edited, result if isinstance(result, list) else []


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


def with_people_known_since(desk: ReviewDesk, item: QueueItem, now: datetime) -> QueueItem:
    """The item without the gaps for recipients whom the rep has added to the deal meanwhile."""
    with desk.store.write() as tx:
        known = {_new_person(email) for email in _known_people(tx, item)}
        gaps = tuple(gap for gap in item.gaps if gap.marker not in known)
        if item.content is None or gaps == item.gaps:
            return item
        return tx.queue.edit(item.id, item.content, gaps=gaps, now=now, by=BY_REP, version=item.version)


def edit_it(item: QueueItem) -> str:
    """The way on, for whoever is told that a draft can't go as it is."""
    return f"Edit it: nextmove queue edit {item.id}"
