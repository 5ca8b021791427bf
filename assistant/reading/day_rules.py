"""What each form of a date means, given the day it was sent."""

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Final

from assistant.domain.reading import Days
from assistant.reading.calendar_words import COUNTS, MONTHS, ORDINALS, WEEKDAYS

Resolved = tuple[Days, bool, bool] | None
"""The days; whether the words can mean no other; whether no single day was named."""


EARLIEST: Final = 1990
AHEAD: Final = 10
"""Years ahead of the sending day; a day before 1990 or beyond them is a slip of the pen or a joke."""
_YEARS: Final = frozenset({"y", "ny", "year", "years", "ey", "qy", "wy", "qs"})
"""The groups of the forms in which a year stands."""
_LAST_CENTURY: Final = 90


def _one(day: date, *, certain: bool = True) -> tuple[Days, bool, bool]:
    return Days.of(day), certain, False


def _range(first: date, last: date, *, vague: bool = False) -> Resolved:
    return (Days(first, last + timedelta(days=1)), True, vague) if last >= first else None


def day_number(text: str) -> int:
    """The 4 of "4th", "4." and "fourth"."""
    digits = re.match(r"\d+", text)
    return int(digits.group()) if digits else ORDINALS[text.lower()]


def _count(text: str) -> int:
    return int(text) if text.isdigit() else COUNTS[" ".join(text.lower().split())]


def _month_of(text: str) -> int:
    return MONTHS[text.lower().rstrip(".")]


def _year_in(match: re.Match[str]) -> int | None:
    return _full_year(match["year"] or match["years"])


def _next_occurrence(month: int, day: int, sent: date, year: int | None) -> date:
    """This day and month, in the year named or else for the first time on or after `sent`."""
    if year is not None:
        return date(year, month, day)
    for candidate in range(sent.year, sent.year + 9):
        if day <= monthrange(candidate, month)[1] and date(candidate, month, day) >= sent:
            return date(candidate, month, day)
    raise ValueError("no such day")


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _add_months(day: date, count: int) -> date:
    index = day.year * 12 + day.month - 1 + count
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def iso(match: re.Match[str], _: date) -> Resolved:
    return _one(date(int(match["y"]), int(match["m"]), int(match["d"])))


def numeric(match: re.Match[str], sent: date) -> Resolved:
    """d.m.y, d/m/y and m/d: a full stop is day first; a slash is what it can be, or the nearer one, uncertain."""
    first, second, separator = int(match["a"]), int(match["b"]), match["sep"]
    year = _full_year(match["ny"])
    if separator in ".-" or (first > 12 and second <= 12):
        return _one(_next_occurrence(second, first, sent, year))
    if second > 12:
        return _one(_next_occurrence(first, second, sent, year))
    readings = sorted({_next_occurrence(second, first, sent, year), _next_occurrence(first, second, sent, year)})
    if year is not None:
        return _one(date(year, second, first), certain=len(readings) == 1)
    return _one(readings[0], certain=len(readings) == 1)


def _full_year(text: str | None) -> int | None:
    """The 2027 of "2027" and "27"; 90 to 99 are of the last century."""
    if not text:
        return None
    return int(text) + (0 if len(text) > 2 else 1900 if int(text) >= _LAST_CENTURY else 2000)


def is_plausible_year(match: re.Match[str], sent: date) -> bool:
    """Whether the year that was written, if any, can be meant: from 1990 to ten years ahead."""
    written = (text for name, text in match.groupdict().items() if name in _YEARS and text)
    return all(EARLIEST <= (_full_year(text) or 0) <= sent.year + AHEAD for text in written)


def is_plausible(days: Days, sent: date) -> bool:
    """Whether days of a plausible year are meant, none more than ten years ahead."""
    last = days.last
    in_reach = (last.year - sent.year, last.month, last.day) <= (AHEAD, sent.month, sent.day)
    return days.start.year >= EARLIEST and in_reach


