"""Our events in a Google calendar, and what Google writes to their people."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from assistant.domain.calendar import PartStat
from assistant.domain.mail import Address
from assistant.domain.ports import EventChanged
from assistant.errors import ProviderError, RefusedError
from providers.google.events import event_id
from providers.google.scheduling import GoogleScheduling
from tests.contracts.caller import EventCaller
from tests.contracts.outbox import cleared
from tests.contracts.scheduling import (
    BOTH,
    INES,
    JO,
    REP,
    WINDOW,
    SchedulingSuite,
    Told,
    cancelled,
    hold,
    meeting,
    moved,
    no_event,
    only_event,
)
from tests.edges.google_calendars import GoogleSystem, of_the_rep, unhurried
from tests.servers.discovery import Json
from tests.servers.fixtures import Emulators
from tests.servers.google import GooglePeer

KIM: Json = {"email": "kim@harbour.example", "responseStatus": "accepted", "comment": "with pleasure"}
ROOM: Json = {"email": "room-4@resource.calendar.google.com", "resource": True, "responseStatus": "accepted"}


@pytest.fixture
def google(emulators: Emulators) -> Iterator[GooglePeer]:
    with of_the_rep(emulators) as peer:
        yield peer


@pytest.fixture
def system(google: GooglePeer, monkeypatch: pytest.MonkeyPatch) -> GoogleSystem:
    return GoogleSystem(google, monkeypatch)


class TestGoogleScheduling(SchedulingSuite):
    pass


def there(system: GoogleSystem, uid: str = meeting().uid, life: int = 0) -> Json:
    found = system.google.event(event_id(uid, life))
    assert found is not None
    return found


def emails(event: Json) -> list[str]:
    return [one["email"] for one in event["attendees"]]


# --- What Google is asked for


def test_an_invitation_is_one_call_and_people_are_written_to(system: GoogleSystem) -> None:
    system.scheduling().place(meeting())
    (call,) = system.google.log
    assert (call.id, call.query["sendUpdates"]) == ("calendar.events.insert", ["all"])
    body: Any = call.body
    assert (body["id"], "iCalUID" in body) == (event_id(meeting().uid), False)


def test_a_hold_is_private_busy_time_and_nobody_is_written_to(system: GoogleSystem) -> None:
    held = system.scheduling().place(hold())
    system.scheduling().cancel(replace(hold(), sequence=1), held)
    writes = [call for call in system.google.log if call.method != "GET"]
    assert [call.query["sendUpdates"] for call in writes] == [["none"], ["none"]]
    body: Any = writes[0].body
    assert (body["visibility"], body["transparency"], body["attendees"]) == ("private", "opaque", [])


def test_nothing_in_the_event_tells_what_it_is_for_us(system: GoogleSystem) -> None:
    system.scheduling().place(meeting("deal-7.after_yes.pilot"))
    text = json.dumps(there(system))
    assert not [word for word in ("deal", "after_yes", "stage") if word in text]
    assert there(system)["extendedProperties"].keys() == {"private"}


def test_times_carry_their_zone(system: GoogleSystem) -> None:
    system.scheduling().place(meeting())
    assert there(system)["start"] == {"dateTime": "2026-03-10T10:00:00+01:00", "timeZone": "Europe/Berlin"}


@pytest.mark.parametrize("fold", [0, 1])
def test_an_hour_that_the_clock_shows_twice_is_the_one_that_was_meant(system: GoogleSystem, fold: int) -> None:
    start = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=fold)
    end = (start.astimezone(UTC) + timedelta(minutes=45)).astimezone(start.tzinfo)
    system.scheduling().place(meeting(start=start, end=end))
    shown = [datetime.fromisoformat(there(system)[edge]["dateTime"]).astimezone(UTC) for edge in ("start", "end")]
    assert shown == [start.astimezone(UTC), end.astimezone(UTC)]


def test_a_time_without_a_named_zone_is_in_utc(system: GoogleSystem) -> None:
    start = meeting().start.astimezone(UTC)
    system.scheduling().place(meeting(start=start, end=start + timedelta(hours=1)))
    assert there(system)["start"] == {"dateTime": "2026-03-10T09:00:00Z", "timeZone": "UTC"}


def test_an_event_that_ends_before_it_begins_is_refused(system: GoogleSystem) -> None:
    with pytest.raises(ProviderError, match="ends before it begins"):
        system.scheduling().place(meeting(end=meeting().start))
    assert system.google.log == []


def test_where_scheduling_is_not_turned_on_nothing_is_written(system: GoogleSystem) -> None:
    system.extra["schedule"] = False
    with pytest.raises(RefusedError):
        system.scheduling().place(meeting())
    assert system.google.log == []


def test_the_organizer_goes_by_the_address_of_the_account(system: GoogleSystem) -> None:
    alias = Address("mara@tallwood.example", "Mara Lindqvist")
    system.scheduling().place(meeting(organizer=alias, optional=(alias, JO)))
    assert emails(there(system)) == [REP.email, INES.email, JO.email]
    assert system.told() == [Told("REQUEST", 0, BOTH)]


# --- Names and lives


def test_what_was_deleted_can_be_placed_again(system: GoogleSystem) -> None:
    for life in range(3):
        placed = system.scheduling().place(meeting())
        assert (placed.remote_id, placed.uid) == (event_id(meeting().uid, life), meeting().uid)
        assert system.scheduling().find(meeting().uid) == placed
        assert system.scheduling().place(meeting()) == placed
        event = only_event(system)
        assert (event.uid, event.remote_id) == (placed.uid, placed.remote_id)
        system.google.remove_event(placed.remote_id)
        assert no_event(system)
    assert len(system.told()) == 3


def test_an_event_that_the_rep_moved_to_another_calendar_is_found_there(system: GoogleSystem) -> None:
    other = "c_81@group.calendar.google.com"
    system.google.add_calendar(other)
    system.extra["calendars"] = ("primary", other)
    system.scheduling().place(meeting())
    moved_by_hand = there(system)
    system.google.remove_event(moved_by_hand["id"])
    system.google.put_event({**moved_by_hand, "status": "confirmed"}, other)
    found = system.scheduling().find(meeting().uid)
    assert found is not None
    assert (found.calendar, found.uid) == (other, meeting().uid)
    system.scheduling().change(moved(), found)
    assert only_event(system).start == moved().start


def test_a_copy_that_the_rep_made_is_another_event(system: GoogleSystem) -> None:
    system.scheduling().place(meeting())
    system.google.put_event({**there(system), "id": "copy123", "iCalUID": "copy123@google.com"})
    caller = EventCaller()
    caller.pull(system.calendar(), WINDOW)
    assert {one.uid for one in caller.inside(WINDOW)} == {meeting().uid, "copy123@google.com"}


def test_a_copy_in_the_calendar_of_a_colleague_is_not_ours(system: GoogleSystem) -> None:
    colleague = "kim@tallwood.example"
    system.google.add_calendar(colleague)
    system.extra["calendars"] = ("primary", colleague)
    system.scheduling().place(meeting())
    copy = {**there(system), "organizer": {"email": "somebody@tallwood.example"}}
    system.google.put_event(copy, colleague)
    system.delete(meeting().uid)
    assert system.scheduling().find(meeting().uid) is None


def test_where_the_primary_calendar_is_not_chosen_it_goes_into_the_first(system: GoogleSystem) -> None:
    other = "c_81@group.calendar.google.com"
    system.google.add_calendar(other)
    system.extra["calendars"] = (other,)
    placed = system.scheduling().place(meeting())
    assert placed.calendar == only_event(system).calendar == other


def test_an_event_that_google_has_forgotten_the_deletion_before_is_found(system: GoogleSystem) -> None:
    system.scheduling().place(meeting())
    system.delete(meeting().uid)
    placed = system.scheduling().place(meeting())
    system.google.faults.add("calendar.events.get", status=404, reason="notFound")
    assert system.scheduling().find(meeting().uid) == placed


# --- Changes and answers


@pytest.mark.parametrize("partstat", [PartStat.ACCEPTED, PartStat.DECLINED, PartStat.TENTATIVE])
def test_answers_come_back(system: GoogleSystem, partstat: PartStat) -> None:
    system.scheduling().place(meeting())
    system.answer(meeting().uid, INES.email, partstat)
    assert only_event(system).partstat_of(frozenset({INES.email})) is partstat


def test_who_was_added_by_hand_and_the_room_come_along_when_it_moves(system: GoogleSystem) -> None:
    system.scheduling().place(meeting())
    event = there(system)
    system.google.change_event(event["id"], attendees=[*event["attendees"], KIM, ROOM])
    seen = system.scheduling().find(meeting().uid)
    assert seen is not None
    system.scheduling().change(moved(), seen)
    assert emails(there(system)) == [REP.email, INES.email, JO.email, KIM["email"], ROOM["email"]]
    assert {one["responseStatus"] for one in there(system)["attendees"][1:]} == {"needsAction"}
    assert [one for one in system.told() if one.method == "CANCEL"] == []


def test_who_is_no_longer_invited_by_us_hears_of_it(system: GoogleSystem) -> None:
    placed = system.scheduling().place(meeting())
    system.scheduling().change(meeting("deal-7.demo.fewer", sequence=1, optional=()), placed)
    assert emails(there(system)) == [REP.email, INES.email]
    assert Told("CANCEL", 1, frozenset({JO.email})) in system.told()


def test_what_an_answer_came_with_stays_where_the_time_does(system: GoogleSystem) -> None:
    system.scheduling().place(meeting())
    people = [{**one, "comment": "gladly"} for one in there(system)["attendees"]]
    system.google.change_event(event_id(meeting().uid), attendees=people)
    seen = system.scheduling().find(meeting().uid)
    assert seen is not None
    system.scheduling().change(meeting("deal-7.demo.where", sequence=1, where=cleared("Room 4")), seen)
    assert there(system)["attendees"][1]["comment"] == "gladly"


def test_a_conference_and_reminders_that_the_rep_added_stay(system: GoogleSystem) -> None:
    system.scheduling().place(meeting())
    points = [{"entryPointType": "video", "uri": "https://meet.google.com/abc-defg-hij"}]
    added: Json = {
        "hangoutLink": points[0]["uri"],
        "conferenceData": {"entryPoints": points},
        "reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 15}]},
    }
    system.google.change_event(event_id(meeting().uid), **added)
    seen = system.scheduling().find(meeting().uid)
    assert seen is not None
    system.scheduling().change(moved(), seen)
    assert {name: there(system)[name] for name in added} == added


def test_a_place_that_is_no_longer_said_goes(system: GoogleSystem) -> None:
    placed = system.scheduling().place(meeting())
    system.scheduling().change(meeting("deal-7.demo.where", sequence=1, where=None), placed)
    assert only_event(system).location == ""


def test_googles_own_sequence_is_not_ours(system: GoogleSystem) -> None:
    system.scheduling().place(hold())
    for hour in (11, 12, 13):
        start, end = ({"dateTime": f"2026-03-10T{hour}:{minute}:00Z"} for minute in ("00", "30"))
        system.google.change_event(event_id(hold().uid), start=start, end=end)
    found = system.scheduling().find(hold().uid)
    assert found is not None
    assert there(system)["sequence"] == 3
    assert system.google.calls("calendar.events.list") == []
    assert (found.sequence, only_event(system).sequence) == (0, 0)
    assert system.scheduling().change(meeting(sequence=1), found).sequence == only_event(system).sequence == 1


def test_after_our_change_a_move_by_hand_stands(system: GoogleSystem) -> None:
    placed = system.scheduling().place(meeting())
    system.scheduling().change(moved(), placed)
    system.google.change_event(event_id(meeting().uid), end={"dateTime": "2026-03-11T12:00:00Z"})
    with pytest.raises(EventChanged):
        system.scheduling().change(moved(), placed)


@pytest.mark.parametrize("method", ["change", "cancel"])
def test_an_event_changed_in_the_very_moment_is_not_overwritten(system: GoogleSystem, method: str) -> None:
    placed = system.scheduling().place(meeting())

    def by_hand() -> None:
        system.google.change_event(event_id(meeting().uid), description="Bring the trial.")

    system.google.faults.call("calendar.events.patch", by_hand)
    with pytest.raises(EventChanged):
        getattr(system.scheduling(), method)(moved(), placed)
    assert only_event(system).description == "Bring the trial."
    assert len(system.told()) == 1


# --- Cancelling


def test_people_get_one_mail_with_the_note_and_nothing_stays(system: GoogleSystem) -> None:
    placed = system.scheduling().place(meeting())
    assert system.scheduling().cancel(cancelled(), placed) is None
    (last,) = [one for one in system.google.told() if one.method == "CANCEL"]
    assert last.event["description"] == cancelled().description
    assert (last.people, last.updates) == (BOTH, "all")
    assert [one.updates for one in system.google.told()] == ["all", "none", "all"]
    assert no_event(system)
    assert system.scheduling().find(meeting().uid) is None


def test_an_answer_between_the_note_and_the_deletion_does_not_stop_it(system: GoogleSystem) -> None:
    placed = system.scheduling().place(meeting())
    system.google.faults.call(
        "calendar.events.delete", lambda: system.answer(meeting().uid, INES.email, PartStat.DECLINED)
    )
    assert system.scheduling().cancel(cancelled(), placed) is None
    assert [one for one in system.told() if one.method == "CANCEL"] == [Told("CANCEL", 1, BOTH)]


def test_an_event_that_is_not_ours_to_change_says_so(system: GoogleSystem) -> None:
    placed = system.scheduling().place(meeting())
    system.google.faults.add("calendar.events.patch", status=403, reason="forbiddenForNonOrganizer")
    with pytest.raises(ProviderError, match="forbiddenForNonOrganizer"):
        system.scheduling().change(moved(), placed)


def test_guests_never_see_a_sequence_behind_ours(system: GoogleSystem) -> None:
    held = system.scheduling().place(hold())
    invited = system.scheduling().change(meeting(sequence=1), held)
    assert there(system)["sequence"] == 1
    system.scheduling().change(moved(sequence=2), invited)
    assert there(system)["sequence"] == 2


def test_looking_is_repeated_while_google_is_busy(system: GoogleSystem) -> None:
    system.google.faults.add("calendar.events.get", status=503, reason="backendError", times=3)
    assert GoogleScheduling(unhurried(system), ("primary",)).find(meeting().uid) is None


def test_a_hold_to_which_the_rep_invited_people_is_theirs(system: GoogleSystem) -> None:
    """A hold is moved and released without a look: nobody may hear of that."""
    system.scheduling().place(hold())
    system.google.change_event(event_id(hold().uid), attendees=[KIM])
    seen = system.scheduling().find(hold().uid)
    assert seen is not None
    later = replace(hold(), key="deal-7.demo.hold-2", sequence=1, start=moved().start, end=moved().end)
    with pytest.raises(EventChanged):
        system.scheduling().change(later, seen)
    with pytest.raises(EventChanged):
        system.scheduling().cancel(replace(hold(), sequence=1, description=cleared("")), seen)
    assert system.told() == []
    assert only_event(system).start == hold().start


def test_a_room_for_a_hold_is_no_guest(system: GoogleSystem) -> None:
    system.scheduling().place(hold())
    system.google.change_event(event_id(hold().uid), attendees=[ROOM])
    seen = system.scheduling().find(hold().uid)
    assert seen is not None
    assert system.scheduling().cancel(replace(hold(), sequence=1), seen) is None
