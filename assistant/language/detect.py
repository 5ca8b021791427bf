"""Which language a text is written in, told by its function words."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

from assistant.language.memory import remembered

UNKNOWN: Final = "und"
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ENOUGH: Final = 4000
_LETTERS: Final = {"ß": "de", "ñ": "es", "¿": "es", "¡": "es", "ã": "pt", "õ": "pt", "ç": "fr", "œ": "fr"}
"""Letters that all but name their language among those known here."""


@cache
def _languages_of() -> dict[str, tuple[str, ...]]:
    """Word to the languages that use it."""
    words = tomllib.loads((files(__package__) / "function_words.toml").read_text(encoding="utf-8"))
    found: dict[str, tuple[str, ...]] = {}
    for language, line in words.items():
        for word in dict.fromkeys(str(line).split()):
            found[word] = (*found.get(word, ()), language)
    return found


@remembered
def language_of(text: str) -> str:
    """The ISO 639-1 code, or "und" where the words don't tell (a name, a number, a single word, another language).

    A word shared by n languages counts 1/n for each. The winner must lead clearly and cover a fair part of the text.
    """
    languages = _languages_of()
    words = [word.replace("’", "'") for word in _WORD.findall(text[:_ENOUGH].lower())]
    if not words:
        return UNKNOWN
    scores: dict[str, float] = {}
    for word in words:
        shared = languages.get(word, ())
        for language in shared:
            scores[language] = scores.get(language, 0.0) + 1 / len(shared)
    for letter, language in _LETTERS.items():
        if letter in text:
            scores[language] = scores.get(language, 0.0) + 0.5
    if not scores:
        return UNKNOWN
    (best, score), *others = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    second = others[0][1] if others else 0.0
    clear = score >= 1 and score >= 1.25 * second and score / len(words) >= 0.08
    return best if clear else UNKNOWN
