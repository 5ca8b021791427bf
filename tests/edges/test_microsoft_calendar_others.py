"""Calendars that aren't only the rep's: a colleague's, one seen at Google too, series and days as others made them."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from assistant.domain.calendar import Event, EventStatus, PartStat
from assistant.errors import ProviderError
from providers.google import events as google
from providers.ics import Place, expand
from providers.microsoft.bodies import marked, rewritten
from providers.microsoft.calendar import MicrosoftCalendar
from providers.microsoft.events import event_of, uid_of
from providers.microsoft.places import places_of
from tests.contracts.calendar import WEEKLY
from tests.contracts.caller import EventCaller
from tests.contracts.letters import calendar
from tests.contracts.scheduling import REP, WINDOW, meeting
from tests.edges.microsoft_calendars import MicrosoftSystem, of_the_rep, unhurried
from tests.edges.systems import BERLIN
from tests.servers.fixtures import Emulators
from tests.servers.microsoft import MicrosoftPeer
from tests.servers.microsoft.asked import Json

KIM = "kim@tallwood.example"
INES = "ines@harbour.example"


@pytest.fixture
def microsoft(emulators: Emulators) -> Iterator[MicrosoftPeer]:
    with of_the_rep(emulators) as peer:
        yield peer


@pytest.fixture
def system(microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch) -> MicrosoftSystem:
    return MicrosoftSystem(microsoft, monkeypatch)


def reader(system: MicrosoftSystem, **settings: Any) -> MicrosoftCalendar:
    graph = unhurried(system, **settings)
    return MicrosoftCalendar(graph, places_of(graph, settings), BERLIN)


def pulled(system: MicrosoftSystem, **settings: Any) -> EventCaller:
    caller = EventCaller()
    caller.pull(reader(system, **settings), WINDOW)
    return caller


def at(day: int, hour: int, **more: Any) -> Json:
    edges = {
        edge: {"dateTime": f"2026-03-{day:02}T{hour + later:02}:00:00", "timeZone": "UTC"}
        for later, edge in enumerate(("start", "end"))
    }
    return {**edges, **more}


def person(email: str, answer: str = "none", kind: str = "required") -> Json:
    return {"emailAddress": {"address": email, "name": email}, "type": kind, "status": {"response": answer}}


# --- A calendar that a colleague shares


@pytest.fixture
def kims(microsoft: MicrosoftPeer) -> str:
    return microsoft.add_calendar("Kim's", owner=KIM)


def test_what_a_colleague_answered_is_not_what_the_rep_did(system: MicrosoftSystem, kims: str) -> None:
    """Graph tells the answer of the calendar's owner apart, and of no guest else."""
    both = [person(KIM), person(REP.email)]
    system.microsoft.put_event(
        kims,
        **at(10, 9),
        organizer={"emailAddress": {"address": INES, "name": "Ines"}},
        attendees=both,
        responseStatus={"response": "declined", "time": "2026-03-01T08:00:00Z"},
    )
    (event,) = pulled(system, calendars=("Kim's",)).inside(WINDOW)
    assert event.partstat_of(frozenset({KIM})) is PartStat.DECLINED
    assert event.partstat_of(frozenset({REP.email})) is PartStat.NEEDS_ACTION


def test_to_a_meeting_of_a_colleague_the_rep_is_not_invited(system: MicrosoftSystem, kims: str) -> None:
    system.microsoft.put_event(
        kims,
        **at(10, 9),
        organizer={"emailAddress": {"address": INES, "name": "Ines"}},
        attendees=[person("team@tallwood.example")],
        responseStatus={"response": "accepted", "time": "2026-03-01T08:00:00Z"},
    )
    (event,) = pulled(system, calendars=("Kim's",)).inside(WINDOW)
    assert event.partstat_of(frozenset({REP.email})) is None
    assert event.partstat_of(frozenset({KIM})) is PartStat.ACCEPTED


def test_meetings_are_never_placed_in_the_name_of_a_colleague(system: MicrosoftSystem, kims: str) -> None:
    system.extra["calendars"] = ("Kim's",)
    with pytest.raises(ProviderError, match=r"“work” are all other people's.*“primary”"):
        system.scheduling().place(meeting())
    mine = system.microsoft.add_calendar("Deals")
    system.extra["calendars"] = ("Kim's", "Deals")
    assert system.scheduling().place(meeting()).calendar == mine
    assert system.microsoft.events(kims) == []


