"""Accounts that fail, processes that ask at once, and faults: nothing of it stops the days."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from assistant.domain.ports import MailBatch
from assistant.errors import StoreError
from assistant.store import Store
from assistant.workflows import routines
from assistant.workflows.due import DAILY, HOUSEKEEPING, WATCH
from assistant.workflows.reached import try_soon
from tests.workflows.conftest import Build
from tests.workflows.days import BY_DAY, QUIET, Days
from tests.workflows.world import BERLIN


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.fixture
def mornings(build: Build) -> Days:
    """Only the mornings, from a Monday before seven on."""
    world = build(extra=BY_DAY)
    world.deal()
    world.passive()
    world.now = at("2026-03-02T06:00")
    return Days(world)


@pytest.fixture
def two(build: Build) -> Days:
    """Two accounts: the deal's mail lies in the first."""
    world = build(extra=QUIET, accounts=("work", "home"))
    world.deal()
    world.passive()
    world.now = at("2026-03-02T06:00")
    return Days(world)


def _lost(walked: Days, number: int = 1) -> Callable[[], None]:
    """The account's mail can't be reached, until it's put back."""
    box = walked.world.accounts[number]
    away = box.root / "away"
    box.mail.rename(away)

    def back() -> None:
        if box.mail.exists():
            shutil.rmtree(box.mail)
        away.rename(box.mail)

    return back


def test_an_account_that_fails_does_not_hold_up_the_other(two: Days) -> None:
    _lost(two)
    two.until(at("2026-03-02T07:00"))
    assert two.world.draft().deal_id == "harbour"
    (failing,) = (done for _, done in two.log if not done.ok)
    assert (failing.name, failing.account) == (WATCH, "home")
    assert failing.words.endswith("It's tried again at 07:10.")


def test_an_account_that_fails_is_tried_again_with_longer_and_longer_waits(two: Days) -> None:
    two.until(at("2026-03-02T09:55"))
    _lost(two)
    two.until(at("2026-03-02T16:59"))
    hours = ["10:00", "10:10", "10:30", "11:10", "12:30", "14:30", "16:30"]
    assert two.of(WATCH) == [f"Mon 02 {hour}" for hour in hours]
    assert two.row(WATCH, "home").failures == 7
    assert two.row(WATCH, "work").failures == 0
    assert two.row(WATCH, "work").ended == at("2026-03-02T16:50")


def test_an_account_that_is_signed_in_to_again_is_tried_at_once(two: Days) -> None:
    two.until(at("2026-03-02T09:55"))
    back = _lost(two)
    two.until(at("2026-03-02T12:35"))
    back()
    try_soon(two.world.store, two.world.config, "home", two.world.now)
    two.until(at("2026-03-02T12:40"))
    assert two.row(WATCH, "home").failures == 0


def test_an_account_that_works_keeps_its_time(two: Days) -> None:
    two.until(at("2026-03-02T09:55"))
    before = two.row(WATCH, "home").next_due
    try_soon(two.world.store, two.world.config, "home", two.world.now)
    assert two.row(WATCH, "home").next_due == before


def test_an_account_that_is_back_makes_up_for_the_morning(two: Days) -> None:
    back = _lost(two, 0)
    two.until(at("2026-03-02T07:20"))
    assert two.world.items() == []
    back()
    two.until(at("2026-03-02T12:00"))
    assert two.world.draft().deal_id == "harbour"
    assert two.of(DAILY) == ["Mon 02 07:00", "Mon 02 07:30"]
    assert two.row(WATCH, "work").failures == 0


def test_a_failing_account_is_tried_again_without_a_watch_too(build: Build) -> None:
    world = build(extra=BY_DAY)
    world.deal()
    world.passive()
    world.now = at("2026-03-02T06:00")
    walked = Days(world)
    back = _lost(walked, 0)
    walked.until(at("2026-03-02T09:00"))
    back()
    walked.until(at("2026-03-02T17:00"))
    assert world.draft().deal_id == "harbour"
    assert walked.row(WATCH, "work").next_due is None


def test_two_processes_ask_at_once_and_one_runs(mornings: Days) -> None:
    other = Days(mornings.world, who="there 2")
    world = mornings.world
    world.now = at("2026-03-02T07:00")
    assert routines.due(world.store, world.config, world.now) == [(DAILY, ""), (HOUSEKEEPING, "")]
    with world.store.write() as tx:
        assert tx.routines.claim(DAILY, "", other.who, world.now, routines.LEASE)
    assert [done.name for done in mornings.tick()] == [HOUSEKEEPING]
    assert world.items() == []


def test_a_claim_that_died_is_taken_over_after_its_lease(mornings: Days) -> None:
    world = mornings.world
    world.now = at("2026-03-02T07:00")
    routines.due(world.store, world.config, world.now)
    with world.store.write() as tx:
        tx.routines.claim(DAILY, "", "gone 3", world.now, routines.LEASE)
    mornings.tick(at("2026-03-02T07:29"))
    assert mornings.of(DAILY) == []
    mornings.tick(at("2026-03-02T07:30"))
    assert mornings.of(DAILY) == ["Mon 02 07:30"]


