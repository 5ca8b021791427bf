"""One user's mail: kept by the emulator, with a mirror here of what it gets wrong.

The mirror has each message's thread, labels and history id. Every write goes through here, so it's always exact.
"""

import base64
import json
import re
import secrets
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import Message as Parsed
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime

from tests.servers.discovery import Json
from tests.servers.emulator import Upstream
from tests.servers.google.asked import Refused
from tests.servers.proxy import Reply

NOT_FOUND = "Requested entity was not found."
MESSAGES = "/gmail/v1/users/me/messages"
PREFIX = re.compile(r"^\s*((re|aw|fwd?|wg|sv|tr|rv)\s*(\[\d+\])?:\s*)+", re.IGNORECASE)
STEP = 7
"""Between two history ids: they aren't consecutive at Google either."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A message as it lies in the mailbox now; `internal_date` in milliseconds since 1970."""

    id: str
    thread_id: str
    labels: frozenset[str]
    raw: bytes = field(repr=False)
    internal_date: int
    history_id: int
    headers: "Parsed[str, str]" = field(repr=False, compare=False)

    @property
    def message_id(self) -> str:
        return str(self.headers.get("Message-ID", "")).strip().strip("<>")

    @property
    def subject(self) -> str:
        return PREFIX.sub("", str(self.headers.get("Subject", ""))).strip().casefold()


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the history: `labels` are those that were added or removed."""

    id: int
    kind: str
    mail: Mail
    labels: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft and the message in it; the message's id changes with every edit."""

    id: str
    mail: Mail


def headers_of(raw: bytes) -> "Parsed[str, str]":
    """The fields of a message, unfolded and decoded; what's broken stays as it is."""
    head = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0]
    found: Parsed[str, str] = Parsed()
    for name, value in BytesHeaderParser().parsebytes(head + b"\r\n\r\n").items():
        found[name] = _readable(str(value))
    return found


def _readable(value: str) -> str:
    plain = re.sub(r"\r?\n[ \t]", " ", value)
    try:
        return str(make_header(decode_header(plain))) if "=?" in plain else plain
    except (LookupError, ValueError):
        return plain


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


def decoded(raw: str) -> bytes:
    """base64url, with or without its padding."""
    try:
        return base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4))
    except ValueError:
        raise Refused(400, "invalidArgument", "Invalid value for ByteString: " + raw[:20]) from None


