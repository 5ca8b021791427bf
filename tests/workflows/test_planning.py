"""The plan of a deal, as the rep steers it: look, approve, tick off, lay anew, and why each day is what it is.

It's Wednesday, 4 March 2026, 8:00 in Berlin; Ines of Harbour has asked for the security paper, so what they need is
known.
"""

import sqlite3
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from assistant.domain.deal import Stage
from assistant.domain.draft import Content
from assistant.domain.invite import InviteState
from assistant.errors import InputError, NotFoundError, RefusedError
from assistant.store import ApprovedPlan, PlacedInvite
from assistant.workflows import choosing, dealbook, planning, review, seen_plan
from assistant.workflows.plan_words import entry, explained, frame, left, missing, placed, whats_next
from assistant.workflows.seen_plan import Lack, Planned, Step, planned_all
from assistant.workflows.undoing import undo
from tests.workflows.conftest import Build
from tests.workflows.world import BERLIN, NO, NOW, REP, TOMAS, World, days, known

DECIDES = date(2026, 4, 30)
TODAY = NOW.date()
TENTH_HOUR = datetime(2026, 4, 8, 10, tzinfo=BERLIN)


def decide(world: World, day: date = DECIDES, deal_id: str = "harbour") -> None:
    decision = dealbook.decision_by_rep(deal_id, day, "Ines on the phone", None, world.now)
    review.decide(world.desk, deal_id, decision, world.now)


def look_at(world: World) -> Planned:
    with world.store.write() as tx:
        return seen_plan.planned(tx, world.config, "harbour", world.now)


def approve(world: World) -> tuple[Planned, bool]:
    return planning.approve(world.desk, "harbour", world.now)


def approved(world: World) -> ApprovedPlan | None:
    with world.store.read() as tx:
        return tx.ledger.plan_approved("harbour")


def step(found: Planned, milestone: str) -> Step:
    return next(each for each in found.steps if each.kind.id == milestone)


def ahead(found: Planned) -> dict[str, date]:
    return {each.kind.id: each.day for each in found.steps if each.day is not None and not each.done}


def audited(world: World) -> list[str]:
    with world.store.read() as tx:
        return [line.what for line in tx.audit.entries(50)]


@pytest.fixture
def planned(world: World) -> World:
    """Harbour decides on 30 April, as Ines said on the phone."""
    world.run()
    decide(world)
    return world


class TestLooking:
    def test_without_a_day_there_is_nothing_to_plan_from_and_it_says_what_to_do(self, world: World) -> None:
        world.run()
        found = look_at(world)
        assert found.plan is None
        assert "Nobody knows yet on which day they decide" in found.why_none
        assert "nextmove deals date harbour" in found.cure

    @pytest.mark.parametrize(
        ("stage", "why"),
        [(Stage.WON, "is won"), (Stage.SAID_NO, "They said no"), (Stage.PAUSED, "They asked to wait")],
    )
    def test_a_deal_that_ended_has_no_plan_and_nothing_to_do(self, planned: World, stage: Stage, why: str) -> None:
        until = TODAY + timedelta(days=60) if stage is Stage.PAUSED else None
        review.end(planned.desk, "harbour", stage, planned.now, resume_on=until)
        found = look_at(planned)
        assert (found.plan, found.steps, found.cure) == (None, (), "")
        assert why in found.why_none

    def test_a_no_in_a_mail_sets_the_plan_aside(self, planned: World) -> None:
        planned.answer("work3@post.example", NO)
        planned.run()
        assert look_at(planned).plan is None

    def test_a_day_that_went_by_is_told_and_is_no_plan(self, planned: World) -> None:
        planned.now = NOW + days(80)
        found = look_at(planned)
        assert found.plan is None
        assert "30 April 2026, is behind us" in found.why_none
        assert "what has changed for them" in found.cure

    def test_days_that_differ_send_the_rep_to_the_question(self, world: World) -> None:
        known(world, "harbour", "Otto Brandt <otto@harbour.example>")
        world.answer("work3@post.example", "Hi Noor,\n\nWe decide on 23 April 2026.\n\nInes\n")
        world.answer(
            "work3@post.example", "Hi Noor,\n\nWe decide on 7 May 2026.\n\nOtto\n", "Otto <otto@harbour.example>"
        )
        world.run()
        found = look_at(world)
        assert "can't be told from what they wrote" in found.why_none
        assert "Answer the question" in found.cure

    def test_an_unknown_deal_is_said_to_be_unknown(self, world: World) -> None:
        with world.store.write() as tx, pytest.raises(NotFoundError):
            seen_plan.planned(tx, world.config, "nowhere", world.now)

    def test_next_is_the_earliest_unmet_milestone_with_owners_and_slack(self, planned: World) -> None:
        found = look_at(planned)
        assert found.next is not None
        assert found.next.kind.id == "hands_on"
        told = whats_next(found)
        for part in ("Hands-on test on ", "Noor Haddad (rep)", "their user", "working days to spare"):
            assert part in told

    def test_the_owner_on_their_side_is_named_where_the_role_is_known(self, planned: World) -> None:
        known(planned, "harbour", "Ines Okafor <ines@harbour.example> (Champion, CFO)")
        assert step(look_at(planned), "needs").them.names == ("Ines Okafor",)
        assert step(look_at(planned), "hands_on").them.names == ()

    def test_the_days_left_end_with_the_decision(self, planned: World) -> None:
        planned.now = NOW + timedelta(days=(DECIDES - TODAY).days - 1)
        assert left(look_at(planned)) == 1
        planned.now += days(1)
        assert left(look_at(planned)) == 0

    def test_when_all_is_done_next_says_so(self, planned: World) -> None:
        for each in look_at(planned).steps:
            planning.mark_done(planned.desk, "harbour", each.kind.id, planned.now)
        found = look_at(planned)
        assert found.next is None
        assert whats_next(found) == "every milestone is done"

    def test_when_nothing_fits_any_more_next_says_so(self, planned: World) -> None:
        planned.now = NOW + timedelta(days=(DECIDES - TODAY).days)
        assert whats_next(look_at(planned)) == "no milestone still fits"


