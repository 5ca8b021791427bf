"""A mailbox of Microsoft's passes the suite, and what isn't plain mail in it is understood as everywhere else."""

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from assistant.domain.mail import Message
from assistant.domain.reading import AutomaticKind
from assistant.reading.automatic import automatic
from providers.microsoft.events import UID_PROPERTY
from tests.contracts.caller import MailCaller
from tests.contracts.letters import letter
from tests.contracts.mailbox import MailboxSuite
from tests.edges.microsoft_mail import BERLIN, Outlook, pulled
from tests.servers.microsoft import MicrosoftPeer

OURS = "0123456789abcdef0123456789abcdef@tallwood.example"


@pytest.fixture
def system(microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch) -> Outlook:
    return Outlook(microsoft, monkeypatch)


class TestMicrosoftMailbox(MailboxSuite):
    pass


def calendar_mail(uid: str, method: str, partstat: str = "NEEDS-ACTION", *lines: str, number: int = 1) -> bytes:
    """The calendar mail that a guest's program sends."""
    calendar = ["BEGIN:VCALENDAR", "VERSION:2.0", f"METHOD:{method}", "BEGIN:VEVENT", f"UID:{uid}"]
    calendar += ["DTSTART:20260310T090000Z", "DTEND:20260310T093000Z", "ORGANIZER:mailto:mara@tallwood.example"]
    calendar += [f"ATTENDEE;PARTSTAT={partstat}:mailto:ines@harbour.example", *lines, "END:VEVENT", "END:VCALENDAR", ""]
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ines@harbour.example", "mara@tallwood.example", "Talk"
    mail["Date"], mail["Message-ID"] = datetime(2026, 3, 4, 8, number, tzinfo=UTC), f"<c{number}@harbour.example>"
    mail.set_content("About the talk.")
    mail.add_alternative("\r\n".join(calendar), subtype="calendar", params={"method": method})
    return mail.as_bytes()


def only(caller: MailCaller) -> Message:
    (message,) = caller.held.values()
    return message


@pytest.mark.parametrize("partstat", ["ACCEPTED", "TENTATIVE", "DECLINED"])
def test_an_answer_to_an_invitation_says_what_was_answered(system: Outlook, partstat: str) -> None:
    system.deliver(calendar_mail("040000008200E0", "REPLY", partstat, "COMMENT:Could we take an hour?"))
    message = only(pulled(system))
    told = automatic(message, BERLIN)
    assert told is not None
    assert (told.kind, told.partstat, told.event_uid) == (AutomaticKind.CALENDAR_REPLY, partstat, "040000008200E0")
    assert "Could we take an hour?" in message.text


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "COUNTER"])
def test_what_people_ask_by_calendar_is_told(system: Outlook, method: str) -> None:
    system.deliver(calendar_mail("x1@harbour.example", method))
    told = automatic(only(pulled(system)), BERLIN)
    assert told is not None
    assert (told.kind, told.event_uid) == (AutomaticKind.CALENDAR_REQUEST, "x1@harbour.example")


def test_calendar_mail_about_our_events_names_them_as_we_do(system: Outlook) -> None:
    property_ = {"id": UID_PROPERTY, "value": OURS}
    start, end = ({"dateTime": f"2026-03-10T{at}:00", "timeZone": "UTC"} for at in ("09:00", "09:30"))
    event = system.peer.put_event(subject="Talk", start=start, end=end, singleValueExtendedProperties=[property_])
    theirs = event["iCalUId"]
    system.deliver(calendar_mail(theirs, "REPLY", "DECLINED"))
    (calendar,) = only(pulled(system)).calendar
    assert f"UID:{OURS}" in calendar.splitlines()
    assert theirs not in calendar


def test_other_peoples_invitations_are_not_looked_up_in_the_calendar(system: Outlook) -> None:
    system.deliver(calendar_mail("040000008200E00074C5B7101A82E008", "REQUEST"))
    caller = MailCaller()
    caller.pull(system.open())
    assert (len(caller.held), system.peer.calls("events.*")) == (1, [])


def test_meeting_mail_comes_as_it_was_sent_and_other_mail_does_not(system: Outlook) -> None:
    for number in range(1, 8):
        system.deliver(calendar_mail("x1@harbour.example", "REQUEST", number=number) if number == 3 else letter(number))
    pulled(system)
    MailCaller().pull(system.open())
    assert len(system.peer.calls("messages.value")) == 1


def report(kind: str, part: str, text: str) -> bytes:
    head = ["From: postmaster@harbour.example", "To: mara@tallwood.example", f"Subject: {text}"]
    head += ["Message-ID: <r@x.example>", "Date: Wed, 4 Mar 2026 08:00:00 +0000", "MIME-Version: 1.0"]
    head += [f'Content-Type: multipart/report; report-type={kind}; boundary="b"', ""]
    body = ["--b", "Content-Type: text/plain", "", text, "--b", f"Content-Type: message/{kind}", "", part, "--b--", ""]
    return "\n".join([*head, *body]).encode()


def test_a_bounce_names_the_address(system: Outlook) -> None:
    part = "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; ines@harbour.example\nAction: failed\nStatus: 5.1.1\n"
    system.deliver(report("delivery-status", part, "Undeliverable: Talk"))
    told = automatic(only(pulled(system)), BERLIN)
    assert told is not None
    assert (told.kind, told.failed) == (AutomaticKind.BOUNCE, ("ines@harbour.example",))


def test_a_read_receipt_is_a_receipt(system: Outlook) -> None:
    part = "Final-Recipient: rfc822;ines@harbour.example\nDisposition: manual-action/MDN-sent-manually; displayed\n"
    system.deliver(report("disposition-notification", part, "Read: Talk"))
    told = automatic(only(pulled(system)), BERLIN)
    assert told is not None
    assert told.kind is AutomaticKind.RECEIPT


def test_focused_and_other_mail_is_the_same(system: Outlook) -> None:
    system.deliver(letter(1), inferenceClassification="other")
    assert pulled(system).ids == ["n1@contract.example"]


def test_what_we_sent_keeps_its_thread_without_a_header(system: Outlook) -> None:
    system.peer.deliver(letter(4, reply_to=3), "sentitems")
    message = only(pulled(system))
    assert (message.in_reply_to, message.references[-1:]) == (("n3@contract.example",), ("n3@contract.example",))
    assert message.header("received") is None
