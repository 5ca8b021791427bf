"""E8.110 to E8.113: after a no there is silence, until they write or the day that they named; and whose no it is.

It's Wednesday, 4 March 2026. Ines asked for a paper; our answer of six working days ago led nowhere.
"""

from datetime import date, timedelta

import pytest

from assistant.domain.deal import Stage, Standing
from assistant.domain.draft import ItemKind, Purpose
from assistant.workflows import review
from tests.edges.deciding import body, says, write_down
from tests.edges.no import ASKS_AGAIN, NO, NOT_MINE, QUIET, drafted_later, only
from tests.edges.scene import INES_AT, LENA, Scene, calendar, first, in_march, mailed, until
from tests.workflows.world import INES, REP, days, known

SEPTEMBER = "Hi Noor,\n\nNot now. Please write to me again on 1 September 2026.\n\nBest,\nInes\n"


def test_until_the_day_that_they_named_nothing_is_drafted(scene: Scene) -> None:
    """E8.110"""
    scene.receives(SEPTEMBER)
    view = scene.morning()
    assert (first(view), until(view)) == (Standing.PAUSED, "2026-09-01")
    for month in range(3, 9):
        scene.morning_of(2026, month, 28)
        assert scene.queue == []


def test_on_the_day_that_they_named_one_draft_is_put_up(scene: Scene) -> None:
    """E8.110"""
    scene.receives(SEPTEMBER)
    scene.morning_of(2026, 8, 31)
    assert scene.queue == []
    scene.morning_of(2026, 9, 1)
    assert scene.purposes == [Purpose.RECONNECT]


def test_after_the_one_mail_that_they_agreed_to_it_is_their_turn(scene: Scene) -> None:
    """E8.110"""
    scene.receives(SEPTEMBER)
    scene.morning_of(2026, 9, 1)
    scene.sends(body(scene), at=scene.world.now + timedelta(hours=1))
    assert drafted_later(scene) == []


def test_when_they_answer_the_one_mail_it_goes_on(scene: Scene) -> None:
    """E8.110"""
    scene.receives(SEPTEMBER)
    scene.morning_of(2026, 9, 1)
    scene.sends(body(scene), at=scene.world.now + timedelta(hours=1))
    scene.world.now += days(2)
    scene.receives(ASKS_AGAIN)
    scene.morning()
    assert scene.purposes == [Purpose.ANSWER]


def test_the_one_draft_that_the_rep_dismisses_does_not_come_back(scene: Scene) -> None:
    """E8.110"""
    scene.receives(SEPTEMBER)
    scene.morning_of(2026, 9, 1)
    review.dismiss(scene.world.desk, only(scene.drafts).id, scene.world.now)
    assert drafted_later(scene) == []


def test_a_month_to_come_back_in_is_put_to_the_rep_and_counts_from_its_first_day(scene: Scene) -> None:
    """E8.110"""
    scene.receives(says("Not now, please write to me in September."))
    view = scene.morning()
    assert (first(view), until(view), scene.drafts) == (Standing.PAUSED, "2026-09-01", [])
    review.approve(scene.world.desk, only(scene.questions).id, scene.world.now)
    scene.morning_of(2026, 8, 31)
    assert scene.queue == []
    scene.morning_of(2026, 9, 1)
    assert scene.purposes == [Purpose.RECONNECT]


def test_a_no_of_somebody_who_does_not_decide_is_noted_and_not_final(scene: Scene) -> None:
    """E8.111"""
    scene.receives(NOT_MINE)
    view = scene.morning()
    assert (view.deal.stage, scene.drafts) == (Stage.BEFORE_YES, [])
    item = only(scene.questions)
    assert "Is it the customer's no?" in item.title
    assert item.reasons[0].sentence == "For my part I would say no, but it is not my decision."


def test_nobody_goes_over_the_head_of_who_said_it(scene: Scene) -> None:
    """E8.111"""
    known(scene.world, "harbour", LENA)
    scene.receives(NOT_MINE)
    scene.morning()
    review.dismiss(scene.world.desk, only(scene.questions).id, scene.world.now)
    for later in QUIET:
        scene.morning(days(later))
        assert [item for item in scene.drafts if mailed(item) != {INES_AT}] == []


