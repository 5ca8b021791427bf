"""What is written into a draft of Outlook's: the letter in front of its history, or a page with its pictures."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes
from typing import Any, Final

from assistant.domain.mail import Address
from assistant.domain.ports import OutgoingMail
from providers.microsoft.conversations import Place
from providers.microsoft.drafts import (
    IN_REPLY_TO,
    KEY_PROPERTY,
    QUOTE_PROPERTY,
    REFERENCES,
    FoundDraft,
    text_in,
)
from providers.microsoft.history import harmless
from providers.outgoing import KEY_FIELD, mailbox, to_bytes
from providers.quoting import letter, mark, words_of

_HEAD: Final = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
_NO_QUOTE: Final = "0"


@dataclass(frozen=True, slots=True)
class Headers:
    """The fields of a message that are about others, as they travel."""

    message_id: str
    in_reply_to: str = ""
    references: str = ""


def headers_of(mail: OutgoingMail) -> Headers:
    """Raises `ProviderError` for what can't stand in a message at all (RFC 5322)."""
    message = message_from_bytes(to_bytes(mail))
    found = (" ".join(str(message.get(name, "")).split()) for name in ("Message-ID", "In-Reply-To", "References"))
    return Headers(*found)


def new_message(mail: OutgoingMail, headers: Headers, *, alias: bool = False) -> dict[str, Any]:
    """A message that begins a conversation, or that answers one which isn't there.

    Names of fields of our own begin with x- (Microsoft Graph, message: Custom internet message headers). `alias`: it's
    written as the sender's address, which isn't the mailbox's first one.
    """
    answers = _answering(headers) if headers.in_reply_to else []
    message: dict[str, Any] = {
        **_sender(mail, alias=alias),
        "subject": mail.subject.strip(),
        "body": _html(letter(str(mail.body)) if mail.page is None else str(mail.page)),
        "toRecipients": recipients(mail.to),
        "ccRecipients": recipients(mail.cc),
        "internetMessageId": headers.message_id,
        "internetMessageHeaders": [{"name": KEY_FIELD.lower(), "value": mail.key}],
        "singleValueExtendedProperties": [*_properties(mail.key, _NO_QUOTE), *answers],
    }
    if mail.pictures:
        message["attachments"] = [_picture(each.name, each.png) for each in mail.pictures]
    return message


def reply_patch(
    begun: FoundDraft, mail: OutgoingMail, headers: Headers, place: Place, *, alias: bool = False
) -> dict[str, Any]:
    """What makes a bare reply ours: our text in front of its history, our subject, our people and nobody else."""
    body, marked = _in_front(begun, str(mail.body)) if place.may_quote(mail) else (letter(str(mail.body)), _NO_QUOTE)
    answers = [] if place.exact else _answering(headers)
    change: dict[str, Any] = {
        **_sender(mail, alias=alias),
        "body": _html(body),
        "toRecipients": recipients(mail.to),
        "ccRecipients": recipients(mail.cc),
        "bccRecipients": [],
        "internetMessageId": headers.message_id,
        "singleValueExtendedProperties": [*_properties(mail.key, marked), *answers],
    }
    subject = mail.subject.strip()
    return change if begun.subject == subject else {**change, "subject": subject}


def begun_with(key: str) -> dict[str, Any]:
    """What a reply is begun with: by our key it's known as ours, should nothing more become of it."""
    return {"message": {"singleValueExtendedProperties": [_property(KEY_PROPERTY, key)]}}


def recipients(people: Iterable[Address]) -> list[dict[str, Any]]:
    """Raises `ProviderError` for an address that mail can't be sent to."""
    return [_recipient(each) for each in people]


def _sender(mail: OutgoingMail, *, alias: bool) -> dict[str, Any]:
    return {"from": _recipient(mail.sender)} if alias else {}


def _recipient(address: Address) -> dict[str, Any]:
    person = mailbox(address)
    name = {"name": person.display_name} if person.display_name else {}
    return {"emailAddress": {"address": person.addr_spec, **name}}


def _in_front(begun: FoundDraft, text: str) -> tuple[str, str]:
    """The letter with the history below it, and the mark of what stands there."""
    below = ("", letter(begun.text)) if begun.markup is None else harmless(begun.markup)
    if below is None:
        return letter(text), _NO_QUOTE
    styles = f"<style>\n{below[0]}\n</style>" if below[0] else ""
    whole = f"{_HEAD}{styles}</head><body>{letter(text)}<br>\n{below[1]}</body></html>"
    ours, said = (words_of(text_in(_html(each))) for each in (letter(text), whole))
    if said[: len(ours)] != ours:
        return letter(text), _NO_QUOTE
    quoted = said[len(ours) :]
    return whole, mark(quoted) if quoted else _NO_QUOTE


def _answering(headers: Headers) -> list[dict[str, str]]:
    return [_property(IN_REPLY_TO, headers.in_reply_to), _property(REFERENCES, headers.references)]


def _properties(key: str, marked: str) -> list[dict[str, str]]:
    return [_property(KEY_PROPERTY, key), _property(QUOTE_PROPERTY, marked)]


def _property(name: str, value: str) -> dict[str, str]:
    return {"id": name, "value": value}


def _html(content: str) -> dict[str, str]:
    return {"contentType": "html", "content": content}


def _picture(name: str, png: bytes) -> dict[str, Any]:
    return {
        "@odata.type": "#microsoft.graph.fileAttachment",
        "name": f"{name}.png",
        "contentType": "image/png",
        "contentId": name,
        "isInline": True,
        "contentBytes": base64.b64encode(png).decode(),
    }
