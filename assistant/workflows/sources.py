"""The accounts as the workflows see them: a name, and the ports that are turned on."""

from collections.abc import Callable
from dataclasses import dataclass

from assistant.domain.ports import Calendar, FreeBusy, Mailbox, Outbox, Scheduling, Sender

Progress = Callable[[str, int, int | None], None]
"""Called with the account's name, how many messages came so far, and how many will come (None: unknown)."""


@dataclass(frozen=True, slots=True)
class SourceAccount:
    """One account's ports; those from `calendar` on are None where there is no such thing or no permission for it.

    `sender` is None unless the rep turned sending on in this account: then drafts are filed, and no more.
    `address` is the mailbox's own one, where the configuration names it.
    """

    name: str
    mailbox: Mailbox
    outbox: Outbox
    calendar: Calendar | None = None
    scheduling: Scheduling | None = None
    free_busy: FreeBusy | None = None
    sender: Sender | None = None
    address: str = ""
