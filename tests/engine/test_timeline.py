from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.calendar import Event, EventStatus, PartStat
from assistant.domain.deal import Side
from assistant.domain.mail import Address, FolderRole
from assistant.domain.reading import AutomaticKind, Intent, MoveKind
from assistant.engine.timeline import Timeline
from tests.engine.dossier import (
    ANNA,
    BOB,
    FREDA,
    JONAS,
    MARA,
    MARA_ALIAS,
    NOW,
    PARTNER,
    US,
    Mail,
    day,
    deal,
    line,
    meeting,
    message,
    ours,
    robot,
    spoke,
    theirs,
)


def sides(timeline: Timeline) -> list[Side]:
    return [move.side for move in timeline.moves]


def test_the_moves_stand_in_the_order_in_which_they_were_made() -> None:
    assert sides(line(ours(-1), theirs(-3), ours(-4))) == [Side.US, Side.THEM, Side.US]


def test_mail_to_a_colleague_is_no_move() -> None:
    assert line(ours(-1, to=[JONAS])).moves == ()


def test_a_colleagues_mail_to_the_customer_is_our_move() -> None:
    assert sides(line(ours(-1, sender=JONAS))) == [Side.US]


def test_mail_from_an_alias_is_our_move() -> None:
    assert sides(line(ours(-1, sender=MARA_ALIAS))) == [Side.US]


def test_a_customer_in_blind_copy_makes_a_move() -> None:
    sent, reading = ours(-1, to=[JONAS])
    blind = replace(sent, message=replace(sent.message, bcc=(ANNA,)))
    assert len(line((blind, reading)).moves) == 1


def test_mail_of_ours_to_a_partner_alone_is_no_move() -> None:
    assert line(theirs(-3), ours(-1, to=[PARTNER])).last_of(Side.US) is None


def test_a_forward_to_another_contact_is_our_move() -> None:
    assert sides(line(theirs(-2), ours(-1, to=[BOB]))) == [Side.THEM, Side.US]


def test_a_colleague_of_theirs_who_answers_makes_a_move_of_theirs() -> None:
    assert sides(line(ours(-2), theirs(-1, sender=Address("new@northgate.example")))) == [Side.US, Side.THEM]


def test_somebody_else_who_writes_with_the_customer_on_it_counts() -> None:
    assert sides(line(ours(-2), theirs(-1, sender=PARTNER, cc=[ANNA]))) == [Side.US, Side.THEM]


def test_somebody_else_who_writes_to_us_alone_is_a_stranger() -> None:
    found = line(ours(-2), theirs(-1, sender=PARTNER))
    assert (sides(found), len(found.strangers)) == ([Side.US], 1)


def test_in_a_thread_that_the_rep_put_here_everyone_outside_is_the_customer() -> None:
    assert sides(line(theirs(-1, sender=PARTNER, thread="t9"))) == [Side.THEM]


def test_a_freemail_contact_is_the_customer() -> None:
    private = deal(contacts=[FREDA], domains=())
    assert sides(line(ours(-2, to=[FREDA]), of=private)) == [Side.US]


def test_a_reply_to_of_a_contact_shows_the_customer() -> None:
    mail, reading = theirs(-1, sender=FREDA)
    answered = replace(mail, message=replace(mail.message, reply_to=(ANNA,)))
    assert sides(line((answered, reading))) == [Side.THEM]


@pytest.mark.parametrize(
    "kind",
    [
        AutomaticKind.OUT_OF_OFFICE,
        AutomaticKind.BOUNCE,
        AutomaticKind.CALENDAR_REPLY,
        AutomaticKind.NEWSLETTER,
        AutomaticKind.LIST,
        AutomaticKind.RECEIPT,
        AutomaticKind.MACHINE,
    ],
)
def test_what_no_person_wrote_is_no_move(kind: AutomaticKind) -> None:
    found = line(ours(-2), robot(-1, kind))
    assert (len(found.moves), len(found.automatic)) == (1, 1)


