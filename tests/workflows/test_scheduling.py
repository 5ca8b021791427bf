"""What goes out by itself stays within what the rep approved, and within what came in until the last moment.

It's Wednesday, 4 March 2026, 8:00 in Berlin; Harbour decides on 30 April. The hands-on test is planned for 31 March,
and its invite goes out on the 24th.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from assistant.domain.deal import Stage
from assistant.domain.draft import ItemState
from assistant.domain.invite import InviteState
from assistant.domain.plan import MilestoneKind, Process
from assistant.domain.ports import Interval, OutgoingEvent, PlacedEvent, Scheduling
from assistant.engine.planning import DEFAULT_PROCESS
from assistant.store import PlacedInvite
from assistant.workflows import dealbook, planning, review
from tests.workflows.conftest import Build
from tests.workflows.meetings import DECIDES, events, invites, planned, walk
from tests.workflows.world import BERLIN, INES, NO, REP, World, days, known

DUE = date(2026, 3, 24)
HANDS_ON = datetime(2026, 3, 31, 10, tzinfo=BERLIN)
OTTO = "Otto Lund <otto@harbour.example>"


def states(world: World) -> list[InviteState]:
    with world.store.read() as tx:
        return [invite.state for invite in tx.invites.latest("harbour")]


def placed_today(found: tuple[PlacedInvite, ...]) -> list[str]:
    return [invite.milestone for invite in found]


def they_say_no(world: World) -> None:
    world.work.deliver(INES, REP, NO, world.now, subject="Re: Harbour planning", reply_to="work2@post.example")


def otto_is_away(world: World) -> None:
    text = "I am out of the office until 27 March and will answer your mail after my return."
    robot = [("Auto-Submitted", "auto-replied")]
    world.work.deliver(
        OTTO, REP, text, world.now, subject="Automatic reply", reply_to="work2@post.example", headers=robot
    )


class _Meanwhile:
    """Free/busy that takes its time: mail arrives while it's asked."""

    account = "work"

    def __init__(self, world: World, arrives: Callable[[World], None]) -> None:
        self._world, self._arrives, self._arrived = world, arrives, False

    def busy(self, emails: Collection[str], window: Interval) -> Mapping[str, tuple[Interval, ...]]:
        if not self._arrived:
            self._arrived = True
            self._arrives(self._world)
        return {}


class _Cut:
    """A calendar that is cut off once, before or after it has changed."""

    def __init__(self, real: Scheduling, *, after: bool) -> None:
        self._real, self._after = real, after
        self.account = real.account

    def place(self, event: OutgoingEvent) -> PlacedEvent:
        if self._after:
            self._real.place(event)
        raise KeyboardInterrupt

    def change(self, event: OutgoingEvent, placed: PlacedEvent) -> PlacedEvent:
        if self._after:
            self._real.change(event, placed)
        raise KeyboardInterrupt

    def cancel(self, event: OutgoingEvent, placed: PlacedEvent) -> PlacedEvent | None:
        return self._real.cancel(event, placed)

    def find(self, uid: str) -> PlacedEvent | None:
        return self._real.find(uid)


def cut_off(world: World, *, after: bool, at: timedelta) -> None:
    """A run that is killed at the calendar; afterwards everything works again."""
    real = world.sources
    (source,) = real
    assert source.scheduling is not None
    world.sources = [replace(source, scheduling=_Cut(source.scheduling, after=after))]
    with pytest.raises(KeyboardInterrupt):
        world.run(at)
    world.sources = real


