"""A message as Graph gives it, read like one that came as bytes: its header, its body, the names of its attachments.

What was received has its header as it came. What was sent or begun here has none at Exchange: then Graph's properties
say it, and MAPI's of In-Reply-To and References ([MS-OXOMSG] 2.2.2.21 and 2.2.2.26). Meeting messages, reports and
what is encrypted or signed are better asked for as they were sent. `uniqueBody` isn't asked for: what of a text is new
is decided in one place for all systems.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from email.utils import format_datetime
from typing import Any, Final, TypeAlias

from assistant.domain.mail import Attachment, FolderRole, Message
from providers.microsoft.drafts import KEY_PROPERTY, QUOTE_PROPERTY, is_complete, property_of

Item: TypeAlias = Mapping[str, Any]
"""A message in Graph's words (Microsoft Graph, message resource)."""

_CLASS: Final = "String 0x1a"
_IN_REPLY_TO: Final = "String 0x1042"
_REFERENCES: Final = "String 0x1039"
_SENSITIVITY: Final = "Integer 0x36"
_VOTE: Final = "String {00062008-0000-0000-c000-000000000046} Id 0x8524"
"""What was voted ([MS-OXOMSG] 2.2.1.75, PidLidVerbResponse): where somebody pressed a button there's no other text."""

_OURS: Final = (KEY_PROPERTY, QUOTE_PROPERTY)

BRIEF: Final = "id,receivedDateTime,isRead,isDraft,flag,changeKey,conversationId,internetMessageId,parentFolderId"
"""What is asked of every message that a folder lists."""
SELECT: Final = (
    f"{BRIEF},createdDateTime,lastModifiedDateTime,sentDateTime,subject,from,sender,toRecipients,ccRecipients,"
    "bccRecipients,replyTo,hasAttachments,body,internetMessageHeaders"
)
EXPAND: Final = (
    "attachments($select=name,contentType,size),singleValueExtendedProperties($filter="
    + " or ".join(f"id eq '{each}'" for each in (_CLASS, _IN_REPLY_TO, _REFERENCES, _SENSITIVITY, _VOTE, *_OURS))
    + ")"
)
"""Not known to a delta, which gives all of an attachment instead."""

_ENCLOSED: Final = "#microsoft.graph.itemAttachment"
_MEETING: Final = "#microsoft.graph.eventMessage"
_AS_SENT: Final = ("report.", "ipm.schedule.", "ipm.note.smime")
_SIGNED: Final = ("multipart/report", "multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")
_ONLY_SIGNED: Final = "multipart/signed"
_READ: Final = ("text/calendar", "application/ics", "message/delivery-status", "message/global-delivery-status")
_ANSWERS: Final = ("ipm.note.rules.ooftemplate", "ipm.note.rules.replytemplate")
"""Classes of what Exchange answers by itself ([MS-OXORULE] 2.2.1.1)."""
_PRIVATE: Final = "2"
_FOLD: Final = re.compile(r"[ \t]*\r?\n[ \t]*")
_ZEROS: Final = re.compile(r"0x0*(?=[0-9a-f])")
_PEOPLE: Final = (("to", "toRecipients"), ("cc", "ccRecipients"), ("reply-to", "replyTo"))
_COMPLETE: Final = frozenset({"from", "received", "date"})
"""A header with one of these came with the message; what a program adds to a draft has none of them."""


def wants_original(item: Item) -> bool:
    """Whether more is to be read in the message as it was sent (`$value`) than Graph says of it."""
    kind = _class_of(item)
    if str(item.get("@odata.type", "")).startswith(_MEETING) or kind.startswith(_AS_SENT):
        return True
    sent_as = _given(item, "content-type").lower()
    if sent_as.startswith(_SIGNED) or (sent_as.startswith(_ONLY_SIGNED) and not _has_text(item)):
        return True
    return any(str(each.get("contentType") or "").lower() in _READ for each in item.get("attachments") or ())


