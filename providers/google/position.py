"""How far a mailbox of Gmail is known, and the cursor that says so."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from assistant.domain.ports import Cursor, CursorExpired

_VERSION: Final = 1
_FASTEST: Final = 1e6


@dataclass(frozen=True, slots=True)
class Position:
    """`since`: seconds since 1970; `history`: up to where all is known, None while it's being listed.

    `unreadable` were reported as problems and aren't fetched again. `owed` are those with which Google had lasting
    trouble, each with the number of pulls that asked for it.
    """

    since: int
    history: str | None = None
    unreadable: frozenset[str] = frozenset()
    owed: Mapping[str, int] = field(default_factory=dict)

    def given_up(self, each: str) -> "Position":
        return replace(self, unreadable=self.unreadable | {each})

    def owing(self, each: str) -> "Position":
        return replace(self, owed={**self.owed, each: self.owed.get(each, 0) + 1})

    def paid(self, each: str) -> "Position":
        """The same where it wasn't owed."""
        if each not in self.owed:
            return self
        return replace(self, owed={name: tries for name, tries in self.owed.items() if name != each})


def encode(at: Position, email: str, pace: float | None = None) -> Cursor:
    """`pace`: what was learned of the account's quota, which goes with the cursor although it's no place."""
    state = {
        "version": _VERSION,
        "email": email,
        "since": at.since,
        "history": at.history,
        "unreadable": sorted(at.unreadable),
        "owed": at.owed,
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
        return Position(int(state["since"]), history, frozenset(state["unreadable"]), owed)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CursorExpired from None
