"""Feasts and seasons as days: some name one ("Boxing Day"), others only a time about them ("after Easter")."""

from datetime import date, timedelta
from typing import Final

from assistant.reading.days.calendar_words import listed
from assistant.reading.days.match import Found, Resolved, is_kind
from assistant.reading.days.rules import month_end, one, span

_EASTER: Final = listed("easter ostern pâques paques pascua")
_HOLY_WEEK: Final = frozenset({"santa", "santo", "saint"})
_PENTECOST: Final = listed("pentecost whitsun pfingsten pentecôte pentecote")
_CHRISTMAS: Final = listed("christmas xmas weihnachten noël noel navidad navidades")
_SEASONS: Final = {
    name: months
    for months, names in {
        (3, 5): "spring frühjahr fruehjahr fruhjahr frühling fruehling printemps primavera",
        (6, 8): "summer sommer été ete verano",
        (9, 11): "autumn fall herbst automne otoño otono",
        (12, 14): "winter hiver invierno",
        (9, 9): "rentrée rentree",
        (7, 8): "sommerferien sommerpause sommerurlaub",
        (10, 10): "herbstferien",
    }.items()
    for name in names.split()
}
_FIXED: Final = {
    "halloween": (10, 31),
    "heiligabend": (12, 24),
    "nochebuena": (12, 24),
    "silvester": (12, 31),
    "nochevieja": (12, 31),
    "neujahr": (1, 1),
    "nikolaustag": (12, 6),
    "dreikönig": (1, 6),
    "allerheiligen": (11, 1),
    "toussaint": (11, 1),
    "boxing": (12, 26),
    "groundhog": (2, 2),
    "valentine": (2, 14),
    "bastille": (7, 14),
}
_FROM_EASTER: Final = {
    "gründonnerstag": -3,
    "karfreitag": -2,
    "ostersonntag": 0,
    "ostermontag": 1,
    "himmelfahrt": 39,
    "pfingstsonntag": 49,
    "pfingstmontag": 50,
    "fronleichnam": 60,
    "rosenmontag": -48,
    "aschermittwoch": -46,
}
"""Days after Easter Sunday."""
_BEFORE: Final = listed("before vor antes avant")
_AFTER: Final = listed("after nach après apres tras después despues pasada pasadas pasado once from ab")
_MIDWEEK: Final = 3
"""From Thursday on a weekday of a feast lies before its Sunday: "viernes santo", but "Easter Monday"."""
_WEEK: Final = timedelta(days=7)


def around(found: Found, sent: date) -> Resolved | None:
    """For "after Whitsun", "vor Ostern", "à la rentrée", "antes de Semana Santa": the feast or season itself, or the
    week before or after it."""
    word, lead = found.word("f"), found.word("p")
    if word == "fall" and lead not in ("in", "by", "this", "next", "before", "after", "until", "till", "the"):
        return None
    first, last = next(days for year in (sent.year - 1, sent.year, sent.year + 1, sent.year + 2)
                       if (days := _days(word, year))[1] >= sent)  # fmt: skip
    if is_kind(found.kind("p"), "next") and first <= sent:
        first, last = _days(word, first.year + 1)
    if lead in _BEFORE:
        return span(first - _WEEK, first - timedelta(days=1), certain=False, vague=True)
    if lead in _AFTER:
        return span(last + timedelta(days=1), last + _WEEK, certain=False, vague=True)
    return span(first, last, certain=False, vague=True)


def named_day(found: Found, sent: date) -> Resolved | None:
    """For "Boxing Day", "Karfreitag", "Easter Monday", "lundi de Pentecôte", "New Year's Eve": the next such day."""
    for year in (sent.year, sent.year + 1):
        day = _named_day(found, year)
        if day is None or day > sent:
            return one(day) if day else None
    return None


def _named_day(found: Found, year: int) -> date | None:
    word, which = found.word("f"), found.kind("w")
    if word in _FIXED:
        return date(year, *_FIXED[word])
    if word in _FROM_EASTER:
        return _easter(year) + timedelta(days=_FROM_EASTER[word])
    eve = is_kind(which, "eve")
    if word == "new":
        return date(year, 12, 31) if eve else date(year, 1, 1)
    if word in _CHRISTMAS:
        return date(year, 12, 24 if eve else 25) if not is_kind(which, "weekday") else None
    if not is_kind(which, "weekday"):
        return None
    sunday = _easter(year) + timedelta(days=49 if word in _PENTECOST else 0)
    number = found.weekday("w")
    return sunday + timedelta(days=number + 1 if number < _MIDWEEK and word not in _HOLY_WEEK else number - 6)


def _days(word: str, year: int) -> tuple[date, date]:
    """The first and the last day of the feast or season in the year."""
    if word in _SEASONS:
        first, last = _SEASONS[word]
        return date(year, first, 1), month_end(year + (last > 12), (last - 1) % 12 + 1)
    if word in _CHRISTMAS:
        return date(year, 12, 24), date(year, 12, 26)
    if word == "thanksgiving":
        thursday = date(year, 11, 22 + (3 - date(year, 11, 1).weekday()) % 7)
        return thursday, thursday
    first, last = (-7, 0) if word in _HOLY_WEEK else (49, 50) if word in _PENTECOST else (-2, 1)
    sunday = _easter(year)
    return sunday + timedelta(days=first), sunday + timedelta(days=last)


def _easter(year: int) -> date:
    from dateutil.easter import easter  # type: ignore[import-untyped]

    sunday: date = easter(year)
    return sunday