def is_private(item: Item) -> bool:
    """Whether its sender has marked it as private ([MS-OXCMSG] 2.2.1.13)."""
    return properties_of(item).get(_plain(_SENSITIVITY)) == _PRIVATE


def flags_of(item: Item, before: Iterable[str] = ()) -> frozenset[str]:
    """In the words of IMAP, as every provider says them. What the item doesn't say is as it was `before`."""
    flags = set(before)
    if item.get("isRead") is not None:
        flags = flags | {"seen"} if item["isRead"] else flags - {"seen"}
    if isinstance(item.get("flag"), Mapping):
        flagged = item["flag"].get("flagStatus") == "flagged"
        flags = flags | {"flagged"} if flagged else flags - {"flagged"}
    return frozenset(flags)


def etag_of(flags: Iterable[str], name: str) -> str:
    """`name` is the Message-ID, which finds the message where its id is another one; of a draft its change key."""
    return f"{'+'.join(sorted(flags)) or 'new'} {name}"


def name_of(item: Item) -> str:
    return str((item.get("changeKey") if item.get("isDraft") else item.get("internetMessageId")) or "")


def parted(etag: str) -> tuple[frozenset[str], str]:
    """The flags and the name in an etag of ours."""
    flags, _, name = etag.partition(" ")
    return frozenset(flags.split("+")) - {"new", ""}, name


def properties_of(item: Item) -> dict[str, str]:
    """MAPI's properties by their ids, which Graph writes in its own way (Integer 0x36 for 0x0036)."""
    return {_plain(each["id"]): str(each["value"]) for each in item.get("singleValueExtendedProperties") or ()}


def message_of(item: Item, *, account: str, folder: str, role: FolderRole, zone: tzinfo, owner: str = "") -> Message:
    """The message, with nothing asked for again. `owner` is the mailbox's address: drafts of theirs name nobody.

    Raises `mime.UnreadableError` where there's nothing of a message.
    """
    from dataclasses import replace

    from providers import mime

    header = _header(item, owner)
    if not header.keys() & {"from", "to", "cc", "bcc", "subject", "date", "received"}:
        raise mime.UnreadableError("it has no mail header")
    body = item.get("body") or {}
    text = str(body.get("content") or "")
    message = mime.assembled(
        header,
        _content(item, text, str(body.get("contentType") or "").lower()),
        account=account,
        folder=folder,
        remote_id=str(item["id"]),
        role=role,
        flags=flags_of(item),
        etag=etag_of(flags_of(item), name_of(item)),
        zone=zone,
        size=len(text),
    )
    vote = properties_of(item).get(_plain(_VOTE), "").strip()
    if vote and not message.text.startswith(vote):
        message = replace(message, text=f"{vote}\n\n{message.text}".strip(), opaque=False)
    return message


def original_of(raw: bytes, item: Item, *, account: str, folder: str, role: FolderRole, zone: tzinfo) -> Message:
    """The message from its bytes. Raises `mime.UnreadableError`."""
    from dataclasses import replace

    from providers import mime

    flags = flags_of(item)
    etag = etag_of(flags, name_of(item))
    place: dict[str, Any] = {"account": account, "folder": folder, "role": role, "remote_id": str(item["id"])}
    message = mime.parse(raw, **place, flags=flags, etag=etag, zone=zone)
    key = _key_of(item)
    if key and message.header("x-nextmove-key") is None:
        return replace(message, headers=(*message.headers, ("x-nextmove-key", key)))
    return message


def _content(item: Item, text: str, kind: str) -> Any:
    """The body, which for plain text may come as HTML that Exchange made of it."""
    from providers import mime
    from providers.html import text_of

    attachments = tuple(map(_attachment, item.get("attachments") or ()))
    enclosed = tuple((each.content_type, "") for each in attachments if each.content_type == "message/rfc822")
    if kind != "html":
        return mime.Content(plain=(text,), attachments=attachments, enclosed=enclosed)
    if _given(item, "content-type").lower().startswith("text/plain"):
        return mime.Content(plain=(text_of(text),), attachments=attachments, enclosed=enclosed)
    return mime.Content(html=(text,), attachments=attachments, enclosed=enclosed)


