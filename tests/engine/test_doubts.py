import pytest

from assistant.domain.reading import AutomaticKind, Intent
from assistant.engine.standing import Standings
from tests.engine.dossier import BOB, PARTNER, deal, ours, robot, stand, theirs

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


@pytest.mark.parametrize("ending", [Intent.NO, Intent.NOT_NOW])
def test_what_they_wrote_before_they_ended_it_is_no_question(ending: Intent) -> None:
    doubtful = theirs(-3, certain=False, reason=GERMAN)
    assert texts(stand(doubtful, theirs(-2, ending, sender=BOB))) == []
    assert texts(stand(theirs(-4, ending, sender=BOB), doubtful)) != []


def test_a_mail_of_ours_that_cannot_be_told_is_asked_about() -> None:
    assert texts(stand(ours(-2, None, certain=False, reason=GERMAN))) == [f"{GERMAN} Does your mail set a next step?"]


def test_the_question_names_the_mail() -> None:
    mail = theirs(-2, certain=False, reason=GERMAN)
    assert stand(mail).questions[0].evidence.ref == mail[0].message.message_id


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


def test_a_mail_of_which_only_the_day_is_unclear_is_asked_about_once() -> None:
    unclear = theirs(-2, Intent.DECISION_DATE_STATED, decides=20, certain=False)
    assert len(texts(stand(ours(-3), unclear, of=UNDATED))) == 1


def test_an_unread_no_is_asked_about_once() -> None:
    found = stand(theirs(-2, Intent.NO, text="No.", certain=False, reason="It is short."))
    assert texts(found) == ["Is this a no? It is short."]
