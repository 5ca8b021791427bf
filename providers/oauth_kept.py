"""Where sign-ins are kept: the operating system's keyring, else files that only the rep can read; and their lock."""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from assistant.errors import ProviderError

SERVICE: Final = "nextmove"
_PATIENCE: Final = 60.0


class Kept:
    """The files of one account's sign-in at a `system`, and the lock under which it's renewed.

    `folder` is where they lie; the user's own by default.
    """

    def __init__(self, account: str, email: str, system: str, folder: Path | None = None) -> None:
        self._account = account
        self._system = system
        self._folder_given = folder
        self.entry = f"{account} <{email}>"
        """Its name in a keyring."""

    def path(self, suffix: str) -> Path:
        return self._where() / f"{self._name}{suffix}"

    def folder(self) -> Path:
        """It's made where it isn't there. Raises `ProviderError`."""
        folder = self._where()
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise unwritable(self._account, folder, error) from None
        return folder

    def read(self, path: Path) -> str | None:
        """None where there is none; what isn't text comes with marks in it, and reads as nothing.

        Raises `ProviderError` for a file that others can read.
        """
        try:
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise unwritable(self._account, path, error) from None
        looks = os.fstat(descriptor)
        if not stat.S_ISREG(looks.st_mode):
            os.close(descriptor)
            raise unwritable(self._account, path, OSError(0, "it isn't a file"))
        with os.fdopen(descriptor, encoding="utf-8", errors="replace") as file:
            refuse_if_open_to_others(self._account, path, looks)
            return file.read()

    def write(self, path: Path, text: str) -> None:
        """Whole or not at all, and never readable by others, not even for a moment."""
        self.folder()
        draft = path.with_suffix(f".{os.getpid()}.new")
        try:
            draft.unlink(missing_ok=True)
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(descriptor)
            draft.replace(path)
        except OSError as error:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise unwritable(self._account, path, error) from None

    def unlink(self, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise unwritable(self._account, path, error) from None

    @contextmanager
    def renewing(self) -> Iterator[None]:
        """Only one process and thread at a time renews the tokens of an account."""
        from filelock import FileLock, Timeout

        path = self.folder() / f"{self._name}.lock"
        lock = FileLock(path, timeout=_PATIENCE, mode=0o600)
        try:
            lock.acquire()
        except Timeout:
            raise ProviderError(
                f"Another program has been renewing the sign-in of account “{self._account}” for a minute.",
                "End it, or wait until it's done, then try again.",
            ) from None
        except OSError as error:
            raise unwritable(self._account, path, error) from None
        try:
            yield
        finally:
            lock.release()

    @property
    def _name(self) -> str:
        plain = "".join(each if each.isascii() and each.isalnum() else "-" for each in self._account)[:40]
        return f"{plain}-{hashlib.sha256(self.entry.encode()).hexdigest()[:12]}"

    def _where(self) -> Path:
        if self._folder_given is not None:
            return self._folder_given
        from platformdirs import user_data_path

        return user_data_path("nextmove", appauthor=False) / self._system


def refuse_if_open_to_others(account: str, path: Path, looks: os.stat_result) -> None:
    """Raises `ProviderError` for a secret of ours that other users of this computer can read."""
    if os.name == "posix" and looks.st_uid == os.getuid() and stat.S_IMODE(looks.st_mode) & 0o077:
        raise ProviderError(
            f"What opens account “{account}” lies in {path}, which others on this computer can read; it wasn't used.",
            f"Run: chmod 600 '{path}'. If others do use this computer, sign out and in again as well.",
        )


def unwritable(account: str, path: Path, error: OSError) -> ProviderError:
    return ProviderError(
        f"The sign-in of account “{account}” can't be kept at {path}: {error.strerror}.",
        "Make that place yours to read and write, then try again.",
    )


def keyring_name() -> str | None:
    """The operating system's keyring, in its own words; None where there's none to use."""
    keyring = _keyring()
    return str(keyring.name) if keyring else None


def asked(entry: str) -> tuple[str | None, str]:
    """What the keyring holds, and what kept it from telling."""
    keyring = _keyring()
    if keyring is None:
        return None, ""
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, entry), ""
    except KeyringError as error:
        return None, type(error).__name__


def put(entry: str, text: str) -> bool:
    """Whether the keyring took it, and gives it back: some refuse what is long, each in its own way."""
    keyring = _keyring()
    if keyring is None:
        return False
    try:
        keyring.set_password(SERVICE, entry, text)
        return bool(keyring.get_password(SERVICE, entry) == text)
    except Exception:  # Windows' raises its own
        return False


def forgotten(account: str, entry: str) -> bool:
    """Whether the keyring held it, and no longer does. Raises `ProviderError` where it doesn't let go."""
    if asked(entry)[0] is None:
        return False
    from keyring.errors import KeyringError

    try:
        _keyring().delete_password(SERVICE, entry)
    except KeyringError:
        raise ProviderError(
            f"The keyring didn't let go of the sign-in of account “{account}”.",
            f"Delete its entry “{entry}” of the service “{SERVICE}” by hand.",
        ) from None
    return True


def _keyring() -> Any:
    """The keyring; None where there is none, or one that keeps secrets in plain sight."""
    import keyring

    backend = keyring.get_keyring()
    try:
        return backend if backend.priority >= 1 else None
    except Exception:  # a backend says in its own words why it can't be used here
        return None
