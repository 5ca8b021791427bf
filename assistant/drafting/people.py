"""Who a draft goes to, and by which name each is greeted."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from assistant.domain.deal import Deal, Side, Us
from assistant.domain.mail import Address, Message
from assistant.drafting.voice import Salutation, salutation, signed
from assistant.engine.absence import gone
from assistant.engine.companies import company_domain
from assistant.engine.customers import Customers
from assistant.engine.timeline import Timeline

_SHARED: Final = re.compile(
    r"info|office|contact|hello|mail|team|sales|support|help|service|procurement|purchasing|einkauf|vertrieb|buero"
    r"|kontakt|accounts|accounting|finance|billing|invoices?|legal|security|it|ops|operations|admin|hr|jobs|press"
    r"|marketing|reception|postmaster|tenders|bids|orders|logistics|warehouse|dispo"
)
_ROBOTS: Final = re.compile(
    r"^(no-?reply|do-?not-?reply|noreply.*|mailer-daemon|postmaster|bounces?|notifications?|newsletter|list(s|serv)?"
    r"|.*-(request|bounces|announce|owner|unsubscribe))$"
)
_HONORIFIC: Final = re.compile(r"^(mr|mrs|ms|mx|dr|prof|professor|herr|frau|ing|dipl)\b\.?$", re.I)
_LETTERS: Final = re.compile(r"[^\W\d_][^\W\d_'’.-]*(?:[-'’][^\W\d_]+)*\.?")
_MOST_NAMED: Final = 3
_FIRST_AND_LAST: Final = 2


@dataclass(frozen=True, slots=True)
class Recipients:
    """To and Cc of a reply, and the message that it replies to (None: there has been no mail yet)."""

    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    latest: Message | None


def recipients(
    deal: Deal, timeline: Timeline, us: Us, answers: Message | None = None, *, today: date | None = None
) -> Recipients:
    """Everyone on the message that is answered, or else on the latest mail between both sides; nobody new.

    The rep, people who have left, are on long leave `today` or whose address bounced, lists and robots are left
    out. Colleagues of ours who were on it stay in Cc. A Reply-To that leads away from the customer isn't followed.
    Where nobody is left to write to, the latest earlier mail with somebody serves; where there was no mail at all,
    the guests of the last meeting.
    """
    out = _unreachable(deal, timeline, today)
    mails = [move.message.message for move in reversed(timeline.moves) if move.message is not None]
    if answers is not None:
        mails = [answers, *(mail for mail in mails if mail.message_id != answers.message_id)]
    for mail in mails:
        to, cc = _reply_to_all(mail, deal, timeline, us, out)
        if to:
            return Recipients(to, cc, mails[0])
    guests = timeline.held[-1].people if timeline.held else ()
    there = [a for a in guests if a not in us and a.email not in out and not _robot(a)]
    return Recipients(tuple(there), (), mails[0] if mails else None)


def strangers(who: Recipients, deal: Deal, timeline: Timeline, us: Us) -> tuple[Address, ...]:
    """Recipients who are neither the customer's people nor anyone to whom we have written in this deal: whoever
    has brought them in, the rep must say that they may read it."""
    customers = Customers.of(deal, us)
    if who.latest is None or not customers.among((*who.latest.people, *who.latest.reply_to)):
        return ()
    written = _written_to(timeline)
    return tuple(a for a in (*who.to, *who.cc) if a not in us and a not in customers and a not in written)


def _written_to(timeline: Timeline) -> set[Address]:
    ours = (move.message.message for move in timeline.moves if move.side is Side.US and move.message)
    return {address for mail in ours for address in mail.recipients}


def _leads_away(address: Address, mail: Message, deal: Deal, timeline: Timeline, us: Us) -> bool:
    """Whether a Reply-To names somebody who is neither at the customer, nor at the sender's company, nor known."""
    if address in Customers.of(deal, us) or address in _written_to(timeline):
        return False
    company = company_domain(address)
    return address in us or mail.sender is None or company is None or company != company_domain(mail.sender)


