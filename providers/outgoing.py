"""The bytes of a message to file (RFC 5322): in its thread, with our key, and with no way to smuggle a field in."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address as MailAddress
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any, Final

from assistant.domain.mail import Address
from assistant.domain.ports import OutgoingMail, Picture
from assistant.errors import ProviderError

KEY_FIELD: Final = "X-Nextmove-Key"

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_BODY_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_EMAIL: Final = re.compile(r"[^\s<>@,;:\"()\[\]\\]+@[^\s<>@,;:\"()\[\]\\]+")
_ID: Final = re.compile(r"[!-;=?-~]+")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_LONGEST_REFERENCES: Final = 900
_LONGEST_LINE: Final = 900
"""RFC 5322 section 2.1.1 allows 998 characters in a line."""


class _Policy(EmailPolicy):
    """As SMTP wants it, with Message-IDs broken between, never within, and never encoded."""

    def fold(self, name: str, value: Any) -> str:
        if name.lower() in ("message-id", "in-reply-to", "references"):
            return f"{name}: " + f"{self.linesep} ".join(str(value).split()) + self.linesep
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() in ("message-id", "in-reply-to", "references"):
            return self.fold(name, value).encode("ascii")
        return bytes(super().fold_binary(name, value))


@dataclass(frozen=True, slots=True)
class CalendarMail:
    """A message that carries an iTIP object (iMIP, RFC 6047): the same in words, and for calendar programs.

    `method` is the METHOD of `calendar`: where the two differ, a program takes it for a mere attachment.
    """

    key: str
    message_id: str
    sender: Address
    to: tuple[Address, ...]
    subject: str
    body: str
    date: datetime
    calendar: bytes
    method: str
    cc: tuple[Address, ...] = ()
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()


def to_bytes(mail: OutgoingMail, *, linesep: str = "\r\n") -> bytes:
    """The message, deterministic for the same `mail`. Raises `ProviderError` for what can't stand in a field.

    One with a page is multipart/alternative of its text and of a multipart/related (RFC 2387) of the page and pictures.
    """
    message = _begun(mail, linesep)
    if mail.page is None:
        return message.as_bytes()
    _add_html(message, mail.page)
    page = list(message.iter_parts())[-1]
    assert isinstance(page, EmailMessage)
    for picture in _checked(mail.pictures):
        name = f"{picture.name}.png"
        page.add_related(picture.png, "image", "png", cid=f"<{picture.name}>", filename=name, disposition="inline")
    if mail.pictures:
        page.set_param("type", "text/html")
    return _bounded(message, mail.key)


def rich_to_bytes(
    mail: OutgoingMail, *, quoted: str, html: str, marks: Mapping[str, str], linesep: str = "\r\n"
) -> bytes:
    """The message with a quote below its text and the same as HTML, deterministic as `to_bytes` is.

    `marks` are fields of our own beside the key.
    """
    message = _begun(mail, linesep, quoted)
    for name, value in marks.items():
        message[name] = _key(value)
    _add_html(message, html)
    return _bounded(message, mail.key)


def calendar_mail_to_bytes(mail: CalendarMail, *, linesep: str = "\r\n") -> bytes:
    """The message, deterministic as `to_bytes` is.

    The calendar travels in base64, so that its lines keep the ends that RFC 5545 wants, whatever those of the mail are.
    """
    message = _begun(mail, linesep)
    message.add_alternative(
        mail.calendar, maintype="text", subtype="calendar", params={"method": mail.method, "charset": "UTF-8"}
    )
    return _bounded(message, mail.key)


def _add_html(message: EmailMessage, html: str) -> None:
    html = clean_text(html)
    plain = html.isascii() and max(map(len, html.split("\n"))) <= _LONGEST_LINE
    message.add_alternative(html, subtype="html", charset="utf-8", cte="7bit" if plain else "quoted-printable")


def _checked(pictures: Iterable[Picture]) -> Iterator[Picture]:
    """Raises `ProviderError` for what isn't a PNG, or has a name that can't stand in a header or stands twice."""
    seen: set[str] = set()
    for picture in pictures:
        if not _NAME.fullmatch(picture.name) or picture.name in seen or not picture.png.startswith(_PNG):
            raise ProviderError("A picture of a draft can't travel in it.", "This is a fault of the program.")
        seen.add(picture.name)
        yield picture


def _bounded(message: EmailMessage, key: str) -> bytes:
    """With the same boundaries each time."""
    for part in message.walk():
        if part is not message:
            del part["MIME-Version"]
    for depth, part in enumerate(each for each in message.walk() if each.is_multipart()):
        name = f"{key}\n{depth}" if depth else key
        part.set_boundary("=_" + hashlib.sha256(name.encode()).hexdigest()[:40])
    return message.as_bytes()


def _begun(mail: OutgoingMail | CalendarMail, linesep: str, quoted: str = "") -> EmailMessage:
    """The header and the text, with a quote below it."""
    message = EmailMessage(policy=_Policy(linesep=linesep, cte_type="7bit"))
    message["From"] = mailbox(mail.sender)
    for name, people in (("To", mail.to), ("Cc", mail.cc)):
        if people:
            message[name] = tuple(mailbox(address) for address in people)
    message["Subject"] = clean("subject", mail.subject)
    message["Date"] = format_datetime(mail.date)
    message["Message-ID"] = _id(mail.message_id)
    if mail.in_reply_to:
        message["In-Reply-To"] = _id(mail.in_reply_to)
    if mail.references:
        message["References"] = " ".join(_shortened([_id(one) for one in mail.references]))
    message[KEY_FIELD] = _key(mail.key)
    body = clean_text(mail.body)
    if quoted:
        body = body.rstrip("\n") + "\n\n" + clean_text(quoted)
    plain = body.isascii() and max(map(len, body.split("\n"))) <= _LONGEST_LINE
    message.set_content(body, charset="utf-8", cte="7bit" if plain else "quoted-printable")
    return message


def clean(what: str, value: str) -> str:
    """A value of one line. Raises `ProviderError` for a line break or control character in it."""
    if _CONTROL.search(value):
        raise ProviderError(
            f"The {what} of a draft holds a line break or control character, so it wasn't filed.",
            "Edit the draft and take it out.",
        )
    return str(value)


def mailbox(address: Address) -> MailAddress:
    """An address as it travels. Raises `ProviderError` where mail can't be sent to it."""
    email = clean("address", address.email)
    if not _EMAIL.fullmatch(email):
        raise ProviderError(
            f"“{email}” is not an address that mail can be sent to, so the draft wasn't filed.",
            "Correct the contact's address in the deal.",
        )
    local, _, domain = email.rpartition("@")
    if not local.isascii():
        raise ProviderError(
            f"“{email}” has letters before the @ that mail systems don't carry, so the draft wasn't filed.",
            "Ask the contact for another address.",
        )
    return MailAddress(clean("name of a person", address.name or ""), local, _ascii(domain))


