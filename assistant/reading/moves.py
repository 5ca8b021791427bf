"""Our message: passive or purposeful, its next step and its promises, each with the sentence that shows it."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from assistant.domain.deal import Side
from assistant.domain.reading import Commitment, Days, MoveKind, NextStep, Span
from assistant.reading.days.dates import Mention
from assistant.reading.view import Sentence, View, pack_of, view

_TIME: Final = re.compile(
    r"(?i)\b(?:\d{1,2}(?::\d\d|\.\d\d)? ?(?:am|pm|a\.m|p\.m|o'clock|uhr|hrs?)\b|\d{1,2}:\d\d|noon\b|midday\b|half past|"
    r"quarter (?:to|past)|at (?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b(?! ?%))"
)
_GREETING: Final = re.compile(
    r"(?i)^\W*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|morning|hallo|bonjour|hej|hola|dag|ciao)\b"
    r"[^.!?]{0,45}[,:;!–-]?\s*$"
)
_FORWARD: Final = re.compile(
    r"(?i)\b(?:will|shall|please|pls|kindly|could (?:you|we|i)|can (?:you|we|i)|would|let's|let us|propose|suggest|"
    r"has to|have to|needs? to|due|(?<!was )(?<!were )going to|how about|what about|see you|join|"
    r"confirm(?:ed|ing)?)\b|'ll\b"
)
"""Words that put a sentence ahead although it also tells what was."""
_AHEAD_OF_DAY: Final = re.compile(r"(?i)\b(?:by|before|until|till|for|then)\s+(?:the\s+)?$")
_COMING: Final = re.compile(r"(?i)^(?:next|tomorrow|coming|this coming)\b")
_HEDGED: Final = re.compile(
    r"(?i)\b(?:i|we|he|she|they) (?:may|might)\b|\b(?:maybe|perhaps|probably|possibly|hopefully|possible that|"
    r"supposed to|unable|unfortunately|(?:not|n't) (?:\w+ )?(?:be )?(?:able|sure|certain|expect\w*|attend|make it)|"
    r"cannot|can't|would (?:assume|guess|expect)|i (?:think|guess|hope|believe|understand|heard|hear)|in case|"
    r"let you (?:all )?know (?:if|whether|when|tonight|later))\b"
)
_CLAUSE: Final = re.compile(r"[,;:()\n]|\s[-/]\s|\b(?:and|so|but|then)\b")
_TOLD: Final = re.compile(
    r"(?i)(?<!be )\b(?:was|were|had|did|went|ran|came|saw|said|told|met|spoke|sent|gave|wrote|held|began|left|took|"
    r"dated|published|promised|corrected|started|launched|released|ended|finished|visited|discussed|called|asked|"
    r"received|signed|cancel+ed|opened|happened|presented|shipped|delivered|arrived|talked|issued|closed|posted)\b"
)
_INVITES: Final = re.compile(r"(?i)\b(?:let's|let us|i propose|we propose|shall we|could we|how about|i suggest)\b")
_REPEATS: Final = re.compile(r"(?i)^\W*(?:understood|noted|acknowledged|received|correct|right)\b")
_CONDITION: Final = re.compile(r"(?i)^\W*(?:if|in case|should|whenever|assuming|unless)\b")
_SUITS: Final = re.compile(r"(?i)\b(?:suits?|works?|good|fine|ok|okay|possible|convenient|fits?|free|agree\w*)\b")
_FURTHEST: Final = timedelta(days=400)
"""A step stands in the coming year; "in five years" is talk."""
_TODAY: Final = re.compile(r"(?i)to-?day|tonight|this (?:morning|afternoon|evening)")
_LIST_ITEM: Final = re.compile(r"\b(?:us|you|ours?|yours?|we|i)\b\s*[:=(|]|[|→]|->")


STEPS: Final = frozenset({MoveKind.MEETING_PROPOSED, MoveKind.NEXT_STEP_WITH_DATE, MoveKind.MUTUAL_PLAN})
"""The kinds that hold a next step."""


@dataclass(frozen=True, slots=True)
class Ours:
    """What a message of ours does, and the sentences in which it was found."""

    seen: View
    kind: MoveKind | None
    evidence: Span | None
    next_step: NextStep | None
    commitments: tuple[Commitment, ...]


def read_move(text: str, sent: date | None, who: str, language: str = "en") -> Ours:
    """What our message does, as far as the rules can tell.

    `who` owns a step that names nobody else. `sent` is the day it was sent: days before it are history, not steps.
    The purposeful kinds are looked for first: a nudge with a real step beside it is purposeful.
    """
    seen = view(text, pack_of("moves", language), sent)
    kind, evidence = _kind(seen, sent)
    return Ours(seen, kind, evidence, _next_step(seen, sent, who, kind), _promises(seen, sent))


def _kind(seen: View, sent: date | None) -> tuple[MoveKind | None, Span | None]:
    spoken = [sentence for sentence in seen.sentences if not _GREETING.match(sentence.text)]
    if not spoken:
        return None, None
    return _purposeful(spoken, sent) or _passive(spoken)


_Found = tuple[MoveKind, Span]


def _purposeful(spoken: list[Sentence], sent: date | None) -> _Found | None:
    dated = [sentence for sentence in spoken if _ahead(sentence, sent)]
    leaving = _exit(spoken, dated)
    if leaving:
        return leaving
    planned = _plan(spoken, dated)
    if planned:
        return planned
    for sentence in dated:
        if _meets(sentence):
            return MoveKind.MEETING_PROPOSED, sentence.span(
                sentence.rule("meeting_strong", "meeting") or "day-and-time"
            )
    for sentence in dated:
        if sentence.has("step", "promise", "meeting"):
            return MoveKind.NEXT_STEP_WITH_DATE, sentence.span(sentence.rule("promise", "step") or "step")
    return _clarity(spoken)


def _ahead(sentence: Sentence, sent: date | None) -> bool:
    """Whether the sentence names a day that lies ahead for a step, and not for a fact, an offer or history."""
    timed = _TIME.search(sentence.text) is not None
    days = [
        day
        for day in sentence.days
        if _precise(day)
        and _in_reach(day, sent)
        and (timed or not _TODAY.match(day.text))
        and not _of_a_fact(sentence, day)
    ]
    offered = _conditional(sentence) or (sentence.has("fact") and not (timed and _INVITES.search(sentence.text)))
    if not days or offered or _figures(sentence.text):
        return False
    if (sentence.has("nudge") and not timed) or (_HEDGED.search(sentence.text) and not sentence.asks):
        return False
    if sentence.has("past", "thanks", "state") or _REPEATS.match(sentence.text):
        return (timed and sentence.has("meeting_strong")) or _points_ahead(sentence, days)
    return True


def _of_a_fact(sentence: Sentence, day: Mention) -> bool:
    """Whether the day belongs to something told or to a condition: "it went live on 2 May", "if they meet on 2 May"."""
    if _COMING.match(day.text):
        return False
    before = sentence.text[: day.start - sentence.start]
    clause = _CLAUSE.split(before)[-1]
    if _TOLD.search(clause) and not _FORWARD.search(clause):
        return True
    after = _CLAUSE.split(sentence.text[day.end - sentence.start :])[0]
    return _CONDITION.match(clause) is not None and not _SUITS.search(f"{clause} {after}")


def _figures(text: str) -> bool:
    """A row of a table of figures: no step, whatever in it looks like a day."""
    digits = sum(1 for sign in text if sign.isdigit())
    return len(text) > 60 and 4 * digits > sum(1 for sign in text if sign.isalpha())


def _in_reach(day: Mention, sent: date | None) -> bool:
    return sent is None or (day.days.last >= sent and day.days.start - sent <= _FURTHEST)


def _points_ahead(sentence: Sentence, days: list[Mention]) -> bool:
    return _FORWARD.search(sentence.text) is not None or any(
        _COMING.match(day.text) or _AHEAD_OF_DAY.search(sentence.text[: day.start - sentence.start]) for day in days
    )


def _precise(day: Mention) -> bool:
    return not day.vague or (day.days.end - day.days.start).days <= 5


def _conditional(sentence: Sentence) -> bool:
    """An offer that leaves the day to them: "any time next week", "whenever"."""
    return sentence.has("offer") and not (_TIME.search(sentence.text) or any(not day.vague for day in sentence.days))


def _exit(spoken: list[Sentence], dated: list[Sentence]) -> _Found | None:
    """A graceful end: we accept their decision, tidy up, wish well, and ask nothing."""
    if any(sentence.asks or sentence.has("nudge", "offer") for sentence in spoken):
        return None
    rules = {
        match.rule.id: sentence
        for sentence in spoken
        for match in sentence.matches
        if match.rule.kind == "exit" and not (sentence in dated and _FORWARD.search(sentence.text))
    }
    thanked = any(sentence.has("thanks") for sentence in spoken)
    if "exit-accept" in rules or ("exit-cleared" in rules and (thanked or len(spoken) > 1) and not dated):
        rule = "exit-accept" if "exit-accept" in rules else "exit-cleared"
        return MoveKind.GRACEFUL_EXIT, rules[rule].span(rule)
    return None


def _plan(spoken: list[Sentence], dated: list[Sentence]) -> _Found | None:
    """A dated plan: three days with their owners, or two where it's called a plan."""
    days = sum(len([day for day in sentence.days if _precise(day)]) for sentence in dated)
    named = next((sentence for sentence in spoken if sentence.has("plan")), None)
    if dated and (days >= 4 or (days >= 2 and named is not None and (named in dated or days >= 3))):
        strongest = max(dated, key=lambda sentence: len(sentence.days))
        if days >= 3 or _LIST_ITEM.search(strongest.text) or not _TIME.search(strongest.text):
            return MoveKind.MUTUAL_PLAN, strongest.span("plan")
    if (
        named is not None
        and len(dated) >= 1
        and re.search(r"(?i)\b(?:rows?|steps?|milestones?|plan|timeline|checklist)\b", named.text)
        and named.has("plan")
        and days >= 1
        and len(spoken) > 1
    ):
        return MoveKind.MUTUAL_PLAN, named.span("plan")
    return None


