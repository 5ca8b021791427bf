"""Which meetings with the customer lie ahead, which were held, and which fell through."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from assistant.domain.calendar import Attendee, Event, EventStatus, PartStat
from assistant.domain.reading import AutomaticKind, MirroredMessage
from assistant.engine.companies import mailbox_of
from assistant.engine.customers import Customers
from assistant.engine.invitations import Told, told
from assistant.engine.replies import answers_to, merged, stand_ins

RECURRING_HORIZON: Final = timedelta(days=30)
"""An instance of a standing meeting that is further away is no next step."""
_CALENDAR_MAIL: Final = (AutomaticKind.CALENDAR_REPLY, AutomaticKind.CALENDAR_REQUEST)


@dataclass(frozen=True, slots=True)
class Meetings:
    """Meetings with a customer, each kind by its start. One that all of their side declined is among `cancelled`."""

    ahead: tuple[Event, ...]
    held: tuple[Event, ...]
    cancelled: tuple[Event, ...]


def meetings(events: Iterable[Event], customers: Customers, now: datetime) -> Meetings:
    """Sort the events. One under way is ahead; all-day, free and private ones, and those we declined, are none."""
    ahead, held, cancelled = [], [], []
    for event in newest(events):
        if not _is_meeting(event, customers) or _we_declined(event, customers):
            continue
        if event.status is EventStatus.CANCELLED or they_declined(event, customers):
            cancelled.append(event)
        elif event.end <= now:
            held.append(event)
        elif not event.recurrence_id or event.start <= now + RECURRING_HORIZON:
            ahead.append(event)
    return Meetings(tuple(ahead), tuple(held), tuple(cancelled))


def with_answers(events: Sequence[Event], robots: Iterable[MirroredMessage]) -> list[Event]:
    """The events with what calendar replies said by mail (RFC 5546 section 3.2.3), where the calendar doesn't know.

    Many calendars that only the rep keeps never learn the answers. Who comes in somebody's place has their place.
    """
    mails = [robot for robot in robots if robot.automatic is not None and robot.automatic.kind in _CALENDAR_MAIL]
    if not mails:
        return list(events)
    zones = {event.start.tzinfo or UTC for event in events}
    said = {zone: told(mails, zone) for zone in zones}
    return [_answered(event, said[event.start.tzinfo or UTC]) for event in events]


def _answered(event: Event, said: Sequence[Told]) -> Event:
    found = answers_to(event, said)
    if not found:
        return event
    known = {mailbox_of(a.address.email): a.partstat for a in event.attendees}
    instead = stand_ins(found, known)
    attendees: dict[str, Attendee] = {}
    for attendee in event.attendees:
        place = instead.get(mailbox_of(attendee.address.email), attendee.address)
        mailbox = mailbox_of(place.email)
        partstat = merged(known.get(mailbox), found.get(mailbox, ())) or PartStat.NEEDS_ACTION
        optional = attendee.optional and (mailbox not in attendees or attendees[mailbox].optional)
        attendees[mailbox] = Attendee(place, partstat, optional)
    changed = tuple(attendees.values())
    return event if changed == event.attendees else replace(event, attendees=changed)


def weakness(event: Event, customers: Customers) -> str | None:
    """Why a meeting ahead may not happen, or None where it stands firm."""
    if event.status is EventStatus.TENTATIVE:
        return "The meeting is tentative."
    if event.organizer is not None and event.organizer in customers:
        return None
    theirs = [attendee for attendee in event.attendees if attendee.address in customers]
    if any(attendee.partstat is PartStat.DECLINED for attendee in theirs):
        return "Somebody on their side declined."
    if any(a.partstat is PartStat.ACCEPTED and not a.optional for a in theirs):
        return None
    if any(attendee.partstat is PartStat.ACCEPTED for attendee in theirs):
        return "Only optional attendees accepted."
    if any(attendee.partstat is PartStat.TENTATIVE for attendee in theirs):
        return "They answered “maybe”."
    return "Nobody on their side has answered the invitation yet."


def they_declined(event: Event, customers: Customers) -> bool:
    """Whether everyone of theirs who was invited declined; who organises a meeting means to come."""
    if event.organizer is not None and event.organizer in customers:
        return False
    theirs = [attendee for attendee in event.attendees if attendee.address in customers]
    return bool(theirs) and all(attendee.partstat is PartStat.DECLINED for attendee in theirs)


def newest(events: Iterable[Event]) -> list[Event]:
    """Each instance once, by start: the copy with the highest SEQUENCE, whichever calendars it lies in."""
    newest: dict[tuple[str, str], Event] = {}
    for event in sorted(events, key=lambda e: (e.sequence, e.account, e.calendar, e.remote_id, e.start)):
        newest[event.uid, event.recurrence_id] = event
    return sorted(newest.values(), key=lambda e: (e.start, e.uid))


def _is_meeting(event: Event, customers: Customers) -> bool:
    unusable = event.all_day or event.free or event.private
    return not unusable and bool(customers.among(event.people))


def _we_declined(event: Event, customers: Customers) -> bool:
    """Whether the rep declined and no colleague goes instead."""
    us = customers.us
    colleague_goes = any(
        a.address in us and not us.is_rep(a.address) and a.partstat is PartStat.ACCEPTED for a in event.attendees
    )
    return event.partstat_of(us.own) is PartStat.DECLINED and not colleague_goes
