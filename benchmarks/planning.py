"""How long it takes to plan a deal, beside walking each milestone back day by day: python -m benchmarks.planning.

The naive way keeps no promise but the order: it steps from the decision to each ideal lead, and counts its slack.
Both are timed in every round, one after the other, after a round that isn't counted; the holidays are known by then.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from assistant.domain.deal import Stage
from assistant.domain.plan import Process
from assistant.domain.workdays import Workdays
from assistant.engine.planning import DEFAULT_PROCESS, plan

LIMIT: Final = 5.0
"""Milliseconds that planning a deal may take."""
TODAY: Final = date(2026, 9, 7)
DAYS: Final = Workdays(("DE-BY", "US"), frozenset({date(2026, 12, 24), date(2026, 12, 31)}))
LONG: Final = Process(
    tuple(
        replace(
            DEFAULT_PROCESS.milestones[0], id=str(n), ideal=2 * (20 - n), least=20 - n, after=tuple(map(str, range(n)))
        )
        for n in range(20)
    )
)
"""Twenty milestones, each waiting for all those before it."""


@dataclass(frozen=True, slots=True)
class Case:
    process: Process
    left: int
    """Days until the decision."""
    approved: Mapping[str, date] = field(default_factory=dict)

    @property
    def decision(self) -> date:
        return TODAY + timedelta(days=self.left)

    def plan(self) -> None:
        plan(self.process, self.decision, Stage.BEFORE_YES, (), TODAY, DAYS, self.approved)

    def step_by_step(self) -> None:
        last = DAYS.last_until(self.decision)
        for kind in self.process.milestones:
            if kind.stage is Stage.BEFORE_YES:
                DAYS.add(last, -kind.ideal)
                DAYS.between(TODAY, DAYS.add(last, -kind.least))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200, help="the median is shown, and the slowest")
    options = parser.parse_args(arguments)
    print(f"{'':36}{'ms':>8}{'slowest':>10}{'× step by step':>17}{'of the limit':>15}")
    for name, case in _cases().items():
        ours, naive = _taken((case.plan, case.step_by_step), options.rounds)
        median = statistics.median(ours)
        ratio = median / statistics.median(naive)
        print(f"{name:36}{median:8.2f}{max(ours):10.2f}{ratio:17.2f}{median / LIMIT:15.0%}")


def _cases() -> dict[str, Case]:
    laid = plan(DEFAULT_PROCESS, TODAY + timedelta(days=67), Stage.BEFORE_YES, (), TODAY, DAYS)
    return {
        "5 milestones, 67 days left": Case(DEFAULT_PROCESS, 67),
        "the same, all days approved": Case(DEFAULT_PROCESS, 67, {m.kind.id: m.day for m in laid.milestones}),
        "5 milestones, a late start": Case(DEFAULT_PROCESS, 25),
        "5 milestones, a year left": Case(DEFAULT_PROCESS, 365),
        "20 milestones, a late start": Case(LONG, 40),
        "20 milestones, a year left": Case(LONG, 365),
    }


def _taken(timed: Sequence[Callable[[], None]], rounds: int) -> list[list[float]]:
    """Milliseconds of each in every round; a first round isn't counted."""
    taken: list[list[float]] = [[] for _ in timed]
    for _ in range(rounds + 1):
        for times, measure in zip(taken, timed, strict=True):
            began = time.perf_counter()
            measure()
            times.append((time.perf_counter() - began) * 1000)
    return [times[1:] for times in taken]


if __name__ == "__main__":
    main()
