"""Routines are rows: claimed by one, taken over after a lease, and honest about what failed."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import IntegrityError

from assistant.store import Pause, Routine, Store

NOW = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)
LEASE = timedelta(minutes=30)
LATER = NOW + timedelta(days=1)


def planned(store: Store, due: datetime | None = NOW) -> None:
    with store.write() as tx:
        tx.routines.plan("daily", "", "at seven", due)


def claim(store: Store, who: str, now: datetime = NOW) -> bool:
    with store.write() as tx:
        return tx.routines.claim("daily", "", who, now, LEASE)


def row(store: Store) -> Routine:
    with store.read() as tx:
        return tx.routines.routine("daily")


def test_one_that_nobody_has_seen_is_due_at_no_time(store: Store) -> None:
    assert row(store) == Routine("daily")
    assert not claim(store, "a")


def test_what_is_due_is_claimed_by_one(store: Store) -> None:
    planned(store)
    assert claim(store, "a")
    assert not claim(store, "b")


def test_what_is_not_due_yet_cannot_be_claimed(store: Store) -> None:
    planned(store, NOW + timedelta(microseconds=1))
    assert not claim(store, "a")
    planned(store, None)
    assert not claim(store, "a")


def test_a_claim_ends_with_its_lease_unless_it_is_renewed(store: Store) -> None:
    planned(store)
    claim(store, "a")
    with store.write() as tx:
        tx.routines.renew("a", NOW + timedelta(minutes=40))
    assert not claim(store, "b", NOW + timedelta(minutes=39))
    assert claim(store, "b", NOW + timedelta(minutes=40))


def test_a_claim_of_a_clock_that_ran_ahead_is_taken_over(store: Store) -> None:
    planned(store)
    claim(store, "a", NOW + timedelta(days=300))
    assert claim(store, "b")


def test_two_clocks_that_differ_a_little_do_not_take_from_each_other(store: Store) -> None:
    planned(store)
    claim(store, "a", NOW + timedelta(seconds=90))
    assert not claim(store, "b")


def test_who_lost_a_claim_changes_nothing_any_more(store: Store) -> None:
    planned(store)
    claim(store, "a")
    claim(store, "b", NOW + LEASE)
    with store.write() as tx:
        tx.routines.done("daily", "", "a", NOW, LATER)
        tx.routines.failed("daily", "", "a", NOW, LATER, "x")
    assert (row(store).claimed_by, row(store).ended, row(store).failures) == ("b", None, 0)


def test_failures_count_until_it_is_done(store: Store) -> None:
    planned(store)
    for minute in range(3):
        claim(store, "a", NOW + timedelta(minutes=minute))
        with store.write() as tx:
            at = NOW + timedelta(minutes=minute)
            tx.routines.failed("daily", "", "a", at, at, "It rained.")
    failing = row(store)
    assert (failing.failures, failing.failing_since, failing.why) == (3, NOW, "It rained.")
    claim(store, "a", LATER)
    with store.write() as tx:
        tx.routines.done("daily", "", "a", LATER, None, remaining=4)
    well = row(store)
    assert (well.failures, well.failing_since, well.why, well.remaining) == (0, None, "", 4)
    assert (well.began, well.ended, well.claimed_by) == (LATER, LATER, None)


def test_what_was_noted_twice_of_one_moment_counts_once(store: Store) -> None:
    with store.write() as tx:
        for moment in (NOW, NOW, LATER):
            noted = tx.routines.note("watch", "work", moment, "It's down.")
    assert (noted.failures, noted.failing_since) == (2, NOW)


def test_what_is_given_back_is_as_due_as_before(store: Store) -> None:
    planned(store)
    claim(store, "a")
    with store.write() as tx:
        tx.routines.release("a")
    assert claim(store, "b")


def test_claims_of_the_dead_are_freed(store: Store) -> None:
    planned(store)
    claim(store, "a")
    with store.write() as tx:
        assert tx.routines.release_dead(NOW + timedelta(minutes=29)) == 0
        assert tx.routines.release_dead(NOW + LEASE) == 1


def test_the_last_word_on_being_away_counts_and_the_others_stay(store: Store) -> None:
    with store.write() as tx:
        tx.routines.pause(NOW, date(2026, 3, 20))
        tx.routines.pause(LATER, None)
    with store.read() as tx:
        assert tx.routines.pauses() == [Pause(NOW, date(2026, 3, 20)), Pause(LATER, None)]


@pytest.mark.parametrize("change", ["UPDATE pause SET until = NULL", "DELETE FROM pause"])
def test_the_history_of_being_away_is_only_added_to(store: Store, path: Path, change: str) -> None:
    with store.write() as tx:
        tx.routines.pause(NOW, date(2026, 3, 20))
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection, pytest.raises(IntegrityError, match="stays in the history"):
        connection.exec_driver_sql(change)
    engine.dispose()
