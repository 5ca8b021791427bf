"""A past week stays as it was, whatever comes later; and weeks across new year and the changes of the clocks."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

import pytest

from assistant.domain.deal import Stage
from assistant.domain.draft import ItemState
from assistant.report.figure import Week
from assistant.report.values import Report
from assistant.workflows import dealbook, review
from tests.workflows import meetings
from tests.workflows.conftest import Build
from tests.workflows.weeks import DECIDES, FAREWELL, JUNO, PETRA, WEEK, at, report, worked
from tests.workflows.world import BERLIN, INES, NO, PASSIVE, QUESTION, REP, TOMAS, World, days

_LATER: Final[tuple[tuple[str, str, str], ...]] = (
    (INES, REP, QUESTION),
    (INES, REP, NO),
    (INES, REP, DECIDES.replace("30 April", "15 May")),
    (INES, REP, "Hi Noor,\n\nYes, let's go ahead: please send the contract.\n\nBest,\nInes\n"),
    (INES, REP, "Hi Noor,\n\nNot now, please come back to us in September.\n\nBest,\nInes\n"),
    (TOMAS, REP, "Hi Noor,\n\nThursday at 10:00 works for us.\n\nBest,\nTomas\n"),
    (PETRA, REP, "Hi Noor,\n\nWe would like to look at it again. Could we talk on Monday?\n\nBest,\nPetra\n"),
    (REP, INES, PASSIVE),
    (REP, TOMAS, "Hi Tomas,\n\nShall we walk through it on Thursday 26 March at 10:00?\n\nBest,\nNoor\n"),
    (JUNO, INES, PASSIVE),
    ("Birk Lund <birk@harbour.example>", REP, QUESTION),
    ("Al Amin <al@elsewhere.example>", f"{REP}, {INES}", QUESTION),
)


def later_mail(world: World, luck: random.Random) -> None:
    """A mail after the week: in a thread of the week, in two of them at once, or in none."""
    world.now += timedelta(hours=luck.randrange(1, 30))
    sender, to, text = luck.choice(_LATER)
    ids = [f"work{n}@post.example" for n in range(1, world.work.numbers + 1, 2)]
    answered = luck.choice((None, luck.choice(ids)))
    headers = (("References", f"<{luck.choice(ids)}> <{luck.choice(ids)}>"),) if answered is None else ()
    subject = luck.choice(("Re: Harbour planning", "Re: Quays", "Re: Mill", "Something new"))
    when = world.now - timedelta(minutes=5)
    world.work.deliver(sender, to, text, when, subject=subject, reply_to=answered, headers=headers)


@pytest.mark.parametrize("seed", range(5))
def test_the_figures_of_a_past_week_do_not_change_when_later_mail_arrives(build: Build, seed: int) -> None:
    world, luck = worked(build), random.Random(seed)
    world.run()
    before = [report(world, week) for week in (WEEK, WEEK.back(1))]
    for _ in range(3):
        for _ in range(luck.randrange(1, 4)):
            later_mail(world, luck)
        world.run()
        assert [report(world, week) for week in (WEEK, WEEK.back(1))] == before


def test_a_past_week_names_its_drafts_as_they_were(build: Build) -> None:
    world = worked(build)
    world.run()
    week = Week.of(world.now.date())
    world.now += timedelta(days=8)
    before = report(world, week)
    assert before.drafts.proposed.evidence
    with world.store.write() as tx:
        for item in tx.queue.items(tuple(ItemState)):
            tx.queue.retell(item.id, "Called otherwise since", item.reasons)
    assert report(world, week) == before


def _ends(world: World) -> None:
    review.end(world.desk, "quayside", Stage.SAID_NO, world.now)


def _decides(world: World) -> None:
    decided = dealbook.decision_by_rep("harbour", date(2026, 6, 1), "Ines on the phone", None, world.now)
    review.decide(world.desk, "harbour", decided, world.now)


def _speaks(world: World) -> None:
    review.spoke(
        world.desk, "harbour", "We went through the hands-on test", world.now, who="Ines", day=date(2026, 4, 1)
    )


def _dismisses(world: World) -> None:
    review.dismiss(world.desk, world.draft("harbour").id, world.now)


def _meets(world: World) -> None:
    review.end(world.desk, "quayside", Stage.WON, world.now)
    review.end(world.desk, "quayside", Stage.BEFORE_YES, world.now)


@pytest.mark.parametrize("later", [_ends, _decides, _speaks, _dismisses, _meets])
def test_nor_does_it_when_the_rep_decides_something_later(build: Build, later: Callable[[World], None]) -> None:
    world = worked(build)
    world.run()
    before = report(world)
    world.now += timedelta(hours=1)
    later(world)
    assert report(world) == before


def test_an_act_that_is_taken_back_later_counts_in_its_own_week(build: Build) -> None:
    world = worked(build)
    world.run()
    review.end(world.desk, "quayside", Stage.WON, world.now)
    world.now += days(7)
    before = report(world, WEEK.back(-1))
    assert [each.deal.id for each in before.endings.won] == ["quayside"]
    from assistant.workflows.undoing import undo

    undo(world.desk, world.now)
    assert report(world, WEEK.back(-1)) == before


def test_a_plan_that_is_approved_later_was_not_agreed_in_the_week(build: Build) -> None:
    world = meetings.planned(build, schedule="off")
    world.now += timedelta(minutes=1)
    agreed = {
        mark.id: mark.agreed for plan in report(world, Week.of(world.now.date())).plans for mark in plan.milestones
    }
    assert any(agreed.values())
    assert report(world, Week.of(world.now.date()).back(1)).plans == ()


def test_a_deal_that_is_put_in_the_book_later_brings_its_history(build: Build) -> None:
    """E3.54"""
    world = worked(build)
    world.work.deliver("Al Amin <al@anchor.example>", REP, QUESTION, at(4, 9), subject="Anchors")
    world.run()
    before = report(world).moves.theirs.count
    world.deal("anchor", domains=("anchor.example",), contacts=("Al Amin <al@anchor.example>",))
    assert report(world).moves.theirs.count == before + 1


def new_year(build: Build) -> Report:
    """Ines asks on New Year's Eve, Noor answers on 2 January; Ines asks again on Monday the 4th, in the next week."""
    world = build()
    world.deal()
    subject = "Harbour planning"
    asked = world.work.deliver(INES, REP, QUESTION, datetime(2026, 12, 31, 18, tzinfo=BERLIN), subject=subject)
    sent = world.work.deliver(REP, INES, PASSIVE, datetime(2027, 1, 2, 9, tzinfo=BERLIN), reply_to=asked)
    world.work.deliver(INES, REP, QUESTION, datetime(2027, 1, 4, 0, 1, tzinfo=BERLIN), reply_to=sent)
    world.now = datetime(2027, 1, 4, 8, tzinfo=BERLIN)
    world.run()
    return report(world, None)


