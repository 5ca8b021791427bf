"""The days by themselves: each thing once, at its time, whatever the computer, the clock and the accounts do."""

from datetime import datetime, timedelta

import pytest

from assistant.config import parse
from assistant.domain.draft import ItemState
from assistant.workflows import review
from assistant.workflows.daily import refresh
from assistant.workflows.due import DAILY, INVITES, WATCH, WEEKLY
from assistant.workflows.sync import pull
from tests.workflows.conftest import Build
from tests.workflows.days import BY_DAY, QUIET, Days
from tests.workflows.world import BERLIN, INES, NO, QUESTION, REP


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
def through_the_day(build: Build) -> Days:
    world = build(extra=QUIET)
    world.deal()
    world.passive()
    world.now = at("2026-03-02T06:00")
    return Days(world)


def test_a_week_has_five_mornings(mornings: Days) -> None:
    mornings.until(at("2026-03-09T06:59"))
    assert mornings.of(DAILY) == [f"{day} 07:00" for day in ("Mon 02", "Tue 03", "Wed 04", "Thu 05", "Fri 06")]


def test_the_morning_lays_out_the_queue(mornings: Days) -> None:
    mornings.until(at("2026-03-02T08:00"))
    assert mornings.world.draft().deal_id == "harbour"
    assert mornings.words(DAILY) == ["2 new messages; queue: 1 new, 0 renewed, 0 withdrawn"]


def test_holidays_and_closed_days_have_no_morning(build: Build) -> None:
    world = build(extra=BY_DAY)
    text = world.config.path.read_text(encoding="utf-8")
    closed = text.replace("[rep]", '[rep]\ncountry = "DE"\nclosed_days = ["2026-04-02"]')
    world.config = parse(closed, world.config.path)
    world.now = at("2026-03-31T12:00")
    walked = Days(world)
    walked.tick()
    walked.until(at("2026-04-08T12:00"))
    assert walked.of(DAILY) == ["Tue 31 12:00", "Wed 01 07:00", "Tue 07 07:00", "Wed 08 07:00"]


def test_a_morning_that_was_slept_through_is_made_up_for_once(mornings: Days) -> None:
    mornings.until(at("2026-03-02T08:00"))
    mornings.sleep(at("2026-03-03T10:20"))
    mornings.until(at("2026-03-04T06:00"))
    assert mornings.of(DAILY) == ["Mon 02 07:00", "Tue 03 10:20"]


def test_a_week_without_the_computer_is_made_up_for_once(mornings: Days) -> None:
    mornings.until(at("2026-03-02T08:00"))
    mornings.sleep(at("2026-03-11T15:00"))
    mornings.until(at("2026-03-12T08:00"))
    assert mornings.of(DAILY) == ["Mon 02 07:00", "Wed 11 15:00", "Thu 12 07:00"]


def test_a_friday_that_was_missed_is_not_made_up_for_on_saturday(mornings: Days) -> None:
    mornings.until(at("2026-03-05T08:00"))
    mornings.sleep(at("2026-03-07T11:00"))
    mornings.until(at("2026-03-09T08:00"))
    assert mornings.of(DAILY)[-2:] == ["Thu 05 07:00", "Mon 09 07:00"]


def test_asked_again_at_the_same_moment_nothing_is_due(mornings: Days) -> None:
    mornings.tick(at("2026-03-02T07:00"))
    assert mornings.tick() == []


def test_summer_time_changes_neither_the_hour_nor_the_number(mornings: Days) -> None:
    mornings.world.now = at("2026-03-27T06:00")
    mornings.until(at("2026-03-31T08:00"))
    assert mornings.of(DAILY) == ["Fri 27 07:00", "Mon 30 07:00", "Tue 31 07:00"]


@pytest.mark.parametrize("back", [timedelta(minutes=30), timedelta(hours=3), timedelta(hours=20)])
def test_a_clock_set_back_brings_no_second_morning(mornings: Days, back: timedelta) -> None:
    mornings.until(at("2026-03-03T07:10"))
    mornings.world.now -= back
    mornings.until(at("2026-03-04T06:00"))
    assert mornings.of(DAILY) == ["Mon 02 07:00", "Tue 03 07:00"]


def test_a_clock_that_ran_a_year_ahead_does_not_stop_the_days(mornings: Days) -> None:
    mornings.tick(at("2027-03-02T09:00"))
    mornings.world.now = at("2026-03-03T06:00")
    mornings.until(at("2026-03-04T08:00"))
    assert mornings.of(DAILY)[1:] == ["Tue 03 07:00", "Wed 04 07:00"]


def test_another_hour_in_the_configuration_counts_from_the_next_morning(mornings: Days) -> None:
    mornings.until(at("2026-03-02T08:00"))
    world = mornings.world
    text = world.config.path.read_text(encoding="utf-8").replace("watch = 0", 'watch = 0\nrun_at = "06:15"')
    world.config = parse(text, world.config.path)
    mornings.until(at("2026-03-03T08:00"))
    assert mornings.of(DAILY) == ["Mon 02 07:00", "Tue 03 06:15"]


def test_an_answer_withdraws_the_stale_draft_within_ten_minutes(through_the_day: Days) -> None:
    through_the_day.until(at("2026-03-02T11:00"))
    world = through_the_day.world
    draft = world.draft()
    world.work.deliver(INES, REP, NO, at("2026-03-02T11:03"), reply_to="work2@post.example")
    through_the_day.until(at("2026-03-02T11:12"))
    assert world.item(draft.id).state is ItemState.WITHDRAWN
    assert through_the_day.of(WATCH) == ["Mon 02 11:10"]


