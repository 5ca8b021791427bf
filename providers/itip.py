"""Our events as iCalendar (RFC 5545): what lies in a calendar, and what is mailed to people (RFC 5546, RFC 6047)."""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from assistant.domain.calendar import PartStat
from assistant.domain.mail import Address
from assistant.domain.ports import OutgoingEvent
from assistant.errors import ProviderError
from providers.outgoing import CalendarMail, clean, clean_text, mailbox
from providers.written import Answers, Method

PRODID: Final = "-//Nextmove//Nextmove//EN"

_UNQUOTABLE: Final = re.compile(r"[\"^\\]")


def stored(
    event: OutgoingEvent, *, answers: Answers | None = None, created: datetime | None = None, cancelled: bool = False
) -> bytes:
    """The object for the rep's calendar: without METHOD (RFC 4791 section 4.1).

    Whoever serves this calendar isn't to write to the people by itself, since a mail of ours does: its ATTENDEEs are
    SCHEDULE-AGENT=CLIENT (RFC 6638 section 7.1). Without people it's a private hold.
    """
    component = _event(event, answers or {}, cancelled=cancelled, agent="CLIENT")
    if created is not None:
        component.add("created", created.astimezone(UTC))
    return _object(component, None)


def mailed(event: OutgoingEvent, method: Method, *, answers: Answers | None = None) -> bytes:
    """The object for the people: with METHOD, and nothing in it that only we would understand but the UID."""
    component = _event(event, answers or {}, cancelled=method is Method.CANCEL)
    return _object(component, method)


def mail_of(event: OutgoingEvent, method: Method, *, answers: Answers | None = None) -> CalendarMail:
    """The message that tells the people. Its subject is the title as it stands: the caller words a cancellation."""
    sender = event.organizer
    name = hashlib.sha256(event.key.encode()).hexdigest()[:32]
    return CalendarMail(
        key=event.key,
        message_id=f"{name}.nextmove@{mailbox(sender).domain}",
        sender=sender,
        to=_invited(event),
        subject=event.title,
        body=in_words(event.description, *_times(event), event.where or ""),
        date=event.stamp,
        calendar=mailed(event, method, answers=answers),
        method=method,
    )


def in_words(description: str, start: datetime, end: datetime, where: str) -> str:
    """The description, the time and the place, for people whose program shows no calendar.

    The zone is named, since whoever reads it may be elsewhere; a place that the description names isn't said twice.
    """
    start, end = _in_its_zone(start), _in_its_zone(end, like=start)
    until = f"{end:%H:%M}" if end.date() == start.date() else f"{_day(end)}, {end:%H:%M}"
    offset = f"{start:%z}"
    zone = getattr(start.tzinfo, "key", "UTC")
    at = "UTC" if zone == "UTC" else f"{zone}, UTC{offset[:3]}:{offset[3:5]}"
    said = clean_text(description).strip()
    place = "" if where in said else where
    parts = [said, f"{_day(start)}, {start:%H:%M}–{until} ({at})\n{place}".strip()]
    return "\n\n".join(filter(None, parts)) + "\n"


def _day(moment: datetime) -> str:
    return f"{moment:%A}, {moment.day} {moment:%B %Y}"


def _object(component: Any, method: Method | None) -> bytes:
    import icalendar

    from providers.zones import vtimezone

    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    if method is not None:
        calendar.add("method", method.value)
    zone = component["DTSTART"].dt.tzinfo
    if zone is not UTC:
        calendar.add_component(vtimezone(zone, component["DTSTART"].dt.year))
    calendar.add_component(component)
    return bytes(calendar.to_ical())


def _event(event: OutgoingEvent, answers: Answers, *, cancelled: bool, agent: str | None = None) -> Any:
    import icalendar

    if not event.uid.strip():
        raise ProviderError("An invite has no UID, so it wasn't placed.", "Put the invite up again.")
    start, end = _times(event)
    component = icalendar.Event()
    component.add("uid", clean("UID", event.uid))
    component.add("sequence", event.sequence)
    component.add("dtstamp", event.stamp.astimezone(UTC))
    component.add("dtstart", start)
    component.add("dtend", end)
    component.add("summary", clean("title", event.title))
    if event.description:
        component.add("description", clean_text(event.description))
    if event.where:
        component.add("location", clean("place", event.where))
    component.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    component.add("transp", "OPAQUE")
    people = _people(event, answers, cancelled=cancelled)
    if not people:
        component.add("class", "PRIVATE")
        return component
    component.add("organizer", _calendar_address(event.organizer), encode=False)
    for address, params in people:
        extra = {"SCHEDULE-AGENT": agent} if agent and address != event.organizer else {}
        component.add("attendee", _calendar_address(address, params | extra), encode=False)
    return component


def _people(event: OutgoingEvent, answers: Answers, *, cancelled: bool) -> list[tuple[Address, dict[str, str]]]:
    """Those invited, each once, and before them the organizer, who comes: where they aren't among the ATTENDEEs,
    Google and Outlook show a meeting that its organizer doesn't attend, and Apple Calendar shows no organizer.
    """
    invited = _invited(event)
    if not invited:
        return []
    coming = {"CUTYPE": "INDIVIDUAL", "ROLE": "CHAIR", "PARTSTAT": PartStat.ACCEPTED.value}
    people = [(event.organizer, coming)]
    required = frozenset(event.required)
    for address in invited:
        params = {
            "CUTYPE": "INDIVIDUAL",
            "ROLE": "REQ-PARTICIPANT" if address in required else "OPT-PARTICIPANT",
            "PARTSTAT": answers.get(mailbox(address).addr_spec.lower(), PartStat.NEEDS_ACTION).value,
        }
        people.append((address, params if cancelled else params | {"RSVP": "TRUE"}))
    return people


def _invited(event: OutgoingEvent) -> tuple[Address, ...]:
    return tuple(address for address in dict.fromkeys(event.people) if address != event.organizer)


def _calendar_address(address: Address, params: Mapping[str, str] | None = None) -> Any:
    """A name without the two signs that stand for others in a parameter (RFC 6868), which many programs don't know."""
    import icalendar

    checked = mailbox(address)
    value = icalendar.vCalAddress(f"mailto:{checked.addr_spec}")
    name = _UNQUOTABLE.sub("'", checked.display_name).strip()
    if name:
        value.params["CN"] = icalendar.vText(name)
    for key, text in (params or {}).items():
        value.params[key] = icalendar.vText(text)
    return value


def _times(event: OutgoingEvent) -> tuple[datetime, datetime]:
    """Start and end in the zone of the start; in UTC where the clock shows one of them twice that day.

    A local time that comes twice is always the first of the two (RFC 5545 section 3.3.5).
    """
    if event.end <= event.start:
        raise ProviderError("An invite ends before it begins, so it wasn't placed.", "Edit its time.")
    start = _in_its_zone(event.start)
    end = _in_its_zone(event.end, like=start)
    if any(moment.utcoffset() != moment.replace(fold=0).utcoffset() for moment in (start, end)):
        return start.astimezone(UTC), end.astimezone(UTC)
    return start, end


def _in_its_zone(moment: datetime, *, like: datetime | None = None) -> datetime:
    """The moment in its IANA zone, or in that of another; in UTC where it has none."""
    zone = (like or moment).tzinfo
    named = isinstance(zone, ZoneInfo) and zone.key not in (None, "UTC", "Etc/UTC")
    utc = moment.astimezone(UTC)
    return utc.astimezone(zone) if named else utc
