"""Days named in a text, resolved against the day it was sent."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from assistant.domain.reading import Days
from assistant.reading.days.calendar_words import listed
from assistant.reading.days.forms import LENGTH, LOOSE, NUMBERED, OF_MONTH, possible
from assistant.reading.days.match import Found, Resolved, is_plausible
from assistant.reading.days.patterns import Rule
from assistant.reading.days.period_rules import iso_week
from assistant.reading.days.rules import coming, in_a_while, weekday
from assistant.reading.days.tokens import Words

_THAT_WEEK: Final = re.compile(
    r"(?i)\s+(?:of (?:that|the same) week|(?:der|dieser|derselben|jener) woche|de (?:cette|la même) semaine|"
    r"de (?:esa|la misma) semana)\b"
)
_THE_NEXT: Final = re.compile(r"(?i)\s+(?:after|d'après|danach|darauf|drauf|siguiente|suivant)\s*(?:[.,;:!?)]|$)")
_THEN: Final = re.compile(
    r"(?i)\b(?:then|afterwards|after that|danach|dann|darauf|anschließend|puis|ensuite|après quoi|luego|después)\b"
)
_STOP: Final = re.compile(r"[.!?]\s|\n\s*\n")
_NEAR: Final = 160
"""Characters within which "the 14th" belongs to a month named before it."""
_CLOSE: Final = 24
"""Characters within which it's the same month however far ahead: "Mitte Mai, am 15."."""
_LATER: Final = 240
"""Days ahead within which a month is meant by a lower number after it."""
_BESIDE: Final = 40
"""Characters within which "Thursday" belongs to a numbered week named before it."""
_WEEK: Final = 7
_WISHES: Final = listed(
    "good nice great happy lovely merry bonne bon belle joyeux joyeuses buen buena feliz excelente schönes schönen "
    "schöne gutes guten gute frohe gesegnete"
)
"""Words that wish somebody a day: "have a nice weekend"."""
_WANTED: Final = frozenset({"", ".", "!", ";", ":", "¶"}) | listed(
    "for want wants wanted need needs needed take takes have has allow leaves asked another für noch brauche braucht "
    "brauchen wollen pendant pour durant faut durante por necesita necesitamos more out off away"
)
"""What stands before a length of time that begins now; the beginning of a sentence too."""
_LONGEST: Final = 366
_PAST: Final = listed("ago old late later earlier long")
"""Words after a length of time that make it another."""
_TAKEN: Final = "~"
"""The kind of a word that belongs to a date already."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One day or range of days named in a text. `certain` is False where the words can mean another day.

    `vague` says that no single day was named (a month, a season, "next week"); `loose` that the words belong to no
    calendar (a feast, "after the summer"), so that the days are only about right.
    """

    start: int
    end: int
    text: str
    days: Days
    certain: bool = True
    vague: bool = False
    loose: bool = False


def mentions(text: str, sent: date) -> list[Mention]:
    """Days named in the text, in order, without overlaps.

    A weekday alone is the next such day strictly after `sent`; "<weekday> next week" lies in the next ISO week; "in
    n weeks" counts calendar days; the end of a month, quarter or year is its last day; a day and month without a
    year is the next occurrence; 06.02.2026 is day first; 03/04 is taken as the nearer reading, and uncertain. A day
    with a year before 1990, or more than ten years ahead, is no day: no other year is put in its place.
    """
    words = Words(text)
    found: list[tuple[Mention, Rule]] = []
    for region in words.regions():
        found += _in_region(words, region.group(), region.start(), sent)
    found.sort(key=lambda pair: pair[0].start)
    return [_in_context(index, found, sent, text) for index in range(len(found))]


def lengths(text: str, sent: date) -> list[Mention]:
    """Lengths of time in the text, as the days at their ends, counted from `sent`: "six weeks", "a fortnight".

    They are no days named: whether the time runs from the day of sending is for the reader of them to know.
    """
    words = Words(text)
    found = []
    for match in LENGTH.finditer(words.kinds):
        place = Found(match, words, 0)
        resolved, _ = _resolved(in_a_while, place, sent)
        wanted = place.before() in _WANTED and place.after() not in _PAST and not place.is_one
        if resolved is not None and wanted and (resolved[0].last - sent).days <= _LONGEST:
            found.append(replace(_mention(place, resolved, in_a_while), certain=False))
    return found


