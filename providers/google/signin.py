"""Signing in to a Google account and out: the desktop flow with PKCE (RFC 7636, RFC 8252), and what it gave us."""

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, Final

from assistant.domain.access import Access, Dialogue
from assistant.errors import ProviderError, RefusedError
from providers.google.aliases import aliases
from providers.google.api import Google, connect
from providers.google.connection import authorized, plain
from providers.google.credentials import email_of, scopes_of, variable_of
from providers.google.errors import RefusalError, login, refresh_error
from providers.google.scopes import DRAFTS, READ_MAIL, needed
from providers.google.tokens import Tokens, TokenStore
from providers.oauth import Loopback, quiet

_TALKATIVE: Final = ("requests_oauthlib", "oauthlib", "urllib3", "google.auth", "google.oauth2", "google_auth_httplib2")
_CONNECTIONS: Final = "https://myaccount.google.com/connections"
_CLIENT: Final = ("client_id", "client_secret", "auth_uri", "token_uri")


class GoogleSignIn:
    """The sign-in of one account. `folder` is where tokens lie where there is no keyring; the user's own by default."""

    def __init__(self, account: str, settings: Mapping[str, Any], folder: Path | None = None) -> None:
        self._account = account
        self._settings = settings
        self._email = email_of(settings)
        self._store = TokenStore(account, self._email, folder)

    @property
    def account(self) -> str:
        return self._account

    @property
    def by_hand(self) -> None:
        return None

    def access(self) -> Access:
        """Of a service account, or a token from the environment, what it allows isn't known here and taken as given."""
        if (by := self._opened_by()) is not None:
            every = tuple(replace(each, held=True) for each in needed(self._settings))
            return Access(self._account, by, every, email=self._email)
        tokens = self._store.load()
        if tokens is None:
            return Access(self._account, self._store.where(), needed(self._settings))
        permissions = needed(self._settings, tokens.scopes)
        return Access(self._account, self._store.where(), permissions, tokens.email, tokens.since)

    def works(self) -> bool:
        """A client that Google has forgotten, or refuses, is no dead end: only signing in anew leads out of it."""
        if self._opened_by() is None and self._of_another_client():
            return False
        google = Google(self._account, self._settings)
        try:
            google.run(google.gmail.users().getProfile(userId="me"))
        except ProviderError:
            if self._opened_by() is not None:
                raise  # nobody signs in to it: its cure is another one
            return False
        finally:
            google.close()
        return True

    def writes_as(self) -> tuple[str, ...]:
        google = connect(self._account, self._settings)
        try:
            return tuple(each.address.email for each in aliases(self._account, self._settings))
        except RefusalError:
            return ()  # an administrator may have closed this
        finally:
            google.close()

    def sign_in(self, dialogue: Dialogue) -> Access:
        if (by := self._opened_by()) is not None:
            raise RefusedError(f"Account “{self._account}” is opened by {by}.", "There's nothing to sign in to.")
        client = self._client()
        credentials, granted = self._consent(client, dialogue)
        tokens = Tokens(
            email=self._email,
            scopes=tuple(sorted(granted)),
            since=datetime.now(UTC).replace(microsecond=0),
            client_id=client["client_id"],
            client_secret=client["client_secret"],
            token_uri=client["token_uri"],
            refresh_token=credentials.refresh_token or "",
            access_token=credentials.token,
            expires=credentials.expiry.replace(tzinfo=UTC) if credentials.expiry else None,
        )
        tokens = replace(tokens, email=self._checked(credentials, granted))
        with self._store.renewing():
            kept = self._store.save(tokens)
        return Access(self._account, kept, needed(self._settings, granted), tokens.email, tokens.since)

    def sign_out(self) -> bool:
        if (by := self._opened_by()) is not None:
            raise RefusedError(
                f"Account “{self._account}” is opened by {by}: nothing of it is kept here.",
                "Take the permission back where it was given.",
            )
        with self._store.renewing():
            tokens = self._loaded()
            revoked = tokens is None or _revoke(tokens)
            there = self._store.forget()
        if not revoked:
            raise ProviderError(
                f"The tokens of account “{self._account}” are forgotten here, but Google couldn't be told.",
                f"Take the permission back by hand at {_CONNECTIONS}.",
            )
        return there

    def _of_another_client(self) -> bool:
        """Whether what is kept was given to another client than the one that is named now, or under an old secret."""
        tokens = self._loaded()
        try:
            client = self._client()
        except ProviderError:
            return False  # what is kept may work without it
        ours = (client["client_id"], client["client_secret"])
        return tokens is not None and (tokens.client_id, tokens.client_secret) != ours

    def _loaded(self) -> Tokens | None:
        """What can't be read can still be forgotten."""
        try:
            return self._store.load()
        except ProviderError:
            return None

    def _opened_by(self) -> str | None:
        """What opens the account where it isn't a sign-in of the rep's."""
        if name := variable_of(self._settings):
            return f"the token in the variable {name}"
        if path := self._settings.get("service_account"):
            return f"the service account {path}"
        return None

    def _client(self) -> dict[str, Any]:
        """The client of the rep's Google Cloud project, as downloaded."""
        path = self._settings.get("client")
        if not path:
            raise ProviderError(
                f"Account “{self._account}” doesn't say with which client to sign in.",
                'Set `client = "client.json"` in it; the README, Gmail and Google Calendar, says how to get that file.',
            )
        try:
            held = json.loads(Path(path).read_text(encoding="utf-8"))
            client = dict(held["installed"])
            if not all(isinstance(client[each], str) and client[each] for each in _CLIENT):
                raise ValueError
            return client
        except (OSError, ValueError, KeyError, TypeError):
            raise ProviderError(
                f"{path} isn't the JSON of a desktop client (account “{self._account}”).",
                "In the Google Cloud console open Google Auth Platform > Clients, create a client of the type Desktop "
                "app, and download its JSON to that place.",
            ) from None

    def _consent(self, client: dict[str, Any], dialogue: Dialogue) -> tuple[Any, frozenset[str]]:
        """The rep's consent, and the scopes that they left ticked."""
        from google_auth_oauthlib.flow import InstalledAppFlow

        state = secrets.token_urlsafe(32)
        with Loopback(state) as loopback, quiet(*_TALKATIVE):
            flow = InstalledAppFlow.from_client_config(
                {"installed": client},
                scopes_of(self._settings),
                state=state,
                redirect_uri=loopback.address,
                autogenerate_code_verifier=True,
            )
            address, _ = flow.authorization_url(access_type="offline", prompt="consent", login_hint=self._email)
            dialogue.show(address)
            answer = loopback.wait(dialogue.pasted)
            if "code" not in answer:
                raise self._denied(answer.get("error", ""))
            return self._exchanged(flow, answer["code"])

    def _exchanged(self, flow: Any, code: str) -> tuple[Any, frozenset[str]]:
        from oauthlib.oauth2.rfc6749.errors import OAuth2Error
        from requests.exceptions import RequestException

        try:
            with _as_granted():
                flow.fetch_token(code=code, include_client_id=True)
        except OAuth2Error as error:
            raise refresh_error(self._account, self._email, error) from None
        except (RequestException, ValueError):
            raise ProviderError(
                f"Google's sign-in server didn't answer for account “{self._account}”.", "Try again in a while."
            ) from None
        scope = flow.oauth2session.token.get("scope")
        told = scope.split() if isinstance(scope, str) else scope
        return flow.credentials, frozenset(told or scopes_of(self._settings))

    def _checked(self, credentials: Any, granted: frozenset[str]) -> str:
        """The address of the mailbox that was opened. Raises `ProviderError` if it's useless, or somebody else's.

        Then the new tokens are forgotten and not revoked: at Google that ends whatever the person has allowed to this
        client, also the sign-in that is kept from before, here or for another account.
        """
        if not credentials.refresh_token:
            raise ProviderError(
                f"Google gave no lasting sign-in for account “{self._account}”.",
                f"Take the permission back at {_CONNECTIONS}, then run: {login(self._account)}",
            )
        if not all(each.held for each in needed(self._settings, granted) if each.name in (READ_MAIL, DRAFTS)):
            raise ProviderError(
                f"Reading mail and filing drafts, without which nothing works, weren't allowed for “{self._account}”.",
                f"Run: {login(self._account)} and leave their boxes ticked. What was kept before is as it was; what "
                f"you allowed now can be taken back at {_CONNECTIONS}.",
            )
        google = Google(self._account, self._settings, http=lambda: authorized(credentials))
        try:
            opened = str(google.run(google.gmail.users().getProfile(userId="me"))["emailAddress"]).lower()
            if not _same(opened, self._email) and self._email not in _aliases(google):
                raise WrongPersonError(self._account, opened, self._email)
        finally:
            google.close()
        return opened

    def _denied(self, code: str) -> ProviderError:
        if code == "access_denied":
            return ProviderError(
                f"The consent for account “{self._account}” was declined; nothing was changed.",
                "Run it again if that was a slip. If Google said that access is blocked, add the address under Google "
                "Auth Platform > Audience > Test users.",
            )
        return refresh_error(self._account, self._email, code and {"error": code})


