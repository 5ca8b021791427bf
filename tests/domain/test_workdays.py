from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.workdays import Workdays, WorkingHours

FRIDAY, SATURDAY, MONDAY = date(2026, 9, 18), date(2026, 9, 19), date(2026, 9, 21)
ANY = Workdays()

_DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
_CALENDARS = st.sampled_from(
    [ANY, Workdays(("DE",)), Workdays(("DE-BY", "US")), Workdays(("EG",)), Workdays(closed=frozenset({MONDAY}))]
)


def test_without_a_country_saturday_and_sunday_are_the_weekend() -> None:
    week = [MONDAY + timedelta(days=n) for n in range(7)]
    assert [day in ANY for day in week] == [True] * 5 + [False] * 2


def test_a_public_holiday_is_no_working_day() -> None:
    assert date(2026, 12, 25) not in Workdays(("DE",))


def test_a_holiday_of_one_side_is_nobodys_working_day() -> None:
    assert date(2026, 11, 26) not in Workdays(("DE", "US"))


def test_a_holiday_of_a_subdivision_counts_there_only() -> None:
    epiphany = date(2026, 1, 6)
    assert epiphany not in Workdays(("DE-BY",))
    assert epiphany in Workdays(("DE-BE",))


def test_a_weekend_on_friday_and_saturday_is_kept() -> None:
    egypt = Workdays(("EG",))
    assert FRIDAY not in egypt
    assert date(2026, 9, 20) in egypt


def test_a_country_that_is_not_known_rests_on_saturday_and_sunday() -> None:
    nowhere = Workdays(("XX",))
    assert FRIDAY in nowhere
    assert SATURDAY not in nowhere


def test_a_closed_day_is_no_working_day() -> None:
    assert MONDAY not in Workdays(closed=frozenset({MONDAY}))


def test_the_working_day_after_friday_is_monday() -> None:
    assert ANY.add(FRIDAY, 1) == MONDAY


def test_the_working_day_before_monday_is_friday() -> None:
    assert ANY.add(MONDAY, -1) == FRIDAY


def test_nothing_added_to_a_saturday_is_the_saturday() -> None:
    assert ANY.add(SATURDAY, 0) == SATURDAY


def test_the_first_working_day_from_saturday_is_monday() -> None:
    assert ANY.first_from(SATURDAY) == MONDAY


def test_the_last_working_day_until_saturday_is_friday() -> None:
    assert ANY.last_until(SATURDAY) == FRIDAY


def test_from_friday_to_monday_one_working_day_passes() -> None:
    assert ANY.between(FRIDAY, MONDAY) == 1


def test_backward_the_count_is_negative() -> None:
    assert ANY.between(MONDAY, FRIDAY) == -1


def test_a_calendar_without_a_working_day_says_what_to_check() -> None:
    always = frozenset(MONDAY + timedelta(days=n) for n in range(4000))
    with pytest.raises(ValueError, match="closed"):
        Workdays(closed=always).first_from(MONDAY)


@given(_CALENDARS, _DAYS, st.integers(-60, 60).filter(bool))
def test_what_is_added_is_a_working_day(days: Workdays, day: date, count: int) -> None:
    assert days.add(day, count) in days


@given(_CALENDARS, _DAYS, st.integers(1, 60))
def test_from_a_working_day_as_many_days_pass_as_are_added(days: Workdays, day: date, count: int) -> None:
    start = days.first_from(day)
    assert days.between(start, days.add(start, count)) == count


@given(_CALENDARS, _DAYS, st.integers(1, 60))
def test_from_a_working_day_there_and_back_is_where_it_began(days: Workdays, day: date, count: int) -> None:
    start = days.first_from(day)
    assert days.add(days.add(start, count), -count) == start


@given(_CALENDARS, _DAYS, st.integers(-30, 30))
def test_adding_more_never_comes_earlier(days: Workdays, day: date, count: int) -> None:
    assert days.add(day, count) <= days.add(day, count + 1)


@given(_CALENDARS, _DAYS, st.integers(0, 60), st.integers(0, 60))
def test_counts_of_adjoining_ranges_add_up(days: Workdays, day: date, first: int, second: int) -> None:
    middle = day + timedelta(days=first)
    end = middle + timedelta(days=second)
    assert days.between(day, middle) + days.between(middle, end) == days.between(day, end)


def test_working_hours_are_on_the_wall_clock_of_their_zone() -> None:
    opens, closes = WorkingHours(ZoneInfo("America/New_York")).on(FRIDAY)
    assert (opens.astimezone(UTC).time(), closes.astimezone(UTC).time()) == (time(13), time(21))


def test_working_hours_keep_their_clock_when_the_offset_changes() -> None:
    berlin = WorkingHours(ZoneInfo("Europe/Berlin"))
    before, after = berlin.on(date(2026, 10, 23))[0], berlin.on(date(2026, 10, 26))[0]
    assert (before.astimezone(UTC).hour, after.astimezone(UTC).hour) == (7, 8)


@pytest.mark.parametrize(
    ("start", "end", "expected"), [(9, 17, (9, 12)), (7, 11, (7, 11)), (12, 18, (12, 12)), (13, 20, (13, 13))]
)
def test_on_a_half_day_work_ends_at_noon(start: int, end: int, expected: tuple[int, int]) -> None:
    hours = WorkingHours(ZoneInfo("Europe/Berlin"), time(start), time(end), frozenset({FRIDAY}))
    opens, closes = hours.on(FRIDAY)
    assert (opens.hour, closes.hour) == expected
    assert hours.on(MONDAY)[1].hour == end


def test_an_end_that_the_day_does_not_have_makes_no_longer_hours() -> None:
    """On 29 March 2026 the clock goes from 2:00 to 3:00."""
    berlin = ZoneInfo("Europe/Berlin")
    hours = WorkingHours(berlin, time(0), time(2, 30))
    assert hours.on(date(2026, 3, 29))[1] <= datetime(2026, 3, 29, 3, tzinfo=berlin)


def test_an_end_that_the_day_has_twice_is_the_first() -> None:
    closes = WorkingHours(ZoneInfo("Europe/Berlin"), time(0), time(2, 30)).on(date(2026, 10, 25))[1]
    assert closes.astimezone(UTC).time() == time(0, 30)


def test_days_of_rest_are_holidays_and_closed_days_and_no_weekends() -> None:
    days = Workdays(("DE",), frozenset({date(2026, 4, 7)}))
    assert days.rests(date(2026, 4, 1), date(2026, 4, 8)) == [date(2026, 4, 3), date(2026, 4, 6), date(2026, 4, 7)]


def test_a_weekend_that_lies_otherwise_is_no_day_of_rest() -> None:
    assert Workdays(("AE",)).rests(date(2026, 2, 2), date(2026, 2, 16)) == []


@given(_CALENDARS, _DAYS, st.integers(0, 60))
def test_nobody_works_on_a_day_of_rest(days: Workdays, start: date, count: int) -> None:
    assert not any(day in days for day in days.rests(start, start + timedelta(days=count)))
