"""Family 6: whether anything is left of a message when its nudges are deleted."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from assistant.domain.draft import Severity
from assistant.guard.families import EMPTY_NUDGE
from assistant.language.packs import Match

Span = tuple[int, int]

_STEP: Final = "step"
_CONTENT: Final = "content"
_FILLER: Final = "filler"

_PLEA: Final = "arrange"
"""The tag of a rule for what people ask of each other all day ("call me"): by itself it wants no sign of life."""

_WORD: Final = re.compile(r"[^\W_]{2,}")
_FEW_WORDS: Final = 3
"""Fewer words than this, greeting and filler taken off, say nothing."""


def nudges(text: str, spans: Sequence[Span], found: Sequence[Match], *, title: bool) -> list[tuple[Match, Severity]]:
    """The nudges to object to, with their severity.

    Nothing else in the message: blocked. Something else but no step (a day, a time): warned. With a step, only
    what opens the message in place of it is warned; an invitation to ask, at its end, is fine. A plain request, such
    as to call, is never more than warned of. What a team's own rule finds stands wherever it is.
    """
    found_nudges = [match for match in found if match.rule.kind == EMPTY_NUDGE]
    if not found_nudges:
        return []
    own = [(match, Severity(match.rule.severity or Severity.BLOCK)) for match in found_nudges if is_teams(match)]
    return own + _of_shipped(text, spans, found, [match for match in found_nudges if not is_teams(match)], title=title)


def is_request(match: Match) -> bool:
    """Whether it's a plain request, of the kind that people have all day."""
    return match.rule.tags.get(_PLEA) == "yes"


def is_teams(match: Match) -> bool:
    """Whether its rule stands whatever is beside it: one of a team's own, or for signs."""
    return match.rule.tags.get("firm") == "yes"


def _of_shipped(
    text: str, spans: Sequence[Span], found: Sequence[Match], found_nudges: Sequence[Match], *, title: bool
) -> list[tuple[Match, Severity]]:
    """What no rule of a team's own found."""
    if not found_nudges:
        return []
    if title:
        left = _words(text, [(m.start, m.end) for m in found if m.rule.kind in (EMPTY_NUDGE, _FILLER)])
        return [(match, Severity.BLOCK) for match in found_nudges] if left < _FEW_WORDS else []
    stepped = any(match.rule.kind == _STEP for match in found)
    if not stepped and not _has_content(text, spans, found):
        return [(match, Severity.WARN if is_request(match) else Severity.BLOCK) for match in found_nudges]
    return [(m, Severity.WARN) for m in found_nudges if not stepped or m.rule.tags.get("place") == "opener"]


def _has_content(text: str, spans: Sequence[Span], found: Sequence[Match]) -> bool:
    """Whether a sentence says something besides nudges, greetings and pleasantries."""
    starts = [match.start for match in found]
    for start, end in spans:
        inside = found[bisect_left(starts, start) : bisect_left(starts, end)]
        kinds = {m.rule.kind for m in inside}
        if _CONTENT in kinds:
            return True
        if EMPTY_NUDGE in kinds:
            continue
        filler = [(m.start, m.end) for m in inside if m.rule.kind == _FILLER]
        if _words(text[start:end], [(low - start, high - start) for low, high in filler]) >= _FEW_WORDS:
            return True
    return False


def _words(text: str, without: Sequence[Span]) -> int:
    """How many words the text has outside these spans."""
    for start, end in without:
        text = text[:start] + " " * (end - start) + text[end:]
    return len(_WORD.findall(text))
