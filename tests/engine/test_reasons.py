from dataclasses import replace
from datetime import date

import pytest

from assistant.domain.deal import Contact, Source, Stage
from assistant.domain.draft import Purpose
from assistant.domain.mail import Address
from assistant.domain.plan import Milestone, Plan
from assistant.engine.planning import DEFAULT_PROCESS
from assistant.engine.reasons import cadence_reason, evidence_of, person_of, plan_reasons, rank, spelled, title_of

from .situations import DAYS, TODAY, ago, deal, met, ours, spoke, theirs, told

DECISION = date(2026, 10, 16)
NEEDS, TEST = DEFAULT_PROCESS.milestones[:2]
STEP = Milestone(TEST, date(2026, 9, 21), slack=3, latest=date(2026, 9, 24))


def plan(slack: int) -> Plan:
    """The test is next, `slack` working days from today at the latest, and can wait as many."""
    return Plan(DECISION, (replace(STEP, slack=slack, latest=DAYS.add(STEP.day, slack)),))


@pytest.mark.parametrize("purpose", list(Purpose))
def test_every_purpose_has_a_title_that_names_whom_it_is_for(purpose: Purpose) -> None:
    paper = theirs(ago(3), topic="the security paper")
    assert "Petra Sandvik" in title_of(purpose, deal(), told(paper), paper, STEP)


def test_a_milestone_is_named_in_the_title() -> None:
    paper = ours(ago(3))
    assert title_of(Purpose.MILESTONE, deal(), told(paper), paper, STEP) == "Propose to Petra Sandvik: Hands-on test"


def test_the_title_names_whom_our_mail_went_to_and_not_who_wrote_last() -> None:
    dana = Address("dana@northgate.example", "Dana Holt")
    both = replace(deal(), contacts=(*deal().contacts, Contact(dana)))
    mail = ours(ago(1))
    assert mail.message is not None
    to_dana = replace(mail, message=replace(mail.message, message=replace(mail.message.message, to=(dana,))))
    title = title_of(Purpose.FOLLOW_UP, both, told(theirs(ago(3)), to_dana), to_dana, None)
    assert title == "Follow up with Dana Holt"


def test_the_title_of_a_recap_names_the_meeting() -> None:
    meeting = met(ago(1))
    title = title_of(Purpose.RECAP, deal(), told(meeting), meeting, None)
    assert title == "Write down what was agreed with Petra Sandvik: Northgate walk-through"


def test_a_draft_that_proposes_a_later_milestone_says_why() -> None:
    later = Milestone(DEFAULT_PROCESS.milestones[2], date(2026, 10, 2), slack=5)
    said = {reason.rule: reason.sentence for reason in plan_reasons(deal(DECISION), plan(3), TODAY, DAYS, later)}
    assert said["plan.taken-up"].startswith(f"The draft takes up {later.kind.name} instead, planned for 2 October 2026")
    assert "plan.taken-up" not in {reason.rule for reason in plan_reasons(deal(DECISION), plan(3), TODAY, DAYS, STEP)}


def test_where_nobody_wrote_the_contact_is_named() -> None:
    assert person_of(deal(), told(ours(ago(3)))) == "Petra Sandvik"


def test_without_a_name_the_company_is_named() -> None:
    assert person_of(replace(deal(), contacts=()), told()) == "Northgate"


def test_a_contact_who_has_left_is_not_named() -> None:
    gone = replace(deal().contacts[0], active=False)
    assert person_of(replace(deal(), contacts=(gone,)), told()) == "Northgate"


@pytest.mark.parametrize(
    ("move", "source"),
    [(ours(ago(1)), Source.MESSAGE), (met(ago(1)), Source.EVENT), (spoke(ago(1)), Source.REP)],
)
def test_a_move_is_its_own_evidence(move: object, source: Source) -> None:
    assert evidence_of(move).source is source  # type: ignore[arg-type]


def test_the_plan_says_what_is_next_and_how_long_it_can_wait() -> None:
    said = [reason.sentence for reason in plan_reasons(deal(DECISION), plan(3), TODAY, DAYS)]
    assert said == [
        "Hands-on test is next, on 21 September 2026, with 3 working days to spare before their decision on "
        "16 October 2026."
    ]


def test_one_working_day_to_spare_is_one_day() -> None:
    assert "with 1 working day to spare" in plan_reasons(deal(DECISION), plan(1), TODAY, DAYS)[0].sentence


