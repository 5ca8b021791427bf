"""Mailboxes and calendars on disk, for the suites and the edges: how the rep's own programs change them."""

import mailbox as mailboxes
import os
from abc import ABC, abstractmethod
from collections.abc import Iterable
from email import message_from_bytes
from itertools import count
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

import providers
from assistant.domain.mail import FolderRole
from assistant.domain.ports import Calendar, Mailbox, Outbox

BERLIN = ZoneInfo("Europe/Berlin")


def age(path: Path, seconds: float = 3600) -> None:
    """As if nobody had touched it for a while, so that its time can be trusted."""
    known = path.stat()
    os.utime(path, ns=(known.st_atime_ns, known.st_mtime_ns - int(seconds * 1e9)))


class Disk(ABC):
    """What the kinds of mailbox on disk have in common."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.numbers = count(1)

    def open(self) -> Mailbox:
        return providers.mailbox("local", "work", {"mail": str(self.root)}, BERLIN)

    def outbox(self) -> Outbox:
        return providers.outbox("local", "work", {"mail": str(self.root)}, BERLIN)

    def snapshot(self) -> object:
        paths = sorted(path for path in self.root.parent.rglob("*"))
        return [(str(p), p.stat().st_mtime_ns, p.read_bytes() if p.is_file() else b"") for p in paths]

    @abstractmethod
    def deliver(self, raw: bytes, role: FolderRole = FolderRole.INBOX) -> None: ...

    @abstractmethod
    def files(self) -> Iterable[Path]:
        """The files of single messages."""

    def _with(self, message_id: str) -> list[Path]:
        return [p for p in self.files() if f"<{message_id}>".encode() in p.read_bytes()]

    def expunge(self, message_id: str) -> None:
        for path in self._with(message_id):
            path.unlink()

    def _draft(self, key: str) -> Path:
        (path,) = (p for p in self._draft_files() if message_from_bytes(p.read_bytes())["X-Nextmove-Key"] == key)
        return path

    def edit_draft(self, key: str, old: bytes, new: bytes) -> None:
        """As mail programs save: a new file, then the old one goes."""
        path = self._draft(key)
        raw = path.read_bytes()
        assert old in raw
        path.with_name("9" + path.name).write_bytes(raw.replace(old, new))
        path.unlink()

    def delete_draft(self, key: str) -> None:
        self._draft(key).unlink()

    def drafts(self) -> list[bytes]:
        return [path.read_bytes() for path in self._draft_files()]

    def _draft_files(self) -> list[Path]:
        where = [self.root, self.root.with_name(self.root.name + ".drafts")]
        return sorted(p for root in where for p in root.rglob("*.nextmove*") if p.is_file())


class MaildirDisk(Disk):
    """A Maildir++ as Dovecot keeps it."""

    FOLDERS: ClassVar = {FolderRole.INBOX: "", FolderRole.SENT: ".Sent", FolderRole.DRAFTS: ".Entw&APw-rfe"}

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        for name in self.FOLDERS.values():
            for part in ("cur", "new", "tmp"):
                (root / name / part).mkdir(parents=True)

    def deliver(self, raw: bytes, role: FolderRole = FolderRole.INBOX) -> None:
        name = f"{1772400000 + next(self.numbers)}.M1P1.host,S={len(raw)}"
        (self.root / self.FOLDERS[role] / "new" / name).write_bytes(raw)

    def files(self) -> Iterable[Path]:
        return [p for part in ("cur", "new") for p in self.root.rglob(f"{part}/*")]

    def mark_seen(self, message_id: str) -> None:
        for path in self._with(message_id):
            path.rename(path.parent.parent / "cur" / f"{path.name.partition(':')[0]}:2,S")


class TreeDisk(Disk):
    """Numbered one-message files without an extension, a folder a directory."""

    FOLDERS: ClassVar = {FolderRole.INBOX: "inbox", FolderRole.SENT: "_sent_mail", FolderRole.DRAFTS: "drafts"}

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        for name in self.FOLDERS.values():
            (root / name).mkdir(parents=True)

    def deliver(self, raw: bytes, role: FolderRole = FolderRole.INBOX) -> None:
        (self.root / self.FOLDERS[role] / f"{next(self.numbers)}.").write_bytes(raw)

    def mark_seen(self, message_id: str) -> None:
        """Such files carry no flags."""

    def files(self) -> Iterable[Path]:
        return [p for p in self.root.rglob("*") if p.is_file()]


class MboxDisk(Disk):
    """A folder of mbox files, changed by the standard library as a mail program of its own."""

    FOLDERS: ClassVar = {FolderRole.INBOX: "Inbox", FolderRole.SENT: "Sent", FolderRole.DRAFTS: "Drafts"}

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        root.mkdir()
        for name in self.FOLDERS.values():
            (root / name).touch()

    def deliver(self, raw: bytes, role: FolderRole = FolderRole.INBOX) -> None:
        with (self.root / self.FOLDERS[role]).open("ab") as file:
            file.write(b"From ines@harbour.example Mon Mar  2 09:00:00 2026\n" + raw.rstrip(b"\n") + b"\n\n")

    def files(self) -> Iterable[Path]:
        return []

    def _rewrite(self, message_id: str, *, seen: bool) -> None:
        for name in self.FOLDERS.values():
            box = mailboxes.mbox(self.root / name)
            for key, message in list(box.items()):
                if message["Message-ID"] == f"<{message_id}>":
                    message.set_flags("R")
                    box[key] = message
                    if not seen:
                        box.remove(key)
            box.flush()
            box.close()

    def expunge(self, message_id: str) -> None:
        self._rewrite(message_id, seen=False)

    def mark_seen(self, message_id: str) -> None:
        self._rewrite(message_id, seen=True)


class CalendarDisk:
    """A folder of .ics files (vdir)."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir()

    def open(self) -> Calendar:
        return providers.calendar("local", "work", {"calendar": str(self.root)}, BERLIN)

    def put(self, name: str, raw: bytes) -> None:
        (self.root / f"{name}.ics").write_bytes(raw)

    def remove(self, name: str) -> None:
        (self.root / f"{name}.ics").unlink()
