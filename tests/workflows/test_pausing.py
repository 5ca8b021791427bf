"""Days away: nothing happens by itself, and on the return there is a short list."""

from datetime import date, datetime

import pytest

from assistant.config import parse
from assistant.domain.draft import ItemState, Purpose
from assistant.errors import InputError
from assistant.workflows import pausing, review
from assistant.workflows.due import DAILY, HOUSEKEEPING, WATCH
from tests.workflows.conftest import Build
from tests.workflows.days import BY_DAY, QUIET, Days
from tests.workflows.meetings import planned
from tests.workflows.world import BERLIN, INES, NO, NOW, QUESTION, REP, World, days

BACK = date(2026, 3, 16)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.fixture
def walked(build: Build) -> Days:
    """Somebody looks for answers every four hours."""
    return _begun(build, f"[serve]\nwatch = 240\n{QUIET}")


@pytest.fixture
def watched(build: Build) -> Days:
    """Somebody looks for answers every ten minutes."""
    return _begun(build, QUIET)


def _begun(build: Build, extra: str) -> Days:
    world = build(extra=extra)
    world.deal()
    world.passive()
    world.now = at("2026-03-02T06:00")
    return Days(world)


def away(walked: Days, until: date = BACK) -> None:
    pausing.pause(walked.world.store, walked.world.config, until, walked.world.now)


def test_while_the_rep_is_away_nothing_happens(walked: Days) -> None:
    walked.until(at("2026-03-02T18:00"))
    away(walked)
    before = len(walked.log)
    walked.until(at("2026-03-15T23:59"))
    assert [done for _, done in walked.log[before:] if done.name != HOUSEKEEPING] == []


def test_the_first_morning_back_comes_at_its_hour(walked: Days) -> None:
    walked.until(at("2026-03-02T18:00"))
    away(walked)
    walked.until(at("2026-03-16T07:30"))
    assert walked.of(DAILY) == ["Mon 02 07:00", "Mon 16 07:00"]


def test_a_return_on_a_weekend_waits_for_the_working_day(walked: Days) -> None:
    walked.until(at("2026-03-02T18:00"))
    away(walked, date(2026, 3, 14))
    walked.until(at("2026-03-16T07:30"))
    assert walked.of(DAILY)[1:] == ["Mon 16 07:00"]


def test_the_house_is_kept_meanwhile(walked: Days) -> None:
    walked.until(at("2026-03-02T18:00"))
    away(walked)
    walked.tick(at("2026-03-10T12:00"))
    assert walked.row(HOUSEKEEPING).ended == at("2026-03-10T12:00")
    assert walked.row(DAILY).next_due == at("2026-03-16T07:00")


def test_a_pause_that_ends_early_brings_the_day_s_queue_at_once(walked: Days) -> None:
    walked.until(at("2026-03-02T18:00"))
    away(walked)
    walked.world.now = at("2026-03-10T11:00")
    assert pausing.resume(walked.world.store, walked.world.config, walked.world.now)
    walked.until(at("2026-03-10T11:30"))
    assert walked.of(DAILY)[1:] == ["Tue 10 11:00"]
    assert not pausing.resume(walked.world.store, walked.world.config, walked.world.now)


def test_a_pause_on_a_day_that_has_had_its_morning_and_a_change_of_mind_bring_no_second_one(walked: Days) -> None:
    walked.until(at("2026-03-02T10:00"))
    away(walked)
    pausing.resume(walked.world.store, walked.world.config, walked.world.now)
    walked.until(at("2026-03-02T18:00"))
    assert walked.of(DAILY) == ["Mon 02 07:00"]


def test_a_day_that_is_not_ahead_is_refused(walked: Days) -> None:
    with pytest.raises(InputError, match="isn't ahead"):
        away(walked, date(2026, 3, 2))


