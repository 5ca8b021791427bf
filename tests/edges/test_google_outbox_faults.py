"""Drafts in Gmail when things go wrong: whatever is lost on the way, there is exactly one, or the error says why."""

from collections.abc import Callable
from typing import Any

import pytest

from assistant.domain.ports import Withdrawal
from assistant.errors import ProviderError, RefusedError
from providers.google.api import SignInNeeded, Unsure
from providers.google.outbox import GoogleOutbox
from tests.contracts.letters import letter
from tests.contracts.outbox import outgoing, revised
from tests.edges.google_drafts import GoogleDrafts, until_it_lives
from tests.edges.systems import BERLIN
from tests.servers.google import GooglePeer

KEY = outgoing().key
CREATE, UPDATE, DELETE = (f"gmail.users.drafts.{verb} " for verb in ("create", "update", "delete"))


@pytest.fixture
def drafts(google: GooglePeer, monkeypatch: pytest.MonkeyPatch) -> GoogleDrafts:
    google.deliver(letter(4, extra="Cc: jo@harbour.example\n"))
    return GoogleDrafts(google, monkeypatch)


def breaking(google: GooglePeer, how: str, match: str, *, times: int = 1, after: bool = False) -> None:
    if how == "reset":
        google.faults.reset(match, times=times, after=after)
    else:
        reason = "rateLimitExceeded" if how in ("403", "429") else "backendError"
        google.faults.add(match, status=int(how), reason=reason, times=times, after=after)


# the process dies


@pytest.mark.parametrize("after", [False, True], ids=["before a call", "after a call"])
def test_a_filing_killed_anywhere_leaves_one_draft_after_the_next(drafts: GoogleDrafts, *, after: bool) -> None:
    def filing(google: Any) -> object:
        return GoogleOutbox(google, BERLIN).file(outgoing())

    for _ in until_it_lives(filing, drafts.settings, after=after):
        drafts.outbox().file(outgoing())
        assert len(drafts.drafts()) == 1
        drafts.delete_draft(KEY)
    assert len(drafts.drafts()) == 1


@pytest.mark.parametrize("after", [False, True], ids=["before a call", "after a call"])
def test_a_filing_killed_anywhere_is_found_or_was_not_made(drafts: GoogleDrafts, *, after: bool) -> None:
    for _ in until_it_lives(lambda google: GoogleOutbox(google, BERLIN).file(outgoing()), drafts.settings, after=after):
        found = drafts.outbox().find(KEY)
        assert (found is not None) == bool(drafts.drafts())
        if found:
            drafts.delete_draft(KEY)


@pytest.mark.parametrize("after", [False, True], ids=["before a call", "after a call"])
def test_a_withdrawal_killed_anywhere_leaves_none_after_the_next(drafts: GoogleDrafts, *, after: bool) -> None:
    filed = drafts.outbox().file(outgoing())
    for _ in until_it_lives(
        lambda google: GoogleOutbox(google, BERLIN).withdraw(KEY, filed), drafts.settings, after=after
    ):
        assert drafts.outbox().withdraw(KEY, filed) in (Withdrawal.WITHDRAWN, Withdrawal.GONE)
        assert drafts.drafts() == []
        drafts.outbox().file(outgoing())
    assert drafts.drafts() == []


@pytest.mark.parametrize("after", [False, True], ids=["before a call", "after a call"])
def test_a_replacement_killed_anywhere_leaves_the_new_draft_after_the_next(
    drafts: GoogleDrafts, *, after: bool
) -> None:
    filed = [drafts.outbox().file(outgoing())]
    for _ in until_it_lives(
        lambda google: GoogleOutbox(google, BERLIN).replace(KEY, filed[-1], revised()), drafts.settings, after=after
    ):
        now = drafts.outbox().replace(KEY, filed[-1], revised())
        assert [each.id for each in drafts.peer.drafts()] == [now.remote_id]
        drafts.outbox().withdraw(revised().key, now)
        filed.append(drafts.outbox().file(outgoing()))
    assert len(drafts.drafts()) == 1


# the network and Google fail


@pytest.mark.parametrize("done", [False, True], ids=["not done", "done"])
@pytest.mark.parametrize("how", ["500", "503", "reset"])
def test_a_draft_whose_making_got_no_answer_is_made_once(
    drafts: GoogleDrafts, google: GooglePeer, how: str, *, done: bool
) -> None:
    breaking(google, how, CREATE, after=done)
    filed = drafts.outbox().file(outgoing())
    assert len(drafts.drafts()) == 1
    assert drafts.outbox().find(KEY) == filed
    assert len(google.calls("gmail.users.drafts.create")) == (1 if done else 2)


