"""What became of a meeting of ours: its people answer, propose and call off, and the calendar is changed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.calendar import Attendee, Event, EventStatus, PartStat
from assistant.domain.mail import Address
from assistant.domain.reading import MirroredMessage
from assistant.engine.answers import (
    AllDeclined,
    Answered,
    AskedToCancel,
    CancelledByHand,
    Countered,
    Delegated,
    Finding,
    MovedByHand,
    NewPeople,
    Noted,
    OwnerDeclined,
    Retitled,
    Seen,
    TakenOut,
    became,
)
from tests.engine.calendar_mail import at, mail, reply
from tests.engine.dossier import ANNA, BOB, JONAS, MARA, MARA_ALIAS, NOW, PARTNER, US, meeting

F = TypeVar("F")
CARA = Address("cara@northgate.example")
EVE = Address("eve@elsewhere.example")
ACCEPTED, DECLINED, TENTATIVE = PartStat.ACCEPTED, PartStat.DECLINED, PartStat.TENTATIVE
OURS = meeting(3, with_=(ANNA, BOB), partstat=PartStat.NEEDS_ACTION, uid="pilot", sequence=1)
LATER = OURS.start + timedelta(days=7)
HOUR = timedelta(hours=1)
NOTED = Noted(
    "pilot", 1, OURS.start, OURS.end, "Walk-through", MARA, NOW - timedelta(days=5), (ANNA,), (BOB,), owner=ANNA
)
WINDOW = (NOW - timedelta(days=400), NOW + timedelta(days=200))


def found(
    *mails: MirroredMessage, events: Sequence[Event] = (OURS,), noted: Noted = NOTED, pulled: datetime = NOW
) -> list[Finding]:
    """What became of it, each finding without the mail that says so."""
    return [replace(one, source=None) for one in became(noted, Seen(tuple(events), WINDOW, pulled), mails, US)]


def of(kind: type[F], findings: list[Finding]) -> list[F]:
    return [one for one in findings if isinstance(one, kind)]


def answer(person: Address, partstat: PartStat, comment: str = "", optional: bool = False) -> Answered:
    return Answered(person, partstat, comment, optional)


def says(event: Event, **partstats: PartStat) -> Event:
    """The event with these answers in the calendar, by the part of the address before the @."""
    people = [
        replace(a, partstat=partstats.get(a.address.email.partition("@")[0], a.partstat)) for a in event.attendees
    ]
    return replace(event, attendees=tuple(people))


def test_a_meeting_that_lies_as_we_placed_it_has_nothing_to_tell() -> None:
    assert found() == []


def test_an_answer_by_mail_is_told_with_what_they_wrote_beside_it() -> None:
    assert found(reply(ANNA, ACCEPTED, "COMMENT:Gladly")) == [answer(ANNA, ACCEPTED, "Gladly")]


def test_an_answer_names_the_mail_that_says_it() -> None:
    said = reply(ANNA, ACCEPTED)
    (one,) = became(NOTED, Seen((OURS,), WINDOW, NOW), [said], US)
    assert (one.message_id, one.at) == (said.message.message_id, said.message.date)


def test_an_answer_in_the_calendar_is_told_without_a_mail() -> None:
    event = says(OURS, anna=ACCEPTED, bob=TENTATIVE)
    assert found(events=[event]) == [answer(ANNA, ACCEPTED), answer(BOB, TENTATIVE, optional=True)]


def test_the_newest_answer_counts_whatever_the_order_of_the_mails() -> None:
    first, second = reply(ANNA, ACCEPTED, offset=-3), reply(ANNA, TENTATIVE, offset=-2)
    for mails in ((first, second), (second, first)):
        assert found(*mails) == [answer(ANNA, TENTATIVE)]


def test_the_time_at_which_it_was_written_goes_before_the_time_at_which_it_was_sent() -> None:
    early = reply(ANNA, ACCEPTED, "DTSTAMP:20260901T080000Z", offset=-1)
    late = reply(ANNA, TENTATIVE, "DTSTAMP:20260901T090000Z", offset=-2)
    assert found(early, late) == [answer(ANNA, TENTATIVE)]


def test_a_clock_that_is_ahead_does_not_make_an_answer_newer_than_its_mail() -> None:
    ahead = reply(ANNA, ACCEPTED, "DTSTAMP:20991231T080000Z", offset=-3)
    assert found(ahead, reply(ANNA, TENTATIVE, offset=-2)) == [answer(ANNA, TENTATIVE)]


def test_an_answer_to_an_older_version_does_not_answer_the_new_time() -> None:
    """RFC 5546 section 2.1.5"""
    assert found(reply(ANNA, ACCEPTED, sequence=0)) == []


@pytest.mark.parametrize(("start", "told"), [(OURS.start, [answer(ANNA, ACCEPTED)]), (LATER, [])])
def test_an_answer_without_a_version_is_to_the_time_that_it_names(start: datetime, told: list[Finding]) -> None:
    assert found(reply(ANNA, ACCEPTED, *at(start), sequence=None)) == told


def test_an_answer_about_another_meeting_is_not_told() -> None:
    assert found(reply(ANNA, DECLINED, uid="another")) == []


def test_an_answer_about_one_instance_of_a_series_is_not_about_a_single_meeting() -> None:
    assert found(reply(ANNA, DECLINED, "RECURRENCE-ID:20260921T140000Z")) == []


def test_an_answer_of_a_stranger_counts_for_nobody() -> None:
    assert found(reply(EVE, DECLINED), reply(ANNA, DECLINED, sender=EVE), reply(PARTNER, ACCEPTED)) == []


def test_a_person_invited_does_not_answer_for_another() -> None:
    assert found(reply(ANNA, DECLINED, sender=BOB)) == []


def test_another_address_at_their_company_answers_for_them() -> None:
    assert found(reply(ANNA, ACCEPTED, sender=CARA)) == [answer(ANNA, ACCEPTED)]


def test_an_address_of_theirs_with_a_tag_is_theirs() -> None:
    assert found(reply(Address("anna+cal@northgate.example"), ACCEPTED)) == [answer(ANNA, ACCEPTED)]


def test_mail_tells_what_the_calendar_does_not_know() -> None:
    event = says(OURS, anna=TENTATIVE)
    assert found(reply(ANNA, ACCEPTED), events=[event]) == [answer(ANNA, ACCEPTED)]


def test_a_calendar_that_shows_an_earlier_answer_is_behind() -> None:
    mails = (reply(ANNA, ACCEPTED, offset=-3), reply(ANNA, DECLINED, offset=-2))
    assert answer(ANNA, DECLINED) in found(*mails, events=[says(OURS, anna=ACCEPTED)])


def test_a_calendar_that_shows_another_answer_knows_more() -> None:
    assert found(reply(ANNA, DECLINED), events=[says(OURS, anna=ACCEPTED)]) == [answer(ANNA, ACCEPTED)]


def test_without_its_owner_the_meeting_serves_nothing() -> None:
    noted = replace(NOTED, required=(ANNA, BOB), optional=())
    assert found(reply(ANNA, DECLINED), noted=noted) == [OwnerDeclined(ANNA), answer(ANNA, DECLINED)]


def test_all_have_declined_when_everyone_required_has() -> None:
    noted = replace(NOTED, owner=None)
    assert found(reply(ANNA, DECLINED), noted=noted) == [AllDeclined(), answer(ANNA, DECLINED)]


def test_where_nobody_was_required_all_must_decline() -> None:
    noted = replace(NOTED, required=(JONAS,), optional=(ANNA, BOB), owner=None)
    assert of(AllDeclined, found(reply(ANNA, DECLINED), noted=noted)) == []
    assert of(AllDeclined, found(reply(ANNA, DECLINED), reply(BOB, DECLINED), noted=noted)) == [AllDeclined()]


def test_a_colleague_of_ours_who_comes_makes_no_meeting_with_them() -> None:
    noted = replace(NOTED, required=(ANNA, JONAS))
    assert of(AllDeclined, found(reply(ANNA, DECLINED), reply(JONAS, ACCEPTED), noted=noted)) == [AllDeclined()]


def test_a_delegate_takes_the_place_of_who_sent_them() -> None:
    sent = reply(ANNA, PartStat.DELEGATED, more=f';DELEGATED-TO="mailto:{PARTNER.email}"', offset=-3)
    assert found(sent) == [Delegated(ANNA, PARTNER)]
    assert found(reply(PARTNER, ACCEPTED, offset=-2), sent) == [Delegated(ANNA, PARTNER), answer(PARTNER, ACCEPTED)]
    assert OwnerDeclined(ANNA) in found(sent, reply(PARTNER, DECLINED, offset=-2))


def test_a_delegate_may_send_another_delegate() -> None:
    first = reply(ANNA, PartStat.DELEGATED, more=f';DELEGATED-TO="mailto:{PARTNER.email}"', offset=-3)
    second = reply(PARTNER, PartStat.DELEGATED, more=f';DELEGATED-TO="mailto:{CARA.email}"', offset=-2)
    assert found(first, second, reply(CARA, ACCEPTED)) == [Delegated(ANNA, CARA), answer(CARA, ACCEPTED)]


def test_two_who_send_each_other_stay_where_they_are() -> None:
    first = reply(ANNA, PartStat.DELEGATED, more=f';DELEGATED-TO="mailto:{BOB.email}"')
    second = reply(BOB, PartStat.DELEGATED, more=f';DELEGATED-TO="mailto:{ANNA.email}"')
    assert of(Delegated, found(first, second)) == []


def test_who_comes_after_all_takes_their_place_back() -> None:
    sent = reply(ANNA, PartStat.DELEGATED, more=f';DELEGATED-TO="mailto:{CARA.email}"', offset=-3)
    assert found(sent, reply(ANNA, ACCEPTED, offset=-2)) == [answer(ANNA, ACCEPTED)]


def test_a_colleague_may_say_for_whom_they_come() -> None:
    claim = reply(CARA, ACCEPTED, more=f';DELEGATED-FROM="mailto:{ANNA.email}"')
    assert found(claim) == [Delegated(ANNA, CARA), answer(CARA, ACCEPTED)]


def test_a_stranger_who_says_so_takes_nobodys_place() -> None:
    assert found(reply(EVE, DECLINED, more=f';DELEGATED-FROM="mailto:{ANNA.email}"')) == []


def test_another_time_that_is_proposed_is_told_with_its_reason() -> None:
    counter = mail("COUNTER", *at(LATER, LATER + HOUR), "COMMENT:The hall is taken")
    assert found(counter) == [Countered(ANNA, LATER, LATER + HOUR, "The hall is taken")]


def test_a_proposal_leaves_its_sender_in_doubt_or_declining() -> None:
    for partstat, means in ((ACCEPTED, TENTATIVE), (TENTATIVE, TENTATIVE), (DECLINED, DECLINED)):
        counter = mail("COUNTER", *at(LATER), f"ATTENDEE;PARTSTAT={partstat}:mailto:{ANNA.email}")
        assert of(Answered, found(counter)) == [answer(ANNA, means)]


def test_the_last_proposal_of_a_person_counts() -> None:
    day = timedelta(days=1)
    mails = [mail("COUNTER", *at(LATER + n * day), offset=n - 4) for n in range(3)]
    assert found(*mails) == [Countered(ANNA, LATER + 2 * day, None, "")]


@pytest.mark.parametrize(
    "settled",
    [reply(ANNA, ACCEPTED), mail("DECLINECOUNTER", sender=MARA_ALIAS)],
    ids=["they accepted ours since", "we declined theirs"],
)
def test_a_proposal_that_is_settled_is_told_no_more(settled: MirroredMessage) -> None:
    assert of(Countered, found(mail("COUNTER", *at(LATER), offset=-3), settled)) == []


@pytest.mark.parametrize(
    "counter",
    [
        mail("COUNTER", *at(LATER), sequence=0),
        mail("COUNTER", *at(LATER), sequence=None, offset=-9),
        mail("COUNTER", *at(OURS.start)),
        mail("COUNTER", *at(LATER), sender=EVE),
        mail("REFRESH"),
        mail("ADD", *at(LATER)),
    ],
    ids=["older version", "older mail", "the same time", "a stranger", "asks for a copy", "adds an instance"],
)
def test_what_proposes_nothing_for_the_meeting_as_it_is_is_not_told(counter: MirroredMessage) -> None:
    assert found(counter) == []


def test_a_request_of_somebody_who_does_not_organize_it_is_a_proposal() -> None:
    assert found(mail("REQUEST", *at(LATER), sequence=2)) == [Countered(ANNA, LATER, None, "")]


def test_a_cancellation_of_somebody_who_does_not_organize_it_is_a_wish() -> None:
    assert found(mail("CANCEL", "COMMENT:We need more time")) == [AskedToCancel(ANNA, "We need more time")]


def test_a_cancellation_of_a_stranger_is_nothing() -> None:
    assert found(mail("CANCEL", sender=EVE, sequence=9)) == []


def test_a_meeting_moved_in_the_calendar_by_hand_is_told() -> None:
    """E5.81"""
    moved = replace(OURS, start=LATER, end=LATER + HOUR, sequence=2)
    assert found(events=[moved]) == [MovedByHand(LATER, LATER + HOUR, 2, MARA)]


def test_an_answer_to_our_time_does_not_answer_theirs() -> None:
    moved = replace(OURS, start=LATER, end=LATER + HOUR, sequence=2)
    assert of(Answered, found(reply(ANNA, ACCEPTED), events=[moved])) == []
    assert of(Answered, found(reply(ANNA, ACCEPTED, sequence=2), events=[moved])) == [answer(ANNA, ACCEPTED)]


def test_a_proposal_that_the_rep_has_followed_is_told_no_more() -> None:
    moved = replace(OURS, start=LATER, end=LATER + HOUR)
    assert of(Countered, found(mail("COUNTER", *at(LATER)), events=[moved])) == []


def test_the_reps_own_mail_moves_it_where_the_calendar_is_behind() -> None:
    sent = mail("REQUEST", *at(LATER), sender=MARA_ALIAS, sequence=2)
    assert found(sent) == [MovedByHand(LATER, LATER + HOUR, 2, MARA)]


def test_our_own_invitation_is_nothing_new() -> None:
    assert found(mail("REQUEST", *at(OURS.start), sender=MARA)) == []


@pytest.mark.parametrize("sequence", [1, 2])
def test_a_meeting_called_off_in_the_calendar_by_hand_is_told(sequence: int) -> None:
    """E5.81"""
    gone = replace(OURS, status=EventStatus.CANCELLED, sequence=sequence)
    assert found(events=[gone]) == [CancelledByHand(MARA)]


def test_a_meeting_that_is_no_longer_in_the_calendar_is_told() -> None:
    """E5.81"""
    assert found(events=[]) == [TakenOut()]


def test_a_calendar_pulled_before_the_meeting_was_placed_does_not_miss_it() -> None:
    assert found(events=[], pulled=NOTED.at) == []


def test_a_meeting_outside_of_what_the_mirror_covers_is_not_missed() -> None:
    start = WINDOW[1] + HOUR
    assert found(events=[], noted=replace(NOTED, start=start, end=start + HOUR)) == []


def test_a_calendar_of_before_our_last_change_is_not_a_change_by_hand() -> None:
    """E5.81"""
    old = replace(OURS, start=LATER, end=LATER + HOUR, sequence=0, summary="Old title")
    assert found(events=[old]) == []


def test_a_meeting_that_the_customer_made_theirs_is_theirs_to_move_and_to_cancel() -> None:
    """E5.81"""
    theirs = replace(OURS, organizer=ANNA, sequence=2)
    assert found(mail("REQUEST", *at(LATER), sequence=3), events=[theirs]) == [
        MovedByHand(LATER, LATER + HOUR, 3, ANNA)
    ]
    assert found(mail("CANCEL", sequence=3), events=[theirs]) == [CancelledByHand(ANNA)]


def test_who_organizes_it_means_to_come() -> None:
    assert found(events=[replace(says(OURS, anna=DECLINED), organizer=ANNA)]) == []


def test_a_new_title_is_told_and_more_space_is_none() -> None:
    """E5.81"""
    assert found(events=[replace(OURS, summary="Pilot review")]) == [Retitled("Pilot review")]
    assert found(events=[replace(OURS, summary=" Walk-through\n")]) == []


def test_more_people_on_it_are_told() -> None:
    """E5.81"""
    more = replace(OURS, attendees=(*OURS.attendees, Attendee(PARTNER), Attendee(MARA_ALIAS)))
    assert found(events=[more]) == [NewPeople((PARTNER,))]


def test_a_delegate_is_not_one_more() -> None:
    event = replace(OURS, attendees=(*OURS.attendees, Attendee(CARA, ACCEPTED)))
    sent = reply(ANNA, PartStat.DELEGATED, more=f';DELEGATED-TO="mailto:{CARA.email}"')
    assert found(sent, events=[event]) == [Delegated(ANNA, CARA), answer(CARA, ACCEPTED)]


def test_of_a_series_made_of_it_the_instance_at_its_time_counts() -> None:
    series = [
        replace(OURS, start=start, end=start + HOUR, recurrence_id=start.isoformat()) for start in (OURS.start, LATER)
    ]
    assert found(events=series) == []
    first_off = [replace(series[0], status=EventStatus.CANCELLED), series[1]]
    assert found(events=first_off) == [CancelledByHand(MARA)]


def test_a_hold_without_people_can_only_be_changed() -> None:
    hold = replace(NOTED, required=(), optional=(), owner=None)
    alone = replace(OURS, attendees=(), organizer=None)
    assert found(events=[alone], noted=hold) == []
    assert found(events=[], noted=hold) == [TakenOut()]


@given(
    st.lists(
        st.builds(
            mail,
            st.sampled_from(["REQUEST", "REPLY", "CANCEL", "COUNTER", "DECLINECOUNTER", "REFRESH", "ADD", "", "X"]),
            st.sampled_from([at(LATER)[0], "DTSTART:soon", "RECURRENCE-ID:20260921T140000Z", "COMMENT:\\"]),
            st.sampled_from(
                [
                    f"ATTENDEE;PARTSTAT=DECLINED:mailto:{ANNA.email}",
                    f"ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO={BOB.email}:mailto:{ANNA.email}",
                    f"ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-FROM={ANNA.email};DELEGATED-TO={ANNA.email}:{BOB.email}",
                ]
            ),
            sender=st.sampled_from([ANNA, BOB, CARA, EVE, MARA]),
            offset=st.integers(-9, 0),
            sequence=st.sampled_from([None, 0, 1, 2]),
        ),
        max_size=6,
    ),
    st.sampled_from([(), (OURS,), (says(OURS, anna=ACCEPTED),), (replace(OURS, organizer=ANNA),)]),
)
def test_no_mail_raises_and_a_stranger_is_never_named(mails: list[MirroredMessage], events: tuple[Event, ...]) -> None:
    findings = became(NOTED, Seen(events, WINDOW, NOW), mails, US)
    assert findings == became(NOTED, Seen(events, WINDOW, NOW), reversed(mails), US)
    assert EVE not in {getattr(one, "person", None) for one in findings}
