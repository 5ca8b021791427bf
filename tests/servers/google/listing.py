"""`calendar.events.list` and `instances`: pages, windows, and sync tokens (Calendar API, Synchronize resources)."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tests.servers.discovery import Json
from tests.servers.google import times
from tests.servers.google.asked import Asked, Refused
from tests.servers.google.book import Book
from tests.servers.google.events import brief

NEVER_WITH_A_TOKEN = (
    "iCalUID",
    "orderBy",
    "privateExtendedProperty",
    "q",
    "sharedExtendedProperty",
    "timeMin",
    "timeMax",
    "updatedMin",
)
NO_TOKEN_AFTER = ("iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "updatedMin")
GONE = "Sync token is no longer valid, a full sync is required."


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a sync token stands for. The window is frozen in it; `served` are the ids that the client holds."""

    calendar: str
    version: int
    single: bool
    window: times.Window
    served: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rest:
    """What a page token stands for: the rest of a list, as it was when its first page was asked for."""

    calendar: str
    items: tuple[Json, ...]
    snapshot: Snapshot | None


class Listing:
    """The lists of one user's events."""

    def __init__(self, books: Callable[[str], Book]) -> None:
        self._book = books
        self._tokens: dict[str, Snapshot] = {}
        self._rests: dict[str, Rest] = {}
        self.handlers: dict[str, Callable[[Asked], object]] = {
            "calendar.events.instances": self._instances,
            "calendar.events.list": self._list,
        }

    def forget_tokens(self) -> None:
        """Sync tokens are no longer valid: 410."""
        self._tokens.clear()
        self._rests.clear()

    def _list(self, asked: Asked) -> Json:
        book = self._book(asked.path["calendarId"])
        if asked.one("pageToken"):
            rest = self._rests.get(asked.one("pageToken"))
            if rest is None or rest.calendar != book.id:
                raise Refused(410, "fullSyncRequired", GONE, at="pageToken")
        elif asked.one("syncToken"):
            rest = self._since(book, asked)
        else:
            rest = self._all(book, asked)
        return self._page(book, asked, rest)

    def _page(self, book: Book, asked: Asked, rest: Rest) -> Json:
        size = asked.number("maxResults", 250, 2_500)
        body: Json = {
            "kind": "calendar#events",
            "etag": f'"p{book.version}"',
            "summary": book.summary,
            "updated": book.stamp(),
            "timeZone": book.zone,
            "accessRole": book.role,
            "defaultReminders": [],
            "items": json.loads(json.dumps(rest.items[:size])),
        }
        if rest.items[size:]:
            token = f"page{secrets.token_hex(6)}"
            self._rests[token] = Rest(rest.calendar, rest.items[size:], rest.snapshot)
            return {**body, "nextPageToken": token}
        if rest.snapshot is None:
            return body
        token = f"sync{secrets.token_hex(6)}="
        self._tokens[token] = rest.snapshot
        return {**body, "nextSyncToken": token}

    def _all(self, book: Book, asked: Asked) -> Rest:
        window = _window(asked)
        single = asked.flag("singleEvents")
        if asked.one("orderBy") == "startTime" and not single:
            raise Refused(400, "badRequest", "The requested ordering is not available for the particular query.")
        shown = [
            each
            for each in self._select(book, window, single=single)
            if each["status"] != "cancelled" or asked.flag("showDeleted") or ("recurringEventId" in each and not single)
        ]
        found = [each for each in shown if _fits(each, asked)]
        if asked.one("orderBy") == "startTime":
            found.sort(key=lambda each: times.moment(each["start"], book.zone))
        elif asked.one("orderBy") == "updated":
            found.sort(key=lambda each: str(each["updated"]))
        served = frozenset(each["id"] for each in shown)
        filtered = any(asked.one(name) for name in NO_TOKEN_AFTER)
        snapshot = None if filtered else Snapshot(book.id, book.version, single, window, served)
        return Rest(book.id, tuple(map(brief, found)), snapshot)

    def _since(self, book: Book, asked: Asked) -> Rest:
        if wrong := [name for name in NEVER_WITH_A_TOKEN if asked.one(name)]:
            raise Refused(400, "badRequest", f"Sync token cannot be used with {wrong[0]}.", at=wrong[0])
        if asked.one("showDeleted") == "false":
            raise Refused(400, "badRequest", "showDeleted can't be false with a sync token.", at="showDeleted")
        known = self._tokens.get(asked.one("syncToken"))
        if known is None or known.calendar != book.id:
            raise Refused(410, "fullSyncRequired", GONE, at="syncToken")
        if known.single != asked.flag("singleEvents"):
            raise Refused(400, "badRequest", "singleEvents must be as in the first request.", at="singleEvents")
        changed = [each for each, version in book.versions.items() if version > known.version]
        found = self._changes(book, known, changed)
        served = known.served | {each["id"] for each in found}
        gone = {each["id"] for each in found if each["status"] == "cancelled"}
        snapshot = Snapshot(book.id, book.version, known.single, known.window, served - gone)
        return Rest(book.id, tuple(map(brief, found)), snapshot)

    def _changes(self, book: Book, known: Snapshot, changed: list[str]) -> list[Json]:
        """What's in the window or was served before; of a series the single instances, also those that are no more."""
        touched = [book.events[each] for each in changed if each in book.events]
        if not known.single:
            return [
                each
                for each in touched
                if each["id"] in known.served or each["status"] == "cancelled" or _in_window(each, book, known.window)
            ]
        families = {str(each.get("recurringEventId", each["id"])) for each in touched}
        families |= {each.rpartition("_")[0] for each in changed if each not in book.events}
        now = {each["id"]: each for family in families for each in self._family(book, family, known.window)}
        gone = [each for each in known.served if each not in now and _family_of(each, families)]
        return [*now.values(), *({**_gone(book, each), "status": "cancelled"} for each in sorted(gone))]

    def _select(self, book: Book, window: times.Window, *, single: bool) -> list[Json]:
        if not single:
            return [each for each in book.events.values() if _in_window(each, book, window)]
        families = [each["id"] for each in book.events.values() if "recurringEventId" not in each]
        orphans = [e["id"] for e in book.events.values() if e.get("recurringEventId", e["id"]) not in book.events]
        return [each for family in (*families, *orphans) for each in self._family(book, family, window)]

    def _family(self, book: Book, family: str, window: times.Window) -> list[Json]:
        """The instances of a series, or the single event itself."""
        event = book.events.get(family)
        if event is None:
            return [each for each in book.exceptions(family) if _in_window(each, book, window)]
        if not event.get("recurrence"):
            return [event] if event["status"] == "cancelled" or times.inside(event, window, book.zone) else []
        if event["status"] == "cancelled":
            return []
        return times.instances(event, book.exceptions(family), book.zone, window, book.now())

    def _instances(self, asked: Asked) -> Json:
        book = self._book(asked.path["calendarId"])
        master = book.get(asked.path["eventId"])
        if not master.get("recurrence"):
            raise Refused(400, "badRequest", "The event isn't recurring.")
        if asked.one("pageToken"):
            rest = self._rests.get(asked.one("pageToken"))
            if rest is None:
                raise Refused(410, "fullSyncRequired", GONE, at="pageToken")
            return self._page(book, asked, rest)
        found = self._family(book, master["id"], _window(asked))
        shown = [each for each in found if each["status"] != "cancelled" or asked.flag("showDeleted")]
        return self._page(book, asked, Rest(book.id, tuple(map(brief, shown)), None))


