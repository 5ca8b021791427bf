"""The main job on the sample, through the program: each deal stands where it must, on any day."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from assistant import app as house
from assistant.app import App
from assistant.domain.deal import Deal
from assistant.domain.draft import ItemKind, ItemState, QueueItem
from assistant.guard import lint
from assistant.sample import write
from assistant.sample.letters import message_id
from assistant.sample.script import letters, meetings, people, source
from assistant.sample.today import HOME, Today
from assistant.workflows import deal_csv, dealbook
from assistant.workflows.daily import run
from assistant.workflows.telling import tell_all

MORNINGS = {
    "a weekday": datetime(2025, 11, 12, 7, 30, tzinfo=HOME),
    "a Sunday": datetime(2026, 3, 29, 9, 0, tzinfo=HOME),
    "the first days of a year": datetime(2027, 1, 4, 7, 30, tzinfo=HOME),
}
ALIVE = {ItemState.OPEN, ItemState.SNOOZED, ItemState.FILED}


@dataclass(frozen=True)
class Morning:
    """The sample after its run: what the program tells, and what was expected."""

    app: App
    now: datetime
    told: dict[str, dict[str, Any]]
    deals: dict[str, Deal]
    queue: dict[str, list[QueueItem]]
    expected: dict[str, Any]
    refs: dict[str, str]


@pytest.fixture(scope="module", params=list(MORNINGS))
def morning(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Morning]:
    now = MORNINGS[request.param]
    paths = write(tmp_path_factory.mktemp("morning") / "sample", now)
    with house.opened(paths.config) as app, app.store.writer("test"):
        with app.store.write() as tx:
            deal_csv.take(tx, paths.deals, now)
        run(app.accounts(), app.store, app.config, now)
        yield _morning(app, now)


def _morning(app: App, now: datetime) -> Morning:
    today, cast = Today.at(now), people()
    plan = meetings(cast, today)
    refs = {letter.key: message_id(letter) for letter in letters(cast, plan, today)}
    refs |= {key: meeting.uid for key, meeting in plan.items()}
    with app.store.read() as tx:
        deals = {deal.id: deal for deal in tx.ledger.deals()}
        queue: dict[str, list[QueueItem]] = {deal.name: [] for deal in deals.values()}
        for item in tx.queue.items(ALIVE):
            queue[deals[item.deal_id].name].append(item)
    told = {deal["name"]: deal for deal in tell_all(app.store, app.config, now)}
    expected = tomllib.loads(today.fill(source("expected.toml")))
    return Morning(app, now, told, {d.name: d for d in deals.values()}, queue, expected, refs)


def _proposed(items: list[QueueItem]) -> list[QueueItem]:
    """What stands for the deal itself: not the questions about a date or a thread, nor a meeting to call off."""
    beside = ("decision-date", "which-deal", "still-ahead")
    return [item for item in items if not any(f":{mark}:" in item.key for mark in beside)]


def test_every_deal_stands_where_it_must(morning: Morning) -> None:
    stands = {name: (deal["stage"], deal["standing"]) for name, deal in morning.told.items()}
    assert stands == {deal["name"]: (deal["stage"], deal["standing"]) for deal in morning.expected["deal"]}


def test_the_other_standings_are_shown_beside_it(morning: Morning) -> None:
    for deal in morning.expected["deal"]:
        shown = set(morning.told[deal["name"]]["other_standings"])
        assert set(deal.get("others", ())) <= shown, deal["name"]


def test_every_standing_shows_its_message_or_meeting_and_the_sentence(morning: Morning) -> None:
    for deal in morning.expected["deal"]:
        if deal["standing"] in ("won", "paused") or "evidence" not in deal:
            continue  # what the rep wrote down, or a day that came: no mail of today says it
        evidence = morning.told[deal["name"]]["evidence"]
        shown = {each.get("message_id") or each.get("event_uid") for each in evidence}
        assert morning.refs[deal["evidence"]] in shown, deal["name"]


def test_the_queue_holds_what_each_deal_needs(morning: Morning) -> None:
    for deal in morning.expected["deal"]:
        items = _proposed(morning.queue[deal["name"]])
        kinds = [item.kind.value for item in items] or ["none"]
        assert kinds == [deal["queue"]], deal["name"]
        if items[:1] and items[0].kind is ItemKind.DRAFT:
            assert items[0].purpose in deal["purposes"], deal["name"]


def test_no_draft_leaves_a_finding_or_invents_a_time(morning: Morning) -> None:
    offered: list[tuple[datetime, datetime]] = []
    for items in morning.queue.values():
        for item in items:
            if item.content is not None:
                assert [f for f in lint(item.content.body) if f.severity == "block"] == [], item.title
                offered += item.content.times
    assert len(offered) == len(set(offered))


def test_at_least_three_drafts_of_the_day_can_go_as_they_are(morning: Morning) -> None:
    drafts = [item for items in morning.queue.values() for item in items if item.content and not item.gaps]
    assert len(drafts) >= 3


def test_only_the_unknown_prospect_is_proposed_as_a_deal(morning: Morning) -> None:
    with morning.app.store.read() as tx:
        proposed = dealbook.discover(tx, morning.app.config, morning.now)
    assert [one.domains for one in proposed] == [(one["domain"],) for one in morning.expected["discovered"]]


def test_private_mail_left_no_trace(morning: Morning) -> None:
    store = morning.app.config.store
    stored = b"".join(path.read_bytes() for path in sorted(store.parent.glob(f"{store.name}*")))
    assert morning.refs["brinkholt-paper"].encode() in stored
    for key in morning.expected["private"]["letters"]:
        assert morning.refs[key].encode() not in stored


def test_a_second_run_right_after_changes_nothing(morning: Morning) -> None:
    again = run(morning.app.accounts(), morning.app.store, morning.app.config, morning.now)
    assert not again.changes
    assert (again.sync.read, again.sync.events) == (0, 0)
