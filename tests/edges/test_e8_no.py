"""E8.108, E8.109: a no is a no, each in its own way, also after a yes; and who asks for silence gets it for good.

It's Wednesday, 4 March 2026. Ines asked for a paper; our answer of six working days ago led nowhere.
"""

from datetime import date, timedelta

import pytest

from assistant.domain.deal import Stage, Standing
from assistant.domain.draft import ItemState, Purpose
from assistant.workflows import review
from assistant.workflows.desk import DealView
from tests.edges.deciding import body, says, write_down
from tests.edges.no import ASKS_AGAIN, NO, QUIET, certain, drafted_later, only
from tests.edges.scene import INES_AT, LENA, Scene, first, in_march, mailed
from tests.workflows.world import INES, NOW, days, known

YES = "Hi Noor,\n\nGood news: we have decided to go ahead with you.\n\nBest,\nInes\n"
STOP = "Hi Noor,\n\nPlease stop writing to me.\n\nInes\n"


@pytest.mark.parametrize(
    "text",
    [
        "We have decided against it.",
        "We will not go ahead with this.",
        "We have chosen another supplier.",
        "Our budget has been cut, so we will not buy this. It is a no.",
    ],
)
def test_a_clear_no_whatever_its_reason_is_final_and_gets_one_graceful_reply(scene: Scene, text: str) -> None:
    """E8.108"""
    scene.receives(says(text))
    view = scene.morning()
    assert (first(view), certain(view), view.deal.stage) == (Standing.SAID_NO, True, Stage.SAID_NO)
    assert scene.purposes == [Purpose.GRACEFUL_EXIT]


def test_the_reply_to_a_lost_choice_argues_with_nothing_and_asks_nothing(scene: Scene) -> None:
    """E8.108"""
    scene.receives(says("We have chosen another supplier."))
    scene.morning()
    text = body(scene).lower()
    assert "?" not in text
    assert [word for word in ("supplier", "why", "reconsider", "price", "discount", "but ") if word in text] == []


def test_the_reply_to_a_budget_that_was_cut_offers_no_discount(scene: Scene) -> None:
    """E8.108"""
    scene.receives(says("Our budget has been cut, so we will not buy this. It is a no."))
    scene.morning()
    assert [word for word in ("budget", "discount", "price", "cheaper", "smaller") if word in body(scene).lower()] == []


def test_after_a_clear_no_was_answered_there_is_silence(scene: Scene) -> None:
    """E8.108"""
    said = scene.receives(NO)
    scene.morning()
    scene.sends(body(scene), at=scene.world.now + timedelta(hours=1), reply_to=said)
    assert drafted_later(scene) == []


@pytest.mark.parametrize("text", ["This is not a priority for us now.", "Not this year, I am afraid. It has to wait."])
def test_a_soft_no_is_a_pause_and_nothing_is_drafted(scene: Scene, text: str) -> None:
    """E8.108"""
    scene.receives(says(text))
    assert first(scene.morning()) is Standing.PAUSED
    assert scene.drafts == []


def test_a_soft_no_with_a_vague_day_is_put_to_the_rep(scene: Scene) -> None:
    """E8.108"""
    scene.receives(says("Maybe next year."))
    view = scene.morning()
    assert first(view) is Standing.PAUSED
    assert only(scene.questions).title.startswith("Is this a “not now”?")


def test_a_soft_no_that_the_rep_confirms_is_one(scene: Scene) -> None:
    """E8.108"""
    scene.receives(says("Maybe next year."))
    scene.morning()
    review.approve(scene.world.desk, only(scene.questions).id, scene.world.now)
    view = scene.morning(days(30))
    assert (first(view), certain(view), scene.queue) == (Standing.PAUSED, True, [])


def silent(scene: Scene) -> None:
    """Three mails of ours with a step in each went unanswered; it's 25 March."""
    for day in (5, 11, 17):
        text = f"Hi Ines,\n\nShall we meet on {day + 2} March 2026 at 10:00 to walk through the paper?\n\nBest,\nNoor\n"
        scene.sends(text, at=in_march(day, 10))
    scene.morning_of(2026, 3, 25)


