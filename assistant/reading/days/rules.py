"""What each form of a day means, given the day it was sent.

A rule returns None where the words mean something else, and raises ValueError where they name a day that there is
not (31 June): no other form is then tried on them.
"""

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Final

from assistant.domain.reading import Days
from assistant.reading.days.calendar_words import listed
from assistant.reading.days.match import Found, Resolved, full_year, is_kind
from assistant.reading.days.words import KINDS, OTHER, UNITS

_DAY_FIRST: Final = listed("am bis zum zur vom ab den dem der seit und le au du el al del jusqu hasta desde dès et y")
"""Words before which a date with a slash has its day first; "24.6" without its last stop is a date after them."""
_SECTIONS: Final = listed(
    "version release section clause policy chapter paragraph point abschnitt kapitel punkt ziffer artikel article "
    "versión cláusula apartado"
)
_FRACTIONS: Final = frozenset({"1/2", "1/3", "2/3", "1/4", "3/4"})
_ENGLISH: Final = re.compile(r"(?i)\b(?:the|of|our|your|with|under|this|and|to|from|have|then|we|for|by)\b")
_AT: Final = frozenset({"at", "um", "à", "ab"})
_AMERICAN_DAYS: Final = re.compile(r"(?i)\b(?:tues?|weds?|thur?s?|fri)\b")
_WEEKDAYS_APART: Final = listed("mo di mi do fr sa so")
_NOON: Final = 12
"""Up to this hour "Thursday 7" is a time."""
_AFTER_SOMETHING: Final = listed("after nach après apres tras después despues following")
"""Words after a weekday that make it the one after something else."""
_NAMED_FRIDAYS: Final = listed("black good ash fat shrove cyber")
_GONE: Final = frozenset({"pasado", "passé", "passe"})
_WORKDAYS: Final = ("werktag", "arbeitstag")


def one(day: date, *, certain: bool = True) -> Resolved:
    return Days.of(day), certain, False


def span(first: date, last: date, *, certain: bool = True, vague: bool = False) -> Resolved:
    """From the first day to the last. Raises ValueError where the last comes first."""
    return Days(first, last + timedelta(days=1)), certain, vague


def month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def add_months(day: date, count: int) -> date:
    index = day.year * 12 + day.month - 1 + count
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def next_occurrence(month: int, day: int, sent: date, year: int | None) -> date:
    """This day and month, in the year named or else for the first time on or after `sent`."""
    if year is not None:
        return date(year, month, day)
    for candidate in range(sent.year, sent.year + 9):
        if 1 <= month <= 12 and day <= monthrange(candidate, month)[1] and date(candidate, month, day) >= sent:
            return date(candidate, month, day)
    raise ValueError("no such day")


def iso(found: Found, _: date) -> Resolved:
    year, month, day = found.word("d").split("-")
    return one(date(int(year), int(month), int(day)))


def numeric(found: Found, sent: date) -> Resolved | None:
    """d.m.y, d/m/y and m/d: a full stop is day first; a slash is what it can be, or the nearer one, uncertain."""
    word, before = found.word("d"), found.before()
    first, second, year = _parts(word)
    if is_kind(found.kind_after(), "hour") and year is None:
        return None
    if year is None and "." in word and (second > 12 or _is_section(found)):
        return None
    if word in _FRACTIONS and _is_fraction(found):
        return None
    if "/" not in word or before in _DAY_FIRST or (first > 12 and second <= 12):
        return one(next_occurrence(second, first, sent, year))
    if second > 12:
        return one(next_occurrence(first, second, sent, year))
    readings = sorted({next_occurrence(second, first, sent, year), next_occurrence(first, second, sent, year)})
    chosen = readings[0] if year is None else date(year, second, first)
    return one(chosen, certain=len(readings) == 1)


def _is_section(found: Found) -> bool:
    """Whether a dotted number after a word of an English text is a clause or a version: "policy 7.2."."""
    word = found.word("d")
    if found.before() in _SECTIONS:
        return True
    section = found.kind_before() == OTHER and found.after() not in _AT and word[0] != "0" and ".0" not in word
    return section and _ENGLISH.search(found.around) is not None


