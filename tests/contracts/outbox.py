"""What every `Outbox` must do: a draft is filed once, found again, and taken back only while nobody touched it."""

import struct
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Protocol, cast

import pytest

from assistant.domain.draft import ClearedText
from assistant.domain.mail import Address, FolderRole
from assistant.domain.ports import DraftChanged, FiledDraft, Mailbox, Outbox, OutgoingMail, Picture, Withdrawal
from assistant.errors import ProviderError
from tests.contracts.caller import MailCaller


def cleared(text: str) -> ClearedText:
    """Text as if the guard had passed it: the suite is about filing, and says so to the type checker only."""
    return cast(ClearedText, text)


KEY = "deal-7.follow_up.n4"


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


def outgoing(key: str = KEY) -> OutgoingMail:
    return OutgoingMail(
        key=key,
        message_id=f"{key}.nextmove@tallwood.example",
        sender=Address("rep@tallwood.example", "Mara Lindqvist"),
        to=(Address("ines@harbour.example", "Ines Okafor"),),
        cc=(Address("jo@harbour.example"),),
        subject=cleared("Re: Pallet counts 4"),
        body=cleared("Hi Ines,\n\nthank you for the counts.\n\nBest,\nMara\n"),
        date=datetime(2026, 3, 3, 8, 30, tzinfo=UTC),
        in_reply_to="n4@contract.example",
        references=("n0@contract.example", "n4@contract.example"),
    )


def revised() -> OutgoingMail:
    """What takes the place of `outgoing`."""
    body = cleared("Hi Ines,\n\nshall we count them together on Tuesday at 10?\n\nBest,\nMara\n")
    return replace(outgoing(f"{KEY}.2"), body=body, cc=())


def dot(red: int) -> bytes:
    """A PNG of one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixel = zlib.compress(bytes([0, red, 90, 90]))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")


PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Your week</title></head>
<body>
<h1>Your week</h1>
<p>Five deals have a next step.</p>
<p><img src="cid:runway" alt="Two milestones lie ahead."></p>
<p><img src="cid:trend" alt="Six of seven moves."></p>
</body>
</html>
"""


def paged(key: str = "week.2026-W10") -> OutgoingMail:
    """A page with two pictures, from the rep to themselves."""
    mine = Address("rep@tallwood.example", "Mara Lindqvist")
    return replace(
        outgoing(key),
        to=(mine,),
        cc=(),
        subject=cleared("Your week"),
        body=cleared("Your week\n\nFive deals have a next step.\n"),
        in_reply_to=None,
        references=(),
        page=cleared(PAGE),
        pictures=(Picture("runway", dot(10)), Picture("trend", dot(200))),
    )


