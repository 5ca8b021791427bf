"""Which accounts were read and which weren't: written down with each run, and told honestly."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from assistant.config import Config
from assistant.errors import NextmoveError
from assistant.store import Store, Transaction
from assistant.workflows.due import WATCH, again, rules
from assistant.workflows.pausing import there_since
from assistant.workflows.steady import fault

_ADDRESS: Final = re.compile(r"[^\s<>\"'“”]+@[^\s<>\"'“”]+")


@dataclass(frozen=True, slots=True)
class Unreached:
    """An account that couldn't be read: since when, why and what to do, and when it was last read whole."""

    account: str
    since: datetime
    why: str
    last: datetime | None


def note(store: Store, config: Config, names: Iterable[str], failed: Sequence[tuple[str, str]], now: datetime) -> None:
    """Write down what became of these accounts; one that couldn't be read is tried again, each time later."""
    whys = dict(failed)
    with store.write() as tx:
        known = rules(config, there_since(tx.routines.pauses(), config.zone))
        for name in names:
            rule = known.get((WATCH, name))
            if rule is None:
                continue
            noted = tx.routines.note(WATCH, name, now, discreet(whys[name]) if name in whys else None)
            due = again(now, noted.failures, config.serve.watch) if noted.failures else rule.after(now)
            tx.routines.plan(WATCH, name, rule.words, due)


def try_soon(store: Store, config: Config, name: str, now: datetime) -> None:
    """What kept this account from being read is mended: it isn't waited for any longer."""
    with store.write() as tx:
        rule = rules(config, there_since(tx.routines.pauses(), config.zone)).get((WATCH, name))
        if rule is not None and tx.routines.routine(WATCH, name).failing_since:
            tx.routines.plan(WATCH, name, rule.words, now)


def unreached(tx: Transaction, config: Config) -> list[Unreached]:
    """The accounts of the configuration that couldn't be read the last time."""
    names = [account.name for account in config.accounts]
    rows = (tx.routines.routine(WATCH, name) for name in names)
    return [Unreached(row.account, row.failing_since, row.why, row.ended) for row in rows if row.failing_since]


def discreet(words: str) -> str:
    """Without addresses, on one line."""
    return " ".join(_ADDRESS.sub("[address]", words).split())


def in_words(error: Exception) -> str:
    """What stood in the way and what to do, without addresses, and without what a fault may quote of a mail."""
    if isinstance(error, NextmoveError):
        return discreet(str(error))
    if isinstance(error, OSError) and error.strerror:
        named = f" ({discreet(error.filename)})" if isinstance(error.filename, str) else ""
        return f"The system says: {error.strerror}{named}."
    return f"{fault(error)} Please report it."
