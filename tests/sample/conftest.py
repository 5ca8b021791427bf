"""The sample, written once for a weekday and read back with the standard library."""

from collections.abc import Callable
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from assistant.sample import SamplePaths, write
from assistant.sample.today import HOME

NOW = datetime(2025, 11, 12, 7, 30, tzinfo=HOME)


def read_mails(root: Path) -> dict[Path, EmailMessage]:
    """Every message under a Maildir, by its path."""
    paths = [path for part in ("cur", "new") for path in root.rglob(f"{part}/*") if path.is_file()]
    return {path: message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(paths)}


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SamplePaths:
    return write(tmp_path_factory.mktemp("sample") / "demo", NOW)


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def read() -> Callable[[Path], dict[Path, EmailMessage]]:
    return read_mails


@pytest.fixture(scope="session")
def mails(sample: SamplePaths) -> dict[Path, EmailMessage]:
    return read_mails(sample.mail)
