"""Conversations without their texts: who is on them, how much went to and fro, and what they're called."""

from dataclasses import dataclass
from datetime import datetime

from assistant.domain.mail import Address


@dataclass(frozen=True, slots=True)
class Correspondent:
    """How much mail went between us and one person in one thread.

    `received` counts the mails of theirs that a person wrote, `sent` those of ours to them, `automatic` those
    of theirs that no person wrote.
    """

    address: Address
    received: int
    sent: int
    automatic: int


@dataclass(frozen=True, slots=True)
class ThreadSummary:
    """One conversation without its texts.

    `message_id` is its first message's. `subjects` are as written, each once, in order. `count` is of all its
    messages, `automatic` of those that no person wrote, `listed` of those among them that a list or newsletter
    sent. Junk and drafts are left out.
    """

    thread: str
    message_id: str
    subjects: tuple[str, ...]
    correspondents: tuple[Correspondent, ...]
    first: datetime
    last: datetime
    count: int
    automatic: int
    listed: int


@dataclass(frozen=True, slots=True)
class ThreadFacts:
    """Who is on a conversation, and what it's called: enough to tell whose it is.

    `message_ids` are also those under which copies were found. `subjects` are each once, in the order of dates.
    """

    thread: str
    message_ids: frozenset[str]
    people: frozenset[Address]
    subjects: tuple[str, ...]
