"""Pulls of Microsoft calendars: windows, links and pages, and whatever goes wrong on the way."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from assistant.domain.ports import CursorExpired
from assistant.errors import ProviderError
from tests.contracts.calendar import LATER, WEEKLY, WINDOW
from tests.contracts.caller import EventCaller
from tests.contracts.letters import calendar
from tests.contracts.online_calendar import OnlineCalendarSuite, enter, titles
from tests.edges.microsoft_calendars import DELTA, INSTANCES, MicrosoftSystem, of_the_rep
from tests.servers.fixtures import Emulators
from tests.servers.microsoft import MicrosoftPeer


@pytest.fixture
def microsoft(emulators: Emulators) -> Iterator[MicrosoftPeer]:
    with of_the_rep(emulators) as peer:
        yield peer


@pytest.fixture
def system(microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch) -> MicrosoftSystem:
    return MicrosoftSystem(microsoft, monkeypatch)


@pytest.fixture(params=["SyncStateNotFound", "resyncRequired"])
def forget(microsoft: MicrosoftPeer, request: pytest.FixtureRequest) -> Callable[[], None]:
    return lambda: microsoft.forget_delta(request.param)


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


@pytest.fixture(params=FAULTS.values(), ids=tuple(FAULTS))
def fault(microsoft: MicrosoftPeer, request: pytest.FixtureRequest) -> Callable[[], None]:
    return lambda: request.param(microsoft)


class TestMicrosoftOnline(OnlineCalendarSuite):
    pass


# --- Links and windows


def test_where_only_the_default_calendar_is_chosen_no_other_is_looked_up(system: MicrosoftSystem) -> None:
    caller = EventCaller()
    caller.pull(system.reader(), WINDOW)
    caller.pull(system.reader(), WINDOW)
    assert [call.id for call in system.microsoft.log] == [DELTA, DELTA]


def test_pages_without_anything_are_gone_through(system: MicrosoftSystem) -> None:
    system.put("weekly", calendar(WEEKLY))
    for day in range(1, 6):
        enter(system, day)
    system.microsoft.empty_pages = 2
    system.microsoft.page_size = 2
    caller = EventCaller()
    caller.pull(system.reader(), WINDOW)
    assert len(caller.inside(WINDOW)) == 10
    assert caller.pull(system.reader(), WINDOW)[-1].replaced == ()


def test_a_series_that_fills_several_pages_is_listed_once_a_round(system: MicrosoftSystem) -> None:
    system.put("daily", calendar(WEEKLY.replace("WEEKLY", "DAILY")))
    caller = EventCaller()
    caller.pull(system.reader(page=5), WINDOW)
    assert len(caller.inside(WINDOW)) == 29
    assert len(system.microsoft.calls(INSTANCES)) == 1
    caller.pull(system.reader(page=5), LATER)
    assert len(system.microsoft.calls(INSTANCES)) == 2
    assert len(caller.inside(LATER)) == 30


def test_what_is_new_outside_the_window_is_nothing(system: MicrosoftSystem) -> None:
    """Graph docs, issue 6599: it comes as removed."""
    kept = enter(system, 3)
    caller = EventCaller()
    caller.pull(system.reader(), WINDOW)
    enter(system, 3, month=11)
    batches = caller.pull(system.reader(), WINDOW)
    assert [place for batch in batches for place in batch.replaced] == []
    system.microsoft.remove_event(kept)
    batches = caller.pull(system.reader(), WINDOW)
    assert [place for batch in batches for place in batch.replaced] == [("primary", kept)]


def test_what_moves_out_of_the_window_is_gone_and_back_in_it_is_there(system: MicrosoftSystem) -> None:
    name = enter(system, 3)
    caller = EventCaller()
    caller.pull(system.reader(), WINDOW)
    there = system.microsoft.event(name)
    assert there is not None
    far = {edge: {"dateTime": f"2026-11-03T{hour}:00:00", "timeZone": "UTC"} for edge, hour in EDGES}
    system.microsoft.change_event(name, **far)
    caller.pull(system.reader(), WINDOW)
    assert titles(caller) == []
    near = {edge: {"dateTime": f"2026-03-05T{hour}:00:00", "timeZone": "UTC"} for edge, hour in EDGES}
    system.microsoft.change_event(name, **near)
    caller.pull(system.reader(), WINDOW)
    assert [found.start.day for found in caller.inside(WINDOW)] == [5]


EDGES = (("start", 10), ("end", 11))


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
    caller.pull(system.reader(), WINDOW)
    assert caller.cursor is not None
    with pytest.raises(CursorExpired):
        list(system.reader().pull(json.dumps(spoil(json.loads(caller.cursor))), WINDOW))


def test_a_link_to_another_server_is_not_followed(system: MicrosoftSystem) -> None:
    caller = EventCaller()
    caller.pull(system.reader(), WINDOW)
    assert caller.cursor is not None
    state = json.loads(caller.cursor)
    state["calendars"]["primary"]["link"] = "https://thief.example/v1.0/me/calendarView/delta?$deltatoken=x"
    with pytest.raises(ProviderError, match="“work”"):
        list(system.reader().pull(json.dumps(state), WINDOW))


# --- Several calendars


def test_a_series_in_another_calendar_is_read_there(system: MicrosoftSystem) -> None:
    team = system.microsoft.add_calendar("Team")
    system.microsoft.put_ics(calendar(WEEKLY), team, name="weekly")
    caller = EventCaller()
    caller.pull(system.reader(calendars=("Team",)), WINDOW)
    assert [found.calendar for found in caller.inside(WINDOW)] == [team] * 5


def test_a_calendar_that_is_not_there_is_named_with_those_that_are(system: MicrosoftSystem) -> None:
    system.microsoft.add_calendar("Team")
    with pytest.raises(ProviderError, match=r"“work” has no calendar “Teem”.*`calendars`.*“Calendar”, “Team”"):
        list(system.reader(calendars=("primary", "Teem")).pull(None, WINDOW))


def test_a_name_that_two_calendars_have_is_said(system: MicrosoftSystem) -> None:
    names = [system.microsoft.add_calendar("Team") for _ in range(2)]
    with pytest.raises(ProviderError, match="has 2 calendars named “Team”"):
        list(system.reader(calendars=("Team",)).pull(None, WINDOW))
    assert list(system.reader(calendars=(names[1],)).pull(None, WINDOW))


# --- Faults


def test_a_series_that_goes_while_it_is_read_leaves_nothing(system: MicrosoftSystem) -> None:
    system.put("weekly", calendar(WEEKLY))
    enter(system, 3)
    caller = EventCaller()
    system.microsoft.faults.call(INSTANCES, lambda: system.remove("weekly"))
    caller.pull(system.reader(), WINDOW)
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
    calendar = system.reader()
    at = {"dateTime": "2026-03-10T09:00:00.0000000", "timeZone": "UTC"}
    whole = {"id": "ok", "iCalUId": "ok", "type": "singleInstance", "subject": "Count", "start": at, "end": at}
    page = {"value": [whole | {"id": "bad"} | broken, whole], "@odata.deltaLink": "https://x.example/v1.0/d"}
    monkeypatch.setattr(calendar._graph, "get", lambda *_, **__: page)
    caller = EventCaller()
    batches = caller.pull(calendar, WINDOW)
    assert titles(caller) == ["Count"]
    assert [problem.where for batch in batches for problem in batch.problems] == ["primary/bad"]


def test_an_answer_that_leads_nowhere_says_so(system: MicrosoftSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    calendar = system.reader()
    monkeypatch.setattr(calendar._graph, "get", lambda *_, **__: {"value": []})
    with pytest.raises(ProviderError, match="leads nowhere"):
        list(calendar.pull(None, WINDOW))
    monkeypatch.setattr(calendar._graph, "get", lambda *_, **__: {"value": [], "@odata.nextLink": "https://x.example"})
    with pytest.raises(ProviderError, match="leads nowhere"):
        list(calendar.pull(None, WINDOW))


def test_a_refused_permission_says_so(system: MicrosoftSystem) -> None:
    system.microsoft.accounts.scopes = {"Mail.Read"}
    with pytest.raises(ProviderError, match="“work”"):
        list(system.reader().pull(None, WINDOW))


def test_a_sign_in_that_ran_out_says_so(system: MicrosoftSystem) -> None:
    system.microsoft.accounts.expire()
    with pytest.raises(ProviderError, match="“work”"):
        list(system.reader().pull(None, WINDOW))
