"""E6.87 to E6.91: the day on which the customer means to decide is theirs alone, and none is chosen on a guess.

It's Wednesday, 4 March 2026. Ines asked for a paper; our answer of six working days ago led nowhere.
"""

from datetime import date, timedelta

import pytest

from assistant.domain.deal import Source, Standing
from assistant.domain.draft import ItemKind, Purpose
from assistant.workflows import review
from tests.edges.deciding import (
    DECIDES,
    REPROACHES,
    TWELFTH,
    answer_yes,
    body,
    date_question,
    day_in_force,
    decision,
    says,
    write_down,
    written,
)
from tests.edges.scene import LENA, Scene, in_march
from tests.workflows.world import INES, NOW, QUESTION, REP, days

LATER = "Hi Noor,\n\nThe decision has moved: we decide on 30 April 2026.\n\nBest,\nInes\n"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("We decide on 12 March 2026.", TWELFTH),
        ("We decide by the end of June 2026.", date(2026, 6, 30)),
        ("We will decide in two weeks.", date(2026, 3, 18)),
        ("Our board decides on Thursday, 26 March 2026.", date(2026, 3, 26)),
    ],
)
def test_a_day_that_they_name_is_put_to_the_rep_with_their_sentence(scene: Scene, text: str, day: date) -> None:
    """E6.87"""
    scene.receives(says(text))
    scene.morning()
    item = date_question(scene)
    assert f"{day:%A}, {day.day} {day:%B %Y}" in item.title
    assert item.reasons[0].sentence == text
    assert day_in_force(scene) == day


def test_their_day_is_written_down_with_their_sentence_when_the_rep_says_yes(scene: Scene) -> None:
    """E6.87"""
    message_id = scene.receives(DECIDES)
    scene.morning()
    answer_yes(scene, date_question(scene))
    (told,) = written(scene)
    assert (told.day, told.evidence.source, told.evidence.ref) == (TWELFTH, Source.MESSAGE, message_id)
    assert (told.evidence.who, told.evidence.sentence) == ("Ines Okafor", "We decide on 12 March 2026.")


def test_a_day_to_which_the_rep_says_no_is_used_nowhere(scene: Scene) -> None:
    """E6.87"""
    scene.receives(DECIDES)
    scene.morning()
    review.dismiss(scene.world.desk, date_question(scene).id, scene.world.now)
    scene.morning(timedelta(hours=1))
    assert day_in_force(scene) is None
    assert [item for item in scene.questions if "decide" in item.title] == []
    assert "12 March" not in body(scene)


@pytest.mark.parametrize(
    ("text", "days_named"),
    [
        ("We decide in KW 27.", "any day from 29 June 2026 to 3 July 2026"),
        ("Our board decides in Q3 2026.", "any day from 1 July 2026 to 30 September 2026"),
        ("Our board decides on 03/04/2026.", "3 April 2026"),
    ],
)
def test_a_day_that_may_be_another_is_asked_of_the_rep_and_not_planned_on(
    scene: Scene, text: str, days_named: str
) -> None:
    """E6.87"""
    scene.receives(says(text))
    scene.morning()
    item = date_question(scene)
    assert item.title == f"By which day does Ines Okafor mean to decide? It may be {days_named}."
    assert item.reasons[0].sentence == text
    assert (day_in_force(scene), scene.view().plan) == (None, None)


def test_a_yes_to_an_unclear_day_writes_it_down(scene: Scene) -> None:
    """E6.87"""
    scene.receives(says("Our board decides on 03/04/2026."))
    scene.morning()
    answer_yes(scene, date_question(scene))
    assert [told.day for told in written(scene)] == [date(2026, 4, 3)]
    assert scene.questions == []


def test_a_break_without_a_day_is_no_date(scene: Scene) -> None:
    """E6.87"""
    scene.receives(says("We will decide before the summer break."))
    scene.morning()
    assert day_in_force(scene) is None


