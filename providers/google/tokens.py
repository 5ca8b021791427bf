"""What a sign-in at Google gave: kept in the operating system's keyring, else in a file that only the rep can read."""

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from assistant.errors import ProviderError
from providers.google.errors import login, logout
from providers.oauth_kept import Kept, asked, forgotten, keyring_name, put

_VERSION: Final = 1


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
        self._kept = Kept(account, email, "google", folder)
        self.renewing = self._kept.renewing

    def load(self) -> Tokens | None:
        """What is kept; None where nobody is signed in. Raises `ProviderError` for a file that others can read."""
        text, trouble = asked(self._kept.entry)
        if text is None:
            text = self._kept.read(self.path)
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
        if any(put(self._kept.entry, text) for text in (tokens.to_json(), tokens.to_json(least=True))):
            self._kept.unlink(self.path)
            return self.where()
        self._kept.write(self.path, tokens.to_json())
        return str(self.path)

    def where(self) -> str:
        """Where they are, or would be."""
        name = keyring_name()
        return f"the keyring of this computer ({name})" if name and not self.path.exists() else str(self.path)

    def forget(self) -> bool:
        """Whether there was anything to forget."""
        there = self.path.exists()
        self._kept.unlink(self.path)
        return forgotten(self._account, self._kept.entry) or there

    @property
    def path(self) -> Path:
        """The file that takes the keyring's place where there is none."""
        return self._kept.path(".json")
