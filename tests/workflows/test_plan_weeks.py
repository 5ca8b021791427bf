"""A whole plan over simulated weeks: approved once, its invites go out day after day, answers move it, a no ends it.

It's Wednesday, 4 March 2026, 8:00 in Berlin. Harbour decides on 30 April, as Ines said on the phone.
"""

from datetime import date, datetime, timedelta

from assistant.domain.draft import ItemKind, ItemState
from assistant.domain.invite import InviteAct
from assistant.workflows import review
from tests.workflows.conftest import Build
from tests.workflows.meetings import BIRK, DECIDES, calendar_mail, events, invites, planned, send_invites, walk
from tests.workflows.world import BERLIN, INES, NO, NOW, REP


def test_a_plan_approved_once_walks_to_the_day_they_decide(build: Build) -> None:
    """Four invites appear, each at its lead; one is declined and moved, one is countered; a no ends what is left."""
    world = planned(build)
    before = world.files()

    walk(world, date(2026, 3, 23))
    assert world.files() == before, "nothing is due yet"
    walk(world, date(2026, 3, 24), sending=False)
    (first,) = events(world)
    assert first.start == datetime(2026, 3, 31, 10, tzinfo=BERLIN)
    assert [draft["To"] for draft in world.work.drafts()] == [INES]
    send_invites(world)
    world.run()
    assert invites(world, ItemState.OPEN) == []

    calendar_mail(world, "REPLY", first, INES, partstat="DECLINED", comment="I am at our other site that day.")
    report = world.run()
    (move,) = invites(world, ItemState.OPEN)
    assert move.content is not None
    assert "Ines" in move.title
    assert move.reasons[0].sentence == "Ines Okafor has declined the invite. I am at our other site that day."
    assert report.scheduled.placed == (), "another time is proposed, and never taken without the rep's word"
    ((start, _),) = move.content.times
    assert NOW.date() < start.date() < DECIDES
    assert start != first.start

    review.approve(world.desk, move.id, world.now)
    (moved,) = events(world)
    assert (moved["uid"], moved["sequence"], moved.start) == (first["uid"], 1, start)

    walk(world, start.date() + timedelta(days=1))
    assert world.run().changes.withdrawn == []
    walk(world, date(2026, 4, 7))
    second = next(event for event in events(world) if event["uid"] != first["uid"])
    wish = datetime(2026, 4, 10, 14, tzinfo=BERLIN)
    assert second.start == wish - timedelta(hours=4)
    calendar_mail(world, "COUNTER", second, BIRK, at=(wish, wish + timedelta(minutes=45)))
    world.run()
    (counter,) = invites(world, ItemState.OPEN)
    assert counter.content is not None
    assert counter.content.times[0][0] == wish
    assert counter.title.endswith("as Birk suggests")
    review.approve(world.desk, counter.id, world.now)

    walk(world, date(2026, 4, 9))
    world.work.deliver(INES, REP, NO, world.now, subject="Re: Harbour planning", reply_to="work2@post.example")
    world.run(timedelta(hours=1))
    (farewell,) = [item for item in world.items(ItemState.OPEN) if item.kind is ItemKind.DRAFT]
    cancels = invites(world, ItemState.OPEN)
    assert [item.content.meeting.act for item in cancels if item.content and item.content.meeting] == [InviteAct.CANCEL]
    review.approve(world.desk, farewell.id, world.now)
    states = {str(event["uid"]): str(event["status"]) for event in events(world)}
    assert states[str(second["uid"])] == "CANCELLED"
    assert states[str(first["uid"])] == "CONFIRMED", "it was held"

    assert [draft["To"] for draft in send_invites(world)] == [f"{BIRK}, {INES}"]
    world.run()
    quiet = world.files()
    walk(world, date(2026, 5, 8))
    assert world.files() == quiet, "a no is a no"
    with world.store.read() as tx:
        assert [each.day for each in tx.ledger.decision_dates("harbour")] == [DECIDES]