def _attachment(item: Item) -> Attachment:
    enclosed = item.get("@odata.type") == _ENCLOSED
    kind = str(item.get("contentType") or ("message/rfc822" if enclosed else "application/octet-stream"))
    return Attachment(item.get("name") or None, kind.lower(), int(item.get("size") or 0))


def _header(item: Item, owner: str) -> dict[str, list[str]]:
    """The fields that are read, by their lower-cased names."""
    from providers import mime

    header: dict[str, list[str]] = {}
    for each in item.get("internetMessageHeaders") or ():
        name = str(each["name"]).lower()
        if name in mime.WANTED and not (name == "received" and name in header):
            header.setdefault(name, []).append(_FOLD.sub(" ", str(each["value"])).strip())
    said = {"bcc": _people(item.get("bccRecipients"))}
    if header.keys().isdisjoint(_COMPLETE):
        said |= _said(item, owner)
    properties = properties_of(item)
    said["message-id"] = str(item.get("internetMessageId") or "")
    said["in-reply-to"] = properties.get(_plain(_IN_REPLY_TO), "")
    said["references"] = properties.get(_plain(_REFERENCES), "")
    said["x-nextmove-key"] = _key_of(item)
    if _class_of(item).startswith(_ANSWERS):
        said["auto-submitted"] = "auto-replied"
    return header | {name: [_FOLD.sub(" ", value)] for name, value in said.items() if value and name not in header}


def _said(item: Item, owner: str) -> dict[str, str]:
    """What Graph says of a message whose header isn't there."""
    sender = _people([item.get("from") or item.get("sender") or {}]) or (owner if item.get("isDraft") else "")
    subject = str(item.get("subject") or "")
    when = item.get("sentDateTime") or item.get("createdDateTime")
    said = {"from": sender, "subject": subject, "date": _date(when) if sender or subject else ""}
    for_them = _people([item.get("sender") or {}])
    if for_them.rpartition("<")[2].rstrip(">").lower() != sender.rpartition("<")[2].rstrip(">").lower():
        said["sender"] = for_them
    return said | {name: _people(item.get(key)) for name, key in _PEOPLE}


def _date(moment: Any) -> str:
    try:
        return format_datetime(datetime.fromisoformat(str(moment))) if moment else ""
    except ValueError:
        return ""


def _people(people: Iterable[Item] | None) -> str:
    """As a field has them. Exchange's own addresses (/o=…/cn=…), which aren't of the internet, are left out."""
    return ", ".join(filter(None, (_person(each.get("emailAddress") or {}) for each in people or ())))


def _person(address: Item) -> str:
    email, name = str(address.get("address") or "").strip(), str(address.get("name") or "").strip()
    if "@" not in email or re.search(r"[\s<>,;:]", email):
        return ""
    if not name or name.lower() == email.lower():
        return email
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{email}>'


def _key_of(item: Item) -> str:
    """Our key; not that of a reply that was begun for it, and that the rep has made their own."""
    return property_of(item, KEY_PROPERTY) if is_complete(item) else ""


def _class_of(item: Item) -> str:
    return properties_of(item).get(_plain(_CLASS), "").lower()


def _given(item: Item, name: str) -> str:
    """A field of the header as it came."""
    given = (each for each in item.get("internetMessageHeaders") or () if str(each["name"]).lower() == name)
    return str(next(given, {"value": ""})["value"]).strip()


def _has_text(item: Item) -> bool:
    return bool(re.sub(r"<[^>]*>|&nbsp;|\s", "", str((item.get("body") or {}).get("content") or "")))


def _plain(name: str) -> str:
    return _ZEROS.sub("0x", name.lower())
