"""Drafts in Outlook: the suite, the conversation that a draft lies in, and what it says with its history below."""

from dataclasses import replace
from urllib.parse import quote

import pytest

from assistant.domain.mail import Address
from assistant.domain.ports import Withdrawal
from providers.html import text_of
from tests.contracts.letters import letter
from tests.contracts.outbox import OutboxSuite, cleared, outgoing, paged
from tests.edges.microsoft_drafts import MicrosoftDrafts, answered_by, seen_drafts
from tests.servers.microsoft import MicrosoftPeer

KEY = outgoing().key
CREATE = r"messages\.create(Reply|ReplyAll)?"


@pytest.fixture
def drafts(microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch) -> MicrosoftDrafts:
    return MicrosoftDrafts(microsoft, monkeypatch)


@pytest.fixture
def answered(microsoft: MicrosoftPeer) -> str:
    """The message that `outgoing` answers."""
    microsoft.deliver(letter(7))
    return microsoft.deliver(letter(4, extra="Cc: jo@harbour.example\n"))


class TestMicrosoftOutbox(OutboxSuite):
    pass


def conversation(microsoft: MicrosoftPeer, message: str) -> str:
    item = microsoft.item(message)
    assert item is not None
    return item.conversation


def says(drafts: MicrosoftDrafts) -> str:
    return text_of(drafts.only_draft().body)


# the conversation


def test_a_reply_lies_in_the_conversation_of_the_message_answered(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer, answered: str
) -> None:
    filed = drafts.outbox().file(outgoing())
    assert filed.thread == drafts.draft(KEY).conversation == conversation(microsoft, answered)
    assert answered_by(drafts.draft(KEY)) == "<n4@contract.example>"


def test_it_goes_to_those_who_were_approved_and_nobody_else(drafts: MicrosoftDrafts, microsoft: MicrosoftPeer) -> None:
    """Exchange fills in whomever the message names; Reply-To before From."""
    microsoft.deliver(letter(4, extra="Cc: jo@harbour.example, boss@harbour.example\nReply-To: list@harbour.example\n"))
    filed = drafts.outbox().file(outgoing())
    item = drafts.only_draft()
    people = [[each["emailAddress"]["address"] for each in item.fields[name]] for name in
              ("toRecipients", "ccRecipients", "bccRecipients")]  # fmt: skip
    assert people == [["ines@harbour.example"], ["jo@harbour.example"], []]
    assert filed.recipients == outgoing().to + outgoing().cc


@pytest.mark.parametrize("subject", ["Re: Pallet counts 4", "AW: Pallet counts 4", "Loading dock"])
def test_the_subject_is_the_approved_one(drafts: MicrosoftDrafts, answered: str, subject: str) -> None:
    filed = drafts.outbox().file(replace(outgoing(), subject=cleared(subject)))
    assert filed.subject == drafts.only_draft().subject == subject


def test_our_message_id_is_set(drafts: MicrosoftDrafts, answered: str) -> None:
    filed = drafts.outbox().file(outgoing())
    assert filed.message_id == drafts.only_draft().message_id == outgoing().message_id


def test_a_reply_to_a_message_that_is_gone_lies_in_the_conversation_of_those_before(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer, answered: str
) -> None:
    mail = replace(
        outgoing(), in_reply_to="gone@contract.example", references=("n4@contract.example", "gone@contract.example")
    )
    assert drafts.outbox().file(mail).thread == conversation(microsoft, answered)
    assert "The counts are attached" not in says(drafts)
    (message,) = seen_drafts(drafts)
    assert message.in_reply_to == ("gone@contract.example",)


def test_a_reply_to_a_message_that_nobody_has_names_it(drafts: MicrosoftDrafts, microsoft: MicrosoftPeer) -> None:
    drafts.outbox().file(outgoing())
    assert [call.id for call in microsoft.calls(CREATE)] == ["messages.create"]
    (message,) = seen_drafts(drafts)
    assert message.references == outgoing().references


def test_a_draft_with_the_id_of_the_message_answered_is_not_taken_for_it(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer
) -> None:
    microsoft.put_message("drafts", isDraft=True, subject="Pallet counts 4", internetMessageId="<n4@contract.example>")
    drafts.outbox().file(outgoing())
    assert [call.id for call in microsoft.calls(CREATE)] == ["messages.create"]


@pytest.mark.parametrize("message_id", ["a'b@contract.example", "a+b&c=d@contract.example", "a%20b#@contract.example"])
def test_an_id_with_signs_that_mean_something_is_found(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer, message_id: str
) -> None:
    raw = letter(4, extra="Cc: jo@harbour.example\n").replace(b"n4@contract.example", message_id.encode())
    there = conversation(microsoft, microsoft.deliver(raw))
    assert drafts.outbox().file(replace(outgoing(), in_reply_to=message_id)).thread == there


