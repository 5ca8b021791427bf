from datetime import date

import pytest

from assistant.domain.reading import Intent
from assistant.reading.replies import read_reply

SENT = date(2026, 6, 3)
"""A Wednesday."""


def intents(text: str, *ours: str) -> set[Intent]:
    return {found.intent for found in read_reply(text, SENT, ours).intents}


@pytest.mark.parametrize(
    "text",
    [
        "If we go with another vendor I will tell you.",
        "I'll tell you whether we decided against it.",
        "We would have gone with the other bidder.",
        "Send the certificate, otherwise legal will not sign.",
    ],
)
def test_a_no_under_a_condition_is_none(text: str) -> None:
    assert Intent.NO not in intents(text)


@pytest.mark.parametrize(
    "text", ["We won't proceed before the audit is done.", "We don't need it until autumn.", "It's a no for now."]
)
def test_a_no_for_a_time_is_none(text: str) -> None:
    assert Intent.NO not in intents(text)


def test_a_no_that_lasts_stays_one() -> None:
    assert Intent.NO in intents("From now on we do it with our own people.")


def test_a_condition_elsewhere_in_the_sentence_takes_nothing_away() -> None:
    assert Intent.NO in intents("I asked if we could wait, and the answer is no.")


def test_choosing_us_by_name_is_no_choice_of_another() -> None:
    text = "We are going with Tallwood for both halls."
    assert Intent.NO not in intents(text, "tallwood")
    assert Intent.NO in intents(text, "orchardmill")


def test_asking_to_be_asked_later_is_a_not_now_though_it_is_a_question() -> None:
    assert Intent.NOT_NOW in intents("Can we pick this up again in October?")


@pytest.mark.parametrize(
    "text",
    [
        "Actually, let's talk again. Could you do Thursday next week?",
        "Let's talk again on Friday: would 10:00 suit you?",
        "We would like to pick this up again. Can we set up a call?",
    ],
)
def test_a_wish_to_talk_again_with_a_meeting_beside_it_arranges_one(text: str) -> None:
    found = read_reply(text, SENT)
    assert [each.intent for each in found.intents] == [Intent.SCHEDULING]
    assert found.resume_on is None


def test_a_wish_to_talk_again_with_a_question_of_now_asks_it() -> None:
    assert read_reply("Let's talk again. Does it run on Linux?", SENT).intents[0].intent is Intent.QUESTION


@pytest.mark.parametrize(
    "text",
    [
        "Let's talk again in September.",
        "Let's talk again on 8 September. Could you do the 8th?",
        "Let's talk again once the audit is done. Does it run on Linux?",
        "The budget is frozen, let's talk again. Does it run on Linux?",
    ],
)
def test_a_wish_to_talk_again_later_stays_a_not_now(text: str) -> None:
    assert Intent.NOT_NOW in intents(text)


def test_a_question_about_later_is_no_not_now() -> None:
    assert Intent.NOT_NOW not in intents("What would it cost if we get back to it after the first year?")


def test_a_request_to_get_in_touch_puts_off_where_the_day_is_far() -> None:
    assert Intent.NOT_NOW in intents("Ring us on 20 August.")
    assert Intent.NOT_NOW not in intents("Ring us on Friday.")
