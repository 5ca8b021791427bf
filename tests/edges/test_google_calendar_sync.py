"""Pulls of Google calendars: windows, tokens and pages, and whatever goes wrong on the way."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from assistant.errors import ProviderError
from tests.contracts.calendar import WINDOW
from tests.contracts.caller import EventCaller
from tests.contracts.online_calendar import OnlineCalendarSuite, enter, titles
from tests.edges.google_calendars import LIST, TEAM, GoogleSystem, of_the_rep
from tests.servers.fixtures import Emulators
from tests.servers.google import GooglePeer


@pytest.fixture
def google(emulators: Emulators) -> Iterator[GooglePeer]:
    with of_the_rep(emulators) as peer:
        yield peer


@pytest.fixture
def system(google: GooglePeer, monkeypatch: pytest.MonkeyPatch) -> GoogleSystem:
    return GoogleSystem(google, monkeypatch)


@pytest.fixture
def forget(google: GooglePeer) -> Callable[[], None]:
    return google.forget_sync_tokens


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


@pytest.fixture(params=FAULTS.values(), ids=tuple(FAULTS))
def fault(google: GooglePeer, request: pytest.FixtureRequest) -> Callable[[], None]:
    return lambda: request.param(google)


class TestGoogleOnline(OnlineCalendarSuite):
    pass


# --- Tokens and windows


def test_with_a_token_nothing_is_asked_that_google_refuses_beside_it(system: GoogleSystem) -> None:
    caller = EventCaller()
    for day in (3, 4, 5):
        enter(system, day)
        enter(system, day)
        caller.pull(system.reader(page=1), WINDOW)
    later = [call.query for call in system.google.calls(LIST) if "syncToken" in call.query]
    assert later
    for query in later:
        assert query.keys() <= {"syncToken", "pageToken", "singleEvents", "maxResults", "fields", "alt"}


# --- Several calendars


def test_a_calendar_that_is_not_there_is_named(system: GoogleSystem) -> None:
    with pytest.raises(ProviderError, match=rf"“work” has no calendar “{TEAM}”.*`calendars`"):
        list(system.reader(calendars=("primary", TEAM)).pull(None, WINDOW))


# --- Faults


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
    calendar = system.reader()
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
        list(system.reader().pull(None, WINDOW))
