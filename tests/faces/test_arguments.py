"""Arguments that no person means end in a sentence, and nothing of them is kept."""

import pytest

from tests.faces.conftest import Face


@pytest.mark.parametrize(
    "words",
    [
        ("queue", "show", "9" * 23),
        ("queue", "approve", "0"),
        ("queue", "snooze", "1", "9999-12-31"),
        ("queue", "spoke", "1", "--what", "a test", "--who", "Ines", "--on", "9999-12-31"),
        ("deals", "date", "harbour", "0001-01-01", "--evidence", "Ines"),
        ("queue", "show", "one"),
    ],
)
def test_a_number_or_a_day_that_cannot_be_meant_is_a_wrong_command_line(ready: Face, words: tuple[str, ...]) -> None:
    before = ready.world.dump()
    told = ready(*words)
    assert told.code == 2
    assert "Traceback" not in told.err
    assert ready.world.dump() == before


def test_a_clock_that_cannot_be_meant_is_named(ready: Face) -> None:
    told = ready.say("--now", "0001-01-01", "queue")
    assert (told.code, "name a year from 1990 to 2099" in told.err) == (2, True)


def test_a_text_that_is_no_text_is_named(ready: Face) -> None:
    told = ready("queue", "spoke", "\udcff", "--what", "a test")
    assert (told.code, "UTF-8" in told.err) == (2, True)


def test_a_name_that_is_too_long_for_a_file_is_not_found(ready: Face) -> None:
    assert ready("explain", "x" * 5000).code == 7


def test_a_provider_that_does_not_exist_is_told_by_the_check(ready: Face) -> None:
    path = ready.world.config.path
    text = path.read_text(encoding="utf-8").replace("[[account]]", '[[account]]\nprovider = "gmial"')
    path.write_text(text, encoding="utf-8")
    told = ready("config", "check")
    assert (told.code, "no provider 'gmial'" in told.err) == (3, True)


def test_a_country_without_known_holidays_is_told_by_the_check(ready: Face) -> None:
    path = ready.world.config.path
    path.write_text(path.read_text(encoding="utf-8").replace("[rep]", '[rep]\ncountry = "ZZ"'), encoding="utf-8")
    told = ready("config", "check")
    assert (told.code, "'ZZ' aren't known" in told.err) == (3, True)
