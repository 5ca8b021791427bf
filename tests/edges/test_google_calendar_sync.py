"""Pulls of Google calendars: windows, tokens and pages, and whatever goes wrong on the way."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assistant.domain.ports import CursorExpired
from assistant.errors import ProviderError
from providers.google.calendar import GoogleCalendar, calendars_of
from tests.contracts.calendar import LATER, WEEKLY, WINDOW
from tests.contracts.caller import EventCaller
from tests.contracts.letters import calendar, event
from tests.edges.google_calendars import GoogleSystem, of_the_rep, unhurried
from tests.edges.systems import BERLIN
from tests.servers.fixtures import Emulators
from tests.servers.google import GooglePeer

LIST = "calendar.events.list"
TEAM = "team@group.calendar.google.com"


@pytest.fixture
def google(emulators: Emulators) -> Iterator[GooglePeer]:
    with of_the_rep(emulators) as peer:
        yield peer


@pytest.fixture
def system(google: GooglePeer, monkeypatch: pytest.MonkeyPatch) -> GoogleSystem:
    return GoogleSystem(google, monkeypatch)


def reader(system: GoogleSystem, *, page: int = 2_500, **settings: Any) -> GoogleCalendar:
    api = unhurried(system, **settings)
    return GoogleCalendar(api, calendars_of(api, settings), BERLIN, page=page)


def put(google: GooglePeer, day: int, title: str = "", calendar: str = "primary", month: int = 3) -> str:
    start = datetime(2026, month, day, 9, tzinfo=UTC)
    times = {"start": {"dateTime": start.isoformat()}, "end": {"dateTime": (start + timedelta(hours=1)).isoformat()}}
    return str(google.put_event({**times, "summary": title or f"on {day}"}, calendar)["id"])


def titles(caller: EventCaller, window: tuple[datetime, datetime] = WINDOW) -> list[str]:
    return [found.summary for found in caller.inside(window)]


# --- Tokens and windows


def test_a_pull_with_nothing_new_is_one_call_a_calendar(system: GoogleSystem) -> None:
    system.google.add_calendar(TEAM)
    caller = EventCaller()
    caller.pull(reader(system, calendars=("primary", TEAM)), WINDOW)
    system.google.log.clear()
    caller.pull(reader(system, calendars=("primary", TEAM)), WINDOW)
    assert [call.id for call in system.google.log] == [LIST, LIST]


def test_with_a_token_nothing_is_asked_that_google_refuses_beside_it(system: GoogleSystem) -> None:
    caller = EventCaller()
    for day in (3, 4, 5):
        put(system.google, day)
        put(system.google, day)
        caller.pull(reader(system, page=1), WINDOW)
    later = [call.query for call in system.google.calls(LIST) if "syncToken" in call.query]
    assert later
    for query in later:
        assert query.keys() <= {"syncToken", "pageToken", "singleEvents", "maxResults", "fields", "alt"}


def test_the_window_rolls_weeks_after_it_was_listed_and_not_daily(system: GoogleSystem) -> None:
    caller = EventCaller()
    for days in range(0, 60, 5):
        shift = timedelta(days=days)
        caller.pull(reader(system), (WINDOW[0] + shift, WINDOW[1] + shift))
    assert len([call for call in system.google.calls(LIST) if "timeMin" in call.query]) <= 3


def test_what_was_deleted_meanwhile_is_gone_when_the_window_rolls(system: GoogleSystem) -> None:
    system.put("weekly", calendar(WEEKLY))
    gone = put(system.google, 10)
    caller = EventCaller()
    caller.pull(reader(system), WINDOW)
    system.google.remove_event(gone)
    system.remove("weekly")
    caller.pull(reader(system), LATER)
    assert titles(caller, (WINDOW[0], LATER[1])) == []


def test_a_roll_that_breaks_off_is_taken_up_again(system: GoogleSystem) -> None:
    for day in range(1, 8):
        put(system.google, day, month=6)
        put(system.google, day, f"march {day}")
    caller = EventCaller()
    caller.pull(reader(system, page=3), WINDOW)
    for number, batch in enumerate(reader(system, page=3).pull(caller.cursor, LATER)):
        caller.take(batch)
        if number == 2:
            break
    deleted = next(one["id"] for one in system.google.events() if one["summary"] == "march 5")
    system.google.remove_event(deleted)
    caller.pull(reader(system, page=3), LATER)
    assert titles(caller, LATER) == [f"on {day}" for day in range(1, 8)]


def test_after_a_break_only_the_pages_that_are_missing_are_asked_for(system: GoogleSystem) -> None:
    for day in range(1, 10):
        put(system.google, day)
    caller = EventCaller()
    for number, batch in enumerate(reader(system, page=2).pull(None, WINDOW)):
        caller.take(batch)
        assert len(batch.events) <= 2
        if number == 1:
            break
    system.google.log.clear()
    caller.pull(reader(system, page=2), WINDOW)
    assert titles(caller) == [f"on {day}" for day in range(1, 10)]
    assert len(system.google.calls(LIST)) == 3


def test_a_token_that_google_forgot_expires_the_cursor(system: GoogleSystem) -> None:
    put(system.google, 3)
    caller = EventCaller()
    caller.pull(reader(system), WINDOW)
    system.google.forget_sync_tokens()
    with pytest.raises(CursorExpired):
        caller.pull(reader(system), WINDOW)
    caller.cursor = None
    caller.pull(reader(system), WINDOW)
    assert titles(caller) == ["on 3"]


def test_a_page_that_google_forgot_expires_the_cursor(system: GoogleSystem) -> None:
    for day in (3, 4, 5):
        put(system.google, day)
    cursor = next(iter(reader(system, page=1).pull(None, WINDOW))).cursor
    system.google.forget_sync_tokens()
    with pytest.raises(CursorExpired):
        list(reader(system, page=1).pull(cursor, WINDOW))


# --- Several calendars


def test_all_chosen_calendars_are_read_and_each_event_says_which(system: GoogleSystem) -> None:
    system.google.add_calendar(TEAM)
    put(system.google, 3)
    put(system.google, 4, calendar=TEAM)
    caller = EventCaller()
    caller.pull(reader(system, calendars=(system.google.email, TEAM, "primary")), WINDOW)
    assert [found.calendar for found in caller.inside(WINDOW)] == ["primary", TEAM]


def test_a_calendar_that_is_chosen_later_is_read_alone(system: GoogleSystem) -> None:
    system.google.add_calendar(TEAM)
    put(system.google, 3)
    put(system.google, 4, calendar=TEAM)
    caller = EventCaller()
    caller.pull(reader(system), WINDOW)
    batches = caller.pull(reader(system, calendars=("primary", TEAM)), WINDOW)
    assert [found.summary for batch in batches for found in batch.events] == ["on 4"]


def test_where_a_calendar_is_no_longer_chosen_everything_is_pulled_anew(system: GoogleSystem) -> None:
    system.google.add_calendar(TEAM)
    caller = EventCaller()
    caller.pull(reader(system, calendars=("primary", TEAM)), WINDOW)
    with pytest.raises(CursorExpired):
        caller.pull(reader(system), WINDOW)


def test_a_cursor_of_another_owner_expires(system: GoogleSystem) -> None:
    caller = EventCaller()
    caller.pull(reader(system), WINDOW)
    with pytest.raises(CursorExpired):
        caller.pull(reader(system, email="somebody@tallwood.example"), WINDOW)


def test_a_calendar_that_is_not_there_is_named(system: GoogleSystem) -> None:
    with pytest.raises(ProviderError, match=rf"“work” has no calendar “{TEAM}”.*`calendars`"):
        list(reader(system, calendars=("primary", TEAM)).pull(None, WINDOW))


# --- Faults


FAULTS: dict[str, Callable[[GooglePeer], None]] = {
    "429": lambda google: google.faults.add(LIST, status=429, times=2, retry_after="1"),
    "403": lambda google: google.faults.add(LIST, status=403, reason="userRateLimitExceeded"),
    "500": lambda google: google.faults.add(LIST, status=500, reason="backendError", skip=1),
    "503": lambda google: google.faults.add(LIST, status=503, reason="backendError", times=3),
    "reset": lambda google: google.faults.reset(LIST, skip=1),
    "lost answer": lambda google: google.faults.reset(LIST, after=True),
    "expired token": lambda google: google.accounts.expire(),
    "twice": lambda google: google.faults.twice(LIST, times=9),
    "busy at a series": lambda google: google.faults.add("calendar.events.get", status=429, times=2),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_whatever_goes_wrong_nothing_is_lost_and_nothing_doubled(
    system: GoogleSystem, fault: Callable[[GooglePeer], None]
) -> None:
    off = event("weekly@contract.example", ":20260310T090000Z", "RECURRENCE-ID:20260310T090000Z", "STATUS:CANCELLED")
    system.put("weekly", calendar(WEEKLY, off))
    ids = [put(system.google, day) for day in range(1, 6)]
    caller = EventCaller()
    fault(system.google)
    caller.pull(reader(system, page=3), WINDOW)
    assert len(caller.inside(WINDOW)) == 10
    system.google.remove_event(ids[0])
    system.google.change_event(ids[1], summary="moved")
    fault(system.google)
    caller.pull(reader(system, page=3), WINDOW)
    assert len(caller.inside(WINDOW)) == 9
    assert "moved" in titles(caller)


def test_a_fault_that_stays_names_the_account_and_keeps_the_cursor_good(system: GoogleSystem) -> None:
    put(system.google, 3)
    caller = EventCaller()
    caller.pull(reader(system), WINDOW)
    put(system.google, 4)
    system.google.faults.add(LIST, status=503, reason="backendError", times=6)
    with pytest.raises(ProviderError, match="“work”"):
        caller.pull(reader(system), WINDOW)
    caller.pull(reader(system), WINDOW)
    assert titles(caller) == ["on 3", "on 4"]


def test_a_series_that_cannot_be_looked_at_stops_the_pull_instead_of_losing_it(system: GoogleSystem) -> None:
    off = event("weekly@contract.example", ":20260310T090000Z", "RECURRENCE-ID:20260310T090000Z", "STATUS:CANCELLED")
    system.put("weekly", calendar(WEEKLY, off))
    caller = EventCaller()
    system.google.faults.add("calendar.events.get", status=503, reason="backendError", times=6)
    with pytest.raises(ProviderError, match="“work”"):
        caller.pull(reader(system), WINDOW)
    caller.pull(reader(system), WINDOW)
    assert len(caller.inside(WINDOW)) == 5


@pytest.mark.parametrize(
    "times",
    [
        {"start": {"dateTime": "2026-03-01T09:00:00+01:00"}},
        {"start": {"dateTime": "0001-01-01T00:00:00+14:00"}, "end": {"dateTime": "0001-01-01T01:00:00+14:00"}},
        {"start": {"date": "soon"}, "end": {"date": "later"}},
        {"iCalUID": None},
    ],
    ids=["no end", "the year 1", "no dates", "nothing"],
)
def test_an_instance_of_a_broken_series_is_a_problem_and_the_others_come(
    system: GoogleSystem, monkeypatch: pytest.MonkeyPatch, times: dict[str, Any]
) -> None:
    calendar = reader(system)
    at = {"dateTime": "2026-03-10T09:00:00+01:00"}
    off = {"id": "m_20260310T080000Z", "status": "cancelled", "recurringEventId": "m", "originalStartTime": at}
    whole = {"id": "ok", "iCalUID": "ok", "summary": "Count", "start": at, "end": at}
    answer = {"items": [off, whole], "nextSyncToken": "x"}
    monkeypatch.setattr(calendar._google, "run", lambda request: answer)
    monkeypatch.setattr(calendar._google, "batch", lambda asked: [(name, {"id": name, **times}) for name, *_ in asked])
    caller = EventCaller()
    batches = caller.pull(calendar, WINDOW)
    assert titles(caller) == ["Count"]
    assert [problem.where for batch in batches for problem in batch.problems] == ["primary/m_20260310T080000Z"]


def test_a_refused_sign_in_says_so(system: GoogleSystem) -> None:
    system.google.accounts.scopes = {"https://www.googleapis.com/auth/gmail.readonly"}
    with pytest.raises(ProviderError, match=r"hasn't allowed what calendar\.events\.list needs"):
        list(reader(system).pull(None, WINDOW))
