"""Our events in a Google calendar (Calendar API, events.insert, patch, delete); Google itself writes to the people.

Each is found by its id, which is made of its UID, and says in private extended properties which change of ours was the
last: so a repeat after a crash or a lost answer finds what was done. A change carries the etag that it was made on
(If-Match), so that one which is sent again can't be done twice.

Google's mail about a cancellation has no words of the organizer but the event's own. So the note is put into the
description first, without a mail, and then the event is deleted, with one: people get a single mail, with the note in
it. A deleted event is gone from the calendar; its id stays taken, so a later event of the same UID gets a further one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from assistant.domain.mail import Address
from assistant.domain.ports import EventChanged, OutgoingEvent, PlacedEvent
from assistant.errors import ProviderError
from providers.google.api import Google, RefusalError, Unsure, connect
from providers.google.calendar import calendars_of
from providers.google.events import (
    EVENT_FIELDS,
    KEY,
    LIST_FIELDS,
    PEOPLE,
    SEQUENCE,
    UID,
    Row,
    digest,
    event_id,
    moment,
    properties,
    uid_in,
)
from providers.outgoing import clean, clean_text, mailbox

_TRIES: Final = 5
_MOST_LIVES: Final = 50
_DUPLICATE: Final = 409
_NOT_FOUND: Final = 404
_GONE: Final = (_NOT_FOUND, 410)
_CHANGED: Final = (*_GONE, 412)
_DIGITS: Final = 8
_LONGEST_PROPERTY: Final = 1_000
"""Google keeps 1,024 characters."""


@dataclass(frozen=True, slots=True)
class _There:
    """An event of ours as it lies in one of the calendars."""

    calendar: str
    row: Row

    @property
    def placed(self) -> PlacedEvent:
        return PlacedEvent(
            calendar=self.calendar,
            remote_id=self.row["id"],
            uid=uid_in(self.row["id"]) or self.row["iCalUID"],
            sequence=int(properties(self.row).get(SEQUENCE, 0)),
            etag=self.row["etag"],
            told=True,  # Google writes to the people at once
        )

    @property
    def attendees(self) -> Sequence[Row]:
        found: Sequence[Row] = self.row.get("attendees", ())
        return found

    def is_at(self, event: OutgoingEvent) -> bool:
        here = [moment(self.row[edge], UTC) for edge in ("start", "end")]
        return here == [at.astimezone(UTC).replace(microsecond=0) for at in (event.start, event.end)]

    def is_of(self, event: OutgoingEvent) -> bool:
        """Whether this very change was the last of ours."""
        noted = properties(self.row)
        return (noted.get(KEY), noted.get(SEQUENCE)) == (digest(event.key), str(event.sequence))


class GoogleScheduling:
    """Places events in the first of the account's calendars, or the primary one; finds them in all of them."""

    def __init__(self, google: Google, calendars: Sequence[str]) -> None:
        self._google = google
        self._home = "primary" if "primary" in calendars else calendars[0]
        self._others = tuple(name for name in calendars if name != self._home)

    @property
    def account(self) -> str:
        return self._google.account

    def place(self, event: OutgoingEvent) -> PlacedEvent:
        body = self._written(event)
        life = 0
        last: Exception = EventChanged()
        for _ in range(_TRIES):
            try:
                made = self._events.insert(
                    calendarId=self._home,
                    sendUpdates=_updates(body["attendees"]),
                    fields=EVENT_FIELDS,
                    body=body | {"id": event_id(event.uid, life)},
                )
                return _There(self._home, self._google.run(made)).placed
            except (Unsure, RefusalError) as error:
                if isinstance(error, RefusalError) and error.status != _DUPLICATE:
                    raise
                last = error
            there, life = self._look(event.uid)
            if there is not None:
                return there.placed
        raise last

    def find(self, uid: str) -> PlacedEvent | None:
        there, _ = self._look(uid)
        return there.placed if there else None

    def change(self, event: OutgoingEvent, placed: PlacedEvent) -> PlacedEvent:
        """What people have answered holds for the time that they were asked for: at another one it's forgotten.

        Whom others have asked to come stay, and the rooms; and whatever the event has that we don't know of.
        """
        last: Exception = EventChanged()
        for _ in range(_TRIES):
            there, _ = self._look(event.uid)
            if there is None:
                raise EventChanged
            if there.is_of(event) and there.is_at(event):
                return there.placed
            if there.row["etag"] != placed.etag or _is_theirs(there, event):
                raise EventChanged
            try:
                return self._patch(
                    there, self._written(event, there), _updates((*event.people, *there.attendees))
                ).placed
            except (Unsure, RefusalError) as error:
                last = _again(error)
        raise last

    def cancel(self, event: OutgoingEvent, placed: PlacedEvent) -> PlacedEvent | None:
        """Nothing is left of it in the calendar: what people were told is in Google's mail to them."""
        last: Exception = EventChanged()
        for _ in range(_TRIES):
            there, _ = self._look(event.uid)
            if there is None:
                return None
            if (not there.is_of(event) and there.row["etag"] != placed.etag) or _is_theirs(there, event):
                raise EventChanged
            try:
                if there.attendees and not there.is_of(event):
                    note = {"description": clean_text(event.description), "extendedProperties": _noted(event)}
                    there = self._patch(there, note, "none")
                self._delete(there)
            except (Unsure, RefusalError) as error:
                last = _again(error)
            else:
                return None
        raise last

    def _written(self, event: OutgoingEvent, there: _There | None = None) -> dict[str, Any]:
        """The event as Google wants it. Raises `ProviderError` for what can't stand in an invitation.

        In a patch an empty text takes away what was there; lists are replaced as a whole. The SEQUENCE never falls
        behind ours, so that what guests answer by mail isn't taken for an answer to what was before.
        """
        if event.end.astimezone(UTC) <= event.start.astimezone(UTC):
            raise ProviderError("An invite ends before it begins, so it wasn't placed.", "Edit its time.")
        clean("UID", event.uid)
        clean("key", event.key)
        attendees = self._attendees(event, there)
        sequence = int(there.row.get("sequence", 0)) + (not there.is_at(event)) if there else 0
        return {
            "sequence": max(event.sequence, sequence),
            "summary": clean("title", event.title),
            "description": clean_text(event.description),
            "location": clean("place", event.where or ""),
            "start": _time(event.start, event.start.tzinfo),
            "end": _time(event.end, event.start.tzinfo),
            "attendees": attendees,
            "transparency": "opaque",
            "visibility": "default" if attendees else "private",
            "extendedProperties": _noted(event, [each["email"] for each in attendees]),
        }

    def _attendees(self, event: OutgoingEvent, there: _There | None) -> list[dict[str, Any]]:
        """The organizer, who comes, then the people, each once, then whoever was added by hand.

        The organizer goes by the account's address, as Google has it; an alias among the people would be mailed to.
        """
        owner = Address(self._google.email or event.organizer.email, event.organizer.name)
        mailbox(event.organizer)
        invited = [each for each in dict.fromkeys(event.people) if each not in (owner, event.organizer)]
        here = {str(each.get("email", "")).lower(): each for each in there.attendees} if there else {}
        same_time = there is not None and there.is_at(event)
        people = [_guest(owner) | {"responseStatus": "accepted"}]
        for guest in invited:
            optional = guest not in event.required
            person = _guest(guest) | {"optional": optional}
            people.append(person | _answer(here.get(person["email"].lower(), {}), same_time))
        ours = {each["email"].lower() for each in people}
        before = set(properties(there.row).get(PEOPLE, "").split() if there else ())
        added = [
            each for name, each in here.items() if name and {name, digest(name, _DIGITS)}.isdisjoint(ours | before)
        ]
        kept = [
            {name: each[name] for name in ("email", "displayName", "optional", "resource") if name in each}
            | _answer(each, same_time)
            for each in added
        ]
        return [*people, *kept] if len(people) > 1 else []

    @property
    def _events(self) -> Any:
        return self._google.calendar.events()

    def _look(self, uid: str) -> tuple[_There | None, int]:
        """The event where it lies now, also if the rep has moved it to another calendar; and which life it's in, or
        would be in if it were placed.

        Google doesn't say for how long it remembers what was deleted, so what isn't there by its id is searched for.
        """
        if not uid.strip():
            return None, 0
        for life in range(_MOST_LIVES):
            row = self._get(self._home, event_id(uid, life))
            if row is None:
                return self._searched(uid), life
            if _lives(row):
                return _There(self._home, row), life
            for calendar in self._others:
                row = self._get(calendar, event_id(uid, life))
                if row is not None and _lives(row):
                    return _There(calendar, row), life
        raise ProviderError(
            f"A meeting was placed and deleted {_MOST_LIVES} times in the calendar of account “{self.account}”.",
            "Put it into the calendar by hand.",
        )

    def _searched(self, uid: str) -> _There | None:
        named = f"{UID}={digest(uid)}"
        request = self._events.list(calendarId=self._home, privateExtendedProperty=named, fields=LIST_FIELDS)
        found = [row for row in self._google.run(request).get("items", ()) if uid_in(row["id"]) == uid and _lives(row)]
        return _There(self._home, found[-1]) if found else None

    def _get(self, calendar: str, name: str) -> Row | None:
        try:
            return self._google.run(self._events.get(calendarId=calendar, eventId=name, fields=EVENT_FIELDS))
        except RefusalError as error:
            if error.status == _NOT_FOUND:
                return None
            if error.status in _GONE:
                return {"status": "cancelled"}
            raise

    def _patch(self, there: _There, body: Mapping[str, Any], updates: str) -> _There:
        request = self._events.patch(
            calendarId=there.calendar, eventId=there.row["id"], sendUpdates=updates, fields=EVENT_FIELDS, body=body
        )
        request.headers["If-Match"] = there.row["etag"]
        return _There(there.calendar, self._google.run(request))

    def _delete(self, there: _There) -> None:
        updates = _updates(there.attendees)
        request = self._events.delete(calendarId=there.calendar, eventId=there.row["id"], sendUpdates=updates)
        request.headers["If-Match"] = there.row["etag"]
        self._google.run(request)