# --- What Graph itself can't read


@pytest.mark.parametrize(("status", "code"), [(400, "ErrorInvalidRecurrence"), (500, "ErrorCorruptData")])
def test_a_series_that_microsoft_cannot_read_does_not_stop_the_others(
    system: MicrosoftSystem, status: int, code: str
) -> None:
    system.put("weekly", calendar(WEEKLY))
    system.microsoft.put_event(**at(3, 9), subject="Count")
    system.microsoft.fail("events.instances", status, 9, code=code)
    caller = pulled(system)
    assert [found.summary for found in caller.inside(WINDOW)] == ["Count"]
    (problem,) = caller.problems
    assert code in problem.why
    before = caller.inside(WINDOW)
    caller.pull(reader(system), WINDOW)
    assert caller.inside(WINDOW) == before


def test_an_application_that_may_not_open_the_calendar_is_told_why(system: MicrosoftSystem) -> None:
    """Not that the calendar has another name."""
    system.microsoft.fail("calendarView.delta", 403, 9, code="ErrorAccessDenied")
    with pytest.raises(ProviderError, match=r"“work”.*ErrorAccessDenied.*administrator") as caught:
        pulled(system)
    assert "`calendars`" not in str(caught.value)


# --- Days, and series over the change of the clocks


def weekly(microsoft: MicrosoftPeer, zone: str = "W. Europe Standard Time", **more: Any) -> Json:
    """On Thursdays at ten, from 19 March to 9 April: the clocks change on the 29th."""
    edges: Json = {
        edge: {"dateTime": f"2026-03-19T{hour}:00:00", "timeZone": zone} for edge, hour in (("start", 10), ("end", 11))
    }
    return microsoft.put_event(
        **edges,
        subject="Check-in",
        recurrence={
            "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["thursday"]},
            "range": {"type": "numbered", "startDate": "2026-03-19", "numberOfOccurrences": 4},
        },
        **more,
    )


def test_a_series_stays_at_its_hour_when_the_clocks_change(system: MicrosoftSystem) -> None:
    weekly(system.microsoft)
    found = pulled(system).inside(WINDOW)
    assert [each.start.astimezone(BERLIN).hour for each in found] == [10] * 4
    assert [each.recurrence_id[11:13] for each in found] == ["09", "09", "08", "08"]


def test_one_that_is_moved_over_the_change_keeps_its_name(system: MicrosoftSystem) -> None:
    weekly(system.microsoft)
    caller = pulled(system)
    names = [each.recurrence_id for each in caller.inside(WINDOW)]
    system.microsoft.change_event(occurrence(system, 1), **at(30, 14))
    caller.pull(reader(system), WINDOW)
    found = caller.inside(WINDOW)
    assert sorted(each.recurrence_id for each in found) == names
    moved = next(each for each in found if each.start == datetime(2026, 3, 30, 14, tzinfo=UTC))
    assert moved.recurrence_id == names[1]


def occurrence(system: MicrosoftSystem, number: int) -> str:
    graph = unhurried(system)
    master = next(each["id"] for each in system.microsoft.events() if each["type"] == "seriesMaster")
    window = {"startDateTime": "2026-03-01T00:00:00Z", "endDateTime": "2026-05-01T00:00:00Z"}
    rows = graph.get(f"/events/{master}/instances", window)["value"]
    return str(sorted(rows, key=lambda row: str(row["start"]["dateTime"]))[number]["id"])


@pytest.mark.parametrize("zone", ["Pacific Standard Time", "AUS Eastern Standard Time", "India Standard Time"])
def test_days_off_that_were_set_elsewhere_are_those_days_here(system: MicrosoftSystem, zone: str) -> None:
    edges: Json = {
        edge: {"dateTime": f"2026-03-{day}T00:00:00", "timeZone": zone} for edge, day in (("start", 12), ("end", 14))
    }
    system.microsoft.put_event(**edges, isAllDay=True, showAs="oof", subject="Away")
    (event,) = pulled(system).inside(WINDOW)
    assert (event.start, event.end) == (datetime(2026, 3, 12, tzinfo=BERLIN), datetime(2026, 3, 14, tzinfo=BERLIN))
    assert (event.all_day, event.free) == (True, False)


