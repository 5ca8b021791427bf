"""Reports with other figures in them, and with whatever customers are called."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from random import Random
from typing import Any, TypeVar

from assistant.report.figure import DealName, Figure
from assistant.report.values import Report
from tests.report.samples import ordinary
from tests.report.samples_edges import empty, huge, off

T = TypeVar("T")

SAMPLES: dict[str, Callable[[], Report]] = {"ordinary": ordinary, "empty": empty, "off": off, "huge": huge}


MEDIANS = ("drafts.changed", "replies.purposeful.hours", "replies.passive.hours")


def mapped(value: T, kind: type, change: Callable[[Any], Any]) -> T:
    """The value with everything of this kind in it changed."""
    made: Any = value
    if isinstance(value, kind):
        made = change(value)
    elif isinstance(value, tuple):
        made = tuple(mapped(each, kind, change) for each in value)
    elif is_dataclass(value) and not isinstance(value, type):
        changed = {each.name: mapped(getattr(value, each.name), kind, change) for each in fields(value)}
        made = replace(value, **changed)
    return made  # type: ignore[no-any-return]


def named(report: Report, name: str) -> Report:
    """With every deal and its company called so."""
    return mapped(report, DealName, lambda deal: DealName(deal.id, name, name))


def varied(seed: int) -> Report:
    """A sample with other counts: each figure's is drawn, and never more than its whole."""
    chance = Random(seed)
    report = SAMPLES[chance.choice(["ordinary", "ordinary", "off", "empty"])]()

    def other(figure: Figure) -> Figure:
        if figure.value is not None and not isinstance(figure.value, int | float):
            return figure
        if figure.of is None:
            return replace(figure, value=chance.randint(0, 14))
        whole = chance.randint(0, 14)
        value = round(chance.random(), 2) if figure.id == "drafts.changed" else chance.randint(0, whole)
        none = whole < 5 and figure.id in MEDIANS
        return replace(figure, value=None if none else value, of=whole, small=whole < 5)

    return mapped(report, Figure, other)
