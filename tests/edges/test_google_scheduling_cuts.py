"""Whenever the program is killed, or an answer is lost, while a Google event changes: one event, one mail a change."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from providers.google.api import Google, Unsure
from providers.google.events import event_id
from providers.google.scheduling import GoogleScheduling
from tests.contracts.scheduling import BOTH, Told, cancelled, hold, meeting, moved
from tests.edges.google_calendars import GoogleSystem, of_the_rep, unhurried
from tests.servers.fixtures import Emulators
from tests.servers.google import GooglePeer

WRITES = "calendar.events.(insert|patch|delete)"


@pytest.fixture
def google(emulators: Emulators) -> Iterator[GooglePeer]:
    with of_the_rep(emulators) as peer:
        yield peer


@pytest.fixture
def system(google: GooglePeer, monkeypatch: pytest.MonkeyPatch) -> GoogleSystem:
    return GoogleSystem(google, monkeypatch)


class Killed(BaseException):
    """Nothing after this call happens."""


Act = Callable[[GoogleScheduling], object]


def _place(system: GoogleSystem) -> Act:
    return lambda scheduling: scheduling.place(meeting())


def _place_again(system: GoogleSystem) -> Act:
    system.scheduling().place(meeting())
    system.delete(meeting().uid)
    return lambda scheduling: scheduling.place(meeting())


def _hold(system: GoogleSystem) -> Act:
    return lambda scheduling: scheduling.place(hold())


def _invite(system: GoogleSystem) -> Act:
    held = system.scheduling().place(hold())
    return lambda scheduling: scheduling.change(meeting(sequence=1), held)


def _move(system: GoogleSystem) -> Act:
    placed = system.scheduling().place(meeting())
    return lambda scheduling: scheduling.change(moved(), placed)


def _cancel(system: GoogleSystem) -> Act:
    placed = system.scheduling().place(meeting())
    return lambda scheduling: scheduling.cancel(cancelled(), placed)


def _cancel_hold(system: GoogleSystem) -> Act:
    held = system.scheduling().place(hold())
    return lambda scheduling: scheduling.cancel(replace(hold(), sequence=1), held)


FIRST, AGAIN = Told("REQUEST", 0, BOTH), Told("REQUEST", 1, BOTH)
ACTS: list[tuple[Callable[[GoogleSystem], Act], int, list[Told]]] = [
    (_place, 1, [FIRST]),
    (_place_again, 1, [FIRST, FIRST]),
    (_hold, 1, []),
    (_invite, 1, [AGAIN]),
    (_move, 1, [FIRST, AGAIN]),
    (_cancel, 0, [FIRST, Told("CANCEL", 1, BOTH)]),
    (_cancel_hold, 0, []),
]
acts = pytest.mark.parametrize(("act", "events", "told"), ACTS, ids=[act.__name__.strip("_") for act, *_ in ACTS])


def killed_at(api: Google, step: int, *, after: bool) -> list[int]:
    """The program ends before (or after) the given call to Google."""
    calls, run = [0], api.run

    def counted(request: Any, **named: Any) -> dict[str, Any]:
        calls[0] += 1
        if calls[0] == step and not after:
            raise Killed
        answer = run(request, **named)
        if calls[0] == step:
            raise Killed
        return answer

    api.run = counted  # type: ignore[method-assign]
    return calls


@pytest.mark.parametrize("step", range(1, 6))
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@acts
def test_whenever_it_is_killed_a_repeat_leads_to_one_event_and_one_mail(
    system: GoogleSystem, act: Callable[[GoogleSystem], Act], events: int, told: list[Told], after: bool, step: int
) -> None:
    do = act(system)
    api = unhurried(system)
    calls = killed_at(api, step, after=after)
    try:
        do(GoogleScheduling(api, ("primary",)))
    except Killed:
        assert calls[0] == step
    first = do(GoogleScheduling(unhurried(system), ("primary",)))
    assert do(GoogleScheduling(unhurried(system), ("primary",))) == first
    assert len(system.google.events()) == events
    assert system.told() == told


FAULTS: dict[str, Callable[[GooglePeer, int], None]] = {
    "lost before": lambda google, skip: google.faults.reset(WRITES, skip=skip),
    "lost after": lambda google, skip: google.faults.reset(WRITES, skip=skip, after=True),
    "500": lambda google, skip: google.faults.add(WRITES, status=500, reason="backendError", skip=skip),
    "500 though done": lambda google, skip: google.faults.add(
        WRITES, status=500, reason="backendError", skip=skip, after=True
    ),
    "503 twice": lambda google, skip: google.faults.add(WRITES, status=503, reason="backendError", skip=skip, times=2),
    "429": lambda google, skip: google.faults.add(WRITES, status=429, skip=skip, times=2, retry_after="1"),
    "403": lambda google, skip: google.faults.add(WRITES, status=403, reason="rateLimitExceeded", skip=skip),
    "expired token": lambda google, skip: google.accounts.expire(),
    "lost while looking": lambda google, skip: google.faults.reset("calendar.events.get", skip=skip),
}


@pytest.mark.parametrize("skip", [0, 1])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@acts
def test_whatever_goes_wrong_on_the_way_there_is_one_event_and_one_mail(
    system: GoogleSystem,
    act: Callable[[GoogleSystem], Act],
    events: int,
    told: list[Told],
    fault: Callable[[GooglePeer, int], None],
    skip: int,
) -> None:
    do = act(system)
    fault(system.google, skip)
    scheduling = GoogleScheduling(unhurried(system), ("primary",))
    assert do(scheduling) == do(scheduling)
    assert len(system.google.events()) == events
    assert system.told() == told


def test_where_google_never_answers_it_says_so_and_a_repeat_looks_first(system: GoogleSystem) -> None:
    system.google.faults.reset("calendar.events.insert", times=5)
    scheduling = GoogleScheduling(unhurried(system), ("primary",))
    with pytest.raises(Unsure, match="“work”"):
        scheduling.place(meeting())
    assert scheduling.find(meeting().uid) is None
    assert scheduling.place(meeting()).remote_id == event_id(meeting().uid)
    assert system.told() == [FIRST]
