"""The rep's word on meetings: the farewell that calls them off, and what a crash left on its way."""

from dataclasses import replace
from datetime import date, timedelta
from email.message import EmailMessage

import icalendar
import pytest

from assistant.domain.deal import Standing
from assistant.domain.draft import ItemState
from assistant.domain.ports import OutgoingEvent, PlacedEvent
from assistant.engine.found import Standings
from assistant.errors import ProviderError
from assistant.workflows import review
from assistant.workflows.desk import look
from assistant.workflows.sources import SourceAccount
from assistant.workflows.undoing import undo
from providers.local.scheduling import LocalScheduling
from tests.workflows.conftest import Build
from tests.workflows.meetings import events, invites, planned, walk
from tests.workflows.world import INES, NO, REP, World, days


def called_off(world: World) -> list[str]:
    return [str(event["summary"]) for event in events(world) if event.get("status") == "CANCELLED"]


class TestFarewell:
    """Harbour says no while the hands-on test and the security review are in the calendar."""

    @pytest.fixture
    def ended(self, build: Build) -> World:
        world = planned(build)
        walk(world, date(2026, 3, 24))
        (path,) = world.work.calendar.glob("*.ics")
        path.write_bytes(path.read_bytes().replace(b"20260331T1", b"20260409T1"))
        walk(world, date(2026, 4, 3))
        world.answer("work2@post.example", NO)
        world.run()
        assert len(invites(world, ItemState.OPEN)) == 2
        return world

    def test_its_approval_calls_all_meetings_off(self, ended: World) -> None:
        filed = review.approve(ended.desk, ended.draft().id, ended.now)
        assert (filed.state, filed.note) == (ItemState.FILED, "")
        assert len(called_off(ended)) == 2

    @pytest.mark.parametrize("milestone", ["Hands-on", "Security"])
    def test_a_meeting_that_can_not_be_called_off_holds_nothing_else_back(
        self, ended: World, milestone: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        titles = [str(event["summary"]) for event in events(ended)]
        stays = next(title for title in titles if title.startswith(milestone))
        cancel = LocalScheduling.cancel

        def refuse(self: LocalScheduling, event: OutgoingEvent, placed: PlacedEvent) -> PlacedEvent | None:
            if str(event.title) in stays:
                raise ProviderError("The calendar is locked.", "Try again.")
            return cancel(self, event, placed)

        monkeypatch.setattr(LocalScheduling, "cancel", refuse)
        filed = review.approve(ended.desk, ended.draft().id, ended.now)
        assert filed.note == (
            "The farewell is in your Drafts; 1 meeting waits, because: The calendar is locked. Try again."
        )
        assert ended.item(filed.id).state is ItemState.FILED
        assert (len(called_off(ended)), stays in called_off(ended)) == (1, False)
        assert len(invites(ended, ItemState.OPEN)) == 1


class TestInterrupted:
    """Killed while an invite was on its way into the calendar, which can't be reached afterwards."""

    @pytest.fixture
    def killed(self, build: Build, monkeypatch: pytest.MonkeyPatch) -> World:
        world = planned(build, "hold")
        walk(world, date(2026, 3, 24))
        (invite,) = invites(world, ItemState.OPEN)

        def kill(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(LocalScheduling, "change", kill)
            with pytest.raises(KeyboardInterrupt):
                review.approve(world.desk, invite.id, world.now)
        return world

    @staticmethod
    def without_calendar(world: World) -> list[SourceAccount]:
        """Take the calendar out of the configuration; the accounts as they were."""
        before = world.sources
        world.sources = [replace(each, scheduling=None) for each in before]
        world.run()
        return before

    def test_the_report_of_a_run_names_the_account(self, killed: World) -> None:
        accounts = self.without_calendar(killed)
        (line,) = review.stuck(killed.desk)
        assert "the account 'work' can't be reached" in line
        assert "nextmove queue dismiss" in line
        killed.sources = accounts
        killed.run()
        assert review.stuck(killed.desk) == []

    def test_the_invite_can_be_dismissed_and_says_where_to_look(self, killed: World) -> None:
        self.without_calendar(killed)
        (item,) = invites(killed, ItemState.APPROVED)
        dismissed = review.dismiss(killed.desk, item.id, killed.now)
        assert dismissed.state is ItemState.DISMISSED
        assert "the account 'work' can't be reached" in dismissed.note
        assert review.stuck(killed.desk) == []

    def test_what_was_dismissed_stays_so_when_the_account_is_back(self, killed: World) -> None:
        accounts = self.without_calendar(killed)
        (item,) = invites(killed, ItemState.APPROVED)
        review.dismiss(killed.desk, item.id, killed.now)
        killed.sources = accounts
        killed.run()
        killed.run(days(1))
        assert killed.item(item.id).state is ItemState.DISMISSED

    def test_it_is_put_right_first_where_the_account_can_be_reached(self, killed: World) -> None:
        (item,) = invites(killed, ItemState.APPROVED)
        dismissed = review.dismiss(killed.desk, item.id, killed.now)
        assert (dismissed.state, dismissed.note) == (ItemState.DISMISSED, "")
        with killed.store.read() as tx:
            assert tx.effects.unfinished() == []

    def test_its_dismissal_can_be_taken_back(self, killed: World) -> None:
        accounts = self.without_calendar(killed)
        (item,) = invites(killed, ItemState.APPROVED)
        review.dismiss(killed.desk, item.id, killed.now)
        killed.sources = accounts
        undo(killed.desk, killed.now)
        killed.run()
        assert killed.item(item.id).state is ItemState.OPEN
        assert review.approve(killed.desk, item.id, killed.now).state is ItemState.SENT


def standings(world: World) -> Standings:
    with world.store.write() as tx:
        view = look(tx, world.config, world.now).view("harbour")
    assert view is not None
    return view.standings


def test_a_calling_off_that_came_in_under_our_name_leaves_the_deal_as_it_is(build: Build) -> None:
    world = planned(build)
    walk(world, date(2026, 3, 24))
    (meeting,) = events(world)
    before = [item.key for item in world.items(ItemState.OPEN)]
    world.now += timedelta(hours=1)
    said = icalendar.Event()
    for name in ("uid", "sequence", "organizer", "summary", "dtstart", "dtend"):
        said[name] = meeting[name]
    calendar = icalendar.Calendar()
    calendar.add("method", "CANCEL")
    calendar.add_component(said)
    mail = EmailMessage()
    mail["Received"] = "from elsewhere.example"
    mail["From"], mail["To"], mail["Cc"] = REP, REP, INES
    mail["Date"], mail["Message-ID"] = world.now, "<cancel@elsewhere.example>"
    mail["In-Reply-To"] = "<work2@post.example>"
    mail.set_content("")
    mail.add_alternative(calendar.to_ical().decode(), subtype="calendar", params={"method": "CANCEL"})
    world.work.put(mail.as_bytes())
    world.run()
    assert standings(world).has(Standing.ADVANCING)
    assert [item.key for item in world.items(ItemState.OPEN)] == before
