"""The calendars of one mailbox, and their windows (Microsoft Graph: calendar, calendarView, event: delta)."""

from collections.abc import Callable
from dataclasses import replace

from tests.servers.microsoft import odata
from tests.servers.microsoft.asked import Asked, Json, Refused, Unfit
from tests.servers.microsoft.book import Book, Window
from tests.servers.microsoft.mailroom import new_id
from tests.servers.microsoft.messages import EXPANDED
from tests.servers.microsoft.pages import Links
from tests.servers.microsoft.shapes import properties_of
from tests.servers.microsoft.texts import shown as shown_body
from tests.servers.microsoft.times import asked_time, shown, zone

CALENDAR = properties_of("calendar")
EVENT = properties_of("event") - {"singleValueExtendedProperties"}
FILTERED = EVENT | {"singleValueExtendedProperties"}
TYPE = "#microsoft.graph.event"
FIRST = ("id", "start", "end", "type", "seriesMasterId", "changeKey", "@odata.etag", "@odata.type")


class Calendars:
    """What's read of events."""

    def __init__(self, email: str, name: str, links: Links) -> None:
        self.email, self.name, self.links = email, name, links
        self.books: dict[str, Book] = {}
        self.primary = self.add("Calendar")
        self.handlers: dict[str, Callable[[Asked], object]] = {
            "calendars.list": self.all,
            "calendar.get": self.get,
            "calendars.get": self.get,
            "calendarView.list": self.view,
            "calendarView.delta": self.delta,
            "events.list": self.events,
            "events.get": self.event,
            "events.instances": self.instances,
        }

    def add(self, name: str, owner: str = "") -> str:
        book = Book(new_id("AAkALgCAL"), name, owner or self.email, owner or self.name)
        self.books[book.id] = book
        return book.id

    def book(self, name: str = "primary") -> Book:
        found = self.books.get(self.primary if name == "primary" else name)
        if found is None:
            raise Refused(404)
        return found

    def of(self, asked: Asked) -> Book:
        return self.book(asked.path.get("calendar", "primary"))

    def holding(self, asked: Asked) -> Book:
        """The book that has the event; without a calendar in the address it's looked for in all."""
        for book in [self.of(asked)] if "calendar" in asked.path else list(self.books.values()):
            try:
                book.get(asked.path["id"])
            except Refused:
                continue
            return book
        raise Refused(404)

    def with_event(self, name: str) -> Book:
        return next((book for book in self.books.values() if name in book.events), self.book())

    # calendars

    def _calendar(self, book: Book) -> Json:
        return {
            "id": book.id,
            "name": book.name,
            "color": "auto",
            "hexColor": "",
            "changeKey": "CALCK1",
            "isDefaultCalendar": book.id == self.primary,
            "canShare": book.email == self.email,
            "canViewPrivateItems": True,
            "canEdit": True,
            "isTallyingResponses": True,
            "isRemovable": book.id != self.primary,
            "allowedOnlineMeetingProviders": ["teamsForBusiness"],
            "defaultOnlineMeetingProvider": "teamsForBusiness",
            "owner": {"name": book.owner, "address": book.email},
        }

    def all(self, asked: Asked) -> Json:
        if link := self.links.follow(asked):
            return self.links.turn(asked, link.state)
        odata.check_select(asked.selected, CALENDAR)
        found = [self._calendar(book) for book in self.books.values()]
        if text := asked.one("$filter"):
            test, _ = odata.filtered(text, CALENDAR)
            found = [each for each in found if test(each)]
        items = [odata.chosen(each, asked.selected) for each in found]
        return self.links.page(asked, items, odata.top(asked, 10), {})

    def get(self, asked: Asked) -> Json:
        odata.check_select(asked.selected, CALENDAR)
        return odata.chosen(self._calendar(self.of(asked)), asked.selected)

    # events

    def shown(self, book: Book, event: Json, asked: Asked) -> Json:
        """In the zone and the type of body that are preferred."""
        zone(asked.prefer.zone or "UTC")
        found = self.resource(event, asked)
        if match := EXPANDED.fullmatch(asked.one("$expand").strip()):
            test, _ = odata.filtered(match[1], frozenset({"id", "value"}))
            held = [each for each in self.properties(book, event["id"]) if test(each)]
            found |= {"singleValueExtendedProperties": held} if held else {}
        elif asked.one("$expand"):
            raise Unfit(f"no such $expand: {asked.one('$expand')}", "RequestBroker--ParseUri")
        return odata.chosen(found, asked.selected, ("id", "start", "end", "singleValueExtendedProperties"))

    def resource(self, event: Json, asked: Asked) -> Json:
        name, all_day = asked.prefer.zone or "UTC", event["isAllDay"]
        times = {key: shown(event[key], name, all_day=all_day) for key in ("start", "end")}
        body = shown_body(event["body"], text=asked.prefer.text)
        found = {"@odata.etag": f'W/"{event["changeKey"]}"', **event, **times, "body": body}
        hidden = self.with_event(event["id"]).hidden.get(event["id"], frozenset())
        return {name: value for name, value in found.items() if name not in hidden}

    def properties(self, book: Book, name: str) -> list[Json]:
        return [{"id": key, "value": value} for key, value in book.properties.get(name, {}).items()]

    def _listed(self, asked: Asked, book: Book, found: list[Json], order: str) -> Json:
        odata.check_select(asked.selected, EVENT)
        names: list[str] = []
        if text := asked.one("$filter"):
            test, names = odata.filtered(text, FILTERED)
            found = [each for each in found if test(self._filterable(book, each))]
        wanted = asked.one("$orderby") or ("" if names else order)
        found = odata.ordered(found, wanted, names, EVENT) if wanted else found
        items = [self.shown(book, each, asked) for each in found[int(asked.one("$skip", "0")) :]]
        return self.links.page(asked, items, odata.top(asked, 10), {})

    def _filterable(self, book: Book, event: Json) -> Json:
        return {**event, "singleValueExtendedProperties": self.properties(book, event["id"])}

    def events(self, asked: Asked) -> Json:
        """Single ones and masters; occurrences only come in windows."""
        if link := self.links.follow(asked):
            return self.links.turn(asked, link.state)
        book = self.of(asked)
        held = [each for each in book.events.values() if each["type"] in ("singleInstance", "seriesMaster")]
        return self._listed(asked, book, held, "createdDateTime desc")

    def event(self, asked: Asked) -> Json:
        odata.check_select(asked.selected, EVENT)
        book = self.holding(asked)
        return self.shown(book, book.get(asked.path["id"]), asked)

    def instances(self, asked: Asked) -> Json:
        if link := self.links.follow(asked):
            return self.links.turn(asked, link.state)
        book = self.holding(asked)
        master = book.get(asked.path["id"])
        if master["type"] != "seriesMaster":
            raise Refused(400, "ErrorInvalidRequest", "The event isn't a series.")
        found = sorted(book.instances(master, window_of(asked)), key=lambda each: str(each["originalStart"]))
        return self._listed(asked, book, found, "")

    def view(self, asked: Asked) -> Json:
        if link := self.links.follow(asked):
            return self.links.turn(asked, link.state)
        book = self.of(asked)
        return self._listed(asked, book, book.within(window_of(asked)), "")

    # delta

    def delta(self, asked: Asked) -> Json:
        """A round of a window: everything at first, then what differs; what's new elsewhere comes as @removed."""
        link = self.links.follow(asked)
        if link is not None:
            asked = replace(asked, query=link.query)
            if "items" in link.state:
                return self.links.turn(asked, link.state)
        book, window = self.of(asked), window_of(asked)
        held = self._keyed(book, window)
        before: dict[str, str] = link.state["keys"] if link else {}
        items = [self._told(each, asked) for each in held if before.get(each["id"]) != each["changeKey"]]
        now = {each["id"]: str(each["changeKey"]) for each in held}
        gone = [name for name in before if name not in now]
        if link is not None:
            since = int(link.state["since"])
            gone += [n for n, at in book.touched.items() if at > since and n not in now and n not in gone]
        items += [{"@odata.type": TYPE, "id": name, "@removed": {"reason": "deleted"}} for name in gone]
        state = {"keys": now, "since": book.number}
        last = {"@odata.deltaLink": self.links.make(asked, "$deltatoken", state)}
        return self.links.page(asked, items, asked.prefer.page or 10, last)

    def _keyed(self, book: Book, window: Window) -> list[Json]:
        """What a round has to tell: masters of what's in the window too."""
        found = book.within(window)
        masters = {each["seriesMasterId"] for each in found if each["seriesMasterId"]}
        return [book.events[name] for name in masters] + found

    def _told(self, event: Json, asked: Asked) -> Json:
        whole = {"@odata.type": TYPE, **self.resource(event, asked)}
        if event["type"] != "occurrence":
            return whole
        return {name: value for name, value in whole.items() if name in FIRST and name != "changeKey"}


def window_of(asked: Asked) -> Window:
    found = []
    for name in ("startDateTime", "endDateTime"):
        if not asked.one(name):
            raise Unfit(f"This request requires a time window: {name}", "ErrorInvalidParameter")
        found.append(asked_time(asked.one(name), name))
    first, last = found
    if last <= first or (last - first).days > 1_825:
        raise Unfit("The window ends before it begins, or is longer than 1825 days", "ErrorInvalidParameter")
    return first, last
