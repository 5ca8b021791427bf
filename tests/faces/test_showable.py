"""What others wrote reaches the terminal as letters only: nothing in it is a command to the terminal."""

import re
from datetime import datetime
from pathlib import Path

import pytest

from assistant.cli import show_queue as show
from assistant.cli.say import showable
from assistant.domain.deal import Deal, Evidence, Source
from assistant.domain.draft import Content, ItemKind, Purpose, QueueItem
from assistant.domain.mail import Address
from assistant.workflows.today import Today
from tests.faces.conftest import Face

NOW = datetime.fromisoformat("2026-11-24T09:00+01:00")
EVIL = "\x1b]0;title\x07\x1b[2J\x9b31m\u202egnp\u2066\u200f\u2028\x08\r\udc80"
COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def test_what_commands_the_terminal_is_left_out() -> None:
    assert not COMMANDS.search(showable(EVIL))


def test_letters_tabs_and_lines_stay() -> None:
    text = "Zoë\t名前\n👩\u200d💻 שלום [ok]"
    assert showable(text) == text


@pytest.fixture
def item() -> QueueItem:
    content = Content(to=(Address("d@acme.example", f"Dana{EVIL}"),), subject=f"Re:{EVIL}", body=f"Hi{EVIL}\n")
    return QueueItem(
        key="acme:x",
        deal_id="acme",
        kind=ItemKind.DRAFT,
        title=f"Answer Dana{EVIL}",
        created=NOW,
        purpose=Purpose.ANSWER,
        content=content,
        reasons=(Evidence(Source.MESSAGE, f"m1{EVIL}", f"Why?{EVIL}", "rule", f"Dana{EVIL}"),),
        id=1,
    )


@pytest.fixture
def deal() -> Deal:
    return Deal("acme", f"Acme{EVIL}", f"Acme Ltd{EVIL}", NOW)


def test_an_item_of_the_queue(item: QueueItem, deal: Deal, capsys: pytest.CaptureFixture[str]) -> None:
    show.queue_item(item, deal)
    show.queue_list(Today((item,), 0, 0, {"acme": deal}), NOW)
    printed = capsys.readouterr().out
    assert "Answer Dana" in printed
    assert not COMMANDS.search(printed)


def test_the_picture_of_the_queue(item: QueueItem, deal: Deal, tmp_path: Path) -> None:
    picture = tmp_path / "queue.svg"
    show.queue_list(Today((item,), 0, 0, {"acme": deal}), NOW, picture)
    assert not COMMANDS.search(picture.read_text("utf-8"))


def test_json_says_the_same_and_commands_nothing(ready: Face) -> None:
    evil = EVIL.replace("\udc80", "\U000e0041").strip()
    ready("deals", "edit", "harbour", "--notes", evil)
    told = ready("deals", "show", "harbour", "--json")
    assert not COMMANDS.search(told.out.replace("\n", ""))
    assert told.json["notes"] == evil
