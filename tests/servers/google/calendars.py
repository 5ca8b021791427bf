"""The user's calendars, their settings, and when other people are taken (freebusy.query)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.servers.discovery import Json
from tests.servers.google import times
from tests.servers.google.asked import Asked, Refused
from tests.servers.google.book import Book
from tests.servers.google.events import busy_times
from tests.servers.google.ics import events_of

Busy = list[tuple[datetime, datetime]]
FREEBUSY_MOST = 50


class People:
    """Colleagues, as far as the user may see when they're taken."""

    def __init__(self) -> None:
        self._busy: dict[str, Callable[[times.Window], Busy]] = {}
        self._refused: dict[str, str] = {}

    def put(self, email: str, busy: Busy) -> None:
        """Let the person be taken at these times, in place of what was there."""
        self._busy[email.casefold()] = lambda window: _clipped(busy, window)

    def put_ics(self, email: str, raw: bytes, home: str = "Europe/Berlin") -> None:
        """Let this iCalendar object be the person's calendar."""
        book = Book(email, email, email, home)
        book.named("all", events_of(raw, email, home))
        self._busy[email.casefold()] = lambda window: _book_busy(book, window)

    def refuse(self, email: str, reason: str = "forbidden") -> None:
        """Let the person be asked for in vain."""
        self._refused[email.casefold()] = reason

    def of(self, email: str, window: times.Window) -> Json:
        """As one calendar of the answer; who isn't known is notFound."""
        name = email.casefold()
        if name in self._refused or name not in self._busy:
            reason = self._refused.get(name, "notFound")
            return {"errors": [{"domain": "global", "reason": reason}], "busy": []}
        return {"busy": [_period(*each) for each in self._busy[name](window)]}


class Calendars:
    """The books of one user, by their ids, and by "primary"."""

    def __init__(self, email: str, people: People) -> None:
        self._email = email
        self._people = people
        self._books = {email: Book(email, email, email)}
        self.handlers: dict[str, Callable[[Asked], object]] = {
            "calendar.calendarList.get": lambda asked: self._entry(self.book(asked.path["calendarId"])),
            "calendar.calendarList.list": self._list,
            "calendar.calendars.get": lambda asked: self._calendar(self.book(asked.path["calendarId"])),
            "calendar.freebusy.query": self._freebusy,
            "calendar.settings.get": self._setting,
            "calendar.settings.list": self._settings,
        }

    def book(self, name: str) -> Book:
        wanted = self._email if name == "primary" else name
        if wanted not in self._books:
            raise Refused(404, "notFound")
        return self._books[wanted]

    def add(self, name: str, summary: str, zone: str, role: str) -> Book:
        self._books[name] = Book(name, self._email, summary or name, zone, role)
        return self._books[name]

    def all(self) -> list[Book]:
        return list(self._books.values())

    def _entry(self, book: Book) -> Json:
        primary = {"primary": True} if book.id == self._email else {}
        return {
            "kind": "calendar#calendarListEntry",
            "etag": '"1"',
            "id": book.id,
            "summary": book.summary,
            "timeZone": book.zone,
            "accessRole": book.role,
            "selected": True,
            "defaultReminders": [],
            **primary,
        }

    def _list(self, asked: Asked) -> Json:
        ranks = ["freeBusyReader", "reader", "writer", "owner"]
        least = ranks.index(asked.one("minAccessRole", "freeBusyReader"))
        found = [self._entry(book) for book in self.all() if ranks.index(book.role) >= least]
        page, more = asked.page(found, 100, 250)
        ends = more or {"nextSyncToken": "calendars"}
        return {"kind": "calendar#calendarList", "etag": '"1"', "items": page, **ends}

    def _calendar(self, book: Book) -> Json:
        return {
            "kind": "calendar#calendar",
            "etag": '"1"',
            "id": book.id,
            "summary": book.summary,
            "timeZone": book.zone,
        }

    def _all_settings(self) -> list[Json]:
        values = {"timezone": self.book("primary").zone, "locale": "en", "weekStart": "1"}
        return [{"kind": "calendar#setting", "etag": '"1"', "id": name, "value": each} for name, each in values.items()]

    def _settings(self, asked: Asked) -> Json:
        return {"kind": "calendar#settings", "etag": '"1"', "items": self._all_settings(), "nextSyncToken": "settings"}

    def _setting(self, asked: Asked) -> Json:
        for each in self._all_settings():
            if each["id"] == asked.path["setting"]:
                return each
        raise Refused(404, "notFound")

    def _freebusy(self, asked: Asked) -> Json:
        names = [each["id"] for each in asked.body.get("items", ())]
        if len(names) > FREEBUSY_MOST:
            raise Refused(400, "tooManyCalendarsRequested", "Too many calendars requested.")
        window = tuple(
            datetime.fromisoformat(asked.body.get(name, "")) for name in ("timeMin", "timeMax") if asked.body.get(name)
        )
        if len(window) < 2 or any(each.tzinfo is None for each in window):
            raise Refused(400, "badRequest", "Bad Request: timeMin and timeMax need an offset.")
        if window[0] >= window[1]:
            raise Refused(400, "timeRangeEmpty", "The specified time range is empty.")
        return {
            "kind": "calendar#freeBusy",
            "timeMin": _shown(window[0]),
            "timeMax": _shown(window[1]),
            "calendars": {name: self._busy(name, (window[0], window[1])) for name in names},
        }

    def _busy(self, name: str, window: times.Window) -> Json:
        try:
            book = self.book(name)
        except Refused:
            return self._people.of(name, window)
        return {"busy": [_period(*each) for each in _book_busy(book, window)]}


def _book_busy(book: Book, window: times.Window) -> Busy:
    found: list[Json] = []
    for event in book.events.values():
        if "recurringEventId" in event and event["recurringEventId"] in book.events:
            continue
        if event.get("recurrence") and event["status"] != "cancelled":
            found += times.instances(event, book.exceptions(event["id"]), book.zone, window, book.now())
        elif event["status"] != "cancelled" and times.inside(event, window, book.zone):
            found.append(event)
    return busy_times(found, window, book)


def _clipped(busy: Busy, window: times.Window) -> Busy:
    first, last = window
    assert first
    assert last
    found = [(max(start, first), min(end, last)) for start, end in sorted(busy)]
    return [each for each in found if each[1] - each[0] > timedelta(0)]


def _shown(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _period(start: datetime, end: datetime) -> Json:
    return {"start": _shown(start), "end": _shown(end)}
