from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.domain.deal import Source, Standing
from assistant.domain.reading import Intent, MoveKind
from tests.engine.dossier import ANNA, BOB, JONAS, Mail, meeting, ours, span, spoke, stand, theirs

OWES = Standing.OWES_REPLY
QUESTION = theirs(-2, Intent.QUESTION, text="Does it run on our own servers?", asks=True)


@pytest.mark.parametrize(
    "intent",
    [
        Intent.QUESTION,
        Intent.OBJECTION,
        Intent.REFERRAL,
        Intent.YES,
        Intent.SCHEDULING,
        Intent.DECISION_DATE_STATED,
    ],
)
def test_their_last_move_waits_for_us(intent: Intent) -> None:
    assert stand(ours(-3), theirs(-2, intent)).has(OWES)


def test_the_evidence_is_their_question() -> None:
    first = stand(QUESTION).first
    assert first is not None
    assert (first.evidence[0].sentence, first.evidence[0].who) == ("Does it run on our own servers?", "Anna Berg")


def test_what_leads_their_mail_stands_before_what_it_asks() -> None:
    mail, reading = QUESTION
    assert reading is not None
    lead = replace(reading, asks=(span("And where?"),))
    first = stand((mail, lead)).first
    assert first is not None
    assert [one.sentence for one in first.evidence] == ["Does it run on our own servers?", "And where?"]


def test_a_sentence_over_two_lines_is_one_line_of_evidence() -> None:
    first = stand(theirs(-2, Intent.QUESTION, text="Does it run\non our side?")).first
    assert first is not None
    assert first.evidence[0].sentence == "Does it run on our side?"


def test_the_evidence_names_the_message() -> None:
    first = stand(QUESTION).first
    assert first is not None
    assert (first.evidence[0].source, first.evidence[0].ref) == (Source.MESSAGE, QUESTION[0].message.message_id)


def test_a_bare_thank_you_waits_for_nothing() -> None:
    assert not stand(ours(-3), theirs(-2, Intent.THANKS_ONLY)).has(OWES)


def test_a_thank_you_leaves_an_earlier_question_open() -> None:
    assert stand(QUESTION, theirs(-1, Intent.THANKS_ONLY)).has(OWES)


def test_our_answer_in_the_thread_ends_it() -> None:
    assert not stand(QUESTION, ours(-1)).has(OWES)


def test_a_colleagues_answer_ends_it() -> None:
    assert not stand(QUESTION, ours(-1, sender=JONAS)).has(OWES)


def test_an_answer_to_them_in_another_thread_ends_it() -> None:
    assert not stand(QUESTION, ours(-1, thread="t2")).has(OWES)


def test_a_mail_to_somebody_else_in_another_thread_leaves_it_open() -> None:
    assert stand(QUESTION, ours(-1, to=[BOB], thread="t2")).has(OWES)


def test_a_note_to_a_colleague_leaves_it_open() -> None:
    assert stand(QUESTION, ours(-1, to=[JONAS])).has(OWES)


def test_a_meeting_since_ends_it() -> None:
    assert not stand(QUESTION, events=[meeting(-1)]).has(OWES)


def test_a_talk_since_ends_it() -> None:
    assert not stand(QUESTION, spoken=[spoke(-1)]).has(OWES)


def test_they_close_it_themselves() -> None:
    assert not stand(QUESTION, theirs(-1, finished=True, text="Found it, all set.")).has(OWES)


def test_a_private_answer_of_one_contact_counts_for_all() -> None:
    assert stand(ours(-3), theirs(-2, Intent.QUESTION, sender=BOB, asks=True, thread="t2")).has(OWES)


def test_the_latest_of_several_open_questions_is_the_one_to_answer() -> None:
    later = theirs(-1, Intent.QUESTION, text="And the price?", sender=BOB, asks=True, thread="t2")
    owed = stand(QUESTION, later).of(OWES)
    assert owed is not None
    assert owed.move is not None
    assert owed.move.message == later[0]


def test_all_open_questions_are_evidence() -> None:
    later = theirs(-1, Intent.QUESTION, text="And the price?", sender=BOB, asks=True, thread="t2")
    owed = stand(QUESTION, later).of(OWES)
    assert owed is not None
    assert [one.sentence for one in owed.evidence] == ["And the price?", "Does it run on our own servers?"]


def test_an_old_question_of_one_gives_way_to_what_came_since_with_others() -> None:
    old = theirs(-40, Intent.QUESTION, sender=BOB, asks=True, thread="t2")
    assert not stand(old, ours(-3, MoveKind.SENT_INFO)).has(OWES)


def test_an_old_question_that_nobody_answered_is_still_open() -> None:
    assert stand(theirs(-40, Intent.QUESTION, asks=True)).has(OWES)


