"""Which deal a thread or an event belongs to, and why."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from assistant.domain.calendar import Event
from assistant.domain.deal import Deal, Us
from assistant.domain.mail import Address
from assistant.domain.thread import ThreadFacts
from assistant.engine.companies import FREEMAIL, company_domain, is_at, mailbox_of

__all__ = ["FREEMAIL", "Match", "ThreadFacts", "company_domain", "match", "match_event"]

_WORD: Final = re.compile(r"[^\W_]{3,}")


@dataclass(frozen=True, slots=True)
class Match:
    """The deal, or None; then `candidates`, if any, are the deals among which the rep is asked once."""

    deal_id: str | None
    why: str
    candidates: tuple[str, ...] = ()


def match(facts: ThreadFacts, deals: Sequence[Deal], choices: Mapping[str, str | None], us: Us) -> Match:
    """The deal of a thread: as the rep chose, else by its people, else by their company's domain.

    `choices` are the rep's own, by Message-ID; None stands for "not a deal".
    """
    chosen = {choices[message_id] for message_id in facts.message_ids if message_id in choices}
    if len(chosen) == 1:
        deal_id = chosen.pop()
        return Match(deal_id, "You put this thread here." if deal_id else "You said that this is not a deal.")
    if chosen:
        return _ask(sorted(deal_id for deal_id in chosen if deal_id), "You gave its parts to several deals.")
    return _by_people(facts.people, facts.subjects, deals, us)


def match_event(event: Event, deals: Sequence[Deal], us: Us) -> Match:
    """The deal of a meeting, by who is invited. Private events belong to none."""
    if event.private:
        return Match(None, "It is a private event.")
    return _by_people(event.people, (event.summary,), deals, us)


def _by_people(people: Collection[Address], subjects: Sequence[str], deals: Sequence[Deal], us: Us) -> Match:
    outsiders = sorted(address for address in people if address not in us)
    if not outsiders:
        return Match(None, "Only we are on it.")
    boxes = {mailbox_of(address.email): address for address in outsiders}
    known = {deal.id: _contacts_among(deal, boxes) for deal in deals}
    most = max(map(len, known.values()), default=0)
    if most:
        best = [deal for deal in deals if len(known[deal.id]) == most]
        named = _names(known[best[0].id])
        return _one_of(best, subjects, f"{named} {'is a contact' if most == 1 else 'are contacts'} of this deal.")
    at_home = {deal.id: [a for a in outsiders if is_at(a, deal.domains)] for deal in deals}
    best = [deal for deal in deals if at_home[deal.id]]
    if best:
        somebody = at_home[best[0].id][0]
        return _one_of(best, subjects, f"{_name(somebody)} writes from {somebody.domain}.")
    return Match(None, "Nobody on it belongs to a deal.")


def _contacts_among(deal: Deal, boxes: Mapping[str, Address]) -> tuple[Address, ...]:
    found = {mailbox_of(contact.address.email) for contact in deal.contacts} & boxes.keys()
    return tuple(boxes[box] for box in sorted(found))


def _one_of(deals: Sequence[Deal], subjects: Sequence[str], why: str) -> Match:
    """The only deal; or the only one that the subjects speak of; or the only one that hasn't ended."""
    if len(deals) == 1:
        return Match(deals[0].id, why)
    told = _told_apart(deals, subjects)
    if told is not None:
        deal, word = told
        return Match(deal.id, f"{why} Of their deals, this is the one about “{word}”.")
    open_deals = [deal for deal in deals if not deal.stage.ended]
    if len(open_deals) == 1:
        return Match(open_deals[0].id, f"{why} Their other deals have ended.")
    undecided = open_deals or list(deals)
    return _ask([deal.id for deal in undecided], f"{why} It fits {len(undecided)} deals.")


def _told_apart(deals: Sequence[Deal], subjects: Sequence[str]) -> tuple[Deal, str] | None:
    """The one deal whose name has words in the subjects that no other deal's name has, and the longest such word."""
    spoken = _words(subjects)
    names = {deal.id: _words((deal.name,)) - _words((deal.company,)) for deal in deals}
    hits: list[tuple[Deal, str]] = []
    for deal in deals:
        others: set[str] = set().union(*(names[other.id] for other in deals if other is not deal))
        if own := sorted((names[deal.id] - others) & spoken, key=lambda word: (-len(word), word)):
            hits.append((deal, own[0]))
    return hits[0] if len(hits) == 1 else None


def _ask(deal_ids: Iterable[str], why: str) -> Match:
    return Match(None, f"{why} Which one is it?", tuple(deal_ids))


def _words(texts: Iterable[str]) -> set[str]:
    return {word.lower() for text in texts for word in _WORD.findall(text)}


def _names(people: Sequence[Address]) -> str:
    names = [_name(address) for address in people]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _name(address: Address) -> str:
    return address.name or address.email
