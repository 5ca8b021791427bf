"""Google Calendar at the peer, asked by the real client: events, their ids and etags, lists, sync tokens, free/busy."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.servers.google import GooglePeer
from tests.servers.test_google_peer import reason, refused

INES = "ines@harbour.example"
MARCH = {"timeMin": "2026-03-01T00:00:00Z", "timeMax": "2026-04-01T00:00:00Z"}


@pytest.fixture
def service(google: GooglePeer) -> Iterator[Any]:
    with google.service("calendar") as service:
        yield service


@pytest.fixture
def events(service: Any) -> Any:
    return service.events()


def at(day: int, hour: int, **more: Any) -> dict[str, Any]:
    """An event of an hour in March."""
    start, end = (f"2026-03-{day:02}T{each:02}:00:00" for each in (hour, hour + 1))
    zone = "Europe/Berlin"
    times = {"start": {"dateTime": start, "timeZone": zone}, "end": {"dateTime": end, "timeZone": zone}}
    return {"summary": "Walk-through", **times, **more}


def insert(events: Any, body: dict[str, Any], **words: Any) -> Any:
    return events.insert(calendarId="primary", body=body, **words)


def listed(events: Any, **words: Any) -> tuple[list[Any], str]:
    """All pages, and the token that the last one brings."""
    found: list[Any] = []
    token: dict[str, str] = {}
    while True:
        page = events.list(calendarId="primary", **words, **token).execute()
        found += page["items"]
        if "nextPageToken" not in page:
            return found, page.get("nextSyncToken", "")
        token = {"pageToken": page["nextPageToken"]}


def test_our_own_id_makes_an_event_once(google: GooglePeer, events: Any) -> None:
    extended = {"extendedProperties": {"private": {"nextmoveKey": "k1"}}}
    made = insert(events, at(10, 9, id="abc012", attendees=[{"email": INES}], **extended), sendUpdates="all").execute()
    assert (made["id"], made["sequence"], made["organizer"]) == ("abc012", 0, {"email": google.email, "self": True})
    assert made["start"] == {"dateTime": "2026-03-10T09:00:00+01:00", "timeZone": "Europe/Berlin"}
    assert made["attendees"] == [{"email": INES, "responseStatus": "needsAction"}]
    error = refused(insert(events, at(11, 9, id="abc012")))
    assert (error.status_code, reason(error)) == (409, "duplicate")
    assert [each.method for each in google.told()] == ["REQUEST"]
    assert google.told()[0].people == {INES}
    found = events.list(calendarId="primary", privateExtendedProperty=["nextmoveKey=k1"]).execute()["items"]
    assert [each["id"] for each in found] == ["abc012"]
    assert events.list(calendarId="primary", iCalUID=made["iCalUID"]).execute()["items"] == found
    assert events.get(calendarId="primary", eventId="abc012").execute() == made


def test_without_send_updates_nobody_is_told(google: GooglePeer, events: Any) -> None:
    insert(events, at(10, 9, attendees=[{"email": INES}])).execute()
    assert [(each.people, each.updates) for each in google.told()] == [(frozenset(), "none")]


@pytest.mark.parametrize(
    "body", [at(10, 9, id="UPPER"), at(10, 9, id="abc"), at(10, 9, id="abcde", iCalUID="x@y"), {"summary": "a"}]
)
def test_what_google_would_not_take_is_refused(events: Any, body: dict[str, Any]) -> None:
    assert refused(insert(events, body)).status_code == 400


def test_a_time_without_offset_or_zone_is_refused(events: Any) -> None:
    when = {"dateTime": "2026-03-10T09:00:00"}
    assert refused(insert(events, {"start": when, "end": when})).status_code == 400


def test_a_patch_merges_and_goes_by_the_etag(google: GooglePeer, events: Any) -> None:
    made = insert(events, at(10, 9, id="abc012", description="a", attendees=[{"email": INES}])).execute()
    change = events.patch(calendarId="primary", eventId="abc012", body={"summary": "Other"}, sendUpdates="all")
    change.headers["If-Match"] = made["etag"]
    now = change.execute()
    assert (now["summary"], now["description"], now["sequence"]) == ("Other", "a", 0)
    assert now["etag"] != made["etag"]
    error = refused(change)
    assert (error.status_code, reason(error)) == (412, "conditionNotMet")
    moved = events.patch(
        calendarId="primary", eventId="abc012", body={"start": at(11, 9)["start"], "end": at(11, 9)["end"]}
    ).execute()
    assert moved["sequence"] == 1
    whole = events.update(calendarId="primary", eventId="abc012", body=at(11, 9)).execute()
    assert "description" not in whole


def test_a_deleted_event_keeps_its_id(google: GooglePeer, events: Any) -> None:
    insert(events, at(10, 9, id="abc012", attendees=[{"email": INES}])).execute()
    assert events.delete(calendarId="primary", eventId="abc012", sendUpdates="all").execute() == ""
    assert events.get(calendarId="primary", eventId="abc012").execute()["status"] == "cancelled"
    assert refused(events.delete(calendarId="primary", eventId="abc012")).status_code == 410
    assert refused(insert(events, at(10, 9, id="abc012"))).status_code == 409
    assert [each.method for each in google.told()] == ["REQUEST", "CANCEL"]
    assert refused(events.get(calendarId="primary", eventId="nowhere")).status_code == 404


def test_a_guest_answers_and_the_etag_changes(google: GooglePeer, events: Any) -> None:
    made = insert(events, at(10, 9, id="abc012", attendees=[{"email": INES}])).execute()
    google.answer("abc012", INES, "declined")
    now = events.get(calendarId="primary", eventId="abc012").execute()
    assert now["attendees"][0]["responseStatus"] == "declined"
    assert now["etag"] != made["etag"]


def test_an_event_of_somebody_else_is_theirs(google: GooglePeer, events: Any) -> None:
    event = google.put_event(at(10, 9, organizer={"email": INES}, attendees=[{"email": INES}, {"email": google.email}]))
    assert refused(events.patch(calendarId="primary", eventId=event["id"], body={"summary": "Mine"})).status_code == 403
    assert [each.get("self", False) for each in event["attendees"]] == [False, True]


def test_an_imported_event_is_there_once_and_nobody_is_told(google: GooglePeer, events: Any) -> None:
    body = at(10, 9, iCalUID="weekly@harbour.example", organizer={"email": INES}, attendees=[{"email": google.email}])
    made = events.import_(calendarId="primary", body=body).execute()
    assert events.import_(calendarId="primary", body={**body, "summary": "Other"}).execute()["id"] == made["id"]
    assert google.told() == []
    assert [each["organizer"]["email"] for each in google.events()] == [INES]


# lists and tokens


@pytest.mark.parametrize("single", [True, False])
def test_a_sync_token_brings_only_what_changed(google: GooglePeer, events: Any, single: bool) -> None:
    for day in (10, 11, 12):
        google.put_event(at(day, 9, id=f"day{day}"))
    words = {"singleEvents": single, "maxResults": 2}
    found, token = listed(events, **words, **MARCH, showDeleted=True)
    assert len(found) == 3
    assert listed(events, **words, syncToken=token)[0] == []
    google.change_event("day11", summary="Other")
    google.remove_event("day12")
    google.put_event(at(13, 9, id="day13"))
    found, token = listed(events, **words, syncToken=token)
    assert {each["id"]: each["status"] for each in found} == {
        "day11": "confirmed",
        "day12": "cancelled",
        "day13": "confirmed",
    }
    assert {"id", "status", "etag", "kind"} == set(next(each for each in found if each["id"] == "day12"))
    assert listed(events, **words, syncToken=token)[0] == []


def test_a_token_that_is_too_old_is_gone(google: GooglePeer, events: Any) -> None:
    _, token = listed(events, singleEvents=True)
    google.forget_sync_tokens()
    error = refused(events.list(calendarId="primary", singleEvents=True, syncToken=token))
    assert (error.status_code, reason(error)) == (410, "fullSyncRequired")


@pytest.mark.parametrize(
    "words", [MARCH, {"q": "a"}, {"orderBy": "updated"}, {"singleEvents": False}, {"iCalUID": "x"}]
)
def test_a_token_goes_with_nothing_else(events: Any, words: dict[str, Any]) -> None:
    _, token = listed(events, singleEvents=True)
    assert (
        refused(events.list(calendarId="primary", **{"singleEvents": True, **words}, syncToken=token)).status_code
        == 400
    )


def test_a_filtered_list_brings_no_token(events: Any) -> None:
    assert listed(events, singleEvents=True, orderBy="startTime")[1] == ""
    assert refused(events.list(calendarId="primary", orderBy="startTime")).status_code == 400
    assert refused(events.list(calendarId="primary", timeMin="2026-03-01T00:00:00")).status_code == 400


WEEKLY = b"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//peer//EN
BEGIN:VEVENT
UID:weekly@harbour.example
DTSTART;TZID=Europe/Berlin:20260303T090000
DURATION:PT30M
SUMMARY:Sync
ORGANIZER;CN=Ines:mailto:ines@harbour.example
ATTENDEE;PARTSTAT=ACCEPTED:mailto:ines@harbour.example
RRULE:FREQ=WEEKLY;UNTIL=20260430T220000Z
EXDATE;TZID=Europe/Berlin:20260310T090000
END:VEVENT
BEGIN:VEVENT
UID:weekly@harbour.example
RECURRENCE-ID;TZID=Europe/Berlin:20260317T090000
DTSTART;TZID=Europe/Berlin:20260318T100000
DTEND;TZID=Europe/Berlin:20260318T110000
SUMMARY:Sync (moved)
END:VEVENT
END:VCALENDAR
""".replace(b"\n", b"\r\n")


