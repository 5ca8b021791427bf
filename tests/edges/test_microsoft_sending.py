"""Sending through Outlook: the suite, and whatever goes wrong: nothing goes out twice, nothing unseen."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import pytest

import providers
from assistant.domain.ports import DraftChanged, FiledDraft, SentMail, ThreadMoved
from assistant.errors import ProviderError, RefusedError
from providers.microsoft.graph import SignInNeeded, Unsure
from providers.microsoft.sending import MicrosoftSender
from tests.contracts.caller import MailCaller
from tests.contracts.letters import letter
from tests.contracts.outbox import outgoing
from tests.contracts.sender import KEY, KNOWN, SenderSuite
from tests.edges.microsoft_drafts import MicrosoftDrafts, until_it_lives
from tests.edges.systems import BERLIN
from tests.servers.microsoft import MicrosoftPeer

SEND = "messages.send "
LOOK = r"messages\.list GET /v1.0/me/messages"
CALLED = r"messages\.send|sendMail"


@pytest.fixture
def sending(microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch) -> MicrosoftDrafts:
    return MicrosoftDrafts(microsoft, monkeypatch, send=True)


@pytest.fixture
def filed(sending: MicrosoftDrafts) -> FiledDraft:
    """A draft that answers a message which the caller has read."""
    sending.arrive(letter(4, extra="Cc: jo@harbour.example\n"))
    return sending.outbox().file(outgoing())


class TestMicrosoftSender(SenderSuite):
    pass


def break_sending(microsoft: MicrosoftPeer, how: str, *, times: int = 1, after: bool = False) -> None:
    if how == "reset":
        microsoft.faults.reset(SEND, times=times, after=after)
    else:
        microsoft.fail(SEND, int(how), times=times, after=after)


def later(*, number: int = 5, reply_to: int = 4) -> bytes:
    """Another message of the conversation."""
    raw = letter(4, reply_to=reply_to, extra="Cc: jo@harbour.example\n")
    return raw.replace(b"<n4@contract.example>\nIn-Reply", f"<n{number}@contract.example>\nIn-Reply".encode())


# only where it's turned on


@pytest.mark.parametrize("settings", [{}, {"send": False}])
def test_without_the_option_there_is_nothing_that_sends(settings: dict[str, Any]) -> None:
    with pytest.raises(RefusedError, match="send = true"):
        providers.sender("microsoft", "work", {"email": "rep@tallwood.example", **settings}, BERLIN)


def test_with_the_option_there_is(sending: MicrosoftDrafts) -> None:
    assert providers.can_send("microsoft")
    assert providers.sender("microsoft", "work", sending.settings, BERLIN).account == "work"


def test_a_sender_whose_option_was_turned_off_reaches_nobody(
    microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = MicrosoftDrafts(microsoft, monkeypatch, send=False)
    draft = system.outbox().file(outgoing())
    with pytest.raises(RefusedError):
        system.sender().send(KEY, draft, KNOWN)
    assert microsoft.calls(CALLED) == []
    assert len(system.drafts()) == 1


def test_a_sending_names_the_draft_and_brings_no_content(
    sending: MicrosoftDrafts, microsoft: MicrosoftPeer, filed: FiledDraft
) -> None:
    sending.sender().send(KEY, filed, KNOWN)
    (call,) = microsoft.calls(CALLED)
    assert filed.remote_id in unquote(call.path)
    assert not call.body


# what comes back


def test_the_copy_is_named_as_the_mailbox_names_it(sending: MicrosoftDrafts, filed: FiledDraft) -> None:
    sent = sending.sender().send(KEY, filed, KNOWN)
    assert sent == SentMail("Sent", filed.remote_id, outgoing().message_id, filed.thread)
    caller = MailCaller()
    caller.pull(sending.open())
    assert (sent.folder, sent.remote_id) in caller.held


def test_a_copy_that_appears_a_little_later_is_waited_for(
    sending: MicrosoftDrafts, microsoft: MicrosoftPeer, filed: FiledDraft
) -> None:
    microsoft.send_delay = 3600
    sender = MicrosoftSender(sending.graph(), sleep=lambda seconds: microsoft.settle() if seconds > 1 else None)
    sent = sender.send(KEY, filed, KNOWN)
    assert sent.remote_id in sending.copies()
    assert len(microsoft.calls(CALLED)) == 1


@pytest.mark.parametrize("gap", ["", "missing"])
def test_a_copy_that_takes_longer_than_we_wait_has_gone_out_all_the_same(
    sending: MicrosoftDrafts, microsoft: MicrosoftPeer, filed: FiledDraft, gap: str
) -> None:
    microsoft.send_delay, microsoft.send_gap = 3600, gap
    sent = sending.sender().send(KEY, filed, KNOWN)
    assert sent.message_id == outgoing().message_id
    microsoft.settle()
    assert sending.sender().find(KEY, filed) == sent
    assert len(sending.copies()) == 1


@pytest.mark.parametrize("gap", ["", "missing"])
def test_what_is_on_its_way_is_not_sent_again(
    sending: MicrosoftDrafts, microsoft: MicrosoftPeer, filed: FiledDraft, gap: str
) -> None:
    """Nobody can be told that it has gone out before the copy is there; nor does it go out twice."""
    microsoft.send_delay, microsoft.send_gap = 3600, gap
    sending.sender().send(KEY, filed, KNOWN)
    with pytest.raises((DraftChanged, ProviderError)):
        sending.sender().send(KEY, filed, KNOWN)
    microsoft.settle()
    sending.sender().send(KEY, filed, KNOWN)
    assert len(sending.sent()) == len(sending.copies()) == 1


def test_a_copy_that_can_not_be_read_is_no_failure(
    sending: MicrosoftDrafts, microsoft: MicrosoftPeer, filed: FiledDraft
) -> None:
    """It has gone out: saying that it hasn't would be the worse mistake."""
    microsoft.faults.call(SEND, lambda: microsoft.faults.reset("messages.(get|list)", times=60))
    sent = sending.sender().send(KEY, filed, KNOWN)
    microsoft.faults.clear()
    assert sent.remote_id in sending.copies()


