"""Zones as Exchange names them: by Windows' names, or by IANA's in a spelling of its own (Graph, dateTimeTimeZone).

Which is which is CLDR's table windowsZones, as tzlocal has it. A zone that was set up by hand has a label in place of a
name, and says nothing: its times are asked for in UTC.
"""

import re
from datetime import datetime, tzinfo
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

_UTC: Final = frozenset({"utc", "coordinated universal time", "tzone://microsoft/utc", "etc/gmt", "gmt", "z"})
_BY_HAND: Final = ("tzone://", "customized time zone")
_TWICE: Final = re.compile(r"(?P<area>[A-Za-z]+)/(?P<place>[^()]+?) *\((?P<other>[^()]+)\)")
"""`Asia/Toshkent (Tashkent)`: one of the two places is IANA's."""
_TOO_NEW: Final = frozenset({"Alberta Standard Time", "British Columbia Standard Time", "Manitoba Standard Time"})
"""Windows learned these in 2026: a server that hasn't yet would refuse the event."""


def zone_of(name: str) -> ZoneInfo | None:
    """The IANA zone that Exchange means; None for a label, or for a name that nobody knows."""
    wanted = " ".join(name.split())
    if wanted.lower() in _UTC:
        return ZoneInfo("UTC")
    if not wanted or wanted.lower().startswith(_BY_HAND):
        return None
    listed = _windows().get(wanted.lower())
    names = [listed] if listed else [wanted]
    if found := _TWICE.fullmatch(wanted):
        names = [f"{found['area']}/{found[place]}".replace(" ", "_") for place in ("place", "other")]
    return next(filter(None, map(_known, names)), None)


def name_of(zone: tzinfo | None, *moments: datetime) -> str:
    """The name under which Exchange takes these moments as times of the zone; “UTC” where it has none for sure.

    Windows' zones are fewer: what counts is that both clocks show the same then.
    """
    from tzlocal.windows_tz import tz_win

    name = tz_win.get(zone.key, "") if isinstance(zone, ZoneInfo) and zone.key else ""
    theirs = None if name in _TOO_NEW else zone_of(name)
    same = theirs and all(at.astimezone(zone).utcoffset() == at.astimezone(theirs).utcoffset() for at in moments)
    return name if same else "UTC"


@cache
def _windows() -> dict[str, str]:
    from tzlocal.windows_tz import win_tz

    return {name.lower(): zone for name, zone in win_tz.items()}


def _known(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ValueError, LookupError, OSError):
        return None
