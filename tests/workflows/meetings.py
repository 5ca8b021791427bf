"""A deal whose plan is approved, in the small world: its days pass, and its people answer by calendar mail."""

from datetime import date, datetime, timedelta
from email.message import EmailMessage

import icalendar

from assistant.domain.draft import ItemKind, ItemState, QueueItem
from assistant.workflows import dealbook, planning, review
from tests.workflows.conftest import Build
from tests.workflows.world import BERLIN, INES, REP, World, days

DECIDES = date(2026, 4, 30)
BIRK = "Birk Lund <birk@harbour.example>"


def planned(build: Build, schedule: str = "invite", extra: str = "", where: str = "https://meet.example/noor") -> World:
    """Harbour with three people by role, and its plan approved."""
    world = build(extra="\n".join(["[plan]", f'schedule = "{schedule}"', f'where = "{where}"' if where else "", extra]))
    world.deal(contacts=(f"{INES} (champion, user)", f"{BIRK} (economic buyer, legal)"))
    world.passive()
    decision = dealbook.decision_by_rep("harbour", DECIDES, "Ines on the phone", None, world.now)
    review.decide(world.desk, "harbour", decision, world.now)
    world.run()
    planning.approve(world.desk, "harbour", world.now)
    return world


def walk(world: World, until: date, *, sending: bool = True) -> None:
    """A run on the morning of every day up to this one; the rep sends the invites at once, and a run sees it."""
    while world.now.astimezone(BERLIN).date() < until:
        world.run(days(1))
        if sending and send_invites(world):
            world.run()


def send_invites(world: World) -> list[EmailMessage]:
    """The rep sends the invites that lie among the drafts: their mail program moves them to the sent mail."""
    sent = []
    for path, mail in zip(world.work.draft_files(), world.work.drafts(), strict=True):
        if any(part.get_content_type() == "text/calendar" for part in mail.walk()):
            world.work.put(path.read_bytes(), "Sent")
            path.unlink()
            sent.append(mail)
    return sent


def events(world: World) -> list[icalendar.Event]:
    found = [icalendar.Calendar.from_ical(path.read_bytes()) for path in sorted(world.work.calendar.glob("*.ics"))]
    return [event for calendar in found for event in calendar.events]


def invites(world: World, *states: ItemState) -> list[QueueItem]:
    return [item for item in world.items(*states) if item.kind is ItemKind.INVITE]


def calendar_mail(
    world: World,
    method: str,
    event: icalendar.Event,
    who: str,
    *,
    partstat: str = "NEEDS-ACTION",
    comment: str = "",
    at: tuple[datetime, datetime] | None = None,
    to: str = REP,
) -> None:
    """An answer by calendar mail (RFC 6047), an hour after the clock: what `who` says of the event, or when instead."""
    world.now += timedelta(hours=1)
    said = icalendar.Event()
    for name in ("uid", "sequence", "organizer", "summary"):
        said[name] = event[name]
    start, end = at or (event.start, event.end)
    said.add("dtstart", start)
    said.add("dtend", end)
    said.add("dtstamp", world.now)
    if comment:
        said.add("comment", comment)
    person = icalendar.vCalAddress(f"mailto:{who.partition('<')[2].rstrip('>')}")
    person.params["PARTSTAT"] = partstat
    said["attendee"] = person
    answer = icalendar.Calendar()
    for name, value in (("prodid", "-//harbour//EN"), ("version", "2.0"), ("method", method)):
        answer.add(name, value)
    answer.add_component(said)
    mail = EmailMessage()
    mail["From"], mail["To"] = who, to
    mail["Subject"] = f"{method.capitalize()}: {event['summary']}"
    mail["Date"] = world.now
    mail["Message-ID"] = f"<{method}{world.now.timestamp()}@harbour.example>"
    mail.set_content("")
    mail.add_alternative(answer.to_ical().decode(), subtype="calendar", params={"method": method})
    world.work.put(mail.as_bytes())
