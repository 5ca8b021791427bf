"""What an invite may say, each fact with its evidence: its people by name, our company, the times it had and gets."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from assistant.domain.deal import Deal, Evidence, Source, Us
from assistant.domain.draft import Fact
from assistant.domain.invite import InviteAct
from assistant.domain.mail import Address
from assistant.domain.plan import MilestoneKind
from assistant.drafting import facts
from assistant.drafting.context import clock
from assistant.drafting.people import first_name, texts_by
from assistant.drafting.phrases import day_in_words, hour_in_words, slots_in_words
from assistant.engine.companies import company_domain
from assistant.engine.roles import in_role
from assistant.engine.slots import Slot
from assistant.engine.timeline import Timeline

YOU: Final = "you"
"""Who is spoken of, where they are the only one to read it."""
_PARTS: Final = re.compile(r"\s+[|·•–—-]\s+|\s*[|·•,;]\s*")


class Cause(StrEnum):
    """Why a meeting gets another time, or is called off."""

    COUNTER = "counter"
    """They proposed the time that it gets now."""
    DECLINED = "declined"
    THEY_ASKED = "they_asked"
    """They asked for another time and named none."""
    OUR_CONFLICT = "our_conflict"
    HOLIDAY = "holiday"
    """The day is a public holiday on one of the sides."""
    SAID_NO = "said_no"
    NOT_NOW = "not_now"
    NOT_NEEDED = "not_needed"
    ALREADY_BOOKED = "already_booked"
    """Another meeting serves it already."""


@dataclass(frozen=True, slots=True)
class InviteBrief:
    """All that an invite is made of. A fact that is None isn't known: the text does without it, or shows a gap.

    `kinds` are several where one meeting serves several milestones; `owners` are the guests who have the role that each
    needs ("you" where there is only one guest), None where none has. `company` is the customer's
    name, `ours` our company's; `colleagues` of ours join. `who` asked for the change, `when` is the new time in words
    and `before` the one that it had, `resume` when they asked us to come back. `title` is the one that the meeting has
    already. `own_dates` are the customer's own days, for the guard.
    """

    act: InviteAct
    kinds: tuple[MilestoneKind, ...]
    rep: Address
    seed: str
    minutes: int
    company: Fact
    when: Fact
    owners: tuple[Fact | None, ...]
    guests: tuple[Fact, ...] = ()
    colleagues: tuple[Fact, ...] = ()
    where: Fact | None = None
    ours: Fact | None = None
    cause: Cause | None = None
    who: Fact | None = None
    before: Fact | None = None
    resume: Fact | None = None
    title: str = ""
    own_dates: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.kinds:
            raise ValueError("an invite serves at least one milestone")


def invite_brief(
    act: InviteAct,
    kinds: Sequence[MilestoneKind],
    deal: Deal,
    timeline: Timeline,
    us: Us,
    *,
    start: datetime,
    end: datetime,
    required: Sequence[Address],
    optional: Sequence[Address] = (),
    today: date,
    where: str = "",
    signature: Sequence[str] = (),
    cause: Cause | None = None,
    who: Address | None = None,
    heard: Evidence | None = None,
    before: datetime | None = None,
    title: str = "",
) -> InviteBrief:
    """The facts for an invite to these people at this time.

    The times are shown on the customer's clock where the deal has a zone. `where` is as the configuration or the
    meeting says; `signature` are the lines below the rep's name, which may name our company; `heard` says where `who`
    asked for the change.
    """
    everyone = tuple(dict.fromkeys((*required, *optional)))
    guests = tuple(person for person in everyone if person not in us)
    slots = (Slot(start, end),)
    shown, theirs = clock(deal, slots)
    zone = shown or UTC
    when = slots_in_words(slots, zone, today=today, country=deal.country, theirs=theirs)
    said = heard or Evidence(Source.DEAL, deal.id, rule="change")
    return InviteBrief(
        act=act,
        kinds=tuple(kinds),
        rep=us.rep,
        seed=":".join((deal.id, *(kind.id for kind in kinds))),
        minutes=round((end - start) / timedelta(minutes=1)),
        company=Fact(deal.company, Evidence(Source.DEAL, deal.id, rule="company")),
        when=Fact(when, Evidence(Source.EVENT, "calendar", "Free in the calendar.", "slots", on=start.date())),
        owners=tuple(_owner(kind, deal, guests, timeline) for kind in kinds),
        guests=_named(guests, deal, timeline),
        colleagues=_named([p for p in everyone if p in us and not us.is_rep(p)], deal, timeline),
        where=Fact(" ".join(where.split()), Evidence(Source.CONFIG, "plan.where", where)) if where.strip() else None,
        ours=our_company(us, signature),
        cause=cause,
        who=_who(who, guests, said, timeline),
        before=_before(before, start, zone, today, deal, said),
        resume=_resume(deal, timeline, today),
        title=title,
        own_dates=facts.own_dates(deal, timeline),
    )


def our_company(us: Us, signature: Sequence[str]) -> Fact | None:
    """Our company as the rep's signature spells it: the part that begins like our domain ("Tallwood Software")."""
    domain = company_domain(us.rep)
    if domain is None:
        return None
    label = domain.partition(".")[0].replace("-", "")
    for line in signature:
        for part in _PARTS.split(line.strip()):
            plain = "".join(c for c in part.casefold() if c.isalnum())
            if plain.startswith(label) and "@" not in part and domain not in part.casefold():
                return Fact(part, Evidence(Source.REP, "signature", line, "company"))
    return None


def _resume(deal: Deal, timeline: Timeline, today: date) -> Fact | None:
    """When they asked us to come back: only in their own words, and only while it's ahead."""
    found = facts.resume(deal, timeline, today)
    if found is None or found.evidence.source is Source.DEAL:
        return None
    return None if deal.resume_on is not None and deal.resume_on <= today else found


def _owner(kind: MilestoneKind, deal: Deal, guests: Sequence[Address], timeline: Timeline) -> Fact | None:
    """The guest who has the role that the milestone needs on their side, or the only guest there is."""
    if len(guests) == 1:
        return Fact(YOU, Evidence(Source.DEAL, deal.id, str(guests[0]), "people"))
    for contact in in_role(deal, kind.their_owner):
        if contact.address not in guests:
            continue
        role = Evidence(Source.DEAL, deal.id, f"{contact.address.name} ({contact.role})", "role")
        name = _first_name(contact.address, timeline)
        if name:
            return Fact(name, role)
    return None


def _who(who: Address | None, guests: Sequence[Address], said: Evidence, timeline: Timeline) -> Fact | None:
    if who is None:
        return None
    name = YOU if tuple(guests) == (who,) else _first_name(who, timeline)
    return Fact(name, said) if name else None


def _named(people: Sequence[Address], deal: Deal, timeline: Timeline) -> tuple[Fact, ...]:
    named = [(each, _first_name(each, timeline)) for each in people]
    return tuple(Fact(name, Evidence(Source.DEAL, deal.id, str(each), "people")) for each, name in named if name)


def _first_name(who: Address, timeline: Timeline) -> str | None:
    return first_name(who, texts_by(who.email, timeline))


def _before(
    before: datetime | None, start: datetime, zone: tzinfo, today: date, deal: Deal, said: Evidence
) -> Fact | None:
    """The day that the meeting had; where it stays on that day, the hour."""
    if before is None:
        return None
    was, now = before.astimezone(zone), start.astimezone(zone)
    if was.date() == now.date():
        return Fact(hour_in_words(was, deal.country), said)
    return Fact(day_in_words(was.date(), today=today, country=deal.country, weekday=True), said)
