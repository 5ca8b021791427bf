"""What an account allows us, as its owner sees it: which permissions, how they're given and how taken back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Permission:
    """One thing that we may do. `name` is the system's own word for it, `reason` ours; `held` once it's given."""

    name: str
    reason: str
    held: bool = False


@dataclass(frozen=True, slots=True)
class Access:
    """How an account stands. Without `email` nobody is signed in; `kept` is where its tokens are, never a token."""

    account: str
    kept: str
    permissions: tuple[Permission, ...]
    email: str | None = None
    since: datetime | None = None

    @property
    def missing(self) -> tuple[Permission, ...]:
        """What is turned on but not allowed (yet)."""
        return tuple(each for each in self.permissions if not each.held)


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What signing in needs of the person: `show` gives them an address to open; `pasted` waits for what they paste.

    `pasted` is None where a browser on this computer will come back by itself. `code`, where there's none, gives them
    an address to open on any device and the code to enter there (RFC 8628), of a system that has such codes.
    """

    show: Callable[[str], None]
    pasted: Callable[[], str] | None = None
    code: Callable[[str, str], None] | None = None


class SignIn(Protocol):
    """Signs the rep in and out of one account."""

    @property
    def account(self) -> str: ...

    @property
    def by_hand(self) -> str | None:
        """Where the person takes the permissions back themselves; None where signing out does that too."""
        ...

    def access(self) -> Access:
        """How the account stands, without asking anybody."""
        ...

    def works(self) -> bool:
        """Whether what is kept still opens the account; asks the system, and raises `ProviderError` if it can't."""
        ...

    def sign_in(self, dialogue: Dialogue) -> Access:
        """Ask for the permissions that are needed now, and keep what is given. Raises `ProviderError`."""
        ...

    def writes_as(self) -> tuple[str, ...]:
        """The addresses that the mailbox may write as, as far as the system tells; asks it. Raises `ProviderError`."""
        ...

    def sign_out(self) -> bool:
        """Take the permissions back, where the system lets us, and forget the tokens; False where there were none."""
        ...