def test_a_draft_that_a_slow_google_makes_after_our_patience_is_found(
    drafts: GoogleDrafts, google: GooglePeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("providers.google.connection.SECONDS", 0.3)
    google.faults.slow(CREATE, 0.8)
    filed = GoogleOutbox(drafts.google(), BERLIN).file(outgoing())
    assert [each.id for each in google.drafts()] == [filed.remote_id]
    assert len(google.calls("gmail.users.drafts.create")) == 1


def test_a_draft_that_google_makes_after_we_stopped_waiting_is_not_left_twice(
    drafts: GoogleDrafts, google: GooglePeer
) -> None:
    """The first one appears only when the second is on its way: the rep sees one of them."""
    breaking(google, "503", CREATE)
    google.faults.call(CREATE, lambda: google.write_draft(made()))

    def made() -> bytes:
        (first, *_) = google.calls("gmail.users.drafts.create")
        from tests.servers.google.mailroom import decoded

        assert isinstance(first.body, dict)
        return decoded(first.body["message"]["raw"])

    filed = drafts.outbox().file(outgoing())
    assert [each.id for each in google.drafts()] == [filed.remote_id]


@pytest.mark.parametrize("how", ["500", "503", "reset"])
def test_what_fails_again_and_again_is_told_and_nothing_is_there(
    drafts: GoogleDrafts, google: GooglePeer, how: str
) -> None:
    breaking(google, how, CREATE, times=9)
    with pytest.raises(Unsure, match="work"):
        drafts.outbox().file(outgoing())
    assert drafts.drafts() == []
    assert len(google.calls("gmail.users.drafts.create")) == 3
    google.faults.clear()
    drafts.outbox().file(outgoing())
    assert len(drafts.drafts()) == 1


def test_a_draft_made_while_nothing_can_be_looked_up_is_found_the_next_time(
    drafts: GoogleDrafts, google: GooglePeer
) -> None:
    breaking(google, "503", CREATE, after=True)
    google.faults.reset("gmail.users.drafts.list", skip=1, times=20)
    with pytest.raises(ProviderError):
        drafts.outbox().file(outgoing())
    google.faults.clear()
    assert drafts.outbox().file(outgoing()) == drafts.outbox().find(KEY)
    assert len(drafts.drafts()) == 1


@pytest.mark.parametrize("how", ["403", "429"])
@pytest.mark.parametrize("call", ["drafts.list", "drafts.create", "drafts.get", "messages.list", "messages.get"])
def test_what_is_too_fast_is_done_a_little_later(drafts: GoogleDrafts, google: GooglePeer, how: str, call: str) -> None:
    google.write_draft(letter(9))
    breaking(google, how, f"gmail.users.{call} ", times=2)
    drafts.outbox().file(outgoing())
    assert len(drafts.drafts()) == 2
    assert google.faults.waiting == []


@pytest.mark.parametrize("how", ["500", "503", "reset"])
@pytest.mark.parametrize("call", ["drafts.list", "drafts.get", "messages.list", "messages.get"])
def test_a_read_that_fails_is_read_again(drafts: GoogleDrafts, google: GooglePeer, how: str, call: str) -> None:
    google.write_draft(letter(9))
    breaking(google, how, f"gmail.users.{call} ", times=2)
    drafts.outbox().file(outgoing())
    assert len(drafts.drafts()) == 2


def test_a_draft_that_can_not_be_read_is_no_proof_that_ours_is_not_there(
    drafts: GoogleDrafts, google: GooglePeer
) -> None:
    drafts.outbox().file(outgoing())
    breaking(google, "500", "gmail.users.drafts.get .*metadata", times=99)
    with pytest.raises(ProviderError):
        drafts.outbox().file(outgoing())
    assert len(drafts.drafts()) == 1


def test_an_expired_access_token_is_renewed_on_the_way(drafts: GoogleDrafts, google: GooglePeer) -> None:
    outbox = drafts.outbox()
    outbox.find(KEY)
    google.accounts.expire()
    google.faults.call(CREATE, google.accounts.expire)
    outbox.file(outgoing())
    assert len(drafts.drafts()) == 1


def test_a_revoked_sign_in_says_what_to_do_and_files_nothing(drafts: GoogleDrafts, google: GooglePeer) -> None:
    google.accounts.revoke("Token has been expired or revoked.")
    with pytest.raises(SignInNeeded, match="work"):
        drafts.outbox().file(outgoing())
    assert drafts.drafts() == []


def test_without_the_scope_for_drafts_nothing_is_filed(drafts: GoogleDrafts, google: GooglePeer) -> None:
    google.accounts.scopes = {"https://www.googleapis.com/auth/gmail.readonly"}
    with pytest.raises(SignInNeeded, match=r"gmail\.compose"):
        drafts.outbox().file(outgoing())
    assert drafts.drafts() == []


# others are at work at the same time


def test_a_draft_that_vanishes_while_it_is_looked_at_is_passed_over(drafts: GoogleDrafts, google: GooglePeer) -> None:
    theirs = google.write_draft(letter(9))
    google.faults.call("gmail.users.drafts.get", lambda: google.delete_draft(theirs.id))
    assert drafts.outbox().find(KEY) is None


def test_an_edit_between_two_looks_is_seen(drafts: GoogleDrafts, google: GooglePeer) -> None:
    """The list names the draft under an id that it has lost when it is read."""
    filed = drafts.outbox().file(outgoing())

    def edit() -> None:
        raw = drafts.draft(KEY).mail.raw.replace(b"thank you for", b"many thanks for")
        google.edit_draft(filed.remote_id, raw, new_id=True)

    google.faults.call("gmail.users.drafts.get .*raw", edit)
    assert drafts.outbox().withdraw(KEY, filed) is Withdrawal.EDITED
    assert len(drafts.drafts()) == 1


@pytest.mark.parametrize("done", [False, True], ids=["not done", "done"])
@pytest.mark.parametrize("how", ["503", "reset"])
def test_a_deletion_that_got_no_answer_is_looked_up(
    drafts: GoogleDrafts, google: GooglePeer, how: str, *, done: bool
) -> None:
    filed = drafts.outbox().file(outgoing())
    breaking(google, how, DELETE, after=done)
    assert drafts.outbox().withdraw(KEY, filed) is Withdrawal.WITHDRAWN
    assert drafts.drafts() == []
    assert len(google.calls("gmail.users.drafts.delete")) == (1 if done else 2)


def test_a_draft_that_the_rep_edits_while_its_deletion_fails_is_theirs(
    drafts: GoogleDrafts, google: GooglePeer
) -> None:
    filed = drafts.outbox().file(outgoing())
    google.faults.call(DELETE, lambda: drafts.edit_draft(KEY, b"thank you for", b"many thanks for"))
    breaking(google, "503", DELETE)
    assert drafts.outbox().withdraw(KEY, filed) is Withdrawal.EDITED
    assert len(drafts.drafts()) == 1


def test_a_draft_that_the_rep_sends_before_its_deletion_is_gone(drafts: GoogleDrafts, google: GooglePeer) -> None:
    filed = drafts.outbox().file(outgoing())
    google.faults.call(DELETE, lambda: google.send_draft(filed.remote_id))
    assert drafts.outbox().withdraw(KEY, filed) is Withdrawal.GONE


@pytest.mark.parametrize("done", [False, True], ids=["not done", "done"])
@pytest.mark.parametrize("how", ["503", "reset"])
def test_a_replacement_that_got_no_answer_is_looked_up(
    drafts: GoogleDrafts, google: GooglePeer, how: str, *, done: bool
) -> None:
    filed = drafts.outbox().file(outgoing())
    breaking(google, how, UPDATE, after=done)
    now = drafts.outbox().replace(KEY, filed, revised())
    assert [each.id for each in google.drafts()] == [now.remote_id]
    assert len(google.calls("gmail.users.drafts.update")) == (1 if done else 2)


def test_a_draft_that_vanishes_right_after_it_was_made_is_told(drafts: GoogleDrafts, google: GooglePeer) -> None:
    google.faults.call("gmail.users.drafts.get .*raw", lambda: drafts.delete_draft(KEY))
    with pytest.raises(ProviderError, match="not there any more"):
        drafts.outbox().file(outgoing())


# it can't send


def everything(outbox: GoogleOutbox) -> None:
    filed = outbox.file(outgoing())
    outbox.find(KEY)
    outbox.replace(KEY, filed, revised())
    outbox.file(outgoing())
    outbox.withdraw(KEY, filed)


@pytest.mark.parametrize("send", [False, True])
def test_nothing_that_an_outbox_does_is_a_sending(
    google: GooglePeer, monkeypatch: pytest.MonkeyPatch, *, send: bool
) -> None:
    everything(GoogleDrafts(google, monkeypatch, send=send).outbox())
    assert google.calls(r".*\.send") == []
    assert google.sent() == []


@pytest.mark.parametrize(
    "request_of",
    [
        lambda users: users.drafts().send(userId="me", body={"id": "r1"}),
        lambda users: users.messages().send(userId="me", body={"raw": "QQ=="}),
    ],
    ids=["drafts.send", "messages.send"],
)
def test_without_the_option_no_sending_reaches_google(
    drafts: GoogleDrafts, google: GooglePeer, request_of: Callable[[Any], Any]
) -> None:
    api = drafts.google()
    with pytest.raises(RefusedError):
        api.run(request_of(api.gmail.users()))
    assert google.log == []
