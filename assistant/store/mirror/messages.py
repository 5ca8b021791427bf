"""Messages out of the mirror, and what was read in them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select, true

from assistant.domain.mail import Address, FolderRole, Message
from assistant.domain.reading import MirroredMessage, Reading
from assistant.store.columns import instant, micros
from assistant.store.mirror import rows, tables
from assistant.store.mirror.sql import chunks, insert_many

_MESSAGE, _BODY, _PLACE, _PERSON, _READING = (
    tables.message,
    tables.body,
    tables.place,
    tables.person,
    tables.reading,
)
_UNSENT: Final = (FolderRole.DRAFTS, FolderRole.JUNK, FolderRole.TRASH)
_TO_SOMEBODY: Final = ("to", "cc", "bcc")
_DECODER: Final = msgspec.json.Decoder(Reading)


class Messages:
    """The part of the mirror that gives messages and readings back."""

    _connection: Connection

    def messages(
        self,
        *,
        keys: Collection[int] = (),
        threads: Collection[str] = (),
        message_ids: Collection[str] = (),
        until: datetime | None = None,
    ) -> list[MirroredMessage]:
        """Messages with one of these keys, in one of these threads or of one of these Message-IDs (or aliases); those
        dated before `until`, and undated ones, where one is given.

        By date, then by key; those without a date come first.
        """
        found: dict[int, Any] = {}
        before = or_(_MESSAGE.c.at.is_(None), _MESSAGE.c.at < micros(until)) if until is not None else true()
        for condition in self._naming(keys, threads, message_ids):
            found |= {row.key: row for row in self._rows(and_(condition, before))}
        places = self._best_places(found)
        ordered = sorted(found.values(), key=lambda row: (row.at is not None, row.at or 0, row.key))
        return [_mirrored(row, places[row.key]) for row in ordered]

    def accounts_of(self, message_id: str) -> list[str]:
        """The accounts in which copies of the message with this Message-ID lie, the one that says most first."""
        keys = [each.key for each in self.messages(message_ids=[message_id])][:1]
        places = self._connection.execute(select(_PLACE).where(_PLACE.c.key.in_(keys)))
        return list(dict.fromkeys(place.account for place in sorted(places, key=_precedence)))

    def sent_by(self, emails: Collection[str], limit: int) -> list[MirroredMessage]:
        """The newest mails that these addresses wrote and sent, the newest first; for learning a voice."""
        newest = _sent_by(emails).order_by(_MESSAGE.c.at.desc(), _MESSAGE.c.key.desc()).limit(limit)
        return self.messages(keys=list(self._connection.scalars(newest)))[::-1]

    def sent_between(self, emails: Collection[str], since: datetime, until: datetime) -> list[int]:
        """The keys of the mails that these addresses wrote and sent in [since, until), the oldest first."""
        within = (_MESSAGE.c.at >= micros(since), _MESSAGE.c.at < micros(until))
        oldest = _sent_by(emails).where(*within).order_by(_MESSAGE.c.at, _MESSAGE.c.key)
        return list(self._connection.scalars(oldest))

    def writers_of(self, message_ids: Iterable[str]) -> list[tuple[str, Address]]:
        """Who wrote the messages with these Message-IDs, of those that are here."""
        wrote = (
            select(_MESSAGE.c.message_id, _PERSON.c.email)
            .join(_PERSON, _PERSON.c.key == _MESSAGE.c.key)
            .where(_PERSON.c.field == "from")
        )
        return [
            (message_id, Address(email))
            for chunk in chunks(sorted(map(rows.clean, message_ids)))
            for message_id, email in self._connection.execute(wrote.where(_MESSAGE.c.message_id.in_(chunk)))
        ]

    def written_to(self, emails: Collection[str], since: datetime) -> dict[str, int]:
        """How many mails went out to each of these people since then, from the rep's Sent folders."""
        written = dict.fromkeys((email.lower() for email in emails), 0)
        sent = (
            select(_PERSON.c.email, func.count(_PERSON.c.key.distinct()))
            .join(_MESSAGE, _PERSON.c.key == _MESSAGE.c.key)
            .where(
                _PERSON.c.field.in_(_TO_SOMEBODY),
                _MESSAGE.c.role == FolderRole.SENT,
                _MESSAGE.c.automatic.is_(None),
                _MESSAGE.c.at >= micros(since),
            )
            .group_by(_PERSON.c.email)
        )
        for chunk in chunks(sorted(written)):
            for email, count in self._connection.execute(sent.where(_PERSON.c.email.in_(chunk))):
                written[email] = count
        return written

    def person_last_written(self, email: str, since: datetime) -> int:
        """How many mails went out to this person since then."""
        return self.written_to([email], since)[email.lower()]

    def readings(self, keys: Iterable[int], version: int) -> dict[int, Reading]:
        """What was read in these messages by this version of the reader; by another one, it isn't there."""
        kept = select(_READING.c.key, _READING.c.reading).where(_READING.c.version == version)
        return {
            key: _DECODER.decode(packed)
            for chunk in chunks(dict.fromkeys(keys))
            for key, packed in self._connection.execute(kept.where(_READING.c.key.in_(chunk)))
        }

    def keep_readings(self, readings: Mapping[int, Reading], version: int) -> None:
        """Keep what was read; an older reading of the same message goes."""
        packed = ((key, version, msgspec.json.encode(reading)) for key, reading in readings.items())
        same = "(key) DO UPDATE SET version = excluded.version, reading = excluded.reading"
        insert_many(self._connection, _READING, "key version reading", packed, same)

    def _naming(
        self, keys: Collection[int], threads: Collection[str], message_ids: Collection[str]
    ) -> Iterator[ColumnElement[bool]]:
        for some in chunks(dict.fromkeys(keys)):
            yield _MESSAGE.c.key.in_(some)
        for named in chunks(dict.fromkeys(threads)):
            yield _MESSAGE.c.thread.in_(named)
        for ids in chunks(dict.fromkeys(map(rows.clean, message_ids))):
            other = select(tables.alias.c.key).where(tables.alias.c.message_id.in_(ids))
            yield or_(_MESSAGE.c.message_id.in_(ids), _MESSAGE.c.key.in_(other))

    def _rows(self, condition: ColumnElement[bool]) -> Iterable[Any]:
        columns = select(
            _MESSAGE.c.key,
            _MESSAGE.c.message_id,
            _MESSAGE.c.thread,
            _MESSAGE.c.at,
            _MESSAGE.c.offset,
            _MESSAGE.c.subject,
            _BODY.c.envelope,
            _BODY.c.text,
        )
        return self._connection.execute(columns.join(_BODY, _BODY.c.key == _MESSAGE.c.key).where(condition))

    def _best_places(self, keys: Iterable[int]) -> dict[int, Any]:
        """The copy that says most about our side, of each message."""
        best: dict[int, Any] = {}
        for chunk in chunks(keys):
            for row in self._connection.execute(select(_PLACE).where(_PLACE.c.key.in_(chunk))):
                if row.key not in best or _precedence(row) < _precedence(best[row.key]):
                    best[row.key] = row
        return best


