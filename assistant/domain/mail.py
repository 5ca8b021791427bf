"""Mail as RFC 5322 and RFC 2045 define it, reduced to what the product reads."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class FolderRole(StrEnum):
    """What a folder is for, whatever it is called (RFC 6154, SPECIAL-USE)."""

    INBOX = "inbox"
    SENT = "sent"
    DRAFTS = "drafts"
    ARCHIVE = "archive"
    JUNK = "junk"
    TRASH = "trash"
    OTHER = "other"


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """A mailbox (RFC 5322 section 3.4). `email` is lower-cased; `name` is the display name as written, or None.

    Two addresses are equal when their `email` is: people change how their name is written.
    """

    email: str
    name: str | None = field(default=None, compare=False)

    @property
    def domain(self) -> str:
        """What stands after the last @, or "" where there is none."""
        return self.email.rpartition("@")[2] if "@" in self.email else ""

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name else self.email


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the text: its file name, media type and size in bytes."""

    name: str | None
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Message:
    """One message in one place of one account.

    `message_id`, `in_reply_to` and `references` are without angle brackets. Where the Message-ID is missing,
    `message_id` is made from the content (`<sha256>@local`) and a problem says so. `date` is the Date field
    (RFC 5322 section 3.6.1), aware, or None where it is missing or unreadable; never a sentinel.
    `text` is the plain text: the text/plain part, or else the HTML part as text; quoted history is still in it.
    `html` says that the text came from HTML. `headers` holds the fields that tell automatic mail from human mail
    (names lower-cased, values as they stand, in order): Auto-Submitted, Precedence, List-Id, List-Unsubscribe,
    X-Auto-Response-Suppress, Return-Path, X-Failed-Recipients, Content-Type, Received (first), Sender,
    X-Nextmove-Key and the like. `calendar` holds the text/calendar parts; `report` the text of a
    multipart/report's delivery-status and original-header parts (RFC 3464).
    `problems` are sentences about what could not be read in an otherwise readable message.
    `etag` is the system's own mark of this copy: it differs when its flags or its content do.
    `opaque` says that the content can't be read (encrypted, image only, empty).
    """

    account: str
    folder: str
    remote_id: str
    role: FolderRole
    message_id: str
    date: datetime | None
    sender: Address | None
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    subject: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    text: str = ""
    html: bool = False
    opaque: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    attachments: tuple[Attachment, ...] = ()
    calendar: tuple[str, ...] = ()
    report: str = ""
    flags: frozenset[str] = frozenset()
    etag: str = ""
    size: int = 0
    problems: tuple[str, ...] = ()

    @property
    def recipients(self) -> tuple[Address, ...]:
        """To, Cc and Bcc in this order, each address once."""
        if len(self.to) == 1 and not self.cc and not self.bcc:
            return self.to
        return tuple(dict.fromkeys((*self.to, *self.cc, *self.bcc)))

    @property
    def people(self) -> tuple[Address, ...]:
        """Everyone named: the sender first, then the recipients, each address once."""
        head = (self.sender,) if self.sender else ()
        return tuple(dict.fromkeys((*head, *self.recipients)))

    def header(self, name: str) -> str | None:
        """The first value of a kept field, by its lower-cased name."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read: which file, message or event, and why. Shown, never logged with content."""

    account: str
    where: str
    why: str
