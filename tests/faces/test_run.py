"""`run`, `status` and the errors that every command shares."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import assistant
from tests.faces.conftest import Face, Say
from tests.workflows.world import QUESTION

ROOT = Path(assistant.__file__).parents[1]


def test_a_run_tells_what_it_did_and_ends_with_0(face: Face) -> None:
    told = face("run")
    assert told.code == 0
    assert "Read 2 new messages" in told.out
    assert "1 deals. Queue: 1 new" in told.out


def test_a_second_run_tells_that_nothing_is_new(face: Face) -> None:
    face("run")
    told = face("run")
    assert "No new mail" in told.out
    assert "0 new, 0 renewed, 0 withdrawn" in told.out


def test_a_run_for_programs_is_json(face: Face) -> None:
    told = face("run", "--json").json
    assert (told["sync"]["read"], told["deals"]) == (2, 1)
    assert [item["deal_id"] for item in told["changes"]["added"]] == ["harbour"]


def test_a_dry_run_changes_nothing(face: Face) -> None:
    before = face.world.dump(), face.world.files()
    told = face("run", "--dry-run")
    assert "A rehearsal: nothing was changed." in told.out
    assert "Queue: 1 new" in told.out
    assert (face.world.dump(), face.world.files()) == before


def test_a_run_on_an_empty_mailbox_is_calm(empty: Face) -> None:
    told = empty("run")
    assert (told.code, "0 deals" in told.out) == (0, True)


def test_what_could_not_be_read_is_named(face: Face) -> None:
    path = face.world.work.put(b"\x00\x01 nothing of a message\n")
    told = face("run")
    assert path.name.partition(":")[0] in told.out
    assert told.code == 0


def test_of_many_problems_the_rest_is_counted(face: Face) -> None:
    for _ in range(15):
        face.world.work.put(b"\x00\x01 nothing of a message\n")
    assert "and 5 more: nextmove status --problems" in face("run").out


def test_an_account_that_cannot_be_read_ends_the_run_with_5(face: Face) -> None:
    face.world.work.mail.rename(face.world.work.root / "elsewhere")
    told = face("run")
    assert told.code == 5
    assert "Account 'work' was left as it was" in told.out


def test_a_second_process_is_told_who_is_writing_and_ends_with_4(face: Face) -> None:
    with face.world.store.writer("run"):
        done = subprocess.run(
            [sys.executable, "-m", "assistant", "-c", str(face.world.config.path), "run"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 4
    assert "run (process" in done.stderr
    assert "Wait until it's done" in done.stderr
    assert "Traceback" not in done.stderr


def test_reading_the_queue_does_not_wait_for_a_writer(ready: Face) -> None:
    with ready.world.store.writer("run"):
        assert ready("queue").code == 0


def test_without_a_configuration_the_cure_is_how_to_write_one(say: Say) -> None:
    told = say("run")
    assert told.code == 3
    assert "nextmove config init" in told.err


def test_a_broken_configuration_names_every_problem_with_its_line(say: Say, tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text('[rep]\nname = "Noor"\nemial = "noor@brightlane.example"\n[queue]\nsize = 0\n', encoding="utf-8")
    told = say("-c", str(path), "run")
    assert told.code == 3
    for problem in ("line 3: rep.emial is unknown; did you mean email?", "line 5: queue.size", "no [[account]]"):
        assert problem in told.err


def test_a_store_that_is_none_is_named_with_a_cure(face: Face) -> None:
    face.world.store.close()
    face.world.config.store.write_bytes(b"this is no database at all, but a text that somebody put there" * 50)
    for beside in face.world.config.store.parent.glob("nextmove.db-*"):
        beside.unlink()
    told = face("queue")
    assert told.code == 1
    assert "is not a Nextmove store" in told.err


def test_an_error_is_one_line_without_a_traceback(empty: Face) -> None:
    told = empty("queue", "show", "99")
    assert told.code == 7
    assert told.err.startswith("nextmove: There is no item 99")
    assert "Traceback" not in told.err


def test_a_clock_that_cannot_be_read_is_a_wrong_command_line(say: Say) -> None:
    told = say("--now", "tomorrow", "queue")
    assert told.code == 2
    assert "write it like 2026-11-23" in told.err


def test_a_day_as_the_clock_is_the_start_of_its_working_day(face: Face) -> None:
    told = face.say("-c", str(face.world.config.path), "--now", "2026-03-04", "run")
    assert told.code == 0
    assert "Wednesday 4 March 2026" in face.say("-c", str(face.world.config.path), "--now", "2026-03-04", "queue").out


def test_the_clock_of_another_zone_is_turned_into_the_rep_s(face: Face) -> None:
    face("run")
    told = face.say("-c", str(face.world.config.path), "--now", "2026-03-04T23:30:00+00:00", "queue")
    assert "Thursday 5 March 2026" in told.out


def test_the_status_counts_what_is_held(ready: Face) -> None:
    told = ready("status").out
    assert "2 messages in 1 threads" in told


def test_the_status_for_programs_has_counts_and_problems(ready: Face) -> None:
    ready.world.work.put(b"\x00\x01 nothing of a message\n")
    ready.world.run(timedelta(hours=1))
    told = ready("status", "--json").json
    assert told["counts"]["messages"] == 2
    assert len(told["problems"]) == 1


def test_the_status_lists_every_problem_when_asked(ready: Face) -> None:
    for _ in range(12):
        ready.world.work.put(b"\x00\x01 nothing of a message\n")
    ready.world.run(timedelta(hours=1))
    assert ready("status", "--problems").out.count("work, INBOX/") == 12


def test_output_into_a_closed_pipe_ends_quietly(ready: Face) -> None:
    command = f"{sys.executable} -m assistant -c {ready.world.config.path} deals export | true"
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in done.stderr


def test_a_filed_draft_that_went_stale_is_told(ready: Face) -> None:
    ready("queue", "approve", "1")
    ready.world.answer("work3@post.example", QUESTION)
    assert "1 withdrawn" in ready("run").out
