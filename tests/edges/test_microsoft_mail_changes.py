"""Microsoft's mail: what becomes of it after it was read, and of links that Graph forgets."""

from urllib.parse import quote

import pytest

import providers
from assistant.domain.mail import FolderRole
from assistant.domain.ports import CursorExpired
from providers.microsoft import rounds
from providers.microsoft.folders import Folders
from tests.contracts.caller import MailCaller, has_content
from tests.contracts.letters import letter
from tests.edges.microsoft_mail import BERLIN, Outlook, answers, folders_asked, places, pulled
from tests.servers.microsoft import MicrosoftPeer

ANY = r".*"
FOLLOWED = 7
"""Inbox, Sent Items, Drafts, Outbox, Archive, Deleted Items, Junk Email."""


@pytest.fixture
def system(microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch) -> Outlook:
    return Outlook(microsoft, monkeypatch)


def test_an_idle_pull_costs_one_call_a_folder_and_one_for_all_others(system: Outlook) -> None:
    system.deliver(letter(1))
    caller = pulled(system)
    assert not any(has_content(batch) for batch in caller.pull(system.open()))
    assert [call.id for call in system.peer.calls(ANY)] == [*["messages.delta"] * FOLLOWED, "messages.list"]


def test_a_new_message_costs_one_call_more_and_its_batch(system: Outlook) -> None:
    caller = pulled(system)
    system.deliver(letter(1))
    caller.pull(system.open())
    every = {call.id for call in system.peer.calls(ANY)}
    assert sorted(every) == ["batch", "messages.delta", "messages.get", "messages.list"]
    assert len(system.peer.calls("messages.get")) == len(system.peer.calls("batch")) == 1


def test_flags_are_told_by_the_delta_alone(system: Outlook) -> None:
    each = system.deliver(letter(1))
    caller = pulled(system)
    system.peer.change(each, isRead=True)
    system.peer.change(each, flag={"flagStatus": "flagged"})
    batches = caller.pull(system.open())
    assert [flags for batch in batches for *_, flags in batch.flagged] == [{"seen", "flagged"}]
    assert system.fetched() == []


def test_a_reaction_or_a_category_is_nothing_new(system: Outlook) -> None:
    each = system.deliver(letter(1))
    caller = pulled(system)
    system.peer.change(each, categories=["Liked"])
    assert not any(has_content(batch) for batch in caller.pull(system.open()))
    assert system.fetched() == []


@pytest.mark.parametrize("folder", ["archive", "deleteditems", "a folder that isn't read"])
def test_filing_and_throwing_away_is_no_deletion_and_fetches_nothing(system: Outlook, folder: str) -> None:
    target = folder if folder.isalpha() else system.peer.add_folder("Elsewhere")
    each = system.deliver(letter(1))
    caller = pulled(system)
    system.peer.move(each, target)
    assert not any(has_content(batch) for batch in caller.pull(system.open()))
    assert caller.ids == ["n1@contract.example"]
    assert system.fetched() == []


@pytest.mark.parametrize("folder", ["archive", "deleteditems", "sentitems"])
def test_what_is_deleted_for_good_is_gone_wherever_it_was_filed(system: Outlook, folder: str) -> None:
    each = system.deliver(letter(1))
    caller = pulled(system)
    system.peer.move(each, folder)
    caller.pull(system.open())
    system.peer.remove(each)
    caller.pull(system.open())
    assert caller.ids == []


@pytest.mark.parametrize("folder", ["archive", "a folder that isn't read", "deleteditems"])
def test_a_move_that_gives_another_id_doubles_and_loses_nothing(system: Outlook, folder: str) -> None:
    target = folder if folder.isalpha() else system.peer.add_folder("Elsewhere")
    each = system.deliver(letter(1))
    system.deliver(letter(2, reply_to=1), FolderRole.SENT)
    caller = pulled(system)
    system.peer.unstable_ids = True
    system.peer.move(each, target)
    caller.pull(system.open())
    assert caller.ids == ["n1@contract.example", "n2@contract.example"]
    assert ("Mail", each) not in caller.held
    assert not any(has_content(batch) for batch in caller.pull(system.open()))


@pytest.mark.parametrize("unstable", [False, True])
def test_a_draft_that_is_sent_moves_to_sent(system: Outlook, unstable: bool) -> None:
    draft = system.peer.write_draft(to="ines@harbour.example", subject="Counts", body="<p>Here.</p>")
    caller = pulled(system)
    assert [message.folder for message in caller.held.values()] == ["Drafts"]
    system.peer.unstable_ids = unstable
    system.peer.send_draft(draft.id)
    system.peer.settle()
    caller.pull(system.open())
    assert [(message.folder, message.role) for message in caller.held.values()] == [("Sent", FolderRole.SENT)]


def test_a_draft_that_is_edited_comes_anew(system: Outlook) -> None:
    draft = system.peer.write_draft(to="ines@harbour.example", subject="Counts", body="<p>Here.</p>")
    caller = pulled(system)
    system.peer.edit_draft(draft.id, body="<p>There.</p>")
    caller.pull(system.open())
    assert [message.text for message in caller.held.values()] == ["There."]
    assert not any(has_content(batch) for batch in caller.pull(system.open()))


def test_a_draft_that_is_thrown_away_is_gone(system: Outlook) -> None:
    draft = system.peer.write_draft(to="ines@harbour.example", subject="Counts", body="<p>Here.</p>")
    caller = pulled(system)
    system.peer.move(draft.id, "deleteditems")
    caller.pull(system.open())
    assert caller.held == {}


