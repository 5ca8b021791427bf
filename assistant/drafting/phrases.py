"""Words made of values: noun phrases turned to our side, days and times in the reader's way, sentences compared."""

import re
from collections.abc import Sequence
from datetime import date, datetime, tzinfo

from assistant.engine.slots import Slot

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MONTH_FIRST = frozenset({"US"})
_LONGEST = 56
_MOST_WORDS = 8
_DETERMINER = re.compile(
    r"the|an?|this|that|these|those|your|our|my|their|his|her|its|all|both|some|any|each|every|which|what|how|why|when"
    r"|where|who|whether",
    re.I,
)
_TURNED = {"your": "our", "our": "your", "my": "your", "yours": "ours", "ours": "yours", "mine": "yours"}
_PERSONS = re.compile(r"\b(i|me|we|us|you|he|she|him|they|them)\b", re.I)
_POSSESSIVES = re.compile(r"\b(your|our|my|yours|ours|mine)\b", re.I)
_UNFIT = re.compile(r"https?:|www\.|@|[<>{}\[\]|*_=#/]|[!?;:]|\.\s|…")
_DASH = re.compile(r"\s[-–—]\s")
_TELLING = 3
_CLAUSE = re.compile(
    r"(?:is|are|was|were|am|do|does|did|can|could|would|will|shall|should|may|might|must|have|has|had|let|please|if"
    r"|which|what|how|why|when|where|who|whether)\b",
    re.I,
)
_PREFIXES = re.compile(r"^\s*((re|fwd?|aw|wg|sv|tr|rif|antw|vs)(\[\d+\])?:\s*)+", re.I)
_ONE_OF_MANY = re.compile(
    r"(?:price|offer|quote|quotation|proposal|contract|agreement|order|schedule|timetable|demo|trial|pilot|rollout"
    r"|roll-out) (?:for|of|on|in|at|to|with) ",
    re.I,
)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")
_MASKED = re.compile(r"\b(?:" + "|".join((*_WEEKDAYS, *_MONTHS)) + r")\b|\d+", re.I)
_SHORT = 4


def noun(phrase: str | None, *, turned: bool = False) -> str | None:
    """The phrase as it can stand in the middle of a sentence, or None where it can't.

    With `turned` it was said by the other side: their "your" is our "our". A phrase with a pronoun in it ("the
    notes you sent us") can't be turned by rule, and a clause ("is it for small firms") is no noun: both are left out
    rather than said wrongly.
    """
    if not phrase:
        return None
    words = " ".join(_longest_part(_PREFIXES.sub("", phrase)).split()).strip(" .,\"'“”‘’-–")
    if not words or len(words) > _LONGEST or len(words.split()) > _MOST_WORDS:
        return None
    if _UNFIT.search(words) or _PERSONS.search(words) or _CLAUSE.match(words):
        return None
    if turned:
        words = _POSSESSIVES.sub(lambda found: _TURNED[found.group().lower()], words)
    return _lowered(words)


def _longest_part(subject: str) -> str:
    """Of "Tallwood Planner - price for 25 users" the last part that is long enough to say something."""
    parts = _DASH.split(subject)
    return next(
        (part for part in reversed(parts) if len(part.split()) >= _TELLING), parts[0] if len(parts) == 1 else ""
    )


def _lowered(words: str) -> str:
    """A subject's capital off ("Security review" is "security review"), and the article on that subjects leave out
    ("Pilot in Leeds" is "the pilot in Leeds"); names and acronyms keep theirs."""
    first, _, rest = words.partition(" ")
    if _ONE_OF_MANY.match(words):
        return f"the {first.lower()} {rest}"
    if _DETERMINER.fullmatch(first):
        return f"{first.lower()} {rest}".strip()
    ordinary = first[:1].isupper() and first[1:].islower()
    if ordinary and rest and rest == rest.lower():
        return f"{first.lower()} {rest}"
    return words


def determined(words: str | None) -> str | None:
    """With an article in front, where it has none ("setup notes" are "the setup notes"); a thing, not a subject."""
    if words is None:
        return None
    first = words.partition(" ")[0]
    if _DETERMINER.fullmatch(first) or first[:1].isdigit():
        return words
    return f"the {words}"


def without_prefixes(subject: str) -> str:
    """The subject without "Re:", "Fwd:" and their cousins in other languages."""
    return " ".join(_PREFIXES.sub("", subject).split())


def capitalised(text: str) -> str:
    """The first letter large, the others as they are."""
    return text[:1].upper() + text[1:]


def joined(names: Sequence[str]) -> str:
    """ "Priya", "Priya and Tom", "Priya, Tom and Ada"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def day_in_words(day: date, *, today: date, country: str | None = None, weekday: bool = False) -> str:
    """ "10 December", for a reader in the United States "December 10"; with the year where it isn't this one's
    and the day is more than a quarter away."""
    far = day.year != today.year and abs((day - today).days) > 92
    month = _MONTHS[day.month - 1]
    if country in _MONTH_FIRST:
        words = f"{month} {day.day}" + (f", {day.year}" if far else "")
    else:
        words = f"{day.day} {month}" + (f" {day.year}" if far else "")
    return f"{_WEEKDAYS[day.weekday()]}, {words}" if weekday else words


def slots_in_words(
    slots: Sequence[Slot], zone: tzinfo, *, today: date, country: str | None = None, theirs: bool
) -> str:
    """ "Thursday, 26 November, at 10:00 or Friday, 27 November, at 14:00 (CET, your time)".

    `theirs` says that the zone is known to be the reader's and isn't ours, so that "your time" helps.
    """
    starts = [slot.start.astimezone(zone) for slot in slots]
    zones = [zone_in_words(start) for start in starts]
    one = len(set(zones)) == 1
    times = [
        f"{day_in_words(start.date(), today=today, country=country, weekday=True)}, "
        f"at {hour_in_words(start, country)}" + ("" if one else f" ({name})")
        for start, name in zip(starts, zones, strict=True)
    ]
    note = ", ".join([zones[0]] * one + ["your time"] * theirs)
    return " or ".join(times) + (f" ({note})" if note else "")


def zone_in_words(moment: datetime) -> str:
    """ "CET", or "UTC-3" where the zone has no letters of its own."""
    name = moment.tzname() or ""
    if name.isalpha() and name.isupper():
        return name
    offset = moment.utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset is not None else 0
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")


def hour_in_words(moment: datetime, country: str | None = None) -> str:
    """ "14:00", for a reader in the United States "2:00 pm"."""
    if country not in _MONTH_FIRST:
        return f"{moment:%H:%M}"
    return f"{moment.hour % 12 or 12}:{moment:%M} {'am' if moment.hour < 12 else 'pm'}"


def skeletons(text: str) -> frozenset[str]:
    """The sentences of a text with their days and numbers masked, to tell whether two texts share one.

    Very short ones ("Best,", "Thank you.") are nobody's own and left out.
    """
    found = (" ".join(_MASKED.sub("#", part).casefold().split()) for part in _SENTENCE.findall(text))
    return frozenset(s.rstrip(".!?") for s in found if len(s.split()) >= _SHORT)
