"""One sign-in at Microsoft in several processes at once: the command line, the web page and the day's own runs."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from providers.microsoft.graph import SignInNeeded
from providers.microsoft.signin import MicrosoftSignIn
from tests.edges.microsoft_answers import answering, error
from tests.edges.microsoft_consent import consenting, held, inbox
from tests.servers.microsoft import MicrosoftPeer

PROGRAM = """
import json, sys, time
from pathlib import Path
from providers.microsoft.graph import Graph
settings, gate, times = json.loads(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
graph = Graph("work", settings)
print("ready", flush=True)
while not gate.exists():
    time.sleep(0.002)
for _ in range(times):
    assert graph.get("/mailFolders/inbox")["id"]
    graph = Graph("work", settings)
print("done", flush=True)
"""


@pytest.fixture
def settings(microsoft: MicrosoftPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setattr("keyring.core._keyring_backend", None)
    return microsoft.settings(calendars=["primary"])


class Programs:
    """Processes that wait for one another, then ask at once."""

    def __init__(self, settings: dict[str, Any], folder: Path, number: int, times: int = 1) -> None:
        self.gate = folder / f"gate-{time.monotonic_ns()}"
        asked = [json.dumps(settings), str(self.gate), str(times)]
        self.running = [
            subprocess.Popen(
                [sys.executable, "-c", PROGRAM, *asked],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env=os.environ.copy(),
                cwd=Path(__file__).parents[2],
            )
            for _ in range(number)
        ]
        for each in self.running:
            assert each.stdout is not None
            assert each.stdout.readline() == "ready\n"

    def go(self) -> None:
        self.gate.touch()

    def ended(self) -> list[tuple[int, str]]:
        ends = [(each, each.communicate(timeout=60)) for each in self.running]
        return [(each.returncode, error.strip().rpartition("\n")[2]) for each, (_, error) in ends]


def test_processes_that_find_the_token_run_out_renew_it_once(
    microsoft: MicrosoftPeer, settings: dict[str, Any], tmp_path: Path
) -> None:
    """A refresh token is good for one renewal: spent twice, the rep would have to sign in again."""
    way_in = MicrosoftSignIn("work", settings)
    way_in.sign_in(consenting(microsoft))
    for _ in range(2):
        microsoft.accounts.expire()
        logins = len(microsoft.calls("entra.token"))
        programs = Programs(settings, tmp_path, 3)
        programs.go()
        assert programs.ended() == [(0, "")] * 3
        assert len(microsoft.calls("entra.token")) == logins + 1
        assert microsoft.accounts.live == [held(way_in.access())["RefreshToken"]]


def test_a_process_that_is_killed_while_it_renews_stops_no_other(
    microsoft: MicrosoftPeer, settings: dict[str, Any], tmp_path: Path
) -> None:
    """Its lock goes with it. Entra gave it nothing yet, so that what is kept is still good."""
    way_in = MicrosoftSignIn("work", settings)
    way_in.sign_in(consenting(microsoft))
    microsoft.accounts.expire()
    first = Programs(settings, tmp_path, 1)
    microsoft.faults.call("entra.token", lambda: os.kill(first.running[0].pid, signal.SIGKILL))
    microsoft.faults.reset("entra.token")
    first.go()
    assert first.ended()[0][0] == -signal.SIGKILL
    second = Programs(settings, tmp_path, 2)
    second.go()
    assert second.ended() == [(0, "")] * 2
    assert inbox(settings)["id"]


def test_many_renewals_by_processes_leave_a_cache_that_can_be_read(
    microsoft: MicrosoftPeer, settings: dict[str, Any], tmp_path: Path
) -> None:
    way_in = MicrosoftSignIn("work", settings)
    way_in.sign_in(consenting(microsoft))
    for n in range(2):  # whoever meets both is let in by its third token
        microsoft.faults.call("mailFolders.get", microsoft.accounts.expire, skip=9 * n)
    programs = Programs(settings, tmp_path, 3, times=10)
    programs.go()
    assert programs.ended() == [(0, "")] * 3
    assert microsoft.accounts.live == [held(way_in.access())["RefreshToken"]]
    kept = [each for each in (tmp_path / "data").rglob("*") if each.is_file()]
    assert kept
    assert {each.stat().st_mode & 0o077 for each in kept} == {0}


def test_what_another_program_got_meanwhile_and_is_refused_too_is_renewed_once_more() -> None:
    tokens = {None: "tok-1", "tok-1": "another's", "another's": "tok-3", "tok-3": "tok-4"}
    out = error(401, "InvalidAuthenticationToken")
    graph, answers, _ = answering([out, out, (201, {"id": "m2"})], token=lambda refused, _claims: tokens[refused])
    assert graph.post("/messages", {}) == {"id": "m2"}
    assert len(answers.asked) == 3
    graph, answers, _ = answering([out] * 9, token=lambda refused, _claims: tokens[refused])
    with pytest.raises(SignInNeeded):
        graph.get("/messages")
    assert len(answers.asked) == 3
