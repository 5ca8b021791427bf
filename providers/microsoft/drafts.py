"""Outlook's drafts: which of them are ours, by the key in a property of their own, and what each says now.

Whoever saves a draft in Outlook has its HTML written anew; so what is compared are its words, and what else people
would see or follow: links, pictures, strokes through words.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from typing import Any, Final

from assistant.domain.mail import Address
from assistant.domain.ports import FiledDraft
from providers.microsoft.folders import DRAFTS
from providers.microsoft.graph import Graph, RefusalError, graph_path, odata
from providers.quoting import above, words_of

KEY_PROPERTY: Final = "String {6f2d3c1e-9a57-4b0e-8d64-5e1f7c2ab930} Name NextmoveKey"
"""Our key, on a draft and on the mail sent from it; the names of such properties are compared letter by letter."""
QUOTE_PROPERTY: Final = "String {6f2d3c1e-9a57-4b0e-8d64-5e1f7c2ab930} Name NextmoveQuote"
"""The mark of the quote below; every draft of ours that is complete has it, without a quote too."""
IN_REPLY_TO: Final = "String 0x1042"
REFERENCES: Final = "String 0x1039"
"""PidTagInReplyToId and PidTagInternetReferences (MS-OXOMSG), which Graph has no field for."""

SELECT: Final = (
    "id,conversationId,internetMessageId,subject,from,replyTo,toRecipients,ccRecipients,bccRecipients,body,importance,"
    "hasAttachments,isDeliveryReceiptRequested,isReadReceiptRequested,isDraft,parentFolderId,createdDateTime,"
    "lastModifiedDateTime"
)
EXPAND: Final = "singleValueExtendedProperties($filter={})".format(
    " or ".join(f"id eq '{name}'" for name in (KEY_PROPERTY, QUOTE_PROPERTY, IN_REPLY_TO))
)
_WHOLE: Final = {"$select": SELECT, "$expand": EXPAND}
_RULE: Final = re.compile(r"^[ \t]*_{10,}[ \t]*$", re.MULTILINE)
"""What Exchange puts between a reply and its history, as text."""
_SEEN: Final = re.compile(
    r"<(a|area|img|s|strike|del|ins|video|audio|iframe|object|embed|form|input)\b([^<>]*)>?([^<]*)", re.IGNORECASE
)
_LEADS: Final = re.compile(r"""\b(?:href|src)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
_UNSAVED: Final = timedelta(seconds=10)
"""Between the making of a draft and its last change, where nobody has saved it since."""


@dataclass(frozen=True, slots=True)
class FoundDraft:
    """A draft as it lies there. `body` is its text above the quote, `text` all of it.

    `key` is there where it's complete; `begun_for` is the key of one that was begun and not finished.

    `etag` is a digest of what people would see of it and who gets it, `tag` what Graph calls this version of it.
    """

    id: str
    thread: str
    message_id: str
    subject: str
    recipients: tuple[Address, ...]
    key: str
    body: str
    etag: str
    tag: str
    text: str = field(repr=False)
    answers: str = ""
    markup: str | None = field(default=None, repr=False)
    bare: bool = False
    begun_for: str = ""

    @property
    def filed(self) -> FiledDraft:
        return FiledDraft(
            folder=DRAFTS,
            remote_id=self.id,
            message_id=self.message_id,
            subject=self.subject,
            body=self.body,
            recipients=self.recipients,
            thread=self.thread,
            etag=self.etag,
        )

    def is_as(self, filed: FiledDraft) -> bool:
        """Whether it's what was filed, whichever program has written its HTML anew since."""
        return (
            self.etag == filed.etag
            and set(self.recipients) == set(filed.recipients)
            and self.subject.split() == filed.subject.split()
            and words_of(self.body) == words_of(filed.body)
        )


class Drafts:
    """The drafts of one mailbox, read only."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._folder = ""

    def with_key(self, key: str) -> list[FoundDraft]:
        """All drafts with the key in the Drafts folder, the newest first."""
        return [each for each in self.made_for(key) if each.key == key]

    def made_for(self, key: str) -> list[FoundDraft]:
        """Those, and what was begun for the key and not finished."""
        return [each for each in self._listed(having(key)) if key in (each.key, each.begun_for)]

    def in_conversation(self, conversation: str) -> list[FoundDraft]:
        return list(self._listed(f"conversationId eq {odata(conversation)}"))

    def read(self, draft: str) -> FoundDraft | None:
        """The draft as it is now; None where it isn't among the drafts (any more)."""
        try:
            message = self._graph.get(graph_path("/messages/{}", draft), _WHOLE)
        except RefusalError as error:
            if error.status == 404:
                return None
            raise
        if not message.get("isDraft") or message.get("parentFolderId") != self._in():
            return None
        return found_draft(message, self._graph.email)

    def _in(self) -> str:
        """What Graph calls the Drafts folder."""
        if not self._folder:
            self._folder = str(self._graph.get("/mailFolders/drafts", {"$select": "id"})["id"])
        return self._folder

    def _listed(self, wanted: str) -> Iterator[FoundDraft]:
        found: dict[str, Mapping[str, Any]] = {}
        for page in self._graph.pages("/mailFolders/drafts/messages", {"$filter": wanted, **_WHOLE}):
            found |= {each["id"]: each for each in page.get("value", ()) if each.get("isDraft")}
        for each in sorted(found.values(), key=lambda one: str(one.get("createdDateTime", "")), reverse=True):
            yield found_draft(each, self._graph.email)


