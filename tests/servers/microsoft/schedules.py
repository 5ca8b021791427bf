"""When people are free (Microsoft Graph, calendar: getSchedule)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.servers.microsoft.asked import Asked, Json, Refused, Unfit
from tests.servers.microsoft.book import Book
from tests.servers.microsoft.calendars import Calendars
from tests.servers.microsoft.ics import events_of
from tests.servers.microsoft.mailboxes import Mailboxes
from tests.servers.microsoft.times import moment, shown, wall, zone

DIGITS = {"free": "0", "tentative": "1", "busy": "2", "oof": "3", "workingElsewhere": "4", "unknown": "5"}
THEIR_ZONE = "W. Europe Standard Time"
ORDER = ("0", "4", "1", "2", "3")
SAID = {"ErrorMailRecipientNotFound": "Unable to resolve email address to an Active Directory object."}


@dataclass(slots=True)
class Person:
    """A colleague's calendar as we may see it."""

    busy: list[tuple[datetime, datetime, str]] = field(default_factory=list)
    book: Book | None = None
    refused: str = ""
    hidden: bool = False
    merged: bool = False


class People:
    """Those whose calendars the organisation shares."""

    def __init__(self) -> None:
        self.all: dict[str, Person] = {}

    def _person(self, email: str) -> Person:
        return self.all.setdefault(email.casefold(), Person())

    def put(self, email: str, busy: Iterable[Sequence[Any]]) -> None:
        """(start, end) or (start, end, status) of what they have on; nothing else from now on."""
        person = self._person(email)
        person.busy = [(each[0], each[1], each[2] if len(each) > 2 else "busy") for each in busy]

    def put_ics(self, email: str, raw: bytes) -> None:
        """An iCalendar object into their calendar."""
        person = self._person(email)
        person.book = person.book or Book("theirs", "Calendar", email, email)
        for event in events_of(raw, email, THEIR_ZONE):
            for each in event["attendees"]:
                if each["emailAddress"]["address"].casefold() == email.casefold():
                    event["responseStatus"] = each["status"]
            person.book.put(event)

    def refuse(self, email: str, code: str = "ErrorAccessDenied") -> None:
        self._person(email).refused = code

    def hide(self, email: str) -> None:
        """They show when only, not what."""
        self._person(email).hidden = True

    def merge(self, email: str) -> None:
        """They show the row of digits and nothing else, as other organisations may."""
        self._person(email).merged = True


class Schedules:
    """`personal`: a personal account, where there's no such thing."""

    def __init__(self, calendars: Calendars, mailboxes: Mailboxes, people: People) -> None:
        self.calendars, self.mailboxes, self.people = calendars, mailboxes, people
        self.personal = False
        self.handlers: dict[str, Callable[[Asked], object]] = {"calendar.getSchedule": self.get}

    def get(self, asked: Asked) -> Json:
        if self.personal:
            raise Refused(403, "ErrorAccessDenied", "This operation isn't supported for personal accounts.")
        wanted = asked.body["schedules"]
        if len(wanted) > 20:
            raise Unfit("getSchedule takes at most 20 schedules in a request")
        first, last = moment(asked.body["startTime"]), moment(asked.body["endTime"])
        if last <= first or last - first > timedelta(days=62):
            raise Refused(400, "ErrorInvalidTimeInterval", "The time window is empty or longer than 62 days.")
        step = timedelta(minutes=asked.body.get("availabilityViewInterval", 30))
        if step > last - first:
            raise Refused(400, "ErrorInvalidMergedFreeBusyInterval", "The interval is longer than the time window.")
        name = asked.prefer.zone or "UTC"
        zone(name)
        return {"value": [self._one(each, (first, last), step, name) for each in wanted]}

    def _one(self, email: str, window: tuple[datetime, datetime], step: timedelta, name: str) -> Json:
        mine = email.casefold() == self.calendars.email.casefold()
        person = Person(book=self.calendars.book()) if mine else self.people.all.get(email.casefold())
        if person is None or person.refused:
            code = person.refused if person else "ErrorMailRecipientNotFound"
            return {"scheduleId": email, "error": {"message": SAID.get(code, code), "responseCode": code}}
        items = _items(person, window, name)
        busy = [(moment(item["start"]), moment(item["end"]), DIGITS[item["status"]]) for item in items]
        view, at = "", window[0]
        while at < window[1]:
            here = [digit for start, end, digit in busy if start < at + step and end > at]
            view += max(here, key=ORDER.index, default="0")
            at += step
        if person.merged:
            items = []
        hours = self.mailboxes.hours()
        return {"scheduleId": email, "availabilityView": view, "scheduleItems": items, "workingHours": hours}


def _items(person: Person, window: tuple[datetime, datetime], name: str) -> list[Json]:
    found: list[Json] = []
    for start, end, status in person.busy:
        if start < window[1] and end > window[0]:
            found.append({"status": status, "start": wall(_aware(start), name), "end": wall(_aware(end), name)})
    for event in person.book.within(window) if person.book else ():
        if event["isCancelled"] or event["responseStatus"]["response"] == "declined":
            continue
        times = {key: shown(event[key], name, all_day=False) for key in ("start", "end")}  # instants, of days too
        private = event["sensitivity"] in ("private", "confidential")
        item: Json = {"isPrivate": private, "status": event["showAs"], **times}
        if not person.hidden and not private:
            item |= {"subject": event["subject"], "location": event["location"].get("displayName") or ""}
        item |= {"isMeeting": bool(event["attendees"]), "isRecurring": bool(event["seriesMasterId"])}
        found.append({**item, "isException": event["type"] == "exception", "isReminderSet": event["isReminderOn"]})
    return sorted(found, key=lambda item: str(item["start"]["dateTime"]))


def _aware(when: datetime) -> datetime:
    return when if when.tzinfo else when.replace(tzinfo=UTC)