def test_a_series_is_expanded_with_its_exceptions(google: GooglePeer, events: Any) -> None:
    google.put_ics(WEEKLY)
    found, _ = listed(events, singleEvents=True, **MARCH)
    assert sorted(each["start"]["dateTime"] for each in found) == [
        "2026-03-03T09:00:00+01:00",
        "2026-03-18T10:00:00+01:00",
        "2026-03-24T09:00:00+01:00",
        "2026-03-31T09:00:00+02:00",
    ]
    assert {each["iCalUID"] for each in found} == {"weekly@harbour.example"}
    masters, _ = listed(events, **MARCH)
    assert sorted("recurrence" in each for each in masters) == [False, True]
    (master,) = (each for each in masters if "recurrence" in each)
    page = events.instances(calendarId="primary", eventId=master["id"], **MARCH).execute()
    assert len(page["items"]) == 4
    one = events.get(calendarId="primary", eventId=page["items"][0]["id"]).execute()
    assert one["recurringEventId"] == master["id"]


def test_a_changed_series_brings_its_instances_and_those_that_are_no_more(google: GooglePeer, events: Any) -> None:
    google.put_ics(WEEKLY, name="weekly")
    _, token = listed(events, singleEvents=True, **MARCH)
    google.put_ics(WEEKLY.replace(b"UNTIL=20260430", b"UNTIL=20260325"), name="weekly")
    found, token = listed(events, singleEvents=True, syncToken=token)
    assert sorted(each["status"] for each in found) == ["cancelled", "confirmed", "confirmed", "confirmed"]
    (gone,) = (each for each in found if each["status"] == "cancelled")
    assert gone["id"].endswith("_20260331T070000Z")
    google.remove_ics("weekly")
    found, _ = listed(events, singleEvents=True, syncToken=token)
    assert [each["status"] for each in found] == ["cancelled"] * 3


