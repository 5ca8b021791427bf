"""Values for these tests: messages, events, deals and items with just what a test is about."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from assistant.domain.calendar import Attendee, Event, PartStat
from assistant.domain.deal import Contact, Deal, DecisionDate, Evidence, Source
from assistant.domain.draft import Content, ItemKind, Purpose, QueueItem
from assistant.domain.mail import Address, FolderRole, Message
from assistant.domain.reading import Automatic, AutomaticKind, Span
from assistant.store import Incoming

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
REP = Address("rep@ours.test", "Runa Rep")
ANNA = Address("anna@pine.example", "Anna Ash")
BODO = Address("bodo@pine.example", "Bodo Birch")


def days(count: float) -> datetime:
    return NOW + timedelta(days=count)


def message(name: str, **fields: Any) -> Message:
    """A mail from Anna to the rep in the inbox; `name` is its remote id, and its Message-ID's first part."""
    given: dict[str, Any] = {
        "account": "work",
        "folder": "INBOX",
        "remote_id": name,
        "role": FolderRole.INBOX,
        "message_id": f"{name}@pine.example",
        "date": NOW,
        "sender": ANNA,
        "to": (REP,),
        "subject": "The pump",
        "text": f"Text of {name}",
    }
    return Message(**(given | fields))


def incoming(
    name: str, thread: str = "", automatic: AutomaticKind | None = None, subject_key: str = "the pump", **fields: Any
) -> Incoming:
    """A mail on its way in, in the thread that it starts unless another is named."""
    mail = message(name, **fields)
    classified = Automatic(automatic, Span(0, 1, "T", "a-rule")) if automatic else None
    return Incoming(mail, thread or mail.message_id, classified, "", subject_key)


def sent(name: str, to: Sequence[Address] = (ANNA,), **fields: Any) -> Incoming:
    """A mail of the rep's, in the Sent folder."""
    given: dict[str, Any] = {"folder": "Sent", "role": FolderRole.SENT, "sender": REP, "to": tuple(to)}
    return incoming(name, **(given | fields))


def event(name: str, start: datetime = NOW, hours: float = 1, **fields: Any) -> Event:
    """A meeting of the rep with Anna; `name` is its UID and remote id."""
    given: dict[str, Any] = {
        "account": "work",
        "calendar": "main",
        "remote_id": name,
        "uid": name,
        "start": start,
        "end": start + timedelta(hours=hours),
        "summary": "A walk through",
        "organizer": REP,
        "attendees": (Attendee(ANNA, PartStat.ACCEPTED),),
    }
    return Event(**(given | fields))


def deal(deal_id: str = "pine", **fields: Any) -> Deal:
    given: dict[str, Any] = {
        "id": deal_id,
        "name": "Pine pumps",
        "company": "Pine",
        "created": NOW,
        "domains": ("pine.example",),
        "contacts": (Contact(ANNA, "buyer"), Contact(BODO, active=False)),
    }
    return Deal(**(given | fields))


def decision(day: int, sentence: str = "We decide then.") -> DecisionDate:
    return DecisionDate(days(day).date(), Evidence(Source.MESSAGE, "a@pine.example", sentence, who=ANNA.email))


def draft(key: str = "pine:a", deal_id: str = "pine", **fields: Any) -> QueueItem:
    given: dict[str, Any] = {
        "key": key,
        "deal_id": deal_id,
        "kind": ItemKind.DRAFT,
        "title": "Answer Anna",
        "created": NOW,
        "purpose": Purpose.ANSWER,
        "content": Content(to=(ANNA,), subject="Re: The pump", body="Hello Anna,\n\nyes.\n"),
        "reasons": (Evidence(Source.MESSAGE, "a@pine.example", "Does it fit?", "question", ANNA.email, NOW.date()),),
    }
    return QueueItem(**(given | fields))
