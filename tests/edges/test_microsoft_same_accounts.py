"""One rep with accounts of Microsoft 365, Google and files, in which the same mail lies: each thing is there once."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.domain.draft import ItemKind, ItemState
from assistant.domain.mail import FolderRole
from assistant.workflows import editing, review
from tests.edges import google_world, microsoft_world
from tests.edges.microsoft_world import MicrosoftWorld
from tests.edges.systems import MaildirDisk
from tests.servers.fixtures import Emulators
from tests.servers.google import GooglePeer
from tests.workflows.world import INES, NO, PASSIVE, QUESTION, REP, days

GOOGLE_TOKEN = "NEXTMOVE_WORLD_GOOGLE_TOKEN"
"""The names of the other accounts come before that of the one at Microsoft, so that no order makes it right."""


@dataclass
class Three:
    """The three accounts. What customers write to the rep is handed on to each of them."""

    world: MicrosoftWorld
    google: GooglePeer
    disk: MaildirDisk
    numbers: int = 0

    def comes(self, body: str, *, reply_to: str = "", to: str = REP, but: str = "") -> str:
        self.world.now += timedelta(minutes=30)
        raw, name = self.letter(INES, to, body, reply_to)
        if but != "microsoft":
            self.world.peer.deliver(raw)
        if but != "google":
            self.google.deliver(b"Received: from relay by google; Wed, 4 Mar 2026 08:00:00 +0000\n" + raw, ("INBOX",))
        if but != "disk":
            self.disk.deliver(b"Received: from relay by disk; Wed, 4 Mar 2026 08:00:00 +0000\n" + raw)
        return name

    def goes(self, body: str, *, reply_to: str, by: str = "microsoft") -> str:
        self.world.now += timedelta(minutes=30)
        raw, name = self.letter(REP, INES, body, reply_to)
        if by == "microsoft":
            self.world.peer.deliver(raw, "sentitems")
        elif by == "google":
            self.google.deliver(raw, ("SENT",))
        else:
            self.disk.deliver(raw, FolderRole.SENT)
        return name

    def letter(self, sender: str, to: str, body: str, reply_to: str) -> tuple[bytes, str]:
        from email.utils import format_datetime

        self.numbers += 1
        name = f"three{self.numbers}@post.example"
        lines = [f"From: {sender}", f"To: {to}", f"Date: {format_datetime(self.world.now)}"]
        lines += ["Subject: " + ("Re: " if reply_to else "") + "Harbour planning", f"Message-ID: <{name}>"]
        lines += [f"In-Reply-To: <{reply_to}>", f"References: <{reply_to}>"] if reply_to else []
        return "\n".join([*lines, "Content-Type: text/plain; charset=utf-8", "", body]).encode(), name

    def runs(self, after: timedelta = timedelta(minutes=5)) -> None:
        self.google.now = self.world.now + after
        self.world.run(after)

    def drafts(self) -> dict[str, int]:
        folder = self.disk.root / self.disk.FOLDERS[FolderRole.DRAFTS]
        local = len([each for each in folder.rglob("*") if each.is_file()])
        return {"microsoft": len(self.world.peer.drafts()), "google": len(self.google.drafts()), "disk": local}

    def approve(self) -> Any:
        return review.approve(self.world.desk, self.world.draft().id, self.world.now)


@pytest.fixture
def three(emulators: Emulators, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Three]:
    google_world.without_waiting(monkeypatch)
    disk = MaildirDisk(tmp_path / "Maildir")
    with ExitStack() as stack:
        microsoft = stack.enter_context(microsoft_world.peer_of_noor(emulators))
        google = stack.enter_context(google_world.peer_of_noor(emulators))
        monkeypatch.setenv(GOOGLE_TOKEN, json.dumps(google.token()))
        others = [
            *("[[account]]", 'name = "a-google"', 'provider = "google"', f'root_url = "{google.url}"'),
            *(f'token_env = "{GOOGLE_TOKEN}"', "calendars = []", 'email = "n.haddad@brightlane.example"'),
            *("[[account]]", 'name = "b-disk"', f'mail = "{disk.root}"'),
        ]
        world = stack.enter_context(
            microsoft_world.microsoft_world(tmp_path / "world", microsoft, monkeypatch, extra="\n".join(others))
        )
        world.now -= days(9)
        yield Three(world, google, disk)


def begun(three: Three, *, by: str = "microsoft") -> str:
    three.world.deal()
    asked = three.comes(QUESTION)
    three.goes(PASSIVE, reply_to=asked, by=by)
    three.world.now += days(8)
    three.runs()
    return asked


@pytest.mark.parametrize("by", ["microsoft", "google", "disk"])
def test_a_draft_lies_in_the_account_from_which_the_rep_writes(three: Three, by: str) -> None:
    begun(three, by=by)
    three.approve()
    assert three.drafts() == {"microsoft": 0, "google": 0, "disk": 0, by: 1}
    three.runs()
    three.runs()
    assert three.drafts() == {"microsoft": 0, "google": 0, "disk": 0, by: 1}


@pytest.mark.parametrize("by", ["microsoft", "google", "disk"])
def test_an_answer_that_comes_into_all_accounts_is_answered_from_the_one_in_use(three: Three, by: str) -> None:
    asked = begun(three, by=by)
    three.approve()
    three.comes("Hi Noor,\n\nHow many users does the smallest package have?\n\nInes\n", reply_to=asked)
    three.runs()
    assert sum(three.drafts().values()) == 0
    item = three.world.draft()
    review.approve(three.world.desk, fill(three, item.id), three.world.now)
    assert three.drafts() == {"microsoft": 0, "google": 0, "disk": 0, by: 1}


def fill(three: Three, item_id: int) -> int:
    """The rep fills the gaps."""
    item = three.world.item(item_id)
    if item.gaps:
        head = editing.as_text(item).partition("\n\n")[0]
        body = "Hi Ines,\n\nit has ten users. Shall we go through it on Thursday at 10:00?\n\nBest,\nNoor\n"
        editing.edit(three.world.desk, item_id, f"{head}\n\n{body}", item.version, three.world.now)
    return item_id


@pytest.mark.parametrize("to", ["microsoft", "google"])
def test_a_first_mail_that_lies_in_all_accounts_is_answered_from_the_one_it_was_written_to(
    three: Three, to: str
) -> None:
    """Each account has an address of its own here."""
    three.world.deal()
    mine = REP if to == "microsoft" else "Noor Haddad <n.haddad@brightlane.example>"
    three.comes("Hi Noor,\n\nHow many users does the smallest package have?\n\nInes\n", to=mine)
    three.world.now += days(8)
    three.runs()
    review.approve(three.world.desk, fill(three, three.world.draft().id), three.world.now)
    assert three.drafts() == {"microsoft": 0, "google": 0, "disk": 0, to: 1}


def test_a_no_in_another_account_stops_what_was_filed(three: Three) -> None:
    """It was written to the rep's private address, which is read as well."""
    asked = begun(three)
    three.approve()
    three.comes(NO, reply_to=asked, to="Noor <n.haddad@brightlane.example>", but="microsoft")
    three.runs()
    assert sum(three.drafts().values()) == 0
    states = [item.state for item in three.world.items() if item.kind is ItemKind.DRAFT]
    assert ItemState.FILED not in states


def test_a_mail_in_three_accounts_is_one_message(three: Three) -> None:
    begun(three)
    with three.world.store.read() as tx:
        found = tx.mirror.messages(keys=range(1, 20))
    assert len(found) == 2
