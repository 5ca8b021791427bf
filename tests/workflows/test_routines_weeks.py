"""Whole weeks that run by themselves: invites at their lead times, a report a week, holidays, summer time."""

from datetime import date, datetime

import pytest

from assistant.config import parse
from assistant.workflows import pausing
from assistant.workflows.due import DAILY, INVITES, WATCH, WEEKLY
from tests.workflows.conftest import Build
from tests.workflows.days import BY_DAY, Days
from tests.workflows.meetings import invites, planned
from tests.workflows.world import BERLIN, World

EARLY = '[serve]\nwatch = 0\nrun_at = "04:00"\n[report]\ndeliver = "off"\n'
"""So early that nobody wants mail yet."""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def placed(world: World) -> list[str]:
    with world.store.read() as tx:
        return [f"{invite.at.astimezone(BERLIN):%a %d %H:%M}" for invite in tx.invites.latest()]


def test_an_invite_goes_out_in_the_hours_of_the_day_on_which_its_time_has_come(build: Build) -> None:
    world = planned(build, extra=EARLY)
    walked = Days(world)
    walked.sleep(at("2026-03-23T16:00"))
    walked.until(at("2026-03-23T18:00"))
    assert placed(world) == []
    walked.until(at("2026-03-24T10:00"))
    assert placed(world) == ["Tue 24 09:00"]
    assert "Tue 24 09:00" in walked.of(INVITES)


def test_a_morning_inside_the_hours_sends_it_itself(build: Build) -> None:
    world = planned(build, extra=BY_DAY)
    walked = Days(world)
    walked.sleep(at("2026-03-23T16:00"))
    walked.until(at("2026-03-24T08:00"))
    assert placed(world) == ["Tue 24 07:00"]
    assert "1 placed in the calendar" in walked.words(DAILY)[-1]


def test_no_invite_goes_out_while_the_rep_is_away(build: Build) -> None:
    world = planned(build, extra=BY_DAY)
    walked = Days(world)
    walked.sleep(at("2026-03-20T16:00"))
    walked.until(at("2026-03-20T18:00"))
    pausing.pause(world.store, world.config, date(2026, 3, 27), world.now)
    walked.until(at("2026-03-26T18:00"))
    assert (placed(world), invites(world)) == ([], [])
    walked.until(at("2026-03-27T08:00"))
    assert len(placed(world)) == 1


def test_no_invite_goes_out_while_an_account_cannot_be_read(build: Build) -> None:
    world = planned(build, extra=EARLY)
    walked = Days(world)
    walked.sleep(at("2026-03-23T16:00"))
    walked.until(at("2026-03-23T18:00"))
    world.work.mail.rename(world.work.root / "away")
    walked.until(at("2026-03-24T10:00"))
    assert placed(world) == []
    (world.work.root / "away").rename(world.work.mail)
    walked.until(at("2026-03-24T13:00"))
    assert len(placed(world)) == 1


@pytest.fixture
def reporting(build: Build) -> Days:
    """The mornings and the report, from a Wednesday on."""
    world = build(extra="[serve]\nwatch = 0\n")
    world.deal()
    world.passive()
    world.now = at("2026-03-04T08:00")
    return Days(world)


def test_last_week_s_report_comes_on_monday_and_once(reporting: Days) -> None:
    reporting.until(at("2026-03-18T12:00"))
    assert reporting.of(WEEKLY) == ["Mon 09 07:00", "Mon 16 07:00"]
    assert reporting.words(WEEKLY)[0] == "the report of 2026-W10 lies in the Drafts of 'work'"
    assert len(reporting.world.work.draft_files()) == 2


def test_a_monday_that_was_slept_through_is_made_up_for_once(reporting: Days) -> None:
    reporting.until(at("2026-03-06T12:00"))
    reporting.sleep(at("2026-03-10T11:00"))
    reporting.until(at("2026-03-14T12:00"))
    assert reporting.of(WEEKLY) == ["Tue 10 11:00"]


def test_after_weeks_without_the_computer_there_is_one_report(reporting: Days) -> None:
    reporting.until(at("2026-03-09T12:00"))
    reporting.sleep(at("2026-04-01T11:00"))
    reporting.until(at("2026-04-02T12:00"))
    assert reporting.of(WEEKLY) == ["Mon 09 07:00", "Wed 01 11:00"]
    assert len(reporting.world.work.draft_files()) == 2


def test_a_vacation_brings_no_report_and_none_is_made_up_for(reporting: Days) -> None:
    reporting.until(at("2026-03-06T12:00"))
    pausing.pause(reporting.world.store, reporting.world.config, date(2026, 3, 18), reporting.world.now)
    reporting.until(at("2026-03-23T12:00"))
    assert reporting.of(WEEKLY) == ["Mon 23 07:00"]


def test_a_report_that_cannot_be_filed_is_tried_again(reporting: Days) -> None:
    reporting.until(at("2026-03-08T12:00"))
    box = reporting.world.work
    (box.mail / ".Drafts").rename(box.root / "drafts")
    (box.mail / ".Drafts").write_text("in the way", encoding="utf-8")
    reporting.until(at("2026-03-09T07:00"))
    row = reporting.row(WEEKLY)
    assert (row.failures, row.next_due) == (1, at("2026-03-09T07:05"))
    assert "It's tried again at 07:05." in reporting.words(WEEKLY)[0]
    (box.mail / ".Drafts").unlink()
    (box.root / "drafts").rename(box.mail / ".Drafts")
    reporting.until(at("2026-03-09T09:00"))
    assert reporting.words(WEEKLY)[-1].startswith("the report of 2026-W10")
    assert len(box.draft_files()) == 1


def test_weeks_with_easter_and_summer_time_run_without_a_gap_or_a_double(build: Build) -> None:
    world = build(extra=BY_DAY)
    text = world.config.path.read_text(encoding="utf-8").replace("[rep]", '[rep]\ncountry = "DE"', 1)
    world.config = parse(text, world.config.path)
    world.now = at("2026-03-24T20:00")
    walked = Days(world)
    walked.tick()
    walked.until(at("2026-04-10T23:00"))
    mornings = [each.astimezone(BERLIN) for each, done in walked.log if done.name == DAILY][1:]
    expected = [f"{day:02}" for day in (25, 26, 27, 30, 31, 1, 2, 7, 8, 9, 10)]
    assert [f"{each:%d %H:%M}" for each in mornings] == [f"{day} 07:00" for day in expected]
    assert walked.of(WATCH) == []
