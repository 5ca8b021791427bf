"""A mailbox of Microsoft's for the suites and the edges, on the peer: how the rep and the world change it."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest

from assistant.domain.mail import FolderRole
from providers.microsoft.graph import Graph
from providers.microsoft.mail import MicrosoftMailbox
from tests.contracts.caller import MailCaller
from tests.contracts.letters import letter
from tests.servers.microsoft import MicrosoftPeer

BERLIN = ZoneInfo("Europe/Berlin")
FOLDERS = {FolderRole.INBOX: "inbox", FolderRole.SENT: "sentitems", FolderRole.DRAFTS: "drafts"}
BODIES = r"messages\.(list|get|value)"


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Outlook:
    """One account's mailbox: opened anew each time, as after a restart."""

    def __init__(self, peer: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch) -> None:
        self.peer = peer
        self.clock = Clock()
        monkeypatch.setenv("NEXTMOVE_TEST_TOKEN", peer.token())
        self.settings: dict[str, Any] = peer.settings(token_env="NEXTMOVE_TEST_TOKEN", months=600)

    def graph(self, **settings: Any) -> Graph:
        return Graph("work", {**self.settings, **settings}, clock=self.clock, sleep=self.clock.sleep)

    def open(self, **options: Any) -> MicrosoftMailbox:
        return MicrosoftMailbox(self.graph(), BERLIN, **{"months": 600, **options})

    def deliver(self, raw: bytes, role: FolderRole = FolderRole.INBOX, **fields: Any) -> str:
        return self.peer.deliver(raw, FOLDERS[role], **fields)

    def expunge(self, message_id: str) -> None:
        for item in self.peer.find(message_id):
            self.peer.remove(item.id)

    def mark_seen(self, message_id: str) -> None:
        for item in self.peer.find(message_id):
            self.peer.change(item.id, isRead=True)

    def id_of(self, message_id: str) -> str:
        (item,) = self.peer.find(message_id)
        return item.id

    def snapshot(self) -> object:
        return [(item.id, item.folder, dict(item.fields)) for item in self.peer.messages()]

    def fetched(self) -> list[str]:
        """What was asked for in full since the log was cleared: "page", an id, or an id with its $value."""
        return [
            "page" if call.id == "messages.list" else unquote(call.path.partition("/messages/")[2])
            for call in self.peer.calls(BODIES)
            if call.id == "messages.value" or "body" in "".join(call.query.get("$select", ())).split(",")
        ]


def folders_asked(system: Outlook, **query: bool) -> set[str]:
    """The folders whose deltas were asked: with a $filter, they were begun anew."""
    begun = [call for call in system.peer.calls("messages.delta") if ("$filter" in call.query) == query["anew"]]
    return {unquote(call.path).rpartition("/messages")[0].rpartition("/")[2] for call in begun}


def pulled(system: Outlook, caller: MailCaller | None = None, **options: Any) -> MailCaller:
    caller = caller or MailCaller()
    caller.pull(system.open(**options))
    system.peer.log.clear()
    return caller


def places(caller: MailCaller) -> dict[str, tuple[str, FolderRole]]:
    return {message.message_id.partition("@")[0]: (message.folder, message.role) for message in caller.held.values()}


def answers(system: Outlook, numbers: Iterable[int], folder: str = "inbox") -> list[str]:
    """Letters of one conversation; their ids."""
    return [system.peer.deliver(letter(each, subject="Rota"), folder, conversationId="one") for each in numbers]
