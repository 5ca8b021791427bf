"""A first queue while the first mail of a mailbox still comes: it can take an hour, and the newest comes first."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from assistant.domain.draft import ItemState
from assistant.errors import ProviderError
from assistant.store import Store
from assistant.workflows.reconcile import Changes

_FIRST: Final = 2.0
"""Seconds until the first look; each wait is twice as long as the one before."""


@dataclass(slots=True)
class Looks:
    """Called when there is a little more mail: looks at what it means, now and then."""

    look: Callable[[], Changes]
    tell: Callable[[int], None]
    clock: Callable[[], float] = time.monotonic
    changes: Changes = field(default_factory=Changes)
    _wait: float = field(default_factory=lambda: _FIRST)
    _due: float = field(init=False)

    def __post_init__(self) -> None:
        self._due = self.clock() + self._wait

    def __call__(self) -> None:
        if self.clock() < self._due:
            return
        try:
            self.changes.follow(self.look())
        except ProviderError:
            pass  # the run's own look at its end says so
        else:
            self.tell(len(self.changes.added))
        self._wait *= 2
        self._due = self.clock() + self._wait

    def followed_by(self, last: Changes) -> Changes:
        """All that the run changed; what stopped it or waits is as the last look says."""
        self.changes.brake, self.changes.held_back = None, 0
        self.changes.follow(last)
        return self.changes


def looks(store: Store, look: Callable[[], Changes], tell: Callable[[int], None] | None) -> Looks | None:
    """None where nobody wants to know, or there has been a queue before: that one is better than half a new one."""
    if tell is None:
        return None
    with store.read() as tx:
        new = not tx.queue.items(tuple(ItemState))
    return Looks(look, tell) if new else None
