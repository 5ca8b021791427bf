"""The meetings of an approved plan, one by one: what goes out by itself, what waits, and what others change.

It's Wednesday, 4 March 2026, 8:00 in Berlin; Harbour decides on 30 April. The hands-on test is planned for 31 March,
and its invite goes out on the 24th.
"""

import shlex
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from assistant.domain.draft import ItemKind, ItemState, Purpose, QueueItem
from assistant.domain.invite import InviteAct, InviteState
from assistant.domain.ports import OutgoingEvent, PlacedEvent, Scheduling
from assistant.errors import ProviderError, RefusedError
from assistant.store import PlacedInvite
from assistant.workflows import dealbook, planning, review, seen_plan
from assistant.workflows.sources import SourceAccount
from assistant.workflows.undoing import undo
from tests.workflows.conftest import Build
from tests.workflows.meetings import BIRK, DECIDES, calendar_mail, events, invites, planned, send_invites, walk
from tests.workflows.world import BERLIN, INES, QUESTION, REP, TOMAS, World, days

DUE = date(2026, 3, 24)
HANDS_ON = datetime(2026, 3, 31, 10, tzinfo=BERLIN)


def noted(world: World) -> list[PlacedInvite]:
    with world.store.read() as tx:
        return tx.invites.latest("harbour")


def act(item: QueueItem) -> InviteAct:
    assert item.content is not None
    assert item.content.meeting is not None
    return item.content.meeting.act


def starts(item: QueueItem) -> datetime:
    assert item.content is not None
    return item.content.times[0][0]


def waiting(world: World) -> QueueItem:
    (item,) = invites(world, ItemState.OPEN)
    return item


def notices(world: World) -> list[str]:
    return [item.title for item in world.items(ItemState.OPEN) if item.kind is ItemKind.NOTICE]


def test_a_recap_names_the_time_of_the_invite_beside_it(build: Build) -> None:
    world = planned(build, schedule="hold")
    walk(world, DUE - days(1))
    world.work.deliver(INES, REP, "Hi Noor,\n\nThank you, see you later.\n\nInes\n", world.now)
    world.run(days(1))
    world.work.meet("talk@harbour.example", world.now - timedelta(hours=17), "ines@harbour.example")
    world.run(days(1))
    (invite,) = invites(world, ItemState.OPEN)
    recap = world.draft()
    assert (recap.purpose, recap.content and recap.content.times) == (
        Purpose.RECAP,
        invite.content and invite.content.times,
    )
    before = (starts(invite), recap.content)
    world.run(timedelta(minutes=5))
    assert (starts(waiting(world)), world.draft().content) == before


def test_where_nobody_is_known_the_notice_says_what_to_type(build: Build) -> None:
    world = build(extra='[plan]\nschedule = "invite"\nwhere = "https://meet.example/noor"')
    world.deal(contacts=(INES, BIRK))
    world.passive()
    decision = dealbook.decision_by_rep("harbour", DECIDES, "Ines on the phone", None, world.now)
    review.decide(world.desk, "harbour", decision, world.now)
    world.run()
    planning.approve(world.desk, "harbour", world.now)
    walk(world, DUE)
    (notice,) = (item for item in world.items(ItemState.OPEN) if item.title.startswith("Who should come"))
    typed = shlex.split(notice.reasons[0].sentence.partition(": ")[2])
    assert typed[:-1] == ["nextmove", "deals", "edit", "harbour", "--contact"]
    assert typed[-1].startswith("Name <address> (")


