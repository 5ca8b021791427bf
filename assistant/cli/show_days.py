"""What happens by itself, on the terminal: last, next, and what stands in the way."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from assistant.cli.console import day

if TYPE_CHECKING:
    from assistant.app import App
    from assistant.store import Routine
    from assistant.workflows.reached import Unreached

_OVERDUE: Final = timedelta(minutes=15)
_CALLED: Final = {
    "daily": "the day's queue",
    "watch": "answers",
    "invites": "invites",
    "weekly": "last week's report",
    "housekeeping": "housekeeping",
}


def routines(app: "App", now: datetime) -> list[str]:
    """A line for each thing that happens by itself, and one for each that couldn't be done."""
    rows, until = _stand(app, now)
    lines = [_who_looks(app, rows, now)]
    if until is not None:
        lines.append(f"Paused: you're back on {day(until)} {until.year}. Earlier: nextmove resume")
    for row in rows:
        last = f"last {_moment(row.ended, now)}" if row.ended else "not yet"
        due = f"next {_moment(row.next_due, now)}" if row.next_due else "next when it's asked for"
        if row.next_due and row.next_due <= now:
            due = "due now"
        lines.append(f"  {_called(row)}: {last}, {due}")
        if row.failures:
            since = f" since {_moment(row.failing_since, now)}" if row.failing_since else ""
            times = f"{row.failures} times " if row.failures > 1 else ""
            lines.append(f"    failed {times}{since.strip()}: {row.why}")
    return lines


def _who_looks(app: "App", rows: "list[Routine]", now: datetime) -> str:
    process = app.store.looked_after_by()
    if process is not None:
        return f"The days run by themselves (process {process})." if process else "The days run by themselves."
    daily = next(row for row in rows if row.name == "daily")
    if daily.began is None:
        return "Nothing runs by itself yet: nextmove serve, or nextmove service install."
    overdue = [row.next_due for row in rows if row.next_due and row.next_due < now - _OVERDUE]
    if overdue:
        return f"Nobody has looked since {_moment(min(overdue), now)}: nextmove serve, or nextmove service status."
    return "No serve runs just now; what is due comes with the next look."


def routine_entries(app: "App", now: datetime) -> dict[str, Any]:
    """The same for programs."""
    rows, until = _stand(app, now)
    names = ("name", "account", "ended", "next_due", "failures", "failing_since", "why")
    keys = ("name", "account", "last", "next", "failures", "failing_since", "why")
    entries = [
        {key: getattr(row, name) for key, name in zip(keys, names, strict=True)} | {"why": row.why or None}
        for row in rows
    ]
    return {"served_by": app.store.looked_after_by(), "paused_until": until, "routines": entries}


def next_in_words(app: "App", now: datetime) -> str:
    """What comes next, in a sentence."""
    rows, until = _stand(app, now)
    if until is not None:
        return _away(until)
    times = [(row.next_due, row) for row in rows if row.next_due and row.name != "housekeeping"]
    if not times:
        return ""
    at, row = min(times, key=lambda each: each[0])
    return f"Next: {_called(row)}, {'now' if at <= now else _moment(at.astimezone(app.config.zone), now)}."


def _away(until: date) -> str:
    return f"You're away until {day(until)} {until.year}."


def banner(missing: "list[Unreached]", now: datetime, away_until: date | None = None) -> list[str]:
    """What must be known of a queue that couldn't be brought up to date, or isn't while the rep is away."""
    back = "What you see is from before; nothing new is drafted until then. Earlier: nextmove resume"
    lines = [f"{_away(away_until)} {back}"] if away_until else []
    for each in missing:
        last = (
            f"What you see is as of {_moment(each.last.astimezone(now.tzinfo), now)}" if each.last else "Not read yet"
        )
        since = _moment(each.since.astimezone(now.tzinfo), now)
        lines.append(f"Account {each.account!r} can't be read since {since}. {last}, and nothing is sent. {each.why}")
    return lines


def _stand(app: "App", now: datetime) -> "tuple[list[Routine], Any]":
    from assistant.workflows.pausing import paused_until
    from assistant.workflows.routines import next_times

    with app.store.read() as tx:
        rows = list(next_times(tx, app.config, now).values())
        until = paused_until(tx.routines.pauses(), app.config.zone, now)
    return [_local(row, app) for row in rows], until


def _local(row: "Routine", app: "App") -> "Routine":
    from dataclasses import replace

    zone = app.config.zone
    last, due, since = (
        each.astimezone(zone) if each else None for each in (row.ended, row.next_due, row.failing_since)
    )
    return replace(row, ended=last, next_due=due, failing_since=since)


def _called(row: "Routine") -> str:
    return f"{_CALLED[row.name]} in {row.account!r}" if row.account else _CALLED[row.name]


def _moment(at: datetime, now: datetime) -> str:
    """On the rep's clock, as short as it can be told from now."""
    return f"{at:%H:%M}" if at.date() == now.astimezone(at.tzinfo).date() else f"{day(at)} {at:%H:%M}"