def numeric_range(match: re.Match[str], sent: date) -> Resolved:
    first, last = int(match["a1"]), int(match["b1"])
    second, final = int(match["a2"]), int(match["b2"])
    month_first = last > 12 or final > 12 or (first <= 12 and second <= 12 and first == second)
    pair = ((first, last), (second, final)) if month_first else ((last, first), (final, second))
    start = _next_occurrence(*pair[0], sent, None)
    return _range(start, _next_occurrence(*pair[1], start, None))


def day_month(match: re.Match[str], sent: date) -> Resolved:
    """One day of a month, or several: "12 May", "May 8-12", "from the 13th to the 24th of April"."""
    month, year = _month_of(match["month"]), _year_in(match)
    groups = match.groupdict()
    days = [day_number(groups[name]) for name in ("d1", "d2") if groups.get(name)]
    first = _next_occurrence(month, days[0], sent, year)
    if len(days) == 1:
        return _one(first)
    last = _next_occurrence(month, days[1], first, first.year)
    return _range(first, last)


def across_months(match: re.Match[str], sent: date) -> Resolved:
    names = ("m1", "d1", "m2", "d2")
    month, day, month2, day2 = (match[name] for name in names)
    first = _next_occurrence(_month_of(month), day_number(day), sent, None)
    return _range(first, _next_occurrence(_month_of(month2), day_number(day2), first, _year_in(match)))


def day_of_month(match: re.Match[str], sent: date) -> Resolved:
    """For "the 8th": the next such day, unless "of this month" or "of next month" says which."""
    number, which = day_number(match["d"]), (match["which"] or "").lower()
    if "next" in which:
        month = _add_months(sent.replace(day=1), 1)
        return _one(month.replace(day=number))
    if "this" in which:
        return _one(sent.replace(day=number))
    day = _day_of_month_after(number, sent)
    return _one(day) if day else None


def _day_of_month_after(number: int, sent: date) -> date | None:
    for ahead in range(3):
        month = _add_months(sent.replace(day=1), ahead)
        if number <= monthrange(month.year, month.month)[1] and month.replace(day=number) > sent:
            return month.replace(day=number)
    return None


def weekday(match: re.Match[str], sent: date) -> Resolved:
    weekday = WEEKDAYS[match["weekday"].lower().rstrip(".")]
    before, after = (match["before"] or "").lower(), (match["after"] or "").lower()
    monday = sent - timedelta(days=sent.weekday())
    if "week after next" in after or "following next" in after:
        return _one(monday + timedelta(days=14 + weekday))
    if ("next" in after or "following" in after) and "week" in after:
        return _one(monday + timedelta(days=7 + weekday))
    coming = sent + timedelta(days=(weekday - sent.weekday() - 1) % 7 + 1)
    if "week" in after and "this" not in after:
        return _one(coming + timedelta(days=7))
    if re.search(r"last|past|previous", before):
        return _one(sent - timedelta(days=(sent.weekday() - weekday - 1) % 7 + 1))
    if "next" in before:
        following = monday + timedelta(days=7 + weekday)
        return _one(following, certain=following == coming)
    return _one(coming)


def weekday_with_day(match: re.Match[str], sent: date) -> Resolved:
    """For "Wed the 17th": the next day of this number that falls on the weekday."""
    weekday, number = WEEKDAYS[match["weekday"].lower().rstrip(".")], day_number(match["d"])
    for ahead in range(14):
        month = _add_months(sent.replace(day=1), ahead)
        if number <= monthrange(month.year, month.month)[1]:
            day = month.replace(day=number)
            if day > sent and day.weekday() == weekday:
                return _one(day, certain=ahead < 3)
    return None


