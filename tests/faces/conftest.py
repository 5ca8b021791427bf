"""The command line as a person meets it: the entry point itself, with its exit codes and both streams."""

import io
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.cli import main
from tests.workflows.world import World, built


@dataclass(frozen=True, slots=True)
class Told:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Say = Callable[..., Told]


@dataclass(slots=True)
class Face:
    """A world, and the command line that works on it at the world's own time."""

    world: World
    say: Say

    def __call__(self, *args: str, stdin: str = "", now: datetime | None = None) -> Told:
        clock = (now or self.world.now).isoformat()
        return self.say("-c", str(self.world.config.path), "--now", clock, *args, stdin=stdin)


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Say:
    """Calls the entry point with these words, in an empty folder and without a configuration of the user's."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("NEXTMOVE_CONFIG", raising=False)

    def call(*args: str, stdin: str = "") -> Told:
        monkeypatch.setattr(sys, "argv", ["nextmove", *args])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        said = capsys.readouterr()
        return Told(code, said.out, said.err)

    return call


@pytest.fixture
def empty(say: Say, tmp_path: Path) -> Iterator[Face]:
    """A configuration with an empty mailbox, and no deal."""
    with contextmanager(built)(tmp_path / "world") as world:
        yield Face(world, say)


@pytest.fixture
def face(empty: Face) -> Face:
    """One deal whose last move was passive; not run yet."""
    empty.world.deal()
    empty.world.passive()
    return empty


@pytest.fixture
def ready(face: Face) -> Face:
    """The same after a run: item 1 is its draft."""
    face.world.run()
    return face
