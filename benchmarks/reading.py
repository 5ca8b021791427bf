"""How well messages are read: precision, recall and F1 by class, from labelled JSON lines.

    python -m benchmarks.reading LABELLED.jsonl ...

Each line has `id`, `text` and `label`, for replies also `sent_date`, `expected_date` (or `expected_range`) and
`date_role`. Labels `passive` and `purposeful` are moves of ours; every other is a reply of theirs. A reply counts
by its leading intent. `--errors` lists what was read wrongly, by id.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from assistant.domain.deal import Side
from assistant.domain.mail import Address, FolderRole, Message
from assistant.domain.reading import AutomaticKind, Reading
from assistant.reading import automatic, read

_OURS = frozenset({"passive", "purposeful"})
_ROBOTS = {
    AutomaticKind.OUT_OF_OFFICE: "out_of_office",
    AutomaticKind.LEFT_COMPANY: "out_of_office",
    AutomaticKind.BOUNCE: "bounce",
    AutomaticKind.DELAY: "bounce",
}
UNSURE = "can't tell"


@dataclass(slots=True)
class Tally:
    """Counts by class: what was there, what was said, what of it was right."""

    there: Counter[str] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[str, str, str]] = field(default_factory=list)

    def take(self, name: str, label: str, answer: str) -> None:
        self.there[label] += 1
        self.said[answer] += 1
        if label == answer:
            self.right[label] += 1
        else:
            self.wrong.append((name, label, answer))

    def scores(self, label: str) -> tuple[float, float, float]:
        """Precision, recall and F1."""
        precision = self.right[label] / self.said[label] if self.said[label] else 0.0
        recall = self.right[label] / self.there[label]
        both = precision + recall
        return precision, recall, 2 * precision * recall / both if both else 0.0

    @property
    def macro(self) -> float:
        return sum(self.scores(label)[2] for label in self.there) / len(self.there)


def labelled(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def message(row: Mapping[str, Any]) -> Message:
    """The labelled text as a message that was sent at noon of its day."""
    day = date.fromisoformat(row.get("sent_date") or "2026-03-02")
    return Message(
        account="benchmark",
        folder="INBOX",
        remote_id=row["id"],
        role=FolderRole.INBOX,
        message_id=row["id"],
        date=datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
        sender=Address("someone@customer.example"),
        subject=row.get("subject") or "",
        text=row["text"],
    )


def answer(row: Mapping[str, Any]) -> tuple[str, Reading]:
    """The class that is read, and the whole reading."""
    mail = message(row)
    side = Side.US if row["label"] in _OURS else Side.THEM
    robot = automatic(mail, UTC) if side is Side.THEM else None
    told = read(mail, side, automatic=robot, zone=UTC)
    if side is Side.US:
        return ("purposeful" if told.kind.purposeful else "passive") if told.kind else UNSURE, told
    if robot is not None and robot.kind in _ROBOTS:
        return _ROBOTS[robot.kind], told
    return str(told.intents[0].intent) if told.intents else UNSURE, told


def day_is_found(row: Mapping[str, Any], told: Reading) -> bool | None:
    """Whether the expected day is among those that were read; None where none is expected."""
    if row.get("expected_range"):
        first, last = (date.fromisoformat(day) for day in row["expected_range"])
    elif row.get("expected_date"):
        first = last = date.fromisoformat(row["expected_date"])
    else:
        return None
    days = [said.days for said in told.dates]
    if told.automatic and told.automatic.away_until:
        return first <= told.automatic.away_until <= last
    return any(first <= each.last <= last or first <= each.start <= last for each in days)


def measure(rows: Iterable[Mapping[str, Any]]) -> tuple[Tally, Tally, float]:
    """The classes, the dates, and the seconds that the reading took."""
    classes, dates, spent = Tally(), Tally(), 0.0
    for row in rows:
        begun = time.perf_counter()
        said, told = answer(row)
        spent += time.perf_counter() - begun
        classes.take(row["id"], row["label"], said)
        found = day_is_found(row, told)
        if found is not None:
            dates.take(row["id"], row.get("date_role") or "date", (row.get("date_role") or "date") if found else UNSURE)
    return classes, dates, spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--errors", action="store_true", help="list what was read wrongly")
    asked = parser.parse_args()
    for path in asked.files:
        rows = list(labelled(path))
        classes, dates, spent = measure(rows)
        print(f"\n{path.name}: {len(rows)} texts, {len(rows) / spent:,.0f} a second, macro F1 {classes.macro:.3f}")
        print(f"  {'class':<22}{'n':>5}{'precision':>11}{'recall':>8}{'F1':>7}")
        for label in sorted(classes.there):
            precision, recall, both = classes.scores(label)
            print(f"  {label:<22}{classes.there[label]:>5}{precision:>11.3f}{recall:>8.3f}{both:>7.3f}")
        for role in sorted(dates.there):
            print(f"  day found, {role:<11}{dates.there[role]:>5}{'':>11}{dates.right[role] / dates.there[role]:>8.3f}")
        if asked.errors:
            for name, label, said in classes.wrong:
                print(f"  {name}: {label}, read as {said}")


if __name__ == "__main__":
    main()
