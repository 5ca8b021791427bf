"""Series on a server: the same instances as on a disk, also where the rep changes one of them by hand."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import pytest

import providers
from assistant.domain.calendar import Event
from tests.contracts.calendar import WEEKLY, WINDOW
from tests.contracts.caller import EventCaller
from tests.contracts.letters import calendar, event
from tests.contracts.online_calendar import OnlineCalendarSystem, held
from tests.contracts.scheduling import BERLIN

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
            "SEQUENCE:3",
            "LOCATION:Room 4",
            "DESCRIPTION:We meet.",
            "ORGANIZER;CN=Ines Okafor:mailto:ines@harbour.example",
            "ATTENDEE;PARTSTAT=TENTATIVE:mailto:rep@tallwood.example",
            "ATTENDEE;CUTYPE=ROOM:mailto:room@harbour.example",
        )
    ],
}


class SeriesSystem(OnlineCalendarSystem, Protocol):
    """A calendar on a server in which one instance of a series can be changed by hand."""

    names_instances: bool
    """Whether each instance has a remote id of its own, and not the series one for all."""

    def kept(self, raw: bytes) -> bytes:
        """What of this object can be in such a calendar."""
        ...

    def move_instance(self, found: Event, start: datetime, end: datetime) -> None: ...


class OnlineSeriesSuite:
    """Instances, as a calendar on a server has them."""

    @pytest.mark.parametrize("events", SERIES.values(), ids=SERIES)
    def test_the_same_calendar_on_a_disk_and_on_a_server_is_the_same(
        self, system: SeriesSystem, tmp_path: Path, events: list[str]
    ) -> None:
        raw = system.kept(calendar(*events))
        (tmp_path / "one.ics").write_bytes(raw)
        system.put("one", raw)
        local = EventCaller()
        local.pull(providers.calendar("local", "work", {"calendar": str(tmp_path)}, BERLIN), WINDOW)

        def plain(found: list[Event]) -> list[Event]:
            return [replace(each, calendar="", remote_id="") for each in found]

        assert plain(held(system)) == plain(local.inside(WINDOW))
        assert len(local.inside(WINDOW)) >= 1

    def test_an_instance_that_was_moved_by_hand_is_at_its_new_time_alone(self, system: SeriesSystem) -> None:
        system.put("weekly", calendar(WEEKLY))
        caller = EventCaller()
        before = held(system, caller)
        start, end = (datetime(2026, 3, 11, hour, tzinfo=UTC) for hour in (14, 15))
        system.move_instance(before[1], start, end)
        for after in (held(system, caller), held(system, caller)):
            assert [one.start.day for one in after] == [3, 11, 17, 24, 31]
            assert after[1].start == start
            names = [(one.uid, one.recurrence_id, one.remote_id) for one in after]
            assert names == [(one.uid, one.recurrence_id, one.remote_id) for one in before]
            assert len({one.remote_id for one in after}) == (5 if system.names_instances else 1)

    def test_of_a_series_that_was_cut_short_the_end_is_gone(self, system: SeriesSystem) -> None:
        system.put("weekly", calendar(WEEKLY))
        caller = EventCaller()
        held(system, caller)
        system.put("weekly", calendar(WEEKLY.replace("WEEKLY", "WEEKLY;COUNT=2")))
        assert [one.start.day for one in held(system, caller)] == [3, 10]

    def test_a_series_that_is_deleted_with_its_exceptions_leaves_nothing(self, system: SeriesSystem) -> None:
        system.put("moved", calendar(*SERIES["moved"]))
        caller = EventCaller()
        assert len(held(system, caller)) == 5
        system.remove("moved")
        assert held(system, caller) == []
