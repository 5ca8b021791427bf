"""Which part of a text the guard judges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.guard.own_words import own_words

QUOTED = [
    "Fine.\n\n> we must close this before our quarter ends",
    "Fine.\n\nOn Tue, 2 Jun 2026 at 10:00, Nora Vale <nora@example.com> wrote:\n\n> we must close this",
    "Fine.\n\nAm 02.06.2026 um 10:00 schrieb Nora Vale:\n> we must close this",
    "Fine.\n\n-----Original Message-----\nFrom: Nora\nwe must close this",
    "Fine.\n\n________________________________\nFrom: Nora Vale\nSent: Tuesday\n\nwe must close this",
    "Fine.\n\nFrom: Nora Vale <nora@example.com>\nSent: Tuesday, June 2, 2026\nTo: me\n\nwe must close this",
    "Fine.\n\n*From:* Nora Vale\n*Sent:* June 2, 2026\n\nwe must close this",
]


@pytest.mark.parametrize("text", QUOTED)
def test_quoted_history_is_blank(text: str) -> None:
    assert own_words(text).split() == ["Fine."]


@pytest.mark.parametrize("text", QUOTED)
def test_every_other_character_stays_in_its_place(text: str) -> None:
    assert own_words(text).startswith("Fine.\n")
    assert len(own_words(text)) == len(text)


def test_an_answer_between_quotes_is_judged() -> None:
    text = "On Tue, 2 Jun 2026, Nora wrote:\n> which day?\nThursday.\n> and who?\nOle."
    assert own_words(text).split()[-2:] == ["Thursday.", "Ole."]


def test_a_sentence_that_begins_with_from_is_no_header() -> None:
    text = "From: the depot.\nWe start at nine."
    assert own_words(text) == text


@given(st.text(alphabet="On wrote:>|-_ From:Sent\n", max_size=300))
def test_the_length_never_changes(text: str) -> None:
    assert len(own_words(text)) == len(text)
