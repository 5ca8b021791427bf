"""Who signs in, with which permissions, and which tokens are good: Entra as Microsoft's servers do it.

Consent, codes, PKCE, the rotation of refresh tokens and client credentials are the emulator's; device codes, refusals
and what a token allows are answered for here.
"""

import base64
import json
import re
import secrets
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from threading import RLock
from urllib.parse import parse_qs, unquote

from tests.servers.emulator import User
from tests.servers.microsoft import entra
from tests.servers.microsoft.asked import Json, Refused
from tests.servers.microsoft.entra import LOGIN, refusal
from tests.servers.proxy import Reply, Request

Forward = Callable[[str, str, bytes | None, dict[str, str]], tuple[int, dict[str, str], bytes]]
OIDC = frozenset({"openid", "profile", "offline_access", "email"})
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
PATH = re.compile(
    r"/(?P<tenant>[^/]+)/(?P<what>oauth2/v2\.0/(authorize|token|devicecode|logout|authorize/callback)"
    r"|v2\.0/\.well-known/openid-configuration|discovery/v2\.0/keys|discovery/instance)"
)
NAMES = {
    "oauth2/v2.0/authorize": "entra.authorize",
    "oauth2/v2.0/authorize/callback": "entra.authorize",
    "oauth2/v2.0/token": "entra.token",
    "oauth2/v2.0/devicecode": "entra.devicecode",
    "oauth2/v2.0/logout": "entra.logout",
}


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token allows; `scopes` None: everything. `claims` are those it was got with."""

    token: str
    scopes: frozenset[str] | None
    app: bool = False
    claims: str = ""
    ours: bool = True


class Accounts:
    """The tokens of one user, and of the application in their tenant."""

    def __init__(self, user: User, tenant: str) -> None:
        self.user, self.tenant = user, tenant
        self.oid = str(uuid.uuid5(uuid.NAMESPACE_DNS, user.email))
        self.client_id = str(uuid.uuid5(uuid.NAMESPACE_DNS, "nextmove.example"))
        self.client_secret = "not-confidential"
        self._lock = RLock()
        self._access: dict[str, Grant] = {}
        self._refresh: dict[str, Grant] = {}
        self._devices: dict[str, Json] = {}
        self._refusals: list[tuple[int, int]] = []
        self._revoked = 0
        self._challenge = ""
        self.scopes: set[str] | None = None
        """What every token allows at most; None: what it was granted."""
        self.mailboxes: set[str] | None = None
        """The mailboxes that app-only tokens may open (RBAC for Applications); None: all of the tenant."""
        self.device_codes = True
        self.interval = 1

    # what tokens are good for

    def issue(self, scopes: Iterable[str] | None = None, *, app: bool = False, claims: str = "") -> str:
        """An access token."""
        kept = None if scopes is None else frozenset(map(short, scopes))
        grant = Grant(f"eyJ0-access-{secrets.token_hex(12)}", kept, app, claims)
        with self._lock:
            self._access[grant.token] = grant
        return grant.token

    def keep(self, scopes: Iterable[str] | None = None) -> str:
        """A refresh token."""
        kept = None if scopes is None else frozenset(map(short, scopes))
        grant = Grant(f"1.AXoA-{secrets.token_urlsafe(24)}", kept)
        with self._lock:
            self._refresh[grant.token] = grant
        return grant.token

    def expire(self, claims: str = "") -> None:
        """Every access token issued so far is too old. `claims`: only one that's got with these is good again."""
        with self._lock:
            self._access.clear()
            self._challenge = json.dumps(json.loads(claims), sort_keys=True) if claims else ""

    def revoke(self, aadsts: int = 50173) -> None:
        """The admin, a new password or 90 days have ended it: no token is good any more."""
        self.expire()
        with self._lock:
            self._refresh.clear()
        self._revoked = aadsts

    def refuse(self, aadsts: int, times: int = 1) -> None:
        """The token endpoint answers with this AADSTS error so many times (-1: always)."""
        assert aadsts in entra.ERRORS
        self._refusals.append((aadsts, times))

    def accept(self) -> None:
        """No refusal waits any more."""
        self._refusals.clear()

    @property
    def live(self) -> list[str]:
        """The refresh tokens that are good."""
        return list(self._refresh)

    @property
    def granted(self) -> frozenset[str]:
        return frozenset(scope for grant in self._refresh.values() for scope in grant.scopes or ())

    def check(self, request: Request, scopes: tuple[str, ...], owner: str) -> None:
        """Raises `Refused` where the request's token isn't good for this. `owner`: "" is /me."""
        grant = self._access.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        if grant is None or (self._challenge and grant.claims != self._challenge):
            raise Refused(401, headers={"WWW-Authenticate": self._www()})
        if grant.app:
            if not owner:
                raise Refused(400, "BadRequest", "/me request is only valid with delegated authentication flow.")
            if self.mailboxes is not None and owner not in {each.casefold() for each in self.mailboxes}:
                raise Refused(403, "ErrorAccessDenied", "Access to OData is disabled by policy for this application.")
        for allowed in (grant.scopes, self.scopes):
            if allowed is not None and not set(scopes) & _plain(allowed, shared=bool(owner)):
                raise Refused(403)

    def _www(self) -> str:
        where = 'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"'
        client = 'client_id="00000003-0000-0000-c000-000000000000"'
        if not self._challenge:
            return f'{where}, {client}, error="invalid_token"'
        claims = base64.b64encode(self._challenge.encode()).decode()
        return f'{where}, {client}, error="insufficient_claims", claims="{claims}"'

    # the endpoints

    @staticmethod
    def named(path: str) -> str:
        """The operation's name in the log; "" for what isn't Entra's."""
        match = PATH.fullmatch(path)
        return NAMES.get(match["what"], "entra.discovery") if match else ""

    def answer(self, request: Request, forward: Forward) -> Reply:
        match = PATH.fullmatch(request.path)
        assert match is not None
        tenant, what = unquote(match["tenant"]), match["what"]
        if what == "discovery/instance":
            return Reply(200, entra.instance())
        if tenant not in ("common", "organizations", "consumers", self.tenant):
            return refusal(90002, f"'{tenant}'. ")
        if what == "v2.0/.well-known/openid-configuration":
            _, _, body = forward("GET", f"/{tenant}/v2.0/.well-known/openid-configuration", None, {})
            held = json.loads(body)
            return Reply(200, entra.discovery(tenant, self.tenant, device_codes=self.device_codes, upstream=held))
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        if what == "oauth2/v2.0/token":
            with self._lock:
                return self._token(form, tenant, forward, request)
        if what == "oauth2/v2.0/devicecode":
            return self._device_code(form, tenant)
        _, _, query = request.target.partition("?")
        kind = {"content-type": request.headers["content-type"]} if "content-type" in request.headers else {}
        status, headers, body = forward(request.method, f"/{what}" + (f"?{query}" if query else ""), request.body, kind)
        return Reply(status, body, {name: headers[name] for name in ("content-type", "location") if name in headers})

    def _token(self, form: dict[str, str], tenant: str, forward: Forward, request: Request) -> Reply:
        if refused := self._refused():
            return refusal(refused)
        kind = form.get("grant_type", "")
        if form.get("client_id") != self.client_id:
            return refusal(700016, f"'{form.get('client_id')}'. ")
        if kind == "client_credentials":
            return self._app(form, tenant, forward)
        if kind == "refresh_token":
            return self._refreshed(form, forward)
        if kind == DEVICE:
            return self._polled(form)
        if kind != "authorization_code":
            return refusal(9002313)
        passed = {"content-type": request.headers["content-type"]}
        status, _, body = forward("POST", "/oauth2/v2.0/token", request.body, passed)
        if status != 200:
            return refusal(70011 if b"scope" in body else 9002313, json.loads(body).get("error_description", "") + " ")
        return self._signed_in(json.loads(body), form)

    def _refused(self) -> int:
        for index, (number, times) in enumerate(self._refusals):
            if times == 1:
                self._refusals.pop(index)
            elif times > 1:
                self._refusals[index] = (number, times - 1)
            return number
        return 0

    def _signed_in(self, body: Json, form: dict[str, str]) -> Reply:
        """The emulator's tokens, known here too; a new sign-in ends a revocation."""
        scopes = frozenset(map(short, body["scope"].split()))
        access = Grant(body["access_token"], scopes, claims=_claims(form))
        self._access[access.token] = access
        self._refresh[body["refresh_token"]] = Grant(body["refresh_token"], scopes, ours=False)
        self._revoked = 0
        return Reply(200, self._whole(body, form))

    def _whole(self, body: Json, form: dict[str, str]) -> Json:
        """With what Entra adds: client_info, and the user that this peer has."""
        import jwt

        claims = jwt.decode(body["id_token"], options={"verify_signature": False})
        uid, utid = str(claims["oid"]), self.tenant
        if self.user.email != self.user.seeded or claims.get("tid") != self.tenant:
            body = {**body, "id_token": entra.id_token({**self._claims(form), "nonce": claims.get("nonce")})}
            uid = self.oid
        return {**body, "ext_expires_in": body["expires_in"], "client_info": entra.client_info(uid, utid)}

    def _claims(self, form: dict[str, str]) -> Json:
        return {
            "iss": f"{LOGIN}/{self.tenant}/v2.0",
            "aud": form.get("client_id", self.client_id),
            "sub": self.oid,
            "oid": self.oid,
            "tid": self.tenant,
            "name": self.user.name,
            "email": self.user.email,
            "preferred_username": self.user.email,
        }

    def tokens(self, scopes: frozenset[str] | None, form: dict[str, str], claims: str = "") -> Json:
        """A whole answer of the token endpoint, of our own."""
        named = sorted(scopes) if scopes is not None else form.get("scope", "").split()
        return {
            "token_type": "Bearer",
            "scope": " ".join(each for each in named if each not in OIDC or each == "openid"),
            "expires_in": 3_600,
            "ext_expires_in": 3_600,
            "access_token": self.issue(scopes, claims=claims),
            "refresh_token": self.keep(scopes),
            "id_token": entra.id_token(self._claims(form)),
            "client_info": entra.client_info(self.oid, self.tenant),
        }

    def _refreshed(self, form: dict[str, str], forward: Forward) -> Reply:
        known = self._refresh.get(form.get("refresh_token", ""))
        if known is None:
            return refusal(self._revoked or 50173)
        wanted = {short(each) for each in form.get("scope", "").split()} - OIDC
        if known.scopes is not None and not wanted <= known.scopes:
            return refusal(65001)
        self._refresh.pop(known.token)
        if known.ours:
            return Reply(200, self.tokens(known.scopes, form, _claims(form)))
        sent = f"grant_type=refresh_token&client_id={form['client_id']}&refresh_token={known.token}"
        kind = {"content-type": "application/x-www-form-urlencoded"}
        status, _, body = forward("POST", "/oauth2/v2.0/token", sent.encode(), kind)
        return self._signed_in(json.loads(body), form) if status == 200 else refusal(50173)

    def _app(self, form: dict[str, str], tenant: str, forward: Forward) -> Reply:
        """The application itself, by its secret or its certificate."""
        if tenant in ("common", "organizations", "consumers"):
            return refusal(50059)
        if form.get("scope") != "https://graph.microsoft.com/.default":
            return refusal(70011)
        if form.get("client_assertion_type") == ASSERTION:
            if not self._proven(form.get("client_assertion", "")):
                return refusal(700027)
        elif form.get("client_secret") != self.client_secret:
            return refusal(7000215 if form.get("client_secret") else 7000218)
        sent = f"grant_type=client_credentials&client_id={self.client_id}&client_secret=x&scope=.default"
        kind = {"content-type": "application/x-www-form-urlencoded"}
        status, _, body = forward("POST", "/oauth2/v2.0/token", sent.encode(), kind)
        assert status == 200, body
        token = json.loads(body)["access_token"]
        self._access[token] = Grant(token, None, app=True, claims=_claims(form))
        return Reply(200, {"token_type": "Bearer", "expires_in": 3_599, "ext_expires_in": 3_599, "access_token": token})

    def _proven(self, assertion: str) -> bool:
        import jwt
        from cryptography.x509 import load_pem_x509_certificate

        key = load_pem_x509_certificate(entra.certificate()[1]).public_key()
        try:
            claims = jwt.decode(
                assertion,
                key,  # type: ignore[arg-type]
                algorithms=["RS256", "PS256"],
                options={"verify_aud": False},
            )
        except jwt.PyJWTError:
            return False
        return claims.get("iss") == claims.get("sub") == self.client_id and "/oauth2/v2.0/token" in str(claims["aud"])

    # device codes

    def _device_code(self, form: dict[str, str], tenant: str) -> Reply:
        if not self.device_codes:
            return refusal(7000218)
        if form.get("client_id") != self.client_id:
            return refusal(700016)
        made = entra.device_answer(tenant, self.interval)
        self._devices[made["device_code"]] = {**made, "scope": form.get("scope", ""), "state": 70016}
        return Reply(200, made)

    def enter_code(self, user_code: str, granted: Iterable[str] | None = None, *, deny: bool = False) -> None:
        """The rep enters the code in a browser."""
        for device in self._devices.values():
            if device["user_code"] == user_code:
                device["state"] = 65004 if deny else 0
                device["scopes"] = device["scope"].split() if granted is None else list(granted)
                return
        raise LookupError(f"no device waits for {user_code}")

    def _polled(self, form: dict[str, str]) -> Reply:
        device = self._devices.get(form.get("device_code", ""))
        if device is None:
            return refusal(70020)
        if device["state"]:
            found = refusal(device["state"])
            denied = {"error": "authorization_declined"} if device["state"] == 65004 else {}
            assert isinstance(found.body, dict)
            return replace(found, body={**found.body, **denied})
        self._devices.pop(device["device_code"])
        self._revoked = 0
        return Reply(200, self.tokens(frozenset(map(short, device["scopes"])), form))


def _plain(allowed: Iterable[str], *, shared: bool) -> set[str]:
    """Named by its address, a mailbox may be one that's shared with the user: then that permission counts too."""
    return {each.removesuffix(".Shared") if shared else each for each in allowed}


def short(scope: str) -> str:
    return scope.removeprefix("https://graph.microsoft.com/")


def _claims(form: dict[str, str]) -> str:
    """Without what MSAL itself adds for a client's capabilities."""
    try:
        held = json.loads(form.get("claims", "") or "{}")
    except ValueError:
        return form.get("claims", "")
    held.get("access_token", {}).pop("xms_cc", None)
    return json.dumps(held, sort_keys=True) if any(held.values()) else ""
