"""What a provider says while it waits stands on standard error, for as long as a command has the app open."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.cli.environment import Environment
from assistant.sample import write
from providers import notices

NOW = datetime(2026, 3, 4, 7, 30, tzinfo=UTC)


def test_a_command_says_what_it_waits_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = write(tmp_path / "sample", NOW)
    with Environment(paths.config, NOW).app():
        notices.say("Google asks for a pause.")
    notices.say("Nobody hears this.")
    assert capsys.readouterr() == ("", "Google asks for a pause.\n")
