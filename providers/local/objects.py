"""One event of ours among the files of a calendar: found by its UID wherever it lies, and written alone.

Another program may have renamed the file, rewritten it or put other things into it: their bytes stay as they are.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assistant.domain.mail import Address
from assistant.domain.ports import EventChanged, PlacedEvent
from assistant.errors import ProviderError
from providers.local import writing
from providers.local.calendar import Name, files_of
from providers.local.files import regular
from providers.written import Written, read

_EVENT: Final = re.compile(rb"^BEGIN:VEVENT[ \t]*\r?\n.*?^END:VEVENT[ \t]*(?:\r?\n|\Z)", re.M | re.S | re.I)
_ZONE: Final = re.compile(rb"^BEGIN:VTIMEZONE[ \t]*\r?\n.*?^END:VTIMEZONE[ \t]*(?:\r?\n|\Z)", re.M | re.S | re.I)
_ALARM: Final = re.compile(rb"^BEGIN:VALARM[ \t]*\r?\n.*?^END:VALARM[ \t]*\r?\n", re.M | re.S | re.I)
_OTHER: Final = re.compile(rb"^BEGIN:(?:VEVENT|VTODO|VJOURNAL|VFREEBUSY|VAVAILABILITY|VPOLL)[ \t]*\r?$", re.M | re.I)
_END: Final = re.compile(rb"^END:VCALENDAR[ \t]*\r?$", re.M | re.I)
_FOLD: Final = re.compile(rb"\r?\n[ \t]")
_UID: Final = re.compile(rb"^UID(?:;[^:\r\n]*)?:([^\r\n]*)", re.M | re.I)
_TZID: Final = re.compile(rb"^TZID(?:;[^:\r\n]*)?:([^\r\n]*)", re.M | re.I)
_ESCAPE: Final = re.compile(r"\\([\\;,])")
_SAFE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9@._+-]{0,150}")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """Our event in a file, and all of the file. Its `spans` are where it stands: once, or with changed instances."""

    name: Name
    path: Path
    raw: bytes
    spans: tuple[Span, ...]
    now: Written

    @property
    def block(self) -> bytes:
        return b"".join(self.raw[start:end] for start, end in self.spans)

    @property
    def etag(self) -> str:
        """Of the event and not of the file, in which others may change as they like."""
        return hashlib.sha256(self.block).hexdigest()[:32]

    @property
    def alone(self) -> bool:
        """Whether there is nothing else in the file."""
        return len(_OTHER.findall(self.raw)) == len(self.spans)

    @property
    def placed(self) -> PlacedEvent:
        return PlacedEvent(*self.name, self.now.uid, self.now.sequence, self.etag, self.now.cancelled)


class Objects:
    """The files of one calendar: a folder of them (vdir), or a single one."""

    def __init__(self, account: str, root: Path) -> None:
        self._account = account
        self._root = root

    def find(self, uid: str) -> Found | None:
        """The event of this UID, looked for first where we would have put it."""
        files = files_of(self._account, self._root)
        ours = _file_name(uid)
        for name, path in sorted(files.items(), key=lambda each: each[0][1] != ours):
            found = self._in(name, path, uid)
            if found:
                return found
        return None

    def add(self, uid: str, whole: bytes, organizer: Address) -> None:
        """Put an object of one event there, as a file of its own where the calendar is a folder."""
        with self._writing():
            if not self._root.is_dir():
                raw = _bytes_of(self._root)
                try:
                    self._put(self._root, raw, _joined(raw, whole) if raw.strip() else whole)
                except EventChanged:
                    raise ProviderError(
                        f"The calendar of account “{self._account}” was changed in this very moment.", "Try again."
                    ) from None
                return
            home = self._home(organizer)
            path = home / _file_name(uid)
            if path.exists() or path.is_symlink():
                path = home / f"{hashlib.sha256(whole).hexdigest()[:32]}.ics"
            self._put(path, None, whole)

    def replace(self, found: Found, whole: bytes, *, alarms: bool) -> None:
        """Put the event of `whole` in the place of what was found; `alarms` keeps those that the rep has set."""
        block = _block(whole)
        if alarms:
            end = block.rindex(b"END:VEVENT")
            block = block[:end] + b"".join(_ALARM.findall(found.block)) + block[end:]
        with self._writing():
            fresh = found.alone and self._root.is_dir()
            new = whole.replace(_block(whole), block) if fresh else _spliced(found.raw, found.spans, block, whole)
            self._put(found.path, found.raw, new)

    def remove(self, found: Found) -> None:
        """Take the event out, and the file with it if nothing else is in it."""
        with self._writing():
            if found.alone and self._root.is_dir():
                self._unchanged(found.path, found.raw)
                writing.remove(self._inside(found.path))
            else:
                self._put(found.path, found.raw, _spliced(found.raw, found.spans, b"", b""))

    def _in(self, name: Name, path: Path, uid: str) -> Found | None:
        try:
            raw = _bytes_of(path)
        except OSError:
            return None  # the reader of the calendar tells of it
        spans = tuple(found.span() for found in _EVENT.finditer(raw) if _uid(found[0]) == uid)
        if not spans:
            return None
        zones = b"".join(_ended(zone[0]) for zone in _ZONE.finditer(raw))
        events = b"".join(_ended(raw[start:end]) for start, end in spans)
        now = read(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + zones + events + b"END:VCALENDAR\r\n", uid)
        return Found(name, path, raw, spans, now or Written(uid, -1))

    def _home(self, organizer: Address) -> Path:
        """The folder where events belong: the only one, or that in which most files name the organizer."""
        counts: dict[Path, int] = {}
        for path in files_of(self._account, self._root).values():
            counts.setdefault(path.parent, 0)
        if self._root in counts or not counts:
            return self._root
        if len(counts) > 1:
            needle = f"mailto:{organizer.email}".lower().encode()
            for path in files_of(self._account, self._root).values():
                counts[path.parent] += needle in _FOLD.sub(b"", _bytes_of(path)).lower()
        return max(sorted(counts), key=lambda folder: counts[folder])

    def _put(self, path: Path, before: bytes | None, after: bytes) -> None:
        path = self._inside(path)
        mode = 0o600 if before is None else path.stat().st_mode & 0o777
        if before is not None:
            self._unchanged(path, before)
        writing.put(after, path.with_name(f".{path.name}.part"), path, mode=mode)

    def _inside(self, path: Path) -> Path:
        """The file itself, where it lies in the calendar. What a link leads to elsewhere is somebody else's."""
        root, file = self._root.resolve(), path.resolve()
        if file != root and root not in file.parents:
            raise ProviderError(
                f"The event lies outside of the calendar of account “{self._account}”, where {path} links to.",
                "Change it in your calendar program, or put the file itself into the calendar's folder.",
            )
        return file

    def _unchanged(self, path: Path, before: bytes) -> None:
        """Looks again right before it writes, since calendar programs don't lock."""
        if _bytes_of(path) != before:
            raise EventChanged

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ProviderError(
                f"The calendar of account “{self._account}” could not be written ({error.strerror}).",
                f"Make sure that you may write in {self._root} and that its disk has room, then try again.",
            ) from error


