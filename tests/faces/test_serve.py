"""`serve` and `run-due`: a line a thing done, one process at a time, a calm end."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from filelock import FileLock

from assistant import jobs
from assistant.app import opened
from assistant.workflows.routines import Done
from tests.faces.conftest import Face, Say
from tests.workflows.days import QUIET
from tests.workflows.world import BERLIN, built

ROOT = Path(jobs.__file__).parents[1]
SEVEN = datetime(2026, 3, 4, 7, 0, tzinfo=BERLIN)


@pytest.fixture
def face(say: Say, tmp_path: Path) -> Iterator[Face]:
    """One deal whose last move was passive, on a Wednesday; the weekly report is off."""
    with contextmanager(built)(tmp_path / "world", extra=QUIET) as world:
        world.deal()
        world.passive()
        yield Face(world, say)


def test_run_due_does_what_is_due_and_says_a_line_for_each(face: Face) -> None:
    told = face("run-due", now=SEVEN)
    assert told.code == 0
    first, second = told.out.splitlines()
    assert first == "2026-03-04 07:00 daily: 2 new messages; queue: 1 new, 0 renewed, 0 withdrawn"
    assert second.startswith("2026-03-04 07:00 housekeeping: a copy of your own work")


def test_run_due_says_nothing_where_nothing_is_due(face: Face) -> None:
    face("run-due", now=SEVEN)
    told = face("run-due", now=SEVEN)
    assert (told.code, told.out, told.err) == (0, "", "")


def test_run_due_ends_with_5_where_an_account_cannot_be_read(face: Face) -> None:
    face.world.work.mail.rename(face.world.work.root / "elsewhere")
    told = face("run-due", now=SEVEN)
    assert told.code == 5
    assert "watch work: " in told.err
    assert "It's tried again at 07:10." in told.err


def test_run_due_for_programs_is_json(face: Face) -> None:
    told = face("run-due", "--json", now=SEVEN).json
    assert [(each["name"], each["ok"]) for each in told] == [("daily", True), ("housekeeping", True)]


def test_run_due_waits_calmly_for_somebody_who_writes(face: Face) -> None:
    with face.world.store.writer("approve"):
        told = face("run-due", now=SEVEN)
    assert told.code == 0
    assert "daily: waits: approve (process" in told.out


@dataclass(slots=True)
class Ringing:
    """A bell that moves the clock to the times to which it's set, and ends the serving after the last of `looks`."""

    now: datetime
    end: datetime
    serving: jobs.Serving | None = None
    times: Mapping[str, datetime] = field(default_factory=dict)
    rung: int = 0

    def set(self, times: Mapping[str, datetime]) -> None:
        self.times = times

    def ring(self) -> None:
        self.rung += 1

    def wait(self) -> None:
        self.now = min(min(self.times.values()), self.end)
        if self.now >= self.end and self.serving:
            self.serving.end()


def serving(face: Face, end: datetime) -> tuple[list[tuple[datetime, Done]], list[str], jobs.Serving]:
    """A serving with a clock of its own, from seven on until the end; what it did, and what stood in its way."""
    bell = Ringing(SEVEN, end)
    done: list[tuple[datetime, Done]] = []
    trouble: list[str] = []
    made = jobs.Serving(
        lambda: opened(face.world.config.path),
        bell,
        lambda: bell.now,
        lambda each: done.append((bell.now, each)),
        trouble.append,
    )
    bell.serving = made
    return done, trouble, made


def test_serving_walks_from_due_to_due_without_polling(face: Face) -> None:
    done, trouble, made = serving(face, SEVEN + timedelta(days=2, hours=1))
    made.serve()
    mornings = [at.astimezone(BERLIN) for at, each in done if each.name == "daily"]
    assert mornings == [SEVEN, SEVEN + timedelta(days=1), SEVEN + timedelta(days=2)]
    assert trouble == []


def test_the_bell_is_set_to_times_ahead_only(face: Face) -> None:
    done, _, made = serving(face, SEVEN + timedelta(hours=1))
    with face.world.store.writer("approve"):
        made.look()
    bell = made._bell
    assert isinstance(bell, Ringing)
    assert all(at > SEVEN for at in bell.times.values())
    assert [each.waits for _, each in done] == [True, True]


