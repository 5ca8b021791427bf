"""A file is whole or not there, also where the disk has no room for it."""

import errno
import os
from pathlib import Path

import pytest

from providers.local import writing


def test_a_full_disk_leaves_the_old_file_and_no_part_of_a_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    final, part = tmp_path / "draft.eml", tmp_path / ".draft.part"
    final.write_bytes(b"before")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        writing.put(b"after", part, final)
    assert final.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [final]
