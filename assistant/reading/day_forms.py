"""The forms in which days are written, the most specific first: the first that matches a place has it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from assistant.reading import day_rules as rules
from assistant.reading.calendar_words import COUNTS, MONTHS, ORDINALS, WEEKDAYS, alternation


@dataclass(frozen=True, slots=True)
class Form:
    """One form. `needs` are the kinds of words without which it can't match (see `places`)."""

    needs: str
    pattern: re.Pattern[str]
    resolve: Callable[[re.Match[str], date], rules.Resolved]


_RELATIVE_WORDS: Final = (
    "today tonight tomorrow tmrw tmw 2moro eod cob morning afternoon evening day days to heute übermorgen demain après "
    "aujourd hoy mañana domani dopodomani oggi close end"
)
_UNIT_WORDS: Final = (
    "day days week weeks wk wks month months year years fortnight fortnights quarter q eom eoq eoy kw cw uke "
    "vecka viikko "
    "woche wochen monat monate monaten monats tage tagen jahr jahres quartals semaine semaines mois jours jour semana "
    "semanas mes meses días dias día settimane settimana mesi giorni new"
)
_OPENING_WORDS: Final = (
    "the by on in within until till before after when once for late early mid middle beginning start first "
    "second last end "
    "between from close final ende fin fine finale finales anfang mitte début this next coming past "
    "previous later following q week "
    "calendar give allow grant dem den am vom le el il bis im en pasado la our current fiscal diese diesen dieser "
    "nächste nächsten nächster couple"
)
_RELATIVE: Final = frozenset(_RELATIVE_WORDS.split())
_UNITS: Final = frozenset(_UNIT_WORDS.split())
_OPENING: Final = frozenset(_OPENING_WORDS.split())
_TOKEN: Final = re.compile(r"(?<![\w./-])\w+")
_PARTS: Final = re.compile(r"[^\W\d_]+")


def places(text: str) -> tuple[str, list[int]]:
    """Which kinds of words the text has, and where a day can begin in it.

    d: a digit, m: a month, w: a weekday, o: an ordinal word, u: a unit of time, r: a day relative to today.
    """
    lowered = text.lower()
    words = set(_PARTS.findall(lowered))
    words.update(_TOKEN.findall(lowered))
    kinds = "d" if any(character.isdigit() for character in lowered) else ""
    kinds += "" if words.isdisjoint(MONTHS) else "m"
    kinds += "" if words.isdisjoint(WEEKDAYS) and "feira" not in words else "w"
    kinds += "" if words.isdisjoint(_ORDINAL_WORDS) else "o"
    kinds += "" if words.isdisjoint(_UNITS) else "u"
    kinds += "" if words.isdisjoint(_RELATIVE) else "r"
    if not kinds:
        return "", []
    return kinds, [token.start() for token in _TOKEN.finditer(lowered) if _opens(token.group())]


def _opens(word: str) -> bool:
    return word in _STARTERS or word[0].isdigit() or (word[-1].isdigit() and len(word) < 5)


