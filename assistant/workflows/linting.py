"""Texts before the guard, as a linter does it: files, and JSON lines."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from assistant.domain.draft import Finding, Severity
from assistant.errors import InputError
from assistant.guard import lint
from assistant.guard.families import EMPTY_NUDGE

TITLES: Final = frozenset({"subject", "invite_title"})
"""Kinds of a line that are judged as a title."""
_TITLE: Final = re.compile(
    r"(?i)^(?:subject|invite title|betreff|titel der einladung|objet|titre d'invitation|asunto|título de la invitación)"
    r" ?: *"
)
_REFUSING: Final = frozenset({"said_no", "paused"})
"""Standings after which nothing may reopen a deal."""


@dataclass(frozen=True, slots=True)
class Linted:
    """A text with what the guard says of it."""

    name: str
    text: str
    findings: tuple[Finding, ...]

    @property
    def blocked(self) -> bool:
        return any(finding.severity is Severity.BLOCK for finding in self.findings)

    @property
    def verdict(self) -> str:
        """ "blocked" where something is stopped or is to be written anew (an empty nudge), else "allowed"."""
        return "blocked" if self.blocked or any(each.family == EMPTY_NUDGE for each in self.findings) else "allowed"


def linted(name: str, text: str, **options: Any) -> Linted:
    """The text before the guard; `options` are those of `assistant.guard.lint`."""
    return Linted(name, text, tuple(lint(text, **options)))


def lint_lines(lines: Iterable[str], source: str, **options: Any) -> Iterator[dict[str, Any]]:
    """For each JSON line its answer: `id`, `verdict`, `findings`; or `id` and `error`.

    A line has `id` and `text`, and may have `subject`, `kind` ("subject" and "invite_title" are judged as titles),
    `language` (ISO 639-1) and `deal` (an object: `standing`, "said_no" or "paused" after a no; `decision_date`, the
    customer's own day, ISO 8601).
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            known = ""
            try:
                row = _row(line, f"{source}:{number}")
                known = row["id"]
                yield _answer(row, f"{source}:{number}", options)
            except InputError as error:
                yield {"id": known or None, "error": str(error)}


def _row(line: str, place: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place} is no JSON: {error}.", "Write one object a line.") from None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise InputError(f"{place} has no text.", 'Write {"id": "…", "text": "…"}.')
    wrong = next((key for key in ("subject", "kind", "language") if not isinstance(row.get(key), str | None)), None)
    if wrong:
        raise InputError(f"{place}: `{wrong}` is no text.", "Write a text, or leave it out.")
    if any("\ud800" <= char <= "\udfff" for key in ("text", "subject") for char in row.get(key) or ""):
        raise InputError(f"{place} holds half a character (a lone surrogate).", "Write it as UTF-8.")
    return row | {"id": row.get("id") or f"line {place.rpartition(':')[2]}"}


def _answer(row: Mapping[str, Any], place: str, options: Mapping[str, Any]) -> dict[str, Any]:
    title = row.get("kind") in TITLES
    text = _TITLE.sub("", row["text"]) if title else row["text"]
    deal = _deal(row.get("deal"), place)
    found = linted(
        row["id"], text, title=title, subject=row.get("subject"), language=row.get("language"), **{**options, **deal}
    )
    return {"id": row["id"], "verdict": found.verdict, "findings": found.findings}


def _deal(deal: object, place: str) -> dict[str, Any]:
    """What the guard must know of the deal."""
    if deal is None:
        return {}
    if not isinstance(deal, dict):
        raise InputError(f"{place}: `deal` is no object.", 'Write {"standing": "…", "decision_date": "YYYY-MM-DD"}.')
    told: dict[str, Any] = {"after_no": str(deal.get("standing")).lower() in _REFUSING}
    if deal.get("decision_date"):
        try:
            told["own_dates"] = frozenset({date.fromisoformat(deal["decision_date"])})
        except (TypeError, ValueError):
            raise InputError(f"{place}: `decision_date` is no day.", "Write it as YYYY-MM-DD.") from None
    return told
