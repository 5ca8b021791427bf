"""The invites that were placed in a calendar: for each change of ours a row, so that what others change is seen."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select

from assistant.store import tables
from assistant.store.values import PlacedInvite

_T = tables.invite


class Invites:
    """The meetings of ours, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, invite: PlacedInvite) -> None:
        """Write down how the meeting lies in the calendar from now on."""
        names = (name for name in _T.c.keys() if name != "id")  # noqa: SIM118
        self._connection.execute(insert(_T), {name: getattr(invite, name) for name in names})

    def latest(self, deal_id: str | None = None) -> list[PlacedInvite]:
        """Each meeting as it was last noted, the oldest first; of one deal, or of all."""
        newest = select(func.max(_T.c.id)).group_by(_T.c.uid)
        found = select(_T).where(_T.c.id.in_(newest)).order_by(_T.c.id)
        return self._invites(found if deal_id is None else found.where(_T.c.deal_id == deal_id))

    def history(self, uid: str) -> list[PlacedInvite]:
        """Everything that was noted of one meeting, the oldest first."""
        return self._invites(select(_T).where(_T.c.uid == uid).order_by(_T.c.id))

    def since(self, moment: datetime) -> list[PlacedInvite]:
        """What was noted since then, the oldest first."""
        return self._invites(select(_T).where(_T.c.at >= moment).order_by(_T.c.id))

    def _invites(self, query: Select[Any]) -> list[PlacedInvite]:
        rows = self._connection.execute(query).mappings()
        return [PlacedInvite(**{name: row[name] for name in row if name != "id"}) for row in rows]
