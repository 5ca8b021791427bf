"""What every `Outbox` must do: a draft is filed once, found again, and taken back only while nobody touched it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol, cast

import pytest

from assistant.domain.draft import ClearedText
from assistant.domain.mail import Address, FolderRole
from assistant.domain.ports import Mailbox, Outbox, OutgoingMail, Withdrawal
from assistant.errors import ProviderError
from tests.contracts.caller import MailCaller


def cleared(text: str) -> ClearedText:
    """Text as if the guard had passed it: the suite is about filing, and says so to the type checker only."""
    return cast(ClearedText, text)


class DraftSystem(Protocol):
    """A mailbox in which drafts can be filed, and the rep's own mail program beside it."""

    def outbox(self) -> Outbox: ...

    def open(self) -> Mailbox: ...

    def edit_draft(self, key: str, old: bytes, new: bytes) -> None:
        """The rep changes these bytes of the draft in their mail program and saves it."""
        ...

    def delete_draft(self, key: str) -> None:
        """The rep deletes the draft, or sends it."""
        ...

    def drafts(self) -> list[bytes]:
        """The drafts as they lie there."""
        ...


def outgoing(key: str = "deal-7.follow_up.n4") -> OutgoingMail:
    return OutgoingMail(
        key=key,
        message_id=f"{key}@nextmove.example",
        sender=Address("rep@tallwood.example", "Mara Lindqvist"),
        to=(Address("ines@harbour.example", "Ines Okafor"),),
        cc=(Address("jo@harbour.example"),),
        subject=cleared("Re: Pallet counts 4"),
        body=cleared("Hi Ines,\n\nthank you for the counts.\n\nBest,\nMara\n"),
        date=datetime(2026, 3, 3, 8, 30, tzinfo=UTC),
        in_reply_to="n4@contract.example",
        references=("n0@contract.example", "n4@contract.example"),
    )


HOSTILE = ["a\nBcc: eve@thief.example", "a\r\nBcc: eve@thief.example", "a\rBcc: eve@thief.example", "a\0b"]


