"""Events made and changed, and whom Exchange mails about it (Microsoft Graph, event)."""

from collections.abc import Callable

from tests.servers.microsoft import odata
from tests.servers.microsoft.asked import Asked, Json, Refused
from tests.servers.microsoft.book import Book, Told, addresses, people_of
from tests.servers.microsoft.calendars import Calendars
from tests.servers.microsoft.mailboxes import Mailboxes
from tests.servers.microsoft.mime import stamp
from tests.servers.microsoft.times import moment, zone
from tests.servers.proxy import Reply

ANSWERS = {"accept": "accepted", "tentativelyAccept": "tentativelyAccepted", "decline": "declined"}
QUIET = frozenset({"categories", "showAs", "isReminderOn", "reminderMinutesBeforeStart", "sensitivity", "importance"})
"""What changes without the guests hearing of it."""


class Events:
    """What writes events. `told` are the mails; `repeated` is the answer to the same transactionId again."""

    def __init__(self, calendars: Calendars, mailboxes: Mailboxes) -> None:
        self.calendars, self.mailboxes = calendars, mailboxes
        self.told: list[Told] = []
        self.repeated = 201
        self.handlers: dict[str, Callable[[Asked], object]] = {
            "events.create": self.create,
            "events.update": self.update,
            "events.delete": self.delete,
            "events.cancel": self.cancel,
            **{f"events.{name}": self.respond for name in ANSWERS},
        }

    @property
    def me(self) -> str:
        return self.calendars.email

    def tell(self, method: str, event: Json, people: frozenset[str], comment: str = "") -> None:
        if people:
            held = self.calendars.properties(self.calendars.with_event(event["id"]), event["id"])
            self.told.append(Told(method, {**event, "singleValueExtendedProperties": held}, people, comment))

    def create(self, asked: Asked) -> Reply:
        book = self.calendars.of(asked)
        given = {name: value for name, value in asked.body.items() if not name.startswith("@")}
        again = given.get("transactionId")
        if again in book.transactions:
            before = book.events.get(book.transactions[again])
            if self.repeated == 409 or before is None:
                raise Refused(409, "ErrorDuplicateTransactionId", "The transactionId has been used before.")
            return Reply(201, self.calendars.shown(book, before, asked))
        held = given.pop("singleValueExtendedProperties", [])
        _check_times(given)
        event = book.put(given)
        if again:
            book.transactions[again] = event["id"]
        book.properties[event["id"]] = {odata.property_name(each["id"]): each["value"] for each in held}
        self.tell("REQUEST", event, people_of(event, self.me))
        return Reply(201, self.calendars.shown(book, event, asked))

    def update(self, asked: Asked) -> Json:
        book = self.calendars.holding(asked)
        event = book.get(asked.path["id"])
        asked.agreed(f'W/"{event["changeKey"]}"')
        given = {name: value for name, value in asked.body.items() if not name.startswith("@")}
        for each in given.pop("singleValueExtendedProperties", []):
            book.properties.setdefault(event["id"], {})[odata.property_name(each["id"])] = each["value"]
        before = people_of(event, self.me)
        changed = self.changed(book, event, given)
        if changed["isOrganizer"]:
            self._tell_changes(changed, before, set(given))
        return self.calendars.shown(book, changed, asked)

    def changed(self, book: Book, event: Json, given: Json) -> Json:
        """The event with these; one occurrence of a series becomes an exception."""
        whole = {**event, **given}
        _check_times(whole)
        if "attendees" in given:
            known = {each["emailAddress"]["address"].casefold(): each["status"] for each in event["attendees"]}
            whole["attendees"] = [
                {"status": known.get(a, {}), **e} if known.get(a := _of(e)) else e for e in given["attendees"]
            ]
        if {"start", "end"} & set(given):
            whole |= {
                "originalStartTimeZone": whole["start"]["timeZone"],
                "originalEndTimeZone": whole["end"]["timeZone"],
            }
            if not event["isOrganizer"] or "attendees" not in given:
                whole["attendees"] = [{**each, "status": _reset(each, self.me)} for each in whole["attendees"]]
        if (
            "body" in given
            and event["onlineMeeting"]
            and event["onlineMeeting"]["joinUrl"] not in given["body"]["content"]
        ):
            whole |= {"onlineMeeting": None, "isOnlineMeeting": False, "onlineMeetingProvider": "unknown"}
        if event["type"] == "occurrence":
            whole["type"] = "exception"
        return book.put(whole)

    def _tell_changes(self, event: Json, before: frozenset[str], names: set[str]) -> None:
        """Everybody of what matters; of other guests only those who are new and those who are gone."""
        now = people_of(event, self.me)
        self.tell("CANCEL", event, before - now)
        if names - QUIET - {"attendees"}:
            self.tell("REQUEST", event, now)
        else:
            self.tell("REQUEST", event, now - before)

    def delete(self, asked: Asked) -> None:
        """The organiser's delete cancels; a guest's is silent."""
        book = self.calendars.holding(asked)
        event = book.get(asked.path["id"])
        asked.agreed(f'W/"{event["changeKey"]}"')
        if event["isOrganizer"]:
            self.tell("CANCEL", event, people_of(event, self.me))
        book.remove(event["id"])

    def cancel(self, asked: Asked) -> Reply:
        book = self.calendars.holding(asked)
        event = book.get(asked.path["id"])
        asked.agreed(f'W/"{event["changeKey"]}"')
        if not event["isOrganizer"]:
            said = "Your request can't be completed. You need to be an organizer to cancel a meeting."
            raise Refused(400, "ErrorInvalidRequest", said)
        self.tell("CANCEL", event, people_of(event, self.me), asked.body.get("comment", ""))
        book.remove(event["id"])
        return Reply(202)

    def respond(self, asked: Asked) -> Reply:
        book = self.calendars.holding(asked)
        event = book.get(asked.path["id"])
        if event["isOrganizer"]:
            said = "Your request can't be completed. You can't respond to this meeting because you're the organizer."
            raise Refused(400, "ErrorInvalidRequest", said)
        answer = ANSWERS[asked.operation.partition(".")[2]]
        self.answered(book, event, self.me, answer, asked.body.get("proposedNewTime"))
        if asked.body.get("sendResponse", True):
            organizer = addresses([event["organizer"]])
            self.tell("REPLY", book.get(event["id"]), organizer, asked.body.get("comment", ""))
        if answer == "declined":
            book.remove(event["id"])
        return Reply(202)

    def answered(self, book: Book, event: Json, email: str, answer: str, proposed: Json | None = None) -> Json:
        status = {"response": answer, "time": stamp(book.now())}
        people = []
        for each in event["attendees"]:
            mine = _of(each) == email.casefold()
            more = {"proposedNewTime": proposed} if mine and proposed else {}
            people.append({**each, "status": status, **more} if mine else each)
        whole = {**event, "attendees": people}
        if email.casefold() == self.me.casefold():
            whole["responseStatus"] = status
        return book.put(whole)


def _of(person: Json) -> str:
    return str(person["emailAddress"]["address"]).casefold()


def _reset(person: Json, me: str) -> Json:
    """A new time asks everybody again."""
    if _of(person) == me.casefold():
        return dict(person.get("status", {}))
    return {"response": "none", "time": "0001-01-01T00:00:00Z"}


def _check_times(event: Json) -> None:
    for name in ("start", "end"):
        zone(event[name]["timeZone"])
    if moment(event["end"]) < moment(event["start"]):
        raise Refused(400, "ErrorPropertyValidationFailure", "The end is before the start.")
    if event.get("isAllDay"):
        clocks = [event[name]["dateTime"][11:19] for name in ("start", "end")]
        if clocks != ["00:00:00", "00:00:00"] or event["start"]["timeZone"] != event["end"]["timeZone"]:
            said = "The Event.Start and Event.End of an all-day event must be midnight in the same zone."
            raise Refused(400, "ErrorInvalidAllDayEvent", said)
        if moment(event["end"]) == moment(event["start"]):
            raise Refused(400, "ErrorInvalidAllDayEvent", "The duration of an all-day event must be a day or more.")
