"""Run as a process of its own: a morning's run that is killed at its Nth transaction, before or after the commit."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.config import load
from assistant.store import Store, Transaction
from assistant.workflows import daily
from tests.workflows.world import NOW, sources


def kill_at(nth: int, moment: str) -> Iterator[int]:
    """From now on the process is killed at its Nth transaction, "before" or "after" the commit; the numbers to come."""
    write, count = Store.write, iter(range(1, 10_000))

    @contextmanager
    def killing(store: Store) -> Iterator[Transaction]:
        last = next(count) == nth
        with write(store) as tx:
            yield tx
            if last and moment == "before":
                os.kill(os.getpid(), signal.SIGKILL)
        if last:
            os.kill(os.getpid(), signal.SIGKILL)

    Store.write = killing  # type: ignore[method-assign,assignment]
    return count


def main(path: Path, nth: int, moment: str) -> None:
    kill_at(nth, moment)
    config = load(path)
    with Store.open(config.store) as store:
        daily.run(sources(config), store, config, NOW)
    print("not killed")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
