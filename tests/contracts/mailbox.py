"""What every `Mailbox` must do. A provider's edge inherits the suite and gives it a system to work on."""

from typing import Protocol

import pytest

from assistant.domain.mail import FolderRole
from assistant.domain.ports import CursorExpired, Mailbox
from tests.contracts.caller import MailCaller, has_content, messages_in
from tests.contracts.letters import letter


class MailSystem(Protocol):
    """An empty mailbox with an INBOX, a Sent and a Drafts folder, and hands to change it from outside."""

    def open(self) -> Mailbox:
        """The port, anew: as after a restart of the program."""
        ...

    def deliver(self, raw: bytes, role: FolderRole = FolderRole.INBOX) -> None:
        """Put a message into the folder of this role."""
        ...

    def expunge(self, message_id: str) -> None:
        """Remove the message everywhere."""
        ...

    def mark_seen(self, message_id: str) -> None:
        """Set the seen flag of the message."""
        ...

    def snapshot(self) -> object:
        """Everything that a reader could have changed, as a value that can be compared."""
        ...


class MailboxSuite:
    """Reading mail: everything once, in a stable order, and after that only what changed."""

    def test_the_account_keeps_its_name(self, system: MailSystem) -> None:
        assert system.open().account == "work"

    def test_an_empty_mailbox_brings_nothing(self, system: MailSystem) -> None:
        assert messages_in(MailCaller().pull(system.open())) == []

    def test_the_first_pull_brings_every_message_once(self, system: MailSystem) -> None:
        for number in range(7):
            system.deliver(letter(number), FolderRole.SENT if number % 2 else FolderRole.INBOX)
        caller = MailCaller()
        caller.pull(system.open())
        assert caller.ids == [f"n{number}@contract.example" for number in range(7)]

    def test_folders_say_what_they_are_for(self, system: MailSystem) -> None:
        system.deliver(letter(1), FolderRole.INBOX)
        system.deliver(letter(2), FolderRole.SENT)
        system.deliver(letter(3), FolderRole.DRAFTS)
        caller = MailCaller()
        caller.pull(system.open())
        roles = {message.message_id[:2]: message.role for message in caller.held.values()}
        assert roles == {"n1": FolderRole.INBOX, "n2": FolderRole.SENT, "n3": FolderRole.DRAFTS}

    def test_one_message_in_two_folders_is_in_two_places(self, system: MailSystem) -> None:
        system.deliver(letter(1), FolderRole.INBOX)
        system.deliver(letter(1), FolderRole.SENT)
        caller = MailCaller()
        caller.pull(system.open())
        assert len({folder for folder, _ in caller.held}) == 2

    def test_two_fresh_pulls_bring_the_same_order(self, system: MailSystem) -> None:
        for number in (5, 3, 9, 1):
            system.deliver(letter(number))
        first, second = MailCaller(), MailCaller()
        orders = [messages_in(first.pull(system.open())), messages_in(second.pull(system.open()))]
        assert orders[0] == orders[1]

    def test_a_batch_holds_at_most_500(self, system: MailSystem) -> None:
        for number in range(520):
            system.deliver(letter(number))
        batches = MailCaller().pull(system.open())
        assert max(len(batch.messages) for batch in batches) <= 500

    def test_the_total_is_what_the_pull_brings(self, system: MailSystem) -> None:
        for number in range(4):
            system.deliver(letter(number))
        batches = MailCaller().pull(system.open())
        assert {batch.total for batch in batches} <= {4, None}

    def test_with_the_last_cursor_and_no_change_nothing_comes(self, system: MailSystem) -> None:
        system.deliver(letter(1))
        system.deliver(letter(2), FolderRole.SENT)
        caller = MailCaller()
        caller.pull(system.open())
        assert not any(has_content(batch) for batch in caller.pull(system.open()))

    def test_a_new_message_comes_alone(self, system: MailSystem) -> None:
        system.deliver(letter(1))
        caller = MailCaller()
        caller.pull(system.open())
        system.deliver(letter(2))
        assert [m.message_id for m in messages_in(caller.pull(system.open()))] == ["n2@contract.example"]

    def test_a_message_that_is_removed_is_gone(self, system: MailSystem) -> None:
        for number in (1, 2):
            system.deliver(letter(number))
        caller = MailCaller()
        caller.pull(system.open())
        system.expunge("n1@contract.example")
        caller.pull(system.open())
        assert caller.ids == ["n2@contract.example"]

    def test_a_flag_that_changes_makes_no_new_message(self, system: MailSystem) -> None:
        system.deliver(letter(1))
        caller = MailCaller()
        caller.pull(system.open())
        system.mark_seen("n1@contract.example")
        batches = caller.pull(system.open())
        assert [flags for batch in batches for *_, flags in batch.flagged] == [frozenset({"seen"})]

    def test_a_changed_flag_is_told_once(self, system: MailSystem) -> None:
        system.deliver(letter(1))
        caller = MailCaller()
        caller.pull(system.open())
        system.mark_seen("n1@contract.example")
        caller.pull(system.open())
        assert not any(has_content(batch) for batch in caller.pull(system.open()))

    def test_a_pull_that_broke_off_resumes_without_bringing_anything_twice(self, system: MailSystem) -> None:
        for number in range(520):
            system.deliver(letter(number))
        caller = MailCaller()
        caller.pull(system.open(), batches=1)
        caller.pull(system.open())  # the caller asserts that nothing comes twice
        assert len(caller.held) == 520

    def test_a_cursor_that_is_not_known_expires(self, system: MailSystem) -> None:
        with pytest.raises(CursorExpired):
            list(system.open().pull("a cursor of long ago", lambda folder: {}))

    def test_after_an_expired_cursor_nothing_held_comes_again(self, system: MailSystem) -> None:
        system.deliver(letter(1))
        caller = MailCaller()
        caller.pull(system.open())
        system.deliver(letter(2))
        caller.cursor = None
        assert [m.message_id for m in messages_in(caller.pull(system.open()))] == ["n2@contract.example"]

    def test_after_an_expired_cursor_what_is_gone_is_told(self, system: MailSystem) -> None:
        for number in (1, 2):
            system.deliver(letter(number))
        caller = MailCaller()
        caller.pull(system.open())
        system.expunge("n2@contract.example")
        caller.cursor = None
        caller.pull(system.open())
        assert caller.ids == ["n1@contract.example"]

    def test_what_cannot_be_read_is_a_problem_and_the_rest_still_comes(self, system: MailSystem) -> None:
        system.deliver(b"\x00\x01 nothing of a message\n")
        system.deliver(letter(1))
        caller = MailCaller()
        caller.pull(system.open())
        assert (len(caller.problems), caller.ids) == (1, ["n1@contract.example"])

    def test_a_problem_is_reported_once(self, system: MailSystem) -> None:
        system.deliver(b"\x00\x01 nothing of a message\n")
        caller = MailCaller()
        caller.pull(system.open())
        system.deliver(letter(1))
        caller.pull(system.open())
        assert len(caller.problems) == 1

    def test_a_problem_says_where_and_holds_nothing_of_the_content(self, system: MailSystem) -> None:
        system.deliver(b"\x00\x01 nothing of a message\n")
        caller = MailCaller()
        caller.pull(system.open())
        (problem,) = caller.problems
        assert problem.account == "work"
        assert problem.where
        assert "nothing of a message" not in problem.why

    def test_the_thread_is_kept_in_its_order(self, system: MailSystem) -> None:
        system.deliver(letter(4, reply_to=3))
        caller = MailCaller()
        caller.pull(system.open())
        (message,) = caller.held.values()
        assert message.in_reply_to == ("n3@contract.example",)
        assert message.references == ("n0@contract.example", "n3@contract.example")

    def test_fields_that_tell_automatic_mail_are_kept_as_they_stand(self, system: MailSystem) -> None:
        value = "=?utf-8?q?W=C3=B6chentlich?= <weekly.list.example>"
        system.deliver(letter(1, extra=f"List-Id: {value}\nPrecedence: Bulk\n"))
        caller = MailCaller()
        caller.pull(system.open())
        (message,) = caller.held.values()
        assert (message.header("list-id"), message.header("precedence")) == (value, "Bulk")

    def test_dates_are_aware(self, system: MailSystem) -> None:
        system.deliver(letter(1))
        caller = MailCaller()
        caller.pull(system.open())
        (message,) = caller.held.values()
        assert message.date is not None
        assert message.date.utcoffset() is not None

    def test_reading_changes_nothing(self, system: MailSystem) -> None:
        system.deliver(letter(1))
        before = system.snapshot()
        MailCaller().pull(system.open())
        assert system.snapshot() == before
