"""The page: one HTML file with its pictures inside, in which each figure opens what it was made of."""

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from assistant.domain.deal import Evidence, Source
from assistant.report.figure import Figure
from assistant.report.telling import tell
from assistant.report.told import Line, Run, day, tidy
from assistant.report.values import Report
from assistant.resources import template_folder

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

_MOST_LINES: Final = 7
"""Of a list; the others are folded away."""
_MOST_EVIDENCE: Final = 24
"""Pieces of evidence that the page shows of a figure; `nextmove report --evidence` shows all."""
_LONGEST: Final = 400
"""Characters of a sentence that the page shows."""
_SOURCES: Final = {
    Source.MESSAGE: "mail",
    Source.EVENT: "meeting",
    Source.REP: "your word",
    Source.DEAL: "the deal",
    Source.CONFIG: "your configuration",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One piece of evidence as it's shown: the sentence that says it, and where it stands."""

    sentence: str
    where: str


@dataclass(frozen=True, slots=True)
class Opened:
    """What is behind a figure; so many `more` aren't shown."""

    id: str
    title: str
    evidence: tuple[Shown, ...]
    more: int = 0


def html_page(report: Report) -> str:
    """The whole page. It loads nothing from anywhere."""
    from markupsafe import Markup

    from assistant.report.charts import drawings
    from assistant.report.sheet import NARROW, WIDE

    told = tell(report)
    wide, narrow = drawings(report, WIDE), drawings(report, NARROW)
    pictures = {name: [Markup(each[name].svg()) for each in (wide, narrow)] for name in wide}  # noqa: S704 - ours
    weeks = _weeks(report)
    named = {run.figure for run in told.runs()} | {run.figure for line in weeks for run in line.words}
    sources = {
        figure.id: _opened(figure, report.week.last)
        for figure in report.figures()
        if figure.id in named and figure.evidence
    }
    met: set[str] = set()

    def first(figure_id: str) -> bool:
        before = figure_id in met
        met.add(figure_id)
        return not before

    return rendered(
        "page.html.j2", told=told, pictures=pictures, sources=sources, weeks=weeks, most=_MOST_LINES, first=first
    )


def rendered(name: str, /, **view: Any) -> str:
    """A template of the report with what it shows; every text in it is escaped."""
    return environment().get_template(name).render(view)


def environment() -> "ImmutableSandboxedEnvironment":
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(template_folder() / "report"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _weeks(report: Report) -> tuple[Line, ...]:
    """The trend as words, the newest week first."""
    return tuple(
        Line(
            (Run(f"{each.figure.count} of {each.figure.of}" if each.figure.of else "no moves", each.figure.id),),
            day=f"{day(each.week.start, report.week.last)} to {day(each.week.last, report.week.last)}",
        )
        for each in reversed(report.trend)
    )


def _opened(figure: Figure, week: date) -> Opened:
    evidence = figure.evidence
    return Opened(
        id=figure.id,
        title=f"{value_of(figure)}: what is behind it",
        evidence=tuple(_cut(shown(each, week)) for each in evidence[:_MOST_EVIDENCE]),
        more=max(0, len(evidence) - _MOST_EVIDENCE),
    )


def _cut(piece: Shown) -> Shown:
    """With no more of a sentence without end than can be read here."""
    if len(piece.sentence) <= _LONGEST:
        return piece
    return replace(piece, sentence=piece.sentence[:_LONGEST].rstrip() + "…")


def value_of(figure: Figure) -> str:
    """The figure by itself: "8 of 14"."""
    if figure.value is None:
        return "nothing to say" + (f" (of {figure.of}: few)" if figure.small and figure.of else "")
    value = figure.value.isoformat() if isinstance(figure.value, date) else f"{figure.value:g}"
    return value + (f" of {figure.of}" if figure.of is not None else "") + (" (few)" if figure.small else "")


def shown(evidence: Evidence, week: date) -> Shown:
    """Who, when, where, and which rule read it so."""
    said = [tidy(evidence.who) if evidence.who else "", day(evidence.on, week) if evidence.on else ""]
    said += [_SOURCES[evidence.source], f"rule {evidence.rule}" if evidence.rule else ""]
    return Shown(tidy(evidence.sentence), " · ".join(each for each in said if each))
