"""The report as plain text and as Markdown, as they read; UPDATE_SNAPSHOTS=1 writes them anew."""

import os
from pathlib import Path

import pytest

from assistant.errors import NotFoundError
from assistant.report.evidence import evidence_entry, evidence_text, figure_of
from assistant.report.telling import tell
from assistant.report.text import markdown, text
from tests.report.samples import ordinary
from tests.report.samples_edges import huge
from tests.report.varied import SAMPLES, named

FOLDER = Path(__file__).resolve().parent.parent / "snapshots" / "reports"


@pytest.mark.parametrize("ending", ["txt", "md"])
@pytest.mark.parametrize("name", ["ordinary", "empty", "off"])
def test_a_report_reads_as_it_did(name: str, ending: str) -> None:
    told = tell(SAMPLES[name]())
    now = text(told) if ending == "txt" else markdown(told)
    path = FOLDER / f"{name}.{ending}"
    if os.environ.get("UPDATE_SNAPSHOTS") == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_text(now, encoding="utf-8")
    assert now == path.read_text(encoding="utf-8")


def test_the_text_is_as_wide_as_a_mail() -> None:
    assert max(map(len, text(tell(ordinary())).splitlines())) <= 72


def test_of_a_long_list_the_text_of_a_mail_says_how_many_more_there_are() -> None:
    said = text(tell(huge()), most=5)
    assert "  and 10 more" in said


def test_a_name_is_text_in_markdown_too() -> None:
    said = markdown(tell(named(ordinary(), "*a* [b](http://c.example) <d> # _e_ | `f`")))
    assert r"\*a\* \[b\](http://c.example) \<d\> \# \_e\_ \| \`f\`" in said


def test_an_unknown_figure_names_the_nearest() -> None:
    with pytest.raises(NotFoundError) as told:
        figure_of(ordinary(), "moves.purposful")
    assert "moves.purposeful" in str(told.value) + str(told.value.__dict__)


def test_a_figure_opens_all_that_it_was_made_of() -> None:
    report = ordinary()
    figure = figure_of(report, "replies.purposeful.answered")
    said = evidence_text(report, figure)
    assert said.startswith("replies.purposeful.answered in week 2026-W47: 31 of 44\n")
    assert said.count("@harbour.example") == len(evidence_entry(figure)["evidence"]) == 31


def test_a_figure_of_nothing_says_so() -> None:
    report = ordinary()
    assert "there was nothing to count" in evidence_text(report, figure_of(report, "won"))
