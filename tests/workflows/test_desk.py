"""The desk: whose thread it is, what is written once, and what the customer named."""

import sqlite3
from datetime import date, timedelta

import pytest

from assistant.domain.deal import Stage, Standing
from assistant.domain.draft import ItemKind, ItemState
from assistant.workflows import dealbook, review
from assistant.workflows.desk import DealView, Desk, look
from tests.workflows.conftest import Build
from tests.workflows.world import INES, NOW, QUESTION, REP, World, days


def desk_of(world: World) -> Desk:
    with world.store.write() as tx:
        return look(tx, world.config, world.now)


def view(world: World, deal_id: str = "harbour") -> DealView:
    found = desk_of(world).view(deal_id)
    assert found is not None
    return found


def two_deals(world: World) -> str:
    """Two deals with the same people, and a thread that could be of either; its last Message-ID."""
    world.deal("harbour")
    world.deal("harbour-two")
    last = world.passive(subject="A general question")
    world.run()
    return last


def test_a_passive_last_move_shows(world: World) -> None:
    world.run()
    assert [found.standing for found in view(world).standings.found] == [Standing.PASSIVE, Standing.UNDATED]


def test_a_thread_of_two_deals_is_asked_about_once(build: Build) -> None:
    world = build()
    two_deals(world)
    world.run(timedelta(hours=1))
    asked = [item for item in world.items() if "Which deal" in item.title]
    assert [item.kind for item in asked] == [ItemKind.QUESTION]


def test_until_it_is_answered_the_thread_counts_for_neither(build: Build) -> None:
    world = build()
    two_deals(world)
    assert [item for item in world.items() if item.kind is ItemKind.DRAFT] == []


def test_the_answer_is_remembered_for_the_thread(build: Build) -> None:
    world = build()
    last = two_deals(world)
    with world.store.write() as tx:
        tx.ledger.choose_thread(last, "harbour-two", by="rep", why="the rep's word", now=world.now)
    world.run(timedelta(hours=1))
    assert world.draft("harbour-two").content is not None
    assert [item.state for item in world.items() if item.kind is ItemKind.QUESTION] == [ItemState.WITHDRAWN]


def test_a_later_mail_in_a_chosen_thread_is_not_asked_about(build: Build) -> None:
    world = build()
    last = two_deals(world)
    with world.store.write() as tx:
        tx.ledger.choose_thread(last, "harbour-two", by="rep", why="the rep's word", now=world.now)
    world.run(timedelta(hours=1))
    world.answer(last, QUESTION)
    world.run(timedelta(hours=1))
    assert [item for item in world.items(ItemState.OPEN) if item.kind is ItemKind.QUESTION] == []


def test_the_question_is_asked_of_no_deal_when_it_is_none(build: Build) -> None:
    world = build()
    two_deals(world)
    (asked,) = (item for item in world.items() if "Which deal" in item.title)
    review.not_a_deal(world.desk, asked.id, world.now)
    world.run(timedelta(hours=1))
    assert world.items(ItemState.OPEN) == []


def test_mail_among_us_alone_is_no_move(world: World) -> None:
    world.run()
    before = world.draft()
    world.work.deliver(REP, "boss@brightlane.example", "What about Harbour?", NOW, reply_to="work3@post.example")
    world.run(timedelta(hours=1))
    assert world.draft().key == before.key


def test_a_mail_of_a_colleague_to_the_customer_is_our_move(world: World) -> None:
    world.run()
    before = world.draft()
    world.work.deliver(
        "Presales <presales@brightlane.example>", INES, "Hi Ines, here is the data sheet.", NOW, cc=REP, folder=""
    )
    world.run(timedelta(hours=1))
    assert world.item(before.id).state is ItemState.WITHDRAWN


def test_a_mail_from_the_future_has_not_come_yet(world: World) -> None:
    world.work.deliver(INES, REP, QUESTION, NOW + days(3), reply_to="work3@post.example")
    world.run()
    assert view(world).standings.has(Standing.PASSIVE)


def test_a_verbal_yes_moves_the_deal_to_after_yes(world: World) -> None:
    world.answer("work3@post.example", "Hi Noor,\n\nGood news: we would like to go ahead with you.\n\nBest,\nInes\n")
    assert [world.run().deals, view(world).deal.stage] == [1, Stage.AFTER_YES]


def test_a_decision_date_is_planned_backward_from(world: World) -> None:
    _decide(world, date(2026, 4, 30))
    plan = view(world).plan
    assert plan is not None
    assert all(milestone.day <= date(2026, 4, 30) for milestone in plan.milestones)


def test_the_store_itself_refuses_another_date_by_update(world: World) -> None:
    _decide(world, date(2026, 4, 30))
    with sqlite3.connect(world.store.path) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute("UPDATE decision_date SET day = '2026-05-30'")
    connection.close()


def test_the_store_itself_refuses_to_forget_a_date(world: World) -> None:
    _decide(world, date(2026, 4, 30))
    with sqlite3.connect(world.store.path) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute("DELETE FROM decision_date")
    connection.close()


def test_their_own_change_is_a_new_plan_and_the_earlier_one_stays(world: World) -> None:
    _decide(world, date(2026, 4, 30))
    _decide(world, date(2026, 5, 29))
    with world.store.read() as tx:
        assert [(each.seq, each.day.month) for each in tx.ledger.decision_dates("harbour")] == [(1, 4), (2, 5)]
    plan = view(world).plan
    assert plan is not None
    assert plan.decision == date(2026, 5, 29)


def test_readings_are_kept_and_not_made_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.run()

    def broken(*_: object, **__: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr("assistant.workflows.desk.read", broken)
    world.run(days(1))
    with world.store.read() as tx:
        assert tx.mirror.problems() == []


def _decide(world: World, day: date) -> None:
    decision = dealbook.decision_by_rep("harbour", day, "Ines on the phone", None, world.now)
    review.decide(world.desk, "harbour", decision, world.now)
