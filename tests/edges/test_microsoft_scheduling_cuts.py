"""Whenever the program is killed, or an answer is lost, while a Microsoft event changes: one event, one mail each."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from providers.microsoft.graph import Graph, Unsure
from providers.microsoft.places import places_of
from providers.microsoft.scheduling import MicrosoftScheduling
from tests.contracts.scheduling import BOTH, Told, cancelled, hold, meeting, moved
from tests.edges.microsoft_calendars import MicrosoftSystem, of_the_rep, unhurried
from tests.servers.fixtures import Emulators
from tests.servers.microsoft import MicrosoftPeer

WRITES = r"events\.(create|update|delete|cancel) "


@pytest.fixture
def microsoft(emulators: Emulators) -> Iterator[MicrosoftPeer]:
    with of_the_rep(emulators) as peer:
        yield peer


@pytest.fixture(params=[{}, {"online_meetings": True}], ids=["plain", "online"])
def system(
    microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> MicrosoftSystem:
    return MicrosoftSystem(microsoft, monkeypatch, **request.param)


class Killed(BaseException):
    """Nothing after this call happens."""


Act = Callable[[MicrosoftScheduling], object]


def _place(system: MicrosoftSystem) -> Act:
    return lambda scheduling: scheduling.place(meeting())


def _place_again(system: MicrosoftSystem) -> Act:
    system.scheduling().place(meeting())
    system.delete(meeting().uid)
    return lambda scheduling: scheduling.place(meeting("deal-7.demo.again"))


def _hold(system: MicrosoftSystem) -> Act:
    return lambda scheduling: scheduling.place(hold())


def _invite(system: MicrosoftSystem) -> Act:
    held = system.scheduling().place(hold())
    return lambda scheduling: scheduling.change(meeting(sequence=1), held)


def _move(system: MicrosoftSystem) -> Act:
    placed = system.scheduling().place(meeting())
    return lambda scheduling: scheduling.change(moved(), placed)


def _cancel(system: MicrosoftSystem) -> Act:
    placed = system.scheduling().place(meeting())
    return lambda scheduling: scheduling.cancel(cancelled(), placed)


def _cancel_hold(system: MicrosoftSystem) -> Act:
    held = system.scheduling().place(hold())
    return lambda scheduling: scheduling.cancel(replace(hold(), sequence=1), held)


FIRST, AGAIN = Told("REQUEST", 0, BOTH), Told("REQUEST", 1, BOTH)
ACTS: list[tuple[Callable[[MicrosoftSystem], Act], int, list[Told]]] = [
    (_place, 1, [FIRST]),
    (_place_again, 1, [FIRST, FIRST]),
    (_hold, 1, []),
    (_invite, 1, [AGAIN]),
    (_move, 1, [FIRST, AGAIN]),
    (_cancel, 0, [FIRST, Told("CANCEL", 1, BOTH)]),
    (_cancel_hold, 0, []),
]
acts = pytest.mark.parametrize(("act", "events", "told"), ACTS, ids=[act.__name__.strip("_") for act, *_ in ACTS])


def opened(system: MicrosoftSystem, graph: Graph | None = None) -> MicrosoftScheduling:
    graph = graph or unhurried(system)
    return MicrosoftScheduling(graph, places_of(graph, {}), online=bool(system.extra))


def killed_at(graph: Graph, step: int, *, after: bool) -> list[int]:
    """The program ends before (or after) the given call to Microsoft."""
    calls, call = [0], graph._answer

    def counted(*given: Any, **named: Any) -> dict[str, Any]:
        calls[0] += 1
        if calls[0] == step and not after:
            raise Killed
        answer = call(*given, **named)
        if calls[0] == step:
            raise Killed
        return answer

    graph._answer = counted  # type: ignore[method-assign]
    return calls


@pytest.mark.parametrize("step", range(1, 4))
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@acts
def test_whenever_it_is_killed_a_repeat_leads_to_one_event_and_one_mail(
    system: MicrosoftSystem,
    act: Callable[[MicrosoftSystem], Act],
    events: int,
    told: list[Told],
    after: bool,
    step: int,
) -> None:
    do = act(system)
    graph = unhurried(system)
    calls = killed_at(graph, step, after=after)
    try:
        do(opened(system, graph))
    except Killed:
        assert calls[0] == step
    first = do(opened(system))
    assert do(opened(system)) == first
    assert len(system.microsoft.events()) == events
    assert system.told() == told


FAULTS: dict[str, Callable[[MicrosoftPeer], None]] = {
    "lost before": lambda microsoft: microsoft.faults.reset(WRITES),
    "lost after": lambda microsoft: microsoft.faults.reset(WRITES, after=True),
    "500": lambda microsoft: microsoft.fail(WRITES, 500),
    "500 though done": lambda microsoft: microsoft.fail(WRITES, 500, after=True),
    "503 twice": lambda microsoft: microsoft.fail(WRITES, 503, 2),
    "504 though done": lambda microsoft: microsoft.fail(WRITES, 504, after=True),
    "429": lambda microsoft: microsoft.fail(WRITES, 429, 2, {"Retry-After": "1"}),
    "lost while looking": lambda microsoft: microsoft.faults.reset("events.list"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@acts
def test_whatever_goes_wrong_on_the_way_there_is_one_event_and_one_mail(
    system: MicrosoftSystem,
    act: Callable[[MicrosoftSystem], Act],
    events: int,
    told: list[Told],
    fault: Callable[[MicrosoftPeer], None],
) -> None:
    do = act(system)
    fault(system.microsoft)
    scheduling = opened(system)
    assert do(scheduling) == do(scheduling)
    assert len(system.microsoft.events()) == events
    assert system.told() == told


def test_a_lost_answer_and_a_search_that_lags_make_no_second_event(
    system: MicrosoftSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    system.microsoft.faults.reset("events.create", after=True)
    scheduling = opened(system)
    monkeypatch.setattr(scheduling, "_look", lambda _: None)
    scheduling.place(meeting())
    assert len(system.microsoft.events()) == 1
    assert system.told() == [FIRST]


def test_where_microsoft_never_answers_it_says_so_and_a_repeat_looks_first(system: MicrosoftSystem) -> None:
    system.microsoft.faults.reset("events.create", times=5)
    scheduling = opened(system)
    with pytest.raises(Unsure, match="“work”"):
        scheduling.place(meeting())
    assert scheduling.find(meeting().uid) is None
    assert scheduling.place(meeting()).sequence == 0
    assert system.told() == [FIRST]