def _is_fraction(found: Found) -> bool:
    """Whether "3/4" is three quarters: no word before it wants a day."""
    if is_kind(found.kind_before(), "on", "until", "au", "to", "the", "weekday"):
        return False
    return found.before() in ("de", "d") or _ENGLISH.search(found.around) is not None


def _parts(word: str) -> tuple[int, int, int | None]:
    numbers = [each for each in re.split(r"\D+", word) if each]
    return int(numbers[0]), int(numbers[1]), full_year(numbers[2]) if len(numbers) > 2 else None


def weak_date(found: Found, sent: date) -> Resolved | None:
    """For "am 24.6": without its last stop it's a date only after a word that wants one."""
    if found.before() not in _DAY_FIRST and not is_kind(found.kind_before(), "weekday"):
        return None
    if is_kind(found.kind_after(), "hour") or found.after() == "%":
        return None
    day, month, _ = _parts(found.word("d"))
    return one(next_occurrence(month, day, sent, None)) if 1 <= month <= 12 else None


def dates(found: Found, sent: date) -> Resolved:
    """For "24.-26.6." and "12/1-12/4": the first may be only a number."""
    first, last = found.word("d1"), found.word("d2")
    left, right, year = _parts(last)
    if found.kind("d1") != KINDS["date"]:
        end = next_occurrence(right, left, sent, year)
        return span(end.replace(day=int(first)), end)
    low, high, _ = _parts(first)
    month_first = "/" in last and (high > 12 or right > 12 or (max(low, left) <= 12 and low == left))
    day, month = (right, left) if month_first else (left, right)
    end = next_occurrence(month, day, sent, year)
    day, month = (high, low) if month_first else (low, high)
    return span(_before(month, day, end), end)


def _before(month: int, day: int, end: date) -> date:
    """This day and month for the last time before the end of a range."""
    first = date(end.year, month, day)
    return first if first <= end else date(end.year - 1, month, day)


def spaced(found: Found, sent: date) -> Resolved:
    """For "24. 6. 2026"."""
    return one(next_occurrence(found.number("m"), found.number("d"), sent, found.year()))


def day_month(found: Found, sent: date) -> Resolved | None:
    """For "12 May" and "May 12th"."""
    if _is_only_a_number(found) or (found.has("p") and found.word("p") not in ("el", "le")):
        return None
    return one(next_occurrence(found.month("m"), found.number("d"), sent, found.year()))


def _is_only_a_number(found: Found) -> bool:
    """Whether "may" or "march" in small letters after a number is a verb: "option 2 may do"."""
    word = found.word("m")
    verb = word in ("may", "march") and found.starts("d") < found.starts("m") and found.kind_after() == OTHER
    return verb and not found.is_capital("m") and found.kind_before() in (OTHER, "")


def days_month(found: Found, sent: date) -> Resolved:
    """For "8-12 June", "June 8 to 12", "from the 13th to the 24th of April"."""
    month = found.month("m")
    end = next_occurrence(month, found.number("d2"), sent, found.year())
    first = found.number("d1")
    return span(
        end.replace(day=first) if first <= end.day else add_months(end.replace(day=1), -1).replace(day=first), end
    )


def across_months(found: Found, sent: date) -> Resolved:
    """For "28 June to 3 July 2027"."""
    end = next_occurrence(found.month("m2"), found.number("d2"), sent, found.year())
    return span(_before(found.month("m1"), found.number("d1"), end), end)


def coming(weekday: int, sent: date) -> date:
    """The next such day strictly after `sent`."""
    return sent + timedelta(days=(weekday - sent.weekday() - 1) % 7 + 1)


def weekday(found: Found, sent: date) -> Resolved | None:
    """For "Friday", "next Friday", "vendredi prochain", "übernächsten Freitag", "last Friday"."""
    number, before = found.weekday("w"), found.kind("b")
    if is_kind(found.kind("w"), "weekday_short") and not _is_short_weekday(found):
        return None
    day = coming(number, sent)
    if is_kind(before, "last") or is_kind(found.kind("a"), "last") or found.after() in _GONE:
        return one(sent - timedelta(days=(sent.weekday() - number - 1) % 7 + 1))
    if not before:
        return None if found.before() in _NAMED_FRIDAYS else one(day, certain=not _is_after_something(found))
    if is_kind(before, "after_next"):
        return one(day + timedelta(days=7), certain=False)
    if found.word("b") == "next":
        following = monday_of(sent) + timedelta(days=7 + number)
        return one(following, certain=following == day)
    if found.word("b").startswith(("nächst", "naechst", "nachst")):
        return one(day, certain=day >= monday_of(sent) + timedelta(days=7))
    return one(day)