class TestTheLastMoment:
    def test_a_no_that_comes_during_the_run_stops_the_invite(self, build: Build) -> None:
        world = planned(build)
        walk(world, DUE - days(1))
        (source,) = world.sources
        world.sources = [replace(source, free_busy=_Meanwhile(world, they_say_no))]
        report = world.run(days(1))
        assert report.scheduled.placed == ()
        assert events(world) == []
        assert world.work.drafts() == []

    def test_a_doubt_that_comes_up_during_the_run_leaves_the_invite_to_the_rep(self, build: Build) -> None:
        world = planned(build)
        known(world, "harbour", f"{OTTO} (user)")
        walk(world, DUE - days(1))
        (source,) = world.sources
        world.sources = [replace(source, free_busy=_Meanwhile(world, otto_is_away))]
        world.run(days(1))
        (item,) = invites(world, ItemState.OPEN)
        assert "Otto Lund is away" in " ".join(reason.sentence for reason in item.reasons)
        assert world.work.drafts() == []

    def test_a_no_after_a_crash_keeps_the_mail_at_home(self, build: Build) -> None:
        world = planned(build)
        walk(world, DUE - days(1))
        cut_off(world, after=False, at=days(1))
        they_say_no(world)
        world.run(timedelta(hours=1))
        assert events(world) == []
        assert world.work.drafts() == []
        assert invites(world, ItemState.OPEN) == []

    def test_a_change_by_hand_after_a_crash_stands(self, build: Build) -> None:
        world = planned(build)
        walk(world, DUE)
        world.work.meet("dentist", HANDS_ON, "dentist@praxis.example", minutes=60, summary="Dentist")
        world.run(days(1))
        (move,) = invites(world, ItemState.OPEN)
        real = world.sources
        (source,) = real
        assert source.scheduling is not None
        world.sources = [replace(source, scheduling=_Cut(source.scheduling, after=False))]
        with pytest.raises(KeyboardInterrupt):
            review.approve(world.desk, move.id, world.now)
        world.sources = real
        path = next(path for path in world.work.calendar.glob("*.ics") if path.stem != "dentist")
        raw = path.read_bytes().replace(b"20260331T1", b"20260402T1").replace(b"SEQUENCE:0", b"SEQUENCE:1")
        path.write_bytes(raw)
        world.run(days(1))
        (event,) = [event for event in events(world) if event["uid"] != "dentist"]
        assert event.start == HANDS_ON + days(2)
        assert states(world) == [InviteState.THEIRS]


class TestWhatWasApproved:
    def test_a_step_that_came_into_the_process_since_waits(self, build: Build) -> None:
        world = planned(build)
        dinner = MilestoneKind(
            "dinner", "Dinner", "all get to know one another", "a dinner", "They came.", ideal=24, least=5
        )
        world.config = replace(world.config, process=Process((*DEFAULT_PROCESS.milestones[:1], dinner)))
        walk(world, DECIDES - days(3))
        assert "dinner" not in {invite.milestone for invite in self._all(world)}

    def test_the_yes_asks_for_a_new_approval(self, build: Build) -> None:
        world = planned(build)
        review.end(world.desk, "harbour", Stage.AFTER_YES, world.now)
        walk(world, DECIDES - days(1))
        assert self._all(world) == []
        assert world.work.drafts() == []

    def _all(self, world: World) -> list[PlacedInvite]:
        with world.store.read() as tx:
            return tx.invites.latest()


class TestHowMuch:
    def test_the_cap_per_person_counts_invites(self, build: Build) -> None:
        world = planned(build, extra="invites_a_day = 10")
        world.config = replace(world.config, cadence=replace(world.config.cadence, per_person_week=1))
        for nth in ("second", "third"):
            world.deal(nth, domains=(f"{nth}.example",), contacts=(f"{INES} (champion, user)",))
            decision = dealbook.decision_by_rep(nth, DECIDES, "Ines on the phone", None, world.now)
            review.decide(world.desk, nth, decision, world.now)
            planning.approve(world.desk, nth, world.now)
        told = [len(world.run(days(1)).scheduled.placed) for _ in range(20)]
        assert max(told) == 1

    def test_nothing_goes_out_at_the_weekend(self, build: Build) -> None:
        world = planned(build)
        walk(world, DUE - days(4))
        world.config = replace(world.config, closed=frozenset({DUE - days(1)}))
        walk(world, DUE - days(1))
        assert events(world) == []

    def test_a_snoozed_invite_waits_for_the_reps_word(self, build: Build) -> None:
        world = planned(build, where="")
        walk(world, DUE)
        (item,) = invites(world, ItemState.OPEN)
        review.snooze(world.desk, item.id, DUE + days(2), world.now)
        plan = replace(world.config.plan, where="https://meet.example/noor")
        world.config = replace(world.config, plan=plan)
        walk(world, DUE + days(3))
        assert events(world) == []
        assert len(invites(world, ItemState.OPEN)) == 1


class TestHolds:
    def test_a_no_gives_the_time_back(self, build: Build) -> None:
        world = planned(build, "hold")
        walk(world, DUE)
        assert len(events(world)) == 1
        they_say_no(world)
        world.run(timedelta(hours=1))
        assert events(world) == []


def test_a_doubt_that_is_settled_no_longer_holds_it_back(build: Build) -> None:
    """Both steps are due; the second waits until the first is booked, and then goes out by itself."""
    world = planned(build)
    walk(world, date(2026, 4, 3))
    assert sorted(placed_today(world.run(days(3)).scheduled.placed)) in ([], ["security_legal"])
    assert {str(event["summary"]).partition(":")[0] for event in events(world)} == {
        "Hands-on test",
        "Security and legal review",
    }
