"""Meetings under what others do to them: hostile times, absences, delegates, changes by hand, and a plan that changes.

It's Wednesday, 4 March 2026, 8:00 in Berlin; Harbour decides on 30 April. Ines is invited on the 24th to the hands-on
test of 31 March, 10:00.
"""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy

import icalendar
import pytest

from assistant.domain.deal import Stage
from assistant.domain.draft import ItemState, QueueItem
from assistant.domain.invite import InviteAct, InviteState
from assistant.domain.plan import MilestoneKind, Process
from assistant.engine.planning import DEFAULT_PROCESS
from assistant.store import PlacedInvite
from assistant.workflows import choosing, planning, review
from tests.workflows.conftest import Build
from tests.workflows.meetings import BIRK, calendar_mail, events, invites, planned, walk
from tests.workflows.world import BERLIN, INES, NO, REP, World, days

DUE = date(2026, 3, 24)
HANDS_ON = datetime(2026, 3, 31, 10, tzinfo=BERLIN)
HOUR = timedelta(hours=1)
KIM = "kim@brightlane.example"


@pytest.fixture
def invited(build: Build) -> World:
    world = planned(build)
    walk(world, DUE)
    return world


def noted(world: World) -> PlacedInvite:
    with world.store.read() as tx:
        return tx.invites.latest("harbour")[0]


def waiting(world: World) -> QueueItem:
    (item,) = invites(world, ItemState.OPEN)
    return item


def act(item: QueueItem) -> InviteAct:
    assert item.content is not None
    assert item.content.meeting is not None
    return item.content.meeting.act


def starts(item: QueueItem) -> datetime:
    assert item.content is not None
    return item.content.times[0][0]


def said(item: QueueItem) -> str:
    return " ".join(reason.sentence for reason in item.reasons)


def by_hand(world: World, pattern: str, instead: str) -> None:
    """Somebody changes our event in the calendar."""
    (path,) = world.work.calendar.glob("*@brightlane.example.ics")
    raw, count = re.subn(pattern.encode(), instead.encode(), path.read_bytes())
    assert count
    path.write_bytes(raw)


def counter(world: World, start: datetime | date, end: datetime | date) -> None:
    calendar_mail(world, "COUNTER", events(world)[0], INES, at=(start, end))  # type: ignore[arg-type]
    world.run()


def dentist(world: World) -> None:
    world.work.meet("dentist", HANDS_ON, "dentist@praxis.example", minutes=60, summary="Dentist")
    world.run(days(1))


def told_no(world: World) -> None:
    world.answer("work2@post.example", NO)
    world.run()


class TestNoCrash:
    def test_a_counter_into_an_hour_that_the_clock_skips_stops_nothing(self, invited: World) -> None:
        night = datetime(2026, 3, 29, 2, 30, tzinfo=BERLIN)
        counter(invited, night, night.replace(hour=3, minute=0))
        assert starts(waiting(invited)).date() != night.date()

    def test_a_counter_at_the_end_of_time_stops_nothing(self, invited: World) -> None:
        last = datetime(9999, 12, 31, 23, tzinfo=BERLIN)
        counter(invited, last, last + timedelta(minutes=30))
        assert starts(waiting(invited)).year == 2026

    def test_a_meeting_without_a_length_can_be_called_off_and_moved(self, invited: World) -> None:
        by_hand(invited, r"DTEND;TZID=Europe/Berlin:\S+", "DTEND;TZID=Europe/Berlin:20260331T100000")
        dentist(invited)
        moved = waiting(invited)
        assert act(moved) is InviteAct.MOVE
        told_no(invited)
        assert act(waiting(invited)) is InviteAct.CANCEL
        review.approve(invited.desk, waiting(invited).id, invited.now)
        assert noted(invited).state is InviteState.CANCELLED


class TestOnlyWhatWasApproved:
    def test_a_milestone_that_came_into_the_process_later_waits(self, build: Build) -> None:
        world = planned(build)
        dinner = MilestoneKind(
            "board", "Board talk", "you meet our board", "a talk", "x", their_owner="economic buyer", ideal=12, least=5
        )
        kinds = DEFAULT_PROCESS.milestones
        world.config = replace(world.config, process=Process((*kinds[:3], dinner, *kinds[3:])))
        walk(world, date(2026, 4, 9))
        assert "It isn't part of the plan that you approved." in said(waiting(world))
        assert noted(world).milestone == "hands_on"
        assert not any("oard" in str(event["summary"]) for event in events(world))

    def test_what_comes_after_the_yes_waits_where_only_what_is_before_it_was_approved(self, build: Build) -> None:
        world = planned(build)
        review.end(world.desk, "harbour", Stage.AFTER_YES, world.now + days(1))
        walk(world, date(2026, 4, 15))
        assert events(world) == []
        assert "It isn't part of the plan that you approved." in said(waiting(world))


