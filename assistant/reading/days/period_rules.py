"""What the forms of longer times mean: the end of a quarter, the middle of June, week 27, next month."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from assistant.reading.days.calendar_words import listed
from assistant.reading.days.match import Found, Resolved, is_kind
from assistant.reading.days.rules import add_months, monday_of, month_end, next_occurrence, one, span
from assistant.reading.days.words import EDGES, OTHER, UNITS

_PLURAL: Final = listed(
    "weeks months quarters years wks mths wochen monate monaten jahre jahren quartale semaines années ans trimestres "
    "semanas meses años anos trimestres weekends prochains prochaines próximos próximas proximos proximas"
)
_VERBS: Final = frozenset({"may", "march", "mar", "mars", "mei", "maggio"})
_SUBJECTS: Final = frozenset({"i", "we", "you", "they", "he", "she", "it"})
_TEN: Final = 10
"""Below it "S3" is a week only after a word that wants one: it may be a size or half a year."""
_WEEKS: Final = 3
"""Weeks that a range of them spans at most."""
_WORKDAYS: Final = 5


def end_of(found: Found, sent: date) -> Resolved | None:
    """The last calendar day of a month, quarter, half or year; the Friday of a week."""
    unit = UNITS.get(found.word("u"))
    if (
        unit is None
        or found.word("u") in _PLURAL
        or (found.word("e") == "close" and found.starts("e") > found.starts("u"))
    ):
        return None
    weekend = unit == "week" and found.word("u") == "semana" and found.word("e") == "fin" and not found.has("k")
    if weekend:
        return _weekend(sent, 0)
    return one(_last_day(unit, _ahead(found), sent, found.year()))


def edge(found: Found, sent: date) -> Resolved:
    """For "Quartalsende", "Jahresanfang", "EOM"."""
    unit, place = EDGES[found.word("e")]
    if place == "end":
        return one(_last_day(unit, 0, sent, found.year()))
    return _part_of_unit(place, unit, 0 if place == "middle" else 1, sent)


def end_of_month(found: Found, sent: date) -> Resolved:
    """For "end of June", "fin août", "Ende Februar 2027"."""
    year = found.year() or _year_of_month(found.month("m"), sent)
    return one(month_end(year, found.month("m")))


def end_of_quarter(found: Found, sent: date) -> Resolved | None:
    number = _quarter(found)
    return one(_end_of_quarter(number, sent, found.year())) if number else None


def _end_of_quarter(number: int, sent: date, year: int | None) -> date:
    end = month_end(year or sent.year, 3 * number)
    return end if year or end >= sent else month_end(sent.year + 1, 3 * number)


def _quarter(found: Found) -> int | None:
    word = found.word("qn")
    if word:
        french = (
            word[0] == "q" or found.has("e") or found.has("y") or is_kind(found.kind_before(), "of", "au", "the", "in")
        )
        return int(word[-1]) if french else None
    if is_kind(found.kind("qo"), "last") and found.after() not in ("of", "de", "del"):
        return None
    number = 4 if is_kind(found.kind("qo"), "last", "final") else found.number("qo")
    return number if 1 <= number <= 4 else None


def _year_of_month(month: int, sent: date) -> int:
    return sent.year if month >= sent.month else sent.year + 1


def _last_day(unit: str, ahead: int, sent: date, year: int | None) -> date:
    if unit == "week":
        friday = monday_of(sent) + timedelta(days=4 + 7 * ahead)
        return friday if friday >= sent else friday + timedelta(days=7)
    if unit == "month":
        first = add_months(sent.replace(day=1), ahead)
        return month_end(first.year, first.month)
    if unit == "quarter":
        first = add_months(date(sent.year, 3 * ((sent.month - 1) // 3) + 3, 1), 3 * ahead)
        return month_end(year or first.year, first.month)
    if unit == "half":
        first = add_months(date(sent.year, 6 if sent.month <= 6 else 12, 1), 6 * ahead)
        return month_end(year or first.year, first.month)
    return date(year or sent.year + ahead, 12, 31)


def _ahead(found: Found) -> int:
    """How many periods ahead "this", "next", "que viene" or "übernächste" look."""
    if is_kind(found.kind("k"), "after_next") or found.has("twice"):
        return 2
    return 1 if is_kind(found.kind("k"), "next", "which", "pro", "other") else 0


def _in_year(found: Found, sent: date, part: Callable[[int, int], Resolved | None]) -> Resolved | None:
    """A part of a month, in the year named or else in the first in which it isn't over."""
    month, year = found.month("m"), found.year()
    told = part(year or _year_of_month(month, sent), month)
    return told if year or told is None or told[0].last >= sent else part(sent.year + 1, month)


