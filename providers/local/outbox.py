"""Drafts where the rep's own mail program sees them: in the Maildir's Drafts, or as `.eml` files in a tree's."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Any, Final

from assistant.domain.mail import FolderRole, Message
from assistant.domain.ports import FiledDraft, OutgoingMail, Withdrawal
from assistant.errors import ProviderError
from providers.local import files, folders
from providers.local.files import Entry
from providers.local.folders import Folder, Kind
from providers.local.mail import mail_path, roles_of

_KEY_FIELD: Final = "x-nextmove-key"
_INFO: Final = ":2,DS"
_TRASHED: Final = "deleted"


@dataclass(frozen=True, slots=True)
class _Found:
    """A draft of ours as it lies there."""

    folder: Folder
    remote_id: str
    path: Path
    message: Message

    @property
    def filed(self) -> FiledDraft:
        message = self.message
        return FiledDraft(
            folder=self.folder.name,
            remote_id=self.remote_id,
            message_id=message.message_id,
            subject=message.subject,
            body=message.text,
            recipients=message.recipients,
        )


class LocalOutbox:
    """Files drafts beside the mail of an account; of the mailbox it touches nothing else."""

    def __init__(self, account: str, root: Path, zone: tzinfo, roles: Mapping[str, FolderRole]) -> None:
        self._account = account
        self._root = root
        self._zone = zone
        self._roles = roles

    @property
    def account(self) -> str:
        return self._account

    def file(self, mail: OutgoingMail) -> FiledDraft:
        there = self.find(mail.key)
        if there:
            return there
        try:
            self._write(mail)
        except OSError as error:
            raise ProviderError(
                f"The draft could not be written to the mailbox of account “{self._account}” ({error.strerror}).",
                f"Make sure that you may write in {self._root} and that its disk has room, then try again.",
            ) from error
        filed = self.find(mail.key)
        if filed is None:
            raise ProviderError(
                f"The draft was written to the mailbox of account “{self._account}”, but it is not there any more.",
                "Look whether another program moves mail out of its Drafts folder.",
            )
        return filed

    def find(self, key: str) -> FiledDraft | None:
        found = self._find(key)
        return found[0].filed if found else None

    def withdraw(self, key: str, filed: FiledDraft) -> Withdrawal:
        found = self._find(key)
        if not found:
            return Withdrawal.GONE
        touched = [one for one in found if not _same(one, filed)]
        for one in found:
            if one not in touched:
                one.path.unlink(missing_ok=True)
                _sync(one.path.parent)
        return Withdrawal.EDITED if touched else Withdrawal.WITHDRAWN

    def _find(self, key: str) -> list[_Found]:
        """All drafts with the key, the newest first: a mail program saves an edit as a new file beside the old one."""
        found: list[tuple[int, _Found]] = []
        for folder in self._drafts_folders():
            for remote_id, entry in files.listing(folder, None).entries.items():
                try:
                    one = self._ours(folder, remote_id, entry, key)
                    if one:
                        found.append((one.path.stat().st_mtime_ns, one))
                except FileNotFoundError:
                    continue  # moved away by the mail program in this moment
        return [one for _, one in sorted(found, key=lambda pair: pair[0], reverse=True)]

    def _ours(self, folder: Folder, remote_id: str, entry: Entry, key: str) -> _Found | None:
        from providers import mime

        raw = files.read(entry, mime.LARGEST)
        if _KEY_FIELD.encode() not in raw.lower() or _TRASHED in entry.flags:
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
        if message.header(_KEY_FIELD) != key:
            return None
        return _Found(folder, remote_id, Path(entry.path), message)

    def _drafts_folders(self) -> list[Folder]:
        try:
            listed = folders.find(self._root, self._roles)
        except OSError as error:
            raise ProviderError(
                f"The mailbox of account “{self._account}” can't be read: {self._root} ({error.strerror}).",
                "Check `mail` of this account in the configuration, or whether its disk is mounted.",
            ) from error
        return [one for one in listed if one.role is FolderRole.DRAFTS and one.kind is not Kind.MBOX]

    def _write(self, mail: OutgoingMail) -> None:
        from providers.outgoing import to_bytes

        kind, path = self._place()
        name = f"{int(mail.date.timestamp())}.{hashlib.sha256(mail.key.encode()).hexdigest()[:24]}.nextmove"
        if kind is Kind.MAILDIR:
            for part in ("cur", "new", "tmp"):
                (path / part).mkdir(mode=0o700, parents=True, exist_ok=True)
            _put(to_bytes(mail, linesep="\n"), path / "tmp" / name, path / "cur" / (name + _INFO))
        else:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            _put(to_bytes(mail), path / f".{name}.part", path / f"{name}.eml")

    def _place(self) -> tuple[Kind, Path]:
        """The Drafts folder that is there, or else where one belongs in a mailbox of this kind."""
        drafts = self._drafts_folders()
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


def open_outbox(account: str, settings: Mapping[str, Any], zone: tzinfo) -> LocalOutbox:
    """Beside the mail at `mail`; `drafts` names the folder where its own name doesn't."""
    return LocalOutbox(account, mail_path(account, settings), zone, roles_of(settings))


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


def _same(found: _Found, filed: FiledDraft) -> bool:
    """Whether nobody has changed recipients, subject or text, or attached something."""
    now = found.filed
    return (
        set(now.recipients) == set(filed.recipients)
        and now.subject.split() == filed.subject.split()
        and now.body.split() == filed.body.split()
        and not found.message.attachments
    )


def _put(raw: bytes, draft: Path, final: Path) -> None:
    """The whole file or none of it, whatever happens in between."""
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(final)
    _sync(final.parent)


def _sync(directory: Path) -> None:
    """The directory's own change on the disk, where the system can do that."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
