"""Sending through Gmail: the suite, and whatever goes wrong: nothing goes out twice, nothing unseen."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

import providers
from assistant.domain.ports import DraftChanged, FiledDraft, SentMail, ThreadMoved
from assistant.errors import ProviderError, RefusedError
from providers.google.api import SignInNeeded, Unsure
from providers.google.sending import GoogleSender
from tests.contracts.caller import MailCaller
from tests.contracts.letters import letter
from tests.contracts.outbox import outgoing
from tests.contracts.sender import KEY, KNOWN, SenderSuite
from tests.edges.google_drafts import GoogleDrafts, until_it_lives
from tests.edges.systems import BERLIN
from tests.servers.google import GooglePeer

SEND = "gmail.users.drafts.send "


@pytest.fixture
def sending(google: GooglePeer, monkeypatch: pytest.MonkeyPatch) -> GoogleDrafts:
    return GoogleDrafts(google, monkeypatch, send=True)


@pytest.fixture
def filed(sending: GoogleDrafts) -> FiledDraft:
    """A draft that answers a message which the caller has read."""
    sending.arrive(letter(4, extra="Cc: jo@harbour.example\n"))
    return sending.outbox().file(outgoing())


class TestGoogleSender(SenderSuite):
    pass


def break_sending(google: GooglePeer, how: str, *, times: int = 1, after: bool = False) -> None:
    if how == "reset":
        google.faults.reset(SEND, times=times, after=after)
    else:
        google.faults.add(SEND, status=int(how), reason="backendError", times=times, after=after)


# only where it's turned on


@pytest.mark.parametrize("settings", [{}, {"send": False}])
def test_without_the_option_there_is_nothing_that_sends(settings: dict[str, Any]) -> None:
    with pytest.raises(RefusedError, match="send = true"):
        providers.sender("google", "work", {"email": "rep@tallwood.example", **settings}, BERLIN)


def test_with_the_option_there_is(sending: GoogleDrafts) -> None:
    assert providers.can_send("google")
    assert providers.sender("google", "work", sending.settings, BERLIN).account == "work"


def test_mail_on_disk_can_not_be_sent() -> None:
    assert not providers.can_send("local")


def test_a_sender_whose_option_was_turned_off_reaches_nobody(
    google: GooglePeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = GoogleDrafts(google, monkeypatch, send=False)
    draft = system.outbox().file(outgoing())
    with pytest.raises(RefusedError):
        system.sender().send(KEY, draft, KNOWN)
    assert google.calls(r".*\.send") == []
    assert len(system.drafts()) == 1


def test_a_sending_names_the_draft_and_brings_no_content(
    sending: GoogleDrafts, google: GooglePeer, filed: FiledDraft
) -> None:
    sending.sender().send(KEY, filed, KNOWN)
    assert [call.body for call in google.calls(r".*\.send")] == [{"id": filed.remote_id}]


# what comes back


def test_the_id_that_comes_back_is_that_of_the_copy(
    sending: GoogleDrafts, google: GooglePeer, filed: FiledDraft
) -> None:
    inner = sending.draft(KEY).mail.id
    sent = sending.sender().send(KEY, filed, KNOWN)
    assert sent.remote_id != inner
    assert sent == SentMail("Sent", sent.remote_id, outgoing().message_id, filed.thread)


def test_a_copy_that_can_not_be_read_is_no_failure(
    sending: GoogleDrafts, google: GooglePeer, filed: FiledDraft
) -> None:
    """It has gone out: saying that it hasn't would be the worse mistake."""
    google.faults.call(SEND, lambda: google.faults.reset("gmail.users.messages.get", times=20))
    sent = sending.sender().send(KEY, filed, KNOWN)
    google.faults.clear()
    assert sent.remote_id in sending.copies()


def test_a_copy_with_another_message_id_is_found_by_its_key(
    sending: GoogleDrafts, google: GooglePeer, filed: FiledDraft
) -> None:
    """Google may write a Message-ID of its own."""
    sending.sender().send(KEY, filed, KNOWN)
    ((remote_id, raw),) = sending.copies().items()
    google.remove(remote_id)
    google.deliver(raw.replace(b"Message-ID: <", b"Message-ID: <google-"), ["SENT"], filed.thread)
    found = sending.sender().find(KEY, filed)
    assert found is not None
    assert found.message_id.startswith("google-")


