"""Drafts in the peer's Outlook, for the suites and the edges: what the rep does to them in their own programs."""

import base64
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.policy import default
from email.utils import formataddr
from typing import Any

import pytest

import providers
from assistant.domain.mail import FolderRole, Message
from assistant.domain.ports import Mailbox
from providers.microsoft.drafts import IN_REPLY_TO, KEY_PROPERTY
from providers.microsoft.graph import Graph
from providers.microsoft.outbox import MicrosoftOutbox
from providers.microsoft.sending import MicrosoftSender
from tests.contracts.caller import MailCaller
from tests.edges.systems import BERLIN
from tests.servers.microsoft import Item, MicrosoftPeer

PEOPLE = ("toRecipients", "ccRecipients", "bccRecipients")


class MicrosoftDrafts:
    """The mailbox of the peer's user. Nothing in it waits: pauses are counted instead."""

    def __init__(self, peer: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch, **settings: Any) -> None:
        monkeypatch.setenv("NEXTMOVE_TEST_TOKEN", peer.token())
        self.peer = peer
        peer.send_delay = 0.0
        given = {"token_env": "NEXTMOVE_TEST_TOKEN", "send": False, "schedule": False, **settings}
        self.settings = {**peer.settings(), **given}
        self.paused: list[float] = []

    def graph(self) -> Graph:
        """Graph as a process that has just begun sees it."""
        return Graph("work", self.settings, sleep=self.paused.append, chance=lambda: 1.0)

    def outbox(self) -> MicrosoftOutbox:
        return MicrosoftOutbox(self.graph(), BERLIN, sleep=self.paused.append)

    def sender(self) -> MicrosoftSender:
        return MicrosoftSender(self.graph(), sleep=self.paused.append)

    def open(self) -> Mailbox:
        return providers.mailbox("microsoft", "work", self.settings, BERLIN)

    def draft(self, key: str) -> Item:
        (found,) = (each for each in self.peer.drafts() if key_of(each) == key)
        return found

    def edit_draft(self, key: str, old: bytes, new: bytes) -> None:
        """Wherever these letters stand in what the rep sees."""
        item, was, now = self.draft(key), old.decode(), new.decode()
        fields = {name: item.fields[name] for name in ("subject", "body", *PEOPLE)}
        assert was in repr(fields)
        self.peer.change(item.id, **replaced(fields, was, now))

    def delete_draft(self, key: str) -> None:
        self.peer.move(self.draft(key).id, "deleteditems")

    def send_draft(self, key: str) -> None:
        self.peer.send_draft(self.draft(key).id)
        self.peer.settle()

    def drafts(self) -> list[bytes]:
        return [as_bytes(each) for each in self.peer.drafts()]

    def only_draft(self) -> Item:
        (item,) = self.peer.drafts()
        return item

    def sent(self) -> list[bytes]:
        self.peer.settle()
        return [as_bytes(each) for each in self.peer.sent()]

    def copies(self) -> dict[str, bytes]:
        self.peer.settle()
        return {each.id: as_bytes(each) for each in self.peer.messages("sentitems")}

    def arrive(self, raw: bytes) -> None:
        """A message comes in."""
        self.peer.deliver(raw)


def key_of(item: Item) -> str:
    return property_of(item, KEY_PROPERTY)


def answered_by(item: Item) -> str:
    """What it answers: drafts have no header at Exchange yet."""
    return property_of(item, IN_REPLY_TO)


def property_of(item: Item, wanted: str) -> str:
    return next((value for name, value in item.properties.items() if name.lower() == wanted.lower()), "")


def replaced(value: Any, old: str, new: str) -> Any:
    """Every text in it with these letters in the place of those."""
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, list):
        return [replaced(each, old, new) for each in value]
    if isinstance(value, dict):
        return {name: replaced(each, old, new) for name, each in value.items()}
    return value


def as_bytes(item: Item) -> bytes:
    """What the draft says, to whom, and with which pictures."""
    return bytes(as_message(item))


def as_message(item: Item) -> EmailMessage:
    message = EmailMessage(policy=default)
    for name, people in (("To", "toRecipients"), ("Cc", "ccRecipients"), ("Bcc", "bccRecipients")):
        given = [each["emailAddress"] for each in item.fields[people]]
        if given:
            message[name] = ", ".join(formataddr((each.get("name", ""), each["address"])) for each in given)
    message["Subject"] = item.subject
    message["Message-ID"] = f"<{item.message_id}>"
    message["X-Nextmove-Key"] = key_of(item)
    message.set_content(item.body, subtype="html", cte="8bit")
    for each in item.attachments:
        kind, _, subtype = each["contentType"].partition("/")
        message.add_related(base64.b64decode(each["contentBytes"]), kind, subtype, cid=f"<{each['contentId']}>")
    return message


def seen_drafts(drafts: MicrosoftDrafts) -> list[Message]:
    """The drafts that the mailbox's port brings."""
    caller = MailCaller()
    caller.pull(drafts.open())
    return [each for each in caller.held.values() if each.role is FolderRole.DRAFTS]


class Killed(BaseException):
    """The process is gone: nothing of it runs any more."""


class Mortal(Graph):
    """Dies right before its nth call to Graph, or right after it, before anybody sees the answer."""

    def __init__(self, settings: dict[str, Any], at: int, *, after: bool) -> None:
        super().__init__("work", settings, sleep=lambda _: None)
        self._left = at
        self._after = after

    def _call(self, method: str, path: str, **how: Any) -> Any:
        self._left -= 1
        if self._left == 0 and not self._after:
            raise Killed
        answer = super()._call(method, path, **how)
        if self._left == 0:
            raise Killed
        return answer


def until_it_lives(effect: Callable[[Mortal], object], settings: dict[str, Any], *, after: bool) -> Iterator[int]:
    """Carry out the effect in processes that die one call later each time; yields after each death."""
    for at in range(1, 40):
        try:
            effect(Mortal(settings, at, after=after))
        except Killed:
            yield at
        else:
            assert at > 2, "it made no calls to die at"
            return
    raise AssertionError("it never came to its end")
