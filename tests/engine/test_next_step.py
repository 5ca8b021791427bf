import inspect
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.deal import Evidence, Source, Stage, Standing
from assistant.domain.draft import ItemKind, Purpose
from assistant.domain.reading import Intent, MoveKind
from assistant.engine.next_step import move_of, next_move
from assistant.engine.standing import Found

from .situations import (
    DAYS,
    TODAY,
    UNDATED,
    ago,
    asked,
    deal,
    found,
    met,
    ours,
    question_about,
    spoke,
    theirs,
    told,
)

FAR = date(2026, 12, 18)
"""A decision for which there's time for every milestone."""
NEAR = date(2026, 10, 2)


def test_a_question_of_theirs_is_answered() -> None:
    question = theirs(ago(1), Intent.QUESTION, topic="single sign-on")
    move = asked(deal(FAR), told(question), found(Standing.OWES_REPLY, question))
    assert (move.kind, move.purpose, move.answers) == (ItemKind.DRAFT, Purpose.ANSWER, question)
    assert move.title == "Answer Petra Sandvik: single sign-on"


def test_a_promise_of_ours_that_is_due_is_delivered() -> None:
    promise = ours(ago(1))
    assert asked(deal(FAR), told(promise), found(Standing.OWES_REPLY, promise)).purpose is Purpose.DELIVER


def test_a_yes_without_a_question_gets_the_step_after_the_yes() -> None:
    yes = theirs(ago(0), Intent.YES)
    assert asked(deal(FAR, Stage.AFTER_YES), told(yes), found(Standing.OWES_REPLY, yes)).purpose is Purpose.AFTER_YES


def test_a_yes_with_a_question_gets_its_answer_first() -> None:
    yes = theirs(ago(0), Intent.YES, Intent.QUESTION)
    assert asked(deal(FAR, Stage.AFTER_YES), told(yes), found(Standing.OWES_REPLY, yes)).purpose is Purpose.ANSWER


def test_a_passive_move_is_followed_up() -> None:
    paper = ours(ago(4))
    move = asked(deal(FAR), told(paper), found(Standing.PASSIVE, paper))
    assert move.purpose is Purpose.FOLLOW_UP
    assert move.milestone is not None
    assert move.milestone.kind.id == "needs"


def test_a_passive_move_is_left_alone_until_the_cadence_says_so() -> None:
    paper = ours(ago(1))
    move = asked(deal(FAR), told(paper), found(Standing.PASSIVE, paper))
    assert (move.kind, move.wait_until) == (None, DAYS.add(TODAY, 2))


def test_a_passive_move_without_a_decision_date_gets_one_draft_that_serves_both() -> None:
    paper = ours(ago(4))
    passive = found(Standing.PASSIVE, paper)
    move = asked(deal(), told(paper), passive, UNDATED)
    assert move.purpose is Purpose.DECISION_PROCESS
    assert set(passive.evidence + UNDATED.evidence) <= set(move.why)


def test_a_passive_move_with_a_milestone_at_hand_proposes_the_milestone() -> None:
    paper = ours(ago(4))
    move = asked(deal(NEAR), told(paper), found(Standing.PASSIVE, paper))
    assert move.purpose is Purpose.MILESTONE
    assert move.milestone is not None
    assert move.title == f"Propose to Petra Sandvik: {move.milestone.kind.name}"


def test_a_milestone_of_later_weeks_does_not_go_before_the_one_at_hand() -> None:
    decision = DAYS.add(TODAY, 34)
    price, paper = theirs(ago(6), Intent.QUESTION, topic="the price"), ours(ago(4))
    move = asked(deal(decision), told(price, paper), found(Standing.PASSIVE, paper))
    assert move.purpose is Purpose.MILESTONE
    assert move.milestone is not None
    assert move.milestone.kind.id == "needs"


def test_a_topic_that_was_cut_out_of_a_sentence_is_left_out_of_the_title() -> None:
    question = theirs(ago(1), Intent.QUESTION, topic="you the outline")
    move = asked(deal(FAR), told(question), found(Standing.OWES_REPLY, question))
    assert move.title == "Answer Petra Sandvik"


def test_a_long_rally_is_met_with_a_look_for_the_no() -> None:
    paper = ours(ago(4))
    move = asked(deal(FAR), told(paper, rally=4), found(Standing.PASSIVE, paper))
    assert move.purpose is Purpose.QUALIFY


def test_three_touches_without_an_answer_lead_to_a_look_for_the_no() -> None:
    moves = [theirs(ago(20)), ours(ago(15)), ours(ago(10)), ours(ago(5))]
    move = asked(deal(FAR), told(*moves), found(Standing.PASSIVE, moves[-1]))
    assert move.purpose is Purpose.QUALIFY