def test_a_claim_of_our_own_that_was_never_given_back_stands_in_nobody_s_way(mornings: Days) -> None:
    world = mornings.world
    world.now = at("2026-03-02T07:00")
    routines.due(world.store, world.config, world.now)
    with world.store.write() as tx:
        assert tx.routines.claim(DAILY, "", mornings.who, world.now, routines.LEASE)
    mornings.tick(at("2026-03-02T07:01"))
    assert mornings.of(DAILY) == ["Mon 02 07:01"]


def test_what_the_system_says_is_told_without_an_address(mornings: Days, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "/mail/noor@brightlane.example/tmp/1")

    monkeypatch.setattr("assistant.workflows.daily.settle", full)
    (failed,) = (done for done in mornings.tick(at("2026-03-02T07:00")) if done.name == DAILY)
    assert failed.words.startswith("The system says: No space left on device ([address]).")
    assert mornings.row(DAILY).next_due == at("2026-03-02T07:05")


def test_while_somebody_writes_what_is_due_waits(mornings: Days, monkeypatch: pytest.MonkeyPatch) -> None:
    world = mornings.world
    world.now = at("2026-03-02T07:00")
    with world.store.writer("approve"):
        done = mornings.tick()
    assert [(each.name, each.waits) for each in done] == [(DAILY, True), (HOUSEKEEPING, True)]
    assert "approve" in done[0].words
    mornings.tick(at("2026-03-02T07:01"))
    assert mornings.of(DAILY)[-1] == "Mon 02 07:01"


def test_a_run_that_is_stopped_gives_back_what_it_claimed(mornings: Days) -> None:
    asked = iter([False, True])
    with pytest.raises(routines.Stopped):
        mornings.tick(at("2026-03-02T07:00"), stop=lambda: next(asked, True))
    with mornings.world.store.read() as tx:
        assert tx.routines.routine(DAILY).claimed_by is None
    mornings.tick(at("2026-03-02T07:05"))
    assert mornings.of(DAILY) == ["Mon 02 07:05"]


def test_who_works_for_long_keeps_the_claim(mornings: Days) -> None:
    world = mornings.world
    world.now = at("2026-03-02T07:00")
    late = at("2026-03-02T07:50")
    routines.run_due(world.sources, world.store, world.config, world.now, who="here 1", clock=lambda: late)
    assert mornings.row(DAILY).ended is not None
    working = routines._Working(
        world.sources, world.store, world.config, world.now, "here 1", lambda _: None, lambda: False, lambda: late
    )
    with world.store.write() as tx:
        tx.routines.plan(DAILY, "", "x", world.now)
        tx.routines.claim(DAILY, "", "here 1", world.now, routines.LEASE)
    working._progress("work", 1, None)
    with world.store.write() as tx:
        assert not tx.routines.claim(DAILY, "", "there 2", at("2026-03-02T08:10"), routines.LEASE)


def test_one_routine_that_fails_does_not_stop_the_others_and_is_tried_again(
    mornings: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise StoreError("The disk of the copy is full.", "Make room and try again.")

    monkeypatch.setattr(Store, "back_up", broken)
    mornings.tick(at("2026-03-02T07:00"))
    assert mornings.of(DAILY) == ["Mon 02 07:00"]
    row = mornings.row(HOUSEKEEPING)
    assert (row.failures, row.next_due) == (1, at("2026-03-02T07:05"))
    assert "Make room" in row.why
    monkeypatch.undo()
    mornings.tick(at("2026-03-02T07:05"))
    assert mornings.row(HOUSEKEEPING).failures == 0


def test_a_fault_of_the_program_names_its_place_and_nothing_that_a_mail_says(
    mornings: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("Zanthoxylum for ines@harbour.example")

    monkeypatch.setattr("assistant.workflows.daily.pull", broken)
    (failed,) = (done for done in mornings.tick(at("2026-03-02T07:00")) if done.name == DAILY)
    assert "ValueError at test_routines_trouble.py" in failed.words
    assert "Zanthoxylum" not in failed.words
    assert "harbour.example" not in failed.words


def test_a_fault_while_one_account_is_read_does_not_hold_up_the_other(
    two: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        account = "home"

        def pull(self, *_: object) -> Iterator[MailBatch]:
            yield from ()
            raise ValueError("Zanthoxylum")

    two.world.sources[1] = replace(two.world.sources[1], mailbox=Broken())
    two.until(at("2026-03-02T07:00"))
    assert two.world.draft().deal_id == "harbour"
    (failing,) = (done for _, done in two.log if not done.ok)
    assert (failing.account, "ValueError" in failing.words) == ("home", True)
    assert "Zanthoxylum" not in failing.words


def test_no_line_holds_an_address(two: Days) -> None:
    _lost(two)
    two.until(at("2026-03-03T12:00"))
    assert not any("@" in done.words for _, done in two.log)
