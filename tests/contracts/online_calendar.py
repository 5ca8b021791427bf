"""What every `Calendar` on a server must do: few calls, pages that break off, and whatever goes wrong on the way."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import pytest

from assistant.domain.calendar import Event
from assistant.domain.ports import Calendar, CursorExpired
from assistant.errors import ProviderError
from tests.contracts.calendar import LATER, WEEKLY, WINDOW, CalendarSystem
from tests.contracts.caller import EventCaller
from tests.contracts.letters import calendar

PAGE, WHOLE = "a page", "a page of a whole window"


class OnlineCalendarSystem(CalendarSystem, Protocol):
    """A calendar on a server that counts its calls, is changed by hand there, and can fail."""

    chosen_team: str
    """What the settings may call the team's calendar."""
    looked_up: bytes
    """A weekly series with five instances in March, of which a page alone doesn't tell everything."""

    def reader(self, *, page: int = ..., **settings: Any) -> Calendar:
        """The port, anew; it waits for nothing and asks for so many events at once."""
        ...

    def enter(self, start: datetime, title: str, calendar: str = "primary") -> str:
        """An hour is entered by hand; its id."""
        ...

    def drop(self, name: str) -> None:
        """What has this id is deleted by hand."""
        ...

    def retitle(self, name: str, title: str) -> None: ...

    def add_team(self) -> str:
        """Another calendar; its id."""
        ...

    def spellings(self, team: str) -> tuple[str, ...]:
        """The rep's own calendar and the team's, each twice, in words that the settings allow."""
        ...

    def asked(self) -> list[str]:
        """Since this was last called: `PAGE` and `WHOLE`, and the ids of other calls but of lists of the calendars."""
        ...

    def break_pages(self, times: int) -> None:
        """503 in place of a page."""
        ...

    def break_looking_up(self, times: int) -> None:
        """503 where more is asked about a series."""
        ...


def enter(system: OnlineCalendarSystem, day: int, title: str = "", calendar: str = "primary", month: int = 3) -> str:
    return system.enter(datetime(2026, month, day, 9, tzinfo=UTC), title or f"on {day}", calendar)


def titles(caller: EventCaller, window: tuple[datetime, datetime] = WINDOW) -> list[str]:
    return [found.summary for found in caller.inside(window)]


def held(system: OnlineCalendarSystem, caller: EventCaller | None = None) -> list[Event]:
    """What a caller has of the window after another pull."""
    caller = caller or EventCaller()
    caller.pull(system.open(), WINDOW)
    assert caller.problems == []
    return caller.inside(WINDOW)


