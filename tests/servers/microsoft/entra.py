"""What Entra says when it refuses, and the tokens and documents that are ours (Microsoft identity platform).

The numbers are Entra's own (reference: Authentication and authorization error codes).
"""

import base64
import json
import secrets
import time
import uuid
from datetime import UTC, datetime, timedelta
from functools import cache

from tests.servers.microsoft.asked import Json
from tests.servers.proxy import Reply

LOGIN = "https://login.microsoftonline.com"
ERRORS: dict[int, tuple[str, str, str]] = {
    50020: ("invalid_grant", "", "User account from identity provider does not exist in tenant."),
    50058: ("interaction_required", "", "A silent sign-in request was sent but no user is signed in."),
    50059: ("invalid_request", "", "No tenant-identifying information found in either the request or implied by it."),
    50076: ("interaction_required", "basic_action", "You must use multi-factor authentication to access the resource."),
    50079: ("interaction_required", "basic_action", "You must enroll in multi-factor authentication to access it."),
    50105: ("interaction_required", "", "The signed in user is not assigned to a role for the application."),
    50173: ("invalid_grant", "bad_token", "The provided grant has expired due to it being revoked."),
    53003: ("interaction_required", "message_only", "Access has been blocked by Conditional Access policies."),
    65001: ("invalid_grant", "consent_required", "The user or administrator has not consented to use the application."),
    65004: ("access_denied", "", "User declined to consent to access the app."),
    70011: ("invalid_scope", "", "The provided value for the input parameter 'scope' is not valid."),
    70016: ("authorization_pending", "", "OAuth 2.0 device flow error. Authorization is pending. Continue polling."),
    70018: ("bad_verification_code", "", "Invalid verification code due to User typing in wrong user code."),
    70019: ("expired_token", "", "Verification code expired."),
    70020: ("expired_token", "", "The provided value for the input parameter 'device_code' is not valid."),
    70043: ("invalid_grant", "token_expired", "The refresh token has expired or is invalid due to sign-in frequency."),
    700016: ("unauthorized_client", "", "Application was not found in the directory."),
    700027: (
        "invalid_client",
        "",
        "The certificate with identifier used to sign the client assertion is not registered.",
    ),
    700082: ("invalid_grant", "token_expired", "The refresh token has expired due to inactivity."),
    7000215: ("invalid_client", "", "Invalid client secret provided."),
    7000218: ("invalid_client", "", "The request body must contain: 'client_assertion' or 'client_secret'."),
    90002: ("invalid_request", "", "Tenant not found. Check to make sure you have the correct tenant ID."),
    90094: ("invalid_grant", "consent_required", "Admin consent is required for the permissions requested."),
    530034: ("access_denied", "", "A delegated administrator was blocked from accessing the tenant."),
    9002313: ("invalid_request", "", "Invalid request. Request is malformed or invalid."),
}
WITH_CLAIMS = (50076, 50079, 53003)
CHALLENGE = '{"access_token":{"capolids":{"essential":true,"values":["c1c1c1c1-0000-4000-8000-000000000001"]}}}'


def refusal(number: int, more: str = "") -> Reply:
    """An error of the token endpoint."""
    error, suberror, said = ERRORS[number]
    now = datetime.now(UTC)
    trace = str(uuid.uuid4())
    body: Json = {
        "error": error,
        "error_description": f"AADSTS{number}: {said} {more}Trace ID: {trace} Correlation ID: {trace} "
        f"Timestamp: {now:%Y-%m-%d %H:%M:%SZ}",
        "error_codes": [number],
        "timestamp": f"{now:%Y-%m-%d %H:%M:%SZ}",
        "trace_id": trace,
        "correlation_id": trace,
        "error_uri": f"{LOGIN}/error?code={number}",
    }
    if suberror:
        body["suberror"] = suberror
    if number in WITH_CLAIMS:
        body["claims"] = CHALLENGE
    return Reply(401 if error == "invalid_client" else 400, body)


def discovery(tenant: str, home: str, *, device_codes: bool, upstream: Json) -> Json:
    """The OpenID configuration: the emulator's, with the addresses that Entra has."""
    base = f"{LOGIN}/{tenant}"
    issuer = home if tenant in ("common", "organizations", "consumers") else tenant
    found = {
        **upstream,
        "issuer": f"{LOGIN}/{issuer}/v2.0",
        "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
        "token_endpoint": f"{base}/oauth2/v2.0/token",
        "end_session_endpoint": f"{base}/oauth2/v2.0/logout",
        "jwks_uri": f"{base}/discovery/v2.0/keys",
        "userinfo_endpoint": "https://graph.microsoft.com/oidc/userinfo",
        "tenant_region_scope": None if tenant == "common" else "EU",
        "cloud_instance_name": "microsoftonline.com",
        "msgraph_host": "graph.microsoft.com",
    }
    return found | ({"device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode"} if device_codes else {})


def instance() -> Json:
    """Which hosts are Entra's (MSAL's instance discovery)."""
    hosts = ["login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"]
    metadata = {"preferred_network": hosts[0], "preferred_cache": hosts[1], "aliases": hosts}
    where = f"{LOGIN}/common/v2.0/.well-known/openid-configuration"
    return {"tenant_discovery_endpoint": where, "api-version": "1.1", "metadata": [metadata]}


def id_token(claims: Json) -> str:
    """Ours; MSAL checks what it says and not its signature (it came over the token endpoint's own connection)."""
    import jwt

    now = int(time.time())
    return jwt.encode({"iat": now, "nbf": now, "exp": now + 3600, "ver": "2.0", **claims}, "x" * 32, algorithm="HS256")


def client_info(uid: str, utid: str) -> str:
    return base64.urlsafe_b64encode(json.dumps({"uid": uid, "utid": utid}).encode()).decode().rstrip("=")


def device_answer(tenant: str, interval: int) -> Json:
    code = secrets.token_hex(4).upper()
    where = "https://microsoft.com/devicelogin"
    return {
        "user_code": code,
        "device_code": secrets.token_urlsafe(40),
        "verification_uri": where,
        "expires_in": 900,
        "interval": interval,
        "message": f"To sign in, use a web browser to open the page {where} and enter the code {code} to authenticate.",
    }


@cache
def certificate() -> tuple[bytes, bytes]:
    """A private key with its self-signed certificate in one PEM, and the certificate alone; made once."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "nextmove.example")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    signed = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=30))
    public = signed.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + public, public
