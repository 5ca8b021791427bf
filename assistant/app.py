"""The composition root: configuration, store and providers become one thing that the faces can ask."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import providers
from assistant.config import Account, Config, find, load
from assistant.domain.mail import FolderRole, Message
from assistant.errors import InputError, NotFoundError
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


def read_message(path: Path) -> Message:
    """One message from a file, as the local provider would read it. Raises `NotFoundError`."""
    from providers import mime

    try:
        raw = path.read_bytes()
    except OSError as error:
        raise NotFoundError(f"{path} can't be read: {error.strerror}.", "Name a file with one message.") from None
    try:
        return mime.parse(raw, account="file", folder=str(path.parent), remote_id=path.name, role=FolderRole.OTHER)
    except mime.UnreadableError as error:
        raise InputError(f"{path} can't be read as a message: {error}.", "Name a file with one message.") from None


def provider_kinds() -> tuple[str, ...]:
    """The mail and calendar systems that an account can name."""
    return providers.kinds()