class OutboxSuite:
    """Filing drafts."""

    def test_a_filed_draft_lies_there_once(self, drafts: DraftSystem) -> None:
        drafts.outbox().file(outgoing())
        assert len(drafts.drafts()) == 1

    def test_filing_twice_leaves_one_draft(self, drafts: DraftSystem) -> None:
        first = drafts.outbox().file(outgoing())
        assert drafts.outbox().file(outgoing()) == first
        assert len(drafts.drafts()) == 1

    def test_drafts_of_two_keys_lie_side_by_side(self, drafts: DraftSystem) -> None:
        drafts.outbox().file(outgoing("one"))
        drafts.outbox().file(outgoing("two"))
        assert len(drafts.drafts()) == 2

    def test_what_is_filed_is_found_by_its_key_after_a_restart(self, drafts: DraftSystem) -> None:
        filed = drafts.outbox().file(outgoing())
        assert drafts.outbox().find("deal-7.follow_up.n4") == filed

    def test_a_key_that_was_never_filed_is_not_found(self, drafts: DraftSystem) -> None:
        drafts.outbox().file(outgoing())
        assert drafts.outbox().find("deal-7") is None

    def test_a_filed_draft_says_what_was_given(self, drafts: DraftSystem) -> None:
        filed = drafts.outbox().file(outgoing())
        assert filed.subject == "Re: Pallet counts 4"
        assert filed.body.split() == outgoing().body.split()
        assert [a.email for a in filed.recipients] == ["ines@harbour.example", "jo@harbour.example"]

    def test_the_mailbox_shows_it_as_a_draft_with_its_key(self, drafts: DraftSystem) -> None:
        drafts.outbox().file(outgoing())
        caller = MailCaller()
        caller.pull(drafts.open())
        (message,) = caller.held.values()
        assert (message.role, message.header("x-nextmove-key")) == (FolderRole.DRAFTS, "deal-7.follow_up.n4")

    def test_the_mailbox_and_the_outbox_name_it_alike(self, drafts: DraftSystem) -> None:
        filed = drafts.outbox().file(outgoing())
        caller = MailCaller()
        caller.pull(drafts.open())
        assert list(caller.held) == [(filed.folder, filed.remote_id)]

    def test_the_draft_is_in_its_thread(self, drafts: DraftSystem) -> None:
        drafts.outbox().file(outgoing())
        caller = MailCaller()
        caller.pull(drafts.open())
        (message,) = caller.held.values()
        assert message.in_reply_to == ("n4@contract.example",)
        assert message.references == ("n0@contract.example", "n4@contract.example")

    def test_letters_of_every_script_arrive_as_they_are(self, drafts: DraftSystem) -> None:
        body = "Grüße, 你好, Привет, 🙂\n\nFrom here on: same line\n.\nend\n"
        mail = replace(
            outgoing(),
            subject=cleared("Übergabe – 引き継ぎ " + "sehr lang " * 20),
            body=cleared(body),
            to=(Address("jose@harbour.example", "José “Pepe” Ñandú, Jr."),),
        )
        filed = drafts.outbox().file(mail)
        assert filed.body == body.strip()
        assert filed.subject == mail.subject.strip()
        assert filed.recipients[0].name == "José “Pepe” Ñandú, Jr."

    def test_an_untouched_draft_is_withdrawn(self, drafts: DraftSystem) -> None:
        filed = drafts.outbox().file(outgoing())
        assert drafts.outbox().withdraw("deal-7.follow_up.n4", filed) is Withdrawal.WITHDRAWN
        assert drafts.drafts() == []

    def test_a_draft_that_the_rep_edited_is_left_alone(self, drafts: DraftSystem) -> None:
        filed = drafts.outbox().file(outgoing())
        drafts.edit_draft("deal-7.follow_up.n4", b"thank you for", b"many thanks for")
        assert drafts.outbox().withdraw("deal-7.follow_up.n4", filed) is Withdrawal.EDITED
        assert len(drafts.drafts()) == 1

    def test_another_recipient_is_an_edit(self, drafts: DraftSystem) -> None:
        filed = drafts.outbox().file(outgoing())
        drafts.edit_draft("deal-7.follow_up.n4", b"jo@harbour.example", b"jon@harbour.example")
        assert drafts.outbox().withdraw("deal-7.follow_up.n4", filed) is Withdrawal.EDITED

    def test_an_edited_draft_is_found_with_the_edit(self, drafts: DraftSystem) -> None:
        drafts.outbox().file(outgoing())
        drafts.edit_draft("deal-7.follow_up.n4", b"thank you for", b"many thanks for")
        found = drafts.outbox().find("deal-7.follow_up.n4")
        assert found is not None
        assert "many thanks" in found.body

    def test_an_edited_draft_is_not_filed_over(self, drafts: DraftSystem) -> None:
        drafts.outbox().file(outgoing())
        drafts.edit_draft("deal-7.follow_up.n4", b"thank you for", b"many thanks for")
        assert "many thanks" in drafts.outbox().file(outgoing()).body

    def test_a_draft_that_the_rep_deleted_is_gone(self, drafts: DraftSystem) -> None:
        filed = drafts.outbox().file(outgoing())
        drafts.delete_draft("deal-7.follow_up.n4")
        assert drafts.outbox().find("deal-7.follow_up.n4") is None
        assert drafts.outbox().withdraw("deal-7.follow_up.n4", filed) is Withdrawal.GONE

    @pytest.mark.parametrize("value", HOSTILE)
    @pytest.mark.parametrize("where", ["subject", "name", "address", "key", "message_id", "in_reply_to", "references"])
    def test_nothing_smuggles_a_field_into_the_header(self, drafts: DraftSystem, where: str, value: str) -> None:
        mail = {
            "subject": replace(outgoing(), subject=cleared(value)),
            "name": replace(outgoing(), to=(Address("ines@harbour.example", value),)),
            "address": replace(outgoing(), cc=(Address(f"ines@harbour.example{value}"),)),
            "key": replace(outgoing(), key=value),
            "message_id": replace(outgoing(), message_id=value),
            "in_reply_to": replace(outgoing(), in_reply_to=value),
            "references": replace(outgoing(), references=(value,)),
        }[where]
        with pytest.raises(ProviderError):
            drafts.outbox().file(mail)
        assert drafts.drafts() == []

    def test_it_cannot_send(self, drafts: DraftSystem) -> None:
        assert not hasattr(drafts.outbox(), "send")
