"""Calendar mail of the fictional deal's people about one meeting of ours, whose UID is `pilot` and SEQUENCE 1."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from assistant.domain.calendar import PartStat
from assistant.domain.mail import Address
from assistant.domain.reading import AutomaticKind, MirroredMessage
from tests.engine.dossier import ANNA, robot


def mail(
    method: str, *fields: str, sender: Address = ANNA, offset: int = -1, sequence: int | None = 1, uid: str = "pilot"
) -> MirroredMessage:
    """A calendar mail about our meeting, at its time unless the fields name another."""
    lines = ["BEGIN:VCALENDAR", f"METHOD:{method}", "BEGIN:VEVENT", f"UID:{uid}", *fields]
    lines += [f"SEQUENCE:{sequence}"] if sequence is not None else []
    mirrored, _ = robot(offset, AutomaticKind.CALENDAR_REPLY, sender=sender, uid=uid)
    part = "\r\n".join([*lines, "END:VEVENT", "END:VCALENDAR", ""])
    return replace(mirrored, message=replace(mirrored.message, calendar=(part,)))


def reply(
    person: Address, partstat: PartStat, *fields: str, sender: Address | None = None, more: str = "", **when: Any
) -> MirroredMessage:
    attendee = f"ATTENDEE;PARTSTAT={partstat}{more}:mailto:{person.email}"
    return mail("REPLY", attendee, *fields, sender=sender or person, **when)


def at(start: datetime, end: datetime | None = None) -> tuple[str, ...]:
    form = "%Y%m%dT%H%M%SZ"
    first = f"DTSTART:{start.astimezone(UTC):{form}}"
    return (first,) if end is None else (first, f"DTEND:{end.astimezone(UTC):{form}}")
