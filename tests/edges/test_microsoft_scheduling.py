"""Our events in a Microsoft calendar, and what Exchange writes to their people."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from assistant.domain.calendar import PartStat
from assistant.domain.mail import Address
from assistant.domain.ports import EventChanged
from assistant.errors import ProviderError, RefusedError
from providers.microsoft.events import own_uids, with_our_uids
from providers.microsoft.places import places_of
from providers.microsoft.scheduling import MicrosoftScheduling
from tests.contracts.caller import EventCaller
from tests.contracts.outbox import cleared
from tests.contracts.scheduling import (
    BOTH,
    INES,
    JO,
    REP,
    WINDOW,
    SchedulingSuite,
    Told,
    cancelled,
    hold,
    meeting,
    moved,
    no_event,
    only_event,
)
from tests.edges.microsoft_calendars import MicrosoftSystem, body_of, of_the_rep, unhurried
from tests.servers.fixtures import Emulators
from tests.servers.microsoft import MicrosoftPeer
from tests.servers.microsoft.asked import Json

KIM: Json = {
    "emailAddress": {"address": "kim@harbour.example", "name": "Kim"},
    "type": "optional",
    "status": {"response": "accepted", "time": "2026-03-04T08:00:00Z"},
}
ROOM: Json = {
    "emailAddress": {"address": "room-4@tallwood.example", "name": "Room 4"},
    "type": "resource",
    "status": {"response": "accepted", "time": "2026-03-04T08:00:00Z"},
}


@pytest.fixture
def microsoft(emulators: Emulators) -> Iterator[MicrosoftPeer]:
    with of_the_rep(emulators) as peer:
        yield peer


@pytest.fixture
def system(microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch) -> MicrosoftSystem:
    return MicrosoftSystem(microsoft, monkeypatch)


class TestMicrosoftScheduling(SchedulingSuite):
    pass


def there(system: MicrosoftSystem, uid: str = meeting().uid) -> Json:
    return system.there(uid)


def emails(event: Json) -> list[str]:
    return [one["emailAddress"]["address"] for one in event["attendees"]]


def writes(system: MicrosoftSystem) -> list[str]:
    return [call.id for call in system.microsoft.log if call.method != "GET"]


# --- What Microsoft is asked for


def test_an_invitation_is_looked_for_and_then_one_call(system: MicrosoftSystem) -> None:
    system.scheduling().place(meeting())
    assert [call.id for call in system.microsoft.log] == ["events.list", "events.create"]
    body = body_of(system, "events.create")
    assert [(one["emailAddress"]["address"], one["type"]) for one in body["attendees"]] == [
        (INES.email, "required"),
        (JO.email, "optional"),
    ]
    assert body["body"]["contentType"] == "html"
    assert "isOnlineMeeting" not in body


def test_a_hold_is_private_busy_time_and_nobody_is_written_to(system: MicrosoftSystem) -> None:
    held = system.scheduling().place(hold())
    body = body_of(system, "events.create")
    assert (body["sensitivity"], body["showAs"], body["attendees"]) == ("private", "busy", [])
    system.scheduling().cancel(replace(hold(), sequence=1), held)
    assert writes(system) == ["events.create", "events.delete"]
    assert system.microsoft.told() == []


def test_nothing_in_the_event_tells_what_it_is_for_us(system: MicrosoftSystem) -> None:
    system.scheduling().place(meeting("deal-7.after_yes.pilot"))
    text = json.dumps(there(system))
    assert not [word for word in ("deal", "after_yes", "stage") if word in text]


def test_times_carry_their_zone_by_its_windows_name(system: MicrosoftSystem) -> None:
    system.scheduling().place(meeting())
    start = body_of(system, "events.create")["start"]
    assert start == {"dateTime": "2026-03-10T10:00:00", "timeZone": "W. Europe Standard Time"}
    assert only_event(system).start == meeting().start


@pytest.mark.parametrize(
    "zone", ["Europe/Kyiv", "Asia/Kolkata", "America/Nuuk", "Asia/Kathmandu", "Asia/Almaty", "America/Scoresbysund"]
)
def test_a_meeting_in_any_zone_is_when_it_was_meant(system: MicrosoftSystem, zone: str) -> None:
    start = datetime(2026, 3, 30, 10, 30, tzinfo=ZoneInfo(zone))
    system.scheduling().place(meeting(start=start, end=start + timedelta(minutes=45)))
    assert only_event(system).start == start


@pytest.mark.parametrize("fold", [0, 1])
def test_an_hour_that_the_clock_shows_twice_is_the_one_that_was_meant(system: MicrosoftSystem, fold: int) -> None:
    start = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=fold)
    end = (start.astimezone(UTC) + timedelta(minutes=45)).astimezone(start.tzinfo)
    system.scheduling().place(meeting(start=start, end=end))
    shown = [there(system)[edge] for edge in ("start", "end")]
    assert [each["timeZone"] for each in shown] == ["UTC", "UTC"]
    assert [datetime.fromisoformat(each["dateTime"]).replace(tzinfo=UTC) for each in shown] == [
        start.astimezone(UTC),
        end.astimezone(UTC),
    ]


def test_an_event_that_ends_before_it_begins_is_refused(system: MicrosoftSystem) -> None:
    with pytest.raises(ProviderError, match="ends before it begins"):
        system.scheduling().place(meeting(end=meeting().start))
    assert system.microsoft.log == []


@pytest.mark.parametrize("uid", ["", " ", "x" * 300])
def test_a_uid_that_cannot_be_searched_for_is_refused(system: MicrosoftSystem, uid: str) -> None:
    with pytest.raises(ProviderError, match="no UID"):
        system.scheduling().place(meeting(uid=uid))
    assert system.microsoft.log == []


def test_a_uid_may_hold_whatever_a_filter_is_made_of(system: MicrosoftSystem) -> None:
    for uid in (
        "o'neil@tallwood.example",
        "a+b&c=d@tallwood.example",
        "x') or ep/value ne ('@y.example",
        "ü%20@ö.example",
    ):
        placed = system.scheduling().place(meeting(uid=uid))
        assert placed.uid == uid
        assert system.scheduling().find(uid) == placed


def test_where_scheduling_is_not_turned_on_nothing_is_written(system: MicrosoftSystem) -> None:
    system.extra["schedule"] = False
    with pytest.raises(RefusedError):
        system.scheduling().place(meeting())
    assert writes(system) == []


def test_the_organizer_goes_by_the_address_of_the_account(system: MicrosoftSystem) -> None:
    alias = Address("mara@tallwood.example", "Mara Lindqvist")
    system.scheduling().place(meeting(organizer=alias, optional=(alias, JO, REP)))
    assert emails(there(system)) == [INES.email, JO.email]
    assert only_event(system).organizer == REP
    assert system.told() == [Told("REQUEST", 0, BOTH)]


# --- Names


def test_exchanges_own_uid_leads_to_ours(system: MicrosoftSystem) -> None:
    system.scheduling().place(meeting())
    theirs = there(system)["iCalUId"]
    own = own_uids(unhurried(system), [theirs])
    assert own == {theirs: meeting().uid}
    assert with_our_uids(f"BEGIN:VEVENT\r\nUID:{theirs}\r\n", own) == f"BEGIN:VEVENT\r\nUID:{meeting().uid}\r\n"


def test_what_was_deleted_can_be_placed_again(system: MicrosoftSystem) -> None:
    for status in (201, 409):
        system.microsoft.repeated = status
        placed = system.scheduling().place(meeting())
        assert system.scheduling().find(meeting().uid) == placed
        assert system.scheduling().place(meeting()) == placed
        event = only_event(system)
        assert (event.uid, event.remote_id) == (placed.uid, placed.remote_id)
        system.delete(meeting().uid)
        assert no_event(system)
    assert len(system.told()) == 2


def test_where_exchange_remembers_the_call_of_a_deleted_event_it_is_placed_again(system: MicrosoftSystem) -> None:
    system.microsoft.fail("events.create", 409, code="ErrorDuplicateTransactionId")
    placed = system.scheduling().place(meeting())
    bodies: list[Any] = [call.body for call in system.microsoft.calls("events.create")]
    assert len({body["transactionId"] for body in bodies}) == 2
    assert system.scheduling().find(meeting().uid) == placed


def test_an_event_that_is_not_found_yet_is_not_made_twice(
    system: MicrosoftSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A search may lag behind: then the transactionId is what keeps it one."""
    first = system.scheduling().place(meeting())
    monkeypatch.setattr(MicrosoftScheduling, "_look", lambda *_: None)
    assert system.scheduling().place(meeting()) == first
    assert len(system.microsoft.events()) == 1
    assert len(system.told()) == 1


