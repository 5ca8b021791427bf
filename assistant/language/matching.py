"""Patterns as expressions of RE2, and where they match in the sentences of a text."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from assistant.language.text import fold

if TYPE_CHECKING:
    from assistant.language.packs import Rule

_MEMORY: Final = 256 << 20
"""Bytes that RE2 may use for the states of one expression; it takes what the rules and the texts need, far less."""

_LITERAL_BLANK: Final = re.compile(r"(?<!\\) +([?*]?)(?![^\[\]]*\])")
_APOSTROPHE: Final = re.compile(r"(?<=[a-df-hj-zA-DF-HJ-Z])'(?=[a-z])")
"""One that may be missing, as in "dont"; not after e or i, where "we're" and "I'll" would become other words."""
_OPEN_START: Final = re.compile(r"[\w(\[{]")
_OPEN_END: Final = re.compile(r"(?:(?<!\\)[)\]}?*+.]|\w)$")


def source(patterns: Sequence[str]) -> str:
    """One expression for all the patterns: any case, any white space, whole words, accents folded."""
    return "(?im)(?:" + "|".join(_bounded(pattern) for pattern in patterns) + ")"


def _bounded(pattern: str) -> str:
    core = pattern.removeprefix("~").removesuffix("~")
    start = r"\b" if not pattern.startswith("~") and _OPEN_START.match(core) else ""
    end = r"\b" if not pattern.endswith("~") and _OPEN_END.search(core) else ""
    return start + "(?:" + _APOSTROPHE.sub("'?", _LITERAL_BLANK.sub(_blank, fold(core))) + ")" + end


def _blank(match: re.Match[str]) -> str:
    return r"\s*" if match[1] else r"\s+"


def options() -> Any:
    """RE2's, as all patterns are read with."""
    import re2

    made = re2.Options()
    made.max_mem = _MEMORY
    made.log_errors = False
    return made


@cache
def compiled(patterns: tuple[str, ...]) -> Any:
    """The expression for any of the patterns."""
    import re2

    return re2.compile(source(patterns), options())


class Looked:
    """The sentences that are looked at, and the one text in which patterns are searched for."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self._sentences = sentences
        self._starts = [0]
        for each in sentences[:-1]:
            self._starts.append(self._starts[-1] + len(each) + 1)
        self.text = "\n".join(sentences)

    def hits(self, rule: "Rule", patterns: Sequence[str]) -> Iterator[tuple[int, int, int]]:
        """The sentence and the place in it of each match of these patterns of the rule, unless the sentence vetoes it
        or lacks what it must also have."""
        found = sorted(hit for order, pattern in enumerate(patterns) for hit in self._search(pattern, order))
        for place, hits in groupby(found, key=_first):
            sentence = self._sentences[place]
            if not all(compiled((each,)).search(sentence) for each in rule.also):
                continue
            if rule.unless and compiled(rule.unless).search(sentence):
                continue
            spans: list[tuple[int, int]] = []
            for _, start, _, end in hits:
                if not spans or start >= spans[-1][1]:
                    spans.append((start, end))
            yield from ((place, *span) for span in _untouched(spans, rule.innocent, sentence))

    def _search(self, pattern: str, order: int) -> list[tuple[int, int, int, int]]:
        """Where the pattern matches: the sentence, the start in it, the pattern's order, the end. An earlier pattern
        goes before a later one that begins in the same place."""
        expression = compiled((pattern,))
        found = []
        for match in expression.finditer(self.text):
            start, end = match.span()
            place = bisect_right(self._starts, start) - 1
            low, high = start - self._starts[place], end - self._starts[place]
            if high > len(self._sentences[place]):
                return self._search_each(expression, order)
            if high > low:
                found.append((place, low, order, high))
        return found

    def _search_each(self, expression: Any, order: int) -> list[tuple[int, int, int, int]]:
        """The same, sentence by sentence: for a pattern that reaches from one into the next."""
        return [
            (place, start, order, end)
            for place, sentence in enumerate(self._sentences)
            for start, end in (match.span() for match in expression.finditer(sentence))
            if end > start
        ]


def _first(hit: tuple[int, ...]) -> int:
    return hit[0]


def _untouched(spans: Sequence[tuple[int, int]], innocent: tuple[str, ...], sentence: str) -> Iterator[tuple[int, int]]:
    """The spans that overlap no innocent phrase; one pass over both, which are in order."""
    phrases = [match.span() for match in compiled(innocent).finditer(sentence)] if innocent else []
    place = 0
    for start, end in spans:
        while place < len(phrases) and phrases[place][1] <= start:
            place += 1
        if place == len(phrases) or end <= phrases[place][0]:
            yield start, end
