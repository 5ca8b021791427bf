"""E6.92 to E6.96: the plan toward their day, where it went by, isn't known, lies badly, or suits us too well.

It's Wednesday, 4 March 2026. Ines asked for a paper; our answer of six working days ago led nowhere.
"""

from dataclasses import replace
from datetime import date, timedelta

from assistant.domain.deal import Source
from assistant.domain.draft import Purpose
from assistant.workflows import choosing, planning
from assistant.workflows.plan_words import command, missing
from assistant.workflows.seen_plan import Planned, planned
from tests.edges.deciding import (
    DECIDES,
    REPROACHES,
    TWELFTH,
    answer_yes,
    because,
    body,
    date_question,
    day_in_force,
    decision,
    says,
    write_down,
    written,
)
from tests.edges.scene import INES_AT, Scene, calendar, in_march
from tests.workflows.world import NOW


def plan_of(scene: Scene) -> Planned:
    with scene.world.store.read() as tx:
        return planned(tx, scene.world.config, "harbour", scene.world.now)


def in_country(scene: Scene, country: str) -> None:
    with scene.world.store.write() as tx:
        tx.ledger.update_deal(replace(tx.ledger.deal("harbour"), country=country))


def passed(scene: Scene) -> None:
    """They named 12 March and we answered; on 18 March nothing is known of a decision."""
    told = scene.receives(DECIDES)
    scene.sends("Hi Ines,\n\nHere is the price list.\n\nBest,\nNoor\n", at=NOW + timedelta(hours=2), reply_to=told)
    scene.morning(timedelta(hours=3))
    answer_yes(scene, date_question(scene))
    scene.morning_of(2026, 3, 18)


def test_a_day_that_went_by_is_followed_by_one_honest_question(scene: Scene) -> None:
    """E6.92"""
    passed(scene)
    assert scene.purposes == [Purpose.CLARITY]
    assert body(scene).count("?") == 1


def test_the_question_after_it_is_about_them_and_names_no_day(scene: Scene) -> None:
    """E6.92"""
    passed(scene)
    text = body(scene).lower()
    assert [word for word in ("march", "deadline", *REPROACHES) if word in text] == []


def test_the_rep_is_told_that_the_day_went_by_and_what_to_do(scene: Scene) -> None:
    """E6.92, E6.94"""
    passed(scene)
    (draft,) = scene.drafts
    assert "12 March 2026, is behind us." in because(draft)
    assert "Ask what has changed for them" in because(draft)


def test_without_a_day_the_first_thing_is_to_learn_it_and_why_it_serves_them(scene: Scene) -> None:
    """E6.93"""
    scene.morning()
    assert scene.purposes == [Purpose.DECISION_PROCESS]
    assert "decide" in body(scene)
    assert [word for word in ("we need", "our plan", "our side needs", "deadline") if word in body(scene).lower()] == []


def test_without_a_day_no_milestone_is_planned(scene: Scene) -> None:
    """E6.93"""
    assert scene.morning().plan is None


def test_a_day_of_rest_is_told_to_the_rep_with_the_day_before_it(scene: Scene) -> None:
    """E6.94"""
    in_country(scene, "DE")
    scene.receives(says("We decide on 3 April 2026."))
    scene.morning()
    told = because(date_question(scene))
    assert "3 April 2026 is no working day: the plan ends on 2 April 2026; ask which day is meant." in told


def test_a_plan_towards_a_day_of_rest_ends_on_a_working_day(scene: Scene) -> None:
    """E6.94"""
    in_country(scene, "DE")
    scene.receives(says("We decide on 3 April 2026."))
    plan = scene.morning().plan
    assert plan is not None
    assert max(milestone.day for milestone in plan.milestones) <= date(2026, 4, 2)