def leaves(raw: bytes) -> list[EmailMessage]:
    """The parts of a message that hold something."""
    message = message_from_bytes(raw, policy=policy.default)
    return [each for each in message.walk() if not each.is_multipart()]


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

    def test_a_new_version_takes_the_place_of_the_old_one(self, drafts: DraftSystem) -> None:
        filed = drafts.outbox().file(outgoing())
        now = drafts.outbox().replace(KEY, filed, revised())
        assert (now.body.split(), now.subject) == (revised().body.split(), "Re: Pallet counts 4")
        assert [each.email for each in now.recipients] == ["ines@harbour.example"]
        assert drafts.outbox().find(revised().key) == now
        assert drafts.outbox().find(KEY) is None
        assert len(drafts.drafts()) == 1

    def test_replacing_twice_is_replacing_once(self, drafts: DraftSystem) -> None:
        filed = drafts.outbox().file(outgoing())
        now = drafts.outbox().replace(KEY, filed, revised())
        assert drafts.outbox().replace(KEY, filed, revised()) == now
        assert len(drafts.drafts()) == 1

    def test_a_new_version_can_be_replaced_and_withdrawn(self, drafts: DraftSystem) -> None:
        filed = drafts.outbox().file(outgoing())
        now = drafts.outbox().replace(KEY, filed, revised())
        back = drafts.outbox().replace(revised().key, now, outgoing())
        assert back.body == filed.body
        assert drafts.outbox().withdraw(KEY, back) is Withdrawal.WITHDRAWN
        assert drafts.drafts() == []

    def test_a_draft_that_the_rep_edited_is_not_replaced(self, drafts: DraftSystem) -> None:
        filed = drafts.outbox().file(outgoing())
        drafts.edit_draft(KEY, b"thank you for", b"many thanks for")
        before = drafts.drafts()
        with pytest.raises(DraftChanged):
            drafts.outbox().replace(KEY, filed, revised())
        assert drafts.drafts() == before

    def test_a_draft_that_the_rep_deleted_is_not_replaced(self, drafts: DraftSystem) -> None:
        filed = drafts.outbox().file(outgoing())
        drafts.delete_draft(KEY)
        with pytest.raises(DraftChanged):
            drafts.outbox().replace(KEY, filed, revised())
        assert drafts.drafts() == []

    def test_a_draft_that_was_never_filed_is_not_replaced(self, drafts: DraftSystem) -> None:
        with pytest.raises(DraftChanged):
            drafts.outbox().replace(KEY, FiledDraft("Drafts", "r1", "", "", ""), revised())
        assert drafts.drafts() == []

    def test_replacing_one_leaves_the_other_drafts(self, drafts: DraftSystem) -> None:
        filed = drafts.outbox().file(outgoing())
        other = drafts.outbox().file(outgoing("other"))
        drafts.outbox().replace(KEY, filed, revised())
        assert drafts.outbox().find("other") == other
        assert len(drafts.drafts()) == 2

    def test_what_can_not_be_written_leaves_the_old_one(self, drafts: DraftSystem) -> None:
        filed = drafts.outbox().file(outgoing())
        with pytest.raises(ProviderError):
            drafts.outbox().replace(KEY, filed, replace(revised(), subject=cleared("a\nBcc: eve@thief.example")))
        assert drafts.outbox().find(KEY) == filed

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

    def test_a_page_is_filed_once_and_found_by_its_key(self, drafts: DraftSystem) -> None:
        filed = drafts.outbox().file(paged())
        assert drafts.outbox().file(paged()) == filed
        assert drafts.outbox().find(paged().key) == filed
        assert len(drafts.drafts()) == 1

    def test_a_page_lies_there_with_its_words_and_pictures(self, drafts: DraftSystem) -> None:
        filed = drafts.outbox().file(paged())
        assert (filed.subject, [each.email for each in filed.recipients]) == ("Your week", ["rep@tallwood.example"])
        assert "Five deals have a next step." in " ".join(filed.body.split())
        parts = leaves(drafts.drafts()[0])
        (page,) = (str(each.get_content()) for each in parts if each.get_content_type() == "text/html")
        pictures = {each["Content-ID"]: each.get_content() for each in parts if each.get_content_type() == "image/png"}
        assert pictures == {"<runway>": dot(10), "<trend>": dot(200)}
        for name in ("runway", "trend"):
            assert f"cid:{name}" in page

    def test_nothing_is_quoted_below_a_page(self, drafts: DraftSystem) -> None:
        drafts.outbox().file(paged())
        assert b"blockquote" not in drafts.drafts()[0]

    def test_an_untouched_page_is_withdrawn(self, drafts: DraftSystem) -> None:
        filed = drafts.outbox().file(paged())
        assert drafts.outbox().withdraw(paged().key, filed) is Withdrawal.WITHDRAWN
        assert drafts.drafts() == []

    def test_a_page_that_the_rep_edited_is_left_alone(self, drafts: DraftSystem) -> None:
        filed = drafts.outbox().file(paged())
        drafts.edit_draft(paged().key, b"have a next step", b"have one next step")
        assert drafts.outbox().withdraw(paged().key, filed) is Withdrawal.EDITED
        assert len(drafts.drafts()) == 1

    @pytest.mark.parametrize("name", ["", "a b", "a>", "a\r\nBcc: eve@thief.example", "übersicht", "../a"])
    def test_a_picture_smuggles_no_field_in(self, drafts: DraftSystem, name: str) -> None:
        with pytest.raises(ProviderError):
            drafts.outbox().file(replace(paged(), pictures=(Picture(name, dot(1)),)))
        assert drafts.drafts() == []
