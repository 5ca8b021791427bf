"""Microsoft's mail that somebody files before it was read, and mail that is made to be misread."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.config import parse
from assistant.domain.mail import FolderRole
from assistant.store import Store
from assistant.workflows.sources import SourceAccount
from assistant.workflows.sync import pull
from providers.microsoft import delta, mail
from providers.microsoft.answers import inner_outcome
from providers.microsoft.graph import Graph
from providers.microsoft.mail import MicrosoftMailbox
from tests.contracts.caller import MailCaller, has_content
from tests.contracts.letters import letter
from tests.edges.microsoft_mail import BERLIN, Outlook, answers, places, pulled
from tests.servers.microsoft import MicrosoftPeer


@pytest.fixture
def system(microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch) -> Outlook:
    return Outlook(microsoft, monkeypatch)


@pytest.mark.parametrize("unstable", [False, True], ids=["under its id", "under another id"])
def test_what_was_filed_between_two_runs_is_read_where_it_lies(system: Outlook, *, unstable: bool) -> None:
    """The rep tidies the inbox at once; their customer's no lies in a folder that isn't looked into."""
    answers(system, [1], "sentitems")
    system.peer.add_folder("Harbour")
    caller = pulled(system)
    (no,) = answers(system, [2])
    system.peer.unstable_ids = unstable
    system.peer.move(no, system.peer.folder("Harbour"))
    caller.pull(system.open())
    assert sorted(places(caller)) == ["n1", "n2"]
    assert not any(has_content(batch) for batch in caller.pull(system.open()))


def test_what_a_rule_files_at_once_is_read_where_we_wrote_in_its_conversation(system: Outlook) -> None:
    """It never lies in the inbox."""
    answers(system, [1], "sentitems")
    folder = system.peer.add_folder("Harbour")
    caller = pulled(system)
    answers(system, [2], folder)
    system.peer.deliver(letter(3), folder)
    caller.pull(system.open())
    assert sorted(places(caller)) == ["n1", "n2"]
    assert places(caller)["n2"] == ("Mail", FolderRole.OTHER)
    assert not any(has_content(batch) for batch in caller.pull(system.open()))


def test_what_a_rule_filed_before_the_first_run_is_read_too(system: Outlook) -> None:
    answers(system, [1], "sentitems")
    folder = system.peer.add_folder("Harbour")
    answers(system, [2], folder)
    system.peer.deliver(letter(3), folder)
    assert sorted(places(pulled(system))) == ["n1", "n2"]


def test_what_a_rule_files_into_a_private_folder_is_not_read(system: Outlook) -> None:
    answers(system, [1], "sentitems")
    folder = system.peer.add_folder("Family")
    answers(system, [2], folder)
    caller = pulled(system, private=["Family"])
    answers(system, [3], folder)
    moved = answers(system, [4])
    system.peer.move(moved[0], folder)
    caller.pull(system.open(private=["Family"]))
    assert sorted(places(caller)) == ["n1"]


@pytest.mark.parametrize("status", [400, 504])
def test_where_not_all_folders_can_be_looked_through_the_rest_is_read_and_the_next_run_looks_again(
    system: Outlook, status: int
) -> None:
    answers(system, [1], "sentitems")
    folder = system.peer.add_folder("Harbour")
    caller = pulled(system)
    answers(system, [2], folder)
    system.deliver(letter(3))
    system.peer.fail("messages.list ", status, times=6)
    caller.pull(system.open())
    assert sorted(places(caller)) == ["n1", "n3"]
    assert [each.where for each in caller.problems] == ["Other folders"]
    system.peer.faults.clear()
    caller.pull(system.open())
    assert sorted(places(caller)) == ["n1", "n2", "n3"]


def test_a_kill_before_it_is_read_loses_nothing_of_what_was_filed(
    system: Outlook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "BATCH", 2)
    answers(system, range(3), "sentitems")
    answers(system, range(3, 8), system.peer.add_folder("Harbour"))
    for number in range(8, 12):
        system.deliver(letter(number))
    caller = MailCaller()
    for _ in range(12):
        caller.pull(system.open(), batches=1)
    assert len(caller.held) == 12


def test_a_folder_of_thousands_is_looked_through_page_by_page(system: Outlook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many of them came in the same second."""
    monkeypatch.setattr(delta, "_LIST_PAGE", 7)
    answers(system, [0], "sentitems")
    folder = system.peer.add_folder("Harbour")
    for _ in range(3):
        for number in range(1, 15):
            system.peer.deliver(letter(number, subject="Rota"), folder, conversationId="one")
    system.peer.page_size = 3
    assert len(pulled(system).held) == 43