def test_what_the_reading_shows_to_be_automatic_is_no_move() -> None:
    mail, reading = theirs(-1)
    told = robot(-1, AutomaticKind.OUT_OF_OFFICE)[0].automatic
    assert reading is not None
    assert line((mail, replace(reading, automatic=told))).moves == ()


def test_our_own_absence_notice_is_nothing() -> None:
    assert line(robot(-1, AutomaticKind.OUT_OF_OFFICE, sender=MARA)).automatic == ()


def test_a_comment_in_a_calendar_reply_is_read() -> None:
    mail, reading = theirs(-1, Intent.QUESTION, asks=True)
    told = robot(-1, AutomaticKind.CALENDAR_REPLY)[0].automatic
    assert sides(line((replace(mail, automatic=told), reading))) == [Side.THEM]


def test_an_answer_through_the_customers_group_address_is_a_move() -> None:
    sent = ours(-2)
    answer = robot(-1, AutomaticKind.LIST, refs=(sent[0].message.message_id,))
    assert sides(line(sent, answer)) == [Side.US, Side.THEM]


def test_a_reply_in_the_junk_folder_counts() -> None:
    mail = message(-1, ANNA, [MARA], role=FolderRole.JUNK, folder="Junk")
    assert sides(line((mail, None))) == [Side.THEM]


def test_the_same_message_twice_is_one_move() -> None:
    mail, reading = theirs(-1)
    copy = replace(mail, key=mail.key + 10_000, message=replace(mail.message, folder="Archive"))
    assert len(line((mail, reading), (copy, reading)).moves) == 1


def test_the_same_message_under_another_message_id_is_one_move() -> None:
    mail, reading = theirs(-1)
    copy = replace(mail, key=mail.key + 10_000, message=replace(mail.message, message_id="rewritten@x"))
    assert len(line((mail, reading), (copy, reading)).moves) == 1


def test_two_messages_with_one_message_id_are_two_moves() -> None:
    one, other = theirs(-2, text="First"), theirs(-1, text="Second")
    same = replace(other[0], message=replace(other[0].message, message_id=one[0].message.message_id))
    assert len(line(one, (same, other[1])).moves) == 2


@pytest.mark.parametrize("footer", ["", "\n____\nPlanning group"])
def test_our_own_mail_that_a_group_sends_back_is_no_move(footer: str) -> None:
    text = "Here is the paper about security that you asked for on Monday."
    group = Address("planning@northgate.example", "Mara via Planning")
    echo = theirs(-3, sender=group, text=f"{text}{footer}", hour=11)
    assert len(line(ours(-3, text=text), echo).moves) == 1


def test_the_same_words_of_theirs_a_week_later_are_theirs() -> None:
    text = "Here is the paper about security that you asked for on Monday."
    assert len(line(ours(-8, text=text), theirs(-3, text=text)).moves) == 2


def test_a_mail_that_they_recalled_is_uncertain() -> None:
    asked, recall = theirs(-3, Intent.QUESTION, asks=True), robot(-2, AutomaticKind.RECALL)
    recalled = replace(recall[0], message=replace(recall[0].message, subject="Recall: Planner"))
    (move,) = line(asked, (recalled, None)).moves
    assert move.reading is not None
    assert not move.reading.certain


def test_a_recall_of_another_mail_changes_nothing() -> None:
    asked, recall = theirs(-3, Intent.QUESTION, asks=True), robot(-2, AutomaticKind.RECALL)
    recalled = replace(recall[0], message=replace(recall[0].message, subject="Recall: Lunch"))
    (move,) = line(asked, (recalled, None)).moves
    assert move.reading is not None
    assert move.reading.certain


def test_a_draft_of_the_rep_is_no_move_and_is_kept_apart() -> None:
    draft = message(-1, MARA, [ANNA], role=FolderRole.DRAFTS, folder="Drafts")
    found = line(theirs(-2), (draft, None))
    assert (sides(found), found.own_draft) == ([Side.THEM], draft)


def test_a_draft_that_we_filed_is_not_the_reps_own() -> None:
    draft = message(-1, MARA, [ANNA], role=FolderRole.DRAFTS, headers=(("x-nextmove-key", "k"),))
    assert line(theirs(-2), (draft, None)).own_draft is None


