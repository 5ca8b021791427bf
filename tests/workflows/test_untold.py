"""Invites that nobody has been told of, since their mail still lies in Drafts, or was deleted there.

It's Wednesday, 4 March 2026, 8:00 in Berlin; Harbour decides on 30 April. The invite to the hands-on test of Tuesday,
31 March, is placed on the 24th.
"""

from datetime import date, datetime, timedelta

import pytest

from assistant.domain.deal import Stage
from assistant.domain.draft import ItemKind, ItemState
from assistant.domain.invite import InviteAct, InviteState
from assistant.domain.ports import OutgoingEvent, PlacedEvent
from assistant.store import PlacedInvite
from assistant.workflows import review, seen_plan, untold
from assistant.workflows.desk import look
from providers.local.scheduling import LocalScheduling
from tests.workflows.conftest import Build
from tests.workflows.meetings import calendar_mail, events, invites, planned, send_invites, walk
from tests.workflows.world import BERLIN, INES, NO, REP, World, days

DUE = date(2026, 3, 24)
HANDS_ON = datetime(2026, 3, 31, 10, tzinfo=BERLIN)
BEFORE = date(2026, 3, 30)
NOTICE = "Nobody has been told of the hands-on test on Tue 31 March 10:00: the invite still lies in your Drafts."


@pytest.fixture
def world(build: Build) -> World:
    """The invite lies in Drafts."""
    world = planned(build)
    walk(world, DUE, sending=False)
    assert len(world.work.drafts()) == 1
    return world


def noted(world: World) -> PlacedInvite:
    with world.store.read() as tx:
        (invite,) = tx.invites.latest("harbour")
        return invite


def told(world: World) -> bool:
    placed = noted(world).placed
    assert placed is not None
    return placed.told


def is_done(world: World) -> bool:
    with world.store.write() as tx:
        steps = seen_plan.planned(tx, world.config, "harbour", world.now).steps
    return next(step.done for step in steps if step.kind.id == "hands_on")


def notices(world: World) -> list[str]:
    return [item.title for item in world.items(ItemState.OPEN) if item.kind is ItemKind.NOTICE]


def say_no(world: World) -> None:
    world.now += timedelta(hours=1)
    world.work.deliver(INES, REP, NO, world.now, subject="Re: Harbour planning", reply_to="work2@post.example")


def delete_mail(world: World) -> None:
    for path in world.work.draft_files():
        path.unlink()


def has_left_no_trace(world: World) -> bool:
    """Whether the meeting is neither in the calendar nor, as an invite, among the drafts, and nobody was told."""
    calendar = [mail for mail in world.work.drafts() if mail.get_content_maintype() == "multipart"]
    sent = list((world.work.mail / ".Sent" / "cur").glob("*"))
    return events(world) == [] and calendar == [] and not any(b"text/calendar" in path.read_bytes() for path in sent)


class TestWhileItIsUnsent:
    def test_nobody_is_taken_to_know(self, world: World) -> None:
        world.run(days(1))
        assert not told(world)
        assert noted(world).state is InviteState.INVITED
        with world.store.write() as tx:
            view = look(tx, world.config, world.now).view("harbour")
        assert view is not None
        assert view.timeline.ahead == ()

    def test_its_time_stays_taken(self, world: World) -> None:
        walk(world, BEFORE, sending=False)
        assert len(events(world)) == 1
        proposed = [item.content.times[0] for item in invites(world, ItemState.OPEN) if item.content]
        assert [time for time in proposed if time[0] == HANDS_ON] == []

    def test_the_day_before_the_rep_hears_of_it(self, world: World) -> None:
        walk(world, BEFORE - days(1), sending=False)
        assert notices(world) == []
        walk(world, BEFORE, sending=False)
        assert notices(world) == [NOTICE]

    def test_once_it_is_sent_the_notice_goes(self, world: World) -> None:
        walk(world, BEFORE, sending=False)
        send_invites(world)
        world.run(timedelta(hours=1))
        assert notices(world) == []
        assert told(world)

    def test_a_second_run_changes_nothing(self, world: World) -> None:
        world.run(timedelta(hours=1))
        before = (world.files(), world.dump())
        world.run()
        assert (world.files(), world.dump()) == before


