"""The journal of what is changed outside: written before it's made, so that a crash can't make it twice."""

from datetime import datetime

from sqlalchemy import Connection, Select, insert, select, update

from assistant.errors import NotFoundError
from assistant.store import tables
from assistant.store.values import Effect, EffectState

_T = tables.effect


class Effects:
    """The journal, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def intend(
        self,
        key: str,
        kind: str,
        account: str,
        item_id: int | None,
        fingerprint: str,
        payload_json: str,
        now: datetime,
    ) -> bool:
        """Write the effect down. True: make it now. False: it's done, or it was begun and must be looked up.

        One that is known to have failed may be intended anew.
        """
        before = self.effect(key)
        if before is not None and before.state is not EffectState.FAILED:
            return False
        fields = {
            "kind": kind,
            "account": account,
            "item_id": item_id,
            "fingerprint": fingerprint,
            "payload": payload_json,
            "state": EffectState.INTENDED,
            "intended": now,
            "ended": None,
            "ref": None,
            "why": "",
        }
        if before is None:
            self._connection.execute(insert(_T), {"key": key, **fields})
        else:
            self._connection.execute(update(_T).where(_T.c.key == key).values(fields))
        return True

    def done(self, key: str, ref: str | None, now: datetime) -> None:
        """It was made; `ref` is what the other system calls it."""
        self._end(key, {"state": EffectState.DONE, "ref": ref, "ended": now, "why": ""})

    def failed(self, key: str, why: str, now: datetime) -> None:
        """It is known not to have been made."""
        self._end(key, {"state": EffectState.FAILED, "why": why, "ended": now})

    def unfinished(self) -> list[Effect]:
        """Begun, and nobody knows whether made: to be looked up by key before anything else; the oldest first."""
        begun = select(_T).where(_T.c.state == EffectState.INTENDED)
        return sorted(self._effects(begun), key=lambda effect: (effect.intended, effect.key))

    def effect(self, key: str) -> Effect | None:
        return next(iter(self._effects(select(_T).where(_T.c.key == key))), None)

    def _end(self, key: str, fields: dict[str, object]) -> None:
        if self._connection.execute(update(_T).where(_T.c.key == key).values(fields)).rowcount == 0:
            raise NotFoundError(f"No effect {key} was written down.", "Run `nextmove run` to see what is open.")

    def _effects(self, query: Select[tuple[object, ...]]) -> list[Effect]:
        return [Effect(**row) for row in self._connection.execute(query).mappings()]