def test_a_fourth_touch_without_an_answer_leads_to_the_clarityquestion_about() -> None:
    moves = [theirs(ago(24)), ours(ago(20)), ours(ago(15)), ours(ago(10)), ours(ago(5))]
    assert asked(deal(FAR), told(*moves), found(Standing.PASSIVE, moves[-1])).purpose is Purpose.CLARITY


def test_a_silence_of_months_is_met_with_the_clarityquestion_about() -> None:
    paper = ours(ago(60))
    assert asked(deal(), told(paper), found(Standing.PASSIVE, paper), UNDATED).purpose is Purpose.CLARITY


def test_a_decision_date_that_has_passed_leads_to_the_clarityquestion_about() -> None:
    paper = ours(ago(4))
    move = asked(deal(ago(2)), told(paper), found(Standing.PASSIVE, paper))
    assert move.purpose is Purpose.CLARITY
    assert "plan.passed" in {reason.rule for reason in move.why}


def test_the_clarity_question_without_an_answer_is_put_to_the_rep() -> None:
    last = ours(ago(5), MoveKind.CLARITY_QUESTION)
    moves = told(theirs(ago(24)), ours(ago(15)), ours(ago(10)), last)
    move = asked(deal(FAR), moves)
    assert (move.kind, move.purpose) == (ItemKind.QUESTION, None)
    assert move.title.endswith("let it go, or write to somebody else?")


def test_the_rep_who_has_decided_about_the_silence_is_not_asked_again() -> None:
    last = ours(ago(5), MoveKind.CLARITY_QUESTION)
    moves = told(theirs(ago(24)), ours(ago(15)), ours(ago(10)), last)
    first = asked(deal(FAR), moves)
    assert asked(deal(FAR), moves, settled=[first.key]).kind is None


def test_after_the_yes_a_passive_move_gets_the_step_after_the_yes_next_day() -> None:
    paper = ours(ago(1))
    move = asked(deal(FAR, Stage.AFTER_YES), told(paper), found(Standing.PASSIVE, paper))
    assert move.purpose is Purpose.AFTER_YES
    assert move.milestone is not None
    assert move.milestone.kind.id == "agreement"


def test_a_meeting_just_held_gets_its_recap() -> None:
    meeting = met(ago(1))
    move = asked(deal(), told(meeting), found(Standing.PASSIVE, meeting), UNDATED)
    assert (move.purpose, move.answers) == (Purpose.RECAP, meeting)


def test_a_lapsed_step_is_set_anew() -> None:
    step = ours(ago(6), MoveKind.MEETING_PROPOSED)
    assert asked(deal(FAR), told(step), found(Standing.LAPSED, step)).purpose is Purpose.RESET


def test_a_step_that_lapsed_time_and_again_leads_to_the_clarityquestion_about() -> None:
    moves = [theirs(ago(20)), *(ours(ago(n), MoveKind.MEETING_PROPOSED) for n in (15, 10, 6))]
    assert asked(deal(FAR), told(*moves), found(Standing.LAPSED, moves[-1])).purpose is Purpose.CLARITY


def test_a_question_of_ours_without_an_answer_is_not_a_step_to_set_anew() -> None:
    question = ours(ago(6), MoveKind.CLARITY_QUESTION)
    move = asked(deal(FAR), told(theirs(ago(9)), question), found(Standing.LAPSED, question, until=ago(1)))
    assert move.purpose is Purpose.FOLLOW_UP


def test_a_meeting_of_last_month_gets_no_recap() -> None:
    meeting = met(ago(15))
    assert asked(deal(FAR), told(meeting), found(Standing.PASSIVE, meeting)).purpose is Purpose.FOLLOW_UP


def test_the_step_goes_on_from_what_they_spoke_of() -> None:
    question = theirs(ago(1), Intent.QUESTION, topic="the security paper")
    move = asked(deal(FAR), told(question), found(Standing.OWES_REPLY, question))
    assert move.milestone is not None
    assert move.milestone.kind.id == "security_legal"


def test_somebody_who_is_away_is_not_written_to() -> None:
    away = found(Standing.AWAY, until=date(2026, 9, 21))
    move = asked(deal(), told(ours(ago(9))), away, UNDATED)
    assert (move.kind, move.wait_until) == (None, date(2026, 9, 21))