def test_a_draft_from_before_the_last_mail_in_its_thread_is_a_leftover() -> None:
    draft = message(-3, MARA, [ANNA], role=FolderRole.DRAFTS)
    assert line((draft, None), ours(-2)).own_draft is None


def test_a_draft_to_a_colleague_is_none_to_the_customer() -> None:
    draft = message(-1, MARA, [JONAS], role=FolderRole.DRAFTS)
    assert line(theirs(-2), (draft, None)).own_draft is None


@pytest.mark.parametrize("folder", ["Outbox", "[Gmail]/Scheduled", "Postausgang"])
def test_a_mail_that_waits_to_be_sent_is_like_a_draft(folder: str) -> None:
    waiting = message(-1, MARA, [ANNA], role=FolderRole.OTHER, folder=folder)
    found = line(theirs(-2), (waiting, None))
    assert (sides(found), found.own_draft) == ([Side.THEM], waiting)


def test_a_draft_of_ours_in_the_bin_is_nothing() -> None:
    thrown = message(-1, MARA, [ANNA], role=FolderRole.TRASH, headers=(("x-nextmove-key", "k"),))
    assert line((thrown, None)).moves == ()


def test_a_mail_that_bounced_for_everyone_is_no_move() -> None:
    found = line(theirs(-5), ours(-2), robot(-2, AutomaticKind.BOUNCE, sender=Address("x@y.test"), failed=[ANNA]))
    assert sides(found) == [Side.THEM]


def test_a_bounce_from_our_own_mail_server_counts() -> None:
    server = Address(f"mailer-daemon@{MARA.domain}")
    found = line(theirs(-5), ours(-2), robot(-2, AutomaticKind.BOUNCE, sender=server, failed=[ANNA]))
    assert sides(found) == [Side.THEM]
    assert len(found.automatic) == 1


def test_an_absence_of_our_own_is_nothing_of_the_deal() -> None:
    assert line(theirs(-5), robot(-2, AutomaticKind.OUT_OF_OFFICE, sender=JONAS)).automatic == ()


def test_a_mail_that_bounced_for_one_of_two_is_a_move() -> None:
    bounce = robot(-2, AutomaticKind.BOUNCE, sender=Address("x@y.test"), failed=[BOB])
    assert sides(line(ours(-2, to=[ANNA, BOB]), bounce)) == [Side.US]


def test_a_message_dated_next_month_counts_as_of_now() -> None:
    found = line(theirs(20))
    assert found.moves[0].at == NOW


def test_a_message_without_a_date_stands_after_what_it_answers() -> None:
    first, last = ours(-5), ours(-1)
    lost = message(0, ANNA, [MARA], refs=(first[0].message.message_id,), dated=False)
    assert sides(line(first, (lost, None), last)) == [Side.US, Side.THEM, Side.US]


def test_a_meeting_that_was_held_is_a_move_at_its_end() -> None:
    held = meeting(-1)
    move = line(events=[held]).moves[0]
    assert (move.at, move.purposeful, move.ref) == (held.end, True, held.uid)


def test_a_meeting_under_way_is_ahead() -> None:
    assert len(line(events=[meeting(0, hour=6)], now=NOW - timedelta(minutes=30)).ahead) == 1


def test_a_meeting_among_us_is_none() -> None:
    found = line(events=[meeting(1, with_=[JONAS])])
    assert found.ahead == ()


@pytest.mark.parametrize("event", [meeting(1, all_day=True), meeting(1, free=True), meeting(1, private=True)])
def test_an_event_that_is_no_time_together_is_no_meeting(event: Event) -> None:
    assert line(events=[event]).ahead == ()


def test_a_meeting_that_the_rep_declined_is_none() -> None:
    assert line(events=[meeting(1, ours=PartStat.DECLINED)]).ahead == ()


def test_a_meeting_that_all_of_them_declined_fell_through() -> None:
    found = line(events=[meeting(1, partstat=PartStat.DECLINED)])
    assert (len(found.ahead), len(found.cancelled)) == (0, 1)


