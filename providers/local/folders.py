"""The folders of a mailbox on disk, found by looking: Maildirs (Maildir++ or nested), mbox files, trees of messages."""

import base64
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from assistant.domain.mail import FolderRole

INBOX: Final = "INBOX"


class Kind(StrEnum):
    """How a folder holds its messages."""

    MAILDIR = "maildir"
    MBOX = "mbox"
    TREE = "tree"


@dataclass(frozen=True, slots=True)
class Folder:
    """`name` has / between its levels and is INBOX for the mailbox itself. `path` is a directory, or an mbox file.

    `files` are the names of a tree folder's messages, or of messages that lie beside `cur` in a Maildir.
    """

    name: str
    path: Path
    kind: Kind
    role: FolderRole
    files: tuple[str, ...] = ()


_ROLE_NAMES: Final[Mapping[FolderRole, str]] = {
    FolderRole.INBOX: "inbox notesinbox posteingang boitedereception bandejadeentrada postainarrivo postvakin",
    FolderRole.SENT: """sent sentmail sentitems sentmessages gesendet gesendeteelemente gesendeteobjekte envoyes
        messagesenvoyes elementsenvoyes enviados elementosenviados itensenviados inviati inviata postainviata
        verzonden verzondenitems""",
    FolderRole.DRAFTS: """drafts draft entwurfe brouillons borradores rascunhos bozze concepten nextmovedrafts
        outbox postausgang scheduled templates vorlagen unsent""",
    FolderRole.ARCHIVE: "archive archives archiv archivio archivo allmail allenachrichten alldocuments",
    FolderRole.JUNK: """junk spam junkemail junkmail bulkmail spamverdacht pourriel courrierindesirable
        correonodeseado postaindesiderata ongewenst ongewenstemail lixoeletronico""",
    FolderRole.TRASH: """trash bin deleted deleteditems deletedmessages papierkorb geloschteelemente corbeille
        elementssupprimes papelera elementoseliminados cestino prullenbak verwijderdeitems lixeira""",
}
"""What mail programs call their folders. Unsent mail of any kind is a draft: it isn't a move yet."""

_ROLES: Final = {name: role for role, names in _ROLE_NAMES.items() for name in names.split()}
_PASSED_DOWN: Final = frozenset(
    {FolderRole.SENT, FolderRole.DRAFTS, FolderRole.JUNK, FolderRole.TRASH, FolderRole.ARCHIVE}
)
_NO_MESSAGES: Final = re.compile(
    r"\.(?:msf|ics|vcf|dat|db|lock|cache|index|json|tsv|csv|toml|cfg|idx|old|tmp|part|html|css|js|py|sh|zip|gz)\Z"
    r"|\.writer\Z|\.db-(?:wal|shm|journal)\Z"
    r"|\A(?:\.|dovecot|maildir|subscriptions\Z|thumbs\.db|courier|isync|core\Z)|~\Z",
    re.IGNORECASE,
)
_ONE_MESSAGE: Final = re.compile(r"\A\d+\.?\Z|\.(?:eml|emlx|mail)\Z", re.IGNORECASE)
_UTF7: Final = re.compile(r"&([A-Za-z0-9+,]*)-")
_DEEPEST: Final = 20


def find(root: Path, roles: Mapping[str, FolderRole]) -> list[Folder]:
    """All folders of the mailbox by name. `roles` says what folders are for whose names don't; may raise OSError."""
    wanted = {name.casefold(): role for name, role in roles.items()}
    if root.is_file():
        one = Kind.MBOX if _starts_as_mbox(root) else Kind.TREE
        role = _role(root.stem, wanted)
        role = FolderRole.INBOX if role is FolderRole.OTHER else role
        here = Folder(INBOX, *((root, one, role) if one is Kind.MBOX else (root.parent, one, role, (root.name,))))
        drafts = drafts_beside(root)
        return [Folder(drafts.name, drafts, Kind.MAILDIR, FolderRole.DRAFTS), here] if drafts.is_dir() else [here]
    return sorted(_walk(root, (), wanted, set()), key=lambda folder: folder.name)


def drafts_beside(root: Path) -> Path:
    """For mbox files, into which nothing can be put safely: a Maildir of our own, next to the one or among the many."""
    return root.with_name(f"{root.name}.drafts") if root.is_file() else root / "Nextmove drafts"