def _sent_by(emails: Collection[str]) -> Select[tuple[int]]:
    """Keys of the mails that these addresses wrote and sent: no automatic ones, no drafts, nothing thrown away."""
    return (
        select(_MESSAGE.c.key)
        .join(_PERSON, _PERSON.c.key == _MESSAGE.c.key)
        .where(
            _PERSON.c.field == "from",
            _PERSON.c.email.in_([email.lower() for email in emails]),
            _MESSAGE.c.automatic.is_(None),
            _MESSAGE.c.role.not_in(_UNSENT),
            _MESSAGE.c.at.is_not(None),
        )
    )


def _precedence(place: Any) -> tuple[int, str, str, str]:
    return (rows.RANK[FolderRole(place.role)], place.account, place.folder, place.remote_id)


def _mirrored(row: Any, place: Any) -> MirroredMessage:
    key, message_id, thread, at, offset, subject, packed, text = row  # by place: by name costs as much as all the rest
    envelope = rows.opened(packed)
    message = Message(
        account=place.account,
        folder=rows.name_out(place.folder),
        remote_id=rows.name_out(place.remote_id),
        role=FolderRole(place.role),
        message_id=message_id,
        date=instant(at, offset) if at is not None else None,
        sender=envelope.sender,
        to=envelope.to,
        cc=envelope.cc,
        bcc=envelope.bcc,
        reply_to=envelope.reply_to,
        subject=subject,
        in_reply_to=envelope.in_reply_to,
        references=envelope.references,
        text=text,
        html=envelope.html,
        opaque=envelope.opaque,
        headers=envelope.headers,
        attachments=envelope.attachments,
        calendar=envelope.calendar,
        flags=rows.unpacked_flags(place.flags),
        size=envelope.size,
        etag=place.etag,
        problems=envelope.problems,
    )
    return MirroredMessage(key, thread, message, envelope.automatic)
