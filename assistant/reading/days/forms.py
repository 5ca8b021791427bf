"""The forms in which days are written, the most specific first: the first that matches a place has it."""

import re
from functools import lru_cache
from typing import Final

from assistant.reading.days import feasts
from assistant.reading.days import numbered_rules as numbers
from assistant.reading.days import period_rules as periods
from assistant.reading.days import rules as days
from assistant.reading.days.patterns import (
    ASIDE,
    BEGIN,
    COMING,
    COUNT,
    COUNTED,
    COUNTED_OUT,
    DAY,
    DAYS,
    END,
    ENDS,
    IN_ORDER,
    LONG,
    MONTH,
    MONTHS,
    NOT_AFTER_NUMBER,
    OF,
    OF_YEAR,
    ON_DAY,
    OR,
    PARTS,
    QUARTER,
    RANGES,
    TO,
    UNIT,
    UNITS,
    WEEK_NO,
    WEEKDAYS,
    WHICH,
    YEAR,
    Form,
    Rule,
    form,
    spelled,
)

FORMS: Final = (
    # the end of a day that isn't named itself
    form(
        "eod business working day & eod end",
        days.day_end,
        r"(?:{eod}|(?<!{the}){end}{of}{the}?(?:{business|working}|{day}(?!{other_word}{time}|[,;:]))|"
        r"(?<={on}){the}{end}{of}{the}?{day})"
        r"(?!{on|of|the|in}*{weekday|weekday_short|date|month|month_or_word|number|nth|relative})",
    ),
    # exact dates
    form("iso", days.iso, r"(?P<d>{iso})"),
    form("date & week week_mark", periods.iso_weeks, r"{week|week_mark}(?P<d>{date})"),
    form(
        f"week week_of & {DAYS}",
        periods.week_of,
        rf"(?:{{week}}{{of|begin|counting|on}}|{{week_of}}){{the}}?(?P<d>{DAY})(?:{{of}}?'?{MONTH}{YEAR})?(?!{{hour|day|week}})",
    ),
    form(
        f"date & {RANGES}",
        days.dates,
        r"(?P<d1>{date}|{number})\.?(?:-|{to|one|au|until|and}|/){the|on|au}*(?P<d2>{date})",
    ),
    form("year & number & .", days.spaced, r"(?P<d>{number})\.(?P<m>{number})\.(?P<y>{year})"),
    form("date", days.numeric, rf"{ON_DAY}(?P<d>{{date}})"),
    form("weak_date", days.weak_date, r"(?P<d>{weak_date})"),
    # days of a named month
    form(
        f"{MONTHS} & {DAYS} & {RANGES}",
        days.across_months,
        rf"(?P<m1>{{month|month_or_word}})\.?(?P<d1>{DAY})(?:{TO}|(?<={{between}}..){{and}}|(?<={{between}}...){{and}})"
        rf"(?P<m2>{{month|month_or_word}})\.?(?P<d2>{DAY}){YEAR}",
    ),
    form(
        f"{MONTHS} & {DAYS} & {RANGES}",
        days.across_months,
        rf"(?P<d1>{DAY}){{of}}?'?(?P<m1>{{month|month_or_word}})\.?{TO}{ON_DAY}{{the}}?(?P<d2>{DAY}){{of}}?'?"
        rf"(?P<m2>{{month|month_or_word}})\.?{YEAR}",
    ),
    form(
        f"{MONTHS} & between",
        days.across_months,
        rf"{{between}}{{the}}?(?P<d1>{DAY}){{of}}?'?(?P<m1>{{month|month_or_word}})\.?{{and}}{{the|on}}*(?P<d2>{DAY})"
        rf"{{of}}?'?(?P<m2>{{month|month_or_word}})\.?{YEAR}",
    ),
    form(
        f"{MONTHS} & {DAYS} & {RANGES}",
        days.days_month,
        rf"(?P<d1>{DAY}){OR}{ON_DAY}{{the}}?(?P<d2>{DAY}){{of}}?{{the}}?'?{MONTH}{{of}}?{YEAR}",
    ),
    form(
        f"{MONTHS} & {DAYS} & {RANGES}",
        days.days_month,
        rf"{NOT_AFTER_NUMBER}{MONTH}{{the}}?(?P<d1>{DAY}){OR}(?P<d2>{DAY})(?!{{month|month_or_word|hour}}){YEAR}",
    ),
    form(f"{MONTHS} & number & -", days.day_month, rf"(?P<d>{{number}})-{MONTH}-(?P<y>{{number|year}})"),
    form(f"{MONTHS} & {DAYS}", days.day_month, rf"{ON_DAY}{{the}}?(?P<d>{DAY})-?{{of}}?'?{MONTH}{{of}}?{YEAR}"),
    form(
        f"{MONTHS} & count one tens & the",
        days.day_month,
        rf"(?P<p>{{the}})(?P<d>{{count|one}}|{{tens}}(?:-?{{and}}?-?{{count|one}})?){{of}}?'?{MONTH}{{of}}?{YEAR}",
    ),
    form(
        f"{MONTHS} & {DAYS}",
        days.day_month,
        rf"{ON_DAY}{NOT_AFTER_NUMBER}{MONTH}-?{{of}}?{{the}}?(?P<d>{DAY})(?!{{hour|time|thing}}|%){YEAR}",
    ),
    # days with names of their own
    form("named_day", feasts.named_day, r"(?P<f>{named_day})"),
    form("day_name & day", feasts.named_day, r"(?P<f>{day_name})(?:'?{possessive})?{day}"),
    form("feast & day eve weekday", feasts.named_day, r"(?P<f>{feast})(?P<w>{day}|{eve}|{weekday})"),
    form("feast & weekday", feasts.named_day, r"(?P<w>{weekday}){of}?(?P<f>{feast})"),
    form(
        "year_unit & new & day eve", feasts.named_day, r"(?P<f>{new}){year_unit}(?:'?{possessive})?(?P<w>{day}|{eve})"
    ),
    # weekdays of a week, of a month, and so many weeks ahead
    form(
        "weekday & week week_mark week_no",
        periods.weekday_of_iso_week,
        rf"{WEEK_NO},?{{on|the}}*(?P<w>{{weekday}})",
    ),
    form(
        "weekday & week week_mark week_no",
        periods.weekday_of_iso_week,
        rf"(?P<w>{{weekday}}),?{{of|in|the|on}}*{WEEK_NO}",
    ),
    form(
        f"weekday & {MONTHS} month_unit",
        periods.weekday_of_month,
        rf"{IN_ORDER}(?P<w>{{weekday}}){OF}(?:{MONTH}{YEAR}|(?P<k>{{this|next|after_next}})?{{month_unit}})",
    ),
    form(
        f"week & {WEEKDAYS}",
        days.weekday_of_week,
        r"(?P<w>{weekday|weekday_short})\.?{daypart}?,?{of|in|the|on|au}*"
        r"(?:(?P<k>{this|next|after_next|other}){week}|{week}(?:(?P<k2>{next}|{which}{coming}|{pro})|(?P<twice>{on}{next})))",
    ),
    form(
        f"week & {WEEKDAYS}",
        days.weekday_of_week,
        r"(?:(?P<k>{this|next|after_next}){week}|{week}(?P<k2>{next}|{which}{coming}|{pro}))(?:'?{possessive})?,?"
        r"{on|the|au}*(?P<w>{weekday})",
    ),
    form(
        "weekday & in & week week_mark fortnight day",
        days.weekday_and_weeks,
        rf"(?P<w>{{weekday}}){{in}}{{of}}?{COUNT}(?P<u>{{week|week_mark|fortnight|day}})",
    ),
    form(
        "week fortnight & weekday relative",
        days.weekday_and_weeks,
        rf"{COUNT}(?P<u>{{week|fortnight}}){{on}}?(?:(?P<w>{{weekday}})|(?P<r>{{relative}})(?:'{{other_word}})?)",
    ),
    form("week & weekday", days.weekday_and_weeks, r"(?P<w>{weekday})(?P<u>{week})(?!{number|next|on}|')"),
    form(
        "relative & week fortnight day",
        days.weekday_and_weeks,
        rf"(?P<r>{{relative}})(?:'{{other_word}})?(?:{{in}}{{of}}?{COUNT}(?P<u>{{week|fortnight|day}})|(?P<u2>{{week}}))",
    ),
    form(
        "weekday & in & count",
        days.weekday_in_eight,
        r"(?P<w>{weekday}){in}(?P<c>{count})(?!{day|week|month_unit|hour})",
    ),
    form(
        "relative & in & count",
        days.weekday_in_eight,
        r"(?P<r>{relative})(?:'{other_word})?{in}(?P<c>{count})(?!{day|week|hour})",
    ),
    form("week & day & next", days.this_day_next_week, r"{this}{day}{next}{week}"),
    # ends and parts of periods
    form(
        f"{MONTHS} & {ENDS}",
        periods.end_of_month,
        rf"{END}{OF}{{this|next}}?(?:{{month_unit}}{{of}}?)?{MONTH}{YEAR}",
    ),
    form(
        f"{UNITS} one & {ENDS}",
        periods.end_of,
        rf"{END}{OF}{{working}}?(?P<u>{{week|month_unit|quarter|year_unit|half_year|one}}){COMING}{OF_YEAR}",
    ),
    form(f"{UNITS} & {ENDS}", periods.end_of, rf"{END}{OF}{ASIDE}?{{working}}?{UNIT}{OF_YEAR}"),
    form(f"quarter quarter_no & {ENDS}", periods.end_of_quarter, rf"{END}{OF}{QUARTER}{OF_YEAR}"),
    form(
        f"{UNITS} & {ENDS}",
        periods.end_of,
        rf"(?:{ASIDE}{{working}}?)?{UNIT}(?:'?{{possessive}})?-?(?P<e>{{end}}(?!{{of}})|{{last|final}}{{day}})",
    ),
    form(f"{MONTHS} & end", periods.end_of_month, rf"{MONTH}(?:'?{{possessive}})?-?{{end}}{{day}}?(?!{{of}})"),
    form("edge", periods.edge, rf"(?P<e>{{edge}}){OF_YEAR}"),
    form(
        f"{UNITS} & ending",
        periods.end_of,
        rf"{{on|when|until}}{{the|of}}*{ASIDE}?{UNIT}(?:'?{{possessive}})?{{be}}?{{ending}}",
    ),
    form(
        f"{MONTHS} & ending",
        periods.end_of_month,
        rf"{{on|when|until}}{{the|of}}*{MONTH}(?:'?{{possessive}})?{{be}}?{{ending}}",
    ),
    form(
        f"{UNITS} & ending end",
        periods.end_of,
        rf"{{on|when|au}}{{of}}?{{which}}?{{ending|end}}{{the}}?{{this}}?{UNIT}(?P<k>{{next}}|{{which}}{{coming}})?",
    ),
    form(
        f"{MONTHS} & ending end",
        periods.end_of_month,
        rf"{{on|when|au}}{{of}}?{{which}}?{{ending|end}}{MONTH}{YEAR}",
    ),
    form(f"{MONTHS} & {PARTS}", periods.part_of_month, rf"{BEGIN}{OF}-?{MONTH}{YEAR}"),
    form(
        f"{UNITS} & {PARTS}",
        periods.part_of_unit,
        rf"{BEGIN}{OF}(?P<u>{{week|month_unit|quarter|year_unit|half_year}}){COMING}",
    ),
    form(f"{UNITS} & {PARTS}", periods.part_of_unit, rf"{BEGIN}-?{OF}{ASIDE}?{{working}}?{UNIT}"),
    form(
        f"{MONTHS} & half fortnight",
        periods.half_of_month,
        rf"{IN_ORDER}{{half|fortnight}}{OF}(?:{{month_unit}}{{of}}?'?)?{MONTH}{YEAR}",
    ),
    form(
        f"{MONTHS} & week",
        periods.week_of_month,
        rf"{IN_ORDER}{{week}}{OF}(?:{{month_unit}}{{of}}?'?)?{MONTH}{YEAR}",
    ),
    form(
        "half & year_unit",
        periods.half_of_year,
        rf"{IN_ORDER}{{half}}{OF}(?:{{this}}?{{working}}?{{year_unit}}){OF_YEAR}",
    ),
    form("half_year half_no", periods.half_of_year, rf"(?:(?P<h>{{half_no}})|{IN_ORDER}{{half_year}}){OF_YEAR}"),
    # weekdays
    form(
        f"{WEEKDAYS} & number nth",
        days.weekday_with_day,
        r"(?P<w>{weekday}|{weekday_short}(?=\.))\.?,?(?P<the>{the})?(?P<d>{nth}|{number}\.?)(?!{of}?'?{month|month_or_word})",
    ),
    form(
        WEEKDAYS,
        days.weekday,
        r"(?P<b>{this|next|after_next|last}{next}?)?(?P<w>{weekday|weekday_short})(?P<a>{next|last}|{which}{coming})?",
    ),
    # so much later
    form(
        f"{COUNTED} & in ici",
        days.in_a_while,
        rf"(?:{{in}}{{of}}?|{{ici}}{{au|to}}?)(?:{{one|the}}{{other_word}}{{of}})?{LONG}",
    ),
    form("fortnight & in ici", days.in_a_while, r"(?:{in}|{ici}{one}?)(?P<u>{fortnight})"),
    form("half & year_unit", days.half_a_year, r"{in}(?:{one}{half}|{half}{one}){year_unit}"),
    form("one & in", days.in_a_while, r"{in}(?P<c>{one})(?P<u>{one})(?!{next}|-)"),
    form(
        f"{COUNTED} & relative now",
        days.in_a_while,
        rf"{LONG}(?:{{other_word|ending|to|one|in}}|,)*(?:{{counting}}{{of|on|to}}*'?|{{on|of}}'?)(?P<r>{{relative|now}})",
    ),
    form(f"{COUNTED} & hence", days.in_a_while, rf"{LONG}{{hence}}"),
    form(
        f"{COUNTED} & give",
        days.given,
        rf"(?P<give>{{give}})-?(?P<whom>{{other_word}}?{{other_word}}?){{about|more}}*{LONG}",
    ),
    form(f"{COUNTED} & please", days.in_a_while, rf"{{please}}{LONG}(?!{{of}})"),
    form(f"{COUNTED} & please tops ?", days.in_a_while, rf"{LONG}(?:,?{{please|tops}}|(?=\?))"),
    # today, tomorrow
    form(
        "relative daypart",
        days.relative_day,
        r"(?:{the}?{day})?(?P<lead>{on|last|this})?-?(?P<r>{relative}|(?<={this}){daypart})(?:'{other_word})?",
    ),
    # numbers
    form(
        "number nth & to au one until and -",
        numbers.numbered_range,
        r"(?:(?<={of})(?P<d1>{number}|{nth})(?:{au|to|one})(?P<d2>{number}|{nth})|"
        r"(?<={the|on|of|between})(?P<d1b>{nth}|{number}\.)(?:(?:{to|until}|-)(?:{the|on|au})*|(?P<and>{and}){the}?)"
        rf"(?P<d2b>{{nth}}|{{number}}\.)){WHICH}",
    ),
    form(
        "number nth rank nth_word",
        numbers.numbered,
        r"(?P<p>{the|on|until|au|of}|{day})?(?P<d>{nth}|{tens}-?{nth_word}|(?<={the|on|until|au|of|to}){nth_word}|"
        r"(?<={the|on|until}){rank}|"
        r"(?<={the|on|until|au|of|to|day}){number}\.?)" + WHICH,
    ),
    # longer times
    form(
        "week week_mark & number & to and one au -",
        periods.iso_weeks,
        r"{week|week_mark}(?P<n>{number})(?:-|{to|and|one|au})(?P<n2>{number})",
    ),
    form(
        "week week_no week_mark & number week_no",
        periods.iso_week,
        rf"(?:{WEEK_NO}|(?P<no>{{number}})\.{{week|week_mark}})",
    ),
    form("quarter quarter_no", periods.quarter, rf"{QUARTER}{OF_YEAR}"),
    form(
        f"{UNITS} one weekend & next which pro on",
        periods.period,
        r"{the}?'?(?P<u>{week|month_unit|quarter|year_unit|one|weekend})(?:(?P<k>{next}|{which}{coming}|{pro})|(?P<twice>{on}{next}))",
    ),
    form(
        f"{UNITS} weekend & this next after_next",
        periods.period,
        r"{the}?(?P<k>{this|next|after_next}){working}?"
        r"(?P<u>{week|month_unit|quarter|year_unit|half_year|weekend})",
    ),
    form("weekend & until on", periods.by_weekend, r"(?P<p>{until|on})(?:{on|the|au}|')*{weekend}"),
    form("year_unit & new", periods.new_year, r"{the}(?P<new>{new}){year_unit}"),
    form(
        MONTHS,
        periods.month_only,
        rf"(?P<k>{{on|in|until|next|this}}|{{month_unit}}{{of}})?{{late}}?{MONTH}(?!{{number}}){YEAR}",
    ),
    form("year", periods.year_only, r"(?:{in|until|on}{the}?{year_unit}?|(?<={this|year_unit}))(?P<y>{year})"),
    form(
        "feast season",
        feasts.around,
        r"(?P<p>{on|in|until|au|to|this|next|end|begin|late|middle})(?:{of|the|in|this|next|week}|')*(?P<f>{feast|season})",
    ),
)

