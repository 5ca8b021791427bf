"""Exchange's events as ours (Microsoft Graph, event), and what we note in those that are ours.

Exchange gives every event a UID of its own making, and has no SEQUENCE to set. Ours lie in extended properties, which
are in nobody's mail; who reads the calendar gets our UID back, and so does who reads a guest's answer.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from typing import Any, Final

from assistant.domain.calendar import Attendee, Event, EventStatus, PartStat
from assistant.domain.mail import Address
from providers.addresses import addresses
from providers.microsoft.graph import Call, Graph, odata
from providers.microsoft.windows import zone_of

Row = Mapping[str, Any]
"""An event as Graph gives it."""

UID_PROPERTY: Final = "String {6f2d3c1e-9a57-4b0e-8d64-5e1f7c2ab930} Name NextmoveUid"
NOTE_PROPERTY: Final = "String {6f2d3c1e-9a57-4b0e-8d64-5e1f7c2ab930} Name NextmoveNote"
"""Our UID, to search for; and which effect our last change was, our SEQUENCE, and whom we invited, in digests."""

IN_UTC: Final = ('outlook.timezone="UTC"',)
FIELDS: Final = (
    "id,iCalUId,transactionId,subject,body,start,end,isAllDay,showAs,sensitivity,isCancelled,isOrganizer,organizer,"
    "attendees,responseStatus,type,seriesMasterId,originalStart,originalStartTimeZone,onlineMeeting,isOnlineMeeting,"
    "location,createdDateTime,changeKey"
)
OURS: Final = f"singleValueExtendedProperties($filter=id eq '{UID_PROPERTY}' or id eq '{NOTE_PROPERTY}')"
"""What to $expand for what we have noted."""

BROKEN: Final = (ValueError, KeyError, TypeError, AttributeError, LookupError, OverflowError)
"""What reading a row that isn't as documented raises."""

_ANSWERS: Final = {
    "organizer": PartStat.ACCEPTED,
    "accepted": PartStat.ACCEPTED,
    "tentativelyAccepted": PartStat.TENTATIVE,
    "declined": PartStat.DECLINED,
}
_FREE: Final = frozenset({"free", "workingElsewhere"})
_PRIVATE: Final = frozenset({"private", "confidential", "personal"})
"""Outlook's “personal” is a CLASS of its own, which RFC 5545 section 3.8.1.3 says to treat as private."""
_TEXT_LIMIT: Final = 20_000
_RULED_OFF: Final = re.compile(r"^_{60,}$", re.MULTILINE)
"""What Exchange writes above the part on how to join an online meeting."""

_OBJECT: Final = bytes.fromhex("040000008200E00074C5B7101A82E008")
_FOREIGN: Final = b"vCal-Uid\x01\0\0\0"
_DAY, _DATA = slice(16, 20), 40
_UID_LINE: Final = re.compile(r"^UID(?:;[^:\r\n]*)?:((?:[^\r\n]|\r?\n[ \t])*)", re.MULTILINE)
_LONGEST_FILTER: Final = 1_500
_MOST_UIDS: Final = 10
"""Each is looked up: whoever writes a text doesn't choose how often."""


@dataclass(frozen=True, slots=True)
class Note:
    """What we have noted in an event of ours. `key` is a digest; so are `people`, the addresses that we invited."""

    uid: str
    key: str = ""
    sequence: int = 0
    people: frozenset[str] = frozenset()

    @property
    def properties(self) -> list[dict[str, str]]:
        note = {"key": self.key, "sequence": self.sequence, "people": sorted(self.people)}
        return [
            {"id": UID_PROPERTY, "value": self.uid},
            {"id": NOTE_PROPERTY, "value": json.dumps(note, separators=(",", ":"))},
        ]


def digest(text: str, length: int = 32) -> str:
    """What stands in an extended property for a text that's nobody's business."""
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def noted(row: Row) -> Note | None:
    """None where the event isn't of our making. A note that somebody spoiled says no more than the UID."""
    found = {each["id"]: str(each["value"]) for each in row.get("singleValueExtendedProperties") or ()}
    ours = {name.lower(): value for name, value in found.items()}
    uid = ours.get(UID_PROPERTY.lower())
    if not uid or not row.get("isOrganizer"):
        return None
    try:
        note = json.loads(ours.get(NOTE_PROPERTY.lower(), ""))
        return Note(uid, str(note["key"]), int(note["sequence"]), frozenset(map(str, note["people"])))
    except BROKEN:
        return Note(uid)


