"""A rehearsal does the whole run and leaves no trace of it."""

from datetime import date

from assistant.domain.draft import ItemState
from assistant.workflows import daily, editing, review
from assistant.workflows.rehearsal import rehearsed
from tests.workflows.conftest import Build
from tests.workflows.meetings import calendar_mail, events, invites, planned, walk
from tests.workflows.world import INES, NO, QUESTION, World, days


def _rehearse(world: World) -> daily.RunReport:
    with rehearsed(world.store, world.sources) as (store, accounts):
        return daily.run(accounts, store, world.config, world.now)


def test_it_says_what_a_run_would_do(world: World) -> None:
    assert [item.deal_id for item in _rehearse(world).changes.added] == ["harbour"]


def test_it_changes_no_row_and_no_file(world: World) -> None:
    before = world.dump(), world.files()
    _rehearse(world)
    assert (world.dump(), world.files()) == before


def test_it_mirrors_no_mail(world: World) -> None:
    _rehearse(world)
    with world.store.read() as tx:
        assert tx.mirror.counts().messages == 0


def test_a_withdrawal_from_the_drafts_folder_is_only_pretended(world: World) -> None:
    world.run()
    filed = review.approve(world.desk, world.draft().id, world.now)
    world.answer("work3@post.example", QUESTION)
    report = _rehearse(world)
    assert [item.id for item in report.changes.withdrawn] == [filed.id]
    assert len(world.work.draft_files()) == 1
    assert world.item(filed.id).state is ItemState.FILED


def test_a_draft_that_the_rep_edited_would_stay(world: World) -> None:
    world.run()
    review.approve(world.desk, world.draft().id, world.now)
    (path,) = world.work.draft_files()
    path.write_bytes(path.read_bytes().replace(b"security", b"safety"))
    world.answer("work3@post.example", QUESTION)
    assert _rehearse(world).changes.withdrawn == []


def test_an_approval_is_only_pretended(world: World) -> None:
    world.run()
    with rehearsed(world.store, world.sources) as (store, accounts):
        desk = editing.ReviewDesk(accounts, store, world.config)
        assert review.approve(desk, world.draft().id, world.now).state is ItemState.FILED
    assert world.work.draft_files() == []
    assert world.draft().state is ItemState.OPEN


def test_the_copy_is_gone_afterwards(world: World) -> None:
    with rehearsed(world.store, world.sources) as (store, _):
        path = store.path
    assert not path.parent.exists()


def test_an_invite_that_would_go_out_is_told_and_nothing_is_written(build: Build) -> None:
    world = planned(build)
    walk(world, date(2026, 3, 23))
    world.now += days(1)
    before = world.dump(), world.files()
    placed = _rehearse(world).scheduled.placed
    assert [each.milestone for each in placed] == ["hands_on"]
    assert (world.dump(), world.files()) == before


def test_it_says_the_same_of_the_queue_as_the_run_with_the_invite(build: Build) -> None:
    world = planned(build)
    walk(world, date(2026, 3, 23))
    world.now += days(1)
    told, done = _rehearse(world).changes, world.run().changes
    assert [item.title for item in told.added] == [item.title for item in done.added]
    assert [item.title for item in told.withdrawn] == [item.title for item in done.withdrawn]


def test_a_move_and_a_calling_off_are_only_pretended(build: Build) -> None:
    world = planned(build)
    walk(world, date(2026, 3, 24))
    (event,) = events(world)
    calendar_mail(world, "REPLY", event, INES, partstat="DECLINED")
    world.run()
    _approved_in_a_rehearsal(world)
    world.work.deliver(INES, "noor@brightlane.example", NO, world.now)
    world.run(days(0.1))
    _approved_in_a_rehearsal(world)


def _approved_in_a_rehearsal(world: World) -> None:
    (item,) = invites(world, ItemState.OPEN)
    before = world.dump(), world.files()
    with rehearsed(world.store, world.sources) as (store, accounts):
        done = review.approve(editing.ReviewDesk(accounts, store, world.config), item.id, world.now)
    assert done.state is ItemState.SENT
    assert (world.dump(), world.files()) == before
