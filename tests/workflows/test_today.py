"""Today's queue, and what is told of items and deals: few, in order, and with their evidence."""

from datetime import date

import msgspec
import pytest

from assistant.domain.draft import ItemState
from assistant.errors import NotFoundError
from assistant.workflows import review, telling
from assistant.workflows.today import Today, entries, todays
from tests.workflows.conftest import Build
from tests.workflows.world import QUESTION, World, days


def today(world: World, *, everything: bool = False) -> Today:
    with world.store.read() as tx:
        return todays(tx, world.config, world.now, everything=everything)


def several(build: Build, *, size: int) -> World:
    world = build(extra=f"[queue]\nsize = {size}")
    for name in ("alder", "birch", "cedar", "dogwood"):
        world.deal(name, domains=(f"{name}.example",), contacts=(f"Ida Holm <ida@{name}.example>",))
        world.passive(f"Ida Holm <ida@{name}.example>", subject=f"About {name}")
    world.run()
    return world


def test_never_more_than_the_few_are_shown_and_the_rest_is_counted(build: Build) -> None:
    shown = today(several(build, size=2))
    assert (len(shown.items), shown.waiting) == (2, 2)


def test_everything_is_shown_when_asked(build: Build) -> None:
    shown = today(several(build, size=2), everything=True)
    assert (len(shown.items), shown.waiting) == (4, 0)


def test_what_puts_most_at_risk_comes_first(build: Build) -> None:
    world = several(build, size=7)
    world.answer("work8@post.example", QUESTION, "Ida Holm <ida@cedar.example>", subject="Re: About cedar")
    world.run()
    shown = today(world)
    assert shown.items[0].deal_id == "cedar"
    assert [item.rank for item in shown.items] == sorted(item.rank for item in shown.items)


def test_what_is_snoozed_waits_for_its_day(world: World) -> None:
    world.run()
    review.snooze(world.desk, world.draft().id, date(2026, 3, 6), world.now)
    assert today(world).items == ()
    world.now += days(2)
    assert len(today(world).items) == 1


def test_what_is_filed_is_counted_and_not_shown(world: World) -> None:
    world.run()
    review.approve(world.desk, world.draft().id, world.now)
    shown = today(world)
    assert (shown.items, shown.filed) == ((), 1)


def test_what_is_dismissed_is_not_shown_at_all(world: World) -> None:
    world.run()
    review.dismiss(world.desk, world.draft().id, world.now)
    assert today(world, everything=True).items == ()


def test_an_entry_says_all_that_a_program_needs(world: World) -> None:
    world.run()
    (entry,) = entries(today(world).items)
    assert {"id", "deal", "kind", "purpose", "to", "cc", "subject", "body", "reasons", "gaps", "rank"} <= entry.keys()
    assert entry["to"] == ["Ines Okafor <ines@harbour.example>"]


def test_a_reason_names_the_message_and_its_sentence(world: World) -> None:
    world.run()
    (entry,) = entries(today(world).items)
    reason = entry["reasons"][0]
    assert reason["message_id"] == "work3@post.example"
    assert "security paper" in reason["sentence"]


def test_every_fact_of_a_draft_has_its_source(world: World) -> None:
    world.run()
    (entry,) = entries(today(world).items)
    assert entry["facts"]
    assert all(fact["from"]["source"] for fact in entry["facts"])


def test_a_deal_is_told_with_its_standing_and_evidence(world: World) -> None:
    world.run()
    (told,) = telling.tell_all(world.store, world.config, world.now)
    assert (told["id"], told["standing"], told["other_standings"]) == ("harbour", "passive", ["undated"])
    assert told["evidence"][0]["message_id"] == "work3@post.example"
    assert told["last_move"]["message_id"] == "work3@post.example"


def test_a_deal_without_mail_is_told_too(build: Build) -> None:
    world = build()
    world.deal()
    (told,) = telling.tell_all(world.store, world.config, world.now)
    assert (told["last_move"], told["decision_date"]) == (None, None)


def test_a_deal_of_which_a_meeting_is_the_evidence_names_the_event(world: World) -> None:
    world.work.meet("next", world.now + days(5), "ines@harbour.example")
    world.run()
    (told,) = telling.tell_all(world.store, world.config, world.now)
    assert told["standing"] == "advancing"
    assert told["evidence"][0]["event_uid"] == "next"


def test_the_page_of_a_deal_has_its_timeline_in_order(world: World) -> None:
    world.run()
    page = telling.tell_one(world.store, world.config, "harbour", world.now)
    assert [(move["side"], move["message_id"]) for move in page["timeline"]] == [
        ("them", "work1@post.example"),
        ("us", "work3@post.example"),
    ]


def test_the_page_of_a_deal_has_its_plan_and_the_history_of_its_date(world: World) -> None:
    from assistant.workflows import dealbook

    for month in (5, 6):
        decision = dealbook.decision_by_rep("harbour", date(2026, month, 28), "Ines on the phone", None, world.now)
        review.decide(world.desk, "harbour", decision, world.now)
    page = telling.tell_one(world.store, world.config, "harbour", world.now)
    assert [each["day"] for each in page["decision_history"]] == [date(2026, 5, 28), date(2026, 6, 28)]
    assert page["plan"]["milestones"]


def test_a_page_of_no_deal_is_refused(world: World) -> None:
    with pytest.raises(NotFoundError, match="nowhere"):
        telling.tell_one(world.store, world.config, "nowhere", world.now)


def test_telling_changes_nothing_in_the_queue_and_the_ledger(world: World) -> None:
    world.run()
    before = world.dump()
    telling.tell_all(world.store, world.config, world.now)
    telling.tell_one(world.store, world.config, "harbour", world.now)
    assert world.dump() == before


def test_what_is_told_can_be_written_as_json(world: World) -> None:
    world.work.meet("next", world.now + days(5), "ines@harbour.example")
    world.run()
    told = telling.tell_one(world.store, world.config, "harbour", world.now)
    assert msgspec.json.decode(msgspec.json.encode(told))["id"] == "harbour"


def test_only_what_is_alive_is_shown(world: World) -> None:
    world.run()
    world.answer("work3@post.example", QUESTION)
    world.run()
    assert {item.state for item in today(world, everything=True).items} == {ItemState.OPEN}
