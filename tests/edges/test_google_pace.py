"""What was learned of the quota lies beside the mailbox's cursor, and the next run goes on from there."""

import json

import pytest

from providers.google.position import Position, decode, encode, pace_in
from tests.contracts.caller import MailCaller
from tests.contracts.letters import letter
from tests.edges.google_mail import Gmail
from tests.servers.google import GooglePeer


@pytest.fixture
def system(google: GooglePeer, monkeypatch: pytest.MonkeyPatch) -> Gmail:
    return Gmail(google, monkeypatch)


def throttled(system: Gmail) -> MailCaller:
    system.deliver(letter(1))
    system.peer.faults.add("gmail.users.messages.list", status=429, reason="rateLimitExceeded", times=1)
    caller = MailCaller()
    caller.pull(system.open())
    return caller


def test_a_run_after_one_that_was_slowed_down_begins_as_slowly(system: Gmail) -> None:
    caller = throttled(system)
    assert caller.cursor is not None
    assert pace_in(caller.cursor) == pytest.approx(56)
    mailbox = system.open()
    caller.pull(mailbox)
    assert mailbox._google.pace == pytest.approx(56)


def test_it_is_kept_by_the_runs_after_that(system: Gmail) -> None:
    caller = throttled(system)
    system.deliver(letter(2))
    caller.pull(system.open())
    assert caller.cursor is not None
    assert pace_in(caller.cursor) == pytest.approx(56)


def test_a_run_that_nobody_slowed_down_keeps_nothing(system: Gmail) -> None:
    system.deliver(letter(1))
    caller = MailCaller()
    caller.pull(system.open())
    assert caller.cursor is not None
    assert "pace" not in json.loads(caller.cursor)


@pytest.mark.parametrize("pace", [0, -1, float("nan"), float("inf"), "80", None, [], True])
def test_what_is_no_pace_is_not_taken_for_one(pace: object) -> None:
    state = json.loads(encode(Position(0, "1"), "a@b.example")) | {"pace": pace}
    assert decode(json.dumps(state), "a@b.example") == Position(0, "1")
    assert pace_in(json.dumps(state)) in (None, 1.0)