class TestWhatGoesOutByItself:
    def test_nothing_before_the_plan_is_approved(self, build: Build) -> None:
        world = planned(build)
        planning.lay_anew(world.desk, "harbour", world.now)
        walk(world, DUE + days(3))
        assert events(world) == []
        assert invites(world) == []

    def test_nothing_where_the_plan_was_approved_while_scheduling_was_off(self, build: Build) -> None:
        world = planned(build, "off")
        world.config = replace(world.config, plan=replace(world.config.plan, schedule="invite"))
        walk(world, DUE)
        assert invites(world) == []
        planning.approve(world.desk, "harbour", world.now)
        world.run()
        assert len(events(world)) == 1

    def test_a_second_run_changes_nothing(self, build: Build) -> None:
        world = planned(build)
        walk(world, DUE)
        before = (world.files(), world.dump())
        world.run()
        assert (world.files(), world.dump()) == before

    def test_a_gap_waits_for_the_rep(self, build: Build) -> None:
        world = planned(build, where="")
        walk(world, DUE)
        item = waiting(world)
        assert [gap.marker for gap in item.gaps] == ["[where]"]
        assert events(world) == []

    def test_no_more_than_the_days_few(self, build: Build) -> None:
        world = planned(build, extra="invites_a_day = 1")
        world.deal("quay", domains=("quayside.example",), contacts=(f"{TOMAS} (champion, user)",))
        world.passive(TOMAS, subject="Quayside planning")
        decision = dealbook.decision_by_rep("quay", DECIDES, "Tomas on the phone", None, world.now)
        review.decide(world.desk, "quay", decision, world.now)
        planning.approve(world.desk, "quay", world.now)
        walk(world, DUE)
        assert len(events(world)) == 1
        world.run(days(1))
        assert len(events(world)) == 2

    def test_more_people_than_the_most_wait_for_a_look(self, build: Build) -> None:
        world = planned(build, extra="most_people = 1")
        walk(world, date(2026, 4, 3))
        assert "more than 1 are never invited without a look" in str(waiting(world).reasons)

    def test_an_open_question_of_theirs_comes_first(self, build: Build) -> None:
        world = planned(build)
        walk(world, DUE - days(1))
        world.work.deliver(INES, REP, QUESTION.replace("paper", "report"), world.now, reply_to="work2@post.example")
        world.run(days(1))
        assert events(world) == []
        assert world.draft().title.startswith("Answer")

    def test_a_meeting_that_serves_it_is_found_first(self, build: Build) -> None:
        """E5.69: somebody has booked it by phone."""
        world = planned(build)
        world.work.meet("by-phone", HANDS_ON + days(1), "ines@harbour.example", summary="Trying it out together")
        walk(world, DUE + days(2))
        assert [str(event["uid"]) for event in events(world)] == ["by-phone"]

    def test_a_failing_account_keeps_everything_at_home(self, build: Build) -> None:
        """A reply may lie where nobody could look."""
        world = planned(build)
        walk(world, DUE - days(1))
        world.work.mail.rename(world.work.root / "away")
        world.run(days(1))
        assert events(world) == []


class TestHolds:
    def test_the_time_is_held_and_the_invite_waits(self, build: Build) -> None:
        world = planned(build, "hold")
        walk(world, DUE)
        (hold,) = events(world)
        assert (hold["class"], hold.get("attendee"), hold.start) == ("PRIVATE", None, HANDS_ON)
        assert world.work.drafts() == []
        item = waiting(world)
        review.approve(world.desk, item.id, world.now)
        (event,) = events(world)
        assert (event["uid"], event["sequence"]) == (hold["uid"], 1)
        assert event.get("class") != "PRIVATE"
        assert len(world.work.drafts()) == 1
        assert [invite.state for invite in noted(world)] == [InviteState.INVITED]

    def test_a_dismissed_invite_gives_the_time_back(self, build: Build) -> None:
        world = planned(build, "hold")
        walk(world, DUE)
        review.dismiss(world.desk, waiting(world).id, world.now)
        world.run(days(1))
        assert events(world) == []
        assert invites(world, ItemState.OPEN) == []
        walk(world, DUE + days(3))
        assert events(world) == []

    def test_a_hold_moves_with_its_invite(self, build: Build) -> None:
        world = planned(build, "hold")
        walk(world, DUE)
        world.work.meet("dentist", HANDS_ON, "dentist@praxis.example", minutes=60, summary="Dentist")
        world.run(days(1))
        hold = next(event for event in events(world) if event["uid"] != "dentist")
        assert hold.start == starts(waiting(world)) != HANDS_ON


