"""The store stays small and safe: old mail goes, and the user's own work is copied."""

import sqlite3
from pathlib import Path

import pytest

from assistant.errors import StoreError
from assistant.store import Store
from assistant.workflows.housekeeping import backups, keep_house
from tests.workflows.conftest import Build
from tests.workflows.world import INES, NOW, QUESTION, REP, World, days


def copies(world: World) -> list[str]:
    return [path.name for _, path in backups(world.store.path)]


def test_mail_older_than_is_kept_goes_and_is_not_pulled_again(build: Build) -> None:
    world = build(extra="[privacy]\nmonths = 1")
    world.work.deliver(INES, REP, QUESTION, NOW - days(20))
    world.work.deliver(INES, REP, QUESTION, NOW - days(5), subject="Newer")
    world.run()
    assert "1 messages older than 1 months forgotten" in keep_house(world.store, world.config, NOW + days(15))
    report = world.run(days(15))
    with world.store.read() as tx:
        counts = tx.mirror.counts()
    assert (report.sync.read, counts.messages, counts.skipped) == (0, 1, 1)


def test_a_clock_that_runs_ahead_throws_nothing_away(build: Build) -> None:
    world = build(extra="[privacy]\nmonths = 2")
    for age in (25, 20, 0):
        world.work.deliver(INES, REP, QUESTION, NOW - days(age), subject=f"S{age}")
    world.run()
    assert "forgotten" not in keep_house(world.store, world.config, NOW + days(700))
    with world.store.read() as tx:
        assert tx.mirror.counts().messages == 3


def test_once_a_week_the_user_s_own_work_is_copied_and_three_copies_stay(world: World) -> None:
    world.run()
    for day in range(40):
        keep_house(world.store, world.config, NOW + days(day))
    names = [f"nextmove.db.2026-{each}.backup" for each in ("03-25", "04-01", "04-08")]
    assert copies(world) == names


def test_a_copy_of_a_clock_that_ran_ahead_neither_stops_the_copies_nor_multiplies_them(world: World) -> None:
    world.run()
    keep_house(world.store, world.config, NOW + days(1500))
    for day in range(20):
        keep_house(world.store, world.config, NOW + days(day))
    assert copies(world) == [f"nextmove.db.2026-03-{day}.backup" for day in ("04", "11", "18")]


def test_a_file_that_is_only_called_like_a_copy_stops_nothing(world: World) -> None:
    world.run()
    strange = world.store.path.with_name("nextmove.db.2026-13-45.backup")
    strange.touch()
    assert "kept as nextmove.db.2026-03-04.backup" in keep_house(world.store, world.config, NOW)
    assert strange.exists()


def test_a_copy_that_could_not_be_made_leaves_nothing_behind(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.run()

    def full(_path: Path, part: Path) -> None:
        part.write_bytes(b"half")
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("assistant.store.upkeep._copy", full)
    with pytest.raises(StoreError, match="is full"):
        keep_house(world.store, world.config, NOW)
    assert [path.name for path in world.store.path.parent.glob("*.part")] == []
    assert copies(world) == []


def test_a_copy_is_a_store_with_all_of_the_user_s_own_work_and_no_mail(world: World) -> None:
    world.run()
    keep_house(world.store, world.config, NOW)
    ((_, copy),) = backups(world.store.path)
    assert copy.stat().st_mode & 0o777 == 0o600
    assert QUESTION.splitlines()[2].encode() not in copy.read_bytes()
    with Store.open(copy) as again, again.read() as tx:
        assert [deal.id for deal in tx.ledger.deals()] == ["harbour"]
        assert len(tx.queue.items_of("harbour")) == 1
        assert tx.mirror.counts().messages == 0
        assert tx.mirror.cursor("work", "mail") is None
    assert len(list(copy.parent.glob("*.backup"))) == 1


def test_a_copy_put_in_the_store_s_place_takes_up_the_work(world: World) -> None:
    world.run()
    draft = world.draft()
    keep_house(world.store, world.config, NOW)
    ((_, copy),) = backups(world.store.path)
    world.store.close()
    for beside in world.store.path.parent.glob("nextmove.db-*"):
        beside.unlink()
    copy.replace(world.store.path)
    with Store.open(world.store.path) as again:
        world.store = again
        report = world.run(days(1))
        assert report.sync.new == 2
        assert [item.id for item in world.items()] == [draft.id]


def test_what_the_database_refuses_it_refuses_in_a_copy_too(world: World) -> None:
    world.run()
    keep_house(world.store, world.config, NOW)
    ((_, copy),) = backups(world.store.path)
    with sqlite3.connect(copy) as connection, sqlite3.connect(world.store.path) as store:
        listed = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
        assert list(connection.execute(listed)) == list(store.execute(listed))
    connection.close()
    store.close()


def test_a_file_that_is_mostly_empty_is_written_anew(build: Build) -> None:
    world = build(extra="[privacy]\nmonths = 1")
    for number in range(300):
        world.work.deliver(INES, REP, f"{number} {QUESTION * 1500}", NOW - days(20), subject=f"S{number}")
    world.run()
    with sqlite3.connect(world.store.path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    size = world.store.path.stat().st_size
    assert "the store made smaller" in keep_house(world.store, world.config, NOW + days(25))
    assert world.store.path.stat().st_size < size / 4


def test_the_second_time_there_is_nothing_to_do(world: World) -> None:
    world.run()
    keep_house(world.store, world.config, NOW)
    assert keep_house(world.store, world.config, NOW + days(1)) == ""


def test_accounts_that_are_no_longer_there_are_forgotten(world: World) -> None:
    world.run()
    with world.store.write() as tx:
        tx.routines.note("watch", "elsewhere", NOW, "It's gone.")
    keep_house(world.store, world.config, NOW)
    with world.store.read() as tx:
        assert [row.account for row in tx.routines.all()] == ["work"]
