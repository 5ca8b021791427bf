"""When something is due, on the rep's clock, across changes to summer time, holidays, days off and a wrong clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.workdays import Workdays, WorkingHours
from assistant.workflows.due import Asked, At, Every, again
from tests.workflows.world import BERLIN

GERMAN = Workdays(("DE",), frozenset({date(2026, 12, 24)}))
MORNING = At(time(7), BERLIN, GERMAN)
MONDAYS = At(time(7), BERLIN, GERMAN, weekday=0)
HOURS = WorkingHours(BERLIN, time(9), time(17), frozenset({date(2026, 12, 31)}))
TENS = Every(10, HOURS, GERMAN)


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def test_the_morning_comes_on_each_working_day() -> None:
    assert MORNING.after(at("2026-11-27T07:00")) == at("2026-11-30T07:00")  # a Friday
    assert MORNING.after(at("2026-12-23T12:00")) == at("2026-12-28T07:00")  # a closed day, two holidays, a weekend


def test_a_first_morning_that_is_behind_is_due_today() -> None:
    assert MORNING.count(at("2026-11-25T10:00"), None) == at("2026-11-25T07:00")


def test_a_morning_that_was_done_is_not_counted_again() -> None:
    assert MORNING.count(at("2026-11-25T10:00"), at("2026-11-25T07:00")) == at("2026-11-26T07:00")


def test_a_missed_morning_is_made_up_for_on_working_days_only() -> None:
    assert MORNING.holds(at("2026-11-25T23:00"))
    assert not MORNING.holds(at("2026-11-28T10:00"))
    assert not MORNING.holds(at("2026-12-25T10:00"))


def test_a_morning_in_the_hour_that_summer_time_skips_comes_once_and_later() -> None:
    rule = At(time(2, 30), BERLIN)
    found = [at("2026-03-28T12:00")]
    for _ in range(3):
        found.append(rule.after(found[-1]) or found[-1])
    assert [f"{each.astimezone(BERLIN):%d %H:%M}" for each in found[1:]] == ["29 03:30", "30 02:30", "31 02:30"]


def test_a_morning_in_the_hour_that_comes_twice_comes_once() -> None:
    rule = At(time(2, 30), BERLIN)
    first = rule.after(at("2026-10-24T12:00"))
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert rule.after(first) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_the_report_comes_on_its_day_or_on_the_next_working_day() -> None:
    assert MONDAYS.after(at("2026-11-24T08:00")) == at("2026-11-30T07:00")
    assert MONDAYS.after(at("2026-03-31T08:00")) == at("2026-04-07T07:00")  # 6 April is Easter Monday


def test_a_report_on_fridays_that_is_a_holiday_comes_on_monday() -> None:
    fridays = At(time(7), BERLIN, GERMAN, weekday=4)
    assert fridays.after(at("2026-04-01T08:00")) == at("2026-04-07T07:00")  # Good Friday, then Easter Monday
    assert fridays.after(at("2026-04-07T08:00")) == at("2026-04-10T07:00")


def test_a_report_that_was_never_due_has_missed_nothing() -> None:
    assert MONDAYS.count(at("2026-11-25T10:00"), None) == at("2026-11-30T07:00")


def test_a_report_missed_this_week_is_still_due() -> None:
    assert MONDAYS.count(at("2026-11-25T10:00"), at("2026-11-16T07:00")) == at("2026-11-23T07:00")


def test_nothing_is_due_before_the_rep_is_back() -> None:
    away = At(time(7), BERLIN, GERMAN, since=date(2026, 12, 7))
    assert away.count(at("2026-11-25T10:00"), at("2026-11-25T07:00")) == at("2026-12-07T07:00")
    assert not away.holds(at("2026-12-04T10:00"))
    report = At(time(7), BERLIN, GERMAN, weekday=0, since=date(2026, 12, 9))
    assert report.count(at("2026-12-09T10:00"), at("2026-11-23T07:00")) == at("2026-12-14T07:00")


def test_answers_are_looked_for_in_the_working_hours() -> None:
    assert TENS.after(at("2026-11-25T09:00")) == at("2026-11-25T09:10")
    assert TENS.after(at("2026-11-25T16:55")) == at("2026-11-26T09:00")
    assert TENS.after(at("2026-11-27T16:55")) == at("2026-11-30T09:00")
    assert TENS.count(at("2026-11-25T11:11"), None) == at("2026-11-25T11:11")
    assert TENS.count(at("2026-11-25T06:00"), None) == at("2026-11-25T09:00")


def test_on_a_half_day_they_end_at_noon() -> None:
    assert TENS.after(at("2026-12-31T11:55")) == at("2027-01-04T09:00")


def test_outside_the_hours_a_look_is_not_made_up_for() -> None:
    assert TENS.holds(at("2026-11-25T12:00"))
    assert not TENS.holds(at("2026-11-25T18:00"))
    assert not TENS.holds(at("2026-11-28T12:00"))


def test_what_is_only_asked_for_is_due_at_no_time_of_its_own() -> None:
    assert Asked(TENS).count(at("2026-11-25T12:00"), None) is None
    assert Asked(TENS).after(at("2026-11-25T12:00")) is None
    assert Asked(TENS).holds(at("2026-11-25T12:00"))


@pytest.mark.parametrize(("failures", "minutes"), [(1, 5), (2, 10), (3, 20), (5, 80), (6, 120), (500, 120)])
def test_each_wait_is_twice_the_one_before_and_two_hours_at_most(failures: int, minutes: int) -> None:
    now = at("2026-11-25T12:00")
    assert again(now, failures) == now + timedelta(minutes=minutes)


def test_nothing_is_tried_more_often_than_it_is_looked_at() -> None:
    now = at("2026-11-25T12:00")
    assert again(now, 1, every=240) == now + timedelta(hours=4)


_ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"])
_INSTANTS = st.integers(0, 3 * 365 * 24 * 60).map(
    lambda each: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=each)
)


@given(_INSTANTS, _ZONES, st.times())
def test_the_next_time_is_ahead_and_there_is_one_a_day(now: datetime, zone: str, when: time) -> None:
    rule = At(when, ZoneInfo(zone))
    first = rule.after(now)
    assert first is not None
    assert now < first <= now + timedelta(days=2)
    second = rule.after(first)
    assert second is not None
    assert second.astimezone(rule.zone).date() - first.astimezone(rule.zone).date() == timedelta(days=1)


@given(_INSTANTS, _ZONES, st.integers(1, 240))
def test_a_look_is_always_inside_the_hours(now: datetime, zone: str, minutes: int) -> None:
    hours = WorkingHours(ZoneInfo(zone))
    rule = Every(minutes, hours, Workdays())
    found = rule.after(now)
    assert found is not None
    assert rule.holds(found)
    local = found.astimezone(hours.zone)
    assert local.weekday() < 5
    assert time(9) <= local.time() < time(17)