class TestANewCauseIsANewItem:
    def test_a_no_after_a_dismissed_call_off(self, invited: World) -> None:
        calendar_mail(invited, "CANCEL", events(invited)[0], INES)
        invited.run()
        review.dismiss(invited.desk, waiting(invited).id, invited.now)
        invited.run(days(1))
        assert invites(invited, ItemState.OPEN) == []
        told_no(invited)
        assert act(waiting(invited)) is InviteAct.CANCEL
        assert len(waiting(invited).key) <= 200

    def test_a_time_of_theirs_after_a_dismissed_one_of_ours(self, invited: World) -> None:
        calendar_mail(invited, "REPLY", events(invited)[0], INES, partstat="DECLINED")
        invited.run()
        review.dismiss(invited.desk, waiting(invited).id, invited.now)
        invited.run(days(1))
        wish = datetime(2026, 4, 1, 11, tzinfo=BERLIN)
        counter(invited, wish, wish + HOUR)
        assert starts(waiting(invited)) == wish

    def test_something_in_between_after_a_dismissed_refusal(self, invited: World) -> None:
        calendar_mail(invited, "REPLY", events(invited)[0], INES, partstat="DECLINED")
        invited.run()
        review.dismiss(invited.desk, waiting(invited).id, invited.now)
        dentist(invited)
        assert "something of yours" in waiting(invited).title
        before = (invited.files(), invited.dump())
        invited.run()
        assert (invited.files(), invited.dump()) == before


class TestWhoIsAway:
    def away(self, world: World, until: str) -> None:
        walk(world, date(2026, 4, 2))
        world.now += HOUR
        headers = (("Auto-Submitted", "auto-replied"), ("In-Reply-To", "<work2@post.example>"))
        text = f"I am out of office until {until}.\n"
        world.work.deliver(BIRK, REP, text, world.now, subject="Automatic reply: Harbour planning", headers=headers)
        world.run(days(1))

    def test_nobody_is_invited_to_a_day_on_which_they_are_away(self, build: Build) -> None:
        world = planned(build)
        self.away(world, "20 April")
        assert len(events(world)) == 1
        assert starts(waiting(world)).date() == date(2026, 4, 21)
        assert "I am out of office until 20 April." in said(waiting(world))

    def test_who_is_away_now_is_not_invited_without_a_look(self, build: Build) -> None:
        world = planned(build)
        self.away(world, "7 April")
        assert len(events(world)) == 1
        assert "Birk Lund is away, and can be written to again on 8 April 2026." in said(waiting(world))


class TestTheirTimes:
    @pytest.mark.parametrize(
        ("start", "length"),
        [
            (datetime(2026, 4, 1, 3, tzinfo=BERLIN), days(1)),
            (datetime(2026, 4, 1, 3, tzinfo=BERLIN), HOUR),
            (datetime(2026, 4, 1, 10, tzinfo=BERLIN), 4 * HOUR),
            (datetime(2026, 4, 1, 10, tzinfo=BERLIN), days(60)),
        ],
    )
    def test_one_that_no_meeting_could_have_is_a_wish_beside_our_own(
        self, invited: World, start: datetime, length: timedelta
    ) -> None:
        counter(invited, start, start + length)
        item = waiting(invited)
        assert item.content is not None
        since, until = item.content.times[0]
        assert since != start
        assert until - since == HOUR
        assert "The time that they propose, Wed 1 April" in said(item)

    def test_a_whole_day_is_a_wish_too(self, invited: World) -> None:
        counter(invited, date(2026, 4, 1), date(2026, 4, 2))
        assert starts(waiting(invited)).hour >= 9


class TestDelegates:
    def delegated(self, world: World, to: str) -> None:
        calendar_mail(world, "REPLY", events(world)[0], INES, partstat="DELEGATED")
        path = max((world.work.mail / "cur").iterdir(), key=lambda path: int(path.name.partition(".")[0]))
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        (part,) = (part for part in mail.walk() if part.get_content_type() == "text/calendar")
        text = part.get_content().replace("=DELEGATED", f'=DELEGATED;DELEGATED-TO="mailto:{to}"')
        part.set_content(text, subtype="calendar", params={"method": "REPLY"})
        path.write_bytes(mail.as_bytes())
        world.run()

    def test_a_stranger_is_a_question_and_the_one_who_was_invited_stays(self, invited: World) -> None:
        self.delegated(invited, "mal@evil.example")
        dentist(invited)
        item = waiting(invited)
        assert item.content is not None
        assert [str(person) for person in (*item.content.to, *item.content.cc)] == [INES]
        assert [gap.marker for gap in item.gaps] == ["[mal@evil.example]"]
        told_no(invited)
        assert waiting(invited).gaps == ()
        review.approve(invited.desk, waiting(invited).id, invited.now)
        assert "evil.example" not in str([str(draft) for draft in invited.work.drafts()])

    def test_a_colleague_of_theirs_comes_beside_them(self, invited: World) -> None:
        self.delegated(invited, "ana@harbour.example")
        dentist(invited)
        item = waiting(invited)
        assert item.content is not None
        assert [person.email for person in item.content.to] == ["ines@harbour.example", "ana@harbour.example"]
        assert item.gaps == ()


