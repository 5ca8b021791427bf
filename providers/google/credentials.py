"""The credentials of an account: from the environment, of a service account, or of the rep's own sign-in."""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from assistant.errors import ProviderError
from providers.google.errors import SignInNeeded, nobody, refresh_error
from providers.google.scopes import needed
from providers.google.tokens import TokenStore
from providers.oauth_kept import refuse_if_open_to_others

_TOKEN_URI: Final = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address


def email_of(settings: Mapping[str, Any]) -> str:
    return str(settings.get("email") or "").lower()


def scopes_of(settings: Mapping[str, Any]) -> list[str]:
    return [each.name for each in needed(settings)]


def variable_of(settings: Mapping[str, Any]) -> str | None:
    """The environment variable that holds the token, if it's named and set; it goes before every other way."""
    name = settings.get("token_env")
    return str(name) if name and os.environ.get(name) else None


def credentials(account: str, settings: Mapping[str, Any], folder: Path | None = None) -> Any:
    """What opens the account. Raises `ProviderError`, `SignInNeeded` where nobody is signed in."""
    if name := variable_of(settings):
        return _from_environment(account, name)
    if path := settings.get("service_account"):
        return _of_service(account, Path(path), settings)
    if settings.get("token_env") and not settings.get("client"):
        raise ProviderError(
            f"Account “{account}” takes its token from the variable {settings['token_env']}, which isn't set.",
            "Set it to the token's JSON, or give the account a `client`.",
        )
    return _SignedIn(account, email_of(settings), TokenStore(account, email_of(settings), folder)).credentials()


def _from_environment(account: str, name: str) -> Any:
    from google.oauth2.credentials import Credentials

    try:
        held = json.loads(os.environ[name])
        token, refresh = held.get("token"), held.get("refresh_token")
        if not token and not (refresh and held["client_id"] and held["client_secret"]):
            raise ValueError
        expires = held.get("expiry")
        return Credentials(  # type: ignore[no-untyped-call]
            token=token,
            refresh_token=refresh,
            token_uri=held.get("token_uri", _TOKEN_URI),
            client_id=held.get("client_id"),
            client_secret=held.get("client_secret"),
            expiry=_naive(datetime.fromisoformat(expires).astimezone(UTC)) if expires else None,
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ProviderError(
            f"What the variable {name} holds isn't a token's JSON (for account “{account}”).",
            'Set it to {"token": "…"}, or to {"refresh_token": …, "client_id": …, "client_secret": …}.',
        ) from None


def _of_service(account: str, path: Path, settings: Mapping[str, Any]) -> Any:
    """It could act for everybody in the domain: it acts for the account's own address, and for nobody else."""
    from google.auth.exceptions import GoogleAuthError
    from google.oauth2 import service_account

    try:
        refuse_if_open_to_others(account, path, path.stat())
        key = json.loads(path.read_text(encoding="utf-8"))
        made = service_account.Credentials.from_service_account_info(key, scopes=scopes_of(settings))  # type: ignore[no-untyped-call]
        return made.with_subject(email_of(settings))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, GoogleAuthError):
        raise ProviderError(
            f"The service account of account “{account}” can't be read from {path}.",
            "Download its key as JSON (IAM & Admin > Service Accounts > Keys), and name the file as `service_account`.",
        ) from None


def refused_tokens(account: str, settings: Mapping[str, Any], error: Any) -> ProviderError:
    """Google didn't renew what opens the account: said for the way in which it's opened."""
    if name := variable_of(settings):
        return SignInNeeded(
            f"Google no longer accepts the token that the variable {name} holds for account “{account}”.",
            "Set it to a fresh one.",
        )
    told = refresh_error(account, email_of(settings), error)
    if settings.get("service_account") and isinstance(told, SignInNeeded):
        return SignInNeeded(
            f"Google doesn't accept the service account of account “{account}” for {email_of(settings)}: its key was "
            "deleted, there is no such mailbox in the domain, or this computer's clock is wrong.",
            "Check the three, in the Google Cloud console and in the admin console, then try again.",
        )
    return told


class _SignedIn:
    """The rep's own sign-in. Its access token is renewed under a lock, so that two programs don't race, and kept."""

    def __init__(self, account: str, email: str, store: TokenStore) -> None:
        self._account = account
        self._email = email
        self._store = store
        self._held: str | None = None

    def credentials(self) -> Any:
        from google.oauth2.credentials import Credentials

        tokens = self._store.load()
        if tokens is None:
            raise nobody(self._account)
        self._held = tokens.access_token
        return Credentials(  # type: ignore[no-untyped-call]
            token=tokens.access_token,
            expiry=_naive(tokens.expires),
            scopes=list(tokens.scopes),
            refresh_handler=self._renew,
        )

    def _renew(self, request: Any, scopes: Any = None) -> tuple[str, datetime]:  # noqa: ARG002 - google-auth gives it
        """google-auth's refresh handler: the access token and its expiry, naive in UTC."""
        from google.auth.exceptions import RefreshError
        from google.oauth2.credentials import Credentials

        with self._store.renewing():
            tokens = self._store.load()
            if tokens is None:
                raise nobody(self._account)
            fresh = Credentials(  # type: ignore[no-untyped-call]
                token=tokens.access_token,
                expiry=_naive(tokens.expires),
                refresh_token=tokens.refresh_token,
                token_uri=tokens.token_uri,
                client_id=tokens.client_id,
                client_secret=tokens.client_secret,
            )
            if tokens.access_token == self._held or not fresh.valid or fresh.token is None or fresh.expiry is None:
                try:
                    fresh.refresh(request)  # type: ignore[no-untyped-call]
                except RefreshError as error:
                    if error.retryable:
                        raise
                    raise refresh_error(self._account, self._email, error) from None
                if fresh.token is None or fresh.expiry is None:
                    raise refresh_error(self._account, self._email, None)
                expires = fresh.expiry.replace(tzinfo=UTC)
                self._store.save(tokens.renewed(fresh.token, expires, fresh.refresh_token))
            self._held = fresh.token
            return fresh.token, fresh.expiry


def _naive(moment: datetime | None) -> datetime | None:
    """google-auth counts in UTC without a zone."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment else None
