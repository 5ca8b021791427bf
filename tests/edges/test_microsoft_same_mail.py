"""The same mail on disk and at Microsoft is the same messages, but for what Exchange doesn't keep of them."""

import re
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

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
from providers.microsoft import mail
from tests.contracts.caller import MailCaller
from tests.data.test_mail import FILES
from tests.edges.microsoft_mail import BERLIN, Outlook
from tests.edges.systems import MaildirDisk
from tests.servers.microsoft import MicrosoftPeer

UNLIKE = {
    "alternative_prefers_plain": {"text"},
    "address_idn_in_both_spellings": {"to"},
    "forwarded_as_an_attachment": {"attachments"},
    "base64_cut_off": {"text"},
    "charset_named_wrongly": {"text"},
    "header_line_broken_in_the_middle": {"message_id", "date", "problems", "subject", "text", "to"},
    "header_raw_8bit": {"subject", "sender"},
    "multipart_without_a_boundary": {"attachments", "opaque", "text"},
}
"""Of two bodies Exchange keeps the HTML, and an enclosed message has a name there.

The others are broken, and taken apart by the peer's library, not by ours.
"""


@pytest.fixture
def system(microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch) -> Outlook:
    return Outlook(microsoft, monkeypatch)


def everywhere(message: Message) -> Message:
    """Without what is a system's own: places, flags, sizes, and which of two texts that say the same it keeps."""
    headers = tuple((name, fields.words(value)) for name, value in message.headers if name != "content-type")
    attachments = tuple(replace(each, size=0) for each in message.attachments)
    own = {"account": "", "remote_id": "", "folder": "", "etag": "", "flags": frozenset[str](), "size": 0}
    text = " ".join(message.text.split())
    own |= {"headers": headers, "attachments": attachments, "text": text, "html": False}
    return replace(message, **own)  # type: ignore[arg-type]


def both(disk: MaildirDisk, system: Outlook) -> tuple[list[Message], list[Message]]:
    held = []
    for mailbox in (providers.mailbox("local", "work", {"mail": str(disk.root)}, BERLIN), system.open(months=1200)):
        caller = MailCaller()
        caller.pull(mailbox)
        held.append(sorted(map(everywhere, caller.held.values()), key=lambda each: (each.message_id, each.text)))
    return held[0], held[1]


def differences(local: list[Message], outlook: list[Message]) -> set[str]:
    """The fields in which they aren't the same."""
    pairs = [(asdict(here), asdict(there)) for here, there in zip(local, outlook, strict=True)]
    return {name for here, there in pairs for name in here if here[name] != there[name]}


def similar(one: str, other: str) -> bool:
    """Whether they say the same: plain text and HTML are quoted and broken in other ways."""
    words = [set(re.findall(r"\w+", text.casefold())) for text in (one, other)]
    return len(words[0] & words[1]) >= 0.9 * max(map(len, words))


def test_made_up_mail_in_long_threads(system: Outlook, tmp_path: Path) -> None:
    disk = MaildirDisk(tmp_path / "Maildir")
    for raw, ours in messages(120, seed=3):
        role = FolderRole.SENT if ours else FolderRole.INBOX
        disk.deliver(raw, role)
        system.deliver(raw, role)
    local, outlook = both(disk, system)
    assert differences(local, outlook) <= {"text", "headers"}
    received = [{each.message_id: each for each in held if each.header("received")} for held in (local, outlook)]
    for message_id, there in received[1].items():
        assert received[0][message_id].headers == there.headers
        assert similar(received[0][message_id].text, there.text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_quirk_that_we_know(system: Outlook, tmp_path: Path, path: Path) -> None:
    disk = MaildirDisk(tmp_path / "Maildir")
    disk.deliver(path.read_bytes())
    system.deliver(path.read_bytes())
    local, outlook = both(disk, system)
    assert differences(local, outlook) == UNLIKE.get(path.stem, set())


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
    system: Outlook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kill_after: int | None
) -> None:
    monkeypatch.setattr(mail, "BATCH", 20)
    disk = MaildirDisk(tmp_path / "Maildir")
    for raw, ours in messages(120, seed=4):
        role = FolderRole.SENT if ours else FolderRole.INBOX
        disk.deliver(raw, role)
        system.deliver(raw, role)
    (tmp_path / "local").mkdir()
    (tmp_path / "outlook").mkdir()
    local = mirrored(tmp_path / "local", disk.open(), disk.outbox())
    outlook = mirrored(tmp_path / "outlook", system.open(), disk.outbox(), kill_after=kill_after)
    assert sum(map(len, local)) == 120
    assert outlook == local
