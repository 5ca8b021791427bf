"""The sample's source holds together: keys, people and expectations name what exists."""

import tomllib
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from assistant.sample.script import Letter, letters, meetings, people, source
from assistant.sample.today import Today

EXPECTED: dict[str, Any] = tomllib.loads(source("expected.toml"))


@pytest.fixture(scope="module")
def script() -> dict[str, Letter]:
    today = Today(date(2025, 11, 12))
    cast = people()
    return {letter.key: letter for letter in letters(cast, meetings(cast, today), today)}


def test_letters_come_in_the_order_of_their_dates(script: dict[str, Letter]) -> None:
    dates = [letter.sent for letter in script.values()]
    assert dates == sorted(dates)


def test_keys_of_letters_are_unique() -> None:
    folder = files("assistant.sample").joinpath("mail")
    keys = [m["key"] for f in folder.iterdir() for m in tomllib.loads(f.read_text("utf-8"))["message"]]
    assert len(keys) == len(set(keys))


def test_everybody_in_the_cast_appears(script: dict[str, Letter]) -> None:
    named = {p.key for letter in script.values() for p in (letter.sender, *letter.to, *letter.cc)}
    assert set(people()) == named


def test_the_evidence_of_an_expectation_exists(script: dict[str, Letter]) -> None:
    today = Today(date(2025, 11, 12))
    known = script.keys() | meetings(people(), today).keys()
    assert [d["evidence"] for d in EXPECTED["deal"] if "evidence" in d and d["evidence"] not in known] == []


def test_the_expected_sentence_stands_in_its_letter(script: dict[str, Letter]) -> None:
    wrong = [
        deal["evidence"]
        for deal in EXPECTED["deal"]
        if deal.get("evidence") in script and deal.get("says", "") not in script[deal["evidence"]].body
    ]
    assert wrong == []


def test_private_letters_of_the_expectations_exist(script: dict[str, Letter]) -> None:
    assert set(EXPECTED["private"]["letters"]) <= script.keys()


def test_no_two_letters_share_their_words(script: dict[str, Letter]) -> None:
    bodies = [letter.body for letter in script.values()]
    assert len(bodies) == len(set(bodies))


def test_a_reply_keeps_the_subject(script: dict[str, Letter]) -> None:
    assert script["brinkholt-recap"].subject == "Re: Two-man picks, after our chat in Odense"