def test_an_empty_reply_that_a_crash_of_ours_left_is_no_draft_of_the_reps(system: Outlook) -> None:
    each = system.deliver(letter(1))
    system.graph().post(f"/messages/{each}/createReply", {})
    caller = pulled(system)
    assert caller.ids == ["n1@contract.example"]


# trash and junk


def test_what_was_thrown_away_unread_is_fetched_where_we_wrote_in_its_conversation(system: Outlook) -> None:
    answers(system, [1], "sentitems")
    answers(system, [2], "deleteditems")
    system.peer.deliver(letter(3), "deleteditems")
    caller = pulled(system)
    assert places(caller) == {"n1": ("Sent", FolderRole.SENT), "n2": ("Mail", FolderRole.TRASH)}
    answers(system, [4], "deleteditems")
    system.peer.deliver(letter(5), "deleteditems")
    caller.pull(system.open())
    assert sorted(places(caller)) == ["n1", "n2", "n4"]


def test_junk_is_never_read_and_told_where_it_belongs_to_a_conversation_of_ours(system: Outlook) -> None:
    answers(system, [1], "sentitems")
    real = answers(system, [2], "junkemail")[0]
    system.peer.deliver(letter(3), "junkemail")
    caller = pulled(system)
    assert caller.ids == ["n1@contract.example"]
    assert [each.where for each in caller.problems] == [f"Junk Email/{real}"]
    system.peer.forget_delta()
    caller.pull(system.open())
    assert len(caller.problems) == 1
    system.peer.move(real, "inbox")
    caller.pull(system.open())
    assert caller.ids == ["n1@contract.example", "n2@contract.example"]


def test_what_is_called_junk_is_gone(system: Outlook) -> None:
    each = system.deliver(letter(1))
    caller = pulled(system)
    system.peer.move(each, "junkemail")
    caller.pull(system.open())
    assert caller.held == {}


def test_what_waits_to_be_deleted_for_ever_is_nowhere() -> None:
    """Exchange keeps it for some weeks, and its id with it."""
    folders = Folders((), {"recoverableitemsdeletions": "lost"}, private=frozenset({"secret"}))
    assert folders.place("lost", draft=False) is folders.place("secret", draft=False) is None
    assert folders.place("elsewhere", draft=False) == ("Mail", FolderRole.OTHER)
    assert folders.place("elsewhere", draft=True) == ("Drafts", FolderRole.DRAFTS)


# a link that's forgotten, or another mailbox's cursor


def test_forgotten_links_list_again_and_fetch_only_what_is_new(system: Outlook) -> None:
    drop, _, star = (system.deliver(letter(number)) for number in (1, 2, 3))
    caller = pulled(system)
    system.peer.remove(drop)
    system.peer.change(star, isRead=True, flag={"flagStatus": "flagged"})
    new = system.deliver(letter(4))
    system.peer.forget_delta()
    batches = caller.pull(system.open())
    assert caller.ids == [f"n{number}@contract.example" for number in (2, 3, 4)]
    assert [flags for batch in batches for *_, flags in batch.flagged] == [{"flagged", "seen"}]
    assert system.fetched() == [new]


def test_after_forgotten_links_all_is_quiet(system: Outlook) -> None:
    system.deliver(letter(1))
    caller = pulled(system)
    system.peer.forget_delta("resyncRequired")
    caller.pull(system.open())
    system.peer.log.clear()
    assert not any(has_content(batch) for batch in caller.pull(system.open()))
    assert len(system.peer.calls(ANY)) == FOLLOWED + 1


def test_one_forgotten_link_lists_one_folder(system: Outlook) -> None:
    for number in range(3):
        system.deliver(letter(number))
    caller = pulled(system)
    inbox = system.peer.folder("inbox")
    system.peer.fail(f"messages.delta .*{quote(inbox)}", 410, code="SyncStateNotFound")
    system.deliver(letter(5))
    caller.pull(system.open())
    assert len(caller.held) == 4
    assert folders_asked(system, anew=True) == {inbox}


def test_what_is_filed_elsewhere_stays_after_a_forgotten_link(system: Outlook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "_MANY", 3)
    elsewhere = system.peer.add_folder("Elsewhere")
    ids = [system.deliver(letter(number)) for number in range(12)]
    caller = pulled(system)
    for each in ids[:5]:
        system.peer.move(each, "archive")
    for each in ids[5:8]:
        system.peer.move(each, elsewhere)
    caller.pull(system.open())
    system.peer.remove(ids[0])
    system.peer.remove(ids[5])
    system.peer.forget_delta()
    caller.pull(system.open())
    assert {remote_id for _, remote_id in caller.held} == set(ids) - {ids[0], ids[5]}


def test_what_moved_while_the_links_were_forgotten_is_in_its_new_place_only(system: Outlook) -> None:
    draft = system.peer.write_draft(to="ines@harbour.example", subject="Counts", body="<p>Here.</p>")
    caller = pulled(system)
    system.peer.send_draft(draft.id)
    system.peer.settle()
    system.peer.forget_delta()
    caller.pull(system.open())
    assert [message.folder for message in caller.held.values()] == ["Sent"]


def test_a_cursor_of_another_mailbox_expires(system: Outlook) -> None:
    caller = pulled(system)
    assert caller.cursor is not None
    other = caller.cursor.replace(system.peer.email, "somebody@tallwood.example")
    with pytest.raises(CursorExpired):
        list(system.open().pull(other, lambda folder: {}))


def test_the_registry_opens_it(system: Outlook) -> None:
    system.deliver(letter(1))
    caller = MailCaller()
    caller.pull(providers.mailbox("microsoft", "work", system.settings, BERLIN))
    assert caller.ids == ["n1@contract.example"]
