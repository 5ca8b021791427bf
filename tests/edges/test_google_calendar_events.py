"""Events as Google shows them: its kinds, its people, its links, its series."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from assistant.domain.calendar import Event, EventStatus, PartStat
from providers.google.events import event_id, uid_in, with_our_uids
from tests.contracts.calendar import WEEKLY
from tests.contracts.caller import EventCaller
from tests.contracts.letters import calendar
from tests.contracts.online_calendar import held
from tests.contracts.online_series import SERIES, OnlineSeriesSuite
from tests.edges.google_calendars import GoogleSystem, of_the_rep
from tests.servers.discovery import Json
from tests.servers.fixtures import Emulators
from tests.servers.google import GooglePeer

TEN: Json = {
    "start": {"dateTime": "2026-03-10T10:00:00+01:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-03-10T11:00:00+01:00", "timeZone": "Europe/Berlin"},
}
INES: Json = {"email": "Ines@harbour.example", "displayName": "Ines Okafor", "responseStatus": "accepted"}


@pytest.fixture
def google(emulators: Emulators) -> Iterator[GooglePeer]:
    with of_the_rep(emulators) as peer:
        yield peer


@pytest.fixture
def system(google: GooglePeer, monkeypatch: pytest.MonkeyPatch) -> GoogleSystem:
    return GoogleSystem(google, monkeypatch)


def shown(system: GoogleSystem, **fields: Any) -> list[Event]:
    system.google.put_event(TEN | fields)
    return held(system)


# --- Kinds


@pytest.mark.parametrize("kind", ["workingLocation", "birthday"])
def test_where_somebody_works_and_when_they_were_born_are_no_meetings(system: GoogleSystem, kind: str) -> None:
    assert shown(system, eventType=kind) == []


@pytest.mark.parametrize("kind", ["outOfOffice", "focusTime"])
def test_to_be_away_or_at_work_alone_takes_time(system: GoogleSystem, kind: str) -> None:
    (found,) = shown(system, eventType=kind, transparency="transparent")
    assert (found.free, found.people) == (False, ())


def test_what_gmail_found_in_a_mail_takes_time_and_has_no_people(system: GoogleSystem) -> None:
    machine = {"email": "unknownorganizer@calendar.google.com"}
    (found,) = shown(system, eventType="fromGmail", organizer=machine, attendees=[INES], summary="Flight to Köln")
    assert (found.people, found.free, found.summary) == ((), False, "Flight to Köln")


@pytest.mark.parametrize("visibility", ["private", "confidential"])
def test_private_and_confidential_are_private(system: GoogleSystem, visibility: str) -> None:
    (found,) = shown(system, visibility=visibility)
    assert found.private


def test_a_tentative_event_says_so(system: GoogleSystem) -> None:
    (found,) = shown(system, status="tentative")
    assert found.status is EventStatus.TENTATIVE


# --- People


def test_answers_are_read_and_rooms_are_nobody(system: GoogleSystem) -> None:
    room = {"email": "room-4@resource.calendar.google.com", "resource": True}
    jo = {"email": "jo@harbour.example", "optional": True, "responseStatus": "tentative"}
    kim = {"email": "kim@harbour.example", "responseStatus": "declined"}
    (found,) = shown(system, attendees=[INES, jo, kim, room])
    assert [(str(a.address), a.partstat, a.optional) for a in found.attendees] == [
        ("Ines Okafor <ines@harbour.example>", PartStat.ACCEPTED, False),
        ("jo@harbour.example", PartStat.TENTATIVE, True),
        ("kim@harbour.example", PartStat.DECLINED, False),
    ]


def test_guests_that_are_hidden_leave_the_organizer(system: GoogleSystem) -> None:
    own = {"email": system.google.email, "responseStatus": "needsAction"}
    (found,) = shown(
        system, organizer={"email": "ines@harbour.example"}, attendees=[own], guestsCanSeeOtherGuests=False
    )
    assert [person.email for person in found.people] == ["ines@harbour.example", system.google.email]


def test_an_entry_of_the_reps_own_has_no_people(system: GoogleSystem) -> None:
    (found,) = shown(system, summary="Dentist")
    assert (found.organizer, found.people) == (None, ())


def test_a_calendar_of_its_own_is_nobody_and_its_writer_invites(system: GoogleSystem) -> None:
    team = {"email": "c_81@group.calendar.google.com", "displayName": "Deals", "self": True}
    creator = {"email": system.google.email, "displayName": "Mara Lindqvist"}
    (found,) = shown(system, organizer=team, creator=creator, attendees=[INES])
    assert str(found.organizer) == f"Mara Lindqvist <{system.google.email}>"


# --- Texts and links


def test_the_link_of_a_conference_is_where_the_meeting_is(system: GoogleSystem) -> None:
    (found,) = shown(system, hangoutLink="https://meet.google.com/abc-defg-hij")
    assert found.location == "https://meet.google.com/abc-defg-hij"


def test_beside_a_place_the_link_is_in_the_description(system: GoogleSystem) -> None:
    points = [
        {"entryPointType": "phone", "uri": "tel:+49-30-1234"},
        {"entryPointType": "video", "uri": "https://zoom.example/j/1"},
    ]
    (found,) = shown(system, location="Room 4", description="Bring it.", conferenceData={"entryPoints": points})
    assert (found.location, found.description) == ("Room 4", "Bring it.\n\nhttps://zoom.example/j/1")


def test_a_description_that_was_written_on_the_web_is_read_as_text(system: GoogleSystem) -> None:
    (found,) = shown(system, description="<b>Agenda</b><br><ul><li>counts &amp; plan</li></ul>")
    assert "Agenda" in found.description
    assert "counts & plan" in found.description
    assert "<" not in found.description


def test_signs_of_comparison_in_a_plain_description_stay(system: GoogleSystem) -> None:
    (found,) = shown(system, description="a < b, c > d & e <ines@harbour.example>")
    assert found.description == "a < b, c > d & e <ines@harbour.example>"


# --- Series


class TestGoogleSeries(OnlineSeriesSuite):
    pass


def test_an_instance_that_is_called_off_later_says_so_and_is_what_it_was(system: GoogleSystem) -> None:
    people = "ATTENDEE:mailto:ines@harbour.example\nSUMMARY"
    system.put("weekly", calendar(WEEKLY.replace("SUMMARY", people)))
    caller = EventCaller()
    name = held(system, caller)[1].remote_id
    system.google.change_event(name, status="cancelled")
    found = held(system, caller)
    assert [one.status is EventStatus.CANCELLED for one in found] == [False, True, False, False, False]
    before, after = found[0], found[1]
    assert (after.uid, after.summary, after.people) == (before.uid, before.summary, before.people)
    assert after.start - before.start == timedelta(days=7)
    assert after.end - after.start == timedelta(minutes=30)


def test_what_is_deleted_is_gone_also_where_google_still_tells_what_it_was(
    system: GoogleSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Calendar API, Events, status: on the organizer's calendar cancelled events go on exposing their details."""
    monkeypatch.setattr("tests.servers.google.listing.brief", lambda event: event)
    system.google.put_event(TEN | {"id": "abcde", "attendees": [INES]})
    system.put("weekly", calendar(*SERIES["called off"]))
    caller = EventCaller()
    held(system, caller)
    system.google.remove_event("abcde")
    for found in (held(system, caller), held(system)):
        assert [(one.start.day, one.status is EventStatus.CANCELLED) for one in found][:3] == [
            (3, False),
            (10, True),
            (17, False),
        ]


