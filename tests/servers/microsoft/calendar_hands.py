"""What a test does with the calendars: events come, change, are answered and cancelled; who was mailed."""

from dataclasses import replace
from typing import Any

from tests.servers.microsoft.asked import Json, Refused
from tests.servers.microsoft.book import Book, Told
from tests.servers.microsoft.calendars import Calendars
from tests.servers.microsoft.events import Events
from tests.servers.microsoft.ics import events_of
from tests.servers.microsoft.mailboxes import Mailboxes
from tests.servers.microsoft.schedules import People, Schedules
from tests.servers.microsoft.switchboard import Switchboard


class CalendarHands:
    """A part of `MicrosoftPeer`. Nobody is mailed because of what's done here."""

    email: str
    people: People
    _calendars: Calendars
    _events: Events
    _mailboxes: Mailboxes
    _schedules: Schedules
    _board: Switchboard

    def add_calendar(self, name: str, owner: str = "") -> str:
        """`owner`: the colleague who shares it."""
        with self._board.lock:
            return self._calendars.add(name, owner)

    @property
    def calendar_id(self) -> str:
        """The default calendar's."""
        return self._calendars.primary

    def _book(self, calendar: str) -> Book:
        return self._calendars.book(calendar)

    def _holding(self, name: str) -> Book:
        for book in self._calendars.books.values():
            try:
                book.get(name)
            except Refused:
                continue
            return book
        raise LookupError(f"no event {name}")

    def put_event(self, calendar: str = "primary", **fields: Any) -> Json:
        """An event by Graph's own properties, filled in as Exchange does; the same id replaces."""
        with self._board.lock:
            held = fields.pop("singleValueExtendedProperties", [])
            event = self._book(calendar).put(fields)
            if held:
                self._book(calendar).properties[event["id"]] = {each["id"]: each["value"] for each in held}
            return event

    def put_ics(self, raw: bytes, calendar: str = "primary", name: str = "") -> Json:
        """An iCalendar object, as Exchange would hold it. `name`: the same one again replaces what it named."""
        with self._board.lock:
            book = self._book(calendar)
            made = events_of(raw, self.email, self._mailboxes.zone)
            key = name or str(made[0]["iCalUId"])
            before = book.names.get(key, [])
            ids = self._same_ids(book, before, made)
            for old in before:
                if old not in ids and old in book.events:
                    book.remove(old)
            for event in made:
                gone = event.pop("_gone", [])
                book.put(event)
                if event.get("recurrence"):
                    book.cancelled[event["id"]] = set(gone)
            book.names[key] = [event["id"] for event in made]
            return book.get(book.names[key][0])

    def _same_ids(self, book: Book, before: list[str], made: list[Json]) -> list[str]:
        """The objects keep their ids: the master its own, an exception that of its original start."""
        known = [book.events[old] for old in before if old in book.events]
        masters = [each["id"] for each in known if not each["seriesMasterId"]]
        renamed: dict[str, str] = {}
        if masters and not made[0].get("seriesMasterId"):
            renamed[made[0]["id"]] = masters[0]
        for event in made:
            event["id"] = renamed.get(event["id"], event["id"])
            if event.get("seriesMasterId"):
                event["seriesMasterId"] = renamed.get(event["seriesMasterId"], event["seriesMasterId"])
                event["id"] = book.occurrence_id(event["seriesMasterId"], event["originalStart"])
        return [event["id"] for event in made]

    def remove_ics(self, name: str, calendar: str = "primary") -> None:
        with self._board.lock:
            book = self._book(calendar)
            for event in book.names.pop(name):
                if event in book.events:
                    book.remove(event)

    def change_event(self, name: str, **fields: Any) -> Json:
        """Somebody changes it by hand; an occurrence becomes an exception."""
        with self._board.lock:
            book = self._holding(name)
            return self._events.changed(book, book.get(name), fields)

    def answer(self, name: str, email: str, status: str, proposed: Json | None = None) -> Json:
        """A guest answers: "accepted", "declined" or "tentativelyAccepted"; `proposed` {"start", "end"}."""
        with self._board.lock:
            book = self._holding(name)
            return self._events.answered(book, book.get(name), email, status, proposed)

    def remove_event(self, name: str) -> None:
        """An event, a series or one occurrence."""
        with self._board.lock:
            self._holding(name).remove(name)

    def cancel_by_organizer(self, name: str) -> Json:
        """The organiser has cancelled: it stays, as cancelled, until it's removed."""
        with self._board.lock:
            book = self._holding(name)
            event = book.get(name)
            return book.put(
                {**event, "isCancelled": True, "showAs": "free", "subject": f"Canceled: {event['subject']}"}
            )

    def events(self, calendar: str = "primary") -> list[Json]:
        """As they're kept: single ones, masters and exceptions."""
        return list(self._book(calendar).events.values())

    def event(self, name: str) -> Json | None:
        try:
            return self._holding(name).get(name)
        except LookupError:
            return None

    def by_uid(self, uid: str) -> list[Json]:
        """Those with this iCalUId, in any calendar."""
        books = self._calendars.books.values()
        return [event for book in books for event in book.events.values() if event["iCalUId"] == uid]

    def event_properties(self, name: str) -> dict[str, str]:
        """Its extended properties."""
        return dict(self._holding(name).properties.get(name, {}))

    def hide_fields(self, name: str, *fields: str) -> None:
        """These properties aren't shown any more, as of an event that Exchange itself can't read."""
        with self._board.lock:
            book = self._holding(name)
            book.hidden[name] = frozenset(fields)
            book.save(book.get(name))

    def told(self) -> list[Told]:
        """Whom Exchange mailed about events through calls of the API, in order."""
        return [replace(each) for each in self._events.told]

    @property
    def zone(self) -> str:
        """The mailbox's time zone, by its Windows name."""
        return self._mailboxes.zone

    @zone.setter
    def zone(self, name: str) -> None:
        self._mailboxes.zone = name

    @property
    def working_hours(self) -> Json:
        return self._mailboxes.hours()

    @working_hours.setter
    def working_hours(self, hours: Json) -> None:
        self._mailboxes.working_hours = hours

    @property
    def aliases(self) -> list[str]:
        """The mailbox's other addresses (proxyAddresses)."""
        return self._mailboxes.addresses

    @property
    def personal(self) -> bool:
        return self._schedules.personal

    @personal.setter
    def personal(self, on: bool) -> None:
        """A personal account: no getSchedule."""
        self._schedules.personal = on

    @property
    def repeated(self) -> int:
        return self._events.repeated

    @repeated.setter
    def repeated(self, status: int) -> None:
        """The answer to a transactionId that was used before: 201 with that event, or 409."""
        self._events.repeated = status
