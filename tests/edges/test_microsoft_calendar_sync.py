"""Pulls of Microsoft calendars: windows, links and pages, and whatever goes wrong on the way."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assistant.domain.ports import CursorExpired
from assistant.errors import ProviderError
from providers.microsoft.calendar import MicrosoftCalendar
from providers.microsoft.places import places_of
from tests.contracts.calendar import LATER, WEEKLY, WINDOW
from tests.contracts.caller import EventCaller
from tests.contracts.letters import calendar
from tests.edges.microsoft_calendars import MicrosoftSystem, of_the_rep, unhurried
from tests.edges.systems import BERLIN
from tests.servers.fixtures import Emulators
from tests.servers.microsoft import MicrosoftPeer

DELTA = "calendarView.delta"
INSTANCES = "events.instances"


@pytest.fixture
def microsoft(emulators: Emulators) -> Iterator[MicrosoftPeer]:
    with of_the_rep(emulators) as peer:
        yield peer


@pytest.fixture
def system(microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch) -> MicrosoftSystem:
    return MicrosoftSystem(microsoft, monkeypatch)


def reader(system: MicrosoftSystem, *, page: int = 100, **settings: Any) -> MicrosoftCalendar:
    graph = unhurried(system, **settings)
    return MicrosoftCalendar(graph, places_of(graph, settings), BERLIN, page=page)


def put(microsoft: MicrosoftPeer, day: int, title: str = "", calendar: str = "primary", month: int = 3) -> str:
    start = datetime(2026, month, day, 9, tzinfo=UTC)
    edges = {
        edge: {"dateTime": at.strftime("%Y-%m-%dT%H:%M:%S"), "timeZone": "UTC"}
        for edge, at in (("start", start), ("end", start + timedelta(hours=1)))
    }
    return str(microsoft.put_event(calendar, **edges, subject=title or f"on {day}")["id"])


def titles(caller: EventCaller, window: tuple[datetime, datetime] = WINDOW) -> list[str]:
    return [found.summary for found in caller.inside(window)]


# --- Links and windows


def test_a_pull_with_nothing_new_is_one_call_a_calendar(system: MicrosoftSystem) -> None:
    team = system.microsoft.add_calendar("Team")
    system.put("weekly", calendar(WEEKLY))
    caller = EventCaller()
    caller.pull(reader(system, calendars=("primary", team)), WINDOW)
    system.microsoft.log.clear()
    batches = caller.pull(reader(system, calendars=("primary", team)), WINDOW)
    assert [call.id for call in system.microsoft.log if call.id != "calendars.list"] == [DELTA, DELTA]
    assert not any(batch.replaced for batch in batches)


def test_where_only_the_default_calendar_is_chosen_no_other_is_looked_up(system: MicrosoftSystem) -> None:
    caller = EventCaller()
    caller.pull(reader(system), WINDOW)
    caller.pull(reader(system), WINDOW)
    assert [call.id for call in system.microsoft.log] == [DELTA, DELTA]


def test_the_window_rolls_weeks_after_it_was_listed_and_not_daily(system: MicrosoftSystem) -> None:
    caller = EventCaller()
    for days in range(0, 60, 5):
        shift = timedelta(days=days)
        caller.pull(reader(system), (WINDOW[0] + shift, WINDOW[1] + shift))
    assert len([call for call in system.microsoft.calls(DELTA) if "startDateTime" in call.query]) <= 3


def test_what_was_deleted_meanwhile_is_gone_when_the_window_rolls(system: MicrosoftSystem) -> None:
    system.put("weekly", calendar(WEEKLY))
    gone = put(system.microsoft, 10)
    caller = EventCaller()
    caller.pull(reader(system), WINDOW)
    system.microsoft.remove_event(gone)
    system.remove("weekly")
    caller.pull(reader(system), LATER)
    assert titles(caller, (WINDOW[0], LATER[1])) == []


def test_a_roll_that_breaks_off_is_taken_up_again(system: MicrosoftSystem) -> None:
    for day in range(1, 8):
        put(system.microsoft, day, month=6)
        put(system.microsoft, day, f"march {day}")
    caller = EventCaller()
    caller.pull(reader(system, page=3), WINDOW)
    for number, batch in enumerate(reader(system, page=3).pull(caller.cursor, LATER)):
        caller.take(batch)
        if number == 2:
            break
    deleted = next(one["id"] for one in system.microsoft.events() if one["subject"] == "march 5")
    system.microsoft.remove_event(deleted)
    caller.pull(reader(system, page=3), LATER)
    assert titles(caller, LATER) == [f"on {day}" for day in range(1, 8)]


def test_after_a_break_only_the_pages_that_are_missing_are_asked_for(system: MicrosoftSystem) -> None:
    for day in range(1, 10):
        put(system.microsoft, day)
    caller = EventCaller()
    for number, batch in enumerate(reader(system, page=2).pull(None, WINDOW)):
        caller.take(batch)
        assert len(batch.events) <= 2
        if number == 1:
            break
    system.microsoft.log.clear()
    caller.pull(reader(system, page=2), WINDOW)
    assert titles(caller) == [f"on {day}" for day in range(1, 10)]
    assert len(system.microsoft.calls(DELTA)) == 3


def test_pages_without_anything_are_gone_through(system: MicrosoftSystem) -> None:
    system.put("weekly", calendar(WEEKLY))
    for day in range(1, 6):
        put(system.microsoft, day)
    system.microsoft.empty_pages = 2
    system.microsoft.page_size = 2
    caller = EventCaller()
    caller.pull(reader(system), WINDOW)
    assert len(caller.inside(WINDOW)) == 10
    assert caller.pull(reader(system), WINDOW)[-1].replaced == ()


def test_a_series_that_fills_several_pages_is_listed_once_a_round(system: MicrosoftSystem) -> None:
    system.put("daily", calendar(WEEKLY.replace("WEEKLY", "DAILY")))
    caller = EventCaller()
    caller.pull(reader(system, page=5), WINDOW)
    assert len(caller.inside(WINDOW)) == 29
    assert len(system.microsoft.calls(INSTANCES)) == 1
    caller.pull(reader(system, page=5), LATER)
    assert len(system.microsoft.calls(INSTANCES)) == 2
    assert len(caller.inside(LATER)) == 30


def test_what_is_new_outside_the_window_is_nothing(system: MicrosoftSystem) -> None:
    """Graph docs, issue 6599: it comes as removed."""
    kept = put(system.microsoft, 3)
    caller = EventCaller()
    caller.pull(reader(system), WINDOW)
    put(system.microsoft, 3, month=11)
    batches = caller.pull(reader(system), WINDOW)
    assert [place for batch in batches for place in batch.replaced] == []
    system.microsoft.remove_event(kept)
    batches = caller.pull(reader(system), WINDOW)
    assert [place for batch in batches for place in batch.replaced] == [("primary", kept)]


def test_what_moves_out_of_the_window_is_gone_and_back_in_it_is_there(system: MicrosoftSystem) -> None:
    name = put(system.microsoft, 3)
    caller = EventCaller()
    caller.pull(reader(system), WINDOW)
    there = system.microsoft.event(name)
    assert there is not None
    far = {edge: {"dateTime": f"2026-11-03T{hour}:00:00", "timeZone": "UTC"} for edge, hour in EDGES}
    system.microsoft.change_event(name, **far)
    caller.pull(reader(system), WINDOW)
    assert titles(caller) == []
    near = {edge: {"dateTime": f"2026-03-05T{hour}:00:00", "timeZone": "UTC"} for edge, hour in EDGES}
    system.microsoft.change_event(name, **near)
    caller.pull(reader(system), WINDOW)
    assert [found.start.day for found in caller.inside(WINDOW)] == [5]


EDGES = (("start", 10), ("end", 11))


@pytest.mark.parametrize("code", ["SyncStateNotFound", "resyncRequired"])
def test_a_link_that_microsoft_forgot_expires_the_cursor(system: MicrosoftSystem, code: str) -> None:
    put(system.microsoft, 3)
    caller = EventCaller()
    caller.pull(reader(system), WINDOW)
    system.microsoft.forget_delta(code)
    with pytest.raises(CursorExpired):
        caller.pull(reader(system), WINDOW)
    caller.cursor = None
    caller.pull(reader(system), WINDOW)
    assert titles(caller) == ["on 3"]


def test_a_page_that_microsoft_forgot_expires_the_cursor(system: MicrosoftSystem) -> None:
    for day in (3, 4, 5):
        put(system.microsoft, day)
    cursor = next(iter(reader(system, page=1).pull(None, WINDOW))).cursor
    system.microsoft.forget_delta()
    with pytest.raises(CursorExpired):
        list(reader(system, page=1).pull(cursor, WINDOW))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda state: state | {"calendars": []},
        lambda state: state | {"calendars": {"primary": {}}},
        lambda state: state | {"version": 0},
        lambda state: {},
        lambda state: [],
        lambda state: state | {"calendars": {"primary": state["calendars"]["primary"] | {"reach": ["soon", "later"]}}},
    ],
)
def test_a_cursor_that_is_not_whole_expires(system: MicrosoftSystem, spoil: Callable[[Any], Any]) -> None:
    caller = EventCaller()
    caller.pull(reader(system), WINDOW)
    assert caller.cursor is not None
    with pytest.raises(CursorExpired):
        list(reader(system).pull(json.dumps(spoil(json.loads(caller.cursor))), WINDOW))


def test_a_link_to_another_server_is_not_followed(system: MicrosoftSystem) -> None:
    caller = EventCaller()
    caller.pull(reader(system), WINDOW)
    assert caller.cursor is not None
    state = json.loads(caller.cursor)
    state["calendars"]["primary"]["link"] = "https://thief.example/v1.0/me/calendarView/delta?$deltatoken=x"
    with pytest.raises(ProviderError, match="“work”"):
        list(reader(system).pull(json.dumps(state), WINDOW))


# --- Several calendars


def test_all_chosen_calendars_are_read_and_each_event_says_which(system: MicrosoftSystem) -> None:
    team = system.microsoft.add_calendar("Team")
    put(system.microsoft, 3)
    put(system.microsoft, 4, calendar=team)
    caller = EventCaller()
    caller.pull(reader(system, calendars=("Calendar", "team", team, "primary")), WINDOW)
    assert [found.calendar for found in caller.inside(WINDOW)] == ["primary", team]


def test_a_series_in_another_calendar_is_read_there(system: MicrosoftSystem) -> None:
    team = system.microsoft.add_calendar("Team")
    system.microsoft.put_ics(calendar(WEEKLY), team, name="weekly")
    caller = EventCaller()
    caller.pull(reader(system, calendars=("Team",)), WINDOW)
    assert [found.calendar for found in caller.inside(WINDOW)] == [team] * 5


def test_a_calendar_that_is_chosen_later_is_read_alone(system: MicrosoftSystem) -> None:
    team = system.microsoft.add_calendar("Team")
    put(system.microsoft, 3)
    put(system.microsoft, 4, calendar=team)
    caller = EventCaller()
    caller.pull(reader(system), WINDOW)
    batches = caller.pull(reader(system, calendars=("primary", "Team")), WINDOW)
    assert [found.summary for batch in batches for found in batch.events] == ["on 4"]


def test_where_a_calendar_is_no_longer_chosen_everything_is_pulled_anew(system: MicrosoftSystem) -> None:
    system.microsoft.add_calendar("Team")
    caller = EventCaller()
    caller.pull(reader(system, calendars=("primary", "Team")), WINDOW)
    with pytest.raises(CursorExpired):
        caller.pull(reader(system), WINDOW)


def test_a_cursor_of_another_owner_expires(system: MicrosoftSystem) -> None:
    caller = EventCaller()
    caller.pull(reader(system), WINDOW)
    with pytest.raises(CursorExpired):
        caller.pull(reader(system, email="somebody@tallwood.example"), WINDOW)


def test_a_calendar_that_is_not_there_is_named_with_those_that_are(system: MicrosoftSystem) -> None:
    system.microsoft.add_calendar("Team")
    with pytest.raises(ProviderError, match=r"“work” has no calendar “Teem”.*`calendars`.*“Calendar”, “Team”"):
        list(reader(system, calendars=("primary", "Teem")).pull(None, WINDOW))


def test_a_name_that_two_calendars_have_is_said(system: MicrosoftSystem) -> None:
    names = [system.microsoft.add_calendar("Team") for _ in range(2)]
    with pytest.raises(ProviderError, match="has 2 calendars named “Team”"):
        list(reader(system, calendars=("Team",)).pull(None, WINDOW))
    assert list(reader(system, calendars=(names[1],)).pull(None, WINDOW))


# --- Faults


FAULTS: dict[str, Callable[[MicrosoftPeer], None]] = {
    "429": lambda microsoft: microsoft.fail(DELTA, 429, 2, {"Retry-After": "1"}),
    "500": lambda microsoft: microsoft.fail(DELTA, 500, skip=1),
    "503": lambda microsoft: microsoft.fail(DELTA, 503, 3),
    "reset": lambda microsoft: microsoft.faults.reset(DELTA, skip=1),
    "lost answer": lambda microsoft: microsoft.faults.reset(DELTA, after=True),
    "twice": lambda microsoft: microsoft.faults.twice(DELTA, times=9),
    "busy at a series": lambda microsoft: microsoft.fail(INSTANCES, 429, 2),
    "lost at a batch": lambda microsoft: microsoft.faults.reset("batch", after=True),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_whatever_goes_wrong_nothing_is_lost_and_nothing_doubled(
    system: MicrosoftSystem, fault: Callable[[MicrosoftPeer], None]
) -> None:
    system.put("weekly", calendar(WEEKLY))
    ids = [put(system.microsoft, day) for day in range(1, 6)]
    caller = EventCaller()
    fault(system.microsoft)
    caller.pull(reader(system, page=3), WINDOW)
    assert len(caller.inside(WINDOW)) == 10
    system.microsoft.remove_event(ids[0])
    system.microsoft.change_event(ids[1], subject="moved")
    fault(system.microsoft)
    caller.pull(reader(system, page=3), WINDOW)
    assert len(caller.inside(WINDOW)) == 9
    assert "moved" in titles(caller)


def test_a_fault_that_stays_names_the_account_and_keeps_the_cursor_good(system: MicrosoftSystem) -> None:
    put(system.microsoft, 3)
    caller = EventCaller()
    caller.pull(reader(system), WINDOW)
    put(system.microsoft, 4)
    system.microsoft.fail(DELTA, 503, 6)
    with pytest.raises(ProviderError, match="“work”"):
        caller.pull(reader(system), WINDOW)
    caller.pull(reader(system), WINDOW)
    assert titles(caller) == ["on 3", "on 4"]


def test_a_series_that_cannot_be_looked_at_stops_the_pull_instead_of_losing_it(system: MicrosoftSystem) -> None:
    system.put("weekly", calendar(WEEKLY))
    caller = EventCaller()
    system.microsoft.fail(INSTANCES, 503, 6)
    with pytest.raises(ProviderError, match="“work”"):
        caller.pull(reader(system), WINDOW)
    caller.pull(reader(system), WINDOW)
    assert len(caller.inside(WINDOW)) == 5


def test_a_series_that_goes_while_it_is_read_leaves_nothing(system: MicrosoftSystem) -> None:
    system.put("weekly", calendar(WEEKLY))
    put(system.microsoft, 3)
    caller = EventCaller()
    system.microsoft.faults.call(INSTANCES, lambda: system.remove("weekly"))
    caller.pull(reader(system), WINDOW)
    assert titles(caller) == ["on 3"]


@pytest.mark.parametrize(
    "broken",
    [
        {"end": None},
        {"start": {"dateTime": "0001-01-01T00:00:00", "timeZone": "AUS Eastern Standard Time"}},
        {"start": {"dateTime": "soon", "timeZone": "UTC"}},
        {"start": {"date": "2026-03-10"}},
        {"attendees": [None]},
        {"iCalUId": 7},
    ],
    ids=["no end", "the year 1", "no date", "another's", "nobody", "no uid"],
)
def test_an_event_that_is_broken_is_a_problem_and_the_others_come(
    system: MicrosoftSystem, monkeypatch: pytest.MonkeyPatch, broken: dict[str, Any]
) -> None:
    calendar = reader(system)
    at = {"dateTime": "2026-03-10T09:00:00.0000000", "timeZone": "UTC"}
    whole = {"id": "ok", "iCalUId": "ok", "type": "singleInstance", "subject": "Count", "start": at, "end": at}
    page = {"value": [whole | {"id": "bad"} | broken, whole], "@odata.deltaLink": "https://x.example/v1.0/d"}
    monkeypatch.setattr(calendar._graph, "get", lambda *_, **__: page)
    caller = EventCaller()
    batches = caller.pull(calendar, WINDOW)
    assert titles(caller) == ["Count"]
    assert [problem.where for batch in batches for problem in batch.problems] == ["primary/bad"]


def test_an_answer_that_leads_nowhere_says_so(system: MicrosoftSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    calendar = reader(system)
    monkeypatch.setattr(calendar._graph, "get", lambda *_, **__: {"value": []})
    with pytest.raises(ProviderError, match="leads nowhere"):
        list(calendar.pull(None, WINDOW))
    monkeypatch.setattr(calendar._graph, "get", lambda *_, **__: {"value": [], "@odata.nextLink": "https://x.example"})
    with pytest.raises(ProviderError, match="leads nowhere"):
        list(calendar.pull(None, WINDOW))


def test_a_refused_permission_says_so(system: MicrosoftSystem) -> None:
    system.microsoft.accounts.scopes = {"Mail.Read"}
    with pytest.raises(ProviderError, match="“work”"):
        list(reader(system).pull(None, WINDOW))


def test_a_sign_in_that_ran_out_says_so(system: MicrosoftSystem) -> None:
    system.microsoft.accounts.expire()
    with pytest.raises(ProviderError, match="“work”"):
        list(reader(system).pull(None, WINDOW))
