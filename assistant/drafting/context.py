"""What a draft may say, each fact with its evidence, and whom it goes to: gathered from the deal, never invented."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from assistant.domain.deal import Deal, Evidence, Side, Source, Stage, Us
from assistant.domain.draft import Fact, Purpose
from assistant.domain.mail import Address, Message
from assistant.domain.plan import Milestone, Plan
from assistant.domain.reading import Intent
from assistant.drafting import facts, people
from assistant.drafting.phrases import without_prefixes
from assistant.drafting.voice import Salutation
from assistant.engine.next_step import NextMove
from assistant.engine.slots import Slot
from assistant.engine.timeline import Timeline

_DEFAULT_MINUTES = 30
_WITHOUT_SLOTS = frozenset({Purpose.GRACEFUL_EXIT, Purpose.CLARITY})


@dataclass(frozen=True, slots=True)
class Brief:
    """All that a draft is made of. A fact that is None isn't known: the text does without, or shows a gap.

    `names` are greeted ("Priya and Tom"; `full_names` by a rep who is formal), `salutation` is how the rep greeted the
    one addressee before, `others` are the customer's people in Cc who have a name. `theirs` is what their mail of
    `written` was about; `requested` says that they asked for the thing itself; `asks` are its questions, `intents`
    what it does, `said` the sentence that is answered. `ours` is what we (`sent_by`: a colleague) sent them.
    `decision` is their decision date, unless it has passed. `step`, `so_that` and `owner` come from the milestone,
    `ahead` are the plan's later ones. `offered` is what the rep offered without a day, `promised` what we owe,
    `planned` the step whose time went by, `met` the day of the last talk, `resume` when they asked us to come
    back, `declined` their no. `own_dates` are the customer's own days, for the guard; `earlier` are texts that
    they have read; `their_way` is what they said of how meetings with them are booked.
    """

    purpose: Purpose
    deal: Deal
    rep: Address
    today: date
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    in_reply_to: str | None
    references: tuple[str, ...]
    seed: str
    zone: tzinfo | None = None
    zone_is_theirs: bool = False
    slots: tuple[Slot, ...] = ()
    minutes: int = _DEFAULT_MINUTES
    language: str = "en"
    names: str | None = None
    full_names: str | None = None
    salutation: Salutation | None = None
    others: tuple[Fact, ...] = ()
    strangers: tuple[Address, ...] = ()
    theirs: Fact | None = None
    written: Fact | None = None
    requested: bool = False
    asks: tuple[str, ...] = ()
    intents: frozenset[Intent] = frozenset()
    said: str = ""
    ours: Fact | None = None
    sent_by: str | None = None
    decision: Fact | None = None
    decision_day: date | None = None
    step: Fact | None = None
    so_that: str | None = None
    owner: Fact | None = None
    ahead: tuple[Fact, ...] = ()
    offered: Fact | None = None
    promised: Fact | None = None
    planned: Fact | None = None
    met: Fact | None = None
    resume: Fact | None = None
    declined: bool = False
    own_dates: frozenset[date] = frozenset()
    earlier: tuple[str, ...] = ()
    their_way: Evidence | None = None


def brief(
    next_move: NextMove,
    deal: Deal,
    timeline: Timeline,
    plan: Plan | None,
    slots: Sequence[Slot],
    us: Us,
    *,
    today: date,
    earlier: Iterable[str] = (),
    their_way: Evidence | None = None,
) -> Brief:
    """The facts for the draft that `next_move` calls for.

    `slots` are on the rep's clock; they're shown on the customer's where the deal has a zone. `earlier` are bodies
    of drafts to this customer that aren't in the timeline; no sentence of those or of our sent mail is repeated.
    """
    purpose, answers, milestone = next_move.purpose, next_move.answers, next_move.milestone
    if purpose is None:
        raise ValueError("only a draft has a brief: this next move has no purpose")
    answered = answers.message.message if answers and answers.message else None
    who = people.recipients(deal, timeline, us, answered, today=today)
    theirs = facts.their_move(answers, timeline)
    zone, zone_is_theirs = clock(deal, slots)
    decision = facts.decision(deal, today)
    names, full_names, salutation = _greeting(who.to, timeline, us)
    return Brief(
        purpose=purpose,
        deal=deal,
        rep=us.rep,
        today=today,
        to=who.to,
        cc=who.cc,
        subject=_subject(who.latest, deal, timeline),
        in_reply_to=who.latest.message_id if who.latest else None,
        references=_references(who.latest),
        seed=f"{deal.id}:{answers.ref if answers else ''}:{purpose}",
        zone=zone,
        zone_is_theirs=zone_is_theirs,
        slots=() if purpose in _WITHOUT_SLOTS else tuple(slots),
        minutes=_minutes(slots, milestone),
        language=_language(timeline),
        names=names,
        full_names=full_names,
        salutation=salutation,
        others=_others(who, deal, timeline, us),
        strangers=people.strangers(who, deal, timeline, us),
        theirs=facts.topic(theirs),
        written=facts.day_of(theirs, today, deal.country),
        requested=facts.requested(theirs),
        asks=facts.asks(theirs),
        intents=facts.intents(theirs),
        said=" ".join(answers.sentence.split()) if answers else "",
        ours=facts.sent(answers, timeline),
        sent_by=facts.sender(answers, timeline, us),
        decision=decision,
        decision_day=deal.decision.day if deal.decision and decision else None,
        step=facts.step(milestone),
        so_that=facts.so_that(milestone),
        owner=facts.owner(milestone, deal, timeline, who.to),
        ahead=facts.ahead(plan, milestone, slots, today, deal) if deal.stage is Stage.AFTER_YES else (),
        offered=facts.offered(answers, timeline, us),
        promised=facts.promised(answers),
        planned=facts.planned(answers),
        met=facts.met(timeline, today, deal.country),
        resume=facts.resume(deal, timeline, today),
        declined=_declined(deal, timeline),
        own_dates=facts.own_dates(deal, timeline),
        earlier=(*facts.texts_of_ours(timeline), *earlier),
        their_way=their_way,
    )


def _subject(latest: Message | None, deal: Deal, timeline: Timeline) -> str:
    """ "Re: …" of the thread; without a mail to reply to, the title of the last meeting or the deal's name."""
    if latest is not None:
        bare = without_prefixes(latest.subject)
        return f"Re: {bare}" if bare else f"Re: {deal.name}"
    return timeline.held[-1].summary.strip() if timeline.held and timeline.held[-1].summary.strip() else deal.name