def test_a_next_step_ahead_keeps_us_quiet() -> None:
    ahead = found(Standing.ADVANCING, until=date(2026, 9, 18))
    move = asked(deal(), told(ours(ago(9))), ahead, UNDATED)
    assert (move.kind, move.wait_until) == (None, date(2026, 9, 21))


def test_a_won_deal_asks_for_nothing() -> None:
    assert asked(deal(stage=Stage.WON), told(theirs(ago(2))), found(Standing.WON)).kind is None


def test_nothing_is_drafted_beside_a_draft_of_the_rep() -> None:
    question = theirs(ago(1), Intent.QUESTION)
    move = asked(deal(), told(question, own_draft=True), found(Standing.OWES_REPLY, question))
    assert (move.kind, move.title) == (None, "You have begun a draft of your own.")


def test_an_unknown_date_alone_is_asked_for() -> None:
    thanks = theirs(ago(4), Intent.THANKS_ONLY)
    assert asked(deal(), told(ours(ago(5)), thanks), UNDATED).purpose is Purpose.DECISION_PROCESS


def test_a_date_that_was_asked_for_is_not_asked_for_in_the_next_mail() -> None:
    last = ours(ago(5), MoveKind.CLARITY_QUESTION)
    assert asked(deal(), told(theirs(ago(9)), last), UNDATED).purpose is Purpose.FOLLOW_UP


def test_a_finished_matter_asks_for_nothing() -> None:
    receipt = theirs(ago(9), finished=True)
    assert asked(deal(), told(ours(ago(10)), receipt), UNDATED).kind is None


def test_a_finished_matter_does_not_hide_a_milestone_at_hand() -> None:
    receipt = theirs(ago(9), finished=True)
    assert asked(deal(NEAR), told(ours(ago(10)), receipt)).purpose is Purpose.MILESTONE


def test_with_nothing_open_the_next_milestone_is_waited_for() -> None:
    move = asked(deal(FAR), told(ours(ago(10)), theirs(ago(9), Intent.THANKS_ONLY)))
    assert move.kind is None
    assert move.wait_until is not None
    assert move.wait_until > TODAY


def test_a_deal_without_mail_waits() -> None:
    assert asked(deal(), told(), UNDATED).kind is None


def test_what_was_agreed_in_a_talk_leads_on_from_the_talk() -> None:
    talk = spoke(ago(4))
    move = asked(deal(), told(talk), UNDATED)
    assert move.why[0].source is Source.DEAL
    assert move_of(move.key) == ("northgate", talk.at.isoformat())


def test_what_cannot_be_told_is_asked_of_the_rep() -> None:
    strange = theirs(ago(1))
    move = asked(deal(), told(strange), _unread(strange.ref), questions=[question_about(strange.ref)])
    assert (move.kind, move.title) == (ItemKind.QUESTION, "It is written in German.")


def test_an_answer_that_is_owed_for_certain_comes_before_a_question_to_the_rep() -> None:
    question = theirs(ago(1), Intent.QUESTION)
    move = asked(deal(), told(question), found(Standing.OWES_REPLY, question), questions=[question_about(question.ref)])
    assert move.purpose is Purpose.ANSWER


def test_a_question_that_the_rep_has_answered_is_not_asked_again() -> None:
    strange = theirs(ago(1))
    first = asked(deal(), told(strange), _unread(strange.ref), questions=[question_about(strange.ref)])
    second = asked(
        deal(), told(strange), _unread(strange.ref), questions=[question_about(strange.ref)], settled=[first.key]
    )
    assert second.kind is not ItemKind.QUESTION


def test_a_dismissed_draft_is_not_made_again_for_its_move() -> None:
    paper = ours(ago(4))
    passive = found(Standing.PASSIVE, paper)
    first = asked(deal(FAR), told(paper), passive)
    assert asked(deal(FAR), told(paper), passive, settled=[first.key]).kind is None


def test_a_dismissed_draft_is_not_made_again_under_another_purpose() -> None:
    paper = ours(ago(4))
    passive = found(Standing.PASSIVE, paper)
    first = asked(deal(FAR), told(paper), passive)
    later = DAYS.add(TODAY, 40)
    assert asked(deal(FAR), told(paper), passive, settled=[first.key], today=later).kind is None


def test_a_new_move_is_drafted_for_although_the_one_before_was_dismissed() -> None:
    before, paper = ours(ago(9)), ours(ago(4))
    first = asked(deal(FAR), told(before), found(Standing.PASSIVE, before))
    move = asked(deal(FAR), told(before, paper), found(Standing.PASSIVE, paper), settled=[first.key])
    assert move.kind is ItemKind.DRAFT


