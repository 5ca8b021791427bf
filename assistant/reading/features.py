"""What the learned model hears in a text: its words and their neighbours, its days and times, what the rules found.

Every feature but the text's size belongs to one sentence, so that an answer can show the sentence that decided it.
"""

from collections.abc import Iterator
from typing import Final

from assistant.language.text import fold
from assistant.language.words import Heard, words_in
from assistant.reading.days.dates import Mention
from assistant.reading.view import Sentence, View

_NEAR: Final = 5
"""Days that a range may have to be a day to act on."""


def heard(seen: View) -> list[Heard]:
    """Every sentence of the text, in order."""
    plain = fold(seen.plain).lower()
    last = len(seen.sentences) - 1
    return [
        Heard(each.index, tuple(_words(plain[each.start : each.end], each)), tuple(_signs(each, last)))
        for each in seen.sentences
    ]


def _words(text: str, sentence: Sentence) -> list[str]:
    """Its words; in place of what they are stand <day>, <week>, <period>, <time>, <number>, <url> and <mail>."""
    parts, place = [], 0
    for day in sentence.days:
        start, end = day.start - sentence.start, day.end - sentence.start
        parts += [text[place:start], f" <{_kind(day)}> "]
        place = end
    return words_in("".join((*parts, text[place:])))


def _kind(day: Mention) -> str:
    if not day.vague:
        return "day"
    return "week" if (day.days.end - day.days.start).days <= 7 else "period"


def _signs(sentence: Sentence, last: int) -> Iterator[str]:
    """Question or not, where it stands, what the rules found in it, and whether it names a day."""
    mood = "?" if sentence.asks else "."
    yield mood
    if sentence.index == 0:
        yield f"first{mood}"
    if sentence.index == last:
        yield f"last{mood}"
    kinds = sorted({match.rule.kind for match in sentence.matches})
    day = _day_of(sentence)
    if day:
        yield day
        yield day + mood
    for kind in kinds:
        yield kind
        yield kind + mood
        if day:
            yield f"{kind}+{day}"


def _day_of(sentence: Sentence) -> str:
    near = any(not day.vague or (day.days.end - day.days.start).days <= _NEAR for day in sentence.days)
    return "day" if near else "period" if sentence.days else ""