def test_a_cancelled_meeting_fell_through() -> None:
    assert len(line(events=[meeting(1, status=EventStatus.CANCELLED)]).cancelled) == 1


def test_a_decline_by_mail_counts_where_the_calendar_does_not_know() -> None:
    booked = meeting(1, partstat=PartStat.NEEDS_ACTION, uid="u1")
    reply = robot(-1, AutomaticKind.CALENDAR_REPLY, uid="u1", partstat="DECLINED")
    assert len(line(reply, events=[booked]).cancelled) == 1


def test_the_newest_copy_of_a_moved_meeting_counts() -> None:
    found = line(events=[meeting(5, uid="u1", sequence=2), meeting(2, uid="u1", sequence=1)])
    assert [event.sequence for event in found.ahead] == [2]


def test_a_standing_meeting_far_ahead_is_no_next_step() -> None:
    assert line(events=[meeting(40, recurrence_id="2026-11-11")]).ahead == ()


def test_a_single_meeting_far_ahead_is_one() -> None:
    assert len(line(events=[meeting(40)]).ahead) == 1


def test_a_talk_without_a_next_step_leads_nowhere() -> None:
    assert line(spoken=[spoke(-1)]).moves[0].purposeful is False


def test_a_talk_with_a_next_step_leads_somewhere() -> None:
    assert line(spoken=[spoke(-1, next_day=3)]).moves[0].purposeful is True


def test_the_rally_counts_our_turns_that_led_nowhere() -> None:
    assert line(ours(-6), theirs(-5), ours(-4), theirs(-3), ours(-2)).rally == 3


def test_several_mails_of_ours_in_a_row_are_one_turn() -> None:
    assert line(theirs(-5), ours(-4), ours(-3, MoveKind.NUDGE)).rally == 1


@pytest.mark.parametrize("kind", [kind for kind in MoveKind if kind.purposeful])
def test_a_purposeful_move_ends_the_rally(kind: MoveKind) -> None:
    assert line(ours(-6), theirs(-5), ours(-4, kind), theirs(-3), ours(-2)).rally == 1


def test_a_meeting_ends_the_rally() -> None:
    assert line(ours(-6), theirs(-5), events=[meeting(-4)]).rally == 0


def test_no_moves_make_no_rally() -> None:
    assert line().rally == 0


def test_the_last_move_of_a_side() -> None:
    first, last = theirs(-3), theirs(-2)
    found = line(first, last, ours(-1)).last_of(Side.THEM)
    assert found is not None
    assert found.message == last[0]


def test_the_sentence_of_our_move_is_what_shows_its_kind() -> None:
    move = line(ours(-1, text="The paper is attached.")).moves[0]
    assert move.sentence == "The paper is attached."


_mail = st.one_of(
    st.builds(lambda d, hour: ours(d, hour=hour), st.integers(-9, -1), st.integers(0, 23)),
    st.builds(lambda d, hour: theirs(d, hour=hour), st.integers(-9, -1), st.integers(0, 23)),
    st.builds(lambda d: robot(d, AutomaticKind.OUT_OF_OFFICE), st.integers(-9, -1)),
)


@given(st.lists(_mail, max_size=6), st.data())
def test_the_order_in_which_mail_is_given_makes_no_difference(mail: list[Mail], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(mail))
    assert line(*mail) == line(*shuffled)


@given(st.lists(_mail, max_size=6))
def test_no_mail_is_both_a_move_and_automatic(mail: list[Mail]) -> None:
    found = line(*mail)
    moved = {move.message.key for move in found.moves if move.message}
    assert moved.isdisjoint(robot.key for robot in found.automatic)


def test_the_zone_of_now_does_not_change_the_moves() -> None:
    mail = theirs(-1)
    elsewhere = datetime.combine(day(0), NOW.time(), UTC).astimezone()
    assert line(mail, now=elsewhere).moves == line(mail).moves


def test_everyone_of_us_is_known() -> None:
    assert all(person in US for person in (MARA, MARA_ALIAS, JONAS))
