"""What calendar mail says of meetings (RFC 5546) and the calendar doesn't know yet: called off, moved, in doubt.

A calendar that only the rep keeps learns of a cancellation or a new time when they have opened the mail; many never.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo
from typing import Final

from assistant.domain.calendar import Event, EventStatus, PartStat
from assistant.domain.deal import Us
from assistant.domain.itip import ItipEvent, ItipPerson, Method
from assistant.domain.mail import Address, Message
from assistant.domain.reading import AutomaticKind, MirroredMessage
from assistant.engine.companies import mailbox_of
from assistant.engine.copies import left_from_here
from assistant.language.itip import read_part

LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
"""Where a mail has no date, it counts as older than all others."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one mail says of one meeting, or of one instance of a series; `at` is the mail's date."""

    event: ItipEvent
    sender: Address
    at: datetime
    message_id: str

    @property
    def method(self) -> Method:
        return self.event.method

    def concerns(self, event: Event) -> bool:
        """Whether it's about this instance; what names none is about the meeting, or the series as a whole."""
        one = self.event
        if event.uid != one.uid:
            return False
        if one.instance is None:
            return True
        held = _instance(event)
        return held is not None and (_same(one.instance, held, event) or (one.this_and_future and _earlier(one, held)))


def told(robots: Iterable[MirroredMessage], zone: tzinfo) -> list[Told]:
    """Everything that the calendar parts of these mails say, in the order in which they were sent."""
    return [one for robot in sorted(robots, key=_sent) for one in _of(robot, zone)]


def as_mail_says(events: Sequence[Event], robots: Iterable[MirroredMessage], us: Us) -> list[Event]:
    """The events with what calendar mail changed since, in the order in which it was sent.

    A cancellation or a new time counts where its SEQUENCE is not older than the calendar's own, and where it comes
    from whoever organizes the meeting; a time that is proposed, where its sender is on the meeting. What came in under
    the rep's name may be anybody's.
    """
    mails = [robot for robot in robots if robot.message.calendar and not _in_our_name(robot.message, us)]
    if not mails:
        return list(events)
    zones = {event.start.tzinfo or UTC for event in events}
    said = {zone: told(mails, zone) for zone in zones}
    return [updated(event, _of_their_own(event, said[event.start.tzinfo or UTC], us)) for event in events]


def updated(event: Event, said: Iterable[Told]) -> Event:
    """The event after all that was told of it, whoever told it."""
    for one in said:
        if one.concerns(event):
            event = _after(event, one)
    return event


def _after(event: Event, one: Told) -> Event:
    sequence, start = one.event.sequence or 0, one.event.start
    if one.method is Method.COUNTER:
        attendees = tuple(
            replace(a, partstat=PartStat.TENTATIVE)
            if a.partstat is PartStat.NEEDS_ACTION and mailbox_of(a.address.email) == mailbox_of(one.sender.email)
            else a
            for a in event.attendees
        )
        return replace(event, attendees=attendees)
    if one.method is Method.CANCEL:
        called_off = sequence >= event.sequence
        return replace(event, status=EventStatus.CANCELLED, sequence=sequence) if called_off else event
    if one.method is not Method.REQUEST or sequence <= event.sequence or start is None or one.event.all_day:
        return event
    held = _instance(event)
    if held is not None and (one.event.instance is None or not _same(one.event.instance, held, event)):
        return event  # the instances of a series are moved one by one
    end = one.event.end or start + (event.end - event.start)
    return replace(event, start=start, end=end, sequence=sequence, status=EventStatus.CONFIRMED)


def _of_their_own(event: Event, said: Iterable[Told], us: Us) -> Iterator[Told]:
    """What its sender may say of the meeting: who organizes it all, the others that they would like another time.

    Where the calendar doesn't tell who organizes it, each of its people may be that one.
    """
    organizer = event.organizer
    people = {mailbox_of(person.email) for person in event.people}
    for one in said:
        if one.method is Method.COUNTER or organizer is None:
            if mailbox_of(one.sender.email) in people:
                yield one
        elif _is_same(one.sender, organizer, us):
            yield one


def _is_same(person: Address, other: Address, us: Us) -> bool:
    return mailbox_of(person.email) == mailbox_of(other.email) or (us.is_rep(person) and us.is_rep(other))


def _in_our_name(message: Message, us: Us) -> bool:
    """Whether it names the rep as its sender, and came in from outside."""
    return message.sender is not None and us.is_rep(message.sender) and not left_from_here(message)


def _sent(robot: MirroredMessage) -> tuple[datetime, int]:
    return robot.message.date or LONG_AGO, robot.key


def _of(robot: MirroredMessage, zone: tzinfo) -> Iterable[Told]:
    message, automatic = robot.message, robot.automatic
    if message.sender is None:
        return
    parts = [read_part(part, zone) for part in message.calendar]
    events = [event for part in parts for event in part.events]
    if not events and automatic is not None and automatic.kind is AutomaticKind.CALENDAR_REPLY:
        events = _answer(message.sender, automatic.event_uid, automatic.partstat)
    for event in events:
        yield Told(event, message.sender, message.date or LONG_AGO, message.message_id)


def _answer(sender: Address, uid: str | None, partstat: str | None) -> list[ItipEvent]:
    """What was read of a reply whose part is gone, or is broken."""
    if uid is None or partstat not in set(PartStat):
        return []
    return [ItipEvent(Method.REPLY, uid, attendees=(ItipPerson(sender, PartStat(partstat)),))]


def _instance(event: Event) -> date | None:
    """The RECURRENCE-ID of the calendar's instance: an aware datetime, or a day."""
    try:
        if len(event.recurrence_id) == len("2026-03-01"):
            return date.fromisoformat(event.recurrence_id)
        held = datetime.fromisoformat(event.recurrence_id)
        return held if held.tzinfo is not None else None
    except ValueError:
        return None


def _same(named: date, held: date, event: Event) -> bool:
    """Whether both are the same RECURRENCE-ID; where programs write it with another clock, the day must do."""
    if isinstance(named, datetime) and isinstance(held, datetime):
        return named == held or named.date() == held.astimezone(event.start.tzinfo).date()
    return not isinstance(held, datetime) and named == held


def _earlier(one: ItipEvent, held: date) -> bool:
    """Whether the instance that is named comes before this one."""
    if isinstance(held, datetime):
        return isinstance(one.instance, datetime) and one.instance < held
    return one.instance is not None and not isinstance(one.instance, datetime) and one.instance < held
