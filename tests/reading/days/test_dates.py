import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.days.dates import Mention, lengths, mentions

SENT = date(2026, 6, 3)
"""A Wednesday."""


def only(text: str, sent: date = SENT) -> Mention:
    found = mentions(text, sent)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("tomorrow", "2026-06-04"),
        ("the day after tomorrow", "2026-06-05"),
        ("on Thursday", "2026-06-04"),
        ("Wednesday", "2026-06-10"),
        ("Friday next week", "2026-06-12"),
        ("Tues of next week", "2026-06-09"),
        ("in two weeks", "2026-06-17"),
        ("ten days from today", "2026-06-13"),
        ("One week from today", "2026-06-10"),
        ("a week from Friday", "2026-06-12"),
        ("in three months", "2026-09-03"),
        ("by the 8th", "2026-06-08"),
        ("on the 2nd", "2026-07-02"),
        ("the 28th of this month", "2026-06-28"),
        ("12 June", "2026-06-12"),
        ("June 12th", "2026-06-12"),
        ("the 4th of July", "2026-07-04"),
        ("1 May", "2027-05-01"),
        ("Thursday, 26 November", "2026-11-26"),
        ("Friday the 13th of November", "2026-11-13"),
        ("3 March 2027", "2027-03-03"),
        ("2026-07-14", "2026-07-14"),
        ("12 May 1999", "1999-05-12"),
        ("12 May '99", "1999-05-12"),
        ("31-Dec-28", "2028-12-31"),
        ("end of Q3 2027", "2027-09-30"),
        ("week 27 of 2028, Tuesday", "2028-07-04"),
        ("10 June 1400 hrs", "2026-06-10"),
        ("10 June 0900", "2026-06-10"),
        ("June 8 2300 units", "2026-06-08"),
        ("by 10 June 2000 licences", "2026-06-10"),
        ("14/09/2026", "2026-09-14"),
        ("06.02.2027", "2027-02-06"),
        ("10/16", "2026-10-16"),
        ("24.6.", "2026-06-24"),
        ("end of June", "2026-06-30"),
        ("the end of the month", "2026-06-30"),
        ("end of next month", "2026-07-31"),
        ("end of the quarter", "2026-06-30"),
        ("end of Q3", "2026-09-30"),
        ("by year end", "2026-12-31"),
        ("before August is out", "2026-08-31"),
        ("when the quarter closes", "2026-06-30"),
        ("EOM", "2026-06-30"),
        ("week 27, Tuesday", "2026-06-30"),
        ("zum 3. Juli", "2026-07-03"),
        ("jusqu'au 3 juillet", "2026-07-03"),
        ("hasta el 3 de julio", "2026-07-03"),
    ],
)
def test_a_day_is_read_as_people_mean_it(text: str, day: str) -> None:
    mention = only(text)
    assert (mention.days.last.isoformat(), mention.vague) == (day, False)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("8-12 June", "2026-06-08", "2026-06-12"),
        ("from the 13th to the 24th of July", "2026-07-13", "2026-07-24"),
        ("between June 8 and June 12", "2026-06-08", "2026-06-12"),
        ("12/1-12/4", "2026-12-01", "2026-12-04"),
        ("KW 27", "2026-06-29", "2026-07-03"),
        ("KW 27/2027", "2027-07-05", "2027-07-09"),
        ("the week of 8 June 2027", "2027-06-07", "2027-06-11"),
        ("in September", "2026-09-01", "2026-09-30"),
        ("in Q4", "2026-10-01", "2026-12-31"),
        ("next week", "2026-06-08", "2026-06-12"),
        ("mid-July", "2026-07-11", "2026-07-20"),
        ("next year", "2027-01-01", "2027-12-31"),
        ("the week of 15 June", "2026-06-15", "2026-06-19"),
    ],
)
def test_a_range_of_days_keeps_both_ends(text: str, first: str, last: str) -> None:
    mention = only(text)
    assert (mention.days.start.isoformat(), mention.days.last.isoformat()) == (first, last)


@pytest.mark.parametrize("text", ["in September", "next quarter", "next week", "in Q4", "mid-July"])
def test_a_range_without_a_day_is_vague(text: str) -> None:
    assert only(text).vague