def test_a_first_mail_answers_nothing_and_asks_for_no_conversation(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer
) -> None:
    drafts.outbox().file(replace(outgoing(), in_reply_to=None, references=()))
    (call,) = microsoft.calls(CREATE)
    assert call.id == "messages.create"
    assert isinstance(call.body, dict)
    assert call.body["internetMessageHeaders"] == [{"name": "x-nextmove-key", "value": KEY}]
    assert not any("conversationId eq" in str(call.query) for call in microsoft.log)


def test_one_person_is_answered_and_several_are_answered_all(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer, answered: str
) -> None:
    drafts.outbox().file(outgoing())
    drafts.outbox().file(replace(outgoing("one"), cc=()))
    assert [call.id for call in microsoft.calls(CREATE)] == ["messages.createReplyAll", "messages.createReply"]


# what it says


def test_the_history_stays_below_our_text(drafts: MicrosoftDrafts, answered: str) -> None:
    drafts.outbox().file(outgoing())
    text = says(drafts)
    assert text.startswith("Hi Ines,\n\nthank you for the counts.\n\nBest,\nMara\n")
    assert text.endswith("The counts are attached.")
    assert "From: Ines Okafor" in text
    assert "<hr" in drafts.only_draft().body


def test_the_history_says_when_in_the_zone_of_the_rep(drafts: MicrosoftDrafts, answered: str) -> None:
    drafts.outbox().file(outgoing())
    assert "Monday, March 2, 2026 10:04 AM" in says(drafts)


def test_what_is_filed_is_without_the_history(drafts: MicrosoftDrafts, answered: str) -> None:
    assert drafts.outbox().file(outgoing()).body == outgoing().body.strip()


HTML = (
    b"From: ines@harbour.example\nTo: rep@tallwood.example\nCc: jo@harbour.example\nSubject: Pallet counts 4\n"
    b"Message-ID: <n4@contract.example>\nDate: Mon, 02 Mar 2026 09:04:00 +0000\nContent-Type: text/html\n\n"
    b"<html><head><style>p {color: red}</style></head><body lang=EN><p>Counts</p><hr><p>Dock 4</p></body></html>\n"
)


def test_a_history_of_markup_stays_as_it_is(drafts: MicrosoftDrafts, microsoft: MicrosoftPeer) -> None:
    microsoft.deliver(HTML)
    assert drafts.outbox().file(outgoing()).body == outgoing().body.strip()
    assert "<p>Counts</p><hr><p>Dock 4</p>" in drafts.only_draft().body


def test_signs_of_markup_in_our_text_are_signs(drafts: MicrosoftDrafts, answered: str) -> None:
    body = "Is 3 < 4 & 5 > 4?\n\n> not a quote\n<b>not bold</b>"
    filed = drafts.outbox().file(replace(outgoing(), body=cleared(body)))
    assert filed.body == body
    assert "<b>not" not in drafts.only_draft().body


def test_who_did_not_get_the_message_does_not_get_its_history(drafts: MicrosoftDrafts, answered: str) -> None:
    drafts.outbox().file(replace(outgoing(), cc=(Address("new@harbour.example"),)))
    assert "The counts are attached" not in says(drafts)
    assert "From:" not in says(drafts)


def test_a_page_to_the_rep_has_its_pictures_inline(drafts: MicrosoftDrafts) -> None:
    drafts.outbox().file(paged())
    pictures = drafts.only_draft().attachments
    assert [(each["contentId"], each["isInline"]) for each in pictures] == [("runway", True), ("trend", True)]
    assert drafts.only_draft().fields["hasAttachments"] is False


def test_twenty_people_with_names_of_every_script_get_it(drafts: MicrosoftDrafts) -> None:
    names = ["Zoë Müller-Lüdenscheidt", "山田 太郎", "Łukasz, Jr.", "O'Neil (Bo)", None]
    people = tuple(Address(f"guest{n}@harbour.example", names[n % 5]) for n in range(20))
    filed = drafts.outbox().file(replace(outgoing(), to=people[:12], cc=people[12:]))
    assert filed.recipients == people
    assert [each.name for each in filed.recipients] == [each.name for each in people]


def test_a_domain_of_other_letters_travels_as_it_must(drafts: MicrosoftDrafts) -> None:
    people = (Address("ines@häfen.example", "Ines"),)
    filed = drafts.outbox().file(replace(outgoing(), to=people, cc=()))
    assert filed.recipients == people
    assert drafts.only_draft().fields["toRecipients"][0]["emailAddress"]["address"] == "ines@xn--hfen-loa.example"


def test_an_application_files_in_the_mailbox_that_it_was_given(
    microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There's no /me for it: the mailbox has its address in every path."""
    system = MicrosoftDrafts(microsoft, monkeypatch, secret_env="NEXTMOVE_TEST_SECRET")
    monkeypatch.setenv("NEXTMOVE_TEST_TOKEN", microsoft.app_token())
    microsoft.deliver(letter(4, extra="Cc: jo@harbour.example\n"))
    filed = system.outbox().file(outgoing())
    assert system.outbox().withdraw(KEY, filed) is Withdrawal.WITHDRAWN
    assert all(call.path.startswith(f"/v1.0/users/{quote(microsoft.email)}") for call in microsoft.log)
