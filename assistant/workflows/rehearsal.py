"""A rehearsal: the whole run on a copy of the store, with outboxes and calendars that only pretend."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.domain.calendar import Attendee, Event, PartStat
from assistant.domain.ports import (
    Calendar,
    Cursor,
    DraftChanged,
    EventBatch,
    EventChanged,
    FiledDraft,
    Interval,
    Outbox,
    OutgoingEvent,
    OutgoingMail,
    PlacedEvent,
    Scheduling,
    Withdrawal,
)
from assistant.store import Store
from assistant.workflows.sources import SourceAccount


@dataclass(frozen=True, slots=True)
class _PretendingOutbox:
    """Finds what is there and changes nothing."""

    real: Outbox

    @property
    def account(self) -> str:
        return self.real.account

    def file(self, mail: OutgoingMail) -> FiledDraft:
        return FiledDraft("", "", mail.message_id, str(mail.subject), str(mail.body), (*mail.to, *mail.cc))

    def find(self, key: str) -> FiledDraft | None:
        return self.real.find(key)

    def withdraw(self, key: str, filed: FiledDraft) -> Withdrawal:
        there = self.real.find(key)
        if there is None:
            return Withdrawal.GONE
        return Withdrawal.WITHDRAWN if _words(there) == _words(filed) else Withdrawal.EDITED

    def replace(self, key: str, filed: FiledDraft, mail: OutgoingMail) -> FiledDraft:
        there = self.real.find(key)
        if there is None or _words(there) != _words(filed):
            raise DraftChanged
        return self.file(mail)


@dataclass(frozen=True, slots=True)
class _Told:
    """What a pretending calendar was told: an event as it would lie there, and which that is of the real ones."""

    event: OutgoingEvent
    lies_as: PlacedEvent

    @property
    def instance(self) -> Event:
        event = self.event
        people = [Attendee(event.organizer, PartStat.ACCEPTED), *(Attendee(each) for each in event.required)]
        people += [Attendee(each, optional=True) for each in event.optional]
        return Event(
            account="",
            calendar=self.lies_as.calendar,
            remote_id=self.lies_as.remote_id,
            uid=event.uid,
            start=event.start,
            end=event.end,
            sequence=event.sequence,
            summary=str(event.title),
            organizer=event.organizer if event.people else None,
            attendees=tuple(people) if event.people else (),
            private=not event.people,
        )


@dataclass(frozen=True, slots=True)
class _PretendingCalendar:
    """Shows what is there, and what the scheduling beside it was told."""

    real: Calendar
    told: dict[str, _Told]

    @property
    def account(self) -> str:
        return self.real.account

    def pull(self, cursor: Cursor | None, window: Interval) -> Iterator[EventBatch]:
        for batch in self.real.pull(cursor, window):
            cursor = batch.cursor
            yield batch
        if self.told and cursor is not None:
            events = [replace(each.instance, account=self.account) for each in self.told.values()]
            taken = tuple((event.calendar, event.remote_id) for event in events)
            there = tuple(event for event in events if not self.told[event.uid].lies_as.cancelled)
            yield EventBatch(there, cursor, taken)


@dataclass(frozen=True, slots=True)
class _PretendingScheduling:
    """Finds what is there, and what it was told; changes nothing and tells nobody."""

    real: Scheduling
    told: dict[str, _Told]

    @property
    def account(self) -> str:
        return self.real.account

    def place(self, event: OutgoingEvent) -> PlacedEvent:
        return self.find(event.uid) or self._pretend(event, PlacedEvent("", event.uid, event.uid, 0, ""))

    def find(self, uid: str) -> PlacedEvent | None:
        return self.told[uid].lies_as if uid in self.told else self.real.find(uid)

    def change(self, event: OutgoingEvent, placed: PlacedEvent) -> PlacedEvent:
        self._check(placed)
        return self._pretend(event, placed)

    def cancel(self, event: OutgoingEvent, placed: PlacedEvent) -> PlacedEvent | None:
        self._check(placed)
        return self._pretend(event, replace(placed, cancelled=True))

    def _check(self, placed: PlacedEvent) -> None:
        there = self.find(placed.uid)
        if there is None or there.etag != placed.etag:
            raise EventChanged

    def _pretend(self, event: OutgoingEvent, lies_as: PlacedEvent) -> PlacedEvent:
        self.told[event.uid] = _Told(event, replace(lies_as, sequence=event.sequence))
        return self.told[event.uid].lies_as


def _words(draft: FiledDraft) -> tuple[object, ...]:
    return frozenset(draft.recipients), draft.subject.split(), draft.body.split(), draft.etag


@contextmanager
def rehearsed(store: Store, accounts: Sequence[SourceAccount]) -> Iterator[tuple[Store, list[SourceAccount]]]:
    """A copy of the store and accounts without hands; both are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="nextmove-") as folder:
        copy = Path(folder) / "rehearsal.db"
        store.copy_to(copy)
        with Store.open(copy) as rehearsal:
            yield rehearsal, [_pretending(each) for each in accounts]


def _pretending(account: SourceAccount) -> SourceAccount:
    told: dict[str, _Told] = {}
    return replace(
        account,
        outbox=_PretendingOutbox(account.outbox),
        calendar=_PretendingCalendar(account.calendar, told) if account.calendar else None,
        scheduling=_PretendingScheduling(account.scheduling, told) if account.scheduling else None,
        sender=None,
    )
