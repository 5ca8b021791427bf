from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.deal import Side
from assistant.domain.reading import DateRole, Days, Intent
from assistant.reading.replies import Theirs, read_reply

SENT = date(2026, 6, 3)
"""A Wednesday."""


def read(text: str) -> Theirs:
    return read_reply(text, SENT)


def leading(text: str) -> Intent | None:
    intents = read(text).intents
    return intents[0].intent if intents else None


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("We have decided against it, sorry.", Intent.NO),
        ("We went with another vendor.", Intent.NO),
        ("Your tender was not successful.", Intent.NO),
        ("Please take us off your list.", Intent.NO),
        ("No thanks, not interested.", Intent.NO),
        ("The partners carry on with Fennel & Sons.", Intent.NO),
        ("Somebody nearer to us does it now.", Intent.NO),
        ("We're pulling out of the whole thing.", Intent.NO),
        ("Our request is withdrawn: please consider it closed.", Intent.NO),
        ("The owners use their own software across all mills.", Intent.NO),
        ("The project is on hold until further notice.", Intent.NOT_NOW),
        ("The owner has stopped all new purchases.", Intent.NOT_NOW),
        ("It moved into next year.", Intent.NOT_NOW),
        ("We have to get the audit out of the way first.", Intent.NOT_NOW),
        ("Interesting, but not right now.", Intent.NOT_NOW),
        ("Please come back to us in September.", Intent.NOT_NOW),
        ("The board approved it, please send the contract.", Intent.YES),
        ("Yes, provided that the data stays in the EU.", Intent.YES),
        ("Signed copy attached. We accept your offer.", Intent.YES),
        ("The board decides on 19 June.", Intent.DECISION_DATE_STATED),
        ("Purchasing is handled by my colleague Anna Vane.", Intent.REFERRAL),
        ("I'm not the right person for this.", Intent.REFERRAL),
        ("That is too expensive for a team of our size.", Intent.OBJECTION),
        ("Our security team is worried about the hosting.", Intent.OBJECTION),
        ("Does it run on Android?", Intent.QUESTION),
        ("Could you send the certificate again?", Intent.QUESTION),
        ("Thursday at 10 works for us.", Intent.SCHEDULING),
        ("Can we move the call to Friday?", Intent.SCHEDULING),
        ("Thanks a lot!", Intent.THANKS_ONLY),
        ("I'm out of the office until 15 June.", Intent.OUT_OF_OFFICE),
    ],
)
def test_the_weightiest_intent_leads(text: str, intent: Intent) -> None:
    assert leading(text) is intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("It's not a no, our heads are full until autumn.", Intent.NO),
        ("No problem, Thursday works.", Intent.NO),
        ("The board has not approved it yet.", Intent.YES),
        ("I can't wait to see it.", Intent.NOT_NOW),
        ("The contract is fine, no concerns.", Intent.OBJECTION),
    ],
)
def test_words_of_an_intent_that_mean_something_else_are_not_it(text: str, intent: Intent) -> None:
    assert all(found.intent is not intent for found in read(text).intents)


@pytest.mark.parametrize(
    "text",
    [
        "Could you send the price list to stock@example.org? And does it run on Linux?",
        "Please send the price list to stock@example.org. And does it run on Linux?",
        "Please forward the contract to legal@example.org and copy it@example.org.",
        "Please send the certificate to my colleague Anna.",
    ],
)
def test_a_request_to_send_something_to_somebody_is_no_referral(text: str) -> None:
    assert [found.intent for found in read(text).intents] == [Intent.QUESTION]


@pytest.mark.parametrize(
    "text",
    [
        "Please contact a.vane@example.org. Does it run on Linux?",
        "Please direct your offer to a.vane@example.org.",
        "Please send the price list to stock@example.org. Anna Vane is your contact from now on.",
        "Please send it to a.vane@example.org, she handles all purchasing.",
    ],
)
def test_a_person_to_talk_to_instead_is_a_referral(text: str) -> None:
    assert leading(text) is Intent.REFERRAL


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("The vote is on 19 June.", date(2026, 6, 19)),
        (
            "Quotes are due on 10 June, the shortlist is out on 17 June, final selection is on 30 June.",
            date(2026, 6, 30),
        ),
        ("19 June. That's the day it's yes or no here.", date(2026, 6, 19)),
        ("We choose between 8 June and 12 June.", date(2026, 6, 12)),
        ("The directors decide by the end of the quarter.", date(2026, 6, 30)),
    ],
)
def test_the_decision_date_is_the_day_beside_the_deciding(text: str, day: date) -> None:
    decision = read(text).decision
    assert decision is not None
    assert (decision.days, decision.role, decision.whose) == (Days.of(day), DateRole.DECISION, Side.THEM)


def test_a_decision_in_a_month_is_kept_as_the_month_and_uncertain() -> None:
    decision = read("We decide in September.").decision
    assert decision is not None
    assert (decision.days, decision.certain) == (Days(date(2026, 9, 1), date(2026, 10, 1)), False)


def test_a_day_without_a_word_of_deciding_is_no_decision_date() -> None:
    assert read("Thursday at 10 works for us.").decision is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Not now, please come back to me on 8 September.", date(2026, 9, 8)),
        ("We are swamped. Try us again in six weeks.", date(2026, 7, 15)),
    ],
)
def test_a_not_now_names_the_day_to_come_back_on(text: str, day: date) -> None:
    resume = read(text).resume_on
    assert resume is not None
    assert (resume.days, resume.certain) == (Days.of(day), True)


def test_a_not_now_with_a_month_keeps_the_month_and_is_uncertain() -> None:
    resume = read("Please come back to us in September.").resume_on
    assert resume is not None
    assert (resume.days, resume.certain) == (Days(date(2026, 9, 1), date(2026, 10, 1)), False)


def test_a_no_names_no_day_to_come_back_on() -> None:
    assert read("We have decided against it. Good luck in September.").resume_on is None


def test_an_absence_names_the_day_of_return() -> None:
    (back,) = read("I'm on annual leave, back on 15 June.").dates
    assert (back.role, back.days) == (DateRole.RETURN, Days.of(date(2026, 6, 15)))


def test_a_promise_of_theirs_is_a_commitment_with_its_days() -> None:
    (promise,) = read("Got it, I will look at it on Friday.").commitments
    assert (promise.by, promise.due) == (Side.THEM, Days.of(date(2026, 6, 5)))


def test_every_sentence_that_asks_is_listed() -> None:
    asks = read("Thanks. Does it run offline? Please send the price list.").asks
    assert [span.text for span in asks] == ["Does it run offline?", "Please send the price list."]


def test_what_says_nothing_known_has_no_intent() -> None:
    assert read("The heron stands in the pond.").intents == ()


@given(st.text(max_size=300))
def test_any_text_is_read_with_spans_inside_it(text: str) -> None:
    for found in read(text).intents:
        assert text[found.evidence.start : found.evidence.end] == found.evidence.text
