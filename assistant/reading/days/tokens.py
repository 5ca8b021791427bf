"""A text as words with their kinds, ready for the forms of dates."""

import re
from collections.abc import Iterator
from typing import Final

from assistant.reading.days.calendar_words import listed
from assistant.reading.days.words import KIND_OF, KINDS, OTHER, PARAGRAPH

_PART: Final = re.compile(
    r"""
      o'clock | w/[cb]\b | week-end | [^\W\d_]+ (?:\d{1,2}(?!\w))?                  # a word, or "KW27", "Q3"
    | \d (?:
          \d{3,4}-\d\d-\d\d(?!\d)                     # 2026-06-24
        | \d?\.\d{1,2}\.(?:\d{4,5}|\d\d)?(?!\d)       # 24.6.  24.06.2026
        | \d?/\d{1,2}(?:/(?:\d{4,5}|\d\d))?(?![\d/])  # 24/6  24/06/2026
        | \d?-\d{1,2}-(?:\d{4,5}|\d\d)(?!\d)          # 24-06-2026
        | \d?\.?[º°ª]                                 # 1º
        | \d*(?:[.:,']\d+)*(?:h\d\d(?!\d)|[^\W\d_]*)  # any other number, with what hangs on it
      )
    | '\d\d(?!\d)
    | .
    """,
    re.X,
)
"""The parts of what stands between two blanks."""
_NUMBER: Final = re.compile(
    r"""(?:
      (?P<number>\d{1,2}) | (?P<hundreds>\d{3}) | (?P<figure>0\d[0-5]\d|24/7) | (?P<year>\d{4,5})
    | (?P<iso>\d{4,5}-\d\d-\d\d)
    | (?P<date>\d{1,2}(?:\.\d{1,2}\.(?:\d{4,5}|\d\d)?|/\d{1,2}(?:/\d+)?|-\d{1,2}-\d+))
    | (?P<weak_date>\d{1,2}\.\d{1,2})
    | (?P<nth>\d{1,2}(?:\.?[º°ª]|st|nd|rd|th|er|ro))
    | (?P<rank>\d{1,2}(?:e|ème|eme|re|ère|nde?|te[nrs]?))
    | (?P<time>\d{1,2}(?:[:.]\d\d)?(?:h\d*|[ap]m|hrs?|hs|uhr)|\d{1,2}:\d\d)
    | (?P<years>'\d\d)
    | (?P<week_no>(?:kw|cw|wk|w|s|sem|week)\d{1,2}) | (?P<quarter_no>[qt][1-4]) | (?P<half_no>h[12])
    )$""",
    re.X,
)
_BREAK: Final = f" {PARAGRAPH} "
_COUNTED: Final = re.compile(f"{KINDS['year']}(?=[%{KINDS['thing']}{KINDS['hour']}])")
"""A number of four digits that is no year: it's a time, or it counts what stands after it."""
_CORES: Final = listed(
    "number nth rank nth_word iso date weak_date year month month_or_word weekday weekday_short relative edge feast "
    "season daypart week_no quarter_no half_no day week week_mark month_unit quarter year_unit fortnight weekend "
    "hour half half_year eod business next named_day day_name"
)
_HARD: Final = "".join(sorted(KINDS[name] for name in _CORES))
_CORE: Final = f"(?:[{_HARD}]|{KINDS['one']}{{2}})"
_REGION: Final = re.compile(f"[^{_HARD}¶]{{0,5}}{_CORE}(?:[^{_HARD}¶]{{0,9}}{_CORE})*[^{_HARD}¶]{{0,4}}")
"""Words near one another of which at least one can be the core of a date ("un an" is one), with as many before and
after it as a form may need."""


class Words:
    """The words of a text in lower case, one character of kind for each, and where each begins."""

    __slots__ = ("_starts", "kinds", "lower", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.lower: list[str] = []
        self._starts: list[int] = []
        kinds: list[str] = []
        kind_of, add, add_kind = KIND_OF.get, self.lower.append, kinds.append
        for chunk in self._lowered().replace("\n\n", _BREAK).split():
            kind = kind_of(chunk)
            if kind is not None or chunk.isalpha():
                add(chunk)
                add_kind(kind or OTHER)
                continue
            for part in _PART.findall(chunk):
                add(part)
                add_kind(kind_of(part) or (OTHER if part.isalpha() else _kind(part)))
        told = "".join(kinds)
        self.kinds = _COUNTED.sub(KINDS["figure"], told) if KINDS["year"] in told else told

    def _lowered(self) -> str:
        """The text in lower case, of the same length."""
        lowered = self.text.lower()
        if len(lowered) == len(self.text):
            return lowered
        return "".join([low if len(low := each.lower()) == 1 else each for each in self.text])

    def regions(self) -> Iterator[re.Match[str]]:
        """The parts of `kinds` in which a date can be."""
        return _REGION.finditer(self.kinds)

    def start(self, index: int) -> int:
        """Where the word begins in the text."""
        starts = self._starts
        if len(starts) <= index:
            place = starts[-1] + self._length(len(starts) - 1) if starts else 0
            find = self._lowered().find
            for word in self.lower[len(starts) : index + 1]:
                place = place if word == PARAGRAPH else find(word, place)
                starts.append(place)
                place += 0 if word == PARAGRAPH else len(word)
        return starts[index]

    def _length(self, index: int) -> int:
        return 0 if self.lower[index] == PARAGRAPH else len(self.lower[index])

    def end(self, index: int) -> int:
        """Where the word ends in the text."""
        return self.start(index) + self._length(index)

    def is_capital(self, index: int) -> bool:
        return self.text[self.start(index)].isupper()


def _kind(word: str) -> str:
    """The kind of what isn't a listed word: a number by its form, or any mark."""
    number = _NUMBER.match(word)
    if number is not None:
        return KINDS[number.lastgroup or "figure"]
    return KINDS["figure"] if word[0].isdigit() else OTHER