def _bytes_of(path: Path) -> bytes:
    with open(path, "rb", opener=regular) as file:
        return file.read()


def _file_name(uid: str) -> str:
    safe = _SAFE.fullmatch(uid) is not None
    return f"{uid if safe else hashlib.sha256(uid.encode()).hexdigest()[:32]}.ics"


def _uid(block: bytes) -> str:
    found = _UID.search(_FOLD.sub(b"", _ALARM.sub(b"", block)))
    return _ESCAPE.sub(r"\1", found[1].decode("utf-8", "replace")).strip() if found else ""


def _block(whole: bytes) -> bytes:
    found = _EVENT.search(whole)
    assert found is not None  # we have just written it
    return found[0]


def _ended(block: bytes) -> bytes:
    return block if block.endswith(b"\n") else block + b"\r\n"


def _joined(raw: bytes, whole: bytes) -> bytes:
    """The event of `whole` at the end of another calendar."""
    ends = [found.start() for found in _END.finditer(raw)]
    if not ends:
        raise ProviderError(
            "The calendar's file has no END:VCALENDAR, so that no event can be put into it.",
            "Export it anew from your calendar program, or name a folder for `calendar` in the configuration.",
        )
    return _spliced(raw, ((ends[-1], ends[-1]),), _block(whole), whole)


def _spliced(raw: bytes, spans: tuple[Span, ...], block: bytes, whole: bytes) -> bytes:
    """`raw` with the block where the spans were, after such zones of `whole` as it doesn't hold, in its line ends."""
    here = {found[1].strip() for zone in _ZONE.findall(raw) for found in _TZID.finditer(zone)}
    missing = (zone for zone in _ZONE.findall(whole) if not here & {found[1].strip() for found in _TZID.finditer(zone)})
    new = b"".join(missing) + block
    if b"\r\n" not in raw:
        new = new.replace(b"\r\n", b"\n")
    parts, at = [], 0
    for number, (start, end) in enumerate(spans):
        parts += [raw[at:start], new if number == 0 else b""]
        at = end
    return b"".join([*parts, raw[at:]])
