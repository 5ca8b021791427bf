"""The plan of a deal, as the rep steers it: approve, tick off, lay anew, undo."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from assistant.domain.deal import Stage
from assistant.errors import InputError, NotFoundError, RefusedError
from assistant.store import ApprovedPlan
from assistant.workflows import planning, review, seen_plan
from assistant.workflows.undoing import undo
from tests.workflows.conftest import Build
from tests.workflows.plans import DECIDES, TODAY, ahead, approve, approved, audited, decide, look_at, step
from tests.workflows.world import NOW, REP, World, days


@pytest.fixture
def planned(world: World) -> World:
    """Harbour decides on 30 April, as Ines said on the phone."""
    world.run()
    decide(world)
    return world


class TestApproving:
    def test_what_was_approved_is_kept_with_its_date_and_in_the_audit_trail(self, planned: World) -> None:
        found, new = approve(planned)
        assert new
        assert approved(planned) == ApprovedPlan(DECIDES, ahead(found), planned.now, 1)
        assert "plan approved" in audited(planned)

    def test_approving_the_same_days_again_changes_nothing(self, planned: World) -> None:
        approve(planned)
        before = planned.dump()
        assert approve(planned)[1] is False
        assert planned.dump() == before

    def test_approved_days_stay_while_time_goes_by(self, planned: World) -> None:
        decide(planned, date(2026, 4, 2))
        found, _ = approve(planned)
        planned.now += days(1)
        later = look_at(planned)
        still = {name: day for name, day in ahead(found).items() if day > planned.now.date()}
        assert {name: day for name, day in ahead(later).items() if name in still} == still

    def test_a_day_that_works_no_more_moves_and_the_others_stay(self, planned: World) -> None:
        before = ahead(approve(planned)[0])
        closed = replace(planned.config, closed=frozenset({before["hands_on"]}))
        with planned.store.write() as tx:
            found = seen_plan.planned(tx, closed, "harbour", planned.now)
        moved = {name for name, day in ahead(found).items() if day != before[name]}
        assert moved == {"hands_on"}
        assert step(found, "hands_on").approved == before["hands_on"]

    def test_a_new_date_of_theirs_is_a_new_plan_that_nobody_approved(self, planned: World) -> None:
        approve(planned)
        decide(planned, date(2026, 5, 29))
        assert approved(planned) is None
        assert look_at(planned).approved is None

    def test_a_no_voids_the_approval_also_when_the_deal_is_opened_again(self, planned: World) -> None:
        approve(planned)
        review.end(planned.desk, "harbour", Stage.SAID_NO, planned.now)
        review.end(planned.desk, "harbour", Stage.BEFORE_YES, planned.now + timedelta(minutes=1))
        assert approved(planned) is None

    def test_without_a_plan_there_is_nothing_to_approve(self, world: World) -> None:
        with pytest.raises(RefusedError, match="Nobody knows yet"):
            approve(world)

    def test_a_date_that_is_not_written_down_is_written_down_first(self, world: World) -> None:
        world.answer("work3@post.example", "Hi Noor,\n\nWe decide on 30 April 2026.\n\nBest,\nInes\n")
        world.run()
        assert look_at(world).plan is not None
        with pytest.raises(RefusedError, match="nextmove deals date harbour 2026-04-30"):
            approve(world)

    def test_a_plan_without_a_day_cannot_be_approved(self, planned: World) -> None:
        planned.now = NOW + timedelta(days=(DECIDES - TODAY).days)
        with pytest.raises(RefusedError, match="has a day to approve"):
            approve(planned)

    def test_a_rehearsal_changes_nothing(self, planned: World) -> None:
        before = planned.dump()
        planning.approve(planned.desk, "harbour", planned.now, dry_run=True)
        assert planned.dump() == before

    def test_the_decision_date_stays_whatever_is_approved(self, planned: World) -> None:
        approve(planned)
        planning.lay_anew(planned.desk, "harbour", planned.now)
        with planned.store.read() as tx:
            assert [each.day for each in tx.ledger.decision_dates("harbour")] == [DECIDES]


class TestTicking:
    def test_a_milestone_is_ticked_off_with_its_day_and_the_next_one_is_next(self, planned: World) -> None:
        planning.mark_done(planned.desk, "harbour", "needs", planned.now, on=date(2026, 3, 2))
        found = look_at(planned)
        assert (step(found, "needs").done, step(found, "needs").day) == (True, date(2026, 3, 2))
        assert found.next is not None
        assert found.next.kind.id == "hands_on"
        assert "milestone done" in audited(planned)

    @pytest.mark.parametrize("name", ["hands_on", "Hands-on test", "HANDS ON TEST", "hands-on"])
    def test_it_is_known_by_id_and_by_name(self, planned: World, name: str) -> None:
        assert planning.mark_done(planned.desk, "harbour", name, planned.now)[0].id == "hands_on"

    @pytest.mark.parametrize(("milestone", "when"), [("agreement", "after their yes"), ("needs", "before their yes")])
    def test_one_of_the_other_stage_is_refused(self, planned: World, milestone: str, when: str) -> None:
        if milestone == "needs":
            review.end(planned.desk, "harbour", Stage.AFTER_YES, planned.now)
        with pytest.raises(RefusedError, match=f"comes {when}.*nextmove deals end harbour"):
            planning.mark_done(planned.desk, "harbour", milestone, planned.now)

    @pytest.mark.parametrize("stage", [Stage.WON, Stage.SAID_NO])
    def test_a_deal_that_ended_has_nothing_to_tick_off(self, planned: World, stage: Stage) -> None:
        review.end(planned.desk, "harbour", stage, planned.now)
        with pytest.raises(RefusedError, match="nextmove deals end harbour before-yes"):
            planning.mark_done(planned.desk, "harbour", "hands_on", planned.now)

    def test_a_day_long_before_the_deal_is_refused(self, planned: World) -> None:
        created = (NOW - days(60)).date()
        with pytest.raises(InputError, match=f"2019-01-01 is more than a year before .* {created}"):
            planning.mark_done(planned.desk, "harbour", "hands_on", planned.now, on=date(2019, 1, 1))
        early = created - timedelta(days=300)
        assert planning.mark_done(planned.desk, "harbour", "hands_on", planned.now, on=early)[1] == early

    def test_the_first_mail_may_be_older_than_the_deal(self, planned: World) -> None:
        planned.work.deliver("Ines Okafor <ines@harbour.example>", REP, "Hi Noor,\n\nHello.\n", NOW - days(300))
        planned.run()
        day = (NOW - days(600)).date()
        assert planning.mark_done(planned.desk, "harbour", "hands_on", planned.now, on=day)[1] == day

    def test_the_first_word_of_it_stays(self, planned: World) -> None:
        planning.mark_done(planned.desk, "harbour", "needs", planned.now, on=date(2026, 3, 2))
        kind, on, new = planning.mark_done(planned.desk, "harbour", "needs", planned.now)
        assert (kind.id, on, new) == ("needs", date(2026, 3, 2), False)

    def test_an_unknown_milestone_names_the_nearest(self, planned: World) -> None:
        with pytest.raises(NotFoundError, match="Did you mean commercial"):
            planning.mark_done(planned.desk, "harbour", "comercial", planned.now)
        with pytest.raises(NotFoundError, match="There are: needs, hands_on"):
            planning.mark_done(planned.desk, "harbour", "xyzzy", planned.now)

    def test_what_has_not_come_cannot_be_done(self, planned: World) -> None:
        with pytest.raises(InputError, match="hasn't come yet"):
            planning.mark_done(planned.desk, "harbour", "needs", planned.now, on=TODAY + timedelta(days=1))

    def test_a_deal_without_a_date_can_have_milestones_done(self, world: World) -> None:
        world.run()
        assert planning.mark_done(world.desk, "harbour", "needs", world.now)[2]

    def test_a_rehearsal_changes_nothing(self, planned: World) -> None:
        before = planned.dump()
        planning.mark_done(planned.desk, "harbour", "needs", planned.now, dry_run=True)
        assert planned.dump() == before

    def test_what_a_meeting_shows_is_done_without_a_day_of_the_reps(self, planned: World) -> None:
        planned.work.meet("poc", NOW - days(1), "ines@harbour.example", summary="Harbour: hands-on session")
        planned.run(timedelta(hours=1))
        found = step(look_at(planned), "hands_on")
        assert (found.done, found.day) == (True, None)


class TestLayingAnew:
    def test_the_approved_days_count_no_more_and_what_moved_is_told(self, planned: World) -> None:
        decide(planned, date(2026, 3, 27))
        days_before = ahead(approve(planned)[0])
        planning.mark_done(planned.desk, "harbour", "hands_on", planned.now)
        before, after = planning.lay_anew(planned.desk, "harbour", planned.now)
        assert approved(planned) is None
        moved = {each.kind.id: (each.before, each.after) for each in planning.moves(before, after)}
        assert moved == {
            name: (day, ahead(after)[name]) for name, day in days_before.items()
            if name != "hands_on" and ahead(after)[name] != day
        }  # fmt: skip
        assert moved
        assert "plan laid anew" in audited(planned)

    def test_where_nothing_is_approved_nothing_changes(self, planned: World) -> None:
        before = planned.dump()
        was, now = planning.lay_anew(planned.desk, "harbour", planned.now)
        assert (was.approved, planning.moves(was, now)) == (None, ())
        assert planned.dump() == before

    def test_a_rehearsal_changes_nothing(self, planned: World) -> None:
        approve(planned)
        before = planned.dump()
        planning.lay_anew(planned.desk, "harbour", planned.now, dry_run=True)
        assert planned.dump() == before


class TestUndoing:
    def test_an_approval_can_be_taken_back(self, planned: World) -> None:
        approve(planned)
        assert "isn't approved any more" in undo(planned.desk, planned.now)
        assert approved(planned) is None

    def test_days_that_were_approved_before_come_back(self, planned: World) -> None:
        found, _ = approve(planned)
        planning.lay_anew(planned.desk, "harbour", planned.now)
        assert "count again" in undo(planned.desk, planned.now)
        again = approved(planned)
        assert again is not None
        assert again.days == ahead(found)

    @pytest.mark.parametrize("stage", [Stage.SAID_NO, Stage.WON])
    def test_an_approval_comes_back_with_the_deal_that_was_ended_by_mistake(self, planned: World, stage: Stage) -> None:
        found, _ = approve(planned)
        review.end(planned.desk, "harbour", stage, planned.now + timedelta(minutes=1))
        assert approved(planned) is None
        assert "The days that you had approved count again." in undo(planned.desk, planned.now)
        again = approved(planned)
        assert again is not None
        assert again.days == ahead(found)

    def test_an_approval_that_was_set_aside_before_the_end_stays_aside(self, planned: World) -> None:
        approve(planned)
        planning.lay_anew(planned.desk, "harbour", planned.now)
        review.end(planned.desk, "harbour", Stage.SAID_NO, planned.now)
        assert undo(planned.desk, planned.now) == "harbour: back to before yes."
        assert approved(planned) is None

    def test_an_end_that_was_noted_before_approvals_were_kept_with_it_is_taken_back_as_ever(
        self, planned: World
    ) -> None:
        with planned.store.write() as tx:
            tx.ledger.update_deal(replace(tx.ledger.deal("harbour"), stage=Stage.WON))
            tx.acts.note(planned.now, "end", "harbour", payload="before_yes ")
        assert undo(planned.desk, planned.now) == "harbour: back to before yes."

    def test_a_tick_can_be_taken_back(self, planned: World) -> None:
        planning.mark_done(planned.desk, "harbour", "hands_on", planned.now)
        undo(planned.desk, planned.now)
        assert not step(look_at(planned), "hands_on").done


def test_the_queue_follows_a_tick(build: Build) -> None:
    world = build()
    world.deal()
    world.passive()
    world.run()
    decide(world)
    before = world.draft().content
    planning.mark_done(world.desk, "harbour", "security_legal", world.now)
    after = world.draft().content
    assert before is not None
    assert after is not None
    assert before.body != after.body