def test_an_event_that_the_rep_moved_to_another_calendar_is_found_there(system: MicrosoftSystem) -> None:
    other = system.microsoft.add_calendar("Deals")
    system.extra["calendars"] = ("primary", "deals")
    system.scheduling().place(meeting())
    by_hand = there(system)
    system.microsoft.remove_event(by_hand["id"])
    system.microsoft.put_event(other, **by_hand)
    found = system.scheduling().find(meeting().uid)
    assert found is not None
    assert (found.calendar, found.uid) == (other, meeting().uid)
    system.scheduling().change(moved(), found)
    assert only_event(system).start == moved().start


def test_a_copy_that_the_rep_made_is_another_event(system: MicrosoftSystem) -> None:
    placed = system.scheduling().place(meeting())
    copy = {name: value for name, value in there(system).items() if name not in ("id", "iCalUId", "transactionId")}
    system.microsoft.put_event(**copy | {"createdDateTime": "2126-03-04T08:00:00Z"})
    found = system.scheduling().find(meeting().uid)
    assert found is not None
    assert found.remote_id == placed.remote_id
    caller = EventCaller()
    caller.pull(system.calendar(), WINDOW)
    assert len({one.uid for one in caller.inside(WINDOW)}) == 2


def test_a_copy_in_the_calendar_of_a_colleague_is_not_ours(system: MicrosoftSystem) -> None:
    other = system.microsoft.add_calendar("Kim's")
    system.extra["calendars"] = ("primary", other)
    system.scheduling().place(meeting())
    copy = {**there(system), "organizer": {"emailAddress": {"address": "kim@tallwood.example", "name": "Kim"}}}
    copy.pop("id")
    system.microsoft.put_event(other, **copy)
    system.delete(meeting().uid)
    assert system.scheduling().find(meeting().uid) is None