def test_that_something_must_wait_is_told_once(face: Face) -> None:
    done, _, made = serving(face, SEVEN + timedelta(hours=1))
    with face.world.store.writer("approve"):
        for _ in range(3):
            made.look()
    assert [each.name for _, each in done] == ["daily", "housekeeping"]
    made.look()
    assert [each.waits for _, each in done] == [True, True, False, False]


def test_a_configuration_that_is_changed_counts_from_the_next_look(face: Face) -> None:
    _, _, made = serving(face, SEVEN + timedelta(hours=1))
    made.look()
    path = face.world.config.path
    path.write_text(path.read_text(encoding="utf-8") + '[serve]\nrun_at = "08:15"\n', encoding="utf-8")
    made.look()
    bell = made._bell
    assert isinstance(bell, Ringing)
    assert bell.times["daily "].astimezone(BERLIN) == SEVEN.replace(hour=8, minute=15)


def test_a_configuration_that_is_broken_meanwhile_is_told_once_and_ends_nothing(face: Face) -> None:
    done, trouble, made = serving(face, SEVEN + timedelta(hours=1))
    path = face.world.config.path
    right = path.read_text(encoding="utf-8")
    path.write_text("[rep]\n", encoding="utf-8")
    made.look()
    made.look()
    assert len(trouble) == 1
    assert "rep.name is missing" in trouble[0]
    path.write_text(right, encoding="utf-8")
    made.look()
    assert [each.name for _, each in done] == ["daily", "housekeeping"]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "No space left on device", "/data/nextmove.db"), "No space left on device (/data/nextmove.db)"),
        (ValueError("Zanthoxylum for ines@harbour.example"), "A fault of the program (ValueError at test_serve.py:"),
    ],
)
def test_what_ends_a_command_is_told_once_and_ends_nothing(
    face: Face, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    done, trouble, made = serving(face, SEVEN + timedelta(hours=1))

    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("assistant.jobs.run_due", broken)
    made.look()
    made.look()
    assert len(trouble) == 1
    assert words in trouble[0]
    assert "Zanthoxylum" not in trouble[0]
    monkeypatch.undo()
    made.look()
    assert [each.name for _, each in done] == ["daily", "housekeeping"]


def test_serving_with_a_clock_of_one_s_own_is_refused(face: Face) -> None:
    told = face("serve", now=SEVEN)
    assert told.code == 2
    assert "serve goes by the computer's clock" in told.err


def test_once_it_is_to_end_nothing_new_is_begun(face: Face) -> None:
    done, _, made = serving(face, SEVEN + timedelta(hours=1))
    made.end()
    made.look()
    assert done == []
    assert made.ending


def test_the_alarm_clock_rings_at_its_time_and_not_at_one_that_was_set_before() -> None:
    clock = jobs.AlarmClock()
    try:
        soon = datetime.now(UTC) + timedelta(seconds=0.2)
        clock.set({"daily ": soon + timedelta(hours=9), "watch work": soon})
        clock.set({"watch work": soon})
        began = time.monotonic()
        clock.wait()
        assert time.monotonic() - began < 10
        assert [job.id for job in clock._scheduler.get_jobs()] == []
    finally:
        clock.close()


def test_a_bell_that_was_rung_before_does_not_wait() -> None:
    clock = jobs.AlarmClock()
    try:
        clock.ring()
        clock.ring()
        began = time.monotonic()
        clock.wait()
        assert time.monotonic() - began < 5
    finally:
        clock.close()


def _hears_all() -> None:
    """Who runs the tests in the background may have it ignore what the terminal says; `serve` would keep to that."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


@contextmanager
def started(face: Face) -> Iterator[subprocess.Popen[str]]:
    """`serve` as a process, once it has said that it runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant", "-c", str(face.world.config.path), "serve"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        preexec_fn=_hears_all if os.name == "posix" else None,
    )
    try:
        assert process.stdout is not None
        assert "The days run by themselves from now on" in process.stdout.readline()
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_calmly(face: Face, number: signal.Signals) -> None:
    with started(face) as process:
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Ended; what was finished is kept." in out
    assert "Traceback" not in err
    with face.world.store.read() as tx:
        assert [row.claimed_by for row in tx.routines.all()] == [None] * len(tx.routines.all())


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signals")
def test_what_the_caller_ignores_stays_ignored() -> None:
    made = jobs.Serving(None, None, None, None, None)  # type: ignore[arg-type]
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup starts it
    try:
        with jobs.signals_end(made):
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_who_only_asks_who_looks_after_it_ends_nobody(face: Face) -> None:
    """While `status` looks whether the lock is held, it holds it for a moment."""
    lock = FileLock(face.world.store.path.with_name("nextmove.db.serving.lock"), thread_local=False)
    lock.acquire()
    freed = threading.Timer(0.3, lambda: lock.release(force=True))
    freed.start()
    with face.world.store.looked_after("serve"):
        assert face.world.store.looked_after_by() == os.getpid()
    freed.join()


