"""The two kinds of table: the mirror's, which are dropped and made anew, and the user's own, which migrate."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, Engine, MetaData, inspect, text

from assistant.errors import StoreError
from assistant.store.mirror import MIRROR, MIRROR_VERSION

if TYPE_CHECKING:
    from alembic.config import Config

REVISION: Final = "v0005"
"""The newest revision in `migrations`; Alembic is imported only where the file's differs."""


def bring_up_to_date(engine: Engine, path: Path) -> None:
    """Make, migrate or rebuild what differs. A migration keeps a copy of the file as it was."""
    with engine.connect() as connection:
        revision, mirror = _versions(connection, path)
    if (revision, mirror) == (REVISION, MIRROR_VERSION):
        return
    if revision is not None and revision != REVISION:
        _refuse_a_newer(revision, path)
        _back_up(path, revision)
    with engine.connect().execution_options(nextmove_mode="write") as connection, connection.begin():
        upgrade(connection)
        if _versions(connection, path)[1] != MIRROR_VERSION:
            _rebuild_mirror(connection)


def upgrade(connection: Connection, to: str = REVISION) -> None:
    """Run the revisions up to this one, on this connection, inside its transaction."""
    from alembic import command

    config = _alembic()
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _versions(connection: Connection, path: Path) -> tuple[str | None, int | None]:
    """The file's revision and its mirror's version, None for what isn't there yet.

    Raises StoreError for a database of another program.
    """
    tables = set(inspect(connection).get_table_names())
    if tables and "alembic_version" not in tables:
        raise StoreError(
            f"{path} is the database of another program.", "Set another [store] path; this file was left alone."
        )
    return (
        connection.scalar(text("SELECT version_num FROM alembic_version")) if tables else None,
        connection.scalar(text("SELECT version FROM mirror_version")) if "mirror_version" in tables else None,
    )


def _refuse_a_newer(revision: str, path: Path) -> None:
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory.from_config(_alembic()).walk_revisions()}
    if revision not in known:
        raise StoreError(
            f"{path} was written by a newer Nextmove (its revision is {revision}, this one knows {REVISION}).",
            "Update Nextmove, or set another [store] path.",
        )


def _alembic() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _back_up(path: Path, revision: str) -> None:
    """A whole copy beside the store, named after its revision; an earlier copy of that name stays."""
    stem = f"{path.name}.{revision}"
    names = (path.with_name(f"{stem}{number}.backup") for number in ("", *(f".{n}" for n in range(2, 1000))))
    copy(path, next(name for name in names if not name.exists()))


def copy(path: Path, to: Path) -> None:
    """All that is in the file at this moment, also what lies in its journal, into a new file."""
    to.touch(0o600, exist_ok=False)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


def _rebuild_mirror(connection: Connection) -> None:
    """Drop whatever an earlier version called its mirror; the next pull starts anew."""
    old = MetaData()
    old.reflect(connection, only=lambda name, _: name.startswith("mirror_"))
    old.drop_all(connection)
    MIRROR.create_all(connection)
    connection.execute(text("INSERT INTO mirror_version (version) VALUES (:v)"), {"v": MIRROR_VERSION})
