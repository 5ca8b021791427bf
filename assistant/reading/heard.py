"""What of their words is meant: a no under a condition, or only for a time, isn't one."""

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Final

from assistant.language.packs import Match
from assistant.reading.view import Sentence, View

_CLAUSE: Final = re.compile(r"[,;:.!?()]|\s-+\s|\b(?:and|but|so|because|which|that's)\b", re.I)
_HYPOTHETICAL: Final = re.compile(
    r"(?i)\b(?:if|unless|whether|in case|should you|suppose|imagine|would(?:'ve| have)|had we|otherwise|or else|"
    r"(?:people|those|anyone|somebody|someone) (?:who|that))\b"
)
"""Words of a condition, and of what others do."""
_FOR_NOW: Final = re.compile(
    r"(?i)\b(?:(?:right |just |for )?now|at (?:this|the) (?:moment|time|stage|point)|at present|currently|yet|today|"
    r"for the (?:moment|time being)|this (?:year|quarter|month|week|season|spring|summer|autumn|fall|winter)|until|"
    r"till|before|so soon|presently|in the near future|so long as)\b"
)
_FOR_EVER: Final = re.compile(
    r"(?i)\b(?:from now on|by now|until now|till now|now or (?:ever|later)|any ?more|ever|as well)\b"
)
_REQUEST: Final = re.compile(r"(?i)^\W*(?:\w+,\s+)?(?:can|could|may|shall|should|would|is it ok)\b")
"""How a question begins that asks for a later time, rather than about one."""
AGAIN: Final = "later-again"
"""The rule of a wish to talk again that doesn't say when."""
_LASTING: Final = frozenset({"no-chose-another", "no-not-selected", "no-stop-contact"})
"""Ways of saying no that a word of time doesn't weaken: the choice is made."""


def meant(seen: View, sent: date | None, ours: Collection[str] = ()) -> View:
    """The view without the words of a no that are hypothetical, that hold only for now or that choose us, and
    without a not-now that wants to talk now.

    `ours` are names of ours, in lower case: "we are going with Tallwood" is no choice of another.
    """
    kept = replace(seen, sentences=tuple(_meant(sentence, ours) for sentence in seen.sentences))
    return replace(kept, sentences=tuple(map(_without_later, kept.sentences))) if _wants_now(kept, sent) else kept


def is_arranging(sentence: Sentence) -> bool:
    """Whether the sentence arranges a meeting: by its words, or by a day with words of a proposal."""
    return sentence.has("scheduling") or (sentence.has("scheduling_date") and bool(sentence.days))


def _wants_now(seen: View, sent: date | None) -> bool:
    """Whether "let's talk again" means now: no later day stands with it, and a meeting is arranged or something
    is asked beside it."""
    wishes = list(seen.having("not_now"))
    if not wishes or not all(_may_mean_now(wish, sent) for wish in wishes):
        return False
    beside = (each for each in seen.sentences if each not in wishes)
    return any(wish.days for wish in wishes) or any(
        _is_soon(each, sent) and (is_arranging(each) or each.asks or each.has("question")) for each in beside
    )


def _may_mean_now(wish: Sentence, sent: date | None) -> bool:
    rules = {match.rule.id for match in wish.matches if match.rule.kind == "not_now"}
    if rules == {AGAIN}:
        return _is_soon(wish, sent)
    return rules <= {AGAIN, "later-come-back"} and wish.has("scheduling") and bool(wish.days) and _is_soon(wish, sent)


def _is_soon(sentence: Sentence, sent: date | None) -> bool:
    """Whether every day of the sentence lies before the end of the next week."""
    return all(sent is not None and (day.days.start - sent).days <= 13 - sent.weekday() for day in sentence.days)


def _without_later(sentence: Sentence) -> Sentence:
    return replace(sentence, matches=tuple(match for match in sentence.matches if match.rule.kind != "not_now"))


def _meant(sentence: Sentence, ours: Collection[str]) -> Sentence:
    kept = tuple(match for match in sentence.matches if _holds(sentence, match) and not _names(match, ours))
    return sentence if len(kept) == len(sentence.matches) else replace(sentence, matches=kept)


def _holds(sentence: Sentence, match: Match) -> bool:
    if match.rule.id == "later-come-back":
        return not sentence.asks or (_REQUEST.match(sentence.text) is not None and not sentence.has("scheduling"))
    if match.rule.id == AGAIN:
        return all(other.rule.id == AGAIN for other in sentence.matches if other.rule.kind == "not_now")
    if match.rule.kind != "no":
        return True
    clause = _clause(sentence, match)
    if _HYPOTHETICAL.search(clause):
        return False
    return match.rule.id in _LASTING or not _FOR_NOW.search(clause) or _FOR_EVER.search(clause) is not None


def _names(match: Match, ours: Collection[str]) -> bool:
    said = re.findall(r"\w+", match.text.lower())
    return match.rule.kind == "no" and any(name in said or "".join(said).endswith(name) for name in ours)


def _clause(sentence: Sentence, match: Match) -> str:
    """The part of the sentence, between two marks or joining words, in which the match stands."""
    start, end = match.start - sentence.start, match.end - sentence.start
    before = _CLAUSE.split(sentence.text[:start])[-1]
    after = _CLAUSE.split(sentence.text[end:], maxsplit=1)[0]
    return f"{before}{sentence.text[start:end]}{after}"
