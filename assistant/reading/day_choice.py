"""Which of several named days is meant: judged by the words of the clause in which each stands."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from assistant.language.packs import Match, load
from assistant.reading.days.dates import Mention, lengths
from assistant.reading.view import Sentence, View

_BREAK: Final = re.compile(
    r"(?i)[,;()]|\s-+\s|\.{3}|…|[.!?](?=\s)|\b(?:and|but|then|while|whereas|so|und|aber|dann|sondern|et|mais|puis|y|pero|"
    r"luego|sino|que)\b"
)
"""Where one clause of a sentence ends and the next begins."""
_WORD: Final = re.compile(r"\w+")
_LETTER: Final = re.compile(
    r"(?i)\b(?:e-?mails?|mails?|letters?|messages?|notes?|offers?|quotes?|quotations?|proposals?|call|dated|angebot|schreiben|"
    r"nachricht|offre|devis|courriel|lettre|message|oferta|correo|carta|mensaje|presupuesto)\s+(?:of|from|on|dated|vom|du|del|"
    r"de)?\s*(?:the\s+)?$"
)
"""Words before the day of a letter: "your offer of 3 May"."""
_FROM: Final = re.compile(r"(?i)\b(?:from|as of|of|since|ab|seit|compter d'?|partir d'?|depuis|desde|contar de)\s*$")
"""Words before "today" that make it the beginning of a time."""
_ALONE: Final = 2
"""Words up to which a clause says nothing but the day."""
_WINDOW: Final = 240
"""Characters before and after a day beyond which its clause doesn't reach."""
_MOST: Final = 40
"""Days that are compared; nobody means one of more."""
_FAR: Final = 300
"""Days ahead from which a day without a year is rather one of the past."""
_MONTH: Final = 25
"""Days from which a range is a month or longer."""
_NEAR: Final = 160
"""Characters within which a day belongs to the month or week that is named beside it."""
_BESIDE: Final = 40
"""Characters within which a day explains an uncertain one before it."""
_NEXT: Final = 16
"""Characters within which a day that stands alone explains the one before it: "on Tuesday, the 22nd"."""
_VAGUE: Final = 40
"""What speaks against a week; other costs are multiples of it."""


@dataclass(frozen=True, slots=True)
class Clause:
    """The span of the clause in which a day stands. `alone`: it says nothing but the day."""

    start: int
    end: int
    alone: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A day that may be meant, its sentence, its clause, and how much speaks against it.

    `told` is what the words of its clause count; `apt` says that none of them speaks against it.
    """

    day: Mention
    sentence: Sentence
    clause: Clause
    cost: float = 0.0
    told: float = 0.0
    apt: bool = True


def best(
    seen: View,
    sent: date | None,
    days: Sequence[tuple[Mention, Sentence]],
    words: Mapping[str, float],
    place: Callable[[Sentence], float],
    *,
    loosely: bool = False,
) -> Choice | None:
    """The day against which least speaks: `words` is what the rules in its clause count, by kind, `place` what its
    sentence counts. Of equal ones the later has it. Feasts and seasons count only `loosely`, after all others.
    """
    named = [(day, sentence) for day, sentence in days if loosely or not day.loose][:_MOST]
    choices = [
        Choice(day, sentence, _clause(seen, sentence, day), place(sentence) + _looks(seen, sent, day, sentence))
        for day, sentence in named
    ]
    if not choices:
        return None
    judged = _heard(seen, choices, words)
    judged = [_narrowed(choice, judged) for choice in judged]
    return min(judged, key=lambda choice: (round(choice.cost), -choice.day.days.last.toordinal()))


def ahead(seen: View, sent: date | None) -> list[tuple[Mention, Sentence]]:
    """The days that aren't over, each with its sentence; not the "today" from which a time is counted."""
    return [
        (day, sentence)
        for sentence in seen.sentences
        for day in sentence.days
        if sent is None
        or day.days.last > sent
        or (day.days.last == sent and not _FROM.search(seen.plain, max(0, day.start - 20), day.start))
    ]


def lengths_near(seen: View, sent: date | None, index: int) -> list[tuple[Mention, Sentence]]:
    """Lengths of time in the sentence or else in one beside it, from the sending on: "He wants six weeks for it"."""
    if sent is None:
        return []
    for place in (index, index - 1, index + 1):
        if 0 <= place < len(seen.sentences):
            sentence = seen.sentences[place]
            found = lengths(seen.plain[sentence.start : sentence.end], sent)
            if found:
                return [(day, sentence) for day in found]
    return []


