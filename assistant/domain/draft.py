"""What the queue holds, its states and legal moves; findings and cleared text of the guard."""

import hashlib
import json
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from assistant.domain.deal import Evidence
from assistant.domain.invite import Meeting
from assistant.domain.mail import Address


class Purpose(StrEnum):
    """Why a draft exists. Each has a template of its name in `templates/drafts`."""

    ANSWER = "answer"
    FOLLOW_UP = "follow_up"
    RESET = "reset"
    DECISION_PROCESS = "decision_process"
    QUALIFY = "qualify"
    CLARITY = "clarity"
    MILESTONE = "milestone"
    AFTER_YES = "after_yes"
    RECAP = "recap"
    DELIVER = "deliver"
    GRACEFUL_EXIT = "graceful_exit"
    RECONNECT = "reconnect"


class ItemKind(StrEnum):
    """What the queue puts before the rep: a draft or an invite to approve, a question to answer, a notice to read."""

    DRAFT = "draft"
    INVITE = "invite"
    QUESTION = "question"
    NOTICE = "notice"


class ItemState(StrEnum):
    """The life of a queue item."""

    OPEN = "open"
    SNOOZED = "snoozed"
    APPROVED = "approved"
    FILED = "filed"
    SENT = "sent"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"
    DELETED = "deleted"


LEGAL_MOVES: Final[dict[ItemState, frozenset[ItemState]]] = {
    ItemState.OPEN: frozenset({ItemState.SNOOZED, ItemState.APPROVED, ItemState.DISMISSED, ItemState.WITHDRAWN}),
    ItemState.SNOOZED: frozenset({ItemState.OPEN, ItemState.DISMISSED, ItemState.WITHDRAWN}),
    ItemState.APPROVED: frozenset({ItemState.FILED, ItemState.OPEN, ItemState.WITHDRAWN}),
    ItemState.FILED: frozenset({ItemState.SENT, ItemState.WITHDRAWN, ItemState.DELETED, ItemState.OPEN}),
    ItemState.SENT: frozenset(),
    ItemState.DISMISSED: frozenset({ItemState.OPEN}),
    ItemState.WITHDRAWN: frozenset({ItemState.OPEN}),
    ItemState.DELETED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A name, date, phrase or number in a draft, and where it comes from."""

    value: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that only the rep knows. `marker` stands in the text, in square brackets, until it is filled."""

    marker: str
    ask: str


@dataclass(frozen=True, slots=True)
class Content:
    """What a draft would send, or an invite would say. In-Reply-To and References are without angle brackets.

    `times` are the meetings that the text proposes, from start to end: two drafts never propose the same time.
    `meeting` is there for an invite.
    """

    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    subject: str = ""
    body: str = ""
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    times: tuple[tuple[datetime, datetime], ...] = ()
    meeting: Meeting | None = None

    @property
    def fingerprint(self) -> str:
        """Recipients, subject, body, thread, proposed times and meeting as one value: an approval is bound to it."""
        parts: list[object] = [
            [a.email for a in self.to],
            [a.email for a in self.cc],
            self.subject,
            self.body,
            self.in_reply_to,
            list(self.references),
            [[start.isoformat(), end.isoformat()] for start, end in self.times],
        ]
        if self.meeting is not None:
            parts.append([getattr(self.meeting, each.name) for each in fields(self.meeting)])
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One item of the queue.

    `id` is 0 until the store gives one. `key` is deterministic: the deal, the move that the item answers, the
    kind and the purpose; the same situation makes the same key, so nothing is proposed twice.
    `reasons` are the evidence for "why this, why now"; `facts` the sources of what the text says.
    `rank` sorts the queue, the smallest first. `due` is the first day on which it's shown.
    """

    key: str
    deal_id: str
    kind: ItemKind
    title: str
    created: datetime
    id: int = 0
    purpose: Purpose | None = None
    content: Content | None = None
    gaps: tuple[Gap, ...] = ()
    reasons: tuple[Evidence, ...] = ()
    facts: tuple[Fact, ...] = ()
    rank: float = 0.0
    state: ItemState = ItemState.OPEN
    until: date | None = None
    version: int = 1
    note: str = ""


class Severity(StrEnum):
    BLOCK = "block"
    WARN = "warn"


class Part(StrEnum):
    """Which text of a draft or an invite a finding is in."""

    TEXT = "text"
    SUBJECT = "subject"


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where the guard objects. The span counts characters of the text (or the subject) that was given."""

    start: int
    end: int
    text: str
    rule: str
    family: str
    severity: Severity
    reason: str
    rewrite: str
    part: Part = Part.TEXT


_SEAL: Final = object()


class ClearedText(str):
    """Text that the guard has cleared. Only `assistant.guard` makes one; any edit of it is a plain `str` again."""

    __slots__ = ()

    def __new__(cls, text: str, *, seal: object = None) -> "ClearedText":
        if seal is not _SEAL:
            raise TypeError("only the guard clears text: call assistant.guard.clear")
        return super().__new__(cls, text)


def guard_seal() -> object:
    """For `assistant.guard` alone; a test searches the tree for any other caller."""
    return _SEAL
