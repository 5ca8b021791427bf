from datetime import timedelta

import pytest

from assistant.domain.calendar import EventStatus, PartStat
from assistant.domain.deal import Source, Standing
from assistant.domain.reading import AutomaticKind, Intent, MoveKind
from tests.engine.dossier import ANNA, BOB, NOW, Mail, day, meeting, ours, robot, spoke, stand, theirs

ADVANCING, LAPSED, PASSIVE = Standing.ADVANCING, Standing.LAPSED, Standing.PASSIVE


def first(*mail: Mail, **more: object) -> Standing | None:
    found = stand(*mail, **more).first  # type: ignore[arg-type]
    return found.standing if found else None


def test_a_meeting_ahead_advances_the_deal_whatever_we_wrote_last() -> None:
    assert first(ours(-1), events=[meeting(3)]) is ADVANCING


def test_a_meeting_booked_by_them_advances_it() -> None:
    assert first(ours(-1), events=[meeting(3, organizer=ANNA)]) is ADVANCING


def test_a_meeting_today_keeps_us_quiet() -> None:
    assert first(ours(-1), events=[meeting(0)]) is ADVANCING


def test_the_evidence_of_a_meeting_is_the_event() -> None:
    found = stand(events=[meeting(3)]).first
    assert found is not None
    assert (found.evidence[0].source, found.evidence[0].ref) == (Source.EVENT, "meeting-3")


def test_it_advances_until_the_day_of_the_meeting() -> None:
    found = stand(events=[meeting(3)]).first
    assert found is not None
    assert found.until == day(3)


@pytest.mark.parametrize("answer", [PartStat.TENTATIVE, PartStat.NEEDS_ACTION])
def test_a_meeting_that_they_have_not_accepted_is_weak(answer: PartStat) -> None:
    found = stand(events=[meeting(3, partstat=answer)]).of(ADVANCING)
    assert found is not None
    assert not found.certain


def test_a_tentative_meeting_is_weak() -> None:
    found = stand(events=[meeting(3, status=EventStatus.TENTATIVE)]).of(ADVANCING)
    assert found is not None
    assert not found.certain


def test_a_meeting_with_optional_guests_alone_is_weak() -> None:
    found = stand(events=[meeting(3, optional=True)]).of(ADVANCING)
    assert found is not None
    assert not found.certain


def test_a_weak_meeting_says_why() -> None:
    found = stand(events=[meeting(3, partstat=PartStat.TENTATIVE)]).of(ADVANCING)
    assert found is not None
    assert found.evidence[1].sentence == "They answered “maybe”."


def test_a_firm_meeting_stands_before_a_weak_one() -> None:
    found = stand(events=[meeting(2, partstat=PartStat.TENTATIVE), meeting(4)]).of(ADVANCING)
    assert found is not None
    assert found.until == day(4)


def test_a_step_that_we_proposed_is_ahead_until_its_day() -> None:
    assert first(ours(-1, MoveKind.MEETING_PROPOSED, step=2)) is ADVANCING


def test_a_step_proposed_for_today_is_ahead() -> None:
    assert first(ours(-1, MoveKind.MEETING_PROPOSED, step=0)) is ADVANCING


def test_a_step_whose_day_went_by_has_lapsed() -> None:
    assert first(ours(-5, MoveKind.MEETING_PROPOSED, step=-1)) is LAPSED


def test_a_lapsed_step_names_its_day() -> None:
    found = stand(ours(-5, MoveKind.MEETING_PROPOSED, step=-1)).first
    assert found is not None
    assert found.until == day(-1)


def test_a_thank_you_does_not_keep_a_step_from_lapsing() -> None:
    assert first(ours(-5, MoveKind.MEETING_PROPOSED, step=-2), theirs(-4, Intent.THANKS_ONLY)) is LAPSED


def test_a_meeting_held_since_keeps_the_step() -> None:
    assert first(ours(-5, MoveKind.MEETING_PROPOSED, step=-2), events=[meeting(-2)]) is PASSIVE


