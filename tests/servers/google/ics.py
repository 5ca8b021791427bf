"""iCalendar objects (RFC 5545) as Google holds them once they're in a calendar."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar

from tests.servers.discovery import Json
from tests.servers.google.book import id_for

ANSWERS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative"}
STATUS = {"CANCELLED": "cancelled", "TENTATIVE": "tentative"}
SHOWN = {"PRIVATE": "private", "CONFIDENTIAL": "confidential", "PUBLIC": "public"}


def events_of(raw: bytes, email: str, home: str) -> list[Json]:
    """Masters, then exceptions; times without a zone are in the calendar's."""
    calendar = icalendar.Calendar.from_ical(raw)
    parts: list[Any] = list(calendar.walk("VEVENT"))
    return [_event(part, email, home) for part in sorted(parts, key=lambda part: "RECURRENCE-ID" in part)]


def _event(part: Any, email: str, home: str) -> Json:
    uid = str(part.get("UID"))
    start = part["DTSTART"].dt
    event: Json = {
        "id": id_for(uid),
        "iCalUID": uid,
        "status": STATUS.get(str(part.get("STATUS", "")).upper(), "confirmed"),
        "start": _when(start, home),
        "end": _when(_end(part, start), home),
        "sequence": int(part.get("SEQUENCE", 0)),
    }
    for name, key in (("SUMMARY", "summary"), ("DESCRIPTION", "description"), ("LOCATION", "location")):
        if part.get(name):
            event[key] = str(part[name])
    if str(part.get("TRANSP", "")).upper() == "TRANSPARENT":
        event["transparency"] = "transparent"
    if str(part.get("CLASS", "")).upper() in SHOWN:
        event["visibility"] = SHOWN[str(part["CLASS"]).upper()]
    if "ORGANIZER" in part:
        event["organizer"] = _person(part["ORGANIZER"], email)
    if people := _people(part, email):
        event["attendees"] = people
    if lines := _rules(part):
        event["recurrence"] = lines
    if "RECURRENCE-ID" in part:
        event |= _exception(event["id"], part["RECURRENCE-ID"].dt, home)
    return event


def _end(part: Any, start: Any) -> Any:
    if "DTEND" in part:
        return part["DTEND"].dt
    if "DURATION" in part:
        return start + part["DURATION"].dt
    return start if isinstance(start, datetime) else start + timedelta(days=1)


def _when(value: Any, home: str) -> Json:
    if not isinstance(value, datetime):
        return {"date": value.isoformat()}
    if value.tzinfo is None:
        return {"dateTime": value.isoformat(), "timeZone": home}
    name = str(getattr(value.tzinfo, "key", None) or "UTC")
    shown = value if hasattr(value.tzinfo, "key") else value.astimezone(UTC)
    return {"dateTime": shown.isoformat(), "timeZone": name}


def _exception(master: str, original: date | datetime, home: str) -> Json:
    when = _when(original, home)
    if not isinstance(original, datetime):
        sign = f"{original:%Y%m%d}"
    else:
        from zoneinfo import ZoneInfo

        aware = original if original.tzinfo else original.replace(tzinfo=ZoneInfo(home))
        sign = f"{aware.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return {"id": f"{master}_{sign}", "recurringEventId": master, "originalStartTime": when}


def _address(value: Any) -> str:
    return str(value).partition(":")[2] or str(value)


def _person(value: Any, email: str) -> Json:
    found: Json = {"email": _address(value)}
    if value.params.get("CN"):
        found["displayName"] = str(value.params["CN"])
    return found | ({"self": True} if found["email"].casefold() == email.casefold() else {})


def _people(part: Any, email: str) -> list[Json]:
    given = part.get("ATTENDEE", [])
    people = []
    for value in given if isinstance(given, list) else [given]:
        answer = ANSWERS.get(str(value.params.get("PARTSTAT", "")).upper(), "needsAction")
        role = {"optional": True} if str(value.params.get("ROLE", "")).upper() == "OPT-PARTICIPANT" else {}
        room = {"resource": True} if str(value.params.get("CUTYPE", "")).upper() in ("ROOM", "RESOURCE") else {}
        people.append({**_person(value, email), "responseStatus": answer, **role, **room})
    return people


def _rules(part: Any) -> list[str]:
    """The lines of the object as they stand there; Google keeps them so."""
    names = ("RRULE", "RDATE", "EXDATE")
    lines = [line for line in part.to_ical().decode().replace("\r\n ", "").splitlines() if line]
    return [line for line in lines if line.partition(":")[0].partition(";")[0] in names]
