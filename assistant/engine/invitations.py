"""What calendar mail says of meetings (RFC 5546) and the calendar doesn't know yet: called off, moved, in doubt.

A calendar that only the rep keeps learns of a cancellation or a new time when they have opened the mail; many never.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from assistant.domain.calendar import Event, EventStatus, PartStat
from assistant.domain.mail import Address
from assistant.domain.reading import AutomaticKind, MirroredMessage
from assistant.engine.companies import mailbox_of

_FOLDED: Final = re.compile(r"\r?\n[ \t]")
_METHOD: Final = re.compile(r"(?im)^METHOD:\s*(REQUEST|CANCEL|COUNTER)\s*$")
_EVENT: Final = re.compile(r"(?ims)^BEGIN:VEVENT\s*$(.*?)^END:VEVENT\s*$")
_FIELD: Final = re.compile(
    r"""(?im)^(UID|SEQUENCE|RECURRENCE-ID|DTSTART|DTEND)((?:;(?:"[^"\r\n]*"|[^":\r\n])*)?):([^\r\n]*)"""
)
_ZONE: Final = re.compile(r'(?i);TZID="?([^";:]+)')
_MOMENT: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$")
_YEARS: Final = range(1971, 2100)


@dataclass(frozen=True, slots=True)
class Invitation:
    """What one mail says of one meeting, or of one instance of a series (`instance`); `zone` names its clock."""

    method: str
    uid: str
    sequence: int
    sender: Address
    instance: str
    start: str
    end: str
    zone: str

    def concerns(self, event: Event) -> bool:
        """Whether it's about this instance: a series is called off as a whole, and moved one by one."""
        if event.uid != self.uid:
            return False
        if not self.instance:
            return not event.recurrence_id or self.method == "CANCEL"
        return bool(event.recurrence_id) and _same_moment(self.instance, event)


def as_mail_says(events: Sequence[Event], robots: Iterable[MirroredMessage]) -> list[Event]:
    """The events with what their people's calendar mail changed since, in the order in which it was sent.

    A cancellation or a new time counts where its SEQUENCE is not older than the calendar's own, and where it comes
    from somebody who is on the meeting.
    """
    told = [one for robot in sorted(robots, key=_sent) for one in _invitations(robot)]
    return [_changed(event, told) for event in events] if told else list(events)


def _changed(event: Event, told: Sequence[Invitation]) -> Event:
    for one in told:
        if one.concerns(event) and _is_on(event, one.sender):
            event = _after(event, one)
    return event


def _after(event: Event, one: Invitation) -> Event:
    if one.method == "COUNTER":
        attendees = tuple(
            replace(a, partstat=PartStat.TENTATIVE)
            if a.partstat is PartStat.NEEDS_ACTION and mailbox_of(a.address.email) == mailbox_of(one.sender.email)
            else a
            for a in event.attendees
        )
        return replace(event, attendees=attendees)
    if one.method == "CANCEL":
        called_off = one.sequence >= event.sequence
        return replace(event, status=EventStatus.CANCELLED, sequence=one.sequence) if called_off else event
    start = _moment(one.start, one.zone, event.start.tzinfo)
    if one.sequence <= event.sequence or start is None:
        return event
    end = _moment(one.end, one.zone, event.start.tzinfo)
    lasts = end - start if end is not None and end > start else event.end - event.start
    return replace(event, start=start, end=start + lasts, sequence=one.sequence, status=EventStatus.CONFIRMED)


def _is_on(event: Event, sender: Address) -> bool:
    return mailbox_of(sender.email) in {mailbox_of(person.email) for person in event.people}


def _sent(robot: MirroredMessage) -> tuple[datetime, int]:
    return robot.message.date or datetime.min.replace(tzinfo=UTC), robot.key


def _invitations(robot: MirroredMessage) -> Iterable[Invitation]:
    automatic, sender = robot.automatic, robot.message.sender
    if automatic is None or automatic.kind is not AutomaticKind.CALENDAR_REQUEST or sender is None:
        return
    for part in robot.message.calendar:
        plain = _FOLDED.sub("", part)
        method = _METHOD.search(plain)
        for block in _EVENT.findall(plain) if method else ():
            fields = {name.upper(): (params, value.strip()) for name, params, value in reversed(_FIELD.findall(block))}
            params, start = fields.get("DTSTART", ("", ""))
            zone = _ZONE.search(params)
            sequence = fields.get("SEQUENCE", ("", ""))[1]
            yield Invitation(
                method[1].upper() if method else "",
                fields.get("UID", ("", ""))[1],
                int(sequence) if sequence.isdecimal() else 0,
                sender,
                fields.get("RECURRENCE-ID", ("", ""))[1],
                start,
                fields.get("DTEND", ("", ""))[1],
                zone[1] if zone else "",
            )


def _same_moment(instance: str, event: Event) -> bool:
    """Whether a RECURRENCE-ID of mail names the instance; where its clock is unknown, the day must do."""
    try:
        held: date = datetime.fromisoformat(event.recurrence_id)
    except ValueError:
        return False
    named = _moment(instance, "", event.start.tzinfo)
    if named is None or not isinstance(held, datetime):
        return False
    return named == held or named.date() == held.astimezone(event.start.tzinfo).date()


def _moment(value: str, zone: str, otherwise: tzinfo | None) -> datetime | None:
    """An instant of iCalendar text (RFC 5545 section 3.3.5); None for a day without a time, or for none."""
    found = _MOMENT.match(value)
    if found is None or found[4] is None or int(found[1]) not in _YEARS:
        return None
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
        clock = time(int(found[4]), int(found[5]), min(int(found[6]), 59))
    except ValueError:
        return None
    return datetime.combine(day, clock, UTC if found[7] else _zone(zone) or otherwise or UTC)


def _zone(name: str) -> tzinfo | None:
    """The zone of that name; None for the names that only one program knows."""
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, LookupError):
        return None
