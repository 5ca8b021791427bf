"""Events from an `.ics` file or a folder of them (vdir) behind the `Calendar` port: only what changed is read again."""

import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Final

from assistant.domain.calendar import Event
from assistant.domain.mail import Problem
from assistant.domain.ports import Cursor, CursorExpired, EventBatch
from assistant.errors import ProviderError
from providers.local.files import regular

_VERSION: Final = 1
_BATCH_FILES: Final = 200
_BATCH_EVENTS: Final = 2_000
_LARGEST: Final = 64 * 1024 * 1024
_SETTLED_NS: Final = 2_000_000_000
_SUFFIXES: Final = (".ics", ".ical", ".icalendar")
_DEEPEST: Final = 8

Window = tuple[datetime, datetime]
Name = tuple[str, str]
"""The calendar and the remote id: the folder's name and the file's."""


@dataclass(frozen=True, slots=True)
class _File:
    """What the cursor remembers of a file. `changed` is 0 while its time may not yet tell of a further change."""

    size: int
    changed: int
    digest: str = ""
    more_later: bool = True


@dataclass(slots=True)
class _Batch:
    """The batch that is being filled."""

    events: list[Event] = field(default_factory=list)
    replaced: list[Name] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def full(self) -> bool:
        return len(self.replaced) >= _BATCH_FILES or len(self.events) >= _BATCH_EVENTS

    def close(self, cursor: Cursor) -> EventBatch:
        return EventBatch(tuple(self.events), cursor, tuple(self.replaced), tuple(self.problems))


class LocalCalendar:
    """One or more calendars as files. What is expanded reaches from month to month around the window."""

    def __init__(self, account: str, root: Path, zone: tzinfo) -> None:
        self._account = account
        self._root = root
        self._zone = zone

    @property
    def account(self) -> str:
        return self._account

    def pull(self, cursor: Cursor | None, window: Window) -> Iterator[EventBatch]:
        covered, before = _decode(cursor, self._root) if cursor else (None, {})
        reach = covered if covered and covered[0] <= window[0] and window[1] <= covered[1] else _months(window)
        there = self._there()
        after = {
            name: _File(-1, -1) if covered and _falls_short(known, covered, reach) else known
            for name, known in before.items()
            if name in there
        }
        batch = _Batch(replaced=sorted(before.keys() - there.keys()))
        for name, path in there.items():
            self._take(name, path, reach, after, batch)
            if batch.full:
                yield batch.close(_encode(reach, after, self._root))
                batch = _Batch()
        last = _encode(reach, after, self._root)
        if batch.replaced or batch.problems or last != cursor:
            yield batch.close(last)

    def _take(self, name: Name, path: Path, reach: Window, after: dict[Name, _File], batch: _Batch) -> None:
        """Reads a file again if it looks changed, and expands it if it is."""
        known = after.get(name)
        try:
            now = time.time_ns()
            looks = path.stat()
            if known and (known.size, known.changed) == (looks.st_size, looks.st_mtime_ns):
                return
            with open(path, "rb", opener=regular) as file:
                raw = file.read(_LARGEST + 1)
        except OSError as error:
            batch.problems.append(Problem(self._account, "/".join(name), f"it can't be read: {error.strerror}"))
            return
        digest = hashlib.sha256(raw).hexdigest()[:16]
        settled = looks.st_mtime_ns if abs(now - looks.st_mtime_ns) > _SETTLED_NS else 0
        if known and known.digest == digest:
            after[name] = replace(known, size=looks.st_size, changed=settled)
            return
        more_later = self._expand(name, raw, reach, batch)
        after[name] = _File(looks.st_size, settled, digest, more_later)

    def _expand(self, name: Name, raw: bytes, reach: Window, batch: _Batch) -> bool:
        from providers.ics import Place, expand  # the parsers load only when there is something to read

        place = Place(self._account, *name)
        found = expand(raw[:_LARGEST], place, self._zone, reach)
        batch.replaced.append(name)
        batch.events += found.events
        batch.problems += found.problems
        if len(raw) > _LARGEST:
            batch.problems.append(place.problem("it is larger than 64 MB: its end was not read"))
        return found.more_later

    def _there(self) -> dict[Name, Path]:
        return files_of(self._account, self._root)


def files_of(account: str, root: Path) -> dict[Name, Path]:
    """The files of a calendar by name, in a stable order. Raises `ProviderError` where it isn't there."""
    try:
        if root.is_dir():
            return dict(sorted(_walk(root, root.name, 0)))
        root.stat()
    except OSError as error:
        raise ProviderError(
            f"The calendar of account “{account}” can't be read: {root} ({error.strerror}).",
            "Check `calendar` of this account in the configuration, or whether its disk is mounted.",
        ) from error
    return {(root.stem, root.name): root}


def open_calendar(account: str, settings: Mapping[str, Any], zone: tzinfo) -> LocalCalendar:
    """`calendar` is the path of an .ics file, or of a folder of them."""
    return LocalCalendar(account, calendar_path(account, settings), zone)


def calendar_path(account: str, settings: Mapping[str, Any]) -> Path:
    """Where the calendar of an account lies. Raises `ProviderError` where it doesn't say so."""
    if not settings.get("calendar"):
        raise ProviderError(
            f"Account “{account}” doesn't say where its calendar is.",
            'Set `calendar = "path"` in its [[account]] table.',
        )
    return Path(settings["calendar"]).expanduser()


def _walk(path: Path, name: str, depth: int) -> Iterator[tuple[Name, Path]]:
    with os.scandir(path) as entries:
        listed = [(entry.name, entry.is_dir()) for entry in entries if not entry.name.startswith(".")]
    for one, is_directory in listed:
        if is_directory and depth < _DEEPEST:
            yield from _walk(path / one, one if depth == 0 else f"{name}/{one}", depth + 1)
        elif not is_directory and one.lower().endswith(_SUFFIXES):
            yield (name, one), path / one


def _months(window: Window) -> Window:
    """From the first of the window's first month to that of the month after its last, so that it holds for weeks."""
    start, end = window
    first = start.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    last = (end.replace(day=1, hour=0, minute=0, second=0, microsecond=0) + timedelta(days=32)).replace(day=1)
    return first, last


def _falls_short(known: _File, covered: Window, reach: Window) -> bool:
    """Whether a file's instances were left out that belong to what is now expanded."""
    return reach[0] < covered[0] or (known.more_later and reach[1] > covered[1])


def _encode(reach: Window, files: Mapping[Name, _File], root: Path) -> Cursor:
    state = [
        [calendar, remote_id, one.size, one.changed, one.digest, one.more_later]
        for (calendar, remote_id), one in sorted(files.items())
    ]
    window = [edge.isoformat() for edge in reach]
    return json.dumps({"version": _VERSION, "root": str(root), "window": window, "files": state})


def _decode(cursor: Cursor, root: Path) -> tuple[Window, dict[Name, _File]]:
    try:
        state = json.loads(cursor)
        if state["version"] != _VERSION or state["root"] != str(root):
            raise CursorExpired
        start, end = (datetime.fromisoformat(edge) for edge in state["window"])
        return (start, end), {(row[0], row[1]): _File(*row[2:]) for row in state["files"]}
    except (ValueError, KeyError, TypeError, IndexError):
        raise CursorExpired from None