class TestOnceItIsSent:
    def test_it_counts(self, world: World) -> None:
        send_invites(world)
        world.run(days(1))
        assert told(world)
        walk(world, HANDS_ON.date() + days(1))
        assert is_done(world)
        assert noted(world).state is InviteState.INVITED

    def test_it_is_asked_about_no_more(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        """A look into the drafts is for those invites alone that wait there."""
        send_invites(world)
        world.run(days(1))
        asked: list[str] = []
        real = LocalScheduling.find

        def find(self: LocalScheduling, uid: str) -> PlacedEvent | None:
            asked.append(uid)
            return real(self, uid)

        monkeypatch.setattr(LocalScheduling, "find", find)
        world.run(timedelta(hours=1))
        assert asked == []

    def test_a_program_that_wrote_it_anew_has_sent_it_too(self, world: World) -> None:
        """It kept neither our header nor the Message-ID nor the calendar part."""
        (mail,) = world.work.drafts()
        world.work.deliver(REP, mail["To"], "Shall we?", world.now, subject=mail["Subject"])
        delete_mail(world)
        world.run(days(1))
        assert told(world)

    def test_an_answer_of_theirs_shows_it(self, world: World) -> None:
        """The rep's program keeps no copy of what it sends."""
        delete_mail(world)
        calendar_mail(world, "REPLY", events(world)[0], INES, partstat="ACCEPTED")
        world.run()
        assert told(world)

    def test_a_mailbox_without_sent_mail_tells_nothing(self, world: World) -> None:
        for path in (world.work.mail / ".Sent" / "cur").iterdir():
            path.unlink()
        delete_mail(world)
        world.run(days(1))
        assert told(world)
        assert len(events(world)) == 1

    def test_after_a_no_it_is_called_off_with_their_knowledge(self, world: World) -> None:
        send_invites(world)
        say_no(world)
        world.run()
        (item,) = invites(world, ItemState.OPEN)
        assert item.content is not None
        assert item.content.meeting is not None
        assert item.content.meeting.act is InviteAct.CANCEL
        assert len(events(world)) == 1


class TestWhereTheDealIsOver:
    def test_after_a_no_it_is_taken_back_at_once(self, world: World) -> None:
        say_no(world)
        world.run()
        assert has_left_no_trace(world)
        assert noted(world).state is InviteState.CANCELLED
        assert invites(world, ItemState.OPEN) == []
        before = (world.files(), world.dump())
        world.run()
        assert (world.files(), world.dump()) == before

    @pytest.mark.parametrize("stage", [Stage.WON, Stage.SAID_NO, Stage.PAUSED])
    def test_ended_by_the_rep_it_is_taken_back(self, world: World, stage: Stage) -> None:
        until = date(2026, 6, 1) if stage is Stage.PAUSED else None
        review.end(world.desk, "harbour", stage, world.now, resume_on=until)
        assert has_left_no_trace(world)

    def test_what_the_rep_made_of_the_mail_stays_theirs(self, world: World) -> None:
        (path,) = world.work.draft_files()
        path.write_bytes(path.read_bytes().replace(b"Subject: ", b"Subject: Mine: "))
        say_no(world)
        world.run()
        assert events(world) == []
        assert len([mail for mail in world.work.drafts() if mail["Subject"].startswith("Mine: ")]) == 1

    @pytest.mark.parametrize("after", [False, True])
    def test_killed_around_it_nothing_is_left_in_the_end(
        self, world: World, monkeypatch: pytest.MonkeyPatch, after: bool
    ) -> None:
        real = LocalScheduling.cancel

        def kill(self: LocalScheduling, event: OutgoingEvent, placed: PlacedEvent) -> PlacedEvent | None:
            if after:
                real(self, event, placed)
            raise KeyboardInterrupt

        say_no(world)
        with monkeypatch.context() as patch:
            patch.setattr(LocalScheduling, "cancel", kill)
            with pytest.raises(KeyboardInterrupt):
                world.run()
        world.run()
        assert has_left_no_trace(world)
        assert noted(world).state is InviteState.CANCELLED
        with world.store.read() as tx:
            assert tx.effects.unfinished() == []


class TestWhereTheMailIsDeleted:
    """E4.61: a draft that the rep deletes means no."""

    def test_the_meeting_goes_and_is_not_proposed_again(self, world: World) -> None:
        delete_mail(world)
        world.run(days(1))
        assert has_left_no_trace(world)
        assert noted(world).state is InviteState.GONE
        walk(world, HANDS_ON.date() + days(1))
        assert not is_done(world)
        assert [item for item in invites(world) if item.state is ItemState.OPEN and "hands-on" in item.title] == []
        assert [each["summary"] for each in events(world) if each.start == HANDS_ON] == []

    def test_a_copy_in_the_trash_was_not_sent(self, world: World) -> None:
        (path,) = world.work.draft_files()
        world.work.put(path.read_bytes(), "Trash")
        path.unlink()
        world.run(days(1))
        assert events(world) == []
        assert noted(world).state is InviteState.GONE

    def test_a_mail_on_its_way_between_two_looks_waits_for_the_next(self, world: World) -> None:
        """The mailbox was read while it lay in Drafts, and the calendar was asked when it didn't any more."""
        (path,) = world.work.draft_files()
        raw = path.read_bytes()
        path.unlink()
        assert untold.track(world.sources, world.store, world.config, world.now) == []
        assert not told(world)
        world.work.put(raw, "Sent")
        world.run()
        assert told(world)


class TestWhereItsTimeGoesBy:
    def test_it_was_not_held(self, world: World) -> None:
        walk(world, HANDS_ON.date() + days(1), sending=False)
        assert not is_done(world)
        assert noted(world).state is InviteState.GONE
        assert has_left_no_trace(world)
        assert notices(world) == []
        assert [item.title for item in world.items(ItemState.OPEN) if "what was agreed" in item.title] == []
