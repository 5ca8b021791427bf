"""Whenever the program is killed while it changes something in Microsoft 365, one of each is there after the next run.

From the moment when the first effect is about to be journaled, a kill comes after each commit of the store, and right
before and right after each call that changes something.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from assistant.domain.draft import ItemKind, ItemState
from assistant.errors import RefusedError
from assistant.store import Store, Transaction
from assistant.store.effects import Effects
from assistant.workflows import dealbook, editing, planning, review, revising
from providers.microsoft.graph import Graph
from tests.edges.microsoft_drafts import key_of
from tests.edges.microsoft_world import MicrosoftWorld, microsoft_world, peer_of_noor
from tests.edges.test_microsoft_story import HANDS_ON, PLAN
from tests.servers.fixtures import Emulators
from tests.workflows.meetings import BIRK, DECIDES
from tests.workflows.world import INES, NO, days

ADDED = "P.S. Thank you for the paper on pallets."

Effect = Callable[[MicrosoftWorld], object]


class Killed(BaseException):
    """Nothing after this happens."""


class Executioner:
    """Ends the process at its nth moment; `at` None: never."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at: int | None = None
        self.passed, self._begun = 0, False
        self._call, self._write, self._intend = Graph._call, Store.write, Effects.intend
        monkeypatch.setattr(Graph, "_call", self._calling())
        monkeypatch.setattr(Store, "write", self._writing())
        monkeypatch.setattr(Effects, "intend", self._intending())

    def wait(self, at: int | None) -> None:
        """For the nth moment from the first intention on."""
        self.at, self.passed, self._begun = at, 0, False

    def moment(self) -> None:
        self.passed += self._begun
        if self.passed == self.at:
            raise Killed

    def _calling(self) -> Callable[..., Any]:
        def call(graph: Graph, method: str, path: str, **named: Any) -> Any:
            if method == "GET" or named.get("asks"):
                return self._call(graph, method, path, **named)
            self.moment()
            answer = self._call(graph, method, path, **named)
            self.moment()
            return answer

        return call

    def _intending(self) -> Callable[..., bool]:
        def intend(effects: Effects, *named: Any) -> bool:
            self._begun = True
            return self._intend(effects, *named)

        return intend

    def _writing(self) -> Callable[..., Any]:
        @contextmanager
        def write(store: Store) -> Iterator[Transaction]:
            with self._write(store) as tx:
                yield tx
            self.moment()

        return write


# what is begun, and what is changed then


def a_draft(world: MicrosoftWorld) -> Effect:
    world.deal(contacts=(f"{INES} (champion, user)", f"{BIRK} (economic buyer, legal)"))
    world.passive()
    world.run()
    return approve_the_draft


def approve_the_draft(world: MicrosoftWorld) -> object:
    return review.approve(world.desk, world.draft().id, world.now)


def an_edit(world: MicrosoftWorld) -> Effect:
    """The filed draft gets another text where it lies."""
    a_draft(world)(world)
    return edit_the_draft


def edit_the_draft(world: MicrosoftWorld) -> object:
    (item,) = world.items(ItemState.FILED)
    text = editing.as_text(item).replace(f"\n{ADDED}", "") + f"\n{ADDED}\n"
    return revising.edit(world.desk, item.id, text, item.version, world.now)


def a_withdrawal(world: MicrosoftWorld) -> Effect:
    """A newer message makes the filed draft stale."""
    a_draft(world)(world)
    world.answer("work3@post.example", "Hi Noor,\n\nHow many users does the smallest package have?\n\nInes\n")
    return run_again


def run_again(world: MicrosoftWorld) -> object:
    return world.run()


def an_invite(world: MicrosoftWorld) -> Effect:
    a_draft(world)
    decision = dealbook.decision_by_rep("harbour", DECIDES, "Ines on the phone", None, world.now)
    review.decide(world.desk, "harbour", decision, world.now)
    world.run()
    planning.approve(world.desk, "harbour", world.now)
    world.now = HANDS_ON - days(8) - timedelta(hours=2)
    world.run()
    assert ours(world) == []
    return lambda world: world.run(days(1) if not ours(world) and world.now.day == 23 else timedelta(0))


def a_change(world: MicrosoftWorld) -> Effect:
    an_invite(world)(world)
    world.work.meet("dentist", HANDS_ON, "dentist@praxis.example", minutes=60, summary="Dentist")
    world.run(days(1))
    return approve_the_invites


def approve_the_invites(world: MicrosoftWorld) -> None:
    for item in world.items(ItemState.OPEN):
        if item.kind is ItemKind.INVITE:
            review.approve(world.desk, item.id, world.now)


def a_cancellation(world: MicrosoftWorld) -> Effect:
    an_invite(world)(world)
    world.answer("work3@post.example", NO)
    world.run()
    return approve_what_is_there


def approve_what_is_there(world: MicrosoftWorld) -> None:
    for item in world.items(ItemState.OPEN):
        if item.kind is ItemKind.DRAFT and not item.gaps:
            review.approve(world.desk, item.id, world.now)
    approve_the_invites(world)


def ours(world: MicrosoftWorld) -> list[dict[str, Any]]:
    """The events that we placed and that aren't cancelled."""
    return [event for event in world.peer.events() if event["subject"] != "Dentist" and not event.get("isCancelled")]


def there(world: MicrosoftWorld) -> tuple[int, list[str]]:
    """The events of ours, and what their people were told."""
    return len(ours(world)), [one.method for one in world.peer.told() if one.people]


BEGINNINGS: dict[str, tuple[Callable[[MicrosoftWorld], Effect], tuple[str, ...], int, tuple[int, list[str]]]] = {
    "draft": (a_draft, (), 1, (0, [])),
    "edit": (an_edit, (), 1, (0, [])),
    "send": (a_draft, ("send = true",), 1, (0, [])),
    "withdraw": (a_withdrawal, (), 0, (0, [])),
    "invite": (an_invite, ("schedule = true",), 0, (1, ["REQUEST"])),
    "change": (a_change, ("schedule = true",), 0, (1, ["REQUEST", "REQUEST"])),
    "cancel": (a_cancellation, ("schedule = true",), 1, (0, ["REQUEST", "CANCEL"])),
}


@pytest.mark.parametrize("effect", BEGINNINGS)
def test_killed_at_any_moment_of_it_and_run_again_one_is_there(
    effect: str, emulators: Emulators, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, settings, mails, meetings = BEGINNINGS[effect]
    executioner = Executioner(monkeypatch)
    for at in count(1):
        with ExitStack() as stack:
            peer = stack.enter_context(peer_of_noor(emulators))
            folder = tmp_path / f"{effect}{at}"
            world = stack.enter_context(microsoft_world(folder, peer, monkeypatch, *settings, extra=PLAN))
            act = begin(world)
            executioner.wait(at)
            killed = False
            try:
                act(world)
            except Killed:
                killed = True
            executioner.wait(None)
            world.run()
            with suppress(RefusedError, ValueError):  # it's done already, or no draft is open any more
                act(world)
            world.run()
            found = [*peer.drafts(), *peer.sent()]
            assert len(found) == mails, f"killed at moment {at}"
            assert all(key_of(each) for each in found), f"killed at moment {at}: a draft without a word lies there"
            assert there(world) == meetings, f"killed at moment {at}"
            with world.store.read() as tx:
                assert tx.effects.unfinished() == []
            if effect == "edit":
                assert ADDED in found[0].body, f"killed at moment {at}"
            if effect == "send" and not killed:
                assert len(peer.sent()) == 1
        if not killed:
            break
    assert at > 4, "it was killed at too few moments"
