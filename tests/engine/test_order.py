"""The order of the queue: what puts most of a plan at risk first."""

from datetime import date

from assistant.domain.deal import Stage, Standing
from assistant.domain.reading import Intent

from .situations import (
    UNDATED,
    ago,
    asked,
    deal,
    found,
    ours,
    theirs,
    told,
)

FAR = date(2026, 12, 18)
"""A decision for which there's time for every milestone."""
NEAR = date(2026, 10, 2)


def test_with_the_same_date_whoever_waits_for_us_comes_first() -> None:
    question = theirs(ago(1), Intent.QUESTION)
    paper = ours(ago(20))
    owed = asked(deal(NEAR), told(question), found(Standing.OWES_REPLY, question))
    passive = asked(deal(NEAR), told(paper), found(Standing.PASSIVE, paper))
    assert owed.rank < passive.rank


def test_the_plan_with_less_slack_comes_first() -> None:
    paper = ours(ago(4))
    near = asked(deal(NEAR), told(paper), found(Standing.PASSIVE, paper))
    far = asked(deal(FAR), told(paper), found(Standing.PASSIVE, paper))
    assert near.rank < far.rank


def test_a_deal_after_the_yes_comes_before_one_that_has_no_date() -> None:
    paper = ours(ago(4))
    after = asked(deal(stage=Stage.AFTER_YES), told(paper), found(Standing.PASSIVE, paper), UNDATED)
    before = asked(deal(), told(paper), found(Standing.PASSIVE, paper), UNDATED)
    assert after.rank < before.rank


def test_among_equals_the_longest_wait_comes_first() -> None:
    long, short = ours(ago(9)), ours(ago(4))
    waited = asked(deal(), told(long), found(Standing.PASSIVE, long), UNDATED)
    recent = asked(deal(), told(short), found(Standing.PASSIVE, short), UNDATED)
    assert waited.rank < recent.rank
