"""The small world of the workflows' tests at Microsoft 365: the same rep, through the real app with such an account."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final

import pytest

from assistant.app import App, opened
from assistant.domain.draft import ItemState
from assistant.workflows import daily
from providers.microsoft.graph import Graph
from providers.microsoft.outbox import MicrosoftOutbox
from providers.microsoft.sending import MicrosoftSender
from tests.edges.microsoft_drafts import as_message
from tests.servers.fixtures import Emulators
from tests.servers.microsoft import MicrosoftPeer
from tests.workflows.world import NOW, Account, World

TOKEN: Final = "NEXTMOVE_WORLD_TOKEN"
EMAIL: Final = "noor@brightlane.example"
FOLDERS: Final = {"": "inbox", "Sent": "sentitems", "Drafts": "drafts"}


class MicrosoftAccount(Account):
    """The world's hands in the peer: what lies in a Maildir and a folder otherwise."""

    def __init__(self, peer: MicrosoftPeer, folder: Path) -> None:
        super().__init__("work", folder)
        self.peer = peer

    def put(self, raw: bytes, folder: str = "") -> Path:
        self.numbers += 1  # as on disk
        self.peer.deliver(raw, FOLDERS[folder])
        return Path()

    def meet(self, uid: str, start: datetime, guest: str, *, minutes: int = 30, summary: str = "Talk") -> None:
        people = [
            {"type": "required", "status": {"response": "accepted"}, "emailAddress": {"name": guest, "address": guest}}
        ]
        self.peer.put_event(
            iCalUId=uid,
            subject=summary,
            attendees=people,
            start=moment(start),
            end=moment(start + timedelta(minutes=minutes)),
        )

    def drafts(self) -> list[EmailMessage]:
        return [as_message(each) for each in self.peer.drafts()]

    def sent(self) -> list[EmailMessage]:
        self.peer.settle()
        return [as_message(each) for each in self.peer.sent()]


@dataclass(slots=True)
class MicrosoftWorld(World):
    """The peer's clock goes with the world's."""

    app: App | None = None

    @property
    def peer(self) -> MicrosoftPeer:
        account = self.work
        assert isinstance(account, MicrosoftAccount)
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


def moment(when: datetime) -> dict[str, str]:
    return {"dateTime": f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.0000000", "timeZone": "UTC"}


def config_text(folder: Path, peer: MicrosoftPeer, settings: Sequence[str], extra: str) -> str:
    lines = ["[rep]", 'name = "Noor Haddad"', f'email = "{EMAIL}"', 'aliases = ["n.haddad@brightlane.example"]']
    lines += ['timezone = "Europe/Berlin"', "[team]", 'domains = ["brightlane.example"]']
    lines += ["[store]", f'path = "{folder / "nextmove.db"}"', "[privacy]", "months = 1200"]
    lines += ["[[account]]", 'name = "work"', 'provider = "microsoft"', f'root_url = "{peer.url}"']
    lines += [f'email = "{EMAIL}"', f'client_id = "{peer.client_id}"', f'token_env = "{TOKEN}"']
    return "\n".join([*lines, *settings, extra, ""])


def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that talks to the peer sleeps."""
    for each in (Graph, MicrosoftOutbox, MicrosoftSender):
        defaults: Any = each.__init__.__kwdefaults__
        monkeypatch.setitem(defaults, "sleep", lambda _: None)


@contextmanager
def peer_of_noor(emulators: Emulators) -> Iterator[MicrosoftPeer]:
    port, user = emulators.user()
    peer = MicrosoftPeer(port, replace(user, email=EMAIL, name="Noor Haddad"))
    peer.now = NOW
    peer.send_delay = 0.0
    try:
        yield peer
    finally:
        peer.stop()
    assert not peer.violations, "\n".join(peer.violations)


@contextmanager
def microsoft_world(
    folder: Path, peer: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch, *settings: str, extra: str = ""
) -> Iterator[MicrosoftWorld]:
    """A world with nothing in it yet; `settings` are lines of its account, `extra` is the configuration's end."""
    without_waiting(monkeypatch)
    monkeypatch.setenv(TOKEN, peer.token())
    folder.mkdir(exist_ok=True)
    path = folder / "nextmove.toml"
    path.write_text(config_text(folder, peer, settings, extra), encoding="utf-8")
    with opened(path) as app:
        account = MicrosoftAccount(peer, folder)
        yield MicrosoftWorld(folder, [account], app.store, app.config, sources=app.accounts(), app=app)
