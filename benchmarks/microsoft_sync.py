"""What a first sync of Microsoft's mail costs, on the tests' peer: python -m benchmarks.microsoft_sync --help.

Requests are counted as Microsoft does, each of a batch by itself, against its 10,000 in ten minutes a mailbox; the
waits that they cause are counted, not waited. "Ours" is the processor time of the thread that pulls: loading the
libraries, building requests, reading answers, parsing mail.
"""

import argparse
import os
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import Final

from assistant.domain.ports import MailBatch
from benchmarks.generator import messages
from providers.microsoft.graph import Graph
from providers.microsoft.mail import MicrosoftMailbox
from tests.servers.emulator import Emulator
from tests.servers.microsoft import MicrosoftPeer

_TOKEN: Final = "NEXTMOVE_BENCH_TOKEN"
_BODIES: Final = 25
"""Messages of a page with their bodies."""


@dataclass(slots=True)
class Clock:
    """Time that goes on by itself, and by as much as somebody would have slept."""

    slept: float = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.slept

    def sleep(self, seconds: float) -> None:
        self.slept += seconds


@dataclass(slots=True)
class Caller:
    """Keeps what a workflow would: places, etags and the cursor."""

    known: dict[str, dict[str, str]] = field(default_factory=dict)
    cursor: str | None = None
    count: int = 0

    def take(self, batch: MailBatch) -> None:
        for message in batch.messages:
            self.known.setdefault(message.folder, {})[message.remote_id] = message.etag
        self.count += len(batch.messages)
        self.cursor = batch.cursor


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one pull. `first` are the requests until the first batch was there, `trips` those over the wire."""

    messages: int
    calls: Counter[str]
    requests: int
    trips: int
    first: int
    ours: float
    waited: float
    peer: float


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=5_000)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        emulator = Emulator(Path(folder))
        try:
            peer = MicrosoftPeer(emulator.port, emulator.user())
            try:
                _measure(peer, options.messages)
            finally:
                peer.stop()
        finally:
            emulator.stop()


def _measure(peer: MicrosoftPeer, count: int) -> None:
    os.environ[_TOKEN] = peer.token()
    began = time.perf_counter()
    peer.deliver_many((raw, "sentitems" if ours else "inbox") for raw, ours in messages(count, seed=1))
    print(f"{count} messages delivered in {time.perf_counter() - began:.0f} s")
    caller = Caller()
    first = _pull(peer, caller)
    pages = count / _BODIES
    print(f"first pull: {first.messages} messages, {_calls(first)}")
    print(f"  {first.requests} requests in {first.trips} round trips, {first.requests / pages:.2f} of pages alone")
    print(f"  first batch after {first.first}; the limit's waits {first.waited:.0f} s, ours {first.ours:.1f} s")
    print(f"  the peer's own time {first.peer:.0f} s; peak memory, the peer's included {_peak():.0f} MB")
    idle = _pull(peer, caller)
    print(f"pull, nothing new: {_calls(idle)}, ours {idle.ours * 1000:.0f} ms")
    peer.deliver_many((raw, "inbox") for raw, _ in messages(100, seed=2))
    new = _pull(peer, caller)
    print(
        f"pull, 100 new: {new.messages} messages, {_calls(new)}, {new.trips} round trips, ours {new.ours * 1000:.0f} ms"
    )
    peer.forget_delta()
    anew = _pull(peer, caller)
    print(f"pull, all links forgotten: {anew.messages} messages, {_calls(anew)}, ours {anew.ours * 1000:.0f} ms")


def _pull(peer: MicrosoftPeer, caller: Caller) -> Cost:
    """As after a start of the program."""
    clock = Clock()
    settings = peer.settings(token_env=_TOKEN)
    mailbox = MicrosoftMailbox(Graph("bench", settings, clock=clock, sleep=clock.sleep), UTC, months=240)
    peer.log.clear()
    before, count, ours, first = time.perf_counter(), caller.count, time.thread_time(), 0
    for batch in mailbox.pull(caller.cursor, lambda folder: caller.known.get(folder, {})):
        caller.take(batch)
        first = first or _requests(peer)
    spent = time.thread_time() - ours
    passed = time.perf_counter() - before
    calls = Counter(call.id for call in peer.log)
    trips = sum(not call.inner for call in peer.log)
    return Cost(caller.count - count, calls, _requests(peer), trips, first, spent, clock.slept, passed - spent)


def _requests(peer: MicrosoftPeer) -> int:
    return sum(call.id != "batch" for call in peer.log)


def _calls(cost: Cost) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(cost.calls.items()))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


if __name__ == "__main__":
    main()
