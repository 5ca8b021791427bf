"""What the report says of a plan is what `nextmove plan` says of it at the same moment; and whose turn it is."""

from datetime import date, datetime, time, timedelta

import pytest

from assistant.domain.draft import ItemKind
from assistant.report.figure import Week
from assistant.report.telling import tell
from assistant.report.text import text
from assistant.report.values import Report, Risk
from assistant.workflows import choosing, dealbook, review, weekly
from assistant.workflows.seen_plan import planned_all
from tests.workflows import meetings
from tests.workflows.conftest import Build
from tests.workflows.weeks import FAREWELL, MONDAY, WEEK, report, worked
from tests.workflows.world import BERLIN, INES, NO, PASSIVE, QUESTION, REP, World

Said = dict[str, tuple[str, date | None, int]]


def by_plan(world: World) -> Said:
    """By deal: what's next, on which day, and how many working days it can wait."""
    with world.store.read() as tx:
        found = planned_all(tx, world.config, world.now)
    return {each.deal.id: (step.kind.id, step.on, step.spare) for each in found if (step := each.next) is not None}


def by_report(told: Report) -> Said:
    found: Said = {}
    for plan in told.plans:
        days = {each.id: each.day for each in plan.milestones}
        if plan.next is not None:
            found[plan.deal.id] = (plan.next, days[plan.next], plan.slack.count)
    return found


def told_now(world: World) -> Report:
    """The week that's over at this moment, or the one that goes on."""
    return weekly.report(world.store, world.config, Week.of(world.now.date()), world.now)


@pytest.mark.parametrize("day", [date(2026, 3, 11), date(2026, 3, 20), date(2026, 4, 7), date(2026, 5, 29)])
@pytest.mark.parametrize("deal_id", ["harbour", "quayside"])
def test_the_report_and_the_plan_say_the_same_of_any_decision_date(build: Build, deal_id: str, day: date) -> None:
    world = worked(build)
    world.run()
    decided = dealbook.decision_by_rep(deal_id, day, "on the phone", None, world.now)
    if deal_id == "quayside":
        review.decide(world.desk, deal_id, decided, world.now)
    else:
        world.work.deliver(INES, REP, f"Hi Noor,\n\nOur board decides on {day:%d %B}.\n\nBest,\nInes\n", world.now)
    for hours in (1, 24, 5 * 24, 9 * 24):
        world.now = MONDAY + timedelta(hours=hours)
        assert by_report(told_now(world)) == by_plan(world)


def test_they_say_the_same_at_the_midnight_that_ends_the_week(build: Build) -> None:
    world = worked(build)
    world.run()
    told = report(world)
    world.now = datetime.combine(WEEK.end, time(), BERLIN)
    assert by_report(told) == by_plan(world)
    assert by_report(told)
    assert {each.deal.id: each.slack for each in told.next if each.slack is not None} == {
        deal: spare for deal, (_, _, spare) in by_plan(world).items()
    }


def test_they_say_the_same_of_a_plan_that_is_approved_and_invited_to(build: Build) -> None:
    world = meetings.planned(build)
    for _ in range(24):
        world.now += timedelta(hours=17)
        world.run()
        assert by_report(told_now(world)) == by_plan(world)


def test_they_say_the_same_where_the_rep_left_some_out(build: Build) -> None:
    world = meetings.planned(build, schedule="off")
    with world.store.read() as tx:
        last = planned_all(tx, world.config, world.now)[0].steps[-1].kind.id
    choosing.drop(world.desk, "harbour", last, world.now)
    world.now += timedelta(minutes=1)
    assert by_report(told_now(world)) == by_plan(world)


def test_a_day_that_went_by_needs_a_look_and_has_no_plan_any_more(build: Build) -> None:
    """E6.92"""
    world = worked(build)
    world.run()
    world.now = datetime(2026, 5, 11, 8, tzinfo=BERLIN)
    world.work.deliver(REP, INES, "Hi Ines,\n\nHere is the paper.\n\nBest,\nNoor\n", world.now - timedelta(days=5))
    world.run()
    told = report(world, None)
    assert "harbour" not in {plan.deal.id for plan in told.plans}
    assert Risk.CROWDED in {each.risk for each in told.next if each.deal.id == "harbour"}
    assert "The day on which they meant to decide went by." in text(tell(told))


