"""When Google fails a whole run: the other accounts go on, the account and the cure are named, and nothing is lost.

The rep has two accounts: one at Google, with Harbour's deal, and one on disk, with Quayside's.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.domain.draft import ItemKind, ItemState
from tests.edges.google_world import TOKEN, GoogleWorld, google_world, peer_of_noor
from tests.faces.conftest import Face, Told
from tests.faces.conftest import say as say
from tests.servers.fixtures import Emulators
from tests.servers.google import GooglePeer
from tests.workflows.world import INES, PASSIVE, QUESTION, REP, TOMAS, Account, days

EVERY = r"^(gmail|calendar|batch)"


@dataclass
class Two:
    """The command line on both accounts."""

    call: Face
    world: GoogleWorld
    disk: Account

    @property
    def google(self) -> GooglePeer:
        return self.world.peer

    def later(self, *args: str, hours: int = 1) -> Told:
        self.world.now += timedelta(hours=hours)
        self.google.now = self.world.now
        return self.call(*args)

    def drafts(self) -> list[tuple[str, ItemState]]:
        return [(item.deal_id, item.state) for item in self.world.items() if item.kind is ItemKind.DRAFT]

    def messages(self) -> list[tuple[str, str]]:
        with self.world.store.read() as tx:
            found = tx.mirror.messages(keys=range(1, 500))
        return sorted((each.message.account, each.message.message_id) for each in found)


@pytest.fixture
def google(emulators: Emulators) -> Iterator[GooglePeer]:
    with peer_of_noor(emulators) as peer:
        yield peer


@pytest.fixture
def two(google: GooglePeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, say: Callable[..., Told]) -> Iterator[Two]:
    disk = Account("home", tmp_path / "home")
    disk.make()
    extra = f'[[account]]\nname = "home"\nmail = "{disk.mail}"\n'
    with google_world(tmp_path / "world", google, monkeypatch, "send = true", "schedule = true", extra=extra) as world:
        world.deal()
        world.deal("quayside", domains=("quayside.example",), contacts=(TOMAS,))
        world.passive()
        yield Two(Face(world, say), world, disk)


def quayside_waits(two: Two) -> None:
    asked = two.disk.deliver(TOMAS, REP, QUESTION, two.world.now - days(9), subject="Quayside")
    two.disk.deliver(REP, TOMAS, PASSIVE, two.world.now - days(8), subject="Re: Quayside", reply_to=asked)


def revoked(google: GooglePeer) -> None:
    google.accounts.revoke("Token has been expired or revoked.")


def failing(status: int, reason: str) -> Callable[[GooglePeer], None]:
    return lambda google: google.faults.add(EVERY, status=status, reason=reason, times=1000)


def down(google: GooglePeer) -> None:
    google.faults.reset(EVERY, times=1000)


def no_calendar(google: GooglePeer) -> None:
    google.faults.add("^calendar", status=403, reason="accessNotConfigured", times=1000)


def unticked(google: GooglePeer) -> None:
    google.accounts.scopes = {"https://www.googleapis.com/auth/gmail.compose"}


OUTAGES: dict[str, tuple[Callable[[GooglePeer], None], tuple[str, ...]]] = {
    "revoked": (revoked, ("no longer accepts the token", "Set it to a fresh one")),
    "a permission missing": (unticked, ("hasn't allowed", "nextmove login google --account work")),
    "quota spent": (failing(429, "rateLimitExceeded"), ("its quota is spent", "Run again")),
    "the day's quota spent": (failing(403, "dailyLimitExceeded"), ("day's quota", "tomorrow")),
    "the API not enabled": (failing(403, "accessNotConfigured"), ("Gmail API isn't turned on", "click Enable")),
    "the calendar's API not enabled": (no_calendar, ("Google Calendar API isn't turned on", "click Enable")),
    "a policy": (failing(403, "domainPolicy"), ("administrator", "App access control")),
    "Google broken": (failing(503, "backendError"), ("can't be reached", "run again")),
    "the network down": (down, ("can't be reached", "Check the network")),
}
outages = pytest.mark.parametrize("outage", OUTAGES)


def mended(google: GooglePeer, monkeypatch: pytest.MonkeyPatch) -> None:
    google.faults.clear()
    google.accounts.scopes = None
    monkeypatch.setenv(TOKEN, json.dumps(google.token()))


@outages
def test_the_other_account_goes_on_and_the_run_says_what_to_do(
    two: Two, outage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, words = OUTAGES[outage]
    assert two.call("run").code == 0
    before = two.messages()
    begin(two.google)
    two.world.work.deliver(
        INES, REP, "Hi Noor,\n\nWho hosts it?\n\nInes\n", two.world.now, reply_to="work3@post.example"
    )
    quayside_waits(two)
    told = two.later("run")
    said = " ".join(f"{told.out} {told.err}".split())
    assert told.code == 5
    assert "Account 'work' was left as it was" in said
    for word in ("“work”", *words):
        assert word in said
    assert ("quayside", ItemState.OPEN) in two.drafts()
    assert set(before) <= set(two.messages())

    refused = two.later("queue", "approve", "1")
    assert refused.code != 0
    assert (two.google.drafts(), two.google.sent()) == ([], [])

    mended(two.google, monkeypatch)
    assert two.later("run").code == 0
    ids = [message_id for _, message_id in two.messages()]
    assert len(ids) == len(set(ids)) == 5
    (draft,) = [item for item in two.world.items(ItemState.OPEN) if item.deal_id == "harbour" and item.content]
    assert draft.title.startswith("Answer Ines"), "what came meanwhile was read"
    again = two.later("run")
    assert (again.code, "No new mail" in again.out) == (0, True)


@outages
def test_a_first_sync_that_is_cut_short_ends_as_an_undisturbed_one(
    two: Two, outage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, _ = OUTAGES[outage]
    for number in range(12):
        two.world.work.deliver(
            INES, REP, f"Note {number}.", two.world.now - days(20 + number), subject=f"Note {number}"
        )
    two.google.faults.call("batch", lambda: begin(two.google))
    two.call("run")
    mended(two.google, monkeypatch)
    assert two.later("run").code == 0
    ids = [message_id for _, message_id in two.messages()]
    assert len(ids) == len(set(ids)) == 14
    assert [deal for deal, _ in two.drafts()] == ["harbour"]


def test_where_google_forgot_the_history_and_the_calendars_tokens_nothing_is_doubled(two: Two) -> None:
    two.world.work.meet("talk", two.world.now + days(3), "boss@brightlane.example")
    two.call("run")
    before, items = two.messages(), two.drafts()
    two.google.forget_history()
    two.google.forget_sync_tokens()
    told = two.later("run")
    assert told.code == 0
    assert "No new mail" in told.out
    assert (two.messages(), two.drafts()) == (before, items)
    with two.world.store.read() as tx:
        assert len(tx.mirror.events(two.world.now, two.world.now + days(9))) == 1


def test_an_outage_right_before_the_sending_leaves_the_draft_and_says_where_it_is(two: Two) -> None:
    two.call("run")
    two.google.faults.add("drafts.send ", status=403, reason="domainPolicy", times=9)
    told = two.later("queue", "approve", "1")
    assert told.code == 5
    assert "wasn't sent" in told.err
    assert "Drafts folder" in told.err
    assert two.drafts() == [("harbour", ItemState.FILED)]
    assert (len(two.google.drafts()), two.google.sent()) == (1, [])
    two.google.faults.clear()
    assert two.later("run").code == 0
    assert (len(two.google.drafts()), two.google.sent()) == (1, [])


def test_a_sending_whose_answer_was_lost_is_found_and_counts_once(two: Two) -> None:
    two.call("run")
    two.google.faults.reset("drafts.send ", after=True)
    assert two.later("queue", "approve", "1").out == "1: sent to Ines Okafor.\n"
    assert len(two.google.sent()) == 1
