"""What the rules object to, weighed with what the learned model hears: look-alikes pass, paraphrases are found.

The model learned from the labelled texts of `training/` how likely a text is of each family, or of none. An objection
of a rule that neither its sentence nor the text bears out becomes a warning. A text that presses in words that no rule
knows is objected to at the sentence that presses most, and so is a sentence or two that press in a calm one. What is
about nothing that is for sale (private mail, colleagues' errands) presses nobody, but a sentence of it that clearly
presses is still found.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice, pairwise
from typing import Final

from assistant.domain.draft import Severity
from assistant.guard.examining import CLARITY, NO, Examined, Objection, Span
from assistant.guard.families import AFTER_NO, DEADLINE, EMPTY_NUDGE, families
from assistant.guard.nudges import is_request, is_teams
from assistant.language.learned import Judgement, Model
from assistant.language.packs import Match, Rule
from assistant.language.words import Heard

ALLOWED: Final = "allowed"
"""The model's class for a text that presses nobody."""
UNLED: Final = "unled"
"""Its class for what is handed over and leads nowhere: that presses nobody either."""
LED: Final = "led"
"""Its class for a move that leads on, and presses nobody."""
ORDINARY: Final = "ordinary"
"""Its class for the mail of a working day in which nobody sells anything, and for private mail."""
_CALM: Final = (ALLOWED, UNLED, LED, ORDINARY)
_ASIDE: Final = 0.5
"""The chance of ordinary mail from which it is taken for that."""
_PRESSES: Final = 0.45
"""The chance of pressure from which a text is blocked although no rule found anything."""
_SENTENCE_PRESSES: Final = 0.7
"""The chance of one family, from which a sentence is objected to among others that are calm."""
_PAIR_PRESSES: Final = 0.8
"""The same of two neighbouring sentences."""
_ASIDE_SENTENCE_PRESSES: Final = 0.8
"""The chance of one family, from which a sentence is objected to in ordinary mail."""
_ASIDE_PAIR_PRESSES: Final = 0.85
"""The same of two neighbouring sentences."""
_TONE: Final = 0.05
"""The chance of pressure in the whole text below which no sentence of it is heard alone: it's about something else."""
_FEW: Final = 3
"""Sentences up to which a text is heard as a whole only."""
_TELLING: Final = 6
"""Words from which a sentence says enough to be heard alone."""
_BORNE_OUT: Final = 0.1
"""The chance below which a rule's objection is only a warning."""
_NUDGES: Final = 0.35
"""The chance below which a warning of an empty nudge is dropped: it stands beside enough that leads on."""
_EMPTY: Final = 0.5
"""The chance from which a text is told to be empty."""
_REOPENS: Final = 0.5
"""The chance from which a text that shows no no is told to push after one."""
_ENDLESS: Final = 120
"""Words from which what presses in a sentence is lost among all that doesn't."""
_GREETING: Final = 3
"""Words up to which a sentence is rather a greeting or a name than what presses."""

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
    requests = _requests(seen)
    if chance >= _PRESSES:
        return [*weighed, *_objection(whole, told, seen, requests)]
    aside = _is_ordinary(whole)
    passages = _pressing(told, seen, model, aside=aside) if aside or chance >= _TONE else ()
    found = (
        objection for passage, judgement in passages for objection in _objection(judgement, passage, seen, requests)
    )
    return [*weighed, *islice(found, 1)]


def is_firm(match: Match, seen: Examined) -> bool:
    """Whether the rule stands whatever the words sound like: one for signs, or for what the customer's no forbids."""
    return (seen.after_no and match.rule.tags.get("when") == "after_no") or is_teams(match)


def pressure(judgement: Judgement) -> float:
    """The chance that a text presses; none where it's ordinary mail."""
    if _is_ordinary(judgement):
        return 0.0
    return 1 - sum(judgement.chances.get(each, 0.0) for each in _CALM)


def _is_ordinary(judgement: Judgement) -> bool:
    """Whether it's mail of the kind in which nobody sells anything."""
    return judgement.chances.get(ORDINARY, 0.0) >= _ASIDE


def _has_nudge(seen: Examined) -> bool:
    return any(match.rule.kind == EMPTY_NUDGE for match, _ in seen.objections)


