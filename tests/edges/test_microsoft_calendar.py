"""Microsoft calendars as Graph shows them: the suites, and the same calendar on a disk."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import providers
from assistant.domain.calendar import Event, EventStatus
from tests.contracts.calendar import WEEKLY, WINDOW, CalendarSuite
from tests.contracts.caller import EventCaller
from tests.contracts.free_busy import FreeBusySuite
from tests.contracts.letters import calendar, event
from tests.contracts.scheduling import meeting
from tests.edges.microsoft_calendars import UNREADABLE, MicrosoftPeople, MicrosoftSystem, of_the_rep
from tests.edges.systems import BERLIN
from tests.servers.fixtures import Emulators
from tests.servers.microsoft import MicrosoftPeer
from tests.servers.microsoft.asked import Asked, Json
from tests.servers.microsoft.calendars import Calendars

GUEST: Json = {"emailAddress": {"address": "ines@harbour.example", "name": "Ines Okafor"}, "type": "required"}


@pytest.fixture
def microsoft(emulators: Emulators) -> Iterator[MicrosoftPeer]:
    with of_the_rep(emulators) as peer:
        yield peer


@pytest.fixture
def system(microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch) -> MicrosoftSystem:
    shown = Calendars.resource

    def without_times(self: Calendars, event: Json, asked: Asked) -> Json:
        hidden = ("start", "end") if event.get("subject") == UNREADABLE else ()
        return {name: value for name, value in shown(self, event, asked).items() if name not in hidden}

    monkeypatch.setattr(Calendars, "resource", without_times)
    return MicrosoftSystem(microsoft, monkeypatch)


@pytest.fixture
def people(system: MicrosoftSystem) -> MicrosoftPeople:
    return MicrosoftPeople(system)


class TestMicrosoftCalendar(CalendarSuite):
    pass


class TestMicrosoftPeople(FreeBusySuite):
    pass


SERIES = {
    "weekly over a change of the clock": [
        event(
            "dst@contract.example",
            ";TZID=Europe/Berlin:20260302T093000",
            "DTEND;TZID=Europe/Berlin:20260302T100000",
            "RRULE:FREQ=WEEKLY;COUNT=8",
        )
    ],
    "elsewhere": [
        event(
            "ny@contract.example",
            ";TZID=America/New_York:20260302T090000",
            "DURATION:PT45M",
            "RRULE:FREQ=WEEKLY;UNTIL=20260501T000000Z",
        )
    ],
    "days": [event("days@contract.example", ";VALUE=DATE:20260302", "RRULE:FREQ=WEEKLY;COUNT=4")],
    "several days": [event("fair@contract.example", ";VALUE=DATE:20260327", "DTEND;VALUE=DATE:20260331")],
    "moved": [
        WEEKLY,
        event("weekly@contract.example", ":20260312T140000Z", "RECURRENCE-ID:20260310T090000Z", "DURATION:PT2H"),
    ],
    "called off": [
        WEEKLY,
        event(
            "weekly@contract.example",
            ":20260310T090000Z",
            "DURATION:PT30M",
            "SUMMARY:Sync",
            "RECURRENCE-ID:20260310T090000Z",
            "STATUS:CANCELLED",
        ),
    ],
    "taken out": [WEEKLY.replace("SUMMARY", "EXDATE:20260317T090000Z\nSUMMARY")],
    "one with people": [
        event(
            "one@contract.example",
            ":20260310T090000Z",
            "DTEND:20260310T100000Z",
            "LOCATION:Room 4",
            "DESCRIPTION:We meet.",
            "ORGANIZER;CN=Ines Okafor:mailto:ines@harbour.example",
            "ATTENDEE;PARTSTAT=TENTATIVE:mailto:rep@tallwood.example",
            "ATTENDEE;CUTYPE=ROOM:mailto:room@harbour.example",
        )
    ],
}


@pytest.mark.parametrize("events", SERIES.values(), ids=SERIES)
def test_the_same_calendar_on_a_disk_and_at_microsoft_is_the_same(
    system: MicrosoftSystem, tmp_path: Path, events: list[str]
) -> None:
    raw = calendar(*events)
    (tmp_path / "one.ics").write_bytes(raw)
    system.put("one", raw)
    local = EventCaller()
    local.pull(providers.calendar("local", "work", {"calendar": str(tmp_path)}, BERLIN), WINDOW)

    def plain(found: list[Event]) -> list[Event]:
        return [replace(each, calendar="", remote_id="") for each in found]

    assert plain(held(system)) == plain(local.inside(WINDOW))
    assert len(local.inside(WINDOW)) >= 1


# --- Series


def held(system: MicrosoftSystem, caller: EventCaller | None = None) -> list[Event]:
    caller = caller or EventCaller()
    caller.pull(system.calendar(), WINDOW)
    assert caller.problems == []
    return caller.inside(WINDOW)


def instances(system: MicrosoftSystem) -> list[Json]:
    """As the rep's Outlook lists them, by their start."""
    book = system.microsoft._calendars.book()
    return [each for each in book.within((WINDOW[0], WINDOW[1])) if each["seriesMasterId"]]


def utc(text: str) -> dict[str, Any]:
    return {"dateTime": text, "timeZone": "UTC"}


def test_all_instances_go_by_the_name_of_their_series(system: MicrosoftSystem) -> None:
    people = "ATTENDEE:mailto:ines@harbour.example\nSUMMARY"
    system.put("weekly", calendar(WEEKLY.replace("SUMMARY", people)))
    found = held(system)
    assert {(one.uid, one.remote_id) for one in found} == {("weekly@contract.example", found[0].remote_id)}
    assert {(one.summary, one.people[-1].email) for one in found} == {("Sync", "ines@harbour.example")}


