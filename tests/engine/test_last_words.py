"""What follows a no, a bounce and a pause: one mail at most, then silence."""

from datetime import date, timedelta

from assistant.domain.deal import Stage, Standing
from assistant.domain.draft import ItemKind, Purpose
from assistant.domain.reading import Intent, MoveKind

from .situations import (
    TODAY,
    ago,
    asked,
    deal,
    found,
    ours,
    question_about,
    theirs,
    told,
)

FAR = date(2026, 12, 18)
"""A decision for which there's time for every milestone."""
NEAR = date(2026, 10, 2)


def test_a_no_gets_one_graceful_reply() -> None:
    no = theirs(ago(0), Intent.NO)
    move = asked(deal(FAR), told(no), found(Standing.SAID_NO, no))
    assert (move.purpose, move.milestone) == (Purpose.GRACEFUL_EXIT, None)


def test_the_graceful_reply_is_not_argued_with_the_plan() -> None:
    no = theirs(ago(0), Intent.NO)
    move = asked(deal(NEAR), told(no), found(Standing.SAID_NO, no))
    assert not [reason for reason in move.why if reason.rule.startswith("plan")]


def test_after_the_graceful_reply_there_is_silence() -> None:
    no = theirs(ago(3), Intent.NO)
    assert asked(deal(), told(no, ours(ago(2))), found(Standing.SAID_NO, no)).kind is None


def test_a_no_that_is_not_certain_is_left_to_the_rep() -> None:
    no = theirs(ago(0), Intent.NO)
    assert asked(deal(), told(no), found(Standing.SAID_NO, no, certain=False)).kind is None


def test_a_no_that_the_rep_did_not_confirm_gives_way_to_what_else_holds() -> None:
    no, paper = theirs(ago(9), Intent.NO), ours(ago(5))
    unsure, passive = found(Standing.SAID_NO, no, certain=False), found(Standing.PASSIVE, paper)
    question = [question_about(no.ref)]
    first = asked(deal(FAR), told(no, paper), unsure, passive, questions=question)
    second = asked(deal(FAR), told(no, paper), unsure, passive, questions=question, settled=[first.key])
    assert (first.kind, second.purpose) == (ItemKind.QUESTION, Purpose.FOLLOW_UP)


def test_whoever_writes_again_after_a_no_is_not_sent_a_farewell() -> None:
    no, again = theirs(ago(9), Intent.NO), theirs(ago(1), Intent.QUESTION)
    question = [question_about(again.ref)]
    ended = deal(stage=Stage.SAID_NO)
    first = asked(ended, told(no, again), found(Standing.SAID_NO, no), questions=question)
    second = asked(ended, told(no, again), found(Standing.SAID_NO, no), questions=question, settled=[first.key])
    assert (first.kind, second.kind) == (ItemKind.QUESTION, None)


def test_a_no_of_months_ago_is_left_in_peace() -> None:
    no = theirs(ago(60), Intent.NO)
    assert asked(deal(), told(no), found(Standing.SAID_NO, no)).kind is None


def test_a_deal_that_the_rep_let_go_of_gets_one_farewell() -> None:
    moves = told(theirs(ago(9), Intent.QUESTION), ours(ago(5)))
    move = asked(deal(stage=Stage.SAID_NO), moves, found(Standing.SAID_NO, moves.last))
    assert (move.purpose, move.answers) == (Purpose.GRACEFUL_EXIT, moves.moves[0])


def test_a_farewell_that_was_sent_or_dismissed_is_not_made_again() -> None:
    moves = told(theirs(ago(9), Intent.QUESTION), ours(ago(5)))
    first = asked(deal(stage=Stage.SAID_NO), moves, found(Standing.SAID_NO, moves.last))
    later = told(*moves.moves, ours(ago(1)))
    second = asked(deal(stage=Stage.SAID_NO), later, found(Standing.SAID_NO, later.last), settled=[first.key])
    assert second.kind is None


def test_a_farewell_is_drafted_although_the_answer_was_dismissed() -> None:
    moves = told(theirs(ago(2), Intent.QUESTION))
    answer = asked(deal(), moves, found(Standing.OWES_REPLY, moves.last))
    ended = deal(stage=Stage.SAID_NO)
    move = asked(ended, moves, found(Standing.SAID_NO, moves.last), settled=[answer.key])
    assert move.purpose is Purpose.GRACEFUL_EXIT


def test_a_deal_that_ended_months_ago_gets_no_farewell() -> None:
    moves = told(theirs(ago(60)), ours(ago(50)))
    assert asked(deal(stage=Stage.SAID_NO), moves, found(Standing.SAID_NO, moves.last)).kind is None


def test_after_we_took_our_leave_there_is_silence() -> None:
    assert asked(deal(NEAR), told(ours(ago(9), MoveKind.GRACEFUL_EXIT))).kind is None


def test_an_address_that_bounced_is_a_notice_and_no_draft() -> None:
    paper = ours(ago(2))
    move = asked(deal(), told(paper), found(Standing.UNREACHABLE, paper))
    assert (move.kind, move.purpose) == (ItemKind.NOTICE, None)


def test_a_notice_that_was_read_is_not_shown_again() -> None:
    paper = ours(ago(2))
    bounced = found(Standing.UNREACHABLE, paper)
    key = asked(deal(), told(paper), bounced).key
    assert asked(deal(), told(paper), bounced, settled=[key]).kind is None


def test_a_pause_is_kept_until_the_day_they_named() -> None:
    not_now = theirs(ago(9), Intent.NOT_NOW)
    paused = found(Standing.PAUSED, not_now, until=TODAY + timedelta(days=30))
    move = asked(deal(stage=Stage.PAUSED), told(not_now), paused)
    assert (move.kind, move.wait_until) == (None, TODAY + timedelta(days=30))


def test_on_the_day_they_named_we_write_again() -> None:
    not_now = theirs(ago(90), Intent.NOT_NOW)
    paused = found(Standing.PAUSED, not_now, until=TODAY)
    assert asked(deal(stage=Stage.PAUSED), told(not_now), paused).purpose is Purpose.RECONNECT


def test_we_write_again_once() -> None:
    not_now = theirs(ago(90), Intent.NOT_NOW)
    paused = found(Standing.PAUSED, not_now, until=ago(5))
    assert asked(deal(stage=Stage.PAUSED), told(not_now, ours(ago(4))), paused).kind is None


def test_a_pause_without_a_day_is_never_broken() -> None:
    not_now = theirs(ago(90), Intent.NOT_NOW)
    move = asked(deal(stage=Stage.PAUSED), told(not_now), found(Standing.PAUSED, not_now))
    assert (move.kind, move.wait_until) == (None, None)
