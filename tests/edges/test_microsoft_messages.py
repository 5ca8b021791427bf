"""A message as Graph gives it says what the message as it was sent says."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from assistant.domain.mail import Address, Attachment, FolderRole, Message
from assistant.domain.reading import AutomaticKind
from assistant.reading.automatic import automatic
from providers.microsoft.drafts import KEY_PROPERTY, QUOTE_PROPERTY
from providers.microsoft.messages import (
    etag_of,
    flags_of,
    is_private,
    message_of,
    original_of,
    parted,
    wants_original,
)
from providers.mime import UnreadableError

BERLIN = ZoneInfo("Europe/Berlin")
VOTE = "String {00062008-0000-0000-c000-000000000046} Id 0x8524"
"""As Graph writes it back."""
OURS = {KEY_PROPERTY: "k1", QUOTE_PROPERTY: "0"}


def person(address: str, name: str = "") -> dict[str, Any]:
    return {"emailAddress": {"address": address, "name": name or address}}


def item(**more: Any) -> dict[str, Any]:
    """A mail in the inbox, with its header."""
    headers = {
        "Received": "from mx.harbour.example by mail.tallwood.example; Mon, 2 Mar 2026 09:00:05 +0000",
        "From": '"Okafor, Ines" <ines@harbour.example>',
        "To": "Rep <rep@tallwood.example>",
        "Date": "Mon, 2 Mar 2026 10:00:00 +0100",
        "Subject": "=?utf-8?q?Z=C3=A4hlung?=",
        "Message-ID": "<n1@harbour.example>",
        "Content-Type": "multipart/alternative;\r\n boundary=x",
        **more.pop("headers", {}),
    }
    return {
        "id": "AAk1=",
        "receivedDateTime": "2026-03-02T09:00:05Z",
        "sentDateTime": "2026-03-02T09:00:00Z",
        "subject": "Zählung",
        "from": person("ines@harbour.example", "Okafor, Ines"),
        "toRecipients": [person("rep@tallwood.example", "Rep")],
        "internetMessageId": "<n1@harbour.example>",
        "isRead": False,
        "isDraft": False,
        "flag": {"flagStatus": "notFlagged"},
        "changeKey": "CQ1",
        "body": {"contentType": "html", "content": "<html><body><p>The counts.</p></body></html>"},
        "internetMessageHeaders": [{"name": name, "value": value} for name, value in headers.items() if value],
        **more,
    }


def sent(**more: Any) -> dict[str, Any]:
    """A mail that left from here: Exchange keeps no header of it."""
    plain = item(**{"from": person("rep@tallwood.example", "Mara"), "toRecipients": [person("ines@harbour.example")]})
    return plain | {"internetMessageHeaders": None, "isRead": True, **more}


def properties(**values: str) -> list[dict[str, str]]:
    return [{"id": name, "value": value} for name, value in values.items()]


def read(of: Mapping[str, Any], role: FolderRole = FolderRole.INBOX) -> Message:
    return message_of(of, account="work", folder="Mail", role=role, zone=BERLIN, owner="rep@tallwood.example")


def test_what_was_received_is_read_from_its_own_header() -> None:
    message = read(item())
    assert message.sender == Address("ines@harbour.example")
    assert message.sender.name == "Okafor, Ines"
    assert message.to == (Address("rep@tallwood.example"),)
    assert (message.subject, message.message_id, message.remote_id) == ("Zählung", "n1@harbour.example", "AAk1=")
    assert message.date == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert (message.text, message.html, message.problems) == ("The counts.", True, ())
    assert message.header("content-type") == "multipart/alternative; boundary=x"


def test_what_was_sent_is_read_from_graphs_properties() -> None:
    given = {"String 0x1042": "<n0@harbour.example>", "String 0x1039": "<a@x.example> <n0@harbour.example>"}
    copied = [person("tom@harbour.example", 'Tom "Ahoy", Jr.')]
    message = read(sent(ccRecipients=copied, singleValueExtendedProperties=properties(**given)), FolderRole.SENT)
    assert message.sender == Address("rep@tallwood.example")
    assert message.to == (Address("ines@harbour.example"),)
    assert [each.name for each in (*message.to, *message.cc)] == [None, 'Tom "Ahoy", Jr.']
    assert (message.subject, message.message_id) == ("Zählung", "n1@harbour.example")
    assert message.in_reply_to == ("n0@harbour.example",)
    assert message.references == ("a@x.example", "n0@harbour.example")
    assert message.date == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert message.header("received") is None
    assert (message.flags, message.problems) == (frozenset({"seen"}), ())


def test_a_draft_that_names_nobody_yet_is_the_owners() -> None:
    message = read(sent(**{"from": None, "isDraft": True, "toRecipients": [], "subject": ""}))
    assert message.sender == Address("rep@tallwood.example")
    assert (message.to, message.subject, message.problems) == ((), "", ())


def test_who_sent_it_for_somebody_else_is_told() -> None:
    assert read(sent(sender=person("office@tallwood.example"))).header("sender") == "office@tallwood.example"
    assert read(sent(sender=person("rep@tallwood.example", "Mara"))).header("sender") is None


def test_our_key_is_told_from_its_property_or_the_header() -> None:
    assert read(sent(singleValueExtendedProperties=properties(**OURS))).header("x-nextmove-key") == "k1"
    begun = sent(isDraft=True, singleValueExtendedProperties=properties(**{KEY_PROPERTY: "k1"}))
    assert read(begun).header("x-nextmove-key") is None
    ours = sent(internetMessageHeaders=[{"name": "X-Nextmove-Key", "value": "k2"}])
    assert read(ours).header("x-nextmove-key") == "k2"
    assert read(ours).sender == Address("rep@tallwood.example")


def test_an_address_of_exchanges_own_is_left_out() -> None:
    message = read(sent(toRecipients=[person("/O=EXCHANGELABS/CN=RECIPIENTS/CN=1", "Tom"), person("a@x.example")]))
    assert message.to == (Address("a@x.example"),)


def test_a_name_cannot_bring_an_address_or_a_field_of_its_own() -> None:
    hostile = '"<boss@x.example>, \r\nBcc: all@x.example\\'
    message = read(sent(toRecipients=[person("ines@harbour.example", hostile)]))
    assert message.to == (Address("ines@harbour.example"),)
    assert message.bcc == ()


def test_plain_text_stays_plain_also_where_exchange_made_html_of_it() -> None:
    body = {"contentType": "html", "content": '<div class="PlainText">Thanks.<br>\r\n&gt; Counts?<br>\r\n</div>'}
    made = read(item(body=body, headers={"Content-Type": "text/plain; charset=utf-8"}))
    assert (made.text, made.html) == ("Thanks.\n> Counts?", False)
    plain = read(item(body={"contentType": "text", "content": "Thanks.\r\n\r\nInes\r\n"}))
    assert (plain.text, plain.html) == ("Thanks.\n\nInes", False)


def test_quotes_in_html_are_text_as_everywhere() -> None:
    body = {"contentType": "html", "content": "<p>Yes.</p><blockquote><p>Counts?</p></blockquote><script>x</script>"}
    assert read(item(body=body)).text == "Yes.\n\n> Counts?"


def test_attachments_come_by_name_and_an_enclosed_message_as_one() -> None:
    names = [
        {
            "@odata.type": "#microsoft.graph.fileAttachment",
            "name": "a.PDF",
            "contentType": "Application/PDF",
            "size": 9,
        },
        {"@odata.type": "#microsoft.graph.itemAttachment", "name": "Offer", "contentType": None, "size": 5},
    ]
    message = read(item(attachments=names, body={"contentType": "html", "content": ""}))
    assert message.attachments == (Attachment("a.PDF", "application/pdf", 9), Attachment("Offer", "message/rfc822", 5))
    assert not message.opaque


def test_nothing_of_a_message_is_not_one() -> None:
    empty = item(
        **{"from": None, "subject": "", "toRecipients": [], "internetMessageHeaders": [], "sentDateTime": None}
    )
    with pytest.raises(UnreadableError):
        read(empty)


# what wants to be read as it was sent


@pytest.mark.parametrize(
    "more",
    [
        {"@odata.type": "#microsoft.graph.eventMessageResponse"},
        {"@odata.type": "#microsoft.graph.eventMessageRequest"},
        {"singleValueExtendedProperties": properties(**{"String 0x1a": "IPM.Schedule.Meeting.Resp.Neg"})},
        {"singleValueExtendedProperties": properties(**{"String 0x1a": "REPORT.IPM.Note.NDR"})},
        {"singleValueExtendedProperties": properties(**{"String 0x1a": "REPORT.IPM.Note.IPNRN"})},
        {"singleValueExtendedProperties": properties(**{"String 0x1a": "IPM.Note.SMIME.MultipartSigned"})},
        {"headers": {"Content-Type": "multipart/report; report-type=delivery-status"}},
        {"headers": {"Content-Type": "multipart/signed"}, "body": {"contentType": "html", "content": "<p>&nbsp;</p>"}},
        {"attachments": [{"name": "invite.ics", "contentType": "text/calendar", "size": 700}]},
    ],
)
def test_more_is_to_be_read_as_it_was_sent_than_graph_says(more: dict[str, Any]) -> None:
    assert wants_original(item(**more))


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"attachments": [{"name": "a.pdf", "contentType": "application/pdf", "size": 7}]},
        {"headers": {"Content-Type": "multipart/signed"}},
        {"singleValueExtendedProperties": properties(**{"String 0x1a": "IPM.Note"})},
    ],
)
def test_other_mail_is_not_asked_for_twice(more: dict[str, Any]) -> None:
    assert not wants_original(item(**more))


def test_the_original_keeps_graphs_flags_and_our_key() -> None:
    raw = b"From: rep@tallwood.example\r\nSubject: Talk\r\nMessage-ID: <n1@harbour.example>\r\n\r\nHere.\r\n"
    given = sent(singleValueExtendedProperties=properties(**OURS))
    message = original_of(raw, given, account="work", folder="Sent", role=FolderRole.SENT, zone=BERLIN)
    assert (message.subject, message.header("x-nextmove-key")) == ("Talk", "k1")
    assert message.flags == {"seen"}
    assert message.etag == read(given).etag


# what Outlook and Exchange write by themselves


def kind_of(message: Message) -> AutomaticKind | None:
    found = automatic(message, BERLIN)
    return found.kind if found else None


def test_an_automatic_answer_is_told_by_its_header() -> None:
    header = {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Subject": "Automatic reply: Counts",
    }
    text = {"contentType": "html", "content": "<p>I am out of the office until 9 March.</p>"}
    assert kind_of(read(item(headers=header, body=text))) is AutomaticKind.OUT_OF_OFFICE


def test_an_automatic_answer_without_a_header_is_told_by_its_class() -> None:
    given = properties(**{"String 0x1A": "IPM.Note.Rules.OofTemplate.Microsoft"})
    message = read(item(singleValueExtendedProperties=given, subject="Away"))
    assert message.header("auto-submitted") == "auto-replied"
    assert kind_of(message) is AutomaticKind.OUT_OF_OFFICE


def test_a_recall_is_told_by_its_subject() -> None:
    recall = item(
        headers={"Subject": "Recall: Counts"},
        body={"contentType": "html", "content": "<p>Ines would like to recall the message, “Counts”.</p>"},
    )
    assert kind_of(read(recall)) is AutomaticKind.RECALL


def test_a_vote_is_text() -> None:
    given = properties(**{VOTE: "Approve"})
    message = read(item(body={"contentType": "html", "content": ""}, singleValueExtendedProperties=given))
    assert (message.text, message.opaque) == ("Approve", False)
    said = {"contentType": "text", "content": "Approve, with thanks."}
    assert read(item(body=said, singleValueExtendedProperties=given)).text == "Approve, with thanks."


def test_private_mail_is_told() -> None:
    assert is_private(item(singleValueExtendedProperties=properties(**{"Integer 0x36": "2"})))
    assert not is_private(item(singleValueExtendedProperties=properties(**{"Integer 0x36": "0"})))
    assert not is_private(item())


# flags and etags


def test_flags_that_are_not_told_are_as_they_were() -> None:
    assert flags_of({"isRead": True, "flag": {"flagStatus": "flagged"}}) == {"seen", "flagged"}
    assert flags_of({"id": "x"}, {"seen"}) == {"seen"}
    assert flags_of({"isRead": False}, {"seen", "flagged"}) == {"flagged"}
    assert flags_of({"flag": {"flagStatus": "complete"}}, {"seen", "flagged"}) == {"seen"}


@pytest.mark.parametrize("flags", [frozenset(), frozenset({"seen"}), frozenset({"seen", "flagged"})])
def test_an_etag_says_the_flags_and_the_name_again(flags: frozenset[str]) -> None:
    assert parted(etag_of(flags, "<n 1@x.example>")) == (flags, "<n 1@x.example>")


def test_a_draft_with_another_change_key_is_another_one_and_other_mail_is_not() -> None:
    first, second = (read(sent(isDraft=True, changeKey=key)).etag for key in ("A", "B"))
    assert first != second
    assert read(item(changeKey="A")).etag == read(item(changeKey="B")).etag