def _is_close(match: Match, severity: Severity) -> bool:
    """Whether it's a warning of an empty close."""
    plain = match.rule.tags.get("place") != "opener" and not is_teams(match)
    return severity is Severity.WARN and match.rule.kind == EMPTY_NUDGE and plain


def _alone(match: Match, severity: Severity, told: Sequence[Heard], seen: Examined, model: Model) -> Severity:
    """How severe it is when its sentence is heard alone: what stands beside it excuses nothing. A sentence without end
    is heard by its rules alone."""
    alone = [each for each in told if seen.spans[each.index][0] < match.end and match.start < seen.spans[each.index][1]]
    if any(len(each.words) > _ENDLESS for each in alone):
        return severity
    borne_out = bool(alone) and pressure(model.judge(alone, (match.rule.kind,))) >= _BORNE_OUT
    return severity if borne_out else Severity.WARN


def _pressing(
    sentences: Sequence[Heard], seen: Examined, model: Model, *, aside: bool
) -> Iterator[tuple[Sequence[Heard], Judgement]]:
    """The sentences, and then the neighbours, that press by themselves: calm ones around them excuse nothing. `aside`:
    those around them are ordinary mail."""
    if len(sentences) <= _FEW:
        return
    alone, paired = (_ASIDE_SENTENCE_PRESSES, _ASIDE_PAIR_PRESSES) if aside else (_SENTENCE_PRESSES, _PAIR_PRESSES)
    shows_no, kinds = _shows_no(sentences), _kinds(seen)
    for each in sentences:
        if len(each.words) >= _TELLING:
            judgement = model.judge([each], kinds.get(each.index, ()))
            if _leads(judgement, alone, shows_no=shows_no):
                yield [each], judgement
    for pair in pairwise(sentences):
        judgement = model.judge(pair)
        if _leads(judgement, paired, shows_no=shows_no):
            yield pair, judgement


def _kinds(seen: Examined) -> dict[int, dict[str, None]]:
    """By the index of a sentence, the families in which the rules object to it, in their order."""
    found: dict[int, dict[str, None]] = {}
    for match, _ in seen.objections:
        index = bisect_right(seen.spans, match.start, key=lambda span: span[0]) - 1
        found.setdefault(index, {})[match.rule.kind] = None
    return found


def _leads(judgement: Judgement, least: float, *, shows_no: bool) -> bool:
    """Whether it's one family, and neither that of empty nudges, as what stands beside a nudge fills it, nor a push
    after a no that the text doesn't show."""
    code = _likeliest(judgement)
    shown = code != AFTER_NO or shows_no
    return code != EMPTY_NUDGE and shown and judgement.chances.get(code, 0.0) >= least


def _shows_no(text: Sequence[Heard]) -> bool:
    return any(NO in each.signs for each in text)


def _likeliest(judgement: Judgement) -> str:
    return max(LEARNED, key=lambda each: judgement.chances.get(each, 0.0))


def _objection(
    judgement: Judgement, told: Sequence[Heard], seen: Examined, requests: Collection[Span]
) -> Iterator[Objection]:
    """The sentence that presses most, in the likeliest family; but a clarity question, a day of the customer's own, or
    a plain request presses nobody. That a message is empty is only warned of: words alone don't show what it carries.
    """
    code = _likeliest(judgement)
    telling = [each for each in told if len(each.words) > _GREETING and each.index in judgement.shares] or told
    worst = max(telling, key=lambda each: judgement.shares.get(each.index, {}).get(code, 0.0))
    if (
        CLARITY in worst.signs
        or (code == DEADLINE and worst.index in seen.dated)
        or seen.spans[worst.index] in requests
    ):
        return
    if code == EMPTY_NUDGE and (judgement.chances[code] < _EMPTY or _has_nudge(seen)):
        return
    if code == AFTER_NO and judgement.chances[code] < _REOPENS and not _shows_no(told):
        return
    start, end = seen.spans[worst.index]
    severity = Severity.WARN if code == EMPTY_NUDGE else Severity.BLOCK
    yield Match(LEARNED[code], start, end, seen.line[start:end]), severity


def _requests(seen: Examined) -> frozenset[Span]:
    """The spans of what is a plain request, of the kind that people have all day, and nothing else."""
    return frozenset((match.start, match.end) for match, _ in seen.objections if is_request(match))