def test_their_answer_takes_the_step_up() -> None:
    found = stand(
        ours(-5, MoveKind.MEETING_PROPOSED, step=-2), theirs(-3, Intent.QUESTION, asks=True), ours(-3, hour=15)
    )
    assert [one.standing for one in found.found] == [PASSIVE]


def test_an_unconfirmed_proposal_does_not_hide_a_passive_answer_to_their_question() -> None:
    question = theirs(-2, Intent.QUESTION, asks=True)
    assert first(ours(-3, MoveKind.MEETING_PROPOSED, step=2), question, ours(-1)) is PASSIVE


def test_a_nudge_after_a_lapsed_step_leaves_it_lapsed_and_passive() -> None:
    found = stand(ours(-6, MoveKind.MEETING_PROPOSED, step=-3), ours(-1, MoveKind.NUDGE))
    assert [one.standing for one in found.found] == [LAPSED, PASSIVE]


def test_a_newer_proposal_replaces_a_lapsed_one() -> None:
    newer = ours(-1, MoveKind.MEETING_PROPOSED, step=3)
    assert first(ours(-6, MoveKind.MEETING_PROPOSED, step=-3), newer) is ADVANCING


@pytest.mark.parametrize("offset", [-2, -15])
def test_a_specific_question_of_ours_is_no_step_and_cannot_lapse(offset: int) -> None:
    assert first(ours(offset, MoveKind.CLARITY_QUESTION)) is None


def test_a_graceful_exit_leaves_nothing_ahead_and_nothing_lapsed() -> None:
    assert first(ours(-20, MoveKind.GRACEFUL_EXIT)) is None


def test_a_dated_promise_of_theirs_keeps_us_quiet_until_its_day() -> None:
    assert first(ours(-2), theirs(-1, promise="read it", due=3)) is ADVANCING


def test_a_dated_promise_of_theirs_holds_on_its_last_day() -> None:
    assert first(ours(-2), theirs(-1, promise="read it", due=0)) is ADVANCING


def test_a_promise_of_theirs_that_went_by_has_lapsed() -> None:
    assert first(ours(-6), theirs(-5, promise="read it", due=-1)) is LAPSED


def test_an_undated_promise_of_theirs_is_no_step() -> None:
    assert first(ours(-3), theirs(-2, promise="ask legal")) is PASSIVE


def test_an_undated_promise_of_theirs_leaves_our_step_ahead() -> None:
    assert first(ours(-3, MoveKind.MEETING_PROPOSED, step=2), theirs(-2, promise="ask legal")) is ADVANCING


def test_they_renew_their_promise() -> None:
    renewed = theirs(-1, promise="need until Friday", due=2)
    assert first(ours(-6), theirs(-5, promise="read it", due=-1), renewed) is ADVANCING


def test_any_word_of_theirs_keeps_their_promise() -> None:
    assert first(ours(-6), theirs(-5, promise="read it", due=-2), theirs(-3, Intent.QUESTION), ours(-2)) is PASSIVE


def test_a_step_of_ours_after_their_promise_went_by_replaces_it() -> None:
    ask = ours(-1, MoveKind.MEETING_PROPOSED, step=2)
    found = stand(ours(-6), theirs(-5, promise="read it", due=-3), ask)
    assert [one.standing for one in found.found] == [ADVANCING]


def test_a_promise_of_ours_is_ahead_before_its_day() -> None:
    assert first(ours(-1, promise="send the security paper", due=2)) is ADVANCING


def test_an_agreed_meeting_stays_ahead_after_our_thanks() -> None:
    agreed = theirs(-2, Intent.SCHEDULING, meet=2)
    assert first(ours(-3, MoveKind.MEETING_PROPOSED, step=2), agreed, ours(-1, MoveKind.THANKS)) is ADVANCING


