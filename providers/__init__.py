"""The registry of mail and calendar systems: each is named by its kind and loaded only when it's opened."""

from collections.abc import Mapping
from datetime import tzinfo
from importlib import import_module
from typing import Any, Final, cast

from assistant.domain.ports import Calendar, Mailbox, Outbox
from assistant.errors import ProviderError

Settings = Mapping[str, Any]
"""The provider's own part of an account in the configuration; paths in it are absolute."""

_KINDS: Final = {
    "local": {
        "mailbox": "providers.local.mail:open_mailbox",
        "calendar": "providers.local.calendar:open_calendar",
        "outbox": "providers.local.outbox:open_outbox",
    },
}


def kinds() -> tuple[str, ...]:
    """The systems that an account can name as its provider."""
    return tuple(_KINDS)


def mailbox(kind: str, account: str, settings: Settings, zone: tzinfo) -> Mailbox:
    """The account's mail. `zone` is the rep's: it's used where a message names no zone."""
    return cast(Mailbox, _open(kind, "mailbox", account, settings, zone))


def calendar(kind: str, account: str, settings: Settings, zone: tzinfo) -> Calendar:
    """The account's calendar. `zone` is where floating times and all-day events happen."""
    return cast(Calendar, _open(kind, "calendar", account, settings, zone))


def outbox(kind: str, account: str, settings: Settings, zone: tzinfo) -> Outbox:
    """Where drafts of the account are filed."""
    return cast(Outbox, _open(kind, "outbox", account, settings, zone))


def _open(kind: str, port: str, account: str, settings: Settings, zone: tzinfo) -> object:
    if kind not in _KINDS:
        from difflib import get_close_matches

        near = get_close_matches(kind, _KINDS, n=1)
        hint = f"Did you mean “{near[0]}”?" if near else f"There is: {', '.join(_KINDS)}."
        raise ProviderError(f"Account “{account}” names the provider “{kind}”, which doesn't exist.", hint)
    module, _, name = _KINDS[kind][port].partition(":")
    return getattr(import_module(module), name)(account, settings, zone)
