"""MSAL's applications: the one that signs a person in, and the one that acts by itself for a team."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from assistant.errors import ProviderError
from providers.microsoft.connection import authority_of, on_this_computer, rerouted
from providers.microsoft.entra import REGISTRATION, no_tenant
from providers.microsoft.errors import unreachable
from providers.oauth import quiet
from providers.oauth_kept import refuse_if_open_to_others

_SECONDS: Final = 30
_TALKATIVE: Final = ("msal", "msal_extensions", "urllib3", "requests")
_EVERYBODY: Final = ("common", "organizations", "consumers")
_HANDLES_CLAIMS: Final = ["CP1"]
"""We renew a token that is refused with claims (Entra, Continuous access evaluation), so Graph may give longer ones."""

_KEY: Final = re.compile(r"-----BEGIN ([A-Z ]*)PRIVATE KEY-----.+?-----END \1PRIVATE KEY-----", re.DOTALL)
_CERTIFICATE: Final = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


def person(account: str, settings: Mapping[str, Any], cache: Any) -> Any:
    """The public client of the rep's own registration; `cache` is MSAL's. Raises `ProviderError`."""
    import msal

    if not settings.get("client_id"):
        raise ProviderError(
            f"Account “{account}” doesn't say with which application to sign in.",
            "Set `client_id` in it; the README, Microsoft 365, says how to get one.",
        )
    with reaching(account, settings):
        return msal.PublicClientApplication(
            str(settings["client_id"]),
            authority=_authority(settings),
            token_cache=cache,
            client_capabilities=_HANDLES_CLAIMS,
            **_ways(settings),
        )


def team(account: str, settings: Mapping[str, Any]) -> Any:
    """The application itself, with its certificate or its secret. Raises `ProviderError`."""
    import msal

    if str(settings.get("tenant") or "common") in _EVERYBODY or not settings.get("client_id"):
        raise ProviderError(
            f"The application of account “{account}” belongs to one organisation, which the account doesn't name.",
            "Set `client_id` and `tenant` to the ids that your registration's overview shows.",
        )
    credential = _credential(account, settings)
    with reaching(account, settings):
        return msal.ConfidentialClientApplication(
            str(settings["client_id"]),
            client_credential=credential,
            authority=_authority(settings),
            client_capabilities=_HANDLES_CLAIMS,
            **_ways(settings),
        )


@contextmanager
def reaching(account: str, settings: Mapping[str, Any]) -> Iterator[None]:
    """While MSAL asks Entra: its exceptions become errors with a cure, and it's silent."""
    from msal.exceptions import MsalError
    from msal.oauth2cli.oidc import IdTokenError
    from requests.exceptions import RequestException, SSLError

    try:
        with quiet(*_TALKATIVE):
            yield
    except SSLError:
        raise unreachable(account, "the certificate of its sign-in server isn't trusted here", passing=False) from None
    except (RequestException, MsalError):  # the latter for an answer of 5xx
        raise unreachable(account, "its sign-in server doesn't answer") from None
    except IdTokenError:
        raise ProviderError(
            f"What Microsoft says of who signed in to account “{account}” doesn't fit this computer's clock, or isn't "
            "for this application.",
            "Set the clock, then try again.",
        ) from None
    except (ValueError, KeyError, RuntimeError) as error:
        if "authority" in str(error) and str(settings.get("tenant") or "common") not in _EVERYBODY:
            raise no_tenant(account, settings) from None
        raise unreachable(account, "its sign-in server answers in words that aren't its own", passing=False) from None


def _authority(settings: Mapping[str, Any]) -> str:
    return f"{authority_of(settings)}/{settings.get('tenant') or 'common'}"


def _ways(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The cloud is known, so nobody is asked which there are."""
    peer = on_this_computer(settings)
    ways: dict[str, Any] = {"http_client": rerouted(peer)} if peer else {"timeout": _SECONDS}
    return ways | {"instance_discovery": False}


def _credential(account: str, settings: Mapping[str, Any]) -> Any:
    if path := settings.get("certificate"):
        return _certificate(account, Path(path))
    name = str(settings.get("secret_env"))
    if secret := os.environ.get(name, "").strip():
        return secret
    raise ProviderError(
        f"Account “{account}” takes its secret from the variable {name}, which isn't set.",
        "Set it to the secret's value (Certificates & secrets), or name a `certificate` in its place.",
    )


def _certificate(account: str, path: Path) -> dict[str, str]:
    """Key and certificate from one file. One that other people can read isn't used."""
    try:
        refuse_if_open_to_others(account, path, path.stat())
        text = path.read_text(encoding="ascii")
        key, certificate = _KEY.search(text), _CERTIFICATE.search(text)
        if not key or not certificate or "ENCRYPTED" in key[0]:
            raise ValueError
        _check(key[0], certificate[0])
    except (OSError, ValueError, TypeError):
        raise ProviderError(
            f"The certificate of account “{account}” can't be read from {path}.",
            "It should be one PEM file with the private key, without a passphrase, and the certificate that belongs to "
            f"it. {REGISTRATION}Certificates & secrets to upload the certificate alone.",
        ) from None
    return {"private_key": key[0], "public_certificate": certificate[0]}


def _check(key: str, certificate: str) -> None:
    """Raises ValueError or TypeError where the two aren't a pair."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from cryptography.x509 import load_pem_x509_certificate

    try:
        mine = load_pem_private_key(key.encode(), None).public_key()
        if mine != load_pem_x509_certificate(certificate.encode()).public_key():
            raise ValueError("another key's certificate")
    except UnsupportedAlgorithm as error:
        raise ValueError("an unknown kind of key") from error
