"""Who answered an invitation, and what counts: the newest word of each person invited, and of nobody else (RFC 5546).

A reply is believed where it comes from the mailbox of the person, or from their company in their name. A delegate
takes the place of the one who sent them (section 3.2.2.3).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from assistant.domain.calendar import Event, PartStat
from assistant.domain.itip import ItipPerson, Method
from assistant.domain.mail import Address
from assistant.engine.companies import company_domain, mailbox_of
from assistant.engine.invitations import Told

_FIRMNESS: Final = {PartStat.NEEDS_ACTION: 0, PartStat.TENTATIVE: 1}
_FIRM: Final = 2


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person answered, as mail says it; `to` takes their place where they delegated."""

    person: Address
    partstat: PartStat
    told: Told
    to: Address | None = None

    @property
    def order(self) -> tuple[int, datetime, datetime]:
        """By SEQUENCE, then DTSTAMP (RFC 5546 section 2.1.5); some programs never renew that, so the mail's date."""
        one = self.told
        return one.event.sequence or 0, min(one.event.stamp or one.at, one.at), one.at


Answers = Mapping[str, Sequence[Answer]]
"""By mailbox, what the person answered, the oldest first."""


def answers(said: Iterable[Told], invited: Iterable[Address]) -> dict[str, list[Answer]]:
    """The answers of those invited and of their delegates, whatever the order in which the mails came."""
    circle = {mailbox_of(person.email): person for person in invited}
    replies = [one for one in said if one.method in (Method.REPLY, Method.COUNTER)]
    found: list[Answer] = []
    for _ in range(len(replies) + 1):
        found = [answer for one in replies for answer in _given(one, circle)]
        known = len(circle)
        for answer in found:
            if answer.to is not None:
                circle.setdefault(mailbox_of(answer.to.email), answer.to)
        if len(circle) == known:
            break
    by_person: dict[str, list[Answer]] = {}
    for answer in sorted(found, key=lambda a: a.order):
        by_person.setdefault(mailbox_of(answer.person.email), []).append(answer)
    return by_person


def speaker(one: Told, circle: Mapping[str, Address]) -> Address | None:
    """The person invited who speaks in this mail; None for a stranger."""
    return circle.get(mailbox_of(one.sender.email)) or next(
        (circle[mailbox_of(person.address.email)] for person in _in_their_name(one, circle)), None
    )


def merged(calendar: PartStat | None, said: Sequence[Answer]) -> PartStat | None:
    """What holds of a person's answers, the calendar's and mail's.

    Mail counts where the calendar says less, or where mail shows that the calendar's is an older answer.
    """
    if not said:
        return calendar
    newest = said[-1].partstat
    older = {answer.partstat for answer in said[:-1]}
    if calendar is None or calendar in older or _firmness(newest) > _firmness(calendar):
        return newest
    return calendar


def stand_ins(found: Answers, calendar: Mapping[str, PartStat]) -> dict[str, Address]:
    """By the mailbox of each who delegated and left it at that, who takes their place in the end."""
    sent = {
        mailbox: said[-1].to
        for mailbox, said in found.items()
        if said[-1].to is not None and merged(calendar.get(mailbox), said) is PartStat.DELEGATED
    }
    ends: dict[str, Address] = {}
    for mailbox, at in sent.items():
        seen = {mailbox}
        while (here := mailbox_of(at.email)) in sent and here not in seen:
            seen.add(here)
            at = sent[here]
        if here not in seen:
            ends[mailbox] = at
    return ends


def answers_to(event: Event, said: Iterable[Told]) -> dict[str, list[Answer]]:
    """What was answered to this instance in its present version."""
    now = [one for one in said if one.concerns(event) and one.event.about(event.sequence, event.start)]
    return answers(now, [attendee.address for attendee in event.attendees])


def _given(one: Told, circle: Mapping[str, Address]) -> Iterable[Answer]:
    """The answers in one mail: of the one who sent it, and of the one in whose place they come."""
    mine = mailbox_of(one.sender.email)
    own = [person for person in one.event.attendees if mailbox_of(person.address.email) == mine]
    for person in own:
        for absent in person.delegated_from:
            delegator = circle.get(mailbox_of(absent.email))
            if delegator is not None and mine != mailbox_of(absent.email) and _same_company(delegator, one.sender):
                yield Answer(delegator, PartStat.DELEGATED, one, person.address)
    for person in own or _in_their_name(one, circle):
        known = circle.get(mailbox_of(person.address.email))
        if known is None or person.partstat in (None, PartStat.NEEDS_ACTION):
            continue
        to = next(iter(person.delegated_to), None) if person.partstat is PartStat.DELEGATED else None
        yield Answer(known, _answered(one, person), one, to)


def _answered(one: Told, person: ItipPerson) -> PartStat:
    """A proposal of another time may accept that time: to ours it's a maybe, if it isn't a no."""
    if person.partstat is None or (one.method is Method.COUNTER and person.partstat is not PartStat.DECLINED):
        return PartStat.TENTATIVE
    return person.partstat


def _in_their_name(one: Told, circle: Collection[str]) -> list[ItipPerson]:
    """For whom somebody else at their company answers: another of their addresses, or an assistant (SENT-BY)."""
    invited = [
        person
        for person in one.event.attendees
        if mailbox_of(person.address.email) in circle and _same_company(person.address, one.sender)
    ]
    marked = [person for person in invited if person.sent_by == one.sender]
    alone = invited if len(one.event.attendees) == 1 and mailbox_of(one.sender.email) not in circle else []
    return marked[:1] or alone


def _same_company(one: Address, other: Address) -> bool:
    company = company_domain(one)
    return company is not None and company == company_domain(other)


def _firmness(partstat: PartStat) -> int:
    return _FIRMNESS.get(partstat, _FIRM)