def _ascii(domain: str) -> str:
    """A domain as it travels (RFC 5891)."""
    try:
        return domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise ProviderError(
            f"“{domain}” can't be a domain, so the draft wasn't filed.", "Correct the contact's address."
        ) from error


def _id(value: str) -> str:
    if not _ID.fullmatch(value):
        raise ProviderError(
            "A Message-ID of the thread can't stand in a header, so the draft wasn't filed.",
            "Answer this mail by hand in your mail program.",
        )
    return f"<{value}>"


def _key(value: str) -> str:
    if not value.isascii() or not value.isprintable() or not value or len(value) > 200:
        raise ProviderError("The key of a draft can't stand in a header.", "This is a fault of the program.")
    return value


def _shortened(references: list[str]) -> Iterable[str]:
    """The first and the last ones, as RFC 5537 section 3.4.4 cuts a long list."""
    kept = references[:1]
    room = _LONGEST_REFERENCES - len(references[0])
    tail: list[str] = []
    for one in reversed(references[1:]):
        room -= len(one) + 1
        if room < 0:
            break
        tail.append(one)
    return [*kept, *reversed(tail)]


def clean_text(text: str) -> str:
    """A text of lines, with LF at their ends. Raises `ProviderError` for control characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _BODY_CONTROL.search(text):
        raise ProviderError(
            "The text of a draft holds a control character, so it wasn't filed.", "Edit the draft and take it out."
        )
    return text
