"""Deals proposed from the mailbox alone: companies with which we write both ways, and not about dinner."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from assistant.domain.deal import Contact, Deal, Us
from assistant.domain.mail import Address
from assistant.domain.thread import Correspondent, ThreadSummary
from assistant.engine.companies import company_domain, is_at, mailbox_of, to_ascii
from assistant.engine.threads import bare_subject

RECENT: Final = timedelta(days=90)
"""A conversation that has rested longer is no deal of today."""

MOST_COMPANIES: Final = 3
"""A thread with more outside companies is a round mail, an event or a community."""

MOST_PEOPLE: Final = 12
MOST_CONTACTS: Final = 8
LEAST_SCORE: Final = 6

LEAST_SHARE: Final = 5
"""Where we write less than one mail for so many of theirs, they send us notices: nobody is talking."""

ENOUGH_REPLIES: Final = 3
"""Where none of their mails is left in the mailbox, this many threads in which we only reply show that they wrote."""

LONGEST_NAME: Final = 4
"""Words of a company's name that are looked for in subjects."""

_REPLY: Final = re.compile(r"\s*(?:re|aw|antw|sv)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)

_NAME_WORD: Final = re.compile(r"[^\W_]+")

_ROBOT: Final = re.compile(
    r"""^(?:no-?_?reply|do-?_?not-?_?reply|mailer-daemon|postmaster|bounces?|notifications?|notify|alerts?|news
        |newsletter|updates?|digest|marketing|events?|webinars?|invoices?|billing|receipts?|orders?|jobs?|careers?
        |recruit(?:ing|ment)|abuse|webmaster|list(?:serv|s)?|majordomo|subscriptions?|unsubscribe|feedback|survey
        |system|automat(?:ed|ic)|calendar|confirmations?|customerservice|support)(?:$|[-+._@\d])""",
    re.IGNORECASE | re.VERBOSE,
)

_BUYING: Final = re.compile(
    r"""\b(?:proposals?|pric(?:e|es|ing)|quot(?:e|es|ation)|offer(?:te)?|demo(?:nstration)?|pilot|trial|poc
        |proof\ of\ concept|evaluation|rfp|rfi|rfq|tender|requirements?|roll-?out|licen[cs]e[sd]?|licensing|agreement
        |contracts?|nda|msa|sow|dpa|data[- ]processing|security\ (?:review|questionnaire|paper)|onboarding|go-?live
        |kick-?off|implementation|integration|purchase|procurement|order\ form|business\ case|budget|scope|term\ sheet
        |angebot|vertrag|lizenz(?:en)?|testphase|ausschreibung|devis|contrat|presupuesto|contrato)\b""",
    re.IGNORECASE | re.VERBOSE,
)

_NOT_SELLING: Final = re.compile(
    r"""\b(?:invoice|your\ order|receipt|shipp(?:ed|ing)|delivery\ of\ your|newsletter|unsubscribe|webinar|dinner
        |lunch(?:eon)?|breakfast|brunch|coffee|drinks|invitation|invite|save\ the\ date|gala|forum|reunion|membership
        |birthday|party|football|soccer|golf|tickets?|vacation|holiday|wedding|appointment|dentist|doctor|school|kids
        |flight|hotel|itinerary|reservation|booking\ confirmation|resume|cv|job|candidate|interview|recruit\w*
        |vacancy|position|alumni|church|charity|donation|condolences|congratulations|happy\ new\ year
        |merry\ christmas|password|account\ statement|survey|joke|fantasy|mortgage|rent|insurance\ claim|rechnung
        |bewerbung|termin|zahnarzt|geburtstag|urlaub)\b""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A company that looks like a deal. `key` names it for ever, so that a dismissed one isn't proposed again."""

    key: str
    name: str
    company: str
    domains: tuple[str, ...]
    contacts: tuple[Contact, ...]
    why: tuple[str, ...]
    threads: tuple[str, ...]
    last: datetime
    moves: int


def propose(
    threads: Iterable[ThreadSummary],
    deals: Sequence[Deal],
    us: Us,
    dismissed: Collection[str],
    now: datetime,
) -> list[Proposal]:
    """Companies that no deal has yet, the liveliest first.

    It takes mail of people in both directions. Freemail is left out: an address there names no company. What
    speaks of a purchase counts for a company, what speaks of bills, travel, jobs and leisure counts against it.
    """
    companies: dict[str, _Company] = defaultdict(_Company)
    for summary in threads:
        if now - RECENT <= summary.last and not _is_round_mail(summary, us):
            for domain, people in _by_company(summary, us).items():
                companies[domain].take(summary, people)
    taken = {mailbox_of(contact.address.email) for deal in deals for contact in deal.contacts}
    found = [
        company.proposal(domain)
        for domain, company in companies.items()
        if domain not in dismissed and company.score >= LEAST_SCORE and not company.has_deal(deals, taken)
    ]
    return sorted(found, key=lambda proposal: (-proposal.moves, proposal.key))


@dataclass(slots=True)
class _Company:
    """What is gathered about one domain."""

    threads: list[ThreadSummary] = field(default_factory=list)
    people: dict[str, Address] = field(default_factory=dict)
    received: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    sent: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    exchanges: int = 0
    replies: int = 0

    def take(self, summary: ThreadSummary, people: Sequence[Correspondent]) -> None:
        self.threads.append(summary)
        human = sum(max(0, person.received - person.automatic) for person in people)
        sent = sum(person.sent for person in people)
        self.exchanges += min(human, sent)
        self.replies += int(not human and sent > 0 and _is_reply(summary))
        for person in people:
            box = mailbox_of(person.address.email)
            known = self.people.get(box)
            if known is None or (known.name is None and person.address.name):
                self.people[box] = person.address
            self.received[box] += max(0, person.received - person.automatic)
            self.sent[box] += person.sent

    @property
    def score(self) -> int:
        """Zero where hardly anybody answers; else the exchanges, and what the subjects speak of."""
        exchanges = self.exchanges or (self.replies if self.replies >= ENOUGH_REPLIES else 0)
        if not exchanges or sum(self.sent.values()) * LEAST_SHARE < sum(self.received.values()):
            return 0
        dense = min(exchanges, 4) + min(len(self.threads), 3)
        return dense + 4 * min(len(self._buying), 3) - 3 * len(self._idle)

    @property
    def _buying(self) -> list[ThreadSummary]:
        return [t for t in self.threads if _speaks_of(_BUYING, t) and not _speaks_of(_NOT_SELLING, t)]

    @property
    def _idle(self) -> list[ThreadSummary]:
        return [t for t in self.threads if _speaks_of(_NOT_SELLING, t)]

    def has_deal(self, deals: Iterable[Deal], taken: Collection[str]) -> bool:
        return not self.people.keys().isdisjoint(taken) or any(
            is_at(address, deal.domains) for address in self.people.values() for deal in deals
        )

    def proposal(self, domain: str) -> Proposal:
        latest = max(t.last for t in self.threads)
        company = _company_name(domain, [subject for t in self.threads for subject in t.subjects])
        topic = _topic(sorted(self._buying, key=lambda t: (t.last, t.thread)))
        boxes = sorted(self.people, key=lambda box: (-self.received[box], -self.sent[box], box))
        active = [box for box in boxes if self.received[box] or self.sent[box]]
        return Proposal(
            key=domain,
            name=f"{company}: {topic}" if topic else company,
            company=company,
            domains=(domain,),
            contacts=tuple(Contact(self.people[box]) for box in active[:MOST_CONTACTS]),
            why=self._why(latest),
            threads=tuple(t.thread for t in sorted(self.threads, key=lambda t: (t.last, t.thread), reverse=True)),
            last=latest,
            moves=sum(self.received.values()) + sum(self.sent.values()),
        )

    def _why(self, latest: datetime) -> tuple[str, ...]:
        to_us, from_us = sum(self.received.values()), sum(self.sent.values())
        both_ways = (
            f"{_count(to_us, 'mail')} from them and {_count(from_us, 'mail')} from you in "
            f"{_count(len(self.threads), 'conversation')}, the last on {latest.day} {latest:%B %Y}."
        )
        spoken = [bare_subject(subject) for t in self._buying for subject in t.subjects[:1]]
        return (both_ways, f"The subject speaks of a purchase: “{spoken[-1]}”.") if spoken else (both_ways,)


def _is_reply(summary: ThreadSummary) -> bool:
    return bool(summary.subjects) and _REPLY.match(summary.subjects[0]) is not None


def _speaks_of(words: re.Pattern[str], summary: ThreadSummary) -> bool:
    return any(words.search(subject) for subject in summary.subjects)


def _is_round_mail(summary: ThreadSummary, us: Us) -> bool:
    """Robots' and lists' threads, and those with so many people that nobody is meant."""
    if summary.automatic + summary.listed >= summary.count:
        return True
    outside = [c.address for c in summary.correspondents if c.address not in us]
    return len(outside) > MOST_PEOPLE or len({a.domain for a in outside}) > MOST_COMPANIES


def _by_company(summary: ThreadSummary, us: Us) -> dict[str, list[Correspondent]]:
    found: dict[str, list[Correspondent]] = defaultdict(list)
    for person in summary.correspondents:
        address = person.address
        robot = _ROBOT.match(address.email) or person.automatic > person.received - person.automatic
        if address in us or (robot and not person.sent):
            continue
        if (domain := company_domain(address)) is not None and "." in domain:
            found[domain].append(person)
    return found


def _company_name(domain: str, subjects: Iterable[str]) -> str:
    """The name as the subjects write it ("Marlowe & Finch"), or else as the domain does (north-mill: North Mill)."""
    label = to_ascii(domain).partition(".")[0]
    plain = label.replace("-", "")
    for subject in subjects:
        words = list(_NAME_WORD.finditer(subject))
        for first, start in enumerate(words):
            for end in words[first : first + LONGEST_NAME]:
                written = subject[start.start() : end.end()]
                if written != written.lower() and "".join(_NAME_WORD.findall(written)).lower() == plain:
                    return written
    return " ".join(part.capitalize() for part in label.split("-") if part) or domain


def _topic(buying: Sequence[ThreadSummary]) -> str:
    """What the latest thread about a purchase is called, without Re: and the like."""
    if not buying:
        return ""
    subject = next((s for s in buying[-1].subjects if _BUYING.search(s)), "")
    return bare_subject(subject)[:60].strip(" ?!.,:;-")


def _count(number: int, what: str) -> str:
    return f"{number} {what if number == 1 else what + 's'}"
