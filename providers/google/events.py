"""Google's events as ours (Calendar API, Events), and the ids under which ours lie there.

Google gives an event that comes with an id a UID of its own, which is that id @google.com. So the id holds our UID, and
whoever reads the calendar, or the mail of a guest about it, gets ours back.
"""

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from assistant.domain.calendar import Attendee, Event, EventStatus, PartStat
from assistant.domain.mail import Address
from assistant.errors import ProviderError
from providers.addresses import addresses

Row = Mapping[str, Any]
"""An event as Google gives it."""

UID: Final = "nextmoveUid"
KEY: Final = "nextmoveKey"
SEQUENCE: Final = "nextmoveSequence"
PEOPLE: Final = "nextmovePeople"
"""Private extended properties: our UID to search for, which effect our last change was, our SEQUENCE (Google counts its
own whenever anybody moves the event), and whom we invited. They're digests, tell nothing, and go to no guest."""

_FIELDS: Final = (
    "id,status,iCalUID,sequence,etag,summary,description,location,start,end,recurringEventId,originalStartTime,"
    "attendees(email,displayName,responseStatus,optional,resource,self,comment,additionalGuests),organizer,creator(email,displayName),"
    "transparency,visibility,eventType,hangoutLink,conferenceData/entryPoints(entryPointType,uri),"
    "extendedProperties/private"
)
EVENT_FIELDS: Final = _FIELDS
LIST_FIELDS: Final = f"items({_FIELDS}),nextPageToken,nextSyncToken"

NO_MEETINGS: Final = frozenset({"workingLocation", "birthday"})
_TAKES_TIME: Final = frozenset({"outOfOffice", "focusTime"})
_PRIVATE: Final = frozenset({"private", "confidential"})
_ANSWERS: Final = {
    "needsAction": PartStat.NEEDS_ACTION,
    "accepted": PartStat.ACCEPTED,
    "declined": PartStat.DECLINED,
    "tentative": PartStat.TENTATIVE,
}
_STATUS: Final = {"tentative": EventStatus.TENTATIVE, "cancelled": EventStatus.CANCELLED}
_MARK: Final = "nm"
_OURS: Final = re.compile(
    rf"^(UID[^:\r\n]*:)({_MARK}(?:[a-v0-9]|\r?\n[ \t])+)@(?:\r?\n[ \t])?google\.com", re.MULTILINE
)
_HTML: Final = re.compile(r"</?(?:a|b|br|div|html-blob|i|li|ol|p|span|strong|u|ul)\b[^<>]*>", re.IGNORECASE)
_TEXT_LIMIT: Final = 20_000
_LONGEST_UID: Final = 500
BROKEN: Final = (ValueError, KeyError, TypeError, AttributeError, LookupError, OverflowError)
"""What reading a row that isn't as documented raises."""


def event_id(uid: str, life: int = 0) -> str:
    """The id of an event of ours, of letters that Google allows (base32hex, RFC 4648 section 7).

    What was deleted keeps its id for good, so each further `life` of the event has another.
    """
    if not uid.strip() or len(uid) > _LONGEST_UID:
        raise ProviderError("An invite has no UID that can be used, so it wasn't placed.", "Put the invite up again.")
    name = f"{uid}\0{life}" if life else uid
    return _MARK + base64.b32hexencode(name.encode()).decode().lower().rstrip("=")


def uid_in(name: str) -> str | None:
    """Our UID that the id of an event (or of an instance of it) holds; None where it's no id of ours."""
    code = name.partition("_")[0]
    if not code.startswith(_MARK):
        return None
    code = code.removeprefix(_MARK)
    try:
        found = base64.b32hexdecode(code.upper() + "=" * (-len(code) % 8)).decode()
    except ValueError:
        return None
    uid = found.partition("\0")[0]
    return uid if "@" in uid and uid.isprintable() else None


def with_our_uids(calendar: str) -> str:
    """The iCalendar text of a mail about our events with our UIDs in the place of Google's."""

    def ours(found: re.Match[str]) -> str:
        uid = uid_in(re.sub(r"\s", "", found[2]))
        return f"{found[1]}{uid}" if uid else found[0]

    return _OURS.sub(ours, calendar)


def digest(text: str, length: int = 32) -> str:
    """What stands in an extended property for a text that's nobody's business."""
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def properties(row: Row) -> Mapping[str, str]:
    """What we have noted in the event; empty where it isn't ours."""
    found: Mapping[str, str] = row.get("extendedProperties", {}).get("private", {})
    return found if KEY in found else {}


