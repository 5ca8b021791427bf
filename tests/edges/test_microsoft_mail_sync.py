"""Microsoft's mail: what a pull brings and what it costs, from the first to the thousandth."""

from urllib.parse import quote

import pytest

from assistant.domain.mail import FolderRole
from providers.microsoft import delta
from providers.microsoft import mail as pulling
from tests.contracts.caller import MailCaller, has_content, messages_in
from tests.contracts.letters import letter
from tests.edges.microsoft_mail import Outlook, answers, folders_asked, places, pulled
from tests.servers.microsoft import MicrosoftPeer


@pytest.fixture
def system(microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch) -> Outlook:
    return Outlook(microsoft, monkeypatch)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> int:
    """Batches of five messages."""
    monkeypatch.setattr(pulling, "BATCH", 5)
    return 5


# the first pull


def test_mail_that_lies_together_comes_in_pages_and_the_rest_by_id(system: Outlook) -> None:
    for number in range(60):
        system.deliver(letter(number))
    for number in range(60, 62):
        system.deliver(letter(number), FolderRole.SENT)
    assert len(pulled(system).held) == 62
    caller = MailCaller()
    caller.pull(system.open())
    fetched = system.fetched()
    assert (len(caller.held), fetched.count("page"), len(fetched)) == (62, 3, 5)


