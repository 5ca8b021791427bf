"""Exchange's times: walls with the name of a zone, and series by Graph's patterns.

A wall time has no offset and seven decimals (Microsoft Graph, dateTimeTimeZone). All-day events are midnights in every
zone.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil import rrule  # type: ignore[import-untyped]

from tests.servers.microsoft.asked import Json, Unfit

ODD = {
    "Europe/Kyiv (Kiev)": "Europe/Kyiv",
    "Asia/Yangon (Rangoon)": "Asia/Yangon",
    "Asia/Toshkent (Tashkent)": "Asia/Tashkent",
    "Asia/Astana (Almaty)": "Asia/Almaty",
}
FREE = ("tzone://Microsoft/Custom", "Customized Time Zone")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
INDEX = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
MOST = 2_000
HORIZON = timedelta(days=3 * 366)


@cache
def windows() -> dict[str, str]:
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    return {**WINDOWS_TO_OLSON, "UTC": "UTC", "tzone://Microsoft/Utc": "UTC"}


@cache
def zone(name: str) -> tzinfo:
    """A Windows name, or one of the IANA names that Exchange knows. Raises `Unfit` for others."""
    if name in FREE:
        return UTC
    known = windows()
    iana = known.get(name) or ODD.get(name) or (name if name in known.values() else "")
    if not iana or name in ("Europe/Kiev", "Europe/Kyiv", "Asia/Rangoon", "Asia/Tashkent", "Asia/Almaty"):
        raise Unfit(f"A valid TimeZone value must be specified: {name!r}", "TimeZoneNotSupportedException")
    return ZoneInfo(iana)


@cache
def windows_name(iana: str) -> str:
    """The Windows name of a zone; "Customized Time Zone" where there's none."""
    if iana in ("UTC", "Etc/UTC"):
        return "UTC"
    mine = ZoneInfo(iana)
    days = [datetime(2026, month, 15, 12, tzinfo=UTC) for month in range(1, 13)]
    for name, other in windows().items():
        if other == iana:
            return name
    for name, other in windows().items():
        theirs = ZoneInfo(other)
        if all(day.astimezone(mine).utcoffset() == day.astimezone(theirs).utcoffset() for day in days):
            return name
    return FREE[1]


def wall(when: datetime, name: str = "UTC") -> Json:
    shown = when.astimezone(zone(name)) if when.tzinfo else when
    return {"dateTime": f"{shown:%Y-%m-%dT%H:%M:%S}.{shown.microsecond:06d}0", "timeZone": name}


def plain(when: Json) -> datetime:
    """Without its zone."""
    return datetime.fromisoformat(when["dateTime"][:26])


def moment(when: Json) -> datetime:
    return plain(when).replace(tzinfo=zone(when["timeZone"]))


def shown(when: Json, name: str, *, all_day: bool) -> Json:
    """In the zone that's preferred; a day is midnight in every zone."""
    return wall(plain(when) if all_day else moment(when), name) | {"timeZone": name}


def asked_time(text: str, what: str) -> datetime:
    """A time of the query: without an offset it's UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Unfit(f"{what}={text!r} isn't a time (is a + not encoded?)", "ErrorInvalidParameter") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def starts(event: Json, until: datetime) -> Iterator[datetime]:
    """The original starts of a series, in order, in its own zone."""
    pattern, span = event["recurrence"]["pattern"], event["recurrence"]["range"]
    home = zone(event["start"]["timeZone"])
    first = plain(event["start"])
    rule = _rule(pattern, span, first)
    for start in islice(rule, MOST):
        found = start.replace(tzinfo=home)
        if found > until:
            return
        yield found


def _rule(pattern: Json, span: Json, first: datetime) -> "rrule.rrule":
    weekdays = [DAYS.index(day) for day in pattern.get("daysOfWeek", [])]
    kind = pattern["type"]
    words: Json = {"interval": pattern["interval"], "dtstart": first}
    if kind == "weekly":
        words |= {"byweekday": weekdays or [first.weekday()]}
        words["wkst"] = DAYS.index(pattern.get("firstDayOfWeek", "sunday"))
    elif kind in ("absoluteMonthly", "absoluteYearly"):
        words["bymonthday"] = pattern.get("dayOfMonth") or first.day
    elif kind in ("relativeMonthly", "relativeYearly"):
        words |= {"byweekday": weekdays, "bysetpos": INDEX[pattern.get("index", "first")]}
    if kind.endswith("Yearly"):
        words["bymonth"] = pattern.get("month") or first.month
    if span["type"] == "numbered":
        words["count"] = span["numberOfOccurrences"]
    elif span["type"] == "endDate":
        words["until"] = datetime.combine(date.fromisoformat(span["endDate"]), datetime.max.time()).replace(
            microsecond=0
        )
    kinds = {"daily": rrule.DAILY, "weekly": rrule.WEEKLY}
    return rrule.rrule(kinds.get(kind, rrule.YEARLY if kind.endswith("Yearly") else rrule.MONTHLY), **words)