class TestWhatOthersChange:
    @pytest.fixture
    def invited(self, build: Build) -> World:
        """Ines is invited to the hands-on test of 31 March, 10:00."""
        world = planned(build)
        walk(world, DUE)
        return world

    def test_an_acceptance_leaves_everything_as_it_is(self, invited: World) -> None:
        calendar_mail(invited, "REPLY", events(invited)[0], INES, partstat="ACCEPTED")
        before = invited.work.calendar_files()
        invited.run()
        assert invites(invited, ItemState.OPEN) == []
        assert invited.work.calendar_files() == before

    def test_moved_by_hand_the_change_stands(self, invited: World) -> None:
        """E5.81: the rep has moved it in the calendar."""
        (path,) = invited.work.calendar.glob("*.ics")
        path.write_bytes(path.read_bytes().replace(b"20260331T1", b"20260401T1"))
        invited.run(days(1))
        (invite,) = noted(invited)
        assert invite.state is InviteState.THEIRS
        assert invite.content.times[0][0] == HANDS_ON + days(1)
        assert invites(invited, ItemState.OPEN) == []
        with invited.store.read() as tx:
            steps = {
                step.kind.id: step.day for step in seen_plan.planned(tx, invited.config, "harbour", invited.now).steps
            }
        assert steps["hands_on"] == date(2026, 4, 1), "the plan follows"

    def test_taken_out_by_hand_it_is_not_proposed_again(self, invited: World) -> None:
        for path in invited.work.calendar.glob("*.ics"):
            path.unlink()
        walk(invited, date(2026, 4, 1))
        assert [invite.state for invite in noted(invited)] == [InviteState.GONE]
        assert invites(invited, ItemState.OPEN) == []
        assert events(invited) == []

    def test_called_off_by_hand_a_new_one_waits_for_a_look(self, invited: World) -> None:
        (path,) = invited.work.calendar.glob("*.ics")
        path.write_bytes(path.read_bytes().replace(b"STATUS:CONFIRMED", b"STATUS:CANCELLED"))
        invited.run(days(1))
        assert noted(invited)[0].state is InviteState.CANCELLED
        item = waiting(invited)
        assert act(item) is InviteAct.INVITE
        assert item.content is not None
        assert item.content.meeting is not None
        assert item.content.meeting.uid != noted(invited)[0].uid

    def test_something_of_the_reps_comes_in_between(self, invited: World) -> None:
        invited.work.meet("dentist", HANDS_ON, "dentist@praxis.example", minutes=60, summary="Dentist")
        invited.run(days(1))
        item = waiting(invited)
        assert act(item) is InviteAct.MOVE
        assert starts(item) != HANDS_ON
        review.approve(invited.desk, item.id, invited.now)
        event = next(event for event in events(invited) if event["uid"] != "dentist")
        assert (event["sequence"], event.start) == (1, starts(item))
        walk(invited, HANDS_ON.date())
        assert invites(invited, ItemState.OPEN) == []

    def test_a_new_day_of_rest_moves_it(self, invited: World) -> None:
        invited.config = replace(invited.config, closed=frozenset({HANDS_ON.date()}))
        invited.run(days(1))
        assert act(waiting(invited)) is InviteAct.MOVE
        assert starts(waiting(invited)).date() != HANDS_ON.date()

    def test_a_time_that_does_not_fit_is_answered_with_one_that_does(self, invited: World) -> None:
        """They propose a day after the decision."""
        wish = datetime(2026, 5, 5, 10, tzinfo=BERLIN)
        calendar_mail(invited, "COUNTER", events(invited)[0], INES, at=(wish, wish + timedelta(hours=1)))
        invited.run()
        assert starts(waiting(invited)).date() < DECIDES

    def test_a_stranger_changes_nothing(self, invited: World) -> None:
        calendar_mail(invited, "REPLY", events(invited)[0], "Mal Lory <mal@elsewhere.example>", partstat="DECLINED")
        invited.run()
        assert invites(invited, ItemState.OPEN) == []

    def test_a_dismissed_new_time_is_not_proposed_again(self, invited: World) -> None:
        calendar_mail(invited, "REPLY", events(invited)[0], INES, partstat="DECLINED")
        invited.run()
        review.dismiss(invited.desk, waiting(invited).id, invited.now)
        walk(invited, DUE + days(3))
        assert invites(invited, ItemState.OPEN) == []

    def test_a_new_date_of_theirs_keeps_what_is_booked(self, invited: World) -> None:
        decision = dealbook.decision_by_rep("harbour", date(2026, 5, 28), "Ines on the phone", None, invited.now)
        review.decide(invited.desk, "harbour", decision, invited.now)
        walk(invited, DUE + days(3))
        assert len(events(invited)) == 1
        assert [invite.state for invite in noted(invited)] == [InviteState.INVITED]


