"""One writer at a time, across processes."""

import os
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from assistant.errors import BusyError
from assistant.store import Store

_ROOT = Path(__file__).parents[2]
_HOLDER = textwrap.dedent(
    """
    import sys
    from assistant.store import Store

    with Store.open(sys.argv[1]) as store, store.writer("nextmove run"):
        print("holding", flush=True)
        sys.stdin.readline()
    """
)


def _holder(path: Path) -> subprocess.Popen[str]:
    """Another process that holds the store until a line comes in."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=_ROOT,
        env=os.environ | {"PYTHONPATH": str(_ROOT)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "holding\n"
    return process


def test_the_second_process_is_told_who_is_writing(store: Store) -> None:
    with _holder(store.path) as other:
        with pytest.raises(BusyError, match=rf"nextmove run \(process {other.pid}\)"), store.writer("nextmove queue"):
            pass
        other.communicate("\n")
    with store.writer("nextmove queue"):
        pass


def test_a_holder_that_was_killed_holds_nothing(store: Store) -> None:
    with _holder(store.path) as other:
        other.kill()
        other.communicate()
    with store.writer("nextmove run"):
        pass


def test_reading_goes_on_while_another_writes(store: Store) -> None:
    with _holder(store.path) as other:
        with store.read() as tx:
            assert tx.ledger.deals() == []
        other.communicate("\n")


def test_a_holder_without_a_note_still_holds(store: Store) -> None:
    with store.writer("nextmove run"):
        store.path.with_name(store.path.name + ".writer").unlink()
        with pytest.raises(BusyError, match="Another process"), store.writer("nextmove queue"):
            pass


def test_the_note_goes_with_its_holder(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.writer("nextmove run"):
        raise ZeroDivisionError
    assert not store.path.with_name(store.path.name + ".writer").exists()


def test_for_one_who_is_brief_others_wait(store: Store) -> None:
    began = threading.Event()

    def briefly() -> None:
        with store.writer("watch by itself", brief=True):
            began.set()
            time.sleep(0.3)

    holder = threading.Thread(target=briefly)
    holder.start()
    began.wait(5)
    with store.writer("approve"):
        pass
    holder.join()


def test_one_looks_after_the_store_and_others_write_meanwhile(store: Store) -> None:
    with store.looked_after("serve"):
        with store.writer("approve"):
            pass
        with pytest.raises(BusyError, match=r"serve \(process \d+\) has been looking after"), store.looked_after("x"):
            pass
    with store.looked_after("serve"):
        pass
