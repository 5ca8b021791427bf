"""Messages and events as rows: what is packed, what is kept beside it for search, and what is made storable."""

import hashlib
import re
from dataclasses import fields, is_dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any, Final, TypeVar

import msgspec

from assistant.domain.calendar import Attendee, Event, EventStatus
from assistant.domain.mail import Address, Attachment, FolderRole, Message
from assistant.domain.reading import Automatic
from assistant.store.columns import instant, micros

TEXT_LIMIT: Final = 200_000
"""Characters of a text that are kept."""

CALENDAR_LIMIT: Final = 10_000
"""Characters of a calendar part that are kept: when and what it moves stands at its beginning."""

T = TypeVar("T")

_SURROGATE: Final = re.compile("[\ud800-\udfff]")

_BEST_FIRST: Final = (
    FolderRole.SENT,
    FolderRole.INBOX,
    FolderRole.ARCHIVE,
    FolderRole.OTHER,
    FolderRole.DRAFTS,
    FolderRole.JUNK,
    FolderRole.TRASH,
)
RANK: Final = {role: rank for rank, role in enumerate(_BEST_FIRST)}
"""Which copy of a message says most about our side: the smallest."""


class Envelope(msgspec.Struct, array_like=True, frozen=True):
    """All of a message that no query asks for, and the classification that came with it."""

    sender: Address | None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    bcc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    html: bool
    opaque: bool
    headers: tuple[tuple[str, str], ...]
    attachments: tuple[Attachment, ...]
    calendar: tuple[str, ...]
    size: int
    problems: tuple[str, ...]
    automatic: Automatic | None


class Details(msgspec.Struct, array_like=True, frozen=True):
    """All of an event that no query asks for."""

    summary: str
    description: str
    location: str
    all_day: bool
    status: EventStatus
    free: bool
    private: bool
    organizer: Address | None
    attendees: tuple[Attendee, ...]


_ENCODER: Final = msgspec.json.Encoder()
_ENVELOPE: Final = msgspec.json.Decoder(Envelope)
_DETAILS: Final = msgspec.json.Decoder(Details)


def packed(message: Message, automatic: Automatic | None) -> tuple[Message, bytes]:
    """The message as it's kept, and its envelope.

    The text is capped, and lone surrogates, which broken encodings leave behind, become U+FFFD.
    """
    if len(message.text) > TEXT_LIMIT:
        message = replace(message, text=message.text[:TEXT_LIMIT])
    try:
        f"{message.text}{message.subject}{message.message_id}".encode()
        return message, _envelope(message, automatic)
    except UnicodeEncodeError:
        message = _mended(replace(message, report=""), but=("folder", "remote_id"))
        return message, _envelope(message, _mended(automatic))


def _envelope(message: Message, automatic: Automatic | None) -> bytes:
    return _ENCODER.encode(
        Envelope(
            message.sender,
            message.to,
            message.cc,
            message.bcc,
            message.reply_to,
            message.in_reply_to,
            message.references,
            message.html,
            message.opaque,
            message.headers,
            message.attachments,
            tuple(part[:CALENDAR_LIMIT] for part in message.calendar),
            message.size,
            message.problems,
            automatic,
        )
    )


def opened(packed: bytes) -> Envelope:
    return _ENVELOPE.decode(packed)


def digest(message: Message) -> bytes:
    """The same for all copies of one message, whatever Message-ID a mail program gave them.

    Two bounces of one second say the same in their text: what they report tells them apart.
    """
    parts = (
        message.sender.email if message.sender else "",
        str(micros(message.date)) if message.date else "",
        message.subject.strip(),
        message.text.strip(),
        message.report.strip(),
    )
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).digest()


def addressed(message: Message) -> bytes:
    """The recipients that every copy names; the Bcc is on the sender's copy alone."""
    emails = sorted({address.email for address in (*message.to, *message.cc)})
    return hashlib.blake2b("\0".join(emails).encode(), digest_size=16).digest()


def people_of(message: Message) -> list[tuple[str, Address]]:
    """Everyone named, with the field that names them, each once a field."""
    named = {
        (field, address.email): address
        for field, addresses in (
            ("from", (message.sender,) if message.sender else ()),
            ("to", message.to),
            ("cc", message.cc),
            ("bcc", message.bcc),
            ("reply-to", message.reply_to),
        )
        for address in addresses
    }
    return [(field, address) for (field, _), address in named.items()]


@cache
def site(domain: str) -> str:
    """The domain with its labels reversed."""
    return ".".join(reversed(domain.split(".")))


def packed_flags(flags: frozenset[str]) -> str:
    return _ENCODER.encode(sorted(flags)).decode() if flags else ""


def unpacked_flags(packed: str) -> frozenset[str]:
    return msgspec.json.decode(packed, type=frozenset[str]) if packed else frozenset()


def clean(text: str) -> str:
    """The text without lone surrogates, which no database takes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


def name_in(name: str) -> str:
    """A folder or remote id as text that every database takes: file names may hold bytes that aren't UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return "\x01" + name.encode("utf-8", "surrogatepass").hex()
    return name


def name_out(stored: str) -> str:
    """The folder or remote id back, exactly as it was."""
    if stored.startswith("\x01"):
        return bytes.fromhex(stored[1:]).decode("utf-8", "surrogatepass")
    return stored


def details(event: Event) -> bytes:
    """What is kept of an event beside its times; of a private one, only that the time is taken."""
    if event.private:
        return _ENCODER.encode(Details("", "", "", event.all_day, event.status, event.free, True, None, ()))
    return _ENCODER.encode(
        Details(
            event.summary[:TEXT_LIMIT],
            event.description[:TEXT_LIMIT],
            event.location[:TEXT_LIMIT],
            event.all_day,
            event.status,
            event.free,
            False,
            event.organizer,
            event.attendees,
        )
    )


def kept(event: Event) -> Event:
    """The event without lone surrogates."""
    try:
        _ENCODER.encode(replace(event, calendar="", remote_id=""))
    except UnicodeEncodeError:
        return _mended(event, but=("calendar", "remote_id"))
    return event


def event_of(row: Any) -> Event:
    """The event back from its row."""
    rest = _DETAILS.decode(row.details)
    return Event(
        account=row.account,
        calendar=name_out(row.calendar),
        remote_id=name_out(row.remote_id),
        uid=row.uid,
        start=instant(row.start_at, row.start_offset),
        end=instant(row.end_at, row.end_offset),
        recurrence_id=row.recurrence_id,
        sequence=row.sequence,
        summary=rest.summary,
        description=rest.description,
        location=rest.location,
        all_day=rest.all_day,
        status=rest.status,
        free=rest.free,
        private=rest.private,
        organizer=rest.organizer,
        attendees=rest.attendees,
    )


def _mended(value: T, but: tuple[str, ...] = ()) -> T:
    """The value with every string in it encodable, except in the fields that `but` names."""
    mended: T = _mend(value, but)
    return mended


def _mend(value: Any, but: tuple[str, ...] = ()) -> Any:
    if isinstance(value, StrEnum):
        return value
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, tuple | frozenset):
        return type(value)(_mend(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        names = (f.name for f in fields(value) if f.name not in but)
        return replace(value, **{name: _mend(getattr(value, name)) for name in names})
    return value
