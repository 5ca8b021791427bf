"""What the tests of a plan share: Harbour's day, and the ways to look at its plan.

It's Wednesday, 4 March 2026, 8:00 in Berlin; Ines of Harbour has asked for the security paper, so what they
need is known.
"""

from datetime import date

from assistant.store import ApprovedPlan
from assistant.workflows import dealbook, planning, review, seen_plan
from assistant.workflows.seen_plan import Planned, Step
from tests.workflows.world import NOW, World

DECIDES = date(2026, 4, 30)
TODAY = NOW.date()


def decide(world: World, day: date = DECIDES, deal_id: str = "harbour") -> None:
    decision = dealbook.decision_by_rep(deal_id, day, "Ines on the phone", None, world.now)
    review.decide(world.desk, deal_id, decision, world.now)


def look_at(world: World) -> Planned:
    with world.store.write() as tx:
        return seen_plan.planned(tx, world.config, "harbour", world.now)


def approve(world: World) -> tuple[Planned, bool]:
    return planning.approve(world.desk, "harbour", world.now)


def approved(world: World) -> ApprovedPlan | None:
    with world.store.read() as tx:
        return tx.ledger.plan_approved("harbour")


def step(found: Planned, milestone: str) -> Step:
    return next(each for each in found.steps if each.kind.id == milestone)


def ahead(found: Planned) -> dict[str, date]:
    return {each.kind.id: each.day for each in found.steps if each.day is not None and not each.done}


def audited(world: World) -> list[str]:
    with world.store.read() as tx:
        return [line.what for line in tx.audit.entries(50)]
