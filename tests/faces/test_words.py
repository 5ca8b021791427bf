"""`explain` and `lint`: what a message says, and what the guard says of a text."""

import json
from pathlib import Path

import pytest

from tests.faces.conftest import Face, Say

PRESSING = "We need your signature before our quarter ends.\n"
FRIENDLY = "Would Thursday at 10:00 suit you for the walk-through?\n"


def text(folder: Path, words: str, name: str = "draft.txt") -> str:
    path = folder / name
    path.write_text(words, encoding="utf-8")
    return str(path)


def test_a_pulled_message_is_explained_line_by_line(ready: Face) -> None:
    told = ready("explain", "<work3@post.example>")
    assert told.code == 0
    assert "Here is the security paper that you asked for." in told.out
    assert "^ passive" in told.out
    assert "Our move, passive" in told.out


def test_a_file_is_explained(ready: Face) -> None:
    (path,) = (ready.world.work.mail / "cur").iterdir()
    told = ready("explain", str(path))
    assert "^ they: question" in told.out
    assert "Their move: question" in told.out


def test_the_side_can_be_said(ready: Face) -> None:
    assert ready("explain", "work3@post.example", "--theirs", "--json").json["reading"]["side"] == "them"


def test_an_explanation_for_programs_is_json(ready: Face) -> None:
    told = ready("explain", "work3@post.example", "--json").json
    assert told["message_id"] == "work3@post.example"
    assert told["reading"]["kind_evidence"]["text"] == "Here is the security paper that you asked for."


def test_a_message_that_is_not_there_ends_with_7(ready: Face) -> None:
    assert ready("explain", "nothing@post.example").code == 7


def test_a_file_that_is_no_message_ends_in_a_sentence(ready: Face, tmp_path: Path) -> None:
    path = tmp_path / "noise.eml"
    path.write_bytes(bytes(range(256)) * 20)
    told = ready("explain", str(path))
    assert "Traceback" not in told.err
    assert told.code in (0, 2)


def test_plain_text_is_explained_without_a_configuration(say: Say, tmp_path: Path) -> None:
    words = "Thank you for the paper. We decided against it yesterday."
    for told in (say("explain", text(tmp_path, words), "--theirs"), say("explain", "-", "--theirs", stdin=words)):
        assert told.code == 0
        assert "Their move: no" in told.out


def test_a_day_in_plain_text_counts_from_today(say: Say) -> None:
    told = say("--now", "2026-11-23", "explain", "-", "--theirs", "--json", stdin="We decide on Friday.")
    assert told.json["reading"]["decision"]["days"]["start"] == "2026-11-27"


@pytest.mark.parametrize("raw", [b"", b"caf\xe9 ferm\xe9", b"no\0 text"], ids=["empty", "not UTF-8", "a zero"])
def test_what_is_neither_a_message_nor_text_is_named(say: Say, tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "noise.txt"
    path.write_bytes(raw)
    told = say("explain", str(path), "--theirs")
    assert told.code == 2
    assert "noise.txt" in told.err.replace("\n", "")


def test_a_text_that_names_no_sender_must_be_given_a_side(say: Say) -> None:
    told = say("explain", "-", stdin="We decide on Friday.")
    assert told.code == 2
    assert "--theirs" in told.err


def test_a_text_with_pressure_ends_with_1_and_says_where_why_and_what_instead(say: Say, tmp_path: Path) -> None:
    told = say("lint", text(tmp_path, f"Hi Ines,\n\n{PRESSING}"))
    assert told.code == 1
    assert "draft.txt:3: block" in told.out.replace("\n", "")
    assert "Rather:" in told.out


def test_a_friendly_text_ends_with_0(say: Say, tmp_path: Path) -> None:
    told = say("lint", text(tmp_path, FRIENDLY))
    assert told.code == 0
    assert "nothing to object" in told.out


def test_a_text_can_come_from_standard_input(say: Say) -> None:
    assert say("lint", "-", stdin=PRESSING).code == 1


def test_several_files_are_judged_together(say: Say, tmp_path: Path) -> None:
    told = say("lint", text(tmp_path, FRIENDLY), text(tmp_path, PRESSING, "other.txt"), "--json")
    assert told.code == 1
    assert [len(findings) > 0 for findings in json.loads(told.out).values()] == [False, True]


def test_a_finding_for_programs_has_its_span(say: Say) -> None:
    ((finding, *_),) = json.loads(say("lint", "-", "--json", stdin=PRESSING).out).values()
    assert PRESSING[finding["start"] : finding["end"]] == finding["text"]
    assert {"rule", "family", "severity", "reason", "rewrite"} <= finding.keys()


def test_the_subject_is_judged_too(say: Say) -> None:
    assert say("lint", "-", "--subject", "Discount expires today", stdin=FRIENDLY).code == 1


def test_after_a_no_reopening_is_stopped(say: Say) -> None:
    words = "I understand. Could you reconsider?\n"
    assert say("lint", "-", "--after-no", stdin=words).code == 1


def test_a_text_that_is_not_there_ends_with_7(say: Say) -> None:
    assert say("lint", "nowhere.txt").code == 7


def test_linting_needs_no_configuration(say: Say) -> None:
    assert say("lint", "-", stdin=FRIENDLY).code == 0


@pytest.mark.parametrize(("words", "code"), [("", 0), ("x" * 300_000, 0), ("\x00\x07\n" * 50, 1), ("é" * 10_000, 0)])
def test_any_text_can_be_judged(say: Say, words: str, code: int) -> None:
    assert say("lint", "-", stdin=words).code == code
