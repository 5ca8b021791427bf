"""A report without the customers' names, to be shown to others: the figures stay as they are."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final

from assistant.domain.deal import Evidence
from assistant.domain.draft import ItemKind, Purpose
from assistant.report.figure import DealName, Figure
from assistant.report.values import Contacted, MilestoneMark, NextLine, PromiseLine, Report

_OF_DEAL: Final = frozenset({"rally", "slack", "days-left", "contact"})
"""What a figure about one deal begins with; the deal's id comes after it."""
_PURPOSES: Final = {
    Purpose.ANSWER: "Answer them",
    Purpose.DELIVER: "Deliver what was promised",
    Purpose.FOLLOW_UP: "Follow up with a next step",
    Purpose.RESET: "Set the next step anew",
    Purpose.DECISION_PROCESS: "Ask how and by when they mean to decide",
    Purpose.QUALIFY: "Look for the no",
    Purpose.CLARITY: "Ask whether it has to be decided now",
    Purpose.MILESTONE: "Propose the next milestone",
    Purpose.AFTER_YES: "Carry the yes on",
    Purpose.RECAP: "Write down what was agreed",
    Purpose.GRACEFUL_EXIT: "Thank them and leave gracefully",
    Purpose.RECONNECT: "Write again, as they asked",
}
_KINDS: Final = {
    ItemKind.QUESTION: "Answer a question in the queue",
    ItemKind.NOTICE: "Read a notice in the queue",
    ItemKind.INVITE: "Look at an invite",
}


A_PROMISE: Final = "a promise"
"""What a promise is called without its words."""


def without_subject(line: NextLine) -> str:
    """What's next without anything that a mail says."""
    said = _PURPOSES.get(line.purpose) if line.purpose else _KINDS.get(line.kind) if line.kind else None
    return said or "Wait"


def anonymous(report: Report) -> Report:
    """The same report with letters for the customers, and nothing of what anybody wrote: neither sentences nor the
    names of people, messages and drafts. Days, rules and the names of our own milestones stay."""
    names = {deal: _called(n) for n, deal in enumerate(_deals(report))}
    shown: Report = _without_names(replace(report, anonymous=True), names)
    return shown


def _deals(report: Report) -> list[str]:
    """The ids of all deals, each once, in the order in which they come up."""
    found: dict[str, None] = {}

    def look(value: Any) -> None:
        if isinstance(value, DealName):
            found[value.id] = None
        for each in _parts(value):
            look(each)

    look(report)
    return list(found)


def _parts(value: Any) -> tuple[Any, ...]:
    if isinstance(value, tuple):
        return value
    if isinstance(value, Evidence | Figure) or not is_dataclass(value):
        return ()
    return tuple(getattr(value, each.name) for each in fields(value))


def _called(number: int) -> str:
    """A to Z, then AA, AB …"""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _without_names(value: Any, names: Mapping[str, str]) -> Any:
    match value:
        case DealName():
            letter = names[value.id]
            return DealName(f"customer-{letter.lower()}", f"Customer {letter}", f"Customer {letter}")
        case Evidence():
            return Evidence(value.source, "", "", _rule(value.rule, names), None, value.on)
        case Figure():
            evidence = tuple(_without_names(each, names) for each in value.evidence)
            return replace(value, id=_figure_id(value.id, names), evidence=evidence)
        case tuple():
            return tuple(_without_names(each, names) for each in value)
        case MilestoneMark():
            return value
        case _ if is_dataclass(value) and not isinstance(value, type):
            changed = {each.name: _without_names(getattr(value, each.name), names) for each in fields(value)}
            return _of_line(replace(value, **changed))
        case _:
            return value


def _of_line(value: Any) -> Any:
    """What stands in a line beside the deal."""
    match value:
        case NextLine():
            return replace(value, title=without_subject(value))
        case Contacted():
            number = value.figure.id.rpartition(".")[2]
            return replace(value, name=f"Person {number} at {value.deal.company}")
        case PromiseLine():
            return replace(value, what=A_PROMISE)
        case _:
            return value


def _figure_id(figure_id: str, names: Mapping[str, str]) -> str:
    what, _, rest = figure_id.partition(".")
    if what not in _OF_DEAL:
        return figure_id
    deal_id, dot, number = rest.partition(".")
    return f"{what}.customer-{names[deal_id].lower()}{dot}{number}" if deal_id in names else figure_id


def _rule(rule: str, names: Mapping[str, str]) -> str:
    """A rule of ours has no name in it; whatever has is left out."""
    return "" if any(name in rule.split(".") for name in names) or "@" in rule else rule
