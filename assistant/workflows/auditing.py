"""The audit of the rep's own sent mail: how much of it presses, in which way, and when.

"With pressure" is a mail in which the guard finds something that it would block. A week is one of ISO 8601, from
Monday on. Quarters are those of the calendar: the configuration knows no other year of ours.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, islice, zip_longest
from typing import Any, Final

from assistant.guard import families

NEAR: Final = timedelta(days=14)
"""How long before a quarter's end, or a customer's decision date, is near it."""
FEW: Final = 30
"""Mails below which a share says little."""
_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Pressure:
    """One place that presses: the family's code, the sentence, without addresses, and what to write instead."""

    family: str
    sentence: str
    rewrite: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What the guard says of one mail that was sent `on` that day of the rep's.

    `pressure` is None where it can't tell, or wasn't asked: `among_us`, the mail went to nobody but our own people.
    `near_decision` says whether a decision date of the customer's was near; None where none is known.
    """

    on: date
    pressure: tuple[Pressure, ...] | None
    near_decision: bool | None = None
    among_us: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """How many of some mails are with pressure."""

    mails: int = 0
    pressed: int = 0

    @property
    def part(self) -> float | None:
        """From 0 to 1; None of no mails."""
        return self.pressed / self.mails if self.mails else None

    @property
    def few(self) -> bool:
        return self.mails < FEW


@dataclass(frozen=True, slots=True)
class Contrast:
    """The mails near some day, and the others."""

    near: Share
    other: Share


@dataclass(frozen=True, slots=True)
class Week:
    """One week, by its Monday."""

    start: date
    share: Share

    @property
    def name(self) -> str:
        """As ISO 8601 writes it: 2026-W01."""
        year, week, _ = self.start.isocalendar()
        return f"{year}-W{week:02}"


@dataclass(frozen=True, slots=True)
class Example:
    """One place that presses, and the day on which it was sent."""

    on: date
    pressure: Pressure


@dataclass(frozen=True, slots=True)
class Audit:
    """What the guard says of the mail of the days [since, until].

    `untold` counts the mails of which it can't tell, `among_us` those to nobody but our own people; no other number
    includes them. `families` has those that were found, the most frequent first; `weeks` every week from that of the
    first mail to that of the last day. `decision` is None where no mail belongs to a deal with a decision date.
    """

    since: date
    until: date
    all: Share
    untold: int
    among_us: int
    families: tuple[tuple[str, int], ...]
    weeks: tuple[Week, ...]
    quarter: Contrast
    decision: Contrast | None
    examples: tuple[Example, ...]


def audit(judged: Iterable[Judged], since: date, until: date, *, examples: int) -> Audit:
    """Sum the mails up, with at most so many examples: the newest ones, a family at a time."""
    told: list[Judged] = []
    untold: Counter[bool] = Counter()
    for mail in judged:
        if mail.pressure is None:
            untold[mail.among_us] += 1
        else:
            told.append(mail)
    counted = Counter(code for mail in told for code in {each.family for each in mail.pressure or ()})
    found = sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    decided = [mail for mail in told if mail.near_decision is not None]
    return Audit(
        since=since,
        until=until,
        all=_share(told),
        untold=untold[False],
        among_us=untold[True],
        families=tuple(found),
        weeks=tuple(_weeks(told, until)),
        quarter=_contrast([(mail, near_quarters_end(mail.on)) for mail in told]),
        decision=_contrast([(mail, bool(mail.near_decision)) for mail in decided]) if decided else None,
        examples=tuple(islice(_examples(told, [code for code, _ in found]), examples)),
    )


def near_quarters_end(day: date) -> bool:
    """Whether the day is one of the last 14 of its calendar quarter."""
    return quarters_end(day) - day < NEAR


def quarters_end(day: date) -> date:
    """The last day of the day's calendar quarter."""
    last = (day.month + 2) // 3 * 3
    return date(day.year, last, 31 if last in (3, 12) else 30)


def near_decision(day: date, decisions: Collection[date]) -> bool | None:
    """Whether the day is one of them, or in the 14 days before one; None where there is none."""
    return any(timedelta(0) <= decision - day <= NEAR for decision in decisions) if decisions else None


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _share(mails: Collection[Judged]) -> Share:
    return Share(len(mails), sum(bool(mail.pressure) for mail in mails))


def _contrast(mails: Sequence[tuple[Judged, bool]]) -> Contrast:
    return Contrast(_share([mail for mail, near in mails if near]), _share([mail for mail, near in mails if not near]))


def _weeks(mails: Sequence[Judged], until: date) -> Iterator[Week]:
    of_week: dict[date, list[Judged]] = defaultdict(list)
    for mail in mails:
        of_week[monday(mail.on)].append(mail)
    start = min(of_week, default=until + _WEEK)
    while start <= until:
        yield Week(start, _share(of_week.get(start, [])))
        start += _WEEK


def _examples(mails: Sequence[Judged], codes: Sequence[str]) -> Iterator[Example]:
    """The newest of each family, then the second newest of each, and so on; the same sentence once."""
    of_family: dict[str, list[Example]] = {code: [] for code in codes}
    for mail in sorted(mails, key=lambda each: each.on, reverse=True):
        for each in mail.pressure or ():
            of_family[each.family].append(Example(mail.on, each))
    seen: set[str] = set()
    for example in chain.from_iterable(zip_longest(*of_family.values())):
        if example is not None and example.pressure.sentence not in seen:
            seen.add(example.pressure.sentence)
            yield example


def entry(told: Audit) -> dict[str, Any]:
    """The audit for programs, as `audit --json` gives it."""
    titles = {each.code: each.title for each in families()}
    return {
        "since": told.since,
        "until": told.until,
        **_share_entry(told.all),
        "untold": told.untold,
        "among_us": told.among_us,
        "families": [
            {"family": code, "title": titles[code], **_share_entry(Share(told.all.mails, count))}
            for code, count in told.families
        ],
        "weeks": [{"week": week.name, "start": week.start, **_share_entry(week.share)} for week in told.weeks],
        "quarter_end": _contrast_entry(told.quarter),
        "decision_date": _contrast_entry(told.decision) if told.decision else None,
        "examples": [
            {
                "on": each.on,
                "family": each.pressure.family,
                "sentence": each.pressure.sentence,
                "rewrite": each.pressure.rewrite,
            }
            for each in told.examples
        ],
    }


def _share_entry(share: Share) -> dict[str, Any]:
    part = share.part
    return {"mails": share.mails, "with_pressure": share.pressed, "share": None if part is None else round(part, 4)}


def _contrast_entry(contrast: Contrast) -> dict[str, Any]:
    return {
        "near": _share_entry(contrast.near) | {"few": contrast.near.few},
        "other": _share_entry(contrast.other) | {"few": contrast.other.few},
    }
