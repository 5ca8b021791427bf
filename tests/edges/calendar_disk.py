"""A calendar on disk in which events are placed, with a mailbox beside it, and the rep's own programs."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import icalendar

import providers
from assistant.domain.calendar import PartStat
from assistant.domain.ports import Calendar, Scheduling
from tests.contracts.scheduling import (
    Told,
)
from tests.edges.systems import BERLIN, MaildirDisk, TreeDisk


class SchedulingDisk:
    """A calendar folder (or file) and a Maildir side by side."""

    def __init__(self, root: Path, *, mail: type[MaildirDisk] | type[TreeDisk] = MaildirDisk) -> None:
        self.root = root / "calendar"
        self.root.mkdir(parents=True)
        self.mail = mail(root / "mail")
        self.out: list[bytes] = []

    def settings(self) -> dict[str, str]:
        return {"mail": str(self.mail.root), "calendar": str(self.root)}

    def scheduling(self) -> Scheduling:
        return providers.scheduling("local", "work", self.settings(), BERLIN)

    def calendar(self) -> Calendar:
        return providers.calendar("local", "work", self.settings(), BERLIN)

    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for raw in [*self.out, *self.mail.drafts()]]

    def told(self) -> list[Told]:
        return [_told(mail) for mail in self.mails()]

    def sent(self) -> None:
        """The rep sends what lies among the drafts."""
        self.out += self.mail.drafts()
        for path in self.mail._draft_files():
            path.unlink()

    def file(self, uid: str) -> Path:
        (path,) = [path for path in self.files() if f"UID:{uid}\r\n".encode() in path.read_bytes()]
        return path

    def files(self) -> list[Path]:
        return [path for path in sorted(self.root.rglob("*")) if path.is_file()]

    def edit(self, uid: str, old: bytes, new: bytes) -> None:
        path = self.file(uid)
        raw = path.read_bytes()
        assert old in raw
        path.write_bytes(raw.replace(old, new))

    def delete(self, uid: str) -> None:
        self.file(uid).unlink()

    def answer(self, uid: str, email: str, partstat: PartStat) -> None:
        path = self.file(uid)
        component: Any = icalendar.Calendar.from_ical(path.read_bytes())
        for attendee in component.events[0]["ATTENDEE"]:
            if attendee == f"mailto:{email}":
                attendee.params["PARTSTAT"] = partstat.value
        path.write_bytes(component.to_ical())


def _told(mail: EmailMessage) -> Told:
    (part,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    found: Any = icalendar.Calendar.from_ical(part.get_payload(decode=True))  # type: ignore[arg-type]
    assert part.get_param("method") == found["METHOD"]
    return Told(
        str(found["METHOD"]),
        int(found.events[0]["SEQUENCE"]),
        frozenset(address.addr_spec for address in mail["To"].addresses),
    )
