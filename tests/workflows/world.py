"""A small world to run in: a rep's Maildir and calendar on disk, the real provider and store, and a clock."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import providers
from assistant.config import Config, parse
from assistant.domain.deal import Deal
from assistant.domain.draft import ItemKind, ItemState, QueueItem
from assistant.store import Store
from assistant.workflows import daily, dealbook
from assistant.workflows.editing import ReviewDesk
from assistant.workflows.sources import SourceAccount

BERLIN: Final = ZoneInfo("Europe/Berlin")
NOW: Final = datetime(2026, 3, 4, 8, 0, tzinfo=BERLIN)
"""A Wednesday morning, far from holidays."""

REP: Final = "Noor Haddad <noor@brightlane.example>"
INES: Final = "Ines Okafor <ines@harbour.example>"
TOMAS: Final = "Tomas Brandl <tomas@quayside.example>"

_PARTS: Final = ("cur", "new", "tmp")
_LASTING: Final = ("mirror_", "sqlite_", "alembic", "meta", "routine")

QUESTION: Final = "Hi Noor,\n\nCould you send us the security paper?\n\nBest,\nInes\n"
PASSIVE: Final = "Hi Ines,\n\nHere is the security paper that you asked for.\n\nBest,\nNoor\n"
NO: Final = "Hi Noor,\n\nThank you for your time. We have decided not to go ahead.\n\nBest,\nInes\n"


def days(count: float) -> timedelta:
    return timedelta(days=count)


@dataclass(slots=True)
class Account:
    """One account's Maildir and calendar folder."""

    name: str
    root: Path
    numbers: int = 0

    @property
    def mail(self) -> Path:
        return self.root / "mail"

    @property
    def calendar(self) -> Path:
        return self.root / "calendar"

    def make(self) -> None:
        for folder in ("", ".Sent", ".Drafts", ".Trash", ".Family"):
            for part in _PARTS:
                (self.mail / folder / part).mkdir(parents=True)
        self.calendar.mkdir()

    def deliver(
        self,
        sender: str,
        to: str,
        body: str,
        at: datetime,
        *,
        subject: str = "Harbour planning",
        reply_to: str | None = None,
        cc: str = "",
        folder: str | None = None,
        headers: Sequence[tuple[str, str]] = (),
    ) -> str:
        """Put a message into the mailbox and give back its Message-ID; the rep's own go to Sent."""
        self.numbers += 1
        message_id = f"{self.name}{self.numbers}@post.example"
        lines = [f"From: {sender}", f"To: {to}"]
        lines += [f"Cc: {cc}"] if cc else []
        lines += [f"Date: {format_datetime(at)}", f"Subject: {subject}", f"Message-ID: <{message_id}>"]
        lines += [f"In-Reply-To: <{reply_to}>", f"References: <{reply_to}>"] if reply_to else []
        lines += [f"{name}: {value}" for name, value in headers]
        where = folder if folder is not None else ("Sent" if sender == REP else "")
        self.put("\n".join([*lines, "Content-Type: text/plain; charset=utf-8", "", body]).encode(), where)
        return message_id

    def put(self, raw: bytes, folder: str = "") -> Path:
        self.numbers += 1
        home = self.mail / f".{folder}" if folder else self.mail
        path = home / "cur" / f"{1_700_000_000 + self.numbers}.M{self.numbers}.post:2,S"
        path.write_bytes(raw)
        return path

    def meet(self, uid: str, start: datetime, guest: str, *, minutes: int = 30, summary: str = "Talk") -> None:
        """Put a meeting of the rep and a guest, which both have accepted, into the calendar."""
        form = "%Y%m%dT%H%M%S"
        lines = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//world//EN",
            "BEGIN:VEVENT",
            f"UID:{uid}",
            "DTSTAMP:20260101T000000Z",
            f"DTSTART;TZID=Europe/Berlin:{start:{form}}",
            f"DTEND;TZID=Europe/Berlin:{start + timedelta(minutes=minutes):{form}}",
            f"SUMMARY:{summary}",
            "ORGANIZER:mailto:noor@brightlane.example",
            "ATTENDEE;PARTSTAT=ACCEPTED:mailto:noor@brightlane.example",
            f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{guest}",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
        (self.calendar / f"{uid}.ics").write_bytes("\r\n".join(lines).encode())

    def calendar_files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted(self.calendar.iterdir())}

    def draft_files(self) -> list[Path]:
        return sorted(path for part in _PARTS for path in (self.mail / ".Drafts" / part).iterdir())

    def drafts(self) -> list[EmailMessage]:
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in self.draft_files()]

    def files(self) -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in sorted(self.root.rglob("*")) if path.is_file()}


