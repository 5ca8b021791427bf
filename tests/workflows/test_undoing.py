"""Undo: each act of the rep's is taken back as far as the world allows, and says so."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from assistant.domain.deal import Stage
from assistant.domain.draft import ItemState
from assistant.errors import RefusedError
from assistant.workflows import dealbook, editing, planning, review
from assistant.workflows.undoing import undo
from tests.workflows.conftest import Build
from tests.workflows.meetings import planned
from tests.workflows.world import World, days

Act = Callable[[World], object]

ACTS: dict[str, Act] = {
    "approve": lambda w: review.approve(w.desk, w.draft().id, w.now),
    "snooze": lambda w: review.snooze(w.desk, w.draft().id, date(2026, 3, 12), w.now),
    "dismiss": lambda w: review.dismiss(w.desk, w.draft().id, w.now),
    "edit": lambda w: editing.edit(
        w.desk, w.draft().id, editing.as_text(w.draft()) + "\nP.S. Thank you.\n", w.draft().version, w.now
    ),
    "spoke": lambda w: review.spoke(w.desk, "harbour", "a test", w.now, who="Ines", day=date(2026, 3, 12)),
    "letgo": lambda w: review.let_go(w.desk, "harbour", w.now),
    "won": lambda w: review.end(w.desk, "harbour", Stage.WON, w.now),
    "notadeal": lambda w: review.not_a_deal(w.desk, w.draft().id, w.now),
}


def picture(world: World) -> object:
    """What the rep sees: what is alive and what it says, the deal's stage, and the Drafts folder."""
    with world.store.read() as tx:
        deal = tx.ledger.deal("harbour")
        spoken = tx.ledger.spoken()
    alive = world.items(ItemState.OPEN, ItemState.SNOOZED, ItemState.APPROVED, ItemState.FILED)
    items = [(item.id, item.state, item.purpose, item.content, item.until) for item in alive]
    return items, deal.stage, deal.resume_on, spoken, world.files()


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_an_act_and_its_undoing_leave_everything_as_it_was(world: World, act: Act) -> None:
    world.run()
    before = picture(world)
    act(world)
    assert picture(world) != before
    undo(world.desk, world.now)
    assert picture(world) == before


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_an_act_can_be_done_again_after_its_undoing(world: World, act: Act) -> None:
    world.run()
    act(world)
    done = picture(world)
    undo(world.desk, world.now)
    act(world)
    if act is not ACTS["spoke"]:
        assert picture(world) == done


def test_acts_are_taken_back_one_by_one_the_last_one_first(world: World) -> None:
    world.run()
    before = picture(world)
    review.snooze(world.desk, world.draft().id, date(2026, 3, 12), world.now)
    (draft,) = world.items(ItemState.SNOOZED)
    review.dismiss(world.desk, draft.id, world.now)
    undo(world.desk, world.now)
    undo(world.desk, world.now)
    assert picture(world) == before


def test_where_nothing_was_done_there_is_nothing_to_take_back(world: World) -> None:
    world.run()
    with pytest.raises(RefusedError, match="nothing to take back"):
        undo(world.desk, world.now)


def test_an_approval_that_the_rep_edited_in_drafts_stays_there(world: World) -> None:
    world.run()
    ACTS["approve"](world)
    (path,) = world.work.draft_files()
    path.write_bytes(path.read_bytes().replace(b"security", b"safety"))
    with pytest.raises(RefusedError, match="left there"):
        undo(world.desk, world.now)
    assert world.work.draft_files() == [path]


def test_what_was_sent_cannot_come_back(world: World) -> None:
    world.run()
    ACTS["approve"](world)
    (path,) = world.work.draft_files()
    path.rename(world.work.mail / ".Sent" / "cur" / path.name.replace(":2,DS", ":2,S"))
    world.run(days(1))
    with pytest.raises(RefusedError, match="What left has left"):
        undo(world.desk, world.now)


def test_what_was_deleted_in_the_mail_program_cannot_come_back_even_before_the_next_run(world: World) -> None:
    world.run()
    ACTS["approve"](world)
    (path,) = world.work.draft_files()
    path.unlink()
    with pytest.raises(RefusedError, match="What left has left"):
        undo(world.desk, world.now)


def test_a_decision_date_stays_and_the_refusal_says_how_to_change_it(world: World) -> None:
    decision = dealbook.decision_by_rep("harbour", date(2026, 4, 1), "Ines on the phone", None, world.now)
    review.decide(world.desk, "harbour", decision, world.now)
    with pytest.raises(RefusedError, match="nextmove deals date harbour"):
        undo(world.desk, world.now)


def test_the_end_of_a_pause_is_taken_back_with_its_day(world: World) -> None:
    world.run()
    review.end(world.desk, "harbour", Stage.PAUSED, world.now, resume_on=date(2026, 5, 4))
    review.end(world.desk, "harbour", Stage.BEFORE_YES, world.now)
    undo(world.desk, world.now)
    with world.store.read() as tx:
        deal = tx.ledger.deal("harbour")
    assert (deal.stage, deal.resume_on) == (Stage.PAUSED, date(2026, 5, 4))


def test_a_snooze_whose_day_has_come_is_taken_back_in_peace(world: World) -> None:
    world.run()
    ACTS["snooze"](world)
    world.run(days(10))
    assert "open again" in undo(world.desk, world.now)


def test_undo_says_what_it_did(world: World) -> None:
    world.run()
    ACTS["approve"](world)
    assert "out of your Drafts folder" in undo(world.desk, world.now)


def test_a_decision_of_another_deal_is_not_touched(world: World) -> None:
    world.deal("quayside", domains=("quayside.example",), contacts=("Tomas Brandl <tomas@quayside.example>",))
    world.passive("Tomas Brandl <tomas@quayside.example>", subject="Quayside")
    world.run()
    other = review.dismiss(world.desk, world.draft("quayside").id, world.now)
    review.dismiss(world.desk, world.draft().id, world.now)
    undo(world.desk, world.now)
    assert world.item(other.id).state is ItemState.DISMISSED


def schedule(world: World) -> str:
    with world.store.read() as tx:
        approved = tx.ledger.plan_approved("harbour")
    return approved.schedule if approved else "none"


@pytest.mark.parametrize("how", ["off", "hold", "invite"])
def test_an_end_that_is_taken_back_leaves_the_meetings_as_they_were_approved(build: Build, how: str) -> None:
    world = planned(build, how)
    review.end(world.desk, "harbour", Stage.PAUSED, world.now + days(1), resume_on=date(2026, 9, 1))
    assert schedule(world) == "none"
    undo(world.desk, world.now + days(1))
    assert schedule(world) == how


def test_an_approval_that_is_taken_back_leaves_the_meetings_as_they_were_approved_before(build: Build) -> None:
    world = planned(build, "invite")
    world.config = replace(world.config, plan=replace(world.config.plan, schedule="hold"))
    planning.approve(world.desk, "harbour", world.now + days(1))
    assert schedule(world) == "hold"
    undo(world.desk, world.now + days(1))
    assert schedule(world) == "invite"


@pytest.mark.parametrize("kept", ["", "{}", '{"hands_on": "2026-03-31"}'])
def test_an_older_act_is_taken_back_and_nothing_goes_out_by_itself(build: Build, kept: str) -> None:
    world = planned(build, "invite")
    with world.store.write() as tx:
        tx.acts.note(world.now + days(1), "plan", "harbour", payload=kept)
    undo(world.desk, world.now + days(1))
    assert schedule(world) == ("off" if "hands_on" in kept else "none")
