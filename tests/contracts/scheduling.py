"""What every `Scheduling` must do: an event is placed once, changed only as it was seen, and people are told once."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import pytest

from assistant.domain.calendar import Event, EventStatus, PartStat
from assistant.domain.mail import Address
from assistant.domain.ports import Calendar, EventChanged, OutgoingEvent, PlacedEvent, Scheduling
from assistant.errors import ProviderError
from tests.contracts.caller import EventCaller
from tests.contracts.outbox import HOSTILE, cleared

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 3, 10, 10, 0, tzinfo=BERLIN)
STAMP = datetime(2026, 3, 3, 8, 30, tzinfo=UTC)
WINDOW = (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC))

REP = Address("rep@tallwood.example", "Mara Lindqvist")
INES = Address("ines@harbour.example", "Ines Okafor")
JO = Address("jo@harbour.example")


@dataclass(frozen=True, slots=True)
class Told:
    """What reached people, or waits to be sent to them."""

    method: str
    sequence: int
    people: frozenset[str]


class SchedulingSystem(Protocol):
    """A calendar in which events can be placed, and the rep's own calendar program beside it."""

    def scheduling(self) -> Scheduling: ...

    def calendar(self) -> Calendar: ...

    def told(self) -> list[Told]:
        """What people were told, or will be, in any order."""
        ...

    def sent(self) -> None:
        """What waits to be sent is sent."""
        ...

    def edit(self, uid: str, old: bytes, new: bytes) -> None:
        """The rep changes these bytes of the event in their calendar program."""
        ...

    def delete(self, uid: str) -> None:
        """The rep deletes the event."""
        ...

    def answer(self, uid: str, email: str, partstat: PartStat) -> None:
        """A guest answers, and the rep's program writes it down."""
        ...


def meeting(key: str = "deal-7.demo.invite", **changes: object) -> OutgoingEvent:
    event = OutgoingEvent(
        key=key,
        uid="9f2c@nextmove.example",
        sequence=0,
        organizer=REP,
        title=cleared("Harbour: the pilot, step by step"),
        description=cleared("We look at the pilot together.\n\nYou bring the counts; we bring the plan."),
        start=START,
        end=START + timedelta(minutes=45),
        stamp=STAMP,
        required=(INES,),
        optional=(JO,),
        where=cleared("https://meet.example/harbour"),
    )
    return replace(event, **changes)  # type: ignore[arg-type]


def hold() -> OutgoingEvent:
    return meeting("deal-7.demo.hold", required=(), optional=())


def moved(days: int = 1, sequence: int = 1) -> OutgoingEvent:
    start = START + timedelta(days=days)
    return meeting(
        f"deal-7.demo.move-{sequence}",
        sequence=sequence,
        start=start,
        end=start + timedelta(minutes=45),
        stamp=STAMP + timedelta(days=sequence),
    )


def cancelled(sequence: int = 1) -> OutgoingEvent:
    note = cleared("Ines, we set this aside. Thank you for the time that you gave it.")
    return meeting(
        "deal-7.demo.cancel", sequence=sequence, description=note, stamp=STAMP + timedelta(days=sequence, hours=1)
    )


def only_event(system: SchedulingSystem) -> Event:
    caller = EventCaller()
    caller.pull(system.calendar(), WINDOW)
    assert caller.problems == []
    (event,) = caller.inside(WINDOW)
    return event


def no_event(system: SchedulingSystem) -> bool:
    caller = EventCaller()
    caller.pull(system.calendar(), WINDOW)
    return caller.inside(WINDOW) == []


BOTH = frozenset({INES.email, JO.email})


