"""The mirror of mailboxes and calendars: what can be thrown away and pulled again."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, Table, delete, func, select

from assistant.domain.mail import Problem
from assistant.store.mirror import rows, tables
from assistant.store.mirror.events import Events
from assistant.store.mirror.ingest import Ingest
from assistant.store.mirror.messages import Messages
from assistant.store.mirror.sql import insert_many
from assistant.store.mirror.summaries import Summaries
from assistant.store.mirror.threads import Threads
from assistant.store.values import Counts

_CURSOR, _PROBLEM = tables.cursor, tables.problem


class Mirror(Ingest, Messages, Threads, Summaries, Events):
    """The mirror, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def cursor(self, account: str, what: str) -> str | None:
        """Where the last pull of the account's "mail" or "calendar" ended; None: pull everything."""
        here = (_CURSOR.c.account == account) & (_CURSOR.c.what == what)
        return self._connection.scalar(select(_CURSOR.c.cursor).where(here))

    def set_cursor(self, account: str, what: str, cursor: str | None) -> None:
        """Remember where the pull ended; None forgets it."""
        here = (_CURSOR.c.account == account) & (_CURSOR.c.what == what)
        self._connection.execute(delete(_CURSOR).where(here))
        if cursor is not None:
            insert_many(self._connection, _CURSOR, "account what cursor", [(account, what, cursor)])

    def newest_keys(self) -> tuple[int, int]:
        """The keys of the message and of the event that came last: what comes later has greater ones."""
        message, event = tables.message.c.key, tables.event.c.key
        found = self._connection.execute(select(*(select(func.max(key)).scalar_subquery() for key in (message, event))))
        first, second = found.one()
        return first or 0, second or 0

    def threads_above(self, key: int) -> set[str]:
        """The threads of the messages that came after the one with this key."""
        later = select(tables.message.c.thread).where(tables.message.c.key > key).distinct()
        return set(self._connection.scalars(later))

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Keep what couldn't be read; the same problem once. File names may hold bytes that aren't UTF-8."""
        told = [(problem.account, rows.clean(problem.where), rows.clean(problem.why)) for problem in problems]
        insert_many(self._connection, _PROBLEM, "account where why", told, "DO NOTHING")

    def problems(self, account: str | None = None) -> list[Problem]:
        """What couldn't be read, by account and place."""
        told = select(_PROBLEM).order_by(_PROBLEM.c.account, _PROBLEM.c.where, _PROBLEM.c.why)
        if account is not None:
            told = told.where(_PROBLEM.c.account == account)
        return [Problem(**row) for row in self._connection.execute(told).mappings()]

    def counts(self) -> Counts:
        message, place = tables.message, tables.place
        return Counts(
            messages=self._count(message),
            places=self._count(place, place.c.key.is_not(None)),
            skipped=self._count(place, place.c.key.is_(None)),
            threads=self._connection.scalar(select(func.count(message.c.thread.distinct()))) or 0,
            automatic=self._count(message, message.c.automatic.is_not(None)),
            events=self._count(tables.event),
            problems=self._count(_PROBLEM),
        )

    def drop(self, account: str | None = None) -> None:
        """Forget everything of the account, or of all: the next pull starts anew."""
        place, event = tables.place, tables.event
        accounts = {account} if account is not None else self._accounts()
        for name in sorted(accounts):
            held = set(self._connection.scalars(select(place.c.key).where(place.c.account == name).distinct()))
            self._connection.execute(delete(place).where(place.c.account == name))
            self._settle(held - {None})
            for table in (event, _CURSOR, _PROBLEM):
                self._connection.execute(delete(table).where(table.c.account == name))
        if account is None:
            self._connection.execute(delete(tables.thread_id))

    def _accounts(self) -> set[str]:
        of_all = (tables.place, tables.event, _CURSOR, _PROBLEM)
        return {name for table in of_all for name in self._connection.scalars(select(table.c.account).distinct())}

    def _count(self, table: Table, condition: ColumnElement[bool] | None = None) -> int:
        counted = select(func.count()).select_from(table)
        if condition is not None:
            counted = counted.where(condition)
        return self._connection.scalar(counted) or 0