def uid_of(ical_uid: str) -> str:
    """The UID as it stands in mail ([MS-OXCICAL] 2.1.3.1.1.20.26): Graph's is another for each instance of a series.

    It is the hexadecimal of a GlobalObjectId ([MS-OXOCAL] 2.2.1.27), with the day of the instance in it; where another
    system made the meeting, it holds that one's UID as it is.
    """
    try:
        found = bytes.fromhex(ical_uid)
    except ValueError:
        return ical_uid
    if not found.startswith(_OBJECT) or len(found) < _DATA:
        return ical_uid
    if found[_DATA:].startswith(_FOREIGN):
        return found[_DATA + len(_FOREIGN) :].split(b"\0")[0].decode("utf-8", errors="replace") or ical_uid
    return (found[: _DAY.start] + bytes(4) + found[_DAY.stop :]).hex().upper()


def event_of(account: str, calendar: str, row: Row, zone: tzinfo, own: str = "") -> Event:
    """One instance; `own` is the address of the calendar's owner. Raises one of `BROKEN` where it can't be read."""
    all_day = bool(row.get("isAllDay"))
    edges = [_midnight(row[edge], zone) if all_day else moment(row[edge], zone) for edge in ("start", "end")]
    ours = noted(row)
    location, description = _places(row)
    return Event(
        account=account,
        calendar=calendar,
        remote_id=row.get("seriesMasterId") or row["id"],
        uid=ours.uid if ours else uid_of(row.get("iCalUId") or row["id"]),
        start=edges[0],
        end=max(edges, key=datetime.timestamp),
        recurrence_id=_recurrence_id(row, zone),
        sequence=ours.sequence if ours else 0,
        summary=str(row.get("subject") or "").strip()[:_TEXT_LIMIT],
        description=description,
        location=location,
        all_day=all_day,
        status=_status(row),
        free=row.get("showAs") in _FREE,
        private=row.get("sensitivity") in _PRIVATE,
        organizer=_organizer(row),
        attendees=tuple(_attendees(row, own)),
    )


def moment(when: Row, zone: tzinfo) -> datetime:
    """An aware instant in `zone`. Times without a zone that's known are in UTC, as they're asked for."""
    found = datetime.fromisoformat(when["dateTime"])
    if found.tzinfo is None:
        found = found.replace(tzinfo=zone_of(str(when.get("timeZone") or "")) or UTC)
    return found.astimezone(zone)


def _midnight(when: Row, zone: tzinfo) -> datetime:
    """Of the day: whole days run from midnight to midnight in whatever zone is asked for (Graph docs, issue 1802)."""
    return datetime.combine(datetime.fromisoformat(when["dateTime"]).date(), time(), zone)


def _recurrence_id(row: Row, zone: tzinfo) -> str:
    """An occurrence is where its series has it; an exception says where it would have been."""
    if not row.get("seriesMasterId"):
        return ""
    original = row.get("originalStart") if row.get("type") == "exception" else None
    if not original:
        day = datetime.fromisoformat(row["start"]["dateTime"]).date()
        return day.isoformat() if row.get("isAllDay") else moment(row["start"], UTC).isoformat()
    when = moment({"dateTime": original}, UTC)
    if not row.get("isAllDay"):
        return when.isoformat()
    return _day_of(when, zone_of(str(row.get("originalStartTimeZone") or "")) or zone).isoformat()


def _day_of(midnight: datetime, zone: tzinfo) -> date:
    """The day that begins at this instant, in UTC or in the zone."""
    at_home = midnight.astimezone(zone)
    if midnight.time() == time():
        return midnight.date()
    return (at_home + timedelta(hours=12)).date() if at_home.time() != time() else at_home.date()


def _status(row: Row) -> EventStatus:
    """Until the rep answers, Exchange shows every invitation as tentative: that's theirs to say, not the meeting's."""
    if row.get("isCancelled"):
        return EventStatus.CANCELLED
    if row.get("showAs") == "tentative" and row.get("isOrganizer", True):
        return EventStatus.TENTATIVE
    return EventStatus.CONFIRMED