def test_a_copy_under_another_id_is_found(
    sending: MicrosoftDrafts, microsoft: MicrosoftPeer, filed: FiledDraft
) -> None:
    microsoft.unstable_ids = True
    sent = sending.sender().send(KEY, filed, KNOWN)
    assert sent.remote_id != filed.remote_id
    assert list(sending.copies()) == [sent.remote_id]
    assert sending.sender().find(KEY, filed) == sent


def test_a_copy_that_lost_its_properties_and_its_id_is_found_by_its_message_id(
    sending: MicrosoftDrafts, microsoft: MicrosoftPeer, filed: FiledDraft
) -> None:
    microsoft.unstable_ids = True
    sent = sending.sender().send(KEY, filed, KNOWN)
    (item,) = microsoft.messages("sentitems")
    item.properties.clear()
    assert sending.sender().find(KEY, filed) == sent


def test_a_copy_with_another_message_id_is_found_by_its_key(
    sending: MicrosoftDrafts, microsoft: MicrosoftPeer, filed: FiledDraft
) -> None:
    sent = sending.sender().send(KEY, filed, KNOWN)
    microsoft.change(sent.remote_id, internetMessageId="<exchange@prod.outlook.example>")
    found = sending.sender().find(KEY, filed)
    assert found == replace(sent, message_id="exchange@prod.outlook.example")


def test_a_copy_that_a_rule_has_moved_is_found(
    sending: MicrosoftDrafts, microsoft: MicrosoftPeer, filed: FiledDraft
) -> None:
    sent = sending.sender().send(KEY, filed, KNOWN)
    microsoft.move(sent.remote_id, "archive")
    assert sending.sender().find(KEY, filed) == sent


def test_what_came_in_with_the_id_of_the_draft_is_not_taken_for_the_copy(
    sending: MicrosoftDrafts, microsoft: MicrosoftPeer, filed: FiledDraft
) -> None:
    sending.arrive(letter(9).replace(b"n9@contract.example", filed.message_id.encode()))
    assert sending.sender().find(KEY, filed) is None


# the process dies


@pytest.mark.parametrize("after", [False, True], ids=["before a call", "after a call"])
def test_a_sending_killed_anywhere_goes_out_once(
    sending: MicrosoftDrafts, microsoft: MicrosoftPeer, filed: FiledDraft, *, after: bool
) -> None:
    latest = [(KEY, filed)]
    for number, _ in enumerate(
        until_it_lives(lambda graph: MicrosoftSender(graph).send(*latest[-1], KNOWN), sending.settings, after=after)
    ):
        before = sending.sender().find(*latest[-1])
        done = sending.sender().send(*latest[-1], KNOWN)
        assert before in (None, done)
        assert len(microsoft.messages("sentitems")) == 1
        for copy in sending.copies():
            microsoft.remove(copy)
        key = f"{KEY}.{number}"
        mail = replace(outgoing(key), message_id=f"{key}@nextmove.example")
        latest.append((key, sending.outbox().file(mail)))
    assert len(microsoft.messages("sentitems")) == 1
    assert sending.drafts() == []


