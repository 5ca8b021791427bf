"""Meetings as iCalendar text (RFC 5545), for the calendar folder and for the invitations in the mail."""

from datetime import UTC, datetime, timedelta
from typing import Final

from assistant.sample.script import Answer, Meeting, Person

_BERLIN: Final = """BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19961027T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19810329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
END:VTIMEZONE"""


def calendar(meeting: Meeting, *, method: str = "", answer: Answer | None = None) -> str:
    """One VCALENDAR with the meeting. A REPLY (RFC 5546 section 3.2.3) names the answering attendee only."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tallwood//Sample calendar//EN"]
    lines += [f"METHOD:{method}"] if method else []
    lines += [*_BERLIN.split("\n"), *_event(meeting, (answer,) if answer else meeting.attendees)]
    return "".join(f"{_folded(line)}\r\n" for line in (*lines, "END:VCALENDAR"))


def _event(meeting: Meeting, attendees: tuple[Answer, ...]) -> list[str]:
    stamp = meeting.start.astimezone(UTC) - timedelta(days=9)
    lines = [
        "BEGIN:VEVENT",
        f"UID:{meeting.uid}",
        f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}",
        _moment("DTSTART", meeting.start, all_day=meeting.all_day),
        _moment("DTEND", meeting.end, all_day=meeting.all_day),
        f"SUMMARY:{_text(meeting.summary)}",
        f"STATUS:{meeting.status}",
        f"SEQUENCE:{1 if meeting.status == 'CANCELLED' else 0}",
        f"TRANSP:{'TRANSPARENT' if meeting.free else 'OPAQUE'}",
    ]
    lines += [f"LOCATION:{_text(meeting.location)}"] if meeting.location else []
    lines += [f"DESCRIPTION:{_text(meeting.description)}"] if meeting.description else []
    lines += ["CLASS:PRIVATE"] if meeting.private else []
    lines += ["RRULE:FREQ=WEEKLY"] if meeting.weekly else []
    lines += [_moment("EXDATE", moment, all_day=meeting.all_day) for moment in meeting.without]
    if meeting.organizer:
        lines.append(f"ORGANIZER{_name(meeting.organizer)}:mailto:{meeting.organizer.email}")
    lines += [
        f"ATTENDEE{_name(who.who)};ROLE=REQ-PARTICIPANT;PARTSTAT={who.partstat}:mailto:{who.who.email}"
        for who in attendees
    ]
    return [*lines, "END:VEVENT"]


def _moment(name: str, moment: datetime, *, all_day: bool) -> str:
    if all_day:
        return f"{name};VALUE=DATE:{moment:%Y%m%d}"
    if str(moment.tzinfo) == "Europe/Berlin":
        return f"{name};TZID=Europe/Berlin:{moment:%Y%m%dT%H%M%S}"
    return f"{name}:{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _name(person: Person) -> str:
    return f';CN="{person.name}"' if person.name else ""


def _text(value: str) -> str:
    """Escaped as RFC 5545 section 3.3.11 asks."""
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        value = value.replace(plain, escaped)
    return value


def _folded(line: str) -> str:
    """Folded to 75 octets (RFC 5545 section 3.1), never inside a character."""
    rows, row = [], ""
    for character in line:
        if len((row + character).encode()) > 75:
            rows.append(row)
            row = " "
        row += character
    return "\r\n".join((*rows, row))