def test_a_milestone_that_can_not_wait_says_so() -> None:
    assert "with no day to spare" in plan_reasons(deal(DECISION), plan(0), TODAY, DAYS)[0].sentence


def test_what_is_too_late_is_named() -> None:
    crowded = replace(plan(3), crowded=(NEEDS,))
    said = [reason.sentence for reason in plan_reasons(deal(DECISION), crowded, TODAY, DAYS)]
    assert said[1] == "Too late for Needs before their decision on 16 October 2026."


def test_of_a_decision_date_that_passed_that_is_said_and_what_to_do() -> None:
    reasons = plan_reasons(deal(ago(2)), replace(plan(3), decision=ago(2)), TODAY, DAYS)
    assert [reason.sentence for reason in reasons] == [
        "The day on which they meant to decide, 14 September 2026, is behind us.",
        "Ask what has changed for them, or write down the day that they name now.",
    ]


def test_a_decision_on_a_day_of_rest_is_told_with_the_day_before_it() -> None:
    sunday = date(2026, 10, 18)
    said = [reason.sentence for reason in plan_reasons(deal(sunday), replace(plan(3), decision=sunday), TODAY, DAYS)]
    assert "18 October 2026 is no working day: the plan ends on 16 October 2026; ask which day is meant." in said


def test_what_is_too_late_comes_with_what_the_rep_can_do() -> None:
    reasons = plan_reasons(deal(DECISION), replace(plan(3), crowded=(NEEDS,)), TODAY, DAYS)
    assert "ask whether a later day suits them better" in reasons[-1].sentence


def test_without_a_plan_there_is_nothing_to_say_of_it() -> None:
    assert plan_reasons(deal(), None, TODAY, DAYS) == ()


def test_the_wait_is_told_in_working_days() -> None:
    reasons = cadence_reason(deal(), told(ours(ago(4))), TODAY, DAYS)
    assert [reason.sentence for reason in reasons] == ["4 working days have passed since the last move."]


def test_yesterday_is_one_working_day_ago() -> None:
    reasons = cadence_reason(deal(), told(ours(ago(1))), TODAY, DAYS)
    assert [reason.sentence for reason in reasons] == ["1 working day has passed since the last move."]


def test_of_a_move_of_today_no_wait_is_told() -> None:
    assert cadence_reason(deal(), told(ours(TODAY)), TODAY, DAYS) == ()


def test_an_answer_goes_before_a_proposal_with_as_much_slack() -> None:
    timeline = told(ours(ago(4)))
    answer = rank(Purpose.ANSWER, deal(DECISION), timeline, plan(4), TODAY, DAYS)
    assert answer < rank(Purpose.MILESTONE, deal(DECISION), timeline, plan(0), TODAY, DAYS)


def test_a_plan_at_risk_goes_before_an_answer_on_a_deal_without_a_date() -> None:
    timeline = told(ours(ago(4)))
    at_risk = rank(Purpose.MILESTONE, deal(DECISION), timeline, plan(0), TODAY, DAYS)
    assert at_risk < rank(Purpose.ANSWER, deal(), timeline, None, TODAY, DAYS)


def test_less_slack_goes_before_the_longest_wait() -> None:
    near = rank(Purpose.MILESTONE, deal(DECISION), told(ours(ago(1))), plan(1), TODAY, DAYS)
    assert near < rank(Purpose.MILESTONE, deal(DECISION), told(ours(ago(80))), plan(2), TODAY, DAYS)


def test_with_equal_slack_deals_after_the_yes_go_first() -> None:
    timeline = told(ours(ago(4)))
    after = rank(Purpose.AFTER_YES, deal(DECISION, Stage.AFTER_YES), timeline, plan(2), TODAY, DAYS)
    assert after < rank(Purpose.MILESTONE, deal(DECISION), timeline, plan(2), TODAY, DAYS)


def test_a_plan_with_a_milestone_that_no_longer_fits_has_no_slack() -> None:
    timeline = told(ours(ago(4)))
    crowded = replace(plan(9), crowded=(NEEDS,))
    late = rank(Purpose.MILESTONE, deal(DECISION), timeline, crowded, TODAY, DAYS)
    assert late == rank(Purpose.MILESTONE, deal(DECISION), timeline, plan(0), TODAY, DAYS)


def test_a_day_is_spelled_as_the_rep_reads_it() -> None:
    assert spelled(date(2026, 12, 4)) == "4 December 2026"
