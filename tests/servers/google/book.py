"""One user's calendars, wholly in Python: the emulator has neither get nor patch of events, nor their own ids."""

import copy
import hashlib
import re
import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.servers.discovery import Json
from tests.servers.google import times
from tests.servers.google.asked import Refused

OWN_ID = re.compile(r"[a-v0-9]{5,1024}")
FIXED = ("kind", "id", "htmlLink", "created", "creator", "organizer", "iCalUID", "recurringEventId", "eventType")
"""What no change of an event changes."""
MOVES = ("start", "end", "recurrence", "location")
"""What raises SEQUENCE when it changes."""


@dataclass(frozen=True, slots=True)
class Told:
    """What Google mailed to people: `event` as it was then; `updates` as the call said."""

    method: str
    event: Json = field(repr=False)
    people: frozenset[str]
    updates: str


@dataclass(slots=True)
class Book:
    """One calendar: masters, exceptions and single events by their ids; `versions` count every change."""

    id: str
    email: str
    summary: str
    zone: str = "Europe/Berlin"
    role: str = "owner"
    events: dict[str, Json] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    version: int = 0
    clock: datetime | None = None
    names: dict[str, list[str]] = field(default_factory=dict)
    """The ids of the events that an iCalendar object of this name brought."""

    def now(self) -> datetime:
        return self.clock or datetime.fromtimestamp(time.time(), UTC)

    def stamp(self) -> str:
        return f"{self.now().astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"

    def get(self, event_id: str) -> Json:
        """The event; an instance of a series too. Raises `Refused`."""
        if event_id in self.events:
            return self.events[event_id]
        master_id, _, _ = event_id.rpartition("_")
        master = self.events.get(master_id)
        if master and master["status"] != "cancelled" and master.get("recurrence"):
            for one in times.instances(master, self.exceptions(master_id), self.zone, (None, None), self.now()):
                if one["id"] == event_id:
                    return one
        raise Refused(404, "notFound")

    def exceptions(self, master_id: str) -> list[Json]:
        return [each for each in self.events.values() if each.get("recurringEventId") == master_id]

    def save(self, event: Json) -> Json:
        """As it's now, with a new etag."""
        self.version += 1
        event["etag"] = f'"{1_000_000_000_000_000 + self.version * 2_000}"'
        event["updated"] = self.stamp()
        self.events[event["id"]] = event
        self.versions[event["id"]] = self.version
        return event

    def made(self, body: Json, event_id: str = "") -> Json:
        """A new event of this content, not saved yet. Raises `Refused` where Google wouldn't take it."""
        name = event_id or secrets.token_hex(13)
        who = body.get("organizer") or {"email": self.email}
        event: Json = {
            "kind": "calendar#event",
            "id": name,
            "status": "confirmed",
            "htmlLink": f"https://www.google.com/calendar/event?eid={name}",
            "created": self.stamp(),
            "creator": {"email": self.email, "self": True},
            "iCalUID": f"{name}@google.com",
            "sequence": 0,
            "reminders": {"useDefault": True},
            "eventType": "default",
            **copy.deepcopy(body),
        }
        event["id"], event["organizer"] = name, dict(who) | ({"self": True} if who.get("email") == self.email else {})
        return self.checked(event)

    def checked(self, event: Json) -> Json:
        """With its times and people as Google shows them."""
        if "start" not in event or "end" not in event:
            raise Refused(400, "required", "Missing end time." if "start" in event else "Missing start time.")
        event["start"], event["end"] = (times.normal(event[name], self.zone) for name in ("start", "end"))
        if ("date" in event["start"]) != ("date" in event["end"]):
            raise Refused(400, "invalid", "Start and end times must either both be date or both be dateTime.")
        if times.moment(event["end"], self.zone) < times.moment(event["start"], self.zone):
            raise Refused(400, "timeRangeEmpty", "The specified time range is empty.")
        if event.get("recurrence"):
            if event["start"].get("timeZone") is None and "date" not in event["start"]:
                raise Refused(400, "required", "Missing time zone definition for start time.")
            list(times.starts(event, self.zone, self.now()))
        if "attendees" in event:
            event["attendees"] = [self._person(each, event) for each in event["attendees"]]
        return event

    def _person(self, person: Json, event: Json) -> Json:
        if "@" not in person.get("email", ""):
            raise Refused(400, "invalid", "Invalid attendee email.")
        own = {"self": True} if person["email"].casefold() == self.email.casefold() else {}
        leads = {"organizer": True} if person["email"] == event["organizer"].get("email") else {}
        return {"responseStatus": "needsAction", **person, **own, **leads}

    def changed(self, old: Json, body: Json, *, whole: bool) -> Json:
        """The event with the fields of a patch, or as `whole` with nothing but them; not saved yet."""
        if whole:
            kept = {name: old[name] for name in (*FIXED, "originalStartTime", "sequence", "status") if name in old}
            event = kept | copy.deepcopy(body)
        else:
            event = merged(copy.deepcopy(old), body)
        event |= {name: old[name] for name in FIXED if name in old}
        if body.get("sequence", old["sequence"]) < old["sequence"]:
            raise Refused(
                400,
                "invalidSequence",
                "Invalid sequence value. The value is older than the current one.",
                at="sequence",
            )
        event = self.checked(event)
        if any(event.get(name) != old.get(name) for name in MOVES):
            event["sequence"] = max(event["sequence"], old["sequence"] + ("sequence" not in body))
        return event

    def cancelled(self, event: Json) -> Json:
        """Deleted: it keeps its id for good."""
        return self.save({**event, "status": "cancelled"})

    def named(self, name: str, events: list[Json]) -> list[Json]:
        """The events of an iCalendar object take the place of those that it brought before."""
        now = {event["id"] for event in events}
        for gone in set(self.names.get(name, ())) - now:
            if self.events[gone]["status"] != "cancelled":
                self.cancelled(self.events[gone])
        self.names[name] = sorted(now)
        return [self.save(self.made(event, event["id"])) for event in events]


def merged(event: Json, body: Json) -> Json:
    """A patch: objects are merged, null takes a field away, anything else (lists too) is replaced."""
    for name, value in body.items():
        if value is None:
            event.pop(name, None)
        elif isinstance(value, dict) and isinstance(event.get(name), dict) and name not in ("start", "end"):
            event[name] = merged(event[name], value)
        elif name in ("start", "end"):
            kept = {each: given for each, given in value.items() if given is not None}
            event[name] = (
                {"timeZone": event[name]["timeZone"]} if "timeZone" in event[name] and "date" not in kept else {}
            ) | kept
        else:
            event[name] = copy.deepcopy(value)
    return event


def people_of(event: Json, email: str) -> frozenset[str]:
    """Everybody but the user and the rooms."""
    found = {each["email"] for each in event.get("attendees", ()) if not each.get("resource")}
    return frozenset(found - {email})


def id_for(uid: str) -> str:
    """A stable id of Google's alphabet for a UID."""
    return hashlib.sha256(uid.encode()).hexdigest()[:26]
