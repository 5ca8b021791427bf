"""How well the guard tells pressure: what of it is stopped, what is stopped by mistake, in which family, how fast.

    python -m benchmarks.guard LABELLED.jsonl ... [--errors]
    python -m benchmarks.guard --speed [--proselint-python PYTHON] [--node-modules FOLDER]

Each line has `id`, `text` and `label` (blocked, allowed); a blocked one has `family`, and may have `also`, other
families that are right too; `kind` and `lang` ("en" where it is missing) may be there. The answers are those of
`nextmove lint --jsonl`: a text counts as blocked by its verdict. `--speed` is described in `benchmarks.guard_speed`.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from assistant.domain.draft import Severity
from assistant.guard.families import EMPTY_NUDGE
from assistant.workflows.linting import lint_lines

BLOCKED: Final = "blocked"
ALLOWED: Final = "allowed"
_ASKED: Final = ("id", "text", "kind", "subject", "language", "deal")
"""What the guard is told of a row; never its label."""


@dataclass(slots=True)
class Counts:
    """What of some texts was found, by family; `first` and `among`: the right family is named first, or at all."""

    there: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    first: Counter[str] = field(default_factory=Counter)
    among: Counter[str] = field(default_factory=Counter)
    allowed: int = 0
    stopped: int = 0
    wrong: list[tuple[str, str, str]] = field(default_factory=list)

    def take(self, row: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        """Count one text with its answer."""
        blocked = answer["verdict"] == BLOCKED
        named = said(answer) if blocked else []
        if row["label"] == ALLOWED:
            self.allowed += 1
            self.stopped += blocked
            right = not blocked
        else:
            right = self._take_pressure(row, named) if blocked else False
            self.there[row["family"]] += 1
        if not right:
            wanted = "/".join((row["family"], *row.get("also", ()))) if row["label"] == BLOCKED else ALLOWED
            self.wrong.append((row["id"], wanted, ", ".join(named) or ALLOWED))

    def _take_pressure(self, row: Mapping[str, Any], named: Sequence[str]) -> bool:
        """Count a text that presses and was blocked; whether one of its families was named first."""
        right = {row["family"], *row.get("also", ())}
        self.found[row["family"]] += 1
        self.first[row["family"]] += named[0] in right
        self.among[row["family"]] += not right.isdisjoint(named)
        return named[0] in right

    def table(self) -> Iterator[str]:
        """Recall and the right family, of everything and by family; then what is blocked by mistake."""
        yield f"  {'of what presses':<34}{'n':>5}{'blocked':>9}{'right family: first':>21}{'among all':>11}"
        for name in ("all", *sorted(self.there)) if self.there else ():
            there, found, first, among = (
                counts.total() if name == "all" else counts[name]
                for counts in (self.there, self.found, self.first, self.among)
            )
            yield f"  {name:<34}{there:>5}{_share(found, there):>9}{_share(first, found):>21}{_share(among, found):>11}"
        if self.allowed:
            mistaken = f"{self.stopped} blocked by mistake ({_share(self.stopped, self.allowed)})"
            yield f"  {'of what presses nobody':<34}{self.allowed:>5}  {mistaken}"


def said(answer: Mapping[str, Any]) -> list[str]:
    """The families for which a text is blocked, by place: of what blocks, then of the warnings of empty nudges."""
    blocking = [each.family for each in answer["findings"] if each.severity is Severity.BLOCK]
    nudges = [each.family for each in answer["findings"] if each.family == EMPTY_NUDGE]
    return list(dict.fromkeys((*blocking, *nudges)))


def labelled(path: Path) -> list[dict[str, Any]]:
    """The rows of a file; ends the program where one can't be measured."""
    with path.open(encoding="utf-8") as lines:
        rows: list[dict[str, Any]] = [json.loads(line) for line in lines if line.strip()]
    for number, row in enumerate(rows, 1):
        if row.get("label") not in (BLOCKED, ALLOWED) or (row["label"] == BLOCKED and "family" not in row):
            raise SystemExit(f"{path}: row {number} needs a label, {BLOCKED} (with its family) or {ALLOWED}.")
    return rows


def judged(rows: Iterable[Mapping[str, Any]], name: str) -> list[dict[str, Any]]:
    """The answers, as they come out of `nextmove lint --jsonl`, in the order of the rows."""
    lines = (json.dumps({key: row[key] for key in _ASKED if key in row}) for row in rows)
    answers = list(lint_lines(lines, name))
    if unread := next((each["error"] for each in answers if "error" in each), None):
        raise SystemExit(unread)
    return answers


def report(name: str, rows: Sequence[Mapping[str, Any]], *, errors: bool) -> Iterator[str]:
    """The tables of one file, one for each language."""
    began = time.perf_counter()
    answers = judged(rows, name)
    spent = time.perf_counter() - began
    counts: dict[str, Counts] = {}
    for row, answer in zip(rows, answers, strict=True):
        counts.setdefault(row.get("lang", "en"), Counts()).take(row, answer)
    for language, found in sorted(counts.items()):
        yield f"\n{name}, {language}: {found.there.total() + found.allowed} texts"
        yield from found.table()
        if errors:
            yield from (f"  {each}: {wanted}, found {answer}" for each, wanted, answer in found.wrong)
    yield f"  {len(rows) / spent:,.0f} a second, what the first file loads included"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, metavar="LABELLED.jsonl")
    parser.add_argument("--errors", action="store_true", help="list what was judged wrongly, without the texts")
    parser.add_argument("--speed", action="store_true", help="measure times: peers, ten times the rules, hostile text")
    parser.add_argument("--rounds", type=int, default=5, help="of --speed; the median is shown")
    parser.add_argument("--proselint-python", metavar="PYTHON", help="a Python that has proselint, if not this one")
    parser.add_argument("--node-modules", metavar="FOLDER", help="the node_modules that has write-good")
    asked = parser.parse_args(arguments)
    if not asked.files and not asked.speed:
        parser.error("name labelled files, or give --speed")
    for path in asked.files:
        print("\n".join(report(path.name, labelled(path), errors=asked.errors)))
    if asked.speed:
        from benchmarks.guard_speed import speed

        for line in speed(asked.rounds, asked.proselint_python, asked.node_modules):
            print(line, flush=True)


if __name__ == "__main__":
    main()
