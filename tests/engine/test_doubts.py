from dataclasses import replace

from assistant.domain.mail import Address
from assistant.domain.reading import AutomaticKind, Intent
from assistant.engine.standing import Standings, decisions_named
from tests.engine.dossier import BOB, PARTNER, day, deal, line, ours, robot, stand, theirs

GERMAN = "It is written in German, which is not read yet."
UNDATED = deal()


def texts(found: Standings) -> list[str]:
    return [question.text for question in found.questions]


def test_a_plain_deal_leaves_no_question() -> None:
    assert texts(stand(ours(-3), theirs(-2, Intent.QUESTION, asks=True))) == []


def test_a_mail_of_theirs_in_an_unread_language_is_asked_about() -> None:
    assert texts(stand(ours(-3), theirs(-2, certain=False, reason=GERMAN))) == [
        f"{GERMAN} What does Anna Berg need from you?"
    ]


def test_a_mail_of_theirs_that_was_not_read_is_asked_about() -> None:
    mail, _ = theirs(-2)
    assert texts(stand(ours(-3), (mail, None))) == [
        "This mail can't be judged from its text. What does Anna Berg need from you?"
    ]


def test_an_unread_mail_that_we_answered_is_no_question() -> None:
    assert texts(stand(theirs(-3, certain=False, reason=GERMAN), ours(-2))) == []


def test_a_mail_of_ours_that_cannot_be_told_is_asked_about() -> None:
    assert texts(stand(ours(-2, None, certain=False, reason=GERMAN))) == [f"{GERMAN} Does your mail set a next step?"]


def test_the_question_names_the_mail() -> None:
    mail = theirs(-2, certain=False, reason=GERMAN)
    assert stand(mail).questions[0].evidence.ref == mail[0].message.message_id


def test_a_decision_date_that_may_be_another_day_is_asked_about() -> None:
    unclear = theirs(-2, Intent.DECISION_DATE_STATED, decides=20, certain=False)
    assert texts(stand(ours(-3), unclear, of=UNDATED)) == [
        "By which day does Anna Berg mean to decide? It may be 14 October 2026."
    ]


def test_a_clear_decision_date_is_no_question() -> None:
    assert texts(stand(ours(-3), theirs(-2, Intent.DECISION_DATE_STATED, decides=20), of=UNDATED)) == []


def test_two_contacts_with_two_dates_are_a_question() -> None:
    mail = (
        theirs(-4, Intent.DECISION_DATE_STATED, decides=20),
        theirs(-2, Intent.DECISION_DATE_STATED, decides=30, sender=BOB),
    )
    assert texts(stand(*mail, of=UNDATED)) == [
        "Anna Berg names 14 October 2026 for the decision and Bob Stone 28 October 2026. Which one holds?"
    ]


def test_one_contact_who_changes_the_date_is_no_conflict() -> None:
    mail = (
        theirs(-4, Intent.DECISION_DATE_STATED, decides=20),
        theirs(-2, Intent.DECISION_DATE_STATED, decides=30),
    )
    assert texts(stand(*mail, of=UNDATED)) == []


def test_a_new_date_on_a_deal_that_has_one_may_be_a_new_plan() -> None:
    found = stand(ours(-3), theirs(-2, Intent.DECISION_DATE_STATED, decides=30), of=deal(decision=20))
    assert texts(found) == [
        "Anna Berg now names 28 October 2026 for the decision; the deal has 14 October 2026. Is it a new plan?"
    ]


def test_a_date_from_before_the_one_in_the_deal_is_no_question() -> None:
    assert texts(stand(theirs(-60, Intent.DECISION_DATE_STATED, decides=30), ours(-2), of=deal(decision=20))) == []


def test_the_date_that_the_deal_has_already_is_no_question() -> None:
    assert texts(stand(theirs(-2, Intent.DECISION_DATE_STATED, decides=20), of=deal(decision=20))) == []


def test_the_dates_that_they_named_are_kept_with_their_words() -> None:
    told = theirs(-2, Intent.DECISION_DATE_STATED, text="We decide mid-October.", decides=20)
    named = decisions_named(line(told))
    assert [(one.day, one.evidence.sentence, one.seq) for one in named] == [(day(20), "We decide mid-October.", 1)]


def test_a_date_that_we_named_is_none_of_theirs() -> None:
    mail, reading = theirs(-2, Intent.DECISION_DATE_STATED, decides=20)
    sent = replace(mail, message=replace(mail.message, sender=Address("mara@tallwood.example"), to=(BOB,)))
    assert decisions_named(line((sent, reading))) == ()


def test_a_mail_system_that_wants_a_person_is_told() -> None:
    found = stand(ours(-2), robot(-2, AutomaticKind.CHALLENGE))
    assert texts(found) == ["Anna Berg asks you to confirm that you are a person before your mail is delivered."]


def test_a_challenge_before_our_last_mail_is_over() -> None:
    assert texts(stand(robot(-3, AutomaticKind.CHALLENGE), ours(-2))) == []


def test_a_stranger_in_a_thread_is_asked_about_once() -> None:
    mail = (theirs(-2, sender=PARTNER), theirs(-1, sender=PARTNER, text="Another one"))
    assert texts(stand(ours(-3), *mail)) == [
        "Pia Nord (helpful-consulting.example) wrote in a thread of this deal. Are they with the customer?"
    ]


def test_a_stranger_from_before_the_last_move_is_no_question() -> None:
    assert texts(stand(theirs(-3, sender=PARTNER), ours(-2))) == []


def test_an_unread_no_is_asked_about_once() -> None:
    found = stand(theirs(-2, Intent.NO, text="No.", certain=False, reason="It is short."))
    assert texts(found) == ["Is this a no? It is short."]
