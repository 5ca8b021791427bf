"""What a report says, before it has a form: runs of words, in lines, in sections. Each form draws the same ones."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from assistant.report.figure import DealName, Figure

_UNSEEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_MONEY: Final = (
    "[€$£¥₹₽₩฿]|(?:EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|CZK|HUF|JPY|CNY|INR|CAD|AUD|SFr|k€|[Ee]uros?|[Dd]ollars?)\\b"
)
_AMOUNT: Final = re.compile(rf"(?:{_MONEY})[\s.]?\d|\d[\d.,'’\s]{{0,20}}(?:(?:k|K|m|M|Mio\.?|million)\s?)?(?:{_MONEY})")
_TENTHS: Final = 10
_SPELLED: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True, slots=True)
class Run:
    """Some words. Those of a `figure` open its evidence; `theirs` are names and what others wrote, not our words."""

    text: str
    figure: str = ""
    theirs: bool = False


Words = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing of a list: whose it is, what it is, more of it in a smaller voice, and its day."""

    words: Words
    more: Words = ()
    day: str = ""
    name: Words = ()

    @property
    def whole(self) -> Words:
        """In one line."""
        return (*self.name, Run(": "), *self.words) if self.name else self.words


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that belong together, under a title, which may be ""."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One matter: `label` is its name, `head` what there is to say of it in a sentence or two.

    `picture` names the drawing that shows it; a `folded` one says in its lines what the picture shows already. A
    `brief` one stands among others of its kind, without a picture. In a `stacked` one each line stands below its name.
    """

    id: str
    label: str
    head: Words
    groups: tuple[Group, ...] = ()
    note: Words = ()
    picture: str = ""
    brief: bool = False
    folded: bool = False
    stacked: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A whole report in words. `when` names the week, `title` is the first sentence, `lead` what follows it."""

    week: str
    when: str
    title: Words
    lead: Words
    sections: tuple[Section, ...] = field(default=())
    counting: Words = ()

    def runs(self) -> Iterator[Run]:
        """All words, in their order."""
        yield from (Run(self.when), *self.title, *self.lead)
        for section in self.sections:
            yield from (Run(section.label), *section.head)
            for group in section.groups:
                yield Run(group.title)
                for line in group.lines:
                    yield from (*line.whole, *line.more, Run(line.day))
            yield from section.note
        yield from self.counting

    def own(self) -> str:
        """Our own words alone, a section a line: a name or a quote stands as "it"."""
        return "\n\n".join(
            "".join("it" if run.theirs and any(map(str.isalpha, run.text)) else run.text for run in each)
            for each in self.sentences()
            if each
        )

    def sentences(self) -> Iterator[Words]:
        """The words by what stands on its own."""
        yield from (self.title, self.lead)
        for section in self.sections:
            yield from ((Run(section.label),), section.head)
            for group in section.groups:
                yield (Run(group.title),) if group.title else ()
                for line in group.lines:
                    yield from (line.whole, line.more)
            yield section.note
        yield self.counting


def words(form: str, *parts: "Run | Words | DealName | str") -> Words:
    """The form with the parts in the place of its {}, in order."""
    pieces = form.split("{}")
    made: list[Run] = []
    for n, piece in enumerate(pieces):
        if piece:
            made.append(Run(piece))
        if n < len(pieces) - 1:
            part = parts[n]
            if isinstance(part, tuple):
                made += part
            elif isinstance(part, Run):
                made.append(part)
            else:
                made.append(Run(part) if isinstance(part, str) else named(part))
    return tuple(made)


def sentences(*parts: Words) -> Words:
    """Those that say something, with a space between."""
    said = [part for part in parts if part]
    return tuple(run for n, part in enumerate(said) for run in ((Run(" "),) if n else ()) + part)


def listed(parts: Sequence[Words], *, last: str = " and ") -> Words:
    """As a list within a sentence."""
    made: list[Run] = []
    for n, part in enumerate(parts):
        if n:
            made.append(Run(last if n == len(parts) - 1 else ", "))
        made += part
    return tuple(made)


def named(deal: DealName) -> Run:
    return quoted(deal.name)


def quoted(text: str) -> Run:
    """What others wrote, or a name: in one line, and without what can't be seen."""
    return Run(tidy(text), theirs=True)


def names_an_amount(text: str) -> bool:
    """Whether it speaks of money: that has its place in the mail, and none on this page."""
    return _AMOUNT.search(text) is not None


def tidy(text: str) -> str:
    """In one line, without control characters, turns of the writing's direction, and halves of characters."""
    return " ".join(_UNSEEN.sub("", text.replace("\t", " ").replace("\n", " ")).split())


def number(figure: Figure, *, spelled: bool = False) -> Run:
    """Its count."""
    return Run(spell(figure.count) if spelled else str(figure.count), figure.id)


def part(figure: Figure, *, first: bool = False) -> Run:
    """As a part of its whole: "8 of 14", and at a sentence's `first` word, of small ones, "Three of four"."""
    count, whole = figure.count, figure.of or 0
    if count == whole > 1:
        text = f"all {spell(whole)}" if first else f"all {whole}"
    elif first and whole < len(_SPELLED):
        text = f"{'none' if not count else spell(count)} of {spell(whole)}"
    else:
        text = f"{count} of {whole}"
    return Run(text[0].upper() + text[1:] if first else text, figure.id)


def share(figure: Figure) -> Run | None:
    """In tenths, as people say it; None where that would say no more than the count does."""
    if figure.part is None or (figure.of or 0) <= _TENTHS or figure.count in (0, figure.of):
        return None
    tenths = round(figure.part * 10)
    text = "hardly any" if not tenths else "nearly all" if tenths == 10 else f"about {tenths} in 10"
    return Run(text, figure.id)


def many(figure: Figure, one: str, more: str = "", *, spelled: bool = False) -> Words:
    """Its count with the noun: "1 mail", "3 mails"."""
    return (number(figure, spelled=spelled), Run(f" {one if figure.count == 1 else more or one + 's'}"))


def capital(said: Words) -> Words:
    """With its first letter as a sentence begins."""
    if not said or not said[0].text or said[0].theirs:
        return said
    first = said[0]
    return (Run(first.text[0].upper() + first.text[1:], first.figure), *said[1:])


def spell(count: int) -> str:
    """A number below eleven as a word."""
    return _SPELLED[count] if 0 <= count < len(_SPELLED) else str(count)


def counted(count: int, one: str, more: str = "") -> str:
    return f"{count} {one if count == 1 else more or one + 's'}"


def plain(said: Words) -> str:
    return "".join(run.text for run in said)


def day(value: date, week: date | None = None) -> str:
    """A day as people write it; with its year where that isn't the one of the `week`: Thu 26 Nov, Mon 1 Mar 2027."""
    year = f" {value.year}" if week is not None and value.year != week.year else ""
    return f"{value:%a} {value.day} {value:%b}{year}"
