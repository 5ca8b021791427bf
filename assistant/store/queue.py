"""Drafts, questions and notices: their versions, their legal moves, and the rep's decisions."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, insert, select, update

from assistant.domain.deal import Evidence
from assistant.domain.draft import LEGAL_MOVES, Content, Fact, Gap, ItemKind, ItemState, QueueItem
from assistant.errors import InputError, NotFoundError, RefusedError
from assistant.store import tables
from assistant.store.values import Decision, Revision

OPEN_DRAFT: Final = frozenset({ItemState.OPEN, ItemState.SNOOZED, ItemState.APPROVED, ItemState.FILED})
"""The states in which a draft counts as the deal's one open draft."""

BY_PROGRAM: Final = "nextmove"
"""Who wrote a text that nobody wrote."""

_ITEM = tables.queue_item
_DECISION = tables.queue_decision
_CONTENT = tables.queue_content


class Queue:
    """The queue, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, item: QueueItem) -> QueueItem:
        """Add the item, or return the one with its key as it is now, whatever became of it.

        Raises RefusedError where the deal has another open draft.
        """
        before = self.by_key(item.key)
        if before is not None:
            return before
        self._one_draft(item, item.state)
        row = {name: getattr(item, name) for name in _ITEM.c.keys() if name != "id"} | {"version": 1}  # noqa: SIM118
        given = self._connection.execute(insert(_ITEM), row).inserted_primary_key
        if given is None:
            raise RuntimeError("the database gave no id")
        added = self.item(given[0])
        self._keep_content(added, BY_PROGRAM, item.created)
        return added

    def item(self, item_id: int) -> QueueItem:
        """Raises NotFoundError."""
        found = self._items(select(_ITEM).where(_ITEM.c.id == item_id))
        if not found:
            raise NotFoundError(f"There is no item {item_id} in the queue.", "See `nextmove queue` for the ids.")
        return found[0]

    def items(self, states: Collection[ItemState]) -> list[QueueItem]:
        """Items in these states, by rank, then by age."""
        return self._items(select(_ITEM).where(_ITEM.c.state.in_(states)).order_by(_ITEM.c.rank, _ITEM.c.id))

    def items_of(self, deal_id: str) -> list[QueueItem]:
        """Everything that was ever proposed for the deal, the oldest first."""
        return self._items(select(_ITEM).where(_ITEM.c.deal_id == deal_id).order_by(_ITEM.c.id))

    def by_key(self, key: str) -> QueueItem | None:
        return next(iter(self._items(select(_ITEM).where(_ITEM.c.key == key))), None)

    def keys_of(self, deal_id: str) -> dict[str, ItemState]:
        """By key, what became of everything that was ever proposed for the deal."""
        of_deal = select(_ITEM.c.key, _ITEM.c.state).where(_ITEM.c.deal_id == deal_id).order_by(_ITEM.c.id)
        return dict(self._connection.execute(of_deal).all())

    def move(
        self,
        item_id: int,
        to: ItemState,
        *,
        now: datetime,
        by: str,
        version: int,
        until: date | None = None,
        note: str = "",
    ) -> QueueItem:
        """Bring the item into another state, and write the decision down.

        `until` goes with SNOOZED, and only with it. Raises RefusedError where the move isn't legal, the item
        changed since `version`, an approval would leave a gap, or the deal has another open draft; InputError
        for a snooze without its day.
        """
        item = self._current(item_id, version)
        if to not in LEGAL_MOVES[item.state]:
            raise RefusedError(
                f"Item {item_id} is {item.state} and can't become {to}.", f"See `nextmove queue show {item_id}`."
            )
        if (to is ItemState.SNOOZED) is (until is None):
            raise InputError(f"A snooze, and nothing else, has a day: {to} until {until}.", "Name the day.")
        if to is ItemState.APPROVED and item.gaps:
            raise RefusedError(
                f"Item {item_id} still has a gap: {item.gaps[0].marker}.", f"Fill it: `nextmove edit {item_id}`."
            )
        self._one_draft(item, to)
        self._log(item, to, now, by, until=until, note=note)
        return self._change(item, {"state": to, "until": until, "note": note})

    def edit(
        self,
        item_id: int,
        content: Content,
        *,
        gaps: tuple[Gap, ...],
        now: datetime,
        by: str,
        version: int,
        facts: tuple[Fact, ...] | None = None,
        reasons: tuple[Evidence, ...] | None = None,
        title: str | None = None,
    ) -> QueueItem:
        """Give the item another text, and other facts, reasons and title where given; the earlier texts are kept.

        An approval lapses: the item is open again. Raises RefusedError where the item changed since `version`,
        or can't be edited any more.
        """
        item = self._current(item_id, version)
        if item.state not in (ItemState.OPEN, ItemState.SNOOZED, ItemState.APPROVED):
            raise RefusedError(
                f"Item {item_id} is {item.state} and can't be edited.", f"See `nextmove queue show {item_id}`."
            )
        after = ItemState.OPEN if item.state is ItemState.APPROVED else item.state
        self._log(item, after, now, by, until=item.until, edited=True)
        fields = {
            "content": content,
            "gaps": gaps,
            "state": after,
            "facts": item.facts if facts is None else facts,
            "reasons": item.reasons if reasons is None else reasons,
            "title": item.title if title is None else title,
        }
        edited = self._change(item, fields)
        self._keep_content(edited, by, now)
        return edited

    def refile(self, item_id: int, content: Content, *, now: datetime, by: str, version: int) -> QueueItem:
        """Note that another text lies in the place of a filed draft, which stays filed; the earlier ones are kept.

        Raises RefusedError where the item changed since `version`, or isn't filed.
        """
        item = self._current(item_id, version)
        if item.state is not ItemState.FILED:
            raise RefusedError(f"Item {item_id} is {item.state}, not filed.", f"See `nextmove queue show {item_id}`.")
        self._log(item, item.state, now, by, until=None, edited=True)
        refiled = self._change(item, {"content": content})
        self._keep_content(refiled, by, now)
        return refiled

    def re_rank(self, item_id: int, rank: float) -> None:
        """Move the item in the queue. No decision of the rep's, so its version stays."""
        self._connection.execute(update(_ITEM).where(_ITEM.c.id == item_id).values(rank=rank))

    def retell(self, item_id: int, title: str, reasons: tuple[Evidence, ...]) -> None:
        """Say a notice in today's words. No decision of the rep's, so its version stays."""
        self._connection.execute(update(_ITEM).where(_ITEM.c.id == item_id).values(title=title, reasons=reasons))

    def revisions(self, item_id: int) -> list[Revision]:
        """Every text that the item has had, the first one first."""
        kept = select(_CONTENT).where(_CONTENT.c.item_id == item_id).order_by(_CONTENT.c.version)
        rows = self._connection.execute(kept).mappings()
        return [Revision(**{name: row[name] for name in row if name != "item_id"}) for row in rows]

    def revision_at(self, item_id: int, version: int) -> Revision:
        """The text that the item had at this version of it. Raises NotFoundError."""
        earlier = [revision for revision in self.revisions(item_id) if revision.version <= version]
        if not earlier:
            raise NotFoundError(f"Item {item_id} has no version {version}.", "See `nextmove queue show`.")
        return earlier[-1]

    def decisions(self, item_id: int) -> list[Decision]:
        """The item's history, the first decision first."""
        return self._decisions(select(_DECISION).where(_DECISION.c.item_id == item_id).order_by(_DECISION.c.id))

    def edited_by_rep(self, item_id: int) -> bool:
        """Whether the text that the item has now is somebody's own."""
        return any(revision.by != BY_PROGRAM for revision in self.revisions(item_id)[-1:])

    def _current(self, item_id: int, version: int) -> QueueItem:
        item = self.item(item_id)
        if item.version != version:
            raise RefusedError(
                f"Item {item_id} was changed in the meantime.", f"Look again: `nextmove queue show {item_id}`."
            )
        return item

    def _one_draft(self, item: QueueItem, state: ItemState) -> None:
        """The table's own index refuses a second one too; this says it in words."""
        if item.kind is not ItemKind.DRAFT or state not in OPEN_DRAFT:
            return
        others = select(_ITEM.c.id).where(
            _ITEM.c.deal_id == item.deal_id,
            _ITEM.c.kind == ItemKind.DRAFT,
            _ITEM.c.state.in_(OPEN_DRAFT),
            _ITEM.c.key != item.key,
        )
        other = self._connection.scalar(others.limit(1))
        if other is not None:
            raise RefusedError(
                f"The deal {item.deal_id!r} has an open draft already: item {other}.",
                f"Decide about that one first: `nextmove queue show {other}`.",
            )

    def _change(self, item: QueueItem, fields: dict[str, object]) -> QueueItem:
        changed = fields | {"version": item.version + 1}
        self._connection.execute(update(_ITEM).where(_ITEM.c.id == item.id).values(changed))
        return self.item(item.id)

    def _keep_content(self, item: QueueItem, by: str, at: datetime) -> None:
        row = {
            "item_id": item.id,
            "version": item.version,
            "content": item.content,
            "gaps": item.gaps,
            "by": by,
            "at": at,
        }
        self._connection.execute(insert(_CONTENT), row)

    def _log(
        self,
        item: QueueItem,
        after: ItemState,
        now: datetime,
        by: str,
        *,
        until: date | None,
        edited: bool = False,
        note: str = "",
    ) -> None:
        row = {
            "item_id": item.id,
            "at": now,
            "by": by,
            "before": item.state,
            "after": after,
            "until_before": item.until,
            "until_after": until,
            "version_before": item.version,
            "edited": edited,
            "note": note,
        }
        self._connection.execute(insert(_DECISION), row)

    def _items(self, query: Select[Any]) -> list[QueueItem]:
        return [QueueItem(**row) for row in self._connection.execute(query).mappings()]

    def _decisions(self, query: Select[Any]) -> list[Decision]:
        return [Decision(**row) for row in self._connection.execute(query).mappings()]
