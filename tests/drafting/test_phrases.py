"""Values become words that fit into a sentence."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.drafting.phrases import (
    capitalised,
    day_in_words,
    determined,
    joined,
    noun,
    skeletons,
    slots_in_words,
    without_prefixes,
    zone_in_words,
)
from assistant.engine.slots import Slot

TODAY = date(2026, 11, 24)
BERLIN, CHICAGO, SAO_PAULO = (ZoneInfo(n) for n in ("Europe/Berlin", "America/Chicago", "America/Sao_Paulo"))


def slot(*parts: int) -> Slot:
    start = datetime(*parts, tzinfo=BERLIN)  # type: ignore[misc,arg-type]
    return Slot(start, start + timedelta(minutes=30))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("single sign-on", "single sign-on"),
        ("Security review", "security review"),
        ("SSO setup", "SSO setup"),
        ("Tallwood Planner", "Tallwood Planner"),
        ("The security paper", "the security paper"),
        ("Re: AW: the security paper.", "the security paper"),
        ("“the pilot”", "the pilot"),
        ("Tallwood Planner - price for 25 users", "the price for 25 users"),
        ("Pilot in Leeds", "the pilot in Leeds"),
        ("the offer for Leeds", "the offer for Leeds"),
        ("trial results", "trial results"),
    ],
)
def test_a_phrase_is_made_to_stand_inside_a_sentence(said: str, words: str) -> None:
    assert noun(said) == words


@pytest.mark.parametrize(
    "said",
    [
        None,
        "",
        "the notes you sent us",
        "is this for small firms too",
        "which ports",
        "see https://example.com",
        "price? and terms",
        "Planner - questions",
        "one two three four five six seven eight nine",
        "[EXTERNAL] offer",
        "him and the contract",
    ],
)
def test_what_would_read_badly_is_left_out(said: str | None) -> None:
    assert noun(said) is None


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("your uptime", "our uptime"),
        ("our warehouse data", "your warehouse data"),
        ("my questions on your offer", "your questions on our offer"),
    ],
)
def test_their_words_are_turned_to_our_side(said: str, words: str) -> None:
    assert noun(said, turned=True) == words


@given(st.text(max_size=80))
def test_a_noun_phrase_is_one_line_without_brackets(said: str) -> None:
    words = noun(said) or ""
    assert not set("[]\r\n") & set(words)


@pytest.mark.parametrize(
    ("words", "thing"),
    [
        ("setup notes", "the setup notes"),
        ("your draft", "your draft"),
        ("two samples", "the two samples"),
        (None, None),
    ],
)
def test_a_thing_has_an_article(words: str | None, thing: str | None) -> None:
    assert determined(words) == thing


@pytest.mark.parametrize(
    ("day", "country", "weekday", "words"),
    [
        (date(2026, 12, 10), None, False, "10 December"),
        (date(2026, 12, 10), "US", False, "December 10"),
        (date(2026, 12, 10), "DE", True, "Thursday, 10 December"),
        (date(2027, 1, 15), None, False, "15 January"),
        (date(2027, 6, 30), None, False, "30 June 2027"),
        (date(2027, 6, 30), "US", True, "Wednesday, June 30, 2027"),
    ],
)
def test_a_day_is_written_in_the_readers_way(day: date, country: str | None, weekday: bool, words: str) -> None:
    assert day_in_words(day, today=TODAY, country=country, weekday=weekday) == words


def test_two_times_name_their_zone_once() -> None:
    words = slots_in_words([slot(2026, 11, 26, 10), slot(2026, 11, 27, 14)], BERLIN, today=TODAY, theirs=False)
    assert words == "Thursday, 26 November, at 10:00 or Friday, 27 November, at 14:00 (CET)"


def test_times_elsewhere_are_in_the_readers_own() -> None:
    words = slots_in_words([slot(2026, 11, 26, 16)], CHICAGO, today=TODAY, country="US", theirs=True)
    assert words == "Thursday, November 26, at 9:00 am (CST, your time)"


def test_times_on_both_sides_of_a_clock_change_name_each_zone() -> None:
    words = slots_in_words(
        [slot(2027, 3, 26, 10), slot(2027, 3, 29, 10)], BERLIN, today=date(2027, 3, 24), theirs=False
    )
    assert words == "Friday, 26 March, at 10:00 (CET) or Monday, 29 March, at 10:00 (CEST)"


def test_a_zone_without_letters_is_an_offset() -> None:
    assert zone_in_words(datetime(2026, 11, 26, 10, tzinfo=SAO_PAULO)) == "UTC-3"


def test_names_are_joined_as_they_are_spoken() -> None:
    assert [joined(names) for names in ([], ["Ada"], ["Ada", "Tom"], ["Ada", "Tom", "Uma"])] == [
        "",
        "Ada",
        "Ada and Tom",
        "Ada, Tom and Uma",
    ]


def test_prefixes_of_replies_are_taken_off() -> None:
    assert without_prefixes("AW: Re: Fwd: Planner  pilot") == "Planner pilot"


def test_only_the_first_letter_is_raised() -> None:
    assert capitalised("the SSO notes") == "The SSO notes"


def test_sentences_that_differ_in_their_day_alone_are_the_same() -> None:
    first = skeletons("Would Thursday, 26 November, at 10:00 suit you?")
    assert first == skeletons("Would Friday, 4 December, at 14:30 suit you?")


def test_very_short_sentences_are_nobodys_own() -> None:
    assert not skeletons("Thank you. Best, Mara")