def test_an_agreed_meeting_that_nobody_held_has_lapsed() -> None:
    agreed = theirs(-5, Intent.SCHEDULING, meet=-2)
    assert first(ours(-6, MoveKind.MEETING_PROPOSED, step=-2), agreed) is LAPSED


def test_a_next_step_that_was_spoken_of_is_ahead() -> None:
    assert first(ours(-4), spoken=[spoke(-1, next_day=3)]) is ADVANCING


def test_a_spoken_next_step_that_went_by_has_lapsed() -> None:
    assert first(ours(-6), spoken=[spoke(-5, next_day=-1)]) is LAPSED


def test_a_cancelled_meeting_is_to_be_set_anew() -> None:
    assert first(ours(-6), events=[meeting(2, status=EventStatus.CANCELLED)]) is LAPSED


def test_a_cancelled_meeting_ahead_is_to_be_set_anew_today() -> None:
    found = stand(ours(-6), events=[meeting(2, status=EventStatus.CANCELLED)]).first
    assert found is not None
    assert found.until is None


def test_a_meeting_that_they_declined_is_to_be_set_anew() -> None:
    assert first(ours(-6), events=[meeting(2, partstat=PartStat.DECLINED)]) is LAPSED


def test_a_cancelled_meeting_with_another_one_booked_is_no_loss() -> None:
    assert first(events=[meeting(2, status=EventStatus.CANCELLED), meeting(5)]) is ADVANCING


def test_a_cancelled_meeting_that_took_place_later_is_no_loss() -> None:
    found = stand(events=[meeting(-5, status=EventStatus.CANCELLED), meeting(-2)])
    assert not found.has(LAPSED)


def test_a_cancelled_meeting_for_which_we_proposed_another_day_is_no_loss() -> None:
    proposed = ours(-1, MoveKind.MEETING_PROPOSED, step=5)
    assert first(proposed, events=[meeting(2, status=EventStatus.CANCELLED)]) is ADVANCING


def test_a_meeting_cancelled_long_ago_is_forgotten() -> None:
    assert not stand(ours(-50), events=[meeting(-45, status=EventStatus.CANCELLED)]).has(LAPSED)


def test_an_invitation_by_mail_that_is_not_in_the_calendar_keeps_us_quiet() -> None:
    invitation = robot(-1, AutomaticKind.CALENDAR_REQUEST, uid="new")
    found = stand(ours(-3), invitation).first
    assert found is not None
    assert (found.standing, found.certain) == (ADVANCING, False)


def test_an_invitation_that_is_in_the_calendar_counts_as_the_meeting() -> None:
    invitation = robot(-1, AutomaticKind.CALENDAR_REQUEST, uid="u1")
    found = stand(ours(-3), invitation, events=[meeting(3, organizer=ANNA, uid="u1")]).first
    assert found is not None
    assert found.certain


def test_an_invitation_that_we_answered_by_mail_is_over() -> None:
    assert first(robot(-3, AutomaticKind.CALENDAR_REQUEST, uid="new"), ours(-2)) is PASSIVE


def test_a_meeting_held_without_anything_after_it_is_passive() -> None:
    found = stand(ours(-3), events=[meeting(-1)]).first
    assert found is not None
    assert found.move is not None
    assert (found.standing, found.move.event) == (PASSIVE, meeting(-1))


def test_a_purposeful_mail_after_the_meeting_moves_on() -> None:
    assert first(ours(-1, MoveKind.NEXT_STEP_WITH_DATE, step=4), events=[meeting(-2)]) is ADVANCING


def test_the_next_meeting_keeps_us_quiet_after_the_last() -> None:
    assert first(events=[meeting(-1), meeting(4)]) is ADVANCING


def test_a_step_is_judged_on_the_reps_clock() -> None:
    late = NOW + timedelta(hours=20)
    assert first(ours(-1, MoveKind.MEETING_PROPOSED, step=0), now=late) is LAPSED


def test_a_meeting_with_another_of_them_advances_the_deal() -> None:
    assert first(ours(-1), events=[meeting(3, with_=[BOB])]) is ADVANCING
