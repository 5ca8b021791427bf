"""What keeps a call from an answer for now (network, Microsoft's own trouble, too many calls), and how long to wait."""

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from providers.http import asked_pause
from providers.microsoft.errors import Refused, refused_from

PIECES: Final = "its answer came in pieces"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why there's no answer. `unsent`: it certainly wasn't carried out. `pause`: the seconds that were asked for."""

    why: str
    unsent: bool = False
    throttled: bool = False
    pause: float = 0.0
    refused: Refused | None = None
    hopeless: bool = False


def judged(status: int, headers: Mapping[str, Any], body: Any) -> Refused | Fault:
    """A no to this call, or one that passes. A 429 wasn't carried out; of a 5xx nobody knows.

    `headers` by their names in lower case; `body` as JSON, as text or as bytes.
    """
    refused = refused_from(status, body)
    why = f"it answers {status} {refused.code}"
    if refused.throttled:
        return Fault(why, unsent=True, throttled=True, pause=asked_pause(headers), refused=refused)
    if refused.passing:
        return Fault(why, pause=asked_pause(headers), refused=refused)
    return refused


TOO_DEEP: Final = Refused(200, "tooDeep", "its answer is nested too deeply to be read")
"""Stands for an answer with parts in parts without end."""


def fault_of(error: Exception) -> Fault | None:
    """What an exception of httpx means; None where it's none of the network's."""
    import httpx

    if isinstance(error, httpx.InvalidURL):
        return Fault("it leads to an address that is none", unsent=True, hopeless=True)
    if isinstance(error, httpx.ConnectError):
        return _unconnected(error)
    if isinstance(error, (httpx.ConnectTimeout, httpx.PoolTimeout)):
        return Fault("it doesn't answer in time", unsent=True)
    if isinstance(error, httpx.TimeoutException):
        return Fault("it doesn't answer in time")
    if isinstance(error, httpx.ProxyError):
        return Fault("the proxy refuses the connection", unsent=True)
    if isinstance(error, httpx.NetworkError):
        return Fault("the connection was reset")
    if isinstance(error, (httpx.RemoteProtocolError, httpx.DecodingError)):
        return Fault(PIECES)
    if isinstance(error, (httpx.TransportError, OSError)):
        return Fault("the connection failed")
    return None


def _unconnected(error: Exception) -> Fault:
    """Nothing was sent: the connection itself didn't come about."""
    causes = list(_causes(error))
    if any(isinstance(each, ssl.SSLCertVerificationError) for each in causes):
        return Fault("its certificate isn't trusted here", unsent=True, hopeless=True)
    if any(isinstance(each, ConnectionRefusedError) for each in causes):
        return Fault("the connection is refused", unsent=True)
    if any(isinstance(each, socket.gaierror) for each in causes):
        return Fault("its name isn't found", unsent=True)
    return Fault("the connection can't be made", unsent=True)


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
