"""The sample's mailbox and calendar on disk and at Google: the same deals, standings, queue, and approved drafts."""

import json
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from assistant.app import App, opened
from assistant.domain.calendar import EventStatus
from assistant.domain.draft import ItemState
from assistant.domain.mail import FolderRole
from assistant.errors import RefusedError
from assistant.sample import SamplePaths, write
from assistant.sample.today import HOME
from assistant.workflows import deal_csv, filing, review, telling, today
from assistant.workflows.daily import run
from tests.edges.google_world import TOKEN, without_waiting
from tests.servers.fixtures import Emulators
from tests.servers.google import GooglePeer

NOW: Final = datetime(2026, 3, 4, 7, 30, tzinfo=HOME)
LABELS: Final = {"Archive": (), "Junk": ("SPAM",), "Sent": ("SENT",), "Trash": ("TRASH",)}
"""What Gmail calls the folders; the others are labels of the rep's own."""
REAL: Final = b"freepost.example"
"""Whose answer lies in Junk. Gmail's Spam isn't read: there the rep has taken it out of it."""


def raws(paths: SamplePaths) -> Iterator[tuple[str, bool, bytes]]:
    """Each message with its folder, and whether it was seen; in the order in which they came."""
    files = [path for part in ("cur", "new") for path in paths.mail.rglob(f"{part}/*")]
    for path in sorted(files, key=lambda each: each.name):
        folder = path.parent.parent
        yield ("" if folder == paths.mail else folder.name.removeprefix(".")), ",S" in path.name, path.read_bytes()


def fill(peer: GooglePeer, paths: SamplePaths) -> None:
    """The same bytes, under Gmail's labels."""
    own: dict[str, str] = {}
    for folder, seen, raw in raws(paths):
        if folder == "Drafts":
            peer.write_draft(raw)
            continue
        if folder and folder not in LABELS and folder not in own:
            own[folder] = peer.add_label(folder)
        labels = LABELS.get(folder, (own[folder],) if folder in own else ("INBOX",))
        if folder == "Junk" and REAL in raw:
            labels = ()
        peer.deliver(raw, labels if seen else (*labels, "UNREAD"))
    for path in sorted(paths.calendar.glob("*.ics")):
        peer.put_ics(path.read_bytes(), name=path.stem)


def of_google(paths: SamplePaths, peer: GooglePeer) -> Path:
    """The sample's configuration with its account at the peer, and a store of its own."""
    text = paths.config.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith(("mail =", "calendar ="))]
    whole = "\n".join(lines).replace(
        'provider = "local"',
        f'provider = "google"\nemail = "{peer.email}"\nroot_url = "{peer.url}"\ntoken_env = "{TOKEN}"\nschedule = true',
    )
    path = paths.config.with_name("google.toml")
    path.write_text(whole.replace('"nextmove.db"', '"google.db"'), encoding="utf-8")
    return path


@contextmanager
def morning(config: Path, paths: SamplePaths) -> Iterator[App]:
    with opened(config) as app:
        with app.store.write() as tx:
            deal_csv.take(tx, paths.deals, NOW)
        report = run(app.accounts(), app.store, app.config, NOW)
        assert report.sync.failed == []
        yield app


@pytest.fixture
def both(emulators: Emulators, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[App, App]]:
    """The app after its first run, on disk and at Google."""
    without_waiting(monkeypatch)
    paths = write(tmp_path / "sample", NOW)
    text = paths.config.read_text(encoding="utf-8")
    paths.config.write_text(text.replace("[privacy]", "[privacy]\nmonths = 1200"), encoding="utf-8")
    port, user = emulators.user()
    peer = GooglePeer(port, replace(user, email="mara.lindqvist@tallwood.example", name="Mara Lindqvist"))
    peer.now = NOW
    monkeypatch.setenv(TOKEN, json.dumps(peer.token()))
    with ExitStack() as stack:
        stack.callback(peer.stop)
        fill(peer, paths)
        yield (
            stack.enter_context(morning(paths.config, paths)),
            stack.enter_context(morning(of_google(paths, peer), paths)),
        )
        assert not peer.violations, "\n".join(peer.violations)


def deals(app: App) -> list[dict[str, Any]]:
    """All that is told of each deal, but for when it was written down."""
    with app.store.read() as tx:
        names = [deal.id for deal in tx.ledger.deals()]
    return [telling.tell_one(app.store, app.config, each, NOW) for each in names]


def queue(app: App) -> list[dict[str, Any]]:
    with app.store.read() as tx:
        shown = today.todays(tx, app.config, NOW, everything=True)
        return today.entries(shown.items, shown.meetings)


def in_junk(app: App) -> set[str]:
    with app.store.read() as tx:
        found = tx.mirror.messages(keys=range(1, 2000))
    return {each.message.message_id for each in found if each.message.role is FolderRole.JUNK}


def messages(app: App, aside: Collection[str]) -> dict[str, tuple[object, ...]]:
    """What the mirror keeps of each message, but for places and for those `aside`; by Message-ID."""
    with app.store.read() as tx:
        found = tx.mirror.messages(keys=range(1, 2000))
    return {
        each.message.message_id: (each.message.subject, each.message.text, each.message.date, each.automatic)
        for each in found
        if each.message.role not in (FolderRole.JUNK, FolderRole.TRASH)  # at Gmail that of our conversations is read
        and each.message.message_id not in aside
    }


def events(app: App) -> list[tuple[object, ...]]:
    with app.store.read() as tx:
        found = tx.mirror.events(NOW - timedelta(days=200), NOW + timedelta(days=200))
    return sorted(
        (each.start, each.end, each.uid, each.summary, each.status, each.free, each.private, each.location)
        for each in found
        if each.status is not EventStatus.CANCELLED  # Google doesn't show them any more
    )


def test_the_same_mail_and_meetings_make_the_same_morning(both: tuple[App, App]) -> None:
    local, google = both
    aside = in_junk(local)
    assert messages(google, aside) == messages(local, aside)
    assert in_junk(google) == set()
    assert events(google) == events(local)
    assert deals(google) == deals(local)
    assert queue(google) == queue(local)
    assert len(queue(local)) > 5


def approve_all(app: App) -> dict[str, tuple[object, ...]]:
    """By key, what became of each item that the rep approves, and the draft as the mailbox has it then."""
    with app.store.read() as tx:
        items = [item for item in tx.queue.items({ItemState.OPEN}) if item.content and not item.gaps]
    approved: dict[str, tuple[object, ...]] = {}
    for item in items:
        try:
            done = review.approve(app.desk(), item.id, NOW)
        except RefusedError as error:
            approved[item.key] = (str(error),)
            continue
        assert done.content is not None
        filed = app.accounts()[0].outbox.find(filing.effect_key(done, done.content))
        words = (filed.subject, filed.body, frozenset(filed.recipients)) if filed else ()
        approved[item.key] = (done.state, done.content, words)
    return approved


def test_the_same_approvals_make_the_same_drafts(both: tuple[App, App]) -> None:
    local, google = both
    there = approve_all(local)
    assert approve_all(google) == there
    assert sum(ItemState.FILED in each for each in there.values()) > 3
    assert deals(google) == deals(local)
    assert queue(google) == queue(local)
