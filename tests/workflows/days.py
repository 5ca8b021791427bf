"""Days that run by themselves in a small world: a clock that jumps to what is due next, and a line for each thing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from assistant.store import Routine
from assistant.workflows.due import HOUSEKEEPING
from assistant.workflows.routines import Done, next_times, run_due
from tests.workflows.world import World

QUIET: Final = '[report]\ndeliver = "off"\n'
"""Without the weekly report."""
BY_DAY: Final = f"[serve]\nwatch = 0\n{QUIET}"
"""The mornings alone."""


@dataclass(slots=True)
class Days:
    """The days of a world, and what happened on them, each at its moment."""

    world: World
    who: str = "here 1"
    log: list[tuple[datetime, Done]] = field(default_factory=list)

    def tick(self, now: datetime | None = None, stop: Callable[[], bool] = lambda: False) -> list[Done]:
        """Do what is due now."""
        world = self.world
        world.now = now or world.now
        done = run_due(world.sources, world.store, world.config, world.now, who=self.who, stop=stop)
        self.log += [(world.now, each) for each in done]
        return done

    def until(self, end: datetime) -> None:
        """Let the alarm ring at each next time up to then; housekeeping is left out of it."""
        while (following := self._following()) is not None and following <= end:
            self.tick(following)
        self.world.now = end

    def sleep(self, until: datetime) -> None:
        """The computer sleeps: nobody looks."""
        self.world.now = until

    def _following(self) -> datetime | None:
        rows = [row for row in self.rows().values() if row.name != HOUSEKEEPING and row.next_due]
        times = [row.next_due for row in rows if row.next_due]
        soonest = min(times, default=None)
        return None if soonest is None else max(soonest, self.world.now).astimezone(self.world.config.zone)

    def rows(self) -> dict[tuple[str, str], Routine]:
        with self.world.store.read() as tx:
            return next_times(tx, self.world.config, self.world.now)

    def row(self, name: str, account: str = "") -> Routine:
        return self.rows()[name, account]

    def of(self, name: str) -> list[str]:
        """When something of that name was done, on the rep's clock."""
        zone = self.world.config.zone
        return [f"{at.astimezone(zone):%a %d %H:%M}" for at, done in self.log if done.name == name]

    def words(self, name: str) -> list[str]:
        return [done.words for _, done in self.log if done.name == name]
