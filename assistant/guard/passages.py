"""Passages in another language than the rest of their text: whoever knows that language judges them."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from assistant.language.detect import UNKNOWN, language_of
from assistant.language.learned import Model
from assistant.language.text import fold
from assistant.language.words import Heard, words_in

Span = tuple[int, int]

STRANGE: Final = "strange"
"""In place of its code, for a language that can't even be named."""
_SUBSTANTIAL: Final = 6
"""Words from which a passage says something."""
_LETTERS: Final = 12
"""The same in letters, for scripts that don't part their words."""
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_FAR_LETTER: Final = re.compile(r"[^\W\d_\u0000-\u036f\u1e00-\u1eff\uff00-\uff5e\U0001d400-\U0001d7ff]")
"""A letter of no Latin script."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences in a row, by the span of their text, in one language (ISO 639-1, or STRANGE)."""

    start: int
    end: int
    language: str


def passages(line: str, spans: Sequence[Span], language: Callable[[str], str]) -> Iterator[Passage]:
    """Those of the text in another language than all of it. `spans` are its sentences; `language` tells that of a
    text, as `spoken` does."""
    whole = language(line)
    told = [(span, language(line[slice(*span)])) for span in spans]
    for code, group in groupby(_bridged(told), key=lambda each: each[1]):
        inside = [span for span, _ in group]
        start, end = inside[0][0], inside[-1][1]
        if code not in (whole, UNKNOWN) and _is_substantial(line[start:end]):
            yield Passage(start, end, code)


def spoken(text: str, learned: Model, read: Sequence[str]) -> str:
    """The language of the text. One that isn't among those `read` here must show in its words, too: most of them
    aren't among what the model `learned` from, in any language."""
    code = language_of(text)
    if code in read:
        return code
    words = words_in(fold(text).lower())
    if code != UNKNOWN:
        return UNKNOWN if learned.knows([Heard(0, (*words,) * _OFTEN, ())], _OURS) else code
    return STRANGE if _is_far(text) or (_is_prose(text) and learned.is_strange(words)) else UNKNOWN


_OURS: Final = 0.7
"""The share of words known that a text in one of the languages read here has, and one in a neighbour's hasn't."""
_OFTEN: Final = 4
"""Each word is counted as often, so that a few can tell, too."""


def _bridged(told: Sequence[tuple[Span, str]]) -> Iterator[tuple[Span, str]]:
    """A sentence that says no language speaks that of its neighbours, if they speak the same."""
    for place, (span, code) in enumerate(told):
        around = {told[at][1] for at in (place - 1, place + 1) if 0 <= at < len(told)}
        yield span, next(iter(around)) if code == UNKNOWN and len(around) == 1 else code


def _is_substantial(text: str) -> bool:
    """Whether it's a sentence's worth of words."""
    return len(_WORD.findall(text)) >= _SUBSTANTIAL or _is_far(text)


def _is_prose(text: str) -> bool:
    """Whether most words are small: a list of names is in no language."""
    words = _WORD.findall(text)
    small = [word for word in words if word.islower()]
    return 2 * len(small) > len(words)


def _is_far(text: str) -> bool:
    """Whether it's mostly in another script."""
    far = len(_FAR_LETTER.findall(text))
    return far >= _LETTERS and far * 2 > sum(each.isalpha() for each in text)
