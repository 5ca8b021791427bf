"""Calendars in files: a folder of .ics files, or one file."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

import providers
from assistant.errors import ProviderError
from providers import ics
from tests.contracts.calendar import WEEKLY, WINDOW, CalendarSuite
from tests.contracts.caller import EventCaller
from tests.contracts.letters import calendar, event
from tests.edges.systems import BERLIN, CalendarDisk, age


@pytest.fixture
def system(tmp_path: Path) -> CalendarDisk:
    return CalendarDisk(tmp_path / "calendar")


class TestIcsCalendar(CalendarSuite):
    pass


def test_a_settled_file_is_not_opened_again(system: CalendarDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    system.put("weekly", calendar(WEEKLY))
    age(system.root / "weekly.ics")
    caller = EventCaller()
    caller.pull(system.open(), WINDOW)
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("a file was opened"))
    assert caller.pull(system.open(), WINDOW) == []


def test_a_file_that_was_only_touched_replaces_nothing(system: CalendarDisk) -> None:
    system.put("weekly", calendar(WEEKLY))
    caller = EventCaller()
    caller.pull(system.open(), WINDOW)
    age(system.root / "weekly.ics")
    assert not any(batch.replaced for batch in caller.pull(system.open(), WINDOW))


def test_a_window_that_moves_a_day_expands_nothing_anew(system: CalendarDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    system.put("weekly", calendar(WEEKLY))
    caller = EventCaller()
    caller.pull(system.open(), (datetime(2026, 3, 2, 8, tzinfo=UTC), datetime(2026, 4, 2, 8, tzinfo=UTC)))
    monkeypatch.setattr(ics, "expand", lambda *_: pytest.fail("a file was expanded"))
    caller.pull(system.open(), (datetime(2026, 3, 3, 8, tzinfo=UTC), datetime(2026, 4, 3, 8, tzinfo=UTC)))


def test_folders_are_calendars(system: CalendarDisk) -> None:
    (system.root / "team").mkdir()
    system.put("team/one", calendar(event("one@contract.example", ":20260310T090000Z", "DURATION:PT1H")))
    caller = EventCaller()
    caller.pull(system.open(), WINDOW)
    assert list(caller.held) == [("team", "one.ics")]


def test_one_file_is_a_calendar(tmp_path: Path) -> None:
    path = tmp_path / "exported.ics"
    path.write_bytes(calendar(WEEKLY, event("one@contract.example", ":20260310T120000Z", "DURATION:PT1H")))
    caller = EventCaller()
    caller.pull(providers.calendar("local", "work", {"calendar": str(path)}, BERLIN), WINDOW)
    assert len(caller.inside(WINDOW)) == 6


def test_a_calendar_that_is_not_there_is_an_error_and_not_an_empty_one(system: CalendarDisk) -> None:
    system.root.rmdir()
    with pytest.raises(ProviderError, match="can't be read"):
        list(system.open().pull(None, WINDOW))


def test_other_files_of_the_folder_are_left_alone(system: CalendarDisk) -> None:
    (system.root / "displayname").write_text("Work")
    (system.root / ".one.ics.tmp").write_text("half")
    caller = EventCaller()
    caller.pull(system.open(), WINDOW)
    assert (caller.held, caller.problems) == ({}, [])
