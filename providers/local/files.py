"""Messages on disk as entries of their folder: one a file in Maildirs and trees, many a file in an mbox."""

import errno
import hashlib
import mmap
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from providers.local.folders import Folder, Kind

FLAGS: Final = {"D": "draft", "F": "flagged", "P": "forwarded", "R": "answered", "S": "seen", "T": "deleted"}
"""Info letters of a Maildir's file names and the words for them, which are those of IMAP."""

_NUMBER: Final = re.compile(r"\d{1,18}").match
_INFO: Final = re.compile(r"[:;!]2,([A-Za-z]*)\Z")
_FROM: Final = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\n]*\n(?=>?[!-9;-~]+[ \t]*:|>?From )")
_STATUS: Final = re.compile(rb"^(?:X-)?Status:[ \t]*([A-Z]*)[^\n]*\n", re.MULTILINE)
_MOZILLA: Final = re.compile(rb"^X-Mozilla-Status:[ \t]*([0-9a-fA-F]*)[^\n]*\n", re.MULTILINE)
_VOLATILE: Final = re.compile(rb"^(?:(?:X-)?Status|X-Mozilla-[A-Za-z0-9]+|X-UID|X-IMAP[a-z]*):[^\n]*\n", re.MULTILINE)
_ESCAPED: Final = re.compile(rb"^>(>*From )", re.MULTILINE)
_EXPUNGED: Final = 0x0008
_MBOX_LETTERS: Final = {"R": "S", "A": "R", "F": "F", "T": "D", "D": "T"}
"""What mbox programs write into Status and X-Status, as Maildir's letters."""
_TAIL: Final = 512


@dataclass(frozen=True, slots=True)
class Entry:
    """Where one message lies: a whole file, or the bytes [start, end) of an mbox. `info` is its Maildir letters."""

    path: str
    info: str = ""
    start: int = 0
    end: int | None = None

    @property
    def flags(self) -> frozenset[str]:
        return _flags(self.info)

    @property
    def etag(self) -> str:
        """The flags in order: nothing else of a message in a file changes."""
        return _etag(self.info)


@lru_cache(maxsize=256)
def _flags(info: str) -> frozenset[str]:
    return frozenset(FLAGS[letter] for letter in info if letter in FLAGS)


@lru_cache(maxsize=256)
def _etag(info: str) -> str:
    return " ".join(sorted(_flags(info)))


@dataclass(frozen=True, slots=True)
class Listing:
    """What a folder holds, by remote id in a stable order. `whole`: what isn't listed is not there any more."""

    entries: dict[str, Entry]
    mark: str
    whole: bool = True


def mark(folder: Folder) -> tuple[str, int]:
    """A value that differs once the folder has changed, and the instant (ns) of its last change; may raise OSError."""
    if folder.kind is Kind.MAILDIR:
        times = [_changed(folder.path / part) for part in ("cur", "new")]
        return ":".join([*map(str, times), *folder.files]), max(times)
    known = folder.path.stat()
    if folder.kind is Kind.MBOX:
        return f"{known.st_size}:{known.st_mtime_ns}", known.st_mtime_ns
    return str(known.st_mtime_ns), known.st_mtime_ns


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def listing(folder: Folder, before: str | None) -> Listing:
    """What the folder holds now. `before` is the mark of the last listing, so that of an mbox only the end is read."""
    if folder.kind is Kind.MAILDIR:
        return Listing(_ordered(dict(_beside(folder)) | dict(_maildir(folder.path))), "")
    if folder.kind is Kind.TREE:
        return Listing(_ordered(dict(_beside(folder))), "")
    return _mbox(folder.path, before)


def read(entry: Entry, limit: int) -> bytes:
    """The message's bytes, `limit` at most; may raise OSError.

    It's asked for no more than there is: room for the limit is not cheap to get.
    """
    with open(entry.path, "rb", buffering=0, opener=regular) as file:
        if entry.end is None:
            return file.read(min(os.fstat(file.fileno()).st_size, limit))
        file.seek(entry.start)
        return _ESCAPED.sub(rb"\1", file.read(min(entry.end - entry.start, limit)))


