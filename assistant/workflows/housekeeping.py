"""What keeps the store small and safe: mail beyond what is kept goes, and the user's own work is copied."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from assistant.config import Config
from assistant.store import Store
from assistant.workflows.sync import oldest_kept

_KEPT: Final = 3
_EVERY: Final = timedelta(days=7)
_MONTH: Final = timedelta(days=31)
"""How far the clock may be ahead of the newest mail: what a wrong one would throw away doesn't come back."""


def keep_house(store: Store, config: Config, now: datetime) -> str:
    """Do all of it; what was done, in a line, or "" where nothing was to be done."""
    with store.write() as tx:
        newest = tx.mirror.newest(now)
        kept_until = min(now, newest + _MONTH) if newest else now
        old = tx.mirror.forget_before(oldest_kept(config.privacy, kept_until))
        tx.routines.release_dead(now)
        tx.routines.keep_only([account.name for account in config.accounts])
    copied = _back_up(store, now.astimezone(config.zone).date())
    emptied = store.compact()
    done = [f"{old} messages older than {config.privacy.months} months forgotten"] if old else []
    done += [f"a copy of your own work kept as {copied.name}"] if copied else []
    done += ["the store made smaller"] if emptied else []
    return "; ".join(done)


def _back_up(store: Store, today: date) -> Path | None:
    """Once a week a copy beside the store; the newest few stay."""
    if any(today - _EVERY < day <= today for day, _ in backups(store.path)):
        return None
    to = store.path.with_name(f"{store.path.name}.{today}.backup")
    store.back_up(to)
    ahead = sorted(backups(store.path), key=lambda copy: (copy[0] <= today, copy[0]))  # of a clock that ran ahead
    for _, older in ahead[:-_KEPT]:
        older.unlink(missing_ok=True)
    return to


def backups(path: Path) -> list[tuple[date, Path]]:
    """The weekly copies beside the store, the oldest first."""
    dated = re.compile(re.escape(path.name) + r"\.(\d{4}-\d{2}-\d{2})\.backup")
    found = ((dated.fullmatch(each.name), each) for each in path.parent.glob("*.backup"))
    return sorted((day, each) for match, each in found if match and (day := _day(match[1])))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
