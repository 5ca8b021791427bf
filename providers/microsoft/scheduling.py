"""Our events in a Microsoft calendar (Microsoft Graph, event); Exchange itself writes to the people, and at once.

Each is found by the UID that we note in it, with what our last change was: so a repeat after a crash or a lost answer
finds what was done. An event that isn't found yet, since its answer is still on the way, isn't made twice either: its
transactionId is the same each time. A change carries the etag that it was made on (If-Match), and says only what is to
be different: what Exchange, the rep or the people have added stays, above all the way into an online meeting.

A cancelled event is gone from the calendar; the people's mail has the note in it.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any, Final

from assistant.domain.mail import Address
from assistant.domain.ports import EventChanged, OutgoingEvent, PlacedEvent
from assistant.errors import ProviderError
from providers.microsoft.bodies import rewritten, written
from providers.microsoft.events import (
    FIELDS,
    IN_UTC,
    OURS,
    UID_PROPERTY,
    Note,
    Row,
    address,
    digest,
    moment,
    noted,
    text_in,
)
from providers.microsoft.graph import Graph, RefusalError, Unsure, connect, graph_path, odata
from providers.microsoft.places import Place, Places, places_of
from providers.microsoft.windows import name_of
from providers.outgoing import clean, clean_text, mailbox

_TRIES: Final = 5
_WHOLE: Final = ("singleInstance", "seriesMaster")
"""The rep may repeat an event of ours: the series is ours then."""
_ALREADY: Final = 409
_GONE: Final = (404, 410)
_CHANGED: Final = (*_GONE, 409, 412)
_DIGITS: Final = 8
_LONGEST_UID: Final = 200
_SPACE: Final = uuid.UUID("6f2d3c1e-9a57-4b0e-8d64-5e1f7c2ab930")
_TEAMS: Final = {"isOnlineMeeting": True, "onlineMeetingProvider": "teamsForBusiness"}
_READ: Final = {"$select": FIELDS, "$expand": OURS}


@dataclass(frozen=True, slots=True)
class _There:
    """An event of ours as it lies in one of the calendars."""

    calendar: str
    row: Row
    note: Note

    @property
    def etag(self) -> str:
        return str(self.row.get("@odata.etag") or self.row["changeKey"])

    @property
    def placed(self) -> PlacedEvent:
        return PlacedEvent(
            calendar=self.calendar,
            remote_id=str(self.row["id"]),
            uid=self.note.uid,
            sequence=self.note.sequence,
            etag=self.etag,
            told=True,  # Exchange writes to the people at once
        )

    @property
    def attendees(self) -> Sequence[Row]:
        found: Sequence[Row] = self.row.get("attendees") or ()
        return found

    @property
    def has_guests(self) -> bool:
        """Whether anybody but the organizer and rooms would hear of a change."""
        host = _email(self.row.get("organizer") or {})
        return any(each.get("type") != "resource" and _email(each) != host for each in self.attendees)

    @property
    def repeats(self) -> bool:
        return self.row.get("type") == "seriesMaster"

    def is_at(self, event: OutgoingEvent) -> bool:
        here = [moment(self.row[edge], UTC) for edge in ("start", "end")]
        return here == [at.astimezone(UTC).replace(microsecond=0) for at in (event.start, event.end)]

    def is_of(self, event: OutgoingEvent) -> bool:
        """Whether this very change was the last of ours."""
        return (self.note.key, self.note.sequence) == (digest(event.key), event.sequence)


class MicrosoftScheduling:
    """Places events in the default calendar, or where that isn't chosen, in the first; finds them in all of them."""

    def __init__(self, graph: Graph, places: Places, *, online: bool = False) -> None:
        self._graph = graph
        self._places = places
        self._online = online

    @property
    def account(self) -> str:
        return self._graph.account

    def place(self, event: OutgoingEvent) -> PlacedEvent:
        body = self._written(event)
        life = 0
        last: Exception = EventChanged()
        for _ in range(_TRIES):
            there = self._look(event.uid)
            if there is not None:
                return there.placed
            try:
                home, once = self._places.home, _transaction(event, life)
                row = self._graph.post(f"{home.path}/events", body | {"transactionId": once}, prefer=IN_UTC)
            except Unsure as error:
                last = error
            except RefusalError as error:
                if error.status != _ALREADY:
                    raise
                if there := self._made(home, event, once):
                    return there.placed
                last, life = error, life + 1  # made before, and deleted since
            else:
                return _There(home.name, row, _note(event)).placed
        raise last

    def find(self, uid: str) -> PlacedEvent | None:
        there = self._look(uid)
        return there.placed if there else None

    def change(self, event: OutgoingEvent, placed: PlacedEvent) -> PlacedEvent:
        """At another time Exchange forgets what people have answered.

        Whom others have asked to come stay, and the rooms; and whatever the event has that we don't know of. A series
        that the rep has made of it isn't moved as a whole, nor is a hold to which they have invited people.
        """
        body = self._written(event)
        last: Exception = EventChanged()
        for _ in range(_TRIES):
            there = self._look(event.uid)
            if there is None:
                raise EventChanged
            if there.is_of(event) and there.is_at(event):
                return there.placed
            if there.etag != placed.etag or (there.repeats and not there.is_at(event)) or _is_theirs(there, event):
                raise EventChanged
            note = _note(event)
            patch = _different(body, there, event) | {"singleValueExtendedProperties": note.properties}
            try:
                row = self._graph.patch(
                    graph_path("/events/{}", placed.remote_id), patch, prefer=IN_UTC, if_match=there.etag
                )
            except (Unsure, RefusalError) as error:
                last = _again(error)
            else:
                return _There(there.calendar, row, note).placed
        raise last

    def cancel(self, event: OutgoingEvent, placed: PlacedEvent) -> PlacedEvent | None:
        """Nothing is left of it in the calendar: what people were told is in Exchange's mail to them."""
        last: Exception = EventChanged()
        for _ in range(_TRIES):
            there = self._look(event.uid)
            if there is None:
                return None
            if there.etag != placed.etag or _is_theirs(there, event):
                raise EventChanged
            path = graph_path("/events/{}", str(there.row["id"]))
            try:
                if there.has_guests:
                    note = {"comment": clean_text(event.description)}
                    self._graph.post(f"{path}/cancel", note, headers={"If-Match": there.etag})
                else:
                    self._graph.delete(path, if_match=there.etag)
            except (Unsure, RefusalError) as error:
                last = _again(error)
            else:
                return None
        raise last

    def _written(self, event: OutgoingEvent) -> dict[str, Any]:
        """The event as Graph wants it. Raises `ProviderError` for what can't stand in an invitation."""
        if event.end.astimezone(UTC) <= event.start.astimezone(UTC):
            raise ProviderError("An invite ends before it begins, so it wasn't placed.", "Edit its time.")
        if not event.uid.strip() or len(event.uid) > _LONGEST_UID:
            raise ProviderError(
                "An invite has no UID that can be used, so it wasn't placed.", "Put the invite up again."
            )
        clean("UID", event.uid)
        clean("key", event.key)
        attendees = list(self._attendees(event))
        return {
            "subject": clean("title", event.title),
            "body": {"contentType": "html", "content": written(clean_text(event.description))},
            "location": {"displayName": clean("place", event.where or "")},
            **_times(event),
            "attendees": attendees,
            "showAs": "busy",
            "sensitivity": "normal" if attendees else "private",
            "singleValueExtendedProperties": _note(event).properties,
            **(_TEAMS if self._online and attendees else {}),
        }

    def _attendees(self, event: OutgoingEvent) -> Iterator[dict[str, Any]]:
        """The people, each once. The organizer isn't one of them to Exchange, and goes by the account's address."""
        mailbox(event.organizer)
        owners = {self._graph.email, event.organizer.email}
        for guest in dict.fromkeys(event.people):
            if guest.email not in owners:
                yield _guest(guest) | {"type": "required" if guest in event.required else "optional"}

    def _look(self, uid: str) -> _There | None:
        """The event where it lies now, also if the rep has moved it to another of the calendars.

        Of copies that the rep has made of it, the first is the one that people know.
        """
        if not uid.strip():
            return None
        named = f"singleValueExtendedProperties/Any(ep: ep/id eq '{UID_PROPERTY}' and ep/value eq {odata(uid)})"
        home = self._places.home
        for place in (home, *(place for place in self._places.all() if place != home)):
            rows = self._listed(place, named)
            found = [_There(place.name, row, note) for row in rows if (note := _ours(row)) and note.uid == uid]
            if found:
                return min(found, key=lambda each: str(each.row.get("createdDateTime", "")))
        return None

    def _made(self, home: Place, event: OutgoingEvent, once: str) -> _There | None:
        """What was made under this transactionId: at its time, since what was just made may not be found yet."""
        times = (("startDateTime", event.start), ("endDateTime", event.end))
        edges = {name: at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for name, at in times}
        pages = self._graph.pages(home.listing, {**edges, **_READ}, prefer=IN_UTC)
        made = (row for page in pages for row in page.get("value") or () if row.get("transactionId") == once)
        return next((_There(home.name, row, note) for row in made if (note := _ours(row))), None)

    def _listed(self, place: Place, named: str) -> list[Row]:
        pages = self._graph.pages(f"{place.path}/events", {"$filter": named, **_READ}, prefer=IN_UTC)
        return [row for page in pages for row in page.get("value") or ()]


