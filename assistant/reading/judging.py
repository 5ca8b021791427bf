"""What the rules found and what the learned model hears, weighed into one answer.

The model decides the class: the rules' own answer is one sign of many to it. The rules find the days, the promises and
the sentence to show. Where the chance of an answer is small, the reader can't tell.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from assistant.domain.deal import Side
from assistant.domain.reading import DateRole, Days, Intent, IntentFound, MoveKind, SaidDate, Span
from assistant.language.learned import Judgement, Model
from assistant.language.packs import load
from assistant.reading.absence import return_day
from assistant.reading.features import heard
from assistant.reading.moves import STEPS, Ours, step_in
from assistant.reading.replies import Theirs
from assistant.reading.their_days import all_dates, decision_day_of, resume_day_of
from assistant.reading.view import View

NONE: Final = "none"
"""The model's class for a text that does nothing of all this."""
LEARNED: Final = "learned"
"""The rule that is named for what only the model heard."""
_DOUBT: Final = 0.62
"""The chance that an answer needs to be certain."""
_DOUBT_WEIGHTY: Final = 0.8
"""The chance that these need where no rule found them: they change how a deal stands."""
_DOUBT_AGREED: Final = 0.4
"""The chance that it needs where the rules say the same."""
_DOUBT_ASKED: Final = 0.2
"""The chance that a not-now needs where the rules found the far day on which to ask again."""
_STEP_FOUND: Final = 0.33
"""The chance from which a move leads on where the rules found a step with its day, resolved or not."""
_STEP_ALONE: Final = 0.98
"""The chance of a sentence by itself from which such a step holds, whatever stands beside it."""
_STEP_HINTED: Final = 0.1
"""The chance of the whole text that it needs then."""
_HOLDS: Final = 0.45
"""The chance from which an intent holds although another is likelier."""
_DREADED: Final[Mapping[Intent, float]] = {Intent.NO: 0.1, Intent.NOT_NOW: 0.2}
"""The chance from which one of these makes a lighter answer uncertain: a no that is missed is the worst fault."""
_DREADED_BESIDE: Final[Mapping[Intent, float]] = {Intent.NO: 0.15, Intent.NOT_NOW: 0.2}
"""The same where the rules found the lighter answer, too."""
_BESIDE: Final[Mapping[Intent, float]] = {Intent.YES: 0.2, Intent.DECISION_DATE_STATED: 0.1}
"""The chance below which these aren't believed beside a weightier intent, although a rule found them."""
_WEIGHTY: Final = frozenset({Intent.NO, Intent.NOT_NOW, Intent.YES, MoveKind.GRACEFUL_EXIT})
_ASKING: Final = frozenset({Intent.QUESTION, Intent.SCHEDULING})
_ROBOTS: Final = frozenset({Intent.OUT_OF_OFFICE, Intent.BOUNCE})
_FAR: Final = 21
"""Days ahead from which a day to come back on is no appointment."""
_ALONE: Final = frozenset({Intent.OUT_OF_OFFICE, Intent.BOUNCE, Intent.THANKS_ONLY})


@dataclass(frozen=True, slots=True)
class Weighed:
    """Whether an answer is certain; if not, why, in one sentence for the rep, and what it may be."""

    certain: bool
    reason: str = ""
    guess: IntentFound | None = None


FOREIGN: Final = Weighed(False, "It's written in words that aren't known here: please look at it.")
UNCLEAR: Final = Weighed(False, "It isn't clear what this message wants: please look at it.")


