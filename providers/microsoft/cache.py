"""Where a sign-in at Microsoft is kept: MSAL's token cache, encrypted where the system can, else for the rep's eyes.

Beside it lies who signed in, for what and when: no secret.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from assistant.errors import ProviderError
from providers.microsoft.errors import login, logout
from providers.microsoft.scopes import short
from providers.oauth_kept import Kept, asked, forgotten, keyring_name, put

_VERSION: Final = 1
_KINDS: Final = {
    "AccessToken": ("secret", "home_account_id", "client_id", "target", "expires_on"),
    "RefreshToken": ("secret", "home_account_id", "client_id"),
    "IdToken": ("secret", "home_account_id"),
    "Account": ("home_account_id", "environment", "username"),
    "AppMetadata": ("client_id", "environment"),
}
"""What MSAL's cache holds, and what of it MSAL takes for granted."""
_BROKEN: Final = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
_LEAST: Final = 300.0
"""Seconds that an access token must still be good for; MSAL renews it then too."""


@dataclass(frozen=True, slots=True)
class Who:
    """Whose sign-in it is: `home` is MSAL's home_account_id, `scopes` are Graph's, in short."""

    email: str
    home: str
    client_id: str
    tenant: str
    scopes: tuple[str, ...]
    since: datetime

    def to_json(self) -> str:
        return json.dumps(asdict(self) | {"version": _VERSION, "since": self.since.isoformat()})

    @classmethod
    def from_json(cls, text: str) -> "Who":
        """Raises one of `_BROKEN` where it isn't what `to_json` wrote."""
        held = dict(json.loads(text))
        if held.pop("version") != _VERSION:
            raise ValueError
        since = datetime.fromisoformat(held["since"]).astimezone(UTC)
        return cls(**held | {"scopes": tuple(held["scopes"]), "since": since})


@dataclass(frozen=True, slots=True)
class Access:
    """An access token that is still good, and until when, in seconds since 1970."""

    token: str = field(repr=False)
    until: float


