"""A fictional rep's mailbox, calendar and deals, dated relative to today: what the demo and the tests run on."""

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from assistant.errors import InputError
from assistant.sample.letters import encode
from assistant.sample.meetings import calendar
from assistant.sample.quoting import Body, body
from assistant.sample.script import Letter, Meeting, deals_csv, letters, meetings, people, source
from assistant.sample.today import Today

_MARKER: Final = ".nextmove-sample"
_FOLDERS: Final = ("Archive", "Drafts", "Junk", "Newsletters", "Private", "Sent", "Trash")


@dataclass(frozen=True, slots=True)
class SamplePaths:
    """Where the sample lies: a Maildir, a folder of .ics files, the deals to import, and a configuration."""

    mail: Path
    calendar: Path
    deals: Path
    config: Path


def write(folder: Path, now: datetime) -> SamplePaths:
    """Write the sample, fresh for the day of `now` (aware): the same bytes for the same day.

    An older sample in the folder is replaced, and the store that was made of it removed: its mail is gone.
    Raises `InputError` where the folder holds anything else.
    """
    paths, today = _paths(folder), Today.at(now)
    _make_room(folder, paths)
    cast = people()
    plan = meetings(cast, today)
    _write_mail(paths.mail, letters(cast, plan, today))
    _write_calendar(paths.calendar, plan.values())
    paths.deals.write_text(deals_csv(today), encoding="utf-8")
    paths.config.write_text(source("config.toml"), encoding="utf-8")
    (folder / _MARKER).write_text(today.today.isoformat(), encoding="utf-8")
    return paths


def found(folder: Path, now: datetime) -> SamplePaths | None:
    """The sample that already lies in the folder, if it was written for the day of `now`."""
    marker = folder / _MARKER
    if not marker.exists() or marker.read_text(encoding="utf-8") != Today.at(now).today.isoformat():
        return None
    return _paths(folder)


def _paths(folder: Path) -> SamplePaths:
    return SamplePaths(folder / "mail", folder / "calendar", folder / "deals.csv", folder / "config.toml")


def _make_room(folder: Path, paths: SamplePaths) -> None:
    if folder.exists() and any(folder.iterdir()) and not (folder / _MARKER).exists():
        raise InputError(
            f"{folder} is not empty and holds no sample.", "Name a new folder for the sample, or an empty one."
        )
    for old in (paths.mail, paths.calendar):
        if old.exists():
            shutil.rmtree(old)
    for store in folder.glob("nextmove.db*"):
        store.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARKER).touch()


def _write_mail(root: Path, script: Iterable[Letter]) -> None:
    for place in (root, *(root / f".{name}" for name in _FOLDERS)):
        for part in ("cur", "new", "tmp"):
            (place / part).mkdir(parents=True)
        if place != root:
            (place / "maildirfolder").touch()
    contents: dict[str, Body] = {}
    for number, letter in enumerate(script):
        parent = contents[letter.parent.key] if letter.parent else None
        contents[letter.key] = body(letter, parent)
        _place(root, number, letter, encode(letter, contents[letter.key]))


def _place(root: Path, number: int, letter: Letter, raw: bytes) -> None:
    """Named as maildir(5) asks; what nobody has looked at yet lies in `new`."""
    folder = root if letter.folder == "INBOX" else root / f".{letter.folder}"
    moment = int(letter.sent.timestamp())
    name = f"{moment}.M{number:06d}P1.tallwood,S={len(raw)}"
    path = folder / "cur" / f"{name}:2,{letter.flags}" if letter.flags else folder / "new" / name
    path.write_bytes(raw)
    os.utime(path, (moment, moment))


def _write_calendar(folder: Path, plan: Iterable[Meeting]) -> None:
    folder.mkdir(parents=True)
    for meeting in plan:
        (folder / f"{meeting.key}.ics").write_bytes(calendar(meeting).encode())