def test_a_notice_that_was_read_does_not_keep_the_move_from_its_draft() -> None:
    paper = ours(ago(4))
    notice = asked(deal(FAR), told(paper), found(Standing.UNREACHABLE, paper))
    move = asked(deal(FAR), told(paper), found(Standing.PASSIVE, paper), settled=[notice.key])
    assert move.kind is ItemKind.DRAFT


def test_the_key_names_the_deal_the_purpose_and_the_move() -> None:
    paper = ours(ago(4))
    assert asked(deal(FAR), told(paper), found(Standing.PASSIVE, paper)).key == f"northgate:follow_up:{paper.ref}"


def test_a_message_id_with_colons_is_found_again_in_the_key() -> None:
    assert move_of("northgate:follow_up:a:b@northgate.example") == ("northgate", "a:b@northgate.example")


def test_on_the_day_on_which_they_decide_nothing_disturbs_them() -> None:
    paper = ours(ago(4))
    move = asked(deal(TODAY), told(paper), found(Standing.PASSIVE, paper))
    assert move.kind is None
    assert move.title == "They decide today."


def test_the_rep_is_told_of_milestones_that_no_longer_fit() -> None:
    paper = ours(ago(4))
    move = asked(deal(NEAR), told(paper), found(Standing.PASSIVE, paper))
    said = [reason.sentence for reason in move.why if reason.rule == "plan.crowded"]
    assert said == ["Too late for Needs before their decision on 2 October 2026."]


def test_a_milestone_that_was_held_is_not_proposed() -> None:
    paper = ours(ago(4))
    move = asked(deal(FAR), told(paper), found(Standing.PASSIVE, paper), done=["needs"])
    assert move.milestone is not None
    assert move.milestone.kind.id == "hands_on"


def test_no_calendar_of_ours_can_be_given() -> None:
    names = set(inspect.signature(next_move).parameters)
    assert names == {"deal", "timeline", "standings", "plan", "today", "days", "cadence", "settled"}


@given(st.dates(date(2025, 1, 1), date(2028, 12, 31)))
def test_nothing_gets_louder_at_any_time_of_the_year(start: date) -> None:
    monday = start - timedelta(days=start.weekday())
    paper = ours(DAYS.add(monday, -4))
    move = asked(deal(), told(paper), found(Standing.PASSIVE, paper), UNDATED, today=monday)
    reference = asked(deal(), told(ours(ago(4))), found(Standing.PASSIVE, ours(ago(4))), UNDATED)
    assert (move.purpose, move.rank, move.title) == (reference.purpose, reference.rank, reference.title)


_STANDINGS = st.sampled_from(list(Standing))


@given(
    first=_STANDINGS,
    stage=st.sampled_from(list(Stage)),
    turns=st.lists(st.tuples(st.booleans(), st.integers(0, 80), st.sampled_from(list(MoveKind))), max_size=6),
    left=st.none() | st.integers(-20, 80),
    until=st.none() | st.integers(-20, 40),
)
def test_every_situation_has_one_answer_and_a_reason(
    first: Standing,
    stage: Stage,
    turns: list[tuple[bool, int, MoveKind]],
    left: int | None,
    until: int | None,
) -> None:
    moves = [ours(ago(n), kind) if us else theirs(ago(n)) for us, n, kind in sorted(turns, key=lambda turn: -turn[1])]
    day = TODAY + timedelta(days=until) if until is not None else None
    standing = found(first, moves[-1] if moves else None, until=day)
    purchase = deal(TODAY + timedelta(days=left) if left is not None else None, stage)
    move = asked(purchase, told(*moves), standing)
    assert move.title
    assert (move.kind is ItemKind.DRAFT) == (move.purpose is not None)
    assert move.kind is None or (move.why and move.wait_until is None)
    assert move.key.startswith("northgate:")
    assert move == asked(purchase, told(*moves), standing)


@pytest.mark.parametrize("standing", [Standing.WON, Standing.SAID_NO, Standing.PAUSED, Standing.AWAY])
def test_no_draft_of_ours_breaks_a_silence_that_they_asked_for(standing: Standing) -> None:
    theirs_then_ours = told(theirs(ago(60)), ours(ago(50)))
    silent = found(standing, theirs_then_ours.moves[0], until=TODAY + timedelta(days=1))
    assert asked(deal(NEAR, Stage.AFTER_YES), theirs_then_ours, silent, UNDATED).kind is None


def _unread(ref: str) -> Found:
    why = Evidence(Source.MESSAGE, ref, "They wrote last.", rule="unread")
    return Found(Standing.OWES_REPLY, (why,), move=theirs(ago(1)), certain=False)
