"""How long the commands take to start, in multiples of an empty Python: python -m benchmarks.startup."""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

_NOTHING: Final = "python -c pass"
_NOW: Final = "2026-11-23T08:00"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="the median is shown")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        commands = _commands(Path(folder))
        taken: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(options.rounds):
            for name, command in commands.items():  # one after the other, so that the machine's mood is the same
                began = time.perf_counter()
                subprocess.run(command, check=True, capture_output=True)
                taken[name].append(time.perf_counter() - began)
    medians = {name: statistics.median(times) for name, times in taken.items()}
    print(f"{'':32} {'ms':>6} {'x ' + _NOTHING:>18}")
    for name, seconds in medians.items():
        print(f"{name:32} {seconds * 1000:6.0f} {seconds / medians[_NOTHING]:18.1f}")


def _commands(folder: Path) -> dict[str, list[str]]:
    """On the sample mailbox, with its deals and a filled queue; nothing is new when the runs are measured."""
    from assistant.sample import write

    paths = write(folder / "sample", datetime.fromisoformat(_NOW).replace(tzinfo=UTC))
    nextmove = [sys.executable, "-m", "assistant"]
    here = [*nextmove, "--config", str(paths.config), "--now", _NOW]
    for arguments in (["deals", "import", str(paths.deals)], ["run"], ["run"]):
        subprocess.run([*here, *arguments], check=True, capture_output=True)
    return {
        _NOTHING: [sys.executable, "-c", "pass"],
        "python -c 'import sqlalchemy'": [sys.executable, "-c", "import sqlalchemy"],
        "nextmove --help": [*nextmove, "--help"],
        "nextmove queue": [*here, "queue"],
        "nextmove run, nothing new": [*here, "run"],
    }


if __name__ == "__main__":
    main()
