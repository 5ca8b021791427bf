import pytest

from assistant.domain.deal import Standing
from assistant.domain.reading import Intent, MoveKind
from tests.engine.dossier import BOB, JONAS, Mail, day, meeting, ours, spoke, stand, theirs

OWES = Standing.OWES_REPLY
PAPER = ours(-3, MoveKind.ACKNOWLEDGED, "I'll send the security paper.", promise="send the security paper", due=-1)


def test_a_promise_whose_day_came_is_owed() -> None:
    assert stand(PAPER).has(OWES)


def test_a_promise_that_went_by_is_no_lapsed_step_as_well() -> None:
    both = ours(-3, MoveKind.NEXT_STEP_WITH_DATE, "I'll send it tomorrow.", promise="send it", due=-2, step=-2)
    assert [one.standing for one in stand(both).found] == [OWES]


def test_a_promise_ahead_is_the_step_that_lies_ahead() -> None:
    both = ours(-1, MoveKind.NEXT_STEP_WITH_DATE, "I'll send it on Friday.", promise="send it", due=2, step=2)
    first = stand(both).first
    assert first is not None
    assert (first.standing, first.until) == (Standing.ADVANCING, day(2))


def test_a_promise_for_today_is_owed_today() -> None:
    assert stand(ours(-1, MoveKind.ACKNOWLEDGED, promise="send the paper", due=0)).has(OWES)


def test_a_promise_for_tomorrow_is_not_owed_yet() -> None:
    assert not stand(ours(-1, MoveKind.ACKNOWLEDGED, promise="send the paper", due=1)).has(OWES)


def test_what_is_owed_names_our_sentence_and_its_day() -> None:
    owed = stand(PAPER).of(OWES)
    assert owed is not None
    assert (owed.evidence[0].sentence, owed.until) == ("I'll send the security paper.", day(-1))


def test_what_is_owed_rests_on_our_own_move() -> None:
    owed = stand(PAPER).of(OWES)
    assert owed is not None
    assert owed.move is not None
    assert owed.move.message == PAPER[0]


@pytest.mark.parametrize(
    "kept",
    [
        ours(-2, MoveKind.SENT_INFO, "Here you go."),
        ours(-2, MoveKind.ACKNOWLEDGED, "The security paper is in your inbox."),
        ours(-2, MoveKind.ACKNOWLEDGED, "See below.", files=["Security-Paper.pdf"]),
        ours(-2, MoveKind.SENT_INFO, "Here is the paper.", sender=JONAS),
        ours(-2, MoveKind.SENT_INFO, "Here is the paper.", thread="t2", to=[BOB]),
    ],
)
def test_a_promise_is_kept_by_what_we_send(kept: Mail) -> None:
    assert not stand(PAPER, kept).has(OWES)


def test_small_talk_keeps_no_promise() -> None:
    assert stand(PAPER, ours(-2, MoveKind.THANKS, "Thanks, talk soon.")).has(OWES)


def test_a_promise_made_anew_counts_from_its_new_day() -> None:
    anew = ours(-1, MoveKind.ACKNOWLEDGED, "The paper comes on Friday.", promise="send the paper", due=2)
    assert not stand(PAPER, anew).has(OWES)


def test_a_promised_call_is_kept_by_a_meeting() -> None:
    call = ours(-3, MoveKind.ACKNOWLEDGED, "I'll call you.", promise="call you", due=-1)
    assert not stand(call, events=[meeting(-2)]).has(OWES)


def test_a_promised_paper_is_not_kept_by_a_meeting() -> None:
    assert stand(PAPER, events=[meeting(-2)]).has(OWES)


def test_a_talk_settles_what_we_promised() -> None:
    assert not stand(PAPER, spoken=[spoke(-1)]).has(OWES)


UNDATED = "I'll check with Jonas."


def test_a_promise_without_a_day_is_owed_on_the_next_day() -> None:
    assert stand(ours(-1, MoveKind.ACKNOWLEDGED, UNDATED, promise="check with Jonas")).has(OWES)


def test_a_promise_without_a_day_is_not_owed_on_the_same_day() -> None:
    assert not stand(ours(0, MoveKind.ACKNOWLEDGED, UNDATED, promise="check with Jonas", hour=6)).has(OWES)


def test_a_promise_without_a_day_is_an_assumption() -> None:
    owed = stand(ours(-2, MoveKind.ACKNOWLEDGED, UNDATED, promise="check with Jonas")).of(OWES)
    assert owed is not None
    assert not owed.certain


def test_a_forgotten_promise_does_not_decide_for_ever() -> None:
    assert not stand(ours(-40, MoveKind.ACKNOWLEDGED, promise="send the paper", due=-35)).has(OWES)


def test_their_question_stands_before_what_we_promised() -> None:
    question = theirs(-1, Intent.QUESTION, asks=True)
    owed = stand(PAPER, question).of(OWES)
    assert owed is not None
    assert owed.move is not None
    assert (owed.move.message, len(owed.evidence)) == (question[0], 2)


def test_an_offer_under_a_condition_is_no_promise() -> None:
    offer = ours(
        -3, MoveKind.CLARITY_QUESTION, "If there's no hurry, I'll set it aside.", promise="If there's no hurry, …"
    )
    assert not stand(offer).has(OWES)


def test_a_farewell_promises_nothing() -> None:
    bye = ours(-3, MoveKind.GRACEFUL_EXIT, "I'll close it on our side.", promise="I'll close it on our side.")
    assert not stand(bye).has(OWES)