def having(key: str) -> str:
    """The $filter that finds what has our key (Microsoft Graph, singleValueLegacyExtendedProperty: get)."""
    return f"singleValueExtendedProperties/Any(ep: ep/id eq {odata(KEY_PROPERTY)} and ep/value eq {odata(key)})"


def found_draft(message: Mapping[str, Any], mine: str) -> FoundDraft:
    """A draft from Graph's answer, of the mailbox of this address."""
    text = text_in(message.get("body"))
    people = tuple(each for name in ("to", "cc", "bcc") for each in recipients_of(message.get(f"{name}Recipients")))
    body = message.get("body") or {}
    return FoundDraft(
        id=message["id"],
        thread=message.get("conversationId") or "",
        message_id=str(message.get("internetMessageId") or "").strip("<> "),
        subject=str(message.get("subject") or "").strip(),
        recipients=tuple(dict.fromkeys(people)),
        key=property_of(message, KEY_PROPERTY) if is_complete(message) else "",
        body=above(text, property_of(message, QUOTE_PROPERTY)),
        etag=_digest(message, text, mine),
        tag=message.get("@odata.etag") or "",
        text=text,
        answers=property_of(message, IN_REPLY_TO).strip("<> "),
        markup=body.get("content") or "" if _is_html(body) else None,
        bare=is_bare(message),
        begun_for="" if is_complete(message) else property_of(message, KEY_PROPERTY),
    )


def is_complete(message: Mapping[str, Any]) -> bool:
    """Whether a draft with our key says what it's to say: its mark is set together with that."""
    return bool(property_of(message, QUOTE_PROPERTY))


def is_bare(message: Mapping[str, Any]) -> bool:
    """Whether it's a reply in which nobody has written anything yet: its history alone, as Exchange put it there."""
    if message.get("hasAttachments") or is_complete(message):
        return False
    text = text_in(message.get("body"))
    rule = _RULE.search(text)
    if rule is None or text[: rule.start()].strip() or not text[rule.end() :].strip():
        return False
    if property_of(message, KEY_PROPERTY):
        return True
    made, saved = (_moment(message.get(name)) for name in ("createdDateTime", "lastModifiedDateTime"))
    return made is None or saved is None or saved - made <= _UNSAVED


def below_rule(text: str) -> str:
    """The history in the text of a reply, with its introduction; "" where there's none."""
    rule = _RULE.search(text)
    return text[rule.end() :] if rule else ""


def text_in(body: Mapping[str, Any] | None) -> str:
    """What an itemBody says, as plain text."""
    content = str((body or {}).get("content") or "")
    if not _is_html(body or {}):
        return content.replace("\r\n", "\n").strip()
    from providers.html import text_of

    return text_of(content)


def property_of(message: Mapping[str, Any], name: str) -> str:
    """A single-value extended property that was asked for, or ""."""
    found = message.get("singleValueExtendedProperties") or ()
    return next((str(each.get("value") or "") for each in found if str(each.get("id")).lower() == name.lower()), "")


def recipients_of(found: Any) -> tuple[Address, ...]:
    """The addresses in a field of recipients; Graph writes an address without a name twice."""
    from providers.addresses import addresses

    given = [(each or {}).get("emailAddress") or {} for each in found or ()]
    return tuple(
        Address(one.email, _name(each.get("name"), one.email))
        for each in given
        for one in addresses(f"<{each.get('address') or ''}>")
    )


def _name(given: Any, email: str) -> str | None:
    name = " ".join(str(given or "").split())
    return name if name and name.lower() != email else None


def _digest(message: Mapping[str, Any], text: str, mine: str) -> str:
    sender = recipients_of([message.get("from")] if message.get("from") else ())
    seen = {
        "from": [one.email for one in sender] or [mine],
        **{
            name: sorted(one.email for one in recipients_of(message.get(name)))
            for name in ("toRecipients", "ccRecipients", "bccRecipients", "replyTo")
        },
        **{
            name: message.get(name) or False
            for name in ("hasAttachments", "isDeliveryReceiptRequested", "isReadReceiptRequested")
        },
        "importance": str(message.get("importance") or "normal").lower(),
        "subject": str(message.get("subject") or "").split(),
        "words": words_of(text),
        "beside": _beside(message.get("body") or {}),
    }
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode("utf-8", "replace")).hexdigest()


def _beside(body: Mapping[str, Any]) -> list[list[str]]:
    """What isn't in the words of an HTML body and matters: where links lead, pictures, strokes.

    Outlook makes links of addresses by itself, and marks places with anchors: those lead nowhere else than they say.
    """
    if not _is_html(body):
        return []
    seen: list[list[str]] = []
    for tag in _SEEN.finditer(str(body.get("content") or "")):
        name, shown = tag[1].lower(), unescape(tag[3]).strip().lower()
        leads = [unescape(found[1].strip("\"'")).strip() for found in _LEADS.finditer(tag[2])]
        if name not in ("a", "area") or any(_target(each) not in ("", _target(shown)) for each in leads):
            seen.append([name, *leads])
    return seen


def _target(link: str) -> str:
    return link.lower().removeprefix("mailto:").removeprefix("https://").removeprefix("http://").rstrip("/")


def _is_html(body: Mapping[str, Any]) -> bool:
    return str(body.get("contentType") or "html").lower() == "html"


def _moment(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None