# the network and Microsoft fail


@pytest.mark.parametrize("how", ["500", "503", "504", "reset"])
def test_a_sending_that_was_done_and_got_no_answer_is_found(
    sending: MicrosoftDrafts, microsoft: MicrosoftPeer, filed: FiledDraft, how: str
) -> None:
    break_sending(microsoft, how, after=True)
    sent = sending.sender().send(KEY, filed, KNOWN)
    assert sent.remote_id in sending.copies()
    assert len(microsoft.calls(CALLED)) == len(sending.sent()) == 1


@pytest.mark.parametrize("how", ["500", "503", "504", "reset"])
def test_a_sending_that_was_not_done_is_told_and_not_tried_again_by_itself(
    sending: MicrosoftDrafts, microsoft: MicrosoftPeer, filed: FiledDraft, how: str
) -> None:
    break_sending(microsoft, how)
    with pytest.raises(Unsure, match="work"):
        sending.sender().send(KEY, filed, KNOWN)
    assert len(microsoft.calls(CALLED)) == 1
    assert (len(sending.drafts()), sending.sent()) == (1, [])
    sending.sender().send(KEY, filed, KNOWN)
    assert len(sending.sent()) == 1


def test_a_copy_that_shows_up_late_is_waited_for(
    sending: MicrosoftDrafts, microsoft: MicrosoftPeer, filed: FiledDraft
) -> None:
    """Exchange carries it out after it has stopped answering."""
    break_sending(microsoft, "504", after=True)
    microsoft.send_delay = 3600
    sender = MicrosoftSender(sending.graph(), sleep=lambda seconds: microsoft.settle() if seconds > 1 else None)
    sent = sender.send(KEY, filed, KNOWN)
    assert sent.remote_id in sending.copies()
    assert len(microsoft.calls(CALLED)) == 1


def test_when_nothing_can_be_looked_up_after_it_the_next_time_finds_it(
    sending: MicrosoftDrafts, microsoft: MicrosoftPeer, filed: FiledDraft
) -> None:
    break_sending(microsoft, "503", after=True)
    microsoft.faults.reset("mailFolders/sentitems/messages", skip=1, times=60)
    with pytest.raises(ProviderError):
        sending.sender().send(KEY, filed, KNOWN)
    microsoft.faults.clear()
    sending.sender().send(KEY, filed, KNOWN)
    assert len(microsoft.calls(CALLED)) == len(sending.sent()) == 1


def test_what_is_too_fast_is_sent_a_little_later_and_once(
    sending: MicrosoftDrafts, microsoft: MicrosoftPeer, filed: FiledDraft
) -> None:
    microsoft.fail(SEND, 429, times=2, headers={"Retry-After": "1"})
    sending.sender().send(KEY, filed, KNOWN)
    assert len(sending.sent()) == 1


def test_an_expired_sign_in_sends_nothing(
    sending: MicrosoftDrafts, microsoft: MicrosoftPeer, filed: FiledDraft
) -> None:
    microsoft.faults.call(SEND, microsoft.accounts.expire)
    with pytest.raises(SignInNeeded):
        sending.sender().send(KEY, filed, KNOWN)
    assert sending.sent() == []


def test_without_the_permission_to_send_nothing_is_sent(
    sending: MicrosoftDrafts, microsoft: MicrosoftPeer, filed: FiledDraft
) -> None:
    microsoft.accounts.scopes = {"Mail.ReadWrite"}
    with pytest.raises(ProviderError, match="work"):
        sending.sender().send(KEY, filed, KNOWN)
    assert (len(sending.drafts()), sending.sent()) == (1, [])


# others are at work at the same time


@pytest.mark.parametrize(
    ("meanwhile", "by_hand"),
    [
        (lambda system: system.peer.remove(system.draft(KEY).id), False),
        (lambda system: system.send_draft(KEY), True),
    ],
    ids=["deleted", "sent by hand"],
)
def test_a_draft_that_goes_in_the_last_moment_is_not_sent(
    sending: MicrosoftDrafts,
    microsoft: MicrosoftPeer,
    filed: FiledDraft,
    meanwhile: Callable[[MicrosoftDrafts], object],
    *,
    by_hand: bool,
) -> None:
    microsoft.faults.call(SEND, lambda: meanwhile(sending))
    if by_hand:
        assert sending.sender().send(KEY, filed, KNOWN).remote_id in sending.copies()
    else:
        with pytest.raises(DraftChanged):
            sending.sender().send(KEY, filed, KNOWN)
    assert sending.sent() == []


