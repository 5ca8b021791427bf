"""The same mail on disk and at Gmail is the same messages."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import providers
from assistant.config import parse
from assistant.domain.mail import FolderRole, Message
from assistant.domain.ports import Mailbox, Outbox
from assistant.store import Store
from assistant.workflows.sources import SourceAccount
from assistant.workflows.sync import pull
from benchmarks.generator import messages
from providers import fields
from providers.google import mail
from tests.contracts.caller import MailCaller
from tests.data.test_mail import FILES
from tests.edges.google_mail import Gmail
from tests.edges.systems import MaildirDisk
from tests.servers.google import GooglePeer

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def system(google: GooglePeer, monkeypatch: pytest.MonkeyPatch) -> Gmail:
    return Gmail(google, monkeypatch)


def everywhere(message: Message) -> Message:
    """Without what is a system's own: names of places, flags, sizes with other line ends, and fields put into words."""
    headers = tuple((name, fields.words(value)) for name, value in message.headers if name != "content-type")
    attachments = tuple(replace(each, size=round(each.size, -3)) for each in message.attachments)
    own = {"account": "", "remote_id": "", "folder": "", "etag": "", "flags": frozenset[str](), "size": 0}
    return replace(message, headers=headers, attachments=attachments, **own)  # type: ignore[arg-type]


def both(disk: MaildirDisk, system: Gmail) -> tuple[list[Message], list[Message]]:
    held = []
    for mailbox in (providers.mailbox("local", "work", {"mail": str(disk.root)}, BERLIN), system.open(months=1200)):
        caller = MailCaller()
        caller.pull(mailbox)
        held.append(sorted(map(everywhere, caller.held.values()), key=lambda each: (each.message_id, each.text)))
    return held[0], held[1]


def test_made_up_mail_in_long_threads(system: Gmail, tmp_path: Path) -> None:
    disk = MaildirDisk(tmp_path / "Maildir")
    for raw, ours in messages(120, seed=3):
        role = FolderRole.SENT if ours else FolderRole.INBOX
        disk.deliver(raw, role)
        system.peer.deliver(raw, ["SENT" if ours else "INBOX"])
    local, gmail = both(disk, system)
    assert {each.rpartition(" ")[2] for each in system.fetched()} == {"raw", "full"}
    assert local == gmail


@pytest.mark.parametrize("in_one", [False, True], ids=["alone", "in a thread"])
def test_every_quirk_that_we_know(system: Gmail, tmp_path: Path, in_one: bool) -> None:
    disk = MaildirDisk(tmp_path / "Maildir")
    for path in FILES:
        if path.stem == "base64_cut_off" and in_one:
            continue  # Google decodes it; our peer's library doesn't
        disk.deliver(path.read_bytes())
        system.peer.deliver(path.read_bytes(), ["INBOX"], "one" if in_one else None)
    local, gmail = both(disk, system)
    assert [each.message_id for each in local] == [each.message_id for each in gmail]
    assert local == gmail


NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
CONFIG = """
[rep]
name = "Mara Lindqvist"
email = "mara.lindqvist@tallwood.example"
timezone = "Europe/Berlin"

[[account]]
name = "work"
mail = "Maildir"
"""


class Killed(Exception):  # noqa: N818
    """In place of a kill, right after a batch was kept."""


def mirrored(folder: Path, mailbox: Mailbox, outbox: Outbox, *, kill_after: int | None = None) -> list[list[str]]:
    """The conversations as the mirror has them after a pull, one that was killed on its way and begun again."""
    config = parse(CONFIG, folder / "nextmove.toml")
    account = SourceAccount("work", mailbox, outbox)
    seen: list[int] = []

    def progress(_account: str, done: int, total: int | None) -> None:
        assert total is None or done <= total
        seen.append(done)
        if len(seen) == kill_after:
            raise Killed

    with Store.open(folder / "nextmove.db") as store:
        if kill_after:
            with pytest.raises(Killed):
                pull([account], store, config, NOW, progress=progress)
        report = pull([account], store, config, NOW, progress=progress)
        assert report.failed == []
        with store.read() as tx:
            threads = sorted(tx.mirror.threads_touching(domains=["tallwood.example"]))
            found = [tx.mirror.messages(threads=[thread]) for thread in threads]
    return sorted([each.message.message_id for each in thread] for thread in found)


@pytest.mark.parametrize("kill_after", [None, 1, 3])
def test_the_mirror_has_the_same_conversations_of_both(
    system: Gmail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kill_after: int | None
) -> None:
    monkeypatch.setattr(mail, "BATCH", 20)
    disk = MaildirDisk(tmp_path / "Maildir")
    for raw, ours in messages(120, seed=4):
        disk.deliver(raw, FolderRole.SENT if ours else FolderRole.INBOX)
        system.peer.deliver(raw, ["SENT" if ours else "INBOX"])
    (tmp_path / "local").mkdir()
    (tmp_path / "gmail").mkdir()
    local = mirrored(tmp_path / "local", disk.open(), disk.outbox())
    gmail = mirrored(tmp_path / "gmail", system.open(), disk.outbox(), kill_after=kill_after)
    assert sum(map(len, local)) == 120
    assert gmail == local