def _references(latest: Message | None) -> tuple[str, ...]:
    """The thread's References with the Message-ID at the end (RFC 5322 section 3.6.4)."""
    if latest is None:
        return ()
    before = latest.references or latest.in_reply_to[:1]
    return tuple(dict.fromkeys((*(ref for ref in before if ref != latest.message_id), latest.message_id)))


def clock(deal: Deal, slots: Sequence[Slot]) -> tuple[tzinfo | None, bool]:
    """The clock to show times on, and whether it's known to be the customer's and differs from the rep's."""
    if not slots:
        return None, False
    ours = slots[0].start.tzinfo
    try:
        theirs = ZoneInfo(deal.timezone) if deal.timezone else None
    except (ZoneInfoNotFoundError, ValueError):
        theirs = None
    if theirs is None:
        return ours, False
    differs = any(slot.start.astimezone(theirs).utcoffset() != slot.start.utcoffset() for slot in slots)
    return (theirs, True) if differs else (ours, False)


def _minutes(slots: Sequence[Slot], milestone: Milestone | None) -> int:
    if slots:
        return int((slots[0].end - slots[0].start).total_seconds() // 60)
    return milestone.minutes if milestone else _DEFAULT_MINUTES


def _language(timeline: Timeline) -> str:
    """The language of their latest mail that could be told; English where none could."""
    read = (m.reading.language for m in reversed(timeline.moves) if m.side is Side.THEM and m.reading)
    return next((language for language in read if language != "und"), "en")


def _greeting(to: Sequence[Address], timeline: Timeline, us: Us) -> tuple[str | None, str | None, Salutation | None]:
    """First names, full names, and for a single addressee the way in which the rep greeted them before."""
    first = [people.first_name(a, people.texts_by(a.email, timeline)) for a in to]
    full = [" ".join(people.display_name(a)) or None for a in to]
    before: Salutation | None = None
    if len(to) == 1:
        known = [part for name in (*first, *full) if name for part in name.split()]
        before = people.greeted_before(to[0], known, timeline, us)
    return people.greeting_names(first), people.greeting_names(full), before


def _others(who: people.Recipients, deal: Deal, timeline: Timeline, us: Us) -> tuple[Fact, ...]:
    """The customer's people in Cc, by the name that they are called."""
    theirs = [a for a in who.cc if a not in us and (a.domain in deal.domains or deal.contact(a.email))]
    named = [(a, people.first_name(a, people.texts_by(a.email, timeline))) for a in theirs]
    ref = who.latest.message_id if who.latest else deal.id
    source = Source.MESSAGE if who.latest else Source.DEAL
    return tuple(Fact(name, Evidence(source, ref, str(a), "recipient")) for a, name in named if name)


def _declined(deal: Deal, timeline: Timeline) -> bool:
    """Whether there is a no of theirs to thank for (as against the rep's own letting go)."""
    last = timeline.last_of(Side.THEM)
    said = last.reading if last else None
    return deal.stage is Stage.SAID_NO or bool(said and (said.has(Intent.NO) or said.has(Intent.NOT_NOW)))