_MONTH: Final = alternation(MONTHS)
_DAY_NAME: Final = alternation(WEEKDAYS)
_ORDINAL: Final = alternation(ORDINALS)
_ORDINAL_WORDS: Final = frozenset(part for name in ORDINALS for part in name.split("-"))
_STARTERS: Final = (
    _OPENING | _RELATIVE | _UNITS | _ORDINAL_WORDS | frozenset(MONTHS) | frozenset(WEEKDAYS) | frozenset(COUNTS)
)
_COUNT: Final = rf"(?:\d{{1,3}}|{alternation(COUNTS)})"
_DAY: Final = rf"(?:\d{{1,2}}(?:st|nd|rd|th|\.|er)?(?!\d)|{_ORDINAL}\b)"
_NO_YEAR: Final = (
    r"(?!\d|[.:]\d|\s*(?:[%€$£]|(?:h|hrs?|hours?|uhr|o.clock|[ap]\.?m|units?|pieces?|pcs|boxes|euros?|eur|usd|gbp|chf|"
    r"dollars?|pounds?|people|persons?|users?|seats?|licen[cs]es?|copies|words?|pages?|kg|tons?|km|miles?)\b))"
)
"""What doesn't follow a year: such a number is a time or counts something."""
_NUMBER: Final = rf"(?!0\d[0-5]\d\b)\d{{4,5}}{_NO_YEAR}"
_GAP: Final = r"(?:[^\S\n]{0,3},[^\S\n]{0,3}\n?|[^\S\n]{1,3}\n?|\n)[^\S\n]{0,3}"
"""Between a date and its year: a comma, a blank or the end of a line; bounded, for the sake of hostile text."""
_YEAR: Final = rf"(?:{_GAP}(?:of\s+|in\s+)?(?:the\s+year\s+)?(?P<year>{_NUMBER})|\s?'(?P<years>\d\d)\b)?"
_TO: Final = r"\s*(?:-|–|to|until|till|through|thru|and|&|or|bis|au|al|und)\s*(?:the\s+)?"
_WHEN: Final = r"(?:\s+(?:morning|afternoon|evening|noon|lunchtime|forenoon))?"
_UNIT: Final = r"(?:(?:business |working |calendar )?days?|weeks?|wks?|months?|years?|fortnights?)\b"
_END_WORDS: Final = (
    r"(?:end|close|last (?:calendar |working |business |final )?day|final day|ende|fin|fine|finales?)"
    r"(?:\s+of|\s+de|\s+des|\s+von)?"
)
_PERIOD: Final = (
    r"(?:the\s+|our\s+|this\s+|next\s+|following\s+|current\s+|calendar\s+|fiscal\s+|diesen?\s+|nächsten?\s+)*"
    r"(?:month|quarter|year|week|q\s?[1-4]|(?:first|second|third|fourth|last)\s+quarter|monats?|quartals?|jahres|"
    rf"{_MONTH})\b"
)
_WEEK_NUMBER: Final = (
    r"(?:kw|cw|wk|week|calendar\s+week|uke|vecka|viikko)\s?\.?(?P<week>\d{1,2})(?!\d)"
    rf"(?:(?:\s*/\s*|,?\s+(?:of\s+|in\s+)?)(?P<wy>{_NUMBER}))?"
)
_SPAN: Final = r"(?P<what>(?:this\s+|the\s+|next\s+)?(?:month|quarter|year))"


def _form(needs: str, resolve: Callable[[re.Match[str], date], rules.Resolved], pattern: str) -> Form:
    return Form(needs, re.compile(rf"(?i){pattern}"), resolve)


def _numbered(match: re.Match[str], sent: date) -> rules.Resolved:
    return None if _is_rank(match) else rules.day_of_month(match, sent)


def _named(match: re.Match[str], sent: date) -> rules.Resolved:
    return None if _is_other_word(match) else rules.month_only(match, sent)


