"""A second process that reads ahead: the same messages in the same order, and none of it stays behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from providers.local import reader
from tests.contracts.caller import MailCaller
from tests.contracts.letters import letter
from tests.edges.systems import MaildirDisk

MANY = 1_300
"""More than two parts, so that the other process waits for somebody to take them."""

_PULLING = """
import subprocess, sys, time
from datetime import UTC
import providers
from providers.local import reader

made = []
class Noted(subprocess.Popen):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        made.append(self)

subprocess.Popen = Noted
reader.AHEAD_FROM = 1
batches = providers.mailbox("local", "work", {"mail": sys.argv[1]}, UTC).pull(None, lambda folder: {})
next(batches)
print(made[0].pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def system(tmp_path: Path) -> MaildirDisk:
    return MaildirDisk(tmp_path / "Maildir")


@pytest.fixture
def ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "AHEAD_FROM", 1)


@pytest.fixture
def others(monkeypatch: pytest.MonkeyPatch, ahead: None) -> list[subprocess.Popen[bytes]]:
    """The processes that are started."""
    started: list[subprocess.Popen[bytes]] = []

    class Noted(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Noted)
    return started


def pulled(system: MaildirDisk) -> tuple[list[str], list[str]]:
    """All that a pull brings, word for word, names of people and order included."""
    caller = MailCaller()
    caller.pull(system.open())
    return [repr(message) for message in caller.held.values()], [repr(problem) for problem in caller.problems]


def some(system: MaildirDisk) -> None:
    for number in range(5):
        system.deliver(letter(number))
    system.deliver(b"")
    system.deliver("From: Zoë <zoë@birch.example>\nSubject: Grüße\n\n\ud83d kaputt".encode("utf-8", "surrogatepass"))


def test_read_ahead_everything_is_as_read_here(system: MaildirDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    some(system)
    here = pulled(system)
    monkeypatch.setattr(reader, "AHEAD_FROM", 1)
    assert pulled(system) == here


def test_many_messages_are_read_by_one_other_process(
    system: MaildirDisk, others: list[subprocess.Popen[bytes]]
) -> None:
    some(system)
    pulled(system)
    assert len(others) == 1


def test_few_messages_are_read_here(system: MaildirDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    some(system)
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: pytest.fail("a process was started"))
    assert pulled(system)[0]


def test_where_no_process_can_be_started_all_is_read_here(
    system: MaildirDisk, ahead: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    some(system)
    here = pulled(system)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert pulled(system) == here


def test_where_the_other_process_dies_the_rest_is_read_here(
    system: MaildirDisk, others: list[subprocess.Popen[bytes]]
) -> None:
    for number in range(MANY):
        system.deliver(letter(number))
    caller = MailCaller()
    for batch in system.open().pull(None, caller.known):
        caller.take(batch)
        others[0].kill()
    assert len(caller.held) == MANY


def test_a_pull_that_is_broken_off_leaves_no_process(
    system: MaildirDisk, others: list[subprocess.Popen[bytes]]
) -> None:
    for number in range(MANY):
        system.deliver(letter(number))
    batches = system.open().pull(None, lambda _: {})
    next(iter(batches))
    del batches
    assert others[0].poll() is not None


def test_a_killed_run_leaves_no_process(system: MaildirDisk) -> None:
    for number in range(MANY):
        system.deliver(letter(number))
    with subprocess.Popen([sys.executable, "-c", _PULLING, str(system.root)], stdout=subprocess.PIPE) as pulling:
        assert pulling.stdout is not None
        other = int(pulling.stdout.readline())
        pulling.kill()
    assert _ends(other)


def _ends(pid: int) -> bool:
    """Whether it's gone within ten seconds; what isn't is killed."""
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{pid}/stat").exists() and ") Z " in Path(f"/proc/{pid}/stat").read_text():
            return True
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    return False