class OnlineCalendarSuite:
    """Pulls over the network. An edge has the fixtures `fault` and `forget`: what goes wrong, and what is forgotten."""

    def test_a_pull_with_nothing_new_is_one_call_a_calendar(self, system: OnlineCalendarSystem) -> None:
        chosen = ("primary", system.add_team())
        system.put("weekly", calendar(WEEKLY))
        caller = EventCaller()
        caller.pull(system.reader(calendars=chosen), WINDOW)
        system.asked()
        batches = caller.pull(system.reader(calendars=chosen), WINDOW)
        assert system.asked() == [PAGE, PAGE]
        assert not any(batch.replaced for batch in batches)

    def test_the_window_rolls_weeks_after_it_was_listed_and_not_daily(self, system: OnlineCalendarSystem) -> None:
        caller = EventCaller()
        for days in range(0, 60, 5):
            shift = timedelta(days=days)
            caller.pull(system.reader(), (WINDOW[0] + shift, WINDOW[1] + shift))
        assert 1 <= system.asked().count(WHOLE) <= 3

    def test_what_was_deleted_meanwhile_is_gone_when_the_window_rolls(self, system: OnlineCalendarSystem) -> None:
        system.put("weekly", calendar(WEEKLY))
        gone = enter(system, 10)
        caller = EventCaller()
        caller.pull(system.reader(), WINDOW)
        system.drop(gone)
        system.remove("weekly")
        caller.pull(system.reader(), LATER)
        assert titles(caller, (WINDOW[0], LATER[1])) == []

    def test_a_roll_that_breaks_off_is_taken_up_again(self, system: OnlineCalendarSystem) -> None:
        march: dict[int, str] = {}
        for day in range(1, 8):
            enter(system, day, month=6)
            march[day] = enter(system, day, f"march {day}")
        caller = EventCaller()
        caller.pull(system.reader(page=3), WINDOW)
        for number, batch in enumerate(system.reader(page=3).pull(caller.cursor, LATER)):
            caller.take(batch)
            if number == 2:
                break
        system.drop(march[5])
        caller.pull(system.reader(page=3), LATER)
        assert titles(caller, LATER) == [f"on {day}" for day in range(1, 8)]

    def test_after_a_break_only_the_pages_that_are_missing_are_asked_for(self, system: OnlineCalendarSystem) -> None:
        for day in range(1, 10):
            enter(system, day)
        caller = EventCaller()
        for number, batch in enumerate(system.reader(page=2).pull(None, WINDOW)):
            caller.take(batch)
            assert len(batch.events) <= 2
            if number == 1:
                break
        system.asked()
        caller.pull(system.reader(page=2), WINDOW)
        assert titles(caller) == [f"on {day}" for day in range(1, 10)]
        assert sum(each in (PAGE, WHOLE) for each in system.asked()) == 3

    def test_a_cursor_that_the_server_forgot_expires(
        self, system: OnlineCalendarSystem, forget: Callable[[], None]
    ) -> None:
        enter(system, 3)
        caller = EventCaller()
        caller.pull(system.reader(), WINDOW)
        forget()
        with pytest.raises(CursorExpired):
            caller.pull(system.reader(), WINDOW)
        caller.cursor = None
        caller.pull(system.reader(), WINDOW)
        assert titles(caller) == ["on 3"]

    def test_a_page_that_the_server_forgot_expires_the_cursor(
        self, system: OnlineCalendarSystem, forget: Callable[[], None]
    ) -> None:
        for day in (3, 4, 5):
            enter(system, day)
        cursor = next(iter(system.reader(page=1).pull(None, WINDOW))).cursor
        forget()
        with pytest.raises(CursorExpired):
            list(system.reader(page=1).pull(cursor, WINDOW))

    # several calendars

    def test_all_chosen_calendars_are_read_and_each_event_says_which(self, system: OnlineCalendarSystem) -> None:
        team = system.add_team()
        enter(system, 3)
        enter(system, 4, calendar=team)
        caller = EventCaller()
        caller.pull(system.reader(calendars=system.spellings(team)), WINDOW)
        assert [found.calendar for found in caller.inside(WINDOW)] == ["primary", team]

    def test_a_calendar_that_is_chosen_later_is_read_alone(self, system: OnlineCalendarSystem) -> None:
        enter(system, 3)
        enter(system, 4, calendar=system.add_team())
        caller = EventCaller()
        caller.pull(system.reader(), WINDOW)
        batches = caller.pull(system.reader(calendars=("primary", system.chosen_team)), WINDOW)
        assert [found.summary for batch in batches for found in batch.events] == ["on 4"]

    def test_where_a_calendar_is_no_longer_chosen_everything_is_pulled_anew(self, system: OnlineCalendarSystem) -> None:
        system.add_team()
        caller = EventCaller()
        caller.pull(system.reader(calendars=("primary", system.chosen_team)), WINDOW)
        with pytest.raises(CursorExpired):
            caller.pull(system.reader(), WINDOW)

    def test_a_cursor_of_another_owner_expires(self, system: OnlineCalendarSystem) -> None:
        caller = EventCaller()
        caller.pull(system.reader(), WINDOW)
        with pytest.raises(CursorExpired):
            caller.pull(system.reader(email="somebody@tallwood.example"), WINDOW)

    # faults

    def test_whatever_goes_wrong_nothing_is_lost_and_nothing_doubled(
        self, system: OnlineCalendarSystem, fault: Callable[[], None]
    ) -> None:
        system.put("weekly", system.looked_up)
        ids = [enter(system, day) for day in range(1, 6)]
        caller = EventCaller()
        fault()
        caller.pull(system.reader(page=3), WINDOW)
        assert len(caller.inside(WINDOW)) == 10
        system.drop(ids[0])
        system.retitle(ids[1], "moved")
        fault()
        caller.pull(system.reader(page=3), WINDOW)
        assert len(caller.inside(WINDOW)) == 9
        assert "moved" in titles(caller)

    def test_a_fault_that_stays_names_the_account_and_keeps_the_cursor_good(self, system: OnlineCalendarSystem) -> None:
        enter(system, 3)
        caller = EventCaller()
        caller.pull(system.reader(), WINDOW)
        enter(system, 4)
        system.break_pages(6)
        with pytest.raises(ProviderError, match="“work”"):
            caller.pull(system.reader(), WINDOW)
        caller.pull(system.reader(), WINDOW)
        assert titles(caller) == ["on 3", "on 4"]

    def test_a_series_that_cannot_be_looked_at_stops_the_pull_instead_of_losing_it(
        self, system: OnlineCalendarSystem
    ) -> None:
        system.put("weekly", system.looked_up)
        caller = EventCaller()
        system.break_looking_up(6)
        with pytest.raises(ProviderError, match="“work”"):
            caller.pull(system.reader(), WINDOW)
        caller.pull(system.reader(), WINDOW)
        assert len(caller.inside(WINDOW)) == 5
