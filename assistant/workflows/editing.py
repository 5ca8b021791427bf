"""The rep's own text: a draft or an invite as they edit it, what is still open in it, and whom it may go to."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Final

from assistant.config import Config
from assistant.domain.draft import Content, Finding, Gap, QueueItem
from assistant.errors import InputError
from assistant.store import Store, Transaction
from assistant.workflows import filing, invite_text
from assistant.workflows.desk import hours_of, look
from assistant.workflows.exits import clear_content
from assistant.workflows.invite_words import hints_on_time, title_after
from assistant.workflows.people_text import mailboxes, people_in
from assistant.workflows.reconcile import BY_US
from assistant.workflows.sources import SourceAccount
from assistant.workflows.stopping import note_stopped
from assistant.workflows.times import still_named

BY_REP: Final = "rep"
_MARKER: Final = re.compile(r"\[[^\[\]\n]{2,200}\]")


@dataclass(frozen=True, slots=True)
class ReviewDesk:
    """What the review works with: the store, the accounts and the configuration."""

    accounts: Sequence[SourceAccount]
    store: Store
    config: Config

    def item(self, item_id: int) -> QueueItem:
        with self.store.read() as tx:
            return tx.queue.item(item_id)


def as_text(item: QueueItem, zone: tzinfo = UTC) -> str:
    """The draft, or the invite with its time in this zone, as the rep edits it: a few lines, a blank line, the body."""
    content = item.content or Content()
    if content.meeting is not None:
        return invite_text.as_text(content, content.meeting, zone)
    to, cc = mailboxes(content.to), mailboxes(content.cc)
    return f"To: {to}\nCc: {cc}\nSubject: {content.subject}\n\n{content.body.rstrip()}\n"


def edit(desk: ReviewDesk, item_id: int, text: str, version: int, now: datetime) -> tuple[QueueItem, list[Finding]]:
    """Keep the rep's text. What the guard finds in it comes back beside it, and again at approval.

    `version` is the one on which the edit was made; a newer one refuses it.
    """
    item = desk.item(item_id)
    filing.must_be_open(item)
    if item.content is None:
        raise InputError(f"Item {item_id} has no text to edit.", f"Answer it: nextmove queue approve {item_id}")
    content = parsed(desk, item, item.content, text, now)
    with desk.store.write() as tx:
        edited = tx.queue.edit(
            item_id,
            content,
            gaps=gaps_in(tx, desk.config, item, content),
            facts=item.facts,
            reasons=item.reasons,
            title=title_after(item, content, desk.config, now),
            now=now,
            by=BY_REP,
            version=version,
        )
        tx.acts.note(now, "edit", item.deal_id, item_id, str(item.version))
        view = look(tx, desk.config, now, {item.deal_id}).view(item.deal_id)
    result = clear_content(content, view, desk.config, item.purpose)
    findings = result if isinstance(result, list) else []
    with desk.store.write() as tx:
        note_stopped(tx, item.deal_id, item_id, findings, now)
    return edited, findings


def hints(desk: ReviewDesk, before: QueueItem, after: QueueItem, now: datetime) -> list[str]:
    """What the rep may want to know of what they wrote; it stands all the same."""
    if before.content is None or after.content is None:
        return []
    with desk.store.write() as tx:
        view = look(tx, desk.config, now, {after.deal_id}).view(after.deal_id)
        return hints_on_time(tx, view, before.content, after.content, desk.config, now) if view else []


def parsed(desk: ReviewDesk, item: QueueItem, before: Content, text: str, now: datetime) -> Content:
    """What the rep wrote, as content. Raises `InputError` where it can't be read."""
    if before.meeting is not None:
        return invite_text.parse(text, before, before.meeting, desk.config.zone, now)
    content = _parse(text, before)
    with desk.store.read() as tx:
        zones = (desk.config.zone, hours_of(tx.ledger.deal(item.deal_id), desk.config).zone)
    return replace(content, times=still_named(content.times, content.body, zones))


def gaps_in(tx: Transaction, config: Config, item: QueueItem, content: Content) -> tuple[Gap, ...]:
    """What only the rep can settle in the text: its markers, and whom nobody knows in this deal."""
    gaps = _unfilled(content, item.gaps, _known_markers(tx, item))
    known = _known_people(tx, item)
    for person in (*content.to, *content.cc):
        if person.email not in known and person not in config.us:
            cure = f'if you mean them: nextmove deals edit {item.deal_id} --contact "{person}"'
            gaps += (Gap(_new_person(person.email), f"{person.email} is new to this deal; {cure}"),)
    return gaps


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
        to=people_in(fields["to"]),
        cc=people_in(fields.get("cc", "")),
        subject=fields.get("subject", before.subject),
        body=body.strip() + "\n",
    )


def _known_markers(tx: Transaction, item: QueueItem) -> set[str]:
    """What looks like a marker and is none: a part of the company's name, of somebody's, of a fact, or of what we
    proposed, such as the subject of their mail."""
    deal = tx.ledger.deal(item.deal_id)
    texts = [deal.name, deal.company, *(contact.address.name or "" for contact in deal.contacts)]
    texts += [fact.value for fact in item.facts]
    found = set(_MARKER.findall("\n".join(texts)))
    for revision in tx.queue.revisions(item.id):
        if revision.by == BY_US and revision.content:
            found |= {*_markers(revision.content)} - {gap.marker for gap in revision.gaps}
    return found - {gap.marker for gap in item.gaps}


def _markers(content: Content) -> list[str]:
    where = content.meeting.where if content.meeting else ""
    return list(dict.fromkeys(_MARKER.findall(f"{content.subject}\n{where}\n{content.body}")))


def _unfilled(content: Content, before: Sequence[Gap], known: Collection[str]) -> tuple[Gap, ...]:
    """The markers that are still in the text: those we set, and any that the rep wrote."""
    asks = {gap.marker: gap.ask for gap in before}
    unfilled = [marker for marker in _markers(content) if marker not in known]
    return tuple(Gap(marker, asks.get(marker, "fill this in or take it out")) for marker in unfilled)


def with_people_known_since(desk: ReviewDesk, item: QueueItem, now: datetime) -> QueueItem:
    """The item without the gaps for recipients whom the rep has added to the deal meanwhile."""
    with desk.store.write() as tx:
        known = {_new_person(email) for email in _known_people(tx, item)}
        gaps = tuple(gap for gap in item.gaps if gap.marker not in known)
        if item.content is None or gaps == item.gaps:
            return item
        return tx.queue.edit(item.id, item.content, gaps=gaps, now=now, by=BY_REP, version=item.version)


def edit_it(item: QueueItem) -> str:
    """The way on, for whoever is told that a draft or an invite can't go as it is."""
    return f"Edit it: nextmove queue edit {item.id}"
