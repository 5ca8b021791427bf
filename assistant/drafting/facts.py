"""The facts of a deal that a draft may use, each in words that fit into a sentence, with its evidence."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from assistant.domain.deal import Deal, Evidence, Side, Source, Us
from assistant.domain.draft import Fact
from assistant.domain.mail import Address
from assistant.domain.plan import Milestone, Plan
from assistant.domain.reading import Days, Intent, MoveKind
from assistant.drafting.people import display_name, first_name, texts_by
from assistant.drafting.phrases import day_in_words, determined, noun
from assistant.engine.roles import in_role
from assistant.engine.slots import Slot
from assistant.engine.timeline import Move, Timeline

_LOOK_BACK: Final = 3
_MOST_ASKS: Final = 4
_MOST_ASKED_WORDS: Final = 30
_WHOLE_MONTH: Final = 20
_MOST_AHEAD: Final = 2
_SEND: Final = re.compile(r"\b(send|sends|sent|share|forward|attach|provide|copy of|let (?:me|us) have|see)\b", re.I)
_PROMISE: Final = re.compile(
    r"\b(?:send|share|forward|get|give|provide|prepare|e-?mail|mail|deliver|pass(?: on)?|put together|draft|upload"
    r"|write up|write|come back with|attach|have)\s+"
    r"(?:(?:you|it|over|to|on|across|both|all|along)\s+)*",
    re.I,
)
_NO_THING: Final = re.compile(r"(?:back|it|this|that|these|those|more|word|details?)(?: to\b.*)?$", re.I)
_REST: Final = re.compile(
    r"\s*(?:[,.;:!?(–—].*|\s(?:by|on|before|until|tomorrow|today|tonight|this|next|first thing|later|asap|over|to you"
    r"|as|across|in the|so|which|that|and (?:i|we|then|also)|when|once|after|if|right|shortly|soon|within|from|via"
    r"|early)\b.*)$",
    re.I | re.S,
)
_MEETING: Final = re.compile(
    r"\b(?:(?:video |phone )?call|meeting|demo|walk-?through|workshop|session|review|visit|kick-?off)\b", re.I
)


def their_move(answers: Move | None, timeline: Timeline) -> Move | None:
    """The move of theirs that the draft opens with: the one answered, or their latest with a topic."""
    if answers is not None and answers.side is Side.THEM and answers.message is not None:
        return answers
    recent = [m for m in reversed(timeline.moves) if m.side is Side.THEM and m.message is not None][:_LOOK_BACK]
    return next((m for m in recent if topic(m)), recent[0] if recent else None)


def topic(move: Move | None) -> Fact | None:
    """What their mail is about, in their own words, seen from our side."""
    if move is None or move.reading is None or (words := noun(move.reading.topic, turned=True)) is None:
        return None
    return Fact(words, _evidence(move, "topic", move.reading.topic or ""))


def day_of(move: Move | None, today: date, country: str | None) -> Fact | None:
    """The day on which they wrote."""
    if move is None:
        return None
    return Fact(day_in_words(move.at.date(), today=today, country=country), _evidence(move, "date"))


def requested(move: Move | None) -> bool:
    """Whether they asked for the thing itself ("could you send us …") and not about it."""
    if move is None or move.reading is None:
        return False
    said = [span.text for span in move.reading.asks] or [move.sentence]
    return any(_SEND.search(text) for text in said)


def asks(move: Move | None) -> tuple[str, ...]:
    """Their questions, as they asked them; () where they are too many or too long to be repeated."""
    if move is None or move.reading is None:
        return ()
    found = tuple(dict.fromkeys(" ".join(span.text.split()) for span in move.reading.asks))
    words = sum(len(text.split()) for text in found)
    return found if len(found) <= _MOST_ASKS and words <= _MOST_ASKED_WORDS else ()


def intents(move: Move | None) -> frozenset[Intent]:
    return frozenset(f.intent for f in move.reading.intents) if move and move.reading else frozenset()


def sent(answers: Move | None, timeline: Timeline) -> Fact | None:
    """What we last sent them ("the security paper"): only where it was a thing, not an answer in words."""
    move = _our_move(answers, timeline)
    if move is None or move.reading is None or move.reading.kind is not MoveKind.SENT_INFO:
        return None
    words = determined(noun(move.reading.topic))
    return Fact(words, _evidence(move, "topic", move.reading.topic or "")) if words else None


def sender(answers: Move | None, timeline: Timeline, us: Us) -> str | None:
    """The colleague who sent it, by first name; None where it was the rep."""
    move = _our_move(answers, timeline)
    if move is None or move.who is None or us.is_rep(move.who):
        return None
    return first_name(move.who) or "we"


def decision(deal: Deal, today: date) -> Fact | None:
    """Their decision date, unless it has passed: a date that went by isn't spoken of."""
    if deal.decision is None or deal.decision.day < today:
        return None
    return Fact(day_in_words(deal.decision.day, today=today, country=deal.country), deal.decision.evidence)


