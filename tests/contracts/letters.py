"""Small messages and calendars for the suites; all people and places in them are made up."""

from datetime import UTC, datetime, timedelta

DAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def letter(
    number: int,
    *,
    subject: str = "Pallet counts",
    body: str = "The counts are attached.",
    reply_to: int | None = None,
    extra: str = "",
) -> bytes:
    """A message whose Message-ID is `n<number>@contract.example`."""
    when = (DAY + timedelta(minutes=number)).strftime("%a, %d %b %Y %H:%M:%S +0000")
    parent = f"<n{reply_to}@contract.example>"
    thread = f"In-Reply-To: {parent}\nReferences: <n0@contract.example> {parent}\n" if reply_to is not None else ""
    return (
        f"From: Ines Okafor <ines@harbour.example>\nTo: Rep <rep@tallwood.example>\nDate: {when}\n"
        f"Subject: {subject} {number}\nMessage-ID: <n{number}@contract.example>\n{thread}{extra}\n{body}\n"
    ).encode()


def calendar(*events: str) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//contract//example//EN", *events, "END:VCALENDAR", ""]
    return "\r\n".join(line for block in lines for line in block.split("\n")).encode()


def event(uid: str, start: str, *lines: str) -> str:
    """A VEVENT; `start` is the whole DTSTART property after its name, such as `:20260302T090000Z`."""
    return "\n".join(
        ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", f"DTSTART{start}", *lines, "END:VEVENT"]
    )