def event_of(account: str, calendar: str, row: Row, zone: tzinfo) -> Event:
    """One instance. Raises one of `BROKEN` where it can't be read."""
    all_day = "dateTime" not in row["start"]
    start = moment(row["start"], zone)
    ours = properties(row)
    uid = uid_in(row["id"]) if ours else None
    location, description = _places(row)
    kind = row.get("eventType", "default")
    people = kind != "fromGmail"  # a flight or a table: what Gmail found in a mail was written by a machine
    return Event(
        account=account,
        calendar=calendar,
        remote_id=row["id"],
        uid=uid or row["iCalUID"],
        start=start,
        end=max(start, moment(row["end"], zone), key=datetime.timestamp),
        recurrence_id=_recurrence_id(row, zone),
        sequence=int(ours.get(SEQUENCE, 0) if uid else row.get("sequence", 0)),
        summary=str(row.get("summary", "")).strip()[:_TEXT_LIMIT],
        description=description,
        location=location,
        all_day=all_day,
        status=_STATUS.get(row.get("status", ""), EventStatus.CONFIRMED),
        free=row.get("transparency") == "transparent" and kind not in _TAKES_TIME,
        private=row.get("visibility") in _PRIVATE,
        organizer=_organizer(row) if people else None,
        attendees=tuple(_attendees(row)) if people else (),
    )


def moment(when: Row, zone: tzinfo) -> datetime:
    """An aware instant in the account's zone; a day is its midnight there."""
    if "dateTime" not in when:
        return datetime.combine(date.fromisoformat(when["date"]), time(), zone)
    found = datetime.fromisoformat(when["dateTime"])
    if found.tzinfo is None:
        found = found.replace(tzinfo=ZoneInfo(when["timeZone"]) if "timeZone" in when else zone)
    return found.astimezone(zone)


def _recurrence_id(row: Row, zone: tzinfo) -> str:
    if "recurringEventId" not in row:
        return ""
    original = row.get("originalStartTime") or row["start"]
    if "dateTime" not in original:
        return date.fromisoformat(original["date"]).isoformat()
    return moment(original, zone).astimezone(UTC).isoformat()


def _places(row: Row) -> tuple[str, str]:
    """Location and description, and in one of them the link to the video conference, where Google keeps it apart."""
    location = str(row.get("location", "")).strip()[:_TEXT_LIMIT]
    description = str(row.get("description", ""))
    if _HTML.search(description):
        from providers.html import text_of

        description = text_of(description)
    description = description.strip()[:_TEXT_LIMIT]
    points = row.get("conferenceData", {}).get("entryPoints", ())
    video = (point.get("uri") for point in points if point.get("entryPointType") == "video")
    link = row.get("hangoutLink") or next(filter(None, video), None)
    if not link or link in location or link in description:
        return location, description
    return (location, f"{description}\n\n{link}".strip()) if location else (link, description)


def _organizer(row: Row) -> Address | None:
    """Who invites: of an entry of the owner's own, nobody; of a calendar of its own, who made the event."""
    found: Row = row.get("organizer", {})
    if found.get("self") and not row.get("attendees"):
        return None
    if str(found.get("email", "")).endswith(".calendar.google.com"):
        found = row.get("creator", {})
    named: dict[str, Row] = {each["email"]: each for each in row.get("attendees", ()) if each.get("displayName")}
    return address(found if found.get("displayName") else named.get(str(found.get("email")), found))


def _attendees(row: Row) -> Iterator[Attendee]:
    """People only: rooms and things are where a meeting is, not who is there."""
    for each in row.get("attendees", ()):
        found = None if each.get("resource") else address(each)
        if found is not None:
            answer = _ANSWERS.get(each.get("responseStatus", ""), PartStat.NEEDS_ACTION)
            yield Attendee(found, answer, optional=bool(each.get("optional")))


def address(person: Row) -> Address | None:
    """Who isn't shown by an address is nobody."""
    found = addresses(str(person.get("email", "")))
    if not found or "@" not in found[0].email or found[0].domain == "calendar.google.com":
        return None
    name = " ".join(str(person.get("displayName", "")).split())
    return Address(found[0].email, name if name and name.lower() != found[0].email else None)
