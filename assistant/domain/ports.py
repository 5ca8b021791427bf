"""The edge of the house: what a mail or calendar system must be able to do, and the words for it.

**Account**: one mailbox or calendar of the rep, by its name in the configuration.
**Remote id**: what the system itself calls a message, draft or event; meaningful only in (account, folder).
**Message-ID**: the field of RFC 5322 section 3.6.4, the same everywhere, written by the sender: a hint, not a key.
**Cursor**: an opaque string that a pull hands out and takes back; it means "everything before this is known".
An expired cursor is an event, not a failure: the port raises `CursorExpired` and the caller pulls anew with None.
**Key**: our own deterministic name of an effect, kept in the header X-Nextmove-Key, by which it is found again.

**UID**: the name of a meeting for its whole life, the same in everybody's calendar (RFC 5545 section 3.8.4.7).

Reading, drafting, scheduling and sending are separate ports: without the permission the object doesn't exist.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from assistant.domain.calendar import Event
from assistant.domain.draft import ClearedText
from assistant.domain.mail import Address, Message, Problem

Cursor = str
"""Opaque to everyone but the port that made it."""

Known = Callable[[str], Mapping[str, str]]
"""Given a folder (or a calendar), the remote ids that the caller holds of it, each with its etag ("" if none)."""


class CursorExpired(Exception):  # noqa: N818 - it's an event, not an error
    """The system no longer knows this cursor: pull everything again with None; nothing may come out twice."""


@dataclass(frozen=True, slots=True)
class MailBatch:
    """A part of a pull. `cursor` resumes after this batch. `gone` are (folder, remote id) that are no longer there.

    `flagged` are (folder, remote id, etag, flags) of messages that the caller holds and whose flags changed.
    `total` is how many messages the whole pull will bring, where that's known; `problems` are what couldn't be
    read, with why: they count as seen, so that they are reported once.
    """

    messages: tuple[Message, ...]
    cursor: Cursor
    gone: tuple[tuple[str, str], ...] = ()
    flagged: tuple[tuple[str, str, str, frozenset[str]], ...] = ()
    problems: tuple[Problem, ...] = ()
    total: int | None = None


class Mailbox(Protocol):
    """Reads mail. Never changes anything, not even the seen flag."""

    @property
    def account(self) -> str: ...

    def pull(self, cursor: Cursor | None, known: Known) -> Iterator[MailBatch]:
        """Everything since the cursor (None: everything), in a stable order, in batches of at most 500.

        The last batch's cursor, given back with nothing changed, yields no batch with content, cheaply.
        A resumed pull brings nothing twice that `known` holds. A message that can't be read is a problem in its
        batch and never ends the pull. Raises `CursorExpired`, or `ProviderError` if the system can't be reached.
        """
        ...


@dataclass(frozen=True, slots=True)
class EventBatch:
    """A part of a calendar pull: whole replacement of the named objects.

    `replaced` are (calendar, remote id) whose instances are replaced by those in `events` (or gone, if none is).
    """

    events: tuple[Event, ...]
    cursor: Cursor
    replaced: tuple[tuple[str, str], ...] = ()
    problems: tuple[Problem, ...] = ()


class Calendar(Protocol):
    """Reads events, expanded into instances inside a window."""

    @property
    def account(self) -> str: ...

    def pull(self, cursor: Cursor | None, window: tuple[datetime, datetime]) -> Iterator[EventBatch]:
        """All instances that overlap the window [start, end) of the objects that changed since the cursor.

        The cursor remembers the window: a recurring event is expanded again when the window's end has moved
        past what was expanded. Raises `CursorExpired` and `ProviderError` as `Mailbox.pull` does.
        """
        ...


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG that the page of a message shows where it says `cid:` and this `name` (RFC 2392)."""

    name: str
    png: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A message to file. Subject and body are cleared by the guard; the type is the proof.

    `key` goes into the header X-Nextmove-Key, and `message_id` is deterministic for it. `page` is a whole HTML document
    that says the same as the body; a mail without one is a letter, and the system makes its HTML of the body.
    """

    key: str
    message_id: str
    sender: Address
    to: tuple[Address, ...]
    subject: ClearedText
    body: ClearedText
    date: datetime
    cc: tuple[Address, ...] = ()
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    page: ClearedText | None = None
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class FiledDraft:
    """A draft as it lies in the mailbox now: what it says and to whom, so that an edit by the rep is seen.

    `body` is without the history that the system put below it. `thread` is what the system calls its conversation,
    or "". `etag` is another one after each edit, also of what isn't in the words; "" where the system has none.
    """

    folder: str
    remote_id: str
    message_id: str
    subject: str
    body: str
    recipients: tuple[Address, ...] = ()
    thread: str = ""
    etag: str = ""


class Withdrawal(StrEnum):
    """What became of a withdrawal."""

    WITHDRAWN = "withdrawn"
    EDITED = "edited"
    """The rep has changed it: it's theirs now and was left alone."""
    GONE = "gone"
    """It was not there any more: sent or deleted by hand."""


class DraftChanged(Exception):  # noqa: N818 - it's an event, not an error
    """The draft isn't as it was filed any more, or isn't there: nothing was done to it."""