def test_one_instance_is_changed_or_deleted_alone(google: GooglePeer, events: Any) -> None:
    rule = {"recurrence": ["RRULE:FREQ=DAILY;COUNT=3"]}
    google.put_event(at(10, 9, id="daily", **rule))
    _, token = listed(events, singleEvents=True, **MARCH)
    events.delete(calendarId="primary", eventId="daily_20260311T080000Z").execute()
    events.patch(calendarId="primary", eventId="daily_20260312T080000Z", body={"summary": "Last"}).execute()
    found, _ = listed(events, singleEvents=True, syncToken=token)
    status = {each["id"]: (each["status"], each.get("summary")) for each in found}
    assert status["daily_20260311T080000Z"] == ("cancelled", None)
    assert status["daily_20260312T080000Z"] == ("confirmed", "Last")
    assert len(listed(events, singleEvents=True, **MARCH)[0]) == 2


def test_all_day_events_and_their_series(google: GooglePeer, events: Any) -> None:
    day = {"summary": "Fair", "start": {"date": "2026-03-30"}, "end": {"date": "2026-03-31"}}
    google.put_event({**day, "id": "fair", "recurrence": ["RRULE:FREQ=DAILY;UNTIL=20260402"]})
    found, _ = listed(events, singleEvents=True, **MARCH)
    ids = [each["id"] for each in found]
    assert ids == ["fair_20260330", "fair_20260331", "fair_20260401"]  # 1 April begins in March, in UTC
    assert found[0]["start"] == {"date": "2026-03-30"}