def step(milestone: Milestone | None) -> Fact | None:
    return Fact(milestone.kind.step, _process(milestone)) if milestone else None


def so_that(milestone: Milestone | None) -> str | None:
    """What the step is good for, unless the step already says it in the same words."""
    if milestone is None or overlap(milestone.kind.step, milestone.kind.purpose):
        return None
    return milestone.kind.purpose


def owner(milestone: Milestone | None, deal: Deal, timeline: Timeline, to: Sequence[Address]) -> Fact | None:
    """The contact of theirs in the role that the milestone needs, where it isn't one of the addressees."""
    if milestone is None:
        return None
    for contact in in_role(deal, milestone.kind.their_owner):
        if contact.address in to:
            continue
        name = first_name(contact.address, texts_by(contact.address.email, timeline))
        if name:
            return Fact(name, Evidence(Source.DEAL, deal.id, f"{contact.address.name} ({contact.role})", "role"))
    return None


def ahead(
    plan: Plan | None, milestone: Milestone | None, slots: Sequence[Slot], today: date, deal: Deal
) -> tuple[Fact, ...]:
    """The next milestones after this one and after the times offered: "the sign-off on 3 December"."""
    if plan is None or milestone is None:
        return ()
    after = max([milestone.day, *(slot.start.date() for slot in slots)])
    later = [m for m in plan.milestones if not m.done and m.day > after and m.kind.id != milestone.kind.id]
    return tuple(
        Fact(
            f"the {m.kind.name[:1].lower()}{m.kind.name[1:]} on "
            f"{day_in_words(m.day, today=today, country=deal.country)}",
            _process(m),
        )
        for m in later[:_MOST_AHEAD]
    )


def offered(answers: Move | None, timeline: Timeline, us: Us) -> Fact | None:
    """What the rep offered in the last mail, without a day ("walk your team through the import")."""
    move = _our_move(answers, timeline)
    step = move.reading.open_step if move and move.reading else None
    if move is None or step is None or move.who is None or not us.is_rep(move.who):
        return None
    return Fact(step.what, _evidence(move, step.evidence.rule, step.evidence.text))


def promised(answers: Move | None) -> Fact | None:
    """The thing that we promised: the commitment of ours with the earliest day."""
    if answers is None or answers.reading is None:
        return None
    ours = [c for c in answers.reading.commitments if c.by is Side.US]
    for commitment in sorted(ours, key=lambda c: (c.due is None, c.due.start if c.due else date.max)):
        found = _PROMISE.search(commitment.what)
        words = noun(_REST.sub("", commitment.what[found.end() :])) if found else None
        if words and not _NO_THING.match(words):
            return Fact(
                determined(words) or words, _evidence(answers, commitment.evidence.rule, commitment.evidence.text)
            )
    return None


