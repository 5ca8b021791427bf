"""What a sentence tells beside its intent, by the rules of one pack: the same sentence in any of our languages."""

from assistant.domain.reading import Span
from assistant.language.packs import load
from assistant.language.sentences import sentences
from assistant.reading.text import matchable


def own_way(text: str) -> Span | None:
    """The last sentence of a new text of theirs that says how meetings with them are booked."""
    return next(reversed(_told(text, "booking")), None)


def fell_through(text: str) -> Span | None:
    """The first sentence of a new text that says that a meeting's time came, and it wasn't held."""
    return next(iter(_told(text, "missed")), None)


def _told(text: str, pack: str) -> list[Span]:
    """The sentences in which a rule of the pack finds something, in order."""
    spans = sentences(text)
    return [
        Span(start, end, text[start:end], match.rule.id)
        for match in load("assistant.reading.packs", pack).find(matchable(text), None, spans)
        for start, end in spans
        if start <= match.start < end
    ]
