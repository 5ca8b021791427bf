"""E5.86, E9.122, E9.123, E9.124: a wrong clock or a sleeping computer, a provider that is down, two at once, an old
store."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine

import assistant
from assistant.domain.draft import ItemKind, ItemState
from assistant.errors import RefusedError
from assistant.store import Store, schema
from assistant.workflows import review
from assistant.workflows.due import DAILY, WATCH
from tests.workflows.days import BY_DAY, Days
from tests.workflows.world import BERLIN, INES, PASSIVE, QUESTION, REP, World, built

ROOT = Path(assistant.__file__).parents[1]
SEVEN = datetime(2026, 3, 4, 7, 0, tzinfo=BERLIN)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Nine deals, each with a passive last move, before seven on a Wednesday."""
    with contextmanager(built)(tmp_path / "world", extra=BY_DAY) as made:
        made.deal()
        made.passive()
        for number in range(8):
            name, domain = f"deal{number}", f"company{number}.example"
            made.deal(name, domains=(domain,), contacts=(f"Person {number} <p@{domain}>",))
            made.passive(f"Person {number} <p@{domain}>", subject=f"Planning {number}")
        made.now = SEVEN - timedelta(hours=1)
        yield made


def words_of(world: World, now: datetime, *args: str) -> list[str]:
    clock = ["-c", str(world.config.path), "--now", now.isoformat()]
    return [sys.executable, "-m", "assistant", *clock, *args]


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    out: str
    err: str