class Outbox(Protocol):
    """Files drafts where the rep's own mail program sees them. It can't send."""

    @property
    def account(self) -> str: ...

    def file(self, mail: OutgoingMail) -> FiledDraft:
        """Place the draft, once: a draft with this key that is already there is returned as it is."""
        ...

    def find(self, key: str) -> FiledDraft | None:
        """The draft with this key, as it is now; None where it is not there (any more)."""
        ...

    def withdraw(self, key: str, filed: FiledDraft) -> Withdrawal:
        """Remove the draft with this key, unless its subject, body or recipients differ from `filed`."""
        ...

    def replace(self, key: str, filed: FiledDraft, mail: OutgoingMail) -> FiledDraft:
        """Put `mail`, with a key of its own, in the place of the draft with this key; done before, it's returned.

        Raises `DraftChanged` where the draft isn't as `filed` any more, or isn't there: it's left as it is then. Cut
        off in between, it leaves the one or the other, or both side by side until the old one is withdrawn.
        """
        ...


@dataclass(frozen=True, slots=True)
class OutgoingEvent:
    """An event of ours for the rep's calendar, with the people whom it invites; the guard has cleared its texts.

    Without `required` and `optional` people it's a private hold: opaque, CLASS:PRIVATE, and nobody is told.
    `start` and `end` are aware, with a zone that has an IANA name; `stamp` is its DTSTAMP. `key` names the effect.
    Of a cancellation, `description` is the note to the people.
    """

    key: str
    uid: str
    sequence: int
    organizer: Address
    title: ClearedText
    description: ClearedText
    start: datetime
    end: datetime
    stamp: datetime
    required: tuple[Address, ...] = ()
    optional: tuple[Address, ...] = ()
    where: ClearedText | None = None

    @property
    def people(self) -> tuple[Address, ...]:
        """Everybody whom it invites."""
        return (*self.required, *self.optional)


@dataclass(frozen=True, slots=True)
class PlacedEvent:
    """An event as it lies in the calendar now. `etag` changes with every change of it, whoever makes it.

    It isn't `told` while the mail that first invites its people lies unsent among the drafts: nobody has heard of it.
    """

    calendar: str
    remote_id: str
    uid: str
    sequence: int
    etag: str
    cancelled: bool = False
    told: bool = field(default=True, compare=False)


class EventChanged(Exception):  # noqa: N818 - it's an event, not an error
    """Somebody has changed the event since it was last looked at: it was left as it is."""


class Scheduling(Protocol):
    """Places our events in the rep's calendar, changes and cancels them, and tells the people invited (RFC 5546)."""

    @property
    def account(self) -> str: ...

    def place(self, event: OutgoingEvent) -> PlacedEvent:
        """Place the event and invite its people, once: one with its UID that is there already is returned as it is."""
        ...

    def find(self, uid: str) -> PlacedEvent | None:
        """The event of this UID as it is now; None where it is not there (any more)."""
        ...

    def change(self, event: OutgoingEvent, placed: PlacedEvent) -> PlacedEvent:
        """Put `event` in the place of `placed` and tell its people; done before (its SEQUENCE is there), it's returned.

        Raises `EventChanged` where the event is no longer as `placed` says, or isn't there.
        """
        ...

    def cancel(self, event: OutgoingEvent, placed: PlacedEvent) -> PlacedEvent | None:
        """Cancel the event and tell its people why, in the words of `event.description`; a hold is taken out.

        So is an event of which nobody was told, with the mail that would have told them, and, without a word, one whose
        people `event` doesn't name. Returns it as it is then; None where it isn't there any more. Raises `EventChanged`
        as `change` does.
        """
        ...


Interval = tuple[datetime, datetime]
"""A time from its start, included, to its end, excluded; both are aware."""


class FreeBusy(Protocol):
    """Tells when other people are taken (VFREEBUSY, RFC 5545 section 3.6.4), as far as their server lets us know."""

    @property
    def account(self) -> str: ...

    def busy(self, emails: Collection[str], window: Interval) -> Mapping[str, tuple[Interval, ...]]:
        """By address, the times in the window at which the person is taken, in order; who isn't named isn't known.

        Raises `ProviderError` if the system can't be reached.
        """
        ...


class ThreadMoved(Exception):  # noqa: N818 - it's an event, not an error
    """Somebody has written in the draft's conversation since it was last read: nothing was sent."""


@dataclass(frozen=True, slots=True)
class SentMail:
    """What lies among the sent mail. `message_id` is the one that it travelled with, which need not be the draft's."""

    folder: str
    remote_id: str
    message_id: str
    thread: str = ""


class Sender(Protocol):
    """Sends drafts that were filed, and nothing else. It exists only for an account where the rep turned sending on."""

    @property
    def account(self) -> str: ...

    def send(self, key: str, filed: FiledDraft, known: Collection[str]) -> SentMail:
        """Send the draft with this key, once: where it was sent already, that is what comes back.

        `known` are the Message-IDs of its conversation that the caller has read. Raises `DraftChanged` where its
        subject, body or recipients differ from `filed`, `ThreadMoved` where the conversation holds something newer
        than what is known, and `ProviderError`.
        """
        ...

    def find(self, key: str, filed: FiledDraft) -> SentMail | None:
        """The mail that was sent from the draft with this key, by whomever; None where there is none."""
        ...
