"""E5.70, 71, 73, 79, 80, 83, 84, 85: what a meeting asks of the rep before it, after it, and when it moves."""

from datetime import date, datetime, timedelta

import pytest

from assistant.domain.deal import Standing
from assistant.domain.draft import ItemState, Purpose
from assistant.domain.invite import InviteAct
from assistant.workflows import review
from tests.edges.scene import AN_HOUR, LENA, Scene, calendar, first, in_march, mailed
from tests.workflows.conftest import Build
from tests.workflows.meetings import calendar_mail, events, invites, planned, send_invites, walk
from tests.workflows.world import BERLIN, INES, NO, REP, World, days

YESTERDAY = in_march(3, 15)
HANDS_ON = datetime(2026, 3, 31, 10, tzinfo=BERLIN)
DUE = date(2026, 3, 24)
"""The day on which the invite to the hands-on test goes out."""

MISSED = (
    "Sorry I missed our call this afternoon, the trains stood still.",
    "Entschuldigung, ich habe unseren Termin heute leider verpasst, die Züge standen still.",
    "Désolée d'avoir manqué notre rendez-vous de cet après-midi, les trains étaient arrêtés.",
    "Siento no haber podido asistir a la reunión de hoy, los trenes no circulaban.",
)
BOOKS = (
    "You can pick a time at https://calendly.com/harbour-ines/30min whenever it suits.",
    "Please book a slot through our supplier portal, we can't take calendar invites from outside.",
    "Termine werden bei uns über das Lieferantenportal vergeben.",
)


def booked(scene: Scene, start: datetime) -> None:
    scene.books(calendar(start, partstat="ACCEPTED"))


def invited(build: Build) -> World:
    """The hands-on test of 31 March is booked, and its people know."""
    world = planned(build)
    walk(world, DUE)
    assert [event.start for event in events(world)] == [HANDS_ON]
    return world


class TestAfterAMeeting:
    def test_one_that_just_happened_is_summed_up(self, scene: Scene) -> None:
        """E5.70: the draft writes down what was agreed; it chases nobody."""
        booked(scene, YESTERDAY)
        scene.morning()
        (draft,) = scene.drafts
        assert draft.purpose is Purpose.RECAP
        assert draft.title.startswith("Write down what was agreed")

    def test_a_recap_that_went_out_is_not_drafted_again(self, scene: Scene) -> None:
        """E5.70"""
        booked(scene, YESTERDAY)
        scene.sends("Thank you for today. Your team tests until 13 March, and we go through it on 16 March at 10:00.")
        scene.morning()
        assert scene.drafts == []

    @pytest.mark.parametrize("words", MISSED)
    def test_who_did_not_come_gets_two_new_times_kindly(self, scene: Scene, words: str) -> None:
        """E5.73: it's no meeting that was held, in any of our languages."""
        booked(scene, YESTERDAY)
        scene.receives(words, at=YESTERDAY + AN_HOUR)
        view = scene.morning()
        assert view.timeline.held == ()
        lapsed = view.standings.of(Standing.LAPSED)
        assert lapsed is not None
        assert lapsed.evidence[0].rule == "meeting.missed"
        (draft,) = scene.drafts
        assert draft.content is not None
        assert len(draft.content.times) == 2
        assert "missed" not in draft.content.body.lower()
        assert "you didn't" not in draft.content.body.lower()

    def test_our_own_word_of_it_counts_as_well(self, scene: Scene) -> None:
        """E5.73: the rep waited in vain."""
        booked(scene, YESTERDAY)
        scene.sends("We missed each other today, I hope all is well on your side.", at=YESTERDAY + AN_HOUR)
        view = scene.morning()
        assert first(view) is Standing.LAPSED
        assert scene.purposes == [Purpose.RESET]

    def test_a_meeting_missed_last_month_takes_nothing_from_the_one_that_was_held(self, scene: Scene) -> None:
        """E5.73"""
        scene.receives("Sorry I missed our call this morning.", at=in_march(3, 9) - timedelta(days=14))
        booked(scene, YESTERDAY)
        assert len(scene.morning().timeline.held) == 1


