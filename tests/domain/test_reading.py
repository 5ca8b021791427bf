from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.deal import Side
from assistant.domain.reading import Days, Intent, IntentFound, MoveKind, NextStep, Reading, Span

DAY = date(2026, 9, 16)
SPAN = Span(0, 4, "text", "rule")


def test_a_single_day_is_a_range_of_one() -> None:
    assert Days.of(DAY) == Days(DAY, date(2026, 9, 17))


def test_the_last_day_of_a_range_is_inside_it() -> None:
    assert Days(date(2026, 6, 1), date(2026, 7, 1)).last == date(2026, 6, 30)


def test_the_end_of_a_range_is_outside_it() -> None:
    assert date(2026, 7, 1) not in Days(date(2026, 6, 1), date(2026, 7, 1))


@pytest.mark.parametrize("end", [DAY, date(2026, 9, 15)])
def test_an_empty_range_does_not_construct(end: date) -> None:
    with pytest.raises(ValueError, match="empty range"):
        Days(DAY, end)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 400))
def test_a_range_holds_exactly_the_days_from_its_start_to_its_last(start: date, length: int) -> None:
    days = Days(start, start + timedelta(days=length))
    assert start in days
    assert days.last in days
    assert start - timedelta(days=1) not in days
    assert days.end not in days


@pytest.mark.parametrize(("what", "who"), [("", "Petra"), ("a test", " ")])
def test_a_next_step_without_a_what_or_a_who_does_not_construct(what: str, who: str) -> None:
    with pytest.raises(ValueError, match="a what, a who and a when"):
        NextStep(what, who, Days.of(DAY), SPAN)


PASSIVE = ["answered_question", "sent_info", "acknowledged", "nudge", "open_offer", "thanks"]


@pytest.mark.parametrize("kind", list(MoveKind))
def test_six_kinds_of_moves_are_passive_and_the_others_purposeful(kind: MoveKind) -> None:
    assert kind.purposeful == (kind.value not in PASSIVE)


def test_a_move_that_cannot_be_told_is_neither_passive_nor_purposeful() -> None:
    assert Reading(Side.US, "en", "text").purposeful is None


def test_an_intent_is_found_with_its_sentence() -> None:
    reading = Reading(Side.THEM, "en", "text", intents=(IntentFound(Intent.NO, SPAN),))
    assert (reading.has(Intent.NO), reading.evidence_of(Intent.NO)) == (True, SPAN)


def test_an_intent_that_is_not_there_has_no_sentence() -> None:
    reading = Reading(Side.THEM, "en", "text")
    assert (reading.has(Intent.NO), reading.evidence_of(Intent.NO)) == (False, None)


def test_intents_are_listed_in_the_order_of_weight() -> None:
    assert [intent.value for intent in Intent] == [
        "bounce",
        "out_of_office",
        "no",
        "not_now",
        "yes",
        "decision_date_stated",
        "referral",
        "objection",
        "question",
        "scheduling",
        "thanks_only",
    ]
