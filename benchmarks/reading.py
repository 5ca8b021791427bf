"""How well messages are read: precision, recall and F1 by class and of the days, from labelled JSON lines.

    python -m benchmarks.reading LABELLED.jsonl ... [--answers EXPLAINED.jsonl] [--errors]

Each line has `id`, `text` and `label`, for replies also `sent_date`, `expected_date` (or `expected_range`) and
`date_role`. Labels `passive` and `purposeful` are moves of ours; every other is a reply of theirs. The answers are
those of `nextmove explain --jsonl`: read now, or from the file given. A reply counts by its leading intent; a
guess that isn't certain counts as the answer that it is, and the share of certain ones is told beside.
"""

import argparse
import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import Any, Final

from assistant.workflows.reading_lines import readings
from benchmarks.scores import UNSURE, Tally

OURS: Final = frozenset({"passive", "purposeful"})
DAYS: Final = {"decision_date": "decision_date", "follow_up_date": "resume_date", "return_date": "away_until"}
"""The roles of the days that are measured, and the answers' names for them."""


@dataclass(slots=True)
class Days:
    """Of one role: the days expected, those said, and those said rightly."""

    expected: int = 0
    said: int = 0
    right: int = 0
    wrong: list[tuple[str, str, str]] = field(default_factory=list)

    def take(self, row: Mapping[str, Any], role: str, said: str | None) -> None:
        wanted = _wanted(row) if row.get("date_role") == role else None
        hit = said is not None and wanted is not None and wanted[0] <= said <= wanted[1]
        self.expected += wanted is not None
        self.said += said is not None
        self.right += hit
        if not hit and (said or wanted):
            self.wrong.append((row["id"], wanted[1] if wanted else "none", said or "none"))


def labelled(path: Path) -> Iterator[dict[str, Any]]:
    """The rows, each with its direction."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                row = json.loads(line)
                yield row | {"direction": "us" if row["label"] in OURS else "them"}


def read(rows: Iterable[Mapping[str, Any]], name: str) -> list[dict[str, Any]]:
    """The answers, as they come out of `nextmove explain --jsonl`."""
    asked = ("id", "text", "direction", "sent_date", "subject", "headers")
    lines = (json.dumps({key: row[key] for key in asked if key in row}) for row in rows)
    return [json.loads(json.dumps(answer, default=str)) for answer in readings(lines, name, UTC)]


def said_class(answer: Mapping[str, Any]) -> str:
    if answer.get("direction") == "us" or "move" in answer:
        return answer.get("move") or UNSURE
    return next(iter(answer.get("intents") or ()), UNSURE)


def _wanted(row: Mapping[str, Any]) -> tuple[str, str] | None:
    """The first and the last day that would be right."""
    if row.get("expected_range"):
        first, last = row["expected_range"]
        return first, last
    return (row["expected_date"], row["expected_date"]) if row.get("expected_date") else None


def report(name: str, rows: Sequence[Mapping[str, Any]], answers: Mapping[str, Any], *, errors: bool) -> Iterator[str]:
    """The tables of one file."""
    classes, days = Tally(), {role: Days() for role in DAYS}
    for row in rows:
        answer = answers[row["id"]]
        classes.take(row["id"], row["label"], said_class(answer))
        for role, key in DAYS.items() if row["direction"] == "them" else ():
            days[role].take(row, role, answer.get(key))
    certain = sum(bool(answers[row["id"]].get("certain")) for row in rows) / len(rows)
    yield f"\n{name}: {len(rows)} texts, macro F1 {classes.macro:.3f}, {certain:.0%} certain"
    yield from classes.table()
    for role, found in days.items():
        if found.expected:
            precision = found.right / found.said if found.said else 0.0
            yield f"  {role:<22}{found.expected:>5}{precision:>11.3f}{found.right / found.expected:>8.3f}"
    if errors:
        yield from (f"  {each}: {label}, read as {said}" for each, label, said in classes.wrong)
        yield from (f"  {each}: {role} {day}, read as {said}" for role in days for each, day, said in days[role].wrong)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--answers", type=Path, help="what nextmove explain --jsonl wrote for the files")
    parser.add_argument("--errors", action="store_true", help="list what was read wrongly")
    asked = parser.parse_args()
    known = asked.answers.read_text(encoding="utf-8").splitlines() if asked.answers else []
    answers = {answer["id"]: answer for answer in map(json.loads, known)}
    for path in asked.files:
        rows = list(labelled(path))
        if not asked.answers:
            begun = time.perf_counter()
            answers = {answer["id"]: answer for answer in read(rows, path.name)}
            spent = time.perf_counter() - begun
        print("\n".join(report(path.name, rows, answers, errors=asked.errors)))
        if not asked.answers:
            print(f"  {len(rows) / spent:,.0f} a second, the weights' loading included")


if __name__ == "__main__":
    main()