# --- Names


def test_an_id_holds_the_uid_in_letters_that_google_allows() -> None:
    for uid in ("9f2c@nextmove.example", "a@b", "ü" * 200 + "@x"):
        for life in (0, 1, 31):
            name = event_id(uid, life)
            assert uid_in(name) == uid
            assert uid_in(f"{name}_20260310T090000Z") == uid
            assert 5 <= len(name) <= 1024
            assert set(name) <= set("0123456789abcdefghijklmnopqrstuv")


@pytest.mark.parametrize("name", ["", "nm", "nm0", "nmzzz", "5r0q8c1n8t6k2m7d3v4b9j0s1u", "nmvvvvvvvv", "_x", "nm\n"])
def test_ids_of_others_hold_no_uid(name: str) -> None:
    assert uid_in(name) is None


def test_a_mail_of_google_about_our_event_names_it_as_we_do() -> None:
    uid = "0123456789abcdef0123456789abcdef@tallwood.example"
    theirs = f"UID:{event_id(uid)}@google.com"
    folded = "\r\n ".join(theirs[start : start + 74] for start in range(0, len(theirs), 74))
    lines = ["BEGIN:VEVENT", folded, "SUMMARY:UID:nm0@google.com", "END:VEVENT"]
    assert with_our_uids("\r\n".join(lines)).split("\r\n") == ["BEGIN:VEVENT", f"UID:{uid}", *lines[2:]]
    assert with_our_uids("UID:abc@google.com\r\n") == "UID:abc@google.com\r\n"
