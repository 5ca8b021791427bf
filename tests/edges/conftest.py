"""The scenes that the edge cases are played in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.edges.scene import Scene, played
from tests.workflows.conftest import build

__all__ = ["build", "scene"]


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A deal with Harbour: Ines asked for a paper, and our answer of six working days ago led nowhere."""
    yield from played(tmp_path)
