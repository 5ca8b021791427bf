"""What Graph answered, read: an object, a no, or why it's neither."""

import json
from typing import Any, Final, TypeAlias

from providers.microsoft.errors import Refused
from providers.microsoft.faults import PIECES, TOO_DEEP, Fault, judged

Answer: TypeAlias = dict[str, Any]
Outcome: TypeAlias = Answer | Refused | Fault

_BROKEN: Final = Fault(PIECES, refused=Refused(502, "brokenAnswer", PIECES))
"""One answer of a batch: where it stays so, the others are had all the same."""


def parsed(answer: Any) -> Outcome:
    """The answer's JSON; {} for none."""
    if not answer.content:
        return {}
    try:
        held = json.loads(answer.content)
    except RecursionError:
        return TOO_DEEP
    except ValueError:
        return Fault(PIECES)
    return held if isinstance(held, dict) else {"content": answer.content}


def by_id(answer: Outcome) -> dict[str, Any]:
    responses = answer.get("responses") if isinstance(answer, dict) else None
    listed = responses if isinstance(responses, list) else []
    return {str(each.get("id")): each for each in listed if isinstance(each, dict)}


def inner_outcome(response: Any) -> Outcome:
    """One answer of a batch; what isn't an object there is in base64."""
    try:
        status, body = int(response["status"]), response.get("body")
        if status >= 300:
            headers = {str(name).lower(): value for name, value in (response.get("headers") or {}).items()}
            return judged(status, headers, body)
    except (ValueError, KeyError, TypeError, AttributeError):
        return _BROKEN
    if body is None or isinstance(body, dict):
        return body or {}
    import base64
    import binascii

    try:
        return {"content": base64.b64decode(str(body))}
    except binascii.Error:
        return _BROKEN
