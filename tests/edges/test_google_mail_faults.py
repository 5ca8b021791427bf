"""Gmail: whatever goes wrong on the way, nothing is lost and nothing comes twice."""

import json
from collections.abc import Callable

import pytest

from assistant.domain.ports import CursorExpired
from assistant.errors import ProviderError
from providers.google import mail as pulling
from providers.google.api import SignInNeeded
from tests.contracts.caller import MailCaller, has_content
from tests.contracts.letters import letter
from tests.edges.google_mail import Gmail
from tests.servers.google import GooglePeer

FORTY = range(40)


@pytest.fixture
def system(google: GooglePeer, monkeypatch: pytest.MonkeyPatch) -> Gmail:
    return Gmail(google, monkeypatch)


@pytest.fixture
def full(system: Gmail) -> Gmail:
    """Forty messages: thirty alone, and two conversations of five."""
    for number in range(30):
        system.deliver(letter(number))
    for number in range(30, 40):
        system.peer.deliver(letter(number, subject="Rota"), ["INBOX"], f"thread{number // 5}")
    return system


def complete(caller: MailCaller) -> bool:
    return caller.ids == sorted(f"n{number}@contract.example" for number in FORTY) and caller.problems == []


FAULTS: dict[str, Callable[[GooglePeer], None]] = {
    "429 for some": lambda peer: peer.faults.add("messages.get", times=9, skip=3),
    "403 for some": lambda peer: peer.faults.add("messages.get", status=403, reason="userRateLimitExceeded", times=4),
    "429 for the list": lambda peer: peer.faults.add("messages.list", times=2, retry_after="3"),
    "500 for some": lambda peer: peer.faults.add("(messages|threads).get", status=500, reason="backendError", times=7),
    "503 for the batch": lambda peer: peer.faults.add("^batch", status=503, reason="backendError", times=2),
    "reset batch": lambda peer: peer.faults.reset("^batch", after=True),
    "reset list": lambda peer: peer.faults.reset("messages.list", times=2),
    "expired token": lambda peer: peer.faults.call("^batch", peer.accounts.expire),
    "slow server": lambda peer: peer.faults.slow("(list|get) ", 0.05, times=10),
    "everything twice": lambda peer: peer.faults.twice("(messages|history).list", times=9),
    "a clock an hour ahead": lambda peer: peer.faults.clock(3600),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_first_pull_gets_over_it(full: Gmail, fault: str) -> None:
    FAULTS[fault](full.peer)
    planned = sum(each.times for each in full.peer.faults.waiting)
    caller = MailCaller()
    caller.pull(full.open())
    assert complete(caller)
    assert full.peer.faults.skew or sum(each.times for each in full.peer.faults.waiting) < planned
    assert not any(has_content(batch) for batch in caller.pull(full.open()))


@pytest.mark.parametrize("fault", [name for name in FAULTS if name != "503 for the batch"])
def test_an_increment_gets_over_it(full: Gmail, fault: str) -> None:
    caller = MailCaller()
    caller.pull(full.open())
    for number in range(50, 60):
        full.deliver(letter(number))
    FAULTS[fault](full.peer)
    caller.pull(full.open())
    assert len(caller.ids) == 50
    assert caller.problems == []
    assert caller.pull(full.open()) == []


def test_a_quota_is_kept_to_and_nothing_is_lost(full: Gmail) -> None:
    full.peer.faults.quota(2_000, seconds=0.5)
    caller = MailCaller()
    caller.pull(full.open())
    assert complete(caller)


def test_only_what_failed_is_asked_for_again(full: Gmail) -> None:
    full.peer.faults.add("messages.get", status=503, reason="backendError", times=3)
    MailCaller().pull(full.open())
    asked = full.fetched()
    assert len(asked) == 30 + 2 + 3


def test_a_message_that_google_cannot_give_is_a_problem_and_owed_until_it_comes(full: Gmail) -> None:
    each = full.id_of("n7@contract.example")
    full.peer.faults.add(f"messages/{each}", status=500, reason="backendError", times=12)
    caller = MailCaller()
    caller.pull(full.open())
    assert (len(caller.held), len(caller.problems)) == (39, 1)
    assert each in caller.problems[0].where
    assert "500" in caller.problems[0].why
    caller.pull(full.open())
    assert (len(caller.held), len(caller.problems)) == (39, 1)
    caller.pull(full.open())
    assert len(caller.held) == 40
    full.peer.log.clear()
    assert caller.pull(full.open()) == []
    assert full.fetched() == []


def test_what_is_owed_is_given_up_after_five_pulls(full: Gmail) -> None:
    each = full.id_of("n7@contract.example")
    full.peer.faults.add(f"messages/{each}", status=500, reason="backendError", times=1000)
    caller = MailCaller()
    for _ in range(5):
        caller.pull(full.open())
    full.peer.log.clear()
    caller.pull(full.open())
    assert (full.fetched(), len(caller.problems)) == ([], 1)


def test_a_thread_that_google_cannot_give_comes_message_by_message(full: Gmail) -> None:
    full.peer.faults.add("threads.get", status=500, reason="backendError", times=12)
    caller = MailCaller()
    caller.pull(full.open())
    assert complete(caller)


def test_a_message_that_is_refused_is_a_problem_once(full: Gmail) -> None:
    each = full.id_of("n7@contract.example")
    full.peer.faults.add(f"messages/{each}", status=400, reason="failedPrecondition", times=1000)
    caller = MailCaller()
    caller.pull(full.open())
    caller.pull(full.open())
    full.peer.forget_history()
    caller.pull(full.open())
    assert (len(caller.held), len(caller.problems)) == (39, 1)


def test_too_many_objections_end_the_pull_in_words_and_the_next_one_goes_on(
    full: Gmail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulling, "BATCH", 5)
    full.peer.faults.add("messages.get", times=500, skip=12)
    caller = MailCaller()
    with pytest.raises(ProviderError, match="work"):
        caller.pull(full.open())
    full.peer.faults.clear()
    held = {remote_id for _, remote_id in caller.held}
    full.peer.log.clear()
    caller.pull(full.open())
    assert complete(caller)
    assert not held & {each.partition(" ")[0] for each in full.fetched()}


def test_a_revoked_sign_in_ends_the_pull_and_the_cursor_stays(full: Gmail) -> None:
    caller = MailCaller()
    caller.pull(full.open())
    before = caller.cursor
    full.peer.accounts.revoke("Token has been expired or revoked.")
    with pytest.raises(SignInNeeded, match="work"):
        caller.pull(full.open())
    assert caller.cursor == before


def test_a_history_forgotten_during_the_first_pull_is_no_failure(full: Gmail) -> None:
    full.peer.faults.call("threads.get", full.peer.forget_history)
    caller = MailCaller()
    caller.pull(full.open())
    assert complete(caller)
    full.deliver(letter(50))
    caller.pull(full.open())
    assert len(caller.held) == 41


@pytest.mark.parametrize(
    "cursor", ["[]", "{}", '{"version": 1}', json.dumps({"version": 0, "email": "x", "since": 1, "history": "7"})]
)
def test_what_is_no_cursor_expires(system: Gmail, cursor: str) -> None:
    with pytest.raises(CursorExpired):
        list(system.open().pull(cursor, lambda folder: {}))