def test_a_slash_that_can_be_read_both_ways_is_uncertain() -> None:
    assert not only("03/04/2027").certain


def test_a_slash_with_one_reading_is_certain() -> None:
    assert only("14/09/2026").certain


def test_a_numbered_day_belongs_to_the_month_named_before_it() -> None:
    _, day = mentions("The board has one item in January, and it's yours, on the 14th.", SENT)
    assert day.days.start == date(2027, 1, 14)


@pytest.mark.parametrize(
    "text",
    [
        "the third floor",
        "you may proceed",
        "we march on",
        "version 4",
        "it costs 31 euros",
        "the first of the two offers",
        "24/7 support",
        "a ratio of 3:1",
        "depot 4",
        "the 2nd option",
        "",
    ],
)
def test_what_names_no_day_is_left_alone(text: str) -> None:
    assert mentions(text, SENT) == []


@pytest.mark.parametrize(
    "text",
    [
        "31 December 9999",
        "December 31, 9999",
        "31 December 12026",
        "31 December in the year 9999",
        "31-Dec-9999",
        "31.12.9999",
        "31/12/9999",
        "12/31/9999",
        "9999-12-31",
        "end of June 9999",
        "early June 1850",
        "in June 9999",
        "Q3 9999",
        "KW 27 1850",
        "the week of 8 June 9999",
        "May 8-12, 9999",
        "from 1 June 9999 to 5 June 9999",
        "31 December 1850",
        "5 May '41",
        "05.05.41",
        "4 June 2036",
        "in 99 years",
    ],
)
def test_a_year_before_1990_or_more_than_ten_ahead_is_no_day_of_another_year(text: str) -> None:
    assert mentions(text, SENT) == []


def test_a_day_ten_years_ahead_is_a_day() -> None:
    assert only("3 June 2036").days.start == date(2036, 6, 3)


@given(st.integers(0, 99999), st.sampled_from(["31 December {}", "December 31, {}", "31.12.{}", "end of June {}"]))
def test_a_year_of_four_digits_or_more_is_never_another(year: int, form: str) -> None:
    found = mentions(form.format(f"{year:04}"), date(2030, 1, 1))
    time = form != "31.12.{}" and year < 1000 and year % 100 < 60
    assert time or all(mention.days.start.year == year for mention in found)


def test_an_impossible_day_is_left_out() -> None:
    assert mentions("on 31 June 2026", SENT) == []


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.integers(1, 300))
def test_a_written_day_is_found_again(sent: date, ahead: int) -> None:
    day = sent + timedelta(days=ahead)
    assert only(f"We meet on {day.day} {day:%B} {day.year}.", sent).days.start == day


@given(
    st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    st.sampled_from(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]),
)
def test_a_weekday_is_one_to_seven_days_ahead(sent: date, name: str) -> None:
    day = only(name, sent).days.start
    assert 1 <= (day - sent).days <= 7
    assert f"{day:%A}" == name


@given(st.text(max_size=200), st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_mentions_of_any_text_are_ordered_and_apart(text: str, sent: date) -> None:
    found = mentions(text, sent)
    assert all(one.end <= two.start for one, two in itertools.pairwise(found))
    assert all(text[one.start : one.end] == one.text for one in found)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("The professor wants six weeks for it.", "2026-07-15"),
        ("Five days. Then you hear from me.", "2026-06-08"),
        ("Let it lie for three weeks.", "2026-06-24"),
        ("She has asked for a fortnight.", "2026-06-17"),
    ],
)
def test_a_length_of_time_ends_on_a_day(text: str, day: str) -> None:
    (found,) = lengths(text, SENT)
    assert (found.days.last.isoformat(), found.certain) == (day, False)


@pytest.mark.parametrize(
    "text",
    ["We spoke three weeks ago.", "It's been quite a fortnight.", "The contract runs three years.", "a year too early"],
)
def test_a_length_of_time_that_does_not_begin_now_is_none(text: str) -> None:
    assert lengths(text, SENT) == []


@given(st.text(max_size=200), st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_no_day_lies_before_1990_or_after_the_plausible(text: str, sent: date) -> None:
    found = [*mentions(text, sent), *lengths(text, sent)]
    assert all(each.days.start.year >= 1990 for each in mentions(text, sent))
    assert all(text[each.start : each.end] == each.text for each in found)
