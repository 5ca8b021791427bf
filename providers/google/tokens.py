"""Where the tokens of an account are kept: the operating system's keyring, else a file that only the rep can read."""

import hashlib
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from assistant.errors import ProviderError
from providers.google.errors import login, logout

SERVICE: Final = "nextmove"
_VERSION: Final = 1
_PATIENCE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a sign-in gave: who, which scopes, since when, and what opens the account (never shown)."""

    email: str
    scopes: tuple[str, ...]
    since: datetime
    client_id: str
    token_uri: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    access_token: str | None = field(default=None, repr=False)
    expires: datetime | None = None

    def renewed(self, access_token: str, expires: datetime | None, refresh_token: str | None) -> "Tokens":
        """The same with a new access token; Google sometimes hands out a new refresh token with it."""
        return replace(
            self, access_token=access_token, expires=expires, refresh_token=refresh_token or self.refresh_token
        )

    def to_json(self, *, least: bool = False) -> str:
        """`least`: without the access token, which can be had again; some keyrings hold little."""
        held = asdict(self) | {"version": _VERSION, "since": self.since.isoformat()}
        held["expires"] = self.expires.isoformat() if self.expires else None
        if least:
            held |= {"access_token": None, "expires": None}
        return json.dumps(held)

    @classmethod
    def from_json(cls, text: str) -> "Tokens":
        """Raises ValueError, KeyError or TypeError where it isn't what `to_json` wrote."""
        held = dict(json.loads(text))
        if held.pop("version") != _VERSION:
            raise ValueError
        expires = held.pop("expires")
        return cls(
            **held
            | {
                "scopes": tuple(held["scopes"]),
                "since": datetime.fromisoformat(held["since"]).astimezone(UTC),
                "expires": datetime.fromisoformat(expires).astimezone(UTC) if expires else None,
            }
        )


class TokenStore:
    """The tokens of one account, and the lock under which they're renewed."""

    def __init__(self, account: str, email: str, folder: Path | None = None) -> None:
        self._account = account
        self._entry = f"{account} <{email}>"
        self._folder_given = folder

    def load(self) -> Tokens | None:
        """What is kept; None where nobody is signed in. Raises `ProviderError` for a file that others can read."""
        text, trouble = _asked(_keyring(), self._entry)
        if text is None:
            text = self._read()
        if text is None and trouble:
            raise ProviderError(
                f"The keyring that may hold the sign-in of account “{self._account}” doesn't open ({trouble}).",
                "Unlock it, then try again.",
            )
        if text is None:
            return None
        try:
            return Tokens.from_json(text)
        except (ValueError, KeyError, TypeError):
            raise ProviderError(
                f"What is kept of the sign-in of account “{self._account}” can't be read.",
                f"Run: {logout(self._account)}, then: {login(self._account)}",
            ) from None

    def save(self, tokens: Tokens) -> str:
        """Keep them; says where."""
        keyring = _keyring()
        if keyring and any(_put(keyring, self._entry, text) for text in (tokens.to_json(), tokens.to_json(least=True))):
            self._unlink()
            return f"the keyring of this computer ({keyring.name})"
        self._write(tokens.to_json())
        return str(self.path)

    def where(self) -> str:
        """Where they are, or would be."""
        keyring = _keyring()
        held_in_file = self.path.exists()
        return f"the keyring of this computer ({keyring.name})" if keyring and not held_in_file else str(self.path)

    def forget(self) -> bool:
        """Whether there was anything to forget."""
        there = self.path.exists()
        self._unlink()
        keyring = _keyring()
        if _asked(keyring, self._entry)[0] is not None:
            from keyring.errors import KeyringError

            try:
                keyring.delete_password(SERVICE, self._entry)
            except KeyringError:
                raise ProviderError(
                    f"The keyring didn't let go of the sign-in of account “{self._account}”.",
                    f"Delete its entry “{self._entry}” of the service “{SERVICE}” by hand.",
                ) from None
            there = True
        return there

    @contextmanager
    def renewing(self) -> Iterator[None]:
        """Only one process and thread at a time renews the tokens of an account."""
        from filelock import FileLock, Timeout

        path = self._folder() / f"{self._name}.lock"
        lock = FileLock(path, timeout=_PATIENCE, mode=0o600)
        try:
            lock.acquire()
        except Timeout:
            raise ProviderError(
                f"Another program has been renewing the sign-in of account “{self._account}” for a minute.",
                "End it, or wait until it's done, then try again.",
            ) from None
        except OSError as error:
            raise _unwritable(self._account, path, error) from None
        try:
            yield
        finally:
            lock.release()

    @property
    def path(self) -> Path:
        """The file that takes the keyring's place where there is none."""
        return self._where() / f"{self._name}.json"

    @property
    def _name(self) -> str:
        plain = "".join(each if each.isascii() and each.isalnum() else "-" for each in self._account)[:40]
        return f"{plain}-{hashlib.sha256(self._entry.encode()).hexdigest()[:12]}"

    def _where(self) -> Path:
        if self._folder_given is not None:
            return self._folder_given
        from platformdirs import user_data_path

        return user_data_path("nextmove", appauthor=False) / "google"

    def _folder(self) -> Path:
        folder = self._where()
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise _unwritable(self._account, folder, error) from None
        return folder

    def _read(self) -> str | None:
        try:
            descriptor = os.open(self.path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unwritable(self._account, self.path, error) from None
        with os.fdopen(descriptor, encoding="utf-8") as file:
            refuse_if_open_to_others(self._account, self.path, os.fstat(descriptor))
            return file.read()

    def _unlink(self) -> None:
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(self._account, self.path, error) from None

    def _write(self, text: str) -> None:
        """Whole or not at all, and never readable by others, not even for a moment."""
        target = self._folder() / self.path.name
        draft = target.with_suffix(f".{os.getpid()}.new")
        try:
            draft.unlink(missing_ok=True)
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(descriptor)
            draft.replace(target)
        except OSError as error:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise _unwritable(self._account, target, error) from None


def refuse_if_open_to_others(account: str, path: Path, looks: os.stat_result) -> None:
    """Raises `ProviderError` for a secret of ours that other users of this computer can read."""
    if os.name == "posix" and looks.st_uid == os.getuid() and stat.S_IMODE(looks.st_mode) & 0o077:
        raise ProviderError(
            f"What opens account “{account}” lies in {path}, which others on this computer can read; it wasn't used.",
            f"Run: chmod 600 '{path}'. If others do use this computer, sign out and in again as well.",
        )


def _keyring() -> Any:
    """The operating system's keyring; None where there is none, or one that keeps secrets in plain sight."""
    import keyring

    backend = keyring.get_keyring()
    try:
        return backend if backend.priority >= 1 else None
    except Exception:  # a backend says in its own words why it can't be used here
        return None


def _asked(keyring: Any, entry: str) -> tuple[str | None, str]:
    """What the keyring holds, and what kept it from telling."""
    if keyring is None:
        return None, ""
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, entry), ""
    except KeyringError as error:
        return None, type(error).__name__


def _put(keyring: Any, entry: str, text: str) -> bool:
    """Whether the keyring took it, and gives it back: some refuse what is long, each in its own way."""
    try:
        keyring.set_password(SERVICE, entry, text)
        return bool(keyring.get_password(SERVICE, entry) == text)
    except Exception:  # Windows' raises its own
        return False


def _unwritable(account: str, path: Path, error: OSError) -> ProviderError:
    return ProviderError(
        f"The sign-in of account “{account}” can't be kept at {path}: {error.strerror}.",
        "Make that place yours to read and write, then try again.",
    )
