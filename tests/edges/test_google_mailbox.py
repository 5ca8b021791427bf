"""A mailbox of Gmail passes the suite, and calendar mail about our events speaks of them as we do."""

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from providers.google.events import event_id
from tests.contracts.caller import MailCaller
from tests.contracts.mailbox import MailboxSuite
from tests.edges.google_mail import Gmail
from tests.servers.google import GooglePeer


@pytest.fixture
def system(google: GooglePeer, monkeypatch: pytest.MonkeyPatch) -> Gmail:
    return Gmail(google, monkeypatch)


class TestGoogleMailbox(MailboxSuite):
    pass


UID = "0123456789abcdef0123456789abcdef@tallwood.example"


def answer_to_our_invite(number: int, thread: str = "") -> bytes:
    """The calendar mail that Google sends for a guest; of one conversation with `thread`."""
    calendar = ["BEGIN:VCALENDAR", "VERSION:2.0", "METHOD:REPLY", "BEGIN:VEVENT", f"UID:{event_id(UID)}@google.com"]
    calendar += ["DTSTART:20260310T090000Z", "ATTENDEE;PARTSTAT=DECLINED:mailto:ines@harbour.example"]
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ines@harbour.example", "mara@tallwood.example", "Declined: Talk"
    mail["Date"] = datetime(2026, 3, 4, 8, number, tzinfo=UTC)
    mail["Message-ID"] = f"<answer{number}@harbour.example>"
    if thread:
        mail["In-Reply-To"] = mail["References"] = thread
    mail.set_content("No.")
    mail.add_alternative("\r\n".join([*calendar, "END:VEVENT", "END:VCALENDAR", ""]), subtype="calendar")
    return mail.as_bytes()


@pytest.mark.parametrize("answers", [1, 4])
def test_calendar_mail_about_our_events_names_them_as_we_do(system: Gmail, answers: int) -> None:
    """One is fetched as it was sent, four of a conversation in parts."""
    for number in range(1, answers + 1):
        system.deliver(answer_to_our_invite(number, "<answer1@harbour.example>" if number > 1 else ""))
    caller = MailCaller()
    caller.pull(system.open())
    assert len(caller.held) == answers
    for message in caller.held.values():
        (calendar,) = message.calendar
        assert f"UID:{UID}" in calendar.splitlines()
        assert "google.com" not in calendar
