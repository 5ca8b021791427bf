"""How far a mailbox of Microsoft's is known, folder by folder, and the cursor that says so."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from assistant.domain.ports import Cursor, CursorExpired
from providers.owing import Debts

_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Position:
    """`since`: seconds since 1970; `links`: by a folder's id, Graph's own link to what changed since it was known.

    A folder without a link is listed. `ids` are those of the folders that have a name known everywhere, "" for one
    that isn't there. `debts`: what couldn't be had so far. `missing` are names of folders that were reported as not
    there, `told` mail in Junk Email of which the rep was told. `swept`: when the newest message came that was looked
    for in all folders.
    """

    since: int
    links: Mapping[str, str] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    debts: Debts = field(default_factory=Debts)
    missing: frozenset[str] = frozenset()
    told: frozenset[str] = frozenset()
    swept: str = ""

    def knowing(self, links: Mapping[str, str]) -> "Position":
        return replace(self, links={**self.links, **links})


def encode(at: Position, email: str) -> Cursor:
    return json.dumps(
        {
            "version": _VERSION,
            "email": email,
            "since": at.since,
            "links": dict(at.links),
            "ids": dict(at.ids),
            "unreadable": sorted(at.debts.unreadable),
            "owed": dict(at.debts.owed),
            "missing": sorted(at.missing),
            "told": sorted(at.told),
            "swept": at.swept,
        }
    )


def decode(cursor: Cursor, email: str) -> Position:
    """Raises `CursorExpired` for what isn't a cursor of this mailbox."""
    try:
        state = json.loads(cursor)
        if state["version"] != _VERSION or state["email"] != email:
            raise CursorExpired
        return Position(
            int(state["since"]),
            {str(folder): str(link) for folder, link in state["links"].items()},
            {str(name): str(each) for name, each in state["ids"].items()},
            Debts(
                frozenset(map(str, state["unreadable"])),
                {str(each): int(tries) for each, tries in state["owed"].items()},
            ),
            frozenset(map(str, state["missing"])),
            frozenset(map(str, state["told"])),
            _time(state["swept"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CursorExpired from None


def _time(given: object) -> str:
    """Raises `ValueError` for what is no time."""
    if given:
        datetime.fromisoformat(str(given))
    return str(given)
