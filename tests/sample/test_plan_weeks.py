"""The sample over the weeks that follow: one plan approved once, its invites day after day, a decline, and a no.

It's Monday, 23 November 2026, 7:45 in Berlin. Rannaveski Puit decides about “Planks under snow” on 29 December, as
Kadri wrote; two people of theirs are known by role, and the rep adds who signs and who looks at security.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from assistant.config import parse
from assistant.domain.draft import ItemKind, ItemState, QueueItem
from assistant.domain.invite import InviteAct
from assistant.sample import write
from assistant.store import Store
from assistant.workflows import deal_csv, planning, review
from tests.workflows.meetings import calendar_mail, events, send_invites, walk
from tests.workflows.world import BERLIN, Account, World, days, known, sources

MONDAY = datetime(2026, 11, 23, 7, 45, tzinfo=BERLIN)
DEAL = "planks-under-snow"
DECIDES = date(2026, 12, 29)
KADRI = "Kadri Lepasaar <kadri.lepasaar@rannaveski.example>"
LIINA = "Liina Saar <liina.saar@rannaveski.example>"
MARA = "Mara Lindqvist <mara.lindqvist@tallwood.example>"
PLANNING = '\n[plan]\nschedule = "invite"\nwhere = "https://meet.example/mara"\n'
NO = "Dear Mara,\n\nThank you for all your work. We have decided not to go ahead.\n\nBest regards,\nKadri\n"


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[World]:
    """The demo's own mailbox and calendar, with invites that schedule themselves."""
    paths = write(tmp_path / "demo", MONDAY)
    text = paths.config.read_text(encoding="utf-8").replace("\n[privacy]", f"{PLANNING}\n[privacy]")
    config = parse(text, paths.config)
    with Store.open(config.store) as store:
        world = World(tmp_path, [Account("work", tmp_path / "demo")], store, config, MONDAY, sources(config))
        with store.write() as tx:
            deal_csv.take(tx, paths.deals, MONDAY)
        known(world, DEAL, "Rein Kask <rein.kask@rannaveski.example> (owner)")
        known(world, DEAL, f"{LIINA} (it security)")
        world.run()
        yield world


def ours(world: World) -> dict[str, datetime]:
    """The meetings that this plan placed in the calendar folder: when each begins, by its UID."""
    with world.store.read() as tx:
        uids = {invite.uid for invite in tx.invites.latest(DEAL)}
    placed = [event for event in events(world) if str(event["uid"]) in uids]
    return {str(event["uid"]): event.start for event in placed if isinstance(event.start, datetime)}


def open_items(world: World, kind: ItemKind) -> list[QueueItem]:
    return [item for item in world.items(ItemState.OPEN) if item.deal_id == DEAL and item.kind is kind]


def decision_days(world: World) -> list[date]:
    with world.store.read() as tx:
        return [each.day for each in tx.ledger.decision_dates(DEAL)]


def test_a_plan_of_the_sample_is_approved_once_and_walks_by_itself(sample: World) -> None:
    planning.approve(sample.desk, DEAL, sample.now)
    placed: dict[date, int] = {}
    while sample.now.date() < date(2026, 12, 1):
        walk(sample, sample.now.date() + days(1))
        placed[sample.now.date()] = len(ours(sample))
    assert max(placed.values()) >= 2, "invites appeared, each on the day of its lead"
    assert len(set(placed.values())) > 1, "not all on one day"
    assert all(start.date() <= DECIDES for start in ours(sample).values())

    uid, start = max(ours(sample).items(), key=lambda each: each[1])
    (event,) = [each for each in events(sample) if str(each["uid"]) == uid]
    calendar_mail(sample, "REPLY", event, LIINA, partstat="DECLINED", to=MARA)
    sample.run()
    (move,) = open_items(sample, ItemKind.INVITE)
    assert move.content is not None
    assert start != move.content.times[0][0]
    assert move.content.times[0][0].date() <= DECIDES
    review.approve(sample.desk, move.id, sample.now)
    (moved,) = [each for each in events(sample) if str(each["uid"]) == uid]
    assert (moved["sequence"], moved.start) == (1, move.content.times[0][0])
    send_invites(sample)

    sample.work.deliver(KADRI, MARA, NO, sample.now, subject="Rannaveski: our decision")
    sample.run(timedelta(hours=1))
    (farewell,) = open_items(sample, ItemKind.DRAFT)
    ahead = {each for each, begins in ours(sample).items() if begins > sample.now}
    called_off = [item.content.meeting for item in open_items(sample, ItemKind.INVITE) if item.content]
    assert {(each.uid, each.act) for each in called_off if each} == {(each, InviteAct.CANCEL) for each in ahead}
    assert ahead
    review.approve(sample.desk, farewell.id, sample.now)
    states = {str(event["uid"]): str(event["status"]) for event in events(sample)}
    assert {states[each] for each in ahead} == {"CANCELLED"}

    quiet = len(ours(sample))
    walk(sample, DECIDES + days(7))
    assert len(ours(sample)) == quiet, "a no is a no"
    assert open_items(sample, ItemKind.DRAFT) == []
    assert decision_days(sample) == [DECIDES], "the day stood still throughout"
