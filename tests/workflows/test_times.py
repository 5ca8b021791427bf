"""Times: when something may go out by itself."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from assistant.config import Config, parse
from assistant.domain.workdays import Workdays
from assistant.workflows.times import is_working_time
from tests.workflows.world import BERLIN

TOML = """
[rep]
name = "Noor Haddad"
email = "noor@brightlane.example"
timezone = "Europe/Berlin"
working_hours = ["09:00", "17:00"]
[team]
domains = ["brightlane.example"]
[store]
path = "nextmove.db"
[[account]]
name = "work"
mail = "mail"
"""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "mail").mkdir()
    return parse(TOML, tmp_path / "nextmove.toml")


@pytest.mark.parametrize(
    ("day", "hour", "minute", "expected"),
    [
        (27, 9, 0, True),
        (27, 16, 59, True),
        (27, 17, 0, False),
        (27, 23, 30, False),
        (27, 7, 0, True),  # the morning's run
        (27, 6, 59, False),
        (28, 10, 0, False),  # a Saturday
        (31, 10, 0, False),  # closed
    ],
)
def test_something_goes_out_by_itself_in_the_hours_of_a_working_day(
    config: Config, day: int, hour: int, minute: int, expected: bool
) -> None:
    days = Workdays(closed=frozenset({date(2026, 3, 31)}))
    assert is_working_time(datetime(2026, 3, day, hour, minute, tzinfo=BERLIN), config, days) is expected


def test_nothing_goes_out_on_a_day_of_rest_of_either_side(config: Config) -> None:
    good_friday = datetime(2026, 4, 3, 10, tzinfo=BERLIN)
    assert not is_working_time(good_friday, config, Workdays(("DE", "US")))
    assert is_working_time(good_friday, config, Workdays(("JP",)))


def test_the_hours_are_the_reps_wherever_the_program_runs(config: Config) -> None:
    assert is_working_time(datetime(2026, 3, 27, 4, tzinfo=ZoneInfo("America/New_York")), config, Workdays())
    assert not is_working_time(datetime(2026, 3, 27, 12, tzinfo=ZoneInfo("America/New_York")), config, Workdays())
