"""The scopes that an account needs for what is turned on, each with its reason in plain words.

The narrowest that allow the calls we make (discovery documents gmail.v1 and calendar.v3, `scopes` of each method). No
Gmail scope allows drafts and forbids sending: that sending needs `send = true` is a rule of `calls.py`.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from assistant.domain.access import Permission

_PREFIX: Final = "https://www.googleapis.com/auth/"
_MAIL: Final = "https://mail.google.com/"

READ_MAIL: Final = f"{_PREFIX}gmail.readonly"
DRAFTS: Final = f"{_PREFIX}gmail.compose"
READ_OWN_CALENDAR: Final = f"{_PREFIX}calendar.events.owned.readonly"
READ_CALENDARS: Final = f"{_PREFIX}calendar.events.readonly"
WRITE_OWN_CALENDAR: Final = f"{_PREFIX}calendar.events.owned"
WRITE_CALENDARS: Final = f"{_PREFIX}calendar.events"
FREE_BUSY: Final = f"{_PREFIX}calendar.freebusy"

_WIDER: Final[dict[str, tuple[str, ...]]] = {
    READ_MAIL: (f"{_PREFIX}gmail.modify", _MAIL),
    DRAFTS: (f"{_PREFIX}gmail.modify", _MAIL),
    READ_OWN_CALENDAR: (
        READ_CALENDARS,
        WRITE_OWN_CALENDAR,
        WRITE_CALENDARS,
        f"{_PREFIX}calendar.readonly",
        f"{_PREFIX}calendar",
    ),
    READ_CALENDARS: (WRITE_CALENDARS, f"{_PREFIX}calendar.readonly", f"{_PREFIX}calendar"),
    WRITE_OWN_CALENDAR: (WRITE_CALENDARS, f"{_PREFIX}calendar"),
    WRITE_CALENDARS: (f"{_PREFIX}calendar",),
    FREE_BUSY: (
        f"{_PREFIX}calendar.events.freebusy",
        f"{_PREFIX}calendar.readonly",
        f"{_PREFIX}calendar",
    ),
}


def needed(settings: Mapping[str, Any], granted: Iterable[str] = ()) -> tuple[Permission, ...]:
    """What the account needs for what is turned on; `held` tells which of it is among the `granted`."""
    held = frozenset(granted)
    return tuple(Permission(scope, reason, held=_covered(scope, held)) for scope, reason in _reasons(settings).items())


def short(scope: str) -> str:
    """The scope as the consent screen's help calls it: gmail.readonly."""
    return scope.removeprefix(_PREFIX)


def _reasons(settings: Mapping[str, Any]) -> dict[str, str]:
    calendars = tuple(settings.get("calendars", ("primary",)))
    email = str(settings.get("email") or "").lower()
    own = all(each == "primary" or each.lower() == email for each in calendars)
    reasons = {
        READ_MAIL: "read your mail, to see where each deal stands",
        DRAFTS: "put drafts that you approved into your Drafts, and take them back while you haven't touched them",
    }
    if settings.get("send"):
        reasons[DRAFTS] += "; and send what you approved, as you turned `send` on"
    else:
        reasons[DRAFTS] += (
            " (Google's permission covers sending too; Nextmove doesn't send unless you set `send = true`)"
        )
    if calendars and settings.get("schedule"):
        reasons[WRITE_OWN_CALENDAR if own else WRITE_CALENDARS] = (
            "read your meetings, and place, move and cancel the meetings of plans that you approved"
        )
    elif calendars:
        reasons[READ_OWN_CALENDAR if own else READ_CALENDARS] = (
            "read your meetings, to know what's ahead and when you're free"
        )
    if settings.get("free_busy"):
        reasons[FREE_BUSY] = "see when colleagues are free or busy, without what their meetings are about"
    return reasons


def _covered(scope: str, granted: frozenset[str]) -> bool:
    return not granted.isdisjoint((scope, *_WIDER[scope]))
