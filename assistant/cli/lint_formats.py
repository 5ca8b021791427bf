"""The guard's findings as other programs want them: JSON, SARIF 2.1.0, and GitHub's workflow commands."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from assistant.domain.draft import Finding, Part, Severity
from assistant.guard import families, link, rules
from assistant.guard.families import UNREAD
from assistant.language.packs import Pack

if TYPE_CHECKING:
    from assistant.workflows.linting import Linted

_LEVELS: Final = {Severity.BLOCK: "error", Severity.WARN: "warning"}


def plain(finding: Finding) -> dict[str, Any]:
    """The finding by its fields, and as `principle` the place in the handbook that argues its case."""
    return {each.name: getattr(finding, each.name) for each in fields(finding)} | {"principle": link(finding.family)}


def sarif(found: Sequence["Linted"], packs: Sequence[Pack] | None = None) -> dict[str, Any]:
    """A SARIF log with one run (OASIS SARIF 2.1.0, sections 3.13, 3.14, 3.27); columns count from 1 (3.30.6). What is
    found in a subject that isn't in the file has no region."""
    told = {finding.rule for each in found for finding in each.findings}
    principles = {each.code: each for each in families()}
    unread = {"id": UNREAD, "shortDescription": {"text": "Another language"}, "helpUri": link(UNREAD)}
    driver = {
        "name": "nextmove",
        "rules": [
            {
                "id": rule.id,
                "shortDescription": {"text": principles[rule.kind].title},
                "fullDescription": {"text": rule.reason},
                "help": {"text": f"{principles[rule.kind].principle} {rule.rewrite}"},
                "helpUri": link(rule.kind),
            }
            for rule in rules(packs)
            if rule.id in told
        ]
        + [unread] * (UNREAD in told),
    }
    results = [_result(each, finding) for each in found for finding in each.findings]
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }


def annotations(found: Sequence["Linted"]) -> Iterator[str]:
    """A workflow command a finding, as GitHub Actions shows them beside the line (docs.github.com, "Workflow commands
    for GitHub Actions")."""
    for each in found:
        for finding in each.findings:
            place = f"file={_property(each.name)}"
            if finding.part is Part.TEXT:
                line, column = _place(each.text, finding.start)
                end_line, end_column = _place(each.text, finding.end)
                place += f",line={line},endLine={end_line},col={column}"
                place += f",endColumn={end_column}" if line == end_line else ""
            message = _message(f"{finding.reason} Rather: {finding.rewrite} See {link(finding.family)}")
            yield f"::{_LEVELS[finding.severity]} {place},title={_property(finding.rule)}::{message}"


def _result(each: "Linted", finding: Finding) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": quote(each.name)}}
    if finding.part is Part.TEXT:
        line, column = _place(each.text, finding.start)
        end_line, end_column = _place(each.text, finding.end)
        location["region"] = {
            "startLine": line,
            "startColumn": column,
            "endLine": end_line,
            "endColumn": end_column,
            "snippet": {"text": finding.text},
        }
    return {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.reason} Rather: {finding.rewrite}"},
        "locations": [{"physicalLocation": location}],
    }


def _place(text: str, at: int) -> tuple[int, int]:
    """The line and the column of a character, both from 1."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
