"""Calendar instances in the mirror."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, delete, func, select, tuple_

from assistant.domain.calendar import Event
from assistant.store.columns import micros, offset_of
from assistant.store.mirror import rows, tables
from assistant.store.mirror.sql import chunks, insert_many
from assistant.store.mirror.threads import concerning

_EVENT, _PERSON = tables.event, tables.event_person

_COLUMNS: Final = (
    "key account calendar remote_id uid recurrence_id sequence start_at start_offset end_at end_offset details"
)


class Events:
    """The part of the mirror that holds the calendar."""

    _connection: Connection

    def replace_events(self, account: str, replaced: Iterable[tuple[str, str]], events: Sequence[Event]) -> None:
        """Instead of all instances of the (calendar, remote id) named, those given; of a private one, its time."""
        objects = {*replaced, *((event.calendar, event.remote_id) for event in events)}
        stored = [(account, rows.name_in(calendar), rows.name_in(remote)) for calendar, remote in sorted(objects)]
        for chunk in chunks(stored):
            of_object = tuple_(_EVENT.c.account, _EVENT.c.calendar, _EVENT.c.remote_id).in_(chunk)
            self._connection.execute(delete(_EVENT).where(of_object))
        first = (self._connection.scalar(select(func.max(_EVENT.c.key))) or 0) + 1
        numbered = list(enumerate((rows.kept(event) for event in events), start=first))
        insert_many(self._connection, _EVENT, _COLUMNS, (_row(key, account, event) for key, event in numbered))
        people = (
            (key, address.email, rows.site(address.domain))
            for key, event in numbered
            if not event.private
            for address in event.people
        )
        insert_many(self._connection, _PERSON, "key email site", people)

    def drop_events(self, account: str) -> None:
        """Forget the account's events: the next pull of its calendar brings them again."""
        self._connection.execute(delete(_EVENT).where(_EVENT.c.account == account))

    def events(self, start: datetime, end: datetime) -> list[Event]:
        """Instances that overlap [start, end), by their start."""
        return self._events(select(_EVENT).where(_EVENT.c.start_at < micros(end), _EVENT.c.end_at > micros(start)))

    def events_with(self, emails: Iterable[str] = (), domains: Iterable[str] = ()) -> list[Event]:
        """Instances that one of the addresses, or anybody at the domains, organises or is invited to."""
        found: dict[Event, None] = {}
        for condition in concerning(_PERSON, emails, domains):
            keys = select(_PERSON.c.key).where(condition)
            found |= dict.fromkeys(self._events(select(_EVENT).where(_EVENT.c.key.in_(keys))))
        return sorted(found, key=_order)

    def event(self, uid: str) -> Event | None:
        """The event of this UID; of a recurring one, its first instance."""
        return next(iter(self._events(select(_EVENT).where(_EVENT.c.uid == uid))), None)

    def _events(self, query: Select[Any]) -> list[Event]:
        """The same instance in several calendars once: the one with the highest SEQUENCE (RFC 5545, 3.8.7.4)."""
        newest: dict[tuple[str, str, datetime], Event] = {}
        for event in sorted((rows.event_of(row) for row in self._connection.execute(query)), key=_order):
            instance = (event.uid, event.recurrence_id, event.start)
            if instance not in newest or newest[instance].sequence < event.sequence:
                newest[instance] = event
        return sorted(newest.values(), key=_order)


def _order(event: Event) -> tuple[object, ...]:
    return (
        event.start,
        event.end,
        event.uid,
        event.recurrence_id,
        event.account,
        event.calendar,
        event.remote_id,
        event.sequence,
    )


def _row(key: int, account: str, event: Event) -> tuple[object, ...]:
    return (
        key,
        account,
        rows.name_in(event.calendar),
        rows.name_in(event.remote_id),
        event.uid,
        event.recurrence_id,
        event.sequence,
        micros(event.start),
        offset_of(event.start),
        micros(event.end),
        offset_of(event.end),
        rows.details(event),
    )
