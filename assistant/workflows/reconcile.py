"""The queue follows the desk: what is wanted is put up, what went stale is taken down, the rest stays as it is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from assistant.domain.draft import ItemKind, ItemState, QueueItem
from assistant.engine.next_step import move_of
from assistant.store import Transaction

BY_US: Final = "nextmove"
_WAITING: Final = frozenset({ItemState.OPEN, ItemState.SNOOZED})
_DECIDED: Final = frozenset({ItemState.APPROVED, ItemState.FILED})
_ALIVE: Final = _WAITING | _DECIDED


@dataclass(slots=True)
class Changes:
    """What a run did to the queue. `stale` are drafts in the mailbox that must be withdrawn from it first, `held_back`
    how many new drafts wait for the days to come."""

    added: list[QueueItem] = field(default_factory=list)
    updated: list[QueueItem] = field(default_factory=list)
    withdrawn: list[QueueItem] = field(default_factory=list)
    stale: list[QueueItem] = field(default_factory=list)
    brake: str | None = None
    held_back: int = 0

    def follow(self, later: "Changes") -> None:
        """Add what a later pass changed; an item that it took down again was never put up."""
        gone = {item.id for item in later.withdrawn}
        self.withdrawn += [item for item in later.withdrawn if item.id not in {each.id for each in self.added}]
        self.added = [item for item in (*self.added, *later.added) if item.id not in gone]
        self.updated = [item for item in (*self.updated, *later.updated) if item.id not in gone]
        self.stale += later.stale
        self.brake = self.brake or later.brake
        self.held_back = max(self.held_back, later.held_back)

    def __bool__(self) -> bool:
        return bool(self.added or self.updated or self.withdrawn or self.stale)


def reconcile(
    tx: Transaction,
    wanted: Sequence[QueueItem],
    deals: frozenset[str],
    now: datetime,
    ceiling: int,
    most: int | None = None,
) -> Changes:
    """Bring the queue of these deals to what is wanted.

    A draft that the rep edited keeps their text, and what they edited or approved stands as long as the move that
    it answers does, whatever purpose that move has today. A dismissed, sent or deleted one isn't proposed again for
    the same move. More than `ceiling` new ones at once is more likely a mistake than a morning: nothing is added then.
    With `most`, only the drafts that matter most are put up, until so many are open; the others have their turn later.
    """
    changes = Changes()
    keys = {item.key: item for item in wanted}
    wanted = list(keys.values())
    moves = {_of_move(item): item for item in wanted}
    held: set[str] = set()
    for item in tx.queue.items(_ALIVE):
        if item.deal_id not in deals or _is_being_placed(item):
            continue
        still = keys.get(item.key) or (moves.get(_of_move(item)) if _is_theirs(tx, item) else None)
        if still is not None:
            _refresh(tx, item, still, now, changes)
        else:
            _take_down(tx, item, now, changes)
        if item.kind is ItemKind.DRAFT and (still is not None or item.state in _DECIDED):
            held.add(item.deal_id)
    fresh = [
        item
        for item in wanted
        if not (item.kind is ItemKind.DRAFT and item.deal_id in held) and _may_propose(tx.queue.by_key(item.key))
    ]
    if most is not None:
        fresh, changes.held_back = _few(tx, fresh, most)
    if len(fresh) > ceiling:
        changes.brake = (
            f"{len(fresh)} new drafts at once is more than the ceiling of {ceiling}, so none was added. Look at "
            "`nextmove deals list`; if they are right, raise queue.ceiling in the configuration and run again."
        )
        return changes
    for item in fresh:
        changes.added.append(_put_up(tx, item, now))
    return changes


def _few(tx: Transaction, fresh: Sequence[QueueItem], most: int) -> tuple[list[QueueItem], int]:
    """Without the drafts that are one too many, and how many these are."""
    opened = sum(1 for item in tx.queue.items({ItemState.OPEN}) if item.kind is ItemKind.DRAFT)
    drafts = sorted((item for item in fresh if item.kind is ItemKind.DRAFT), key=lambda item: (item.rank, item.key))
    later = {item.key for item in drafts[max(0, most - opened) :]}
    return [item for item in fresh if item.key not in later], len(later)


def _is_being_placed(item: QueueItem) -> bool:
    """An invite that was interrupted on its way into the calendar is looked up there first."""
    return item.kind is ItemKind.INVITE and item.state in _DECIDED


def _of_move(item: QueueItem) -> tuple[tuple[str, str], ItemKind]:
    return move_of(item.key), item.kind


def _is_theirs(tx: Transaction, item: QueueItem) -> bool:
    """Whether the rep has had a hand in it: approved it, filed it, or put their own words into it."""
    return item.state in _DECIDED or tx.queue.edited_by_rep(item.id)


def _may_propose(before: QueueItem | None) -> bool:
    return before is None or before.state is ItemState.WITHDRAWN


def _put_up(tx: Transaction, item: QueueItem, now: datetime) -> QueueItem:
    before = tx.queue.by_key(item.key)
    if before is None:
        return tx.queue.put(item)
    opened = tx.queue.move(before.id, ItemState.OPEN, now=now, by=BY_US, version=before.version)
    return _rewrite(tx, opened, item, now) if item.content and not tx.queue.edited_by_rep(before.id) else opened


def _refresh(tx: Transaction, item: QueueItem, wanted: QueueItem, now: datetime, changes: Changes) -> None:
    if item.state not in _WAITING:
        return
    if item.rank != wanted.rank:
        tx.queue.re_rank(item.id, wanted.rank)
    changed = (item.content, item.gaps) != (wanted.content, wanted.gaps)
    if wanted.content and changed and not tx.queue.edited_by_rep(item.id):
        changes.updated.append(_rewrite(tx, item, wanted, now))
    elif item.kind is ItemKind.NOTICE and (item.title, item.reasons) != (wanted.title, wanted.reasons):
        tx.queue.retell(item.id, wanted.title, wanted.reasons)
    elif item.kind is ItemKind.INVITE and item.reasons != wanted.reasons:
        tx.queue.retell(item.id, item.title, wanted.reasons)
    if item.state is ItemState.SNOOZED and item.until and item.until <= now.date():
        tx.queue.move(item.id, ItemState.OPEN, now=now, by=BY_US, version=tx.queue.item(item.id).version)


def _rewrite(tx: Transaction, item: QueueItem, wanted: QueueItem, now: datetime) -> QueueItem:
    assert wanted.content is not None  # the callers looked
    return tx.queue.edit(
        item.id,
        wanted.content,
        gaps=wanted.gaps,
        facts=wanted.facts,
        reasons=wanted.reasons,
        title=wanted.title,
        now=now,
        by=BY_US,
        version=item.version,
    )


def _take_down(tx: Transaction, item: QueueItem, now: datetime, changes: Changes) -> None:
    if item.state in (ItemState.FILED, ItemState.APPROVED):
        changes.stale.append(item)
        return
    gone = tx.queue.move(
        item.id,
        ItemState.WITHDRAWN,
        now=now,
        by=BY_US,
        version=item.version,
        note="Something newer happened in this deal.",
    )
    changes.withdrawn.append(gone)
