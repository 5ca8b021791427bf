"""`calendar.events.*` but lists: insert, get, patch, update, delete, import; and whom Google told of it."""

from collections.abc import Callable
from typing import Any

from tests.servers.discovery import Json
from tests.servers.google import times
from tests.servers.google.asked import Asked, Refused
from tests.servers.google.book import OWN_ID, Book, Told, people_of

DELETED = "Resource has been deleted"
ADDED_BY_GOOGLE = ("kind", "etag", "htmlLink", "created", "updated", "creator")


class Events:
    """The writing of one user's events; `books` by the calendars' ids, "primary" among them."""

    def __init__(self, books: Callable[[str], Book]) -> None:
        self._book = books
        self.told: list[Told] = []
        self.handlers: dict[str, Callable[[Asked], object]] = {
            "calendar.events.delete": self._delete,
            "calendar.events.get": self._get,
            "calendar.events.import": self._import,
            "calendar.events.insert": self._insert,
            "calendar.events.patch": lambda asked: self._change(asked, whole=False),
            "calendar.events.update": lambda asked: self._change(asked, whole=True),
        }

    def _get(self, asked: Asked) -> Json:
        return self._book(asked.path["calendarId"]).get(asked.path["eventId"])

    def _writable(self, asked: Asked) -> Book:
        book = self._book(asked.path["calendarId"])
        if book.role not in ("owner", "writer"):
            raise Refused(403, "requiredAccessLevel", "You need to have writer access to this calendar.")
        return book

    def _insert(self, asked: Asked) -> Json:
        book, body = self._writable(asked), dict(asked.body)
        wanted = body.pop("id", "")
        if wanted and "iCalUID" in body:
            raise Refused(400, "invalid", "Only one of id and iCalUID should be supplied at event creation time.")
        if wanted and not OWN_ID.fullmatch(wanted):
            raise Refused(400, "invalid", "Invalid resource id value.")
        if wanted in book.events or body.get("iCalUID", "-") in {each["iCalUID"] for each in book.events.values()}:
            raise Refused(409, "duplicate", "The requested identifier already exists.")
        for name in (*ADDED_BY_GOOGLE, "organizer"):
            body.pop(name, None)
        event = book.save(self._conference(asked, book.made(body, wanted)))
        self._tell("REQUEST", event, book, asked, people_of(event, book.email))
        return event

    def _import(self, asked: Asked) -> Json:
        """A copy of somebody's event: nobody is told."""
        book, body = self._writable(asked), dict(asked.body)
        if not body.get("iCalUID"):
            raise Refused(400, "required", "Missing iCalUID.")
        body.pop("id", None)
        for event in book.events.values():
            if event["iCalUID"] == body["iCalUID"] and "recurringEventId" not in event:
                return book.save(book.checked({**event, **body}))
        return book.save(book.made(body))

    def _conference(self, asked: Asked, event: Json) -> Json:
        """A Meet link where it's asked for; without conferenceDataVersion=1 Google drops the request silently."""
        wanted = event.get("conferenceData", {}).get("createRequest")
        if asked.one("conferenceDataVersion", "0") == "0":
            event.pop("conferenceData", None)
        elif wanted:
            link = f"https://meet.google.com/{event['id'][:3]}-{event['id'][3:7]}-{event['id'][7:10]}"
            made = {"requestId": wanted["requestId"], "status": {"statusCode": "success"}}
            kind = {"key": {"type": "hangoutsMeet"}}
            event["conferenceData"] = {
                "createRequest": made | {"conferenceSolutionKey": {"type": "hangoutsMeet"}},
                "entryPoints": [{"entryPointType": "video", "uri": link, "label": link.removeprefix("https://")}],
                "conferenceSolution": {**kind, "name": "Google Meet"},
                "conferenceId": link.rpartition("/")[2],
            }
            event["hangoutLink"] = link
        return event

    def _change(self, asked: Asked, *, whole: bool) -> Json:
        book = self._writable(asked)
        old = book.get(asked.path["eventId"])
        self._match(asked, old)
        body = {name: value for name, value in asked.body.items() if name not in (*ADDED_BY_GOOGLE, "id", "organizer")}
        if not old["organizer"].get("self"):
            self._only_answers(old, body)
        event = book.save(self._conference_kept(asked, old, book.changed(old, body, whole=whole)))
        ended = event["status"] == "cancelled" != old["status"]
        now, before = people_of(event, book.email), people_of(old, book.email)
        self._tell("CANCEL" if ended else "REQUEST", event, book, asked, now)
        self._tell("CANCEL", event, book, asked, frozenset() if ended else before - now)
        return event

    def _conference_kept(self, asked: Asked, old: Json, event: Json) -> Json:
        event = self._conference(asked, event)
        if asked.one("conferenceDataVersion", "0") == "0" and "conferenceData" in old:
            event["conferenceData"] = old["conferenceData"]
        return event

    def _only_answers(self, old: Json, body: Json) -> None:
        """A guest may answer, and change their own copy; the rest is the organizer's."""
        if set(body) & {"start", "end", "summary", "location", "recurrence"} and not old.get("guestsCanModify"):
            raise Refused(
                403, "forbiddenForNonOrganizer", "Shared properties can only be changed by the organizer of the event."
            )

    def _match(self, asked: Asked, event: Json) -> None:
        wanted = asked.headers.get("if-match", "*")
        if wanted not in ("*", event["etag"]):
            raise Refused(412, "conditionNotMet", "Precondition Failed", at="If-Match")

    def _delete(self, asked: Asked) -> None:
        book = self._writable(asked)
        event = book.get(asked.path["eventId"])
        if event["status"] == "cancelled":
            raise Refused(410, "deleted", DELETED)
        self._match(asked, event)
        self._tell("CANCEL", event, book, asked, people_of(event, book.email))
        self.end(book, event)

    def end(self, book: Book, event: Json) -> None:
        """Deleted, and with a series its exceptions."""
        for each in book.exceptions(event["id"]):
            del book.events[each["id"]]
        book.cancelled(event)

    def _tell(self, method: str, event: Json, book: Book, asked: Asked, people: frozenset[str]) -> None:
        if not people or not (event["organizer"].get("self") or method == "REQUEST"):
            return
        updates = asked.one("sendUpdates", "none")
        if updates == "none" and asked.flag("sendNotifications"):
            updates = "all"
        ours = book.email.rpartition("@")[2]
        if updates == "externalOnly":
            people = frozenset(each for each in people if not each.endswith(f"@{ours}"))
        self.told.append(Told(method, dict(event), people if updates != "none" else frozenset(), updates))


def brief(event: Json) -> Json:
    """A deleted event as lists show it: little more than its id."""
    if event["status"] != "cancelled":
        return event
    names = ("kind", "etag", "id", "status", "recurringEventId", "originalStartTime")
    return {name: event[name] for name in names if name in event}


def busy_times(events: list[Json], window: times.Window, book: Book) -> list[tuple[Any, Any]]:
    """When the calendar's owner is taken, merged, in order."""
    taken = []
    for event in events:
        own: Json = next((each for each in event.get("attendees", ()) if each.get("self")), {})
        free = event.get("transparency") == "transparent" or event.get("eventType") in ("workingLocation", "birthday")
        if event["status"] == "cancelled" or free or own.get("responseStatus") == "declined":
            continue
        start, end = (times.moment(event[name], book.zone) for name in ("start", "end"))
        taken.append((max(start, window[0] or start), min(end, window[1] or end)))
    found: list[tuple[Any, Any]] = []
    for start, end in sorted(each for each in taken if each[0] < each[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
