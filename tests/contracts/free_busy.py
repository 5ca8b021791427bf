"""What every `FreeBusy` must do: tell when people are taken, and leave out whoever it knows nothing of."""

from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from assistant.domain.ports import FreeBusy, Interval
from tests.contracts.letters import calendar, event

MARCH = (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
INES, KIM = "ines@harbour.example", "kim@harbour.example"
TALK = event("talk@contract.example", ":20260310T090000Z", "DTEND:20260310T100000Z")


def on(day: int, hour: int, minutes: int = 60) -> Interval:
    start = datetime(2026, 3, day, hour, tzinfo=UTC)
    return start, start + timedelta(minutes=minutes)


class PeopleSystem(Protocol):
    """A system in which nobody's times are known yet, for a rep in Europe/Berlin, and hands to tell it of them."""

    def open(self) -> FreeBusy: ...

    def put(self, email: str, raw: bytes) -> None:
        """Let this be the person's calendar, in place of what was there."""
        ...


class FreeBusySuite:
    """Reading when others are taken."""

    def test_the_account_keeps_its_name(self, people: PeopleSystem) -> None:
        assert people.open().account == "work"

    def test_who_has_a_meeting_is_taken(self, people: PeopleSystem) -> None:
        people.put(INES, calendar(TALK))
        assert people.open().busy([INES], MARCH) == {INES: (on(10, 9),)}

    def test_who_has_nothing_is_known_to_be_free(self, people: PeopleSystem) -> None:
        people.put(INES, calendar())
        assert people.open().busy([INES], MARCH) == {INES: ()}

    def test_who_is_not_known_is_not_named(self, people: PeopleSystem) -> None:
        people.put(INES, calendar(TALK))
        assert set(people.open().busy([INES, KIM], MARCH)) == {INES}

    def test_who_is_not_asked_for_is_not_named(self, people: PeopleSystem) -> None:
        people.put(INES, calendar(TALK))
        people.put(KIM, calendar(TALK))
        assert set(people.open().busy([KIM], MARCH)) == {KIM}

    def test_asked_for_nobody_it_names_nobody(self, people: PeopleSystem) -> None:
        people.put(INES, calendar(TALK))
        assert people.open().busy([], MARCH) == {}

    def test_a_repeating_event_takes_each_of_its_times_in_order(self, people: PeopleSystem) -> None:
        weekly = event("weekly@contract.example", ":20260303T090000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY")
        people.put(INES, calendar(weekly))
        assert people.open().busy([INES], MARCH)[INES] == tuple(on(day, 9) for day in (3, 10, 17, 24, 31))

    def test_only_times_in_the_window_come(self, people: PeopleSystem) -> None:
        people.put(INES, calendar(TALK))
        april = (MARCH[1], MARCH[1] + timedelta(days=30))
        assert people.open().busy([INES], april) == {INES: ()}

    def test_what_only_begins_before_the_window_is_in_it(self, people: PeopleSystem) -> None:
        people.put(INES, calendar(TALK))
        from_half_past = (datetime(2026, 3, 10, 9, 30, tzinfo=UTC), MARCH[1])
        assert len(people.open().busy([INES], from_half_past)[INES]) == 1

    def test_free_and_cancelled_events_take_no_time(self, people: PeopleSystem) -> None:
        free = event("free@contract.example", ":20260311T090000Z", "DURATION:PT1H", "TRANSP:TRANSPARENT")
        off = event("off@contract.example", ":20260312T090000Z", "DURATION:PT1H", "STATUS:CANCELLED")
        people.put(INES, calendar(TALK, free, off))
        assert people.open().busy([INES], MARCH) == {INES: (on(10, 9),)}

    def test_a_meeting_that_the_person_declined_takes_none_of_their_time(self, people: PeopleSystem) -> None:
        lines = ("DURATION:PT1H", f"ATTENDEE;PARTSTAT=DECLINED:mailto:{INES}", f"ATTENDEE:mailto:{KIM}")
        people.put(INES, calendar(event("talk@contract.example", ":20260310T090000Z", *lines)))
        people.put(KIM, calendar(event("talk@contract.example", ":20260310T090000Z", *lines)))
        assert people.open().busy([INES, KIM], MARCH) == {INES: (), KIM: (on(10, 9),)}

    def test_a_whole_day_is_taken_from_midnight_to_midnight(self, people: PeopleSystem) -> None:
        people.put(INES, calendar(event("fair@contract.example", ";VALUE=DATE:20260310")))
        midnight = datetime(2026, 3, 10, tzinfo=ZoneInfo("Europe/Berlin"))
        assert people.open().busy([INES], MARCH) == {INES: ((midnight, midnight + timedelta(days=1)),)}

    def test_all_times_are_aware(self, people: PeopleSystem) -> None:
        people.put(INES, calendar(event("floating@contract.example", ":20260310T100000", "DURATION:PT1H")))
        assert people.open().busy([INES], MARCH) == {INES: (on(10, 9),)}