@pytest.mark.parametrize(
    "text",
    [
        "We would like to close by 12 March 2026.",
        "You decide on 12 March 2026, as I understand it, so Ada sends the paper by 5 March.",
        "I noted that your board decides on 12 March 2026.",
    ],
)
def test_a_day_that_we_name_is_never_a_decision_date(scene: Scene, text: str) -> None:
    """E6.88"""
    scene.sends(f"Hi Ines,\n\n{text}\n\nBest,\nNoor\n")
    scene.morning()
    assert day_in_force(scene) is None
    assert scene.questions == []


def test_a_day_that_we_only_mention_is_never_a_decision_date(scene: Scene) -> None:
    """E6.88"""
    scene.sends("Hi Ines,\n\nYou decide on 12 March 2026, as I understand it.\n\nBest,\nNoor\n")
    scene.morning()
    assert day_in_force(scene) is None


def test_after_a_day_of_ours_theirs_is_still_unknown(scene: Scene) -> None:
    """E6.88"""
    scene.sends("Hi Ines,\n\nHere is the price list. We would like to close by 12 March 2026.\n", at=in_march(3))
    view = scene.morning()
    assert view.standings.has(Standing.UNDATED)
    assert view.plan is None


def test_our_day_in_the_history_of_their_mail_is_not_theirs(scene: Scene) -> None:
    """E6.88"""
    scene.receives(
        says("Could you send the price list again?")
        + "\nOn Tue, Feb 24, 2026 at 8:00 AM Noor Haddad <noor@brightlane.example> wrote:\n"
        "> We decide on 12 March 2026, if I may put it so.\n> Best,\n> Noor\n"
    )
    scene.morning()
    assert day_in_force(scene) is None
    assert [item.kind for item in scene.queue] == [ItemKind.DRAFT]


HISTORIES = {
    "gmail": "On Mon, Feb 2, 2026 at 10:15 AM Ines Okafor <ines@harbour.example> wrote:\n\n"
    "> Lena,\n>\n> We decide on 12 March 2026.\n>\n> Ines\n",
    "outlook": "-----Original Message-----\nFrom: Ines Okafor <ines@harbour.example>\n"
    "Sent: Monday, February 2, 2026 10:15 AM\nTo: Lena Petersen <lena@harbour.example>\nSubject: Planning\n\n"
    "Lena,\n\nWe decide on 12 March 2026.\n\nInes\n",
    "outlook, by name only": "From: Okafor, Ines\nSent: Monday, February 2, 2026 10:15 AM\nTo: Petersen, Lena\n"
    "Subject: Planning\n\nWe decide on 12 March 2026.\n",
    "apple mail": "Begin forwarded message:\n\n> From: Ines Okafor <ines@harbour.example>\n"
    "> Date: 2 February 2026 at 10:15:00 CET\n> To: Lena Petersen <lena@harbour.example>\n> Subject: Planning\n>\n"
    "> We decide on 12 March 2026.\n",
    "german": "Am Mo., 2. Feb. 2026 um 10:15 Uhr schrieb Ines Okafor <ines@harbour.example>:\n\n"
    "> We decide on 12 March 2026.\n",
    "french": "Le lun. 2 févr. 2026 à 10:15, Ines Okafor <ines@harbour.example> a écrit :\n"
    "> We decide on 12 March 2026.\n",
    "spanish": "De: Ines Okafor <ines@harbour.example>\nEnviado el: lunes, 2 de febrero de 2026 10:15\n"
    "Para: Lena Petersen <lena@harbour.example>\nAsunto: Planning\n\nWe decide on 12 March 2026.\n",
}


@pytest.mark.parametrize("client", HISTORIES)
def test_a_day_in_a_quoted_mail_of_theirs_is_credited_to_its_writer_and_day(scene: Scene, client: str) -> None:
    """E6.89"""
    forward = f"Hi Noor,\n\nAs you asked, this is how we go about it.\n\nLena\n\n{HISTORIES[client]}"
    message_id = scene.receives(forward, sender=LENA)
    scene.morning()
    told = decision(scene)
    assert told is not None
    assert (told.day, told.evidence.ref) == (TWELFTH, message_id)
    assert (told.evidence.who, told.evidence.on) == ("Ines Okafor", date(2026, 2, 2))
    assert "Ines Okafor named Thursday, 12 March 2026" in date_question(scene).title


