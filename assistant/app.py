"""The composition root: configuration, store and providers become one thing that the faces can ask."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import providers
from assistant.config import Account, Config, find, load
from assistant.domain.mail import FolderRole, Message
from assistant.errors import InputError
from assistant.store import Store
from assistant.workflows.sources import SourceAccount

if TYPE_CHECKING:
    from assistant.domain.access import SignIn
    from assistant.workflows.editing import ReviewDesk


@dataclass(frozen=True, slots=True)
class App:
    """What a command works with; open while the command runs."""

    config: Config
    store: Store

    def accounts(self) -> list[SourceAccount]:
        """The accounts of the configuration, each with its ports; opened when they are first asked."""
        return [self._opened(account) for account in self.config.accounts]

    def _opened(self, account: Account) -> SourceAccount:
        named = (account.provider, account.name, account.settings, self.config.zone)
        return SourceAccount(
            account.name,
            providers.mailbox(*named),
            providers.outbox(*named),
            providers.calendar(*named) if account.has_calendar else None,
            providers.scheduling(*named) if account.can_schedule else None,
            providers.free_busy(*named) if account.sees_others else None,
            providers.sender(*named) if account.sends and providers.can_send(account.provider) else None,
            str(account.settings.get("email") or "").lower(),
        )

    def invites_wait_in_drafts(self) -> bool:
        """Whether the mail that tells people of a meeting lies in the Drafts folder, until the rep sends it."""
        scheduling = [account for account in self.config.accounts if account.can_schedule]
        return not all(providers.mails_invites(account.provider) for account in scheduling)

    def listening(self, listener: Callable[[str], None]) -> AbstractContextManager[None]:
        """While it's entered, the listener gets what the systems say while they make us wait."""
        from providers import notices

        return notices.listening(listener)

    def sign_ins(self, system: str | None = None) -> list["SignIn"]:
        """The ways in to the accounts (of that system) and out of them; accounts of files have none."""
        return [
            providers.sign_in(account.provider, account.name, account.settings, self.config.zone)
            for account in self.config.accounts
            if system in (None, account.provider) and providers.signs_in(account.provider)
        ]

    def desk(self) -> "ReviewDesk":
        """What the review of the queue works with."""
        from assistant.workflows.editing import ReviewDesk

        return ReviewDesk(self.accounts(), self.store, self.config)


@contextmanager
def opened(path: Path | None) -> Iterator[App]:
    """The app for the configuration at `path`, or at the usual places."""
    config = load(find(path))
    with Store.open(config.store) as store:
        yield App(config, store)


def message_in(raw: bytes, name: str, now: datetime | None = None) -> Message:
    """The message in these bytes, as the local provider would read it; plain text is one that is written `now`, by
    nobody who is known. Raises `InputError`, with the name."""
    from providers import mime

    try:
        return mime.parse(raw, account="file", folder="", remote_id=name, role=FolderRole.OTHER)
    except mime.UnreadableError as error:
        text = _plain(raw)
        if not text:
            cure = "Name a file with one message, or with its text in UTF-8."
            raise InputError(f"{name} can't be read as a message: {error}.", cure) from None
        return Message("file", "", name, FolderRole.OTHER, "", now, None, text=text)


def _plain(raw: bytes) -> str:
    """The bytes as text; empty where they are none."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return "" if "\0" in text else text.strip()


def provider_kinds() -> tuple[str, ...]:
    """The mail and calendar systems that an account can name."""
    return providers.kinds()
