"""A `Message` from its bytes (RFC 5322, RFC 2045): a fast parser first, the patient one where there is doubt."""

import binascii
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, tzinfo
from email import message_from_bytes
from email.message import Message as Part
from email.policy import Compat32
from typing import Final

from assistant.domain.mail import Address, Attachment, FolderRole, Message
from providers import fields, kept
from providers.addresses import addresses
from providers.html import text_of

LARGEST: Final = 32 * 1024 * 1024
"""Bytes of one message that are read at most."""

_FIELD_LIMIT: Final = 4_000
_TEXT_LIMIT: Final = 200_000
_REPORT_LIMIT: Final = 20_000
_PARTS: Final = 2_000
_FIELDS: Final = 5_000
"""What is taken apart of one message, and fields of one part: each costs a parser more than its bytes."""
_STUB_MARKUP: Final = 20
_STUB_TEXT: Final = 3
"""A plain part this much shorter than the HTML beside it, and than its text, only says that there is HTML."""
_MAIL_FIELDS: Final = frozenset(
    {"from", "to", "subject", "date", "message-id", "received", "mime-version", "sender", "cc", "return-path"}
)
WANTED: Final = (
    kept.NAMES | _MAIL_FIELDS | {"bcc", "reply-to", "in-reply-to", "references", "content-transfer-encoding"}
)
_ENCRYPTED: Final = ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")
_CALENDARS: Final = ("text/calendar", "application/ics")
_REPORTS: Final = ("message/delivery-status", "message/global-delivery-status", "text/rfc822-headers")
_ENCLOSED: Final = ("message/rfc822", "message/global")
_BASE64: Final = re.compile(r"[^A-Za-z0-9+/]+")
_CHARSET: Final = re.compile(r"""charset\s*=\s*["']?([^\s;"']+)""", re.IGNORECASE)
_ANSWER: Final = re.compile(r"^METHOD:[ \t]*(?:REPLY|COUNTER)\b", re.IGNORECASE | re.MULTILINE)
_COMMENT: Final = re.compile(r'^COMMENT(?:;(?:"[^"\r\n]*"|[^":\r\n])*)?:([^\r\n]*)', re.IGNORECASE | re.MULTILINE)
_FOLDED: Final = re.compile(r"\r?\n[ \t]")
_ESCAPED: Final = re.compile(r"\\([\\;,nN])")


class UnreadableError(ValueError):
    """These bytes are not a message; the text says why, for a `Problem`."""


class _Bounded(Compat32):
    """The standard library pays for the parameters of a field as their square."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_FIELD_LIMIT]


_BOUNDED: Final = _Bounded()


class _Part(Part):
    """A part whose fields are counted while they are read."""

    def set_raw(self, name: str, value: str) -> None:
        if len(self) >= _FIELDS:
            raise ValueError(f"a part has more than {_FIELDS} fields")
        super().set_raw(name, value)


class _Parts:
    """Makes the parts of one message, not endlessly many."""

    def __init__(self) -> None:
        self._made = 0

    def __call__(self, *, policy: Compat32 = _BOUNDED) -> _Part:
        self._made += 1
        if self._made > _PARTS:
            raise ValueError(f"it has more than {_PARTS} parts")
        return _Part(policy=policy)


@dataclass(frozen=True, slots=True)
class Content:
    """What a parser found in the body: the texts in order, and what else is there."""

    plain: tuple[str, ...] = ()
    html: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    calendar: tuple[str, ...] = ()
    enclosed: tuple[tuple[str, str], ...] = ()
    problem: str | None = None


def parse(
    raw: bytes,
    *,
    account: str,
    folder: str,
    remote_id: str,
    role: FolderRole = FolderRole.OTHER,
    flags: frozenset[str] = frozenset(),
    etag: str = "",
    zone: tzinfo = UTC,
) -> Message:
    """The message in these bytes. Raises `UnreadableError` only where there is no header of a message at all."""
    head, body = fields.split(raw[:LARGEST])
    found = fields.parse(head, WANTED)
    if not raw or raw.isspace():
        raise UnreadableError("it is empty")
    if not _MAIL_FIELDS & found.keys():
        raise UnreadableError("it has no mail header")
    content = content_of(head, body, found)
    return assembled(
        found,
        content,
        account=account,
        folder=folder,
        remote_id=remote_id,
        role=role,
        flags=flags,
        etag=etag,
        zone=zone,
        size=len(raw),
    )


def assembled(
    found: fields.Fields,
    content: Content,
    *,
    account: str,
    folder: str,
    remote_id: str,
    role: FolderRole,
    flags: frozenset[str],
    etag: str,
    zone: tzinfo,
    size: int,
) -> Message:
    """The message of this header and these parts, wherever they come from."""
    text, from_html = _text(content)
    text = _with_comments(text, content.calendar)
    problems = [content.problem] if content.problem else []
    if size > LARGEST or len(text) > _TEXT_LIMIT:
        problems.append("It is very long: its end was not read.")
        text = text[:_TEXT_LIMIT]
    sender = _sender(found)
    if sender is None:
        problems.append("It has no readable sender.")
    sent = fields.date(_first(found, "date"), zone)
    if sent is None:
        problems.append("It has no readable date.")
    message_id = _message_id(found)
    if message_id is None:
        message_id = _own_id(found, text)
        problems.append("It has no Message-ID: one was made from its content.")
    to, cc = _addresses(found, "to"), _addresses(found, "cc")
    senseless = {message_id.lower(), *(a.email for a in (*to, *cc, sender) if a)}
    kind = _first(found, "content-type").lower()
    return Message(
        account=account,
        folder=folder,
        remote_id=remote_id,
        role=role,
        message_id=message_id,
        date=sent,
        sender=sender,
        to=to,
        cc=cc,
        bcc=_addresses(found, "bcc"),
        reply_to=_addresses(found, "reply-to"),
        subject=fields.words(_first(found, "subject")),
        in_reply_to=_thread_ids(found, "in-reply-to", senseless),
        references=_thread_ids(found, "references", senseless),
        text=text,
        html=from_html,
        opaque=_is_opaque(text, kind, content),
        headers=kept.kept(found),
        attachments=content.attachments,
        calendar=content.calendar,
        report=_report(content, found, kind),
        flags=flags,
        etag=etag,
        size=size,
        problems=tuple(problems),
    )


def content_of(head: bytes, body: bytes, found: fields.Fields) -> Content:
    """The body's parts by the fast parser, or by the standard library where that one fails, doubts or finds no text."""
    kind = _first(found, "content-type").lower()
    if (not kind or kind.startswith("text/plain")) and not _first(found, "content-transfer-encoding"):
        return Content(plain=(_plain(body, kind),))
    raw = head + b"\n\n" + body
    fast = _fast(raw, kind)
    if fast and (fast.calendar or any(map(_says, (*fast.plain, *fast.html)))):
        return fast
    return _patient(raw)


