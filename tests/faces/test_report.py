"""`report`: one week as text, Markdown, a page and for programs; and what each figure was made of."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faces.conftest import Face

WEEK = ("--week", "2026-W09")
"""The week in which the sample's mail was written."""


def test_the_last_week_is_told_unless_another_is_named(ready: Face) -> None:
    assert ready("report").out.startswith("Your week, 23 February to 1 March 2026\n")
    assert ready("report", "--week", "last").out == ready("report").out


@pytest.mark.parametrize("name", ["2026-W09", "2026-w09", "2026-02-25"])
def test_a_week_goes_by_its_name_or_one_of_its_days(ready: Face, name: str) -> None:
    assert ready("report", "--week", name).out == ready("report").out


def test_this_week_is_told_as_it_stands(ready: Face) -> None:
    told = ready("report", "--week", "this").out
    assert told.startswith("Your week, 2 to 8 March 2026\n")
    assert "goes on still" in told


def test_what_is_next_is_in_it(ready: Face) -> None:
    told = ready("report").out
    assert "WHAT'S NEXT" in told
    assert "Deal harbour" in told


def test_an_empty_week_is_a_quiet_one(empty: Face) -> None:
    assert "A quiet week." in empty("report").out


def test_a_page_is_one_file(ready: Face, tmp_path: Path) -> None:
    path = tmp_path / "week.html"
    told = ready("report", "--out", str(path))
    assert (told.code, told.out) == (0, "")
    assert "week.html" in told.err.replace("\n", "")
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("name", "begins"), [("w.md", "# "), ("w.txt", "Your week"), ("w.json", "{"), ("w.htm", "<!doctype"), ("w", "Your")]
)
def test_the_file_is_written_as_its_name_says(ready: Face, tmp_path: Path, name: str, begins: str) -> None:
    ready("report", "--out", str(tmp_path / name))
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)


def test_a_format_goes_before_the_name(ready: Face, tmp_path: Path) -> None:
    ready("report", "--format", "md", "--out", str(tmp_path / "w.txt"))
    assert (tmp_path / "w.txt").read_text(encoding="utf-8").startswith("# ")


def test_for_programs_it_is_json(ready: Face) -> None:
    told = ready("report", "--format", "json")
    assert told.code == 0
    assert "2026-W09" in told.out
    assert isinstance(json.loads(told.out), dict)


def test_a_figure_opens_what_it_was_made_of(ready: Face) -> None:
    told = ready("report", "--evidence", "open")
    assert told.code == 0
    assert told.out.startswith("open in week 2026-W09: 1")


def test_the_evidence_is_there_for_programs_too(ready: Face) -> None:
    told = ready("report", "--evidence", "open", "--format", "json").json
    assert (told["figure"], told["value"]) == ("open", 1)


def test_an_unknown_figure_names_the_nearest(ready: Face) -> None:
    told = ready("report", "--evidence", "move.passive")
    assert told.code != 0
    assert "moves.passive" in told.err


@pytest.mark.parametrize("week", ["2026-W99", "W9", "soon", "2026-13-01", "0000-W01", "99999-W01"])
def test_what_is_no_week_is_a_wrong_command_line(ready: Face, week: str) -> None:
    told = ready("report", "--week", week)
    assert told.code == 2
    assert "2026-W47" in told.err


def test_a_week_to_come_is_a_sentence(ready: Face) -> None:
    told = ready("report", "--week", "2026-W40")
    assert told.code != 0
    assert "begins on 28 September 2026" in told.err


def test_a_file_that_cannot_be_written_is_a_sentence(ready: Face, tmp_path: Path) -> None:
    told = ready("report", "--out", str(tmp_path / "nowhere" / "w.html"))
    assert told.code == 2
    assert "can't be written" in told.err


def test_the_anonymous_one_names_no_customer(ready: Face) -> None:
    for form in ("text", "md", "html", "json"):
        told = ready("report", "--anonymous", "--format", form).out
        assert told
        assert "harbour" not in told.lower()
        assert "Ines" not in told


def test_the_report_changes_nothing(ready: Face) -> None:
    before = ready.world.dump(), ready.world.files()
    ready("report", "--format", "html")
    assert (ready.world.dump(), ready.world.files()) == before


@pytest.mark.parametrize(
    ("words", "cword", "offered"),
    [
        ("nextmove report --format ", 3, "plain,html"),
        ("nextmove report --evidence moves.p", 3, "plain,moves.passive"),
        ("nextmove report --week la", 3, "plain,last"),
    ],
)
def test_the_shell_completes(monkeypatch: pytest.MonkeyPatch, words: str, cword: int, offered: str) -> None:
    environment = {"_NEXTMOVE_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(cword)}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    done = subprocess.run([sys.executable, "-m", "assistant"], capture_output=True, text=True, timeout=60, check=False)
    assert offered in done.stdout