def open_scheduling(account: str, settings: Mapping[str, Any], _zone: tzinfo) -> MicrosoftScheduling:
    """For an account with `schedule`; with `online_meetings` an invitation leads to Teams."""
    graph = connect(account, settings)
    return MicrosoftScheduling(graph, places_of(graph, settings), online=bool(settings.get("online_meetings")))


def _different(body: Mapping[str, Any], there: _There, event: OutgoingEvent) -> dict[str, Any]:
    """Of what the event is to be, what it isn't yet. Lists are replaced as a whole, and so is a body.

    Once people are invited, how it's shown and whether it's online is the rep's to change.
    """
    row = there.row
    names = ("subject",) if there.note.people else ("subject", "showAs", "sensitivity", "isOnlineMeeting")
    patch: dict[str, Any] = {name: body[name] for name in names if name in body and body[name] != row.get(name)}
    if "isOnlineMeeting" in patch:
        patch |= _TEAMS
    if not there.is_at(event):
        patch |= {"start": body["start"], "end": body["end"]}
    online = bool(row.get("isOnlineMeeting") or row.get("onlineMeeting"))
    where = str((row.get("location") or {}).get("displayName") or "")
    if event.where != where and (event.where or not online):  # an online meeting without a place says so there
        patch["location"] = body["location"]
    before = row.get("body") or {}
    html = str(before.get("content") or "") if str(before.get("contentType", "")).lower() == "html" else ""
    after = {"contentType": "html", "content": rewritten(html, clean_text(event.description), online=online)}
    if text_in(after) != text_in(before):
        patch["body"] = after
    ours = _as_listed(body["attendees"], there)
    people = [*ours, *_added(ours, there)]
    if _named(people) != _named(there.attendees):
        patch["attendees"] = people
    return patch


