"""One writer at a time across processes: a lock beside the store, and a note of who holds it."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from assistant.errors import BusyError, StoreError

WAIT_S: Final = 15
"""How long one waits for a holder who says to be brief."""

_GLANCE_S: Final = 1
"""How long somebody may hold the lock who only looks whether it's held."""


@contextmanager
def hold(store: Path, what: str, *, brief: bool = False) -> Iterator[None]:
    """Hold the store's lock while the block runs. The system frees the lock of a process that dies."""
    note = store.with_name(store.name + ".writer")
    lock = FileLock(store.with_name(store.name + ".lock"), timeout=0, mode=0o600)
    try:
        _acquire(lock, note)
    except Timeout as error:
        raise _busy(store, note, "writing to") from error
    except OSError as error:
        raise _unwritable(store, error) from error
    with _held(lock, note, what, brief=brief):
        yield


@contextmanager
def look_after(store: Path, what: str) -> Iterator[None]:
    """Be the one process that looks after the store for long, and lets others write meanwhile."""
    note = store.with_name(store.name + ".serving")
    lock = FileLock(store.with_name(store.name + ".serving.lock"), timeout=0, mode=0o600)
    try:
        lock.acquire(timeout=_GLANCE_S)
    except Timeout as error:
        raise _busy(store, note, "looking after") from error
    except OSError as error:
        raise _unwritable(store, error) from error
    with _held(lock, note, what):
        yield


def looked_after_by(store: Path) -> int | None:
    """The process that looks after the store just now; 0 where it can't be told which."""
    lock = FileLock(store.with_name(store.name + ".serving.lock"), timeout=0, mode=0o600)
    try:
        with lock:
            return None
    except Timeout:
        pass
    except OSError:
        return None  # where no lock can be taken, nobody has one
    try:
        return int(json.loads(store.with_name(store.name + ".serving").read_text(encoding="utf-8"))["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


@contextmanager
def _held(lock: FileLock, note: Path, what: str, *, brief: bool = False) -> Iterator[None]:
    try:
        try:
            note.write_text(json.dumps({"what": what, "pid": os.getpid(), "brief": brief}), encoding="utf-8")
        except OSError as error:
            raise _unwritable(note, error) from error
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def _acquire(lock: FileLock, note: Path) -> None:
    try:
        lock.acquire()
    except Timeout:
        if not _is_brief(note):
            raise
        lock.acquire(timeout=WAIT_S)


def _is_brief(note: Path) -> bool:
    try:
        return bool(json.loads(note.read_text(encoding="utf-8")).get("brief"))
    except (OSError, ValueError, AttributeError):
        return False


def _unwritable(store: Path, error: OSError) -> StoreError:
    cure = "Make room there, or give yourself the right to write there, and try again; nothing was lost."
    return StoreError(f"Nothing can be written in {store.parent}: {error.strerror or error}.", cure)


def _busy(store: Path, note: Path, does: str) -> BusyError:
    """The holder's note may be missing for a moment: between its taking of the lock and its writing."""
    try:
        holder = json.loads(note.read_text(encoding="utf-8"))
        since = datetime.fromtimestamp(note.stat().st_mtime, UTC).astimezone()
        fact = f"{holder['what']} (process {holder['pid']}) has been {does} {store} since {since:%H:%M:%S}."
        cure = f"Wait until it's done and try again, or end process {holder['pid']} if it hangs."
    except (OSError, ValueError, KeyError, TypeError):
        fact, cure = f"Another process is {does} {store}.", "Wait until it's done and try again."
    return BusyError(fact, cure)
