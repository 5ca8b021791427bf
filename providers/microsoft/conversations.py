"""Outlook's conversations: the message that a reply answers, and what lies beside it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from assistant.domain.mail import Address
from assistant.domain.ports import OutgoingMail
from providers.microsoft.drafts import recipients_of, text_in
from providers.microsoft.graph import Graph, RefusalError, graph_path, odata

_SELECT: Final = "id,conversationId,internetMessageId,receivedDateTime,isDraft,parentFolderId"
_PEOPLE: Final = ("from", "sender", "replyTo", "toRecipients", "ccRecipients")
_MOST_HITS: Final = 25
_MOST_SEARCHES: Final = 4


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reply belongs: the message that it's made from, its conversation, and those who have that message.

    `exact`: it's the very message answered, not one before it.
    """

    message: str
    conversation: str
    people: frozenset[Address]
    exact: bool

    def may_quote(self, mail: OutgoingMail) -> bool:
        """Whether its history can stand below `mail`: nobody gets to read there what wasn't sent to them."""
        return self.exact and {*mail.to, *mail.cc} <= self.people


def place_of(graph: Graph, mail: OutgoingMail) -> Place | None:
    """Found by the Message-ID of the message answered, else by those of the messages before it."""
    if not mail.in_reply_to:
        return None
    for message_id in list(dict.fromkeys((mail.in_reply_to, *reversed(mail.references))))[:_MOST_SEARCHES]:
        hits = [each for each in with_message_id(graph, message_id, _PEOPLE) if not each.get("isDraft")]
        if hits:
            hit = min(hits, key=lambda each: _likeness(each, mail, graph.email))
            people = frozenset(one for name in _PEOPLE for one in recipients_of(_listed(hit.get(name))))
            return Place(hit["id"], hit.get("conversationId") or "", people, message_id == mail.in_reply_to)
    return None


def _likeness(hit: Mapping[str, Any], mail: OutgoingMail, mine: str) -> tuple[bool, str]:
    """How sure it is that this is the message meant, the least the most: whoever was on it can send another one under
    its Message-ID. It's from somebody who is answered, or from us; and what was there first is no later twin."""
    sender = {one.email for name in ("from", "sender") for one in recipients_of(_listed(hit.get(name)))}
    meant = {mine, mail.sender.email, *(one.email for one in (*mail.to, *mail.cc))}
    return not sender & meant, str(hit.get("receivedDateTime") or "")


def with_message_id(graph: Graph, message_id: str, more: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """The messages with this Message-ID in any folder, without their texts."""
    wanted = {"$filter": f"internetMessageId eq {odata(f'<{message_id}>')}", "$select": ",".join((_SELECT, *more))}
    return list(graph.get("/messages", {**wanted, "$top": _MOST_HITS}).get("value", ()))


def messages_in(graph: Graph, conversation: str) -> Iterator[dict[str, Any]]:
    """What lies in a conversation, in any folder, without the texts; in no order, as Graph has none for it."""
    wanted = {"$filter": f"conversationId eq {odata(conversation)}", "$select": _SELECT, "$top": 100}
    for page in graph.pages("/messages", wanted):
        yield from page.get("value", ())


def text_of_message(graph: Graph, message: str) -> str | None:
    """Its text, history and all; None where it's gone."""
    try:
        return text_in(graph.get(graph_path("/messages/{}", message), {"$select": "id,body"}).get("body"))
    except RefusalError as error:
        if error.status == 404:
            return None
        raise


def folder_id(graph: Graph, name: str) -> str | None:
    """What Graph calls a well-known folder; None where the mailbox has none."""
    try:
        return str(graph.get(f"/mailFolders/{name}", {"$select": "id"})["id"])
    except RefusalError as error:
        if error.status == 404:
            return None
        raise


def _listed(found: Any) -> list[Mapping[str, Any]]:
    return found if isinstance(found, list) else [found] if found else []
