"""The audit trail: what happened, when, to which deal; no text of a mail and no address."""

import re
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, insert, select

from assistant.store import tables
from assistant.store.values import AuditEntry

_ADDRESS: Final = re.compile(r"[^\s<>\"']+@[^\s<>\"']+")
_DETAIL_LENGTH: Final = 200


class Audit:
    """The trail, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(
        self, now: datetime, what: str, deal_id: str | None = None, ref: str | None = None, detail: str = ""
    ) -> None:
        """Add a line. `ref` is a Message-ID, an item's id or the like; addresses in `detail` are masked."""
        self._connection.execute(
            insert(tables.audit),
            {"at": now, "what": what, "deal_id": deal_id, "ref": ref, "detail": _discreet(detail)},
        )

    def entries(self, limit: int) -> list[AuditEntry]:
        """The newest lines, the newest first."""
        newest = select(tables.audit).order_by(tables.audit.c.id.desc()).limit(limit)
        return [AuditEntry(**row) for row in self._connection.execute(newest).mappings()]


def _discreet(detail: str) -> str:
    """One short line without addresses."""
    return _ADDRESS.sub("[address]", " ".join(detail.split()))[:_DETAIL_LENGTH]
