"""Which conversation a Message-ID belongs to, and which conversations touch somebody."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Final

from sqlalchemy import ColumnElement, Connection, FromClause, and_, or_, select, update

from assistant.store.columns import micros
from assistant.store.mirror import tables
from assistant.store.mirror.rows import clean
from assistant.store.mirror.rows import site as site_of
from assistant.store.mirror.sql import chunks, driver_sql, insert_many, rows_in

_MESSAGE, _PERSON, _THREAD_ID = tables.message, tables.person, tables.thread_id

_CANDIDATES: Final = 50
_AT_ONCE: Final = 100
_EVER: Final = 2**62
_SIMILAR: Final = """
WITH asked (n, subject_key, since, until) AS (VALUES {asked})
SELECT asked.n, near.key, near.thread, person.email
FROM asked
JOIN {message} AS near ON near.key IN (
    SELECT key FROM {message} AS here
    WHERE here.subject_key = asked.subject_key AND here.at >= asked.since AND here.at < asked.until
    ORDER BY here.at DESC, here.key DESC LIMIT {most})
JOIN {person} AS person ON person.key = near.key
ORDER BY asked.n, near.at DESC, near.key DESC
"""
"""Asked for every message without References, so many at once, and straight to the driver."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A message without References: its subject as the engine folds it, its people, and from when to when to look.

    `since` is included, `until` excluded.
    """

    subject_key: str
    people: Collection[str]
    since: datetime
    until: datetime | None = None


class Threads:
    """The part of the mirror that knows conversations."""

    _connection: Connection

    def threads_of(self, message_ids: Iterable[str]) -> dict[str, str]:
        """The thread of each Message-ID that was ever seen, be it only in somebody's References."""
        stored = {message_id: clean(message_id) for message_id in message_ids}
        named = f"SELECT message_id, thread FROM {_THREAD_ID.name} WHERE message_id IN"
        threads: dict[str, str] = dict(rows_in(self._connection, named, dict.fromkeys(stored.values())))
        return {message_id: threads[name] for message_id, name in stored.items() if name in threads}

    def name_threads(self, threads: Mapping[str, str]) -> None:
        """Message-ID to thread, also for messages that aren't here (yet); a later name counts."""
        insert_many(
            self._connection,
            _THREAD_ID,
            "message_id thread",
            [(clean(message_id), clean(thread)) for message_id, thread in threads.items()],
            "(message_id) DO UPDATE SET thread = excluded.thread",
        )

    def merge_threads(self, merged: Mapping[str, str]) -> None:
        """Everything in the threads on the left belongs to those on the right from now on."""
        merge_threads(self._connection, {clean(old): clean(new) for old, new in merged.items()})

    def similar_threads(self, asked: Sequence[Likeness], *, enough: int = 2) -> list[str | None]:
        """For each, the thread of the newest message with its subject that names `enough` of its people.

        For mail without References. Where only people outside are given, one is enough.
        """
        found: list[str | None] = [None] * len(asked)
        answerable = [n for n, like in enumerate(asked) if like.subject_key and len(like.people) >= enough]
        for some in chunks(answerable, _AT_ONCE):
            sql = _SIMILAR.format(
                asked=", ".join(["(?, ?, ?, ?)"] * len(some)),
                message=_MESSAGE.name,
                person=_PERSON.name,
                most=_CANDIDATES,
            )
            values = tuple(value for n in some for value in (n, *_sought(asked[n])))
            rows = self._connection.exec_driver_sql(driver_sql(self._connection, sql), values)
            for (n, _, thread), named in groupby(rows, key=itemgetter(0, 1, 2)):
                if found[n] is None and len({row[3] for row in named}.intersection(asked[n].people)) >= enough:
                    found[n] = thread
        return found

    def threads_touching(self, emails: Iterable[str] = (), domains: Iterable[str] = ()) -> set[str]:
        """Threads with a message from, to or in copy to one of the addresses, or anybody at the domains.

        A domain includes its subdomains.
        """
        found = select(_MESSAGE.c.thread).join(_PERSON, _PERSON.c.key == _MESSAGE.c.key).distinct()
        return {
            thread
            for condition in concerning(_PERSON, emails, domains)
            for thread in self._connection.scalars(found.where(condition))
        }


def _sought(like: Likeness) -> tuple[str, int, int]:
    return clean(like.subject_key), micros(like.since), micros(like.until) if like.until else _EVER


def merge_threads(connection: Connection, merged: Mapping[str, str]) -> None:
    """Rename threads; a chain of names (a to b, b to c) is followed to its end."""
    for old in merged:
        new = _last_name(old, merged)
        for table in (_MESSAGE, _THREAD_ID):
            connection.execute(update(table).where(table.c.thread == old).values(thread=new))


def _last_name(thread: str, merged: Mapping[str, str]) -> str:
    seen = {thread}
    while (following := merged.get(thread, thread)) not in seen:
        seen.add(following)
        thread = following
    return thread


def concerning(people: FromClause, emails: Iterable[str], domains: Iterable[str]) -> Iterable[ColumnElement[bool]]:
    """Conditions on a table of people (`email`, `site`), each small enough for one statement."""
    for chunk in chunks(sorted({email.lower() for email in emails})):
        yield people.c.email.in_(chunk)
    for site in sorted({site_of(domain.lower()) for domain in domains}):
        within = and_(people.c.site >= f"{site}.", people.c.site < f"{site}/")
        yield or_(people.c.site == site, within)
