"""Invites as they're told, and what the rep's edit of one leads to.

Harbour decides on 30 April 2026; the invite to the hands-on test on 31 March is due on the 24th.
"""

from dataclasses import replace
from datetime import date, datetime

import pytest

from assistant.domain.draft import ItemState, QueueItem
from assistant.domain.invite import InviteAct
from assistant.errors import RefusedError
from assistant.workflows import editing, review
from assistant.workflows.invite_words import SeenMeeting, done_in_words, meetings_of
from assistant.workflows.today import entries, todays
from assistant.workflows.undoing import undo
from tests.workflows.conftest import Build
from tests.workflows.meetings import BIRK, calendar_mail, events, invites, planned, walk
from tests.workflows.world import BERLIN, INES, World, days

DUE = date(2026, 3, 24)
HANDS_ON = datetime(2026, 3, 31, 10, tzinfo=BERLIN)


@pytest.fixture
def world(build: Build) -> World:
    """The invite waits, because nobody said where they meet."""
    made = planned(build, where="")
    walk(made, DUE)
    return made


def waiting(world: World) -> QueueItem:
    (item,) = invites(world, ItemState.OPEN)
    return item


def edit(world: World, old: str, new: str) -> tuple[QueueItem, list[str]]:
    """The rep's edit of the invite that waits, and the hints about it."""
    item = waiting(world)
    text = editing.as_text(item, BERLIN)
    assert old in text
    edited, _ = editing.edit(world.desk, item.id, text.replace(old, new, 1), item.version, world.now)
    return edited, editing.hints(world.desk, item, edited, world.now)


def seen(world: World) -> SeenMeeting:
    item = waiting(world)
    with world.store.read() as tx:
        return meetings_of(tx, [item], world.config)[item.id]


def in_new_york(world: World) -> None:
    with world.store.write() as tx:
        tx.ledger.update_deal(replace(tx.ledger.deal("harbour"), timezone="America/New_York"))


class TestAnEdit:
    def test_with_the_place_it_can_be_approved(self, world: World) -> None:
        edited, _ = edit(world, "Where: \n", "Where: Room 4\n")
        assert edited.gaps == ()
        review.approve(world.desk, edited.id, world.now)
        (event,) = events(world)
        assert str(event["location"]) == "Room 4"

    def test_its_time_is_the_event_s(self, world: World) -> None:
        edit(world, "Where: \n", "Where: Room 4\n")
        edited, _ = edit(world, "2026-03-31 10:00-11:00", "2026-04-01 14:00")
        review.approve(world.desk, edited.id, world.now)
        (event,) = events(world)
        assert event.start == datetime(2026, 4, 1, 14, tzinfo=BERLIN)

    def test_the_line_in_the_queue_names_the_new_time_and_people(self, world: World) -> None:
        edit(world, "2026-03-31 10:00-11:00", "2026-04-01 14:00")
        edited, _ = edit(world, f"To: {INES}", f"To: {INES}, {BIRK}")
        assert edited.title == "Invite Ines and Birk to the hands-on test, Wed 1 April 14:00"

    def test_its_undoing_brings_the_line_back(self, world: World) -> None:
        before = waiting(world)
        edit(world, "2026-03-31 10:00-11:00", "2026-04-01 14:00")
        undo(world.desk, world.now)
        after = waiting(world)
        assert (after.title, after.content) == (before.title, before.content)

    def test_it_stands_in_the_next_runs(self, world: World) -> None:
        edited, _ = edit(world, "2026-03-31 10:00-11:00", "2026-04-01 14:00")
        world.run(days(1))
        assert waiting(world).content == edited.content

    def test_somebody_new_is_a_question_first(self, world: World) -> None:
        edited, _ = edit(world, "Cc: ", "Cc: ada@harbour.example")
        assert "ada@harbour.example is new to this deal" in edited.gaps[-1].ask

    def test_pressure_in_it_is_objected_to(self, world: World) -> None:
        item = waiting(world)
        text = editing.as_text(item, BERLIN).replace("Title: ", "Title: Sign before our quarter ends: ")
        _, findings = editing.edit(world.desk, item.id, text, item.version, world.now)
        assert findings
        with pytest.raises(RefusedError):
            review.approve(world.desk, item.id, world.now)