def test_what_the_rep_writes_while_the_conversation_is_looked_through_is_not_sent(
    sending: MicrosoftDrafts, microsoft: MicrosoftPeer, filed: FiledDraft
) -> None:
    microsoft.faults.call(LOOK, lambda: sending.edit_draft(KEY, b"thank you for", b"many thanks for"), skip=1)
    with pytest.raises(DraftChanged):
        sending.sender().send(KEY, filed, KNOWN)
    assert (len(sending.drafts()), sending.sent()) == (1, [])


def test_what_only_exchange_touches_while_the_conversation_is_looked_through_is_sent(
    sending: MicrosoftDrafts, microsoft: MicrosoftPeer, filed: FiledDraft
) -> None:
    microsoft.faults.call(LOOK, lambda: microsoft.change(filed.remote_id, categories=["Blue"]), skip=1)
    sending.sender().send(KEY, filed, KNOWN)
    assert len(sending.sent()) == 1


def test_two_drafts_with_the_key_are_for_the_rep_to_look_at(
    sending: MicrosoftDrafts, microsoft: MicrosoftPeer, filed: FiledDraft
) -> None:
    (item,) = microsoft.find("n4@contract.example")
    twin = sending.graph().post(f"/messages/{item.id}/createReply", {})
    twin_item = microsoft.item(twin["id"])
    assert twin_item is not None
    twin_item.properties.update(sending.draft(KEY).properties)
    with pytest.raises(DraftChanged):
        sending.sender().send(KEY, filed, KNOWN)
    assert sending.sent() == []


def test_what_is_older_than_what_the_caller_has_read_stops_nothing(
    sending: MicrosoftDrafts, microsoft: MicrosoftPeer, filed: FiledDraft
) -> None:
    """A year-old beginning of the conversation isn't in the mirror."""
    microsoft.deliver(letter(1), conversation=filed.thread)
    sending.sender().send(KEY, filed, KNOWN)
    assert len(sending.sent()) == 1


def test_a_conversation_that_nobody_has_read_has_moved(sending: MicrosoftDrafts, filed: FiledDraft) -> None:
    with pytest.raises(ThreadMoved):
        sending.sender().send(KEY, filed, ())
    assert sending.sent() == []


@pytest.mark.parametrize("folder", ["inbox", "sentitems", "deleteditems", "archive"])
def test_a_newer_message_stops_it_in_whichever_folder_it_lies(
    sending: MicrosoftDrafts, microsoft: MicrosoftPeer, filed: FiledDraft, folder: str
) -> None:
    microsoft.deliver(later(), folder, conversation=filed.thread)
    with pytest.raises(ThreadMoved):
        sending.sender().send(KEY, filed, KNOWN)
    assert sending.sent() == []


def test_what_is_junk_stops_nothing(sending: MicrosoftDrafts, microsoft: MicrosoftPeer, filed: FiledDraft) -> None:
    microsoft.deliver(later(), "junkemail", conversation=filed.thread)
    sending.sender().send(KEY, filed, KNOWN)
    assert len(sending.sent()) == 1


def test_another_draft_of_the_rep_in_the_conversation_stops_nothing(
    sending: MicrosoftDrafts, microsoft: MicrosoftPeer, filed: FiledDraft
) -> None:
    (item,) = microsoft.find("n4@contract.example")
    microsoft.write_draft(to=["jo@harbour.example"], subject="Re: Pallet counts 4", body="Jo,", reply_to=item.id)
    sending.sender().send(KEY, filed, KNOWN)
    assert len(sending.sent()) == 1


def test_more_messages_than_a_page_holds_are_all_looked_at(
    sending: MicrosoftDrafts, microsoft: MicrosoftPeer, filed: FiledDraft
) -> None:
    for number in range(5, 12):
        microsoft.deliver(later(number=number), conversation=filed.thread)
    microsoft.page_size = 2
    known = [*KNOWN, *(f"n{number}@contract.example" for number in range(5, 11))]
    with pytest.raises(ThreadMoved):
        sending.sender().send(KEY, filed, known)
    sending.sender().send(KEY, filed, [*known, "N11@contract.example"])
    assert len(sending.sent()) == 1
