"""Microsoft's mail: whatever goes wrong on the way, nothing is lost and nothing comes twice."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import quote

import pytest

from assistant.domain.ports import CursorExpired
from assistant.errors import ProviderError
from providers.microsoft import mail as pulling
from providers.microsoft.graph import Call, Graph, Refused, SignInNeeded
from providers.microsoft.mail import MicrosoftMailbox
from tests.contracts.caller import MailCaller, has_content
from tests.contracts.letters import letter
from tests.edges.microsoft_mail import BERLIN, Outlook
from tests.servers.microsoft import MicrosoftPeer

FORTY = range(40)


@pytest.fixture
def system(microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch) -> Outlook:
    return Outlook(microsoft, monkeypatch)


@pytest.fixture
def full(system: Outlook) -> Outlook:
    """Thirty in the inbox, three in the archive, seven sent."""
    for number in FORTY:
        system.peer.deliver(letter(number), "inbox" if number < 30 else "archive" if number < 33 else "sentitems")
    return system


def complete(caller: MailCaller) -> bool:
    return caller.ids == sorted(f"n{number}@contract.example" for number in FORTY) and caller.problems == []


FAULTS: dict[str, Callable[[MicrosoftPeer], None]] = {
    "429 for some": lambda peer: peer.fail("messages.(get|list)", 429, times=5, skip=1),
    "429 for a delta": lambda peer: peer.fail("messages.delta", 429, times=2, headers={"Retry-After": "3"}),
    "503 for a delta": lambda peer: peer.fail("messages.delta", 503, times=2),
    "504 for some": lambda peer: peer.fail("messages.(get|list)", 504, times=4),
    "500 for some": lambda peer: peer.fail("messages.(get|list)", 500, times=3),
    "503 for the batch": lambda peer: peer.fail("^batch", 503, times=2),
    "429 for the batch": lambda peer: peer.fail("^batch", 429, times=2, headers={"Retry-After": "2"}),
    "reset batch": lambda peer: peer.faults.reset("^batch", after=True),
    "reset delta": lambda peer: peer.faults.reset("messages.delta", times=2),
    "slow server": lambda peer: peer.faults.slow("messages.(list|get|delta) ", 0.05, times=10),
    "everything twice": lambda peer: peer.faults.twice("messages.(list|delta)", times=20),
    "a clock an hour ahead": lambda peer: peer.faults.clock(3600),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_first_pull_gets_over_it(full: Outlook, fault: str) -> None:
    FAULTS[fault](full.peer)
    caller = MailCaller()
    caller.pull(full.open())
    assert complete(caller)
    assert not any(has_content(batch) for batch in caller.pull(full.open()))
    assert full.peer.most_at_once <= 4


@pytest.mark.parametrize("fault", [name for name in FAULTS if not name.endswith("the batch")])
def test_an_increment_gets_over_it(full: Outlook, fault: str) -> None:
    caller = MailCaller()
    caller.pull(full.open())
    for number in range(50, 60):
        full.deliver(letter(number))
    FAULTS[fault](full.peer)
    caller.pull(full.open())
    assert len(caller.ids) == 50
    assert caller.problems == []
    assert not any(has_content(batch) for batch in caller.pull(full.open()))


def test_an_expired_token_ends_the_pull_in_words_where_the_environment_holds_it(full: Outlook) -> None:
    """With a sign-in it's renewed (test_microsoft_graph): a token from outside can't be."""
    caller = MailCaller()
    caller.pull(full.open())
    before = caller.cursor
    full.peer.accounts.expire()
    with pytest.raises(SignInNeeded, match="work"):
        caller.pull(full.open())
    assert caller.cursor == before


def test_a_page_that_graph_cannot_give_comes_message_by_message(full: Outlook) -> None:
    full.peer.fail("messages.list .*mailFolders", 500, times=100)
    caller = MailCaller()
    caller.pull(full.open())
    assert complete(caller)


def test_a_message_that_graph_cannot_give_is_a_problem_and_owed_until_it_comes(full: Outlook) -> None:
    each = full.id_of("n7@contract.example")
    full.peer.fail("messages.list .*mailFolders", 500, times=100)
    full.peer.fail(f"messages.get .*{quote(each)}", 500, times=12)
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
    assert not any(has_content(batch) for batch in caller.pull(full.open()))
    assert full.fetched() == []


def test_what_is_owed_is_given_up_after_five_pulls(full: Outlook) -> None:
    each = full.id_of("n7@contract.example")
    full.peer.fail("messages.list .*mailFolders", 500, times=100)
    full.peer.fail(f"messages.get .*{quote(each)}", 500, times=1000)
    caller = MailCaller()
    for _ in range(5):
        caller.pull(full.open())
    full.peer.log.clear()
    caller.pull(full.open())
    assert (full.fetched(), len(caller.problems)) == ([], 1)


def test_a_message_that_is_refused_is_a_problem_once(full: Outlook) -> None:
    each = full.id_of("n7@contract.example")
    full.peer.fail("messages.list .*mailFolders", 500, times=100)
    full.peer.fail(f"messages.get .*{quote(each)}", 403, code="ErrorItemProtected", times=1000)
    caller = MailCaller()
    caller.pull(full.open())
    caller.pull(full.open())
    full.peer.forget_delta()
    caller.pull(full.open())
    assert (len(caller.held), len(caller.problems)) == (39, 1)


def test_too_many_objections_end_the_pull_in_words_and_the_next_one_goes_on(
    full: Outlook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulling, "BATCH", 5)
    full.peer.fail("messages.(list|get)", 429, times=500, skip=2)
    caller = MailCaller()
    with pytest.raises(ProviderError, match="work"):
        caller.pull(full.open())
    full.peer.faults.clear()
    held = {remote_id for _, remote_id in caller.held}
    full.peer.log.clear()
    caller.pull(full.open())
    assert complete(caller)
    assert not held & set(full.fetched())


def test_a_round_whose_links_are_forgotten_halfway_is_begun_again(full: Outlook) -> None:
    full.peer.page_size = 5
    full.peer.faults.call("messages.delta .*skiptoken", full.peer.forget_delta, skip=2)
    caller = MailCaller()
    caller.pull(full.open())
    assert complete(caller)
    for number in range(50, 62):
        full.deliver(letter(number))
    full.peer.faults.call("messages.delta .*skiptoken", full.peer.forget_delta)
    full.peer.log.clear()
    caller.pull(full.open())
    assert len(caller.held) == 52
    assert len(full.fetched()) <= 12


def test_a_delta_that_never_comes_to_its_end_is_listed_and_tried_again(full: Outlook) -> None:
    inbox = full.peer.folder("inbox")
    full.peer.fail(f"messages.delta .*{quote(inbox)}", 410, code="SyncStateNotFound", times=3)
    caller = MailCaller()
    caller.pull(full.open())
    assert complete(caller)
    full.deliver(letter(50))
    caller.pull(full.open())
    assert len(caller.held) == 41


def test_a_link_to_another_host_is_refused(full: Outlook) -> None:
    caller = MailCaller()
    caller.pull(full.open())
    assert caller.cursor is not None
    state = json.loads(caller.cursor)
    state["links"] = dict.fromkeys(state["links"], "https://graph.attacker.example/v1.0/me")
    caller.cursor = json.dumps(state)
    full.peer.log.clear()
    with pytest.raises(ProviderError, match="another host"):
        caller.pull(full.open())
    assert full.peer.log == []


def test_a_folder_that_cannot_be_looked_up_ends_the_pull_and_no_folder_is_taken_for_gone(full: Outlook) -> None:
    caller = MailCaller()
    full.peer.fail("mailFolders.get .*inbox", 500, times=100)
    with pytest.raises(ProviderError, match="work"):
        caller.pull(full.open())
    full.peer.faults.clear()
    caller.pull(full.open())
    assert complete(caller)


class Odd(Graph):
    """A Graph whose answers have another shape now and then."""

    def batch(self, calls: Iterable[Call]) -> Iterator[tuple[str, dict[str, Any] | Refused]]:
        for name, answer in super().batch(calls):
            rows = answer.get("value", [answer]) if isinstance(answer, dict) else []
            for row in rows:
                if row.get("internetMessageId") == "<n7@contract.example>":
                    row |= {"attachments": [7], "singleValueExtendedProperties": [{"id": None}], "flag": 7}
                if row.get("internetMessageId") == "<n8@contract.example>":
                    row |= {"body": None, "internetMessageHeaders": None, "attachments": None, "toRecipients": None}
            yield name, answer


def test_a_message_of_another_shape_is_a_problem_and_the_rest_comes(full: Outlook) -> None:
    graph = Odd("work", full.settings, clock=full.clock, sleep=full.clock.sleep)
    caller = MailCaller()
    caller.pull(MicrosoftMailbox(graph, BERLIN, months=600))
    assert len(caller.held) == 39
    assert [each.why for each in caller.problems] == ["it can't be read (AttributeError)"]


def test_kills_while_ids_change_lose_and_double_nothing(full: Outlook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulling, "BATCH", 3)
    caller = MailCaller()
    caller.pull(full.open())
    full.peer.unstable_ids = True
    elsewhere = full.peer.add_folder("Elsewhere")
    for number in range(10):
        (item,) = full.peer.find(f"n{number}@contract.example")
        full.peer.move(item.id, elsewhere if number < 5 else "archive")
    for number in range(50, 60):
        full.deliver(letter(number))
    for _ in range(12):
        caller.pull(full.open(), batches=1)
    expected = [f"n{number}@contract.example" for number in (*FORTY, *range(50, 60))]
    assert caller.ids == sorted(expected)
    assert not any(has_content(batch) for batch in caller.pull(full.open()))


@pytest.mark.parametrize(
    "cursor", ["[]", "{}", '{"version": 1}', json.dumps({"version": 0, "email": "x", "since": 1, "links": {}})]
)
def test_what_is_no_cursor_expires(system: Outlook, cursor: str) -> None:
    with pytest.raises(CursorExpired):
        list(system.open().pull(cursor, lambda folder: {}))
