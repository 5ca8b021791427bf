"""The first queue while the first mail still comes: provisional, told as it grows, and put right at the end."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from assistant.domain.draft import ItemState
from assistant.domain.ports import Cursor, EventBatch, Known, MailBatch, Mailbox
from assistant.errors import ProviderError
from assistant.workflows import daily, early
from assistant.workflows.reconcile import Changes
from tests.workflows.conftest import Build
from tests.workflows.world import QUESTION, TOMAS, World


@dataclass
class Slow:
    """A mailbox whose mail comes one message a batch, the last one last."""

    real: Mailbox
    last: str = ""

    @property
    def account(self) -> str:
        return self.real.account

    def pull(self, cursor: Cursor | None, known: Known) -> Iterator[MailBatch]:
        for batch in self.real.pull(cursor, known):
            ordered = sorted(batch.messages, key=lambda each: (each.message_id == self.last, str(each.date)))
            for message in ordered[:-1]:
                yield MailBatch((message,), "", total=len(ordered))
            yield replace(batch, messages=tuple(ordered[-1:]), total=len(ordered))


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look after every batch."""
    monkeypatch.setattr(early, "_FIRST", 0.0)


def run(world: World, told: list[int] | None, last: str = "") -> daily.RunReport:
    (source,) = world.sources
    slow = replace(source, mailbox=Slow(source.mailbox, last))
    tell = None if told is None else told.append
    return daily.run([slow], world.store, world.config, world.now, tell_early=tell)


def two_deals(world: World) -> World:
    world.deal("quayside", domains=("quayside.example",), contacts=(TOMAS,))
    world.passive(TOMAS, subject="Quayside")
    return world


def test_what_can_be_said_is_in_the_queue_before_the_rest_is_there(world: World) -> None:
    seen: list[list[str]] = []
    two_deals(world)

    def look(_: int) -> None:
        seen.append([item.deal_id for item in world.items(ItemState.OPEN)])

    (source,) = world.sources
    daily.run([replace(source, mailbox=Slow(source.mailbox))], world.store, world.config, world.now, tell_early=look)
    assert ["harbour"] in seen or ["quayside"] in seen
    assert {each.deal_id for each in world.items(ItemState.OPEN)} == {"harbour", "quayside"}


def test_the_report_and_the_queue_are_those_of_a_run_without_early_looks(build: Build) -> None:
    worlds = [build(), build()]
    told: list[int] = []
    reports = []
    for world, early_told in zip(worlds, (told, None), strict=True):
        world.deal()
        world.passive()
        two_deals(world)
        reports.append(run(world, early_told))
    assert told
    added = [sorted(item.key for item in report.changes.added) for report in reports]
    assert added[0] == added[1] != []
    waiting = [{item.key for item in each.items(ItemState.OPEN)} for each in worlds]
    assert waiting[0] == waiting[1]


def test_what_the_rest_of_the_mail_makes_stale_is_gone_at_the_end(world: World) -> None:
    """Their newest mail comes last: what was put up without it isn't reported, and doesn't stay."""
    newest = world.answer("work3@post.example", QUESTION)
    told: list[int] = []
    report = run(world, told, last=newest)
    assert 1 in told
    (draft,) = world.items(ItemState.OPEN)
    assert draft.content is not None
    assert draft.content.in_reply_to == newest
    assert [item.id for item in report.changes.added] == [draft.id]
    assert report.changes.withdrawn == []


def test_a_queue_that_was_there_before_is_not_looked_at_early(world: World) -> None:
    run(world, [])
    two_deals(world)
    told: list[int] = []
    run(world, told)
    assert told == []


def test_a_calendar_that_can_not_be_read_keeps_no_mail_away(world: World) -> None:
    class Gone:
        account = "work"

        def pull(self, *_: object) -> Iterator[EventBatch]:
            raise ProviderError("The calendar can't be reached.", "Try again.")

    (source,) = world.sources
    gone = replace(source, mailbox=Slow(source.mailbox), calendar=Gone())
    report = daily.run([gone], world.store, world.config, world.now, tell_early=lambda _: None)
    assert report.sync.new == 2
    assert [name for name, _ in report.sync.failed] == ["work"]


def test_a_look_that_fails_stops_nothing() -> None:
    def fail() -> Changes:
        raise ProviderError("The calendar can't be reached.", "Try again.")

    told: list[int] = []
    looks = early.Looks(fail, told.append)
    looks()
    assert told == []


def test_looks_become_rarer() -> None:
    now = [0.0]
    looked: list[float] = []

    def look() -> Changes:
        looked.append(now[0])
        return Changes()

    looks = early.Looks(look, lambda _: None, lambda: now[0], _wait=2.0)
    for second in range(100):
        now[0] = float(second)
        looks()
    assert looked == [2, 6, 14, 30, 62]
