"""Conversations without their texts, for finding deals in a mailbox."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, select

from assistant.domain.deal import Us
from assistant.domain.mail import Address, FolderRole
from assistant.domain.reading import AutomaticKind
from assistant.domain.thread import Correspondent, ThreadFacts, ThreadSummary
from assistant.store.columns import instant, micros
from assistant.store.mirror import tables
from assistant.store.mirror.sql import chunks

_MESSAGE, _PERSON = tables.message, tables.person

_LISTED: Final = frozenset({AutomaticKind.LIST, AutomaticKind.NEWSLETTER})
_ROWS: Final = 2_000
_OUT: Final = (FolderRole.JUNK, FolderRole.DRAFTS)


class Summaries:
    """The part of the mirror that sums conversations up."""

    _connection: Connection

    def thread_summaries(
        self, since: datetime | None, us: Us, *, until: datetime | None = None
    ) -> Iterator[ThreadSummary]:
        """Each thread by its name, with what was written in it in [since, until). Read it inside the transaction.

        `us` tells ours from theirs; `since` None is the beginning of time. Junk, drafts, and mail without a date
        aren't counted.
        """
        named = (
            select(
                _MESSAGE.c.thread,
                _MESSAGE.c.at,
                _MESSAGE.c.offset,
                _MESSAGE.c.key,
                _MESSAGE.c.message_id,
                _MESSAGE.c.subject,
                _MESSAGE.c.automatic,
                _PERSON.c.field,
                _PERSON.c.email,
                _PERSON.c.name,
            )
            .join(_PERSON, _PERSON.c.key == _MESSAGE.c.key, isouter=True)
            .where(
                _MESSAGE.c.at.is_not(None), _MESSAGE.c.role.not_in(_OUT), _PERSON.c.field.is_distinct_from("reply-to")
            )
            .order_by(_MESSAGE.c.thread, _MESSAGE.c.at, _MESSAGE.c.key, _PERSON.c.field, _PERSON.c.email)
        )
        if since is not None:
            named = named.where(_MESSAGE.c.at >= micros(since))
        if until is not None:
            named = named.where(_MESSAGE.c.at < micros(until))
        rows = self._connection.execution_options(yield_per=_ROWS).execute(named)
        for _, of_thread in groupby(rows, key=lambda row: row.thread):
            yield _summary(of_thread, us)

    def thread_facts(self, threads: Collection[str]) -> Iterator[ThreadFacts]:
        """Who is on these threads and what they are called, by their names, without reading their texts."""
        for chunk in chunks(sorted(set(threads))):
            yield from self._facts(chunk)

    def _facts(self, threads: list[str]) -> Iterator[ThreadFacts]:
        here = _MESSAGE.c.thread.in_(threads)
        called = select(_MESSAGE.c.thread, _MESSAGE.c.message_id, _MESSAGE.c.subject).where(here)
        also = select(_MESSAGE.c.thread, tables.alias.c.message_id).join(tables.alias).where(here)
        named = select(_MESSAGE.c.thread, _PERSON.c.email, _PERSON.c.name).join(_PERSON).where(here).distinct()
        ids: dict[str, set[str]] = defaultdict(set)
        subjects: dict[str, dict[str, None]] = defaultdict(dict)
        people: dict[str, set[Address]] = defaultdict(set)
        for thread, message_id, subject in self._connection.execute(called.order_by(_MESSAGE.c.at, _MESSAGE.c.key)):
            ids[thread].add(message_id)
            subjects[thread][subject] = None
        for thread, message_id in self._connection.execute(also):
            ids[thread].add(message_id)
        for thread, email, name in self._connection.execute(
            named.order_by(_PERSON.c.email, _PERSON.c.name.desc().nulls_last())
        ):
            people[thread].add(Address(email, name))
        for thread in sorted(ids):
            yield ThreadFacts(thread, frozenset(ids[thread]), frozenset(people[thread]), tuple(subjects[thread]))


@dataclass(slots=True)
class _Tally:
    """Counts of one thread while its rows go by."""

    first: Any = None
    last: Any = None
    subjects: dict[str, None] = field(default_factory=dict)
    count: int = 0
    automatic: int = 0
    listed: int = 0
    addresses: dict[str, Address] = field(default_factory=dict)
    received: dict[str, int] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)
    machine: dict[str, int] = field(default_factory=dict)

    def take(self, people: list[Any], us: Us) -> None:
        """Count one message; its rows name its people."""
        head = people[0]
        self.first, self.last = self.first or head, head
        self.subjects[head.subject] = None
        self.count += 1
        self.automatic += head.automatic is not None
        self.listed += head.automatic in _LISTED
        named = {(row.field, row.email): Address(row.email, row.name) for row in people if row.email is not None}
        for address in named.values():
            known = self.addresses.get(address.email)
            if address not in us and (known is None or known.name is None):
                self.addresses[address.email] = address
        senders = [address for (where, _), address in named.items() if where == "from"]
        ours = any(address in us for address in senders)
        if ours:
            recipients = {email for where, email in named if where in ("to", "cc", "bcc")}
            _count(self.sent, recipients)
        else:
            _count(self.machine if head.automatic else self.received, {a.email for a in senders})

    def summary(self) -> ThreadSummary:
        return ThreadSummary(
            thread=self.first.thread,
            message_id=self.first.message_id,
            subjects=tuple(self.subjects),
            correspondents=tuple(
                Correspondent(address, self.received.get(email, 0), self.sent.get(email, 0), self.machine.get(email, 0))
                for email, address in sorted(self.addresses.items())
            ),
            first=_at(self.first),
            last=_at(self.last),
            count=self.count,
            automatic=self.automatic,
            listed=self.listed,
        )


def _summary(rows: Iterable[Any], us: Us) -> ThreadSummary:
    tally = _Tally()
    for _, people in groupby(rows, key=lambda row: row.key):
        tally.take(list(people), us)
    return tally.summary()


def _count(counts: dict[str, int], emails: Iterable[str]) -> None:
    for email in emails:
        counts[email] = counts.get(email, 0) + 1


def _at(row: Any) -> datetime:
    return instant(row.at, row.offset)