def test_what_the_organizer_cancelled_is_cancelled_until_it_is_removed(system: MicrosoftSystem) -> None:
    made = system.microsoft.put_event(
        **at(10, 9),
        subject="Count",
        organizer={"emailAddress": {"address": INES, "name": "Ines"}},
        attendees=[person(REP.email)],
    )
    system.microsoft.cancel_by_organizer(made["id"])
    (event,) = pulled(system).inside(WINDOW)
    assert (event.status, event.free) == (EventStatus.CANCELLED, True)


# --- The same meeting in two calendars of the rep's


UID = "040000008200E00074C5B7101A82E00800000000D0B1A2C3D4E5DA01000000000000000010000000" + "6F1D2E3C4B5A6978"
AT_GOOGLE: Json = {
    "id": "x_20260326T090000Z",
    "recurringEventId": "x",
    "iCalUID": UID,
    "summary": "Check-in",
    "start": {"dateTime": "2026-03-27T14:00:00+01:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-03-27T15:00:00+01:00", "timeZone": "Europe/Berlin"},
    "originalStartTime": {"dateTime": "2026-03-26T10:00:00+01:00", "timeZone": "Europe/Berlin"},
    "organizer": {"email": INES},
}
AT_MICROSOFT: Json = {
    "id": "AAk1",
    "seriesMasterId": "AAk0",
    "type": "exception",
    "iCalUId": f"{UID[:32]}07EA031A{UID[40:]}",
    "subject": "Check-in",
    "start": {"dateTime": "2026-03-27T13:00:00.0000000", "timeZone": "UTC"},
    "end": {"dateTime": "2026-03-27T14:00:00.0000000", "timeZone": "UTC"},
    "originalStart": "2026-03-26T09:00:00Z",
    "originalStartTimeZone": "W. Europe Standard Time",
    "isOrganizer": False,
    "organizer": {"emailAddress": {"address": INES, "name": "Ines"}},
}
IN_A_FILE = f"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x
BEGIN:VEVENT
UID:{UID}
RECURRENCE-ID;TZID=Europe/Berlin:20260326T100000
DTSTAMP:20260301T080000Z
DTSTART;TZID=Europe/Berlin:20260327T140000
DTEND;TZID=Europe/Berlin:20260327T150000
SUMMARY:Check-in
END:VEVENT
END:VCALENDAR
"""


def test_an_instance_has_one_name_at_google_at_microsoft_and_in_a_file() -> None:
    window = (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC))
    (in_a_file,) = expand(IN_A_FILE.replace("\n", "\r\n").encode(), Place("c", "d", "e"), BERLIN, window).events
    found: list[Event] = [
        in_a_file,
        google.event_of("g", "primary", AT_GOOGLE, BERLIN),
        event_of("m", "primary", AT_MICROSOFT, BERLIN, REP.email),
    ]
    assert len({(each.uid, each.recurrence_id, each.start) for each in found}) == 1


def test_a_meeting_that_google_made_has_its_name_there() -> None:
    data = b"vCal-Uid\x01\0\0\0" + b"7kuk@google.com\0"
    wrapped = bytes.fromhex(UID[:32]) + bytes(20) + len(data).to_bytes(4, "little") + data
    assert uid_of(wrapped.hex().upper()) == uid_of("7kuk@google.com") == "7kuk@google.com"


# --- Bodies that want to hurt


HOSTILE = {
    "open tags": "<div " * 200_000,
    "our mark, never closed": '<div id="nextmove">' * 50_000,
    "our mark, almost": '<div id="x_' + "x_" * 200_000,
    "deep": "<div>" * 100_000,
    "rule and tags": "<p>" * 20_000 + "_" * 80,
    "rules": ("_" * 60 + "\n") * 20_000,
    "quotes": "<blockquote>" * 50_000,
}


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE)
def test_a_body_that_wants_to_hurt_takes_no_time(html: str) -> None:
    begun = time.perf_counter()
    marked(html)
    rewritten(html, "Our words", online=True)
    link = {"joinUrl": "https://teams.example/l/1"}
    row = AT_MICROSOFT | {"body": {"contentType": "html", "content": html}, "onlineMeeting": link}
    assert len(event_of("m", "primary", row, BERLIN, REP.email).description) <= 21_000
    assert time.perf_counter() - begun < 3
