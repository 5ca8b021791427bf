"""Patterns as expressions of RE2, and where they match in the sentences of a text."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from assistant.language.text import fold

if TYPE_CHECKING:
    from assistant.language.packs import Rule

Span = tuple[int, int]

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
    made.never_capture = True
    return made


@cache
def compiled(patterns: tuple[str, ...]) -> Any:
    """The expression for any of the patterns."""
    import re2

    return re2.compile(source(patterns), options())


class Looked:
    """A sentence in which patterns are searched for; spans count its characters."""

    def __init__(self, sentence: str) -> None:
        self._sentence = sentence
        self._bytes = sentence.encode("utf-8", "surrogatepass")
        self._is_ascii = len(self._bytes) == len(sentence)

    def hits(self, rule: "Rule", patterns: Sequence[str]) -> Iterator[Span]:
        """Each match of these patterns of the rule, unless the sentence vetoes it or lacks what it must also have. An
        earlier pattern goes before a later one that begins in the same place."""
        found = sorted((low, order, high) for order, each in enumerate(patterns) for low, high in self._spans((each,)))
        if not found or not all(self.has((each,)) for each in rule.also) or (rule.unless and self.has(rule.unless)):
            return
        spans: list[Span] = []
        for start, _, end in found:
            if not spans or start >= spans[-1][1]:
                spans.append((start, end))
        yield from _untouched(spans, list(self._spans(rule.innocent)) if rule.innocent else [])

    def has(self, patterns: tuple[str, ...]) -> bool:
        """Whether one of the patterns matches."""
        return compiled(patterns).search(self._bytes) is not None

    def _spans(self, patterns: tuple[str, ...]) -> Iterator[Span]:
        """Where one of the patterns matches; an empty match is none."""
        for match in compiled(patterns).finditer(self._bytes):
            start, end = match.span()
            if end > start:
                yield (start, end) if self._is_ascii else (self._place(start), self._place(end))

    def _place(self, offset: int) -> int:
        """The character that begins at this byte."""
        return len(self._bytes[:offset].decode("utf-8", "surrogatepass"))


def _untouched(spans: Sequence[Span], phrases: Sequence[Span]) -> Iterator[Span]:
    """The spans that overlap no innocent phrase; one pass over both, which are in order."""
    place = 0
    for start, end in spans:
        while place < len(phrases) and phrases[place][1] <= start:
            place += 1
        if place == len(phrases) or end <= phrases[place][0]:
            yield start, end
