"""What the learned model hears in a text of ours: its words, who is spoken of, and what the rules found."""

import re
from collections.abc import Sequence
from typing import Final

from assistant.guard.dates import DAY
from assistant.language.memory import remembered
from assistant.language.packs import Match
from assistant.language.text import fold
from assistant.language.words import Heard, words_in

_OURS: Final = re.compile(
    r"\b(?:i|we|me|us|my|our|ours|mine|ich|wir|mir|mich|uns|mein\w*|unser\w*|je|nous|mon|ma|mes|notre|nos|moi|"
    r"yo|nosotros|nos|mi|mis|nuestr[oa]s?)\b|\b[jm]'"
)
_YOURS: Final = re.compile(
    r"\b(?:you|your|yours|yourself|yourselves|sie|ihnen|ihr\w*|du|dir|dich|dein\w*|euch|euer|eure\w*|vous|votre|vos|tu|"
    r"toi|ton|ta|tes|usted|ustedes|su|sus|te|ti|vos)\b|\bt'"
)


def heard(line: str, spans: Sequence[tuple[int, int]], found: Sequence[Match], *, title: bool) -> list[Heard]:
    """Every sentence of the text (normalised, on one line), in order; `found` is what all rules found, by start."""
    plain = fold(line).lower()
    sentences = []
    place = 0
    for index, (start, end) in enumerate(spans):
        kinds: set[str] = set()
        while place < len(found) and found[place].start < end:
            kinds.add(found[place].rule.kind)
            place += 1
        words, signs = _said(plain[start:end])
        sentences.append(Heard(index, words, (*signs, *(["title"] if title else ()), *sorted(kinds))))
    return sentences


@remembered
def _said(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words, and the signs that no rule gives: question or not, of whom it speaks."""
    mood = "?" if "?" in text else "."
    who = ("ours" if _OURS.search(text) else "") + ("yours" if _YOURS.search(text) else "")
    return tuple(words_in(DAY.sub(" <day> ", text))), (mood, f"who {who}", f"who {who}{mood}")