def _plain(body: bytes, kind: str) -> str:
    return fields.decode(body, charset[1] if (charset := _CHARSET.search(kind)) else "")


def _fast(raw: bytes, kind: str) -> Content | None:
    """None where the parser fails, repaired something, or found nothing in a message of several parts; and of what may
    have endlessly many, each of which costs it more than its bytes."""
    from fast_mail_parser import ParseError, parse_email

    if raw.count(b"\n--") > _PARTS:
        return None
    try:
        mail = parse_email(raw, mode="lazy")
        if mail.warnings:
            return None
        plain, html, others = mail.text_plain, mail.text_html, mail.attachments  # each is made when it's asked for
        if any(map(_is_garbled, plain)) or any(map(_is_garbled, html)):
            return None
        if kind.startswith("multipart/") and not (plain or html or others):
            return None
        if not others:
            return Content(tuple(plain), tuple(html))
        parts = [(part.mimetype.lower(), part) for part in others]
        return Content(
            plain=tuple(plain),
            html=tuple(html),
            attachments=tuple(
                Attachment(part.filename or None, mimetype, part.encoded_size) for mimetype, part in parts
            ),
            calendar=_distinct(fields.decode_8bit(part.content) for mimetype, part in parts if mimetype in _CALENDARS),
            enclosed=tuple(
                (mimetype, fields.decode_8bit(part.content[:_REPORT_LIMIT]))
                for mimetype, part in parts
                if mimetype in _REPORTS or mimetype in _ENCLOSED
            ),
        )
    except (ParseError, ValueError, UnicodeError):
        return None


def _says(text: str) -> bool:
    return bool(text) and not text.isspace()


def _is_garbled(text: str) -> bool:
    """Whether bytes had no meaning, or UTF-8 was read as something else: "Ã¼" for "ü", "â€" for a quotation mark."""
    return not text.isascii() and ("\ufffd" in text or "Ã" in text or "â€" in text)


def _patient(raw: bytes) -> Content:
    """By the standard library, which reads anything; what it can't take apart is given as it stands."""
    try:
        parts = list(_leaves(message_from_bytes(raw, _class=_Parts(), policy=_BOUNDED)))
        texts = [(part.get_content_type(), _decoded(part)) for part in parts if _is_text(part)]
        others = [part for part in parts if not _is_text(part)]
        return Content(
            plain=tuple(text for kind, text in texts if kind != "text/html"),
            html=tuple(text for kind, text in texts if kind == "text/html"),
            attachments=tuple(_attachment(part) for part in others),
            calendar=_distinct(_decoded(part) for part in others if part.get_content_type() in _CALENDARS),
            enclosed=tuple(
                (part.get_content_type(), _enclosed(part))
                for part in others
                if part.get_content_type() in _REPORTS or part.get_content_type() in _ENCLOSED
            ),
        )
    except (RecursionError, ValueError, LookupError, AttributeError, TypeError, AssertionError) as error:
        body = fields.split(raw)[1]
        why = f"Its parts could not be taken apart ({type(error).__name__}): the text is shown as it came."
        return Content(plain=(fields.decode_8bit(body[:_TEXT_LIMIT]),), problem=why)


