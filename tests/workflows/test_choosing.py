"""The rep leaves milestones of a plan out, holds them together, or keeps them after all; nonsense is refused.

It's Wednesday, 4 March 2026; Harbour decides on 30 April, as Ines said on the phone, and what they need is known.
"""

from datetime import date, timedelta

import pytest

from assistant.domain.deal import Stage
from assistant.errors import NotFoundError, RefusedError
from assistant.store import PlanChoices
from assistant.workflows import choosing, dealbook, planning, review, seen_plan
from assistant.workflows.plan_words import command, entry
from assistant.workflows.seen_plan import Planned, Step
from assistant.workflows.undoing import undo
from tests.workflows.world import NOW, World, days

DECIDES = date(2026, 4, 30)
MOVED = "Hi Noor,\n\nThe decision has moved: we decide on 29 May 2026.\n\nBest,\nInes\n"
SHORT = date(2026, 3, 16)
"""So near that the test no longer fits, and the review does."""


def decide(world: World, day: date) -> None:
    review.decide(
        world.desk, "harbour", dealbook.decision_by_rep("harbour", day, "Ines on the phone", None, world.now), world.now
    )


def look_at(world: World) -> Planned:
    with world.store.read() as tx:
        return seen_plan.planned(tx, world.config, "harbour", world.now)


def choices(world: World) -> PlanChoices:
    with world.store.read() as tx:
        return tx.ledger.plan_choices("harbour")


def step(world: World, milestone: str) -> Step:
    found = look_at(world).step(milestone)
    assert found is not None
    return found


def drop(world: World, milestone: str, *, dry_run: bool = False) -> choosing.Chosen:
    return choosing.drop(world.desk, "harbour", milestone, world.now, dry_run=dry_run)


def merge(world: World, milestone: str, into: str, *, dry_run: bool = False) -> choosing.Chosen:
    return choosing.merge(world.desk, "harbour", milestone, into, world.now, dry_run=dry_run)


def keep(world: World, milestone: str) -> choosing.Chosen:
    return choosing.keep(world.desk, "harbour", milestone, world.now)


@pytest.fixture
def planned(world: World) -> World:
    world.run()
    decide(world, DECIDES)
    return world


