"""mbox: one file, or a folder of them."""

from pathlib import Path

import pytest

import providers
from providers.local import files
from tests.contracts.caller import MailCaller, has_content, messages_in
from tests.contracts.letters import letter
from tests.contracts.mailbox import MailboxSuite
from tests.contracts.outbox import OutboxSuite, outgoing
from tests.edges.systems import BERLIN, MboxDisk

FROM = b"From ines@harbour.example Mon Mar  2 09:00:00 2026\n"


@pytest.fixture
def system(tmp_path: Path) -> MboxDisk:
    return MboxDisk(tmp_path / "Mail")


@pytest.fixture
def drafts(system: MboxDisk) -> MboxDisk:
    return system


class TestMboxMailbox(MailboxSuite):
    pass


class TestMboxOutbox(OutboxSuite):
    pass


def test_where_the_file_only_grew_only_its_end_is_read(system: MboxDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        system.deliver(letter(number))
    caller = MailCaller()
    caller.pull(system.open())
    system.deliver(letter(9))
    listed: list[int] = []
    listing = files.listing

    def counting(*arguments: object) -> files.Listing:
        found = listing(*arguments)  # type: ignore[arg-type]
        listed.append(len(found.entries))
        return found

    monkeypatch.setattr(files, "listing", counting)
    caller.pull(system.open())
    assert max(listed) == 1


def test_a_file_that_was_rewritten_is_read_again_and_nothing_comes_twice(system: MboxDisk) -> None:
    for number in range(3):
        system.deliver(letter(number))
    caller = MailCaller()
    caller.pull(system.open())
    system.mark_seen("n0@contract.example")
    system.deliver(letter(7))
    assert [m.message_id for m in messages_in(caller.pull(system.open()))] == ["n7@contract.example"]


def test_an_escaped_from_line_is_text_again(system: MboxDisk) -> None:
    system.deliver(letter(1, body="Hello,\n\n>From the harbour we hear:\n>>From quoted"))
    caller = MailCaller()
    caller.pull(system.open())
    (message,) = caller.held.values()
    assert message.text == "Hello,\n\nFrom the harbour we hear:\n>From quoted"


def test_a_from_in_the_text_that_no_header_follows_parts_nothing(system: MboxDisk) -> None:
    system.deliver(letter(1, body="Hello,\n\nFrom here it goes on\nwithout a field"))
    caller = MailCaller()
    caller.pull(system.open())
    assert len(caller.held) == 1


def test_what_the_mail_program_deleted_but_not_yet_compacted_is_not_there(system: MboxDisk) -> None:
    system.deliver(letter(1, extra="X-Mozilla-Status: 0009\nX-Mozilla-Status2: 00000000\n"))
    system.deliver(letter(2, extra="X-Mozilla-Status: 0003\n"))
    caller = MailCaller()
    caller.pull(system.open())
    assert [(m.message_id, m.flags) for m in caller.held.values()] == [
        ("n2@contract.example", frozenset({"seen", "answered"}))
    ]


def test_two_equal_messages_are_two_places(system: MboxDisk) -> None:
    system.deliver(letter(1))
    system.deliver(letter(1))
    caller = MailCaller()
    caller.pull(system.open())
    assert len(caller.held) == 2


def test_one_file_is_a_mailbox(tmp_path: Path) -> None:
    path = tmp_path / "harbour.mbox"
    path.write_bytes(FROM + letter(1) + b"\n" + FROM + letter(2))
    caller = MailCaller()
    caller.pull(providers.mailbox("local", "work", {"mail": str(path)}, BERLIN))
    assert caller.ids == ["n1@contract.example", "n2@contract.example"]


def test_drafts_of_one_file_lie_in_a_maildir_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "harbour.mbox"
    path.write_bytes(FROM + letter(1))
    providers.outbox("local", "work", {"mail": str(path)}, BERLIN).file(outgoing())
    assert path.read_bytes() == FROM + letter(1)
    assert len(list((tmp_path / "harbour.mbox.drafts" / "cur").iterdir())) == 1


def test_folders_of_thunderbird_are_named_as_it_shows_them(tmp_path: Path) -> None:
    root = tmp_path / "Local Folders"
    (root / "Archive.sbd").mkdir(parents=True)
    for name in ("Archive", "Archive.sbd/2026"):
        (root / name).write_bytes(FROM + letter(1))
        (root / f"{name}.msf").write_bytes(b"// index")
    caller = MailCaller()
    caller.pull(providers.mailbox("local", "work", {"mail": str(root)}, BERLIN))
    assert [folder for folder, _ in caller.held] == ["Archive", "Archive/2026"]


def test_a_file_with_crlf_line_ends_is_parted_the_same_way(tmp_path: Path) -> None:
    path = tmp_path / "crlf.mbox"
    path.write_bytes((FROM + letter(1) + b"\n" + FROM + letter(2)).replace(b"\n", b"\r\n"))
    caller = MailCaller()
    caller.pull(providers.mailbox("local", "work", {"mail": str(path)}, BERLIN))
    assert len(caller.held) == 2


def test_a_second_look_brings_nothing(system: MboxDisk) -> None:
    system.deliver(letter(1))
    caller = MailCaller()
    caller.pull(system.open())
    assert not any(has_content(batch) for batch in caller.pull(system.open()))
