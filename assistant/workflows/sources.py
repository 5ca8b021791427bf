"""The accounts as the workflows see them: a name, and the ports that are turned on."""

from collections.abc import Callable
from dataclasses import dataclass

from assistant.domain.ports import Calendar, Mailbox, Outbox

Progress = Callable[[str, int, int | None], None]
"""Called with the account's name, how many messages came so far, and how many will come (None: unknown)."""


@dataclass(frozen=True, slots=True)
class SourceAccount:
    """One account's ports. `calendar` is None where there is none."""

    name: str
    mailbox: Mailbox
    outbox: Outbox
    calendar: Calendar | None = None
