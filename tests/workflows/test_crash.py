"""A run that is killed at any moment, and run again, ends where an undisturbed one does."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

import assistant
from tests.workflows.conftest import Build
from tests.workflows.world import TOMAS, World

ROOT = Path(assistant.__file__).parents[1]


def filled(build: Build) -> World:
    world = build()
    world.deal()
    world.deal("quayside", domains=("quayside.example",), contacts=(TOMAS,))
    world.passive()
    world.passive(TOMAS, subject="Quayside")
    world.work.put(b"\x00\x01 nothing of a message\n")
    world.work.meet("talk", world.now, "boss@brightlane.example")
    return world


def killed(world: World, nth: int, moment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.workflows.killed", str(world.config.path), str(nth), moment]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def ending(world: World) -> object:
    with world.store.read() as tx:
        return world.dump(), tx.mirror.counts(), [(problem.where, problem.why) for problem in tx.mirror.problems()]


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_killed_run_repeated_ends_as_an_undisturbed_one(build: Build, nth: int, moment: str) -> None:
    disturbed, undisturbed = filled(build), filled(build)
    process = killed(disturbed, nth, moment)
    assert process.returncode == -signal.SIGKILL, process.stderr
    disturbed.run()
    undisturbed.run()
    assert ending(disturbed) == ending(undisturbed)
