"""What the tests about decision dates look at: the day in force, what is written down, and the question about it."""

from datetime import date
from typing import Final

from assistant.domain.deal import DecisionDate
from assistant.domain.draft import QueueItem
from assistant.workflows import dealbook, review
from tests.edges.scene import Scene

TWELFTH: Final = date(2026, 3, 12)
DECIDES: Final = "Hi Noor,\n\nWe decide on 12 March 2026.\n\nBest,\nInes\n"
REPROACHES: Final = ("you said", "originally", "instead of", "postpon", "delay", "moved", "late", "overdue", "missed")


def says(text: str, who: str = "Ines") -> str:
    return f"Hi Noor,\n\n{text}\n\nBest,\n{who}\n"


def decision(scene: Scene) -> DecisionDate | None:
    """What drafts and plan go by."""
    return scene.view().deal.decision


def day_in_force(scene: Scene) -> date | None:
    found = decision(scene)
    return found.day if found else None


def written(scene: Scene) -> list[DecisionDate]:
    """What the rep has written down, the first plan's first."""
    with scene.world.store.read() as tx:
        return tx.ledger.decision_dates("harbour")


def date_question(scene: Scene) -> QueueItem:
    """The one question about the day."""
    (found,) = (item for item in scene.questions if "deci" in item.title)
    return found


def answer_yes(scene: Scene, item: QueueItem) -> None:
    review.approve(scene.world.desk, item.id, scene.world.now)


def body(scene: Scene) -> str:
    content = scene.world.draft().content
    assert content is not None
    return content.body


def because(item: QueueItem) -> str:
    """All that the item gives as its reasons."""
    return "\n".join(reason.sentence for reason in item.reasons)


def write_down(scene: Scene, day: date) -> None:
    told = dealbook.decision_by_rep("harbour", day, "Ines on the phone", None, scene.world.now)
    review.decide(scene.world.desk, "harbour", told, scene.world.now)
