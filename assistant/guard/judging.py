"""What the rules object to, weighed with what the learned model hears: look-alikes pass, paraphrases are found.

The model learned from the labelled texts of `training/` how likely a text is of each family, or of none. An objection
of a rule that neither its sentence nor the text bears out becomes a warning. A text that presses in words that no rule
knows is objected to at the sentence that presses most.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from assistant.domain.draft import Severity
from assistant.guard.examining import CLARITY, NO, Examined, Objection
from assistant.guard.families import AFTER_NO, DEADLINE, EMPTY_NUDGE, families
from assistant.language.learned import Judgement, Model
from assistant.language.packs import Match, Rule
from assistant.language.words import Heard

ALLOWED: Final = "allowed"
"""The model's class for a text that presses nobody."""
_PRESSES: Final = 0.5
"""The chance of pressure from which a text is blocked although no rule found anything."""
_PASSAGE_PRESSES: Final = 0.95
"""The same of two neighbouring sentences of a longer text."""
_BORNE_OUT: Final = 0.2
"""The chance below which a rule's objection is only a warning."""
_NUDGES: Final = 0.35
"""The chance below which a warning of an empty nudge is dropped: it stands beside enough that leads on."""
_EMPTY: Final = 0.5
"""The chance from which a text is told to be empty."""
_REOPENS: Final = 0.5
"""The chance from which a text that shows no no is told to push after one."""
_GREETING: Final = 3
"""Words up to which a sentence is rather a greeting or a name than what presses."""
_FEW: Final = 3
"""Sentences up to which a text is heard as a whole only."""

UNLED: Final = "unled"
"""Its class for what is handed over and leads nowhere: that presses nobody either."""

LEARNED: Final[Mapping[str, Rule]] = {
    each.code: Rule(
        f"sense-{each.code.partition('_')[0]}",
        each.code,
        (),
        reason=f"{each.heard} (no single phrase, the sense of the whole).",
        rewrite=each.rewrite,
    )
    for each in families()
}
"""By family, the rule that is named where only the model objects."""


def weigh(seen: Examined, model: Model) -> list[Objection]:
    """The objections as the model bears them out, and, where none is left that blocks, its own."""
    told = [each for each in seen.sentences if each.words]
    if not told or not model.knows(told):
        return list(seen.objections)
    whole = model.judge(told, dict.fromkeys(match.rule.kind for match, _ in seen.objections))
    chance = pressure(whole)
    weighed = [
        (
            match,
            severity if chance >= _BORNE_OUT or is_firm(match, seen) else _alone(match, severity, told, seen, model),
        )
        for match, severity in seen.objections
        if chance >= _NUDGES or not _is_close(match, severity)
    ]
    if any(severity is Severity.BLOCK for _, severity in weighed):
        return weighed
    judgement = whole if chance >= _PRESSES else next(_pressing(told, model), None)
    return weighed if judgement is None else [*weighed, *_objection(judgement, told, seen)]


def is_firm(match: Match, seen: Examined) -> bool:
    """Whether the rule stands whatever the words sound like: one for signs, or for what the customer's no forbids."""
    return (seen.after_no and match.rule.tags.get("when") == "after_no") or match.rule.tags.get("firm") == "yes"


def pressure(judgement: Judgement) -> float:
    """The chance that a text presses."""
    return 1 - judgement.chances[ALLOWED] - judgement.chances.get(UNLED, 0.0)


def _has_nudge(seen: Examined) -> bool:
    return any(match.rule.kind == EMPTY_NUDGE for match, _ in seen.objections)


def _is_close(match: Match, severity: Severity) -> bool:
    """Whether it's a warning of an empty close."""
    return severity is Severity.WARN and match.rule.kind == EMPTY_NUDGE and match.rule.tags.get("place") != "opener"


def _alone(match: Match, severity: Severity, told: Sequence[Heard], seen: Examined, model: Model) -> Severity:
    """How severe it is when its sentence is heard alone: what stands beside it excuses nothing."""
    alone = [each for each in told if seen.spans[each.index][0] < match.end and match.start < seen.spans[each.index][1]]
    borne_out = bool(alone) and pressure(model.judge(alone, (match.rule.kind,))) >= _BORNE_OUT
    return severity if borne_out else Severity.WARN


def _pressing(sentences: Sequence[Heard], model: Model) -> Iterator[Judgement]:
    """The neighbours in a longer text that press."""
    if len(sentences) > _FEW:
        for at in range(len(sentences) - 1):
            judgement = model.judge(sentences[at : at + 2])
            if pressure(judgement) >= _PASSAGE_PRESSES:
                yield judgement


def _objection(judgement: Judgement, told: Sequence[Heard], seen: Examined) -> Iterator[Objection]:
    """The sentence that presses most, in the likeliest family; but a clarity question, or a day of the customer's own,
    presses nobody. That a message is empty is only warned of: words alone don't show what else it carries."""
    code = max(LEARNED, key=lambda each: judgement.chances.get(each, 0.0))
    telling = [each for each in told if len(each.words) > _GREETING and each.index in judgement.shares] or told
    worst = max(telling, key=lambda each: judgement.shares.get(each.index, {}).get(code, 0.0))
    if CLARITY in worst.signs or (code == DEADLINE and worst.index in seen.dated):
        return
    if code == EMPTY_NUDGE and (judgement.chances[code] < _EMPTY or _has_nudge(seen)):
        return
    if code == AFTER_NO and judgement.chances[code] < _REOPENS and not any(NO in each.signs for each in told):
        return
    start, end = seen.spans[worst.index]
    severity = Severity.WARN if code == EMPTY_NUDGE else Severity.BLOCK
    yield Match(LEARNED[code], start, end, seen.line[start:end]), severity
