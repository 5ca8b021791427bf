"""Google calendars as Google shows them: the suites, and what only Google does."""

from collections.abc import Iterator

import pytest

from tests.contracts.calendar import CalendarSuite
from tests.contracts.free_busy import FreeBusySuite
from tests.edges.google_calendars import UNREADABLE, GooglePeople, GoogleSystem, of_the_rep
from tests.servers.discovery import Json
from tests.servers.fixtures import Emulators
from tests.servers.google import GooglePeer
from tests.servers.google.events import brief


@pytest.fixture
def google(emulators: Emulators) -> Iterator[GooglePeer]:
    with of_the_rep(emulators) as peer:
        yield peer


@pytest.fixture
def system(google: GooglePeer, monkeypatch: pytest.MonkeyPatch) -> GoogleSystem:
    def without_times(event: Json) -> Json:
        hidden = ("start", "end") if event.get("summary") == UNREADABLE else ()
        return {name: value for name, value in brief(event).items() if name not in hidden}

    monkeypatch.setattr("tests.servers.google.listing.brief", without_times)
    return GoogleSystem(google, monkeypatch)


@pytest.fixture
def people(system: GoogleSystem) -> GooglePeople:
    return GooglePeople(system)


class TestGoogleCalendar(CalendarSuite):
    pass


class TestGooglePeople(FreeBusySuite):
    pass
