"""Trees of one-message files: numbered ones without an extension, and `.eml`."""

import os
from pathlib import Path

import pytest

import providers
from assistant.domain.mail import FolderRole
from tests.contracts.caller import MailCaller, has_content
from tests.contracts.letters import letter
from tests.contracts.mailbox import MailboxSuite, MailSystem
from tests.contracts.outbox import OutboxSuite, outgoing
from tests.edges.systems import BERLIN, TreeDisk


@pytest.fixture
def system(tmp_path: Path) -> TreeDisk:
    return TreeDisk(tmp_path / "mail")


@pytest.fixture
def drafts(system: TreeDisk) -> TreeDisk:
    return system


class TestTreeMailbox(MailboxSuite):
    def test_a_flag_that_changes_makes_no_new_message(self, system: MailSystem) -> None:
        """There are no flags in a tree: nothing ever comes of them."""
        system.deliver(letter(1))
        caller = MailCaller()
        caller.pull(system.open())
        (message,) = caller.held.values()
        assert message.flags == frozenset()


class TestTreeOutbox(OutboxSuite):
    pass


def test_numbered_files_come_in_the_order_of_their_numbers(system: TreeDisk) -> None:
    for number in range(12):
        system.deliver(letter(number))
    caller = MailCaller()
    caller.pull(system.open())
    assert [remote_id for _, remote_id in caller.held] == [f"{number}." for number in range(1, 13)]


def test_a_draft_is_an_eml_file_in_drafts(system: TreeDisk) -> None:
    system.outbox().file(outgoing())
    (path,) = (system.root / "drafts").iterdir()
    assert path.suffix == ".eml"


def test_a_tree_without_drafts_gets_them(tmp_path: Path) -> None:
    (tmp_path / "mail" / "inbox").mkdir(parents=True)
    (tmp_path / "mail" / "inbox" / "1.eml").write_bytes(letter(1))
    providers.outbox("local", "work", {"mail": str(tmp_path / "mail")}, BERLIN).file(outgoing())
    assert [path.suffix for path in (tmp_path / "mail" / "Drafts").iterdir()] == [".eml"]


@pytest.mark.parametrize(
    ("directory", "role"),
    [
        ("inbox", FolderRole.INBOX),
        ("notes_inbox", FolderRole.INBOX),
        ("_sent_mail", FolderRole.SENT),
        ("sent_items", FolderRole.SENT),
        ("Gesendete Objekte", FolderRole.SENT),
        ("Éléments envoyés", FolderRole.SENT),
        ("deleted_items", FolderRole.TRASH),
        ("Papierkorb", FolderRole.TRASH),
        ("Junk E-mail", FolderRole.JUNK),
        ("all_documents", FolderRole.ARCHIVE),
        ("Outbox", FolderRole.DRAFTS),
        ("harbour project", FolderRole.OTHER),
    ],
)
def test_a_folder_says_by_its_name_what_it_is_for(tmp_path: Path, directory: str, role: FolderRole) -> None:
    (tmp_path / "mail" / directory).mkdir(parents=True)
    (tmp_path / "mail" / directory / "1.").write_bytes(letter(1))
    caller = MailCaller()
    caller.pull(providers.mailbox("local", "work", {"mail": str(tmp_path / "mail")}, BERLIN))
    assert [message.role for message in caller.held.values()] == [role]


def test_files_of_the_system_are_no_messages(system: TreeDisk) -> None:
    store = ("nextmove.db-wal", "nextmove.db-shm", "nextmove.db.writer")
    for name in (".DS_Store", "Inbox.msf", "notes.lock", "index.db", "mail~", *store):
        (system.root / "inbox" / name).write_bytes(b"\0\1\2")
    assert not any(has_content(batch) for batch in MailCaller().pull(system.open()))


def test_any_other_file_is_a_message_or_a_problem(system: TreeDisk) -> None:
    (system.root / "inbox" / "README").write_bytes(b"About this folder\n")
    caller = MailCaller()
    caller.pull(system.open())
    assert [problem.where for problem in caller.problems] == ["inbox/README"]


def test_a_link_in_a_circle_ends(system: TreeDisk) -> None:
    system.deliver(letter(1))
    (system.root / "inbox" / "again").symlink_to(system.root)
    caller = MailCaller()
    caller.pull(system.open())
    assert caller.ids == ["n1@contract.example"]


def test_a_pipe_among_the_files_stops_nothing(system: TreeDisk) -> None:
    os.mkfifo(system.root / "inbox" / "pipe")
    system.deliver(letter(1))
    caller = MailCaller()
    caller.pull(system.open())
    assert caller.ids == ["n1@contract.example"]
