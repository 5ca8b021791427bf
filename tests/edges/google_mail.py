"""A Gmail mailbox for the suites and the edges, on the peer: how the rep and the world change it."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from assistant.domain.mail import FolderRole
from providers.google.api import Google
from providers.google.mail import GoogleMailbox
from tests.contracts.caller import MailCaller
from tests.contracts.letters import letter
from tests.servers.google import GooglePeer

BERLIN = ZoneInfo("Europe/Berlin")
LABELS = {FolderRole.INBOX: ("INBOX", "UNREAD"), FolderRole.SENT: ("SENT",), FolderRole.DRAFTS: ("DRAFT",)}
READS = r"gmail\.users\.(messages|threads)\.get"


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


class Gmail:
    """One account's mailbox: opened anew each time, as after a restart."""

    def __init__(self, peer: GooglePeer, monkeypatch: pytest.MonkeyPatch) -> None:
        self.peer = peer
        self.clock = Clock()
        monkeypatch.setenv("NEXTMOVE_TEST_TOKEN", json.dumps(peer.token()))
        self.settings: dict[str, Any] = {
            "email": peer.email,
            "root_url": peer.url,
            "token_env": "NEXTMOVE_TEST_TOKEN",
            "months": 600,
        }

    def google(self, **settings: Any) -> Google:
        return Google("work", {**self.settings, **settings}, clock=self.clock, sleep=self.clock.sleep)

    def open(self, **options: Any) -> GoogleMailbox:
        return GoogleMailbox(self.google(), BERLIN, **{"months": 600, **options})

    def deliver(self, raw: bytes, role: FolderRole = FolderRole.INBOX) -> str:
        return self.peer.deliver(raw, LABELS[role])

    def expunge(self, message_id: str) -> None:
        for mail in self.peer.find(message_id):
            self.peer.remove(mail.id)

    def mark_seen(self, message_id: str) -> None:
        for mail in self.peer.find(message_id):
            self.peer.relabel(mail.id, remove=["UNREAD"])

    def id_of(self, message_id: str) -> str:
        (mail,) = self.peer.find(message_id)
        return mail.id

    def snapshot(self) -> object:
        return [(mail.id, mail.labels, mail.raw, mail.history_id) for mail in self.peer.messages()]

    def fetched(self) -> list[str]:
        """What was asked for by id since the log was cleared: messages and threads, with "full" and "raw"."""
        return [f"{call.path.rpartition('/')[2]} {_one(call.query, 'format')}" for call in self.peer.calls(READS)]


def _one(query: Mapping[str, list[str]], name: str) -> str:
    return query.get(name, [""])[0]


def pulled(system: Gmail, caller: MailCaller | None = None) -> MailCaller:
    caller = caller or MailCaller()
    caller.pull(system.open())
    system.peer.log.clear()
    return caller


def places(caller: MailCaller) -> dict[str, tuple[str, FolderRole]]:
    return {message.message_id.partition("@")[0]: (message.folder, message.role) for message in caller.held.values()}


def thread(system: Gmail, numbers: Iterable[int], labels: Iterable[str] = ("INBOX",)) -> list[str]:
    """Messages of one conversation; their ids."""
    first, *rest = numbers
    ids = [system.peer.deliver(letter(first, subject="Rota"), labels)]
    where = next(mail.thread_id for mail in system.peer.messages() if mail.id == ids[0])
    return ids + [system.peer.deliver(letter(n, subject="Rota"), labels, where) for n in rest]
