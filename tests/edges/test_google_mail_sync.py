"""Gmail: what a pull brings and what it costs, from the first to the thousandth."""

import pytest

import providers
from assistant.domain.mail import FolderRole
from assistant.domain.ports import CursorExpired
from providers.google import fetching
from providers.google import mail as pulling
from providers.google.aliases import aliases
from tests.contracts.caller import MailCaller, has_content, messages_in
from tests.contracts.letters import letter
from tests.edges.google_mail import BERLIN, READS, Gmail, places, pulled, thread
from tests.servers.google import GooglePeer

ANY = r"gmail\..*"


@pytest.fixture
def system(google: GooglePeer, monkeypatch: pytest.MonkeyPatch) -> Gmail:
    return Gmail(google, monkeypatch)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> int:
    """Batches of five messages."""
    monkeypatch.setattr(pulling, "BATCH", 5)
    return 5


# the first pull


def test_a_long_thread_is_fetched_whole_and_others_one_by_one(system: Gmail) -> None:
    thread(system, (1, 2, 3))
    thread(system, (4, 5))
    caller = MailCaller()
    caller.pull(system.open())
    assert len(caller.held) == 5
    assert sorted(each.rpartition(" ")[2] for each in system.fetched()) == ["full", "raw", "raw"]


def test_a_message_says_the_same_by_its_thread_and_alone(system: Gmail, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (1, 2, 3):
        system.peer.deliver(letter(number, subject="Rota", extra="X-Mailer: Harbour 2\n"), ["INBOX"], "t")
    by_thread = messages_in(MailCaller().pull(system.open()))
    monkeypatch.setattr(fetching, "units_of", lambda method, units: 1 if "messages" in method else 99)
    assert by_thread == messages_in(MailCaller().pull(system.open()))
    assert [each.rpartition(" ")[2] for each in system.fetched()] == ["full", "raw", "raw", "raw"]


def test_conversations_in_which_we_wrote_come_first_and_newer_ones_before_older(system: Gmail) -> None:
    for number in (1, 4, 6):
        system.deliver(letter(number))
    for number in (2, 3):
        system.deliver(letter(number), FolderRole.SENT)
    order = [m.message_id[:2] for m in messages_in(MailCaller().pull(system.open()))]
    assert order == ["n3", "n2", "n6", "n4", "n1"]


def test_the_history_starts_before_the_listing_so_that_nothing_falls_between(system: Gmail) -> None:
    system.deliver(letter(1))
    system.peer.faults.call("messages.list", lambda: system.deliver(letter(2)), skip=1)
    caller = MailCaller()
    caller.pull(system.open())
    assert caller.ids == ["n1@contract.example", "n2@contract.example"]


def test_what_is_older_than_the_months_is_not_even_listed(system: Gmail) -> None:
    system.deliver(letter(1))
    caller = MailCaller()
    caller.pull(system.open(months=1, clock=lambda: 1_900_000_000.0))
    assert caller.held == {}
    assert system.fetched() == []


def test_more_months_bring_what_is_missing_and_nothing_again(system: Gmail) -> None:
    system.deliver(letter(1))
    new = b"Date: Sun, 17 Mar 2030 10:00:00 +0000\nFrom: ines@harbour.example\nMessage-ID: <new@x.example>\n\nNew.\n"
    system.deliver(new)
    caller = MailCaller()
    caller.pull(system.open(months=1, clock=lambda: 1_900_000_000.0))
    assert caller.ids == ["new@x.example"]
    caller.pull(system.open(months=60, clock=lambda: 1_900_000_000.0))
    assert caller.ids == ["n1@contract.example", "new@x.example"]


def test_chats_spam_and_what_others_wrote_into_trash_are_left_out(system: Gmail) -> None:
    for number, label in enumerate(("CHAT", "SPAM", "TRASH", "INBOX")):
        system.peer.deliver(letter(number), [label])
    assert places(pulled(system)) == {"n3": ("All Mail", FolderRole.INBOX)}


def test_scheduled_mail_is_not_sent_yet(system: Gmail) -> None:
    system.peer.deliver(letter(1), ["SCHEDULED"])
    assert places(pulled(system)) == {"n1": ("Scheduled", FolderRole.DRAFTS)}


def test_archived_mail_is_where_received_mail_is(system: Gmail) -> None:
    system.peer.deliver(letter(1), [])
    assert places(pulled(system)) == {"n1": ("All Mail", FolderRole.ARCHIVE)}


def test_large_messages_come_without_their_attachments(system: Gmail) -> None:
    part = "--b\nContent-Type: {}\nContent-Transfer-Encoding: {}\n{}\n{}\n"
    scan = part.format("image/png", "base64", 'Content-Disposition: attachment; filename="s.png"\n', "QUJD" * 900_000)
    head = letter(1, extra='MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n').decode()
    head = head.partition("\n\n")[0] + "\n\n" + part.format("text/plain", "7bit", "", "The scan.")
    raw = f"{head}{scan}--b--\n".encode()
    system.deliver(raw)
    (message,) = pulled(system).held.values()
    assert (message.text, message.size) == ("The scan.", len(raw))
    assert [(each.name, each.size > 3_600_000) for each in message.attachments] == [("s.png", True)]


def test_private_labels_are_never_fetched_and_what_gets_one_goes(system: Gmail) -> None:
    secret = system.peer.add_label("Personal/Family doctor")
    system.peer.deliver(letter(1), ["INBOX", secret])
    kept = system.deliver(letter(2))
    caller = MailCaller()
    caller.pull(system.open(private=["personal"]))
    assert caller.ids == ["n2@contract.example"]
    assert [each.partition(" ")[0] for each in system.fetched()] == [kept]
    system.peer.relabel(kept, add=[secret])
    caller.pull(system.open(private=["personal"]))
    assert caller.ids == []


# killed and resumed


def test_a_kill_between_batches_makes_nothing_be_fetched_twice(system: Gmail) -> None:
    for number in range(130):
        system.deliver(letter(number))
    caller = MailCaller()
    caller.pull(system.open(), batches=1)
    assert len(caller.held) == 100
    caller.pull(system.open())
    assert len(caller.held) == len(system.fetched()) == len(set(system.fetched())) == 130


def test_kills_after_every_batch_lose_and_double_nothing(system: Gmail, small: int) -> None:
    thread(system, range(1, 8))
    for number in range(10, 26):
        system.deliver(letter(number))
    caller = MailCaller()
    while len(caller.held) < 23:
        before = len(caller.held)
        caller.pull(system.open(), batches=1)  # the caller asserts that nothing comes twice
        assert before < len(caller.held) <= before + small
    caller.pull(system.open())
    assert caller.pull(system.open()) == []


def test_a_resumed_pull_fetches_only_what_is_missing(system: Gmail, small: int) -> None:
    for number in range(12):
        system.deliver(letter(number))
    caller = MailCaller()
    caller.pull(system.open(), batches=1)
    held = {remote_id for _, remote_id in caller.held}
    system.peer.log.clear()
    caller.pull(system.open())
    assert len(caller.held) == 12
    assert not held & {each.partition(" ")[0] for each in system.fetched()}
    assert len(system.fetched()) == 7


def test_an_increment_that_is_cut_off_is_completed(system: Gmail, small: int) -> None:
    gone = system.deliver(letter(1))
    caller = pulled(system)
    system.peer.remove(gone)
    for number in range(20, 32):
        system.deliver(letter(number))
    caller.pull(system.open(), batches=1)
    assert len(caller.held) == 5
    caller.pull(system.open())
    assert caller.ids == sorted(f"n{number}@contract.example" for number in range(20, 32))


# what changes


def test_an_idle_pull_costs_one_call(system: Gmail) -> None:
    system.deliver(letter(1))
    caller = pulled(system)
    assert caller.pull(system.open()) == []
    assert [call.id for call in system.peer.calls(ANY)] == ["gmail.users.history.list"]


def test_a_new_message_costs_two_calls(system: Gmail) -> None:
    caller = pulled(system)
    system.deliver(letter(1))
    caller.pull(system.open())
    assert [call.id for call in system.peer.calls(ANY)] == ["gmail.users.history.list", "gmail.users.messages.get"]


def test_archiving_and_labelling_fetch_nothing(system: Gmail) -> None:
    each = system.deliver(letter(1))
    mine = system.peer.add_label("Harbour")
    caller = pulled(system)
    system.peer.relabel(each, add=[mine], remove=["INBOX"])
    assert not any(has_content(batch) for batch in caller.pull(system.open()))
    assert system.fetched() == []


def test_a_star_is_a_flag(system: Gmail) -> None:
    each = system.deliver(letter(1))
    caller = pulled(system)
    system.peer.relabel(each, add=["STARRED"])
    (flags,) = [flags for batch in caller.pull(system.open()) for *_, flags in batch.flagged]
    assert flags == {"flagged"}


def test_a_message_that_came_and_went_is_never_fetched(system: Gmail) -> None:
    caller = pulled(system)
    system.peer.remove(system.deliver(letter(1)))
    assert not any(has_content(batch) for batch in caller.pull(system.open()))
    assert system.fetched() == []


def test_a_message_that_goes_while_it_is_fetched_is_no_problem(system: Gmail) -> None:
    caller = pulled(system)
    each = system.deliver(letter(1))
    system.peer.faults.call("messages.get", lambda: system.peer.remove(each))
    assert not any(has_content(batch) for batch in caller.pull(system.open()))
    assert not any(has_content(batch) for batch in caller.pull(system.open()))


def test_a_draft_that_is_sent_is_in_sent_only(system: Gmail) -> None:
    draft = system.peer.write_draft(letter(1))
    caller = pulled(system)
    assert places(caller) == {"n1": ("Drafts", FolderRole.DRAFTS)}
    system.peer.send_draft(draft.id)
    caller.pull(system.open())
    assert places(caller) == {"n1": ("Sent", FolderRole.SENT)}


def test_a_draft_that_goes_out_under_its_id_moves_to_sent(system: Gmail) -> None:
    each = system.peer.deliver(letter(1), ["DRAFT"])
    caller = pulled(system)
    system.peer.relabel(each, add=["SENT"], remove=["DRAFT"])
    caller.pull(system.open())
    assert places(caller) == {"n1": ("Sent", FolderRole.SENT)}


def test_many_records_of_one_message_fetch_it_once(system: Gmail) -> None:
    caller = pulled(system)
    each = system.deliver(letter(1))
    for _ in range(3):
        system.peer.relabel(each, add=["STARRED"])
        system.peer.relabel(each, remove=["STARRED"])
    caller.pull(system.open())
    assert system.fetched() == [f"{each} raw"]


# a cursor that's too old, or another mailbox's


def test_a_forgotten_history_lists_again_and_fetches_only_what_is_new(system: Gmail) -> None:
    drop, _, star = (system.deliver(letter(number)) for number in (1, 2, 3))
    caller = pulled(system)
    system.peer.remove(drop)
    system.peer.relabel(star, add=["STARRED"], remove=["UNREAD"])
    new = system.deliver(letter(4))
    system.peer.forget_history()
    batches = caller.pull(system.open())
    assert caller.ids == [f"n{number}@contract.example" for number in (2, 3, 4)]
    assert [flags for batch in batches for *_, flags in batch.flagged] == [{"flagged", "seen"}]
    assert [each.partition(" ")[0] for each in system.fetched()] == [new]


def test_after_a_forgotten_history_all_is_quiet(system: Gmail) -> None:
    system.deliver(letter(1))
    caller = pulled(system)
    system.peer.forget_history()
    caller.pull(system.open())
    system.peer.log.clear()
    assert caller.pull(system.open()) == []
    assert len(system.peer.calls(ANY)) == 1


def test_what_moved_while_the_history_was_forgotten_is_in_its_new_place_only(system: Gmail) -> None:
    each = system.peer.deliver(letter(1), ["DRAFT"])
    caller = pulled(system)
    system.peer.relabel(each, add=["SENT"], remove=["DRAFT"])
    system.peer.forget_history()
    caller.pull(system.open())
    assert places(caller) == {"n1": ("Sent", FolderRole.SENT)}


def test_a_cursor_of_another_mailbox_expires(system: Gmail) -> None:
    caller = pulled(system)
    assert caller.cursor is not None
    other = caller.cursor.replace(system.peer.email, "somebody@tallwood.example")
    with pytest.raises(CursorExpired):
        list(system.open().pull(other, lambda folder: {}))


def test_the_registry_opens_it(system: Gmail) -> None:
    system.deliver(letter(1))
    caller = MailCaller()
    caller.pull(providers.mailbox("google", "work", system.settings, BERLIN))
    assert caller.ids == ["n1@contract.example"]


def test_aliases_are_the_addresses_that_gmail_writes_as(system: Gmail) -> None:
    system.peer.add_alias("Sales@Tallwood.example", name="Tallwood", default=True)
    found = aliases("work", system.settings)
    assert [each.address.email for each in found] == ["sales@tallwood.example", system.peer.email]
    assert system.peer.calls(READS) == []
