"""Gmail: what lies in Spam or in the trash, and whose word it is."""

import pytest

from assistant.domain.mail import FolderRole
from tests.contracts.caller import MailCaller, has_content
from tests.contracts.letters import letter
from tests.edges.google_mail import READS, Gmail, places, pulled, thread
from tests.servers.google import GooglePeer


@pytest.fixture
def system(google: GooglePeer, monkeypatch: pytest.MonkeyPatch) -> Gmail:
    return Gmail(google, monkeypatch)


def test_what_turns_out_to_be_spam_is_gone_and_what_comes_back_is_new(system: Gmail) -> None:
    each = system.deliver(letter(1))
    caller = pulled(system)
    system.peer.relabel(each, add=["SPAM"], remove=["INBOX"])
    caller.pull(system.open())
    assert caller.held == {}
    system.peer.relabel(each, add=["INBOX"], remove=["SPAM"])
    caller.pull(system.open())
    assert caller.ids == ["n1@contract.example"]


@pytest.mark.parametrize("forgotten", [False, True])
def test_what_was_read_and_thrown_away_stays_until_it_is_deleted(system: Gmail, forgotten: bool) -> None:
    each = system.deliver(letter(1))
    caller = pulled(system)
    system.peer.relabel(each, add=["TRASH"], remove=["INBOX"])
    if forgotten:
        system.peer.forget_history()
    assert not any(has_content(batch) for batch in caller.pull(system.open()))
    assert system.fetched() == []
    system.peer.remove(each)
    caller.pull(system.open())
    assert caller.held == {}


def in_three_conversations(system: Gmail, label: str) -> list[str]:
    """One in which we wrote (2), one in which we have begun to (5), one of others (6, 7), and one that's new (8)."""
    labels = (["SENT"], ["INBOX"], ["DRAFT"], ["INBOX"])
    for number, (worn, where) in enumerate(zip(labels, ("ours", "begun", "begun", "theirs"), strict=True), start=10):
        system.peer.deliver(letter(number), worn, where)
    return [
        system.peer.deliver(letter(number), [label], where)
        for number, where in ((2, "ours"), (5, "begun"), (6, "theirs"), (7, "theirs"), (8, None))
    ]


def test_of_trash_only_conversations_in_which_we_wrote_are_read(system: Gmail) -> None:
    in_three_conversations(system, "TRASH")
    found = places(pulled(system))
    assert {name: found[name] for name in found if found[name][1] is FolderRole.TRASH} == {
        "n2": ("All Mail", FolderRole.TRASH),
        "n5": ("All Mail", FolderRole.TRASH),
    }


@pytest.mark.parametrize("forgotten", [False, True])
def test_what_is_read_and_thrown_away_between_two_pulls_is_read_where_we_wrote(system: Gmail, forgotten: bool) -> None:
    """What's known doesn't depend on when the pulls were: a no that was thrown away on the phone is a no."""
    system.deliver(letter(1))
    caller = pulled(system)
    for each in in_three_conversations(system, "INBOX"):
        system.peer.relabel(each, add=["TRASH"], remove=["INBOX"])
    if forgotten:
        system.peer.forget_history()
    caller.pull(system.open())
    assert sorted(name for name, (_, role) in places(caller).items() if role is FolderRole.TRASH) == ["n2", "n5"]
    assert caller.pull(system.open()) == []


def test_what_is_answered_and_thrown_away_between_two_pulls_is_read(system: Gmail) -> None:
    caller = pulled(system)
    first, second = thread(system, (1, 2))
    for each in (first, second):
        system.peer.relabel(each, add=["TRASH"], remove=["INBOX"])
    system.peer.relabel(second, add=["SENT"])
    system.peer.log.clear()
    caller.pull(system.open())
    assert caller.ids == ["n1@contract.example", "n2@contract.example"]
    assert not any("threads" in call.path for call in system.peer.calls(READS))


def test_a_conversation_that_we_wrote_in_and_threw_away_whole_is_read(system: Gmail) -> None:
    for number, worn in ((1, ["SENT", "TRASH"]), (2, ["TRASH"])):
        system.peer.deliver(letter(number), worn, "ours")
    assert set(places(pulled(system)).values()) == {("Sent", FolderRole.TRASH), ("All Mail", FolderRole.TRASH)}


def test_whether_we_wrote_in_a_conversation_is_asked_once_and_together(system: Gmail) -> None:
    caller = pulled(system)
    in_three_conversations(system, "TRASH")
    system.peer.deliver(letter(20), ["INBOX"], "quiet")
    caller.pull(system.open())
    system.peer.log.clear()
    for number in (21, 22):
        system.peer.deliver(letter(number), ["TRASH"], "quiet")
    system.peer.deliver(letter(23), ["TRASH"], "theirs")
    caller.pull(system.open())
    assert sorted(system.fetched()) == ["quiet minimal", "theirs minimal"]


@pytest.mark.parametrize("forgotten", [False, True])
def test_where_google_cannot_say_whether_we_wrote_it_is_read(system: Gmail, forgotten: bool) -> None:
    caller = pulled(system)
    system.peer.deliver(letter(1), ["INBOX"], "t")
    system.peer.deliver(letter(2), ["TRASH"], "t")
    system.peer.faults.add("threads.get", status=404 if forgotten else 500, reason="x", times=6)
    caller.pull(system.open())
    assert ("n2" in places(caller)) is not forgotten


@pytest.mark.parametrize("listed", [False, True])
def test_spam_is_nobody_s_word_and_the_rep_is_told_where_it_lies_in_a_conversation_of_ours(
    system: Gmail, listed: bool
) -> None:
    """It may be forged: a mail with our Message-ID among its references is in our conversation."""
    caller = MailCaller() if listed else pulled(system)
    answer, begun, *_ = in_three_conversations(system, "SPAM")
    caller.pull(system.open())
    assert not {"n2", "n5", "n6", "n7", "n8"} & places(caller).keys()
    assert sorted(problem.where for problem in caller.problems) == sorted([f"Spam/{answer}", f"Spam/{begun}"])
    caller.pull(system.open())
    assert len(caller.problems) == 2
    system.peer.relabel(answer, add=["INBOX"], remove=["SPAM"])
    caller.pull(system.open())
    assert "n2" in places(caller)


def test_what_was_thrown_away_unread_is_not_fetched_until_it_comes_back(system: Gmail) -> None:
    caller = pulled(system)
    each = system.deliver(letter(1))
    system.peer.relabel(each, add=["TRASH"], remove=["INBOX"])
    caller.pull(system.open())
    assert not any(each.endswith(("full", "raw")) for each in system.fetched())
    system.peer.relabel(each, add=["INBOX"], remove=["TRASH"])
    caller.pull(system.open())
    assert caller.ids == ["n1@contract.example"]


@pytest.mark.parametrize("forgotten", [False, True])
def test_a_draft_that_is_thrown_away_is_gone(system: Gmail, forgotten: bool) -> None:
    each = system.peer.deliver(letter(1), ["DRAFT"])
    caller = pulled(system)
    system.peer.relabel(each, add=["TRASH"])
    if forgotten:
        system.peer.forget_history()
    caller.pull(system.open())
    assert caller.held == {}


def test_mail_that_leaves_the_spam_folder_is_read(system: Gmail) -> None:
    each = system.peer.deliver(letter(1), ["SPAM"])
    caller = pulled(system)
    system.peer.relabel(each, add=["INBOX"], remove=["SPAM"])
    caller.pull(system.open())
    assert caller.ids == ["n1@contract.example"]
