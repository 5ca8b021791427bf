"""The rep's days away: nothing goes out by itself, what a newer move overtakes is taken back, and afterwards everything
begins anew with what matters then."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from assistant.config import Config
from assistant.errors import InputError
from assistant.store import Pause, Store, Transaction
from assistant.workflows import judged

LONGEST: Final = timedelta(days=731)
"""A day further ahead is more likely a slip of the pen than a return."""


def pause(store: Store, config: Config, until: date, now: datetime) -> None:
    """Away from now on, back on the day `until`. Raises `InputError` where that isn't ahead, or too far."""
    today = now.astimezone(config.zone).date()
    if until - today > LONGEST:
        raise InputError(
            f"{until:%A} {until.day} {until:%B %Y} is more than two years ahead, so nothing was paused.",
            "Name the day on which you're back; you can name a later one when it's near.",
        )
    if until <= today:
        raise InputError(
            f"{until:%A} {until.day} {until:%B %Y} isn't ahead, so nothing was paused.",
            "Name the day on which you're back.",
        )
    with store.write() as tx:
        tx.routines.pause(now, until)


def resume(store: Store, config: Config, now: datetime) -> bool:
    """Back as of now; whether there was a pause to end."""
    with store.write() as tx:
        there = paused_until(tx.routines.pauses(), config.zone, now) is not None
        if there:
            tx.routines.pause(now, None)
            judged.forget(tx)  # what came meanwhile has brought no draft yet
    return there


def paused_until(pauses: Sequence[Pause], zone: tzinfo, now: datetime) -> date | None:
    """The day on which the rep is back, while they're away."""
    until = pauses[-1].until if pauses else None
    return until if until is not None and now.astimezone(zone).date() < until else None


def there_since(pauses: Sequence[Pause], zone: tzinfo) -> date | None:
    """The day from which on the rep is there, as far as was said: it may lie ahead."""
    if not pauses:
        return None
    last = pauses[-1]
    return last.until or last.at.astimezone(zone).date()


def days_away(tx: Transaction, zone: tzinfo) -> list[tuple[date, date]]:
    """The days on which the rep was or will be away, as [start, end), the oldest first."""
    pauses = tx.routines.pauses()
    found: list[tuple[date, date]] = []
    for each, later in zip(pauses, [*pauses[1:], None], strict=False):
        if each.until is None:
            continue
        start, end = each.at.astimezone(zone).date(), each.until
        if later is not None:
            end = min(end, later.at.astimezone(zone).date())
        if found and start <= found[-1][1]:
            start, _ = found.pop()
        if start < end:
            found.append((start, end))
    return found
