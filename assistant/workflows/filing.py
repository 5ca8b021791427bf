"""Effects in the mailbox: a draft is filed once, found again after a crash, changed or withdrawn only if untouched."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

import msgspec

from assistant.domain.deal import Side, Us
from assistant.domain.draft import ClearedText, Content, ItemState, QueueItem
from assistant.domain.mail import Address, FolderRole, Message
from assistant.domain.ports import DraftChanged, FiledDraft, OutgoingMail, Withdrawal
from assistant.errors import NotFoundError, ProviderError, RefusedError
from assistant.store import Effect, EffectState, Store, Transaction
from assistant.workflows.reconcile import BY_US
from assistant.workflows.replacement import Replacement, as_approved, asked_for
from assistant.workflows.sources import SourceAccount

_FILE: Final = "file_draft"
_SENT: Final = FolderRole.SENT
_WITHDRAW: Final = "withdraw_draft"
_REPLACE: Final = "replace_draft"
_LEFT: Final = "so the text there is as it was"


def effect_key(item: QueueItem, content: Content) -> str:
    """Deterministic for this item and exactly this content."""
    return hashlib.sha256(f"{item.key}\n{content.fingerprint}".encode()).hexdigest()[:32]


def outgoing(
    key: str, content: Content, subject: ClearedText, body: ClearedText, sender: Address, now: datetime
) -> OutgoingMail:
    """The message to file; its Message-ID follows from the key."""
    return OutgoingMail(
        key=key,
        message_id=f"{key}.nextmove@{sender.domain or 'localhost'}",
        sender=sender,
        to=content.to,
        cc=content.cc,
        subject=subject,
        body=body,
        date=now,
        in_reply_to=content.in_reply_to,
        references=content.references,
    )


def file_draft(
    store: Store, account: SourceAccount, item: QueueItem, mail: OutgoingMail, *, by: str, now: datetime
) -> QueueItem:
    """Journal the intention, file the draft, and note that it's done: a crash anywhere leaves it findable.

    Where the mailbox refuses, the draft goes back to the queue.
    """
    assert item.content is not None  # only drafts are filed
    with store.write() as tx:
        tx.effects.intend(mail.key, _FILE, account.name, item.id, item.content.fingerprint, "{}", now)
        awake = _awake(tx, item, by=by, now=now)
        approved = tx.queue.move(item.id, ItemState.APPROVED, now=now, by=by, version=awake.version)
    try:
        filed = account.outbox.file(mail)
    except ProviderError:
        recover(store, [account], now)
        raise
    with store.write() as tx:
        return _note_filed(tx, approved, mail.key, filed, by=by, now=now)


def _awake(tx: Transaction, item: QueueItem, *, by: str, now: datetime) -> QueueItem:
    if item.state is not ItemState.SNOOZED:
        return item
    return tx.queue.move(item.id, ItemState.OPEN, now=now, by=by, version=item.version)


def _note_filed(tx: Transaction, item: QueueItem, key: str, filed: FiledDraft, *, by: str, now: datetime) -> QueueItem:
    tx.effects.done(key, msgspec.json.encode(filed).decode(), now)
    tx.audit.append(now, "draft filed", item.deal_id, key)
    return tx.queue.move(item.id, ItemState.FILED, now=now, by=by, version=item.version)


def recover(store: Store, accounts: Sequence[SourceAccount], now: datetime) -> list[QueueItem]:
    """Finish what a crash interrupted: a draft that is there is noted, one that isn't goes back to the queue.

    What lies in an account that can't be reached is left for the next time.
    """
    with store.read() as tx:
        unfinished = [effect for effect in tx.effects.unfinished() if effect.kind in (_FILE, _WITHDRAW, _REPLACE)]
    return [item for effect in unfinished if (item := _recover(store, accounts, effect, now))]


def _recover(store: Store, accounts: Sequence[SourceAccount], effect: Effect, now: datetime) -> QueueItem | None:
    account = next((each for each in accounts if each.name == effect.account), None)
    if account is None or effect.item_id is None:
        return None
    try:
        filed = account.outbox.find(_filing_key(effect))
        if effect.kind == _REPLACE:
            filed = filed and _alone(store, account, effect, filed)
    except ProviderError:
        return None
    with store.write() as tx:
        item = tx.queue.item(effect.item_id)
        if effect.kind == _WITHDRAW:
            return _recover_withdrawal(tx, item, effect, now, gone=filed is None)
        if effect.kind == _REPLACE:
            return _recover_replacement(tx, item, effect, filed, now)
        if filed is not None:
            return _note_filed(tx, item, effect.key, as_approved(filed, item.content), by=BY_US, now=now)
        tx.effects.failed(effect.key, "interrupted before the draft was placed", now)
        return tx.queue.move(
            item.id,
            ItemState.OPEN,
            now=now,
            by=BY_US,
            version=item.version,
            note="Filing was interrupted and nothing was placed: approve it again.",
        )


def _recover_withdrawal(
    tx: Transaction, item: QueueItem, effect: Effect, now: datetime, *, gone: bool
) -> QueueItem | None:
    """A withdrawal that was interrupted: done where the draft is gone, else left for whoever wants it gone."""
    if not gone or item.state not in (ItemState.FILED, ItemState.APPROVED):
        tx.effects.failed(effect.key, "interrupted before the draft was taken out", now)
        return None
    return _note_withdrawn(tx, item, effect.key, ItemState(effect.payload), "Taken out of the mailbox.", now)


def replace_draft(
    store: Store,
    account: SourceAccount,
    item: QueueItem,
    content: Content,
    mail: OutgoingMail,
    *,
    by: str,
    now: datetime,
) -> QueueItem:
    """Put another text in the place of a filed draft, which stays filed: a crash anywhere leaves the one or the other.

    Raises `RefusedError` where the draft isn't as it was filed any more, and `ProviderError`.
    """
    with store.write() as tx:
        filing = effect_of(tx, item)
        filed = as_filed(filing) if filing else None
        if filing is None or filed is None:
            raise RefusedError(f"Draft {item.id} isn't in your Drafts folder.", "Look at it again: nextmove queue")
        payload = msgspec.json.encode(Replacement(filing.key, content, by)).decode()
        tx.effects.intend(mail.key, _REPLACE, account.name, item.id, content.fingerprint, payload, now)
    try:
        there = account.outbox.replace(filing.key, filed, mail)
    except DraftChanged:
        with store.write() as tx:
            tx.effects.failed(mail.key, "the draft there isn't as it was filed", now)
        raise RefusedError(
            f"You have changed, sent or deleted draft {item.id} in your mail program, {_LEFT}.", "Change it there."
        ) from None
    except ProviderError:
        recover(store, [account], now)
        with store.read() as tx:
            again = tx.queue.item(item.id)
        if again.content == content:
            return again
        raise
    with store.write() as tx:
        return _note_replaced(tx, item, mail.key, Replacement(filing.key, content, by), there, now)


def _note_replaced(
    tx: Transaction, item: QueueItem, key: str, asked: Replacement, filed: FiledDraft, now: datetime
) -> QueueItem:
    tx.effects.done(key, msgspec.json.encode(filed).decode(), now)
    tx.effects.failed(asked.replaces, "another text took its place", now)
    tx.audit.append(now, "draft replaced", item.deal_id, key)
    return tx.queue.refile(item.id, asked.content, now=now, by=asked.by, version=item.version)


def _alone(store: Store, account: SourceAccount, effect: Effect, filed: FiledDraft) -> FiledDraft | None:
    """The draft whose placing was interrupted, once the one that it replaces doesn't lie beside it any more.

    None where the rep has changed that one meanwhile: then it stays, and the other goes.
    """
    former = asked_for(effect).replaces
    with store.read() as tx:
        before = tx.effects.effect(former)
    was = as_filed(before) if before else None
    if was is None or account.outbox.withdraw(former, was) is not Withdrawal.EDITED:
        return filed
    account.outbox.withdraw(effect.key, filed)
    return None


def _recover_replacement(
    tx: Transaction, item: QueueItem, effect: Effect, filed: FiledDraft | None, now: datetime
) -> QueueItem | None:
    """Noted where it lies there; else the draft is what it was."""
    if item.state is not ItemState.FILED:
        tx.effects.failed(effect.key, "the draft was gone", now)
        return None
    if filed is not None:
        asked = asked_for(effect)
        noted = _note_replaced(tx, item, effect.key, asked, as_approved(filed, asked.content), now)
        return replace(noted, note="Changing it was interrupted, and your new text lies in your Drafts folder.")
    tx.effects.failed(effect.key, "interrupted before the draft was changed", now)
    return replace(item, note=f"Changing it was interrupted, {_LEFT}: edit it again.")


def _settled(store: Store, accounts: Sequence[SourceAccount], item: QueueItem, now: datetime) -> QueueItem:
    """The item once it's known which of its texts lies there. Raises `ProviderError` where that can't be known yet."""
    with store.read() as tx:
        if not _is_being_replaced(tx, item):
            return item
    recover(store, accounts, now)
    with store.read() as tx:
        if _is_being_replaced(tx, item):
            raise ProviderError(
                f"Draft {item.id} was being changed in an account that can't be reached.", "Try again when it can be."
            )
        return tx.queue.item(item.id)


def _is_being_replaced(tx: Transaction, item: QueueItem) -> bool:
    return any(effect.kind == _REPLACE and effect.item_id == item.id for effect in tx.effects.unfinished())


def _filing_key(effect: Effect) -> str:
    return effect.key.partition(":")[0]


def account_of(tx: Transaction, accounts: Sequence[SourceAccount], content: Content) -> SourceAccount:
    """The account in which the conversation lies; the first one where there is no conversation."""
    replied = replied_message(tx, content)
    named = _account_with(tx, accounts, replied) if replied else accounts[0].name
    for account in accounts:
        if account.name == named:
            return account
    raise NotFoundError(
        f"The conversation lies in the account {named!r}, which isn't in the configuration.",
        "Put the account back, or dismiss the draft.",
    )


def _account_with(tx: Transaction, accounts: Sequence[SourceAccount], replied: Message) -> str:
    """Where the message lies in several accounts: the one from which we wrote last in its conversation, else the one
    to whose address it came."""
    names = tx.mirror.accounts_of(replied.message_id)
    if len(names) < 2:
        return replied.account
    threads = sorted(set(tx.mirror.threads_of([replied.message_id]).values()))
    written = [each.message.account for each in tx.mirror.messages(threads=threads) if each.message.role is _SENT]
    reached = {person.email for person in replied.recipients}
    at_theirs = [each.name for each in accounts if each.address in reached]
    return next((name for name in (*reversed(written), *at_theirs) if name in names), replied.account)


def replied_message(tx: Transaction, content: Content) -> Message | None:
    if content.in_reply_to is None:
        return None
    found = tx.mirror.messages(message_ids=[content.in_reply_to])
    return found[0].message if found else None


def sender_of(replied: Message | None, us: Us) -> Address:
    """The rep's address to which the customer wrote, else the rep's first one."""
    mine = next((p for p in replied.recipients if us.is_rep(p)), None) if replied else None
    return Address(mine.email, us.rep.name) if mine else us.rep


def withdraw(
    store: Store, accounts: Sequence[SourceAccount], item: QueueItem, now: datetime, *, to: ItemState, note: str
) -> tuple[QueueItem, Withdrawal]:
    """Take a filed draft out of the mailbox unless the rep touched it there; then it's theirs.

    One whose filing or changing was interrupted is looked up first.
    """
    item = _settled(store, accounts, item, now)
    with store.read() as tx:
        effect = effect_of(tx, item)
    account = next((each for each in accounts if effect and each.name == effect.account), None)
    if effect is None or account is None or item.content is None:
        with store.write() as tx:
            moved = tx.queue.move(item.id, to, now=now, by=BY_US, version=item.version, note=note)
        return moved, Withdrawal.GONE
    journal = f"{effect.key}:{item.version}"
    with store.write() as tx:
        tx.effects.intend(journal, _WITHDRAW, account.name, item.id, item.content.fingerprint, to.value, now)
    filed = as_filed(effect) or account.outbox.find(effect.key)
    outcome = account.outbox.withdraw(effect.key, filed) if filed else Withdrawal.GONE
    with store.write() as tx:
        if outcome is Withdrawal.EDITED:
            tx.effects.failed(journal, "the rep has edited it", now)
            return item, outcome
        return _note_withdrawn(tx, item, journal, to, note, now), outcome


def _note_withdrawn(
    tx: Transaction, item: QueueItem, journal: str, to: ItemState, note: str, now: datetime
) -> QueueItem:
    filing = journal.partition(":")[0]
    tx.effects.done(journal, None, now)
    tx.effects.failed(filing, "withdrawn", now)
    tx.audit.append(now, "draft withdrawn", item.deal_id, filing)
    return tx.queue.move(item.id, to, now=now, by=BY_US, version=item.version, note=note)


def effect_of(tx: Transaction, item: QueueItem) -> Effect | None:
    """The filing of this item with exactly this content, however far it came."""
    return tx.effects.effect(effect_key(item, item.content)) if item.content else None


def as_filed(effect: Effect) -> FiledDraft | None:
    """The draft as it was filed; None where its filing didn't come to its end, or it was taken out again."""
    done = effect.ref if effect.state is EffectState.DONE else None
    return msgspec.json.decode(done, type=FiledDraft) if done else None


