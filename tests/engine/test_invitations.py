"""Calendar mail changes the meetings that it names, and nothing else, however it is written."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.calendar import Event, EventStatus, PartStat
from assistant.domain.mail import Address, FolderRole
from assistant.domain.reading import AutomaticKind, MirroredMessage
from assistant.engine.invitations import as_mail_says
from tests.engine.dossier import ANNA, BOB, MARA, MARA_ALIAS, US, meeting, robot

START = meeting(3).start
LATER = START + timedelta(days=7)


def mail(
    method: str, *fields: str, sender: Address = ANNA, offset: int = -1, parts: tuple[str, ...] = ()
) -> MirroredMessage:
    """A calendar mail of theirs about `meeting-3`, with these fields in its event."""
    lines = ["BEGIN:VCALENDAR", f"METHOD:{method}", "BEGIN:VTIMEZONE", "DTSTART:19700101T000000", "END:VTIMEZONE"]
    lines += ["BEGIN:VEVENT", "UID:meeting-3", *fields, "END:VEVENT", "END:VCALENDAR", ""]
    mirrored, _ = robot(offset, AutomaticKind.CALENDAR_REQUEST, sender=sender)
    calendar = parts or ("\r\n".join(lines),)
    return replace(mirrored, message=replace(mirrored.message, calendar=calendar))


def after(event: Event, *mails: MirroredMessage) -> Event:
    (changed,) = as_mail_says([event], mails, US)
    return changed


def theirs(offset: int, **fields: Any) -> Event:
    """A meeting that Anna organizes."""
    return meeting(offset, organizer=ANNA, **fields)


def instance(offset: int) -> Event:
    start = meeting(offset).start
    return theirs(offset, uid="meeting-3", recurrence_id=start.isoformat())


def utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def test_a_cancellation_calls_the_meeting_off() -> None:
    assert after(theirs(3), mail("CANCEL", "SEQUENCE:1")).status is EventStatus.CANCELLED


def test_a_cancellation_of_another_meeting_changes_nothing() -> None:
    other = theirs(3, uid="another")
    assert after(other, mail("CANCEL", "SEQUENCE:1")) == other


def test_a_cancellation_that_is_older_than_the_meeting_changes_nothing() -> None:
    booked = theirs(3, sequence=2)
    assert after(booked, mail("CANCEL", "SEQUENCE:1")) == booked


def test_somebody_who_is_not_on_the_meeting_cannot_cancel_it() -> None:
    assert after(theirs(3), mail("CANCEL", "SEQUENCE:1", sender=BOB)) == theirs(3)


def test_who_is_only_invited_cannot_call_it_off_or_move_it() -> None:
    for said in (mail("CANCEL", "SEQUENCE:1"), mail("REQUEST", "SEQUENCE:1", f"DTSTART:{utc(LATER)}")):
        assert after(meeting(3), said) == meeting(3)


def test_where_nobody_knows_who_organizes_it_each_of_its_people_may_call_it_off() -> None:
    booked = replace(meeting(3), organizer=None)
    assert ANNA in booked.people
    assert after(booked, mail("CANCEL", "SEQUENCE:1")).status is EventStatus.CANCELLED
    assert after(booked, mail("CANCEL", "SEQUENCE:1", sender=BOB)) == booked


def from_us(method: str, *fields: str, sender: Address = MARA, **where: Any) -> MirroredMessage:
    mirrored = mail(method, *fields, sender=sender)
    return replace(mirrored, message=replace(mirrored.message, **where))


@pytest.mark.parametrize("sender", [MARA, MARA_ALIAS])
def test_what_comes_in_under_our_name_changes_nothing(sender: Address) -> None:
    came: dict[str, Any] = {"role": FolderRole.INBOX, "headers": (("received", "from elsewhere.example"),)}
    for said in (("CANCEL", "SEQUENCE:1"), ("REQUEST", "SEQUENCE:1", f"DTSTART:{utc(LATER)}")):
        assert after(meeting(3), from_us(*said, sender=sender, **came)) == meeting(3)


@pytest.mark.parametrize("sender", [MARA, MARA_ALIAS])
def test_what_we_sent_from_another_program_counts(sender: Address) -> None:
    sent: dict[str, Any] = {"role": FolderRole.SENT, "headers": (("received", "from phone.example"),)}
    assert after(meeting(3), from_us("CANCEL", "SEQUENCE:1", sender=sender, **sent)).status is EventStatus.CANCELLED


def test_a_series_is_called_off_as_a_whole() -> None:
    changed = as_mail_says([instance(3), instance(8)], [mail("CANCEL", "SEQUENCE:1")], US)
    assert [event.status for event in changed] == [EventStatus.CANCELLED] * 2


def test_one_instance_of_a_series_is_called_off_alone() -> None:
    third, eighth = instance(3), instance(8)
    cancel = mail("CANCEL", "SEQUENCE:1", f"RECURRENCE-ID:{utc(eighth.start)}")
    changed = as_mail_says([third, eighth], [cancel], US)
    assert [event.status for event in changed] == [EventStatus.CONFIRMED, EventStatus.CANCELLED]


def test_a_meeting_is_moved_with_its_length() -> None:
    moved = after(theirs(3), mail("REQUEST", "SEQUENCE:1", f"DTSTART:{utc(LATER)}"))
    assert (moved.start, moved.end - moved.start) == (LATER, timedelta(hours=1))


def test_a_meeting_is_moved_to_the_end_that_they_name() -> None:
    end = LATER + timedelta(hours=2)
    moved = after(theirs(3), mail("REQUEST", "SEQUENCE:1", f"DTSTART:{utc(LATER)}", f"DTEND:{utc(end)}"))
    assert moved.end == end


@pytest.mark.parametrize(
    "field", ["DTSTART;TZID=Europe/Berlin:20261001T140000", 'DTSTART;TZID="Europe/Berlin";X-A=1:20261001T140000']
)
def test_a_time_is_read_in_its_own_zone(field: str) -> None:
    moved = after(theirs(3), mail("REQUEST", "SEQUENCE:1", field))
    assert moved.start == datetime(2026, 10, 1, 12, tzinfo=UTC)


def test_a_zone_that_nobody_knows_is_the_calendars_own() -> None:
    moved = after(theirs(3), mail("REQUEST", "SEQUENCE:1", "DTSTART;TZID=Our Own Time:20261001T140000"))
    assert moved.start == datetime(2026, 10, 1, 14, tzinfo=UTC)


def test_a_line_that_was_folded_is_read_whole() -> None:
    moved = after(theirs(3), mail("REQUEST", "SEQUENCE:1", "DTSTART;TZID=Europe/Be\r\n rlin:20261001T140000"))
    assert moved.start == datetime(2026, 10, 1, 12, tzinfo=UTC)


def test_the_same_invitation_again_moves_nothing() -> None:
    assert after(theirs(3), mail("REQUEST", "SEQUENCE:0", f"DTSTART:{utc(LATER)}")) == theirs(3)


@pytest.mark.parametrize("value", ["20261001", "20261301T140000", "20261001T250000", "00010101T000000Z", "soon", ""])
def test_a_new_time_that_is_none_moves_nothing(value: str) -> None:
    assert after(theirs(3), mail("REQUEST", "SEQUENCE:1", f"DTSTART:{value}")) == theirs(3)


def test_the_last_of_several_mails_counts_whatever_their_order() -> None:
    cancel = mail("CANCEL", "SEQUENCE:1", offset=-2)
    again = mail("REQUEST", "SEQUENCE:2", f"DTSTART:{utc(LATER)}", offset=-1)
    for mails in ((cancel, again), (again, cancel)):
        changed = after(theirs(3), *mails)
        assert (changed.status, changed.start) == (EventStatus.CONFIRMED, LATER)


def test_a_time_that_they_propose_leaves_the_meeting_where_it_is_and_in_doubt() -> None:
    asked = meeting(3, partstat=PartStat.NEEDS_ACTION)
    changed = after(asked, mail("COUNTER", f"DTSTART:{utc(LATER)}"))
    assert changed.start == asked.start
    assert changed.partstat_of(frozenset({ANNA.email})) is PartStat.TENTATIVE


def test_an_answer_that_the_calendar_knows_goes_before_a_proposal() -> None:
    accepted = meeting(3, partstat=PartStat.ACCEPTED)
    assert after(accepted, mail("COUNTER", f"DTSTART:{utc(LATER)}")) == accepted


@given(st.text())
def test_no_calendar_part_raises(part: str) -> None:
    begun = f"METHOD:REQUEST\nBEGIN:VEVENT\nUID:meeting-3\nSEQUENCE:9\n{part}\nEND:VEVENT\n"
    for text in (part, begun, begun.replace("UID", f"DTSTART;TZID={part}:20261001T140000\nUID")):
        assert len(as_mail_says([theirs(3)], [mail("", parts=(text,))], US)) == 1