FORMS: Final = (
    _form("d", rules.iso, r"(?P<y>\d{4,5})-(?P<m>\d{2})-(?P<d>\d{2})(?!\d)"),
    _form(
        "u",
        rules.week_of,
        rf"(?:the\s+)?week\s+(?:of|commencing|beginning|starting)\s+(?:the\s+)?(?P<d>{_DAY})"
        rf"(?:\s+(?:of\s+)?(?P<month>{_MONTH})\b{_YEAR})?",
    ),
    _form(
        "d",
        rules.numeric_range,
        r"(?P<a1>\d{1,2})/(?P<b1>\d{1,2})\s*(?:-|–|to|through)\s*(?P<a2>\d{1,2})/(?P<b2>\d{1,2})(?![\d/])",
    ),
    _form(
        "m",
        rules.across_months,
        rf"(?P<m1>{_MONTH})\.?\s+(?P<d1>{_DAY}){_TO}(?P<m2>{_MONTH})\.?\s+(?P<d2>{_DAY}){_YEAR}",
    ),
    _form(
        "m",
        rules.across_months,
        rf"(?:between|from)\s+(?:the\s+)?(?P<d1>{_DAY})\s+(?:of\s+)?(?P<m1>{_MONTH})\b\.?{_TO}(?P<d2>{_DAY})\s+"
        rf"(?:of\s+)?(?P<m2>{_MONTH})\b{_YEAR}",
    ),
    _form(
        "m",
        rules.day_month,
        rf"(?P<d1>\d{{1,2}})-(?P<month>{_MONTH})-(?:(?P<year>\d{{4,5}})|(?P<years>\d\d))(?![\d:.]\d|\d|\s+(?:of\s+)?{_MONTH}\b)",
    ),
    _form(
        "m",
        rules.day_month,
        rf"(?:(?:{_DAY_NAME})\.?,?\s+)?(?:the\s+)?(?P<d1>{_DAY})(?:{_TO}(?P<d2>{_DAY}))?[\s-]*(?:of\s+|de\s+)?"
        rf"(?P<month>{_MONTH})\b\.?(?:-\d\d\b)?(?:\s+de)?{_YEAR}",
    ),
    _form(
        "m",
        rules.day_month,
        rf"(?:(?:{_DAY_NAME})\.?,?\s+)?(?P<month>{_MONTH})\.?[\s-]+(?:the\s+)?(?P<d1>{_DAY})(?![:.]\d|\s*[ap]\.?m\b)"
        rf"(?:{_TO}(?P<d2>{_DAY})(?!\s*(?:[ap]\.?m|o.clock|:)))?{_YEAR}",
    ),
    _form(
        "d",
        rules.numeric,
        r"(?!24/7\b)(?P<a>\d{1,2})(?P<sep>[./-])(?P<b>\d{1,2})(?:(?P=sep)(?P<ny>\d{4,5}|\d\d)(?!\d)|\.(?!\d)|"
        r"(?<=/\d)(?!\d|[/.]\d)|(?<=/\d\d)(?![\d/]))(?!\s*%)",
    ),
    _form("u", rules.weekday_of_week, rf"{_WEEK_NUMBER},?\s+(?:on\s+)?(?:the\s+)?(?P<weekday>{_DAY_NAME})\b"),
    _form("u", rules.weekday_of_week, rf"(?P<weekday>{_DAY_NAME}),?\s+(?:of\s+|in\s+)?{_WEEK_NUMBER}"),
    _form("", rules.end_of, rf"{_END_WORDS}\s+(?P<what>{_PERIOD})\.?(?:,?\s+(?:of\s+|in\s+)?(?P<ey>{_NUMBER}))?"),
    _form(
        "",
        rules.end_of,
        rf"(?:before\s+|when\s+|once\s+)(?P<what>(?:the\s+|this\s+)?(?:month|quarter|year|{_MONTH})\b)"
        r"(?:\s+(?:is\s+)?(?:out|over|ends?|closes?|done|up)\b)(?P<ey>)",
    ),
    _form("u", rules.end_of, rf"{_SPAN}(?:[\s-]|'s\s+)(?:end|close|final day|last day)\b(?P<ey>)"),
    _form("u", rules.end_of, rf"{_SPAN}\s+(?:ends|closes|is\s+over)\b(?P<ey>)"),
    _form("u", rules.end_of_abbreviated, r"eo(?P<what>m|q|y)\b"),
    _form(
        "m",
        rules.part_of_month,
        r"(?P<part>early|beginning of|start of|mid(?:dle)?(?:\s+of)?|late|anfang|mitte|ende|début|first half of|"
        rf"second half of|first week of|last week of)[\s-]+(?P<month>{_MONTH})\b{_YEAR}",
    ),
    _form(
        "w",
        rules.from_weekday,
        rf"(?:(?P<count>{_COUNT})\s+)?(?P<unit>weeks?|fortnights?)\s+(?:from|on|after)\s+(?P<weekday>{_DAY_NAME})\b",
    ),
    _form(
        "w",
        rules.weekday_with_day,
        rf"(?:(?:this|next|coming|last|past|previous)\s+)?(?P<weekday>{_DAY_NAME})\b\.?,?\s+(?:the\s+)?"
        r"(?P<d>\d{1,2}(?:st|nd|rd|th)(?!\w)|(?<=the )\d{1,2}(?![\d:.]|\s*(?:am|pm|o.clock)))",
    ),
    _form(
        "w",
        rules.weekday,
        rf"(?P<before>(?:this|next|coming|last|past|previous)\s+(?:coming\s+)?)?(?P<weekday>{_DAY_NAME})\b\.?"
        rf"(?P<after>{_WHEN},?\s+(?:of\s+|the\s+|in\s+)*(?:week\s+after\s+next|(?:next|following|this)\s+week|"
        r"week\b(?!s|\s+\d)))?",
    ),
    _form(
        "u",
        rules.in_a_while,
        rf"(?:(?:in|within)\s+(?:about\s+|another\s+|roughly\s+|exactly\s+)?(?P<c1>{_COUNT})\s+(?P<u1>{_UNIT})"
        r"(?:'?s?\s+time)?|"
        rf"(?P<c2>{_COUNT})\s+(?P<u2>{_UNIT})\s+(?:from\s+(?:today|now|to-day)|hence|out\b|on\b(?=\s*$|[,.]))|"
        rf"(?:give|allow|grant)\s+(?:us|me)\s+(?:about\s+|another\s+)?(?P<c4>{_COUNT})\s+(?P<u4>{_UNIT})|"
        rf"(?P<c5>{_COUNT})\s+(?P<u5>{_UNIT})(?=,?\s*(?:pls|please|then|tops|max)\b|\s*\?)|"
        r"in\s+(?P<c3>zwei|drei|vier|einer|einem|deux|trois|quatre|dos|tres|due|tre)\s+"
        r"(?P<u3>wochen?|monate?n?|tagen?|semaines?|mois|jours?|semanas?|meses|días?|settimane|mesi|giorni))",
    ),
    _form(
        "r",
        rules.relative_day,
        r"(?:(?:the\s+)?day\s+after\s+tomorrow|to-?day\b|tonight\b|later\s+to-?day|this\s+(?:morning|"
        r"afternoon|evening)\b|"
        r"tomorrow\b|tmrw\b|tmw\b|2moro\b|(?:end|close)\s+of\s+(?:the\s+)?(?:day|business|play)\b|eod\b|cob\b|"
        r"übermorgen\b|"
        r"heute\b|après-demain\b|demain\b|aujourd'hui\b|pasado\s+mañana\b|hoy\b|dopodomani\b|domani\b|oggi\b)",
    ),
    _form(
        "",
        _numbered,
        rf"(?:the|by|on|until|till|dem|den|am|vom|le|el|il|bis\s+zum)\s+(?P<d>\d{{1,2}}(?:st|nd|rd|th|\.)|{_ORDINAL}|"
        r"\d{1,2}(?=\s*(?:,|\.|$|at\s|works|suits)))(?![\w:/]|\s?\d|\s?%)(?P<which>\s+of\s+(?:this|next)\s+month)?",
    ),
    _form("d", _numbered, r"(?P<d>\d{1,2}(?:st|nd|rd|th))(?!\w)(?P<which>\s+of\s+(?:this|next)\s+month)?"),
    _form("u", rules.iso_week, _WEEK_NUMBER),
    _form(
        "u",
        rules.quarter,
        rf"q\s?(?P<q>[1-4])\b(?:(?:[\s/',]+(?:of\s+|in\s+)?(?P<qy>{_NUMBER})|[\s/']+(?:of\s+)?(?P<qs>\d\d\b)))?",
    ),
    _form(
        "u",
        rules.period,
        r"(?:(?:the\s+)?(?:this|next|following|nächste[rn]?|diese[rn]?)\s+(?:week|month|quarter|year|woche|monat|jahr)"
        r"(?:\s+after\s+next)?\b|(?:the\s+)?(?:week|month|year)\s+after(?:\s+next)?\b|la\s+semaine\s+prochaine|"
        r"la\s+próxima\s+semana|la\s+settimana\s+prossima)",
    ),
    _form("u", rules.new_year, r"(?:in\s+|early\s+in\s+|after\s+)?the\s+new\s+year\b"),
    _form(
        "m",
        _named,
        r"(?<!\d )(?<!\d\. )(?P<qualifier>next\s+|this\s+|coming\s+|in\s+|by\s+|until\s+|till\s+|before\s+|"
        r"after\s+|for\s+|late\s+in\s+|"
        rf"im\s+|en\s+)?(?P<month>{_MONTH})\b(?!\s+\d{{1,2}}\b){_YEAR}",
    ),
)