def command(world: World, now: datetime, *args: str) -> Ended:
    done = subprocess.run(
        words_of(world, now, *args), cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def drafts(world: World) -> set[tuple[str, str]]:
    return {(item.deal_id, item.key) for item in world.items(ItemState.OPEN) if item.kind is ItemKind.DRAFT}


@pytest.mark.parametrize(
    "looks",
    [
        ["2026-03-04T10:40"],
        ["2026-03-04T07:00", "2026-03-04T07:00", "2026-03-04T07:00"],
        ["2026-03-04T07:00", "2026-03-04T06:10", "2026-03-04T07:00", "2026-03-04T12:00"],
        ["2026-03-04T07:00", "2026-03-03T23:00", "2026-03-04T12:00"],
    ],
    ids=["slept through seven", "run three times", "an hour set back", "a night set back"],
)
def test_e5_86_the_queue_of_a_day_is_the_same_whatever_the_clock_did(world: World, looks: list[str]) -> None:
    walked = Days(world)
    for look in looks:
        walked.tick(datetime.fromisoformat(look).replace(tzinfo=BERLIN))
    assert len(drafts(world)) == 9
    assert {item.deal_id for item in world.items()} == {"harbour", *(f"deal{number}" for number in range(8))}


def test_e5_86_a_clock_that_ran_a_year_ahead_for_a_while_loses_nothing(world: World) -> None:
    walked = Days(world)
    walked.tick(SEVEN)
    walked.tick(SEVEN.replace(year=2027))
    walked.tick(SEVEN + timedelta(hours=5))
    assert len(drafts(world)) == world.config.queue_size == 7
    walked.until(SEVEN + timedelta(days=1, hours=1))
    with world.store.read() as tx:
        assert tx.mirror.counts().messages == 18


def test_e5_86_a_run_by_hand_beside_it_adds_nothing(world: World) -> None:
    Days(world).tick(SEVEN)
    before = drafts(world)
    world.run()
    assert drafts(world) == before


def test_e5_86_a_week_off_brings_one_morning_and_the_few_that_matter_most(world: World) -> None:
    walked = Days(world)
    with world.store.write() as tx:
        tx.routines.plan(DAILY, "", "x", SEVEN)
        tx.routines.note(DAILY, "", SEVEN - timedelta(days=8), None)
    walked.sleep(datetime(2026, 3, 11, 14, 0, tzinfo=BERLIN))
    walked.tick()
    assert walked.of(DAILY) == ["Wed 11 14:00"]
    assert len(drafts(world)) == world.config.queue_size == 7
    walked.until(datetime(2026, 3, 12, 12, 0, tzinfo=BERLIN))
    assert len(drafts(world)) == 7


def _down(world: World) -> None:
    world.work.mail.rename(world.work.root / "away")


def test_e9_122_yesterday_s_queue_can_be_read_under_an_honest_banner(world: World) -> None:
    Days(world).tick(SEVEN)
    _down(world)
    tomorrow = SEVEN + timedelta(days=1)
    Days(world).tick(tomorrow)
    told = command(world, tomorrow + timedelta(hours=1), "queue")
    assert told.code == 0
    assert "for today" in told.out
    assert "Account 'work' can't be read since 07:00." in told.err
    assert "What you see is as of Wed 4 Mar 07:00, and nothing is sent." in told.err
    assert "@" not in told.err


def test_e9_122_nothing_leaves_meanwhile(world: World) -> None:
    Days(world).tick(SEVEN)
    draft = world.draft()
    _down(world)
    with pytest.raises(RefusedError, match="can't be read afresh"):
        review.approve(world.desk, draft.id, SEVEN + timedelta(hours=1))
    assert world.item(draft.id).state is ItemState.OPEN


def test_e9_122_the_status_says_since_when_why_and_when_it_is_tried_again(world: World) -> None:
    Days(world).tick(SEVEN)
    _down(world)
    tomorrow = SEVEN + timedelta(days=1)
    Days(world).tick(tomorrow)
    told = command(world, tomorrow, "status").out
    assert "answers in 'work': last Wed 4 Mar 07:00, next 07:05" in told
    assert "failed since 07:00: " in told


def test_e9_122_once_it_is_back_the_banner_goes_and_the_morning_is_made_up_for(world: World) -> None:
    walked = Days(world)
    walked.tick(SEVEN)
    _down(world)
    tomorrow = SEVEN + timedelta(days=1)
    walked.until(tomorrow)
    (world.work.root / "away").rename(world.work.mail)
    world.work.deliver(INES, REP, QUESTION, tomorrow, reply_to="work2@post.example")
    walked.until(tomorrow + timedelta(minutes=5))
    assert walked.of(WATCH) == ["Thu 05 07:00", "Thu 05 07:05"]
    assert walked.of(DAILY)[-1] == "Thu 05 07:05"
    assert command(world, tomorrow + timedelta(hours=1), "queue").err == ""


def test_e9_123_of_two_processes_one_runs(world: World) -> None:
    both = [
        subprocess.Popen(
            words_of(world, SEVEN, "run-due"), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    said = [each.communicate(timeout=120) for each in both]
    assert [each.returncode for each in both] == [0, 0]
    ran = [line for out, _ in said for line in out.splitlines() if " daily: " in line and "waits" not in line]
    assert len(ran) == 1
    assert not any("Traceback" in err for _, err in said)
    assert len(drafts(world)) == 9


def test_e9_123_of_two_machines_without_a_common_lock_one_runs(world: World) -> None:
    lock = world.store.path.with_name("nextmove.db.lock")
    here, there = Days(world, who="here 1"), Days(world, who="there 2")
    world.now = SEVEN
    told: list[str] = []

    def meanwhile() -> bool:
        """In the middle of the pull the other machine asks as well."""
        if not told:
            told.append("asked")
            lock.unlink(missing_ok=True)
            told.extend(done.name for done in there.tick())
        return False

    here.tick(stop=lambda: here.row(DAILY).claimed_by is not None and meanwhile())
    assert here.of(DAILY) == ["Wed 04 07:00"]
    assert told[:1] == ["asked"]
    assert DAILY not in told
    assert len(drafts(world)) == 9


def test_e9_124_an_older_store_is_migrated_with_a_copy_and_its_days_begin(tmp_path: Path) -> None:
    with contextmanager(built)(tmp_path / "world", extra=BY_DAY) as world:
        world.deal()
        world.passive()
        path = world.store.path
        world.store.close()
        for file in path.parent.glob("nextmove.db*"):
            file.unlink()
        engine = create_engine(f"sqlite:///{path}")
        with engine.begin() as connection:
            schema.upgrade(connection, "v0004")
            connection.exec_driver_sql(
                "INSERT INTO deal (id, name, company, created, domains, contacts, stage, notes, extra, version) VALUES"
                " ('harbour', 'Harbour', 'Harbour', '2026-01-01T00:00:00+00:00', '[\"harbour.example\"]', '[]',"
                " 'before_yes', '', '[]', 1)"
            )
        engine.dispose()
        with Store.open(path) as world.store:
            assert path.with_name("nextmove.db.v0004.backup").exists()
            walked = Days(world)
            world.now = SEVEN
            walked.tick()
            assert walked.of(DAILY) == ["Wed 04 07:00"]
            assert world.draft().deal_id == "harbour"


def test_e9_124_a_store_of_a_newer_program_ends_the_days_with_its_cure(world: World) -> None:
    engine = create_engine(f"sqlite:///{world.store.path}")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'v9999'")
    engine.dispose()
    told = command(world, SEVEN, "run-due")
    assert told.code == 1
    assert "newer Nextmove" in told.err
    assert "Update Nextmove" in told.err
    assert PASSIVE not in told.err
