"""The plan of a deal as it's shown: what's next, in which meeting, and why each day is what it is."""

import sqlite3
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from assistant.domain.deal import Stage
from assistant.domain.draft import Content
from assistant.domain.invite import InviteState
from assistant.errors import NotFoundError
from assistant.store import PlacedInvite
from assistant.workflows import choosing, planning, review, seen_plan
from assistant.workflows.plan_words import entry, explained, frame, left, missing, placed, whats_next
from assistant.workflows.seen_plan import Lack, planned_all
from tests.workflows.plans import DECIDES, TODAY, approve, approved, decide, look_at, step
from tests.workflows.world import BERLIN, NO, NOW, TOMAS, World, days, known

TENTH_HOUR = datetime(2026, 4, 8, 10, tzinfo=BERLIN)


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
