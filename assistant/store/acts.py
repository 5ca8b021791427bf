"""What the rep did, so that the last of it can be taken back."""

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from assistant.store import tables
from assistant.store.values import Act

_T = tables.act


class Acts:
    """The rep's acts, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, now: datetime, what: str, deal_id: str, item_id: int | None = None, payload: str = "") -> None:
        """Remember an act, with what its undoing needs to know."""
        row = {
            "at": now,
            "what": what,
            "deal_id": deal_id,
            "item_id": item_id,
            "payload": payload,
            "undone": False,
        }
        self._connection.execute(insert(_T), row)

    def last(self) -> Act | None:
        """The newest act that wasn't taken back."""
        standing = select(_T.c.id, _T.c.at, _T.c.what, _T.c.deal_id, _T.c.item_id, _T.c.payload)
        newest = standing.where(_T.c.undone.is_(False)).order_by(_T.c.id.desc()).limit(1)
        row = self._connection.execute(newest).mappings().first()
        return Act(**row) if row is not None else None

    def undone(self, act_id: int) -> None:
        """This act was taken back."""
        self._connection.execute(update(_T).where(_T.c.id == act_id).values(undone=True))
