"""The book of deals: add and edit them, take them from a CSV file and give them back, find them in the mailbox."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from assistant.config import Config
from assistant.domain.deal import Contact, Deal, DecisionDate, Evidence, Source, Stage
from assistant.domain.mail import Address
from assistant.engine.discovery import Proposal, propose
from assistant.errors import InputError
from assistant.store import Transaction

_RECENT: Final = timedelta(days=365)
_CONTACT: Final = re.compile(
    r"""^\s*(?:(?P<name>[^<>]*?)\s*<\s*)?(?P<email>[^<>@\s()]+@[^<>@\s()]+)\s*>?
    \s*(?:\((?P<role>.*)\))?\s*(?P<gone>\[gone\])?\s*$""",
    re.VERBOSE,
)


def slug(text: str, taken: Collection[str]) -> str:
    """A short id in ASCII for a deal, with a number behind it if it's taken."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    base = "-".join(re.findall(r"[a-z0-9]+", plain))[:40].strip("-")
    base = f"deal-{base}".strip("-") if base.isdigit() or not base else base
    return base if base not in taken else next(f"{base}-{n}" for n in range(2, 10_000) if f"{base}-{n}" not in taken)


def check_id(text: str) -> str:
    """A deal's id: letters, digits and hyphens, and not only digits. Raises `InputError`."""
    if not re.fullmatch(r"(?!\d+$)[a-z0-9][a-z0-9-]{0,59}", text):
        raise InputError(f"{text!r} can't be the id of a deal.", "Take small letters, digits and hyphens.")
    return text


def contact_of(text: str) -> Contact:
    """A contact from `Name <address> (role)`, where name and role may be missing; `[gone]` after it says that they
    have left. Raises `InputError`."""
    found = _CONTACT.match(text)
    if not found:
        raise InputError(f"{text.strip()!r} is no contact.", "Write it as: Name <address@company.example> (role)")
    name, role = (found["name"] or "").strip().strip('"'), (found["role"] or "").strip()
    return Contact(Address(found["email"].lower(), name or None), role or None, active=not found["gone"])


def contacts_of(text: str) -> tuple[Contact, ...]:
    """Contacts apart by semicolons."""
    return tuple(contact_of(part) for part in text.split(";") if part.strip())


def contact_text(contact: Contact) -> str:
    """The contact as `contact_of` reads it."""
    role = f" ({contact.role.replace(';', ',')})" if contact.role else ""
    gone = "" if contact.active else " [gone]"
    name = re.sub(r"[;<>]+", " ", contact.address.name or "").strip()
    return f"{name} <{contact.address.email}>{role}{gone}" if name else f"{contact.address.email}{role}{gone}"


def domains_of(text: str) -> tuple[str, ...]:
    """Domains apart by blanks, commas or semicolons. Raises `InputError`."""
    parts = [part.lower().removeprefix("@") for part in re.split(r"[\s,;]+", text) if part]
    for part in parts:
        if not re.fullmatch(r"[\w-]+(\.[\w-]+)+", part):
            raise InputError(f"{part!r} is no domain.", "Write domains like company.example, apart by commas.")
    return tuple(dict.fromkeys(parts))


def stage_of(text: str) -> Stage:
    """A stage by its name. Raises `InputError`."""
    try:
        return Stage(text.strip().lower().replace(" ", "_"))
    except ValueError:
        raise InputError(f"{text!r} is no stage.", f"Known are: {', '.join(Stage)}.") from None


def check_zone(name: str) -> str:
    """An IANA zone's name. Raises `InputError`."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError(f"{name!r} is no time zone.", "Write an IANA name, like America/Chicago.") from None
    return name


def check_country(code: str) -> str:
    """An ISO 3166 code, with a region where given. Raises `InputError`."""
    if not re.fullmatch(r"[A-Za-z]{2}(-[A-Za-z0-9]{1,3})?", code):
        raise InputError(f"{code!r} is no country code.", "Write an ISO 3166 code, like US or DE-BY.")
    return code.upper()


def reps_word(deal_id: str, sentence: str, now: datetime) -> Evidence:
    """Evidence that rests on what the rep says."""
    return Evidence(Source.REP, deal_id, sentence, "the rep's word", on=now.date())


def decision_by_rep(deal_id: str, day: date, words: str, message_id: str | None, now: datetime) -> DecisionDate:
    """A decision date that the rep writes down, with the mail that says it where there is one. It's never changed, so a
    day that has gone by is taken for a slip. Raises `InputError`."""
    if day < now.date():
        raise InputError(f"{day} has gone by, so nothing was written.", "Name the day on which they mean to decide.")
    evidence = reps_word(deal_id, words, now)
    if message_id:
        evidence = replace(evidence, source=Source.MESSAGE, ref=message_id.strip("<>"))
    return DecisionDate(day, evidence)


def add(tx: Transaction, deal: Deal, decision: DecisionDate | None, now: datetime) -> Deal:
    """Put a new deal in the book, with its decision date where it's known."""
    tx.ledger.add_deal(deal)
    if decision:
        tx.ledger.decide(deal.id, decision)
    tx.audit.append(now, "deal added", deal.id)
    return tx.ledger.deal(deal.id)


def discover(tx: Transaction, config: Config, now: datetime) -> list[Proposal]:
    """Companies in the mailbox that look like deals and aren't in the book, the likeliest first."""
    return propose(
        tx.mirror.thread_summaries(now - _RECENT, config.us, until=now),
        tx.ledger.deals(),
        config.us,
        tx.ledger.dismissed_proposals(),
        now,
    )


def accept(tx: Transaction, proposal: Proposal, now: datetime) -> Deal:
    """Make the proposal a deal; its threads are remembered as its own."""
    taken = {deal.id for deal in tx.ledger.deals()}
    deal = Deal(
        id=slug(proposal.name, taken),
        name=proposal.name,
        company=proposal.company,
        created=now,
        domains=proposal.domains,
        contacts=proposal.contacts,
    )
    return add(tx, deal, None, now)


def edited(deal: Deal, **changes: object) -> Deal:
    """The deal with what was given; None leaves a field as it is."""
    given = {key: value for key, value in changes.items() if value is not None}
    return replace(deal, **given)  # type: ignore[arg-type]


def with_contacts(deal: Deal, add: Iterable[Contact], remove: Sequence[str]) -> Deal:
    """The deal with people added (or replaced, by address) and others marked inactive."""
    gone = {email.lower() for email in remove}
    merged = {contact.address.email: contact for contact in deal.contacts}
    merged |= {contact.address.email: contact for contact in add}
    for email in gone:
        if email not in merged:
            raise InputError(f"{email} is no contact of {deal.id}.", f"See them: nextmove deals show {deal.id}")
        merged[email] = replace(merged[email], active=False)
    return replace(deal, contacts=tuple(merged.values()))