def weigh_move(ruled: Ours, model: Model, sent: date | None, who: str) -> tuple[Ours, Weighed]:
    """Our move as the model hears it."""
    if ruled.kind is None:
        return ruled, Weighed(False, "It has a greeting and nothing else: please look at it.")
    sentences = heard(ruled.seen)
    if not model.knows(sentences):
        return ruled, FOREIGN
    judgement = model.judge(sentences, (ruled.kind,))
    chances = _move_chances(judgement)
    purposeful = _purposeful(judgement)
    stepped = ruled.next_step is not None or (sent is None and ruled.kind in STEPS)
    likely = purposeful >= (_STEP_FOUND if stepped else 0.5)
    if stepped and not likely and purposeful >= _STEP_HINTED:
        likely = any(_purposeful(model.judge([each], (ruled.kind,))) >= _STEP_ALONE for each in sentences if each.words)
    side = [kind for kind in chances if kind.purposeful is likely]
    kind = max(side, key=lambda each: chances[each])
    agreed = ruled.kind.purposeful is kind.purposeful
    sure = max(purposeful, 1 - purposeful) >= _needed(kind, agreed=agreed)
    told = replace(
        ruled,
        kind=kind,
        evidence=ruled.evidence if ruled.kind is kind else _evidence(ruled.seen, judgement, kind),
        next_step=ruled.next_step or step_in(ruled.seen, sent, who, kind, judgement.speaker(kind)),
    )
    if not kind.purposeful:
        told = replace(told, next_step=None)
    return told, Weighed(sure, "" if sure else "It isn't clear whether this move leads on: please look at it.")


def _move_chances(judgement: Judgement) -> dict[MoveKind, float]:
    return {MoveKind(name): chance for name, chance in judgement.chances.items() if name != NONE}


def _purposeful(judgement: Judgement) -> float:
    """The chance that it leads on, in whichever way."""
    return sum(chance for kind, chance in _move_chances(judgement).items() if kind.purposeful)


def weigh_reply(ruled: Theirs, model: Model, sent: date | None) -> tuple[Theirs, Weighed]:
    """Their message as the model hears it."""
    if not ruled.seen.sentences:
        return ruled, UNCLEAR
    sentences = heard(ruled.seen)
    if not model.knows(sentences):
        return replace(ruled, intents=_only(ruled, _ROBOTS)), FOREIGN
    judgement = model.judge(sentences, [found.intent for found in ruled.intents])
    chances = {Intent(name): chance for name, chance in judgement.chances.items() if name != NONE}
    spans = {found.intent: found.evidence for found in ruled.intents}
    lead = _lead(ruled, chances, sent)
    agreed = lead in spans
    if lead is Intent.DECISION_DATE_STATED and not agreed and _is_other_day(ruled, judgement.speaker(lead)):
        return ruled, Weighed(True)
    dreaded = _DREADED_BESIDE if agreed else _DREADED
    feared = any(chances[intent] >= least and _weight(intent) < _weight(lead) for intent, least in dreaded.items())
    needed = _DOUBT_ASKED if _asked_back(ruled, chances, sent) else _needed(lead, agreed=agreed)
    sure = chances[lead] >= needed and not feared
    if not (sure or ruled.intents) and ruled.commitments:
        return ruled, Weighed(True)
    found = {
        intent: spans.get(intent) or _evidence(ruled.seen, judgement, intent)
        for intent in sorted(_holding(lead, spans, chances), key=_weight)
    }
    told = _with(ruled, found, judgement, sent)
    if sure:
        return told, Weighed(True)
    if agreed:
        return told, UNCLEAR
    asking = replace(ruled, intents=_only(ruled, _ASKING), decision=None, resume_on=None)
    return asking, replace(UNCLEAR, guess=told.intents[0])


def _only(ruled: Theirs, intents: Collection[Intent]) -> tuple[IntentFound, ...]:
    return tuple(found for found in ruled.intents if found.intent in intents)


def _asked_back(ruled: Theirs, chances: Mapping[Intent, float], sent: date | None) -> bool:
    """Whether they ask to be asked again on a day so far ahead that it arranges nothing now."""
    back = ruled.resume_on
    if sent is None or back is None or max(chances, key=lambda intent: chances[intent]) not in _ASKING:
        return False
    return back.certain and (back.days.start - sent).days >= _FAR


def _is_other_day(ruled: Theirs, index: int) -> bool:
    """Whether the sentence's day is that of a promise of theirs, or of a dinner or a fair."""
    sentence = ruled.seen.sentences[index]
    promised = any(promise.evidence.start == sentence.start for promise in ruled.commitments)
    return promised or sentence.has("occasion")


