"""What in their words only a person may answer: anger, distress, law, a breach, a wish to be left alone."""

from dataclasses import replace
from functools import cache

from assistant.domain.concern import Concern, ConcernKind
from assistant.domain.reading import Span
from assistant.language.packs import Pack
from assistant.language.sentences import sentences
from assistant.reading.text import matchable
from assistant.reading.view import LANGUAGES, pack_of


def concerns(text: str, language: str) -> tuple[Concern, ...]:
    """The concerns of a new text, each kind once with the first sentence that shows it, the weightiest first.

    Where the language can't be told, or has no rules of its own, those of all languages are tried: a wish to be left
    alone is often a line, and too short to tell.
    """
    plain = matchable(text)
    tried = (language,) if language in LANGUAGES else LANGUAGES
    heard = [each for each in tried if _gate(each).first(plain) is not None]
    if not heard:
        return ()
    spans = sentences(text)
    found: dict[ConcernKind, Span] = {}
    for match in (match for each in heard for match in pack_of("concerns", each).find(plain, None, spans)):
        start, end = next(span for span in spans if span[0] <= match.start < span[1])
        found.setdefault(ConcernKind(match.rule.kind), Span(start, end, text[start:end], match.rule.id))
    return tuple(Concern(kind, found[kind]) for kind in ConcernKind if kind in found)


@cache
def _gate(language: str) -> Pack:
    """The rules without what vetoes them, for one quick look at the whole text: nearly all mail ends there."""
    pack = pack_of("concerns", language)
    rules = tuple(replace(rule, also=(), innocent=(), unless=(), unless_text=()) for rule in pack.rules)
    return Pack(pack.name, pack.language, rules)
