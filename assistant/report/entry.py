"""The report for programs, as `nextmove report --format json` gives it: the values' own names, figures in full."""

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from assistant.domain.deal import Evidence
from assistant.report.figure import Figure, Week
from assistant.report.values import Report


def entry(report: Report) -> dict[str, Any]:
    """Days and moments are in ISO 8601, weeks by their names; a figure has its `part` where it has one."""
    found: dict[str, Any] = _plain(report)
    return found | {"empty": report.empty}


def _plain(value: Any) -> Any:
    match value:
        case Week():
            return value.name
        case Figure():
            part = value.part
            return {
                "id": value.id,
                "value": _plain(value.value),
                "of": value.of,
                "part": None if part is None else round(part, 4),
                "small": value.small,
                "evidence": [_plain(each) for each in value.evidence],
            }
        case Evidence():
            return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
        case StrEnum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case tuple():
            return [_plain(each) for each in value]
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
        case _:
            return value