def test_a_week_across_new_year_is_one_week(build: Build) -> None:
    """E10.131"""
    told = new_year(build)
    assert told.week.name == "2026-W53"
    assert (told.moves.theirs.value, told.moves.passive.value) == (1, 1)
    assert [each.week.name for each in told.trend[-2:]] == ["2026-W52", "2026-W53"]


@pytest.mark.parametrize(
    ("sunday", "name"), [(date(2026, 3, 29), "2026-W13"), (date(2026, 10, 25), "2026-W43")], ids=["spring", "autumn"]
)
def test_the_week_ends_at_midnight_where_the_rep_is_also_when_the_clocks_change(
    build: Build, sunday: date, name: str
) -> None:
    """E10.131"""
    world = build()
    world.deal()
    late = datetime(sunday.year, sunday.month, sunday.day, 23, 59, tzinfo=BERLIN)
    asked = world.work.deliver(INES, REP, QUESTION, late)
    world.work.deliver(REP, INES, PASSIVE, late + timedelta(minutes=2), reply_to=asked, subject="Re: Harbour planning")
    world.now = late + timedelta(hours=10)
    world.run()
    told = report(world, None)
    assert told.week.name == name
    assert (told.moves.theirs.value, told.moves.passive.value) == (1, 0)


def test_a_deal_that_ends_midweek_counts_with_its_moves_and_has_no_next_step(build: Build) -> None:
    """E10.131"""
    world = worked(build)
    world.run()
    told = report(world)
    assert [each.deal.id for each in told.endings.exits] == ["mill"]
    assert "mill" not in {line.deal.id for line in told.deals} | {line.deal.id for line in told.next}
    assert FAREWELL.split(".")[1].strip() in told.endings.exits[0].evidence[0].sentence
    assert "mill" in {each.deal.id for each in told.people}
