"""Who signs in, with which scopes, and which tokens are good: OAuth as Google's servers do it.

Consent, codes and PKCE are the emulator's; tokens made here (and those of service accounts) are answered for here.
"""

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any
from urllib.parse import parse_qs, urlencode

from tests.servers.discovery import Json, Method
from tests.servers.emulator import User
from tests.servers.google.asked import Refused
from tests.servers.proxy import Reply, Request

Forward = Callable[[str, str, bytes | None, dict[str, str]], tuple[int, dict[str, str], bytes]]
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
CLIENT_ID, CLIENT_SECRET = "1234-peer.apps.googleusercontent.com", "not-confidential"
PATHS = {
    "/o/oauth2/auth": "/o/oauth2/v2/auth",
    "/o/oauth2/v2/auth": "/o/oauth2/v2/auth",
    "/o/oauth2/v2/auth/callback": "/o/oauth2/v2/auth/callback",
    "/token": "/oauth2/token",
    "/oauth2/token": "/oauth2/token",
    "/oauth2/v4/token": "/oauth2/token",
    "/revoke": "/oauth2/revoke",
    "/oauth2/revoke": "/oauth2/revoke",
    "/oauth2/v2/userinfo": "/oauth2/v2/userinfo",
    "/.well-known/openid-configuration": "/.well-known/openid-configuration",
}


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token allows; `scopes` None: everything."""

    token: str
    scopes: frozenset[str] | None
    refresh: str = ""


class Accounts:
    """The tokens of one user."""

    def __init__(self, user: User) -> None:
        self._user = user
        self._lock = Lock()
        self._access: dict[str, Grant] = {}
        self._refresh: dict[str, Grant] = {}
        self._revoked: str | None = None
        self.scopes: set[str] | None = None
        """What every token allows at most; None: what it was granted."""
        self.policy: str | None = None
        """The error that the token endpoint answers with, such as admin_policy_enforced."""

    def new_grant(self, scopes: frozenset[str] | None = None) -> Grant:
        """An access token and its refresh token, as after a consent."""
        refresh = Grant(f"refresh-{secrets.token_hex(8)}", scopes)
        with self._lock:
            self._refresh[refresh.token] = refresh
        return self._issue(scopes, refresh.token)

    def _issue(self, scopes: frozenset[str] | None, refresh: str = "") -> Grant:
        grant = Grant(f"access-{secrets.token_hex(8)}", scopes, refresh)
        with self._lock:
            self._access[grant.token] = grant
        return grant

    def expire(self) -> None:
        """Every access token issued so far is too old; a refresh gets a new one."""
        with self._lock:
            self._access.clear()

    def revoke(self, why: str = "Token has been expired or revoked.") -> None:
        """The rep, the admin or seven days have ended the consent: no token is good any more."""
        self.expire()
        with self._lock:
            self._refresh.clear()
        self._revoked = why

    @property
    def live(self) -> list[str]:
        """The refresh tokens that are good: after a logout there's none."""
        return list(self._refresh)

    @property
    def granted(self) -> frozenset[str]:
        """The scopes of all consents that are good."""
        return frozenset(scope for grant in self._refresh.values() for scope in grant.scopes or ())

    def check(self, request: Request, method: Method) -> None:
        """Raises `Refused` where the request's token isn't good for the method."""
        grant = self._access.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        if grant is None:
            raise Refused(
                401, "authError", at="Authorization", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'}
            )
        for allowed in (grant.scopes, self.scopes):
            if allowed is not None and method.scopes and not method.scopes & allowed:
                challenge = {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}
                raise Refused(403, "insufficientPermissions", headers=challenge)

    def answer(self, request: Request, forward: Forward) -> Reply:
        """An OAuth endpoint."""
        path = PATHS[request.path]
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        if path == "/oauth2/token":
            return self._token(form, forward, request)
        if path == "/oauth2/revoke":
            return self._revoke({**{name: values[0] for name, values in request.query.items()}, **form})
        if path == "/oauth2/v2/userinfo":
            return self._userinfo(request)
        _, _, query = request.target.partition("?")
        return _plain(forward(request.method, path + (f"?{query}" if query else ""), request.body, _passed(request)))

    def _token(self, form: dict[str, str], forward: Forward, request: Request) -> Reply:
        if self.policy:
            return Reply(400, {"error": self.policy, "error_description": "The admin of the account has blocked it."})
        if form.get("grant_type") == JWT_BEARER:
            return self._assertion(form.get("assertion", ""))
        if form.get("grant_type") == "refresh_token":
            known = self._refresh.get(form.get("refresh_token", ""))
            if known is None:
                said = self._revoked or "Bad Request"
                return Reply(400, {"error": "invalid_grant", "error_description": said})
            return Reply(200, _tokens(self._issue(known.scopes, known.token)))
        status, headers, body = forward("POST", "/oauth2/token", request.body, _passed(request))
        if status != 200:
            return _plain((status, headers, body))
        return Reply(200, self._consented(json.loads(body)))

    def _consented(self, body: Json) -> Json:
        """The emulator's tokens, known here too; a new consent ends a revocation."""
        scopes = frozenset(body["scope"].split())
        with self._lock:
            self._access[body["access_token"]] = Grant(body["access_token"], scopes, body["refresh_token"])
            self._refresh[body["refresh_token"]] = Grant(body["refresh_token"], scopes)
        self._revoked = None
        return body

    def _assertion(self, assertion: str) -> Reply:
        """A service account that acts for the user (domain-wide delegation)."""
        import jwt

        try:
            claims = jwt.decode(assertion, _keys()[1], algorithms=["RS256"], options={"verify_aud": False})
        except jwt.PyJWTError as why:
            return Reply(400, {"error": "invalid_grant", "error_description": f"Invalid JWT: {why}"})
        if claims.get("sub") != self._user.email or self._revoked:
            said = "Client is unauthorized to retrieve access tokens using this method, or for any of these scopes."
            return Reply(401, {"error": "unauthorized_client", "error_description": said})
        return Reply(200, _tokens(self._issue(frozenset(claims["scope"].split()))))

    def _revoke(self, form: dict[str, str]) -> Reply:
        """One token revoked ends all that the user has allowed to the client; there's one client here."""
        token = form.get("token", "")
        with self._lock:
            if token not in self._refresh and token not in self._access:
                return Reply(400, {"error": "invalid_token", "error_description": "Token expired or revoked"})
            self._refresh.clear()
            self._access.clear()
        return Reply(200, {})

    def _userinfo(self, request: Request) -> Reply:
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self._access:
            return Refused(401, "authError").reply
        return Reply(200, {"id": "1", "email": self._user.email, "verified_email": True, "name": self._user.name})


