"""One calendar: its events, and what has happened to them."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.servers.microsoft.asked import Json, Refused
from tests.servers.microsoft.mailroom import new_id
from tests.servers.microsoft.mime import stamp
from tests.servers.microsoft.texts import document, preview
from tests.servers.microsoft.times import HORIZON, moment, plain, starts, wall

ALWAYS: Json = {
    "subject": "",
    "body": {"contentType": "html", "content": ""},
    "location": {"displayName": "", "locationType": "default", "uniqueIdType": "unknown"},
    "attendees": [],
    "isAllDay": False,
    "isCancelled": False,
    "isDraft": False,
    "hasAttachments": False,
    "showAs": "busy",
    "sensitivity": "normal",
    "importance": "normal",
    "categories": [],
    "recurrence": None,
    "isOnlineMeeting": False,
    "onlineMeetingProvider": "unknown",
    "onlineMeeting": None,
    "allowNewTimeProposals": True,
    "hideAttendees": False,
    "responseRequested": True,
    "isReminderOn": True,
    "reminderMinutesBeforeStart": 15,
    "transactionId": None,
    "seriesMasterId": None,
}
GLOBAL = "040000008200E00074C5B7101A82E008"
"""How a GlobalObjectId of Exchange begins, in hex."""
Window = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Told:
    """Exchange has mailed these people about an event, because of a call of the API."""

    method: str
    event: Json
    people: frozenset[str]
    comment: str = ""


@dataclass(slots=True)
class Book:
    """The events of one calendar by id: single ones, masters, and exceptions (with `seriesMasterId`)."""

    id: str
    name: str
    email: str
    owner: str
    events: dict[str, Json] = field(default_factory=dict)
    cancelled: dict[str, set[str]] = field(default_factory=dict)
    """Of a master: the original starts of its occurrences that were deleted."""
    properties: dict[str, dict[str, str]] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)
    touched: dict[str, int] = field(default_factory=dict)
    hidden: dict[str, frozenset[str]] = field(default_factory=dict)
    """Of an event: the properties that aren't shown, as of one that Exchange itself can't read."""
    transactions: dict[str, str] = field(default_factory=dict)
    number: int = 0
    clock: datetime | None = None
    _occurrences: dict[tuple[str, str], str] = field(default_factory=dict)
    _where: dict[str, tuple[str, str]] = field(default_factory=dict)

    def now(self) -> datetime:
        return self.clock or datetime.now(UTC)

    # what's there

    def get(self, name: str) -> Json:
        """An event, also an occurrence that's only in its series' rule."""
        if name in self.events:
            return self.events[name]
        if name in self._where:
            master, original = self._where[name]
            if master in self.events and original not in self.cancelled.get(master, ()):
                start = datetime.fromisoformat(original).astimezone(moment(self.events[master]["start"]).tzinfo)
                return self._occurrence(self.events[master], start)
        raise Refused(404)

    def occurrence_id(self, master: str, original: str) -> str:
        key = (master, original)
        if key not in self._occurrences:
            self._occurrences[key] = new_id("AAkALgOCC")
            self._where[self._occurrences[key]] = key
        return self._occurrences[key]

    def _occurrence(self, master: Json, start: datetime) -> Json:
        length = plain(master["end"]) - plain(master["start"])
        original = stamp(start)
        name = self.occurrence_id(master["id"], original)
        key = f"{master['changeKey']}"
        zone_name = master["start"]["timeZone"]
        return {
            **master,
            "id": name,
            "changeKey": key,
            "type": "occurrence",
            "recurrence": None,
            "seriesMasterId": master["id"],
            "occurrenceId": f"OID.{master['id'][:-1]}.{start:%Y-%m-%d}",
            "originalStart": original,
            "iCalUId": _of_the_day(master["iCalUId"], start),
            "transactionId": None,
            "start": wall(start.replace(tzinfo=None)) | {"timeZone": zone_name},
            "end": wall(start.replace(tzinfo=None) + length) | {"timeZone": zone_name},
        }

    def instances(self, master: Json, window: Window) -> Iterator[Json]:
        """Those of a series that overlap the window: by its rule, or as an exception says."""
        changed = {
            each["originalStart"]: each for each in self.events.values() if each["seriesMasterId"] == master["id"]
        }
        gone = self.cancelled.get(master["id"], set())
        for start in starts(master, min(window[1], window[0] + HORIZON) + timedelta(days=1)):
            original = stamp(start)
            if original in gone or original in changed:
                continue
            one = self._occurrence(master, start)
            if inside(one, window):
                yield one
        yield from (each for each in changed.values() if inside(each, window))

    def within(self, window: Window) -> list[Json]:
        """The window's single events, occurrences and exceptions, by their start."""
        found: list[Json] = []
        for event in self.events.values():
            if event["type"] == "seriesMaster":
                found += self.instances(event, window)
            elif event["type"] == "singleInstance" and inside(event, window):
                found.append(event)
        return sorted(found, key=lambda each: moment(each["start"]))

    # what happens

    def put(self, given: Json) -> Json:
        """An event, filled in as Exchange does; the same id replaces."""
        name = given.get("id") or new_id("AAkALgEVT")
        before = self.events.get(name, {})
        now = stamp(self.now())
        number = secrets.token_hex(16).upper()
        event: Json = {
            **ALWAYS,
            "id": name,
            "createdDateTime": before.get("createdDateTime", now),
            "iCalUId": before.get("iCalUId", f"{GLOBAL}00000000{number}000000000000000010000000"),
            "organizer": {"emailAddress": {"name": self.owner, "address": self.email}},
            "webLink": f"https://outlook.office365.com/owa/?itemid={name}&exvsurl=1&path=/calendar/item",
            **given,
        }
        event["uid"] = given.get("uid", event["iCalUId"])
        mine = event["organizer"]["emailAddress"]["address"].casefold() == self.email.casefold()
        event["isOrganizer"] = mine
        event["attendees"] = [_attendee(each) for each in event["attendees"]]
        event.setdefault("responseStatus", self._response(event, mine=mine))
        event["originalStartTimeZone"] = given.get("originalStartTimeZone", event["start"]["timeZone"])
        event["originalEndTimeZone"] = given.get("originalEndTimeZone", event["end"]["timeZone"])
        event["start"], event["end"] = _seven(event["start"]), _seven(event["end"])
        kind = "seriesMaster" if event["recurrence"] else "exception" if event["seriesMasterId"] else "singleInstance"
        event["type"] = kind
        if event["recurrence"]:
            event["recurrence"] = _recurrence(event)
        if event["body"]["contentType"].casefold() == "html" and event["body"]["content"]:
            event["body"] = {"contentType": "html", "content": document(event["body"]["content"])}
        if "id" not in given and event["isOnlineMeeting"] and not event["onlineMeeting"]:
            event |= teams(event)
        if event["seriesMasterId"]:
            self._occurrences[(event["seriesMasterId"], event["originalStart"])] = name
            self._where[name] = (event["seriesMasterId"], event["originalStart"])
        self.events[name] = event
        return self.save(event)

    def _response(self, event: Json, *, mine: bool) -> Json:
        if mine:
            return {"response": "organizer", "time": "0001-01-01T00:00:00Z"}
        for each in event["attendees"]:
            if each["emailAddress"]["address"].casefold() == self.email.casefold():
                return dict(each["status"])
        return {"response": "notResponded", "time": "0001-01-01T00:00:00Z"}

    def save(self, event: Json) -> Json:
        """It has changed: another change key."""
        self.number += 1
        event["changeKey"] = f"EVTCK{self.number:012d}"
        event["lastModifiedDateTime"] = stamp(self.now())
        event["bodyPreview"] = preview(event["body"])
        self.touched[event["id"]] = self.number
        return event

    def remove(self, name: str) -> None:
        """An event, a series with its exceptions, or one occurrence."""
        event = self.get(name)
        self.number += 1
        if event["seriesMasterId"]:
            self.cancelled.setdefault(event["seriesMasterId"], set()).add(event["originalStart"])
            self.touched[event["seriesMasterId"]] = self.number
        self.events.pop(name, None)
        for each in [each for each in self.events.values() if each["seriesMasterId"] == name]:
            self.events.pop(each["id"])
        self.cancelled.pop(name, None)


