"""The sample's mailbox and calendar on disk, at Google and in Microsoft 365: the same deals, standings, queue, and
approved drafts."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from assistant.app import App
from assistant.domain.draft import ItemState
from assistant.sample import SamplePaths, write
from tests.edges.microsoft_world import TOKEN, without_waiting
from tests.edges.test_google_same_morning import (
    NOW,
    REAL,
    approve_all,
    deals,
    events,
    in_junk,
    messages,
    morning,
    queue,
    raws,
)
from tests.servers.fixtures import Emulators
from tests.servers.microsoft import MicrosoftPeer

FOLDERS: Final = {"": "inbox", "Archive": "archive", "Junk": "junkemail", "Sent": "sentitems", "Trash": "deleteditems"}
"""What Graph calls the folders; the others are the rep's own."""


def fill(peer: MicrosoftPeer, paths: SamplePaths) -> list[str]:
    """The same bytes in Outlook's folders; the names of those that are the rep's own."""
    own: dict[str, str] = {}
    for folder, seen, raw in raws(paths):
        if folder == "Drafts":
            peer.deliver(raw, "drafts", isDraft=True)
            continue
        if folder not in FOLDERS and folder not in own:
            own[folder] = peer.add_folder(folder)
        where = FOLDERS.get(folder) or own[folder]
        if folder == "Junk" and REAL in raw:
            where = "archive"  # the rep has taken it out of Junk Email, which isn't read
        peer.deliver(raw, where, read=seen)
    for path in sorted(paths.calendar.glob("*.ics")):
        peer.put_ics(path.read_bytes(), name=path.stem)
    return list(own)


def of_microsoft(paths: SamplePaths, peer: MicrosoftPeer, own: list[str]) -> Path:
    """The sample's configuration with its account at the peer, and a store of its own."""
    text = paths.config.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith(("mail =", "calendar ="))]
    account = [
        'provider = "microsoft"',
        f'email = "{peer.email}"',
        f'client_id = "{peer.client_id}"',
        f'root_url = "{peer.url}"',
        f'token_env = "{TOKEN}"',
        f"mail_folders = {own}" if own else "",
        "schedule = true",
    ]
    whole = "\n".join(lines).replace('provider = "local"', "\n".join(account))
    path = paths.config.with_name("microsoft.toml")
    path.write_text(whole.replace('"nextmove.db"', '"microsoft.db"'), encoding="utf-8")
    return path


@pytest.fixture
def both(emulators: Emulators, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[App, App]]:
    """The app after its first run, on disk and in Microsoft 365."""
    without_waiting(monkeypatch)
    paths = write(tmp_path / "sample", NOW)
    text = paths.config.read_text(encoding="utf-8")
    paths.config.write_text(text.replace("[privacy]", "[privacy]\nmonths = 1200"), encoding="utf-8")
    port, user = emulators.user()
    peer = MicrosoftPeer(port, replace(user, email="mara.lindqvist@tallwood.example", name="Mara Lindqvist"))
    peer.now = NOW
    monkeypatch.setenv(TOKEN, peer.token())
    with ExitStack() as stack:
        stack.callback(peer.stop)
        own = fill(peer, paths)
        yield (
            stack.enter_context(morning(paths.config, paths)),
            stack.enter_context(morning(of_microsoft(paths, peer, own), paths)),
        )
        assert not peer.violations, "\n".join(peer.violations)


def alike(told: Any) -> Any:
    """With its moments in one zone, and its texts as words without the lines and marks between them.

    Graph has UTC for what was sent here, and of a message in two forms the HTML.
    """
    if isinstance(told, datetime):
        return told.astimezone(UTC)
    if isinstance(told, dict):
        return {name: alike(each) for name, each in told.items()}
    if type(told) in (list, tuple):
        return [alike(each) for each in told]
    return [word for word in told.replace(">", " ").split() if word.strip("-_")] if isinstance(told, str) else told


def test_the_same_mail_and_meetings_make_the_same_morning(both: tuple[App, App]) -> None:
    local, microsoft = both
    aside = in_junk(local)
    assert alike(messages(microsoft, aside)) == alike(messages(local, aside))
    assert in_junk(microsoft) == set()
    assert events(microsoft) == events(local)
    assert alike(deals(microsoft)) == alike(deals(local))
    assert queue(microsoft) == queue(local)
    assert len(queue(local)) > 5


def test_the_same_approvals_make_the_same_drafts(both: tuple[App, App]) -> None:
    local, microsoft = both
    there = approve_all(local)
    assert alike(approve_all(microsoft)) == alike(there)
    assert sum(ItemState.FILED in each for each in there.values()) > 3
    assert alike(deals(microsoft)) == alike(deals(local))
    assert queue(microsoft) == queue(local)
