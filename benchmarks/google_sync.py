"""What a first sync of Gmail costs, through the peer that the tests use: python -m benchmarks.google_sync --help.

Calls go to the peer on this machine; the waits of a project's quota of 6,000 units a minute are counted, not waited.
"Ours" is the processor time of the thread that pulls: loading the libraries, building requests, reading answers,
parsing mail.
"""

import argparse
import json
import os
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from assistant.config import parse
from assistant.domain.ports import MailBatch
from assistant.store import Store
from assistant.workflows.sources import SourceAccount
from assistant.workflows.sync import pull
from benchmarks.generator import messages
from benchmarks.google_stand_in import StandIn
from providers.google.api import Google
from providers.google.mail import GoogleMailbox
from providers.google.outbox import GoogleOutbox
from providers.google.quota import GMAIL_BUDGET, units_of
from tests.servers.emulator import Emulator
from tests.servers.google import GooglePeer

_TOKEN: Final = "NEXTMOVE_BENCH_TOKEN"
_REP: Final = "mara.lindqvist@tallwood.example"
_CONFIG: Final = f"""
[rep]
name = "Mara"
email = "{_REP}"
timezone = "UTC"
[privacy]
months = 240
[store]
path = "{{folder}}/store.db"
[[account]]
name = "bench"
provider = "google"
token_env = "{_TOKEN}"
"""


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
    first_ours: int = 0
    count: int = 0

    def take(self, batch: MailBatch) -> None:
        for message in batch.messages:
            self.known.setdefault(message.folder, {})[message.remote_id] = message.etag
        self.count += len(batch.messages)
        self.cursor = batch.cursor


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one pull. `first` are the units until the first batch was there."""

    messages: int
    calls: Counter[str]
    units: int
    first: int
    ours: float
    waited: float
    peer: float


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=5_000)
    parser.add_argument("--memory", type=int, metavar="N", help="the memory of a first sync of N into a store, instead")
    options = parser.parse_args(arguments)
    if options.memory:
        _measure_memory(options.memory)
        return
    with tempfile.TemporaryDirectory() as folder:
        emulator = Emulator(Path(folder))
        try:
            peer = GooglePeer(emulator.port, emulator.user())
            try:
                _measure(peer, options.messages)
            finally:
                peer.stop()
        finally:
            emulator.stop()


def _measure(peer: GooglePeer, count: int) -> None:
    os.environ[_TOKEN] = json.dumps(peer.token())
    began = time.perf_counter()
    peer.deliver_many((raw, ["SENT" if ours else "INBOX"]) for raw, ours in messages(count, seed=1))
    print(f"{count} messages delivered in {time.perf_counter() - began:.0f} s")
    caller = Caller()
    first = _pull(peer, caller)
    cheapest = _cheapest(peer)
    wall = first.ours + first.waited
    print(f"first pull: {first.messages} messages, {_calls(first)}")
    print(f"  {first.units} units, {first.units / cheapest:.3f} of the cheapest mix; first batch after {first.first}")
    print(f"  the quota's waits {first.waited:.0f} s, ours {first.ours:.1f} s: {first.ours / wall:.1%} of the wall")
    print(f"  the peer's own time {first.peer:.0f} s; peak memory, the peer's included {_peak():.0f} MB")
    print(
        f"pull, nothing new: {_calls(idle := _pull(peer, caller))}, {idle.units} units, ours {idle.ours * 1000:.0f} ms"
    )
    peer.deliver_many((raw, ["INBOX", "UNREAD"]) for raw, _ in messages(100, seed=2))
    new = _pull(peer, caller)
    print(f"pull, 100 new: {new.messages} messages, {_calls(new)}, {new.units} units of {2 + 20 * 100} one by one")


def _measure_memory(count: int) -> None:
    """Through a stand-in in this process that costs none, into a store as `nextmove run` does."""
    os.environ[_TOKEN] = json.dumps({"token": "none"})
    with tempfile.TemporaryDirectory() as folder:
        stand_in = StandIn(Path(folder) / "mail", count)
        config = parse(_CONFIG.format(folder=folder), Path(folder) / "nextmove.toml")
        clock = Clock()
        settings: dict[str, Any] = {"email": _REP, "token_env": _TOKEN}
        google = Google("bench", settings, http=lambda: stand_in, clock=clock, sleep=clock.sleep)
        account = SourceAccount("bench", GoogleMailbox(google, UTC, months=240), GoogleOutbox(google, UTC))
        seen: list[tuple[int, float]] = []
        with Store.open(config.store) as store:
            before = _peak()
            for step in ("first sync", "nothing new"):
                began = time.process_time()
                report = pull([account], store, config, datetime.now(UTC), progress=lambda _, n, __: _note(seen, n))
                told = f"peak {_peak():.0f} MB, {_peak() - before:.0f} over the start"
                print(f"{step}: {report.new} messages, {told}, {time.process_time() - began:.0f} s of processor time")
            for count, peak in seen:
                print(f"  at {count} messages: {peak:.0f} MB")
            print(f"  {report.failed or 'none failed'}; {len(report.problems)} problems; {stand_in.calls} calls")
        stand_in.close()


def _note(seen: list[tuple[int, float]], count: int) -> None:
    if count >= (seen[-1][0] * 2 if seen else 1_000):
        seen.append((count, _peak()))


def _pull(peer: GooglePeer, caller: Caller) -> Cost:
    """As after a start of the program."""
    clock = Clock()
    settings: dict[str, Any] = {"email": peer.email, "root_url": peer.url, "token_env": _TOKEN}
    settings["units_a_minute"] = GMAIL_BUDGET
    mailbox = GoogleMailbox(Google("bench", settings, clock=clock, sleep=clock.sleep), UTC, months=240)
    peer.log.clear()
    before, count, ours, first = time.perf_counter(), caller.count, time.thread_time(), 0
    for batch in mailbox.pull(caller.cursor, lambda folder: caller.known.get(folder, {})):
        caller.take(batch)
        first = first or _units(peer)
    spent = time.thread_time() - ours
    passed = time.perf_counter() - before
    calls = Counter(call.id.removeprefix("gmail.users.") for call in peer.log if call.id.startswith("gmail."))
    return Cost(caller.count - count, calls, _units(peer), first, spent, clock.slept, passed - spent)


def _units(peer: GooglePeer) -> int:
    return sum(units_of(call.id) for call in peer.log if call.id.startswith("gmail."))


def _cheapest(peer: GooglePeer) -> int:
    """Every thread at the lower price: whole, or message by message; and one list."""
    sizes = Counter(mail.thread_id for mail in peer.messages())
    one, whole = units_of("gmail.users.messages.get"), units_of("gmail.users.threads.get")
    return sum(min(size * one, whole) for size in sizes.values())


def _calls(cost: Cost) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(cost.calls.items()))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


if __name__ == "__main__":
    main()