def regular(path: str, flags: int) -> int:
    """An opener that never waits: a pipe or a device among the messages is refused with OSError."""
    opened = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    if stat.S_ISREG(os.fstat(opened).st_mode):
        return opened
    os.close(opened)
    raise OSError(errno.EINVAL, "it is no regular file", path)


def found_again(folder: Folder, remote_id: str) -> Entry | None:
    """Where a Maildir message went that was renamed while it was being read."""
    return dict(_maildir(folder.path)).get(remote_id) if folder.kind is Kind.MAILDIR else None


def _ordered(entries: dict[str, Entry]) -> dict[str, Entry]:
    """By the number that the name begins with, a time in Maildirs and a count in trees, then by name."""

    def key(name: str) -> tuple[int, str]:
        digits = _NUMBER(name)
        return (int(digits[0]) if digits else 0, name)

    return {name: entries[name] for name in sorted(entries, key=key)}


def _maildir(path: Path) -> Iterator[tuple[str, Entry]]:
    """What is in `new` and `cur`; a message in both, seen in the middle of a move, is the one in `cur`."""
    for part in ("new", "cur"):
        try:
            with os.scandir(path / part) as entries:
                names = [entry.name for entry in entries if not entry.name.startswith(".")]
        except FileNotFoundError:
            continue
        beginning = os.path.join(path, part, "")  # noqa: PTH118 - a Path a message costs more than the reading
        for name in names:
            info = _INFO.search(name)
            entry = Entry(beginning + name, _letters(info[1]) if info else "")
            yield name[: info.start()] if info else name, entry


def _beside(folder: Folder) -> Iterator[tuple[str, Entry]]:
    """One message a file, named as the file is; its info letters stay part of the name, since nothing renames it."""
    for name in folder.files:
        info = _INFO.search(name)
        yield name, Entry(str(folder.path / name), _letters(info[1]) if info else "")


@lru_cache(maxsize=256)
def _letters(info: str) -> str:
    return "".join(sorted(set(info.upper())))


def _mbox(path: Path, before: str | None) -> Listing:
    """The messages of an mbox, named by their content, since nothing else of them stays the same.

    Where the file only grew (its old end is as it was), only the new end is listed.
    """
    size = path.stat().st_size
    if size == 0:
        return Listing({}, _end_mark(b"", 0))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        start = _grown_from(data, before)
        entries = dict(_messages(str(path), data, start))
        return Listing(entries, _end_mark(data, len(data)), whole=start == 0)


def _end_mark(data: bytes | mmap.mmap, end: int) -> str:
    return f"{end}:{hashlib.sha256(data[max(0, end - _TAIL) : end]).hexdigest()[:16]}"


def _grown_from(data: mmap.mmap, before: str | None) -> int:
    """Where new messages begin: the old end if everything up to it looks as it did, else 0."""
    size = int(before.partition(":")[0]) if before else 0
    if 0 < size < len(data) and _end_mark(data, size) == before and data[size : size + 5] == b"From ":
        return size
    return 0


def _messages(path: str, data: mmap.mmap, start: int) -> Iterator[tuple[str, Entry]]:
    starts = [found.start() for found in _FROM.finditer(data, start)]
    if starts[:1] != [start]:
        starts.insert(0, start)  # what comes before the first envelope is something, too
    seen: dict[str, int] = {}
    for begin, end in zip(starts, [*starts[1:], len(data)], strict=True):
        raw = data[begin:end]
        head = raw[: raw.find(b"\n\n") + 1] or raw[: raw.find(b"\r\n\r\n") + 2]
        mozilla = _MOZILLA.search(head)
        bits = int(mozilla[1] or b"0", 16) if mozilla else 0
        if bits & _EXPUNGED:
            continue  # deleted in the mail program, which hasn't compacted the file yet
        letters = {_MBOX_LETTERS.get(letter, "") for part in _STATUS.findall(head) for letter in part.decode()}
        letters |= {letter for bit, letter in ((1, "S"), (2, "R"), (4, "F")) if bits & bit}
        lasting = _VOLATILE.sub(b"", head.partition(b"\n")[2]) + raw[len(head) :].rstrip()
        name = hashlib.sha256(lasting).hexdigest()[:24]
        seen[name] = seen.get(name, 0) + 1
        same = f"-{seen[name]}" if seen[name] > 1 else ""
        yield name + same, Entry(path, "".join(sorted(letters)), begin, end)
