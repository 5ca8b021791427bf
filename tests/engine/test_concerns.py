"""What only a person may answer: today is Wednesday, 16 September 2026, and days count from it in working days."""

from dataclasses import replace
from datetime import date

import pytest

from assistant.domain.concern import Concern, ConcernKind
from assistant.domain.deal import Deal, Side
from assistant.domain.mail import Address
from assistant.domain.reading import DateRole, Days, Intent, SaidDate
from assistant.engine.concerns import STILL_NEWS, note_of, without_the_gone
from assistant.engine.endings import CAME_BACK
from assistant.engine.found import Heard, Standings, key_about
from assistant.engine.standing import standings
from tests.engine.dossier import (
    ANNA,
    BOB,
    DAYS,
    NOW,
    TODAY,
    US,
    Mail,
    day,
    deal,
    line,
    meeting,
    ours,
    span,
    spoke,
    theirs,
)

ANGRY = theirs(-3, text="I am very angry.")
STOP = theirs(-3, Intent.NO, text="Please stop writing to me.")
LEAVING = theirs(-3, text="Friday is my last day.")
HALTING = [kind for kind in ConcernKind if kind.halts]


def heard(*told: tuple[Mail, ConcernKind], confirmed: tuple[Mail, ...] = ()) -> Heard:
    found = {mail[0].message.message_id: (Concern(kind, span(mail[0].message.text)),) for mail, kind in told}
    keys = (key_about(deal(), mail[0].message.message_id, CAME_BACK) for mail in confirmed)
    return Heard(concerns=found, confirmed=frozenset(keys))


def stand(*mail: Mail, heard: Heard, of: Deal | None = None, **more: object) -> Standings:
    purchase = of or deal(decision=40)
    return standings(purchase, line(*mail, of=purchase, **more), US, NOW, DAYS, heard)  # type: ignore[arg-type]


def inactive(*mail: Mail, heard: Heard, of: Deal | None = None, today: date = TODAY) -> list[str]:
    purchase = of or deal(contacts=(ANNA, BOB))
    known = without_the_gone(purchase, line(*mail, of=purchase), today, heard).contacts
    return [contact.address.email for contact in known if not contact.active]


@pytest.mark.parametrize("kind", HALTING)
def test_a_concern_is_raised_with_their_sentence(kind: ConcernKind) -> None:
    raised = stand(ANGRY, heard=heard((ANGRY, kind))).raised
    assert raised is not None
    assert (raised.concern.kind, raised.evidence.sentence) == (kind, "I am very angry.")


@pytest.mark.parametrize("kind", HALTING)
def test_every_concern_has_a_note_that_names_them_in_one_calm_sentence_or_two(kind: ConcernKind) -> None:
    raised = stand(ANGRY, heard=heard((ANGRY, kind))).raised
    assert raised is not None
    note = note_of(raised)
    assert note.startswith("Anna Berg ")
    assert note.endswith(".")
    assert "!" not in note


def test_that_somebody_leaves_stops_nothing() -> None:
    assert stand(LEAVING, heard=heard((LEAVING, ConcernKind.LEAVING))).raised is None


def test_our_answer_alone_settles_nothing() -> None:
    assert stand(ANGRY, ours(-2), heard=heard((ANGRY, ConcernKind.ANGER))).raised is not None


def test_their_peaceful_mail_after_our_answer_settles_it() -> None:
    assert stand(ANGRY, ours(-2), theirs(-1), heard=heard((ANGRY, ConcernKind.ANGER))).raised is None


def test_their_next_mail_without_an_answer_of_ours_settles_nothing() -> None:
    assert stand(ANGRY, theirs(-1), heard=heard((ANGRY, ConcernKind.ANGER))).raised is not None


def test_another_angry_mail_after_our_answer_is_the_one_that_stands() -> None:
    again = theirs(-1, text="Still angry.")
    told = heard((ANGRY, ConcernKind.ANGER), (again, ConcernKind.ANGER))
    raised = stand(ANGRY, ours(-2), again, heard=told).raised
    assert raised is not None
    assert raised.evidence.sentence == "Still angry."


def test_a_talk_with_a_next_step_settles_it() -> None:
    assert stand(ANGRY, spoken=[spoke(-1, next_day=3)], heard=heard((ANGRY, ConcernKind.ANGER))).raised is None


def test_a_talk_without_one_does_not() -> None:
    assert stand(ANGRY, spoken=[spoke(-1)], heard=heard((ANGRY, ConcernKind.ANGER))).raised is not None


