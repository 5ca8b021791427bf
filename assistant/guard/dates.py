"""Whether a sentence names one of some days, in the ways in which an English, German, French or Spanish mail does."""

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Final

_MONTHS: Final = (
    ("january", "jan", "januar", "janvier", "enero"),
    ("february", "feb", "februar", "fevrier", "febrero"),
    ("march", "mar", "marz", "mars", "marzo"),
    ("april", "apr", "avril", "abril"),
    ("may", "mai", "mayo"),
    ("june", "jun", "juni", "juin", "junio"),
    ("july", "jul", "juli", "juillet", "julio"),
    ("august", "aug", "aout", "agosto"),
    ("september", "sept", "sep", "septembre", "septiembre"),
    ("october", "oct", "oktober", "okt", "octobre", "octubre"),
    ("november", "nov", "novembre", "noviembre"),
    ("december", "dec", "dezember", "dez", "decembre", "diciembre"),
)

_NAMES: Final = "|".join(sorted({name for names in _MONTHS for name in names}, key=len, reverse=True))
_WEEKDAYS: Final = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|(?:mon|diens|donners|frei|sams|sonn)tags?|mittwochs?|"
    r"lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miercoles|jueves|viernes|sabado|domingo|"
    r"mon|tues?|wed|thurs?|fri"
)
DAY: Final = re.compile(
    r"\b(?:"
    rf"(?:{_WEEKDAYS})\b(?:,? (?:the |den |le |el )?\d{{1,2}}(?:st|nd|rd|th|er|\.)?(?: (?:of |de )?(?:{_NAMES})\b)?)?"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er|\.)?(?: of| de)? (?:{_NAMES})\b(?: \d{{4}})?"
    rf"|(?:{_NAMES})\.? \d{{1,2}}(?:st|nd|rd|th)?\b"
    r"|(?:the )?\d{1,2}(?:st|nd|rd|th)\b"
    r"|\d{1,2}\.\d{1,2}\.(?:\d{2,4})?"
    rf"|(?!may\b|mars\b|mar\b)(?:{_NAMES})\b"
    r"|(?:today|tonight|tomorrow|heute|morgen|aujourd'hui|demain|hoy|manana)\b"
    r")"
)
"""A day or a month in words (small letters, no accents), in the four languages. "May" alone is rather a verb."""


def mentions(text: str, days: Iterable[date]) -> bool:
    """Whether the text (normalised, without accents) names one of the days with its month, or as "the 9th"."""
    return any(_expression(day).search(text) for day in days)


@lru_cache(maxsize=256)
def _expression(day: date) -> re.Pattern[str]:
    names = "|".join(_MONTHS[day.month - 1])
    number = rf"0?{day.day}(?:st|nd|rd|th|er|\.)?"
    return re.compile(
        rf"(?i)\b(?:{number}(?: of| de)? (?:{names})|(?:{names})\.? (?:the )?{number}|the 0?{day.day}(?:st|nd|rd|th)"
        rf"|0?{day.day}[./]0?{day.month}\b|0?{day.month}/0?{day.day}\b|{day.isoformat()})\b"
    )
