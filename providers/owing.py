"""What a mail pull asked for and didn't get: it's owed to the next ones, until it has failed too often."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from assistant.domain.mail import Message, Problem
from providers.filling import Filling

_GIVEN_UP: Final = 5
"""Pulls that ask for a message with which the system has lasting trouble."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The system had trouble of its own with this message, and again when it was asked for alone: it's owed."""

    why: str


Fetched = Message | Problem | Failed | None
"""A message, why it can't be read, why it couldn't be had, or None: it's gone, or not to be read."""


@dataclass(frozen=True, slots=True)
class Debts:
    """`unreadable` were reported as problems and aren't fetched again. `owed` are those with which the system had
    lasting trouble, each with the number of pulls that asked for it."""

    unreadable: frozenset[str] = frozenset()
    owed: Mapping[str, int] = field(default_factory=dict)

    def given_up(self, each: str) -> "Debts":
        return replace(self, unreadable=self.unreadable | {each})

    def owing(self, each: str) -> "Debts":
        """Once more; what has been asked for too often is given up."""
        tries = self.owed.get(each, 0) + 1
        if tries >= _GIVEN_UP:
            return self.paid(each).given_up(each)
        return replace(self, owed={**self.owed, each: tries})

    def paid(self, each: str) -> "Debts":
        """The same where it wasn't owed."""
        if each not in self.owed:
            return self
        return replace(self, owed={name: tries for name, tries in self.owed.items() if name != each})


@dataclass(frozen=True, slots=True)
class Taking:
    """Puts what was fetched into the batch. `account` and `place` say in a problem where a message lies."""

    batch: Filling
    account: str
    place: str

    def take(self, each: str, fetched: Fetched, held: tuple[str, str], debts: Debts) -> Debts:
        """What is owed then. `held` are the folder and the etag under which the caller has it, "" where it hasn't.

        What lay elsewhere is gone from there in the same batch, so that no kill comes between.
        """
        folder, etag = held
        if isinstance(fetched, Failed):
            if each not in debts.owed:
                why = f"{fetched.why}; the next runs ask for it again"
                self.batch.problems.append(Problem(self.account, f"{self.place}/{each}", why))
            return debts.owing(each)
        debts = debts.paid(each)
        if isinstance(fetched, Problem):
            self.batch.problems.append(fetched)
            return debts.given_up(each)
        if fetched is None or fetched.folder != folder:
            if folder:
                self.batch.gone.append((folder, each))
            if fetched:
                self.batch.add(fetched)
        elif fetched.etag != etag:
            self.batch.flagged.append((folder, each, fetched.etag, fetched.flags))
        return debts