def test_a_copy_in_another_thread_is_found_by_its_message_id(
    sending: GoogleDrafts, google: GooglePeer, filed: FiledDraft
) -> None:
    sent = sending.sender().send(KEY, filed, KNOWN)
    assert sending.sender().find(KEY, replace(filed, thread="")) == sent


def test_a_reply_that_quotes_the_key_is_not_taken_for_the_copy(
    sending: GoogleDrafts, google: GooglePeer, filed: FiledDraft
) -> None:
    google.deliver(letter(4, extra=f"X-Nextmove-Key: {KEY}\n").replace(b"<n4@", b"<n5@"), thread=filed.thread)
    assert sending.sender().find(KEY, filed) is None


# the process dies


@pytest.mark.parametrize("after", [False, True], ids=["before a call", "after a call"])
def test_a_sending_killed_anywhere_goes_out_once(
    sending: GoogleDrafts, google: GooglePeer, filed: FiledDraft, *, after: bool
) -> None:
    latest = [(KEY, filed)]
    for number, _ in enumerate(
        until_it_lives(lambda api: GoogleSender(api, BERLIN).send(*latest[-1], KNOWN), sending.settings, after=after)
    ):
        before = sending.sender().find(*latest[-1])
        done = sending.sender().send(*latest[-1], KNOWN)
        assert before in (None, done)
        assert len(sending.sent()) == number + 1
        for copy in sending.copies():
            google.remove(copy)
        key = f"{KEY}.{number}"
        latest.append((key, sending.outbox().file(outgoing(key))))
    assert len(sending.sent()) == len(latest)


# the network and Google fail


@pytest.mark.parametrize("how", ["500", "503", "reset"])
def test_a_sending_that_was_done_and_got_no_answer_is_found(
    sending: GoogleDrafts, google: GooglePeer, filed: FiledDraft, how: str
) -> None:
    break_sending(google, how, after=True)
    sent = sending.sender().send(KEY, filed, KNOWN)
    assert sent.remote_id in sending.copies()
    assert len(google.calls(r".*\.send")) == len(sending.sent()) == 1


@pytest.mark.parametrize("how", ["500", "503", "reset"])
def test_a_sending_that_was_not_done_is_told_and_not_tried_again_by_itself(
    sending: GoogleDrafts, google: GooglePeer, filed: FiledDraft, how: str
) -> None:
    break_sending(google, how)
    with pytest.raises(Unsure, match="work"):
        sending.sender().send(KEY, filed, KNOWN)
    assert len(google.calls(r".*\.send")) == 1
    assert (len(sending.drafts()), sending.sent()) == (1, [])
    sending.sender().send(KEY, filed, KNOWN)
    assert len(sending.sent()) == 1


def test_a_copy_that_shows_up_late_is_waited_for(sending: GoogleDrafts, google: GooglePeer, filed: FiledDraft) -> None:
    """Google carries it out after it has stopped answering."""
    break_sending(google, "503")
    google.faults.call("gmail.users.threads.get", lambda: google.send_draft(filed.remote_id), skip=4)
    sent = sending.sender().send(KEY, filed, KNOWN)
    assert sent.remote_id in sending.copies()
    assert len(google.calls(r".*\.send")) == 1
    assert sending.paused == [1.0, 3.0]


def test_when_nothing_can_be_looked_up_after_it_the_next_time_finds_it(
    sending: GoogleDrafts, google: GooglePeer, filed: FiledDraft
) -> None:
    break_sending(google, "503", after=True)
    google.faults.reset("gmail.users.threads.get", skip=2, times=20)
    with pytest.raises(ProviderError):
        sending.sender().send(KEY, filed, KNOWN)
    google.faults.clear()
    sending.sender().send(KEY, filed, KNOWN)
    assert len(google.calls(r".*\.send")) == len(sending.sent()) == 1


@pytest.mark.parametrize("status", [403, 429])
def test_what_is_too_fast_is_sent_a_little_later_and_once(
    sending: GoogleDrafts, google: GooglePeer, filed: FiledDraft, status: int
) -> None:
    google.faults.add(SEND, status=status, times=2)
    sending.sender().send(KEY, filed, KNOWN)
    assert len(sending.sent()) == 1