class TestChoosing:
    def test_what_is_left_out_has_no_day_and_is_not_next(self, planned: World) -> None:
        assert drop(planned, "Hands-on test").new
        assert (step(planned, "hands_on").dropped, step(planned, "hands_on").day) == (True, None)
        following = look_at(planned).next
        assert following is not None
        assert following.kind.id == "security_legal"

    def test_what_is_held_with_another_is_shown_with_it_and_has_no_day(self, planned: World) -> None:
        merge(planned, "security_legal", "commercial")
        guest, host = step(planned, "security_legal"), step(planned, "commercial")
        assert guest.into == host.kind
        assert (guest.day, guest.ahead, guest.crowded) == (None, False, False)
        assert (host.with_, host.minutes) == ((guest.kind,), 75)

    def test_it_is_done_with_the_other_one_on_the_same_day(self, planned: World) -> None:
        merge(planned, "security_legal", "commercial")
        planning.mark_done(planned.desk, "harbour", "commercial", planned.now, on=date(2026, 3, 3))
        assert (step(planned, "security_legal").done, step(planned, "security_legal").day) == (True, date(2026, 3, 3))

    @pytest.mark.parametrize("how", ["drop", "merge"])
    def test_either_is_taken_back_by_keeping_it(self, planned: World, how: str) -> None:
        before = look_at(planned).steps
        drop(planned, "security_legal") if how == "drop" else merge(planned, "security_legal", "commercial")
        assert look_at(planned).steps != before
        assert keep(planned, "security_legal").new
        assert look_at(planned).steps == before

    def test_the_same_choice_again_changes_nothing(self, planned: World) -> None:
        drop(planned, "hands_on")
        before = planned.dump()
        assert not drop(planned, "hands_on").new
        assert not keep(planned, "commercial").new
        assert planned.dump() == before

    @pytest.mark.parametrize("words", [("drop", "hands_on"), ("merge", "hands_on", "security_legal")])
    def test_a_rehearsal_says_what_would_be_and_changes_nothing(self, planned: World, words: tuple[str, ...]) -> None:
        before = planned.dump()
        rehearsed = (
            drop(planned, words[1], dry_run=True)
            if words[0] == "drop"
            else merge(planned, words[1], words[2], dry_run=True)
        )
        seen = rehearsed.after.step("hands_on")
        assert seen is not None
        assert not seen.ahead
        assert planned.dump() == before

    def test_what_was_held_with_one_that_is_left_out_is_planned_by_itself_again(self, planned: World) -> None:
        merge(planned, "security_legal", "commercial")
        drop(planned, "commercial")
        assert step(planned, "security_legal").ahead

    def test_approved_days_of_the_others_stay(self, planned: World) -> None:
        approved, _ = planning.approve(planned.desk, "harbour", planned.now)
        drop(planned, "security_legal")
        found = look_at(planned)
        assert found.approved is not None
        assert {s.kind.id: s.day for s in found.steps if s.ahead}.items() <= {
            s.kind.id: s.day for s in approved.steps
        }.items()

    def test_a_new_date_of_theirs_is_a_new_plan_without_these_choices(self, planned: World) -> None:
        drop(planned, "hands_on")
        decide(planned, date(2026, 5, 29))
        assert step(planned, "hands_on").ahead

    def test_a_date_that_they_have_just_named_is_planned_without_these_choices(self, planned: World) -> None:
        drop(planned, "hands_on")
        planned.now = NOW + days(1)
        planned.answer("work3@post.example", MOVED)
        planned.run()
        assert look_at(planned).written is False
        assert step(planned, "hands_on").ahead

    def test_the_choice_is_in_the_audit_trail(self, planned: World) -> None:
        drop(planned, "hands_on")
        with planned.store.read() as tx:
            assert "milestone drop" in [line.what for line in tx.audit.entries(5)]

    def test_the_decision_date_stays_whatever_is_chosen(self, planned: World) -> None:
        drop(planned, "hands_on")
        merge(planned, "security_legal", "commercial")
        with planned.store.read() as tx:
            assert [each.day for each in tx.ledger.decision_dates("harbour")] == [DECIDES]


class TestTakingBack:
    def test_undo_brings_back_what_was_chosen_before(self, planned: World) -> None:
        merge(planned, "hands_on", "security_legal")
        drop(planned, "hands_on")
        assert "is planned as it was before" in undo(planned.desk, planned.now)
        assert choices(planned) == PlanChoices(merged={"hands_on": "security_legal"})
        undo(planned.desk, planned.now)
        assert choices(planned) == PlanChoices()


