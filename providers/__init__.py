"""The registry of mail and calendar systems: each is named by its kind and loaded only when it's opened."""

from collections.abc import Mapping
from datetime import tzinfo
from importlib import import_module
from typing import Any, Final, cast

from assistant.domain.access import SignIn
from assistant.domain.ports import Calendar, FreeBusy, Mailbox, Outbox, Scheduling, Sender
from assistant.errors import ProviderError

Settings = Mapping[str, Any]
"""The provider's own part of an account in the configuration; paths in it are absolute."""

_KINDS: Final = {
    "local": {
        "mailbox": "providers.local.mail:open_mailbox",
        "calendar": "providers.local.calendar:open_calendar",
        "outbox": "providers.local.outbox:open_outbox",
        "scheduling": "providers.local.scheduling:open_scheduling",
        "free_busy": "providers.local.people:open_people",
    },
    "google": {
        "mailbox": "providers.google.mail:open_mailbox",
        "calendar": "providers.google.calendar:open_calendar",
        "outbox": "providers.google.outbox:open_outbox",
        "sender": "providers.google.sending:open_sender",
        "scheduling": "providers.google.scheduling:open_scheduling",
        "free_busy": "providers.google.freebusy:open_free_busy",
        "signin": "providers.google.signin:open_sign_in",
    },
    "microsoft": {
        "mailbox": "providers.microsoft.mail:open_mailbox",
        "calendar": "providers.microsoft.calendar:open_calendar",
        "outbox": "providers.microsoft.outbox:open_outbox",
        "sender": "providers.microsoft.sending:open_sender",
        "scheduling": "providers.microsoft.scheduling:open_scheduling",
        "free_busy": "providers.microsoft.freebusy:open_free_busy",
        "signin": "providers.microsoft.signin:open_sign_in",
    },
}
_MAILS_INVITES: Final = frozenset({"google", "microsoft"})


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


def mails_invites(kind: str) -> bool:
    """Whether the system itself mails the people of an event of ours; else the mail lies in the rep's Drafts."""
    return kind in _MAILS_INVITES


def can_send(kind: str) -> bool:
    """Whether mail can be sent through this system at all."""
    return "sender" in _KINDS.get(kind, {})


def sender(kind: str, account: str, settings: Settings, zone: tzinfo) -> Sender:
    """What sends the drafts of the account. Raises `RefusedError` where its settings don't turn that on."""
    return cast(Sender, _open(kind, "sender", account, settings, zone))


def free_busy(kind: str, account: str, settings: Settings, zone: tzinfo) -> FreeBusy:
    """When others are taken. `zone` is where floating times and all-day events of theirs happen."""
    return cast(FreeBusy, _open(kind, "free_busy", account, settings, zone))


def scheduling(kind: str, account: str, settings: Settings, zone: tzinfo) -> Scheduling:
    """Where events of ours are placed; for an account with a calendar."""
    return cast(Scheduling, _open(kind, "scheduling", account, settings, zone))


def signs_in(kind: str) -> bool:
    """Whether accounts of this system are signed in to at all."""
    return "signin" in _KINDS.get(kind, {})


def sign_in(kind: str, account: str, settings: Settings, zone: tzinfo) -> SignIn:
    """The way in to the account; of a system that has one."""
    return cast(SignIn, _open(kind, "signin", account, settings, zone))


def _open(kind: str, port: str, account: str, settings: Settings, zone: tzinfo) -> object:
    if kind not in _KINDS:
        from difflib import get_close_matches

        near = get_close_matches(kind, _KINDS, n=1)
        hint = f"Did you mean “{near[0]}”?" if near else f"There is: {', '.join(_KINDS)}."
        raise ProviderError(f"Account “{account}” names the provider “{kind}”, which doesn't exist.", hint)
    module, _, name = _KINDS[kind][port].partition(":")
    return getattr(import_module(module), name)(account, settings, zone)
