"""What a test lets go wrong, and the log of what was asked: the same for every provider's peer."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock


@dataclass(frozen=True, slots=True)
class Call:
    """One call that reached the peer. `inner`: as a part of a batch. `status` 0: the connection was cut."""

    id: str
    method: str
    path: str
    query: dict[str, list[str]]
    status: int
    inner: bool
    body: object
    headers: dict[str, str]


@dataclass(slots=True)
class Fault:
    """Something that goes wrong with the calls that match, `times` times, after `skip` that were let pass.

    `match` is searched in "gmail.users.messages.get GET /gmail/v1/users/me/messages/abc?format=raw".
    `after`: the call is carried out, and only then it goes wrong: its effect is there, its answer isn't.
    """

    match: str
    kind: str
    times: int = 1
    skip: int = 0
    after: bool = False
    status: int = 0
    reason: str = ""
    message: str = ""
    retry_after: str | None = None
    seconds: float = 0.0
    function: Callable[[], object] | None = None


@dataclass(slots=True)
class Faults:
    """What goes wrong, in the order in which it was added; all of it is safe to use while calls are under way."""

    _waiting: list[Fault] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)
    skew: float = 0.0
    units: int | None = None
    window: float = 60.0

    def add(
        self,
        match: str,
        *,
        status: int = 429,
        reason: str = "rateLimitExceeded",
        times: int = 1,
        skip: int = 0,
        retry_after: str | None = None,
        message: str = "",
        after: bool = False,
    ) -> None:
        """An error in place of the answer."""
        self._add(
            Fault(
                match,
                "error",
                times,
                skip,
                after,
                status=status,
                reason=reason,
                message=message,
                retry_after=retry_after,
            )
        )

    def reset(self, match: str, *, times: int = 1, skip: int = 0, after: bool = False) -> None:
        """The connection is cut in place of an answer."""
        self._add(Fault(match, "reset", times, skip, after))

    def slow(self, match: str, seconds: float, *, times: int = 1, skip: int = 0) -> None:
        """The answer takes its time."""
        self._add(Fault(match, "slow", times, skip, seconds=seconds))

    def twice(self, match: str, *, times: int = 1, skip: int = 0) -> None:
        """A list brings every item twice."""
        self._add(Fault(match, "twice", times, skip))

    def call(self, match: str, function: Callable[[], object], *, times: int = 1, skip: int = 0) -> None:
        """Something happens right before the call is carried out: a reply comes in, the rep deletes the draft."""
        self._add(Fault(match, "call", times, skip, function=function))

    def clock(self, seconds: float) -> None:
        """The server's clock goes ahead of ours by so much (its Date header shows it)."""
        self.skew = seconds

    def quota(self, units: int | None, seconds: float = 60.0) -> None:
        """So many quota units a window of time; beyond them 429. None: no limit."""
        self.units, self.window = units, seconds

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    @property
    def waiting(self) -> list[Fault]:
        """Those that haven't all happened."""
        with self._lock:
            return [fault for fault in self._waiting if fault.times > 0]

    def _add(self, fault: Fault) -> None:
        re.compile(fault.match)
        with self._lock:
            self._waiting.append(fault)

    def happening(self, what: str) -> list[Fault]:
        """Those that happen to this call, each counted once."""
        found = []
        with self._lock:
            for fault in self._waiting:
                if fault.times <= 0 or not re.search(fault.match, what):
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                found.append(fault)
                if fault.kind in ("error", "reset"):
                    break
        return found