def test_a_day_too_close_for_the_plan_is_told_to_the_rep_with_ways_out(scene: Scene) -> None:
    """E6.94"""
    scene.receives(DECIDES)
    scene.morning()
    told = because(date_question(scene))
    assert "Too late for" in told
    assert "ask whether a later day suits them better" in told


def test_what_no_longer_fits_is_not_crammed_into_the_plan(scene: Scene) -> None:
    """E6.94"""
    scene.receives(DECIDES)
    plan = scene.morning().plan
    assert plan is not None
    assert plan.crowded
    assert all(NOW.date() < milestone.day <= TWELFTH for milestone in plan.milestones if not milestone.done)


def test_each_way_out_names_what_to_type_and_none_is_another_day(scene: Scene) -> None:
    """E6.94"""
    write_down(scene, TWELFTH)
    found = plan_of(scene)
    assert found.plan is not None
    told = [command(found, option) for option in found.plan.options]
    assert told[1:3] == ["nextmove plan drop harbour hands_on", "nextmove plan drop harbour security_legal"]
    assert "nextmove plan merge harbour security_legal commercial" in told
    assert [option.kind for option in found.plan.options if "deals date" in command(found, option)] == ["ask"]


def test_what_is_left_out_or_held_together_makes_the_plan_fit_their_day(scene: Scene) -> None:
    """E6.94"""
    write_down(scene, TWELFTH)
    choosing.merge(scene.world.desk, "harbour", "security_legal", "commercial", scene.world.now)
    for milestone in ("needs", "hands_on"):
        choosing.drop(scene.world.desk, "harbour", milestone, scene.world.now)
    plan = scene.view().plan
    assert plan is not None
    assert (plan.crowded, plan.options, plan.decision) == ((), (), TWELFTH)
    assert [m.kind.id for m in plan.milestones if not m.done] == ["commercial", "decision"]


def test_a_day_that_went_by_is_among_the_deals_where_nothing_is_next(scene: Scene) -> None:
    """E6.92, E6.94"""
    passed(scene)
    found = plan_of(scene)
    assert found.next is None
    assert missing(found)[0] == "the day on which they meant to decide is behind us"


def test_without_a_day_the_list_of_what_is_next_says_to_ask(scene: Scene) -> None:
    """E6.93"""
    scene.morning()
    assert missing(plan_of(scene))[1].startswith("ask them, then nextmove deals date harbour")


def test_a_day_of_theirs_that_moved_is_a_plan_without_the_choices_for_the_old_one(scene: Scene) -> None:
    """E6.91, E6.94"""
    write_down(scene, TWELFTH)
    choosing.drop(scene.world.desk, "harbour", "hands_on", scene.world.now)
    write_down(scene, date(2026, 6, 30))
    plan = scene.view().plan
    assert plan is not None
    assert plan.dropped == ()


def test_a_day_before_their_own_mail_is_none(scene: Scene) -> None:
    """E6.94"""
    scene.receives(says("Our board was to decide on 12 January 2026."))
    scene.morning()
    assert day_in_force(scene) is None


def test_a_later_milestone_that_was_held_first_is_done_and_the_earlier_ones_stay(scene: Scene) -> None:
    """E6.95"""
    write_down(scene, date(2026, 6, 30))
    scene.world.work.meet("prices", in_march(3, 14), INES_AT, summary="Harbour: walk through prices and terms")
    plan = scene.morning().plan
    assert plan is not None
    done = {milestone.kind.id: milestone.done for milestone in plan.milestones}
    assert (done["commercial"], done["hands_on"]) == (True, False)
    assert plan.next is not None
    assert plan.next.kind.id == "hands_on"


def test_a_milestone_to_which_they_invited_counts_like_ours(scene: Scene) -> None:
    """E6.95"""
    write_down(scene, date(2026, 6, 30))
    event = calendar(in_march(3, 14), organizer=INES_AT, partstat="ACCEPTED")
    scene.books(event.replace("Talk about the paper", "Security review"))
    plan = scene.morning().plan
    assert plan is not None
    assert [milestone.kind.id for milestone in plan.milestones if milestone.done] == ["needs", "security_legal"]