def part_of_month(found: Found, sent: date) -> Resolved | None:
    """Early, mid or late in a month: ten days each; "mi-juin" is the middle."""
    place = _place(found)
    return _in_year(found, sent, lambda year, month: _third(place, year, month)) if place else None


def _third(place: str, year: int, month: int) -> Resolved:
    if place == "begin":
        return span(date(year, month, 1), date(year, month, 10), vague=True)
    if place == "middle":
        return span(date(year, month, 11), date(year, month, 20), vague=True)
    return span(date(year, month, 21), month_end(year, month), vague=True)


def _place(found: Found) -> str | None:
    if is_kind(found.kind("p"), "weekday_short"):
        return "middle" if found.word("p") == "mi" else None
    if is_kind(found.kind("p"), "middle"):
        return "middle"
    return "late" if is_kind(found.kind("p"), "late") else "begin"


def part_of_unit(found: Found, sent: date) -> Resolved | None:
    """For "early next week", "Anfang des Monats", "à la mi-trimestre"."""
    place, unit = _place(found), UNITS.get(found.word("u"))
    if place is None or unit is None or found.word("u") in _PLURAL:
        return None
    ahead = _ahead(found)
    if ahead == 0 and place == "begin" and not is_kind(found.kind("k"), "this"):
        ahead = 1
    return _part_of_unit(place, unit, ahead, sent)


