"""The errors a user can meet: each is made of facts, names the file or account, and ends in what to do."""

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What the process says to the shell. 2 is click's own code for a wrong command line."""

    OK = 0
    FAILURE = 1
    USAGE = 2
    CONFIGURATION = 3
    BUSY = 4
    PROVIDER = 5
    REFUSED = 6
    NOT_FOUND = 7


class NextmoveError(Exception):
    """Base of all errors that end a command with one sentence instead of a traceback."""

    exit_code: ClassVar[ExitCode] = ExitCode.FAILURE

    def __init__(self, fact: str, cure: str) -> None:
        super().__init__(f"{fact} {cure}")
        self.fact = fact
        self.cure = cure


class ConfigurationError(NextmoveError):
    """The configuration can't be used; `fact` lists every problem, one a line."""

    exit_code = ExitCode.CONFIGURATION


class BusyError(NextmoveError):
    """Another process is writing to the same store."""

    exit_code = ExitCode.BUSY


class StoreError(NextmoveError):
    """The store can't be opened, is damaged, or refuses the change."""


class ProviderError(NextmoveError):
    """A mail or calendar system can't be reached or says no."""

    exit_code = ExitCode.PROVIDER


class RefusedError(NextmoveError):
    """What was asked for would break a promise: the guard, a stale approval, a fixed decision date."""

    exit_code = ExitCode.REFUSED


class NotFoundError(NextmoveError):
    """There is no deal, draft, message or file of that name."""

    exit_code = ExitCode.NOT_FOUND


class InputError(NextmoveError):
    """A value or file that the user gave can't be understood."""

    exit_code = ExitCode.USAGE