class SchedulingSuite:
    """Placing, changing and cancelling events."""

    def test_a_placed_event_lies_in_the_calendar(self, system: SchedulingSystem) -> None:
        system.scheduling().place(meeting())
        event = only_event(system)
        assert (event.start, event.end) == (START, START + timedelta(minutes=45))
        assert (event.summary, event.location) == (meeting().title, meeting().where)
        assert event.description == meeting().description
        assert event.organizer == REP
        assert (event.free, event.private, event.status) == (False, False, EventStatus.CONFIRMED)

    def test_its_people_are_asked_and_the_organizer_comes(self, system: SchedulingSystem) -> None:
        system.scheduling().place(meeting())
        attendees = {one.address.email: (one.partstat, one.optional) for one in only_event(system).attendees}
        assert attendees == {
            REP.email: (PartStat.ACCEPTED, False),
            INES.email: (PartStat.NEEDS_ACTION, False),
            JO.email: (PartStat.NEEDS_ACTION, True),
        }
        assert system.told() == [Told("REQUEST", 0, BOTH)]

    def test_the_calendar_and_the_port_name_it_alike(self, system: SchedulingSystem) -> None:
        placed = system.scheduling().place(meeting())
        event = only_event(system)
        assert (placed.calendar, placed.remote_id, placed.uid) == (event.calendar, event.remote_id, event.uid)

    def test_placing_twice_places_and_tells_once(self, system: SchedulingSystem) -> None:
        first = system.scheduling().place(meeting())
        assert system.scheduling().place(meeting()) == first
        assert only_event(system).sequence == 0
        assert len(system.told()) == 1

    def test_a_hold_is_private_and_nobody_hears_of_it(self, system: SchedulingSystem) -> None:
        system.scheduling().place(hold())
        event = only_event(system)
        assert (event.private, event.free, event.people) == (True, False, ())
        assert system.told() == []

    def test_what_was_placed_is_found_after_a_restart(self, system: SchedulingSystem) -> None:
        placed = system.scheduling().place(meeting())
        assert system.scheduling().find(meeting().uid) == placed

    def test_what_people_were_sent_they_were_told_of(self, system: SchedulingSystem) -> None:
        system.scheduling().place(meeting())
        system.sent()
        assert self._seen(system).told

    def test_cancelled_for_nobody_nobody_hears_of_it(self, system: SchedulingSystem) -> None:
        """Of an event that nobody has been told of."""
        placed = system.scheduling().place(hold())
        for _ in range(2):
            assert system.scheduling().cancel(replace(cancelled(), required=(), optional=()), placed) is None
        assert no_event(system)
        assert system.told() == []

    def test_an_event_that_was_never_placed_is_not_found(self, system: SchedulingSystem) -> None:
        system.scheduling().place(meeting())
        assert system.scheduling().find("9f2c") is None

    def test_an_event_that_the_rep_deleted_is_not_found(self, system: SchedulingSystem) -> None:
        system.scheduling().place(meeting())
        system.delete(meeting().uid)
        assert system.scheduling().find(meeting().uid) is None

    def test_any_change_by_hand_gives_another_etag(self, system: SchedulingSystem) -> None:
        placed = system.scheduling().place(meeting())
        system.edit(meeting().uid, b"the pilot", b"the trial")
        found = system.scheduling().find(meeting().uid)
        assert found is not None
        assert found.etag != placed.etag

    def test_a_hold_becomes_an_invitation(self, system: SchedulingSystem) -> None:
        held = system.scheduling().place(hold())
        invite = meeting(sequence=1, stamp=STAMP + timedelta(days=1))
        changed = system.scheduling().change(invite, held)
        event = only_event(system)
        assert (changed.sequence, event.private, len(event.attendees)) == (1, False, 3)
        assert system.told() == [Told("REQUEST", 1, BOTH)]

    def test_a_moved_event_is_at_its_new_time_alone(self, system: SchedulingSystem) -> None:
        placed = system.scheduling().place(meeting())
        system.sent()
        changed = system.scheduling().change(moved(), placed)
        assert only_event(system).start == START + timedelta(days=1)
        assert (changed.sequence, changed.uid) == (1, placed.uid)
        assert Told("REQUEST", 1, BOTH) in system.told()

    def test_changing_twice_changes_and_tells_once(self, system: SchedulingSystem) -> None:
        placed = system.scheduling().place(meeting())
        system.sent()
        changed = system.scheduling().change(moved(), placed)
        before = sorted(system.told(), key=str)
        assert system.scheduling().change(moved(), placed) == changed
        assert sorted(system.told(), key=str) == before

    def test_answers_to_the_old_time_do_not_hold_for_the_new_one(self, system: SchedulingSystem) -> None:
        system.scheduling().place(meeting())
        system.sent()
        system.answer(meeting().uid, INES.email, PartStat.ACCEPTED)
        system.scheduling().change(moved(), self._seen(system))
        assert only_event(system).partstat_of(frozenset({INES.email})) is PartStat.NEEDS_ACTION

    def test_answers_stay_where_the_time_does(self, system: SchedulingSystem) -> None:
        system.scheduling().place(meeting())
        system.sent()
        system.answer(meeting().uid, INES.email, PartStat.ACCEPTED)
        elsewhere = meeting("deal-7.demo.where", sequence=1, where=cleared("Room 4"), stamp=STAMP + timedelta(days=1))
        system.scheduling().change(elsewhere, self._seen(system))
        event = only_event(system)
        assert (event.location, event.partstat_of(frozenset({INES.email}))) == ("Room 4", PartStat.ACCEPTED)

    def test_an_event_that_was_changed_by_hand_is_left_as_it_is(self, system: SchedulingSystem) -> None:
        placed = system.scheduling().place(meeting())
        system.edit(meeting().uid, b"the pilot", b"the trial")
        for change in (system.scheduling().change, system.scheduling().cancel):
            with pytest.raises(EventChanged):
                change(moved(), placed)
        assert "the trial" in only_event(system).summary
        assert len(system.told()) == 1

    def test_a_move_by_hand_with_our_next_sequence_is_no_change_of_ours(self, system: SchedulingSystem) -> None:
        placed = system.scheduling().place(meeting())
        system.edit(meeting().uid, b"SEQUENCE:0", b"SEQUENCE:1")
        with pytest.raises(EventChanged):
            system.scheduling().change(moved(), placed)

    def test_an_event_that_is_gone_cannot_be_changed(self, system: SchedulingSystem) -> None:
        placed = system.scheduling().place(meeting())
        system.delete(meeting().uid)
        with pytest.raises(EventChanged):
            system.scheduling().change(moved(), placed)

    def test_a_cancelled_event_says_so_and_its_people_hear_why(self, system: SchedulingSystem) -> None:
        placed = system.scheduling().place(meeting())
        system.sent()
        gone = system.scheduling().cancel(cancelled(), placed)
        assert gone is None or (gone.cancelled, gone.sequence) == (True, 1)
        assert gone is None or only_event(system).status is EventStatus.CANCELLED
        assert Told("CANCEL", 1, BOTH) in system.told()

    def test_cancelling_twice_tells_once(self, system: SchedulingSystem) -> None:
        placed = system.scheduling().place(meeting())
        system.sent()
        gone = system.scheduling().cancel(cancelled(), placed)
        assert system.scheduling().cancel(cancelled(), placed) == gone
        assert [one for one in system.told() if one.method == "CANCEL"] == [Told("CANCEL", 1, BOTH)]

    def test_a_cancelled_hold_leaves_nothing(self, system: SchedulingSystem) -> None:
        held = system.scheduling().place(hold())
        over = replace(hold(), key="deal-7.demo.over", sequence=1)
        assert system.scheduling().cancel(over, held) is None
        assert system.scheduling().cancel(over, held) is None
        assert no_event(system)
        assert system.told() == []

    def test_cancelling_what_the_rep_deleted_is_fine(self, system: SchedulingSystem) -> None:
        placed = system.scheduling().place(meeting())
        system.delete(meeting().uid)
        assert system.scheduling().cancel(cancelled(), placed) is None

    def test_letters_of_every_script_arrive_as_they_are(self, system: SchedulingSystem) -> None:
        event = meeting(
            title=cleared("Übergabe, Teil 1; “引き継ぎ” \\ 🙂 " + "sehr lang " * 20 + "Ende"),
            description=cleared("Grüße,\n\n你好; Привет, 🙂\n\\n is no line break\nEND:VEVENT\nend"),
            where=cleared("Straße 5, Köln; 2. Stock"),
            required=(Address("jose@harbour.example", "José “Pepe” Ñandú, Jr.; 山田 " + "von " * 30 + "Ende"),),
        )
        system.scheduling().place(event)
        found = only_event(system)
        assert (found.summary, found.description, found.location) == (event.title, event.description, event.where)
        assert event.required[0].name in [one.address.name for one in found.attendees]

    @pytest.mark.parametrize("value", HOSTILE)
    @pytest.mark.parametrize("where", ["title", "where", "name", "organizer", "address", "uid", "key"])
    def test_nothing_smuggles_a_line_into_it(self, system: SchedulingSystem, where: str, value: str) -> None:
        changes: dict[str, dict[str, Any]] = {
            "title": {"title": cleared(value)},
            "where": {"where": cleared(value)},
            "name": {"required": (Address("ines@harbour.example", value),)},
            "organizer": {"organizer": Address("rep@tallwood.example", value)},
            "address": {"required": (Address(value),)},
            "uid": {"uid": value},
            "key": {"key": value},
        }
        with pytest.raises(ProviderError):
            system.scheduling().place(meeting(**changes[where]))
        assert no_event(system)
        assert system.told() == []

    def _seen(self, system: SchedulingSystem) -> PlacedEvent:
        found = system.scheduling().find(meeting().uid)
        assert found is not None
        return found
