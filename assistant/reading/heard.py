"""What of their words is meant: a no under a condition, or only for a time, isn't one."""

import re
from collections.abc import Collection
from dataclasses import replace
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
_LASTING: Final = frozenset({"no-chose-another", "no-not-selected", "no-stop-contact"})
"""Ways of saying no that a word of time doesn't weaken: the choice is made."""


def meant(seen: View, ours: Collection[str] = ()) -> View:
    """The view without the words of a no that are hypothetical, that hold only for now or that choose us.

    `ours` are names of ours, in lower case: "we are going with Tallwood" is no choice of another.
    """
    return replace(seen, sentences=tuple(_meant(sentence, ours) for sentence in seen.sentences))


def _meant(sentence: Sentence, ours: Collection[str]) -> Sentence:
    kept = tuple(match for match in sentence.matches if _holds(sentence, match) and not _names(match, ours))
    return sentence if len(kept) == len(sentence.matches) else replace(sentence, matches=kept)


def _holds(sentence: Sentence, match: Match) -> bool:
    if match.rule.id == "later-come-back":
        return not sentence.asks or (_REQUEST.match(sentence.text) is not None and not sentence.has("scheduling"))
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
