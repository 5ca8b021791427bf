"""The events of a calendar learn the answers that came by mail, as far as these count."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from assistant.domain.calendar import Attendee, Event, PartStat
from assistant.domain.mail import Address
from assistant.domain.reading import AutomaticKind, MirroredMessage
from assistant.engine.meetings import with_answers
from tests.engine.calendar_mail import at, mail, reply
from tests.engine.dossier import ANNA, BOB, PARTNER, meeting, robot

EVE = Address("eve@elsewhere.example")
OPEN, ACCEPTED, DECLINED = PartStat.NEEDS_ACTION, PartStat.ACCEPTED, PartStat.DECLINED
OURS = meeting(3, with_=(ANNA, BOB), partstat=OPEN, uid="pilot", sequence=1)


def answers(mails: Sequence[MirroredMessage], *events: Event) -> list[list[tuple[str, PartStat]]]:
    """Who answers what on each event, without the organizer."""
    return [
        [(a.address.email.partition("@")[0], a.partstat) for a in event.attendees if a.address != event.organizer]
        for event in with_answers(events or (OURS,), mails)
    ]


def test_an_answer_by_mail_stands_in_the_event() -> None:
    assert answers([reply(ANNA, ACCEPTED)]) == [[("anna", ACCEPTED), ("bob", OPEN)]]


def test_without_mail_the_events_stay_as_they_are() -> None:
    assert with_answers([OURS], []) == [OURS]
    assert with_answers([OURS], [reply(EVE, ACCEPTED), mail("REFRESH"), reply(ANNA, ACCEPTED, uid="other")]) == [OURS]


def test_an_answer_whose_part_cannot_be_read_counts_as_it_was_understood() -> None:
    understood, _ = robot(-1, AutomaticKind.CALENDAR_REPLY, sender=ANNA, uid="pilot", partstat="DECLINED")
    for parts in ((), ("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",)):
        broken = replace(understood, message=replace(understood.message, calendar=parts))
        assert answers([broken]) == [[("anna", DECLINED), ("bob", OPEN)]]


def test_an_answer_to_an_older_version_is_none() -> None:
    assert answers([reply(ANNA, ACCEPTED, sequence=0)]) == [[("anna", OPEN), ("bob", OPEN)]]


def test_the_last_answer_stands() -> None:
    mails = [reply(ANNA, DECLINED, offset=-1), reply(ANNA, ACCEPTED, offset=-2)]
    assert answers(mails) == [[("anna", DECLINED), ("bob", OPEN)]]


def test_a_delegate_stands_in_the_place_of_who_sent_them() -> None:
    sent = reply(ANNA, PartStat.DELEGATED, more=f';DELEGATED-TO="mailto:{PARTNER.email}"', offset=-3)
    assert answers([sent]) == [[("pia", OPEN), ("bob", OPEN)]]
    assert answers([sent, reply(PARTNER, ACCEPTED)]) == [[("pia", ACCEPTED), ("bob", OPEN)]]


def test_a_delegate_who_is_on_the_event_already_stands_there_once() -> None:
    sent = reply(ANNA, PartStat.DELEGATED, more=f';DELEGATED-TO="mailto:{BOB.email}"', offset=-3)
    optional = replace(OURS, attendees=(Attendee(ANNA), Attendee(BOB, ACCEPTED, optional=True)))
    (event,) = with_answers([optional], [sent])
    assert event.attendees == (Attendee(BOB, ACCEPTED, optional=False),)


def test_an_answer_to_a_series_is_to_each_instance_and_one_to_an_instance_to_that_alone() -> None:
    week = timedelta(days=7)
    starts = (OURS.start, OURS.start + week)
    series = [replace(OURS, start=s, end=s + timedelta(hours=1), recurrence_id=s.isoformat()) for s in starts]
    whole = reply(ANNA, ACCEPTED, offset=-3)
    second = reply(ANNA, DECLINED, at(starts[1])[0].replace("DTSTART", "RECURRENCE-ID"), offset=-2)
    assert [people[0] for people in answers([whole, second], *series)] == [("anna", ACCEPTED), ("anna", DECLINED)]


def test_an_assistant_answers_for_the_one_whose_name_they_write_in() -> None:
    desk = Address("desk@northgate.example")
    marked = reply(ANNA, ACCEPTED, f"ATTENDEE:mailto:{BOB.email}", sender=desk, more=f';SENT-BY="mailto:{desk.email}"')
    assert answers([marked]) == [[("anna", ACCEPTED), ("bob", OPEN)]]
    stranger = reply(ANNA, ACCEPTED, sender=EVE, more=f';SENT-BY="mailto:{EVE.email}"')
    assert answers([stranger]) == [[("anna", OPEN), ("bob", OPEN)]]
