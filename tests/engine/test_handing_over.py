"""What goes to the rep before any draft: a note about what only a person may answer, a question that can't wait."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.domain.concern import Concern, ConcernKind
from assistant.domain.deal import Standing
from assistant.domain.draft import ItemKind
from assistant.domain.reading import Intent, Span
from assistant.engine.found import Question, Raised, Standings
from assistant.engine.next_step import NextMove, next_move
from assistant.engine.reasons import evidence_of

from .situations import CADENCE, DAYS, TODAY, ago, asked, deal, found, ours, question_about, theirs, told

FAR = date(2026, 12, 18)


def upset(settled: Sequence[str] = (), *, questions: Sequence[Question] = (), waited: int = 1) -> NextMove:
    """They wrote in anger and wait for an answer."""
    storm = theirs(ago(waited), Intent.QUESTION)
    raised = Raised(Concern(ConcernKind.ANGER, Span(0, 4, "text", "rule")), storm, evidence_of(storm))
    found_all = Standings((found(Standing.OWES_REPLY, storm),), tuple(questions), raised)
    return next_move(deal(FAR), told(storm), found_all, None, TODAY, DAYS, CADENCE, settled)


def test_what_only_a_person_may_answer_is_a_notice() -> None:
    move = upset()
    assert (move.kind, move.purpose) == (ItemKind.NOTICE, None)
    assert move.title.startswith("Petra Sandvik is angry. Nothing is drafted")


def test_after_the_notice_was_read_there_is_still_no_draft() -> None:
    assert upset([upset().key]).kind is None


def test_a_notice_that_is_no_news_is_not_put_up() -> None:
    assert upset(waited=30).kind is None


def test_beside_a_notice_that_was_read_another_question_is_asked() -> None:
    assert upset([upset().key], questions=[question_about("other")]).kind is ItemKind.QUESTION


def test_a_question_that_comes_first_is_asked_before_an_answer_that_is_owed() -> None:
    question = theirs(ago(1), Intent.QUESTION)
    leaving = replace(question_about(question.ref), about="leaving", first=True)
    move = asked(deal(), told(question), found(Standing.OWES_REPLY, question), questions=[leaving])
    assert move.kind is ItemKind.QUESTION


def test_a_question_shows_all_its_evidence() -> None:
    other = evidence_of(ours(ago(3)))
    question = replace(question_about("one"), also=(other,))
    assert asked(deal(), told(ours(ago(3))), questions=[question]).why == (question.evidence, other)