# the rest


def test_other_peoples_times(google: GooglePeer, service: Any) -> None:
    google.people.put(INES, [(datetime(2026, 3, 10, 9, tzinfo=UTC), datetime(2026, 3, 10, 10, tzinfo=UTC))])
    google.people.put_ics("jo@harbour.example", WEEKLY)
    google.put_event(at(10, 9))
    google.put_event(at(10, 11, transparency="transparent"))
    names = [INES, "jo@harbour.example", "kim@harbour.example", "primary"]
    found = service.freebusy().query(body={**MARCH, "items": [{"id": each} for each in names]}).execute()["calendars"]
    assert found[INES]["busy"] == [{"start": "2026-03-10T09:00:00Z", "end": "2026-03-10T10:00:00Z"}]
    assert len(found["jo@harbour.example"]["busy"]) == 4
    assert found["kim@harbour.example"]["errors"] == [{"domain": "global", "reason": "notFound"}]
    assert found["primary"]["busy"] == [{"start": "2026-03-10T08:00:00Z", "end": "2026-03-10T09:00:00Z"}]


def test_calendars_and_settings(google: GooglePeer, service: Any) -> None:
    google.add_calendar("team@group.calendar.google.com", "Team", role="reader")
    found = service.calendarList().list().execute()["items"]
    assert [(each["id"], each.get("primary", False)) for each in found] == [
        (google.email, True),
        ("team@group.calendar.google.com", False),
    ]
    error = refused(service.events().insert(calendarId="team@group.calendar.google.com", body=at(10, 9)))
    assert error.status_code == 403
    assert refused(service.events().list(calendarId="nowhere")).status_code == 404
    assert service.settings().get(setting="timezone").execute()["value"] == "Europe/Berlin"


def test_a_meet_link_is_made_where_it_is_asked_for(events: Any) -> None:
    wanted = {"createRequest": {"requestId": "r1", "conferenceSolutionKey": {"type": "hangoutsMeet"}}}
    assert "hangoutLink" not in insert(events, at(10, 9, conferenceData=wanted)).execute()
    made = insert(events, at(10, 9, conferenceData=wanted), conferenceDataVersion=1).execute()
    assert made["hangoutLink"].startswith("https://meet.google.com/")
