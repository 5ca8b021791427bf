"""The milestones of a deal, laid backward from the day on which the customer means to decide.

Lead times count working days before the last working day up to the decision date; a lead of 0 is that day itself.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType
from typing import Final

from assistant.domain.deal import Side, Stage
from assistant.domain.plan import Milestone, MilestoneKind, Plan, PlanChoices, PlanOption, Process
from assistant.domain.workdays import Workdays
from assistant.engine.choices import NO_CHOICES, settle
from assistant.engine.leads import Lead, lay, leads
from assistant.engine.timeline import Move, Timeline

DEFAULT_PROCESS: Final = Process(
    (
        MilestoneKind(
            id="needs",
            name="Needs",
            purpose="the test that follows is about your own priorities",
            step="a 30-minute talk about what matters most to your team",
            done_when="Their needs are written down in their own words, the weightiest first.",
            ideal=30,
            least=14,
            words=("discovery", "requirements", "intro call", "first call", "scoping"),
        ),
        MilestoneKind(
            id="hands_on",
            name="Hands-on test",
            purpose="your team can judge it on its own data",
            step="a one-hour session in which your team tries it on its own data",
            done_when="The people who would use it have tried it on their own data and said what is missing.",
            their_owner="user",
            minutes=60,
            attendees=("champion",),
            ideal=22,
            least=10,
            words=("hands-on", "hands on", "pilot", "trial", "proof of concept", "poc", "test session", "demo"),
        ),
        MilestoneKind(
            id="security_legal",
            name="Security and legal review",
            purpose="the people who look after security and contracts can raise their points in good time",
            step="a 45-minute review with the people who look after security and contracts on your side",
            done_when="Their security and legal people have no open point, or each has an owner and a day.",
            their_owner="security or legal",
            minutes=45,
            attendees=("champion",),
            ideal=14,
            least=6,
            words=(
                *("security", "legal", "data protection", "data-protection", "data processing", "data-processing"),
                *("dpa", "gdpr", "compliance", "penetration test"),
            ),
        ),
        MilestoneKind(
            id="commercial",
            name="Commercial walk-through",
            purpose="all who have a say work from the same figures",
            step="a 30-minute walk through scope, price and terms",
            done_when="Scope, price and terms are understood by whoever decides, and the open points are named.",
            their_owner="economic buyer",
            attendees=("champion",),
            ideal=8,
            least=3,
            words=("commercial", "pricing", "price", "prices", "proposal", "quote", "terms", "licence", "license"),
        ),
        MilestoneKind(
            id="decision",
            name="Decision meeting",
            purpose="you can decide either way with no question left open",
            step="a 30-minute meeting with all who have a say, about what is still open",
            done_when="They have said yes, no or not now, and why.",
            their_owner="economic buyer",
            attendees=("champion", "user"),
            ideal=1,
            least=0,
            words=("decision", "decide", "steering committee"),
        ),
        MilestoneKind(
            id="agreement",
            name="Agreement review",
            purpose="both sides know every open point of the agreement and who settles it",
            step="a 30-minute review of the agreement with the people who look after contracts on both sides",
            done_when="Both sides have named their open points, each with an owner and a day.",
            stage=Stage.AFTER_YES,
            their_owner="legal",
            attendees=("champion",),
            ideal=8,
            least=3,
            words=("agreement", "contract", "redlines"),
        ),
        MilestoneKind(
            id="sign_off",
            name="Sign-off",
            purpose="all who approve it know their part and its day",
            step="a 20-minute call on who approves what, and in which order",
            done_when="It is signed by everyone who has to.",
            stage=Stage.AFTER_YES,
            their_owner="economic buyer",
            minutes=20,
            attendees=("champion", "legal"),
            ideal=4,
            least=1,
            words=("sign-off", "sign off", "signing", "signature", "approval"),
        ),
        MilestoneKind(
            id="kick_off",
            name="Kick-off",
            purpose="your team knows who does what in the first weeks",
            step="a 45-minute kick-off with the people who do the work on both sides",
            done_when="The first steps have owners and days on both sides.",
            stage=Stage.AFTER_YES,
            their_owner="user",
            minutes=45,
            attendees=("champion",),
            ideal=1,
            least=0,
            words=("kick-off", "kickoff", "onboarding"),
        ),
    )
)
"""How B2B software is bought. A `step` reads well after "I suggest", a `purpose` after "so that"."""

_NOTHING_APPROVED: Final[Mapping[str, date]] = MappingProxyType({})


def plan(
    process: Process,
    decision: date,
    stage: Stage,
    done: Collection[str],
    today: date,
    days: Workdays,
    approved: Mapping[str, date] = _NOTHING_APPROVED,
    choices: PlanChoices = NO_CHOICES,
) -> Plan:
    """The milestones of the deal's stage by their days, each after those that it waits for.

    Unmet ones lie on working days after today and not after the decision, at their ideal lead time where there's time
    for all; a late start moves them all by the same share toward their least, and more time never moves one nearer to
    the decision. Those for which even the least is too late are `crowded`: the rep is told, with options, and they get
    no date. `approved` days by milestone id stay as long as they can be kept. Done ones keep their approved or ideal
    day, today at the latest. By the rep's `choices` some are left out, and some are held in the meeting of another,
    with no day of their own. An ended deal has no milestones: a no sets the plan aside.
    """
    if stage.ended:
        return Plan(decision, ())
    last = days.last_until(decision)
    free = _backward(last, today, days)
    settled = settle(process, stage, done, choices)
    gone = settled.done | settled.dropped
    unmet = leads(process, stage, gone, settled.together)
    room = len(free) - 1
    lead_on = {day: lead for lead, day in enumerate(free)}
    laid = lay(unmet, room, {kind_id: lead_on[day] for kind_id, day in approved.items() if day in lead_on})
    fitting = [lead for lead in unmet if lead.kind.id in laid]
    crowded = [lead for lead in unmet if lead.kind.id not in laid]

    def joined(guest: str, host: str) -> bool:
        """Whether the guest, which is crowded, could be held with the host, so that no other one is crowded for it."""
        if guest in settled.together.values():  # others are held in its own meeting
            return False
        merged = settled.together | {guest: host}
        too_late = {lead.kind.id for lead in leads(process, stage, gone, merged) if lead.least > room}
        return too_late < {lead.kind.id for lead in crowded}

    away = room + (today in days)  # working days from today, which counts, to the last one, which doesn't
    milestones = [
        Milestone(
            lead.kind,
            free[laid[lead.kind.id]],
            slack=away - lead.least,
            latest=free[lead.least],
            with_=settled.guests(process, lead.kind.id),
        )
        for lead in fitting
    ]
    held_before = [
        _done(kind, approved.get(kind.id) or days.add(last, -kind.ideal), today, days)
        for kind in process.milestones
        if kind.stage is stage and kind.id in settled.done
    ]
    place = {kind.id: n for n, kind in enumerate(process.milestones)}
    return Plan(
        decision,
        tuple(sorted((*held_before, *milestones), key=lambda m: (m.day, place[m.kind.id]))),
        crowded=tuple(kind for lead in crowded for kind in (lead.kind, *settled.guests(process, lead.kind.id))),
        options=_options(crowded, fitting, joined, passed=room < 0),
        late=any(laid[lead.kind.id] < lead.kind.ideal for lead in fitting),
        dropped=tuple(kind for kind in process.milestones if kind.id in settled.dropped),
    )


def _backward(last: date, today: date, days: Workdays) -> list[date]:
    """The working days after today, from the last one backward: each stands at its lead."""
    return [day for n in range((last - today).days) if (day := last - timedelta(days=n)) in days]


def _done(kind: MilestoneKind, day: date, today: date, days: Workdays) -> Milestone:
    return Milestone(kind, days.last_until(min(day, today)), slack=0, done=True)


def _options(
    crowded: Sequence[Lead], fitting: Sequence[Lead], joined: Callable[[str, str], bool], *, passed: bool
) -> tuple[PlanOption, ...]:
    """What can be done about the crowded ones; once the day is there or has passed, only asking is left.

    One can be held in the meeting of what comes right after it, if that still fits then.
    """
    if not crowded:
        return ()
    kinds = tuple(lead.kind for lead in crowded)
    ask = PlanOption("ask", kinds, "Ask whether the day still suits them: the clarity question")
    if passed:
        return (ask,)
    found = [PlanOption("drop", (kind,), f"Leave out {_the(kind)}") for kind in kinds]
    for kind in kinds:
        waiting = next((lead.kind for lead in fitting if lead.waits_for.get(kind.id) == 1), None)
        if waiting is not None and joined(kind.id, waiting.id):
            text = f"Hold {_the(kind)} and {_the(waiting)} in one meeting"
            found.append(PlanOption("merge", (kind, waiting), text))
    return (*found, ask)


def _the(kind: MilestoneKind) -> str:
    """The milestone within a sentence: "the hands-on test"; a name of one word or in capitals stands as it is."""
    first, *rest = kind.name.split()
    return " ".join(("the", first if first[1:].lower() != first[1:] else first.lower(), *rest)) if rest else kind.name


_DONE: Final = re.compile(
    r"\b(?:has|have|had|is|are|was|were|been|we|I)\b[^.!?;]{0,40}\b(?:completed?|finished|done|concluded)\b"
    r"(?=.*\b(?:reviews?|checks?|tests?|testing|pilot|trial|audit|assessment|evaluation|approval)\b)"
    r"|\b(?:reviews?|checks?|tests?|testing|pilot|trial|audit|assessment|evaluation)\b[^.!?;]{0,40}"
    r"\b(?:completed?|finished|done|concluded)\b"
    r"|\b(?:has|have|had|was|were|been)\b[^.!?;]{0,20}\b(?:approved|cleared|signed off)\b",
    re.IGNORECASE,
)
_NOT_DONE: Final = re.compile(
    r"\b(?:not|yet|never|once|when|after|before|until|unless|if|should|will|would|must|can|could|to be|by then|still)\b"
    r"|n['’]t\b|\?",
    re.IGNORECASE,
)
_SENTENCE: Final = re.compile(r"[^.!?\n]+[.!?]?")


def held(process: Process, timeline: Timeline) -> set[str]:
    """The milestones that meetings held with the customer, or the rep's word for a talk, show to be done.

    They are known by the words of their kind, in whatever order they came and whoever called the meeting. What they say
    that they have finished by themselves is done as well. A talk that none of the words fits is still one in which the
    customer spoke about what they need, and so is a mail of theirs about a later milestone: who asks for the price has
    said what it's for. Both count for the first milestone of the process.
    """
    talks = [event.summary for event in timeline.held]
    talks += [move.spoken.what for move in timeline.moves if move.spoken is not None]
    finished = [sentence for move in timeline.moves for sentence in _finished_in(move)]
    shown = {kind.id for told in (*talks, *finished) for kind in process.milestones if named(kind, told)}
    first, later = process.milestones[:1], process.milestones[1:]
    mails = [spoken_of(move) for move in timeline.moves if move.side is Side.THEM]
    if talks or any(named(kind, mail) for mail in mails for kind in later):
        shown |= {kind.id for kind in first}
    return shown


def _finished_in(move: Move) -> list[str]:
    """The sentences in which they say that something is done; not what is to be done, or isn't."""
    if move.side is Side.US or move.reading is None:
        return []
    text = move.reading.new_text
    told = _SENTENCE.findall(text) if _DONE.search(text) else []
    return [sentence for sentence in told if _DONE.search(sentence) and not _NOT_DONE.search(sentence)]


def fitting(plan: Plan, talk: str) -> Milestone | None:
    """The unmet milestone that continues the talk: the first whose words, or those of one in its meeting, occur in it,
    else the plan's next."""
    unmet = (m for m in plan.milestones if not m.done)
    return next((m for m in unmet if any(named(kind, talk) for kind in (m.kind, *m.with_))), plan.next)


def spoken_of(move: Move) -> str:
    """What a move is about: its topic and what it asks for; "" where nothing was read."""
    if move.reading is None:
        return ""
    return "\n".join((move.reading.topic or "", *(ask.text for ask in move.reading.asks)))


def named(kind: MilestoneKind, talk: str) -> bool:
    """Whether one of the words by which the milestone is known occurs in the talk."""
    return bool(kind.words) and _any_of(kind.words).search(talk) is not None


@cache
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b", re.IGNORECASE)