def test_where_the_default_calendar_is_not_chosen_it_goes_into_the_first(system: MicrosoftSystem) -> None:
    other = system.microsoft.add_calendar("Deals")
    system.extra["calendars"] = ("Deals",)
    placed = system.scheduling().place(meeting())
    assert placed.calendar == only_event(system).calendar == other
    changed = system.scheduling().change(moved(), placed)
    assert system.scheduling().cancel(cancelled(2), changed) is None
    assert no_event(system)


# --- Changes and answers


@pytest.mark.parametrize("partstat", [PartStat.ACCEPTED, PartStat.DECLINED, PartStat.TENTATIVE])
def test_answers_come_back(system: MicrosoftSystem, partstat: PartStat) -> None:
    system.scheduling().place(meeting())
    system.answer(meeting().uid, INES.email, partstat)
    assert only_event(system).partstat_of(frozenset({INES.email})) is partstat


def test_a_change_says_only_what_is_different(system: MicrosoftSystem) -> None:
    placed = system.scheduling().place(meeting())
    system.scheduling().change(moved(), placed)
    assert body_of(system, "events.update").keys() == {"start", "end", "singleValueExtendedProperties"}
    where = meeting("deal-7.demo.where", sequence=2, where=cleared("Room 4"), start=moved().start, end=moved().end)
    system.scheduling().change(where, seen(system))
    assert body_of(system, "events.update").keys() == {"location", "singleValueExtendedProperties"}


def seen(system: MicrosoftSystem) -> Any:
    found = system.scheduling().find(meeting().uid)
    assert found is not None
    return found


def test_who_was_added_by_hand_and_the_room_come_along_when_it_moves(system: MicrosoftSystem) -> None:
    system.scheduling().place(meeting())
    event = there(system)
    system.microsoft.change_event(event["id"], attendees=[*event["attendees"], KIM, ROOM])
    system.scheduling().change(moved(), seen(system))
    assert emails(there(system)) == [INES.email, JO.email, "kim@harbour.example", "room-4@tallwood.example"]
    assert {one["status"]["response"] for one in there(system)["attendees"]} == {"none"}
    assert [one for one in system.told() if one.method == "CANCEL"] == []


def test_who_was_added_by_hand_stays_where_others_go(system: MicrosoftSystem) -> None:
    system.scheduling().place(meeting())
    event = there(system)
    system.microsoft.change_event(event["id"], attendees=[*event["attendees"], KIM, ROOM])
    system.scheduling().change(meeting("deal-7.demo.fewer", sequence=1, optional=()), seen(system))
    assert emails(there(system)) == [INES.email, "kim@harbour.example", "room-4@tallwood.example"]
    assert [each["type"] for each in there(system)["attendees"]] == ["required", "optional", "resource"]
    assert Told("CANCEL", 2, frozenset({JO.email})) in system.told()


