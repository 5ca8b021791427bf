"""Maildirs, with Maildir++ or nested folders: the suites, and what only a Maildir does."""

import os
from pathlib import Path

import pytest

from assistant.domain.mail import FolderRole
from assistant.errors import ProviderError
from providers.local import files
from tests.contracts.caller import MailCaller, has_content, messages_in
from tests.contracts.letters import letter
from tests.contracts.mailbox import MailboxSuite
from tests.contracts.outbox import OutboxSuite, outgoing
from tests.edges.systems import MaildirDisk, age


@pytest.fixture
def system(tmp_path: Path) -> MaildirDisk:
    return MaildirDisk(tmp_path / "Maildir")


@pytest.fixture
def drafts(system: MaildirDisk) -> MaildirDisk:
    return system


class TestMaildirMailbox(MailboxSuite):
    pass


class TestMaildirOutbox(OutboxSuite):
    pass


def settle(root: Path) -> None:
    for path in sorted(root.rglob("*"), reverse=True):
        if path.is_dir():
            age(path)


def test_a_settled_folder_is_not_even_listed(system: MaildirDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    system.deliver(letter(1))
    settle(system.root)
    caller = MailCaller()
    caller.pull(system.open())
    monkeypatch.setattr(files, "listing", lambda *_: pytest.fail("a folder was listed"))
    assert caller.pull(system.open()) == []


def test_a_folder_that_changed_just_now_is_looked_at_again(system: MaildirDisk) -> None:
    system.deliver(letter(1))
    caller = MailCaller()
    caller.pull(system.open())
    cur = system.root / "new"
    before = cur.stat()
    system.deliver(letter(2))
    os.utime(cur, ns=(before.st_atime_ns, before.st_mtime_ns))  # a change that the folder's time doesn't tell
    assert len(messages_in(caller.pull(system.open()))) == 1


def test_the_first_look_at_a_settled_folder_changes_the_cursor_only(system: MaildirDisk) -> None:
    system.deliver(letter(1))
    caller = MailCaller()
    caller.pull(system.open())
    settle(system.root)
    assert not any(has_content(batch) for batch in caller.pull(system.open()))


def test_only_new_messages_are_opened(system: MaildirDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        system.deliver(letter(number))
    caller = MailCaller()
    caller.pull(system.open())
    system.deliver(letter(9))
    opened: list[str] = []
    read = files.read

    def counting(entry: files.Entry, limit: int) -> bytes:
        opened.append(entry.path)
        return read(entry, limit)

    monkeypatch.setattr(files, "read", counting)
    caller.pull(system.open())
    assert len(opened) == 1


def test_a_message_that_moves_from_new_to_cur_is_the_same(system: MaildirDisk) -> None:
    system.deliver(letter(1))
    caller = MailCaller()
    caller.pull(system.open())
    (path,) = system.files()
    path.rename(system.root / "cur" / f"{path.name}:2,")
    assert not any(has_content(batch) for batch in caller.pull(system.open()))


def test_a_message_renamed_while_it_is_read_is_found_again(
    system: MaildirDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    system.deliver(letter(1))
    listing = files.listing

    def listing_then_renaming(*arguments: object) -> files.Listing:
        listed = listing(*arguments)  # type: ignore[arg-type]
        system.mark_seen("n1@contract.example")
        return listed

    monkeypatch.setattr(files, "listing", listing_then_renaming)
    caller = MailCaller()
    caller.pull(system.open())
    assert caller.ids == ["n1@contract.example"]


def test_a_pipe_or_a_dangling_link_among_the_messages_is_told_and_stops_nothing(system: MaildirDisk) -> None:
    system.deliver(letter(1))
    cur = system.root / "cur"
    os.mkfifo(cur / "1.pipe:2,S")
    (cur / "2.link:2,S").symlink_to(system.root / "nowhere")
    caller = MailCaller()
    caller.pull(system.open())
    assert caller.ids == ["n1@contract.example"]
    assert [problem.why for problem in caller.problems] == ["it is no regular file"]


def test_a_removed_folder_takes_its_messages_along(system: MaildirDisk) -> None:
    system.deliver(letter(1), FolderRole.SENT)
    caller = MailCaller()
    caller.pull(system.open())
    sent = system.root / ".Sent"
    sent.rename(system.root.parent / "elsewhere")
    caller.pull(system.open())
    assert caller.ids == []


def test_a_folder_that_may_not_be_read_is_a_problem_and_loses_nothing(
    system: MaildirDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    system.deliver(letter(1), FolderRole.SENT)
    caller = MailCaller()
    caller.pull(system.open())

    def refuse(folder: object) -> tuple[str, int]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files, "mark", refuse)
    caller.pull(system.open())
    assert caller.ids == ["n1@contract.example"]
    assert "the folder can't be read: Permission denied" in {problem.why for problem in caller.problems}


def test_a_mailbox_that_is_not_there_is_an_error_and_not_an_empty_one(system: MaildirDisk) -> None:
    system.root.rename(system.root.with_name("unmounted"))
    with pytest.raises(ProviderError, match="is not there"):
        list(system.open().pull(None, lambda folder: {}))


def test_nested_maildirs_are_folders(system: MaildirDisk) -> None:
    for part in ("cur", "new", "tmp"):
        (system.root / "Kunden" / "Alt" / part).mkdir(parents=True)
    (system.root / "Kunden" / "Alt" / "cur" / "1.a.host:2,RS").write_bytes(letter(1))
    caller = MailCaller()
    caller.pull(system.open())
    ((folder, remote_id),) = caller.held
    assert (folder, remote_id) == ("Kunden/Alt", "1.a.host")
    assert caller.held[folder, remote_id].flags == {"answered", "seen"}


def test_a_file_name_in_no_encoding_does_no_harm(system: MaildirDisk) -> None:
    name = os.fsdecode(b"1.\xff\xfe.host:2,S")
    (system.root / "cur" / name).write_bytes(b"nothing\n")
    caller = MailCaller()
    caller.pull(system.open())
    (problem,) = caller.problems
    assert problem.where.encode()


def test_a_draft_has_the_flags_of_a_draft_and_is_the_reps_alone(system: MaildirDisk) -> None:
    system.outbox().file(outgoing())
    (path,) = system._draft_files()
    assert path.parent == system.root / ".Entw&APw-rfe" / "cur"
    assert path.name.endswith(":2,DS")
    assert path.stat().st_mode & 0o777 == 0o600


def test_without_a_drafts_folder_one_is_made_where_it_belongs(tmp_path: Path) -> None:
    system = MaildirDisk(tmp_path / "Maildir")
    for part in ("cur", "new", "tmp"):
        (system.root / ".Entw&APw-rfe" / part).rmdir()
    (system.root / ".Entw&APw-rfe").rmdir()
    system.outbox().file(outgoing())
    assert len(list((system.root / ".Drafts" / "cur").iterdir())) == 1


def test_a_draft_in_the_trash_is_gone(system: MaildirDisk) -> None:
    system.outbox().file(outgoing())
    (path,) = system._draft_files()
    path.rename(path.with_name(path.name + "T"))
    assert system.outbox().find(outgoing().key) is None


def test_a_crash_before_the_rename_leaves_no_half_draft(system: MaildirDisk) -> None:
    (system.root / ".Entw&APw-rfe" / "tmp" / "1.half.nextmove").write_bytes(b"X-Nextmove-Key: deal-7.follow_up.n4\n")
    assert system.outbox().find("deal-7.follow_up.n4") is None