def test_a_wish_to_be_left_alone_outlasts_a_peaceful_mail() -> None:
    assert stand(STOP, ours(-2), theirs(-1), heard=heard((STOP, ConcernKind.STOP))).raised is not None


def test_a_wish_to_be_left_alone_outlasts_a_meeting_in_the_calendar() -> None:
    assert stand(STOP, events=[meeting(-1)], heard=heard((STOP, ConcernKind.STOP))).raised is not None


def test_a_wish_to_be_left_alone_ends_when_the_rep_says_so() -> None:
    back = theirs(-1, Intent.QUESTION, asks=True)
    assert stand(STOP, back, heard=heard((STOP, ConcernKind.STOP), confirmed=(back,))).raised is None


def test_who_asked_to_be_left_alone_is_not_written_to() -> None:
    assert inactive(STOP, heard=heard((STOP, ConcernKind.STOP))) == [ANNA.email]


def test_who_asked_to_be_left_alone_and_is_no_contact_is_not_written_to_either() -> None:
    assert inactive(STOP, heard=heard((STOP, ConcernKind.STOP)), of=deal(contacts=(BOB,))) == [ANNA.email]


def test_a_colleagues_mail_puts_nobody_back_on_the_list() -> None:
    back = theirs(-1, Intent.QUESTION, asks=True, sender=BOB)
    assert inactive(STOP, back, heard=heard((STOP, ConcernKind.STOP), confirmed=(back,))) == [ANNA.email]


def test_their_own_mail_puts_them_back_only_with_the_reps_yes() -> None:
    back = theirs(-1, Intent.QUESTION, asks=True)
    assert inactive(STOP, back, heard=heard((STOP, ConcernKind.STOP))) == [ANNA.email]
    assert inactive(STOP, back, heard=heard((STOP, ConcernKind.STOP), confirmed=(back,))) == []


def test_that_somebody_leaves_is_asked_about_before_anything_else() -> None:
    found = stand(LEAVING, heard=heard((LEAVING, ConcernKind.LEAVING)))
    (question,) = (q for q in found.questions if q.about == "leaving")
    assert question.first
    assert question.text == "Anna Berg leaves Northgate. Who looks after it from then on?"


def test_that_somebody_left_long_ago_is_not_asked_about() -> None:
    old = theirs(-STILL_NEWS - 1, text="Friday is my last day.")
    assert "leaving" not in {q.about for q in stand(old, heard=heard((old, ConcernKind.LEAVING))).questions}


def test_who_leaves_is_written_to_on_the_day_of_the_mail_and_not_after() -> None:
    told = heard((LEAVING, ConcernKind.LEAVING))
    assert inactive(LEAVING, heard=told, today=day(-3)) == []
    assert inactive(LEAVING, heard=told, today=day(-2)) == [ANNA.email]


def test_who_leaves_on_a_day_is_written_to_until_then() -> None:
    mail, reading = LEAVING
    assert reading is not None
    last = SaidDate(Days.of(day(2)), DateRole.OTHER, Side.THEM, span("Friday is my last day."))
    dated = (mail, replace(reading, dates=(last,)))
    told = heard((LEAVING, ConcernKind.LEAVING))
    assert inactive(dated, heard=told, today=day(2)) == []
    assert inactive(dated, heard=told, today=day(3)) == [ANNA.email]


def test_who_writes_on_after_their_last_day_is_there() -> None:
    assert inactive(LEAVING, theirs(-1), heard=heard((LEAVING, ConcernKind.LEAVING))) == []


def test_the_contact_of_whom_a_colleague_says_so_has_left() -> None:
    told = theirs(-3, text="Anna has left the company.", sender=BOB)
    assert inactive(told, heard=heard((told, ConcernKind.COLLEAGUE_LEAVES))) == [ANNA.email]


def test_somebody_unknown_who_left_is_nobody_of_ours() -> None:
    told = theirs(-3, text="Zora has left the company.", sender=BOB)
    assert inactive(told, heard=heard((told, ConcernKind.COLLEAGUE_LEAVES))) == []


def test_a_name_that_two_contacts_share_tells_of_neither() -> None:
    other = Address("anna.stone@northgate.example", "Anna Stone")
    told = theirs(-3, text="Anna has left the company.", sender=BOB)
    people = deal(contacts=(ANNA, other, BOB))
    assert inactive(told, heard=heard((told, ConcernKind.COLLEAGUE_LEAVES)), of=people) == []
