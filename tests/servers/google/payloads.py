"""`payload` as Gmail makes it of a message: every part with its header, texts in UTF-8, what has a file name by its id.

The emulator knows two texts and attachments in one row; nested parts, calendars and reports are lost there.
"""

import base64
from email import message_from_bytes
from email.message import Message as Parsed

from tests.servers.discovery import Json

Part = Parsed


def payload_of(raw: bytes, headers: list[Json]) -> Json:
    """The whole message's; `headers` are those of its top part."""
    return _part(message_from_bytes(raw), "") | {"headers": headers}


def attachment(raw: bytes, name: str) -> bytes | None:
    """The content of an attachment by the id that its payload gives."""
    place = [int(n) for n in name.removeprefix("attachment-").split(".") if n.isdigit()]
    part = message_from_bytes(raw)
    for n in place if part.is_multipart() else ():
        inner = part.get_payload()
        step = inner[n] if isinstance(inner, list) and n < len(inner) else None
        if not isinstance(step, Parsed):
            return None
        part = step
    return None if part.is_multipart() else _content(part)


def _part(part: "Part[str, str]", number: str) -> Json:
    found: Json = {
        "partId": number,
        "mimeType": part.get_content_type(),
        "filename": part.get_filename() or "",
        "headers": [{"name": name, "value": " ".join(str(value).split())} for name, value in part.items()],
        "body": {"size": 0},
    }
    if part.is_multipart():
        inner = [each for each in part.get_payload() if isinstance(each, Parsed)]
        found["parts"] = [_part(each, f"{number}.{n}".strip(".")) for n, each in enumerate(inner)]
        return found
    content = _content(part)
    found["body"] = {"size": len(content)}
    if found["filename"]:
        found["body"]["attachmentId"] = f"attachment-{number or 0}"
    elif content:
        found["body"]["data"] = base64.urlsafe_b64encode(content).decode().rstrip("=")
    return found


def _content(part: "Part[str, str]") -> bytes:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    charset = part.get_content_charset()
    if part.get_content_maintype() != "text" or not charset:
        return content
    try:
        return content.decode(charset).encode()
    except (LookupError, UnicodeDecodeError):
        return content
