"""One mailbox: its folders, its messages, and what has changed in which of them."""

import itertools
import re
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.servers.microsoft.asked import Json, Refused
from tests.servers.microsoft.folders import Folders
from tests.servers.microsoft.meetings import meeting_fields
from tests.servers.microsoft.mime import FILE, header, mapi_of, resource, stamp
from tests.servers.microsoft.texts import preview

PREFIX = re.compile(r"^\s*((re|aw|fwd?|wg|sv|tr|rv|accepted|tentative|declined)\s*(\[\d+\])?:\s*)+", re.IGNORECASE)
ALWAYS: Json = {
    "categories": [],
    "hasAttachments": False,
    "subject": "",
    "importance": "normal",
    "isDeliveryReceiptRequested": False,
    "isReadReceiptRequested": False,
    "isRead": False,
    "isDraft": False,
    "inferenceClassification": "focused",
    "body": {"contentType": "html", "content": ""},
    "toRecipients": [],
    "ccRecipients": [],
    "bccRecipients": [],
    "replyTo": [],
    "flag": {"flagStatus": "notFlagged"},
}
_NUMBERS = itertools.count(1)


def new_id(kind: str = "AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A") -> str:
    """Two ids may differ in the case of a letter only: they are case-sensitive."""
    number = next(_NUMBERS)
    return f"{kind}{number // 2:08X}{'Qq'[number % 2]}{secrets.token_hex(8)}AAA="


@dataclass(slots=True)
class Item:
    """A message as it lies in the mailbox now. `other` is its id without the ImmutableId preference."""

    id: str
    other: str
    folder: str
    fields: Json
    headers: list[tuple[str, str]] = field(default_factory=list, repr=False)
    raw: bytes | None = field(default=None, repr=False)
    properties: dict[str, str] = field(default_factory=dict)
    attachments: list[Json] = field(default_factory=list, repr=False)
    kind: str = ""
    """The derived type, such as "#microsoft.graph.eventMessageResponse"."""
    written_here: bool = False
    """A draft, or sent from here: it never came with a header."""
    due: float | None = None
    """When the Sent copy appears, while it's under way."""

    @property
    def conversation(self) -> str:
        return str(self.fields["conversationId"])

    @property
    def message_id(self) -> str:
        return str(self.fields.get("internetMessageId", "")).strip().strip("<>")

    @property
    def subject(self) -> str:
        return str(self.fields.get("subject") or "")

    @property
    def is_draft(self) -> bool:
        return bool(self.fields["isDraft"])

    @property
    def body(self) -> str:
        return str(self.fields["body"]["content"])

    @property
    def etag(self) -> str:
        return f'W/"{self.fields["changeKey"]}"'


@dataclass(frozen=True, slots=True)
class Change:
    """Something that a delta of the folder has to tell: `kind` is created, updated, deleted or changed (moved out)."""

    number: int
    item: str
    kind: str
    names: frozenset[str] = frozenset()


