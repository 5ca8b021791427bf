"""What the tests about a no look at, and the mails that they begin with."""

from typing import Final

from assistant.domain.draft import QueueItem
from assistant.workflows.desk import DealView
from tests.edges.scene import Scene
from tests.workflows.world import days

NO: Final = "Hi Noor,\n\nThank you for your time. We have decided against it.\n\nBest,\nInes\n"
NOT_MINE: Final = "Hi Noor,\n\nFor my part I would say no, but it is not my decision.\n\nBest,\nInes\n"
ASKS_AGAIN: Final = "Hi Noor,\n\nThings have changed here. Could you send us the price list?\n\nBest,\nInes\n"
QUIET: Final = (3, 10, 40, 120)
"""Days after which nothing more may have come."""


def certain(view: DealView) -> bool:
    assert view.standings.first is not None
    return view.standings.first.certain


def drafted_later(scene: Scene) -> list[QueueItem]:
    """Whatever is drafted on the mornings that follow."""
    found = []
    for later in QUIET:
        scene.morning(days(later))
        found += scene.drafts
    return found


def only(items: list[QueueItem]) -> QueueItem:
    (item,) = items
    return item
