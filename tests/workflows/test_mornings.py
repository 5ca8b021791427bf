"""Many mornings in a row on the sample, and mornings on which something is in the way."""

import shutil
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from assistant import app as house
from assistant.app import App
from assistant.domain.draft import ItemKind, ItemState
from assistant.errors import ProviderError
from assistant.sample import write
from assistant.workflows import deal_csv, review
from assistant.workflows.daily import run
from tests.workflows.conftest import Build
from tests.workflows.test_sync import stored
from tests.workflows.world import INES, NOW, QUESTION, REP, World, days


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("mornings") / "sample", NOW).config.parent


@pytest.fixture
def sample(written: Path, tmp_path: Path) -> Iterator[App]:
    """The sample rep's mailbox with the deals in the book."""
    folder = tmp_path / "sample"
    shutil.copytree(written, folder)
    with house.opened(folder / "config.toml") as app:
        with app.store.write() as tx:
            deal_csv.take(tx, folder / "deals.csv", NOW)
        yield app


def work(app: App) -> list[tuple[object, ...]]:
    with sqlite3.connect(app.store.path) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        own = sorted(name for name in names if not name.startswith(("mirror_", "sqlite_", "alembic")))
        rows = [(name, *row) for name in own for row in connection.execute(f'SELECT * FROM "{name}"')]
    connection.close()
    return rows


def test_on_eleven_mornings_in_a_row_a_second_run_changes_nothing(sample: App) -> None:
    accounts = sample.accounts()
    changed = []
    for morning in range(11):
        now = NOW + days(morning)
        run(accounts, sample.store, sample.config, now)
        before = work(sample)
        run(accounts, sample.store, sample.config, now)
        if work(sample) != before:
            changed.append(now.date())
    assert changed == []


def test_over_thirty_mornings_no_deal_has_two_open_drafts(sample: App) -> None:
    accounts = sample.accounts()
    for morning in range(0, 30, 6):
        run(accounts, sample.store, sample.config, NOW + days(morning))
        with sample.store.read() as tx:
            alive = tx.queue.items({ItemState.OPEN, ItemState.SNOOZED, ItemState.APPROVED, ItemState.FILED})
        drafts = [item.deal_id for item in alive if item.kind is ItemKind.DRAFT]
        assert len(drafts) == len(set(drafts))


def test_over_thirty_mornings_no_two_drafts_propose_the_same_time(sample: App) -> None:
    accounts = sample.accounts()
    for morning in range(0, 30, 6):
        run(accounts, sample.store, sample.config, NOW + days(morning))
        with sample.store.read() as tx:
            items = [item for item in tx.queue.items({ItemState.OPEN}) if item.content]
        times = [start for item in items if item.content for start, _ in item.content.times]
        assert len(times) == len(set(times))


def test_a_draft_that_cannot_be_taken_out_of_drafts_does_not_stop_the_run(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.run()
    filed = review.approve(world.desk, world.draft().id, world.now)
    world.answer("work3@post.example", QUESTION)

    def broken(*_: object) -> None:
        raise ProviderError("The disk is away.", "Mount it.")

    monkeypatch.setattr(type(world.sources[0].outbox), "withdraw", broken)
    world.run()
    assert world.item(filed.id).state is ItemState.FILED
    monkeypatch.undo()
    world.run()
    assert world.item(filed.id).state is ItemState.WITHDRAWN


def test_a_person_s_share_of_mails_holds_back_what_is_new_and_takes_nothing_down(world: World) -> None:
    world.run()
    filed = review.approve(world.desk, world.draft().id, world.now)
    world.deal("fair", domains=("fair.example",), contacts=("Zed Amara <zed@fair.example>",))
    for number in range(2):
        to = f"Zed Amara <zed@fair.example>, {INES}"
        text = "Hello,\n\nhere is the list.\n"
        message_id = world.work.deliver(REP, to, text, world.now, subject=f"The fair, part {number}")
        with world.store.write() as tx:
            tx.ledger.choose_thread(message_id, "fair", by="rep", why="the rep's word", now=world.now)
    world.run(timedelta(hours=1))
    assert world.item(filed.id).state is ItemState.FILED
    assert len(world.work.draft_files()) == 1


@pytest.mark.parametrize("setting", ['senders = ["quince@practice.example"]', 'domains = ["practice.example"]'])
def test_a_meeting_with_private_people_leaves_no_trace_but_its_time(build: Build, setting: str) -> None:
    world = build(extra=f"[privacy]\n{setting}")
    start = NOW.replace(day=5, hour=10)
    world.work.meet("m1", start, "quince@practice.example", summary="Zanthoxylum")
    world.run()
    assert [trace for trace in (b"quince", b"Zanthoxylum") if trace in stored(world)] == []
    with world.store.read() as tx:
        assert [event.start for event in tx.mirror.events(NOW, NOW + days(3))] == [start]


def test_a_private_domain_covers_the_domains_under_it(build: Build) -> None:
    world = build(extra='[privacy]\ndomains = ["practice.example"]')
    world.work.deliver("Aurelia Quince <quince@mail.practice.example>", REP, "Zanthoxylum", NOW - days(1))
    assert world.run().sync.private == 1