class MailRoom:
    """The messages, drafts and history of one user."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self.email = upstream.user.email
        self.mails: dict[str, Mail] = {}
        self.threads: dict[str, list[str]] = {}
        self.ids: dict[str, list[str]] = {}
        self.drafts: dict[str, tuple[str, str]] = {}
        """By the draft's id here: the emulator's id of it, and its message's."""
        self.records: list[Record] = []
        self.history_id = 1_000
        self.floor = 1_000
        self.sent: list[bytes] = []
        self.clock: datetime | None = None
        self.system_labels = frozenset(each["id"] for each in self.ask("GET", "/gmail/v1/users/me/labels")["labels"])

    def ask(self, method: str, path: str, body: Json | None = None) -> Json:
        """The emulator's answer; its refusals are passed on as they are."""
        sent = None if body is None else json.dumps(body).encode()
        kind = {} if body is None else {"Content-Type": "application/json"}
        status, _, answer = self._upstream.send(method, path, sent, kind)
        found: Json = json.loads(answer) if answer else {}
        if status >= 400:
            refused = Refused(status, "emulator")
            refused.reply = Reply(status, found)
            raise refused
        return found

    def now(self) -> int:
        """In milliseconds; the test's own time where it has set one."""
        return int((self.clock.timestamp() if self.clock else time.time()) * 1000)

    def get(self, mail_id: str) -> Mail:
        if mail_id not in self.mails:
            raise Refused(404, "notFound", NOT_FOUND)
        return self.mails[mail_id]

    def of_thread(self, thread_id: str) -> list[Mail]:
        """Oldest first."""
        return sorted(
            (self.mails[each] for each in self.threads.get(thread_id, ())), key=lambda mail: mail.internal_date
        )

    def find(self, message_id: str) -> list[Mail]:
        return [self.mails[each] for each in self.ids.get(message_id.casefold(), ())]

    def store(self, raw: bytes, labels: frozenset[str], thread: str, date: int) -> Mail:
        """A new message, with its line in the history."""
        body = {"raw": encoded(raw), "threadId": thread, "internalDate": str(date)}
        made = self.ask("POST", MESSAGES, {**body, "labelIds": sorted(labels & self._known(labels))})
        return self.added(made["id"], raw, labels, thread, date)

    def _known(self, labels: frozenset[str]) -> frozenset[str]:
        """Those that the emulator knows: the others (CHAT, SCHEDULED) are kept here only."""
        return labels if labels <= self.system_labels else self.system_labels | set(self.label_names())

    def label_names(self) -> dict[str, str]:
        """The names of all labels, by their ids."""
        return {each["id"]: each["name"] for each in self.ask("GET", "/gmail/v1/users/me/labels")["labels"]}

    def added(self, mail_id: str, raw: bytes, labels: frozenset[str], thread: str, date: int) -> Mail:
        self.history_id += STEP
        mail = Mail(mail_id, thread, labels, raw, date, self.history_id, headers_of(raw))
        self.mails[mail_id] = mail
        self.threads.setdefault(thread, []).append(mail_id)
        self.ids.setdefault(mail.message_id.casefold(), []).append(mail_id)
        self.records.append(Record(self.history_id, "messagesAdded", mail))
        return mail

    def relabel(self, mail_id: str, add: frozenset[str], remove: frozenset[str]) -> Mail:
        mail = self.get(mail_id)
        added, removed = add - mail.labels, (remove & mail.labels) - add
        if not added and not removed:
            return mail
        if unknown := sorted((added | removed) - self.system_labels - set(self.label_names())):
            raise Refused(400, "invalidArgument", f"Invalid label: {unknown[0]}")
        body = {"addLabelIds": sorted(added), "removeLabelIds": sorted(removed)}
        self.ask("POST", f"{MESSAGES}/{mail_id}/modify", body)
        self.history_id += STEP
        mail = replace(mail, labels=(mail.labels | added) - removed, history_id=self.history_id)
        self.mails[mail_id] = mail
        for kind, labels in (("labelsAdded", added), ("labelsRemoved", removed)):
            if labels:
                self.records.append(Record(self.history_id, kind, mail, labels))
        return mail

    def remove(self, mail_id: str) -> None:
        """For good; a draft of it goes too."""
        self.get(mail_id)
        self.ask("DELETE", f"{MESSAGES}/{mail_id}")
        self.forget(mail_id)

    def forget(self, mail_id: str) -> None:
        """The emulator has deleted it."""
        mail = self.mails.pop(mail_id)
        self.threads[mail.thread_id].remove(mail_id)
        if not self.threads[mail.thread_id]:
            del self.threads[mail.thread_id]
        self.ids[mail.message_id.casefold()].remove(mail_id)
        self.drafts = {name: each for name, each in self.drafts.items() if each[1] != mail_id}
        self.history_id += STEP
        self.records.append(Record(self.history_id, "messagesDeleted", mail))

    def thread_of_arrival(self, raw: bytes) -> str:
        """Where Gmail puts a message that comes in: with what it refers to, if the subject is the same."""
        seen = Mail("", "", frozenset(), b"", 0, 0, headers_of(raw))
        for reference in references(seen):
            for mail in self.find(reference):
                if mail.subject == seen.subject:
                    return mail.thread_id
        return new_thread()

    def thread_of_own(self, raw: bytes, wanted: str) -> str:
        """Where Gmail puts a draft or a message that's sent.

        In the wanted thread only if References or In-Reply-To and Subject fit (DD, Message.threadId);
        without a threadId always in a new one.
        """
        if not wanted:
            return new_thread()
        if wanted not in self.threads:
            raise Refused(404, "notFound", NOT_FOUND)
        seen, there = Mail("", "", frozenset(), b"", 0, 0, headers_of(raw)), self.of_thread(wanted)
        fits = {mail.message_id.casefold() for mail in there} & {each.casefold() for each in references(seen)}
        return wanted if fits and any(mail.subject == seen.subject for mail in there) else new_thread()


def references(mail: Mail) -> list[str]:
    """Newest first, without their brackets."""
    found = f"{mail.headers.get('References', '')} {mail.headers.get('In-Reply-To', '')}"
    return [each.strip("<>") for each in reversed(found.split())]


def new_thread() -> str:
    return secrets.token_hex(8)


def date_header(raw: bytes) -> int | None:
    """In milliseconds; None where there's none that can be read."""
    value = headers_of(raw).get("Date")
    try:
        found = parsedate_to_datetime(str(value))
    except (TypeError, ValueError):
        return None
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1000)
