"""What every `Calendar` must do: instances in a window, whole objects replaced, and only what changed."""

from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import pytest

from assistant.domain.calendar import EventStatus, PartStat
from assistant.domain.ports import Calendar, CursorExpired
from tests.contracts.caller import EventCaller
from tests.contracts.letters import calendar, event

WINDOW = (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
LATER = (datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC))
WEEKLY = event("weekly@contract.example", ":20260303T090000Z", "DURATION:PT30M", "RRULE:FREQ=WEEKLY", "SUMMARY:Sync")


class CalendarSystem(Protocol):
    """An empty calendar of an owner in Europe/Berlin, and hands to change it from outside."""

    def open(self) -> Calendar: ...

    def put(self, name: str, raw: bytes) -> None:
        """Store an object under this name, in place of what was there."""
        ...

    def remove(self, name: str) -> None: ...


class CalendarSuite:
    """Reading events."""

    def test_the_account_keeps_its_name(self, system: CalendarSystem) -> None:
        assert system.open().account == "work"

    def test_an_event_in_the_window_comes_whole(self, system: CalendarSystem) -> None:
        system.put(
            "one",
            calendar(
                event(
                    "one@contract.example",
                    ":20260310T090000Z",
                    "DTEND:20260310T100000Z",
                    "SUMMARY:Walk-through",
                    "ORGANIZER;CN=Mara Lindqvist:mailto:mara@tallwood.example",
                    "ATTENDEE;CN=Ines Okafor;PARTSTAT=ACCEPTED:mailto:Ines@Harbour.example",
                    "ATTENDEE;ROLE=OPT-PARTICIPANT:mailto:jo@harbour.example",
                )
            ),
        )
        caller = EventCaller()
        caller.pull(system.open(), WINDOW)
        (found,) = caller.inside(WINDOW)
        assert (found.uid, found.summary) == ("one@contract.example", "Walk-through")
        assert found.start == datetime(2026, 3, 10, 9, tzinfo=UTC)
        assert found.end == datetime(2026, 3, 10, 10, tzinfo=UTC)
        assert [str(person) for person in found.people] == [
            "Mara Lindqvist <mara@tallwood.example>",
            "Ines Okafor <ines@harbour.example>",
            "jo@harbour.example",
        ]
        assert [(a.partstat, a.optional) for a in found.attendees] == [
            (PartStat.ACCEPTED, False),
            (PartStat.NEEDS_ACTION, True),
        ]

    def test_a_repeating_event_has_an_instance_a_week(self, system: CalendarSystem) -> None:
        system.put("weekly", calendar(WEEKLY))
        caller = EventCaller()
        caller.pull(system.open(), WINDOW)
        assert [found.start.day for found in caller.inside(WINDOW)] == [3, 10, 17, 24, 31]

    def test_instances_have_names_of_their_own(self, system: CalendarSystem) -> None:
        system.put("weekly", calendar(WEEKLY))
        caller = EventCaller()
        caller.pull(system.open(), WINDOW)
        assert len({found.recurrence_id for found in caller.inside(WINDOW)}) == 5

    def test_an_instance_that_was_moved_is_where_it_was_moved_to(self, system: CalendarSystem) -> None:
        moved = event("weekly@contract.example", ":20260312T140000Z", "RECURRENCE-ID:20260310T090000Z", "SUMMARY:Moved")
        system.put("weekly", calendar(WEEKLY, moved))
        caller = EventCaller()
        caller.pull(system.open(), WINDOW)
        assert [found.start.day for found in caller.inside((WINDOW[0], WINDOW[1] - timedelta(hours=1)))][:3] == [
            3,
            12,
            17,
        ]

    def test_an_instance_that_was_taken_out_is_not_there(self, system: CalendarSystem) -> None:
        without = WEEKLY.replace("SUMMARY", "EXDATE:20260317T090000Z\nSUMMARY")
        system.put("weekly", calendar(without))
        caller = EventCaller()
        caller.pull(system.open(), WINDOW)
        assert [found.start.day for found in caller.inside(WINDOW)] == [3, 10, 24, 31]

    def test_a_cancelled_instance_says_so(self, system: CalendarSystem) -> None:
        cancelled = event(
            "weekly@contract.example", ":20260310T090000Z", "RECURRENCE-ID:20260310T090000Z", "STATUS:CANCELLED"
        )
        system.put("weekly", calendar(WEEKLY, cancelled))
        caller = EventCaller()
        caller.pull(system.open(), WINDOW)
        by_day = {found.start.day: found.status for found in caller.inside(WINDOW)}
        assert by_day[10] is EventStatus.CANCELLED
        assert by_day[17] is EventStatus.CONFIRMED

    def test_an_all_day_event_runs_from_midnight_to_midnight_of_its_owner(self, system: CalendarSystem) -> None:
        system.put("day", calendar(event("day@contract.example", ";VALUE=DATE:20260310", "SUMMARY:Fair")))
        caller = EventCaller()
        caller.pull(system.open(), WINDOW)
        (found,) = caller.inside(WINDOW)
        midnight = datetime(2026, 3, 10, tzinfo=ZoneInfo("Europe/Berlin"))
        assert (found.start, found.end, found.all_day) == (midnight, midnight + timedelta(days=1), True)

    def test_private_and_free_are_told(self, system: CalendarSystem) -> None:
        lines = ("DTEND:20260310T100000Z", "CLASS:PRIVATE", "TRANSP:TRANSPARENT")
        system.put("one", calendar(event("one@contract.example", ":20260310T090000Z", *lines)))
        caller = EventCaller()
        caller.pull(system.open(), WINDOW)
        (found,) = caller.inside(WINDOW)
        assert (found.private, found.free) == (True, True)

    def test_all_times_are_aware(self, system: CalendarSystem) -> None:
        system.put("floating", calendar(event("f@contract.example", ":20260310T090000", "DURATION:PT1H")))
        caller = EventCaller()
        caller.pull(system.open(), WINDOW)
        (found,) = caller.inside(WINDOW)
        assert found.start == datetime(2026, 3, 10, 9, tzinfo=ZoneInfo("Europe/Berlin"))

    def test_with_the_last_cursor_and_no_change_nothing_comes(self, system: CalendarSystem) -> None:
        system.put("weekly", calendar(WEEKLY))
        caller = EventCaller()
        caller.pull(system.open(), WINDOW)
        assert not any(batch.replaced or batch.events for batch in caller.pull(system.open(), WINDOW))

    def test_only_the_changed_object_is_replaced(self, system: CalendarSystem) -> None:
        system.put("weekly", calendar(WEEKLY))
        system.put("one", calendar(event("one@contract.example", ":20260310T090000Z", "DURATION:PT1H")))
        caller = EventCaller()
        caller.pull(system.open(), WINDOW)
        system.put("one", calendar(event("one@contract.example", ":20260311T090000Z", "DURATION:PT90M")))
        batches = caller.pull(system.open(), WINDOW)
        assert len([place for batch in batches for place in batch.replaced]) == 1
        assert [e.start.day for e in caller.inside(WINDOW) if e.uid == "one@contract.example"] == [11]

    def test_a_removed_object_leaves_nothing(self, system: CalendarSystem) -> None:
        system.put("weekly", calendar(WEEKLY))
        caller = EventCaller()
        caller.pull(system.open(), WINDOW)
        system.remove("weekly")
        caller.pull(system.open(), WINDOW)
        assert caller.inside(WINDOW) == []

    def test_a_later_window_brings_the_instances_in_it(self, system: CalendarSystem) -> None:
        system.put("weekly", calendar(WEEKLY))
        caller = EventCaller()
        caller.pull(system.open(), WINDOW)
        caller.pull(system.open(), (WINDOW[0], LATER[1]))
        assert [found.start.day for found in caller.inside(LATER)] == [2, 9, 16, 23, 30]

    def test_an_earlier_window_brings_the_instances_in_it(self, system: CalendarSystem) -> None:
        system.put("weekly", calendar(WEEKLY))
        caller = EventCaller()
        caller.pull(system.open(), LATER)
        caller.pull(system.open(), WINDOW)
        assert len(caller.inside(WINDOW)) == 5

    def test_a_single_event_beyond_the_window_comes_when_the_window_reaches_it(self, system: CalendarSystem) -> None:
        system.put("june", calendar(event("june@contract.example", ":20260610T090000Z", "DURATION:PT1H")))
        caller = EventCaller()
        caller.pull(system.open(), WINDOW)
        caller.pull(system.open(), LATER)
        assert [found.uid for found in caller.inside(LATER)] == ["june@contract.example"]

    def test_what_cannot_be_read_is_a_problem_and_the_rest_still_comes(self, system: CalendarSystem) -> None:
        system.put("broken", calendar(event("broken@contract.example", ":NEXT TUESDAY")))
        system.put("weekly", calendar(WEEKLY))
        caller = EventCaller()
        caller.pull(system.open(), WINDOW)
        assert (len(caller.problems), len(caller.inside(WINDOW))) == (1, 5)

    def test_a_problem_is_reported_once(self, system: CalendarSystem) -> None:
        system.put("broken", calendar(event("broken@contract.example", ":NEXT TUESDAY")))
        caller = EventCaller()
        caller.pull(system.open(), WINDOW)
        caller.pull(system.open(), WINDOW)
        assert len(caller.problems) == 1

    def test_a_cursor_that_is_not_known_expires(self, system: CalendarSystem) -> None:
        with pytest.raises(CursorExpired):
            list(system.open().pull("a cursor of long ago", WINDOW))

    def test_after_an_expired_cursor_everything_is_replaced_not_doubled(self, system: CalendarSystem) -> None:
        system.put("weekly", calendar(WEEKLY))
        caller = EventCaller()
        caller.pull(system.open(), WINDOW)
        caller.cursor = None
        caller.pull(system.open(), WINDOW)
        assert len(caller.inside(WINDOW)) == 5