def _places(row: Row) -> tuple[str, str]:
    """Location and description, and in one of them the link to the online meeting, in place of how to use it."""
    location = str((row.get("location") or {}).get("displayName") or "").strip()[:_TEXT_LIMIT]
    description = text_in(row.get("body") or {})
    link = str((row.get("onlineMeeting") or {}).get("joinUrl") or "")
    if link and (ruled := _RULED_OFF.search(description)):
        description = description[: ruled.start()].strip()
    if not link or link in location or link in description:
        return location, description
    return (location, f"{description}\n\n{link}".strip()) if location else (link, description)


def text_in(body: Row) -> str:
    content = str(body.get("content") or "")
    if str(body.get("contentType", "")).lower() == "html":
        from providers.html import text_of

        content = text_of(content)
    return content.replace("\r\n", "\n").strip()[:_TEXT_LIMIT]


def _organizer(row: Row) -> Address | None:
    """Who invites: of an entry of the owner's own, nobody."""
    if row.get("isOrganizer") and not row.get("attendees"):
        return None
    return address(row.get("organizer") or {})


def _attendees(row: Row, own: str) -> Iterator[Attendee]:
    """People only: rooms and things are where a meeting is, not who is there.

    Exchange names the organizer apart, and tells a guest nobody's answer but their own, and that one apart too.
    """
    mine = (row.get("responseStatus") or {}).get("response", "none")
    host = address(row.get("organizer") or {}) if row.get("isOrganizer") else None
    found: dict[str, Attendee] = {}
    for each in row.get("attendees") or ():
        person = None if each.get("type") == "resource" else address(each)
        if person is None or person.email in found:
            continue
        said = (each.get("status") or {}).get("response", "none")
        if person.email == own and mine in _ANSWERS:
            said = mine
        elif host and person.email == host.email:
            said = "organizer"
        partstat = _ANSWERS.get(said, PartStat.NEEDS_ACTION)
        found[person.email] = Attendee(person, partstat, optional=each.get("type") == "optional")
    if not found:
        return
    if row.get("isOrganizer"):
        if host and host.email not in found:
            yield Attendee(host, PartStat.ACCEPTED)
    elif own and own not in found and mine in _ANSWERS:
        yield Attendee(Address(own), _ANSWERS[mine])  # invited as one of a list, or under another name
    yield from found.values()


def address(person: Row) -> Address | None:
    """Who isn't shown by an address (but by an X.500 name, say) is nobody."""
    given: Row = person.get("emailAddress") or {}
    found = addresses(str(given.get("address") or ""))
    if not found or "@" not in found[0].email or found[0].email.startswith("/"):
        return None
    name = " ".join(str(given.get("name") or "").split())
    return Address(found[0].email, name if name and name.lower() != found[0].email else None)


def uids_in(calendars: Iterable[str]) -> set[str]:
    """The UIDs that stand in iCalendar texts: all parts of one speak of one meeting (RFC 5546 section 3.2)."""
    found = (each for text in calendars for each in islice(_UID_LINE.finditer(text), _MOST_UIDS))
    return {_unfolded(each[1]) for each in found}


def own_uids(graph: Graph, uids: Collection[str]) -> dict[str, str]:
    """Our own UIDs by Exchange's, of those events that we placed."""
    wanted = sorted(uid for uid in uids if uid.upper().startswith(_OBJECT.hex().upper()) and len(uid) < _LONGEST_FILTER)
    calls = (
        Call(uid, "/events", {"$filter": f"iCalUId eq {odata(uid)}", "$select": "id,isOrganizer", "$expand": OURS})
        for uid in wanted
    )
    found: dict[str, str] = {}
    for uid, answer in graph.batch(calls):
        rows: Sequence[Row] = answer.get("value", ()) if isinstance(answer, dict) else ()
        for note in filter(None, map(noted, rows)):
            found[uid] = note.uid
    return found


def with_our_uids(calendar: str, own: Mapping[str, str]) -> str:
    """The iCalendar text of a mail about our events, with our UIDs in the place of Exchange's."""

    def ours(found: re.Match[str]) -> str:
        uid = own.get(_unfolded(found[1]))
        return f"UID:{uid}" if uid else found[0]

    return _UID_LINE.sub(ours, calendar)


def _unfolded(value: str) -> str:
    return re.sub(r"\r?\n[ \t]", "", value).strip()
