"""Looking after the file: copies of the user's own work, and room that is given back."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

_MIRROR: Final = "mirror_"
_VERSION: Final = "mirror_version"
_LEAST_FREED: Final = 5_000
"""Free pages below which a file isn't worth writing anew."""
_PART_FREED: Final = 4
"""Written anew where at least one page in so many is free."""


def back_up(path: Path, to: Path) -> None:
    """Copy all but the mirror's rows into `to`: put in the store's place, the mail is pulled anew beside them."""
    part = to.with_name(f"{to.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        _copy(path, part)
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)


def _copy(path: Path, part: Path) -> None:
    with closing(sqlite3.connect(part, isolation_level=None)) as target:
        target.execute("ATTACH DATABASE ? AS store", (str(path),))
        target.execute("BEGIN")
        made = "SELECT type, name, sql FROM store.sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
        parts = list(target.execute(made))
        for kind, name, sql in parts:
            if kind == "table":
                target.execute(sql)
                if name == _VERSION or not name.startswith(_MIRROR):
                    target.execute(f'INSERT INTO main."{name}" SELECT * FROM store."{name}"')
        for kind, _, sql in parts:
            if kind != "table":
                target.execute(sql)
        target.execute("COMMIT")
        target.execute("DETACH DATABASE store")


def compact(path: Path) -> bool:
    """Let the database look after its statistics, and write it anew where much of it is empty; whether it was."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=5)) as connection:
        connection.execute("PRAGMA optimize")
        free, pages = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("freelist_count", "page_count"))
        emptied = free >= _LEAST_FREED and free * _PART_FREED >= pages
        if emptied:
            connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return bool(emptied)