def test_a_day_in_a_quoted_mail_counts_from_the_day_of_that_mail(scene: Scene) -> None:
    """E6.89"""
    quote = "On Mon, Feb 2, 2026 at 10:15 AM Ines Okafor <ines@harbour.example> wrote:\n> We decide in six weeks.\n"
    scene.receives(says("For your information.", "Lena") + f"\n{quote}", sender=LENA)
    scene.morning()
    assert day_in_force(scene) == date(2026, 3, 16)


def test_a_quoted_mail_without_a_day_above_it_is_asked_about(scene: Scene) -> None:
    """E6.89"""
    quote = "Ines Okafor <ines@harbour.example> wrote:\n> We decide on 12 March 2026.\n"
    scene.receives(says("For your information.", "Lena") + f"\n{quote}", sender=LENA)
    scene.morning()
    assert day_in_force(scene) is None
    assert date_question(scene).title.startswith("By which day does Ines Okafor mean to decide?")


def test_a_mail_of_theirs_that_only_our_answer_quotes_is_read_too(scene: Scene) -> None:
    """E6.89"""
    scene.sends(
        "Hi Ines,\n\nThank you for that.\n\nBest,\nNoor\n\n"
        "On Mon, Feb 2, 2026 at 10:15 AM Ines Okafor <ines@harbour.example> wrote:\n> We decide on 12 March 2026.\n",
        at=in_march(3),
    )
    scene.morning()
    told = decision(scene)
    assert told is not None
    assert (told.evidence.who, told.evidence.on) == ("Ines Okafor", date(2026, 2, 2))


def test_a_quote_of_a_mail_that_is_here_adds_nothing(scene: Scene) -> None:
    """E6.89"""
    original = scene.receives(DECIDES, at=in_march(2))
    quote = "On Mon, Mar 2, 2026 at 8:00 AM Ines Okafor <ines@harbour.example> wrote:\n> We decide on 12 March 2026.\n"
    scene.receives(says("For your information.", "Lena") + f"\n{quote}", sender=LENA)
    scene.morning()
    told = decision(scene)
    assert told is not None
    assert told.evidence.ref == original


def test_what_we_wrote_below_a_quote_of_theirs_stays_ours(scene: Scene) -> None:
    """E6.89"""
    quote = (
        "On Tue, Feb 3, 2026 at 9:00 AM Noor Haddad <noor@brightlane.example> wrote:\n"
        "> We decide on 12 March 2026, is my understanding.\n>\n"
        "> On Mon, Feb 2, 2026 at 10:15 AM Ines Okafor <ines@harbour.example> wrote:\n>> We look at it now.\n"
    )
    scene.receives(says("For your information.", "Lena") + f"\n{quote}", sender=LENA)
    scene.morning()
    assert day_in_force(scene) is None


def test_the_word_of_somebody_who_is_not_the_customer_is_no_decision_date(scene: Scene) -> None:
    """E6.89"""
    quote = (
        "On Mon, Feb 2, 2026 at 10:15 AM Pia Nord <pia@consulting.example> wrote:\n> They decide on 12 March 2026.\n"
    )
    scene.receives(says("For your information.", "Lena") + f"\n{quote}", sender=LENA)
    scene.morning()
    assert day_in_force(scene) is None


def two_days(scene: Scene) -> None:
    scene.receives(DECIDES, at=in_march(2))
    scene.receives(says("We decide on 30 April 2026.", "Lena"), sender=LENA)
    scene.morning()


def test_two_contacts_with_two_days_are_shown_with_both_sentences(scene: Scene) -> None:
    """E6.90"""
    two_days(scene)
    item = date_question(scene)
    assert item.title == (
        "Ines Okafor names 12 March 2026 for the decision and Lena Petersen 30 April 2026. Which one holds?"
    )
    assert [(reason.who, reason.sentence) for reason in item.reasons[:2]] == [
        ("Lena Petersen", "We decide on 30 April 2026."),
        ("Ines Okafor", "We decide on 12 March 2026."),
    ]


