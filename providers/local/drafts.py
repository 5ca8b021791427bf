"""The Drafts folder of a mailbox on disk: what of ours lies there, and where a new draft belongs."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Final

from assistant.domain.mail import FolderRole, Message
from assistant.errors import ProviderError
from providers import fields
from providers.keys import ID_TAIL, key_in
from providers.local import files, folders, writing
from providers.local.files import Entry
from providers.local.folders import Folder, Kind

_KEY_FIELD: Final = "x-nextmove-key"
_MARKS: Final = (_KEY_FIELD.encode(), f"{ID_TAIL}@".encode())
_INFO: Final = ":2,DS"
_TRASHED: Final = "deleted"


@dataclass(frozen=True, slots=True)
class FoundDraft:
    """A draft as it lies there. `etag` is a digest of all below the header of one that has a page; "" of a letter."""

    folder: Folder
    remote_id: str
    path: Path
    message: Message
    etag: str = ""

    @property
    def key(self) -> str:
        """The name of the effect that filed it, or ""."""
        return _key_of(self.message)


class Drafts:
    """The drafts of one account; of its mailbox nothing else is touched."""

    def __init__(self, account: str, root: Path, zone: tzinfo, roles: Mapping[str, FolderRole]) -> None:
        self._account = account
        self._root = root
        self._zone = zone
        self._roles = roles

    def with_key(self, key: str) -> list[FoundDraft]:
        """All drafts with the key, the newest first: a mail program saves an edit as a new file beside the old one."""
        return self.having(_MARKS, lambda message: _key_of(message) == key)

    def having(self, marks: tuple[bytes, ...], wanted: Callable[[Message], bool]) -> list[FoundDraft]:
        """All drafts that are `wanted`, the newest first. Only files with one of these lower-case marks are parsed."""
        found: list[tuple[int, FoundDraft]] = []
        for folder in self._folders():
            for remote_id, entry in files.listing(folder, None).entries.items():
                try:
                    one = self._read(folder, remote_id, entry, marks)
                    if one and wanted(one.message):
                        found.append((one.path.stat().st_mtime_ns, one))
                except FileNotFoundError:
                    continue  # moved away by the mail program in this moment
        return [one for _, one in sorted(found, key=lambda pair: pair[0], reverse=True)]

    def put(self, key: str, date: datetime, written: Callable[[str], bytes]) -> FoundDraft:
        """Place a draft, once: one with its key that is there already is given back as it is.

        `written` makes the message with the line ends that it's given, since a Maildir has those of the system.
        """
        there = self.with_key(key)
        if there:
            return there[0]
        try:
            self._write(key, date, written)
        except OSError as error:
            raise ProviderError(
                f"The draft could not be written to the mailbox of account “{self._account}” ({error.strerror}).",
                f"Make sure that you may write in {self._root} and that its disk has room, then try again.",
            ) from error
        there = self.with_key(key)
        if not there:
            raise ProviderError(
                f"The draft was written to the mailbox of account “{self._account}”, but it is not there any more.",
                "Look whether another program moves mail out of its Drafts folder.",
            )
        return there[0]

    def _read(self, folder: Folder, remote_id: str, entry: Entry, marks: tuple[bytes, ...]) -> FoundDraft | None:
        from providers import mime

        raw = files.read(entry, mime.LARGEST)
        lower = raw.lower()
        if _TRASHED in entry.flags or not any(each in lower for each in marks):
            return None
        try:
            message = mime.parse(
                raw,
                account=self._account,
                folder=folder.name,
                remote_id=remote_id,
                role=FolderRole.DRAFTS,
                flags=entry.flags,
                zone=self._zone,
            )
        except mime.UnreadableError:
            return None
        return FoundDraft(folder, remote_id, Path(entry.path), message, _etag(raw, message))

    def _folders(self) -> list[Folder]:
        try:
            listed = folders.find(self._root, self._roles)
        except OSError as error:
            raise ProviderError(
                f"The mailbox of account “{self._account}” can't be read: {self._root} ({error.strerror}).",
                "Check `mail` of this account in the configuration, or whether its disk is mounted.",
            ) from error
        return [one for one in listed if one.role is FolderRole.DRAFTS and one.kind is not Kind.MBOX]

    def _write(self, key: str, date: datetime, written: Callable[[str], bytes]) -> None:
        kind, path = self._place()
        name = f"{int(date.timestamp())}.{hashlib.sha256(key.encode()).hexdigest()[:24]}.nextmove"
        if kind is Kind.MAILDIR:
            for part in ("cur", "new", "tmp"):
                (path / part).mkdir(mode=0o700, parents=True, exist_ok=True)
            writing.put(written("\n"), path / "tmp" / name, path / "cur" / (name + _INFO))
        else:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            writing.put(written("\r\n"), path / f".{name}.part", path / f"{name}.eml")

    def _place(self) -> tuple[Kind, Path]:
        """The Drafts folder that is there, or else where one belongs in a mailbox of this kind."""
        drafts = self._folders()
        if drafts:
            best = _most_like_drafts(drafts, self._roles)
            return best.kind, best.path
        name = next((name for name, role in self._roles.items() if role is FolderRole.DRAFTS), "Drafts")
        if (self._root / "cur").is_dir():
            return Kind.MAILDIR, self._root / f".{name}"
        kinds = {folder.kind for folder in folders.find(self._root, self._roles)}
        if kinds == {Kind.MBOX}:
            return Kind.MAILDIR, folders.drafts_beside(self._root)
        kind = Kind.MAILDIR if Kind.MAILDIR in kinds else Kind.TREE
        return kind, _empty_drafts(self._root) or self._root / name


def _key_of(message: Message) -> str:
    """A mail program that saves a draft anew may leave our field out, and keep its Message-ID."""
    return message.header(_KEY_FIELD) or key_in(message.message_id)


def _etag(raw: bytes, message: Message) -> str:
    """Programs that copy mailboxes add to the header and have line ends of their own: neither is an edit."""
    if not (message.header("content-type") or "").lower().startswith("multipart/"):
        return ""
    return hashlib.sha256(fields.split(raw)[1].replace(b"\r\n", b"\n").rstrip()).hexdigest()


def _empty_drafts(root: Path) -> Path | None:
    """A Drafts folder of the mail program's own that holds nothing yet."""
    return next((one for one in sorted(root.iterdir()) if one.is_dir() and folders.holds_drafts(one.name)), None)


def _most_like_drafts(drafts: list[Folder], roles: Mapping[str, FolderRole]) -> Folder:
    """The one that the configuration names, else the one called so; Outbox and Templates hold no drafts."""
    named = {name.casefold() for name, role in roles.items() if role is FolderRole.DRAFTS}
    return next(
        (one for one in drafts if one.name.casefold() in named),
        next((one for one in drafts if folders.holds_drafts(one.name)), drafts[0]),
    )