def _clause(seen: View, sentence: Sentence, day: Mention) -> Clause:
    """The clause of the day. A day that stands alone between two commas has the next clause too, one that stands
    alone at the end the one before."""
    low, high = max(sentence.start, day.start - _WINDOW), min(sentence.end, day.end + _WINDOW)
    days = [other for other in sentence.days if other.start < high and other.end > low]
    breaks = [
        found.span()
        for found in _BREAK.finditer(seen.plain, low, high)
        if not any(other.start <= found.start() < other.end for other in days)
    ]
    breaks += [(other.end, other.end) for other in days if _ends_sentence(seen.plain, other)]
    breaks.sort()
    start = max((end for _, end in breaks if end <= day.start), default=low)
    ends = [begin for begin, _ in breaks if begin >= day.end]
    end = ends[0] if ends else high
    if _says(seen.plain[start : day.start] + " " + seen.plain[day.end : end]):
        return Clause(start, end, alone=False)
    if ends:
        return Clause(start, ends[1] if len(ends) > 1 else high, alone=True)
    earlier = (stop for _, stop in reversed(breaks) if stop < start and _says(seen.plain[stop:start]))
    return Clause(next(earlier, low), end, alone=True)


def _says(text: str) -> bool:
    return len(_WORD.findall(text)) >= _ALONE


def _ends_sentence(plain: str, day: Mention) -> bool:
    """Whether the stop after a short name of a month ends a sentence too: "in Nov. Winner's announced on Dec 9"."""
    return plain[day.end - 1] == "." and plain[day.end : day.end + 2].strip()[:1].isupper()


def _looks(seen: View, sent: date | None, day: Mention, sentence: Sentence) -> float:
    """What speaks against the day as it's written, whatever it's for."""
    length = (day.days.end - day.days.start).days
    cost = 0.0
    if day.vague:
        cost += _VAGUE if length < _MONTH else 1.5 * _VAGUE
    if day.loose:
        cost += 1.5 * _VAGUE
    if _LETTER.search(seen.plain, max(0, day.start - 40), day.start):
        cost += 5 * _VAGUE
    if _is_far(day, sent):
        cost += 2 * _VAGUE
    if sentence.asks:
        cost += _VAGUE
    return cost + (3.5 * _VAGUE if sent is not None and day.days.last == sent else 0.0)


def _is_far(day: Mention, sent: date | None) -> bool:
    """Whether a day that names no year lies so far ahead that it may be past."""
    named = re.search(r"\d{4}|\d\d\.\d\d\.\d\d|'\d\d", day.text) is not None
    return sent is not None and not named and (day.days.start - sent).days > _FAR


def _heard(seen: View, choices: Sequence[Choice], words: Mapping[str, float]) -> list[Choice]:
    """The choices with what the rules in their clauses count, each kind once.

    A word counts for the day that stands nearest to it; one that speaks for a day passes over those against which
    others speak.
    """
    sentences = {choice.sentence.index: choice.sentence for choice in choices}
    spans = sorted((each.start, each.end) for each in sentences.values())
    matches = [*load("assistant.reading.packs", "days").find(seen.plain, None, spans)]
    matches += [match for sentence in sentences.values() for match in sentence.matches]
    against = [match for match in matches if words.get(match.rule.kind, 0.0) > 0]
    speaking = [match for match in matches if words.get(match.rule.kind, 0.0) < 0]
    apt = [not _kinds(choice, choices, against) for choice in choices]
    fit = [choice for choice, fits in zip(choices, apt, strict=True) if fits]
    heard = []
    for choice, fits in zip(choices, apt, strict=True):
        kinds = _kinds(choice, choices, against) | _kinds(choice, fit, speaking)
        told = sum(words[kind] for kind in kinds)
        heard.append(replace(choice, cost=choice.cost + told, told=told, apt=fits))
    return heard


def _kinds(choice: Choice, rivals: Sequence[Choice], matches: Sequence[Match]) -> frozenset[str]:
    """The kinds of the matches in the clause of the day that are no words of it and don't stand nearer to a rival's."""
    start, end, day = choice.clause.start, choice.clause.end, choice.day
    others = [
        rival.day
        for rival in rivals
        if rival.day is not day and start <= rival.day.start < end and (day.vague or not rival.day.vague)
    ]
    return frozenset(
        match.rule.kind
        for match in matches
        if match.start < end
        and match.end > start
        and not (day.start <= match.start and match.end <= day.end)
        and all(_gap(match, day) <= _gap(match, other) for other in others)
    )


def _gap(match: Match, day: Mention) -> int:
    return max(match.start - day.end, day.start - match.end, 0)


def _narrowed(choice: Choice, choices: Sequence[Choice]) -> Choice:
    """What speaks for a month, a week or an uncertain day speaks for the day in its place that is named beside it:
    "in January … on the 14th", "the Monday after the audit, 1 June", "on Tuesday, the 22nd"."""
    if choice.day.vague or not choice.apt:
        return choice
    wider = [other.cost - 1 for other in choices if other.day is not choice.day and _explains(choice, other.day)]
    return replace(choice, cost=min([choice.cost, *wider]))


def _explains(choice: Choice, other: Mention) -> bool:
    """Whether the day says more exactly what the other says."""
    day, gap = choice.day, choice.day.start - other.end
    if other.vague:
        return abs(gap) < _NEAR and other.days.start <= day.days.last <= other.days.last
    return 0 <= gap < (_BESIDE if not other.certain else _NEXT if choice.clause.alone else 0)