@dataclass(slots=True)
class World:
    """A rep with their accounts and store, at a moment that the test moves on."""

    folder: Path
    accounts: list[Account]
    store: Store
    config: Config
    now: datetime = NOW
    sources: list[SourceAccount] = field(default_factory=list)

    @property
    def work(self) -> Account:
        return self.accounts[0]

    @property
    def desk(self) -> ReviewDesk:
        return ReviewDesk(self.sources, self.store, self.config)

    def run(self, after: timedelta = timedelta(0), *, accept_vanished: bool = False) -> daily.RunReport:
        """The morning's run, `after` later than the last thing that happened."""
        self.now += after
        return daily.run(self.sources, self.store, self.config, self.now, accept_vanished=accept_vanished)

    def deal(
        self,
        deal_id: str = "harbour",
        *,
        domains: Sequence[str] = ("harbour.example",),
        contacts: Sequence[str] = (INES,),
    ) -> Deal:
        people = tuple(dealbook.contact_of(contact) for contact in contacts)
        deal = Deal(deal_id, f"Deal {deal_id}", f"Company {deal_id}", NOW - days(60), tuple(domains), people)
        with self.store.write() as tx:
            return dealbook.add(tx, deal, None, NOW - days(60))

    def passive(self, who: str = INES, *, subject: str = "Harbour planning", account: int = 0) -> str:
        """They asked, and our answer of six working days ago led nowhere; its Message-ID."""
        box = self.accounts[account]
        first = who.partition(" ")[0]
        asked = box.deliver(who, REP, QUESTION.replace("Ines", first), NOW - days(9), subject=subject)
        text = PASSIVE.replace("Ines", first)
        return box.deliver(REP, who, text, NOW - days(8), subject=f"Re: {subject}", reply_to=asked)

    def answer(self, reply_to: str, body: str, who: str = INES, *, subject: str = "Re: Harbour planning") -> str:
        """They write again, an hour after the clock."""
        self.now += timedelta(hours=1)
        return self.work.deliver(who, REP, body, self.now - timedelta(minutes=5), subject=subject, reply_to=reply_to)

    def items(self, *states: ItemState) -> list[QueueItem]:
        with self.store.read() as tx:
            return tx.queue.items(states or tuple(ItemState))

    def item(self, item_id: int) -> QueueItem:
        with self.store.read() as tx:
            return tx.queue.item(item_id)

    def draft(self, deal_id: str = "harbour") -> QueueItem:
        """The deal's one open draft."""
        (found,) = (
            item for item in self.items(ItemState.OPEN) if item.kind is ItemKind.DRAFT and item.deal_id == deal_id
        )
        return found

    def drafts_of(self, deal_id: str = "harbour") -> list[QueueItem]:
        return [item for item in self.items() if item.kind is ItemKind.DRAFT and item.deal_id == deal_id]

    def dump(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of the user's own work: all tables but the mirror's, and when what was done last."""
        with sqlite3.connect(self.store.path) as connection:
            names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            kept = sorted(name for name in names if not name.startswith(_LASTING))
            rows = {name: list(connection.execute(f'SELECT * FROM "{name}"')) for name in kept}
        connection.close()
        return rows

    def files(self) -> dict[str, bytes]:
        return {path: raw for account in self.accounts for path, raw in account.files().items()}


def config_text(folder: Path, accounts: Sequence[Account], extra: str = "") -> str:
    lines = [
        "[rep]",
        'name = "Noor Haddad"',
        'email = "noor@brightlane.example"',
        'aliases = ["n.haddad@brightlane.example"]',
        'timezone = "Europe/Berlin"',
        "[team]",
        'domains = ["brightlane.example"]',
        "[store]",
        f'path = "{folder / "data" / "nextmove.db"}"',
    ]
    for account in accounts:
        lines += ["[[account]]", f'name = "{account.name}"', f'mail = "{account.mail}"']
        lines += [f'calendar = "{account.calendar}"']
    return "\n".join([*lines, extra, ""])


def sources(config: Config) -> list[SourceAccount]:
    """The ports of the local provider, as the composition root opens them."""
    return [
        SourceAccount(
            each.name,
            providers.mailbox(each.provider, each.name, each.settings, config.zone),
            providers.outbox(each.provider, each.name, each.settings, config.zone),
            providers.calendar(each.provider, each.name, each.settings, config.zone),
            providers.scheduling(each.provider, each.name, each.settings, config.zone),
        )
        for each in config.accounts
    ]


def built(folder: Path, *, extra: str = "", accounts: Sequence[str] = ("work",)) -> Iterator[World]:
    """A world with empty mailboxes; closed afterwards."""
    made = [Account(name, folder / name) for name in accounts]
    for account in made:
        account.make()
    path = folder / "nextmove.toml"
    path.write_text(config_text(folder, made, extra), encoding="utf-8")
    config = parse(path.read_text(encoding="utf-8"), path)
    with Store.open(config.store) as store:
        yield World(folder, made, store, config, sources=sources(config))


def known(world: World, deal_id: str, contact: str) -> None:
    """Add a contact to the deal, as `deals edit` does."""
    with world.store.write() as tx:
        deal = tx.ledger.deal(deal_id)
        tx.ledger.update_deal(dealbook.with_contacts(deal, [dealbook.contact_of(contact)], []))