def open_scheduling(account: str, settings: Mapping[str, Any], _zone: tzinfo) -> GoogleScheduling:
    """For an account with `schedule`."""
    google = connect(account, settings)
    return GoogleScheduling(google, calendars_of(google, settings))


def _is_theirs(there: _There, event: OutgoingEvent) -> bool:
    """A hold is moved and let go without a look: nobody whom the rep has invited to it may hear of that."""
    return not event.people and any(not (each.get("resource") or each.get("self")) for each in there.attendees)


def _again(error: Unsure | RefusalError) -> Exception:
    """What is to be raised if looking again doesn't help; what isn't about the event's state is raised at once."""
    if isinstance(error, Unsure):
        return error
    if error.status not in _CHANGED:
        raise error
    return EventChanged()


def _lives(row: Row) -> bool:
    """Whether it's there, and ours: a colleague's calendar has the same event as a guest's copy."""
    own = row.get("organizer", {}).get("self")
    return bool(own and properties(row)) and row.get("status") != "cancelled"


def _guest(address: Address) -> dict[str, Any]:
    checked = mailbox(address)
    return {"email": checked.addr_spec} | ({"displayName": checked.display_name} if checked.display_name else {})


def _answer(there: Row, same_time: bool) -> dict[str, Any]:
    """What somebody has said already, where it still holds."""
    if not same_time:
        return {"responseStatus": "needsAction"}
    return {"responseStatus": "needsAction"} | {
        name: there[name] for name in ("responseStatus", "comment", "additionalGuests") if name in there
    }


def _noted(event: OutgoingEvent, people: Sequence[str] | None = None) -> dict[str, dict[str, str]]:
    noted = {UID: digest(event.uid), KEY: digest(event.key), SEQUENCE: str(event.sequence)}
    if people is not None:
        whom = " ".join(digest(email.lower(), _DIGITS) for email in people)
        noted[PEOPLE] = whom[:_LONGEST_PROPERTY]
    return {"private": noted}


def _time(at: datetime, zone: tzinfo | None) -> dict[str, str]:
    """With its offset, so that an hour that the clock shows twice is clear, and its zone, if that has an IANA name."""
    named = zone.key if isinstance(zone, ZoneInfo) and zone.key else "UTC"
    shown = at.astimezone(zone if named != "UTC" else UTC)
    return {"dateTime": shown.isoformat(timespec="seconds"), "timeZone": named}


def _updates(people: Sequence[object]) -> str:
    return "all" if people else "none"