def test_a_second_one_says_so_and_ends(face: Face) -> None:
    with started(face) as process:
        told = face.say("-c", str(face.world.config.path), "serve")
    assert told.code == 0
    assert f"serve (process {process.pid}) has been looking after" in told.out
    assert "One is enough, so this one ends." in told.out


def test_the_rep_approves_while_it_serves(face: Face) -> None:
    face("run")
    with started(face):
        told = face("queue", "approve", "1")
    assert told.code == 0


def test_the_status_shows_what_runs_by_itself(face: Face) -> None:
    face("run-due", now=SEVEN)
    told = face("status", now=SEVEN + timedelta(minutes=5)).out
    assert "the day's queue: last 07:00, next Thu 5 Mar 07:00" in told
    assert "answers in 'work': last 07:00, next 09:00" in told


def test_the_status_says_who_looks_after_it(face: Face) -> None:
    with started(face) as process:
        assert f"The days run by themselves (process {process.pid})." in face("status").out
        assert face("status", "--json").json["served_by"] == process.pid


def test_the_status_says_where_nobody_has_looked_for_long(face: Face) -> None:
    face("run-due", now=SEVEN)
    told = face("status", now=SEVEN + timedelta(hours=5)).out
    assert "Nobody has looked since 09:00: nextmove serve" in told


def test_the_status_says_where_nothing_ran_yet(face: Face) -> None:
    assert "Nothing runs by itself yet: nextmove serve" in face("status").out


def test_the_status_shows_what_fails_with_its_cure(face: Face) -> None:
    face.world.work.mail.rename(face.world.work.root / "elsewhere")
    face("run-due", now=SEVEN)
    face("run-due", now=SEVEN + timedelta(minutes=10))
    told = face("status", now=SEVEN + timedelta(minutes=11)).out
    assert "failed 2 times since 07:00: " in told
    assert "next 07:30" in told


def test_the_status_for_programs_has_the_routines(face: Face) -> None:
    face("run-due", now=SEVEN)
    told = face("status", "--json", now=SEVEN).json
    assert told["paused_until"] is None
    (daily,) = (each for each in told["routines"] if each["name"] == "daily")
    assert (daily["last"], daily["next"]) == ("2026-03-04T07:00:00+01:00", "2026-03-05T07:00:00+01:00")


def test_a_pause_is_told_by_the_status_and_ended_by_resume(face: Face) -> None:
    assert "you're back on Monday 16 March 2026" in face("pause", "--until", "2026-03-16").out
    assert "Paused: you're back on Mon 16 Mar 2026" in face("status").out
    assert face("status", "--json").json["paused_until"] == "2026-03-16"
    assert "Back: what is due comes with the next look." in face("resume").out
    assert "There was no pause." in face("resume").out


def test_a_run_by_hand_says_that_no_invite_goes_out_while_one_is_away(face: Face) -> None:
    face("pause", "--until", "2026-03-16")
    assert "You're away until Monday 16 March 2026, so no invite goes out." in face("run").out
    face("resume")
    assert "You're away" not in face("run").out


def test_a_pause_of_so_many_days_counts_today(face: Face) -> None:
    assert "back on Friday 6 March 2026" in face("pause", "--for", "2").out


@pytest.mark.parametrize("words", [(), ("--until", "2026-03-16", "--for", "3")])
def test_a_pause_needs_one_end(face: Face, words: tuple[str, ...]) -> None:
    assert face("pause", *words).code == 2


def test_a_pause_that_ends_today_is_refused(face: Face) -> None:
    told = face("pause", "--until", "2026-03-04")
    assert told.code == 2
    assert "isn't ahead" in told.err
