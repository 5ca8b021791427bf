"""Files that are whole or not there at all, whatever happens in between."""

import os
from pathlib import Path
from typing import Final

_OWN: Final = 0o600
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)


def put(raw: bytes, part: Path, final: Path, *, mode: int = _OWN) -> None:
    """Write to `part`, which lies in the same file system, and give it its name when all of it is on the disk.

    What is called `final` already is replaced; of a link, the link is.
    """
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _NO_LINK, _OWN)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(raw)
            file.flush()
            if mode != _OWN:
                part.chmod(mode)
            os.fsync(file.fileno())
        part.replace(final)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    sync(final.parent)


def remove(path: Path) -> None:
    """Take a file out for good; one that is not there any more is fine."""
    path.unlink(missing_ok=True)
    sync(path.parent)


def sync(directory: Path) -> None:
    """The directory's own change on the disk, where the system can do that."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
