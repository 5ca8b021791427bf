"""iCalendar objects (RFC 5545) as Exchange holds them once they're in a calendar."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.servers.microsoft.asked import Json
from tests.servers.microsoft.mailroom import new_id
from tests.servers.microsoft.mime import stamp
from tests.servers.microsoft.times import DAYS, wall, windows, windows_name, zone

ANSWERS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentativelyAccepted"}
SHOWN = {"FREE": "free", "TENTATIVE": "tentative", "BUSY": "busy", "OOF": "oof", "WORKINGELSEWHERE": "workingElsewhere"}
CODES = dict(zip(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), DAYS, strict=True))
POSITIONS = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}


def events_of(raw: bytes, email: str, home: str) -> list[Json]:
    """Masters, then exceptions; times without a zone are in the calendar's. `_gone`: deleted occurrences' starts."""
    import icalendar

    calendar = icalendar.Calendar.from_ical(raw)
    parts: list[Any] = sorted(calendar.walk("VEVENT"), key=lambda part: "RECURRENCE-ID" in part)
    masters: dict[str, Json] = {}
    found = []
    for part in parts:
        event = _event(part, email, home)
        uid = str(part.get("UID"))
        if "RECURRENCE-ID" in part and uid in masters:
            master = masters[uid]
            original = _aware(part["RECURRENCE-ID"].dt, home)
            event |= {"seriesMasterId": master["id"], "originalStart": stamp(original), "recurrence": None}
        else:
            masters.setdefault(uid, event)
        found.append(event)
    return found


def _event(part: Any, email: str, home: str) -> Json:
    start = part["DTSTART"].dt
    all_day = not isinstance(start, datetime)
    event: Json = {
        "id": new_id("AAkALgEVT"),
        "iCalUId": str(part.get("UID")),
        "subject": str(part.get("SUMMARY", "")),
        "start": _when(start, home),
        "end": _when(_end(part, start), home),
        "isAllDay": all_day,
        "isCancelled": str(part.get("STATUS", "")).upper() == "CANCELLED",
        "body": {"contentType": "text", "content": str(part.get("DESCRIPTION", ""))},
        "showAs": _shown(part),
        "sensitivity": {"PRIVATE": "private", "CONFIDENTIAL": "confidential"}.get(
            str(part.get("CLASS", "")).upper(), "normal"
        ),
    }
    if part.get("LOCATION"):
        event["location"] = {"displayName": str(part["LOCATION"])}
    if "ORGANIZER" in part:
        event["organizer"] = _person(part["ORGANIZER"])
    event["attendees"] = _people(part)
    if "RRULE" in part and "RECURRENCE-ID" not in part:
        event["recurrence"] = _recurrence(part["RRULE"], start, event["start"]["timeZone"])
        event["_gone"] = _gone(part, home)
    return event


def _shown(part: Any) -> str:
    given = SHOWN.get(str(part.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper())
    if given:
        return given
    if str(part.get("TRANSP", "")).upper() == "TRANSPARENT":
        return "free"
    return "tentative" if str(part.get("STATUS", "")).upper() == "TENTATIVE" else "busy"


def _end(part: Any, start: Any) -> Any:
    if "DTEND" in part:
        return part["DTEND"].dt
    if "DURATION" in part:
        return start + part["DURATION"].dt
    return start if isinstance(start, datetime) else start + timedelta(days=1)


def _when(value: date | datetime, home: str) -> Json:
    if not isinstance(value, datetime):
        return wall(datetime(value.year, value.month, value.day)) | {"timeZone": home}  # noqa: DTZ001 - a wall
    if value.tzinfo is None:
        return wall(value) | {"timeZone": home}
    name = str(getattr(value.tzinfo, "key", None) or "UTC")
    known = name if name in windows() else windows_name(name) if _is_iana(name) else "UTC"
    if known == "Customized Time Zone":
        known = "UTC"
    return wall(value.astimezone(zone(known)), known)


def _is_iana(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return False
    return True


def _aware(value: date | datetime, home: str) -> datetime:
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=zone(home))
    return (value if value.tzinfo else value.replace(tzinfo=zone(home))).astimezone(UTC)


def _gone(part: Any, home: str) -> list[str]:
    given = part.get("EXDATE", [])
    lists = given if isinstance(given, list) else [given]
    return [stamp(_aware(each.dt, home)) for one in lists for each in one.dts]


def _address(value: Any) -> str:
    text = str(value)
    return text[7:] if text.casefold().startswith("mailto:") else text


def _person(value: Any) -> Json:
    address = _address(value)
    return {"emailAddress": {"name": str(value.params.get("CN", address)), "address": address}}


def _people(part: Any) -> list[Json]:
    given = part.get("ATTENDEE", [])
    people = []
    for value in given if isinstance(given, list) else [given]:
        said = ANSWERS.get(str(value.params.get("PARTSTAT", "")).upper(), "none")
        kind = "optional" if str(value.params.get("ROLE", "")).upper() == "OPT-PARTICIPANT" else "required"
        if str(value.params.get("CUTYPE", "")).upper() in ("ROOM", "RESOURCE"):
            kind = "resource"
        people.append({**_person(value), "type": kind, "status": {"response": said}})
    return people


def _recurrence(rule: Any, start: date | datetime, zone_name: str) -> Json:
    """Graph's pattern of a rule; what Exchange can't hold is refused by an exception."""
    freq, interval = str(rule["FREQ"][0]).upper(), int(rule.get("INTERVAL", [1])[0])
    days = [str(day) for day in rule.get("BYDAY", [])]
    pattern: Json = {"interval": interval}
    if freq in ("DAILY", "WEEKLY"):
        pattern["type"] = freq.lower()
        if freq == "WEEKLY":
            pattern["daysOfWeek"] = [CODES[day] for day in days] or [DAYS[start.weekday()]]
            pattern["firstDayOfWeek"] = CODES[str(rule.get("WKST", ["MO"])[0])]
    elif freq in ("MONTHLY", "YEARLY"):
        pattern |= _by_month(rule, start, days, freq)
    else:
        raise ValueError(f"Exchange has no pattern for {freq}")
    span: Json = {"type": "noEnd", "startDate": f"{start:%Y-%m-%d}", "recurrenceTimeZone": zone_name}
    if "COUNT" in rule:
        span |= {"type": "numbered", "numberOfOccurrences": int(rule["COUNT"][0])}
    elif "UNTIL" in rule:
        until = rule["UNTIL"][0]
        if isinstance(until, datetime) and until.tzinfo:
            until = until.astimezone(zone(zone_name))
        span |= {"type": "endDate", "endDate": f"{until:%Y-%m-%d}"}
    return {"pattern": pattern, "range": span}


def _by_month(rule: Any, start: date | datetime, days: list[str], freq: str) -> Json:
    kind = "Monthly" if freq == "MONTHLY" else "Yearly"
    found: Json = {"month": int(rule.get("BYMONTH", [start.month])[0])} if kind == "Yearly" else {}
    if not days:
        return found | {"type": f"absolute{kind}", "dayOfMonth": int(rule.get("BYMONTHDAY", [start.day])[0])}
    position = int(rule["BYSETPOS"][0]) if "BYSETPOS" in rule else int(days[0][:-2] or 1)
    return found | {
        "type": f"relative{kind}",
        "daysOfWeek": [CODES[day[-2:]] for day in days],
        "index": POSITIONS[position],
    }