def _window(asked: Asked) -> times.Window:
    found: list[datetime | None] = []
    for name in ("timeMin", "timeMax"):
        when = datetime.fromisoformat(asked.one(name)) if asked.one(name) else None
        if when is not None and when.tzinfo is None:
            raise Refused(400, "badRequest", "Bad Request", at=name)
        found.append(when)
    return found[0], found[1]


def _in_window(event: Json, book: Book, window: times.Window) -> bool:
    if event["status"] == "cancelled" and "start" not in event:
        return True
    if not event.get("recurrence"):
        return times.inside(event, window, book.zone)
    found = times.instances(event, book.exceptions(event["id"]), book.zone, window, book.now())
    return any(each["status"] != "cancelled" for each in found)


def _family_of(event_id: str, families: set[str]) -> bool:
    return event_id in families or event_id.rpartition("_")[0] in families


def _gone(book: Book, event_id: str) -> Json:
    master = event_id.rpartition("_")[0]
    family = {"recurringEventId": master} if master in book.events else {}
    return {"kind": "calendar#event", "etag": f'"{book.version}"', "id": event_id, **family}


def _fits(event: Json, asked: Asked) -> bool:
    """Whether the filters of a list let the event through."""
    for name, kind in (("privateExtendedProperty", "private"), ("sharedExtendedProperty", "shared")):
        for wanted in asked.each(name):
            key, _, value = wanted.partition("=")
            if event.get("extendedProperties", {}).get(kind, {}).get(key) != value:
                return False
    if asked.one("iCalUID") and event.get("iCalUID") != asked.one("iCalUID"):
        return False
    if asked.each("eventTypes") and event.get("eventType") not in asked.each("eventTypes"):
        return False
    if asked.one("updatedMin") and event["updated"] < asked.one("updatedMin"):
        return False
    words = " ".join(str(event.get(name, "")) for name in ("summary", "description", "location", "attendees"))
    return asked.one("q").casefold() in words.casefold()
