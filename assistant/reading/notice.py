"""Whether a bare text is a notice of absence: one sentence tells it, and the others belong to such a notice."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import cache
from typing import Final

from assistant.language.packs import Pack, Rule, load
from assistant.language.sentences import sentences
from assistant.reading.parts.closings import is_name
from assistant.reading.text import matchable

_LONGEST: Final = 900
"""Characters beyond which a text without automatic headers is a person's letter."""
_MOST: Final = 12
"""Sentences of the same."""
_AROUND: Final = frozenset({"back", "unseen", "unread", "deputy"})
"""Kinds of what a notice says beside the absence itself."""
_BELONG: Final = _AROUND | {"absent", "ooo_certain", "label"}
_TELL: Final = frozenset({"absent", "ooo_certain", "label", "unseen"})
"""Kinds of which one is in every notice."""


def away_in(text: str) -> str | None:
    """The rule by which the text is a notice of absence; None where it's a person's letter.

    Words of business, a question at the end, or a sentence that doesn't belong to such a notice make it a letter.
    """
    spans = _whole(text, sentences(text))
    if not spans or len(text) > _LONGEST or len(spans) > _MOST:
        return None
    if any(text[start:end].rstrip().endswith("?") for start, end in spans[-2:]):
        return None
    plain = matchable(text)
    if not any(pack.find(plain, None, spans) for pack in _telling()):
        return None
    kinds = _kinds(plain, spans)
    told = [
        kinds[n] for n, (start, end) in enumerate(spans) if kinds[n] & _BELONG or not _polite(kinds[n], text[start:end])
    ]
    return _rule(told, labelled=any("label" in kinds[n] for n in range(min(2, len(spans)))))


def _rule(told: list[set[str]], *, labelled: bool) -> str | None:
    """The rule by which sentences of these kinds, without those of politeness, are a notice."""
    said = set().union(*told)
    strange = [kinds for kinds in told if not _belongs(kinds)]
    around = said & _AROUND
    if labelled and len(strange) <= 2 and (around or "absent" in said):
        return "away-label"
    if "here" in said or any("plan" in kinds for kinds in strange):
        return None
    if any("ooo_certain" in kinds for kinds in told[:2]) and len(strange) <= max(1, len(told) // 2):
        return "away-certain"
    if not strange and {"unseen", "back"} <= said and "plan" not in said:
        return "away-unread"
    away = next((n for n, kinds in enumerate(told) if "absent" in kinds and "plan" not in kinds), len(told))
    if away > 2 or away == len(told):
        return None
    if not strange:
        return "away-told" if around or len(told) <= 2 else None
    return "away-told" if len(strange) == 1 and strange[0] is not told[0] and len(told) >= 3 and around else None


def _whole(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The sentences, those put together that the full stop of a date ("bis 3.6. im Urlaub") has parted."""
    whole: list[tuple[int, int]] = []
    for start, end in spans:
        begin = start
        parted = text[max(0, start - 3) : start].strip()
        if whole and len(parted) == 2 and parted[0].isdigit() and parted[1] == "." and text[start].islower():
            begin = whole.pop()[0]
        whole.append((begin, end))
    return whole


def _polite(kinds: Collection[str], sentence: str) -> bool:
    """Words of politeness, or a name below them."""
    return "courtesy" in kinds or is_name(sentence)


def _belongs(kinds: set[str]) -> bool:
    if kinds & {"deputy", "unseen", "unread", "label"}:
        return True
    return bool(kinds & {"absent", "back", "courtesy", "ooo_certain"}) and "plan" not in kinds


@cache
def _telling() -> tuple[Pack, ...]:
    """The rules that tell an absence, a language at a time: together they would have too many states to begin with."""
    rules = (*load("assistant.reading.packs", "absence").rules, *load("assistant.reading.packs", "automatic").rules)
    groups: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        if rule.kind in _TELL:
            groups["-".join(rule.id.split("-")[:2])].append(rule)
    return tuple(Pack(name, "mul", tuple(group)) for name, group in groups.items())


def _kinds(plain: str, spans: list[tuple[int, int]]) -> Mapping[int, set[str]]:
    """The kinds of rules that match in each sentence; a day beside words of return is one."""
    found: dict[int, set[str]] = defaultdict(set)
    matches = (
        *load("assistant.reading.packs", "absence").find(plain, None, spans),
        *load("assistant.reading.packs", "automatic").find(plain, {"ooo_certain"}, spans),
    )
    for match in matches:
        found[max(n for n, (start, _) in enumerate(spans) if start <= match.start)].add(match.rule.kind)
    for kinds in found.values():
        if {"toward", "day"} <= kinds:
            kinds.add("back")
    return found