def _added(ours: Sequence[Row], there: _There) -> Iterator[Row]:
    """Whom others have asked to come, and the rooms: whoever isn't ours now and wasn't before."""
    now = set(map(_email, ours))
    for each in there.attendees:
        email = _email(each)
        if email and email not in now and digest(email, _DIGITS) not in there.note.people:
            yield {name: each[name] for name in ("type", "emailAddress") if name in each}


def _as_listed(ours: Sequence[Row], there: _There) -> list[Row]:
    """Our people as Exchange lists them: colleagues by their first address, whichever they were invited by."""
    listed = {_email(each) for each in there.attendees}
    strange = [each for each in there.attendees if digest(_email(each), _DIGITS) not in there.note.people]
    names = {name: each for each in strange if (name := _name(each)) and list(map(_name, strange)).count(name) == 1}

    def listed_as(each: Row) -> Row:
        known = _email(each) in listed or digest(_email(each), _DIGITS) not in there.note.people
        other = None if known else names.get(_name(each))
        return {**each, "emailAddress": other["emailAddress"]} if other else each

    return list(map(listed_as, ours))


def _email(person: Row) -> str:
    found = address(person)
    return found.email if found else str((person.get("emailAddress") or {}).get("address") or "").lower()


def _name(person: Row) -> str:
    return " ".join(str((person.get("emailAddress") or {}).get("name") or "").lower().split())


def _named(people: Sequence[Row]) -> set[tuple[str, str]]:
    return {(_email(each), str(each.get("type", "required"))) for each in people}


def _is_theirs(there: _There, event: OutgoingEvent) -> bool:
    """A hold is moved and let go without a look: nobody whom the rep has invited to it may hear of that."""
    return not event.people and there.has_guests


def _again(error: Unsure | RefusalError) -> Exception:
    """What is to be raised if looking again doesn't help; what isn't about the event's state is raised at once."""
    if isinstance(error, Unsure):
        return error
    if error.status not in _CHANGED:
        raise error
    return EventChanged()


def _ours(row: Row) -> Note | None:
    """Our note in it, if it's there and ours: a colleague's calendar has the same event as a guest's copy."""
    lives = not row.get("isCancelled") and row.get("type", "singleInstance") in _WHOLE
    return noted(row) if lives else None


def _note(event: OutgoingEvent) -> Note:
    people = frozenset(digest(mailbox(each).addr_spec.lower(), _DIGITS) for each in event.people)
    return Note(event.uid, digest(event.key), event.sequence, people)


def _transaction(event: OutgoingEvent, life: int) -> str:
    """Exchange makes only one event of each (event, transactionId): the same for the same effect, however often."""
    name = f"{event.key}\0{event.uid}\0{life}"
    return str(uuid.uuid5(_SPACE, name))


def _guest(guest: Address) -> dict[str, Any]:
    checked = mailbox(guest)
    named = {"name": checked.display_name} if checked.display_name else {}
    return {"emailAddress": {"address": checked.addr_spec} | named}


def _times(event: OutgoingEvent) -> dict[str, dict[str, str]]:
    """In the zone of the start; in UTC for an hour that the clock shows twice, which a local time can't tell."""
    zone = event.start.tzinfo
    local = [at.astimezone(zone) for at in (event.start, event.end)]
    twice = any(at.utcoffset() != at.replace(fold=1 - at.fold).utcoffset() for at in local)
    name = "UTC" if twice else name_of(zone, *local)
    shown = [at.astimezone(UTC) if name == "UTC" else at for at in local]
    return {
        edge: {"dateTime": at.strftime("%Y-%m-%dT%H:%M:%S"), "timeZone": name}
        for edge, at in zip(("start", "end"), shown, strict=True)
    }
