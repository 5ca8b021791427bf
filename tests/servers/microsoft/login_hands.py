"""What a test does about signing in: tokens, a browser at the consent page, certificates, a cache that's filled."""

import re
import time
from collections.abc import Iterable
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.servers.microsoft import entra
from tests.servers.microsoft.accounts import OIDC, Accounts, short
from tests.servers.microsoft.asked import Json


class LoginHands:
    """A part of `MicrosoftPeer`."""

    accounts: Accounts
    url: str
    email: str
    client_id: str
    tenant: str

    def token(self, scopes: Iterable[str] | None = None) -> str:
        """A delegated access token; `scopes` None: for everything."""
        return self.accounts.issue(scopes)

    def app_token(self) -> str:
        """An access token of the application itself: there's no /me for it."""
        return self.accounts.issue(None, app=True)

    def certificate(self) -> bytes:
        """The application's private key and certificate, in one PEM."""
        return entra.certificate()[0]

    def cache(self, scopes: Iterable[str] | None = None, tenant: str = "common", *, expired: bool = False) -> str:
        """MSAL's token cache as it is after a sign-in, serialised; `expired`: only the refresh token is good."""
        import msal

        named = sorted(short(each) for each in scopes) if scopes is not None else DEFAULT
        kept = None if scopes is None else frozenset(named)
        body = self.accounts.tokens(kept, {"scope": " ".join([*named, "openid", "profile"])})
        cache = msal.SerializableTokenCache()
        cache.add(
            {
                "client_id": self.client_id,
                "scope": named,
                "token_endpoint": f"{entra.LOGIN}/{tenant}/oauth2/v2.0/token",
                "response": body,
                "params": {},
                "data": {},
                "grant_type": "authorization_code",
            },
            now=time.time() - 7_200 if expired else None,
        )
        if expired:
            self.accounts.expire()
        return str(cache.serialize())

    def rerouted(self) -> Any:
        """An `http_client` for MSAL: what's meant for login.microsoftonline.com comes here."""
        import requests

        peer = self

        class Rerouted(requests.Session):
            def request(self, method: str, url: str | bytes, *args: Any, **words: Any) -> requests.Response:
                there = str(url).replace(entra.LOGIN, peer.url, 1)
                return super().request(method, there, *args, **words)

        return Rerouted()

    def enter_code(self, user_code: str, granted: Iterable[str] | None = None, *, deny: bool = False) -> None:
        """The rep enters a device's code in a browser."""
        self.accounts.enter_code(user_code, granted, deny=deny)

    def consent(
        self, auth_url: str, granted: Iterable[str] | None = None, *, deny: bool = False, error: str = ""
    ) -> int:
        """Does what the rep does in the browser, and follows to the program; returns its answer's status."""
        import requests

        there = f"{self.url}{urlsplit(auth_url).path}?{urlsplit(auth_url).query}"
        asked: dict[str, str] = {name: values[0] for name, values in parse_qs(urlsplit(auth_url).query).items()}
        page = requests.get(there, timeout=10)
        page.raise_for_status()
        if deny or error:
            said = error or "AADSTS65004: User declined to consent to access the app."
            back = {"error": "access_denied", "error_description": said, "state": asked.get("state", "")}
            return _handed_back(asked, back)
        names = ("redirect_uri", "scope", "state", "nonce", "client_id", "code_challenge", "code_challenge_method")
        form = {"email": self.accounts.user.seeded, **{name: asked.get(name, "") for name in names}}
        form["response_mode"] = asked.get("response_mode", "query")
        if granted is not None:
            kept = {short(each) for each in granted} | OIDC
            form["scope"] = " ".join(each for each in form["scope"].split() if short(each) in kept)
        callback = there.partition("?")[0] + "/callback"
        answer = requests.post(callback, data=form, timeout=10, allow_redirects=False)
        if answer.is_redirect:
            return requests.get(answer.headers["location"], timeout=10).status_code
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', answer.text))
        return _handed_back(asked, {name: unescape(value) for name, value in fields.items()})


DEFAULT = ["Calendars.ReadWrite", "Mail.ReadWrite", "Mail.Send", "MailboxSettings.Read", "User.Read"]


def _handed_back(asked: Json, back: dict[str, str]) -> int:
    """As response_mode says it."""
    import requests

    if asked.get("response_mode") == "form_post":
        return requests.post(asked["redirect_uri"], data=back, timeout=10).status_code
    return requests.get(f"{asked['redirect_uri']}?{urlencode(back)}", timeout=10).status_code
