"""The Microsoft peer's calendar: windows, deltas, zones, invitations and whom they reach, free and busy."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.servers.microsoft import MicrosoftPeer
from tests.servers.microsoft.client import asking, preferring

BERLIN = "W. Europe Standard Time"
MARCH = {"startDateTime": "2026-03-01T00:00:00Z", "endDateTime": "2026-04-05T00:00:00Z"}
WEEKLY = {
    "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["monday"]},
    "range": {"type": "noEnd", "startDate": "2026-03-23"},
}
INES = {"emailAddress": {"address": "ines@harbour.example", "name": "Ines"}, "type": "required"}
JO = {"emailAddress": {"address": "jo@harbour.example"}, "type": "optional"}


def when(day: int, hour: int = 9, minute: int = 0, zone: str = BERLIN) -> dict[str, str]:
    return {"dateTime": f"2026-03-{day:02}T{hour:02}:{minute:02}:00", "timeZone": zone}


def slot(day: int, hour: int = 9) -> dict[str, Any]:
    return {"start": when(day, hour), "end": when(day, hour, 30)}


@pytest.fixture
def graph(microsoft: MicrosoftPeer) -> Iterator[Any]:
    with asking(microsoft) as client:
        yield client


def starts(answer: Any) -> list[str]:
    return [each["start"]["dateTime"][:16] for each in answer.json()["value"]]


# windows


def test_a_series_has_its_occurrences_in_a_window_and_keeps_its_hour(microsoft: MicrosoftPeer, graph: Any) -> None:
    microsoft.put_event(subject="Review", recurrence=WEEKLY, **slot(23))
    found = graph.get("/calendarView", params=MARCH)
    assert starts(found) == ["2026-03-23T08:00", "2026-03-30T07:00"]
    assert {each["type"] for each in found.json()["value"]} == {"occurrence"}
    there = graph.get("/calendarView", params=MARCH, headers=preferring(f'outlook.timezone="{BERLIN}"'))
    assert starts(there) == ["2026-03-23T09:00", "2026-03-30T09:00"]
    assert {each["start"]["timeZone"] for each in there.json()["value"]} == {BERLIN}


@pytest.mark.parametrize(
    ("pattern", "days"),
    [
        ({"type": "daily", "interval": 7}, [2, 9, 16, 23, 30]),
        ({"type": "weekly", "interval": 2, "daysOfWeek": ["monday", "wednesday"]}, [2, 4, 16, 18, 30]),
        ({"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 5}, [5]),
        ({"type": "relativeMonthly", "interval": 1, "daysOfWeek": ["friday"], "index": "last"}, [27]),
        ({"type": "absoluteYearly", "interval": 1, "dayOfMonth": 2, "month": 3}, [2]),
    ],
)
def test_patterns(microsoft: MicrosoftPeer, graph: Any, pattern: dict[str, Any], days: list[int]) -> None:
    span = {"type": "endDate", "startDate": "2026-03-02", "endDate": "2026-03-31"}
    microsoft.put_event(recurrence={"pattern": pattern, "range": span}, **slot(2))
    found = graph.get("/calendarView", params={**MARCH, "$top": 50})
    assert [int(each[8:10]) for each in starts(found)] == days


def test_one_occurrence_changed_and_one_deleted(microsoft: MicrosoftPeer, graph: Any) -> None:
    microsoft.put_event(subject="Review", recurrence=WEEKLY, **slot(16))
    first, second, *_ = graph.get("/calendarView", params=MARCH).json()["value"]
    moved = graph.patch(f"/events/{first['id']}", json=slot(17)).json()
    assert (moved["id"], moved["type"]) == (first["id"], "exception")
    assert graph.delete(f"/events/{second['id']}").status_code == 204
    assert starts(graph.get("/calendarView", params=MARCH)) == ["2026-03-17T08:00", "2026-03-30T07:00"]
    assert graph.get(f"/events/{second['id']}").status_code == 404
    master = graph.get(f"/events/{first['seriesMasterId']}").json()
    assert (master["type"], master["recurrence"]["pattern"]["type"]) == ("seriesMaster", "weekly")


def test_a_day_is_midnight_in_every_zone(microsoft: MicrosoftPeer, graph: Any) -> None:
    midnight: dict[str, Any] = {"start": when(10, 0), "end": when(11, 0)}
    name = microsoft.put_event(isAllDay=True, **midnight)["id"]
    for zone in ("UTC", "Tokyo Standard Time"):
        found = graph.get(f"/events/{name}", headers=preferring(f'outlook.timezone="{zone}"')).json()
        assert found["start"] == {"dateTime": "2026-03-10T00:00:00.0000000", "timeZone": zone}
        assert found["originalStartTimeZone"] == BERLIN
    wrong = {"isAllDay": True, "start": when(10, 9), "end": when(11, 9)}
    assert graph.post("/events", json=wrong).status_code == 400


def test_iana_zones_are_taken_only_from_exchanges_list(microsoft: MicrosoftPeer, graph: Any) -> None:
    assert graph.post("/events", json={"start": when(2, zone="Europe/Berlin"), "end": when(3)}).status_code == 201
    refused = graph.post("/events", json={"start": when(2, zone="Europe/Vienna"), "end": when(3)})
    assert refused.json()["error"]["code"] == "TimeZoneNotSupportedException"
    microsoft.violations.clear()


# deltas


def round_(graph: Any, link: str = "") -> tuple[list[Any], str]:
    found, page = [], graph.get(link) if link else graph.get("/calendarView/delta", params=MARCH)
    while True:
        found += page.json()["value"]
        if "@odata.deltaLink" in page.json():
            return found, page.json()["@odata.deltaLink"]
        page = graph.get(page.json()["@odata.nextLink"])


def test_a_delta_has_masters_in_full_and_occurrences_in_short(microsoft: MicrosoftPeer, graph: Any) -> None:
    microsoft.put_event(subject="Review", recurrence=WEEKLY, **slot(23))
    microsoft.page_size = 2
    found, _ = round_(graph)
    assert [each["type"] for each in found] == ["seriesMaster", "occurrence", "occurrence"]
    assert set(found[1]) == {"id", "start", "end", "type", "seriesMasterId", "@odata.etag", "@odata.type"}
    assert found[0]["subject"] == "Review"


def test_a_delta_tells_what_changed_what_went_and_what_is_elsewhere(microsoft: MicrosoftPeer, graph: Any) -> None:
    kept, gone = (microsoft.put_event(subject=name, **slot(day))["id"] for name, day in (("a", 3), ("b", 4)))
    _, link = round_(graph)
    microsoft.change_event(kept, subject="A")
    microsoft.remove_event(gone)
    there: dict[str, Any] = {
        "start": {**when(3), "dateTime": "2027-01-01T09:00:00"},
        "end": {**when(3), "dateTime": "2027-01-01T10:00:00"},
    }
    elsewhere = microsoft.put_event(**there)["id"]
    found, link = round_(graph, link)
    assert {each["id"]: each.get("subject", each.get("@removed")) for each in found} == {
        kept: "A",
        gone: {"reason": "deleted"},
        elsewhere: {"reason": "deleted"},
    }
    assert round_(graph, link)[0] == []
    microsoft.forget_delta()
    assert graph.get(link).status_code == 410


def test_a_delta_of_a_window_takes_no_select(microsoft: MicrosoftPeer, graph: Any) -> None:
    assert graph.get("/calendarView/delta", params={**MARCH, "$select": "subject"}).status_code == 400
    assert graph.get("/calendarView/delta", params={"startDateTime": MARCH["startDateTime"]}).status_code == 400
    microsoft.violations.clear()


# invitations


def invite(graph: Any, **more: Any) -> Any:
    return graph.post("/events", json={"subject": "Talk", "attendees": [INES], **slot(3), **more})


def told(peer: MicrosoftPeer) -> list[tuple[str, list[str], str]]:
    return [(each.method, sorted(each.people), each.comment) for each in peer.told()]


def test_an_invitation_is_mailed_at_once_and_once(microsoft: MicrosoftPeer, graph: Any) -> None:
    one = invite(graph, transactionId="t1")
    assert one.status_code == 201
    assert invite(graph, transactionId="t1").json()["id"] == one.json()["id"]
    assert told(microsoft) == [("REQUEST", ["ines@harbour.example"], "")]
    assert len(microsoft.events()) == 1
    microsoft.repeated = 409
    assert invite(graph, transactionId="t1").status_code == 409
    assert graph.delete(f"/events/{one.json()['id']}").status_code == 204
    microsoft.repeated = 201
    assert invite(graph, transactionId="t1").status_code == 409


def test_a_change_is_told_to_all_and_a_new_guest_to_them_alone(microsoft: MicrosoftPeer, graph: Any) -> None:
    event = invite(graph).json()
    graph.patch(f"/events/{event['id']}", json={"attendees": [INES, JO]})
    graph.patch(f"/events/{event['id']}", json={"showAs": "tentative"})
    graph.patch(f"/events/{event['id']}", json=slot(4))
    graph.patch(f"/events/{event['id']}", json={"attendees": [JO]})
    assert told(microsoft)[1:] == [
        ("REQUEST", ["jo@harbour.example"], ""),
        ("REQUEST", ["ines@harbour.example", "jo@harbour.example"], ""),
        ("CANCEL", ["ines@harbour.example"], ""),
    ]


def test_a_change_on_an_old_state_is_refused(microsoft: MicrosoftPeer, graph: Any) -> None:
    event = invite(graph).json()
    microsoft.answer(event["id"], "ines@harbour.example", "accepted")
    stale = {"If-Match": event["@odata.etag"]}
    assert graph.patch(f"/events/{event['id']}", json=slot(4), headers=stale).status_code == 412
    assert graph.post(f"/events/{event['id']}/cancel", json={}, headers=stale).status_code == 412
    now = graph.get(f"/events/{event['id']}").json()
    assert now["attendees"][0]["status"]["response"] == "accepted"
    fresh = {"If-Match": now["@odata.etag"]}
    assert graph.patch(f"/events/{event['id']}", json=slot(4), headers=fresh).status_code == 200


def test_cancelling_takes_a_sentence_and_the_organiser(microsoft: MicrosoftPeer, graph: Any) -> None:
    event = invite(graph).json()["id"]
    assert graph.post(f"/events/{event}/cancel", json={"comment": "Sorry"}).status_code == 202
    assert told(microsoft)[-1] == ("CANCEL", ["ines@harbour.example"], "Sorry")
    assert microsoft.event(event) is None
    foreign = microsoft.put_event(organizer={"emailAddress": INES["emailAddress"]}, **slot(5))
    assert (foreign["isOrganizer"], foreign["responseStatus"]["response"]) == (False, "notResponded")
    assert graph.post(f"/events/{foreign['id']}/cancel", json={}).status_code == 400


def test_an_answer_is_mailed_to_the_organiser(microsoft: MicrosoftPeer, graph: Any) -> None:
    me = {"emailAddress": {"address": microsoft.email}, "type": "required"}
    foreign = microsoft.put_event(organizer={"emailAddress": INES["emailAddress"]}, attendees=[me], **slot(5))
    said = {"comment": "Gladly", "sendResponse": True}
    assert graph.post(f"/events/{foreign['id']}/accept", json=said).status_code == 202
    assert told(microsoft) == [("REPLY", ["ines@harbour.example"], "Gladly")]
    assert graph.get(f"/events/{foreign['id']}").json()["responseStatus"]["response"] == "accepted"
    mine = invite(graph).json()["id"]
    assert graph.post(f"/events/{mine}/accept", json={}).status_code == 400


def test_a_teams_meeting_has_its_block_until_the_body_is_replaced(microsoft: MicrosoftPeer, graph: Any) -> None:
    html = {"contentType": "html", "content": "<p>Plan</p>"}
    teams = {"isOnlineMeeting": True, "onlineMeetingProvider": "teamsForBusiness", "body": html}
    event = invite(graph, **teams).json()
    url = event["onlineMeeting"]["joinUrl"]
    assert url in event["body"]["content"]
    longer = event["body"]["content"].replace("<p>Plan</p>", "<p>New plan</p>")
    kept = graph.patch(f"/events/{event['id']}", json={"body": {**html, "content": longer}}).json()
    assert kept["onlineMeeting"]["joinUrl"] == url
    lost = graph.patch(f"/events/{event['id']}", json={"body": html}).json()
    assert (lost["onlineMeeting"], lost["isOnlineMeeting"]) == (None, False)


def test_an_event_is_found_by_its_property_and_its_uid(microsoft: MicrosoftPeer, graph: Any) -> None:
    key = "String {6f2d3c1e-9a57-4b0e-8d64-5e1f7c2ab930} Name NextmoveUid"
    event = invite(graph, singleValueExtendedProperties=[{"id": key, "value": "u1"}]).json()
    wanted = f"singleValueExtendedProperties/Any(ep: ep/id eq '{key}' and ep/value eq 'u1')"
    expand = {"$expand": f"singleValueExtendedProperties($filter=id eq '{key}')", "$select": "id,iCalUId"}
    (found,) = graph.get("/events", params={"$filter": wanted, **expand}).json()["value"]
    assert found["singleValueExtendedProperties"] == [{"id": key, "value": "u1"}]
    uid = {"$filter": f"iCalUId eq '{event['iCalUId']}'"}
    assert [each["id"] for each in graph.get("/events", params=uid).json()["value"]] == [event["id"]]
    assert microsoft.told()[0].event["singleValueExtendedProperties"] == [{"id": key, "value": "u1"}]
    assert microsoft.properties(event["id"]) == {key: "u1"}


# iCalendar


def test_an_object_of_icalendar_as_exchange_holds_it(microsoft: MicrosoftPeer, graph: Any) -> None:
    lines = [
        "BEGIN:VCALENDAR",
        "BEGIN:VEVENT",
        "UID:weekly@x.example",
        "DTSTART;TZID=Europe/Berlin:20260302T090000",
        "DTEND;TZID=Europe/Berlin:20260302T093000",
        "RRULE:FREQ=WEEKLY;UNTIL=20260323T235959Z",
        "EXDATE;TZID=Europe/Berlin:20260309T090000",
        "SUMMARY:Sync",
        "ORGANIZER;CN=Ines:mailto:ines@harbour.example",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "UID:weekly@x.example",
        "RECURRENCE-ID;TZID=Europe/Berlin:20260316T090000",
        "DTSTART;TZID=Europe/Berlin:20260317T110000",
        "DTEND;TZID=Europe/Berlin:20260317T113000",
        "SUMMARY:Sync, moved",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    raw = "\r\n".join(lines).encode()
    master = microsoft.put_ics(raw, name="w")
    assert (master["originalStartTimeZone"], master["iCalUId"]) == (BERLIN, "weekly@x.example")
    found = graph.get("/calendarView", params=MARCH)
    assert starts(found) == ["2026-03-02T08:00", "2026-03-17T10:00", "2026-03-23T08:00"]
    ids = [each["id"] for each in found.json()["value"]]
    microsoft.put_ics(raw.replace(b"moved", b"later"), name="w")
    again = graph.get("/calendarView", params=MARCH).json()["value"]
    assert ([each["id"] for each in again], again[1]["subject"]) == (ids, "Sync, later")
    microsoft.remove_ics("w")
    assert graph.get("/calendarView", params=MARCH).json()["value"] == []


# free and busy


def schedule(graph: Any, *people: str, **more: Any) -> Any:
    body = {"schedules": list(people), "startTime": when(3, 8), "endTime": when(3, 12), "availabilityViewInterval": 60}
    return graph.post("/calendar/getSchedule", json={**body, **more})


def test_schedules_of_colleagues(microsoft: MicrosoftPeer, graph: Any) -> None:
    nine, ten = datetime(2026, 3, 3, 8, tzinfo=UTC), datetime(2026, 3, 3, 9, tzinfo=UTC)
    microsoft.people.put("pat@tallwood.example", [(nine, ten), (ten, ten.replace(minute=30), "tentative")])
    microsoft.people.refuse("boss@tallwood.example", "ErrorAccessDenied")
    microsoft.put_event(subject="Mine", **slot(3, 11))
    people = ("pat@tallwood.example", "who@tallwood.example", "boss@tallwood.example", microsoft.email)
    pat, who, boss, mine = schedule(graph, *people).json()["value"]
    assert (pat["availabilityView"], [each["status"] for each in pat["scheduleItems"]]) == (
        "0210",
        ["busy", "tentative"],
    )
    assert pat["scheduleItems"][0]["start"] == {"dateTime": "2026-03-03T08:00:00.0000000", "timeZone": "UTC"}
    assert who["error"]["responseCode"] == "ErrorMailRecipientNotFound"
    assert boss["error"]["responseCode"] == "ErrorAccessDenied"
    assert (mine["availabilityView"], mine["scheduleItems"][0]["subject"]) == ("0002", "Mine")


def test_more_than_twenty_schedules_are_too_many(microsoft: MicrosoftPeer, graph: Any) -> None:
    assert schedule(graph, *(f"p{n}@x.example" for n in range(21))).status_code == 400
    microsoft.violations.clear()
    microsoft.personal = True
    assert schedule(graph, microsoft.email).status_code == 403


def test_settings_of_the_mailbox(microsoft: MicrosoftPeer, graph: Any) -> None:
    microsoft.zone = "Tokyo Standard Time"
    found = graph.get("/mailboxSettings").json()
    assert found["timeZone"] == found["workingHours"]["timeZone"]["name"] == "Tokyo Standard Time"
    second = microsoft.add_calendar("Team")
    microsoft.put_event(second, subject="There", **slot(3))
    assert [each["name"] for each in graph.get("/calendars").json()["value"]] == ["Calendar", "Team"]
    assert starts(graph.get(f"/calendars/{second}/calendarView", params=MARCH)) == ["2026-03-03T08:00"]
    assert graph.get("/calendar").json()["isDefaultCalendar"] is True
