"""Run as a process of its own: what is due, by a process that is killed at its Nth transaction, before or after the
commit."""

import os
import sys
from datetime import datetime
from pathlib import Path

from assistant.config import load
from assistant.store import Store
from assistant.workflows.routines import run_due
from tests.workflows.killed import kill_at
from tests.workflows.world import sources


def main(path: Path, now: datetime, nth: int, moment: str) -> None:
    count = kill_at(nth, moment)
    config = load(path)
    with Store.open(config.store) as store:
        done = run_due(sources(config), store, config, now, who=f"gone {os.getpid()}")
    print(f"not killed in {next(count) - 1}: {[each.name for each in done]}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