def _tokens(grant: Grant) -> Json:
    scopes = {"scope": " ".join(sorted(grant.scopes))} if grant.scopes is not None else {}
    return {"access_token": grant.token, "token_type": "Bearer", "expires_in": 3599, **scopes}


def _passed(request: Request) -> dict[str, str]:
    return {name: request.headers[name] for name in ("content-type", "authorization") if name in request.headers}


def _plain(answer: tuple[int, dict[str, str], bytes]) -> Reply:
    status, headers, body = answer
    return Reply(status, body, {name: headers[name] for name in ("content-type", "location") if name in headers})


@cache
def _keys() -> tuple[str, str]:
    """A service account's private and public key, in PEM; made once."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


def installed_client(url: str) -> Json:
    """What Google's console hands out for a desktop application, with its addresses at the peer."""
    return {
        "installed": {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "project_id": "peer",
            "auth_uri": f"{url}/o/oauth2/v2/auth",
            "token_uri": f"{url}/oauth2/token",
            "redirect_uris": ["http://localhost"],
        }
    }


def service_account(url: str) -> Json:
    """What Google's console hands out for a service account, with its address at the peer."""
    return {
        "type": "service_account",
        "project_id": "peer",
        "private_key_id": "1",
        "private_key": _keys()[0],
        "client_email": "robot@peer.iam.gserviceaccount.com",
        "client_id": "1",
        "token_uri": f"{url}/oauth2/token",
    }


def authorized_user(url: str, grant: Grant) -> Json:
    """A token as google-auth writes it (`Credentials.to_json`)."""
    return {
        "type": "authorized_user",
        "token": grant.token,
        "refresh_token": grant.refresh,
        "token_uri": f"{url}/oauth2/token",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "scopes": sorted(grant.scopes) if grant.scopes is not None else None,
        "expiry": time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime(time.time() + 3500)),
    }


def consent(auth_url: str, email: str, granted: list[str] | None, before: frozenset[str], *, deny: bool) -> int:
    """Does what the rep does in the browser, and follows the redirect to the program; returns its answer's status.

    `before` are the scopes that were granted earlier: with include_granted_scopes they come again.
    """
    import requests

    page = requests.get(auth_url, timeout=10)
    page.raise_for_status()
    asked: dict[str, Any] = {name: values[0] for name, values in parse_qs(auth_url.partition("?")[2]).items()}
    if deny:
        back = {"error": "access_denied", "state": asked.get("state", "")}
        return requests.get(f"{asked['redirect_uri']}?{urlencode(back)}", timeout=10).status_code
    names = ("redirect_uri", "scope", "state", "client_id", "code_challenge", "code_challenge_method")
    form = {"email": email, **{name: asked.get(name, "") for name in names}}
    if granted is not None:
        form["scope"] = " ".join(granted)
    if asked.get("include_granted_scopes") == "true":
        form["scope"] = " ".join(dict.fromkeys([*form["scope"].split(), *sorted(before)]))
    base = auth_url.partition("/o/oauth2")[0]
    return requests.post(f"{base}/o/oauth2/v2/auth/callback", data=form, timeout=10).status_code
