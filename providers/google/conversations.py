"""Gmail's threads: the one that a reply belongs to, and what lies in it.

A draft is in a thread when it names it, has In-Reply-To and References, and the same subject (Gmail API, Managing
threads); at the recipient's the header alone counts.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any, Final

from assistant.domain.mail import Message
from assistant.domain.ports import OutgoingMail
from providers.google.api import Google, RefusalError
from providers.google.drafts import header_of, raw_of

_HEADERS: Final = ["Message-ID", "Subject", "X-Nextmove-Key"]
_SEARCHABLE: Final = re.compile(r"[\w.!#$%&*+/=?^`|~@'\[\]:-]{3,500}", re.ASCII)
"""What can stand behind `rfc822msgid:` without a meaning of its own in a query."""
_SOUND: Final = re.compile(r"\s*<[^<>\s]+>\s*")
_MOST_HITS: Final = 5
_MOST_SEARCHES: Final = 4
_LARGEST: Final = 10 * 1024 * 1024
"""Bytes of a message that is fetched to be quoted."""
_PREFIX: Final = re.compile(r"(?:(?:re|aw|antw|sv|vs|ref|rif|rv|res|fwd?|wg|tr|i)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reply belongs: its thread, or None for a new one; and the message answered, where it's there."""

    thread: str | None = None
    answered: Message | None = None


def place_of(google: Google, mail: OutgoingMail, zone: tzinfo) -> Place:
    """Found by the Message-ID of the message answered, else by those of the messages before it."""
    if not mail.in_reply_to:
        return Place()
    for message_id in list(dict.fromkeys((mail.in_reply_to, *reversed(mail.references))))[:_MOST_SEARCHES]:
        for hit in with_message_id(google, message_id):
            thread = hit["threadId"] if _base(header_of(hit, "Subject")) == _base(mail.subject) else None
            answered = _read(google, hit, zone) if message_id == mail.in_reply_to else None
            return Place(thread, answered)
    return Place()


def with_message_id(google: Google, message_id: str, label: str | None = None) -> Iterator[dict[str, Any]]:
    """The messages with this Message-ID, drafts aside, with their header; those of a label only, if one is given."""
    if not _SEARCHABLE.fullmatch(message_id):
        return
    api = google.gmail.users().messages()
    listed = google.run(
        api.list(userId="me", q=f"rfc822msgid:{message_id}", maxResults=_MOST_HITS, labelIds=[label] if label else None)
    )
    for each in listed.get("messages", ())[:_MOST_HITS]:
        hit = header_only(google, each["id"])
        if hit and "DRAFT" not in hit.get("labelIds", ()) and message_id_of(hit).lower() == message_id.lower():
            yield hit


def header_only(google: Google, message: str) -> dict[str, Any] | None:
    """One message without its text; None where it's gone."""
    api = google.gmail.users().messages()
    return _or_none(google, api.get(userId="me", id=message, format="metadata", metadataHeaders=_HEADERS))


def messages_in(google: Google, thread: str) -> list[dict[str, Any]]:
    """What lies in a thread, without the texts; nothing where it's gone."""
    api = google.gmail.users().threads()
    found = _or_none(google, api.get(userId="me", id=thread, format="metadata", metadataHeaders=_HEADERS))
    return list(found.get("messages", ())) if found else []


def message_id_of(message: dict[str, Any]) -> str:
    return header_of(message, "Message-ID").strip("<> ")


def is_known(google: Google, message: dict[str, Any], known: Collection[str]) -> bool:
    """Whether its Message-ID is one of these, in lower case.

    One that has none, or a broken one, gets the id under which it's read where it is read: it's fetched for that.
    """
    if message_id_of(message).lower() in known:
        return True
    if _SOUND.fullmatch(header_of(message, "Message-ID")):
        return False
    read = _read(google, message, UTC)
    return read is not None and read.message_id.lower() in known


def _read(google: Google, hit: dict[str, Any], zone: tzinfo) -> Message | None:
    """The message in full; None for one that is gone, unreadable, or too large to be fetched for its text."""
    from providers import mime

    if int(hit.get("sizeEstimate", 0)) > _LARGEST:
        return None
    found = _or_none(google, google.gmail.users().messages().get(userId="me", id=hit["id"], format="raw"))
    if found is None:
        return None
    try:
        return mime.parse(raw_of(found), account=google.account, folder="", remote_id=hit["id"], zone=zone)
    except mime.UnreadableError:
        return None


def _or_none(google: Google, request: Any) -> dict[str, Any] | None:
    try:
        return google.run(request)
    except RefusalError as error:
        if error.status == 404:
            return None
        raise


def _base(subject: str) -> str:
    """A subject without the marks of a reply."""
    from providers import fields

    return _PREFIX.sub("", " ".join(fields.words(subject).split()), count=1).casefold()
