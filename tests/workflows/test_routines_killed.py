"""Days that are killed in the middle, whichever routine it was, end as undisturbed ones do: each thing once."""

import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import assistant
from tests.workflows.conftest import Build
from tests.workflows.days import Days
from tests.workflows.meetings import planned
from tests.workflows.world import BERLIN, World

ROOT = Path(assistant.__file__).parents[1]
AT = datetime(2026, 3, 24, 9, 0, tzinfo=BERLIN)
"""The morning, an invite, a look, the report and the house are due, after weeks without the computer."""


def killed(world: World, nth: int, moment: str) -> subprocess.CompletedProcess[str]:
    words = [str(world.config.path), AT.isoformat(), str(nth), moment]
    command = [sys.executable, "-m", "tests.workflows.killed_days", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signal")
@pytest.mark.parametrize(
    ("nth", "moment"), [(3, "after"), (8, "before"), (13, "after"), (17, "before"), (21, "after"), (24, "before")]
)
def test_what_a_killed_process_left_is_done_once_after_its_lease(build: Build, nth: int, moment: str) -> None:
    world = planned(build)
    walked = Days(world)
    walked.tick()
    process = killed(world, nth, moment)
    assert process.returncode == -signal.SIGKILL, process.stdout + process.stderr
    late = AT + timedelta(minutes=31)
    assert [done.words for done in walked.tick(late) if not done.ok] == []
    rows = walked.rows().values()
    assert all(row.ended is not None and row.ended >= AT and row.claimed_by is None for row in rows)
    assert all(row.next_due is not None and row.next_due > late for row in rows)
    subjects = sorted(str(mail["Subject"]) for mail in world.work.drafts())
    assert [subject.partition(":")[0] for subject in subjects] == ["Hands-on test", "Your week, 16 to 22 March 2026"]
    assert len(world.work.calendar_files()) == 1
    assert sorted((item.key, str(item.state)) for item in world.items()) == [
        ("harbour:follow_up:work3@post.example", "withdrawn"),
        ("harbour:invite:hands_on:2026-04-30:0", "sent"),
    ]
