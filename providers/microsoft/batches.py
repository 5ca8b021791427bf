"""Reads in batches of up to 20: what Graph was too busy for is asked again by itself."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from providers.microsoft.answers import Answer, Outcome
from providers.microsoft.errors import Refused
from providers.microsoft.faults import Fault

TRIES: Final = 6
_LARGEST: Final = 20
"""Microsoft Graph, JSON batching: at most 20 requests."""
_SMALLEST: Final = 2


@dataclass(frozen=True, slots=True)
class Call:
    """One read of a batch."""

    id: str
    path: str
    params: Mapping[str, Any] | None = None
    prefer: Sequence[str] = ()
    headers: Mapping[str, str] | None = None


@dataclass(slots=True)
class _Asked:
    """One call on its way."""

    call: Call
    tries: int = 0


class Batches:
    """`together` carries out one batch; `rest` waits before the next try of what had a fault, or gives up in words."""

    def __init__(self, together: Callable[[list[Call]], list[Outcome]], rest: Callable[[int, Fault], None]) -> None:
        self._together = together
        self._rest = rest
        self._size = _LARGEST

    def run(self, calls: Iterable[Call]) -> Iterator[tuple[str, Answer | Refused]]:
        """Each id comes out once, when its batch is done."""
        source = iter(calls)
        waiting: deque[_Asked] = deque()
        while chunk := self._chunk(waiting, source):
            again: list[_Asked] = []
            faults: list[Fault] = []
            for asked, outcome in zip(chunk, self._together([each.call for each in chunk]), strict=True):
                if not isinstance(outcome, Fault):
                    yield asked.call.id, outcome
                    continue
                asked.tries += 1
                if asked.tries == TRIES and outcome.refused and not outcome.throttled:
                    yield asked.call.id, outcome.refused
                    continue
                again.append(asked)
                faults.append(outcome)
            waiting.extendleft(reversed(again))
            self._learn(faults)
            if again:
                worst = max(faults, key=lambda fault: (fault.throttled, fault.pause))
                self._rest(max(each.tries for each in again), worst)

    def _chunk(self, waiting: "deque[_Asked]", source: Iterator[Call]) -> list[_Asked]:
        """As many as go at once; those that wait to be asked again go first."""
        chunk = [waiting.popleft() for _ in range(min(len(waiting), self._size))]
        return chunk + [_Asked(call) for call in islice(source, self._size - len(chunk))]

    def _learn(self, faults: list[Fault]) -> None:
        """Fewer at once while Graph objects, slowly more while it doesn't."""
        if any(fault.throttled for fault in faults):
            self._size = max(_SMALLEST, self._size // 2)
        elif not faults:
            self._size = min(_LARGEST, self._size + 5)