def test_a_milestone_that_they_did_by_themselves_is_accepted_on_their_word(scene: Scene) -> None:
    """E6.95"""
    write_down(scene, date(2026, 6, 30))
    scene.receives(says("Our security team has finished its review, and there are no open points."))
    plan = scene.morning().plan
    assert plan is not None
    assert "security_legal" in {milestone.kind.id for milestone in plan.milestones if milestone.done}


def test_a_milestone_done_out_of_order_moves_no_approved_day(scene: Scene) -> None:
    """E6.95"""
    write_down(scene, date(2026, 6, 30))
    before, _ = planning.approve(scene.world.desk, "harbour", scene.world.now)
    planning.mark_done(scene.world.desk, "harbour", "commercial", scene.world.now)
    days = {step.kind.id: step.day for step in before.steps}
    found = plan_of(scene)
    assert found.next is not None
    assert found.next.kind.id == "needs"
    assert all(step.day == days[step.kind.id] for step in found.steps if step.ahead)


def test_a_milestone_that_was_left_out_and_held_after_all_is_done(scene: Scene) -> None:
    """E6.95"""
    write_down(scene, date(2026, 6, 30))
    choosing.drop(scene.world.desk, "harbour", "security_legal", scene.world.now)
    scene.receives(says("Our security team has finished its review, and there are no open points."))
    plan = scene.morning().plan
    assert plan is not None
    assert plan.dropped == ()
    assert "security_legal" in {milestone.kind.id for milestone in plan.milestones if milestone.done}


def test_a_meeting_that_they_called_does_all_that_was_to_be_held_in_it(scene: Scene) -> None:
    """E6.95"""
    write_down(scene, date(2026, 6, 30))
    choosing.merge(scene.world.desk, "harbour", "security_legal", "commercial", scene.world.now)
    scene.world.work.meet("prices", in_march(3, 14), INES_AT, summary="Harbour: walk through prices and terms")
    plan = scene.morning().plan
    assert plan is not None
    assert {"security_legal", "commercial"} <= {milestone.kind.id for milestone in plan.milestones if milestone.done}


def test_a_day_at_the_end_of_a_quarter_is_taken_from_the_customer_alone(scene: Scene) -> None:
    """E6.96"""
    scene.sends("Hi Ines,\n\nIt would help us to have your decision by 31 March 2026.\n\nBest,\nNoor\n", at=in_march(3))
    scene.morning()
    assert day_in_force(scene) is None
    scene.receives(says("We decide on 31 March 2026."))
    scene.morning(timedelta(hours=2))
    told = decision(scene)
    assert told is not None
    assert (told.evidence.who, told.evidence.sentence) == ("Ines Okafor", "We decide on 31 March 2026.")


def test_no_draft_gives_a_reason_of_ours_for_a_day_at_the_end_of_a_quarter(scene: Scene) -> None:
    """E6.96"""
    told = scene.receives(says("We decide on 31 March 2026."))
    scene.sends("Hi Ines,\n\nHere is the price list.\n\nBest,\nNoor\n", at=NOW + timedelta(hours=1), reply_to=told)
    texts = []
    for day in range(9, 31, 3):
        scene.morning_of(2026, 3, day)
        texts += [item.content.body.lower() for item in scene.drafts if item.content]
    assert texts
    ours = ("quarter", "quota", "target", "our deadline", "discount", "end of the month", "for us to close")
    assert [word for word in ours if any(word in text for text in texts)] == []


def test_the_reps_word_for_a_day_needs_to_say_whose_it_is(scene: Scene) -> None:
    """E6.96"""
    write_down(scene, date(2026, 3, 31))
    (told,) = written(scene)
    assert (told.evidence.source, told.evidence.sentence) == (Source.REP, "Ines on the phone")