def relative_day(match: re.Match[str], sent: date) -> Resolved:
    word = " ".join(match.group().lower().split())
    if "after" in word or "übermorgen" in word or "après" in word or "pasado" in word or "dopo" in word:
        return _one(sent + timedelta(days=2))
    today = re.match(r"to-?day|tonight|this|heute|eod|aujourd|hoy|oggi|end|close|later", word)
    return _one(sent if today else sent + timedelta(days=1))


def in_a_while(match: re.Match[str], sent: date) -> Resolved:
    """For "in two weeks", "ten days from today", "a fortnight from now"."""
    groups = match.groupdict()
    count = next((groups[name] for name in ("c1", "c2", "c3", "c4", "c5") if groups.get(name)), None)
    unit = next(groups[name] for name in ("u1", "u2", "u3", "u4", "u5") if groups.get(name)).lower()
    number = _count(count) if count else 1
    working = re.search(r"(?i)\b(?:business|working)\b", match.group()) is not None
    return _one(_after(sent, number, unit, working=working))


def _after(sent: date, number: int, unit: str, *, working: bool = False) -> date:
    if unit.startswith(("month", "monat", "mois", "mes")):
        return _add_months(sent, number)
    if unit.startswith(("year", "yr", "jahr")):
        return _add_months(sent, 12 * number)
    if unit.startswith(("fortnight", "quinc")):
        return sent + timedelta(days=14 * number)
    if unit.startswith(("w", "sem", "sett")):
        return sent + timedelta(days=7 * number)
    if not working:
        return sent + timedelta(days=number)
    day = sent
    while number:
        day += timedelta(days=1)
        number -= day.weekday() < 5
    return day


def from_weekday(match: re.Match[str], sent: date) -> Resolved:
    """For "a week from Friday", "two weeks on Monday"."""
    weekday = WEEKDAYS[match["weekday"].lower().rstrip(".")]
    coming = sent + timedelta(days=(weekday - sent.weekday() - 1) % 7 + 1)
    return _one(_after(coming, _count(match["count"]) if match["count"] else 1, match["unit"].lower()))


def end_of(match: re.Match[str], sent: date) -> Resolved:
    """The last calendar day of a month, quarter, year or week; its Friday for a week."""
    what = " ".join(match["what"].lower().replace("-", " ").split())
    year = _full_year(match["ey"])
    return _one(_last_day(what, sent, year))


