"""How a form of date is written: as a pattern over the kinds of the words of a text, not over its letters.

The kinds are those of `words`: {weekday} is a word of that kind, {on|until} one of either; marks stand for
themselves, a blank for nothing. So a form is written once for all the languages.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from assistant.reading.days.match import Found, Resolved
from assistant.reading.days.words import KINDS

Rule = Callable[[Found, date], Resolved | None]


@dataclass(frozen=True, slots=True)
class Form:
    """One form. `needs` are sets of kinds: of each set one must be in the text, or the form can't match."""

    needs: tuple[frozenset[str], ...]
    pattern: re.Pattern[str]
    resolve: Rule


_NAME: Final = re.compile(r"\{([a-z_|]+)\}")


def form(needs: str, resolve: Rule, pattern: str) -> Form:
    """The form; `needs` are names of kinds and marks, an "&" between the sets of them."""
    sets = (frozenset(KINDS.get(name, name) for name in each.split()) for each in needs.split("&"))
    return Form(tuple(sets), re.compile(spelled(pattern)), resolve)


def spelled(pattern: str) -> str:
    """The pattern with the characters of its kinds."""
    return _NAME.sub(_characters, pattern.replace(" ", ""))


def _characters(name: re.Match[str]) -> str:
    kinds = "".join("_" if each == "other_word" else KINDS[each] for each in name[1].split("|"))
    return kinds if len(kinds) == 1 else f"[{kinds}]"


MONTHS: Final = "month month_or_word"
WEEKDAYS: Final = "weekday weekday_short"
UNITS: Final = "week month_unit quarter year_unit half_year"
DAYS: Final = "number nth nth_word"
RANGES: Final = "to one au until and - /"
PARTS: Final = "begin middle late start_of weekday_short"
ENDS: Final = "end last final"
COUNTED: Final = "day week week_mark month_unit year_unit fortnight hour half_year quarter one"

MONTH: Final = r"(?P<m>{month|month_or_word})\.?"
DAY: Final = r"(?:{nth|nth_word}|{tens}-?{nth_word}|{number}\.?)"
YEAR: Final = r"(?:,?{of|in}?(?:{the}?{year_unit})?(?P<y>{year|years}))?"
ON_DAY: Final = r"(?:{weekday|weekday_short}\.?,?)?"
"""The weekday that may stand before a date, and says nothing more."""
OF: Final = r"(?:{of|in|au|the|to}|')*"
TO: Final = r"(?:-|{to|one|au}|{until}'?{au|on}?)(?:{the|on})*"
OR: Final = rf"(?:{TO}|{{and}}(?:{{the|on}})*|/)"
ASIDE: Final = r"(?P<k>{this|next|after_next})"
NOT_AFTER_NUMBER: Final = r"(?<!{number|nth})(?<!{number}\.)"
COMING: Final = r"(?P<k>{next}|{which}{coming}|{pro})"
UNIT: Final = r"(?P<u>{week|month_unit|quarter|year_unit|half_year})"
END: Final = r"(?P<e>{end}{day}?|{last|final}{working}?{day}|{final}(?={of}))"
QUARTER: Final = r"(?:(?P<qn>{quarter_no})|(?P<qo>{nth_word|rank|nth|last|final}|{number}\.?){quarter})"
OF_YEAR: Final = r"(?:(?:/|{of|in|the|au})*(?P<y>{year|years}))?"
BEGIN: Final = r"(?P<p>{begin|middle|late}|{start_of}(?={of})|{weekday_short}(?=-))"
COUNT: Final = r"(?P<c>{number|hundreds|count|month_or_word}|{tens}(?:-?{and}?-?{count|one})?|{one}{count}?)"
COUNTED_OUT: Final = (
    rf"{COUNT}{{of}}?{{next|more}}*(?P<work>{{working}})?"
    r"(?P<u>{day|week|week_mark|month_unit|year_unit|fortnight|hour|half_year|quarter})(?P<work2>{working})?"
)
LONG: Final = rf"(?:(?P<about>{{about}})|{{more|the|next|this|of}})*{COUNTED_OUT}"
WEEK_NO: Final = (
    r"(?:(?P<kn>{week_no})|{working}?{week|week_mark}\.?(?P<n>{number})(?!\.?{month|month_or_word}|%))"
    r"(?:(?:/|,?{of|in})?(?P<y>{year}))?"
)
IN_ORDER: Final = r"(?P<o>{nth_word|rank|nth|last|final}|{number}\.)"
WHICH: Final = (
    r"(?P<which>{of}*{the}?(?P<k>{this|next|after_next}){month_unit}"
    r"|{of}{the}?{month_unit}(?P<k2>{next}|{which}{coming}))?"
)
