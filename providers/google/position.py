"""How far a mailbox of Gmail is known, and the cursor that says so."""

import json
from dataclasses import dataclass, field
from typing import Final

from assistant.domain.ports import Cursor, CursorExpired
from providers.owing import Debts

_VERSION: Final = 1
_FASTEST: Final = 1e6


@dataclass(frozen=True, slots=True)
class Position:
    """`since`: seconds since 1970; `history`: up to where all is known, None while it's being listed.

    `debts`: what couldn't be had so far.
    """

    since: int
    history: str | None = None
    debts: Debts = field(default_factory=Debts)


def encode(at: Position, email: str, pace: float | None = None) -> Cursor:
    """`pace`: what was learned of the account's quota, which goes with the cursor although it's no place."""
    state = {
        "version": _VERSION,
        "email": email,
        "since": at.since,
        "history": at.history,
        "unreadable": sorted(at.debts.unreadable),
        "owed": dict(at.debts.owed),
    }
    return json.dumps(state if pace is None else {**state, "pace": round(pace, 3)})


def pace_in(cursor: Cursor) -> float | None:
    """The pace that went with a cursor which `decode` has taken."""
    pace = json.loads(cursor).get("pace")
    return float(pace) if isinstance(pace, int | float) and 0 < pace < _FASTEST else None


def decode(cursor: Cursor, email: str) -> Position:
    """Raises `CursorExpired` for what isn't a cursor of this mailbox."""
    try:
        state = json.loads(cursor)
        if state["version"] != _VERSION or state["email"] != email:
            raise CursorExpired
        history = None if state["history"] is None else str(int(state["history"]))
        owed = {str(each): int(tries) for each, tries in state["owed"].items()}
        return Position(int(state["since"]), history, Debts(frozenset(state["unreadable"]), owed))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CursorExpired from None