LONE = "Half \ud83d of a sign"


@pytest.mark.parametrize(
    "fields",
    [
        {"subject": LONE},
        {"body": {"contentType": "html", "content": f"<p>{LONE}</p>"}},
        {"body": {"contentType": "text", "content": LONE}},
        {"from": {"emailAddress": {"name": LONE, "address": "ines@harbour.example"}}},
        {"subject": "nul \0 and \x07 bell"},
        {"subject": "two\r\nBcc: eve@evil.example"},
        {"from": {"emailAddress": {"name": "Ines\r\nX-Nextmove-Key: k", "address": "ines@harbour.example"}}},
        {"internetMessageId": "<two words\r\nBcc: x@y.example>"},
        {"internetMessageId": ""},
        {"conversationId": "a' or 1 eq 1 or 'a"},
        {"toRecipients": [{"emailAddress": {"name": "x" * 100_000, "address": "a@b.example"}}]},
        {"internetMessageHeaders": [{"name": "References", "value": "<a@b> " * 20_000}]},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_mail_made_to_be_misread_stops_nothing(system: Outlook, fields: dict[str, Any], tmp_path: Path) -> None:
    """Neither the pull nor the mirror."""
    whole = {"from": {"emailAddress": {"name": "Ines", "address": "ines@harbour.example"}}, "subject": "Counts"}
    whole |= {"internetMessageId": "<odd@contract.example>", "body": {"contentType": "text", "content": "Hello"}}
    system.peer.put_message(**{**whole, **fields})
    system.deliver(letter(1))
    mirror = in_mirror(system, tmp_path)
    assert "n1@contract.example" in mirror
    assert len(mirror) == 2


def in_mirror(system: Outlook, folder: Path) -> list[str]:
    config = parse(CONFIG, folder / "nextmove.toml")
    with Store.open(folder / "n.db") as store:
        account = SourceAccount("work", system.open(), None)  # type: ignore[arg-type]
        report = pull([account], store, config, datetime.now(UTC))
        assert report.failed == []
        with store.read() as tx:
            read = [each.message.message_id for each in tx.mirror.messages(keys=range(1, 9))]
        return [*read, *(each.where for each in report.problems if "/" in each.where and not read[1:])]


CONFIG = """
[rep]
name = "Mara Lindqvist"
email = "mara.lindqvist@tallwood.example"
timezone = "Europe/Berlin"

[privacy]
months = 600

[[account]]
name = "work"
mail = "Maildir"
"""


class Garbled(Graph):
    """One inner answer never comes whole."""

    bad = ""

    def _together(self, calls: list[Any]) -> list[Any]:
        return [
            inner_outcome(None) if call.id == self.bad else outcome
            for call, outcome in zip(calls, super()._together(calls), strict=True)
        ]


def test_a_message_whose_answer_never_comes_whole_is_a_problem_and_the_rest_comes(system: Outlook) -> None:
    bad = system.deliver(letter(1))
    caller = MailCaller()
    caller.pull(system.open())
    graph = Garbled("work", system.settings, clock=system.clock, sleep=system.clock.sleep)
    graph.bad = system.deliver(letter(2))
    system.deliver(letter(3))
    caller.pull(MicrosoftMailbox(graph, BERLIN, months=600))
    assert sorted(places(caller)) == ["n1", "n3"]
    assert len(caller.problems) == 1
    caller.pull(system.open())
    assert sorted(places(caller)) == ["n1", "n2", "n3"]
    assert bad in {remote for _, remote in caller.held}
