"""Migrations of the user's own work, and the mirror that is rebuilt."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, Table, create_engine
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from assistant.errors import StoreError
from assistant.store import Store, schema
from assistant.store.mirror import MIRROR
from assistant.store.tables import LEDGER
from tests.store.making import deal, decision, incoming

_ROOT = Path(__file__).parents[2]


def _engine(path: Path) -> Engine:
    return create_engine(f"sqlite:///{path}")


def _older(path: Path, revision: str) -> None:
    """A store as an earlier program left it: at this revision, with a deal in it."""
    path.parent.mkdir(mode=0o700)
    engine = _engine(path)
    with engine.begin() as connection:
        schema.upgrade(connection, revision)
        connection.exec_driver_sql(
            "INSERT INTO deal (id, name, company, created, domains, contacts, stage, notes, extra, version)"
            " VALUES ('elm', 'Elm', 'Elm', '2025-01-01T00:00:00+00:00', '[]', '[]', 'before_yes', '', '[]', 1)"
        )
    engine.dispose()


def _say_revision(path: Path, revision: str) -> None:
    engine = _engine(path)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = ?", (revision,))
    engine.dispose()


def _backups(path: Path) -> list[str]:
    return sorted(file.name for file in path.parent.glob("*.backup"))


def test_the_migrations_make_the_tables_that_the_code_uses(store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    engine = _engine(store.path)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, *_: not str(name).startswith("mirror_")}
        )
        differences = [change for change in compare_metadata(context, LEDGER) if "one_open_draft" not in str(change)]
    engine.dispose()
    assert differences == []


def test_an_empty_file_becomes_a_store_without_a_backup(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    with Store.open(path) as store, store.read() as tx:
        assert tx.ledger.deals() == []
    assert _backups(path) == []


def test_an_older_store_is_migrated_with_all_that_is_in_it(path: Path) -> None:
    _older(path, "v0001")
    with Store.open(path) as store, store.write() as tx:
        assert [one.id for one in tx.ledger.deals()] == ["elm"]
        assert tx.queue.items_of("elm") == []


def test_a_migration_keeps_a_copy_of_what_was(path: Path) -> None:
    _older(path, "v0001")
    Store.open(path).close()
    assert _backups(path) == ["nextmove.db.v0001.backup"]
    engine = _engine(path.parent / "nextmove.db.v0001.backup")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT id FROM deal").scalar() == "elm"
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "v0001"
    engine.dispose()


def test_an_earlier_copy_of_that_name_stays(path: Path) -> None:
    _older(path, "v0001")
    (path.parent / "nextmove.db.v0001.backup").write_text("the first")
    Store.open(path).close()
    assert _backups(path) == ["nextmove.db.v0001.2.backup", "nextmove.db.v0001.backup"]
    assert (path.parent / "nextmove.db.v0001.backup").read_text() == "the first"


def test_a_migration_that_fails_leaves_the_store_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _older(path, "v0001")
    upgrade = schema.upgrade

    def breaks(connection: Connection) -> None:
        upgrade(connection)
        raise ZeroDivisionError

    monkeypatch.setattr(schema, "upgrade", breaks)
    with pytest.raises(ZeroDivisionError):
        Store.open(path)
    engine = _engine(path)
    with engine.connect() as connection:
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "v0001"
    engine.dispose()
    assert "queue_item" not in tables


def test_a_store_of_a_newer_program_is_refused(path: Path, store: Store) -> None:
    store.close()
    _say_revision(path, "v9999")
    with pytest.raises(StoreError, match="newer Nextmove"):
        Store.open(path)
    assert _backups(path) == []


def test_a_mirror_of_another_version_is_rebuilt_and_the_rest_stays(
    path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.write() as tx:
        tx.ledger.add_deal(deal(decision=decision(5)))
        tx.mirror.add([incoming("a")])
        tx.mirror.set_cursor("work", "mail", "1")
    store.close()
    monkeypatch.setattr(schema, "MIRROR_VERSION", 99)
    with Store.open(path) as again, again.read() as tx:
        assert [one.id for one in tx.ledger.deals()] == ["pine"]
        assert (tx.mirror.counts().messages, tx.mirror.cursor("work", "mail")) == (0, None)


def test_opening_a_store_that_is_up_to_date_imports_no_alembic(store: Store) -> None:
    opening = "import sys; from assistant.store import Store; Store.open(sys.argv[1]).close()"
    program = f"{opening}; print('alembic' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", program, str(store.path)], cwd=_ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout == "False\n"


def test_opening_a_store_that_is_up_to_date_writes_nothing(path: Path, store: Store) -> None:
    store.close()
    before = path.read_bytes()
    Store.open(path).close()
    assert path.read_bytes() == before


def test_every_revision_follows_the_one_before() -> None:
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(Path(schema.__file__).parent / "migrations"))
    assert script.get_heads() == [schema.REVISION]


@pytest.mark.parametrize("table", [*LEDGER.sorted_tables, *MIRROR.sorted_tables], ids=lambda table: table.name)
def test_every_table_can_be_made_in_postgresql(table: Table) -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    assert f"CREATE TABLE {table.name} (" in str(CreateTable(table).compile(dialect=dialect))
