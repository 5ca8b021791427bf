"""The store: one SQLite file, its transactions, and the errors that a user meets with it."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError

from assistant.errors import BusyError, NextmoveError, StoreError
from assistant.store import schema, upkeep
from assistant.store.acts import Acts
from assistant.store.audit import Audit
from assistant.store.effects import Effects
from assistant.store.history import History
from assistant.store.invites import Invites
from assistant.store.ledger import Ledger
from assistant.store.mirror import Mirror
from assistant.store.queue import Queue
from assistant.store.routines import Routines
from assistant.store.writer import hold, look_after, looked_after_by

BUSY_MS: Final = 5_000
"""How long a transaction waits for another one before it gives up."""

_LEAST_ROOM: Final = 1 << 18
_PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    f"busy_timeout={BUSY_MS}",
    "cache_size=-16000",
    "wal_autocheckpoint=4000",
    "temp_store=MEMORY",
)


class Transaction:
    """All of the store at one moment; what a write transaction changes becomes so all together, or not at all.

    `writes` says whether it can change anything.
    """

    __slots__ = (
        "acts",
        "audit",
        "effects",
        "history",
        "invites",
        "kept",
        "ledger",
        "mirror",
        "queue",
        "routines",
        "writes",
    )

    def __init__(self, connection: Connection, *, writes: bool) -> None:
        self.mirror = Mirror(connection)
        self.ledger = Ledger(connection)
        self.queue = Queue(connection)
        self.acts = Acts(connection)
        self.effects = Effects(connection)
        self.history = History(connection)
        self.invites = Invites(connection)
        self.audit = Audit(connection)
        self.routines = Routines(connection)
        self.kept = True
        self.writes = writes

    def roll_back(self) -> None:
        """Keep nothing of this transaction, once it ends: to see what would happen."""
        self.kept = False


class Store:
    """The mirror of mail and calendar, and the user's own work, in one file."""

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
        self._engine = engine

    @classmethod
    def open(cls, path: Path | str) -> Self:
        """Open the store, make it where there is none, and bring an older one up to date (a copy is kept).

        Raises StoreError where the file isn't a store, is newer than the program or can't be written.
        """
        path = Path(path).expanduser()
        _make_private(path)
        engine = _engine(path)
        try:
            with _explained(path):
                schema.bring_up_to_date(engine, path)
        except BaseException:
            engine.dispose()
            raise
        return cls(path, engine)

    def close(self) -> None:
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def copy_to(self, path: Path) -> None:
        """A whole copy of the store as it is now, in a file that isn't there yet."""
        with _explained(self.path):
            schema.copy(self.path, path)

    def back_up(self, to: Path) -> None:
        """The user's own work, without the mirror, as a store of its own; what lay in that place is replaced."""
        with _explained(self.path):
            upkeep.back_up(self.path, to)

    def compact(self) -> bool:
        """Give back to the disk what was freed, where that's much; whether it was."""
        with _explained(self.path):
            return upkeep.compact(self.path)

    def writer(self, what: str, *, brief: bool = False) -> AbstractContextManager[None]:
        """Be the one process that changes this store; BusyError says who else is, doing what, since when.

        For one who says to be `brief`, others wait a little.
        """
        return hold(self.path, what, brief=brief)

    def looked_after(self, what: str) -> AbstractContextManager[None]:
        """Be the one process that looks after this store for long; others may write meanwhile. Raises BusyError."""
        return look_after(self.path, what)

    def looked_after_by(self) -> int | None:
        """The process that does just now; 0 where it can't be told which."""
        return looked_after_by(self.path)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """One unchanging view of the store. A change through it is refused by the database."""
        with _explained(self.path), self._connect("read") as connection, connection.begin() as transaction:
            yield Transaction(connection, writes=False)
            transaction.rollback()

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """One decision: everything in it is kept, or nothing where it ends in an exception."""
        with _explained(self.path), self._connect("write") as connection, connection.begin() as transaction:
            tx = Transaction(connection, writes=True)
            yield tx
            if not tx.kept:
                transaction.rollback()

    def _connect(self, mode: str) -> Connection:
        return self._engine.connect().execution_options(nextmove_mode=mode)


def _make_private(path: Path) -> None:
    """A new folder is the user's alone (0700), and so is the file (0600), before anything is in it."""
    if path.is_dir():
        raise StoreError(f"{path} is a folder.", "Name a file in [store] path, such as nextmove.db.")
    try:
        if not path.parent.exists():
            path.parent.mkdir(parents=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.chmod(0o600)
    except OSError as error:
        raise StoreError(
            f"The store {path} can't be written: {error.strerror}.",
            "Give yourself the right to write there, or set another [store] path.",
        ) from error


def _engine(path: Path) -> Engine:
    engine = create_engine(URL.create("sqlite", database=str(path)))
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "checkin", _writable_again)
    return engine


def _set_up(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late for BEGIN IMMEDIATE
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get("nextmove_mode")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if mode == "write" else "BEGIN")
    if mode == "read":
        connection.exec_driver_sql("PRAGMA query_only=1")


def _writable_again(connection: Any, _record: object) -> None:
    if connection is not None:
        connection.execute("PRAGMA query_only=0")


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """What SQLite says of the file, in the user's words; an error of the program stays one."""
    try:
        yield
    except (DatabaseError, sqlite3.DatabaseError) as error:
        known = _explanation(path, str(getattr(error, "orig", error)).lower())
        if known is None:
            raise
        raise known from error


def _is_full(path: Path) -> bool:
    """Where not even the index of the log finds room, SQLite only says that it couldn't write."""
    try:
        return shutil.disk_usage(path.parent).free < _LEAST_ROOM
    except OSError:
        return False


def _explanation(path: Path, said: str) -> NextmoveError | None:
    if "not a database" in said:
        return StoreError(f"{path} is not a Nextmove store.", "Move the file away, or set another [store] path.")
    if "malformed" in said:
        return StoreError(
            f"The store {path} is damaged.",
            f"Put back the newest copy that lies beside it ({path.name}.*.backup), or start anew without it.",
        )
    if "locked" in said or "busy" in said:
        return BusyError(
            f"Another program has been writing to {path} for more than {BUSY_MS // 1000} seconds.",
            "Wait until it's done and try again.",
        )
    if "full" in said or ("disk i/o" in said and _is_full(path)):
        return StoreError(f"The disk of {path} is full.", "Make room and try again; nothing was lost.")
    if "readonly" in said or "unable to open" in said or "disk i/o" in said:
        return StoreError(
            f"The store {path} can't be read or written ({said}).",
            "Check the rights of the file and of its folder, and that the disk is there.",
        )
    return None
