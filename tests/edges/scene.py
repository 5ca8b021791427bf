"""A scene for an edge case: one deal whose last move was our passive answer, the mail that comes, and the morning."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Final

from assistant.domain.deal import Standing
from assistant.domain.draft import ItemKind, ItemState, Purpose, QueueItem
from assistant.workflows.desk import DealView, look
from assistant.workflows.telling import tell_one
from tests.workflows.world import INES, NOW, REP, World, built

LENA: Final = "Lena Petersen <lena@harbour.example>"
"""A colleague of Ines."""

OMAR: Final = "Omar Nasser <omar@brightlane.example>"
"""A colleague of the rep."""

INES_AT: Final = "ines@harbour.example"
AN_HOUR: Final = timedelta(hours=1)


@dataclass(slots=True)
class Scene:
    """`last` is the Message-ID of our passive answer."""

    world: World
    last: str

    def receives(
        self,
        body: str,
        *,
        sender: str = INES,
        to: str = REP,
        at: datetime | None = None,
        subject: str = "Re: Harbour planning",
        reply_to: str | None = "",
        cc: str = "",
        folder: str = "",
        headers: Sequence[tuple[str, str]] = (),
    ) -> str:
        """A mail that came an hour before the run, in answer to our last one unless it says otherwise."""
        return self.world.work.deliver(
            sender,
            to,
            body,
            at or self.world.now - AN_HOUR,
            subject=subject,
            reply_to=self.last if reply_to == "" else reply_to,
            cc=cc,
            folder=folder,
            headers=headers,
        )

    def sends(
        self,
        body: str,
        *,
        to: str = INES,
        at: datetime | None = None,
        subject: str = "Re: Harbour planning",
        reply_to: str | None = "",
        cc: str = "",
        folder: str = "Sent",
        sender: str = REP,
        headers: Sequence[tuple[str, str]] = (),
    ) -> str:
        """A mail of ours in answer to the last one; it's in Sent unless it says otherwise."""
        return self.receives(
            body,
            sender=sender,
            to=to,
            at=at,
            subject=subject,
            reply_to=reply_to,
            cc=cc,
            folder=folder,
            headers=headers,
        )

    def letter(
        self, *, sender: str = INES, subject: str = "Re: Harbour planning", answers: bool = True
    ) -> EmailMessage:
        """A mail of theirs without a body yet, for parts and types of any kind: see `lands`."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, REP, subject
        mail["Date"] = format_datetime(self.world.now - AN_HOUR)
        mail["Message-ID"] = f"<letter{self.world.work.numbers}@post.example>"
        if answers:
            mail["In-Reply-To"] = mail["References"] = f"<{self.last}>"
        return mail

    def lands(self, mail: EmailMessage | bytes, folder: str = "") -> None:
        self.world.work.put(mail if isinstance(mail, bytes) else mail.as_bytes(), folder)

    def books(self, event: str) -> None:
        """An event lies in the rep's calendar: see `calendar`."""
        (self.world.work.calendar / "talk.ics").write_bytes(event.encode())

    def receives_calendar(self, event: str, *, subject: str, text: str = "", sender: str = INES) -> None:
        """A mail of theirs with a calendar part, as their calendar sends it."""
        mail = self.letter(sender=sender, subject=subject, answers=False)
        mail.set_content(text or subject)
        method = event.partition("METHOD:")[2].partition("\r\n")[0]
        mail.add_alternative(event, subtype="calendar", params={"method": method})
        self.lands(mail)

    def morning(self, after: timedelta = timedelta(0)) -> DealView:
        """The run, and the deal as it lies on the desk then."""
        self.world.run(after)
        return self.view()

    def morning_of(self, year: int, month: int, day: int) -> DealView:
        """The same at eight o'clock on a later day."""
        return self.morning(self.world.now.replace(year=year, month=month, day=day, hour=8) - self.world.now)

    def view(self, deal_id: str = "harbour") -> DealView:
        with self.world.store.write() as tx:
            found = look(tx, self.world.config, self.world.now).view(deal_id)
        assert found is not None
        return found

    def page(self) -> dict[str, object]:
        """What `deals show --json` says."""
        return tell_one(self.world.store, self.world.config, "harbour", self.world.now)

    @property
    def queue(self) -> list[QueueItem]:
        """What waits for the rep."""
        return self.world.items(ItemState.OPEN)

    @property
    def drafts(self) -> list[QueueItem]:
        return [item for item in self.queue if item.kind is ItemKind.DRAFT]

    @property
    def questions(self) -> list[QueueItem]:
        return [item for item in self.queue if item.kind is ItemKind.QUESTION]

    @property
    def notices(self) -> list[QueueItem]:
        return [item for item in self.queue if item.kind is ItemKind.NOTICE]

    @property
    def purposes(self) -> list[Purpose | None]:
        return [item.purpose for item in self.drafts]


def first(view: DealView) -> Standing | None:
    """The standing that counts."""
    return view.standings.first.standing if view.standings.first else None


def until(view: DealView) -> str:
    """The day on which the standing ends by itself, as 2026-03-17."""
    assert view.standings.first is not None
    return str(view.standings.first.until)


def moves(view: DealView) -> list[str]:
    """The Message-IDs and UIDs of the moves, in order."""
    return [move.ref for move in view.timeline.moves]


def mailed(item: QueueItem) -> set[str]:
    """To whom a draft goes, with its copies."""
    assert item.content is not None
    return {person.email for person in (*item.content.to, *item.content.cc)}


def played(folder: Path) -> Iterator[Scene]:
    for world in built(folder):
        world.deal()
        yield Scene(world, world.passive())


def calendar(
    start: datetime,
    *,
    method: str = "PUBLISH",
    partstat: str = "NEEDS-ACTION",
    sequence: int = 0,
    organizer: str = "noor@brightlane.example",
    uid: str = "talk@brightlane.example",
    more: Sequence[str] = (),
) -> str:
    """A talk of half an hour between Ines and the rep, with her answer."""
    form = "%Y%m%dT%H%M%S"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//scene//EN",
        f"METHOD:{method}",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"SEQUENCE:{sequence}",
        "DTSTAMP:20260303T120000Z",
        f"DTSTART;TZID=Europe/Berlin:{start:{form}}",
        f"DTEND;TZID=Europe/Berlin:{start + timedelta(minutes=30):{form}}",
        "SUMMARY:Talk about the paper",
        f"ORGANIZER:mailto:{organizer}",
        f"ATTENDEE;PARTSTAT={partstat}:mailto:{INES_AT}",
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:noor@brightlane.example",
        *more,
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    return "\r\n".join(lines)


def in_march(day: int, hour: int = 8) -> datetime:
    return NOW.replace(day=day, hour=hour)
