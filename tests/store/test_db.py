"""The file: private, whole or not at all, and plain about what is wrong with it."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from assistant.errors import BusyError, StoreError
from assistant.store import Store, db
from tests.store.making import NOW, deal, incoming

_ROOT = Path(__file__).parents[2]


def test_a_new_store_is_the_users_alone(path: Path, store: Store) -> None:
    with store.write() as tx:
        tx.ledger.add_deal(deal())
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}


def test_a_store_that_others_could_read_is_closed_to_them(path: Path, store: Store) -> None:
    store.close()
    path.chmod(0o644)
    Store.open(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_was_written_is_there_again(path: Path, store: Store) -> None:
    with store.write() as tx:
        tx.ledger.add_deal(deal())
    store.close()
    with Store.open(str(path)) as again, again.read() as tx:
        assert [one.id for one in tx.ledger.deals()] == ["pine"]


def test_an_exception_keeps_nothing_of_its_transaction(store: Store) -> None:
    def half_a_decision() -> None:
        with store.write() as tx:
            tx.ledger.add_deal(deal())
            tx.mirror.add([incoming("a")])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_a_decision()
    with store.read() as tx:
        assert (tx.ledger.deals(), tx.mirror.counts().messages) == ([], 0)


def test_a_transaction_can_be_rolled_back_by_choice(store: Store) -> None:
    with store.write() as tx:
        tx.ledger.add_deal(deal())
        tx.roll_back()
        assert len(tx.ledger.deals()) == 1
    with store.read() as tx:
        assert tx.ledger.deals() == []


def test_a_read_sees_one_moment(store: Store) -> None:
    with store.read() as before:
        assert before.ledger.deals() == []
        with store.write() as tx:
            tx.ledger.add_deal(deal())
        assert before.ledger.deals() == []


def test_a_change_through_a_read_is_refused(store: Store) -> None:
    with pytest.raises(StoreError), store.read() as tx:
        tx.ledger.add_deal(deal())
    with store.write() as tx:
        tx.ledger.add_deal(deal())


def test_a_second_transaction_that_waits_too_long_says_who_is_busy(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "_PRAGMAS", ("busy_timeout=1",))
    with (
        Store.open(store.path) as other,
        store.write(),
        pytest.raises(BusyError, match="Another program"),
        other.write(),
    ):
        pass


def test_a_file_that_is_no_database_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("Dear diary, " * 99)
    with pytest.raises(StoreError, match="not a Nextmove store"):
        Store.open(path)
    assert path.read_text().startswith("Dear diary")


def test_the_database_of_another_program_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE songs (name TEXT)")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="another program"):
        Store.open(path)


def test_a_damaged_store_is_said_to_be_damaged(path: Path, store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add([incoming(f"m{n}", text="word " * 2_000) for n in range(50)])
    store.close()
    raw = bytearray(path.read_bytes())
    raw[4096:] = b"\xff" * (len(raw) - 4096)
    path.write_bytes(raw)
    with pytest.raises(StoreError, match="damaged"):
        Store.open(path)


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is a folder"):
        Store.open(tmp_path)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="can't be written"):
        Store.open(tmp_path / "file" / "nextmove.db")


def test_a_copy_holds_what_the_store_holds(store: Store, tmp_path: Path) -> None:
    with store.write() as tx:
        tx.ledger.add_deal(deal())
    store.copy_to(tmp_path / "copy.db")
    with Store.open(tmp_path / "copy.db") as copy, copy.read() as tx:
        assert [one.id for one in tx.ledger.deals()] == ["pine"]
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600


def test_a_process_that_is_killed_while_writing_leaves_nothing_half(path: Path, store: Store) -> None:
    program = textwrap.dedent(
        """
        import os, signal, sys
        from assistant.store import Store
        from tests.store.making import deal, incoming

        with Store.open(sys.argv[1]) as store, store.write() as tx:
            tx.ledger.add_deal(deal())
            tx.mirror.add([incoming(f"m{n}", text="word " * 9_000) for n in range(400)])
            os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    killed = subprocess.run(
        [sys.executable, "-c", program, str(path)], cwd=_ROOT, env=os.environ | {"PYTHONPATH": str(_ROOT)}, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    with store.write() as tx:
        assert (tx.ledger.deals(), tx.mirror.counts().messages) == ([], 0)
        tx.ledger.add_deal(deal(created=NOW))
