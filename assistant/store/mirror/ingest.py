"""Messages into the mirror and out of it: one row a message, one place a copy."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, func, select, tuple_, update

from assistant.domain.mail import FolderRole, Message
from assistant.domain.reading import Automatic
from assistant.store.columns import instant, micros, offset_of
from assistant.store.mirror import rows, tables
from assistant.store.mirror.sql import chunks, insert_many, rows_in
from assistant.store.mirror.threads import merge_threads
from assistant.store.values import Incoming

_MESSAGE, _PLACE, _ALIAS = tables.message, tables.place, tables.alias

_PLACE_COLUMNS: Final = "account folder remote_id key role etag flags"
_SAME_PLACE: Final = (
    "(account, folder, remote_id) DO UPDATE SET key = excluded.key, role = excluded.role,"
    " etag = excluded.etag, flags = excluded.flags"
)
_MESSAGE_COLUMNS: Final = "key message_id digest addressed thread at offset role automatic subject subject_key"

_ALIKE: Final = f"SELECT key, message_id, digest, addressed FROM {_MESSAGE.name} WHERE digest IN"
_ALSO_CALLED: Final = (
    f"SELECT alias.message_id, alias.key, message.digest FROM {_ALIAS.name} AS alias"
    f" JOIN {_MESSAGE.name} AS message ON message.key = alias.key WHERE alias.message_id IN"
)
_KEPT_AT: Final = f"SELECT remote_id, key FROM {_PLACE.name} WHERE account = ? AND folder = ? AND remote_id IN"

Place = tuple[str, str, str]
"""Account, folder and remote id, as stored."""


@dataclass(frozen=True, slots=True)
class _Copy:
    """One incoming copy, made ready to be stored and compared."""

    message: Message
    envelope: bytes
    thread: str
    automatic: Automatic | None
    etag: str
    subject_key: str
    digest: bytes
    addressed: bytes
    place: Place

    @classmethod
    def of(cls, incoming: Incoming) -> "_Copy":
        message, envelope = rows.packed(incoming.message, incoming.automatic)
        return cls(
            message,
            envelope,
            rows.clean(incoming.thread),
            incoming.automatic,
            incoming.etag or message.etag,
            rows.clean(incoming.subject_key),
            rows.digest(message),
            rows.addressed(message),
            (message.account, rows.name_in(message.folder), rows.name_in(message.remote_id)),
        )

    def row(self, key: int, message_id: str, thread: str) -> tuple[object, ...]:
        message = self.message
        return (
            key,
            message_id,
            self.digest,
            self.addressed,
            thread,
            micros(message.date) if message.date else None,
            offset_of(message.date) if message.date else None,
            str(message.role),
            str(self.automatic.kind) if self.automatic else None,
            message.subject,
            self.subject_key,
        )


@dataclass(slots=True)
class _Held:
    """What the mirror knows of the messages in a batch, kept up to date while the batch is gone through."""

    next_key: int
    places: dict[Place, int | None] = field(default_factory=dict)
    by_id: dict[tuple[str, bytes], int] = field(default_factory=dict)
    by_digest: dict[tuple[bytes, bytes], int] = field(default_factory=dict)
    rank: dict[int, int] = field(default_factory=dict)
    thread: dict[int, str] = field(default_factory=dict)

    def know(self, key: int, message_id: str, digest: bytes, addressed: bytes) -> None:
        self.by_id.setdefault((message_id, digest), key)
        self.by_digest.setdefault((digest, addressed), key)

    def key_of(self, copy: _Copy) -> int | None:
        """The row that this copy belongs to: by Message-ID and digest, else by digest and recipients."""
        key = self.by_id.get((copy.message.message_id, copy.digest))
        if key is None and copy.message.date is not None:
            key = self.by_digest.get((copy.digest, copy.addressed))
        return key


@dataclass(slots=True)
class _Batch:
    """What a batch of copies changes: `content` of new and better-known messages, `fresh` with their first ids."""

    content: dict[int, _Copy] = field(default_factory=dict)
    fresh: dict[int, str] = field(default_factory=dict)
    aliases: list[tuple[str, int]] = field(default_factory=list)
    places: dict[Place, tuple[object, ...]] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    left: set[int] = field(default_factory=set)

    def take(self, copy: _Copy, held: _Held) -> None:
        key = held.key_of(copy)
        if key is None:
            key, held.next_key = held.next_key, held.next_key + 1
            self.fresh[key] = copy.message.message_id
            held.thread[key] = copy.thread
        elif (copy.message.message_id, copy.digest) not in held.by_id:
            self.aliases.append((copy.message.message_id, key))
        if copy.thread != held.thread[key]:
            self.merged[copy.thread] = held.thread[key]
        rank = rows.RANK[copy.message.role]
        if rank < held.rank.get(key, len(rows.RANK)):
            held.rank[key] = rank
            self.content[key] = copy
        held.know(key, copy.message.message_id, copy.digest, copy.addressed)
        self._put(copy, key, held)

    def _put(self, copy: _Copy, key: int, held: _Held) -> None:
        before = held.places.get(copy.place)
        if before is not None and before != key:
            self.left.add(before)
        held.places[copy.place] = key
        flags = rows.packed_flags(copy.message.flags)
        self.places[copy.place] = (*copy.place, key, str(copy.message.role), copy.etag, flags)


class Ingest:
    """The part of the mirror that takes messages in and lets them go."""

    _connection: Connection

    def add(self, incoming: Sequence[Incoming]) -> list[int]:
        """Keep the messages; the keys of those that are new or now say more, each once.

        The same Message-ID with the same sender, date, subject and text is one message in several places, and
        so is the same content to the same recipients under another Message-ID, which is kept as an alias.
        The same Message-ID with another content is another message. Adding again changes nothing.
        """
        copies = [_Copy.of(one) for one in incoming]
        held = self._held(copies)
        batch = _Batch()
        for copy in copies:
            batch.take(copy, held)
        self._write(batch, held)
        insert_many(self._connection, _PLACE, _PLACE_COLUMNS, batch.places.values(), _SAME_PLACE)
        insert_many(self._connection, _ALIAS, "message_id key", batch.aliases, "DO NOTHING")
        named = {copy.message.message_id: copy.thread for copy in copies}
        insert_many(self._connection, tables.thread_id, "message_id thread", named.items(), "(message_id) DO NOTHING")
        merge_threads(self._connection, batch.merged)
        self._settle(batch.left)
        return sorted(batch.content)

    def skip(self, account: str, places: Iterable[tuple[str, str, str]]) -> None:
        """Remember (folder, remote id, etag) of copies that are kept out on purpose: known, and never stored."""
        out = [(rows.name_in(folder), rows.name_in(remote_id), etag) for folder, remote_id, etag in places]
        gone = self._forget(account, [(folder, remote_id) for folder, remote_id, _ in out])
        nothing = (None, str(FolderRole.OTHER))
        known = ((account, folder, remote_id, *nothing, etag, "") for folder, remote_id, etag in out)
        insert_many(self._connection, _PLACE, _PLACE_COLUMNS, known, _SAME_PLACE)
        self._settle(gone)

    def remove(self, account: str, places: Iterable[tuple[str, str]]) -> set[str]:
        """Forget the copies at (folder, remote id); a message without a place goes. The threads concerned."""
        keys = self._forget(account, [(rows.name_in(folder), rows.name_in(remote_id)) for folder, remote_id in places])
        threads = self._threads_by_key(keys)
        self._settle(keys)
        return threads

    def newest(self, until: datetime) -> datetime | None:
        """When the newest message up to then was sent."""
        newest = self._connection.scalar(select(func.max(_MESSAGE.c.at)).where(_MESSAGE.c.at <= micros(until)))
        return instant(newest, 0) if newest is not None else None

    def forget_before(self, moment: datetime) -> int:
        """Forget the messages that are older: their places stay known, so that they aren't pulled again. How many."""
        old = list(self._connection.scalars(select(_MESSAGE.c.key).where(_MESSAGE.c.at < micros(moment))))
        kept_out = {"key": None, "role": str(FolderRole.OTHER), "flags": ""}
        for chunk in chunks(old):
            self._connection.execute(update(_PLACE).where(_PLACE.c.key.in_(chunk)).values(kept_out))
            self._connection.execute(delete(_MESSAGE).where(_MESSAGE.c.key.in_(chunk)))
        return len(old)

    def set_flags(self, account: str, flagged: Iterable[tuple[str, str, str, frozenset[str]]]) -> None:
        """New etags and flags of the copies at (folder, remote id)."""
        here = (
            (_PLACE.c.account == account)
            & (_PLACE.c.folder == bindparam("in_folder"))
            & (_PLACE.c.remote_id == bindparam("with_id"))
        )
        values = [
            {
                "in_folder": rows.name_in(folder),
                "with_id": rows.name_in(remote_id),
                "etag": etag,
                "flags": rows.packed_flags(flags),
            }
            for folder, remote_id, etag, flags in flagged
        ]
        if values:
            self._connection.execute(update(_PLACE).where(here), values)

    def known(self, account: str, folder: str) -> dict[str, str]:
        """The remote ids that are held of the folder, or kept out of it, each with its etag."""
        held = select(_PLACE.c.remote_id, _PLACE.c.etag).where(
            _PLACE.c.account == account, _PLACE.c.folder == rows.name_in(folder)
        )
        return {rows.name_out(remote_id): etag for remote_id, etag in self._connection.execute(held)}

    def _held(self, copies: Sequence[_Copy]) -> _Held:
        held = _Held(next_key=(self._connection.scalar(select(func.max(_MESSAGE.c.key))) or 0) + 1)
        alike = rows_in(self._connection, _ALIKE, dict.fromkeys(copy.digest for copy in copies))
        for key, message_id, digest, addressed in sorted(alike):
            held.know(key, message_id, digest, addressed)
        ids = dict.fromkeys(copy.message.message_id for copy in copies)
        for message_id, key, digest in rows_in(self._connection, _ALSO_CALLED, ids):
            held.by_id.setdefault((message_id, digest), key)
        folders: dict[tuple[str, str], list[str]] = {}
        for account, folder, remote_id in (copy.place for copy in copies):
            folders.setdefault((account, folder), []).append(remote_id)
        for (account, folder), remote_ids in folders.items():
            for remote_id, key in rows_in(self._connection, _KEPT_AT, remote_ids, first=(account, folder)):
                held.places[account, folder, remote_id] = key
        ranks = select(_MESSAGE.c.key, _MESSAGE.c.role, _MESSAGE.c.thread)
        for keys in chunks({*held.by_id.values(), *held.by_digest.values()}):
            for key, role, thread in self._connection.execute(ranks.where(_MESSAGE.c.key.in_(keys))):
                held.rank[key], held.thread[key] = rows.RANK[FolderRole(role)], thread
        return held

    def _write(self, batch: _Batch, held: _Held) -> None:
        """Insert new messages; of the others, take the better copy's content in the old one's stead."""
        better = sorted(batch.content.keys() - batch.fresh.keys())
        for keys in chunks(better):
            for table in (tables.body, tables.person, tables.reading):
                self._connection.execute(delete(table).where(table.c.key.in_(keys)))
        for key in better:
            copy = batch.content[key]
            says = {"role": copy.message.role, "automatic": copy.automatic.kind if copy.automatic else None}
            self._connection.execute(update(_MESSAGE).where(_MESSAGE.c.key == key).values(says))
        content = sorted(batch.content.items())
        new = (copy.row(key, batch.fresh[key], held.thread[key]) for key, copy in content if key in batch.fresh)
        insert_many(self._connection, _MESSAGE, _MESSAGE_COLUMNS, new)
        bodies = ((key, copy.envelope, copy.message.text) for key, copy in content)
        insert_many(self._connection, tables.body, "key envelope text", bodies)
        people = (
            (key, named, address.email, rows.site(address.domain), address.name)
            for key, copy in content
            for named, address in rows.people_of(copy.message)
        )
        insert_many(self._connection, tables.person, "key field email site name", people)

    def _forget(self, account: str, places: Sequence[tuple[str, str]]) -> set[int]:
        """Delete these places, named as stored; the messages that they held."""
        where = tuple_(_PLACE.c.account, _PLACE.c.folder, _PLACE.c.remote_id)
        keys: set[int] = set()
        for chunk in chunks((account, *place) for place in places):
            held = self._connection.scalars(select(_PLACE.c.key).where(where.in_(chunk)))
            keys.update(key for key in held if key is not None)
            self._connection.execute(delete(_PLACE).where(where.in_(chunk)))
        return keys

    def _settle(self, keys: Iterable[int]) -> None:
        """Of messages that lost a place: delete those without any, and give the others their best copy's role."""
        for chunk in chunks(sorted(keys)):
            left: dict[int, FolderRole] = {}
            for key, role in self._connection.execute(
                select(_PLACE.c.key, _PLACE.c.role).where(_PLACE.c.key.in_(chunk))
            ):
                best = left.setdefault(key, FolderRole(role))
                left[key] = min(best, FolderRole(role), key=rows.RANK.__getitem__)
            if left:
                roles = [{"of": key, "role": str(role)} for key, role in left.items()]
                self._connection.execute(update(_MESSAGE).where(_MESSAGE.c.key == bindparam("of")), roles)
            orphans = [key for key in chunk if key not in left]
            self._connection.execute(delete(_MESSAGE).where(_MESSAGE.c.key.in_(orphans)))

    def _threads_by_key(self, keys: Iterable[int]) -> set[str]:
        return {
            thread
            for chunk in chunks(sorted(keys))
            for thread in self._connection.scalars(select(_MESSAGE.c.thread).where(_MESSAGE.c.key.in_(chunk)))
        }