def _part_of_unit(place: str, unit: str, ahead: int, sent: date) -> Resolved:
    """A third of the period: its beginning, middle or end. A year's are its first two months, its middle two …"""
    if unit == "week":
        monday = monday_of(sent) + timedelta(days=7 * ahead)
        first = {"begin": 0, "middle": 1, "late": 3}[place]
        return span(
            monday + timedelta(days=first), monday + timedelta(days=first + (2 if place == "middle" else 1)), vague=True
        )
    end = _last_day(unit, ahead, sent, None)
    months = {"month": 1, "quarter": 3, "half": 6}.get(unit, 12)
    start = add_months(end.replace(day=1), 1 - months)
    third = (end - start).days // (6 if unit in ("year", "half") else 3)
    if place == "begin":
        return span(start, start + timedelta(days=third), certain=False, vague=True)
    if place == "late":
        return span(end - timedelta(days=third), end, certain=False, vague=True)
    middle = start + (end - start) // 2
    return span(middle - timedelta(days=third // 2), middle + timedelta(days=third // 2), certain=False, vague=True)


def half_of_month(found: Found, sent: date) -> Resolved | None:
    """For "the first half of June", "la segunda quincena de junio"."""
    number = _rank(found)
    return _in_year(found, sent, lambda year, month: _half(number, year, month)) if number in (1, 2) else None


def _half(number: int, year: int, month: int) -> Resolved:
    if number == 1:
        return span(date(year, month, 1), date(year, month, 15), vague=True)
    return span(date(year, month, 16), month_end(year, month), vague=True)


def half_of_year(found: Found, sent: date) -> Resolved | None:
    """For "H2", "the second half of the year", "zweites Halbjahr", "au premier semestre 2027"."""
    number = int(found.word("h")[-1]) if found.has("h") else _rank(found)
    if number not in (1, 2):
        return None
    year = found.year()
    end = month_end(year or sent.year, 6 * number)
    if year is None and end < sent:
        end = month_end(sent.year + 1, 6 * number)
    return span(date(end.year, 6 * number - 5, 1), end, certain=False, vague=True)


def _rank(found: Found) -> int:
    """The 2 of "second" and of "2e"; the last half is the second."""
    return 2 if is_kind(found.kind("o"), "last", "final") else found.number("o")


def week_of_month(found: Found, sent: date) -> Resolved | None:
    """For "the first week of June": up to its first Friday that isn't the very beginning."""
    number = -1 if is_kind(found.kind("o"), "last", "final") else found.number("o")
    return _in_year(found, sent, lambda year, month: _week(number, year, month)) if number in (-1, 1, 2, 3, 4) else None


def _week(number: int, year: int, month: int) -> Resolved:
    end = month_end(year, month)
    if number < 0:
        return span(monday_of(end), end, vague=True)
    first = date(year, month, 1)
    friday = first + timedelta(days=(4 - first.weekday()) % 7)
    if (friday - first).days < 2:
        friday += timedelta(days=7)
    friday += timedelta(days=7 * (number - 1))
    return span(max(first, friday - timedelta(days=4)), min(friday, end), vague=True)


def weekday_of_month(found: Found, sent: date) -> Resolved | None:
    """For "the first Tuesday in October", "último viernes del mes"."""
    if found.has("m"):
        year = found.year()
        month = date(year or _year_of_month(found.month("m"), sent), found.month("m"), 1)
    else:
        year, month = None, add_months(sent.replace(day=1), _ahead(found))
    day = _nth_weekday(found, month)
    if day is not None and day <= sent and year is None and not found.has("k"):
        day = _nth_weekday(found, add_months(month, 12 if found.has("m") else 1))
    return one(day) if day else None


def _nth_weekday(found: Found, month: date) -> date | None:
    number = found.weekday("w")
    if is_kind(found.kind("o"), "last", "final"):
        end = month_end(month.year, month.month)
        return end - timedelta(days=(end.weekday() - number) % 7)
    day = month + timedelta(days=(number - month.weekday()) % 7 + 7 * (found.number("o") - 1))
    return day if found.number("o") >= 1 and day.month == month.month else None


def iso_week(found: Found, sent: date) -> Resolved | None:
    """For "KW 27", "S27", "week 27": Monday to Friday of the ISO week."""
    monday = _monday_of_week(found, sent)
    return span(monday, monday + timedelta(days=_WORKDAYS - 1), vague=True) if monday else None


def iso_weeks(found: Found, sent: date) -> Resolved | None:
    """For "KW 30/31", "weeks 27 and 28": Monday of the first to Friday of the last."""
    first, last = map(int, found.word("d").split("/")) if found.has("d") else (found.number("n"), found.number("n2"))
    if not 0 < last - first <= _WEEKS:
        return None
    monday = date.fromisocalendar(sent.isocalendar().year, first, 1)
    if monday + timedelta(days=6) < sent:
        monday = date.fromisocalendar(sent.isocalendar().year + 1, first, 1)
    return span(monday, monday + timedelta(days=7 * (last - first) + _WORKDAYS - 1), vague=True)


def weekday_of_iso_week(found: Found, sent: date) -> Resolved | None:
    """For "week 42, Tuesday"."""
    monday = _monday_of_week(found, sent)
    return one(monday + timedelta(days=found.weekday("w"))) if monday else None


def _monday_of_week(found: Found, sent: date) -> date | None:
    if found.has("kn"):
        word = found.word("kn")
        number = int(word.lstrip("abcdefghijklmnopqrstuvwxyz"))
        wanted = number > 2 and is_kind(found.kind_before(), "in", "au", "on", "until", "to", "end")
        if word[0] == "s" and number < _TEN and not wanted:
            return None
    else:
        number = found.number("n") or found.number("no")
    year = found.year()
    monday = date.fromisocalendar(year or sent.isocalendar().year, number, 1)
    if year is None and monday + timedelta(days=6) < sent:
        monday = date.fromisocalendar(sent.isocalendar().year + 1, number, 1)
    return monday


def week_of(found: Found, sent: date) -> Resolved | None:
    """For "the week of 8 June", "semaine du 8": Monday to Friday around the day."""
    if found.has("m"):
        day = next_occurrence(found.month("m"), found.number("d"), sent, found.year())
    else:
        from assistant.reading.days.numbered_rules import day_of_month_after

        numbered = day_of_month_after(found.number("d"), sent)
        if numbered is None:
            return None
        day = numbered
    return span(monday_of(day), monday_of(day) + timedelta(days=_WORKDAYS - 1), vague=True)


def quarter(found: Found, sent: date) -> Resolved | None:
    number = _quarter(found)
    if number is None:
        return None
    end = _end_of_quarter(number, sent, found.year())
    return span(date(end.year, 3 * number - 2, 1), end, certain=False, vague=True)


def period(found: Found, sent: date) -> Resolved | None:
    """For "next week", "le mois prochain", "la semana que viene", "this quarter"."""
    word, ahead = found.word("u"), _ahead(found)
    if word in _PLURAL or found.word("k") in _PLURAL:
        return None
    if word == "an" and not found.has("k"):
        return None
    if is_kind(found.kind("u"), "weekend"):
        return _weekend(sent, ahead)
    unit = UNITS.get(word)
    if unit == "week":
        monday = monday_of(sent) + timedelta(days=7 * ahead)
        return span(monday, monday + timedelta(days=_WORKDAYS - 1), vague=True)
    if unit not in ("month", "quarter", "half", "year"):
        return None
    end = _last_day(unit, ahead, sent, None)
    months = {"month": 1, "quarter": 3, "half": 6, "year": 12}[unit]
    return span(add_months(end.replace(day=1), 1 - months), end, certain=False, vague=True)


def by_weekend(found: Found, sent: date) -> Resolved | None:
    """For "bis zum Wochenende", "by the weekend", "avant le week-end"; "on the weekend" is as often past."""
    wanted = is_kind(found.kind("p"), "until") or found.word("p") in ("by", "before", "vor", "avant", "antes")
    return _weekend(sent, 0) if wanted else None


def _weekend(sent: date, ahead: int) -> Resolved:
    saturday = monday_of(sent) + timedelta(days=5 + 7 * ahead)
    return span(saturday, saturday + timedelta(days=1), vague=True)


def month_only(found: Found, sent: date) -> Resolved | None:
    """For "in September", "en juin 2027"; "may" and "march" need a capital or a preposition."""
    if _is_other_word(found):
        return None
    month = found.month("m")
    year = found.year()
    if year is None:
        year = _year_of_month(month, sent)
        year += found.word("k") == "next" and year == sent.year
    return span(date(year, month, 1), month_end(year, month), certain=False, vague=True)


def _is_other_word(found: Found) -> bool:
    if is_kind(found.kind("m"), "month") or found.has("k"):
        return False
    if found.word("m") == "sept" and not found.is_capital("m"):
        return True
    if found.word("m") not in _VERBS:
        return not found.is_capital("m")
    inside = found.kind_before() not in ("", ".", "!", "?", "¶")
    return not (found.is_capital("m") and inside) or found.after() in _SUBJECTS


def year_only(found: Found, sent: date) -> Resolved | None:
    """For "in 2027", "not before 2027"."""
    year = found.year()
    if year is None or not sent.year <= year <= sent.year + 10 or _counts(found):
        return None
    return span(date(year, 1, 1), date(year, 12, 31), certain=False, vague=True)


def _counts(found: Found) -> bool:
    """Whether the number counts what stands after it: "in 2030 shops"."""
    if found.kind_after() != OTHER:
        return False
    return found.after().endswith("s") and not found.after().startswith(("is", "was", "las", "los", "les"))


def new_year(_: Found, sent: date) -> Resolved:
    return span(date(sent.year + 1, 1, 1), date(sent.year + 1, 1, 31), certain=False, vague=True)
