"""The small world of the workflows' tests at Google: the same rep, through the real app with an account of Google."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final

import pytest

from assistant.app import App, opened
from assistant.domain.draft import ItemState
from assistant.workflows import daily
from providers.google.api import Google
from providers.google.outbox import GoogleOutbox
from providers.google.sending import GoogleSender
from tests.servers.fixtures import Emulators
from tests.servers.google import GooglePeer
from tests.workflows.world import NOW, Account, World

TOKEN: Final = "NEXTMOVE_WORLD_TOKEN"
EMAIL: Final = "noor@brightlane.example"
LABELS: Final = {"": ("INBOX",), "Sent": ("SENT",), "Drafts": ("DRAFT",)}


class GoogleAccount(Account):
    """The world's hands in the peer: what lies in a Maildir and a folder otherwise."""

    def __init__(self, peer: GooglePeer, folder: Path) -> None:
        super().__init__("work", folder)
        self.peer = peer

    def put(self, raw: bytes, folder: str = "") -> Path:
        self.numbers += 1  # as on disk
        self.peer.deliver(raw, LABELS[folder])
        return Path()

    def meet(self, uid: str, start: datetime, guest: str, *, minutes: int = 30, summary: str = "Talk") -> None:
        people = [{"email": each, "responseStatus": "accepted"} for each in (EMAIL, guest)]
        when = {
            "start": {"dateTime": start.isoformat()},
            "end": {"dateTime": (start + timedelta(minutes=minutes)).isoformat()},
        }
        self.peer.put_event({"iCalUID": uid, "summary": summary, "attendees": people, **when})

    def drafts(self) -> list[EmailMessage]:
        return [parsed(draft.mail.raw) for draft in self.peer.drafts()]

    def sent(self) -> list[EmailMessage]:
        return [parsed(raw) for raw in self.peer.sent()]


@dataclass(slots=True)
class GoogleWorld(World):
    """The peer's clock goes with the world's."""

    app: App | None = None

    @property
    def peer(self) -> GooglePeer:
        account = self.work
        assert isinstance(account, GoogleAccount)
        return account.peer

    def run(self, after: timedelta = timedelta(0), *, accept_vanished: bool = False) -> daily.RunReport:
        self.now += after
        self.peer.now = self.now
        self.restart()
        return daily.run(self.sources, self.store, self.config, self.now, accept_vanished=accept_vanished)

    def restart(self) -> None:
        """The ports as a process that has just begun opens them."""
        assert self.app is not None
        self.sources = self.app.accounts()

    def states(self) -> list[ItemState]:
        return [item.state for item in self.items()]


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def config_text(folder: Path, peer: GooglePeer, settings: Sequence[str], extra: str) -> str:
    lines = ["[rep]", 'name = "Noor Haddad"', f'email = "{EMAIL}"', 'aliases = ["n.haddad@brightlane.example"]']
    lines += ['timezone = "Europe/Berlin"', "[team]", 'domains = ["brightlane.example"]']
    lines += ["[store]", f'path = "{folder / "nextmove.db"}"', "[privacy]", "months = 1200"]
    lines += ["[[account]]", 'name = "work"', 'provider = "google"', f'root_url = "{peer.url}"']
    return "\n".join([*lines, f'token_env = "{TOKEN}"', *settings, extra, ""])


def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that talks to the peer sleeps."""
    for each in (Google, GoogleOutbox, GoogleSender):
        defaults: Any = each.__init__.__kwdefaults__
        monkeypatch.setitem(defaults, "sleep", lambda _: None)


@contextmanager
def peer_of_noor(emulators: Emulators) -> Iterator[GooglePeer]:
    port, user = emulators.user()
    peer = GooglePeer(port, replace(user, email=EMAIL, name="Noor Haddad"))
    peer.now = NOW
    try:
        yield peer
    finally:
        peer.stop()
    assert not peer.violations, "\n".join(peer.violations)


@contextmanager
def google_world(
    folder: Path, peer: GooglePeer, monkeypatch: pytest.MonkeyPatch, *settings: str, extra: str = ""
) -> Iterator[GoogleWorld]:
    """A world with nothing in it yet; `settings` are lines of its account, `extra` is the configuration's end."""
    without_waiting(monkeypatch)
    monkeypatch.setenv(TOKEN, json.dumps(peer.token()))
    folder.mkdir(exist_ok=True)
    path = folder / "nextmove.toml"
    path.write_text(config_text(folder, peer, settings, extra), encoding="utf-8")
    with opened(path) as app:
        account = GoogleAccount(peer, folder)
        yield GoogleWorld(folder, [account], app.store, app.config, sources=app.accounts(), app=app)