class MailRoom:
    """The messages of one user."""

    def __init__(self, email: str, name: str) -> None:
        self.email, self.name = email, name
        self.folders = Folders(new_id)
        self.items: dict[str, Item] = {}
        self.others: dict[str, str] = {}
        self.changes: dict[str, list[Change]] = {}
        self.number = 0
        self.clock: datetime | None = None
        self.unstable_ids = False
        self.send_delay = 0.05
        self.send_gap = ""
        self.sent: list[str] = []
        self._under_way: list[Item] = []
        self._by_message_id: dict[str, list[str]] = {}

    def now(self) -> datetime:
        return self.clock or datetime.now(UTC)

    # what's there

    def get(self, name: str) -> Item:
        found = self.items.get(name) or self.items.get(self.others.get(name, ""))
        if found is None or (found.due is not None and self.send_gap == "missing"):
            if not re.fullmatch(r"[A-Za-z0-9_=-]{20,}", name):
                raise Refused(400, "ErrorInvalidIdMalformed")
            raise Refused(404)
        return found

    def find(self, message_id: str) -> list[Item]:
        names = self._by_message_id.get(message_id.strip("<>"), [])
        return [self.items[name] for name in names if name in self.items and self.items[name].message_id]

    def within(self, folder: str) -> list[Item]:
        return [item for item in self.items.values() if item.folder == folder]

    # what happens

    def store(
        self,
        folder: str,
        fields: Json,
        headers: Iterable[tuple[str, str]] = (),
        raw: bytes | None = None,
        attachments: Iterable[Json] = (),
        kind: str = "",
    ) -> Item:
        """A new message, filled in as Exchange does."""
        now = stamp(self.now())
        times = {"createdDateTime": now, "receivedDateTime": now, "sentDateTime": now}
        whole = {**ALWAYS, **times, **fields}
        item = Item(new_id(), new_id("AAMkAGI2"), folder, whole, list(headers), raw, kind=kind)
        item.attachments = [{**each, "id": new_id("AAMkATT"), "lastModifiedDateTime": now} for each in attachments]
        whole.setdefault("conversationId", self.conversation_of(item))
        whole.setdefault("conversationIndex", "Ac" + secrets.token_hex(11))
        whole["webLink"] = f"https://outlook.office365.com/owa/?ItemID={item.id}&exvsurl=1&viewmodel=ReadMessageItem"
        self.items[item.id] = item
        self.others[item.other] = item.id
        self.touch(item, kind="created")
        return item

    def deliver(self, raw: bytes, folder: str, **given: object) -> Item:
        """A message of RFC 5322, as it comes in."""
        fields, headers, attachments, invite = resource(raw)
        received = fields.get("sentDateTime") or stamp(self.now())
        kind, more = meeting_fields(invite) if invite else ("", {})
        if invite and not kind:
            attachments.append({"@odata.type": FILE, "name": "", "contentType": "text/calendar", "size": len(invite)})
        fields |= {"receivedDateTime": received, "createdDateTime": received, **more, **given}
        fields.setdefault("sentDateTime", received)
        item = self.store(folder, fields, headers, raw, attachments, kind)
        item.written_here = folder in (self.folders.known[name] for name in ("sentitems", "drafts", "outbox"))
        item.properties = mapi_of(headers, fields.get("meetingMessageType", ""))
        return item

    def conversation_of(self, item: Item) -> str:
        """That of a message it refers to, unless its subject is another one."""
        named = f"{header(item.headers, 'references')} {header(item.headers, 'in-reply-to')}"
        for message_id in reversed(re.findall(r"<([^<>\s]+)>", named)):
            for other in self.find(message_id):
                if _topic(other.subject) == _topic(item.subject):
                    return other.conversation
        mine = [header(item.headers, "message-id").strip("<>")]
        for other in self.find(mine[0]) if mine[0] else []:
            return other.conversation
        return f"AAQkAGI2{secrets.token_hex(12)}AAA="

    def touch(self, item: Item, names: Iterable[str] = (), kind: str = "updated") -> None:
        """The item has changed: another change key, and a line for the folder's deltas."""
        self.number += 1
        fields = item.fields
        fields["changeKey"] = f"CQAAABYAAAB{self.number:010d}"
        fields["lastModifiedDateTime"] = stamp(self.now())
        fields["parentFolderId"] = item.folder
        if kind == "created" or {"body", "subject", "internetMessageId"} & set(names):
            fields["bodyPreview"] = preview(fields["body"])
            named = self._by_message_id.setdefault(item.message_id, [])
            if item.id not in named:
                named.append(item.id)
        if item.attachments or kind == "created":
            fields["hasAttachments"] = any(not each.get("isInline") for each in item.attachments)
        self._note(item.folder, item.id, kind, frozenset(names))

    def _note(self, folder: str, name: str, kind: str, names: frozenset[str] = frozenset()) -> None:
        self.changes.setdefault(folder, []).append(Change(self.number, name, kind, names))

    def change(self, item: Item, fields: Json) -> None:
        item.fields |= fields
        if {"body", "subject", "toRecipients"} & set(fields):
            item.raw = None
        self.touch(item, fields)

    def move(self, item: Item, folder: str) -> Item:
        """Into another folder: gone from one delta, new in the other; the mutable id is another one then."""
        self.number += 1
        self._note(item.folder, item.id, "changed")
        item.folder = folder
        self.others.pop(item.other)
        item.other = new_id("AAMkAGI2")
        if self.unstable_ids:
            self.items.pop(item.id)
            item.id = new_id()
            self.items[item.id] = item
            self._by_message_id.setdefault(item.message_id, []).append(item.id)
        self.others[item.other] = item.id
        self.touch(item, kind="created")
        return item

    def remove(self, item: Item) -> None:
        """For good."""
        self.items.pop(item.id)
        self.others.pop(item.other)
        self.number += 1
        self._note(item.folder, item.id, "deleted")

    def send(self, item: Item) -> None:
        """On its way: the Sent copy appears a little later."""
        self.sent.append(item.id)
        self._under_way.append(item)
        item.due = time.monotonic() + self.send_delay
        if self.send_delay <= 0:
            self.settle()

    def settle(self, *, at_once: bool = False) -> None:
        """What's due has been sent by now."""
        for item in list(self._under_way):
            if at_once or (item.due or 0) <= time.monotonic():
                item.due = None
                self._under_way.remove(item)
                now = stamp(self.now())
                item.fields |= {"isDraft": False, "isRead": True, "sentDateTime": now, "receivedDateTime": now}
                before = item.id
                self.move(item, self.folders.known["sentitems"])
                self.sent[self.sent.index(before)] = item.id


def _topic(subject: str) -> str:
    return PREFIX.sub("", subject).strip().casefold()
