"""What has been judged: whatever pulled it, nothing that came in stays unseen until the next morning."""

from dataclasses import dataclass
from typing import Final

from assistant.store import Store, Transaction

_NOBODY: Final = ""
_WHAT: Final = "judged"

Seen = tuple[int, int]
"""The keys of the message and of the event that came last."""


@dataclass(frozen=True, slots=True)
class Unjudged:
    """The threads in which something came that nobody has judged; `all_deals` where it can't be told which are
    concerned."""

    threads: frozenset[str] = frozenset()
    all_deals: bool = False

    def __bool__(self) -> bool:
        return bool(self.threads) or self.all_deals


def unjudged(tx: Transaction) -> Unjudged:
    """What came since the last note, also where another command has pulled it, or one that didn't get to its end."""
    noted = tx.mirror.cursor(_NOBODY, _WHAT)
    if not noted:
        return Unjudged(all_deals=True)
    message, event = map(int, noted.split())
    seen = tx.mirror.newest_keys()
    if seen[0] < message or seen[1] != event:  # pulled anew, or a calendar that changed
        return Unjudged(all_deals=True)
    return Unjudged(frozenset(tx.mirror.threads_above(message)))


def note(store: Store, seen: Seen) -> None:
    """All up to there was judged."""
    with store.write() as tx:
        tx.mirror.set_cursor(_NOBODY, _WHAT, f"{seen[0]} {seen[1]}")


def forget(tx: Transaction) -> None:
    """Nothing counts as judged any more: the next look judges every deal."""
    tx.mirror.set_cursor(_NOBODY, _WHAT, "")
