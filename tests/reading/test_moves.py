from datetime import date

import pytest

from assistant.domain.deal import Side
from assistant.domain.reading import Days, MoveKind
from assistant.reading.moves import Ours, read_move

SENT = date(2026, 6, 3)
"""A Wednesday."""


def read(text: str) -> Ours:
    return read_move(text, SENT, "Robin Tate")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Attached is the security paper you asked for.", MoveKind.SENT_INFO),
        ("Here's the recording of the demo.", MoveKind.SENT_INFO),
        ("The import runs every night and takes ten minutes.", MoveKind.ANSWERED_QUESTION),
        ("Yes, it supports single sign-on through SAML.", MoveKind.ANSWERED_QUESTION),
        ("Just checking in on the quote.", MoveKind.NUDGE),
        ("Any news from your board?", MoveKind.NUDGE),
        ("Did you get a chance to look at the proposal?", MoveKind.NUDGE),
        ("Let me know if you have any questions.", MoveKind.OPEN_OFFER),
        ("Happy to walk your team through it whenever it suits.", MoveKind.OPEN_OFFER),
        ("Feel free to grab a time on my calendar.", MoveKind.OPEN_OFFER),
        ("Thanks for the tour of the warehouse!", MoveKind.THANKS),
        ("Noted, we'll be here.", MoveKind.ACKNOWLEDGED),
    ],
)
def test_a_move_without_a_next_step_is_passive(text: str, kind: MoveKind) -> None:
    assert read(text).kind is kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Would Thursday 10:00 suit you and Noah?", MoveKind.MEETING_PROPOSED),
        ("I've invited your lab for 12 June, 13:00.", MoveKind.MEETING_PROPOSED),
        ("How about the 9th at 2 pm for the import test?", MoveKind.MEETING_PROPOSED),
        ("Noah loads your files by Friday, and Ines checks the totals on Monday.", MoveKind.NEXT_STEP_WITH_DATE),
        ("Please have Mr Brandt sign the form by the 8th.", MoveKind.NEXT_STEP_WITH_DATE),
        (
            "The plan until your decision: test on 8 June (Noah), review on 12 June (Ines), contract on 19 June.",
            MoveKind.MUTUAL_PLAN,
        ),
        ("By when does your board have to decide?", MoveKind.CLARITY_QUESTION),
        ("Would waiting a year hurt anybody at your place?", MoveKind.CLARITY_QUESTION),
        ("We respect your decision, and wish you good luck with the new system.", MoveKind.GRACEFUL_EXIT),
    ],
)
def test_a_move_that_leads_on_or_ends_well_is_purposeful(text: str, kind: MoveKind) -> None:
    assert read(text).kind is kind


@pytest.mark.parametrize(
    "text",
    [
        "When we spoke on March 4 you had a question. How did it go?",
        "The new price list is valid from 1 July.",
        "Our webinar on slotting is on June 18, free for anyone.",
        "Thanks for having us on Tuesday.",
    ],
)
def test_a_day_of_history_or_of_a_fact_is_no_step(text: str) -> None:
    kind = read(text).kind
    assert kind is not None
    assert not kind.purposeful


def test_a_nudge_with_a_real_step_beside_it_is_purposeful() -> None:
    assert read("Just checking in. Would Thursday at 10:00 suit you for the test?").kind is MoveKind.MEETING_PROPOSED


def test_the_next_step_has_a_what_a_who_and_a_when() -> None:
    step = read("Noah will load your files on 12 June.").next_step
    assert step is not None
    assert (step.who, step.when) == ("Noah", Days.of(date(2026, 6, 12)))


def test_a_step_that_names_nobody_is_the_senders() -> None:
    step = read("I'd send you the totals by 12 June.").next_step
    assert step is not None
    assert step.who == "Robin Tate"


def test_a_promise_is_a_commitment_of_ours_with_its_day() -> None:
    (promise,) = read("I'll send the contract by Friday.").commitments
    assert (promise.by, promise.due) == (Side.US, Days.of(date(2026, 6, 5)))


def test_the_evidence_is_the_sentence_that_decides() -> None:
    text = "Hi Ines,\n\nThe certificate is valid. Would Thursday 10:00 suit you?"
    evidence = read(text).evidence
    assert evidence is not None
    assert text[evidence.start : evidence.end] == "Would Thursday 10:00 suit you?"


def test_a_greeting_alone_says_nothing() -> None:
    assert read("Hi Ines,").kind is None


@pytest.mark.parametrize(
    "text",
    [
        "I booked the credit dated 31 July and it matches yours.",
        "It went live on 10 June at our other site.",
        "We may come by on Friday, but I can't promise it.",
        "I'm in Turku until Tuesday night for the fair.",
        "I'm not able to attend on 24 June.",
        "It's the first time in 5 years that I sleep in.",
        "If the committee wants somebody of ours there on 22 June, fine.",
        "Noted, the panel meets on 19 June and not on the 12th.",
        "Bay 7 / 10 Jun / 120 / 85.40 / 4410 / 22 / 9961 / Bay 9 / 11 Jun / 130 / 91.20 / 5120 / 31",
    ],
)
def test_a_day_of_a_fact_or_a_maybe_is_no_step(text: str) -> None:
    found = read(text)
    assert found.next_step is None
    assert found.kind is not None
    assert not found.kind.purposeful


@pytest.mark.parametrize("text", ["Who is he?", "What are you talking about?", "Did the folks get what they need?"])
def test_a_question_that_decides_nothing_is_passive(text: str) -> None:
    found = read(text)
    assert found.kind is not None
    assert not found.kind.purposeful


def test_a_question_for_the_one_who_decides_is_purposeful_after_any_words() -> None:
    assert read("Only one thing today: who has the last word on the spending?").kind is MoveKind.CLARITY_QUESTION


def test_a_step_in_a_sentence_that_begins_with_a_condition_counts() -> None:
    found = read("If the samples pass on Monday, Ines cuts the second set on Tuesday.")
    assert found.next_step is not None
