"""Messages as RFC 5322 bytes, read into Graph's resources and written from them."""

import base64
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.utils import format_datetime, formataddr, getaddresses, parsedate_to_datetime
from typing import Any

from tests.servers.microsoft.asked import Json
from tests.servers.microsoft.texts import document, html_of, text_of

IMPORTANT = {"high": "high", "1": "high", "low": "low", "5": "low"}
Parts = tuple[Json, list[tuple[str, str]], list[Json], str]


def stamp(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def readable(value: str) -> str:
    plain = re.sub(r"\r?\n[ \t]*", " ", value)
    try:
        return str(make_header(decode_header(plain))) if "=?" in plain else plain
    except (LookupError, ValueError):
        return plain


def person(address: str, name: str = "") -> Json:
    return {"emailAddress": {"name": name or address, "address": address}}


def people(headers: list[tuple[str, str]], *names: str) -> list[Json]:
    values = [value for name, value in headers if name.casefold() in names]
    return [person(address, name) for name, address in getaddresses(values) if address]


def header(headers: list[tuple[str, str]], name: str) -> str:
    return next((value for each, value in headers if each.casefold() == name), "").strip()


def date_of(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def resource(raw: bytes) -> Parts:
    """The properties of a message, its headers in order, its attachments, and the text/calendar part, if any."""
    parsed = message_from_bytes(raw, policy=policy.compat32)
    headers = [(name, readable(str(value))) for name, value in parsed.items()]
    fields: Json = {
        "subject": header(headers, "subject"),
        "internetMessageId": header(headers, "message-id"),
        "toRecipients": people(headers, "to"),
        "ccRecipients": people(headers, "cc"),
        "bccRecipients": people(headers, "bcc"),
        "replyTo": people(headers, "reply-to"),
        "importance": IMPORTANT.get(
            (header(headers, "importance") or header(headers, "x-priority")[:1]).casefold(), "normal"
        ),
        "isReadReceiptRequested": bool(header(headers, "disposition-notification-to")),
    }
    if senders := people(headers, "from"):
        fields |= {"from": senders[0], "sender": (people(headers, "sender") or senders)[0]}
    if when := date_of(header(headers, "date")):
        fields["sentDateTime"] = stamp(when)
    fields["body"], attachments, invite = _content(parsed)
    fields["hasAttachments"] = any(not each["isInline"] for each in attachments)
    lines = [(name, re.sub(r"\r?\n(?=[ \t])", "", str(value))) for name, value in parsed.items()]
    return fields, lines, attachments, invite


CLASSES = {
    "meetingRequest": "IPM.Schedule.Meeting.Request",
    "meetingCancelled": "IPM.Schedule.Meeting.Canceled",
    "meetingAccepted": "IPM.Schedule.Meeting.Resp.Pos",
    "meetingTenativelyAccepted": "IPM.Schedule.Meeting.Resp.Tent",
    "meetingDeclined": "IPM.Schedule.Meeting.Resp.Neg",
}


def mapi_of(headers: list[tuple[str, str]], meeting: str) -> dict[str, str]:
    """What MAPI keeps of a message beside Graph's own properties ([MS-OXPROPS]); `meeting` is its type of meeting."""
    sent_as = header(headers, "content-type").casefold()
    named = "IPM.Note"
    if "pkcs7" in sent_as:
        named = "IPM.Note.SMIME"
    elif sent_as.startswith("multipart/signed"):
        named = "IPM.Note.SMIME.MultipartSigned"
    elif sent_as.startswith("multipart/report"):
        named = "REPORT.IPM.Note.IPNRN" if "disposition-notification" in sent_as else "REPORT.IPM.Note.NDR"
    private = header(headers, "sensitivity").casefold() == "private"
    found = {
        "String 0x1a": CLASSES.get(meeting, named),
        "Integer 0x36": "2" if private else "0",
        "String 0x1042": header(headers, "in-reply-to"),
        "String 0x1039": header(headers, "references"),
    }
    return {name: value for name, value in found.items() if value}


def _content(parsed: "Message[str, str]") -> tuple[Json, list[Json], str]:
    texts: dict[str, str] = {}
    attachments: list[Json] = []
    for part in _leaves(parsed):
        kind = part.get_content_type()
        named = part.get_filename()
        if kind in ("text/plain", "text/html", "text/calendar") and not named and kind not in texts:
            texts[kind] = _text(part)
        elif part is not parsed or part.get_content_maintype() != "text":
            attachments.append(_attachment(part, kind, readable(named or "")))
    html = texts.get("text/html")
    if html is not None:
        body = {"contentType": "html", "content": document(html)}
    else:
        body = {"contentType": "text", "content": texts.get("text/plain", "")}
    return body, attachments, texts.get("text/calendar", "")


def _leaves(part: "Message[str, str]") -> Iterator["Message[str, str]"]:
    """Not going into enclosed messages, which are attachments as a whole."""
    children = part.get_payload() if part.get_content_maintype() == "multipart" else None
    if not isinstance(children, list):
        yield part
        return
    for child in children:
        if isinstance(child, Message):
            yield from _leaves(child)


def _text(part: "Message[str, str]") -> str:
    data = part.get_payload(decode=True)
    raw = data if isinstance(data, bytes) else b""
    try:
        found = raw.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        found = raw.decode("latin-1")
    return found.replace("\r\n", "\n").replace("\n", "\r\n")


def _attachment(part: "Message[str, str]", kind: str, name: str) -> Json:
    data = part.get_payload(decode=True)
    content = data if isinstance(data, bytes) else b""
    cid = str(part.get("Content-ID", "")).strip("<> ")
    return {
        "@odata.type": "#microsoft.graph.itemAttachment" if kind == "message/rfc822" else FILE,
        "name": name or "attachment",
        "contentType": kind,
        "size": len(content),
        "isInline": bool(cid) and part.get_content_disposition() != "attachment",
        "contentId": cid or None,
        "contentBytes": base64.b64encode(content).decode(),
    }


FILE = "#microsoft.graph.fileAttachment"


def written(fields: Json, headers: list[tuple[str, str]], attachments: list[Json]) -> bytes:
    """The MIME of a message that was made through the API ($value)."""
    made = EmailMessage(policy=policy.SMTP.clone(cte_type="8bit"))
    for name, key in (("From", "from"), ("Sender", "sender")):
        if fields.get(key) and (name == "From" or fields.get("sender") != fields.get("from")):
            made[name] = _shown(fields[key])
    for name, key in (
        ("To", "toRecipients"),
        ("Cc", "ccRecipients"),
        ("Bcc", "bccRecipients"),
        ("Reply-To", "replyTo"),
    ):
        if fields.get(key):
            made[name] = ", ".join(_shown(each) for each in fields[key])
    made["Subject"] = fields.get("subject") or ""
    if fields.get("internetMessageId"):
        made["Message-ID"] = fields["internetMessageId"]
    when = fields.get("sentDateTime") or fields.get("createdDateTime")
    if when:
        made["Date"] = format_datetime(datetime.fromisoformat(when))
    for name, value in headers:
        if name not in made:
            made[name] = value
    body = fields["body"]
    html = body["content"] if body["contentType"].casefold() == "html" else html_of(body["content"])
    made.set_content(text_of(html))
    made.add_alternative(html, subtype="html")
    for each in attachments:
        _attach(made, each)
    return made.as_bytes()


def _attach(made: EmailMessage, each: Json) -> None:
    data = base64.b64decode(each.get("contentBytes", ""))
    main, _, sub = each["contentType"].partition("/")
    cid: Any = f"<{each['contentId']}>" if each.get("contentId") else None
    kind = "inline" if each.get("isInline") else "attachment"
    made.add_attachment(data, maintype=main, subtype=sub, disposition=kind, filename=each["name"], cid=cid)


def _shown(who: Json) -> str:
    address = who["emailAddress"]
    name = address.get("name") or ""
    return formataddr((name if name != address["address"] else "", address["address"]))
