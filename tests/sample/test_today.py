"""Days of the sample: counted in working days, worded as people word them."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.workdays import Workdays
from assistant.sample.today import HOME, Today, american, english, german, ordinal, wording

WEDNESDAY = Today(date(2025, 11, 12))
SUNDAY = Today(date(2026, 11, 22))


def test_offsets_skip_the_weekend() -> None:
    assert WEDNESDAY.day(-3) == date(2025, 11, 7)


def test_offset_zero_is_today_on_a_working_day() -> None:
    assert WEDNESDAY.day(0) == date(2025, 11, 12)


def test_offset_zero_is_the_friday_on_a_sunday() -> None:
    assert SUNDAY.day(0) == date(2026, 11, 20)


def test_offsets_skip_public_holidays() -> None:
    assert Today(date(2025, 12, 24)).day(1) == date(2025, 12, 29)


@given(st.dates(date(2024, 1, 1), date(2035, 1, 1)), st.integers(-80, 80))
def test_every_offset_is_a_working_day(today: date, offset: int) -> None:
    assert Today(today).day(offset) in Workdays(("DE",))


@given(st.dates(date(2024, 1, 1), date(2035, 1, 1)), st.integers(-80, 80))
def test_later_offsets_are_never_earlier_days(today: date, offset: int) -> None:
    assert Today(today).day(offset) <= Today(today).day(offset + 1)


def test_the_day_is_the_one_on_the_reps_clock() -> None:
    late_in_honolulu = datetime.fromisoformat("2025-11-11T14:00:00-10:00")
    assert Today.at(late_in_honolulu).today == datetime(2025, 11, 12, tzinfo=HOME).date()


@pytest.mark.parametrize(
    ("text", "said", "words"),
    [
        ("by {day:+2}", date(2025, 11, 12), "by Friday, 14 November"),
        ("by {date:+2}", date(2025, 11, 12), "by 14 November"),
        ("by the {ordinal:+2}", date(2025, 11, 12), "by the 14th"),
        ("on {weekday:+2}", date(2025, 11, 12), "on Friday"),
        ("on {weekday:+10}", date(2025, 11, 12), "on Wednesday 26 November"),
        ("I'll send it {when:+1}.", date(2025, 11, 12), "I'll send it tomorrow."),
        ("I'll send it {when:+1}.", date(2025, 11, 11), "I'll send it on Thursday."),
        ("Thanks for {when:-1}.", date(2025, 11, 12), "Thanks for yesterday."),
        ("{usday:+2}, {usdate:+2}", date(2025, 11, 12), "Friday, November 14, November 14"),
        ("am {tag:+2}", date(2025, 11, 12), "am Freitag, 14. November"),
        ("am {datum:+2}", date(2025, 11, 12), "am 14. November"),
        ("{iso:-1} {month:+0} {week:+0} {year:+0}", date(2025, 11, 12), "2025-11-11 November 46 2025"),
    ],
)
def test_a_placeholder_is_worded_as_on_the_day_it_was_said(text: str, said: date, words: str) -> None:
    assert WEDNESDAY.fill(text, said) == words


def test_an_unknown_placeholder_is_an_error() -> None:
    with pytest.raises(KeyError):
        wording("fortnight", date(2025, 11, 12), date(2025, 11, 12))


@pytest.mark.parametrize(
    ("number", "words"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (23, "23rd")]
)
def test_ordinals_end_as_in_english(number: int, words: str) -> None:
    assert ordinal(number) == words


def test_moments_read_as_in_each_program() -> None:
    moment = datetime(2025, 11, 12, 15, 4, tzinfo=HOME)
    assert (english(moment), american(moment), german(moment)) == (
        "Wednesday, 12 November 2025 15:04",
        "Wednesday, November 12, 2025 3:04 PM",
        "Mittwoch, 12. November 2025 15:04",
    )
