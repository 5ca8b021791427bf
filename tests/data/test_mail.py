"""Each file in `mail/` is a quirk of real mail, named after it; the .toml beside it says how it is to be read."""

import tomllib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from assistant.domain.mail import Message
from providers import fields, mime

FILES = sorted((Path(__file__).parent / "mail").glob("*.eml"))
BERLIN = ZoneInfo("Europe/Berlin")


def read(path: Path) -> Message:
    return mime.parse(path.read_bytes(), account="work", folder="INBOX", remote_id=path.name, zone=BERLIN)


def expectation(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8"))


def described(message: Message) -> dict[str, Any]:
    """The message in the terms of the expectations."""
    return {
        "subject": message.subject,
        "sender": str(message.sender or "none"),
        "to": [str(address) for address in message.to],
        "cc": [str(address) for address in message.cc],
        "date": message.date.isoformat() if message.date else "none",
        "message_id": message.message_id,
        "in_reply_to": list(message.in_reply_to),
        "references": list(message.references),
        "text": message.text,
        "html": message.html,
        "opaque": message.opaque,
        "attachments": [[a.name, a.content_type] for a in message.attachments],
        "calendars": len(message.calendar),
        "calendar": "\n".join(message.calendar),
        "report": message.report,
        "problems": list(message.problems),
        "headers": dict(message.headers),
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_is_read_as_expected(path: Path) -> None:
    found = described(read(path))
    for key, wanted in expectation(path).items():
        what, _, how = key.rpartition("_")
        if key == "why":
            assert len(wanted) > 10
        elif how == "has":
            assert [part for part in wanted if part not in found[what]] == []
        elif how == "lacks":
            assert [part for part in wanted if part in found[what]] == []
        elif how == "ends":
            assert found[what].endswith(wanted)
        elif key == "headers":
            assert {name: found[key].get(name) for name in wanted} == wanted
        else:
            assert found[key] == wanted


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_says_why_it_is_here(path: Path) -> None:
    assert expectation(path)["why"].endswith(".")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_both_parsers_read_it_alike(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = described(read(path))
    monkeypatch.setattr(mime, "_fast", lambda raw, kind: None)
    assert described(read(path)) == fast


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_cut_off_anywhere_it_is_still_read_or_refused(path: Path) -> None:
    raw = path.read_bytes()
    for end in range(0, len(raw), max(1, len(raw) // 40)):
        try:
            mime.parse(raw[:end], account="work", folder="INBOX", remote_id="1", zone=BERLIN)
        except mime.UnreadableError as error:
            assert str(error)  # noqa: PT017 - either is fine: it must be a message or a reason


def test_the_header_parser_keeps_every_field_of_every_file() -> None:
    for path in FILES:
        head, _ = fields.split(path.read_bytes())
        names = [line.partition(b":")[0] for line in head.split(b"\n") if line[:1] not in (b" ", b"\t", b"")]
        names = [name for n, name in enumerate(names) if name != b"Received" or name not in names[:n]]
        found = fields.parse(head, {name.decode().strip().lower() for name in names})
        assert sum(map(len, found.values())) == len(names), path.name
