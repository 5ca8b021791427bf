"""Our meetings in Outlook after other hands were in them: what the rep or the people made of them stands."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from assistant.domain.ports import EventChanged
from providers.microsoft.places import places_of
from providers.microsoft.scheduling import MicrosoftScheduling
from tests.contracts.caller import EventCaller
from tests.contracts.outbox import cleared
from tests.contracts.scheduling import INES, JO, WINDOW, cancelled, hold, meeting, moved, only_event
from tests.edges.microsoft_calendars import MicrosoftSystem, of_the_rep, unhurried
from tests.servers.fixtures import Emulators
from tests.servers.microsoft import MicrosoftPeer
from tests.servers.microsoft.asked import Json

WEEKLY: Json = {
    "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"]},
    "range": {"type": "numbered", "startDate": "2026-03-10", "numberOfOccurrences": 6},
}
LONE = ({"sensitivity": "private"}, {"showAs": "free"}, {"showAs": "tentative"})


@pytest.fixture
def microsoft(emulators: Emulators) -> Iterator[MicrosoftPeer]:
    with of_the_rep(emulators) as peer:
        yield peer


@pytest.fixture
def system(microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch) -> MicrosoftSystem:
    return MicrosoftSystem(microsoft, monkeypatch)


def there(system: MicrosoftSystem) -> Json:
    return system.there(meeting().uid)


def seen(system: MicrosoftSystem) -> Any:
    found = system.scheduling().find(meeting().uid)
    assert found is not None
    return found


def guest(email: str, name: str = "") -> Json:
    return {"emailAddress": {"address": email, "name": name or email}, "type": "required"}


# --- A hold that the rep made a meeting of


def test_a_hold_to_which_the_rep_invited_people_is_theirs(system: MicrosoftSystem) -> None:
    """A hold is moved and released without a look: nobody may hear of that."""
    system.scheduling().place(hold())
    system.microsoft.change_event(there(system)["id"], attendees=[guest("ines@harbour.example")])
    later = replace(hold(), key="deal-7.demo.hold-2", sequence=1, start=moved().start, end=moved().end)
    with pytest.raises(EventChanged):
        system.scheduling().change(later, seen(system))
    with pytest.raises(EventChanged):
        system.scheduling().cancel(replace(hold(), sequence=1, description=cleared("")), seen(system))
    assert system.microsoft.told() == []
    assert only_event(system).start == hold().start


def test_a_room_for_a_hold_is_no_guest(system: MicrosoftSystem) -> None:
    system.scheduling().place(hold())
    room = guest("room-4@tallwood.example") | {"type": "resource"}
    system.microsoft.change_event(there(system)["id"], attendees=[room])
    assert system.scheduling().cancel(replace(hold(), sequence=1), seen(system)) is None
    assert [call.id for call in system.microsoft.log][-1] in ("events.delete", "events.cancel")


# --- A meeting that the rep made a series of


def test_a_meeting_that_the_rep_repeats_is_still_ours(system: MicrosoftSystem) -> None:
    """Else it would count as taken out, and people would be invited a second time."""
    placed = system.scheduling().place(meeting())
    system.microsoft.change_event(placed.remote_id, recurrence=WEEKLY)
    assert seen(system).remote_id == placed.remote_id
    caller = EventCaller()
    caller.pull(system.calendar(), WINDOW)
    assert [(one.uid, one.sequence) for one in caller.inside(WINDOW)] == [(meeting().uid, 0)] * 6
    assert len({one.recurrence_id for one in caller.inside(WINDOW)}) == 6
    assert system.scheduling().place(meeting()) == seen(system)
    assert len(system.told()) == 1


def test_a_series_of_theirs_is_not_moved_as_a_whole(system: MicrosoftSystem) -> None:
    placed = system.scheduling().place(meeting())
    system.microsoft.change_event(placed.remote_id, recurrence=WEEKLY)
    with pytest.raises(EventChanged):
        system.scheduling().change(moved(), seen(system))
    assert len(system.told()) == 1
    assert system.scheduling().cancel(cancelled(), seen(system)) is None
    assert system.told()[-1].method == "CANCEL"


# --- What the rep set by hand


@pytest.mark.parametrize("own", LONE, ids=str)
def test_how_the_rep_shows_a_meeting_stays_when_it_moves(system: MicrosoftSystem, own: Json) -> None:
    system.scheduling().place(meeting())
    system.microsoft.change_event(there(system)["id"], **own)
    system.scheduling().change(moved(), seen(system))
    assert {name: there(system)[name] for name in own} == own


def test_a_way_in_that_the_rep_took_out_does_not_come_back(system: MicrosoftSystem) -> None:
    system.extra["online_meetings"] = True
    system.scheduling().place(meeting())
    without: Json = {"isOnlineMeeting": False, "onlineMeeting": None, "onlineMeetingProvider": "unknown"}
    system.microsoft.change_event(there(system)["id"], **without)
    system.scheduling().change(moved(), seen(system))
    assert there(system)["isOnlineMeeting"] is False


def test_who_is_listed_by_another_address_of_theirs_is_asked_once(system: MicrosoftSystem) -> None:
    """Exchange lists colleagues by their first address, whichever they were invited by."""
    guests = (INES, replace(JO, email="jo@tallwood.example", name="Jo Park"))
    placed = system.scheduling().place(meeting(required=guests, optional=()))
    system.microsoft.change_event(
        placed.remote_id,
        attendees=[guest(INES.email, str(INES.name)), guest("jo.park@tallwood.example", "Jo Park")],
    )
    again = replace(moved(), required=guests, optional=())
    system.scheduling().change(again, seen(system))
    listed = [one["emailAddress"]["address"] for one in there(system)["attendees"]]
    assert listed == [INES.email, "jo.park@tallwood.example"]
    assert all("jo@tallwood.example" not in one.people for one in system.told()[1:])


# --- What was made and isn't found yet


@pytest.mark.parametrize("blind", [1, 3, 4])
def test_an_event_that_is_not_found_yet_is_not_made_twice(
    system: MicrosoftSystem, monkeypatch: pytest.MonkeyPatch, blind: int
) -> None:
    """Its answer was lost, its properties can't be searched for yet, and its transactionId is known already."""
    system.microsoft.repeated = 409
    system.microsoft.fail("events.create", 503, after=True)
    graph = unhurried(system)
    scheduling = MicrosoftScheduling(graph, places_of(graph, {}))
    looks, listed = iter(range(blind)), scheduling._listed
    monkeypatch.setattr(scheduling, "_listed", lambda *how: [] if next(looks, None) is not None else listed(*how))
    placed = scheduling.place(meeting())
    assert [one["id"] for one in system.microsoft.events()] == [placed.remote_id]
    assert placed.uid == meeting().uid
    assert len(system.told()) == 1


def test_an_event_of_the_same_name_that_was_deleted_is_made_anew(system: MicrosoftSystem) -> None:
    system.microsoft.repeated = 409
    system.scheduling().place(meeting())
    system.delete(meeting().uid)
    system.scheduling().place(meeting())
    assert len(system.microsoft.events()) == 1