class _Broken:
    """A calendar that fails, before or after it has changed."""

    def __init__(self, real: Scheduling, *, after: bool) -> None:
        self._real, self._after = real, after
        self.account = real.account

    def place(self, event: OutgoingEvent) -> PlacedEvent:
        if self._after:
            self._real.place(event)
        raise KeyboardInterrupt

    def change(self, event: OutgoingEvent, placed: PlacedEvent) -> PlacedEvent:
        raise ProviderError("The calendar is locked.", "Try again later.")

    def cancel(self, event: OutgoingEvent, placed: PlacedEvent) -> PlacedEvent | None:
        return self._real.cancel(event, placed)

    def find(self, uid: str) -> PlacedEvent | None:
        return self._real.find(uid)


def broken(world: World, *, after: bool) -> list[SourceAccount]:
    real = world.sources
    (source,) = real
    assert source.scheduling is not None
    world.sources = [replace(source, scheduling=_Broken(source.scheduling, after=after))]
    return real


class TestCrashes:
    @pytest.mark.parametrize("after", [False, True])
    def test_killed_around_the_change_it_is_made_once(self, build: Build, after: bool) -> None:
        world = planned(build)
        walk(world, DUE - days(1))
        real = broken(world, after=after)
        with pytest.raises(KeyboardInterrupt):
            world.run(days(1))
        world.sources = real
        world.run()
        world.run()
        assert len(events(world)) == 1
        assert len(world.work.drafts()) == 1
        assert [invite.state for invite in noted(world)] == [InviteState.INVITED]
        with world.store.read() as tx:
            assert tx.effects.unfinished() == []

    def test_a_refusal_puts_the_invite_back(self, build: Build) -> None:
        world = planned(build, "hold")
        walk(world, DUE)
        broken(world, after=False)
        with pytest.raises(ProviderError, match="locked"):
            review.approve(world.desk, waiting(world).id, world.now)
        assert waiting(world).note == "The calendar wasn't changed: approve it again."


def test_birk_is_optional_where_he_only_takes_part(build: Build) -> None:
    world = planned(build)
    walk(world, date(2026, 4, 3))
    people = {invite.milestone: (invite.content.to, invite.content.cc) for invite in noted(world)}
    assert [str(person) for person in people["security_legal"][0]] == [BIRK]
    assert [str(person) for person in people["security_legal"][1]] == [INES]


def test_an_approved_invite_can_not_be_taken_back(build: Build) -> None:
    world = planned(build, "hold")
    walk(world, DUE)
    review.approve(world.desk, waiting(world).id, world.now)
    with pytest.raises(RefusedError):
        undo(world.desk, world.now)


def test_what_comes_after_it_has_its_turn_once_it_is_booked(build: Build) -> None:
    world = planned(build, "hold")
    walk(world, date(2026, 4, 7))
    assert act(waiting(world)) is InviteAct.INVITE
    assert waiting(world).title.startswith("Invite Ines to the hands-on test")
    review.approve(world.desk, waiting(world).id, world.now)
    send_invites(world)
    world.run(days(1))
    assert waiting(world).title.startswith("Invite Birk and Ines to the security and legal review")


def test_what_the_rep_dismissed_holds_nothing_back(build: Build) -> None:
    world = planned(build)
    world.config = replace(world.config, plan=replace(world.config.plan, schedule="hold"))
    walk(world, DUE)
    review.dismiss(world.desk, waiting(world).id, world.now)
    walk(world, date(2026, 4, 3))
    later = waiting(world)
    assert later.title.startswith("Invite Birk")
    assert "Hands-on test comes first, and no meeting is booked for it yet." in {
        each.sentence for each in later.reasons
    }
