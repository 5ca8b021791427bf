"""The other side of a port, as a workflow is: keeps what a pull brings, and counts what came."""

from dataclasses import dataclass, field
from datetime import datetime

from assistant.domain.calendar import Event
from assistant.domain.mail import Message, Problem
from assistant.domain.ports import Calendar, EventBatch, MailBatch, Mailbox

Place = tuple[str, str]


@dataclass(slots=True)
class MailCaller:
    """Holds messages by (folder, remote id), their etags and the cursor of the last batch."""

    held: dict[Place, Message] = field(default_factory=dict)
    etags: dict[Place, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    cursor: str | None = None

    def known(self, folder: str) -> dict[str, str]:
        return {remote_id: etag for (name, remote_id), etag in self.etags.items() if name == folder}

    def take(self, batch: MailBatch) -> None:
        for place in batch.gone:
            del self.held[place]
            del self.etags[place]
        for message in batch.messages:
            place = (message.folder, message.remote_id)
            assert place not in self.held, f"{place} came twice"
            self.held[place] = message
            self.etags[place] = message.etag
        for folder, remote_id, etag, _ in batch.flagged:
            assert (folder, remote_id) in self.held
            self.etags[folder, remote_id] = etag
        self.problems += batch.problems
        self.cursor = batch.cursor

    def pull(self, mailbox: Mailbox, *, batches: int | None = None) -> list[MailBatch]:
        """Takes all batches, or the first few and then breaks off as a crash does."""
        taken: list[MailBatch] = []
        for batch in mailbox.pull(self.cursor, self.known):
            self.take(batch)
            taken.append(batch)
            if len(taken) == batches:
                break
        return taken

    @property
    def ids(self) -> list[str]:
        """The Message-IDs held, sorted."""
        return sorted(message.message_id for message in self.held.values())


@dataclass(slots=True)
class EventCaller:
    """Holds the instances of each object, and replaces them as told."""

    held: dict[Place, list[Event]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    cursor: str | None = None

    def take(self, batch: EventBatch) -> None:
        for place in batch.replaced:
            self.held.pop(place, None)
        for event in batch.events:
            place = (event.calendar, event.remote_id)
            assert place in batch.replaced, "an event came whose object isn't named as replaced"
            self.held.setdefault(place, []).append(event)
        self.problems += batch.problems
        self.cursor = batch.cursor

    def pull(self, calendar: Calendar, window: tuple[datetime, datetime]) -> list[EventBatch]:
        batches = list(calendar.pull(self.cursor, window))
        for batch in batches:
            self.take(batch)
        return batches

    def inside(self, window: tuple[datetime, datetime]) -> list[Event]:
        """The held instances that overlap the window, by start."""
        events = [event for events in self.held.values() for event in events]
        return sorted(
            (event for event in events if event.start < window[1] and event.end > window[0]),
            key=lambda event: (event.start, event.uid),
        )


def messages_in(batches: list[MailBatch]) -> list[Message]:
    return [message for batch in batches for message in batch.messages]


def has_content(batch: MailBatch) -> bool:
    return bool(batch.messages or batch.gone or batch.flagged or batch.problems)
