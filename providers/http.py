"""What providers that speak HTTP share: how long to wait before asking again, and what of an answer may be repeated."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

_LONGEST_BACKOFF: Final = 64.0
_LONGEST: Final = 200
_MOST: Final = 2_000
_ADDRESS: Final = re.compile(r"[^\s<>()\[\]\"',;:/=]*(?:@|%40)[^\s<>()\[\]\"',;:/]+")


def backoff(tries: int, chance: float, pause: float) -> float:
    """Seconds before the next try: doubling, jittered, and never less than the `pause` that the server asks for."""
    return max(pause, min(_LONGEST_BACKOFF, 2.0 ** (tries - 1)) * (0.5 + chance / 2))


def asked_pause(headers: Mapping[str, Any], until: datetime | None = None) -> float:
    """Seconds of Retry-After (RFC 9110 section 10.2.3), or until a moment said elsewhere; 0 where nothing is said.

    Moments are read against the server's own clock, not ours. The names of the headers are in lower case.
    """
    told = str(headers.get("retry-after", "")).strip()
    if told.isascii() and told.isdigit():
        return float(told[:9])
    try:
        if told:
            until = parsedate_to_datetime(told)
        if until is None:
            return 0.0
        served = headers.get("date")
        now = parsedate_to_datetime(served) if served else datetime.now(UTC)
        return max(0.0, (until - now).total_seconds())
    except (ValueError, TypeError):
        return 0.0


def plain(text: Any) -> str:
    """One line without control characters and people's addresses, of a length to read."""
    line = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", str(text)[:_MOST]).strip()
    line = _ADDRESS.sub("…@…", line)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