def track(store: Store, accounts: Sequence[SourceAccount], us: Us, now: datetime) -> list[QueueItem]:
    """See what became of the filed drafts: still there, sent by the rep, or deleted by the rep.

    Those in an account that can't be reached stay as they are.
    """
    with store.read() as tx:
        filed = tx.queue.items({ItemState.FILED})
    return [moved for item in filed if (moved := _track(store, accounts, item, us, now))]


def _track(store: Store, accounts: Sequence[SourceAccount], item: QueueItem, us: Us, now: datetime) -> QueueItem | None:
    with store.read() as tx:
        effect = effect_of(tx, item)
        account = next((each for each in accounts if effect and each.name == effect.account), None)
        if effect is None or account is None or _is_being_replaced(tx, item) or _is_there(account, effect.key):
            return None
        sent = _was_sent(tx, item, effect, us)
    state = ItemState.SENT if sent else ItemState.DELETED
    note = "" if sent else "You deleted the draft: it isn't proposed again for this move."
    with store.write() as tx:
        tx.audit.append(now, f"draft {state}", item.deal_id, effect.key)
        return tx.queue.move(item.id, state, now=now, by=BY_US, version=item.version, note=note)


def _is_there(account: SourceAccount, key: str) -> bool:
    try:
        return account.outbox.find(key) is not None
    except ProviderError:
        return True