def _of_the_day(uid: str, start: datetime) -> str:
    """An occurrence's: its day in bytes 16 to 19 of the GlobalObjectId ([MS-OXOCAL]); others' UIDs stay."""
    if not uid.startswith(GLOBAL):
        return uid
    return f"{uid[:32]}{start.year:04X}{start.month:02X}{start.day:02X}{uid[40:]}"


def inside(event: Json, window: Window) -> bool:
    start, end = moment(event["start"]), moment(event["end"])
    return start < window[1] and (end > window[0] or start == end == window[0])


def _attendee(given: Json) -> Json:
    address = given["emailAddress"]
    name = address.get("name") or address["address"]
    status = given.get("status") or {"response": "none", "time": "0001-01-01T00:00:00Z"}
    kept = {"proposedNewTime": given["proposedNewTime"]} if "proposedNewTime" in given else {}
    return {"type": given.get("type", "required"), "status": {"time": "0001-01-01T00:00:00Z", **status}} | {
        "emailAddress": {"name": name, "address": address["address"]},
        **kept,
    }


def _seven(when: Json) -> Json:
    return wall(plain(when)) | {"timeZone": when["timeZone"]}


def _recurrence(event: Json) -> Json:
    pattern, span = event["recurrence"]["pattern"], event["recurrence"]["range"]
    filled = {"month": 0, "dayOfMonth": 0, "firstDayOfWeek": "sunday", "index": "first", **pattern}
    rest = {"recurrenceTimeZone": event["start"]["timeZone"], "numberOfOccurrences": 0, "endDate": "0001-01-01"}
    return {"pattern": filled, "range": {**rest, **span}}


def teams(event: Json) -> Json:
    """The join block that Exchange puts below the body, and what belongs to it."""
    url = f"https://teams.example/l/meetup-join/{secrets.token_hex(8)}"
    body = event["body"]["content"] or "<html><head></head><body></body></html>"
    block = f'<div class="me-email-text"><div>{"_" * 80}</div><a href="{url}">Join the meeting now</a></div>'
    content = body.replace("</body>", f"{block}</body>") if "</body>" in body else body + block
    return {
        "body": {"contentType": "html", "content": content},
        "onlineMeeting": {"joinUrl": url},
        "onlineMeetingProvider": "teamsForBusiness",
    }


def people_of(event: Json, me: str) -> frozenset[str]:
    found = (each["emailAddress"]["address"] for each in event["attendees"])
    return frozenset(each for each in found if each.casefold() != me.casefold())


def addresses(people: Iterable[Json]) -> frozenset[str]:
    return frozenset(each["emailAddress"]["address"].casefold() for each in people)
