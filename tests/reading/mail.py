"""Messages of fictional people, made for the tests of the reader."""

from datetime import UTC, datetime

from assistant.domain.mail import Address, FolderRole, Message

SENT = datetime(2026, 6, 3, 10, 0, tzinfo=UTC)
"""A Wednesday."""


def message(
    text: str,
    *,
    subject: str = "Re: Tallyboard rollout",
    sender: str = "ines.marlowe@orchardmill.example",
    date: datetime | None = SENT,
    headers: tuple[tuple[str, str], ...] = (),
    calendar: tuple[str, ...] = (),
    report: str = "",
    opaque: bool = False,
    in_reply_to: tuple[str, ...] = (),
) -> Message:
    return Message(
        account="work",
        folder="INBOX",
        remote_id="1",
        role=FolderRole.INBOX,
        message_id="m1@orchardmill.example",
        date=date,
        sender=Address(sender, "Ines Marlowe"),
        to=(Address("rep@tallwood.example", "Robin Tate"),),
        subject=subject,
        text=text,
        headers=headers,
        calendar=calendar,
        report=report,
        opaque=opaque,
        in_reply_to=in_reply_to,
    )
