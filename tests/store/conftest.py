"""A store in a folder of its own, and one transaction's worth of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.store import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "nextmove.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(path) as opened:
        yield opened