LENGTH: Final = re.compile(spelled(COUNTED_OUT))
"""A length of time, without the words that make it a day."""
LOOSE: Final[frozenset[Rule]] = frozenset({feasts.around})
"""What names no days of the calendar."""
OF_MONTH: Final[frozenset[Rule]] = frozenset(
    {
        days.day_month,
        days.days_month,
        days.numeric,
        periods.month_only,
        periods.end_of_month,
        periods.part_of_month,
        periods.half_of_month,
        periods.week_of_month,
        periods.weekday_of_month,
    }
)
"""What names a month, to which a number later in the text belongs: "in January … on the 14th"."""
NUMBERED: Final[frozenset[Rule]] = frozenset({numbers.numbered, numbers.numbered_range})
"""What names no month."""


_FIRST: Final[frozenset[str]] = frozenset().union(*(form.needs[0] for form in FORMS))


def possible(kinds: str) -> list[Form]:
    """The forms that can match somewhere in these kinds, in their order."""
    present = frozenset(kinds)
    return [form for form in _needing(_FIRST & present) if not any(map(present.isdisjoint, form.needs))]


@lru_cache(maxsize=4096)
def _needing(present: frozenset[str]) -> tuple[Form, ...]:
    """The forms of whose first kinds one is present."""
    return tuple(form for form in FORMS if not form.needs[0].isdisjoint(present))