_RANKED: Final = re.compile(
    r"(?i)\s*(?:floor|party|parties|line|row|time|option|version|edition|point|item|page|attempt|step|one\b|"
    r"two\b|quarter|"
    r"of\s+(?:all|the|three|four|five)|in\s+line|place|choice|mail|email|thing|question|pass|round|draft|week|"
    r"year|gear|"
    r"bullet|half|person|tier|generation|offer|reason|depot|site|unit|lot|phase|module|slide|chapter|century|shift)"
)
_AFTER_DAY: Final = re.compile(r"(?i)\s+(?:at|is|works?|suits?|or|and|would|from|in|for|if|then)\b")
_OTHER_WORDS: Final = frozenset({"may", "march", "mar", "mars", "set", "out", "gen", "mag", "mei", "mai"})
_SHORT: Final = "sep dec oct jan apr jun jul aug dez ago ott lug giu abr ene dic nov feb fev"
_SHORT_NAMES: Final = frozenset(_SHORT.split())
_SUBJECT_FOLLOWS: Final = re.compile(r"(?i)\s+(?:i|we|you|they|he|she|it)\b")


def _is_rank(match: re.Match[str]) -> bool:
    """Whether an ordinal counts something else than days: "the third floor", "the first of the two"."""
    following = match.string[match.end() : match.end() + 24]
    if _RANKED.match(following):
        return True
    written = not match["d"][0].isdigit()
    return written and re.match(r"\s+\w", following) is not None and not _AFTER_DAY.match(following)


def _is_other_word(match: re.Match[str]) -> bool:
    """Whether "may", "march" or a short form is another word: such a month has a capital or a preposition."""
    word = match["month"].rstrip(".")
    if match["qualifier"] or word.lower() not in _OTHER_WORDS | _SHORT_NAMES:
        return False
    if word.lower() in _SHORT_NAMES:
        return not word[0].isupper()
    inside = match.start() > 0 and match.string[match.start() - 1] == " "
    return not (word[0].isupper() and inside) or _SUBJECT_FOLLOWS.match(match.string, match.end()) is not None