def holds_drafts(name: str) -> bool:
    """Whether a folder is called Drafts, in some language: Outbox and Templates have that role and aren't."""
    bare = _bare(name.split("/")[-1])
    return bare in _ROLE_NAMES[FolderRole.DRAFTS].split("outbox")[0].split()


def _role(name: str, wanted: Mapping[str, FolderRole]) -> FolderRole:
    levels = name.split("/")
    own = wanted.get(name.casefold()) or wanted.get(levels[-1].casefold()) or _ROLES.get(_bare(levels[-1]))
    if own is not None:
        return own
    if len(levels) > 1:
        parent = _role("/".join(levels[:-1]), wanted)
        return parent if parent in _PASSED_DOWN else FolderRole.OTHER
    return FolderRole.OTHER


def _bare(name: str) -> str:
    """Letters only, without accents: Gesendete Objekte and _sent_mail are written in many ways."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def _walk(
    path: Path, levels: tuple[str, ...], roles: Mapping[str, FolderRole], visited: set[tuple[int, int]]
) -> Iterator[Folder]:
    known = path.stat()
    if (known.st_dev, known.st_ino) in visited or len(levels) > _DEEPEST:
        return
    visited.add((known.st_dev, known.st_ino))
    with os.scandir(path) as entries:
        listed = sorted((entry.name, entry.is_dir()) for entry in entries if entry.is_dir() or entry.is_file())
    directories = [name for name, is_directory in listed if is_directory]
    name = "/".join(levels) or INBOX
    role = _role(name, roles)
    if "cur" in directories or {"new", "tmp"} <= set(directories):
        beside = (one for one, is_directory in listed if not is_directory and not _NO_MESSAGES.search(one))
        yield Folder(name, path, Kind.MAILDIR, role, tuple(beside))
        directories = [one for one in directories if one not in ("cur", "new", "tmp")]
    else:
        yield from _files(path, levels, [one for one, is_directory in listed if not is_directory], roles)
    for one in directories:
        if not one.startswith(".") or (path / one / "cur").is_dir():
            yield from _walk(path / one, (*levels, *_levels(one)), roles, visited)


def _files(
    path: Path, levels: tuple[str, ...], names: Sequence[str], roles: Mapping[str, FolderRole]
) -> Iterator[Folder]:
    messages: list[str] = []
    indexed = {name.removesuffix(".msf") for name in names if name.endswith(".msf")}
    for name in names:
        if _NO_MESSAGES.search(name):
            continue
        if (name in indexed or not _ONE_MESSAGE.search(name)) and _starts_as_mbox(path / name):
            mbox = "/".join((*levels, re.sub(r"\.mbo?x\Z", "", name, flags=re.IGNORECASE)))
            yield Folder(mbox, path / name, Kind.MBOX, _role(mbox, roles))
        else:
            messages.append(name)
    if messages:
        name = "/".join(levels) or INBOX
        yield Folder(name, path, Kind.TREE, _role(name, roles), tuple(messages))


def _starts_as_mbox(path: Path) -> bool:
    """An empty file is an mbox without messages, as mail programs leave it, unless its name says otherwise."""
    try:
        with path.open("rb") as file:
            start = file.read(5)
    except OSError:
        return False
    return start == b"From " or (not start and not path.suffix)


def _levels(directory: str) -> tuple[str, ...]:
    """A directory's name as levels: `.Sent.2025` of Maildir++, `Sent.sbd` of Thunderbird, in modified UTF-7."""
    if directory.startswith("."):
        return tuple(_decoded(level) for level in directory[1:].split(".") if level)
    return (_decoded(directory.removesuffix(".sbd")),)


def _decoded(name: str) -> str:
    """Modified UTF-7 (RFC 3501 section 5.1.3) as text; what isn't that stays as it is."""

    def character(found: re.Match[str]) -> str:
        if not found[1]:
            return "&"
        packed = found[1].replace(",", "/")
        return base64.b64decode(packed + "=" * (-len(packed) % 4)).decode("utf-16-be")

    try:
        return _UTF7.sub(character, name)
    except ValueError:
        return name
