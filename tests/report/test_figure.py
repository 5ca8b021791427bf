"""Weeks of ISO 8601, figures with their wholes, and hours that are working time."""

from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.workdays import Workdays, WorkingHours
from assistant.report import values
from assistant.report.facts_moves import working_hours
from assistant.report.figure import Figure, Week, counted
from tests.report.samples import some

BERLIN = ZoneInfo("Europe/Berlin")
HOURS = WorkingHours(BERLIN)


@given(st.dates(date(1970, 1, 5), date(2200, 1, 1)))
def test_a_week_is_found_again_by_its_name(day: date) -> None:
    week = Week.of(day)
    assert day in week
    assert Week.named(week.name) == week
    assert week.back(1).end == week.start
    assert week.last + timedelta(days=1) == week.end


def test_the_year_of_a_week_is_that_of_its_thursday() -> None:
    """E10.131"""
    assert Week.of(date(2027, 1, 3)).name == "2026-W53"
    assert Week.of(date(2024, 12, 30)).name == "2025-W01"


@pytest.mark.parametrize("name", ["2026-W54", "2026W47", "2026-47", "", "W47", "2026-W00", "x-Wy", "2025-W53"])
def test_what_names_no_week_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Week.named(name)


def test_a_week_has_an_hour_less_in_spring_and_one_more_in_autumn() -> None:
    """E10.131"""
    spring, autumn = Week.named("2026-W13"), Week.named("2026-W43")
    for week, hours in ((spring, 167), (autumn, 169)):
        length = week.until(BERLIN).astimezone(UTC) - week.since(BERLIN).astimezone(UTC)
        assert length == timedelta(hours=hours)


def test_a_part_of_few_has_no_share() -> None:
    assert counted("x", some("x", 2), of=4) == Figure("x", 2, 4, small=True, evidence=some("x", 2))
    assert counted("x", some("x", 2), of=4).part is None
    assert counted("x", some("x", 2), of=5).part == pytest.approx(0.4)
    assert counted("x", ()).part is None


def test_a_night_and_a_weekend_are_no_working_time() -> None:
    friday = datetime(2026, 3, 6, 16, 0, tzinfo=BERLIN)
    monday = datetime(2026, 3, 9, 10, 30, tzinfo=BERLIN)
    assert working_hours(friday, monday, HOURS, Workdays()) == pytest.approx(2.5)


def test_a_holiday_of_theirs_is_no_working_time() -> None:
    before = datetime(2026, 4, 2, 16, 0, tzinfo=BERLIN)
    after = datetime(2026, 4, 7, 10, 0, tzinfo=BERLIN)
    assert working_hours(before, after, HOURS, Workdays(("DE-BY",))) == pytest.approx(2)


def test_an_answer_at_night_took_what_was_left_of_the_day() -> None:
    asked = datetime(2026, 3, 5, 15, 0, tzinfo=BERLIN)
    assert working_hours(asked, asked + timedelta(hours=8), HOURS, Workdays()) == pytest.approx(2)


@given(st.integers(0, 60 * 24 * 330), st.integers(0, 60 * 24 * 20), st.integers(0, 5000))
def test_working_time_only_grows_and_adds_up(start: int, minutes: int, more: int) -> None:
    first = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=start)
    second = first + timedelta(minutes=minutes)
    third = second + timedelta(minutes=more)
    days = Workdays(("DE",))
    together = working_hours(first, second, HOURS, days) + working_hours(second, third, HOURS, days)
    assert together == pytest.approx(working_hours(first, third, HOURS, days))
    assert 0 <= together <= (third - first).total_seconds() / 3600 + 1e-9


def test_there_is_no_place_for_a_ranking_of_people() -> None:
    """E10.132"""
    names = {each.name for kind in vars(values).values() if _is_value(kind) for each in fields(kind)}
    never = ("rank", "score", "quota", "amount", "forecast", "target", "leader", "place", "grade", "revenue")
    assert not [name for name in names if any(word in name for word in never)]
    assert {each.name for each in fields(values.Contacted)} == {"name", "deal", "figure", "over"}
    assert not names & {"rep", "colleague", "person", "people_of_ours", "by_person", "by_rep"}


def _is_value(kind: Any) -> bool:
    return isinstance(kind, type) and is_dataclass(kind)
