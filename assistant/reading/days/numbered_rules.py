"""What a bare number means where it may be a day of the month: "the 8th", "am 24.", "le 21", "el 15"."""

import re
from calendar import monthrange
from datetime import date
from typing import Final

from assistant.reading.days.calendar_words import listed
from assistant.reading.days.match import Found, Resolved, is_kind
from assistant.reading.days.rules import add_months, one, span
from assistant.reading.days.words import OTHER

_ROMANCE: Final = listed("le el al au du del día dia jusqu hasta")
_GERMAN: Final = listed("am zum vom bis ab den dem der seit und oder")
_GERMAN_BARE: Final = listed("am zum vom")
_ENGLISH: Final = listed("the on by until till")
_ABOUT: Final = listed("around about um gegen vers hacia autour circa ca etwa alrededor environ")
_RANKED: Final = listed(
    "floor party parties line row time option version edition point item page attempt step one two quarter place "
    "choice mail email thing question pass round draft week year gear bullet half person tier generation offer "
    "reason depot site unit lot phase module slide chapter century shift reading reminder vote meeting "
    "visit stage vendor bidder supplier set batch part day mal quartal platz standort termin runde stelle "
    "stock etage anbieter angebot lauf entwurf stufe tag woche kalenderwoche halbjahr satz punkt absatz "
    "teil klasse geschoss og schritt bieter lieferant étage choix tour semestre trimestre candidat "
    "fournisseur niveau rang prix piso puesto lugar intento proveedor vez grado nivel"
)
"""What an ordinal counts where it names no day."""
_AFTER_DAY: Final = re.compile(r"(?i)\s+(?:at|is|works?|suits?|or|and|would|from|in|for|if|then|of)\b")
_AFTER_NUMBER: Final = frozenset({"", ".", ",", "at", "works", "suits", "¶", ")"})
_RANKS: Final = 3
_NO_DAY: Final = frozenset({"%", "/"})


def numbered(found: Found, sent: date) -> Resolved | None:
    """For "the 8th": the next such day, unless "of this month" or "of next month" says which."""
    if not _is_day(found):
        return None
    number = found.number("d")
    certain = found.word("p") not in _ABOUT and found.before() not in _ABOUT
    if found.has("which"):
        named = _named_month(found, sent).replace(day=number)
        if named >= sent:
            return one(named, certain=certain)
    day = day_of_month_after(number, sent)
    return one(day, certain=certain) if day else None


def numbered_range(found: Found, sent: date) -> Resolved | None:
    """For "vom 3. bis 7.", "du 3 au 7", "del 1 al 5", "the 20th to the 24th"."""
    if is_kind(found.kind_after(), "hour", "thing", "time", "day", "week", "month_unit") or found.after() in _NO_DAY:
        return None
    last, first = (found.number("d2") or found.number("d2b"), found.number("d1") or found.number("d1b"))
    if found.has("which"):
        month = _named_month(found, sent)
        return span(month.replace(day=first), month.replace(day=last))
    end = day_of_month_after(last, sent)
    if (
        end is None
        or not 1 <= first <= 31
        or (found.has("and") and day_of_month_after(first, sent) != end.replace(day=first))
    ):
        return None
    return span(end.replace(day=first) if first <= end.day else add_months(end, -1).replace(day=first), end)


def _named_month(found: Found, sent: date) -> date:
    """The first of the month that "of next month" names."""
    ahead = 0 if is_kind(found.kind("k"), "this") else 2 if is_kind(found.kind("k"), "after_next") else 1
    return add_months(sent.replace(day=1), ahead)


def day_of_month_after(number: int, sent: date) -> date | None:
    """The next day of this number strictly after `sent`."""
    for ahead in range(3):
        month = add_months(sent.replace(day=1), ahead)
        if 1 <= number <= monthrange(month.year, month.month)[1] and month.replace(day=number) > sent:
            return month.replace(day=number)
    return None


def _is_day(found: Found) -> bool:
    """Whether the number is a day, and doesn't count something: "the third floor", "el 20 por ciento"."""
    end = found.words.end(found.end - 1)
    following = found.words.text[end : end + 24]
    after = found.kind_after()
    if found.has("which"):
        return True
    if _is_rank(found) or is_kind(
        after, "hour", "thing", "number", "hundreds", "time", "figure", "half", "week", "week_mark"
    ):
        return False
    if found.after() in _NO_DAY or (found.after() == "por" and found.after(2) == "ciento"):
        return False
    if is_kind(found.kind("d"), "rank"):
        return found.word("d").endswith("ten") and found.word("p") in _GERMAN
    if is_kind(found.kind("d"), "nth"):
        return bool(found.word("p")) or not found.word("d").endswith("er")
    if is_kind(found.kind("d"), "number"):
        return _is_numbered_day(found)
    return _is_written_day(found) and (not re.match(r"\s+\w", following) or _AFTER_DAY.match(following) is not None)


def _is_written_day(found: Found) -> bool:
    """Whether "the first" can be a day: after a preposition, or a number that ranks nothing."""
    lead = found.word("p")
    if lead == "the":
        return is_kind(found.kind_before(), "on", "until") or found.number("d") > _RANKS
    return lead in ("on", "by", "until", "till", "am", "zum", "vom", "bis", "ab")


def _is_rank(found: Found) -> bool:
    """Whether it counts things: "the third floor", "the first of the two"."""
    word = found.after()
    if word == "of":
        return found.after(2) in ("all", "the", "three", "four", "five", "us", "you", "them")
    return word in _RANKED or word.removesuffix("s") in _RANKED or (word == "in" and found.after(2) == "line")


def _is_numbered_day(found: Found) -> bool:
    """Whether a plain number after an article or preposition is a day, by the usage of its language."""
    lead, stop = found.word("p"), found.all("d")[-1] == "."
    if lead in _ROMANCE:
        return not is_kind(found.kind_after(), "day", "month_unit", "year_unit", "quarter")
    if lead in _GERMAN:
        if found.before() == "i":
            return False
        return stop or (lead in _GERMAN_BARE and (found.kind_after() != OTHER or not _counts_next(found)))
    after = "." if stop else found.after()
    return lead in _ENGLISH and after in _AFTER_NUMBER


def _counts_next(found: Found) -> bool:
    """Whether the word after the number is a noun, which in German has a capital: "am 3 Standorte"."""
    return found.words.is_capital(found.end)