def test_a_no_by_silence_is_met_with_the_honest_question(scene: Scene) -> None:
    """E8.108"""
    silent(scene)
    assert scene.purposes == [Purpose.CLARITY]


def test_silence_after_the_honest_question_is_for_the_rep_to_end(scene: Scene) -> None:
    """E8.108"""
    silent(scene)
    scene.sends(body(scene), at=in_march(25, 10))
    scene.morning_of(2026, 4, 8)
    assert scene.drafts == []
    assert "let it go" in only(scene.questions).title


def test_after_the_rep_let_go_one_graceful_reply_and_then_nothing(scene: Scene) -> None:
    """E8.108"""
    silent(scene)
    review.let_go(scene.world.desk, "harbour", scene.world.now)
    scene.morning(timedelta(hours=1))
    assert scene.purposes == [Purpose.GRACEFUL_EXIT]
    review.dismiss(scene.world.desk, only(scene.drafts).id, scene.world.now)
    assert drafted_later(scene) == []


def test_a_champion_who_leaves_says_no_no(scene: Scene) -> None:
    """E8.108"""
    scene.receives(says("Friday, 6 March 2026 is my last day at Harbour."))
    view = scene.morning()
    assert view.deal.stage is Stage.BEFORE_YES
    assert not view.standings.has(Standing.SAID_NO)


def test_of_a_champion_who_leaves_the_rep_is_asked_who_takes_over(scene: Scene) -> None:
    """E8.108"""
    scene.receives(says("Friday, 6 March 2026 is my last day at Harbour."))
    scene.morning()
    assert scene.drafts == []
    item = only(scene.questions)
    assert item.title == "Ines Okafor leaves Company harbour. Who looks after it from then on?"
    assert item.reasons[0].sentence == "Friday, 6 March 2026 is my last day at Harbour."


def test_nothing_is_written_to_a_champion_who_has_left(scene: Scene) -> None:
    """E8.108"""
    known(scene.world, "harbour", LENA)
    scene.receives(says("Friday, 6 March 2026 is my last day at Harbour."), cc=LENA)
    scene.morning()
    review.approve(scene.world.desk, only(scene.questions).id, scene.world.now)
    for later in QUIET:
        scene.morning(days(later))
        assert [item for item in scene.drafts if INES_AT in mailed(item)] == []
    assert [(c.address.email, c.active) for c in scene.view().deal.contacts] == [
        (INES_AT, False),
        ("lena@harbour.example", True),
    ]


def test_a_champion_of_whom_a_colleague_says_that_she_left_is_not_written_to(scene: Scene) -> None:
    """E8.108"""
    scene.receives(says("Ines has left the company. Could you send me the price list?", "Lena"), sender=LENA)
    scene.morning()
    review.approve(scene.world.desk, only(scene.questions).id, scene.world.now)
    scene.morning(days(1))
    assert mailed(only(scene.drafts)) == {"lena@harbour.example"}


def test_where_the_only_contact_has_left_the_rep_is_told_to_find_out_who_is_there(scene: Scene) -> None:
    """E8.108"""
    scene.receives(says("Friday, 6 March 2026 is my last day at Harbour."))
    scene.morning()
    review.approve(scene.world.desk, only(scene.questions).id, scene.world.now)
    view = scene.morning_of(2026, 3, 12)
    assert first(view) is Standing.UNREACHABLE
    assert "find out who is there now" in only(scene.notices).title


@pytest.mark.parametrize("text", ["Please stop writing to me.", "Please do not contact us again."])
def test_who_asks_not_to_be_written_to_gets_no_reply_at_all(scene: Scene, text: str) -> None:
    """E8.108, E7.107"""
    scene.receives(says(text))
    view = scene.morning()
    assert (first(view), certain(view), scene.drafts) == (Standing.SAID_NO, True, [])
    item = only(scene.notices)
    assert item.title.startswith("Ines Okafor asks not to be written to.")
    assert item.reasons[0].sentence == text


