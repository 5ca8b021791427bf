"""How fast a mailbox comes in, beside `notmuch new` on the same Maildir: python -m benchmarks.import --help."""  # noqa: N999

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.generator import messages, write_maildir

_PULL: Final = """
import json, sys, time
from datetime import UTC
began = time.perf_counter()
import providers
mail, state = sys.argv[1], sys.argv[2]
try:
    held = json.load(open(state))
except FileNotFoundError:
    held = {"cursor": None, "known": {}}
count = 0
for batch in providers.mailbox("local", "bench", {"mail": mail}, UTC).pull(
    held["cursor"], lambda folder: held["known"].get(folder, {})
):
    for message in batch.messages:
        held["known"].setdefault(message.folder, {})[message.remote_id] = message.etag
    count += len(batch.messages)
    held["cursor"] = batch.cursor
took = time.perf_counter() - began
json.dump(held, open(state, "w"))
print(count, took)
"""

_CONFIG: Final = """
[rep]
name = "Mara Lindqvist"
email = "mara.lindqvist@tallwood.example"
timezone = "Europe/Berlin"
country = "DE"

[team]
domains = ["tallwood.example"]

[[account]]
name = "bench"
provider = "local"
mail = "{mail}"

[store]
path = "{store}"
"""


_FIRST: Final = "notmuch new, first"
_HUNDRED: Final = "notmuch new, 100 new"


@dataclass(frozen=True, slots=True)
class Timing:
    """One measured command. `peer` names the line that does the same by notmuch."""

    name: str
    seconds: float
    peak_mb: float
    peer: str = ""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3, help="the median round is shown")
    parser.add_argument("--run", action="store_true", help="also the whole `nextmove run`")
    parser.add_argument("--folder", type=Path, help="where to put the mailbox (default: a temporary folder)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        work = Path(folder)
        written = write_maildir(work / "Maildir", options.messages)
        mean = written.size / written.messages / 1000
        print(f"{written.messages} messages, {written.size / 1e6:.0f} MB, {mean:.1f} kB each")
        rounds = [_round(work, whole_run=options.run) for _ in range(options.rounds)]
        medians = [sorted(same, key=lambda one: one.seconds)[len(same) // 2] for same in zip(*rounds, strict=True)]
        _show(medians, options.messages)


def _round(work: Path, *, whole_run: bool) -> list[Timing]:
    """Everything once, one after the other, so that the machine's mood is the same for all."""
    timings = [_floor(work), *_pull(work)]
    if whole_run:
        timings += _whole_run(work)
    return [*timings, *_notmuch(work)]


def _floor(work: Path) -> Timing:
    began = time.perf_counter()
    for path in (work / "Maildir").rglob("*:2,S"):
        path.read_bytes()
    return Timing("floor: read every file", time.perf_counter() - began, 0.0, _FIRST)


def _pull(work: Path) -> list[Timing]:
    state = work / "state.json"
    state.unlink(missing_ok=True)
    command = [sys.executable, "-c", _PULL, str(work / "Maildir"), str(state)]
    _age(work / "Maildir")
    first = _timed("pull and parse, first", command, _FIRST)
    nothing = _timed("pull, nothing new", command)
    with _added(work / "Maildir", 100):
        hundred = _timed("pull, 100 new", command, _HUNDRED)
    return [first, nothing, hundred]


def _whole_run(work: Path) -> list[Timing]:
    for old in work.glob("nextmove.db*"):
        old.unlink()
    config = work / "config.toml"
    config.write_text(_CONFIG.format(mail=work / "Maildir", store=work / "nextmove.db"))
    command = [sys.executable, "-m", "assistant", "--config", str(config), "--now", "2026-11-23T08:00", "run"]
    _age(work / "Maildir")
    first = _timed("nextmove run, first", command, _FIRST)
    nothing = _timed("nextmove run, nothing new", command)
    with _added(work / "Maildir", 100):
        hundred = _timed("nextmove run, 100 new", command, _HUNDRED)
    return [first, nothing, hundred]


def _notmuch(work: Path) -> list[Timing]:
    if shutil.which("notmuch") is None:
        return []
    shutil.rmtree(work / "Maildir" / ".notmuch", ignore_errors=True)
    config = work / "notmuch.cfg"
    config.write_text(
        f"[database]\npath={work / 'Maildir'}\n[user]\nname=R\nprimary_email=r@bench.example\n[new]\ntags=new\n"
    )
    environment = {**os.environ, "NOTMUCH_CONFIG": str(config)}
    command = ["notmuch", "new", "--quiet"]
    first = _timed(_FIRST, command, environment=environment)
    nothing = _timed("notmuch new, nothing new", command, environment=environment)
    with _added(work / "Maildir", 100):
        hundred = _timed(_HUNDRED, command, environment=environment)
    shutil.rmtree(work / "Maildir" / ".notmuch")
    return [first, nothing, hundred]


def _timed(name: str, command: Sequence[str], peer: str = "", *, environment: dict[str, str] | None = None) -> Timing:
    """The wall clock and the peak memory of a process, its start included.

    Of several processes, the peak is the largest one's.
    """
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{name} failed with {process.returncode}")
    return Timing(name, time.perf_counter() - began, _megabytes(usage), peer)


def _megabytes(usage: resource.struct_rusage) -> float:
    """ru_maxrss counts kilobytes, but on macOS bytes."""
    return usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


@contextmanager
def _added(root: Path, count: int) -> Iterator[None]:
    """With other messages in the mailbox, for a while."""
    added: list[Path] = []
    for number, (raw, _) in enumerate(messages(count, seed=99)):
        path = root / "new" / f"{1790000000 + number}.M{number}P2.bench"
        path.write_bytes(raw)
        added.append(path)
    yield
    for path in added:
        path.unlink()


def _age(root: Path) -> None:
    """As if the mailbox had been still for an hour."""
    hour_ago = time.time() - 3600
    for folder in (path for path in root.rglob("*") if path.is_dir()):
        os.utime(folder, (hour_ago, hour_ago))


def _show(timings: Sequence[Timing], count: int) -> None:
    peers = {one.name: one.seconds for one in timings}
    print(f"{'':28} {'seconds':>8} {'messages/s':>11} {'peak MB':>8} {'x notmuch':>10}")
    for one in timings:
        rate = f"{count / one.seconds:11.0f}" if "first" in one.name or "floor" in one.name else " " * 11
        ratio = f"{one.seconds / peers[one.peer]:10.3f}" if one.peer in peers else " " * 10
        print(f"{one.name:28} {one.seconds:8.3f} {rate} {one.peak_mb:8.0f} {ratio}")
    if _FIRST not in peers:
        print("For the peer: apt-get install notmuch (Debian), brew install notmuch (macOS), then again.")


if __name__ == "__main__":
    main()