class TestBeforeAMeeting:
    @pytest.mark.parametrize("day", [4, 5])
    def test_one_today_or_tomorrow_keeps_the_queue_quiet(self, scene: Scene, day: int) -> None:
        """E5.71"""
        booked(scene, in_march(day, 15))
        assert first(scene.morning()) is Standing.ADVANCING
        assert scene.queue == []

    def test_what_we_owe_them_for_it_is_still_delivered(self, scene: Scene) -> None:
        """E5.71: preparation is owed."""
        booked(scene, in_march(5, 15))
        scene.sends("I'll send you the data sheet on Tuesday, before we talk.", at=in_march(2, 9))
        scene.morning()
        assert scene.purposes == [Purpose.DELIVER]

    def test_what_they_asked_is_still_answered(self, scene: Scene) -> None:
        """E5.71"""
        booked(scene, in_march(5, 15))
        scene.receives("Before we talk tomorrow: does it run on our own servers?")
        assert first(scene.morning()) is Standing.OWES_REPLY
        assert scene.purposes == [Purpose.ANSWER]


class TestOneMeetingForItsWholeLife:
    def test_a_new_time_is_the_same_event_once_more_changed(self, build: Build) -> None:
        """E5.79"""
        world = invited(build)
        (event,) = events(world)
        calendar_mail(world, "REPLY", event, INES, partstat="DECLINED")
        world.run()
        (move,) = invites(world, ItemState.OPEN)
        review.approve(world.desk, move.id, world.now)
        (moved,) = events(world)
        assert (moved["uid"], int(str(moved["sequence"]))) == (event["uid"], int(str(event["sequence"])) + 1)
        assert moved.start != event.start
        assert isinstance(moved.start, datetime)
        walk(world, moved.start.date() - days(1))
        assert [each["uid"] for each in events(world)].count(event["uid"]) == 1

    def test_what_is_called_off_says_why_in_a_human_sentence(self, build: Build) -> None:
        """E5.80"""
        world = invited(build)
        world.work.deliver(INES, REP, NO, world.now, subject="Re: Harbour planning", reply_to="work2@post.example")
        world.run(AN_HOUR)
        (item,) = invites(world, ItemState.OPEN)
        assert item.content is not None
        assert item.content.meeting is not None
        assert item.content.meeting.act is InviteAct.CANCEL
        review.approve(world.desk, item.id, world.now)
        (event,) = events(world)
        assert event["status"] == "CANCELLED"
        (mail,) = send_invites(world)
        (part,) = [each for each in mail.walk() if each.get_content_type() == "text/calendar"]
        assert part.get_param("method") == "CANCEL"
        body = mail.get_body(("plain",))
        assert body is not None
        assert len(body.get_content().split()) > 10
        assert "Thank you for telling us" in body.get_content()


class TestWhatWaitsForTheRep:
    @pytest.mark.parametrize("words", BOOKS)
    def test_who_has_a_booking_page_is_not_sent_ours(self, build: Build, words: str) -> None:
        """E5.83: the invite waits, and says how they want it."""
        world = planned(build)
        walk(world, DUE - days(2))
        told = world.work.deliver(INES, REP, words, world.now, reply_to="work2@post.example")
        world.now += AN_HOUR
        thanks = "Thank you, Ines. I'll choose a time there for the hands-on test."
        world.work.deliver(REP, INES, thanks, world.now, reply_to=told, folder="Sent")
        walk(world, DUE + days(1))
        assert events(world) == []
        (item,) = [each for each in world.items(ItemState.OPEN) if each.content and each.content.meeting]
        said = [reason.sentence for reason in item.reasons]
        assert any("in their own way" in sentence for sentence in said)
        assert " ".join(words.split()) in said

    def test_a_draft_to_them_asks_the_rep_to_choose_a_time_there(self, scene: Scene) -> None:
        """E5.83"""
        scene.receives(f"{BOOKS[0]} I look forward to it.", sender=LENA)
        scene.morning()
        (draft,) = scene.drafts
        assert draft.content is not None
        assert draft.content.times == ()
        assert "invitation" not in draft.content.body
        assert "in their own way" in draft.gaps[0].ask

    def test_our_own_page_is_not_taken_for_theirs(self, scene: Scene) -> None:
        """E5.83"""
        scene.sends("Pick a time at https://calendly.com/noor/30min whenever it suits.", at=in_march(2, 9))
        assert scene.morning().their_way is None

    def test_a_place_that_is_not_known_is_asked_for(self, build: Build) -> None:
        """E5.84: a link or a room is never invented."""
        world = planned(build, where="")
        walk(world, DUE)
        (item,) = invites(world, ItemState.OPEN)
        assert [gap.marker for gap in item.gaps] == ["[where]"]
        assert events(world) == []

    def test_a_large_group_is_never_invited_without_a_look(self, build: Build) -> None:
        """E5.85"""
        world = planned(build, extra="most_people = 1")
        walk(world, date(2026, 4, 3))
        (item,) = invites(world, ItemState.OPEN)
        assert len(mailed(item)) == 2
        assert "never invited without a look" in str(item.reasons)
