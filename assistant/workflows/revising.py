"""A filed draft as the rep wants it now: their text takes its place in the mailbox, if nobody touched it there."""

from datetime import datetime

from assistant.domain.draft import Content, Finding, ItemKind, ItemState, QueueItem
from assistant.errors import NotFoundError, RefusedError
from assistant.store import Effect
from assistant.workflows import editing, filing, review, sending
from assistant.workflows.daily import refresh
from assistant.workflows.editing import BY_REP, ReviewDesk, edit_it
from assistant.workflows.sources import SourceAccount


def edit(desk: ReviewDesk, item_id: int, text: str, version: int, now: datetime) -> tuple[QueueItem, list[Finding]]:
    """Keep the rep's text: of what waits in the queue there, of a filed draft in the mailbox too, at once.

    For a filed draft it's an approval as well: it's refused as one is, and where the draft was touched in the mailbox.
    """
    item = desk.item(item_id)
    if item.state is not ItemState.FILED or item.kind is not ItemKind.DRAFT or item.content is None:
        return editing.edit(desk, item_id, text, version, now)
    if item.version != version:
        raise RefusedError(
            f"Draft {item_id} was changed in the meantime.", f"Look again: nextmove queue show {item_id}"
        )
    content = editing.parsed(desk, item, item.content, text, now)
    return refile(desk, item, content, now, by=BY_REP, act="refile"), []


def refile(
    desk: ReviewDesk, item: QueueItem, content: Content, now: datetime, *, by: str, act: str | None = None
) -> QueueItem:
    """Put this text in the place of the filed draft, by the rep's word; `act` is what an undo finds of it.

    Raises `RefusedError` for a gap, a finding of the guard, a newer move, or a draft that was touched in the mailbox.
    """
    item = _read_afresh(desk, item, now)
    if content == item.content:
        return item
    with desk.store.read() as tx:
        gaps = editing.gaps_in(tx, desk.config, item, content)
        account = _account(desk, item, filing.effect_of(tx, item))
        sender = filing.sender_of(filing.replied_message(tx, content), desk.config.us)
    if gaps:
        raise RefusedError(
            f"Draft {item.id} lies in your Drafts folder, and this text has a gap: {review.asked(gaps)}", edit_it(item)
        )
    cleared = review.check_text(desk, item, content, now)
    key = filing.effect_key(item, content)
    mail = filing.outgoing(key, content, cleared.subject, cleared.body, sender, now)
    refiled = filing.replace_draft(desk.store, account, item, content, mail, by=by, now=now)
    review.note_allowed(desk, refiled, cleared, now)
    if act:
        with desk.store.write() as tx:
            tx.acts.note(now, act, item.deal_id, item.id, str(item.version))
    return refiled


def _read_afresh(desk: ReviewDesk, item: QueueItem, now: datetime) -> QueueItem:
    """The item after a new look at mail, calendar and the draft itself; refuses if any of them moved on."""
    filing.recover(desk.store, desk.accounts, now)
    sending.recover(desk.store, desk.accounts, now)
    review.pull_afresh(desk, now)
    filing.track(desk.store, desk.accounts, desk.config.us, now)
    refresh(desk.accounts, desk.store, desk.config, now, only={item.deal_id})
    again = desk.item(item.id)
    match again.state:
        case ItemState.FILED if again.version == item.version:
            return again
        case ItemState.SENT | ItemState.DELETED:
            raise RefusedError(
                f"Draft {item.id} is {again.state}: it isn't in your Drafts folder any more.", "What left has left."
            )
        case ItemState.WITHDRAWN:
            raise RefusedError(
                f"Something newer happened in this deal, so draft {item.id} was withdrawn.",
                f"See what: nextmove deals show {item.deal_id}",
            )
        case _:
            raise RefusedError(
                f"Draft {item.id} was changed in the meantime.", f"Look again: nextmove queue show {item.id}"
            )


def _account(desk: ReviewDesk, item: QueueItem, effect: Effect | None) -> SourceAccount:
    """Where the draft lies."""
    found = next((each for each in desk.accounts if effect and each.name == effect.account), None)
    if found is None:
        raise NotFoundError(
            f"Draft {item.id} lies in an account that isn't in the configuration.", "Put the account back."
        )
    return found