def test_a_meeting_that_was_given_a_title_that_the_guard_stops_can_be_called_off(invited: World) -> None:
    by_hand(invited, r"SUMMARY:(?:[^\r]|\r\n )*", "SUMMARY:Harbour\\\\, last push before our quarter ends")
    invited.run(days(1))
    assert "quarter" in noted(invited).content.subject
    told_no(invited)
    item = waiting(invited)
    assert item.gaps == ()
    assert item.content is not None
    assert item.content.subject.startswith("Hands-on test")
    review.approve(invited.desk, item.id, invited.now)
    assert noted(invited).state is InviteState.CANCELLED


class TestWhatThePlanHasNoUseFor:
    def test_dropped(self, invited: World) -> None:
        choosing.drop(invited.desk, "harbour", "hands_on", invited.now)
        dentist(invited)
        item = waiting(invited)
        assert act(item) is InviteAct.CANCEL
        assert "You left it out of the plan." in said(item)
        review.dismiss(invited.desk, item.id, invited.now)
        invited.run(days(1))
        assert invites(invited, ItemState.OPEN) == []

    def test_ticked_off(self, invited: World) -> None:
        planning.mark_done(invited.desk, "harbour", "hands_on", invited.now)
        dentist(invited)
        assert act(waiting(invited)) is InviteAct.CANCEL

    def test_held_in_another_meeting(self, invited: World) -> None:
        choosing.merge(invited.desk, "harbour", "hands_on", "security_legal", invited.now)
        invited.run(days(1))
        assert act(waiting(invited)) is InviteAct.CANCEL
        assert "in the same meeting as the security and legal review" in said(waiting(invited))
        by_hand(invited, "20260331T1", "20260409T1")
        walk(invited, date(2026, 4, 4))
        own = next(item for item in invites(invited, ItemState.OPEN) if act(item) is InviteAct.INVITE)
        assert "Hands-on test has a meeting of its own" in said(own)
        assert len(events(invited)) == 1

    def test_of_the_stage_that_has_gone_by(self, invited: World) -> None:
        review.end(invited.desk, "harbour", Stage.AFTER_YES, invited.now)
        invited.run(days(1))
        assert act(waiting(invited)) is InviteAct.CANCEL

    def test_once_it_is_won_nothing_is_asked(self, invited: World) -> None:
        review.end(invited.desk, "harbour", Stage.WON, invited.now)
        dentist(invited)
        assert not any("hands-on" in item.title for item in invited.items(ItemState.OPEN))

    def test_what_has_been_held_is_not_called_off(self, invited: World) -> None:
        planning.mark_done(invited.desk, "harbour", "hands_on", HANDS_ON + HOUR)
        invited.now = HANDS_ON + HOUR
        invited.run()
        assert not any(act(item) is InviteAct.CANCEL for item in invites(invited))


class TestByHand:
    def test_a_hold_that_was_moved_is_where_the_invite_goes(self, build: Build) -> None:
        world = planned(build, "hold")
        walk(world, DUE)
        by_hand(world, "20260331T1", "20260401T1")
        world.run(days(1))
        assert starts(waiting(world)) == HANDS_ON + days(1)
        walk(world, DUE + days(3))
        (hold,) = events(world)
        assert hold.start == HANDS_ON + days(1)
        dentist(world)
        assert starts(waiting(world)) == HANDS_ON + days(1)

    def test_people_and_a_place_that_were_added_stay(self, invited: World) -> None:
        by_hand(invited, "END:VEVENT", f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{KIM}\r\nEND:VEVENT")
        by_hand(invited, "LOCATION:https://meet.example/noor", "LOCATION:Room 5")
        invited.run(days(1))
        before = invited.dump()
        invited.run()
        assert invited.dump() == before
        dentist(invited)
        item = waiting(invited)
        review.approve(invited.desk, item.id, invited.now)
        event: icalendar.Event = next(each for each in events(invited) if each["uid"] != "dentist")
        assert event["location"] == "Room 5"
        assert KIM in str(event["attendee"])