def test_of_two_days_none_is_chosen(scene: Scene) -> None:
    """E6.90"""
    two_days(scene)
    view = scene.view()
    assert (view.deal.decision, view.plan, view.named) == (None, None, None)
    assert [
        text for item in scene.drafts if item.content for text in ("12 March", "30 April") if text in item.content.body
    ] == []


def test_a_yes_to_the_conflict_chooses_none_either(scene: Scene) -> None:
    """E6.90"""
    two_days(scene)
    answer_yes(scene, date_question(scene))
    scene.morning(timedelta(hours=1))
    assert (written(scene), day_in_force(scene)) == ([], None)


def test_the_rep_settles_the_conflict_by_writing_one_of_them_down(scene: Scene) -> None:
    """E6.90"""
    two_days(scene)
    write_down(scene, date(2026, 4, 30))
    scene.morning(timedelta(hours=1))
    assert day_in_force(scene) == date(2026, 4, 30)
    assert [item for item in scene.questions if "decision" in item.title] == []


def test_one_contact_of_two_who_comes_round_to_the_other_day_ends_the_conflict(scene: Scene) -> None:
    """E6.90"""
    two_days(scene)
    scene.receives(says("Lena is right: we decide on 30 April 2026."))
    scene.morning(timedelta(hours=2))
    assert day_in_force(scene) == date(2026, 4, 30)


def moved(scene: Scene) -> None:
    """The rep wrote the first day down, and a week later Ines names another."""
    scene.receives(DECIDES)
    scene.morning()
    answer_yes(scene, date_question(scene))
    scene.world.now += days(5)
    scene.receives(LATER)
    scene.morning(timedelta(hours=1))


def test_a_day_that_they_move_is_put_to_the_rep_with_both_sentences(scene: Scene) -> None:
    """E6.91"""
    moved(scene)
    item = date_question(scene)
    assert item.title == (
        "Ines Okafor now names 30 April 2026 for the decision; the deal has 12 March 2026. Is it a new plan?"
    )
    assert [reason.sentence for reason in item.reasons[:2]] == [
        "The decision has moved: we decide on 30 April 2026.",
        "We decide on 12 March 2026.",
    ]


def test_a_day_that_they_moved_is_logged_beside_the_first(scene: Scene) -> None:
    """E6.91"""
    moved(scene)
    answer_yes(scene, date_question(scene))
    assert [(told.seq, told.day, told.evidence.who) for told in written(scene)] == [
        (1, TWELFTH, "Ines Okafor"),
        (2, date(2026, 4, 30), "Ines Okafor"),
    ]


def test_the_plan_is_laid_anew_toward_the_day_that_they_moved_to(scene: Scene) -> None:
    """E6.91"""
    moved(scene)
    plan = scene.view().plan
    assert plan is not None
    assert plan.decision == date(2026, 4, 30)


def test_no_draft_speaks_of_the_day_that_they_moved(scene: Scene) -> None:
    """E6.91"""
    moved(scene)
    answer_yes(scene, date_question(scene))
    scene.morning(days(4))
    text = body(scene).lower()
    assert [word for word in ("12 march", *REPROACHES) if word in text] == []


def test_a_day_that_they_moved_without_naming_one_leaves_the_old_one_out_of_every_draft(scene: Scene) -> None:
    """E6.91"""
    scene.receives(DECIDES)
    scene.morning()
    answer_yes(scene, date_question(scene))
    scene.world.now += days(5)
    scene.receives(says("Our board decides in Q3 2026."))
    scene.morning(timedelta(hours=1))
    assert day_in_force(scene) is None
    assert date_question(scene).title.startswith("By which day does Ines Okafor mean to decide?")


def test_a_question_of_theirs_is_answered_although_the_day_is_in_doubt(scene: Scene) -> None:
    """E6.87, E6.90"""
    scene.receives(DECIDES, at=in_march(2))
    scene.receives(says("We decide on 30 April 2026.", "Lena"), sender=LENA, at=in_march(3))
    scene.world.work.deliver(INES, REP, QUESTION, NOW - timedelta(hours=1), subject="One more thing")
    scene.morning()
    assert scene.purposes == [Purpose.ANSWER]
    assert "Which one holds?" in date_question(scene).title
