"""`queue edit` of a draft that lies in the Drafts folder already, and what the progress of a long first run says."""

import sys

import pytest

from assistant.cli.progress import Bar
from tests.faces.conftest import Face

TEXT = """To: Ines Okafor <ines@harbour.example>
Cc:
Subject: Re: Harbour planning

Hi Ines,

Shall we look at the import together next week? Who else should be there?

Best regards,
Noor
"""


@pytest.fixture
def filed(ready: Face) -> Face:
    assert ready("queue", "approve", "1").code == 0
    return ready


def draft(face: Face) -> str:
    (mail,) = face.world.work.drafts()
    return str(mail.get_content())


def test_the_edit_is_in_the_drafts_folder_at_once(filed: Face) -> None:
    told = filed("queue", "edit", "1", "--file", "-", stdin=TEXT)
    assert (told.code, told.out) == (0, "1: changed in your Drafts folder. It leaves when you send it.\n")
    assert "look at the import together" in draft(filed)


def test_what_the_guard_stops_ends_with_6_and_leaves_it(filed: Face) -> None:
    before = draft(filed)
    told = filed("queue", "edit", "1", "--file", "-", stdin=TEXT + "We need this before our quarter ends.\n")
    assert told.code == 6
    assert "The guard stops draft 1" in told.err
    assert draft(filed) == before


def test_one_that_was_touched_in_the_mail_program_ends_with_6(filed: Face) -> None:
    (path,) = filed.world.work.draft_files()
    path.write_bytes(path.read_bytes().replace(b"Hi Ines", b"Dear Ines"))
    told = filed("queue", "edit", "1", "--file", "-", stdin=TEXT)
    assert told.code == 6
    assert "in your mail program" in told.err
    assert "Dear Ines" in draft(filed)


def test_undo_puts_the_text_before_back(filed: Face) -> None:
    before = draft(filed)
    filed("queue", "edit", "1", "--file", "-", stdin=TEXT)
    assert filed("queue", "undo").out == "1: in your Drafts folder as it was before your edit.\n"
    assert draft(filed) == before


# the bar


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr("assistant.cli.progress.time.monotonic", lambda: now[0])
    return now


def test_a_long_run_says_how_long_the_rest_takes(
    clock: list[float], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with Bar() as bar:
        bar("work", 100, 1_000)
        assert "left" not in capsys.readouterr().err
        clock[0] = 30.0
        bar("work", 200, 1_000)
        assert "200 of 1000, about 4 min left" in capsys.readouterr().err
        clock[0] = 120.0
        bar("work", 900, 1_000)
        assert "about 15 s left" in capsys.readouterr().err


def test_a_first_look_is_told_once_and_again_when_there_is_more(
    clock: list[float], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with Bar() as bar:
        for count in (0, 1, 1, 3):
            bar.early(count)
    told = capsys.readouterr().err
    assert told.count("A first look") == 2
    assert "1 item is in the queue" in told
    assert "3 items are in the queue" in told


def test_nothing_is_said_into_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    with Bar() as bar:
        bar("work", 500, 1_000)
        bar.early(3)
    assert capsys.readouterr().err == ""
