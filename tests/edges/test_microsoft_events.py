"""Events as Microsoft Graph gives them: names, times, zones, people, links."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from assistant.domain.calendar import Event, EventStatus, PartStat
from providers.microsoft.events import (
    NOTE_PROPERTY,
    UID_PROPERTY,
    Note,
    event_of,
    noted,
    own_uids,
    uid_of,
    uids_in,
    with_our_uids,
)
from providers.microsoft.graph import Graph
from tests.edges.systems import BERLIN

OWN = "rep@tallwood.example"
OBJECT = "040000008200E00074C5B7101A82E008"
REST = "D0B1A2C3D4E5DA010000000000000000100000006F1D2E3C4B5A69788796A5B4C3D2E1F0"
TEN = {"dateTime": "2026-03-10T09:00:00.0000000", "timeZone": "UTC"}
ELEVEN = {"dateTime": "2026-03-10T10:00:00.0000000", "timeZone": "UTC"}
PLAIN: dict[str, Any] = {
    "id": "AAkALgEVT1=",
    "iCalUId": f"{OBJECT}00000000{REST}",
    "subject": "Count",
    "start": TEN,
    "end": ELEVEN,
    "type": "singleInstance",
    "isOrganizer": False,
}


def person(email: str, name: str = "", **more: Any) -> dict[str, Any]:
    return {"emailAddress": {"address": email, "name": name or email}, **more}


def guest(email: str, answer: str = "none", kind: str = "required", name: str = "") -> dict[str, Any]:
    return person(email, name, type=kind, status={"response": answer, "time": "0001-01-01T00:00:00Z"})


def read(**fields: Any) -> Event:
    return event_of("work", "primary", PLAIN | fields, BERLIN, OWN)


# --- Names


def test_the_uid_of_an_instance_is_that_of_its_series_as_it_stands_in_mail() -> None:
    instance = f"{OBJECT}07EA030A{REST}"
    assert uid_of(instance) == uid_of(instance.lower()) == f"{OBJECT}00000000{REST}"


def test_a_meeting_that_another_system_made_keeps_the_uid_that_it_got_there() -> None:
    data = b"vCal-Uid\x01\0\0\0" + b"0r5q8c1n8t6k@google.com\0"
    whole = bytes.fromhex(OBJECT) + bytes(20) + len(data).to_bytes(4, "little") + data
    assert uid_of(whole.hex().upper()) == "0r5q8c1n8t6k@google.com"


@pytest.mark.parametrize(
    "given", ["one@contract.example", "", "00FF", OBJECT, "040000008200E0", f"{OBJECT}zz", "7c1a-4d", "ü"]
)
def test_any_other_uid_is_what_it_is(given: str) -> None:
    assert uid_of(given) == given


def test_an_event_of_ours_goes_by_our_uid_and_sequence() -> None:
    note = Note("9f2c@nextmove.example", "abc", 3, frozenset({"d1", "d2"}))
    row = PLAIN | {"isOrganizer": True, "singleValueExtendedProperties": note.properties}
    assert noted(row) == note
    found = event_of("work", "primary", row, BERLIN, OWN)
    assert (found.uid, found.sequence) == ("9f2c@nextmove.example", 3)


def test_a_property_is_found_however_its_name_is_written() -> None:
    held = [{"id": UID_PROPERTY.replace("6f2d3c1e", "6F2D3C1E"), "value": "9f2c@nextmove.example"}]
    assert noted({"isOrganizer": True, "singleValueExtendedProperties": held}) == Note("9f2c@nextmove.example")


def test_a_copy_in_somebody_elses_calendar_is_not_ours() -> None:
    held = Note("9f2c@nextmove.example").properties
    assert noted({"isOrganizer": False, "singleValueExtendedProperties": held}) is None


@pytest.mark.parametrize("value", ["", "null", "[]", "{", '{"key": 1}', '{"key":"a","sequence":"x","people":[]}'])
def test_a_note_that_somebody_spoiled_says_no_more_than_the_uid(value: str) -> None:
    held = [{"id": UID_PROPERTY, "value": "9f2c@nextmove.example"}, {"id": NOTE_PROPERTY, "value": value}]
    found = noted({"isOrganizer": True, "singleValueExtendedProperties": held})
    assert found == Note("9f2c@nextmove.example")


# --- Mail about our events


def test_a_guests_answer_by_mail_names_the_event_as_we_do() -> None:
    theirs = f"{OBJECT}00000000{REST}"
    line = f"UID:{theirs}"
    folded = f"{line[:74]}\r\n {line[74:]}"
    calendar = "\r\n".join(["BEGIN:VEVENT", folded, f"SUMMARY:UID:{theirs}", "END:VEVENT", ""])
    assert uids_in([calendar, "no calendar"]) == {theirs}
    ours = with_our_uids(calendar, {theirs: "9f2c@nextmove.example"})
    assert ours.split("\r\n") == [
        "BEGIN:VEVENT",
        "UID:9f2c@nextmove.example",
        f"SUMMARY:UID:{theirs}",
        "END:VEVENT",
        "",
    ]
    assert with_our_uids(calendar, {}) == calendar


def test_a_mail_full_of_meetings_is_not_looked_up_line_by_line() -> None:
    hostile = "".join(f"UID:{OBJECT}{number:08X}{REST}\r\n" for number in range(5_000))
    assert len(uids_in([hostile])) == 10


def test_only_exchanges_own_uids_are_asked_for() -> None:
    graph = Graph(
        "work", {"email": OWN}, http=httpx.MockTransport(lambda _: pytest.fail("asked")), token=lambda *_: "t"
    )
    assert own_uids(graph, []) == own_uids(graph, ["a@google.com", "040000"]) == {}


def test_our_uid_is_looked_up_by_exchanges() -> None:
    theirs, strange = f"{OBJECT}00000000{REST}", f"{OBJECT}00000000{REST[:-2]}FF"
    held = Note("9f2c@nextmove.example").properties

    def answered(request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)["requests"]
        values = [
            [{"id": "1", "isOrganizer": True, "singleValueExtendedProperties": held}] if theirs in each["url"] else []
            for each in asked
        ]
        answers = [
            {"id": each["id"], "status": 200, "body": {"value": value}}
            for each, value in zip(asked, values, strict=True)
        ]
        return httpx.Response(200, json={"responses": answers})

    graph = Graph("work", {"email": OWN}, http=httpx.MockTransport(answered), token=lambda *_: "t")
    assert own_uids(graph, [theirs, strange, "x@y.example"]) == {theirs: "9f2c@nextmove.example"}


# --- Days and series


def test_a_custom_zone_of_an_event_changes_nothing() -> None:
    assert read(originalStartTimeZone="tzone://Microsoft/Custom").start == datetime(2026, 3, 10, 9, tzinfo=UTC)


def test_a_whole_day_is_midnight_to_midnight_of_its_owner_in_whatever_zone_it_comes() -> None:
    for zone in ("UTC", "AUS Eastern Standard Time", "tzone://Microsoft/Custom"):
        day = {
            "start": {"dateTime": "2026-03-10T00:00:00.0000000", "timeZone": zone},
            "end": {"dateTime": "2026-03-11T00:00:00.0000000", "timeZone": zone},
        }
        found = read(isAllDay=True, **day)
        midnight = datetime(2026, 3, 10, tzinfo=BERLIN)
        assert (found.start, found.end, found.all_day) == (midnight, midnight + timedelta(days=1), True)


def test_an_exception_goes_by_when_it_would_have_been() -> None:
    found = read(type="exception", seriesMasterId="M", originalStart="2026-03-03T08:00:00Z")
    assert (found.recurrence_id, found.remote_id) == ("2026-03-03T08:00:00+00:00", "M")
    again = read(type="occurrence", seriesMasterId="M")
    assert again.recurrence_id == "2026-03-10T09:00:00+00:00"


@pytest.mark.parametrize(
    ("original", "zone"),
    [
        ("2026-03-10T00:00:00Z", "UTC"),
        ("2026-03-09T23:00:00Z", "W. Europe Standard Time"),
        ("2026-03-10T07:00:00Z", "Pacific Standard Time"),
        ("2026-03-09T23:00:00Z", "tzone://Microsoft/Custom"),
        ("2026-03-09T13:00:00Z", "AUS Eastern Standard Time"),
    ],
)
def test_an_exception_of_whole_days_goes_by_its_day(original: str, zone: str) -> None:
    edges = {name: {"dateTime": f"2026-03-1{n}T00:00:00", "timeZone": "UTC"} for n, name in ((2, "start"), (3, "end"))}
    found = read(
        type="exception",
        seriesMasterId="M",
        isAllDay=True,
        originalStart=original,
        originalStartTimeZone=zone,
        **edges,
    )
    assert found.recurrence_id == date(2026, 3, 10).isoformat()


def test_an_end_before_the_start_is_no_end() -> None:
    assert read(start=ELEVEN, end=TEN).end == read(start=ELEVEN).start


# --- Kinds


@pytest.mark.parametrize(
    ("shown", "free"),
    [
        ("free", True),
        ("workingElsewhere", True),
        ("tentative", False),
        ("busy", False),
        ("oof", False),
        ("unknown", False),
    ],
)
def test_to_be_free_or_at_work_elsewhere_takes_no_time(shown: str, free: bool) -> None:
    assert read(showAs=shown).free is free


def test_an_invitation_that_waits_for_the_rep_is_not_tentative_itself() -> None:
    assert read(showAs="tentative", isOrganizer=False).status is EventStatus.CONFIRMED
    assert read(showAs="tentative", isOrganizer=True).status is EventStatus.TENTATIVE
    assert read(showAs="tentative", isOrganizer=True, isCancelled=True).status is EventStatus.CANCELLED


@pytest.mark.parametrize(
    ("sensitivity", "private"),
    [("normal", False), ("personal", True), ("private", True), ("confidential", True)],
)
def test_what_is_not_for_everyone_is_private(sensitivity: str, private: bool) -> None:
    assert read(sensitivity=sensitivity).private is private


# --- People


def test_answers_are_read_and_rooms_are_nobody() -> None:
    found = read(
        organizer=person("mara@tallwood.example", "Mara Lindqvist"),
        attendees=[
            guest("Ines@harbour.example", "accepted", name="Ines Okafor"),
            guest("jo@harbour.example", "tentativelyAccepted", "optional"),
            guest("kim@harbour.example", "declined"),
            guest("room-4@tallwood.example", "accepted", "resource"),
            guest("/o=exchangelabs/cn=recipients/cn=x"),
            guest("jo@harbour.example"),
        ],
    )
    assert [(str(a.address), a.partstat, a.optional) for a in found.attendees] == [
        ("Ines Okafor <ines@harbour.example>", PartStat.ACCEPTED, False),
        ("jo@harbour.example", PartStat.TENTATIVE, True),
        ("kim@harbour.example", PartStat.DECLINED, False),
    ]
    assert str(found.organizer) == "Mara Lindqvist <mara@tallwood.example>"


@pytest.mark.parametrize("attendees", [[guest(OWN), guest("jo@harbour.example")], [guest("jo@harbour.example")]])
def test_what_the_rep_answered_stands_apart_and_is_theirs(attendees: list[dict[str, Any]]) -> None:
    found = read(
        organizer=person("ines@harbour.example"),
        attendees=attendees,
        responseStatus={"response": "declined", "time": "2026-03-01T08:00:00Z"},
    )
    assert found.partstat_of(frozenset({OWN})) is PartStat.DECLINED
    assert found.partstat_of(frozenset({"jo@harbour.example"})) is PartStat.NEEDS_ACTION


def test_who_has_not_answered_is_not_added() -> None:
    found = read(
        organizer=person("ines@harbour.example"),
        attendees=[guest("team@tallwood.example")],
        responseStatus={"response": "notResponded"},
    )
    assert [each.email for each in found.people] == ["ines@harbour.example", "team@tallwood.example"]


def test_the_organizer_of_a_meeting_comes_to_it() -> None:
    found = read(isOrganizer=True, organizer=person(OWN, "Mara Lindqvist"), attendees=[guest("jo@harbour.example")])
    assert [(a.address.email, a.partstat) for a in found.attendees] == [
        (OWN, PartStat.ACCEPTED),
        ("jo@harbour.example", PartStat.NEEDS_ACTION),
    ]


def test_the_organizer_who_is_listed_by_their_first_address_comes_too() -> None:
    host = "mara.lindqvist@tallwood.example"
    found = read(isOrganizer=True, organizer=person(host), attendees=[guest(host), guest("jo@harbour.example")])
    assert found.partstat_of(frozenset({host})) is PartStat.ACCEPTED


def test_an_entry_of_the_reps_own_has_no_people() -> None:
    found = read(isOrganizer=True, organizer=person(OWN, "Mara Lindqvist"), attendees=[])
    assert (found.organizer, found.people) == (None, ())


# --- Texts and links


def test_a_body_is_read_as_text() -> None:
    html = "<html><head><style>p{}</style></head><body><p>Agenda</p><ul><li>counts &amp; plan</li></ul></body></html>"
    assert read(body={"contentType": "html", "content": html}).description == "Agenda\n\ncounts & plan"
    assert read(body={"contentType": "text", "content": "a < b\r\nc"}).description == "a < b\nc"
    assert read(body=None, subject=None, location=None).description == ""


JOIN = (
    '<div class="me-email-text"><div style="margin:0">' + "_" * 80 + "</div>"
    '<a href="https://teams.example/l/1">Join the meeting now</a></div>'
)


def test_how_to_join_is_the_link_alone() -> None:
    body = {"contentType": "html", "content": f"<html><body><p>We meet.</p>{JOIN}</body></html>"}
    link = {"joinUrl": "https://teams.example/l/1"}
    found = read(body=body, onlineMeeting=link, location={"displayName": "Room 4"})
    assert (found.location, found.description) == ("Room 4", "We meet.\n\nhttps://teams.example/l/1")
    found = read(body=body, onlineMeeting=link, location={"displayName": ""})
    assert (found.location, found.description) == ("https://teams.example/l/1", "We meet.")


def test_a_line_that_the_rep_drew_stays_where_nothing_is_online() -> None:
    text = "one\n" + "_" * 80 + "\ntwo"
    assert read(body={"contentType": "text", "content": text}).description == text