def test_a_filed_draft_leaves_the_drafts_folder_too(through_the_day: Days) -> None:
    through_the_day.until(at("2026-03-02T11:00"))
    world = through_the_day.world
    review.approve(world.desk, world.draft().id, world.now)
    assert len(world.work.draft_files()) == 1
    world.work.deliver(INES, REP, NO, at("2026-03-02T11:03"), reply_to="work2@post.example")
    through_the_day.until(at("2026-03-02T11:12"))
    assert world.work.draft_files() == []


def test_a_look_that_finds_nothing_says_nothing_and_judges_nothing(
    through_the_day: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    through_the_day.until(at("2026-03-02T10:55"))
    monkeypatch.setattr("assistant.workflows.watching.refresh", None)
    through_the_day.until(at("2026-03-02T12:00"))
    assert through_the_day.of(WATCH) == []
    assert through_the_day.row(WATCH, "work").failures == 0


def test_only_the_deal_that_was_answered_is_judged(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    world = build(extra=QUIET)
    world.deal()
    asked = world.passive()
    world.deal("quay", domains=("quayside.example",), contacts=("Tomas Brandl <tomas@quayside.example>",))
    world.passive("Tomas Brandl <tomas@quayside.example>", subject="Quay")
    world.now = at("2026-03-02T06:00")
    walked = Days(world)
    walked.until(at("2026-03-02T10:55"))
    judged: list[object] = []

    def noting(*args: object, **named: object) -> object:
        judged.append(named["only"])
        return refresh(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("assistant.workflows.watching.refresh", noting)
    world.work.deliver(INES, REP, QUESTION, at("2026-03-02T10:58"), reply_to=asked)
    world.work.deliver("Nobody <nobody@elsewhere.example>", REP, QUESTION, at("2026-03-02T11:20"), subject="x")
    walked.until(at("2026-03-02T12:00"))
    assert judged == [{"harbour"}]


def test_what_another_command_pulled_is_judged_with_the_next_look(through_the_day: Days) -> None:
    through_the_day.until(at("2026-03-02T11:00"))
    world = through_the_day.world
    draft = world.draft()
    world.work.deliver(INES, REP, NO, at("2026-03-02T11:03"), reply_to="work2@post.example")
    assert pull(world.sources, world.store, world.config, at("2026-03-02T11:05")).new == 1
    through_the_day.until(at("2026-03-02T11:12"))
    assert world.item(draft.id).state is ItemState.WITHDRAWN


def test_a_look_that_broke_off_after_its_pull_is_made_up_for(
    through_the_day: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    through_the_day.until(at("2026-03-02T11:00"))
    world = through_the_day.world
    draft = world.draft()
    world.work.deliver(INES, REP, NO, at("2026-03-02T11:03"), reply_to="work2@post.example")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("assistant.workflows.watching.settle", killed)
    with pytest.raises(KeyboardInterrupt):
        through_the_day.tick(at("2026-03-02T11:10"))
    monkeypatch.undo()
    through_the_day.tick(at("2026-03-02T11:11"))
    assert world.item(draft.id).state is ItemState.WITHDRAWN


def test_a_meeting_that_another_command_pulled_is_judged_too(through_the_day: Days) -> None:
    through_the_day.until(at("2026-03-02T11:00"))
    world = through_the_day.world
    draft = world.draft()
    world.work.meet("talk", at("2026-03-05T10:00"), "ines@harbour.example")
    pull(world.sources, world.store, world.config, at("2026-03-02T11:05"))
    through_the_day.until(at("2026-03-02T11:12"))
    assert world.item(draft.id).state is ItemState.WITHDRAWN


def test_a_fault_in_the_watch_is_told_and_tried_again(through_the_day: Days, monkeypatch: pytest.MonkeyPatch) -> None:
    through_the_day.until(at("2026-03-02T11:00"))

    def broken(*_: object, **__: object) -> None:
        raise ValueError("Zanthoxylum")

    monkeypatch.setattr("assistant.workflows.watching.pull", broken)
    (failed,) = through_the_day.tick(at("2026-03-02T11:10"))
    assert (failed.ok, "ValueError" in failed.words, "Zanthoxylum" in failed.words) == (False, True, False)
    assert through_the_day.row(WATCH, "work").next_due == at("2026-03-02T11:20")


def test_nobody_looks_for_answers_outside_the_hours(through_the_day: Days, monkeypatch: pytest.MonkeyPatch) -> None:
    through_the_day.until(at("2026-03-02T16:59"))
    monkeypatch.setattr("assistant.workflows.watching.pull", None)
    through_the_day.until(at("2026-03-03T06:59"))
    assert through_the_day.row(WATCH, "work").failures == 0


def test_invites_are_looked_after_each_hour_where_plans_schedule_themselves(build: Build) -> None:
    world = build(extra=f'[plan]\nschedule = "invite"\n{QUIET}')
    world.now = at("2026-03-02T06:00")
    walked = Days(world)
    walked.until(at("2026-03-02T09:30"))
    row = walked.row(INVITES)
    assert (row.ended, row.next_due) == (at("2026-03-02T09:00"), at("2026-03-02T10:00"))


def test_without_such_plans_nobody_looks_after_invites(mornings: Days) -> None:
    assert (INVITES, "") not in mornings.rows()
    assert (WEEKLY, "") not in mornings.rows()


def test_a_clock_set_back_does_not_delay_the_looks(through_the_day: Days) -> None:
    through_the_day.until(at("2026-03-02T14:00"))
    through_the_day.world.now = at("2026-03-02T11:00")
    through_the_day.tick()
    assert through_the_day.row(WATCH, "work").next_due == at("2026-03-02T11:10")


def test_the_queue_of_the_next_day_is_computed_from_facts_not_added_to(mornings: Days) -> None:
    mornings.until(at("2026-03-06T08:00"))
    assert len(mornings.world.items()) == 1
    assert len(mornings.of(DAILY)) == 5