class WrongPersonError(ProviderError):
    """Somebody else's mailbox was opened."""

    def __init__(self, account: str, opened: str, wanted: str) -> None:
        super().__init__(
            f"You signed in as {opened}, but account “{account}” is for {wanted}; nothing was kept.",
            f'Choose the other person on Google\'s page, or set `email = "{opened}"` in the account. What {opened} '
            f"allowed can be taken back at {_CONNECTIONS}; that ends every sign-in of theirs with this client.",
        )


def open_sign_in(account: str, settings: Mapping[str, Any], _zone: tzinfo) -> GoogleSignIn:
    """The sign-in of a google account."""
    return GoogleSignIn(account, settings)


def _aliases(google: Google) -> frozenset[str]:
    """The addresses that the mailbox sends from."""
    try:
        listed = google.run(google.gmail.users().settings().sendAs().list(userId="me")).get("sendAs", [])
    except RefusalError:
        return frozenset()
    return frozenset(str(each.get("sendAsEmail", "")).lower() for each in listed)


def _same(one: str, other: str) -> bool:
    return _canonical(one) == _canonical(other)


def _canonical(email: str) -> str:
    """Gmail's own addresses are the same with dots and without, and at both of its domains."""
    name, _, domain = email.partition("@")
    return f"{name.replace('.', '')}@gmail.com" if domain in ("gmail.com", "googlemail.com") else email


def _revoke(tokens: Tokens) -> bool:
    """Whether Google knows it (RFC 7009); what it no longer knows needs no revoking."""
    from urllib.parse import urlencode

    address = f"{tokens.token_uri.rpartition('/')[0]}/revoke"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        body = urlencode({"token": tokens.refresh_token or tokens.access_token or ""})
        answer, _ = plain().request(address, "POST", body=body, headers=headers)
    except Exception:  # whatever kept it from arriving
        return False
    return int(answer.status) in (200, 400)


@contextmanager
def _as_granted() -> Iterator[None]:
    """Let oauthlib take other scopes than were asked for: the rep may untick some, and we compare ourselves."""
    name = "OAUTHLIB_RELAX_TOKEN_SCOPE"
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
