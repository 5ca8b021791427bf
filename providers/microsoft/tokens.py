"""What opens an account: a token from the environment, the application itself (for a team), or the rep's sign-in."""

import base64
import binascii
import os
import re
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

from assistant.errors import ProviderError
from providers.microsoft.cache import Access, SignInStore, Who
from providers.microsoft.connection import resource_of
from providers.microsoft.entra import refusal
from providers.microsoft.errors import SignInNeeded, login, nobody, signed_out
from providers.microsoft.scopes import asked

Opened: TypeAlias = Callable[[str | None, str | None], str]
"""Gives an access token: another than the one that was refused, if one was; one that satisfies the claims, if any."""

_CLAIMS: Final = re.compile(r'\bclaims="([A-Za-z0-9+/=_-]+)"')
_LEAST: Final = 300.0


def email_of(settings: Mapping[str, Any]) -> str:
    return str(settings.get("email") or "").lower()


def variable_of(settings: Mapping[str, Any]) -> str | None:
    """The environment variable that holds the token, if it's named and set; it goes before every other way."""
    name = settings.get("token_env")
    return str(name) if name and os.environ.get(name) else None


def is_application(settings: Mapping[str, Any]) -> bool:
    """Whether no person signs in."""
    return bool(settings.get("certificate") or settings.get("secret_env"))


def is_own(settings: Mapping[str, Any]) -> bool:
    """Whether the mailbox is of who signs in; any other is named in every path."""
    return not is_application(settings) and not settings.get("shared")


def claims_in(challenge: str) -> str | None:
    """What a WWW-Authenticate asks of the next token (Entra, Claims challenges): JSON in base64."""
    if (found := _CLAIMS.search(challenge)) is None:
        return None
    try:
        padded = found[1].translate({ord("-"): "+", ord("_"): "/"})
        return base64.b64decode(padded + "=" * (-len(padded) % 4)).decode()
    except (binascii.Error, ValueError):
        return None


def opened(account: str, settings: Mapping[str, Any], folder: Path | None = None) -> Opened:
    """The way in. Raises `ProviderError`; asks nobody yet."""
    if name := variable_of(settings):
        return _from_environment(account, name)
    if is_application(settings):
        return _Application(account, settings).token
    if settings.get("token_env") and not settings.get("client_id"):
        raise ProviderError(
            f"Account “{account}” takes its token from the variable {settings['token_env']}, which isn't set.",
            "Set it to an access token, or give the account a `client_id`.",
        )
    return _SignedIn(account, settings, SignInStore(account, email_of(settings), folder)).token


def _from_environment(account: str, name: str) -> Opened:
    token = os.environ[name].strip()
    if not token.isascii() or not token.isprintable() or " " in token:
        raise ProviderError(
            f"What the variable {name} holds isn't an access token (for account “{account}”).",
            "Set it to the token itself, without “Bearer” and without quotes.",
        )
    return lambda _refused, _claims: token


class _Application:
    """The application's own token, which lasts an hour and is kept by nobody."""

    def __init__(self, account: str, settings: Mapping[str, Any]) -> None:
        self._account = account
        self._settings = settings
        self._lock = threading.Lock()
        self._made: Any = None

    def token(self, refused: str | None, claims: str | None) -> str:
        from providers.microsoft.application import reaching, team

        with self._lock:
            made = self._made or team(self._account, self._settings)
            self._made = None  # one that failed would give the same answer for a minute
            with reaching(self._account, self._settings):
                if refused and not claims:
                    made.remove_tokens_for_client()
                scopes = [f"{resource_of(self._settings)}/.default"]
                answer = made.acquire_token_for_client(scopes, claims_challenge=claims)
            if "access_token" not in answer:
                raise refusal(self._account, self._settings, answer)
            self._made = made
        return str(answer["access_token"])


class _SignedIn:
    """The rep's own sign-in. It's renewed under a lock, so that two programs don't race, and kept."""

    def __init__(self, account: str, settings: Mapping[str, Any], store: SignInStore) -> None:
        self._account = account
        self._settings = settings
        self._store = store
        self._lock = threading.Lock()
        self._held: Access | None = None
        self._held_of: Who | None = None

    def token(self, refused: str | None, claims: str | None) -> str:
        """The one that is held, as long as the sign-in is: who signs out in another program is out of this one too."""
        with self._lock:
            now, who = time.time(), self._who()
            held = self._held if self._held_of == who else None
            if held is None or held.token == refused or held.until - now <= _LEAST:
                held = self._other(who, refused, claims, now)
            self._held, self._held_of = held, who
            return held.token

    def _other(self, who: Who, refused: str | None, claims: str | None, now: float) -> Access:
        """One that another program has got meanwhile, or a new one."""
        kept = self._store.access(who, now)
        if kept is not None and kept.token != refused:
            return kept
        with self._store.renewing():
            kept = self._store.access(who, now)
            if kept is not None and kept.token != refused:
                return kept
            return self._renewed(who, force=refused is not None, claims=claims)

    def _who(self) -> Who:
        who = self._store.who()
        if who is None:
            raise nobody(self._account)
        if (who.client_id, who.tenant) != named(self._settings):
            raise SignInNeeded(
                f"The sign-in of account “{self._account}” was for another `client_id` or `tenant` than it has now.",
                f"Run: {login(self._account)}",
            )
        return who

    def _renewed(self, who: Who, *, force: bool, claims: str | None) -> Access:
        from providers.microsoft.application import person, reaching

        made = person(self._account, self._settings, self._store.cache())
        scopes = asked(self._settings, who.scopes)
        with reaching(self._account, self._settings):
            mine = next((each for each in made.get_accounts() if each["home_account_id"] == who.home), None)
            answer = made.acquire_token_silent_with_error(scopes, mine, force_refresh=force, claims_challenge=claims)
        if answer is None:
            raise signed_out(self._account, "what was kept of the sign-in is gone")
        if "access_token" not in answer:
            raise refusal(self._account, self._settings, answer)
        return Access(str(answer["access_token"]), time.time() + float(answer.get("expires_in") or 0))


def named(settings: Mapping[str, Any]) -> tuple[str, str]:
    """Which application and organisation the account names."""
    return str(settings.get("client_id") or ""), str(settings.get("tenant") or "common")
