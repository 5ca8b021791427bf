"""A message's bytes again from the parts in which `threads.get` gives it, which knows no `raw`.

The parts come decoded and attachments come without their content, which nobody reads here. Where a part is missing
that would be read (a calendar in an attachment, a delivery report, an enclosed message), there's doubt, and the caller
asks for the message as it was sent. Gmail API, users.messages: MessagePart.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from email.message import Message as Part
from typing import Any, Final

from assistant.domain.mail import Attachment, Message

_SHAPES: Final = ("multipart/alternative", "multipart/mixed", "multipart/related", "multipart/signed")
_READ: Final = ("text/calendar", "application/ics")
_CHARSET: Final = re.compile(r"""(;\s*charset\s*=\s*)("[^"]*"|[^\s;]*)""", re.IGNORECASE)
_LINE: Final = re.compile(r"[\r\n]+[ \t]*")
_HOSTILE: Final = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What Python's parser raises on fields that were made to confuse it, and on parts in parts without end."""
_HIDDEN: Final = b"AA==\r\n"
"""Stands for the content of an attachment."""


class DoubtError(ValueError):
    """These parts don't say all that the message as it was sent would."""


@dataclass(slots=True)
class Rebuilt:
    """The bytes, and the size of each part that is no text, in order."""

    lines: list[bytes] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    @property
    def raw(self) -> bytes:
        return b"".join(self.lines)

    def sized(self, message: Message, size: int) -> Message:
        """What was parsed from the bytes, with the sizes that the message has. Raises `DoubtError`.

        What's odd about it may be so because of how Google took it apart.
        """
        if message.problems or len(message.attachments) != len(self.sizes):
            raise DoubtError("it isn't all there")
        attachments = tuple(
            Attachment(each.name, each.content_type, known)
            for each, known in zip(message.attachments, self.sizes, strict=True)
        )
        return replace(message, attachments=attachments, size=size)


def rebuilt(payload: dict[str, Any]) -> Rebuilt:
    """The message of this payload. Raises `DoubtError`, whatever is wrong with it."""
    made = Rebuilt()
    try:
        if any("\ufffd" in each["value"] for each in payload.get("headers", ())):
            raise DoubtError("its header has lost signs")
        _write(payload, made, top=True)
    except DoubtError:
        raise
    except _HOSTILE as error:
        raise DoubtError("its parts can't be put together") from error
    return made


def _write(part: dict[str, Any], made: Rebuilt, *, top: bool) -> None:
    kind = part.get("mimeType", "").lower()
    headers = [(each["name"], each["value"]) for each in part.get("headers", ())]
    if kind.startswith("multipart/"):
        _write_parts(kind, headers, part.get("parts", ()), made)
        return
    if part.get("parts") or kind.startswith("message/") or not kind:
        raise DoubtError(f"it encloses {kind or 'what has no type'}")
    _write_leaf(part, kind, headers, made, top=top)


def _write_parts(kind: str, headers: list[tuple[str, str]], parts: Sequence[dict[str, Any]], made: Rebuilt) -> None:
    boundary = _header(headers, "content-type").get_boundary()
    if kind not in _SHAPES or not boundary or not parts:
        raise DoubtError(f"it is {kind}")
    _head(headers, made)
    mark = b"--" + boundary.encode()
    for part in parts:
        made.lines.append(b"\r\n" + mark + b"\r\n")
        _write(part, made, top=False)
    made.lines.append(b"\r\n" + mark + b"--\r\n")


def _write_leaf(part: dict[str, Any], kind: str, headers: list[tuple[str, str]], made: Rebuilt, *, top: bool) -> None:
    body = part.get("body", {})
    content = decoded(body["data"]) if body.get("data") else None
    attached = _header(headers, "content-disposition").get_content_disposition() == "attachment"
    text = kind in ("text/plain", "text/html") and not attached
    if content is None and body.get("size") and (text or kind in _READ or not body.get("attachmentId")):
        raise DoubtError(f"its {kind} isn't there")
    if content is None and not body.get("size"):
        content = b""
    if text or kind in _READ:
        headers = [
            (name, _charset(value, content or b"") if _is(name, "content-type") else value) for name, value in headers
        ]
    if not text:
        made.sizes.append(_size(body.get("size", 0), _header(headers, "content-transfer-encoding")))
    if top and text and not any(_is(name, "content-transfer-encoding") for name, _ in headers):
        _head(headers, made)
        made.lines.append(content or b"")
        return
    _head([*_without(headers, "content-transfer-encoding"), ("Content-Transfer-Encoding", "base64")], made)
    made.lines.append(_HIDDEN if content is None else base64.encodebytes(content).replace(b"\n", b"\r\n"))


def decoded(data: str) -> bytes:
    """base64url, whose padding may be missing. Raises `DoubtError`."""
    try:
        return base64.urlsafe_b64decode(data + "=" * (-len(data) % 4))
    except (binascii.Error, ValueError):
        raise DoubtError("its content came in pieces") from None


def _head(headers: list[tuple[str, str]], made: Rebuilt) -> None:
    """The fields as they stand, in UTF-8 (RFC 6532); a value is one line."""
    made.lines += [f"{name}: {_LINE.sub(' ', value)}\r\n".encode("utf-8", "replace") for name, value in headers]
    made.lines.append(b"\r\n")


def _charset(value: str, content: bytes) -> str:
    """Text that is UTF-8 is called so, whatever it was sent in: some texts come converted."""
    if content.isascii():
        return value
    try:
        content.decode()
    except UnicodeDecodeError:
        return value
    return _CHARSET.sub(r"\1utf-8", value, count=1)


def _header(headers: list[tuple[str, str]], name: str) -> "Part[str, str]":
    """One field, alone in a part that can be asked about its parameters."""
    alone: Part[str, str] = Part()
    value = next((value for each, value in headers if _is(each, name)), "")
    if value:
        alone[name] = _LINE.sub(" ", value)
    return alone


def _is(name: str, wanted: str) -> bool:
    return name.casefold() == wanted


def _without(headers: list[tuple[str, str]], name: str) -> list[tuple[str, str]]:
    return [each for each in headers if not _is(each[0], name)]


def _size(size: int, encoding: "Part[str, str]") -> int:
    """What the content takes in the message: base64 has line ends of its own (RFC 2045 section 6.8)."""
    if str(encoding.get("content-transfer-encoding", "")).strip().lower() != "base64":
        return size
    letters = (size + 2) // 3 * 4
    return letters + 2 * (max(0, letters - 1) // 76)