class SignInStore:
    """What is kept of one account's sign-in."""

    def __init__(self, account: str, email: str, folder: Path | None = None) -> None:
        self._account = account
        self._kept = Kept(account, email, "microsoft", folder)
        self._plain = self._kept.path(".cache.json")
        self._signal = self._kept.path(".cache.bin")
        self._person = self._kept.path(".json")
        self._entry = f"{self._kept.entry} (Microsoft)"

    def who(self) -> Who | None:
        """Who is signed in. Raises `ProviderError` for a file that others can read."""
        text = self._kept.read(self._person)
        if text is None:
            return None
        try:
            return Who.from_json(text)
        except _BROKEN:
            raise self._unreadable() from None

    def access(self, who: Who, now: float) -> Access | None:
        """The newest access token of the cache that allows what was granted, if it's good for some minutes more."""
        text = self._text()
        if text is None:
            return None
        try:
            held = json.loads(text).get("AccessToken", {}).values()
            good = [
                Access(each["secret"], float(each["expires_on"]))
                for each in held
                if each["home_account_id"] == who.home
                and each["client_id"] == who.client_id
                and _lower(short(each["target"])) >= _lower(who.scopes)
            ]
        except _BROKEN:
            raise self._unreadable() from None
        newest = max(good, key=lambda access: access.until, default=None)
        return newest if newest and newest.until - now > _LEAST else None

    def cache(self) -> Any:
        """MSAL's token cache, which keeps what it's given at once. Raises `ProviderError` where it can't be read."""
        import msal_extensions

        text = self._text()
        if text is None or not _is_whole(text):  # nor is a file that others can read ever handed to MSAL
            raise self._unreadable()
        return msal_extensions.PersistedTokenCache(self._persistence())

    def save(self, who: Who, serialized: str) -> str:
        """Keep a new sign-in in the place of the one from before; says where."""
        self._kept.folder()
        if self._encrypts(serialized):
            self._kept.unlink(self._plain)
        else:
            self._kept.write(self._plain, serialized)
        self._kept.write(self._person, who.to_json())
        return self.where()

    def where(self) -> str:
        """Where it is, or would be."""
        if self._plain.exists() or (self._person.exists() and not self._signal.exists()):
            return str(self._plain)
        return _system() or str(self._plain)

    def forget(self) -> bool:
        """Whether there was anything to forget."""
        there = self._person.exists() or self._plain.exists() or self._signal.exists()
        if self._signal.exists():
            self._blank()
        for path in (self._plain, self._signal, self._person):
            self._kept.unlink(path)
        return forgotten(self._account, self._entry) or there

    @contextmanager
    def renewing(self) -> Iterator[None]:
        """Only one process and thread at a time renews the tokens of an account."""
        with self._kept.renewing():
            yield

    def _text(self) -> str | None:
        """The cache as text; None where there is none."""
        if (text := self._kept.read(self._plain)) is not None:
            return text
        if not self._signal.exists():
            return None
        from msal_extensions.persistence import PersistenceNotFound

        try:
            return str(self._persistence().load())
        except PersistenceNotFound:
            return None
        except ProviderError:
            raise
        except Exception as error:  # each system has its own
            raise ProviderError(
                f"The keyring that holds the sign-in of account “{self._account}” doesn't open "
                f"({type(error).__name__}).",
                f"Unlock it, then try again; if that doesn't help, run: {login(self._account)} --again",
            ) from None

    def _persistence(self) -> Any:
        """Where the cache lies now."""
        return self._file() if self._plain.exists() else self._encrypted() or self._file()

    def _encrypts(self, text: str) -> bool:
        """Whether the system took it and gives it back."""
        try:
            persistence = self._encrypted()
            if persistence is None:
                return False
            persistence.save(text)
            return bool(persistence.load() == text)
        except Exception:  # each system has its own
            self._kept.unlink(self._signal)
            return False

    def _blank(self) -> None:
        """An entry of the system's own store is emptied: it can't be removed through msal-extensions."""
        try:
            if (persistence := self._encrypted()) is not None:
                persistence.save("{}")
        except Exception as error:  # each system has its own
            raise ProviderError(
                f"The keyring didn't let go of the sign-in of account “{self._account}” ({type(error).__name__}).",
                "Unlock it, then sign out again.",
            ) from None

    def _encrypted(self) -> Any:
        """What msal-extensions offers here, else the keyring of a Linux desktop; None where there's neither."""
        from msal_extensions import build_encrypted_persistence

        try:
            return build_encrypted_persistence(str(self._signal))
        except Exception:  # libsecret isn't there, or nobody has unlocked it
            return self._in_keyring() if _rings() else None

    def _file(self) -> Any:
        """A file as msal-extensions would have it, written whole or not at all."""
        from msal_extensions.persistence import FilePersistence, PersistenceNotFound

        kept, path = self._kept, self._plain

        class Plain(FilePersistence):  # type: ignore[misc]
            def save(self, content: str) -> None:
                kept.write(path, content)

            def load(self) -> str:
                text = kept.read(path)
                if text is None:
                    raise PersistenceNotFound(location=str(path))
                return text

        return Plain(str(path))

    def _in_keyring(self) -> Any:
        """The keyring, as msal-extensions wants one; the time of a file says when it changed."""
        from msal_extensions.persistence import FilePersistence, PersistenceEncryptionError, PersistenceNotFound

        entry = self._entry

        class Ring(FilePersistence):  # type: ignore[misc]
            is_encrypted = True

            def save(self, content: str) -> None:
                if not put(entry, content):
                    raise PersistenceEncryptionError(message="the keyring refuses it")
                self.touch()

            def load(self) -> str:
                text, trouble = asked(entry)
                if trouble:
                    raise PersistenceEncryptionError(message=trouble)
                if text is None:
                    raise PersistenceNotFound(location=entry)
                return text

        return Ring(str(self._signal))

    def _unreadable(self) -> ProviderError:
        return ProviderError(
            f"What is kept of the sign-in of account “{self._account}” can't be read.",
            f"Run: {logout(self._account)}, then: {login(self._account)}",
        )


def _lower(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.lower() for name in names)


def _is_whole(text: str) -> bool:
    """Whether MSAL's cache has the form that MSAL takes for granted."""
    try:
        held = json.loads(text)
        return all(
            isinstance(each[name], str)
            for kind, names in _KINDS.items()
            for each in held.get(kind, {}).values()
            for name in names
        )
    except _BROKEN:
        return False


def _rings() -> bool:
    """Windows' keyring holds too little, and there and on a Mac msal-extensions has a place of its own."""
    return sys.platform.startswith("linux") and keyring_name() is not None


def _system() -> str | None:
    """What encrypts here, in words; None where nothing does."""
    if sys.platform.startswith("win"):
        return "a file that Windows encrypts for you"
    if sys.platform == "darwin":
        return "the keychain of this computer"
    if _rings():
        return f"the keyring of this computer ({keyring_name()})"
    return "the keyring of this computer" if find_spec("gi") else None  # libsecret is reached through it