def bounced(world: World) -> None:
    """Ines asks, and the answer to her comes back."""
    asked = world.work.deliver(INES, REP, QUESTION, world.now - timedelta(hours=4), subject="Harbour planning")
    sent = world.work.deliver(REP, INES, PASSIVE, world.now - timedelta(hours=2), reply_to=asked)
    raw = (
        "From: MAILER-DAEMON@brightlane.example\nTo: noor@brightlane.example\nSubject: Undelivered\n"
        f"Date: {world.now - timedelta(hours=1):%a, %d %b %Y %H:%M:%S %z}\nMessage-ID: <dsn@brightlane.example>\n"
        f"In-Reply-To: <{sent}>\n"
        "Auto-Submitted: auto-replied\nX-Failed-Recipients: ines@harbour.example\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nNo such user here.\n\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.harbour.example\n\n"
        "Final-Recipient: rfc822; ines@harbour.example\nAction: failed\nStatus: 5.1.1\n\n--b--\n"
    )
    world.work.put(raw.encode())


def test_whoever_mail_does_not_reach_waits_under_a_heading_of_their_own(world: World) -> None:
    """E1.8"""
    world.passive()
    bounced(world)
    world.run()
    told = told_now(world)
    assert [each.risk for each in told.next] == [Risk.UNREACHABLE]
    (group,) = (each.groups for each in tell(told).sections if each.id == "next")
    assert [each.title for each in group] == ["Mail doesn't reach them"]
    assert "waits for you" not in text(tell(told))


AWAY = (
    "From: Ines Okafor <ines@harbour.example>\nTo: noor@brightlane.example\nSubject: Automatic reply: Harbour\n"
    "Date: {at:%a, %d %b %Y %H:%M:%S %z}\nMessage-ID: <away@harbour.example>\nAuto-Submitted: auto-replied\n\n"
    "I am out of the office until {until:%d %B %Y}.\n"
)


def test_who_is_away_rests_and_is_not_on_their_way(world: World) -> None:
    """E1.1"""
    world.passive()
    until = world.now.date() + timedelta(days=9)
    world.work.put(AWAY.format(at=world.now - timedelta(hours=1), until=until).encode())
    world.run()
    told = told_now(world)
    assert [each.risk for each in told.next] == [Risk.RESTING]
    (group,) = (each.groups for each in tell(told).sections if each.id == "next")
    assert [each.title for each in group] == ["They rest for now"]


def groups_of(told: Report) -> list[str]:
    (groups,) = (each.groups for each in tell(told).sections if each.id == "next")
    return [each.title for each in groups]


def test_a_no_without_a_farewell_asks_for_one_and_then_for_nothing(world: World) -> None:
    """E8.108"""
    asked = world.work.deliver(INES, REP, NO, world.now - timedelta(hours=3))
    world.run()
    told = told_now(world)
    assert [(each.risk, each.kind) for each in told.next] == [(Risk.FAREWELL, ItemKind.DRAFT)]
    assert groups_of(told) == ["They said no: thank them, and leave well"]
    assert told.endings.exits == ()
    farewell = FAREWELL.replace("Petra", "Ines")
    world.work.deliver(REP, INES, farewell, world.now - timedelta(hours=1), reply_to=asked, subject="Re: Harbour")
    world.run()
    told = told_now(world)
    assert told.next == ()
    assert [each.deal.id for each in told.endings.exits] == ["harbour"]


@pytest.mark.parametrize(("hours", "lines"), [(8, []), (1, [(Risk.RESTING, ItemKind.QUESTION)])])
def test_an_unclear_mail_does_not_make_their_day_come(
    world: World, hours: int, lines: list[tuple[Risk, ItemKind]]
) -> None:
    """Before they put it off it's no question any more; after that it's one, and they rest all the same."""
    joke = "14 200, of which we can name maybe 3 000 :-) I like the ten moves.\n\nInes\n"
    later = "Hi Noor,\n\nNot now, please come back to us on Monday, 16 March 2026.\n\nBest,\nTomas\n"
    asked = world.passive()
    world.work.deliver(INES, REP, joke, world.now - timedelta(hours=hours), reply_to=asked, subject="Re: Harbour")
    world.work.deliver(
        "Tomas Brandl <tomas@harbour.example>", REP, later, world.now - timedelta(hours=3), reply_to=asked
    )
    world.run()
    told = told_now(world)
    assert [(each.risk, each.kind) for each in told.next] == lines
    assert not lines or groups_of(told) == ["They rest for now"]
