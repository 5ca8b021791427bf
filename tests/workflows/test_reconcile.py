"""The queue follows the desk, and what the rep had a hand in stands as long as its move does."""

from datetime import timedelta

import pytest

from assistant.domain.draft import ItemState, Purpose
from assistant.errors import RefusedError
from assistant.workflows import editing, review
from tests.workflows.conftest import Build
from tests.workflows.world import QUESTION, World, days

LATER = days(49)
"""By then the same silence asks for another purpose: the clarity question."""


def test_a_purpose_that_changed_with_time_replaces_an_open_draft(world: World) -> None:
    world.run()
    before = world.draft()
    world.run(LATER)
    assert before.purpose is Purpose.DECISION_PROCESS
    assert world.item(before.id).state is ItemState.WITHDRAWN
    assert world.draft().purpose is Purpose.CLARITY


def test_a_purpose_that_changed_with_time_leaves_a_filed_draft_where_it_is(world: World) -> None:
    world.run()
    filed = review.approve(world.desk, world.draft().id, world.now)
    before = world.files()
    world.run(LATER)
    assert world.item(filed.id).state is ItemState.FILED
    assert world.files() == before


def test_beside_a_filed_draft_none_of_another_purpose_comes_up(world: World) -> None:
    world.run()
    filed = review.approve(world.desk, world.draft().id, world.now)
    world.run(LATER)
    assert [item.id for item in world.drafts_of()] == [filed.id]


def test_a_purpose_that_changed_with_time_leaves_an_edited_draft_as_the_rep_wrote_it(world: World) -> None:
    edited = _edited(world)
    world.run(LATER)
    after = world.item(edited)
    assert after.state is ItemState.OPEN
    assert after.content is not None
    assert "Kind regards," in after.content.body
    assert [item.id for item in world.drafts_of()] == [edited]


def test_an_edited_draft_can_be_approved_after_its_purpose_changed(world: World) -> None:
    edited = _edited(world)
    world.run(LATER)
    head = editing.as_text(world.item(edited)).partition("\n\n")[0]
    body = "Hi Ines,\n\nshall we look at it together on 30 March at 16:20?\n\nBest,\nMara\n"
    editing.edit(world.desk, edited, f"{head}\n\n{body}", world.item(edited).version, world.now)
    assert review.approve(world.desk, edited, world.now).state is ItemState.FILED


def test_an_edited_draft_whose_times_have_passed_is_refused(world: World) -> None:
    edited = _edited(world)
    world.run(LATER)
    with pytest.raises(RefusedError, match="a time that has passed or is taken"):
        review.approve(world.desk, edited, world.now)


def test_an_edited_draft_is_withdrawn_when_they_write(world: World) -> None:
    edited = _edited(world)
    world.answer("work3@post.example", QUESTION)
    world.run()
    assert world.item(edited).state is ItemState.WITHDRAWN


def test_a_dismissed_draft_of_another_purpose_settles_the_move(world: World) -> None:
    world.run()
    review.dismiss(world.desk, world.draft().id, world.now)
    world.run(LATER)
    assert world.items(ItemState.OPEN) == []


def test_a_draft_that_is_proposed_again_keeps_its_number(world: World) -> None:
    world.run()
    first = world.draft()
    spoken = review.spoke(world.desk, "harbour", "a test", world.now, who="Ines", day=world.now.date() + days(6))
    assert spoken.id == "harbour"
    from assistant.workflows.undoing import undo

    undo(world.desk, world.now)
    assert world.draft().id == first.id


def test_a_draft_that_is_proposed_again_keeps_what_the_rep_wrote(world: World) -> None:
    edited = _edited(world)
    review.spoke(world.desk, "harbour", "a test", world.now, who="Ines", day=world.now.date() + days(6))
    from assistant.workflows.undoing import undo

    undo(world.desk, world.now)
    again = world.item(edited)
    assert again.state is ItemState.OPEN
    assert again.content is not None
    assert "Kind regards," in again.content.body


@pytest.mark.parametrize("ceiling", [1, 3])
def test_the_ceiling_is_the_most_that_is_added_at_once(build: Build, ceiling: int) -> None:
    world = build(extra=f"[queue]\nceiling = {ceiling}")
    for name in ("alder", "birch"):
        world.deal(name, domains=(f"{name}.example",), contacts=(f"Ida Holm <ida@{name}.example>",))
        world.passive(f"Ida Holm <ida@{name}.example>", subject=f"About {name}")
    world.run()
    assert len(world.items()) == (2 if ceiling == 3 else 0)


def test_a_draft_in_the_queue_before_the_brake_stays(build: Build) -> None:
    world = build(extra="[queue]\nceiling = 1")
    world.deal()
    world.passive()
    world.run()
    for name in ("alder", "birch"):
        world.deal(name, domains=(f"{name}.example",), contacts=(f"Ida Holm <ida@{name}.example>",))
        world.passive(f"Ida Holm <ida@{name}.example>", subject=f"About {name}")
    world.run(timedelta(hours=1))
    assert [item.deal_id for item in world.items(ItemState.OPEN)] == ["harbour"]


def _edited(world: World) -> int:
    world.run()
    draft = world.draft()
    text = editing.as_text(draft).replace("Best,", "Kind regards,")
    editing.edit(world.desk, draft.id, text, draft.version, world.now)
    return draft.id