def test_a_message_says_the_same_from_a_page_and_alone(system: Outlook, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        system.deliver(letter(number, extra="X-Mailer: Harbour 2\n"))
    from_page = messages_in(MailCaller().pull(system.open()))
    monkeypatch.setattr("providers.microsoft.fetching._WORTH", 99)
    system.peer.log.clear()
    assert from_page == messages_in(MailCaller().pull(system.open()))
    assert "page" not in system.fetched()


def test_what_we_wrote_comes_first_and_newer_mail_before_older(system: Outlook) -> None:
    for number in (1, 4, 6):
        system.deliver(letter(number))
    for number in (2, 3):
        system.deliver(letter(number), FolderRole.SENT)
    order = [m.message_id[:2] for m in messages_in(MailCaller().pull(system.open()))]
    assert order == ["n3", "n2", "n6", "n4", "n1"]


def test_what_comes_during_the_first_pull_comes_with_the_next(system: Outlook) -> None:
    system.deliver(letter(1))
    system.peer.faults.call("messages.list", lambda: system.deliver(letter(2)))
    system.peer.faults.call("messages.get", lambda: system.deliver(letter(3)))
    caller = MailCaller()
    caller.pull(system.open())
    caller.pull(system.open())
    assert {"n1@contract.example", "n3@contract.example"} <= set(caller.ids)


def test_what_moves_while_the_folders_are_listed_comes_once(system: Outlook) -> None:
    each = system.deliver(letter(1))
    archive = quote(system.peer.folder("archive"))
    system.peer.faults.call(f"messages.delta .*{archive}", lambda: system.peer.move(each, "archive"))
    caller = MailCaller()
    caller.pull(system.open())
    assert caller.ids == ["n1@contract.example"]
    assert not any(has_content(batch) for batch in caller.pull(system.open()))


def test_more_than_a_delta_names_is_listed(system: Outlook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delta, "MOST", 10)
    system.peer.delta_most = 10
    system.peer.page_size = 7
    for number in range(35):
        system.deliver(letter(number))
    caller = MailCaller()
    caller.pull(system.open())
    assert len(caller.held) == 35
    assert not any(has_content(batch) for batch in caller.pull(system.open()))


def test_many_of_one_second_are_all_listed(system: Outlook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delta, "MOST", 3)
    system.peer.delta_most = 3
    system.peer.page_size = 2
    for number in range(12):
        system.deliver(letter(number), receivedDateTime="2026-03-02T09:00:00Z")
    caller = MailCaller()
    caller.pull(system.open())
    assert len(caller.held) == 12


def test_empty_pages_and_repeated_items_are_gone_through(system: Outlook) -> None:
    for number in range(9):
        system.deliver(letter(number))
    system.peer.page_size, system.peer.empty_pages = 2, 2
    system.peer.faults.twice("messages.delta", times=20)
    caller = MailCaller()
    caller.pull(system.open())
    assert len(caller.held) == 9
    system.deliver(letter(10))
    caller.pull(system.open())
    assert len(caller.held) == 10


def test_what_is_older_than_the_months_is_not_even_listed(system: Outlook) -> None:
    system.deliver(letter(1))
    caller = MailCaller()
    caller.pull(system.open(months=1, clock=lambda: 1_900_000_000.0))
    assert (caller.held, system.fetched()) == ({}, [])


def test_more_months_bring_what_is_missing_and_nothing_again(system: Outlook) -> None:
    system.deliver(letter(1))
    new = b"Date: Sun, 17 Mar 2030 10:00:00 +0000\nFrom: ines@harbour.example\nMessage-ID: <new@x.example>\n\nNew.\n"
    system.deliver(new)
    caller = MailCaller()
    caller.pull(system.open(months=1, clock=lambda: 1_900_000_000.0))
    assert caller.ids == ["new@x.example"]
    caller.pull(system.open(months=60, clock=lambda: 1_900_000_000.0))
    assert caller.ids == ["n1@contract.example", "new@x.example"]


# folders


def test_each_folder_has_its_place_whatever_it_is_called(system: Outlook) -> None:
    system.peer.localise({"inbox": "Posteingang", "sentitems": "Gesendete Elemente", "drafts": "Entwürfe"})
    for number, folder in enumerate(("inbox", "sentitems", "archive")):
        system.peer.deliver(letter(number), folder)
    for number, folder in ((3, "drafts"), (4, "outbox")):
        system.peer.deliver(letter(number), folder, isDraft=True)
    assert places(pulled(system)) == {
        "n0": ("Mail", FolderRole.INBOX),
        "n1": ("Sent", FolderRole.SENT),
        "n2": ("Mail", FolderRole.ARCHIVE),
        "n3": ("Drafts", FolderRole.DRAFTS),
        "n4": ("Outbox", FolderRole.DRAFTS),
    }


def test_chosen_folders_are_read_with_those_in_them_and_others_are_not(system: Outlook) -> None:
    customers = system.peer.add_folder("Customers", "inbox")
    harbour = system.peer.add_folder("Harbour", customers)
    other = system.peer.add_folder("Newsletters")
    for number, folder in enumerate((customers, harbour, other)):
        system.peer.deliver(letter(number), folder)
    assert places(pulled(system)) == {}
    caller = pulled(system, folders=["customers"])
    assert places(caller) == {"n0": ("Mail", FolderRole.OTHER), "n1": ("Mail", FolderRole.OTHER)}
    new = system.peer.add_folder("Quay", customers)
    system.peer.deliver(letter(5), new)
    caller.pull(system.open(folders=["customers"]))
    assert len(caller.held) == 3


def test_a_folder_can_be_chosen_by_its_way_from_the_top_or_as_the_inbox_with_all_in_it(system: Outlook) -> None:
    deals = system.peer.add_folder("Deals", "inbox")
    system.peer.deliver(letter(1), deals)
    assert len(pulled(system, folders=["Inbox/Deals"]).held) == 1
    assert len(pulled(system, folders=["Inbox"]).held) == 1
    assert len(pulled(system, folders=["Other/Deals"]).held) == 0


def test_a_chosen_folder_that_is_not_there_is_a_problem_once(system: Outlook) -> None:
    caller = pulled(system, folders=["Customerz"])
    caller.pull(system.open(folders=["Customerz"]))
    assert [each.where for each in caller.problems] == ["Customerz"]


def test_private_folders_are_never_read_and_what_goes_there_goes(system: Outlook) -> None:
    secret = system.peer.add_folder("Doctor", system.peer.add_folder("Personal", "inbox"))
    system.peer.deliver(letter(1), secret)
    kept = system.deliver(letter(2))
    options = {"folders": ["Inbox"], "private": ["personal"]}
    caller = MailCaller()
    caller.pull(system.open(**options))
    assert caller.ids == ["n2@contract.example"]
    assert system.fetched() == [kept]
    system.peer.move(kept, secret)
    caller.pull(system.open(**options))
    assert caller.ids == []


def test_a_shared_mailbox_is_read_by_its_address_and_what_is_private_in_it_is_not(
    system: Outlook, monkeypatch: pytest.MonkeyPatch
) -> None:
    system.deliver(letter(1))
    system.deliver(letter(2, extra="Sensitivity: Private\n"))
    monkeypatch.setenv("NEXTMOVE_TEST_TOKEN", system.peer.app_token())
    monkeypatch.setenv("NEXTMOVE_TEST_SECRET", system.peer.client_secret)
    system.settings |= {"secret_env": "NEXTMOVE_TEST_SECRET", "tenant": system.peer.tenant}
    caller = MailCaller()
    caller.pull(system.open())
    assert all(call.path.startswith(("/v1.0/users/", "/v1.0/$batch")) for call in system.peer.calls(r"messages.*"))
    assert caller.ids == ["n1@contract.example"]


# killed and resumed


def test_a_kill_between_batches_makes_nothing_be_fetched_twice(system: Outlook) -> None:
    for number in range(130):
        system.deliver(letter(number))
    caller = MailCaller()
    caller.pull(system.open(), batches=1)
    assert len(caller.held) == 100
    held = {remote_id for _, remote_id in caller.held}
    system.peer.log.clear()
    caller.pull(system.open())
    assert len(caller.held) == 130
    assert len(system.fetched()) <= 3
    assert not held & set(system.fetched())


def test_kills_after_every_batch_lose_and_double_nothing(system: Outlook, small: int) -> None:
    answers(system, range(1, 8), "sentitems")
    for number in range(10, 26):
        system.deliver(letter(number))
    caller = MailCaller()
    while len(caller.held) < 23:
        before = len(caller.held)
        caller.pull(system.open(), batches=1)  # the caller asserts that nothing comes twice
        assert before < len(caller.held) <= before + small
    caller.pull(system.open())
    assert not any(has_content(batch) for batch in caller.pull(system.open()))


def test_a_folder_that_was_done_is_not_listed_again(system: Outlook, small: int) -> None:
    for number in range(25):
        system.peer.deliver(letter(number), "inbox" if number < 10 else "archive")
    caller = MailCaller()
    caller.pull(system.open(), batches=3)
    system.peer.log.clear()
    caller.pull(system.open())
    assert len(caller.held) == 25
    assert system.peer.folder("inbox") in folders_asked(system, anew=False)
    assert system.peer.folder("archive") in folders_asked(system, anew=True)


def test_an_increment_that_is_cut_off_is_completed(system: Outlook, small: int) -> None:
    gone = system.deliver(letter(1))
    caller = pulled(system)
    system.peer.remove(gone)
    for number in range(20, 32):
        system.deliver(letter(number))
    caller.pull(system.open(), batches=1)
    assert len(caller.held) == 6
    caller.pull(system.open())
    assert caller.ids == sorted(f"n{number}@contract.example" for number in range(20, 32))
