"""Accounts that can't stop the others: a fault of the program while one is read counts as that account's failure."""

import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from assistant.domain.ports import Calendar, Cursor, CursorExpired, EventBatch, Interval, Known, MailBatch, Mailbox
from assistant.errors import ProviderError
from assistant.workflows.sources import SourceAccount

T = TypeVar("T")

_CURE = "Please report it; the other accounts go on."


@dataclass(frozen=True, slots=True)
class _SteadyMailbox:
    real: Mailbox

    @property
    def account(self) -> str:
        return self.real.account

    def pull(self, cursor: Cursor | None, known: Known) -> Iterator[MailBatch]:
        return _steady(lambda: self.real.pull(cursor, known))


@dataclass(frozen=True, slots=True)
class _SteadyCalendar:
    real: Calendar

    @property
    def account(self) -> str:
        return self.real.account

    def pull(self, cursor: Cursor | None, window: Interval) -> Iterator[EventBatch]:
        return _steady(lambda: self.real.pull(cursor, window))


def steadied(accounts: Sequence[SourceAccount]) -> list[SourceAccount]:
    """The same accounts, each of which fails alone."""
    return [
        replace(
            account,
            mailbox=_SteadyMailbox(account.mailbox),
            calendar=_SteadyCalendar(account.calendar) if account.calendar is not None else None,
        )
        for account in accounts
    ]


def fault(error: Exception) -> str:
    """Where the program failed, and as what; what it says could hold words of a mail."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"A fault of the program ({type(error).__name__}{where})."


def _steady(pull: Callable[[], Iterator[T]]) -> Iterator[T]:
    try:
        yield from pull()
    except (ProviderError, CursorExpired):
        raise
    except Exception as error:
        raise ProviderError(fault(error), _CURE) from error
