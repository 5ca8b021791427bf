"""What every `Sender` must do: a filed draft is sent once and as it lies there, and only while nothing has moved."""

from dataclasses import replace
from typing import Protocol

import pytest

from assistant.domain.ports import DraftChanged, FiledDraft, Outbox, Sender, ThreadMoved, Withdrawal
from tests.contracts.letters import letter
from tests.contracts.outbox import outgoing, revised

KEY = outgoing().key
KNOWN = ("n4@contract.example",)


class SendingSystem(Protocol):
    """A mailbox whose drafts can be sent, and the rep's own mail program beside it."""

    def outbox(self) -> Outbox: ...

    def sender(self) -> Sender: ...

    def arrive(self, raw: bytes) -> None:
        """A message comes in."""
        ...

    def edit_draft(self, key: str, old: bytes, new: bytes) -> None:
        """The rep changes these bytes of the draft in their mail program and saves it."""
        ...

    def delete_draft(self, key: str) -> None:
        """The rep deletes the draft."""
        ...

    def send_draft(self, key: str) -> None:
        """The rep sends the draft in their mail program."""
        ...

    def drafts(self) -> list[bytes]:
        """The drafts as they lie there."""
        ...

    def sent(self) -> list[bytes]:
        """What went out, not counting what the rep sent by hand."""
        ...

    def copies(self) -> dict[str, bytes]:
        """What lies among the sent mail, by its remote id."""
        ...


class SenderSuite:
    """Sending drafts."""

    @pytest.fixture
    def filed(self, sending: SendingSystem) -> FiledDraft:
        """A draft that answers a message which the caller has read."""
        sending.arrive(letter(4, extra="Cc: jo@harbour.example\n"))
        return sending.outbox().file(outgoing())

    def test_a_draft_goes_out_as_it_was_filed(self, sending: SendingSystem, filed: FiledDraft) -> None:
        (draft,) = sending.drafts()
        sending.sender().send(KEY, filed, KNOWN)
        assert sending.sent() == [draft]
        assert sending.drafts() == []

    def test_what_comes_back_names_the_copy_among_the_sent_mail(
        self, sending: SendingSystem, filed: FiledDraft
    ) -> None:
        sent = sending.sender().send(KEY, filed, KNOWN)
        assert f"<{sent.message_id}>".encode() in sending.copies()[sent.remote_id]

    def test_sending_twice_sends_once(self, sending: SendingSystem, filed: FiledDraft) -> None:
        first = sending.sender().send(KEY, filed, KNOWN)
        assert sending.sender().send(KEY, filed, KNOWN) == first
        assert len(sending.sent()) == 1

    def test_what_was_sent_is_found_after_a_restart(self, sending: SendingSystem, filed: FiledDraft) -> None:
        assert sending.sender().find(KEY, filed) is None
        sent = sending.sender().send(KEY, filed, KNOWN)
        assert sending.sender().find(KEY, filed) == sent

    def test_what_the_rep_sent_by_hand_is_found_and_not_sent_again(
        self, sending: SendingSystem, filed: FiledDraft
    ) -> None:
        sending.send_draft(KEY)
        found = sending.sender().find(KEY, filed)
        assert found is not None
        assert sending.sender().send(KEY, filed, KNOWN) == found
        assert sending.sent() == []

    @pytest.mark.parametrize(
        ("old", "new"), [(b"thank you for", b"many thanks for"), (b"jo@harbour", b"jon@harbour"), (b"Pallet", b"Box")]
    )
    def test_a_draft_that_the_rep_edited_is_not_sent(
        self, sending: SendingSystem, filed: FiledDraft, old: bytes, new: bytes
    ) -> None:
        sending.edit_draft(KEY, old, new)
        with pytest.raises(DraftChanged):
            sending.sender().send(KEY, filed, KNOWN)
        assert (len(sending.drafts()), sending.sent()) == (1, [])

    def test_a_draft_that_is_not_what_was_approved_is_not_sent(self, sending: SendingSystem, filed: FiledDraft) -> None:
        with pytest.raises(DraftChanged):
            sending.sender().send(KEY, replace(filed, body="Something else."), KNOWN)
        assert sending.sent() == []

    def test_a_draft_that_the_rep_deleted_is_not_sent(self, sending: SendingSystem, filed: FiledDraft) -> None:
        sending.delete_draft(KEY)
        with pytest.raises(DraftChanged):
            sending.sender().send(KEY, filed, KNOWN)
        assert sending.sent() == []

    def test_another_draft_is_not_sent_in_its_place(self, sending: SendingSystem, filed: FiledDraft) -> None:
        sending.outbox().file(outgoing("another"))
        sending.delete_draft(KEY)
        with pytest.raises(DraftChanged):
            sending.sender().send(KEY, filed, KNOWN)
        assert sending.sent() == []

    def test_a_reply_that_came_in_between_stops_it(self, sending: SendingSystem, filed: FiledDraft) -> None:
        sending.arrive(letter(4, reply_to=4).replace(b"<n4@contract.example>\nIn-Reply", b"<n5@c.example>\nIn-Reply"))
        with pytest.raises(ThreadMoved):
            sending.sender().send(KEY, filed, KNOWN)
        assert (len(sending.drafts()), sending.sent()) == (1, [])

    def test_a_reply_that_the_caller_has_read_stops_nothing(self, sending: SendingSystem, filed: FiledDraft) -> None:
        sending.arrive(letter(4, reply_to=4).replace(b"<n4@contract.example>\nIn-Reply", b"<n5@c.example>\nIn-Reply"))
        sending.sender().send(KEY, filed, (*KNOWN, "n5@c.example"))
        assert len(sending.sent()) == 1

    def test_what_took_its_place_is_what_goes_out(self, sending: SendingSystem, filed: FiledDraft) -> None:
        now = sending.outbox().replace(KEY, filed, revised())
        (draft,) = sending.drafts()
        with pytest.raises(DraftChanged):
            sending.sender().send(KEY, filed, KNOWN)
        sending.sender().send(revised().key, now, KNOWN)
        assert (sending.sent(), sending.drafts()) == ([draft], [])

    def test_what_was_sent_is_not_replaced(self, sending: SendingSystem, filed: FiledDraft) -> None:
        sending.sender().send(KEY, filed, KNOWN)
        with pytest.raises(DraftChanged):
            sending.outbox().replace(KEY, filed, revised())
        assert (len(sending.sent()), sending.drafts()) == (1, [])

    def test_the_other_drafts_stay(self, sending: SendingSystem, filed: FiledDraft) -> None:
        sending.outbox().file(outgoing("another"))
        sending.sender().send(KEY, filed, KNOWN)
        assert len(sending.drafts()) == 1
        assert sending.outbox().find("another") is not None

    def test_a_sent_draft_is_gone_for_the_outbox(self, sending: SendingSystem, filed: FiledDraft) -> None:
        sending.sender().send(KEY, filed, KNOWN)
        assert sending.outbox().find(KEY) is None
        assert sending.outbox().withdraw(KEY, filed) is Withdrawal.GONE
