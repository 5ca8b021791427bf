"""What keeps a call from an answer for now (network, Google's own trouble, too many calls), and how long to wait."""

import http.client
import re
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from providers.google.errors import Refused, refused_from
from providers.http import asked_pause

_RETRY_AFTER: Final = re.compile(r"[Rr]etry after (\d{4}-\d\d-\d\dT[\d:.]+Z)")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why there's no answer. `unsent`: it certainly wasn't carried out. `pause`: the seconds that Google asks for."""

    why: str
    unsent: bool = False
    throttled: bool = False
    pause: float = 0.0
    refused: Refused | None = None
    hopeless: bool = False


def judged(headers: Mapping[str, str], status: int, content: bytes | str) -> Refused | Fault:
    """A no to this call, or one that passes. A 429 wasn't carried out; of a 5xx nobody knows."""
    refused = refused_from(status, content)
    why = f"it answers {status} {refused.reason}"
    if refused.throttled:
        return Fault(why, unsent=True, throttled=True, pause=_asked_pause(headers, refused.message), refused=refused)
    if refused.passing:
        return Fault(why, pause=_asked_pause(headers, ""), refused=refused)
    return refused


def whole(answer: Any) -> dict[str, Any] | Refused | Fault:
    """The answer as it is, {} for none; the library hands out the text of one that was cut off."""
    if isinstance(answer, (dict, Refused)):
        return answer
    return Fault("its answer came in pieces") if answer else {}


TOO_DEEP: Final = Refused(200, "tooDeep", "its answer is nested too deeply to be read")
"""Stands for an answer with parts in parts without end; none of the others in its batch suffers for it."""


def shallow(read: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """The same reader of an answer, to which one that's too deep is a refusal."""

    def guarded(response: Any, content: Any) -> Any:
        try:
            return read(response, content)
        except RecursionError:
            return TOO_DEEP

    return guarded


def fault_of(error: Exception) -> Fault | None:
    """What an exception of the libraries means; None where it's none of the network's."""
    import httplib2
    from google.auth.exceptions import RefreshError, TransportError
    from googleapiclient.errors import BatchError

    if isinstance(error, ssl.SSLCertVerificationError):
        return Fault("its certificate isn't trusted here", unsent=True, hopeless=True)
    if isinstance(error, httplib2.ServerNotFoundError):
        return Fault("its name isn't found", unsent=True)
    if isinstance(error, ConnectionRefusedError):
        return Fault("the connection is refused", unsent=True)
    if isinstance(error, (TransportError, RefreshError)):
        return Fault("its sign-in server doesn't answer", unsent=True)
    if isinstance(error, TimeoutError):
        return Fault("it doesn't answer in time")
    if isinstance(error, ConnectionError):
        return Fault("the connection was reset")
    if isinstance(error, (OSError, httplib2.HttpLib2Error)):
        return Fault("the connection failed")
    if isinstance(error, (http.client.HTTPException, BatchError, ValueError, KeyError, IndexError, RecursionError)):
        return Fault("its answer came in pieces")
    return None


def _asked_pause(headers: Mapping[str, Any], message: str) -> float:
    """Retry-After, or Gmail's sentence."""
    try:
        until = datetime.fromisoformat(found[1]) if (found := _RETRY_AFTER.search(message)) else None
    except ValueError:
        until = None
    return asked_pause(headers, until)