def test_what_people_answered_stays_where_others_are_asked_too(system: MicrosoftSystem) -> None:
    system.scheduling().place(meeting(optional=()))
    system.answer(meeting().uid, INES.email, PartStat.ACCEPTED)
    system.scheduling().change(meeting("deal-7.demo.more", sequence=1), seen(system))
    assert only_event(system).partstat_of(frozenset({INES.email})) is PartStat.ACCEPTED
    assert system.told()[-1] == Told("REQUEST", 1, frozenset({JO.email}))


def test_reminders_and_categories_of_the_reps_own_stay(system: MicrosoftSystem) -> None:
    system.scheduling().place(meeting())
    own: Json = {"categories": ["Blue"], "reminderMinutesBeforeStart": 45, "importance": "high"}
    system.microsoft.change_event(there(system)["id"], **own)
    system.scheduling().change(moved(), seen(system))
    assert {name: there(system)[name] for name in own} == own


def test_a_place_that_is_no_longer_said_goes(system: MicrosoftSystem) -> None:
    placed = system.scheduling().place(meeting())
    system.scheduling().change(meeting("deal-7.demo.where", sequence=1, where=None), placed)
    assert only_event(system).location == ""


def test_words_that_are_no_longer_said_go(system: MicrosoftSystem) -> None:
    placed = system.scheduling().place(meeting())
    new = meeting("deal-7.demo.words", sequence=1, description=cleared("We look at the counts alone."))
    changed = system.scheduling().change(new, placed)
    assert only_event(system).description == "We look at the counts alone."
    system.scheduling().change(replace(new, key="deal-7.demo.none", sequence=2, description=cleared("")), changed)
    assert only_event(system).description == ""


def test_after_our_change_a_move_by_hand_stands(system: MicrosoftSystem) -> None:
    placed = system.scheduling().place(meeting())
    system.scheduling().change(moved(), placed)
    later = {"dateTime": "2026-03-11T12:00:00", "timeZone": "UTC"}
    system.microsoft.change_event(there(system)["id"], end=later)
    with pytest.raises(EventChanged):
        system.scheduling().change(moved(), placed)


@pytest.mark.parametrize(("method", "call"), [("change", "events.update"), ("cancel", "events.cancel")])
def test_an_event_changed_in_the_very_moment_is_not_overwritten(
    system: MicrosoftSystem, method: str, call: str
) -> None:
    placed = system.scheduling().place(meeting())

    def by_hand() -> None:
        system.microsoft.change_event(there(system)["id"], subject="Bring the trial")

    system.microsoft.faults.call(call, by_hand)
    with pytest.raises(EventChanged):
        getattr(system.scheduling(), method)(moved(), placed)
    assert only_event(system).summary == "Bring the trial"
    assert len(system.told()) == 1


def test_a_hold_deleted_in_the_very_moment_is_fine(system: MicrosoftSystem) -> None:
    held = system.scheduling().place(hold())
    system.microsoft.faults.call("events.delete", lambda: system.delete(hold().uid))
    assert system.scheduling().cancel(replace(hold(), sequence=1), held) is None


def test_an_event_that_is_not_ours_to_change_says_so(system: MicrosoftSystem) -> None:
    placed = system.scheduling().place(meeting())
    system.microsoft.fail("events.update", 403, code="ErrorAccessDenied")
    with pytest.raises(ProviderError, match="ErrorAccessDenied"):
        system.scheduling().change(moved(), placed)


# --- Cancelling


def test_people_get_one_mail_with_the_note_and_nothing_stays(system: MicrosoftSystem) -> None:
    placed = system.scheduling().place(meeting())
    assert system.scheduling().cancel(cancelled(), placed) is None
    (last,) = [one for one in system.microsoft.told() if one.method == "CANCEL"]
    assert (last.comment, last.people) == (cancelled().description, BOTH)
    assert writes(system) == ["events.create", "events.cancel"]
    assert no_event(system)
    assert system.scheduling().find(meeting().uid) is None


def test_looking_is_repeated_while_microsoft_is_busy(system: MicrosoftSystem) -> None:
    system.microsoft.fail("events.list", 503, 3)
    graph = unhurried(system)
    assert MicrosoftScheduling(graph, places_of(graph, {})).find(meeting().uid) is None
