"""When others are taken, as Google tells it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from assistant.errors import ProviderError
from providers.google.freebusy import GooglePeople
from tests.contracts.free_busy import INES, KIM, MARCH, on
from tests.edges.google_calendars import GoogleSystem, of_the_rep, unhurried
from tests.edges.systems import BERLIN
from tests.servers.fixtures import Emulators
from tests.servers.google import GooglePeer

QUERY = "calendar.freebusy.query"


@pytest.fixture
def google(emulators: Emulators) -> Iterator[GooglePeer]:
    with of_the_rep(emulators) as peer:
        yield peer


@pytest.fixture
def people(google: GooglePeer, monkeypatch: pytest.MonkeyPatch) -> GooglePeople:
    return GooglePeople(unhurried(GoogleSystem(google, monkeypatch)), BERLIN)


def test_many_people_are_asked_for_fifty_at_a_time(google: GooglePeer, people: GooglePeople) -> None:
    emails = [f"guest{number}@harbour.example" for number in range(120)]
    for email in emails:
        google.people.put(email, [on(10, 9)])
    assert people.busy(emails, MARCH) == dict.fromkeys(emails, (on(10, 9),))
    assert len(google.calls(QUERY)) == 3


@pytest.mark.parametrize("reason", ["forbidden", "notFound", "internalError"])
def test_who_cannot_be_looked_at_is_not_known(google: GooglePeer, people: GooglePeople, reason: str) -> None:
    google.people.put(INES, [on(10, 9)])
    google.people.put(KIM, [])
    google.people.refuse(KIM, reason)
    assert people.busy([INES, KIM], MARCH) == {INES: (on(10, 9),)}


def test_a_long_window_is_asked_for_in_pieces_and_what_lies_between_is_one_time(
    google: GooglePeer, people: GooglePeople
) -> None:
    leave = (datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 7, 20, tzinfo=UTC))
    google.people.put(INES, [on(10, 9), leave])
    window = (MARCH[0], MARCH[0] + timedelta(days=200))
    assert people.busy([INES], window) == {INES: (on(10, 9), leave)}
    assert len(google.calls(QUERY)) == 4


def test_an_address_is_named_as_it_was_asked_for(google: GooglePeer, people: GooglePeople) -> None:
    google.people.put(INES, [on(10, 9)])
    assert people.busy(["Ines@Harbour.Example"], MARCH) == {"Ines@Harbour.Example": (on(10, 9),)}


def test_a_window_without_length_tells_of_nobody(google: GooglePeer, people: GooglePeople) -> None:
    google.people.put(INES, [on(10, 9)])
    assert people.busy([INES], (MARCH[0], MARCH[0])) == {}


def test_a_passing_fault_is_waited_out(google: GooglePeer, people: GooglePeople) -> None:
    google.people.put(INES, [on(10, 9)])
    google.faults.add(QUERY, status=503, reason="backendError", times=2)
    google.faults.reset(QUERY, skip=2)
    assert people.busy([INES], MARCH) == {INES: (on(10, 9),)}


def test_a_fault_that_stays_names_the_account(google: GooglePeer, people: GooglePeople) -> None:
    google.faults.add(QUERY, status=503, reason="backendError", times=9)
    with pytest.raises(ProviderError, match="“work”"):
        people.busy([INES], MARCH)
