"""The sample's source, read: the people, the letters and the meetings, with their days still to be filled in."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from importlib.resources import files
from typing import Any, Final
from zoneinfo import ZoneInfo

from assistant.sample.today import HOME, Today

REP: Final = frozenset({"mara", "mara_alias"})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who writes or is written to. `client` is the mail program that quotes and signs for them."""

    key: str
    email: str
    name: str | None = None
    client: str = "gmail"
    zone: ZoneInfo = HOME
    signature: str = ""

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name else self.email


@dataclass(frozen=True, slots=True)
class Answer:
    """An attendee of a meeting and their PARTSTAT."""

    who: Person
    partstat: str = "ACCEPTED"


@dataclass(frozen=True, slots=True)
class Meeting:
    """One VEVENT of the rep's calendar, as RFC 5545 names its parts. `end` is excluded."""

    key: str
    summary: str
    start: datetime
    end: datetime
    organizer: Person | None = None
    attendees: tuple[Answer, ...] = ()
    location: str = ""
    description: str = ""
    status: str = "CONFIRMED"
    all_day: bool = False
    free: bool = False
    private: bool = False
    weekly: bool = False
    without: tuple[datetime, ...] = ()

    @property
    def uid(self) -> str:
        domain = self.organizer.domain if self.organizer else "tallwood.example"
        return f"{self.key}-{self.start:%Y%m%d}@{domain}"


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of the mailbox. `parent` is the letter that it answers; `html` is "", "both" or "only".

    `bounce_of` makes it a delivery report (RFC 3464) about that letter; `meeting` and `method` give it a
    text/calendar part (RFC 6047) in which the sender answers with `partstat`.
    """

    key: str
    sent: datetime
    sender: Person
    to: tuple[Person, ...]
    cc: tuple[Person, ...]
    subject: str
    body: str
    folder: str
    parent: "Letter | None" = None
    client: str = "gmail"
    quote: bool = True
    sign: bool = True
    html: str = ""
    attach: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    flags: str = "S"
    bounce_of: "Letter | None" = None
    meeting: Meeting | None = None
    method: str = ""
    partstat: str = "ACCEPTED"


def people() -> dict[str, Person]:
    """Everybody in people.toml, by key."""
    return {
        key: replace(
            Person(key, entry["email"], entry.get("name"), entry.get("client", "gmail")),
            zone=ZoneInfo(entry.get("zone", "Europe/Berlin")),
            signature=entry.get("signature", "").strip(),
        )
        for key, entry in _toml("people.toml").items()
    }


def meetings(cast: Mapping[str, Person], today: Today) -> dict[str, Meeting]:
    """Everything in calendar.toml, by key."""
    return {entry["key"]: _meeting(entry, cast, today) for entry in _toml("calendar.toml")["event"]}


def letters(cast: Mapping[str, Person], plan: Mapping[str, Meeting], today: Today) -> list[Letter]:
    """All letters of mail/*.toml, the oldest first."""
    sources = sorted(files("assistant.sample").joinpath("mail").iterdir(), key=lambda source: source.name)
    entries = [
        entry
        for source in sources
        if source.name.endswith(".toml")
        for entry in tomllib.loads(source.read_text(encoding="utf-8"))["message"]
    ]
    known: dict[str, Letter] = {}
    for entry in sorted(entries, key=lambda entry: (_moment(entry, cast, today), entry["key"])):
        known[entry["key"]] = _letter(entry, cast, plan, known, today)
    return list(known.values())


def deals_csv(today: Today) -> str:
    """deals.csv with its days filled in."""
    return today.fill(source("deals.csv"))


def source(name: str) -> str:
    """The text of one of the sample's own files."""
    return files("assistant.sample").joinpath(name).read_text(encoding="utf-8")


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(source(name))


def _moment(entry: Mapping[str, Any], cast: Mapping[str, Person], today: Today) -> datetime:
    zone = cast[entry["from"]].zone
    return datetime.combine(today.day(entry["day"]), time.fromisoformat(entry["time"]), zone)


def _letter(
    entry: Mapping[str, Any],
    cast: Mapping[str, Person],
    plan: Mapping[str, Meeting],
    known: Mapping[str, Letter],
    today: Today,
) -> Letter:
    sender = cast[entry["from"]]
    sent = _moment(entry, cast, today)
    parent = known[entry["reply_to"]] if "reply_to" in entry else None
    subject = entry.get("subject") or _reply_subject(parent)
    return Letter(
        key=entry["key"],
        sent=sent,
        sender=sender,
        to=tuple(cast[key] for key in entry["to"]),
        cc=tuple(cast[key] for key in entry.get("cc", ())),
        subject=today.fill(subject, sent.date()),
        body=today.fill(entry["body"].strip(), sent.date()),
        folder=entry.get("folder", "Sent" if sender.key in REP else "INBOX"),
        parent=parent,
        client=entry.get("client", sender.client),
        quote=entry.get("quote", True),
        sign=entry.get("sign", True),
        html=entry.get("html", ""),
        attach=tuple(entry.get("attach", ())),
        headers=tuple((name, today.fill(value)) for name, value in entry.get("headers", {}).items()),
        flags=entry.get("flags", "S"),
        bounce_of=known[entry["bounce_of"]] if "bounce_of" in entry else None,
        meeting=plan[entry["meeting"]] if "meeting" in entry else None,
        method=entry.get("method", ""),
        partstat=entry.get("partstat", "ACCEPTED"),
    )


def _reply_subject(parent: Letter | None) -> str:
    subject = parent.subject if parent else ""
    return subject if subject.upper().startswith("RE: ") else f"Re: {subject}"


def _meeting(entry: Mapping[str, Any], cast: Mapping[str, Person], today: Today) -> Meeting:
    zone = ZoneInfo(entry.get("zone", "Europe/Berlin"))
    day = today.day(entry["day"])
    start = datetime.combine(day, time.fromisoformat(entry.get("time", "00:00")), zone)
    length = timedelta(days=entry["days"]) if "days" in entry else timedelta(minutes=entry["minutes"])
    answers = entry.get("attendees", {})
    return Meeting(
        key=entry["key"],
        summary=entry["summary"],
        start=start,
        end=start + length,
        organizer=cast[entry["organizer"]] if "organizer" in entry else None,
        attendees=tuple(Answer(cast[key], partstat) for key, partstat in answers.items()),
        location=entry.get("location", ""),
        description=today.fill(entry.get("description", "").strip(), day),
        status=entry.get("status", "CONFIRMED"),
        all_day="days" in entry,
        free=entry.get("free", False),
        private=entry.get("private", False),
        weekly=entry.get("weekly", False),
        without=tuple(start + timedelta(weeks=week) for week in entry.get("without_weeks", ())),
    )
