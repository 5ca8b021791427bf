"""The linters that the guard is timed beside: each in a process of its own that stays open and times itself."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Final

Texts = Mapping[str, Sequence[str]]
"""Sets of texts, by name."""

INSTALL: Final = {
    "proselint": (
        "python -m venv DIR && DIR/bin/pip install 'proselint==0.16.*', and give --proselint-python DIR/bin/python"
    ),
    "write-good": "npm install --prefix DIR write-good, and give --node-modules DIR/node_modules",
}
"""How each is installed, outside of the project."""

_PROSELINT: Final = """
import json, sys, time
from importlib.metadata import version
from proselint.checks import __register__
from proselint.registry import CheckRegistry
from proselint.tools import LintFile
CheckRegistry().register_many(__register__)
sets = json.loads(sys.stdin.readline())
print("proselint", version("proselint"), flush=True)
for line in sys.stdin:
    texts = sets[line.strip()]
    began = time.perf_counter()
    for text in texts:
        list(LintFile("<text>", text).lint())
    print(time.perf_counter() - began, flush=True)
"""
_WRITE_GOOD: Final = """
const writeGood = require('write-good')
const version = require('write-good/package.json').version
let sets = null
require('readline').createInterface({input: process.stdin}).on('line', line => {
  if (sets === null) {
    sets = JSON.parse(line)
    console.log('write-good ' + version)
    return
  }
  const texts = sets[line]
  const began = process.hrtime.bigint()
  for (const text of texts) writeGood(text)
  console.log(Number(process.hrtime.bigint() - began) / 1e9)
})
"""
"""Both read the sets on their first line and answer with their name; then for each name of a set, with seconds."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A linter that holds the sets of texts and is ready."""

    title: str
    _asked: IO[str]
    _told: IO[str]

    def seconds(self, texts: str) -> float:
        """What it takes for the set of this name, without handing it over."""
        self._asked.write(texts + "\n")
        self._asked.flush()
        if not (answer := self._told.readline()):
            raise SystemExit(f"{self.title} stopped at the {texts}.")
        return float(answer)


@contextmanager
def proselint(python: str | None, sets: Texts) -> Iterator[Peer | None]:
    """Proselint with all its checks; None where that Python (or this one) doesn't have it."""
    with _peer([python or sys.executable, "-c", _PROSELINT], {}, sets) as peer:
        yield peer


@contextmanager
def write_good(modules: str | None, sets: Texts) -> Iterator[Peer | None]:
    """write-good with all its checks; None where neither the folder nor npm's own ones have it."""
    places = [modules] if modules else [os.environ.get("NODE_PATH", ""), *_npm_roots()]
    with _peer(["node", "-e", _WRITE_GOOD], {"NODE_PATH": os.pathsep.join(filter(None, places))}, sets) as peer:
        yield peer


def _npm_roots() -> Iterator[str]:
    """The folders in which npm installs: here, and for everybody."""
    for command in (["npm", "root"], ["npm", "root", "--global"]):
        try:
            yield subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
        except (OSError, subprocess.CalledProcessError):
            return


@contextmanager
def _peer(command: Sequence[str], variables: Mapping[str, str], sets: Texts) -> Iterator[Peer | None]:
    """The peer, once it is ready; ended at the end."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            env={**os.environ, **variables},
        )
    except OSError:
        yield None
        return
    assert process.stdin
    assert process.stdout
    try:
        yield _ready(process.stdin, process.stdout, sets)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        _close(process.stdin)


def _ready(asked: IO[str], told: IO[str], sets: Texts) -> Peer | None:
    try:
        asked.write(json.dumps(sets) + "\n")
        asked.flush()
    except BrokenPipeError:
        return None
    title = told.readline().strip()
    return Peer(title, asked, told) if title else None


def _close(pipe: IO[str]) -> None:
    """Close what may have nobody at its other end."""
    try:
        pipe.close()
    except BrokenPipeError:
        return