def _reply_to_all(
    mail: Message, deal: Deal, timeline: Timeline, us: Us, out: frozenset[str]
) -> tuple[tuple[Address, ...], tuple[Address, ...]]:
    """To: who wrote, or whom we wrote to. Cc: all others who were on it."""
    sender = (mail.sender,) if mail.sender else ()
    if us.side_of(mail.sender) is Side.US:
        first, second = mail.to, (*mail.cc, *mail.bcc, *sender)
    else:
        own_list = "list-id" in dict(mail.headers) or any(
            _robot(a) or _leads_away(a, mail, deal, timeline, us) for a in mail.reply_to
        )
        first = sender if own_list or not mail.reply_to else mail.reply_to
        second = (*mail.to, *mail.cc)
    kept = [a for a in dict.fromkeys((*first, *second)) if not (us.is_rep(a) or a.email in out or _robot(a))]
    theirs = [a for a in kept if a not in us]
    to = [a for a in theirs if a in first] or theirs[:1]
    return tuple(to), tuple(a for a in kept if a not in to)


def _unreachable(deal: Deal, timeline: Timeline, today: date | None) -> frozenset[str]:
    """Addresses that are inactive in the deal, or that mail doesn't reach today."""
    inactive = {contact.address.email for contact in deal.contacts if not contact.active}
    return frozenset(inactive | {email.lower() for email in gone(timeline, today)})


def _robot(address: Address) -> bool:
    return bool(_ROBOTS.match(address.email.partition("@")[0]))


def shared(address: Address) -> bool:
    """Whether it's a mailbox of several people ("procurement@"), who have no first name."""
    return bool(_SHARED.fullmatch(address.email.partition("@")[0].partition("+")[0]))


def display_name(address: Address) -> tuple[str, ...]:
    """The parts of a person's name in the order in which it's spoken; () where it isn't a person's name."""
    written = re.sub(r"\(.*?\)|\[.*?\]", " ", (address.name or "").strip().strip("'\"")).split(" | ")[0]
    if "@" in written or (shared(address) and len(written.split()) < _FIRST_AND_LAST):
        return ()
    last, comma, first = written.partition(",")
    if comma:
        written = f"{first} {last}"
    parts = [part for part in written.split() if not _HONORIFIC.match(part)]
    if not all(_LETTERS.fullmatch(part) for part in parts):
        return ()
    if written.isupper() or written.islower():
        return tuple(part.title() for part in parts)
    return tuple(parts)


def first_name(address: Address, texts: Iterable[str] = ()) -> str | None:
    """What they are called: as they sign their own mails (`texts`, the latest first), or else as their name says.

    None where nothing shows a first name: a shared mailbox, an initial, a bare address.
    """
    parts = display_name(address)
    for text in texts:
        end = signed(text)
        if end is None:
            continue
        name = end[1].split()
        if _HONORIFIC.match(name[0]) or len(name[0].rstrip(".")) < 2:
            continue
        if len(name) == 1 and name[0].casefold() != (parts[-1].casefold() if len(parts) > 1 else ""):
            return name[0]
        if len(name) > 1 and (not parts or name[-1].casefold() == parts[-1].casefold()):
            return name[0]
    if not parts or shared(address) or len(parts[0].rstrip(".")) < 2 or (len(parts) == 1 and address.name != parts[0]):
        return None
    return parts[0]


def texts_by(email: str, timeline: Timeline) -> list[str]:
    """The new texts that this person wrote in the deal, the latest first."""
    return [
        move.reading.new_text if move.reading else move.message.message.text
        for move in reversed(timeline.moves)
        if move.message is not None and move.who is not None and move.who.email == email
    ]


def greeted_before(address: Address, name: Sequence[str], timeline: Timeline, us: Us) -> Salutation | None:
    """How the rep last greeted this person by name ("Dear Ms Rao,"), in a mail to them."""
    for move in reversed(timeline.moves):
        if move.message is None or move.who is None or not us.is_rep(move.who):
            continue
        if address not in move.message.message.to:
            continue
        found = salutation(move.reading.new_text if move.reading else move.message.message.text)
        if found is None or found.name is None or found.group:
            continue
        if {part.casefold() for part in found.name.split()} & {part.casefold() for part in name}:
            return found
    return None


def greeting_names(names: Sequence[str | None]) -> str | None:
    """ "Priya", "Priya and Tom", "all" for many; None where one of them has no name that is known."""
    if not names or any(name is None for name in names):
        return "all" if len(names) > 1 else None
    known = [name for name in names if name]
    if len(known) > _MOST_NAMED:
        return "all"
    return known[0] if len(known) == 1 else f"{', '.join(known[:-1])} and {known[-1]}"