def back_to_a_backlog(world: World) -> Days:
    """Two weeks away, in which five deals come to wait, until the first morning after; with a queue of two."""
    world.now = at("2026-03-02T06:00")
    walked = Days(world)
    walked.until(at("2026-03-02T08:00"))
    away(walked)
    for number in range(5):
        name, domain = f"deal{number}", f"company{number}.example"
        world.deal(name, domains=(domain,), contacts=(f"Person {number} <p@{domain}>",))
        world.passive(f"Person {number} <p@{domain}>", subject=f"Planning {number}")
    walked.until(at("2026-03-16T08:00"))
    assert len(world.items(ItemState.OPEN)) == 2
    return walked


def test_a_vacation_ends_with_a_short_list_and_the_rest_follows_day_by_day(build: Build) -> None:
    world = build(extra=BY_DAY)
    config = world.config.path.read_text(encoding="utf-8")
    world.config = parse(f"{config}\n[queue]\nsize = 2\nceiling = 3\n", world.config.path)
    walked = back_to_a_backlog(world)
    assert "3 more drafts wait for the days to come" in walked.words(DAILY)[-1]
    first = world.items(ItemState.OPEN)
    for item in first:
        with world.store.write() as tx:
            tx.queue.move(item.id, ItemState.DISMISSED, now=world.now, by="rep", version=item.version)
    walked.until(at("2026-03-17T08:00"))
    assert len(world.items(ItemState.OPEN)) == 2
    assert {item.id for item in world.items(ItemState.OPEN)}.isdisjoint(item.id for item in first)


def test_a_long_weekend_changes_nothing(build: Build) -> None:
    world = build(extra=f"{BY_DAY}[queue]\nsize = 1\n")
    world.now = at("2026-03-06T06:00")
    walked = Days(world)
    walked.until(at("2026-03-06T08:00"))
    away(walked, date(2026, 3, 10))
    for number in range(3):
        name, domain = f"deal{number}", f"company{number}.example"
        world.deal(name, domains=(domain,), contacts=(f"Person {number} <p@{domain}>",))
        world.passive(f"Person {number} <p@{domain}>", subject=f"Planning {number}")
    walked.until(at("2026-03-10T08:00"))
    assert len(world.items(ItemState.OPEN)) == 3


def test_what_they_asked_meanwhile_waits_for_the_return(walked: Days) -> None:
    walked.until(at("2026-03-02T18:00"))
    away(walked)
    stale = walked.world.draft()
    walked.until(at("2026-03-05T12:00"))
    walked.world.work.deliver(INES, REP, QUESTION, at("2026-03-05T12:01"), reply_to="work2@post.example")
    walked.until(at("2026-03-06T10:00"))
    assert walked.world.items(ItemState.OPEN) == []
    assert walked.world.item(stale.id).state is ItemState.WITHDRAWN
    walked.until(at("2026-03-16T08:00"))
    assert walked.world.draft().purpose is Purpose.ANSWER


@pytest.mark.parametrize("watch", [240, 0], ids=["watched", "once a morning"])
def test_a_no_withdraws_the_filed_draft_while_the_rep_is_away(build: Build, watch: int) -> None:
    world = build(extra=f"[serve]\nwatch = {watch}\n{QUIET}")
    world.deal()
    world.passive()
    world.now = at("2026-03-02T06:00")
    walked = Days(world)
    walked.until(at("2026-03-02T10:00"))
    review.approve(world.desk, world.draft().id, world.now)
    away(walked)
    walked.until(at("2026-03-05T08:30"))
    assert len(world.work.draft_files()) == 1
    world.work.deliver(INES, REP, NO, at("2026-03-05T08:40"), reply_to="work2@post.example")
    walked.until(at("2026-03-06T09:30"))
    assert world.work.draft_files() == []
    assert world.items(ItemState.OPEN) == []
    walked.until(at("2026-03-16T08:00"))
    assert world.draft().purpose is Purpose.GRACEFUL_EXIT


def test_without_a_watch_the_looks_of_the_days_away_end_with_them(build: Build) -> None:
    world = build(extra=BY_DAY)
    world.now = at("2026-03-02T06:00")
    walked = Days(world)
    walked.until(at("2026-03-02T10:00"))
    away(walked)
    assert walked.row(WATCH, "work").next_due == at("2026-03-03T07:00")
    walked.until(at("2026-03-16T08:00"))
    assert walked.row(WATCH, "work").next_due is None


