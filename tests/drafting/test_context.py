"""The brief puts together what is known, where it goes and on whose clock."""

from dataclasses import replace
from datetime import date

import pytest

from assistant.domain.deal import Side
from assistant.domain.draft import Purpose
from assistant.domain.mail import Address
from assistant.domain.reading import Intent
from assistant.drafting import brief
from assistant.drafting.voice import Salutation
from assistant.engine.next_step import NextMove

from .desk import (
    BERLIN,
    MARA,
    PRIYA,
    REVIEW,
    TODAY,
    TOM,
    TWO_SLOTS,
    US,
    Options,
    asks_about_sso,
    deal,
    meeting_held,
    message,
    move,
    next_move,
    reading,
    sent_notes,
    situation,
    their_mail,
    timeline,
)


def test_a_draft_is_in_the_thread_of_the_latest_mail() -> None:
    made = situation(Purpose.FOLLOW_UP)
    assert made.subject == "Re: Planner and single sign-on"
    assert made.in_reply_to == "m2@tallwood.example"
    assert made.references == ("m0@tallwood.example", "m2@tallwood.example")


def test_references_without_any_begin_with_the_parent() -> None:
    mail = message("m4@northmill.example", date(2026, 11, 20), PRIYA, [MARA], references=(), in_reply_to=("m9@x.test",))
    made = brief(
        next_move(Purpose.FOLLOW_UP, None),
        deal(),
        timeline(move(mail, reading(Side.THEM))),
        None,
        (),
        US,
        today=TODAY,
    )
    assert made.references == ("m9@x.test", "m4@northmill.example")


def test_a_draft_that_replies_to_nothing_has_no_re() -> None:
    made = brief(
        next_move(Purpose.RECAP, None), deal(), timeline(held=[meeting_held()]), None, TWO_SLOTS, US, today=TODAY
    )
    assert (made.subject, made.in_reply_to, made.references) == ("Tallwood / Northmill: first look", None, ())


def test_without_mail_or_meeting_the_deal_gives_the_subject() -> None:
    made = brief(next_move(Purpose.QUALIFY, None), deal(), timeline(), None, (), US, today=TODAY)
    assert made.subject == "Planner for Northmill"


def test_times_are_on_the_customers_clock_where_the_deal_has_one() -> None:
    made = situation(Purpose.FOLLOW_UP, Options(far=True))
    assert (str(made.zone), made.zone_is_theirs) == ("America/Chicago", True)


def test_a_zone_with_the_same_clock_is_not_called_theirs() -> None:
    made = brief(
        next_move(Purpose.FOLLOW_UP, sent_notes()),
        replace(deal(), timezone="Europe/Paris"),
        timeline(asks_about_sso(), sent_notes()),
        None,
        TWO_SLOTS,
        US,
        today=TODAY,
    )
    assert (made.zone, made.zone_is_theirs) == (BERLIN, False)


def test_an_unknown_zone_leaves_the_reps_clock() -> None:
    made = brief(
        next_move(Purpose.FOLLOW_UP, sent_notes()),
        replace(deal(), timezone="Mars/Olympus"),
        timeline(asks_about_sso(), sent_notes()),
        None,
        TWO_SLOTS,
        US,
        today=TODAY,
    )
    assert made.zone == BERLIN


@pytest.mark.parametrize("purpose", [Purpose.CLARITY, Purpose.GRACEFUL_EXIT])
def test_a_question_or_a_farewell_offers_no_times(purpose: Purpose) -> None:
    assert situation(purpose).slots == ()


def test_the_customers_others_in_copy_are_known_by_name() -> None:
    assert [fact.value for fact in situation(Purpose.FOLLOW_UP).others] == ["Tom"]


def test_a_partner_in_copy_is_not_the_customers() -> None:
    partner = Address("uma@partner.example", "Uma Berg")
    mail = message("m4@northmill.example", date(2026, 11, 20), PRIYA, [MARA], [partner])
    made = brief(
        next_move(Purpose.FOLLOW_UP, None), deal(), timeline(move(mail, reading(Side.THEM))), None, (), US, today=TODAY
    )
    assert (made.cc, made.others) == ((partner,), ())


def test_the_reps_earlier_greeting_is_kept() -> None:
    assert situation(Purpose.FOLLOW_UP).salutation == Salutation("Hi", "Priya", ",")


def test_several_addressees_are_greeted_by_their_names() -> None:
    made = situation(Purpose.FOLLOW_UP, Options(several=True))
    assert (made.names, made.full_names, made.salutation) == ("Priya and Tom", "Priya Raman and Tom Okafor", None)


def test_the_language_is_that_of_their_last_mail() -> None:
    german = their_mail(Intent.QUESTION, "Geht das?", language="de")
    made = brief(
        next_move(Purpose.ANSWER, german), deal(), timeline(asks_about_sso(), german), None, (), US, today=TODAY
    )
    assert made.language == "de"


def test_a_language_that_could_not_be_told_changes_nothing() -> None:
    short = their_mail(Intent.THANKS_ONLY, "Ok", language="und")
    made = brief(
        next_move(Purpose.FOLLOW_UP, None), deal(), timeline(asks_about_sso(), short), None, (), US, today=TODAY
    )
    assert made.language == "en"


def test_what_they_have_read_from_us_is_remembered() -> None:
    assert any("setup notes" in text for text in situation(Purpose.FOLLOW_UP).earlier)


def test_a_letting_go_of_ours_is_no_answer_to_a_no() -> None:
    assert not situation(Purpose.GRACEFUL_EXIT, Options(step=False)).declined


def test_a_no_of_theirs_is_answered_as_one() -> None:
    assert situation(Purpose.GRACEFUL_EXIT).declined


def test_the_length_of_the_times_is_the_length_of_the_meeting() -> None:
    assert situation(Purpose.FOLLOW_UP).minutes == 30


def test_without_times_the_milestone_says_how_long_it_takes() -> None:
    assert situation(Purpose.FOLLOW_UP, Options(slots=False)).minutes == REVIEW.minutes


def test_waiting_has_no_brief() -> None:
    wait = NextMove(None, None, "Wait.", (), None, None, None, 1.0, "key")
    with pytest.raises(ValueError, match="no purpose"):
        brief(wait, deal(), timeline(), None, (), US, today=TODAY)


def test_nobody_is_added_who_was_not_on_the_thread() -> None:
    made = situation(Purpose.MILESTONE)
    assert {*made.to, *made.cc} == {PRIYA, TOM}