def _needed(answer: MoveKind | Intent, *, agreed: bool) -> float:
    """The chance that the answer needs to be certain; `agreed` says that the rules found it, too."""
    if agreed:
        return _DOUBT_AGREED
    return _DOUBT_WEIGHTY if answer in _WEIGHTY else _DOUBT


def _holding(lead: Intent, ruled: Collection[Intent], chances: Mapping[Intent, float]) -> set[Intent]:
    """The lead, and what the rules found beside it that weighs less."""
    if lead in _ALONE:
        return {lead}
    beside = {intent for intent in ruled if _weight(intent) > _weight(lead)}
    return {lead, *(intent for intent in beside if chances[intent] >= _BESIDE.get(intent, 0.0))}


def _weight(intent: Intent) -> int:
    return list(Intent).index(intent)


def _lead(ruled: Theirs, chances: Mapping[Intent, float], sent: date | None) -> Intent:
    """The weightiest intent that is likely enough to hold, or else the likeliest; where a day that the rules found
    tells a not-now from a talk to arrange or from a decision, it's that."""
    if _asked_back(ruled, chances, sent):
        return Intent.NOT_NOW
    likeliest = max(chances, key=lambda intent: chances[intent])
    holding = [intent for intent in chances if chances[intent] >= _HOLDS]
    lead = min((*holding, likeliest), key=_weight)
    later = any(found.intent is Intent.NOT_NOW for found in ruled.intents)
    if lead is Intent.NOT_NOW and ruled.decision and not later and chances[lead] < _DOUBT_WEIGHTY:
        return Intent.DECISION_DATE_STATED
    return lead


def _with(ruled: Theirs, found: Mapping[Intent, Span], judgement: Judgement, sent: date | None) -> Theirs:
    """The message with these intents, and the days that belong to them."""
    decision = resume = None
    dates: tuple[SaidDate, ...] | None = None
    if Intent.DECISION_DATE_STATED in found:
        decision = ruled.decision or decision_day_of(ruled.seen, sent, judgement.speaker(Intent.DECISION_DATE_STATED))
    if Intent.NOT_NOW in found and Intent.NO not in found:
        resume = ruled.resume_on or resume_day_of(ruled.seen, sent, judgement.speaker(Intent.NOT_NOW))
    if Intent.OUT_OF_OFFICE in found:
        dates = _back(ruled, found[Intent.OUT_OF_OFFICE], sent)
    return replace(
        ruled,
        intents=tuple(IntentFound(intent, span) for intent, span in found.items()),
        decision=decision,
        resume_on=resume,
        dates=all_dates(ruled.seen, decision, resume, found) if dates is None else dates,
    )


def _back(ruled: Theirs, evidence: Span, sent: date | None) -> tuple[SaidDate, ...] | None:
    """The day of return, where one is named."""
    if any(said.role is DateRole.RETURN for said in ruled.dates):
        return ruled.dates
    day = return_day(ruled.seen.text, sent, load("assistant.reading.packs", "automatic")) if sent else None
    return (SaidDate(Days.of(day), DateRole.RETURN, Side.THEM, evidence),) if day else None


def _evidence(seen: View, judgement: Judgement, name: str) -> Span:
    """The sentence that speaks most for the class, with a rule of its kind where one matched in it."""
    sentence = seen.sentences[judgement.speaker(name)]
    return sentence.span(sentence.rule(_KINDS.get(name, name)) or LEARNED)


_KINDS: Final[Mapping[str, str]] = {
    MoveKind.OPEN_OFFER: "offer",
    MoveKind.SENT_INFO: "sent",
    MoveKind.ACKNOWLEDGED: "ack",
    MoveKind.CLARITY_QUESTION: "clarity",
    MoveKind.MEETING_PROPOSED: "meeting",
    MoveKind.NEXT_STEP_WITH_DATE: "step",
    MoveKind.MUTUAL_PLAN: "plan",
    MoveKind.GRACEFUL_EXIT: "exit",
    Intent.DECISION_DATE_STATED: "decision",
}
"""The rules' kinds that have another name than the class."""