class TestHints:
    def test_without_another_time_there_is_none(self, world: World) -> None:
        assert edit(world, "Where: \n", "Where: Room 4\n")[1] == []

    def test_a_day_off(self, world: World) -> None:
        assert edit(world, "2026-03-31", "2026-03-28")[1] == ["Saturday 28 March is a day off for you or for them."]

    def test_a_time_that_is_taken(self, world: World) -> None:
        world.work.meet("boss", datetime(2026, 3, 27, 10, tzinfo=BERLIN), "boss@brightlane.example")
        world.run()
        assert "Your calendar has something at that time" in edit(world, "2026-03-31", "2026-03-27")[1][0]

    def test_a_time_after_the_decision(self, world: World) -> None:
        assert edit(world, "2026-03-31", "2026-05-04")[1] == ["That is after the day on which they decide."]

    def test_what_their_clock_shows(self, world: World) -> None:
        in_new_york(world)
        hints = edit(world, "2026-03-31 10:00-11:00", "2026-04-01 16:00-16:30")[1]
        assert hints == ["On their clock that is 10:00 to 10:30 (America/New_York)."]

    def test_a_text_that_names_the_time_from_before(self, build: Build) -> None:
        world = declined(build)
        assert edit(world, ":00-", ":15-")[1] == ["The text still names the time from before."]


def declined(build: Build) -> World:
    """Ines has declined, and another time waits for the rep's word."""
    world = planned(build)
    walk(world, DUE)
    (event,) = events(world)
    calendar_mail(world, "REPLY", event, INES, partstat="DECLINED")
    world.run()
    return world


class TestWhatIsShown:
    def test_an_invite_with_both_clocks(self, world: World) -> None:
        in_new_york(world)
        meeting = seen(world)
        assert meeting.time[0] == HANDS_ON
        assert meeting.theirs is not None
        assert f"{meeting.theirs[0]:%H:%M}" == "04:00"

    def test_one_clock_where_it_shows_the_same(self, world: World) -> None:
        assert seen(world).theirs is None

    def test_a_move_with_the_time_from_before(self, build: Build) -> None:
        meeting = seen(declined(build))
        assert meeting.act is InviteAct.MOVE
        assert meeting.was is not None
        assert meeting.was[0] == HANDS_ON

    def test_for_programs_it_has_the_meeting(self, world: World) -> None:
        with world.store.read() as tx:
            shown = todays(tx, world.config, world.now)
        (entry,) = (each for each in entries(shown.items, shown.meetings) if each["kind"] == "invite")
        meeting = entry["meeting"]
        assert (meeting["act"], meeting["milestone"], meeting["where"]) == ("invite", "hands_on", None)
        assert (meeting["start"], meeting["required"], meeting["optional"]) == (HANDS_ON, [INES], [])

    def test_a_draft_has_no_meeting(self, build: Build) -> None:
        world = planned(build)
        with world.store.read() as tx:
            shown = todays(tx, world.config, world.now)
        assert [(each["kind"], each["meeting"]) for each in entries(shown.items, shown.meetings)] == [("draft", None)]

    def test_a_placed_invite_is_no_draft_in_the_drafts_folder(self, world: World) -> None:
        edited, _ = edit(world, "Where: \n", "Where: Room 4\n")
        review.approve(world.desk, edited.id, world.now)
        with world.store.read() as tx:
            assert todays(tx, world.config, world.now).filed == 0


class TestWhatWasDone:
    def told(self, world: World, *, dry_run: bool = False) -> list[str]:
        today = world.now.date()
        placed = world.run().scheduled.placed
        return [done_in_words(each, world.config, today, dry_run=dry_run) for each in placed]

    def test_an_invite(self, build: Build) -> None:
        world = planned(build)
        walk(world, DUE - days(1))
        world.now += days(1)
        assert self.told(world) == ["harbour: invited Ines to the hands-on test, Tue 31 March 10:00."]

    def test_a_hold_and_its_end(self, build: Build) -> None:
        world = planned(build, "hold")
        walk(world, DUE - days(1))
        world.now += days(1)
        assert self.told(world) == ["harbour: kept Tue 31 March 10:00 free for the hands-on test."]
        review.dismiss(world.desk, waiting(world).id, world.now)
        assert self.told(world) == ["harbour: let Tue 31 March 10:00 go, which was kept free for the hands-on test."]

    def test_what_would_be_done(self, build: Build) -> None:
        world = planned(build)
        walk(world, DUE - days(1))
        world.now += days(1)
        assert self.told(world, dry_run=True) == [
            "harbour: would invite Ines to the hands-on test, Tue 31 March 10:00."
        ]
