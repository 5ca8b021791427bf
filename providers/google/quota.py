"""How fast an account may go: Google's units a call, and a token bucket that learns how many of them it's given.

A budget of N units a minute is a flow of 4/5 N and a burst of 1/5 N: no minute sees more than N.
Gmail API, usage limits: projects created since 1 May 2026 have 6,000 units a minute and user, older ones 15,000 with
cheaper reads; which it is can't be asked. Calendar API, quotas: 600 requests a minute and user.
"""

import threading
import time
from collections.abc import Callable
from typing import Final

GMAIL_BUDGET: Final = 6_000
CALENDAR_BUDGET: Final = 600

_FORMER: Final = {
    "gmail.users.drafts.create": 10,
    "gmail.users.drafts.delete": 10,
    "gmail.users.drafts.get": 5,
    "gmail.users.drafts.list": 5,
    "gmail.users.drafts.send": 100,
    "gmail.users.drafts.update": 15,
    "gmail.users.getProfile": 1,
    "gmail.users.history.list": 2,
    "gmail.users.labels.list": 1,
    "gmail.users.messages.attachments.get": 5,
    "gmail.users.messages.get": 5,
    "gmail.users.messages.list": 5,
    "gmail.users.settings.sendAs.list": 1,
    "gmail.users.threads.get": 10,
    "gmail.users.threads.list": 10,
}
_NOW: Final = {**_FORMER, "gmail.users.messages.get": 20, "gmail.users.threads.get": 40}
_UNKNOWN: Final = 10

_QUIET: Final = 60.0
"""Seconds without a 429 after which more is tried."""
_ONE_EVENT: Final = 5.0
"""429s that come within so many seconds are one."""


def units_of(method: str, units_a_minute: int | None = None) -> int:
    """What a call costs. A budget above 6,000 is only had by older projects, whose reads are cheaper."""
    if method.startswith("calendar."):
        return 1
    table = _FORMER if units_a_minute is not None and units_a_minute > GMAIL_BUDGET else _NOW
    return table.get(method, _UNKNOWN)


class Bucket:
    """Lets units through at a rate; slower at once when Google objects, faster slowly while it doesn't.

    A caller reserves units, and waits as long as it's told before it goes. Safe to share between threads.
    """

    def __init__(self, budget: int, *, most: int | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.burst = budget / 5
        self._rate = self._begun = budget * 4 / 5 / 60
        self._most = (most or budget) * 4 / 5 / 60
        self._least = self._rate / 16
        self._clock = clock
        self._lock = threading.Lock()
        self._level = self.burst
        self._at = self._quiet_since = clock()
        self._until = self._throttled = float("-inf")
        self._short = self._objected = False

    @property
    def rate(self) -> float:
        """Units a second, as learned so far."""
        return self._rate

    @property
    def learned(self) -> float | None:
        """The rate, where it's another one by now than it began with."""
        return None if self._rate == self._begun else self._rate

    def resume(self, rate: float) -> None:
        """Go on at the rate that an earlier run had learned; what this one has learned by itself already goes first."""
        with self._lock:
            if self._rate == self._begun:
                self._rate = min(self._most, max(self._least, rate))
                self._objected |= self._rate < self._begun

    def reserve(self, units: float) -> float:
        """Take the units; the seconds to wait before they may be used."""
        with self._lock:
            now = self._refilled()
            self._learn(now)
            self._level -= units
            wait = max(0.0, -self._level / self._rate, self._until - now)
            self._short |= wait > 0
            return wait

    def throttled(self, pause: float = 0.0) -> None:
        """Google has said that it was too much: nothing for `pause` seconds, then slower."""
        with self._lock:
            now = self._refilled()
            self._until = max(self._until, now + pause)
            self._level = min(self._level, 0.0)
            if now - self._throttled >= _ONE_EVENT:
                self._rate = max(self._least, self._rate * 0.7)
            self._throttled = self._quiet_since = now
            self._objected = True

    def _refilled(self) -> float:
        now = max(self._clock(), self._at)
        self._level = min(self.burst, self._level + (now - self._at) * self._rate)
        self._at = now
        return now

    def _learn(self, now: float) -> None:
        """A minute in which we had to wait and Google never objected: a little more may be had."""
        if now - self._quiet_since < _QUIET:
            return
        if self._short:
            self._rate = min(self._most, self._rate * (1.05 if self._objected else 1.2))
        self._short, self._quiet_since = False, now


def waiting(account: str, seconds: float) -> str:
    """What the rep is told of a pause that begins now."""
    length = f"{round(seconds / 60)} minutes" if seconds >= 90 else f"{round(seconds)} seconds"
    until = time.strftime("%H:%M", time.localtime(time.time() + seconds))
    return f"Google asks for a pause of {length} (account “{account}”, until {until}); it's safe to stop the run."


def gmail_bucket(units_a_minute: int | None, clock: Callable[[], float]) -> Bucket:
    """Where no budget is set, an older project's is found by trying: 15,000 at a quarter of the price."""
    most = None if units_a_minute else 10 * GMAIL_BUDGET
    return Bucket(units_a_minute or GMAIL_BUDGET, most=most, clock=clock)


def calendar_bucket(clock: Callable[[], float]) -> Bucket:
    return Bucket(CALENDAR_BUDGET, clock=clock)
