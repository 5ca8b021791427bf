"""What a figure was made of, as text and for programs."""

from collections.abc import Iterator
from difflib import get_close_matches
from textwrap import wrap
from typing import Any, Final

from assistant.domain.deal import Evidence
from assistant.errors import NotFoundError
from assistant.report.figure import Figure
from assistant.report.page import shown, value_of
from assistant.report.told import tidy
from assistant.report.values import Report

_WIDTH: Final = 90
_MOST_NAMED: Final = 6


def figure_of(report: Report, figure_id: str) -> Figure:
    """The figure of this id. Raises `NotFoundError` that names the nearest ones."""
    found = report.figure(figure_id.strip())
    if found is not None:
        return found
    ids = list(dict.fromkeys(each.id for each in report.figures()))
    near = get_close_matches(figure_id, ids, n=3, cutoff=0.5) or [
        each for each in ids if each.startswith(figure_id.partition(".")[0])
    ]
    named = ", ".join(near[:_MOST_NAMED]) or ", ".join(ids[:_MOST_NAMED])
    raise NotFoundError(f"The week {report.week.name} has no figure {figure_id!r}.", f"Did you mean {named}?")


def evidence_text(report: Report, figure: Figure) -> str:
    """All of it, the message or event with each piece."""
    return "\n".join(_lines(report, figure)) + "\n"


def _lines(report: Report, figure: Figure) -> Iterator[str]:
    yield f"{figure.id} in week {report.week.name}: {value_of(figure)}"
    if not figure.evidence:
        yield ""
        yield "Nothing is behind this figure: there was nothing to count."
    for each in figure.evidence:
        seen = shown(each, report.week.last)
        yield ""
        if seen.sentence:
            yield from wrap(f"“{seen.sentence}”", _WIDTH, initial_indent="  ", subsequent_indent="  ")
        yield f"  {seen.where}"
        yield f"  {tidy(each.ref)}"


def evidence_entry(figure: Figure) -> dict[str, Any]:
    """The figure and all its evidence for programs."""
    return {
        "figure": figure.id,
        "value": figure.value,
        "of": figure.of,
        "small": figure.small,
        "evidence": [_entry(each) for each in figure.evidence],
    }


def _entry(evidence: Evidence) -> dict[str, Any]:
    return {
        "source": evidence.source.value,
        "ref": evidence.ref,
        "sentence": evidence.sentence,
        "rule": evidence.rule,
        "who": evidence.who,
        "on": evidence.on,
    }