def _in_region(words: Words, kinds: str, offset: int, sent: date) -> Iterator[tuple[Mention, Rule]]:
    """The days named in one part of the text, each with the rule that resolved it."""
    for form in possible(kinds):
        match = form.pattern.search(kinds)
        while match is not None:
            start, end = match.span()
            place = Found(match, words, offset)
            resolved, taken = _resolved(form.resolve, place, sent)
            if taken:
                kinds = kinds[:start] + _TAKEN * (end - start) + kinds[end:]
            if resolved is not None and is_plausible(resolved[0], sent) and place.before() not in _WISHES:
                yield _mention(place, resolved, form.resolve), form.resolve
            match = form.pattern.search(kinds, end if taken else start + 1)


def _resolved(rule: Rule, place: Found, sent: date) -> tuple[Resolved | None, bool]:
    """What the rule makes of it, and whether no other form may have it: so too where there's no such day."""
    try:
        resolved = rule(place, sent)
    except (ValueError, OverflowError):
        return None, True
    return resolved, resolved is not None


def _mention(place: Found, resolved: Resolved, rule: Rule) -> Mention:
    start, end = place.span
    days, certain, vague = resolved
    return Mention(start, end, place.words.text[start:end], days, certain, vague, rule in LOOSE)


def _in_context(index: int, found: list[tuple[Mention, Rule]], sent: date, text: str) -> Mention:
    """After "in January", "the 14th" is the 14th of January; after "KW 27", "am Donnerstag" is a day of that week."""
    mention, rule = found[index]
    if rule is weekday and index:
        return _beside(mention, *found[index - 1], text)
    named = _month_before(index, found) if rule in NUMBERED else None
    if named is None:
        return mention
    follows = mention.start - named.end < _CLOSE or (not named.vague and mention.days.start.day > named.days.last.day)
    if not follows and (named.days.start - sent).days > _LATER:
        return mention
    days = _of_month(mention.days, named, sent)
    return replace(mention, days=days) if days else mention


def _beside(mention: Mention, before: Mention, rule: Rule, text: str) -> Mention:
    """A weekday as a day of the week before it, or as the next one after the day before it: "the Monday after"."""
    if mention.start - before.end > _NEAR:
        return mention
    number, after = mention.days.start.weekday(), text[mention.end : mention.end + _BESIDE]
    near = mention.start - before.end < _BESIDE and not _STOP.search(text, before.end, mention.start)
    if (rule is iso_week and near) or (_is_week(before) and _THAT_WEEK.match(after)):
        return replace(mention, days=Days.of(before.days.start + timedelta(days=number)))
    later = mention.days.last < before.days.last and _THEN.search(text, before.end, mention.start)
    if not before.vague and (later or _THE_NEXT.match(after)):
        return replace(mention, days=Days.of(coming(number, before.days.last)), certain=True)
    return mention


def _is_week(mention: Mention) -> bool:
    return mention.vague and mention.days.start.weekday() == 0 and (mention.days.end - mention.days.start).days <= _WEEK


def _month_before(index: int, found: list[tuple[Mention, Rule]]) -> Mention | None:
    """What names a month shortly before."""
    start = found[index][0].start
    for place in range(index - 1, -1, -1):
        other, rule = found[place]
        if start - other.end >= _NEAR:
            return None
        if rule in OF_MONTH:
            return other
    return None


def _of_month(days: Days, named: Mention, sent: date) -> Days | None:
    """The same numbers in the month that was named; None where they would lie in the past or aren't days of it."""
    month = named.days.start.replace(day=1)
    try:
        days = Days(month.replace(day=days.start.day), month.replace(day=days.last.day) + timedelta(days=1))
    except ValueError:
        return None
    return days if days.last > sent else None
