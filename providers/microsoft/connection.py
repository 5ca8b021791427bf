"""The connections of an account to Microsoft Graph: reads share a few; a change goes out once, on a fresh one."""

import logging
from collections.abc import Mapping
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

from providers.microsoft.throttle import AT_ONCE

GRAPH: Final = "https://graph.microsoft.com"
SECONDS: Final = 60.0
_TALKATIVE: Final = ("httpx", "httpcore")
_CLOUDS: Final = {
    "graph.microsoft.com": "https://login.microsoftonline.com",
    "graph.microsoft.us": "https://login.microsoftonline.us",
    "dod-graph.microsoft.us": "https://login.microsoftonline.us",
    "microsoftgraph.chinacloudapi.cn": "https://login.chinacloudapi.cn",
}
"""Microsoft Graph, National cloud deployments: who signs in is asked at the cloud's own address."""


def root_of(settings: Mapping[str, Any]) -> str:
    """Where the API is, without its version."""
    return str(settings.get("root_url") or GRAPH).rstrip("/")


def resource_of(settings: Mapping[str, Any]) -> str:
    """Whose permissions are asked for: the cloud's own Graph; behind a gateway it's that of all others."""
    root = root_of(settings)
    return root if urlsplit(root).hostname in _CLOUDS else GRAPH


def authority_of(settings: Mapping[str, Any]) -> str:
    """Where people sign in, without the tenant."""
    return _CLOUDS[str(urlsplit(resource_of(settings)).hostname)]


def on_this_computer(settings: Mapping[str, Any]) -> str | None:
    """The peer that stands in for Graph and for the sign-in too; None for the real ones."""
    root = root_of(settings)
    return root if urlsplit(root).hostname in ("127.0.0.1", "localhost") else None


def client(*, fresh: bool = False, transport: Any = None) -> Any:
    """An httpx client, safe to share between threads. `fresh`: no connection serves twice.

    One that was kept open may be closed by the other side just as a change is sent: then nobody knows.
    """
    import httpx

    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)  # they log addresses of calls: ids, people
    return httpx.Client(
        verify=_trusted(),
        timeout=httpx.Timeout(SECONDS, connect=20.0),
        limits=httpx.Limits(max_connections=2 * AT_ONCE, max_keepalive_connections=0 if fresh else AT_ONCE),
        transport=transport,
        headers={"User-Agent": "nextmove", "Accept": "application/json"},
    )


@cache
def _trusted() -> Any:
    """The certificates that are trusted: read once, since that takes longer than many a call."""
    import httpx

    return httpx.create_ssl_context()


def rerouted(url: str) -> Any:
    """An http client for MSAL, which insists on https, that asks a peer on this computer in its place."""
    import requests

    class Rerouted(requests.Session):
        def request(self, method: str, address: str, *args: Any, **kwargs: Any) -> Any:  # type: ignore[override]
            split = urlsplit(address)
            query = f"?{split.query}" if split.query else ""
            answer = super().request(method, f"{url}{split.path}{query}", *args, **kwargs)
            own = f"{split.scheme}://{split.netloc}"
            answer._content = answer.content.replace(url.encode(), own.encode())
            return answer

    return Rerouted()