def test_a_no_that_the_rep_says_is_the_customers_ends_it_gracefully(scene: Scene) -> None:
    """E8.111"""
    scene.receives(NOT_MINE)
    scene.morning()
    review.approve(scene.world.desk, only(scene.questions).id, scene.world.now)
    view = scene.morning(timedelta(hours=1))
    assert (first(view), view.deal.stage) == (Standing.SAID_NO, Stage.SAID_NO)
    assert scene.purposes == [Purpose.GRACEFUL_EXIT]


@pytest.mark.parametrize("partstat", ["ACCEPTED", "NEEDS-ACTION", "TENTATIVE"])
def test_with_an_invitation_out_the_rep_is_asked_to_call_it_off_kindly(scene: Scene, partstat: str) -> None:
    """E8.112"""
    scene.books(calendar(in_march(10, 14), partstat=partstat))
    scene.receives(NO)
    scene.morning()
    item = only(scene.notices)
    assert item.title == "A meeting with them is still in the calendar on 10 March 2026: call it off kindly."
    assert scene.purposes == [Purpose.GRACEFUL_EXIT]


def test_nothing_is_called_off_for_a_no_that_is_not_final(scene: Scene) -> None:
    """E8.112, E8.111"""
    scene.books(calendar(in_march(10, 14), partstat="ACCEPTED"))
    scene.receives(NOT_MINE)
    scene.morning()
    assert scene.notices == []


def test_a_meeting_that_was_called_off_is_not_put_up(scene: Scene) -> None:
    """E8.112"""
    scene.books(calendar(in_march(10, 14), partstat="DECLINED"))
    scene.receives(NO)
    scene.morning()
    assert scene.notices == []


def came_back(scene: Scene) -> str:
    """They said no, we took our leave, and three weeks later Ines asks again; the Message-ID of her question."""
    write_down(scene, date(2026, 4, 30))
    said = scene.receives(NO)
    scene.morning()
    scene.sends(body(scene), at=scene.world.now + timedelta(hours=1), reply_to=said)
    scene.world.now += days(21)
    scene.morning()
    assert scene.queue == []
    asked = scene.receives(ASKS_AGAIN)
    scene.morning()
    return asked


def test_when_they_write_after_a_no_an_answer_is_suggested(scene: Scene) -> None:
    """E8.113"""
    asked = came_back(scene)
    item = only(scene.queue)
    assert (item.kind, item.purpose) == (ItemKind.DRAFT, Purpose.ANSWER)
    assert item.content is not None
    assert item.content.in_reply_to == asked


def test_the_suggestion_shows_the_no_that_came_before(scene: Scene) -> None:
    """E8.113"""
    came_back(scene)
    reasons = only(scene.queue).reasons
    assert ("We have decided against it.", "Ines Okafor", date(2026, 3, 4)) in [
        (reason.sentence, reason.who, reason.on) for reason in reasons
    ]


def test_the_whole_history_is_there_when_they_come_back(scene: Scene) -> None:
    """E8.113"""
    came_back(scene)
    assert len(scene.view().timeline.moves) == 5


def test_what_was_planned_before_the_no_is_not_taken_up_again(scene: Scene) -> None:
    """E8.113"""
    came_back(scene)
    view = scene.view()
    assert (view.deal.decision, view.plan) == (None, None)
    text = body(scene).lower()
    assert [word for word in ("april", "your date", "decided against", "last time") if word in text] == []


def test_a_thank_you_after_a_no_reopens_nothing(scene: Scene) -> None:
    """E8.113"""
    said = scene.receives(NO)
    scene.morning()
    bye = scene.sends(body(scene), at=scene.world.now + timedelta(hours=1), reply_to=said)
    scene.world.now += days(1)
    scene.receives(says("Thank you, all the best to you too!"), reply_to=bye)
    scene.morning()
    assert (first(scene.view()), scene.queue) == (Standing.SAID_NO, [])


def test_a_deal_that_the_rep_let_go_is_reopened_only_as_a_suggestion(scene: Scene) -> None:
    """E8.113"""
    review.let_go(scene.world.desk, "harbour", scene.world.now)
    scene.morning(timedelta(hours=1))
    review.dismiss(scene.world.desk, only(scene.drafts).id, scene.world.now)
    scene.world.now += days(21)
    scene.world.work.deliver(INES, REP, ASKS_AGAIN, scene.world.now - timedelta(hours=1), subject="Once more")
    scene.morning()
    assert scene.drafts == []
    assert scene.view().deal.stage is Stage.SAID_NO
