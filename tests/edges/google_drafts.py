"""Drafts in the peer's Gmail, for the suites and the edges: what the rep does to them on the web."""

import json
from collections.abc import Callable, Iterable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

import providers
from assistant.domain.ports import Mailbox
from providers.google.api import Google, Refused
from providers.google.outbox import GoogleOutbox
from providers.google.sending import GoogleSender
from tests.edges.systems import BERLIN
from tests.servers.google import GooglePeer
from tests.servers.google.mailroom import Draft


class GoogleDrafts:
    """The mailbox of the peer's user. Nothing in it waits: pauses are counted instead."""

    def __init__(self, peer: GooglePeer, monkeypatch: pytest.MonkeyPatch, **settings: Any) -> None:
        monkeypatch.setenv("NEXTMOVE_TEST_TOKEN", json.dumps(peer.token()))
        self.peer = peer
        self.settings = {
            "email": peer.email,
            "root_url": peer.url,
            "token_env": "NEXTMOVE_TEST_TOKEN",
            "send": False,
            "schedule": False,
            **settings,
        }
        self.paused: list[float] = []

    def google(self) -> Google:
        """The API as a process that has just begun sees it."""
        return Google("work", self.settings, sleep=self.paused.append, chance=lambda: 1.0)

    def outbox(self) -> GoogleOutbox:
        return GoogleOutbox(self.google(), BERLIN, sleep=self.paused.append)

    def sender(self) -> GoogleSender:
        return GoogleSender(self.google(), BERLIN, sleep=self.paused.append)

    def open(self) -> Mailbox:
        return providers.mailbox("google", "work", self.settings, BERLIN)

    def draft(self, key: str) -> Draft:
        (found,) = (each for each in self.peer.drafts() if message_from_bytes(each.mail.raw)["X-Nextmove-Key"] == key)
        return found

    def edit_draft(self, key: str, old: bytes, new: bytes) -> None:
        draft = self.draft(key)
        assert old in draft.mail.raw
        self.peer.edit_draft(draft.id, draft.mail.raw.replace(old, new))

    def delete_draft(self, key: str) -> None:
        self.peer.delete_draft(self.draft(key).id)

    def drafts(self) -> list[bytes]:
        return [each.mail.raw for each in self.peer.drafts()]

    def only_draft(self) -> EmailMessage:
        (raw,) = self.drafts()
        return parsed(raw)

    def sent(self) -> list[bytes]:
        return self.peer.sent()

    def send_draft(self, key: str) -> None:
        self.peer.send_draft(self.draft(key).id)

    def copies(self) -> dict[str, bytes]:
        return {each.id: each.raw for each in self.peer.messages() if "SENT" in each.labels}

    def arrive(self, raw: bytes) -> None:
        """A message comes in."""
        self.peer.deliver(raw)


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def part(message: EmailMessage, kind: str) -> str:
    """The text of its "plain" or "html" part, with LF line ends."""
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


class Killed(BaseException):
    """The process is gone: nothing of it runs any more."""


class Mortal(Google):
    """Dies right before its nth call to Google, or right after it, before anybody sees the answer."""

    def __init__(self, settings: dict[str, Any], at: int, *, after: bool) -> None:
        super().__init__("work", settings, sleep=lambda _: None)
        self._left = at
        self._after = after

    def run(self, request: Any, *, units: int | None = None, writes: bool = False) -> dict[str, Any]:
        self._left -= 1
        if self._left == 0 and not self._after:
            raise Killed
        answer = super().run(request, units=units, writes=writes)
        if self._left == 0:
            raise Killed
        return answer

    def batch(self, requests: Iterable[tuple[str, Any, int]]) -> Iterator[tuple[str, dict[str, Any] | Refused]]:
        self._left -= 1
        if self._left == 0:
            raise Killed
        return super().batch(requests)


def until_it_lives(effect: Callable[[Mortal], object], settings: dict[str, Any], *, after: bool) -> Iterator[None]:
    """Carry out the effect in processes that die one call later each time; yields after each death."""
    for at in range(1, 40):
        try:
            effect(Mortal(settings, at, after=after))
        except Killed:
            yield
        else:
            assert at > 2, "it made no calls to die at"
            return
    raise AssertionError("it never came to its end")
