"""The milestones of a deal, laid backward from the day on which the customer means to decide.

Lead times count working days before the last working day up to the decision date; a lead of 0 is that day itself.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from assistant.domain.deal import Side, Stage
from assistant.domain.plan import Milestone, MilestoneKind, Plan, Process
from assistant.domain.workdays import Workdays
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
            ideal=1,
            least=0,
            words=("kick-off", "kickoff", "onboarding"),
        ),
    )
)
"""How B2B software is bought. A `step` reads well after "I suggest", a `purpose` after "so that"."""


@dataclass(frozen=True, slots=True)
class _Lead:
    """An unmet milestone and its lead times, made strictly decreasing along the process."""

    kind: MilestoneKind
    ideal: int
    least: int


def plan(process: Process, decision: date, stage: Stage, done: Collection[str], today: date, days: Workdays) -> Plan:
    """The milestones of the deal's stage, in the order of the process, each on a working day of its own.

    Unmet ones lie after today and not after the decision, at their ideal lead time where there's time for all;
    a late start moves them all by the same share toward their least. Those for which even that is too late are
    `crowded`: the rep is told, and they get no date. Done ones keep their ideal day, today at the latest.
    An ended deal has no milestones: a no sets the plan aside.
    """
    kinds = [kind for kind in process.milestones if kind.stage is stage] if not stage.ended else []
    last, start = days.last_until(decision), days.add(today, 1)
    room = days.between(start, last) if start <= last else -1
    leads = _leads([kind for kind in kinds if kind.id not in done])
    fitting = [lead for lead in leads if lead.least <= room]
    placed = {
        lead.kind.id: Milestone(
            lead.kind,
            days.add(last, -_compressed(lead, fitting[0], room)),
            slack=days.between(today, days.add(last, -lead.least)),
        )
        for lead in fitting
    }
    return Plan(
        decision,
        tuple(
            placed.get(kind.id) or _done(kind, last, today, days)
            for kind in kinds
            if kind.id in placed or kind.id in done
        ),
        crowded=tuple(lead.kind for lead in leads if lead.kind.id not in placed),
    )


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
    shown = {kind.id for told in (*talks, *finished) for kind in process.milestones if _named(kind, told)}
    first, later = process.milestones[:1], process.milestones[1:]
    mails = [spoken_of(move) for move in timeline.moves if move.side is Side.THEM]
    if talks or any(_named(kind, mail) for mail in mails for kind in later):
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
    """The unmet milestone that continues the talk: the first whose words occur in it, else the plan's next."""
    return next((m for m in plan.milestones if not m.done and _named(m.kind, talk)), plan.next)


def spoken_of(move: Move) -> str:
    """What a move is about: its topic and what it asks for; "" where nothing was read."""
    if move.reading is None:
        return ""
    return "\n".join((move.reading.topic or "", *(ask.text for ask in move.reading.asks)))


def _leads(unmet: Sequence[MilestoneKind]) -> list[_Lead]:
    leads: list[_Lead] = []
    least = ideal = -1
    for kind in reversed(unmet):
        least = max(kind.least, least + 1)
        ideal = max(kind.ideal, ideal + 1, least)
        leads.append(_Lead(kind, ideal, least))
    return leads[::-1]


def _compressed(lead: _Lead, first: _Lead, room: int) -> int:
    """The lead time when `room` working days are left for the first of them: the same share of ideal for each.

    Rounding down keeps the order, because both lead times fall by at least one from each to the next.
    """
    if room >= first.ideal:
        return lead.ideal
    return lead.least + (lead.ideal - lead.least) * (room - first.least) // (first.ideal - first.least)


def _done(kind: MilestoneKind, last: date, today: date, days: Workdays) -> Milestone:
    day = min(days.add(last, -kind.ideal), days.last_until(today))
    return Milestone(kind, day, slack=0, done=True)


def _named(kind: MilestoneKind, talk: str) -> bool:
    return any(re.search(rf"\b{re.escape(word)}\b", talk, re.IGNORECASE) for word in kind.words)
