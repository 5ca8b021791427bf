from dataclasses import replace
from datetime import date

import pytest

from assistant.domain.deal import Deal, Standing
from assistant.domain.draft import ItemKind, Purpose
from assistant.domain.plan import Plan
from assistant.domain.reading import MoveKind
from assistant.engine.desk import Desk, move_of
from assistant.engine.planning import DEFAULT_PROCESS
from assistant.engine.planning import plan as lay
from assistant.engine.standing import Standings
from assistant.engine.timeline import Timeline

from .situations import CADENCE, DAYS, TODAY, UNDATED, ago, deal, found, ours, theirs, told

PAPER = ours(ago(4))
PASSIVE = found(Standing.PASSIVE, PAPER)


def desk(purchase: Deal | None = None, timeline: Timeline | None = None, plan: Plan | None = None) -> Desk:
    standings = Standings((PASSIVE,))
    return Desk(purchase or deal(), timeline or told(PAPER), standings, plan, TODAY, DAYS, CADENCE, frozenset())


def with_decision(day: date) -> Desk:
    purchase = deal(day)
    return desk(purchase, plan=lay(DEFAULT_PROCESS, day, purchase.stage, (), TODAY, DAYS))


def test_a_milestone_of_next_week_is_due() -> None:
    assert with_decision(DAYS.add(TODAY, 33)).milestone_due


def test_a_milestone_of_next_month_is_not_due() -> None:
    assert not with_decision(DAYS.add(TODAY, 60)).milestone_due


def test_without_a_plan_no_milestone_is_due() -> None:
    assert not desk().milestone_due


def test_six_weeks_of_silence_are_stale() -> None:
    assert desk(timeline=told(ours(ago(30)))).stale


def test_the_deciding_question_is_out_until_they_write() -> None:
    question = ours(ago(4), MoveKind.CLARITY_QUESTION)
    assert desk(timeline=told(question)).asked
    assert not desk(timeline=told(question, theirs(ago(3)))).asked


def test_a_decision_that_is_made_today_has_not_passed() -> None:
    assert not desk(deal(TODAY)).decision_passed


def test_a_draft_carries_the_evidence_of_the_standing_first() -> None:
    assert desk().draft(Purpose.FOLLOW_UP, PASSIVE).why[0] == PASSIVE.evidence[0]


def test_no_reason_is_given_twice() -> None:
    situation = replace(desk(), standings=Standings((PASSIVE, replace(UNDATED, evidence=PASSIVE.evidence))))
    why = situation.draft(Purpose.DECISION_PROCESS, PASSIVE).why
    assert len(why) == len(set(why))


def test_a_step_of_the_plan_is_for_purposes_that_propose_one() -> None:
    situation = with_decision(DAYS.add(TODAY, 33))
    assert situation.draft(Purpose.FOLLOW_UP, PASSIVE).milestone is not None
    assert situation.draft(Purpose.CLARITY, PASSIVE).milestone is None


@pytest.mark.parametrize("purpose", [Purpose.ANSWER, Purpose.DELIVER, Purpose.GRACEFUL_EXIT])
def test_no_cadence_delays_what_they_wait_for(purpose: Purpose) -> None:
    paper = ours(TODAY)
    assert desk(timeline=told(paper)).draft(purpose, found(Standing.PASSIVE, paper)).kind is ItemKind.DRAFT


def test_whatever_we_begin_is_delayed_by_the_cadence() -> None:
    paper = ours(TODAY)
    situation = replace(desk(timeline=told(paper)), standings=Standings((found(Standing.PASSIVE, paper),)))
    assert situation.draft(Purpose.FOLLOW_UP, found(Standing.PASSIVE, paper)).wait_until == DAYS.add(TODAY, 3)


def test_two_purposes_for_one_move_share_it() -> None:
    situation = desk()
    first, second = (situation.draft(purpose, PASSIVE) for purpose in (Purpose.FOLLOW_UP, Purpose.QUALIFY))
    assert first.key != second.key
    assert move_of(first.key) == move_of(second.key) == ("northgate", PAPER.ref)