def _is_after_something(found: Found) -> bool:
    """Whether it's the weekday after something else: "am Montag nach dem Audit", "le lundi d'après"."""
    return found.after() in _AFTER_SOMETHING or (found.after() == "d" and found.after(3) in _AFTER_SOMETHING)


def _is_short_weekday(found: Found) -> bool:
    """Whether "Mon", "sat" or "Do" is a day: it stands after a word that wants one, or has a stop or a capital."""
    word, before = found.word("w"), found.before()
    if found.has("b"):
        return True
    if word in _WEEKDAYS_APART:
        return before in ("am", "bis", "ab", "vom", "zum") and found.is_capital("w")
    if word not in ("mon", "sat", "sun"):
        return False
    if _AMERICAN_DAYS.search(found.around):
        return True
    if found.is_capital("w") and is_kind(found.kind_after(), "time", "number"):
        return True
    wanted = before in ("on", "by", "until", "till", "til", "before", "after", "from", "for", "or")
    return wanted or (found.is_capital("w") and found.after() in (".", ",", "at", "morning", "afternoon", "am", "-"))


def weekday_with_day(found: Found, sent: date) -> Resolved | None:
    """For "Wed the 17th", "jueves 26": the next day of this number that falls on the weekday."""
    weekday, number = found.weekday("w"), found.number("d")
    exact = is_kind(found.kind("d"), "nth") or found.has("the")
    if not exact and number <= _NOON and found.word("w").endswith("day"):
        return None
    if not exact and (
        is_kind(found.kind_after(), "hour", "number", "time", "thing") or found.after() in (":", "%", "-")
    ):
        return None
    for ahead in range(14 if exact else 3):
        month = add_months(sent.replace(day=1), ahead)
        if 1 <= number <= monthrange(month.year, month.month)[1]:
            day = month.replace(day=number)
            if day > sent and day.weekday() == weekday:
                return one(day, certain=ahead < 3)
    return None


def weekday_of_week(found: Found, sent: date) -> Resolved:
    """For "Friday next week", "mercredi de la semaine prochaine", "nächste Woche Mittwoch"."""
    ahead = 2 if is_kind(found.kind("k"), "after_next") or found.has("twice") else 0 if _is_this(found) else 1
    day = monday_of(sent) + timedelta(days=7 * ahead + found.weekday("w"))
    return one(day if day >= sent else day + timedelta(days=7))


def _is_this(found: Found) -> bool:
    return is_kind(found.kind("k"), "this")


def weekday_and_weeks(found: Found, sent: date) -> Resolved | None:
    """For "Tuesday week", "Donnerstag in einer Woche", "two weeks on Monday", "a week from Friday"."""
    number = found.number("c") if found.has("c") else 1
    word = found.word("u") or found.word("u2")
    if not found.has("c") and word != "week":
        return None
    unit = UNITS[word]
    if unit == "day" and found.has("r"):
        return one(sent + timedelta(days=number + _relative(found.word("r"))))
    days = {"week": 7, "fortnight": 14, "day": 1}.get(unit)
    if days is None or (unit == "day" and number not in (8, 14, 15)):
        return None
    weeks = round(days * number / 7)
    if weeks > 1 and 0 <= found.starts("w") < found.starts("c"):
        return one(_nearest(found.weekday("w"), sent + timedelta(days=7 * weeks)), certain=False)
    day = coming(found.weekday("w"), sent) if found.has("w") else sent + timedelta(days=_relative(found.word("r")))
    return one(day + timedelta(days=7 * weeks))


def _nearest(weekday: int, day: date) -> date:
    """The day of the week's name that lies nearest."""
    return day + timedelta(days=(weekday - day.weekday() + 3) % 7 - 3)


