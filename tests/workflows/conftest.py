"""The worlds that the tests of the workflows run in."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.workflows.world import World, built

Build = Callable[..., World]


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Build]:
    """Makes a world in a folder of its own; each is closed afterwards."""
    with ExitStack() as stack:
        count = iter(range(100))

        def make(*, extra: str = "", accounts: tuple[str, ...] = ("work",)) -> World:
            folder = tmp_path / f"world{next(count)}"
            return stack.enter_context(contextmanager(built)(folder, extra=extra, accounts=accounts))

        yield make


@pytest.fixture
def world(build: Build) -> World:
    """One deal with Harbour, whose question our last mail answered without a next step; not run yet."""
    made = build()
    made.deal()
    made.passive()
    return made