def _meets(sentence: Sentence) -> bool:
    timed = _TIME.search(sentence.text) is not None
    return (
        (timed and sentence.has("meeting", "meeting_strong"))
        or (sentence.asks and not sentence.has("promise"))
        or (sentence.has("meeting_strong") and not sentence.has("promise"))
    )


def _clarity(spoken: list[Sentence]) -> _Found | None:
    """One question that decides the way forward: about their date, owner, criterion, need or reason."""
    for sentence in reversed(spoken):
        if sentence.has("clarity_sure"):
            return MoveKind.CLARITY_QUESTION, sentence.span(sentence.rule("clarity_sure"))
        deciding = sentence.has("clarity_strong") or (sentence.has("clarity") and sentence.words >= 6)
        if sentence.asks and deciding and not sentence.has("nudge", "offer", "not_clarity"):
            return MoveKind.CLARITY_QUESTION, sentence.span(sentence.rule("clarity_strong", "clarity"))
    return None


_PASSIVE: Final = (
    ("nudge", MoveKind.NUDGE),
    ("offer", MoveKind.OPEN_OFFER),
    ("sent", MoveKind.SENT_INFO),
    ("ack", MoveKind.ACKNOWLEDGED),
    ("thanks", MoveKind.THANKS),
)


def _passive(spoken: list[Sentence]) -> _Found:
    """The kind of a passive move: the one that most of it is about."""
    scores: dict[MoveKind, float] = {}
    shown: dict[MoveKind, Sentence] = {}
    for sentence in spoken:
        signals = [kind for name, kind in _PASSIVE if sentence.has(name)]
        kind = signals[0] if signals else MoveKind.ANSWERED_QUESTION
        if kind is MoveKind.THANKS and len(spoken) > 1:
            weight = 0.4
        elif kind is MoveKind.ANSWERED_QUESTION:
            weight = 0.6 if sentence.words >= 5 else 0.1
        else:
            weight = 1.0
        scores[kind] = scores.get(kind, 0.0) + weight
        shown.setdefault(kind, sentence)
    best = max(scores, key=lambda kind: scores[kind])
    sentence = shown[best]
    names = {kind: name for name, kind in _PASSIVE}
    return best, sentence.span(sentence.rule(names[best]) if best in names else "no-next-step")