def _leaves(part: Part) -> Iterator[Part]:
    """The parts that hold something, not going into enclosed messages: their text isn't this one's."""
    if part.get_content_maintype() == "multipart" and part.is_multipart():
        for child in part.get_payload():
            if isinstance(child, Part):
                yield from _leaves(child)
    else:
        yield part


def _is_text(part: Part) -> bool:
    """Also a multipart without a boundary, whose text is all there is."""
    if part.get_content_maintype() == "multipart":
        return True
    readable = part.get_content_type() in ("text/plain", "text/html")
    return readable and part.get_content_disposition() != "attachment"


def _decoded(part: Part) -> str:
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    if str(part.get("content-transfer-encoding", "")).strip().lower() == "base64" and part.defects:
        raw = _what_is_there(str(part.get_payload()))
    return fields.decode(raw, part.get_content_charset() or "")


def _what_is_there(base64: str) -> bytes:
    """The bytes of base64 that was cut off, up to its last whole group."""
    letters = _BASE64.sub("", base64)
    return binascii.a2b_base64(letters[: len(letters) // 4 * 4])


def _enclosed(part: Part) -> str:
    if part.is_multipart():
        return "\n\n".join(str(child) for child in part.get_payload())[:_REPORT_LIMIT]
    return _decoded(part)[:_REPORT_LIMIT]


def _attachment(part: Part) -> Attachment:
    payload = part.get_payload()
    size = len(payload) if isinstance(payload, str) else sum(len(str(child)) for child in payload)
    name = part.get_filename()
    return Attachment(fields.words(name) if name else None, part.get_content_type(), size)


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text.strip()))


def _text(content: Content) -> tuple[str, bool]:
    """The plain text, and whether it came from HTML: where there is no other, or where the other is a stub."""
    plain = _tidy("\n".join(filter(_says, content.plain)))
    markup = "\n".join(content.html)
    if not markup or (plain and len(plain) * _STUB_MARKUP > len(markup)):
        return plain, False
    shown = text_of(markup)
    return (shown, True) if len(shown) > len(plain) * _STUB_TEXT else (plain, False)


def _tidy(text: str) -> str:
    """LF line ends, no NUL, no empty lines around."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\0", "").strip("\n").rstrip()


def _with_comments(text: str, calendar: Iterable[str]) -> str:
    """The text, and what a person wrote into the answer to an invitation (COMMENT, RFC 5546 section 3.2.3)."""
    for part in calendar:
        if _ANSWER.search(part):
            for raw in _COMMENT.findall(_FOLDED.sub("", part)):
                comment = _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], raw).strip()
                text = f"{text}\n\n{comment}".strip() if comment and comment not in text else text
    return text


def _is_opaque(text: str, kind: str, content: Content) -> bool:
    if kind.startswith(_ENCRYPTED) or text.startswith("-----BEGIN PGP MESSAGE-----"):
        return True
    return not (text.strip() or content.calendar or content.enclosed)


def _report(content: Content, found: fields.Fields, kind: str) -> str:
    """What a bounce says of the delivery, and the header of the message that it returns; else nothing."""
    bounced = kind.startswith("multipart/report") or any(k in _REPORTS for k, _ in content.enclosed)
    if not (bounced or "x-failed-recipients" in found or _first(found, "return-path") == "<>"):
        return ""
    parts = [text if kind in _REPORTS else _tidy(text).partition("\n\n")[0] for kind, text in content.enclosed]
    return re.sub(r"\n{3,}", "\n\n", _tidy("\n\n".join(parts)))[:_REPORT_LIMIT]


def _first(found: fields.Fields, name: str) -> str:
    return found.get(name, [""])[0]


def _addresses(found: fields.Fields, name: str) -> tuple[Address, ...]:
    values = found.get(name)
    if values is None:
        return ()
    if len(values) == 1:
        return addresses(values[0])
    return tuple(dict.fromkeys(address for value in values for address in addresses(value)))


def _sender(found: fields.Fields) -> Address | None:
    return next(iter((*_addresses(found, "from"), *_addresses(found, "sender"))), None)


def _message_id(found: fields.Fields) -> str | None:
    values = found.get("message-id", ())
    return next(iter((*fields.ids(values), *("".join(value.split()) for value in values if value))), None)


def _own_id(found: fields.Fields, text: str) -> str:
    """The same for the same message in another folder, whatever was added to its header on the way."""
    named = [_first(found, name) for name in ("from", "to", "date", "subject")]
    return hashlib.sha256("\0".join([*named, text]).encode("utf-8", "replace")).hexdigest() + "@local"


def _thread_ids(found: fields.Fields, name: str, senseless: set[str]) -> tuple[str, ...]:
    """Old programs wrote an address there, or the message's own id: neither leads to another message."""
    return tuple(one for one in fields.ids(found.get(name, ())) if one.lower() not in senseless)
