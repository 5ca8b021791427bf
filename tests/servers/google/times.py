"""Google's times of events, and the instances of a recurring one.

An event has `dateTime` (with an offset) and `timeZone`, or `date`; ends are exclusive. An instance's id is its
master's with the original start in UTC (Calendar API, Recurring events).
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

from tests.servers.discovery import Json
from tests.servers.google.asked import Refused

HORIZON = timedelta(days=2 * 366)
MOST = 1_000
Window = tuple[datetime | None, datetime | None]


def zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise Refused(400, "invalid", f"Invalid time zone definition: {name}") from None


def moment(when: Json, home: str) -> datetime:
    """The instant; a day is its midnight in the calendar's zone."""
    if "date" in when:
        return datetime.combine(date.fromisoformat(when["date"]), time(), zone(when.get("timeZone", home)))
    found = datetime.fromisoformat(when["dateTime"])
    return found if found.tzinfo else found.replace(tzinfo=zone(when.get("timeZone", home)))


def normal(when: Json, home: str) -> Json:
    """As Google gives it back: with an offset, and its zone. Raises `Refused` for what isn't a time."""
    named = {"timeZone": when["timeZone"]} if "timeZone" in when else {}
    if named:
        zone(named["timeZone"])
    if "date" in when and "dateTime" not in when:
        return {"date": date.fromisoformat(when["date"]).isoformat(), **named}
    if "dateTime" not in when or "date" in when:
        raise Refused(400, "required", "Missing or double end time: give date or dateTime.")
    found = datetime.fromisoformat(when["dateTime"])
    if found.tzinfo is None and not named:
        raise Refused(400, "required", "Missing time zone definition for start time.")
    kept = found if found.tzinfo else found.replace(tzinfo=zone(named["timeZone"]))
    shown = kept.astimezone(zone(named.get("timeZone", home)))
    return {
        "dateTime": shown.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "timeZone": named.get("timeZone", home),
    }


def inside(event: Json, window: Window, home: str) -> bool:
    """Ends after the window's start and begins before its end (events.list, timeMin and timeMax)."""
    first, last = window
    start, end = moment(event["start"], home), moment(event["end"], home)
    return (first is None or end > first or start == end == first) and (last is None or start < last)


def starts(master: Json, home: str, until: datetime) -> Iterator[datetime]:
    """The starts by its rules, in order; naive ones for days."""
    all_day = "date" in master["start"]
    first = moment(master["start"], home).astimezone(zone(master["start"].get("timeZone", home)))
    first = first.replace(tzinfo=None) if all_day else first
    rules, extra, out = [], [], set()
    for line in master["recurrence"]:
        name, _, value = line.partition(":")
        if name.startswith("RRULE"):
            rules.append(rrulestr(_bounded(value, all_day), dtstart=first))
        elif name.startswith("RDATE"):
            extra += list(_values(line, first))
        elif name.startswith("EXDATE"):
            out |= set(_values(line, first))
        else:
            raise Refused(400, "invalid", f"Invalid recurrence rule: {line}")
    limit = until.astimezone(zone(home)).replace(tzinfo=None) if all_day else until
    found = {first, *extra}
    for rule in rules:
        for start in islice(rule, MOST):
            if start > limit:
                break
            found.add(start)
    yield from sorted(each for each in found - out if each <= limit)


def _bounded(rule: str, all_day: bool) -> str:
    """UNTIL as dateutil wants it: in UTC with times, naive with days."""

    def until(match: re.Match[str]) -> str:
        day, clock = match[1], match[2] or ""
        return f"UNTIL={day}" if all_day else f"UNTIL={day}{clock.rstrip('Z') or 'T235959'}Z"

    return re.sub(r"UNTIL=(\d{8})(T\d{6}Z?)?", until, rule)


def _values(line: str, first: datetime) -> Iterator[datetime]:
    name, _, values = line.partition(":")
    named = re.search(r"TZID=([^;:]+)", name)
    for value in values.split(","):
        plain = value.rstrip("Z")
        found = datetime.strptime(plain, "%Y%m%dT%H%M%S") if "T" in plain else datetime.strptime(plain, "%Y%m%d")  # noqa: DTZ007
        if first.tzinfo is None:
            yield found.replace(hour=0, minute=0, second=0)
        elif value.endswith("Z"):
            yield found.replace(tzinfo=UTC).astimezone(first.tzinfo)
        else:
            yield found.replace(tzinfo=zone(named[1])) if named else found.replace(tzinfo=first.tzinfo)


def instances(master: Json, exceptions: Iterable[Json], home: str, window: Window, now: datetime) -> list[Json]:
    """What the series has in the window: by the rule, or as an exception says (cancelled ones too), in order."""
    changed = {each["id"]: each for each in exceptions}
    until = window[1] or max(now, moment(master["start"], home)) + HORIZON
    length = moment(master["end"], home) - moment(master["start"], home)
    made = {}
    for start in starts(master, home, until):
        one = _instance(master, start, length)
        made[one["id"]] = changed.get(one["id"], one)
    made |= {name: each for name, each in changed.items() if name not in made}
    found = [each for each in made.values() if each["status"] == "cancelled" or inside(each, window, home)]
    return sorted(found, key=lambda each: moment(each["start"] if "start" in each else each["originalStartTime"], home))


def _instance(master: Json, start: datetime, length: timedelta) -> Json:
    def at(when: datetime) -> Json:
        if "date" in master["start"]:
            return {"date": when.date().isoformat()}
        name = master["start"]["timeZone"]
        shown = when.astimezone(zone(name)).isoformat(timespec="seconds").replace("+00:00", "Z")
        return {"dateTime": shown, "timeZone": name}

    end = start + length if start.tzinfo is None else (start.astimezone(UTC) + length)
    sign = f"{start:%Y%m%d}" if "date" in master["start"] else f"{start.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    kept = {name: value for name, value in master.items() if name != "recurrence"}
    return kept | {
        "id": f"{master['id']}_{sign}",
        "recurringEventId": master["id"],
        "originalStartTime": at(start),
        "start": at(start),
        "end": at(end),
    }
