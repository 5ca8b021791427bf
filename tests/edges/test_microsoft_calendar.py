"""Microsoft calendars as Graph shows them: the suites, and the same calendar on a disk."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from assistant.domain.calendar import EventStatus
from tests.contracts.calendar import WEEKLY, CalendarSuite
from tests.contracts.caller import EventCaller
from tests.contracts.free_busy import FreeBusySuite
from tests.contracts.letters import calendar
from tests.contracts.online_calendar import held
from tests.contracts.online_series import SERIES, OnlineSeriesSuite
from tests.contracts.scheduling import meeting
from tests.edges.microsoft_calendars import UNREADABLE, MicrosoftPeople, MicrosoftSystem, of_the_rep, utc
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


class TestMicrosoftSeries(OnlineSeriesSuite):
    pass


# --- Series


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
    system.microsoft.remove_event(system.instances()[1]["id"])
    assert {one.uid for one in held(system, caller)} == {"weekly@contract.example"}


def test_an_instance_that_was_taken_out_by_hand_is_gone(system: MicrosoftSystem) -> None:
    system.put("weekly", calendar(WEEKLY))
    caller = EventCaller()
    assert len(held(system, caller)) == 5
    system.microsoft.remove_event(system.instances()[1]["id"])
    assert [one.start.day for one in held(system, caller)] == [3, 17, 24, 31]


def test_an_instance_that_was_taken_out_without_a_word_is_gone(system: MicrosoftSystem) -> None:
    """Graph docs, pull request 4501: the series comes again, and nothing says which of its instances doesn't."""
    system.put("weekly", calendar(WEEKLY))
    caller = EventCaller()
    held(system, caller)
    book = system.microsoft._calendars.book()
    (master,) = [each for each in book.events.values() if each["type"] == "seriesMaster"]
    with_it = system.instances()[1]
    book.cancelled.setdefault(master["id"], set()).add(with_it["originalStart"])
    system.microsoft.change_event(master["id"], subject="Sync")
    assert [one.start.day for one in held(system, caller)] == [3, 17, 24, 31]


def test_an_instance_that_its_organizer_called_off_says_so_and_is_what_it_was(system: MicrosoftSystem) -> None:
    system.put("weekly", calendar(*SERIES["called off"]))
    found = held(system)
    assert [one.status is EventStatus.CANCELLED for one in found] == [False, True, False, False, False]
    assert found[1].end - found[1].start == timedelta(minutes=30)


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