def planned(answers: Move | None) -> Fact | None:
    """The step whose time went by: "our meeting", or what the mail called it."""
    if answers is None:
        return None
    if answers.event is not None:
        return Fact("our meeting", _evidence(answers, "event", answers.event.summary))
    step = answers.reading.next_step if answers.reading else None
    if step is None:
        return None
    found = _MEETING.search(step.what)
    if found is None:
        return None
    words = f"our {found.group().lower()}"
    return Fact(words, _evidence(answers, step.evidence.rule, step.evidence.text))


def met(timeline: Timeline, today: date, country: str | None) -> Fact | None:
    """The day of the last talk: a meeting held, or what the rep told us of."""
    talks = [m for m in timeline.moves if m.event is not None or m.spoken is not None]
    if talks:
        last = talks[-1]
        words = day_in_words(last.at.date(), today=today, country=country, weekday=True)
        return Fact(words, _evidence(last, "talk", last.sentence))
    if not timeline.held:
        return None
    event = timeline.held[-1]
    words = day_in_words(event.start.date(), today=today, country=country, weekday=True)
    return Fact(words, Evidence(Source.EVENT, event.uid, event.summary, "talk", on=event.start.date()))


def resume(deal: Deal, timeline: Timeline, today: date) -> Fact | None:
    """When they asked us to come back: "on 3 March", "in March"."""
    for move in reversed(timeline.moves):
        said = move.reading.resume_on if move.side is Side.THEM and move.reading else None
        if said is not None and (deal.resume_on is None or deal.resume_on in said.days):
            return Fact(_when(said.days, today, deal.country), _evidence(move, said.evidence.rule, said.evidence.text))
    if deal.resume_on is None:
        return None
    words = f"around {day_in_words(deal.resume_on, today=today, country=deal.country)}"
    return Fact(words, Evidence(Source.DEAL, deal.id, rule="resume_on", on=deal.resume_on))


def own_dates(deal: Deal, timeline: Timeline) -> frozenset[date]:
    """The days that are the customer's own: decisions, present and past, and when they asked us to come back."""
    days = {deal.decision.day} if deal.decision else set()
    days |= {deal.resume_on} if deal.resume_on else set()
    for move in timeline.moves:
        if move.side is Side.THEM and move.reading is not None:
            days |= {said.days.last for said in move.reading.dates}
    return frozenset(days)


def texts_of_ours(timeline: Timeline) -> tuple[str, ...]:
    """What we have written to them, so that no sentence comes twice."""
    return tuple(m.reading.new_text for m in timeline.moves if m.side is Side.US and m.message and m.reading)


def _our_move(answers: Move | None, timeline: Timeline) -> Move | None:
    return answers if answers is not None and answers.side is Side.US else timeline.last_of(Side.US)


def _when(days: Days, today: date, country: str | None) -> str:
    length = (days.end - days.start).days
    if length == 1:
        return f"on {day_in_words(days.start, today=today, country=country)}"
    if length >= _WHOLE_MONTH and days.start.month == days.last.month:
        return f"in {days.start:%B}"
    return f"around {day_in_words(days.start, today=today, country=country)}"


def _evidence(move: Move, rule: str, sentence: str = "") -> Evidence:
    source = Source.MESSAGE if move.message else Source.EVENT if move.event else Source.REP
    who = " ".join(display_name(move.who)) or move.who.email if move.who else None
    return Evidence(source, move.ref, sentence, rule, who, move.at.date())


def _process(milestone: Milestone) -> Evidence:
    return Evidence(Source.CONFIG, f"process.{milestone.kind.id}", milestone.kind.step, "milestone", on=milestone.day)


def overlap(first: str, second: str) -> bool:
    """Whether the two share three words in a row."""
    grams = [
        {tuple(words[n : n + 3]) for n in range(len(words) - 2)}
        for words in (re.findall(r"[\w'-]+", text.casefold()) for text in (first, second))
    ]
    return bool(grams[0] & grams[1])
