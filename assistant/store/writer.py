"""One writer at a time across processes: a lock beside the store, and a note of who holds it."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import BusyError


@contextmanager
def hold(store: Path, what: str) -> Iterator[None]:
    """Hold the store's lock while the block runs. The system frees the lock of a process that dies."""
    note = store.with_name(store.name + ".writer")
    lock = FileLock(store.with_name(store.name + ".lock"), timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout as error:
        raise _busy(store, note) from error
    try:
        note.write_text(json.dumps({"what": what, "pid": os.getpid()}), encoding="utf-8")
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def _busy(store: Path, note: Path) -> BusyError:
    """The holder's note may be missing for a moment: between its taking of the lock and its writing."""
    try:
        holder = json.loads(note.read_text(encoding="utf-8"))
        since = datetime.fromtimestamp(note.stat().st_mtime, UTC).astimezone()
        fact = f"{holder['what']} (process {holder['pid']}) has been writing to {store} since {since:%H:%M:%S}."
        cure = f"Wait until it's done and try again, or end process {holder['pid']} if it hangs."
    except (OSError, ValueError, KeyError, TypeError):
        fact, cure = f"Another process is writing to {store}.", "Wait until it's done and try again."
    return BusyError(fact, cure)