def weekday_in_eight(found: Found, sent: date) -> Resolved | None:
    """For "jeudi en huit", "martes en ocho": a week after that day; "en quinze" is two."""
    weeks = {8: 1, 15: 2}.get(found.number("c"))
    if weeks is None or not is_kind(found.kind("c"), "count"):
        return None
    day = coming(found.weekday("w"), sent) if found.has("w") else sent + timedelta(days=_relative(found.word("r")))
    return one(day + timedelta(days=7 * weeks))


def this_day_next_week(_: Found, sent: date) -> Resolved:
    return one(sent + timedelta(days=7))


_MORROWS: Final = frozenset({"tomorrow", "tmrw", "tmw", "2moro", "morgen", "demain", "mañana", "manana", "domani"})
_LATER: Final = frozenset({"übermorgen", "ubermorgen", "uebermorgen", "dopodomani"})
_NOT_THE_DAY: Final = listed("la una cada media misma buena heute gestern am guten gutem jeden diesen neuen morgen")
"""Words before "mañana" or "Morgen" that make it a morning."""


def _relative(word: str) -> int:
    return 2 if word in _LATER else 1 if word in _MORROWS else 0


def relative_day(found: Found, sent: date) -> Resolved | None:
    """Today, tomorrow, the day after it, in each language; not "por la mañana" or "am Morgen"."""
    word, lead = found.word("r"), found.word("lead")
    if word in ("morgen", "mañana", "manana"):
        if found.before() in _NOT_THE_DAY and not lead:
            return None
        if lead == "esta":
            return one(sent)
    if found.after() == "-" and found.after(2) in ("là", "la"):
        return None
    ahead = _relative(word)
    if lead in ("after", "après", "apres", "pasado", "nach") and ahead == 1:
        ahead = 2
    elif lead and lead not in ("this", "cet", "ce", "cette", "esta", "este", "diesen"):
        return None
    return one(sent + timedelta(days=ahead))


def day_end(_: Found, sent: date) -> Resolved:
    """For "EOD" and "by close of play"."""
    return one(sent)


def in_a_while(found: Found, sent: date) -> Resolved | None:
    """For "in two weeks", "dans dix jours", "dentro de quince días", "ten days from today"."""
    number = found.number("c") if found.has("c") else 1
    unit = UNITS.get(found.word("u"))
    if unit is None or not number or (found.word("u") == "an" and not found.word("c").startswith("un")):
        return None
    day = sent + timedelta(days=_relative(found.word("r")))
    if unit == "hour":
        return one(day + timedelta(days=number // 24)) if number and number % 24 == 0 and _are_hours(found) else None
    work = found.word("work") or found.word("work2")
    working = (work != "" and not work.startswith(("cal", "nat"))) or found.word("u").startswith(_WORKDAYS)
    loosely = unit == "day" and number in (8, 15) and not found.word("c").isdigit()
    certain = not (found.has("about") or loosely or "couple" in found.all("c") or found.word("u").startswith("quin"))
    return one(after(day, number, unit, working=working), certain=certain)


def half_a_year(_: Found, sent: date) -> Resolved:
    return one(add_months(sent, 6))


def _are_hours(found: Found) -> bool:
    return found.word("u").startswith(("h", "st"))


def given(found: Found, sent: date) -> Resolved | None:
    """For "give us ten days", "donnez-nous dix jours", "dame 90 días"."""
    fused = found.word("give").startswith(("dam", "dem", "den", "dan", "dad", "déj", "dej"))
    whom = found.all("whom")
    if not fused and not {"us", "me", "him", "her", "them", "it", "nous", "moi", "uns", "mir", "ihm", "ihr", "lui"} & {
        *whom
    }:
        return None
    return in_a_while(found, sent)


def after(day: date, number: int, unit: str, *, working: bool = False) -> date:
    """The day so many units later. Raises OverflowError beyond the calendar."""
    if unit in ("month", "quarter", "half", "year"):
        return add_months(day, number * {"month": 1, "quarter": 3, "half": 6, "year": 12}[unit])
    if unit in ("week", "fortnight"):
        return day + timedelta(days=number * (7 if unit == "week" else 14))
    if not working:
        return day + timedelta(days=number)
    while number:
        day += timedelta(days=1)
        number -= day.weekday() < 5
    return day
