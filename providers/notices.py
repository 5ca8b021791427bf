"""What a provider says while it waits, to whoever listens."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Listener = Callable[[str], None]

_listeners: list[Listener] = []


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """While it's entered, the listener gets each notice: one line, with no text of any mail in it."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def say(words: str) -> None:
    for listener in tuple(_listeners):
        listener(words)