def test_whatever_uid_an_instance_has_the_series_is_what_counts(
    system: MicrosoftSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = Calendars.resource

    def numbered(self: Calendars, event: Json, asked: Asked) -> Json:
        found = shown(self, event, asked)
        return found | {"iCalUId": f"{found['start']['dateTime']}"} if event["seriesMasterId"] else found

    monkeypatch.setattr(Calendars, "resource", numbered)
    system.put("weekly", calendar(WEEKLY))
    caller = EventCaller()
    assert {one.uid for one in held(system, caller)} == {"weekly@contract.example"}
    system.microsoft.remove_event(instances(system)[1]["id"])
    assert {one.uid for one in held(system, caller)} == {"weekly@contract.example"}


def test_an_instance_that_was_taken_out_by_hand_is_gone(system: MicrosoftSystem) -> None:
    system.put("weekly", calendar(WEEKLY))
    caller = EventCaller()
    assert len(held(system, caller)) == 5
    system.microsoft.remove_event(instances(system)[1]["id"])
    assert [one.start.day for one in held(system, caller)] == [3, 17, 24, 31]


def test_an_instance_that_was_taken_out_without_a_word_is_gone(system: MicrosoftSystem) -> None:
    """Graph docs, pull request 4501: the series comes again, and nothing says which of its instances doesn't."""
    system.put("weekly", calendar(WEEKLY))
    caller = EventCaller()
    held(system, caller)
    book = system.microsoft._calendars.book()
    (master,) = [each for each in book.events.values() if each["type"] == "seriesMaster"]
    with_it = instances(system)[1]
    book.cancelled.setdefault(master["id"], set()).add(with_it["originalStart"])
    system.microsoft.change_event(master["id"], subject="Sync")
    assert [one.start.day for one in held(system, caller)] == [3, 17, 24, 31]


def test_an_instance_that_was_moved_by_hand_is_at_its_new_time_alone(system: MicrosoftSystem) -> None:
    system.put("weekly", calendar(WEEKLY))
    caller = EventCaller()
    before = held(system, caller)[1]
    system.microsoft.change_event(
        instances(system)[1]["id"], start=utc("2026-03-11T14:00:00"), end=utc("2026-03-11T15:00:00")
    )
    found = held(system, caller)
    assert [one.start.day for one in found] == [3, 11, 17, 24, 31]
    assert found[1].start == datetime(2026, 3, 11, 14, tzinfo=UTC)
    assert (found[1].uid, found[1].recurrence_id) == (before.uid, before.recurrence_id)


def test_an_instance_that_its_organizer_called_off_says_so_and_is_what_it_was(system: MicrosoftSystem) -> None:
    system.put("weekly", calendar(*SERIES["called off"]))
    found = held(system)
    assert [one.status is EventStatus.CANCELLED for one in found] == [False, True, False, False, False]
    assert found[1].end - found[1].start == timedelta(minutes=30)


def test_of_a_series_that_was_cut_short_the_end_is_gone(system: MicrosoftSystem) -> None:
    system.put("weekly", calendar(WEEKLY))
    caller = EventCaller()
    held(system, caller)
    system.put("weekly", calendar(WEEKLY.replace("WEEKLY", "WEEKLY;COUNT=2")))
    assert [one.start.day for one in held(system, caller)] == [3, 10]


def test_a_series_that_is_deleted_with_its_exceptions_leaves_nothing(system: MicrosoftSystem) -> None:
    system.put("moved", calendar(*SERIES["moved"]))
    caller = EventCaller()
    assert len(held(system, caller)) == 5
    system.remove("moved")
    assert held(system, caller) == []


def test_a_series_that_moves_out_of_the_window_leaves_nothing_in_it(system: MicrosoftSystem) -> None:
    system.put("weekly", calendar(WEEKLY))
    caller = EventCaller()
    held(system, caller)
    (master,) = [each for each in system.microsoft.events() if each["type"] == "seriesMaster"]
    pattern = {**master["recurrence"], "range": {**master["recurrence"]["range"], "startDate": "2026-09-01"}}
    edges = {"start": utc("2026-09-01T09:00:00"), "end": utc("2026-09-01T09:30:00")}
    system.microsoft.change_event(master["id"], recurrence=pattern, **edges)
    assert held(system, caller) == []


def test_a_cancelled_meeting_of_somebody_else_says_so(system: MicrosoftSystem) -> None:
    shown = system.microsoft.put_event(
        subject="Count",
        start=utc("2026-03-10T09:00:00"),
        end=utc("2026-03-10T10:00:00"),
        organizer={"emailAddress": GUEST["emailAddress"]},
        attendees=[{"emailAddress": {"address": system.microsoft.email}, "type": "required"}],
    )
    caller = EventCaller()
    assert [one.status for one in held(system, caller)] == [EventStatus.CONFIRMED]
    system.microsoft.cancel_by_organizer(shown["id"])
    assert [one.status for one in held(system, caller)] == [EventStatus.CANCELLED]


def test_an_event_of_ours_is_known_also_where_no_transaction_is_told(
    system: MicrosoftSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = Calendars.resource

    def without(self: Calendars, event: Json, asked: Asked) -> Json:
        return {name: value for name, value in shown(self, event, asked).items() if name != "transactionId"}

    monkeypatch.setattr(Calendars, "resource", without)
    system.scheduling().place(meeting())
    system.microsoft.put_event(subject="Count", start=utc("2026-03-10T09:00:00"), end=utc("2026-03-10T10:00:00"))
    assert {one.uid for one in held(system)} > {meeting().uid}
    assert len([call for call in system.microsoft.calls("events.get") if call.inner]) == 1
