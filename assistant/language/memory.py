"""What is remembered of sentences: a draft is looked at again before it leaves, and greetings recur."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, TypeVar
from weakref import WeakSet

SENTENCES: Final = 256
"""Sentences of which the last answers are kept."""

_Answer = TypeVar("_Answer")
_kept: Final[WeakSet[Any]] = WeakSet()


def remembered(asked: Callable[[str], _Answer]) -> Callable[[str], _Answer]:
    """The function, which answers at once for the texts that it was last asked about."""
    answering = lru_cache(maxsize=SENTENCES)(asked)
    _kept.add(answering)
    return answering


def forget() -> None:
    """Forget all sentences, so that the time for new ones can be measured."""
    for each in _kept:
        each.cache_clear()
