"""How fast a mailbox may be asked: four calls at once, 10,000 in ten minutes, and nothing while Microsoft says wait.

Microsoft Graph, Outlook service limits: they count for each application and mailbox together.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from providers import notices

AT_ONCE: Final = 4
"""A batch runs as many of its calls at once by itself, so it takes every place."""

_CALLS: Final = 10_000
_SECONDS: Final = 601.0
"""Ten minutes, and a second for the ways of the network."""
_TOLD_FROM: Final = 30.0
"""Seconds of a pause of which the rep is told."""
_NOTHING: Final = 0.001


class Throttle:
    """The pace of one mailbox. Safe to share between threads."""

    def __init__(
        self,
        account: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        calls: int = _CALLS,
    ) -> None:
        self._account = account
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._places = threading.Semaphore(AT_ONCE)
        self._taking = threading.Lock()
        self._turns: deque[float] = deque(maxlen=calls)
        self._until = float("-inf")

    @contextmanager
    def turn(self, calls: int = 1, *, alone: bool = False) -> Iterator[None]:
        """Wait for a place and for the time of so many calls. `alone`: with nothing else at once."""
        with self._taken(AT_ONCE if alone else 1):
            at, now = self._reserved(calls), self._clock()
            while (seconds := max(at, self._until) - now) > _NOTHING:  # another thread may be told to wait meanwhile
                self.pause(seconds)
                now = max(now + seconds, self._clock())
            yield

    def hold(self, seconds: float) -> None:
        """Microsoft has said that it was too much: nothing goes for so long, of no thread."""
        with self._lock:
            self._until = max(self._until, self._clock() + seconds)

    def pause(self, seconds: float) -> None:
        """Wait; the rep is told of a long wait."""
        if seconds >= _TOLD_FROM:
            notices.say(waiting(self._account, seconds))
        self._sleep(seconds)

    def _reserved(self, calls: int) -> float:
        """When the last of the calls may go: no window sees more than its number."""
        with self._lock:
            at = max(self._clock(), self._until)
            for _ in range(calls):
                if len(self._turns) == self._turns.maxlen:
                    at = max(at, self._turns[0] + _SECONDS)
                self._turns.append(at)
            return at

    @contextmanager
    def _taken(self, places: int) -> Iterator[None]:
        """One taker at a time, so that two who want every place don't each wait for the other's."""
        with self._taking:
            for _ in range(places):
                self._places.acquire()
        try:
            yield
        finally:
            self._places.release(places)


def waiting(account: str, seconds: float) -> str:
    """What the rep is told of a pause that begins now."""
    length = f"{round(seconds / 60)} minutes" if seconds >= 90 else f"{round(seconds)} seconds"
    until = time.strftime("%H:%M", time.localtime(time.time() + seconds))
    return f"Microsoft asks for a pause of {length} (account “{account}”, until {until}); it's safe to stop the run."
