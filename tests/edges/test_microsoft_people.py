"""When others are taken, as Microsoft tells it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from assistant.errors import ProviderError
from providers import notices
from providers.microsoft.freebusy import MicrosoftPeople
from tests.contracts.free_busy import INES, KIM, MARCH, on
from tests.edges.microsoft_calendars import MicrosoftSystem, of_the_rep, unhurried
from tests.edges.systems import BERLIN
from tests.servers.fixtures import Emulators
from tests.servers.microsoft import MicrosoftPeer

ASK = "calendar.getSchedule"


@pytest.fixture
def microsoft(emulators: Emulators) -> Iterator[MicrosoftPeer]:
    with of_the_rep(emulators) as peer:
        yield peer


@pytest.fixture
def people(microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch) -> MicrosoftPeople:
    return MicrosoftPeople(unhurried(MicrosoftSystem(microsoft, monkeypatch)), BERLIN)


def test_many_people_are_asked_for_twenty_at_a_time(microsoft: MicrosoftPeer, people: MicrosoftPeople) -> None:
    emails = [f"guest{number}@harbour.example" for number in range(45)]
    for email in emails:
        microsoft.people.put(email, [on(10, 9)])
    assert people.busy(emails, MARCH) == dict.fromkeys(emails, (on(10, 9),))
    assert len(microsoft.calls(ASK)) == 3


@pytest.mark.parametrize("code", ["ErrorMailRecipientNotFound", "ErrorNoFreeBusyAccess", "ErrorTimeoutExpired"])
def test_who_cannot_be_looked_at_is_not_known(microsoft: MicrosoftPeer, people: MicrosoftPeople, code: str) -> None:
    microsoft.people.put(INES, [on(10, 9)])
    microsoft.people.put(KIM, [])
    microsoft.people.refuse(KIM, code)
    assert people.busy([INES, KIM], MARCH) == {INES: (on(10, 9),)}


@pytest.mark.parametrize(
    ("status", "taken"),
    [("busy", True), ("tentative", True), ("oof", True), ("free", False), ("workingElsewhere", False)],
)
def test_what_takes_time_and_what_does_not(
    microsoft: MicrosoftPeer, people: MicrosoftPeople, status: str, taken: bool
) -> None:
    microsoft.people.put(INES, [(*on(10, 9), status)])
    assert people.busy([INES], MARCH) == {INES: (on(10, 9),) if taken else ()}


def test_times_without_a_subject_are_times(microsoft: MicrosoftPeer, people: MicrosoftPeople) -> None:
    microsoft.people.put(INES, [on(10, 9)])
    microsoft.people.hide(INES)
    assert people.busy([INES], MARCH) == {INES: (on(10, 9),)}


def test_who_shows_only_whether_they_are_free_is_not_taken_for_free(
    microsoft: MicrosoftPeer, people: MicrosoftPeople
) -> None:
    """Of other organisations often no more comes than a row of digits."""
    begin, end = on(10, 9)
    microsoft.people.put(INES, [(begin, end), (end, end + timedelta(hours=1), "free"), (*on(12, 9), "oof")])
    microsoft.people.merge(INES)
    assert people.busy([INES], MARCH) == {INES: (on(10, 9), on(12, 9))}


@pytest.mark.parametrize("minutes", [1, 5, 25])
def test_a_short_window_is_one_too(microsoft: MicrosoftPeer, people: MicrosoftPeople, minutes: int) -> None:
    """Exchange refuses one that's shorter than a digit of its answer; what lies behind it isn't told."""
    begin, end = on(10, 9)
    microsoft.people.put(INES, [(begin, end), (end + timedelta(minutes=40), end + timedelta(minutes=50))])
    assert people.busy([INES], (end - timedelta(minutes=1), end)) == {INES: (on(10, 9),)}
    assert people.busy([INES], (end, end + timedelta(minutes=minutes))) == {INES: ()}


def test_a_long_window_is_asked_for_in_pieces_and_what_lies_between_is_one_time(
    microsoft: MicrosoftPeer, people: MicrosoftPeople
) -> None:
    leave = (datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 7, 20, tzinfo=UTC))
    microsoft.people.put(INES, [on(10, 9), leave])
    window = (MARCH[0], MARCH[0] + timedelta(days=200))
    assert people.busy([INES], window) == {INES: (on(10, 9), leave)}
    assert len(microsoft.calls(ASK)) == 4


def test_an_address_is_named_as_it_was_asked_for(microsoft: MicrosoftPeer, people: MicrosoftPeople) -> None:
    microsoft.people.put(INES, [on(10, 9)])
    assert people.busy(["Ines@Harbour.Example"], MARCH) == {"Ines@Harbour.Example": (on(10, 9),)}


def test_a_window_without_length_tells_of_nobody(microsoft: MicrosoftPeer, people: MicrosoftPeople) -> None:
    microsoft.people.put(INES, [on(10, 9)])
    assert people.busy([INES], (MARCH[0], MARCH[0])) == {}


def test_a_personal_account_tells_of_nobody_and_says_so_once(microsoft: MicrosoftPeer, people: MicrosoftPeople) -> None:
    microsoft.personal = True
    said: list[str] = []
    with notices.listening(said.append):
        assert people.busy([INES], MARCH) == {}
        assert people.busy([INES, KIM], MARCH) == {}
    (words,) = said
    assert "personal accounts" in words
    assert "“work”" in words
    assert len(microsoft.calls(ASK)) == 1


def test_another_refusal_is_not_taken_for_that(microsoft: MicrosoftPeer, people: MicrosoftPeople) -> None:
    microsoft.fail(ASK, 400, code="ErrorInvalidTimeInterval", message="The time window is invalid.")
    with pytest.raises(ProviderError, match="“work”"):
        people.busy([INES], MARCH)


def test_a_passing_fault_is_waited_out(microsoft: MicrosoftPeer, people: MicrosoftPeople) -> None:
    microsoft.people.put(INES, [on(10, 9)])
    microsoft.fail(ASK, 503, 2)
    microsoft.faults.reset(ASK, skip=2)
    assert people.busy([INES], MARCH) == {INES: (on(10, 9),)}


def test_a_fault_that_stays_names_the_account(microsoft: MicrosoftPeer, people: MicrosoftPeople) -> None:
    microsoft.fail(ASK, 503, 9)
    with pytest.raises(ProviderError, match="“work”"):
        people.busy([INES], MARCH)
