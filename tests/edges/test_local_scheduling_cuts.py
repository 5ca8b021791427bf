"""Whenever the power goes while an event is placed, moved or cancelled: a repeat leads to one event and one mail."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.scheduling import (
    BOTH,
    STAMP,
    Told,
    cancelled,
    hold,
    meeting,
    moved,
)
from tests.edges.calendar_disk import SchedulingDisk


class PowerCut(BaseException):
    """Nothing after this instruction happens."""


@contextmanager
def cut_at(step: int, *, after: bool) -> Iterator[list[int]]:
    """The power goes before (or after) the given call that changes something on the disk."""
    calls = [0]
    names = ("replace", "unlink", "fsync", "rename", "mkdir")
    before = {name: getattr(os, name) for name in names}

    def cutting(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            calls[0] += 1
            if calls[0] == step and not after:
                raise PowerCut
            result = real(*given, **named)
            if calls[0] == step:
                raise PowerCut
            return result

        return call

    try:
        for name, real in before.items():
            setattr(os, name, cutting(real))
        yield calls
    finally:
        for name, real in before.items():
            setattr(os, name, real)


def _place(system: SchedulingDisk) -> Callable[[], object]:
    return lambda: system.scheduling().place(meeting())


def _invite(system: SchedulingDisk) -> Callable[[], object]:
    held = system.scheduling().place(hold())
    return lambda: system.scheduling().change(meeting(sequence=1, stamp=STAMP + timedelta(days=1)), held)


def _move(system: SchedulingDisk) -> Callable[[], object]:
    placed = system.scheduling().place(meeting())
    return lambda: system.scheduling().change(moved(), placed)


def _cancel_unsent(system: SchedulingDisk) -> Callable[[], object]:
    placed = system.scheduling().place(meeting())
    return lambda: system.scheduling().cancel(cancelled(), placed)


def _cancel(system: SchedulingDisk) -> Callable[[], object]:
    placed = system.scheduling().place(meeting())
    system.sent()
    system.out.clear()
    return lambda: system.scheduling().cancel(cancelled(), placed)


def _cancel_hold(system: SchedulingDisk) -> Callable[[], object]:
    held = system.scheduling().place(hold())
    return lambda: system.scheduling().cancel(replace(hold(), sequence=1), held)


ACTS: list[tuple[Callable[[SchedulingDisk], Callable[[], object]], int, list[Told]]] = [
    (_place, 1, [Told("REQUEST", 0, BOTH)]),
    (_invite, 1, [Told("REQUEST", 1, BOTH)]),
    (_move, 1, [Told("REQUEST", 1, BOTH)]),
    (_cancel_unsent, 0, []),
    (_cancel, 1, [Told("CANCEL", 1, BOTH)]),
    (_cancel_hold, 0, []),
]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("act", "events", "told"), ACTS, ids=[act.__name__.strip("_") for act, *_ in ACTS])
def test_whenever_the_power_goes_a_repeat_leads_to_one_event_and_one_mail(
    tmp_path: Path, act: Callable[[SchedulingDisk], Callable[[], object]], events: int, told: list[Told], after: bool
) -> None:
    for step in range(1, 99):
        system = SchedulingDisk(tmp_path / str(step))
        do = act(system)
        with cut_at(step, after=after) as calls:
            try:
                do()
            except PowerCut:
                assert calls[0] == step
        first = do()
        assert do() == first
        assert len([path for path in system.files() if path.suffix == ".ics"]) == events
        assert system.told() == told
        if calls[0] < step:
            break
    assert step > 2


def test_after_a_cut_invitation_a_cancellation_still_knows_that_nobody_was_told(tmp_path: Path) -> None:
    system = SchedulingDisk(tmp_path)
    do = _invite(system)
    with cut_at(3, after=True), pytest.raises(PowerCut):
        do()
    assert system.told() == []
    do()
    seen = system.scheduling().find(meeting().uid)
    assert seen is not None
    system.scheduling().cancel(cancelled(2), seen)
    assert system.told() == []
