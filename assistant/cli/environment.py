"""What every command gets: the configuration's path, the clock, and the way to open the app."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, tzinfo
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import click

from assistant.cli.say import escaped
from assistant.errors import InputError, NotFoundError

if TYPE_CHECKING:
    from assistant.app import App

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Environment:
    """The configuration's path as given, and the moment for which the command speaks."""

    config_path: Path | None
    now: datetime

    @contextmanager
    def app(self, *, writing: str | None = None) -> "Iterator[App]":
        """The open app. `writing` names the work of a command that changes the store: one at a time."""
        from assistant.app import opened

        with opened(self.config_path) as app, app.listening(_told):
            if writing is None:
                yield app
            else:
                with app.store.writer(writing):
                    yield app

    def zone(self) -> tzinfo:
        """The zone of the configuration; UTC where there is none."""
        from assistant.config import find, load

        path = find(self.config_path)
        return load(path).zone if self.config_path is not None or path.is_file() else UTC

    def moment(self, app: "App") -> datetime:
        """Now, on the rep's clock. A day given without a time is its working day's start."""
        if self.now.tzinfo is not None:
            return self.now.astimezone(app.config.zone)
        now = self.now
        if now.time() == time(0):
            now = datetime.combine(now.date(), app.config.hours.start)
        return now.replace(tzinfo=app.config.zone)


def _told(words: str) -> None:
    """Beside what a command says: why it takes so long. It stands where a progress bar was."""
    click.echo(f"\r{words:<78}" if sys.stderr.isatty() else words, err=True)


def with_environment(
    function: Callable[Concatenate[Environment, P], R],
) -> Callable[P, R]:
    """Pass the environment as the first argument of a command."""

    @wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        return function(click.get_current_context().find_object(Environment), *args, **kwargs)  # type: ignore[arg-type]

    return wrapper


def text_of(source: str) -> str:
    """The text of a file, or of standard input for -."""
    if source == "-":
        return sys.stdin.read()
    try:
        text = Path(source).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise NotFoundError(f"{source} can't be read: {error.strerror}.", "Name a text file, or - for input.") from None
    if "\0" in text:
        raise InputError(f"{source} isn't a text file.", "Name a text file, or - for input.")
    return text


def bytes_of(source: str) -> bytes:
    """What is in a file, or in standard input for -."""
    if source == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(source).read_bytes()
    except OSError as error:
        raise NotFoundError(f"{source} can't be read: {error.strerror}.", "Name a file, or - for input.") from None


def lines_of(source: str) -> Iterator[str]:
    """The lines of a file, one at a time, or of standard input for -."""
    if source == "-":
        yield from sys.stdin
        return
    try:
        with Path(source).open(encoding="utf-8", errors="replace") as lines:
            yield from lines
    except OSError as error:
        raise NotFoundError(f"{source} can't be read: {error.strerror}.", "Name a file of JSON lines, or -.") from None


def as_json(value: Any) -> str:
    """JSON for programs: dates as ISO 8601, indented; what would command a terminal stands as an escape."""
    import msgspec

    return escaped(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def as_json_line(value: Any) -> str:
    """The same in one line."""
    import msgspec

    return escaped(msgspec.json.encode(value).decode())
