"""Precision, recall and F1 by class."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

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
        recall = self.right[label] / self.there[label] if self.there[label] else 0.0
        both = precision + recall
        return precision, recall, 2 * precision * recall / both if both else 0.0

    @property
    def macro(self) -> float:
        return sum(self.scores(label)[2] for label in self.there) / len(self.there) if self.there else 0.0

    def table(self) -> Iterator[str]:
        yield f"  {'class':<22}{'n':>5}{'precision':>11}{'recall':>8}{'F1':>7}"
        for label in sorted(self.there):
            precision, recall, both = self.scores(label)
            yield f"  {label:<22}{self.there[label]:>5}{precision:>11.3f}{recall:>8.3f}{both:>7.3f}"
