from datetime import date

from assistant.domain.plan import Milestone, MilestoneKind, Plan

REVIEW = MilestoneKind("review", "Review", "points come up in time", "a review", "No point is open.")
DECISION = date(2026, 11, 13)


def step(day: int, done: bool = False) -> Milestone:
    return Milestone(REVIEW, date(2026, 11, day), slack=3, done=done)


def test_the_next_milestone_is_the_earliest_unmet() -> None:
    assert Plan(DECISION, (step(2, done=True), step(4), step(6))).next == step(4)


def test_a_plan_with_everything_done_has_no_next() -> None:
    assert Plan(DECISION, (step(2, done=True),)).next is None


def test_an_empty_plan_has_no_next() -> None:
    assert Plan(DECISION, ()).next is None