def _was_sent(tx: Transaction, item: QueueItem, effect: Effect, us: Us) -> bool:
    """Whether a mail of ours that answers the same message is in the mailbox and isn't a draft; for a draft that
    answers none, one to the same person with the same subject."""
    content = item.content
    assert content is not None  # only drafts are filed
    to = {person.email for person in content.to}
    if content.in_reply_to:
        threads = set(tx.mirror.threads_of([content.in_reply_to]).values())
    else:
        threads = tx.mirror.threads_touching(to, ())
    for each in tx.mirror.messages(threads=sorted(threads)):
        message = each.message
        if message.role is FolderRole.DRAFTS or us.side_of(message.sender) is not Side.US:
            continue
        if message.header("x-nextmove-key") == effect.key:
            return True
        if content.in_reply_to:
            fits = content.in_reply_to in (*message.in_reply_to, *message.references)
        else:
            fits = message.subject == content.subject and any(person.email in to for person in message.recipients)
        if fits and message.date and message.date >= effect.intended:
            return True
    return False


def must_be_open(item: QueueItem) -> None:
    """Raise `RefusedError` unless the item waits for the rep's word."""
    if item.state not in (ItemState.OPEN, ItemState.SNOOZED):
        raise RefusedError(
            f"Item {item.id} is {item.state} already.", f"Look at it with: nextmove queue show {item.id}"
        )