class TestLookingAtAll:
    def test_every_open_deal_is_there_by_the_day_of_what_is_next(self, planned: World) -> None:
        planned.deal("quayside", domains=("quayside.example",), contacts=(TOMAS,))
        planned.deal("anchor", domains=("anchor.example",), contacts=("Ada <ada@anchor.example>",))
        planned.deal("gone", domains=("gone.example",), contacts=("Gil <gil@gone.example>",))
        decide(planned, date(2026, 3, 31), "quayside")
        review.end(planned.desk, "gone", Stage.SAID_NO, planned.now)
        with planned.store.read() as tx:
            found = planned_all(tx, planned.config, planned.now)
            assert found[1] == seen_plan.planned(tx, planned.config, "harbour", planned.now)
        assert [each.deal.id for each in found] == ["quayside", "harbour", "anchor"]
        assert found[2].why_none

    @pytest.mark.parametrize(
        ("lack", "why", "cure"),
        [
            (Lack.UNKNOWN, "nobody knows yet", "ask them"),
            (Lack.PASSED, "behind us", "what has changed for them"),
            (None, "no milestone still fits", "plan show"),
        ],
    )
    def test_where_nothing_is_next_a_few_words_say_why_and_what_to_do(
        self, world: World, lack: Lack | None, why: str, cure: str
    ) -> None:
        world.run()
        if lack is not Lack.UNKNOWN:
            decide(world)
            world.now = NOW + timedelta(days=(DECIDES - TODAY).days + (lack is Lack.PASSED))
        found = look_at(world)
        assert found.lack == lack
        told = missing(found)
        assert why in told[0]
        assert cure in told[1]
        assert "nextmove " in told[1]

    def test_looking_takes_no_lock_and_keeps_nothing(self, planned: World) -> None:
        """A mail that nobody has read yet is read for the look alone."""
        with sqlite3.connect(planned.store.path) as connection:
            connection.execute("DELETE FROM mirror_reading")
        with planned.store.write(), planned.store.read() as tx:
            assert seen_plan.planned(tx, planned.config, "harbour", planned.now).next
        with sqlite3.connect(planned.store.path) as connection:
            assert connection.execute("SELECT count(*) FROM mirror_reading").fetchone() == (0,)