def test_an_expired_access_token_is_renewed_on_the_way(
    sending: GoogleDrafts, google: GooglePeer, filed: FiledDraft
) -> None:
    google.faults.call(SEND, google.accounts.expire)
    sending.sender().send(KEY, filed, KNOWN)
    assert len(sending.sent()) == 1


def test_a_revoked_sign_in_sends_nothing(sending: GoogleDrafts, google: GooglePeer, filed: FiledDraft) -> None:
    google.accounts.revoke("Token has been expired or revoked.")
    with pytest.raises(SignInNeeded):
        sending.sender().send(KEY, filed, KNOWN)
    assert sending.sent() == []


# others are at work at the same time


@pytest.mark.parametrize(
    ("meanwhile", "by_hand"),
    [
        (lambda system, filed: system.peer.delete_draft(filed.remote_id), False),
        (lambda system, filed: system.peer.send_draft(filed.remote_id), True),
    ],
    ids=["deleted", "sent by hand"],
)
def test_a_draft_that_goes_in_the_last_moment_is_not_sent(
    sending: GoogleDrafts,
    google: GooglePeer,
    filed: FiledDraft,
    meanwhile: Callable[[GoogleDrafts, FiledDraft], object],
    *,
    by_hand: bool,
) -> None:
    google.faults.call(SEND, lambda: meanwhile(sending, filed))
    if by_hand:
        assert sending.sender().send(KEY, filed, KNOWN).remote_id in sending.copies()
    else:
        with pytest.raises(DraftChanged):
            sending.sender().send(KEY, filed, KNOWN)
    assert sending.sent() == []


def test_two_drafts_with_the_key_are_for_the_rep_to_look_at(
    sending: GoogleDrafts, google: GooglePeer, filed: FiledDraft
) -> None:
    google.write_draft(sending.drafts()[0])
    with pytest.raises(DraftChanged):
        sending.sender().send(KEY, filed, KNOWN)
    assert sending.sent() == []


def test_what_is_older_than_what_the_caller_has_read_stops_nothing(
    sending: GoogleDrafts, google: GooglePeer, filed: FiledDraft
) -> None:
    """A year-old beginning of the conversation isn't in the mirror."""
    google.deliver(letter(1), thread=filed.thread)
    sending.sender().send(KEY, filed, KNOWN)
    assert len(sending.sent()) == 1


NAMELESS = b"From: ines@harbour.example\nDate: Tue, 3 Mar 2026 10:00:00 +0000\nSubject: Re: Pallet counts 4\n%s\nHi\n"


@pytest.mark.parametrize("field", [b"", b"Message-ID: <>\n", b"Message-ID: no brackets@harbour.example\n"])
def test_a_message_without_an_id_is_known_by_the_one_that_it_is_read_under(
    sending: GoogleDrafts, google: GooglePeer, filed: FiledDraft, field: bytes
) -> None:
    google.deliver(NAMELESS % field, ["INBOX"], filed.thread)
    with pytest.raises(ThreadMoved):
        sending.sender().send(KEY, filed, KNOWN)
    caller = MailCaller()
    caller.pull(sending.open())
    sending.sender().send(KEY, filed, [each.message_id for each in caller.held.values()])
    assert len(sending.sent()) == 1


@pytest.mark.parametrize("label", ["SPAM", "DRAFT"])
def test_what_is_no_mail_of_the_conversation_stops_nothing(
    sending: GoogleDrafts, google: GooglePeer, filed: FiledDraft, label: str
) -> None:
    google.deliver(letter(9), [label], filed.thread)
    sending.sender().send(KEY, filed, KNOWN)
    assert len(sending.sent()) == 1


def test_an_answer_that_was_read_and_thrown_away_stops_it(
    sending: GoogleDrafts, google: GooglePeer, filed: FiledDraft
) -> None:
    google.deliver(letter(9), ["TRASH"], filed.thread)
    with pytest.raises(ThreadMoved):
        sending.sender().send(KEY, filed, KNOWN)
    assert sending.sent() == []


def test_an_answer_that_the_rep_wrote_by_hand_stops_it(
    sending: GoogleDrafts, google: GooglePeer, filed: FiledDraft
) -> None:
    google.deliver(letter(9), ["SENT"], filed.thread)
    with pytest.raises(ThreadMoved):
        sending.sender().send(KEY, filed, KNOWN)
    assert sending.sent() == []
