"""A mailbox on disk behind the `Mailbox` port: a pull costs a look at the folders, and reads only what is new."""

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Any, Final

from assistant.domain.mail import FolderRole, Problem
from assistant.domain.ports import Cursor, CursorExpired, Known, MailBatch
from assistant.errors import ProviderError
from providers.filling import Filling
from providers.local import files, folders
from providers.local.files import Entry, Listing
from providers.local.folders import Folder
from providers.local.reader import BATCH, BATCH_TEXT, Read, Reader, reason

_VERSION: Final = 1
_SETTLED_NS: Final = 2_000_000_000
"""A folder changed within the last two seconds may change again without its time telling so: it's looked at again."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the cursor remembers of one folder.

    `mark` is its time when it was listed, "" if it wasn't settled, None before all of it was handed out.
    `listed` is the listing's own mark. `unreadable` are short hashes of messages that were reported as problems:
    they are not read again.
    """

    mark: str | None = None
    listed: str = ""
    unreadable: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Work:
    """What is to be done in one changed folder."""

    folder: Folder
    new: dict[str, Entry]
    after: _Seen
    gone: tuple[tuple[str, str], ...] = ()
    flagged: tuple[tuple[str, str, str, frozenset[str]], ...] = ()


class LocalMailbox:
    """Mail in a Maildir, in mbox files or in trees of message files, or in a mixture of them."""

    def __init__(self, account: str, root: Path, zone: tzinfo, roles: Mapping[str, FolderRole]) -> None:
        self._account = account
        self._root = root
        self._roles = roles
        self._reader = Reader(account, zone)

    @property
    def account(self) -> str:
        return self._account

    def pull(self, cursor: Cursor | None, known: Known) -> Iterator[MailBatch]:
        seen = _decode(cursor, self._root) if cursor else {}
        batch = Filling(BATCH, BATCH_TEXT)
        present = self._folders()
        work: list[_Work] = []
        after = dict(seen)
        for folder in present:
            try:
                changed = self._compare(folder, seen.get(folder.name), known)
            except OSError as error:
                why = f"the folder can't be read: {reason(error)}"
                batch.problems.append(self._reader.problem(folder, "", why))
                continue
            if changed:
                work.append(changed)
        for name in sorted(seen.keys() - {folder.name for folder in present}):
            batch.gone += [(name, remote_id) for remote_id in sorted(known(name))]
            del after[name]
        total = sum(len(one.new) for one in work)
        reads = self._reader.read_all([(one.folder, one.new) for one in work])
        for one in work:
            yield from self._bring(one, reads, batch, after, total)
        if not batch.empty or after != seen:
            yield batch.close(_encode(after, self._root), total)

    def _bring(
        self, work: _Work, reads: Iterator[Read], batch: Filling, after: dict[str, _Seen], total: int
    ) -> Iterator[MailBatch]:
        """The new messages of one folder as they are read; `after` grows to what the cursor may say with each batch."""
        name = work.folder.name
        before = after.get(name, _Seen())
        unreadable: set[str] = set()
        batch.gone += work.gone
        batch.flagged += work.flagged
        for remote_id, read in zip(work.new, reads, strict=False):
            if read is None:
                continue  # gone since the folder was listed; the next pull sees the folder changed
            if isinstance(read, Problem):
                batch.problems.append(read)
                unreadable.add(_short(remote_id))
            else:
                batch.add(read)
            if batch.full:
                after[name] = _Seen(None, before.listed, before.unreadable | unreadable)
                yield batch.close(_encode(after, self._root), total)
        after[name] = _Seen(work.after.mark, work.after.listed, work.after.unreadable | unreadable)

    def _folders(self) -> list[Folder]:
        try:
            return folders.find(self._root, self._roles)
        except FileNotFoundError:
            raise ProviderError(
                f"The mailbox of account “{self._account}” is not there: {self._root}.",
                "Check `mail` of this account in the configuration, or whether its disk is mounted.",
            ) from None
        except OSError as error:
            raise ProviderError(
                f"The mailbox of account “{self._account}” can't be read: {self._root} ({reason(error)}).",
                "Make sure that you may read the folder.",
            ) from error

    def _compare(self, folder: Folder, before: _Seen | None, known: Known) -> _Work | None:
        """What changed in a folder against what the caller holds; None where it is as it was."""
        now = time.time_ns()
        mark, changed = files.mark(folder)
        if before and before.mark and before.mark == mark:
            return None
        listing = files.listing(folder, before.listed if before and before.mark is not None else None)
        held = known(folder.name)
        reported = before.unreadable if before else frozenset()
        new = {
            remote_id: entry
            for remote_id, entry in listing.entries.items()
            if remote_id not in held and not (reported and _short(remote_id) in reported)
        }
        settled = mark if abs(now - changed) > _SETTLED_NS else ""
        if reported and listing.whole:
            reported &= frozenset(map(_short, listing.entries))
        return _Work(
            folder=folder,
            new=new,
            after=_Seen(settled, listing.mark, reported),
            gone=_gone(folder, listing, held),
            flagged=_flagged(folder, listing, held),
        )


def open_mailbox(account: str, settings: Mapping[str, Any], zone: tzinfo) -> LocalMailbox:
    """`mail` is the path; `folders` and `drafts` say what folders are for whose names don't tell."""
    return LocalMailbox(account, mail_path(account, settings), zone, roles_of(settings))


def mail_path(account: str, settings: Mapping[str, Any]) -> Path:
    if not settings.get("mail"):
        raise ProviderError(
            f"Account “{account}” doesn't say where its mail is.", 'Set `mail = "path"` in its [[account]] table.'
        )
    return Path(settings["mail"]).expanduser()


def roles_of(settings: Mapping[str, Any]) -> dict[str, FolderRole]:
    roles = {name: FolderRole(role) for name, role in (settings.get("folders") or {}).items()}
    if settings.get("drafts"):
        roles[settings["drafts"]] = FolderRole.DRAFTS
    return roles


def _gone(folder: Folder, listing: Listing, held: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    if not listing.whole:
        return ()
    return tuple((folder.name, remote_id) for remote_id in sorted(held.keys() - listing.entries.keys()))


def _flagged(
    folder: Folder, listing: Listing, held: Mapping[str, str]
) -> tuple[tuple[str, str, str, frozenset[str]], ...]:
    return tuple(
        (folder.name, remote_id, entry.etag, entry.flags)
        for remote_id, entry in listing.entries.items()
        if remote_id in held and held[remote_id] != entry.etag
    )


def _short(remote_id: str) -> str:
    return hashlib.blake2b(remote_id.encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()


def _encode(seen: Mapping[str, _Seen], root: Path) -> Cursor:
    state = {name: [one.mark, one.listed, "".join(sorted(one.unreadable))] for name, one in sorted(seen.items())}
    return json.dumps({"version": _VERSION, "root": str(root), "folders": state})


def _decode(cursor: Cursor, root: Path) -> dict[str, _Seen]:
    try:
        state = json.loads(cursor)
        if state["version"] != _VERSION or state["root"] != str(root):
            raise CursorExpired
        return {
            name: _Seen(mark, listed, frozenset(short[n : n + 16] for n in range(0, len(short), 16)))
            for name, (mark, listed, short) in state["folders"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CursorExpired from None