def test_an_account_that_fails_while_the_rep_is_away_is_tried_again(watched: Days) -> None:
    watched.until(at("2026-03-02T08:00"))
    away(watched)
    box = watched.world.work
    box.mail.rename(box.root / "gone")
    watched.until(at("2026-03-02T09:25"))
    (box.root / "gone").rename(box.mail)
    assert watched.of(WATCH) == ["Mon 02 09:00", "Mon 02 09:10"]
    watched.until(at("2026-03-02T09:45"))
    assert watched.row(WATCH, "work").failures == 0


def test_what_came_in_an_hour_away_is_proposed_after_it(watched: Days) -> None:
    watched.until(at("2026-03-02T10:00"))
    away(watched)
    watched.world.work.deliver(INES, REP, QUESTION, at("2026-03-02T10:05"), reply_to="work2@post.example")
    watched.until(at("2026-03-02T10:30"))
    assert watched.world.items(ItemState.OPEN) == []
    pausing.resume(watched.world.store, watched.world.config, watched.world.now)
    watched.until(at("2026-03-02T10:45"))
    assert watched.world.draft().purpose is Purpose.ANSWER


def test_a_meeting_on_the_first_day_back_does_not_bring_the_backlog(build: Build) -> None:
    world = build(extra=f"[serve]\nwatch = 240\n{QUIET}[queue]\nsize = 2\n")
    walked = back_to_a_backlog(world)
    world.work.meet("dentist", at("2026-03-17T15:00"), "nobody@elsewhere.example")
    walked.until(at("2026-03-16T14:00"))
    assert len(world.items(ItemState.OPEN)) == 2


def test_a_run_by_hand_while_the_rep_is_away_sends_no_invite(build: Build) -> None:
    world = planned(build, extra=BY_DAY)
    world.now = at("2026-03-23T16:00")
    pausing.pause(world.store, world.config, date(2026, 3, 27), world.now)
    world.now = at("2026-03-24T10:00")
    world.run()
    with world.store.read() as tx:
        assert tx.invites.latest() == []
    pausing.resume(world.store, world.config, world.now)
    world.run()
    with world.store.read() as tx:
        assert len(tx.invites.latest()) == 1


def test_no_time_is_proposed_on_a_day_on_which_the_rep_is_away(walked: Days) -> None:
    walked.until(at("2026-03-02T10:00"))
    away(walked)
    walked.world.run()
    times = walked.world.draft().content.times  # type: ignore[union-attr]
    assert times
    assert all(date(2026, 3, 16) <= start.date() <= date(2026, 3, 25) for start, _ in times)


def test_a_day_years_ahead_is_taken_for_a_slip_of_the_pen(walked: Days) -> None:
    with pytest.raises(InputError, match="more than two years ahead"):
        away(walked, date(2062, 3, 16))


def test_the_last_word_on_the_return_counts(walked: Days) -> None:
    walked.until(at("2026-03-02T18:00"))
    away(walked)
    away(walked, date(2026, 3, 6))
    walked.until(at("2026-03-09T08:00"))
    assert walked.of(DAILY) == ["Mon 02 07:00", "Fri 06 07:00", "Mon 09 07:00"]


def test_the_days_away_are_known_for_the_report(walked: Days) -> None:
    store, config = walked.world.store, walked.world.config

    def told() -> list[tuple[date, date]]:
        with store.read() as tx:
            return pausing.days_away(tx, config.zone)

    pausing.pause(store, config, date(2026, 3, 16), NOW)
    pausing.pause(store, config, date(2026, 3, 20), NOW + days(2))
    assert told() == [(date(2026, 3, 4), date(2026, 3, 20))]
    pausing.resume(store, config, NOW + days(6))
    assert told() == [(date(2026, 3, 4), date(2026, 3, 10))]
    pausing.pause(store, config, date(2026, 4, 8), NOW + days(30))
    assert told() == [(date(2026, 3, 4), date(2026, 3, 10)), (date(2026, 4, 3), date(2026, 4, 8))]