def test_a_wish_not_to_be_written_to_takes_down_what_waited(scene: Scene) -> None:
    """E8.108"""
    scene.morning()
    filed = review.approve(scene.world.desk, only(scene.drafts).id, scene.world.now)
    scene.world.now += timedelta(hours=2)
    scene.receives(STOP)
    scene.morning()
    assert scene.world.item(filed.id).state is ItemState.WITHDRAWN
    assert scene.world.work.draft_files() == []


def test_a_wish_not_to_be_written_to_holds_for_good(scene: Scene) -> None:
    """E8.108"""
    scene.receives(STOP)
    scene.morning()
    review.approve(scene.world.desk, only(scene.notices).id, scene.world.now)
    assert drafted_later(scene) == []
    assert scene.queue == []


def test_a_wish_not_to_be_written_to_outlasts_a_later_question(scene: Scene) -> None:
    """E8.108, E8.113"""
    scene.receives(STOP)
    scene.morning()
    review.approve(scene.world.desk, only(scene.notices).id, scene.world.now)
    scene.world.now += days(20)
    scene.receives(ASKS_AGAIN)
    scene.morning()
    assert scene.drafts == []
    assert "wrote again after the wish to be left alone. Do you want to reopen the deal?" in only(scene.questions).title


def test_only_the_reps_yes_ends_a_wish_not_to_be_written_to(scene: Scene) -> None:
    """E8.108, E8.113"""
    scene.receives(STOP)
    scene.morning()
    review.approve(scene.world.desk, only(scene.notices).id, scene.world.now)
    scene.world.now += days(20)
    scene.receives(ASKS_AGAIN)
    scene.morning()
    review.approve(scene.world.desk, only(scene.questions).id, scene.world.now)
    scene.morning(timedelta(hours=1))
    assert scene.purposes == [Purpose.ANSWER]


def test_a_colleagues_question_does_not_put_her_back_on_the_list(scene: Scene) -> None:
    """E8.108"""
    scene.receives(STOP)
    scene.morning()
    review.approve(scene.world.desk, only(scene.notices).id, scene.world.now)
    scene.world.now += days(20)
    scene.receives(says("Could you send me the price list?", "Lena"), sender=LENA, cc=INES)
    scene.morning()
    review.approve(scene.world.desk, only(scene.questions).id, scene.world.now)
    scene.morning(timedelta(hours=1))
    assert mailed(only(scene.drafts)) == {"lena@harbour.example"}


def after_a_yes(scene: Scene) -> DealView:
    """They decided for us, a plan was laid, and a month later they say no."""
    write_down(scene, date(2026, 4, 30))
    told = scene.receives(YES)
    scene.sends(
        "Hi Ines,\n\nThank you. I will send the agreement on Friday, and you save 20 hours a month.\n\nBest,\nNoor\n",
        at=NOW + timedelta(hours=1),
        reply_to=told,
    )
    assert scene.morning(timedelta(hours=2)).deal.stage is Stage.AFTER_YES
    scene.world.now += days(28)
    scene.receives(says("I am sorry: we have decided against it after all."))
    return scene.morning()


def test_a_no_after_a_yes_is_a_no(scene: Scene) -> None:
    """E8.109"""
    view = after_a_yes(scene)
    assert (first(view), view.deal.stage, view.plan) == (Standing.SAID_NO, Stage.SAID_NO, None)
    assert scene.purposes == [Purpose.GRACEFUL_EXIT]


def test_the_reply_to_a_no_after_a_yes_quotes_no_plan_no_gain_and_no_promise(scene: Scene) -> None:
    """E8.109"""
    after_a_yes(scene)
    text = body(scene).lower()
    quoted = ("agreed", "promise", "go-ahead", "yes", "plan", "save", "hours", "april", "agreement", "but ", "?")
    assert [word for word in quoted if word in text] == []


def test_the_rep_is_shown_no_plan_after_a_no_that_followed_a_yes(scene: Scene) -> None:
    """E8.109"""
    after_a_yes(scene)
    assert [reason.rule for reason in only(scene.drafts).reasons if reason.rule.startswith("plan.")] == []