class TestRefusing:
    @pytest.mark.parametrize(
        ("milestone", "into", "why"),
        [
            ("hands_on", "hands_on", "can't be held with itself"),
            ("hands_on", "commercial", "Security and legal review must be held between"),
            ("commercial", "hands_on", "Security and legal review must be held between"),
            ("hands_on", "kick_off", "comes after their yes"),
            ("kick_off", "hands_on", "comes after their yes"),
            ("needs", "hands_on", "Needs is done already"),
            ("hands_on", "needs", "Needs is done already"),
        ],
    )
    def test_what_can_not_be_held_together_is_refused_with_the_reason(
        self, planned: World, milestone: str, into: str, why: str
    ) -> None:
        before = planned.dump()
        with pytest.raises(RefusedError, match=why):
            merge(planned, milestone, into)
        assert planned.dump() == before

    def test_what_lies_between_is_named_with_what_to_type_and_that_helps(self, planned: World) -> None:
        with pytest.raises(RefusedError, match="nextmove plan merge harbour security_legal commercial"):
            merge(planned, "hands_on", "commercial")
        merge(planned, "security_legal", "commercial")
        merge(planned, "hands_on", "commercial")
        assert [kind.id for kind in step(planned, "commercial").with_] == ["hands_on", "security_legal"]

    def test_one_that_is_left_out_or_held_elsewhere_holds_no_other(self, planned: World) -> None:
        drop(planned, "security_legal")
        with pytest.raises(RefusedError, match="Take it back first: nextmove plan keep harbour"):
            merge(planned, "hands_on", "security_legal")
        merge(planned, "security_legal", "commercial")
        with pytest.raises(RefusedError, match="nextmove plan merge harbour hands_on commercial"):
            merge(planned, "hands_on", "security_legal")

    def test_one_that_holds_others_goes_into_no_other(self, planned: World) -> None:
        merge(planned, "hands_on", "security_legal")
        with pytest.raises(RefusedError, match="Hands-on test is to be held with Security and legal review"):
            merge(planned, "security_legal", "commercial")

    def test_one_that_no_longer_fits_holds_no_other(self, planned: World) -> None:
        decide(planned, date(2026, 3, 12))
        with pytest.raises(RefusedError, match="no longer fits, so it has no meeting"):
            merge(planned, "hands_on", "security_legal")

    @pytest.mark.parametrize("milestone", ["needs", "kick_off"])
    def test_what_is_done_or_of_the_other_stage_is_not_left_out(self, planned: World, milestone: str) -> None:
        with pytest.raises(RefusedError):
            drop(planned, milestone)

    def test_an_unknown_milestone_is_said_to_be_unknown(self, planned: World) -> None:
        with pytest.raises(NotFoundError, match="Did you mean commercial"):
            merge(planned, "hands_on", "comercial")

    def test_a_deal_that_ended_has_nothing_to_choose(self, planned: World) -> None:
        review.end(planned.desk, "harbour", Stage.SAID_NO, planned.now)
        with pytest.raises(RefusedError, match="a no sets the plan aside"):
            drop(planned, "hands_on")

    def test_without_a_date_there_is_nothing_to_choose(self, world: World) -> None:
        world.run()
        with pytest.raises(RefusedError, match="Nobody knows yet"):
            drop(world, "hands_on")

    def test_a_date_that_is_not_written_down_is_written_down_first(self, world: World) -> None:
        world.answer("work3@post.example", "Hi Noor,\n\nWe decide on 30 April 2026.\n\nBest,\nInes\n")
        world.run()
        with pytest.raises(RefusedError, match="nextmove deals date harbour 2026-04-30"):
            drop(world, "hands_on")


def test_each_way_out_that_is_shown_can_be_typed_and_helps(planned: World) -> None:
    decide(planned, SHORT)
    found = look_at(planned)
    assert found.plan is not None
    told = {option.kind: command(found, option) for option in found.plan.options}
    assert told == {
        "drop": "nextmove plan drop harbour hands_on",
        "merge": "nextmove plan merge harbour hands_on security_legal",
        "ask": 'nextmove deals date harbour DAY --evidence "who said so, when"',
    }
    merge(planned, "hands_on", "security_legal")
    found = look_at(planned)
    assert found.plan is not None
    assert (found.plan.crowded, found.plan.options) == ((), ())


def test_for_programs_each_choice_is_a_state(planned: World) -> None:
    drop(planned, "hands_on")
    merge(planned, "security_legal", "commercial")
    told = {each["id"]: each for each in entry(look_at(planned))["milestones"]}
    assert told["hands_on"]["state"] == "dropped"
    assert (told["security_legal"]["state"], told["security_legal"]["held_with"]) == ("merged", "commercial")
    assert told["commercial"]["holds"] == ["security_legal"]


def test_the_draft_goes_on_with_what_is_still_planned(planned: World) -> None:
    before = planned.draft().content
    drop(planned, "hands_on")
    drop(planned, "security_legal")
    after = planned.draft().content
    assert before is not None
    assert after is not None
    assert "tries it" not in after.body


def test_a_plan_with_choices_is_the_same_while_days_go_by(planned: World) -> None:
    drop(planned, "hands_on")
    planned.now = NOW + days(2)
    assert step(planned, "hands_on").dropped
    planned.now += timedelta(days=2)
    assert step(planned, "hands_on").dropped
