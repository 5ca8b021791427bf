"""What the rep does to a planned meeting in Outlook, through the real app: nobody hears of anything unapproved."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.domain.draft import ItemKind, ItemState
from assistant.workflows import review
from tests.edges.microsoft_world import MicrosoftWorld, microsoft_world, peer_of_noor
from tests.edges.test_microsoft_story import HANDS_ON, begun, items, only_event, planned, told
from tests.servers.fixtures import Emulators
from tests.servers.microsoft import MicrosoftPeer
from tests.workflows.world import NO, days

WEEKLY = {
    "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"]},
    "range": {"type": "numbered", "startDate": "2026-03-31", "numberOfOccurrences": 4},
}
Build = Callable[[str], Any]


@pytest.fixture
def peer(emulators: Emulators) -> Iterator[MicrosoftPeer]:
    with peer_of_noor(emulators) as made:
        yield made


@contextmanager
def world_of(schedule: str, peer: MicrosoftPeer, folder: Path, patch: pytest.MonkeyPatch) -> Iterator[MicrosoftWorld]:
    plan = f'[plan]\nschedule = "{schedule}"\nwhere = "https://meet.example/noor"\n'
    with microsoft_world(folder / "world", peer, patch, "schedule = true", extra=plan) as made:
        yield made


def until_placed(world: MicrosoftWorld) -> dict[str, Any]:
    planned(begun(world))
    for _ in range(30):
        if world.peer.events():
            return only_event(world)
        world.run(days(1))
    pytest.fail("nothing was placed")


def test_a_hold_to_which_the_rep_invited_people_is_let_be(
    peer: MicrosoftPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a no the hold goes by itself; what the rep made a meeting of doesn't."""
    with world_of("hold", peer, tmp_path, monkeypatch) as world:
        hold = until_placed(world)
        guest = {"emailAddress": {"address": "ines@harbour.example", "name": "Ines"}, "type": "required"}
        peer.change_event(hold["id"], attendees=[guest])
        world.run(timedelta(hours=1))
        world.answer("work3@post.example", NO)
        peer.now = world.now
        for _ in range(3):
            world.run(days(1))
        assert told(world) == []
        assert only_event(world)["start"] == hold["start"]


def test_a_meeting_that_the_rep_repeats_is_not_planned_a_second_time(
    peer: MicrosoftPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world_of("invite", peer, tmp_path, monkeypatch) as world:
        event = until_placed(world)
        assert [method for method, _ in told(world)] == ["REQUEST"]
        peer.change_event(event["id"], recurrence=WEEKLY)
        while world.now.date() < HANDS_ON.date() - timedelta(days=2):
            world.run(days(1))
        assert [method for method, _ in told(world)] == ["REQUEST"]
        assert len(peer.events()) == 1
        again = [item for item in items(world, ItemKind.INVITE, ItemState.OPEN) if "hands" in str(item.content).lower()]
        assert again == []

        # and a no calls all of it off, with one mail
        world.answer("work3@post.example", NO)
        peer.now = world.now
        world.run()
        review.approve(world.desk, world.draft().id, world.now)
        assert [method for method, _ in told(world)] == ["REQUEST", "CANCEL"]
        assert [each for each in peer.events() if not each.get("isCancelled")] == []
