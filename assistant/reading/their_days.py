"""The days in their message: the day on which they decide, the day to come back on, and every other."""

import re
from collections.abc import Callable, Collection
from datetime import date
from typing import Final

from assistant.domain.deal import Side
from assistant.domain.reading import DateRole, Days, Intent, SaidDate, Span
from assistant.reading.day_choice import Choice, ahead, best, lengths_near
from assistant.reading.days.dates import Mention
from assistant.reading.view import Sentence, View

LEARNED: Final = "learned"
"""The rule of a day that no rule found: it stands nearest to the sentence that the model named."""
_TODAY: Final = re.compile(
    r"(?i)to-?day|this (?:morning|afternoon|evening)|tonight|heute|aujourd|ce (?:matin|soir)|hoy"
)
_DOUBTFUL: Final = 200
"""What may speak against the day of a decision: more is said of one that doesn't hold any more."""
_SOON: Final = 7
"""Days within which nobody puts things off, unless they ask to be called then."""
_ASKED: Final = -60
_DECIDING: Final = {
    "settles": -100,
    "decision": -100,
    "decision_told": -80,
    "told": -60,
    "final": -30,
    "elsewhere": 120,
    "overtaken": 400,
    "instead": -60,
    "corrected": -200,
}
"""What rules in its clause speak against a day as that of their decision, by kind."""
_COMING_BACK: Final = {
    "call": -100,
    "contact": -100,
    "not_now": -30,
    "elsewhere": 60,
    "overtaken": 120,
    "settles": 60,
    "instead": -60,
    "corrected": -200,
}
"""The same for the day to come back on."""


def decision_day(seen: View, sent: date | None) -> SaidDate | None:
    """The day that belongs to a word of deciding, in its sentence or in one beside it.

    Of several it's the one whose clause speaks of the choice itself, rather than of a step before it or after it; a
    correction counts, and in a range the last day. A feast or a season is no day.
    """
    if next(seen.having("decision", "decision_told"), None) is None:
        return None
    cued = {id(day): rule for day, sentence in ahead(seen, sent) if (rule := _cue_near(seen, sentence, day))}
    days = [(day, sentence) for day, sentence in ahead(seen, sent) if id(day) in cued]
    chosen = best(seen, sent, days, _DECIDING, _beside)
    if chosen is None or chosen.cost >= _DOUBTFUL:
        return None
    return _said(chosen, DateRole.DECISION, cued[id(chosen.day)])


def decision_day_of(seen: View, sent: date | None, index: int) -> SaidDate | None:
    """The day that the sentence says they decide on, although no rule found a word of deciding in it.

    Its own days come first, then those of the sentence after it and of the one before, then any other; where there's
    none, a length of time in it counts from the day of sending.
    """
    days = ahead(seen, sent) or lengths_near(seen, sent, index)
    chosen = best(seen, sent, days, _DECIDING, lambda sentence: _apart(sentence.index - index))
    return _said(chosen, DateRole.DECISION, LEARNED) if chosen else None


def _cue_near(seen: View, sentence: Sentence, day: Mention) -> str:
    """The rule of the word of deciding that the day belongs to; "" where there's none."""
    rule = sentence.rule("decision") or sentence.rule("decision_told")
    if rule:
        return rule
    if sentence.asks or sentence.has("scheduling", "scheduling_date") or _TODAY.match(day.text):
        return ""
    for index in (sentence.index - 1, sentence.index + 1):
        beside = seen.sentences[index] if 0 <= index < len(seen.sentences) else None
        if beside is not None and beside.has("decision") and not beside.days:
            return beside.rule("decision")
    return ""


def _beside(sentence: Sentence) -> float:
    """What speaks against a sentence without a word of deciding of its own."""
    return 0.0 if sentence.has("decision", "decision_told") else 150.0


def _apart(count: int) -> float:
    """What speaks against a sentence that stands so many after the one that is meant."""
    return {0: 0.0, 1: 110.0, -1: 130.0}.get(count, 180.0 + 10 * abs(count))


def resume_day(seen: View, sent: date | None, later: Span | None, decision: SaidDate | None) -> SaidDate | None:
    """The day that a not-now names: in its own sentence first, then in those beside it, then in any other."""
    if later is None:
        return None
    places = [sentence.index for sentence in seen.having("not_now", "contact")]

    def cost(sentence: Sentence) -> float:
        if decision and sentence.start == decision.evidence.start and not sentence.has("not_now"):
            return 250.0
        return min((_apart(sentence.index - index) for index in places), default=200.0)

    return _coming_back(seen, sent, cost, later.rule)


def resume_day_of(seen: View, sent: date | None, index: int) -> SaidDate | None:
    """The day on which the sentence asks us to come back, found as in `decision_day_of`."""
    chosen = _coming_back(seen, sent, lambda sentence: _apart(sentence.index - index), LEARNED)
    if chosen is not None:
        return chosen
    length = best(seen, sent, lengths_near(seen, sent, index), _COMING_BACK, lambda _: 0.0)
    return _said(length, DateRole.RESUME, LEARNED) if length else None


def _coming_back(seen: View, sent: date | None, cost: Callable[[Sentence], float], rule: str) -> SaidDate | None:
    """The day to come back on. A day of this week or the next days is one only where they ask to be called then."""
    days = [(day, sentence) for day, sentence in ahead(seen, sent) if sent is None or day.days.last > sent]
    later = [(day, sentence) for day, sentence in days if sent is None or day.days.start > sent]
    chosen = best(seen, sent, later or days, _COMING_BACK, cost, loosely=True)
    if chosen is None or (sent and (chosen.day.days.last - sent).days <= _SOON and chosen.told > _ASKED):
        return None
    return _said(chosen, DateRole.RESUME, rule)


def _said(chosen: Choice, role: DateRole, rule: str) -> SaidDate:
    """The day as theirs; of a range of exact days the last."""
    day = chosen.day
    days = day.days if day.vague else Days.of(day.days.last)
    return SaidDate(days, role, Side.THEM, chosen.sentence.span(rule), day.certain and not day.vague)


def all_dates(
    seen: View, decision: SaidDate | None, resume: SaidDate | None, found: Collection[Intent]
) -> tuple[SaidDate, ...]:
    """Every day named, with what it's for."""
    dates = []
    for sentence in seen.sentences:
        for day in sentence.days:
            role = _role(sentence, day, decision, resume, found)
            dates.append(SaidDate(day.days, role, Side.THEM, sentence.span(role.value), day.certain and not day.vague))
    return tuple(dates)


def _role(
    sentence: Sentence, day: Mention, decision: SaidDate | None, resume: SaidDate | None, found: Collection[Intent]
) -> DateRole:
    if decision and day.days.last in decision.days and sentence.start == decision.evidence.start:
        return DateRole.DECISION
    if resume and day.days.last in resume.days and sentence.start == resume.evidence.start:
        return DateRole.RESUME
    if sentence.has("scheduling", "scheduling_date") and Intent.SCHEDULING in found:
        return DateRole.MEETING
    return DateRole.DELIVERY if sentence.has("commitment") else DateRole.OTHER