def _last_day(what: str, sent: date, year: int | None) -> date:
    shift = 1 if re.search(r"\b(?:next|following|nächsten?)\b", what) else 0
    quarter = re.search(r"q\s?([1-4])|\b(first|second|third|fourth|last) quarter", what)
    if quarter:
        number = int(quarter[1]) if quarter[1] else {"first": 1, "second": 2, "third": 3}.get(quarter[2], 4)
        end = _month_end(year or sent.year, 3 * number)
        return end if year or end >= sent else _month_end(sent.year + 1, 3 * number)
    if re.search(r"quarter|quartal", what):
        month = 3 * ((sent.month - 1) // 3 + 1) + 3 * shift
        return _month_end(year or sent.year + (month - 1) // 12, (month - 1) % 12 + 1)
    if re.search(r"year|jahr", what):
        return date(year or sent.year + shift, 12, 31)
    if re.search(r"week|woche", what):
        return sent + timedelta(days=(4 - sent.weekday()) % 7 + 7 * shift)
    if re.search(r"month|monat", what):
        first = _add_months(sent.replace(day=1), shift)
        return _month_end(first.year, first.month)
    month = _month_of(what.split()[-1])
    return _month_end(year or (sent.year if month >= sent.month else sent.year + 1), month)


def part_of_month(match: re.Match[str], sent: date) -> Resolved:
    month = _month_of(match["month"])
    year = _year_in(match) or (sent.year if month >= sent.month else sent.year + 1)
    part = match["part"].lower()
    if part.startswith(("early", "beginning", "start", "anfang", "first", "début", "top")):
        return _range(date(year, month, 1), date(year, month, 10), vague=True)
    if part.startswith(("mid", "middle", "mitte")):
        return _range(date(year, month, 11), date(year, month, 20), vague=True)
    return _range(date(year, month, 21), _month_end(year, month), vague=True)


def month_only(match: re.Match[str], sent: date) -> Resolved:
    month = _month_of(match["month"])
    year = _year_in(match) or (sent.year if month >= sent.month else sent.year + 1)
    if "next" in (match["qualifier"] or "").lower() and not _year_in(match) and year == sent.year:
        year += 1
    found = _range(date(year, month, 1), _month_end(year, month), vague=True)
    return (found[0], False, True) if found else None


def quarter(match: re.Match[str], sent: date) -> Resolved:
    number = int(match["q"])
    year = _full_year(match["qy"] or match["qs"])
    last = _month_end(year or sent.year, 3 * number)
    if last < sent and year is None:
        last = _month_end(last.year + 1, 3 * number)
    return Days(date(last.year, 3 * number - 2, 1), last + timedelta(days=1)), False, True


def iso_week(match: re.Match[str], sent: date) -> Resolved:
    """For "KW 27" and "week 27": Monday to Friday of the ISO week."""
    number, year = int(match["week"]), _full_year(match["wy"])
    monday = date.fromisocalendar(year or sent.isocalendar().year, number, 1)
    if year is None and monday + timedelta(days=6) < sent:
        monday = date.fromisocalendar(sent.isocalendar().year + 1, number, 1)
    return _range(monday, monday + timedelta(days=4), vague=True)


def period(match: re.Match[str], sent: date) -> Resolved:
    """For "next week", "this month", "next year"."""
    words = match.group().lower()
    ahead = (
        2 if "after next" in words else 1 if re.search(r"next|following|nächste|prochain|próxim|prossim", words) else 0
    )
    monday = sent - timedelta(days=sent.weekday())
    if re.search(r"week|woche|sem", words):
        return Days(monday + timedelta(days=7 * ahead), monday + timedelta(days=7 * ahead + 5)), True, True
    if "quarter" in words:
        first = _add_months(date(sent.year, 3 * ((sent.month - 1) // 3) + 1, 1), 3 * ahead)
        return Days(first, _add_months(first, 3)), False, True
    if re.search(r"month|monat", words):
        first = _add_months(sent.replace(day=1), ahead)
        return Days(first, _add_months(first, 1)), False, True
    return Days(date(sent.year + ahead, 1, 1), date(sent.year + ahead + 1, 1, 1)), False, True


def new_year(_: re.Match[str], sent: date) -> Resolved:
    return Days(date(sent.year + 1, 1, 1), date(sent.year + 1, 2, 1)), False, True


def end_of_abbreviated(match: re.Match[str], sent: date) -> Resolved:
    """EOM, EOQ, EOY."""
    return _one(_last_day({"m": "month", "q": "quarter", "y": "year"}[match["what"].lower()], sent, None))


def weekday_of_week(match: re.Match[str], sent: date) -> Resolved:
    """For "week 42, Tuesday"."""
    found = iso_week(match, sent)
    weekday = WEEKDAYS[match["weekday"].lower().rstrip(".")]
    return _one(found[0].start + timedelta(days=weekday)) if found else None


def week_of(match: re.Match[str], sent: date) -> Resolved:
    """For "the week of 8 June": Monday to Friday around the day."""
    month = match["month"]
    if month:
        day = _next_occurrence(_month_of(month), day_number(match["d"]), sent, _year_in(match))
    else:
        found = _day_of_month_after(day_number(match["d"]), sent)
        if found is None:
            return None
        day = found
    monday = day - timedelta(days=day.weekday())
    return Days(monday, monday + timedelta(days=5)), True, True


def day_of_named_month(number: int, month: date) -> Days | None:
    """The day of a month that was named just before: "in January … on the 14th"."""
    return Days.of(month.replace(day=number)) if number <= monthrange(month.year, month.month)[1] else None