class TestMeetings:
    @pytest.mark.parametrize(
        ("state", "told"),
        [
            (InviteState.INVITED, "invited for Wed 8 Apr, 10:00"),
            (InviteState.HELD, "held in your calendar for Wed 8 Apr, 10:00"),
            (InviteState.THEIRS, "set by hand for Wed 8 Apr, 10:00"),
        ],
    )
    def test_a_meeting_that_is_to_take_place_is_the_day_that_is_shown(
        self, planned: World, state: InviteState, told: str
    ) -> None:
        book(planned, "hands_on", state)
        seen = step(look_at(planned), "hands_on")
        assert (seen.on, placed(seen)) == (date(2026, 4, 8), told)
        told_next = entry(look_at(planned))["next"]
        assert (told_next["day"], told_next["planned_day"]) == (date(2026, 4, 8), seen.day)
        assert told_next["invite"].state is state

    @pytest.mark.parametrize(
        ("state", "told"),
        [
            (InviteState.CANCELLED, "called off (Wed 8 Apr, 10:00)"),
            (InviteState.GONE, "taken out of your calendar (Wed 8 Apr, 10:00)"),
        ],
    )
    def test_one_that_will_not_take_place_is_told_and_moves_nothing(
        self, planned: World, state: InviteState, told: str
    ) -> None:
        book(planned, "hands_on", state)
        seen = step(look_at(planned), "hands_on")
        assert (seen.on, placed(seen)) == (seen.day, told)

    def test_the_meeting_that_is_to_take_place_counts_before_one_that_was_called_off(self, planned: World) -> None:
        book(planned, "hands_on", InviteState.INVITED, uid="new")
        book(planned, "hands_on", InviteState.CANCELLED, uid="old")
        assert placed(step(look_at(planned), "hands_on")) == "invited for Wed 8 Apr, 10:00"

    def test_one_that_lies_behind_us_leaves_the_plan_as_it_is(self, planned: World) -> None:
        book(planned, "hands_on", InviteState.INVITED, start=NOW - days(1))
        assert step(look_at(planned), "hands_on").placed is None

    def test_what_no_longer_fits_and_has_a_meeting_is_ahead(self, planned: World) -> None:
        decide(planned, date(2026, 3, 13))
        assert step(look_at(planned), "hands_on").crowded
        book(planned, "hands_on", InviteState.THEIRS, start=NOW + days(2))
        assert step(look_at(planned), "hands_on").ahead

    def test_approving_keeps_the_days_of_the_plan_and_not_those_of_a_hold(self, planned: World) -> None:
        laid = step(look_at(planned), "hands_on").day
        book(planned, "hands_on", InviteState.HELD)
        approve(planned)
        kept = approved(planned)
        assert kept is not None
        assert kept.days["hands_on"] == laid

    def test_what_is_held_with_another_goes_by_its_meeting(self, planned: World) -> None:
        choosing.merge(planned.desk, "harbour", "security_legal", "hands_on", planned.now)
        book(planned, "hands_on", InviteState.INVITED)
        found = look_at(planned)
        assert next(each.kind.id for each in found.steps if each.ahead) == "hands_on"
        assert step(found, "security_legal").on is None


def book(world: World, milestone: str, state: InviteState, *, uid: str = "one", start: datetime = TENTH_HOUR) -> None:
    """A meeting of an hour as it lies in the calendar."""
    content = Content(subject="A meeting", times=((start, start + timedelta(hours=1)),))
    with world.store.write() as tx:
        tx.invites.note(PlacedInvite("harbour", milestone, uid, state, 0, "work", content, None, world.now))


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


class TestExplaining:
    def test_every_milestone_says_why(self, planned: World) -> None:
        found = look_at(planned)
        told = explained(found)
        assert [each.step for each in told] == list(found.steps)
        assert all(each.why for each in told)

    def test_the_ideal_lead_is_called_ideal_and_a_shorter_one_by_its_share(self, planned: World) -> None:
        assert "8 working days before their decision, as is ideal." in why(planned, "commercial")
        decide(planned, date(2026, 3, 27))
        assert "% of the way to the least, 3." in why(planned, "commercial")

    def test_holidays_between_are_named(self, planned: World) -> None:
        with planned.store.write() as tx:
            tx.ledger.update_deal(replace(tx.ledger.deal("harbour"), country="DE"))
        assert "Fri 3 Apr 2026, Mon 6 Apr 2026" in why(planned, "hands_on")
        assert "with the holidays of DE" in " ".join(frame(look_at(planned)))

    def test_an_approved_day_is_called_so(self, planned: World) -> None:
        approve(planned)
        assert "You approved this day." in why(planned, "hands_on")

    def test_what_no_longer_fits_says_how_much_it_would_need(self, planned: World) -> None:
        planned.now = NOW + days(50)
        assert "it would lie at least 10 working days before their decision" in why(planned, "hands_on")

    def test_a_day_of_rest_ends_the_plan_before_it(self, planned: World) -> None:
        decide(planned, date(2026, 5, 3))
        assert "the plan ends on Fri 1 May 2026" in " ".join(frame(look_at(planned)))

    def test_done_ones_say_by_whose_word(self, planned: World) -> None:
        planning.mark_done(planned.desk, "harbour", "needs", planned.now)
        assert why(planned, "needs") == "It's done, on Wed 4 Mar 2026 by your word."


def why(world: World, milestone: str) -> str:
    return " ".join(" ".join(each.why) for each in explained(look_at(world)) if each.step.kind.id == milestone)


def test_for_programs_every_milestone_has_its_state(planned: World) -> None:
    planning.mark_done(planned.desk, "harbour", "needs", planned.now)
    planned.now = NOW + days(50)
    told = entry(look_at(planned))
    assert {each["id"]: each["state"] for each in told["milestones"]} == {
        "needs": "done", "hands_on": "crowded", "security_legal": "crowded", "commercial": "ahead", "decision": "ahead"
    }  # fmt: skip
    assert told["next"]["id"] == "commercial"
    assert {option["kind"] for option in told["options"]} == {"drop", "merge", "ask"}
    assert told["decision"]["day"] == DECIDES


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
