"""Sending, where the rep turned it on: a filed draft goes out once, as it lies there, and is found after a crash."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from assistant.domain.draft import Content, ItemState, QueueItem
from assistant.domain.ports import DraftChanged, FiledDraft, Sender, ThreadMoved
from assistant.errors import NextmoveError, ProviderError, RefusedError
from assistant.store import Effect, EffectState, Store, Transaction
from assistant.workflows.filing import as_filed, effect_of
from assistant.workflows.reconcile import BY_US
from assistant.workflows.sources import SourceAccount

_SEND: Final = "send_draft"
_IN_DRAFTS: Final = "it lies in your Drafts folder, from where you can send it."


def send_draft(store: Store, account: SourceAccount, item: QueueItem, *, by: str, now: datetime) -> QueueItem:
    """Journal the intention, send the filed draft, and note that it's done: a crash anywhere leaves it findable.

    Where it isn't sent, it stays filed: raises `RefusedError` for a draft that the rep changed or a conversation that
    went on, and `ProviderError`.
    """
    assert account.sender is not None  # the caller looked
    with store.write() as tx:
        filing = effect_of(tx, item)
        filed = as_filed(filing) if filing else None
        if filing is None or filed is None or item.content is None:
            raise RefusedError(f"Draft {item.id} isn't in your Drafts folder.", "Look at it again: nextmove queue")
        journal = _journal(filing.key)
        tx.effects.intend(journal, _SEND, account.name, item.id, item.content.fingerprint, "{}", now)
        known = _known(tx, item.content)
    try:
        account.sender.send(filing.key, filed, known)
    except DraftChanged:
        raise _not_sent(store, item, journal, "it isn't any more as you approved it", now) from None
    except ThreadMoved:
        raise _not_sent(store, item, journal, "something newer came into its conversation", now) from None
    except ProviderError as error:
        return _sent_after_all(store, account, item, journal, error, now)
    with store.write() as tx:
        return _note_sent(tx, item, journal, now, by=by)


def recover(store: Store, accounts: Sequence[SourceAccount], now: datetime) -> list[QueueItem]:
    """Finish what a crash interrupted: mail that went out is noted; a draft that didn't stays filed, with a note.

    What lies in an account that can't be reached is left for the next time.
    """
    with store.read() as tx:
        begun = [effect for effect in tx.effects.unfinished() if effect.kind == _SEND]
    return [item for effect in begun if (item := _recover(store, accounts, effect, now))]


def _recover(store: Store, accounts: Sequence[SourceAccount], effect: Effect, now: datetime) -> QueueItem | None:
    account = next((each for each in accounts if each.name == effect.account), None)
    if account is None or effect.item_id is None:
        return None
    with store.read() as tx:
        item = tx.queue.item(effect.item_id)
        filing = tx.effects.effect(_filing_key(effect.key))
        filed = as_filed(filing) if filing else None
    try:
        sent = filed and _went_out(account, _filing_key(effect.key), filed)
    except ProviderError:
        return None
    with store.write() as tx:
        if sent and item.state is ItemState.FILED:
            return _note_sent(tx, item, effect.key, now, by=BY_US, note="It had gone out when sending was interrupted.")
        if sent or item.state is ItemState.SENT:
            tx.effects.done(effect.key, None, now)
            return None
        if sent is None and item.state is ItemState.FILED:
            return None
        _note_failed(tx, item, effect.key, "interrupted before it was sent", now)
    if item.state is not ItemState.FILED:
        return None
    return replace(item, note=f"Sending was interrupted and it wasn't sent: {_IN_DRAFTS}")


def _went_out(account: SourceAccount, key: str, filed: FiledDraft) -> bool | None:
    """Whether it was sent; None where that can't be told, as sending is turned off by now and the draft isn't there."""
    sender: Sender | None = account.sender
    if sender is not None:
        return sender.find(key, filed) is not None
    return False if account.outbox.find(key) is not None else None


def _sent_after_all(
    store: Store, account: SourceAccount, item: QueueItem, journal: str, error: ProviderError, now: datetime
) -> QueueItem:
    """The item as sent, if that is what is found. Raises `ProviderError`, which says where the draft is, if not."""
    recover(store, [account], now)
    with store.read() as tx:
        again, effect = tx.queue.item(item.id), tx.effects.effect(journal)
    if again.state is ItemState.SENT:
        return again
    if effect is not None and effect.state is EffectState.FAILED:
        raise ProviderError(f"Draft {item.id} wasn't sent; {_IN_DRAFTS} {error.fact}", error.cure) from error
    raise ProviderError(
        f"Whether draft {item.id} was sent isn't known yet; the next run looks for it. {error.fact}", error.cure
    ) from error


def _not_sent(store: Store, item: QueueItem, journal: str, why: str, now: datetime) -> NextmoveError:
    with store.write() as tx:
        _note_failed(tx, item, journal, why, now)
    return RefusedError(f"Draft {item.id} wasn't sent, because {why}.", f"Look at it: {_IN_DRAFTS}")


def _note_failed(tx: Transaction, item: QueueItem, journal: str, why: str, now: datetime) -> None:
    tx.effects.failed(journal, why, now)
    tx.audit.append(now, "draft not sent", item.deal_id, f"{_filing_key(journal)}: {why}")


def _note_sent(tx: Transaction, item: QueueItem, journal: str, now: datetime, *, by: str, note: str = "") -> QueueItem:
    tx.effects.done(journal, None, now)
    tx.audit.append(now, "draft sent", item.deal_id, _filing_key(journal))
    return tx.queue.move(item.id, ItemState.SENT, now=now, by=by, version=item.version, note=note)


def _known(tx: Transaction, content: Content) -> frozenset[str]:
    """The Message-IDs of the conversation, as far as it was read."""
    if content.in_reply_to is None:
        return frozenset()
    threads = set(tx.mirror.threads_of([content.in_reply_to]).values())
    return frozenset(each.message.message_id for each in tx.mirror.messages(threads=sorted(threads)))


def _journal(filing_key: str) -> str:
    return f"{filing_key}:send"


def _filing_key(journal: str) -> str:
    return journal.partition(":")[0]