def test_a_first_mail_of_theirs_without_a_question_waits_for_us() -> None:
    assert stand(theirs(-1, text="We are looking for planning software.")).has(OWES)


def test_news_after_our_passive_move_leave_it_passive() -> None:
    first = stand(ours(-3), theirs(-2, text="Noted on our side.")).first
    assert first is not None
    assert first.standing is Standing.PASSIVE


def test_news_that_answer_our_purposeful_question_are_our_turn() -> None:
    assert stand(ours(-3, MoveKind.CLARITY_QUESTION), theirs(-2, text="It is Bob's budget.")).has(OWES)


@pytest.mark.parametrize("answer", [theirs(-2, Intent.SCHEDULING, meet=2), theirs(-2, Intent.SCHEDULING)])
def test_the_time_that_we_proposed_and_they_accept_is_a_next_step(answer: Mail) -> None:
    found = stand(ours(-3, MoveKind.MEETING_PROPOSED, step=2), answer)
    assert found.first is not None
    assert (found.first.standing, found.has(OWES)) == (Standing.ADVANCING, False)


def test_another_time_that_they_name_waits_for_our_word() -> None:
    assert stand(ours(-3, MoveKind.MEETING_PROPOSED, step=2), theirs(-2, Intent.SCHEDULING, meet=4)).has(OWES)


def test_a_time_that_they_ask_for_waits_for_our_word() -> None:
    assert stand(ours(-3), theirs(-2, Intent.SCHEDULING, meet=4, asks=True)).has(OWES)


def test_a_meeting_in_the_calendar_answers_their_wish_to_meet() -> None:
    wish = theirs(-2, Intent.SCHEDULING, meet=3, asks=True)
    assert not stand(ours(-3), wish, events=[meeting(3)]).has(OWES)


def test_a_meeting_on_another_day_does_not_answer_it() -> None:
    wish = theirs(-2, Intent.SCHEDULING, meet=3, asks=True)
    assert stand(ours(-3), wish, events=[meeting(8)]).has(OWES)


@pytest.mark.parametrize(
    "text", ["I have to cancel our meeting.", "Could we reschedule?", "I cannot make it.", "Wir müssen verschieben."]
)
def test_a_meeting_that_they_call_off_in_words_waits_for_our_word(text: str) -> None:
    told = theirs(-2, Intent.SCHEDULING, text=text, meet=3)
    assert stand(ours(-3), told, events=[meeting(3)]).has(OWES)


def test_the_time_that_we_proposed_and_they_turn_down_is_no_next_step() -> None:
    told = theirs(-2, Intent.SCHEDULING, text="I cannot make it that day.", meet=2)
    assert stand(ours(-3, MoveKind.MEETING_PROPOSED, step=2), told).has(OWES)


@pytest.mark.parametrize("text", ["👍", "Anna Berg reacted via Gmail", "❤️ Anna hat auf Ihre Nachricht reagiert:"])
def test_a_reaction_is_like_a_thank_you_although_nobody_can_read_it(text: str) -> None:
    found = stand(ours(-3), theirs(-2, text=text, certain=False))
    assert found.first is not None
    assert (found.first.standing, found.questions) == (Standing.PASSIVE, ())


@pytest.mark.parametrize("text", ["?", "👍?", "Anna reacted badly to the price", "Ok"])
def test_words_and_question_marks_are_more_than_a_reaction(text: str) -> None:
    assert stand(ours(-3), theirs(-2, text=text, certain=False)).has(OWES)


def test_a_question_beside_the_wish_to_meet_stays_open() -> None:
    wish = theirs(-2, Intent.SCHEDULING, Intent.QUESTION, meet=3, asks=True)
    assert stand(ours(-3), wish, events=[meeting(3)]).has(OWES)


def test_a_mail_that_nobody_can_read_may_wait_for_us() -> None:
    owed = stand(ours(-3), theirs(-2, certain=False, reason="It is written in German.")).of(OWES)
    assert owed is not None
    assert not owed.certain


def test_a_dated_promise_of_theirs_keeps_us_quiet_although_they_named_a_date() -> None:
    found = stand(ours(-3), theirs(-2, Intent.DECISION_DATE_STATED, promise="come back to you", due=2, decides=20))
    assert not found.has(OWES)


def test_their_answer_on_the_same_day_is_their_turn_only_if_later() -> None:
    mail, reading = QUESTION
    answer = ours(-2, hour=mail.message.date.hour if mail.message.date else 0)
    assert mail.message.date is not None
    assert answer[0].message.date == mail.message.date + timedelta(0)
    assert not stand((mail, reading), answer).has(OWES)


def test_it_is_the_asker_who_waits() -> None:
    owed = stand(QUESTION).of(OWES)
    assert owed is not None
    assert owed.move is not None
    assert owed.move.who == ANNA
