"""Meetings to invite to: Northmill's people and Mara, at each milestone, with what is known of them and what isn't."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise, product
from typing import Final

from assistant.domain.deal import Contact, Deal, Evidence, Side, Source, Stage
from assistant.domain.invite import InviteAct
from assistant.domain.mail import Address
from assistant.domain.plan import MilestoneKind
from assistant.domain.reading import DateRole, Days, Intent, SaidDate
from assistant.drafting.invite_facts import Cause, InviteBrief, invite_brief
from assistant.drafting.invites import ComposedInvite, compose_invite
from assistant.engine.planning import DEFAULT_PROCESS
from assistant.engine.timeline import Timeline

from .desk import ADA, BERLIN, JONAS, PRIYA, TODAY, TOM, US, VOICE, asks_about_sso, deal, span, their_mail, timeline

KINDS: Final = {kind.id: kind for kind in DEFAULT_PROCESS.milestones}
OWN: Final = MilestoneKind(
    id="site_visit",
    name="Site visit",
    purpose="you see it at work in a mill like yours",
    step="a two-hour visit at a mill that works with it",
    done_when="They have seen it running.",
    minutes=120,
)
MEET: Final = "https://meet.example/mara"
TUESDAY: Final = datetime(2026, 12, 1, 10, tzinfo=BERLIN)
THURSDAY: Final = datetime(2026, 12, 3, 14, tzinfo=BERLIN)
REPLY: Final = Evidence(Source.MESSAGE, "reply@northmill.example", "DECLINED", "itip.reply", on=date(2026, 11, 24))


@dataclass(frozen=True, slots=True)
class Case:
    """One invite: what it does, for which milestones, with whom, and what is known."""

    act: InviteAct = InviteAct.INVITE
    kinds: tuple[MilestoneKind, ...] = (KINDS["security_legal"],)
    people: tuple[Address, ...] = (PRIYA, TOM)
    where: str = MEET
    cause: Cause | None = None
    who: Address | None = None
    before: datetime | None = None
    signature: tuple[str, ...] = VOICE.signature
    far: bool = False
    named_day: bool = False


def brief_of(case: Case) -> InviteBrief:
    start = TUESDAY if case.before is None else THURSDAY
    length = timedelta(minutes=sum(kind.minutes for kind in case.kinds))
    return invite_brief(
        case.act,
        case.kinds,
        _deal(case),
        _timeline(case),
        US,
        start=start,
        end=start + length,
        required=case.people[:2],
        optional=case.people[2:],
        today=TODAY,
        where=case.where,
        signature=case.signature,
        cause=case.cause,
        who=case.who,
        heard=REPLY if case.who else None,
        before=case.before,
    )


def invite(case: Case) -> ComposedInvite:
    return compose_invite(brief_of(case), VOICE)


def _deal(case: Case) -> Deal:
    found = replace(deal(), contacts=(*deal().contacts, Contact(Address("z.szabo@northmill.example"), "legal")))
    if case.far:
        found = replace(found, timezone="America/Chicago", country="US")
    if case.cause is Cause.NOT_NOW:
        return replace(found, stage=Stage.PAUSED)
    return replace(found, stage=Stage.SAID_NO) if case.cause is Cause.SAID_NO else found


def _timeline(case: Case) -> Timeline:
    if not case.named_day:
        return timeline(asks_about_sso())
    text = "Not this year; please come back in March."
    said = SaidDate(Days(date(2027, 3, 1), date(2027, 4, 1)), DateRole.RESUME, Side.THEM, span(text), False)
    return timeline(asks_about_sso(), their_mail(Intent.NOT_NOW, text, resume_on=said))


def _moves() -> dict[str, Case]:
    move = Case(InviteAct.MOVE, before=TUESDAY)
    named = {
        f"{cause.value}, {'by ' + str(who.name) if who else 'by nobody known'}": replace(move, cause=cause, who=who)
        for cause, who in product((Cause.COUNTER, Cause.DECLINED, Cause.THEY_ASKED), (TOM, None))
    }
    alone = {
        f"{cause.value}, by the only guest": replace(move, cause=cause, who=PRIYA, people=(PRIYA,))
        for cause in (Cause.COUNTER, Cause.DECLINED, Cause.THEY_ASKED)
    }
    return {
        **named,
        **alone,
        "our conflict": replace(move, cause=Cause.OUR_CONFLICT),
        "a holiday": replace(move, cause=Cause.HOLIDAY),
        "another hour of the same day": replace(move, cause=Cause.OUR_CONFLICT, before=THURSDAY.replace(hour=9)),
        "in Chicago, nowhere known": replace(move, cause=Cause.DECLINED, who=TOM, far=True, where=""),
        "a milestone of their own": replace(move, kinds=(OWN,), cause=Cause.DECLINED, who=TOM),
        "two in one": replace(move, kinds=(KINDS["hands_on"], KINDS["security_legal"])),
    }


def _calls_off() -> dict[str, Case]:
    call_off = Case(InviteAct.CANCEL)
    return {
        "after a no": replace(call_off, cause=Cause.SAID_NO),
        "after a no, of another meeting": replace(call_off, cause=Cause.SAID_NO, kinds=(KINDS["commercial"],)),
        "after a not now": replace(call_off, cause=Cause.NOT_NOW),
        "after a not now with a day": replace(call_off, cause=Cause.NOT_NOW, named_day=True),
        "not needed any more": replace(call_off, cause=Cause.NOT_NEEDED),
        "another one serves it": replace(call_off, cause=Cause.ALREADY_BOOKED),
        "for no reason given": call_off,
    }


CASES: Final[dict[InviteAct, dict[str, Case]]] = {
    InviteAct.HOLD: {
        "two people": Case(InviteAct.HOLD),
        "nobody yet": Case(InviteAct.HOLD, people=(), kinds=(KINDS["needs"],)),
        "two in one": Case(InviteAct.HOLD, kinds=(KINDS["hands_on"], KINDS["security_legal"])),
    },
    InviteAct.INVITE: {
        **{kind.id: Case(kinds=(kind,)) for kind in KINDS.values()},
        "a milestone of their own": Case(kinds=(OWN,)),
        "two in one": Case(kinds=(KINDS["hands_on"], KINDS["security_legal"])),
        "the last two in one": Case(kinds=(KINDS["commercial"], KINDS["decision"])),
        "three in one": Case(kinds=(KINDS["needs"], KINDS["hands_on"], KINDS["security_legal"])),
        "alone": Case(people=(TOM,)),
        "with a colleague": Case(people=(PRIYA, TOM, JONAS)),
        "nowhere known, nobody with a name": Case(people=(Address("it@northmill.example"),), where="", signature=()),
        "a room": Case(kinds=(KINDS["commercial"],), people=(ADA, PRIYA), where="Your office, room Sørensen"),
    },
    InviteAct.MOVE: _moves(),
    InviteAct.CANCEL: _calls_off(),
}


def all_cases() -> Iterator[Case]:
    """Every milestone and pair of them, in every act and cause, with all that may be known or not."""
    singles = [(kind,) for kind in (*KINDS.values(), OWN)]
    pairs = [(first, second) for (first,), (second,) in pairwise(singles)]
    people = ((PRIYA,), (PRIYA, TOM), (ADA, TOM, JONAS), (Address("it@northmill.example"),))
    acts = [
        (InviteAct.HOLD, None, None),
        (InviteAct.INVITE, None, None),
        *((InviteAct.MOVE, cause, TUESDAY) for cause in (None, *list(Cause)[:5])),
        (InviteAct.MOVE, Cause.OUR_CONFLICT, THURSDAY.replace(hour=9)),
        *((InviteAct.CANCEL, cause, None) for cause in (None, *list(Cause)[5:])),
    ]
    for n, ((act, cause, before), kinds) in enumerate(product(acts, (*singles, *pairs))):
        for who, where in ((people[n % 4], MEET), (people[(n + 2) % 4], "")):
            far, told = n % 5 == 2, who[0] if n % 3 else None
            yield Case(act, kinds, who, where, cause, told, before, VOICE.signature if where else (), far, n % 2 == 0)