def _next_step(seen: View, sent: date | None, who: str, kind: MoveKind | None) -> NextStep | None:
    """What, who and when of the first step ahead."""
    if kind not in STEPS or sent is None:
        return None
    ahead = next((sentence for sentence in seen.sentences if _ahead(sentence, sent)), None)
    return _step(ahead, sent, who) if ahead else None


def step_in(seen: View, sent: date | None, who: str, kind: MoveKind, index: int) -> NextStep | None:
    """The step in the sentence that was heard to hold one, where the rules found none; None where it names no day."""
    return _step(seen.sentences[index], sent, who) if kind in STEPS and sent else None


def _step(sentence: Sentence, sent: date, who: str) -> NextStep | None:
    day = next((day for day in sentence.days if _precise(day) and day.days.last >= sent), None)
    if day is None:
        return None
    return NextStep(_shortened(sentence.text), _owner(sentence.text) or who, day.days, sentence.span("step"))


_NAMED: Final = re.compile(
    r"\b(?:(?:Mr|Ms|Mrs|Dr|Prof|Mme)\.? )?([A-ZÀ-Þ][\w'-]{1,}(?: [A-ZÀ-Þ][\w'-]+)?)"
    r"(?='s\b| (?:\w+s|will|and|can|could|has|is|to|for|from)\b)"
)
_OPENERS: Final = (
    "The A An I We You It This That Our Your Would Could Can Will Please Attached Here If On In At By For To "
    "As And But "
    "So Then Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June "
    "July August "
    "September October November December Let How What When Which Who Shall Thanks Thank Hi Hello Dear"
)
_NOT_NAMES: Final = frozenset(_OPENERS.split())


def _owner(text: str) -> str | None:
    """The first person that the sentence names."""
    return next((found for found in _NAMED.findall(text) if found.split()[0] not in _NOT_NAMES), None)


def _shortened(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 140 else words[:137].rsplit(" ", 1)[0] + " …"


def _promises(seen: View, sent: date | None) -> tuple[Commitment, ...]:
    """What we said that we would do, with its day."""
    found: list[Commitment] = []
    for sentence in seen.having("promise"):
        if sentence.asks:
            continue
        days = [day for day in sentence.days if sent is None or day.days.last >= sent]
        due: Days | None = days[0].days if days and sent else None
        found.append(Commitment(Side.US, _shortened(sentence.text), due, sentence.span(sentence.rule("promise"))))
    return tuple(found)
