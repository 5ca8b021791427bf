"""Which calls an account may make at all: every read, and of the changes only those that are turned on."""

from collections.abc import Mapping
from typing import Any, Final

from assistant.errors import RefusedError
from providers.google.scopes import (
    DRAFTS,
    FREE_BUSY,
    READ_CALENDARS,
    READ_MAIL,
    READ_OWN_CALENDAR,
    WRITE_CALENDARS,
    WRITE_OWN_CALENDAR,
    short,
)

_ASKING: Final = frozenset({"calendar.freebusy.query"})
"""POST, but changes nothing."""

_DRAFTS: Final = frozenset(f"gmail.users.drafts.{verb}" for verb in ("create", "update", "delete"))
_SENDING: Final = frozenset({"gmail.users.drafts.send"})
_EVENTS: Final = frozenset(f"calendar.events.{verb}" for verb in ("insert", "patch", "update", "delete"))


def changes(request: Any) -> bool:
    """Whether the call changes something; what isn't a GET does."""
    return request.method != "GET" and request.methodId not in _ASKING


def permit(account: str, settings: Mapping[str, Any], request: Any) -> None:
    """Raises `RefusedError` for a change that isn't turned on."""
    if not changes(request):
        return
    method = request.methodId
    if method in _DRAFTS or (method in _SENDING and settings.get("send")):
        return
    if method in _EVENTS and settings.get("schedule"):
        return
    option = {**dict.fromkeys(_SENDING, "send"), **dict.fromkeys(_EVENTS, "schedule")}.get(method)
    cure = f"Set `{option} = true` in this account if you want it." if option else "This program never does that."
    raise RefusedError(f"Account “{account}” doesn't allow {method.partition('.')[2]}: nothing was changed.", cure)


def scope_of(method: str) -> str:
    """The scope that the call needs, in short, for the error that it's missing."""
    if method.startswith("gmail"):
        return short(DRAFTS if method in _DRAFTS | _SENDING else READ_MAIL)
    if method in _ASKING:
        return short(FREE_BUSY)
    own, every = (WRITE_OWN_CALENDAR, WRITE_CALENDARS) if method in _EVENTS else (READ_OWN_CALENDAR, READ_CALENDARS)
    return f"{short(own)}, or {short(every)} for a calendar that isn't the account's own"
