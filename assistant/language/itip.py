"""Calendar parts of mail (RFC 5545, RFC 5546, RFC 6047) as values; what can't be read is a problem, never an exception.

It stands here since both what reads a mail and what judges a meeting need it.
"""

import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import chain
from typing import Any, Final

from assistant.domain.calendar import PartStat
from assistant.domain.itip import ItipEvent, ItipPart, ItipPerson, Method
from assistant.domain.mail import Address

Component = Any
"""A VEVENT as icalendar gives it; untyped values stop in this module."""

_LINE: Final = re.compile(r"[\s\ufeff]*([A-Za-z][A-Za-z-]*)\s*([;:].*)", re.DOTALL)
_OF_EVENTS: Final = re.compile(
    "UID|SEQUENCE|DTSTAMP|RECURRENCE-ID|DTSTART|DTEND|DURATION|ORGANIZER|ATTENDEE|COMMENT|SUMMARY"
)
_OF_ZONES: Final = re.compile("TZID|DTSTART|TZOFFSETFROM|TZOFFSETTO|RRULE|RDATE|TZNAME")
_ZONE_NAME: Final = re.compile(r'(?i);TZID=("[^"]*"|[^;:]*)')
_YEARLY: Final = re.compile(
    r"RRULE:FREQ=YEARLY(?:;(?:(?:BYMONTH|BYDAY|BYMONTHDAY|INTERVAL|UNTIL|COUNT|WKST)=[^;,]*|BY(?:HOUR|MINUTE)=\d+))*;?"
)
_EMAIL: Final = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:@]+")
_YEARS: Final = range(1971, 2100)
"""Dates outside of them are sentinels of programs, or mistakes."""
_MOST: Final = 100
"""Events of a part that are read."""
_DEEPEST: Final = 10
_MOST_LINES: Final = 2_000
"""Of an event or a zone: some programs write each change of the clock since the nineteenth century."""
_LONGEST_LINE: Final = 6_000
_LONGEST: Final = 2_000_000
_LONGEST_ADDRESS: Final = 400
_TEXT_LIMIT: Final = 5_000
_THINGS: Final = ("ROOM", "RESOURCE")
_BROKEN: Final = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    LookupError,
    OverflowError,
    ArithmeticError,
    RecursionError,
)
"""What the calendar libraries raise on broken input."""


@dataclass(slots=True)
class _Object:
    """The lines of one VCALENDAR: those of its events, each apart, and those of its zones, by their TZID."""

    method: str = ""
    events: list[list[str]] = field(default_factory=list)
    zones: dict[str, list[str]] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)
    cut: bool = False


@lru_cache(maxsize=512)
def read_part(text: str, zone: tzinfo) -> ItipPart:
    """What a text/calendar part says; floating times and those of unknown zones are in `zone`. Never raises."""
    if len(text) > _LONGEST:
        return ItipPart(problems=("the calendar part is too long",))
    events: list[ItipEvent] = []
    problems: list[str] = []
    objects = _objects(text)
    if not any(one.events or one.cut for one in objects):
        spoken = ", ".join(sorted(set().union(*(one.others for one in objects))))[:80]
        return ItipPart(problems=(f"it speaks of no meeting ({spoken})" if spoken else "it speaks of no meeting",))
    for one in objects:
        if one.cut or len(one.events) > _MOST:
            problems.append("an event of it is cut off" if one.cut else f"only {_MOST} of its events are read")
        for lines in one.events[:_MOST]:
            try:
                events.append(_event(_component(one, lines), _method(one.method), zone))
            except _BROKEN as error:
                problems.append(f"an event of it can't be read: {_why(error)}")
    return ItipPart(tuple(events), tuple(problems))


def _objects(text: str) -> list[_Object]:
    """The calendars of the text. Only the lines that are needed go on, so that nothing else of it can be in the way."""
    found = [_Object()]
    inside: list[str] = []
    lines: list[str] = []
    for name, value in _content_lines(text):
        what = value[1:].strip().upper()
        if name == "BEGIN":
            if inside and what in ("VCALENDAR", "VEVENT"):
                found[-1].cut |= inside[0] == "VEVENT"
                inside = []
            if what == "VCALENDAR":
                found.append(_Object())
                continue
            if inside:
                lines.append(f"BEGIN:{what}")
            else:
                lines = []
            if len(inside) < _DEEPEST:
                inside.append(what)
        elif name == "END" and what in inside:
            while inside.pop() != what:
                continue
            if inside:
                lines.append(f"END:{what}")
            else:
                _keep(found[-1], what, lines)
        elif name == "METHOD" and not inside:
            found[-1].method = found[-1].method or what
        elif _needed(name, inside) and len(lines) < _MOST_LINES:
            lines.append((name + value)[:_LONGEST_LINE])
    found[-1].cut |= bool(inside) and inside[0] == "VEVENT"
    return found


def _needed(name: str, inside: Sequence[str]) -> bool:
    if inside == ["VEVENT"]:
        return _OF_EVENTS.fullmatch(name) is not None
    return bool(inside) and inside[0] == "VTIMEZONE" and _OF_ZONES.fullmatch(name) is not None


def _content_lines(text: str) -> Iterator[tuple[str, str]]:
    """Name and what follows it, of each content line (RFC 5545 section 3.1)."""
    plain = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    for line in re.sub(r"\n[ \t]", "", plain).split("\n"):
        if matched := _LINE.match(line):
            yield matched[1].upper(), matched[2]


def _keep(found: _Object, what: str, lines: list[str]) -> None:
    if what == "VEVENT":
        found.events.append([line for line in lines if not line.startswith(("BEGIN:", "END:"))])
    elif what == "VTIMEZONE":
        name = next((line.partition(":")[2].strip() for line in lines if line.startswith("TZID")), "")
        found.zones.setdefault(name, ["BEGIN:VTIMEZONE", *lines, "END:VTIMEZONE"])
    else:
        found.others.add(what)


def _component(one: _Object, lines: list[str]) -> Component:
    """The event as icalendar reads it, with those zones that nobody else knows; without those that can't be read."""
    import icalendar  # 100 ms: only where there is calendar mail
    from icalendar.timezone import tzp

    # The zones that other mails have defined would be taken for those of the same name in this one.
    icalendar.use_zoneinfo()  # type: ignore[no-untyped-call]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about zones whose names it had to guess
        named = {name.strip('"') for line in lines for name in _ZONE_NAME.findall(line)} & one.zones.keys()
        own = [one.zones[name] for name in sorted(named) if tzp.timezone(name) is None and _is_sane(one.zones[name])]
        event = ["BEGIN:VEVENT", *lines, "END:VEVENT"]
        try:
            return _parsed([*chain.from_iterable(own), *event])
        except _BROKEN:
            return _parsed(event)


def _is_sane(zone: list[str]) -> bool:
    """Whether the clock changes a few times a year at most: any other rule would be followed for ever."""
    rules = [line for line in zone if line.startswith("RRULE")]
    return all(_YEARLY.fullmatch(rule) for rule in rules)


def _parsed(lines: list[str]) -> Component:
    import icalendar

    calendar = icalendar.Calendar.from_ical("\r\n".join(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR", ""]))
    return calendar.walk("VEVENT")[0]


def _method(name: str) -> Method:
    try:
        return Method(name) if name else Method.PUBLISH
    except ValueError:
        raise ValueError(f"its METHOD “{name[:40]}” is none of RFC 5546") from None


def _event(component: Component, method: Method, zone: tzinfo) -> ItipEvent:
    uid = _value(component, "UID")
    if not uid:
        raise ValueError("its UID is missing")
    first, instance = _time(component, "DTSTART"), _time(component, "RECURRENCE-ID")
    if instance is None and "RECURRENCE-ID" in component:
        raise ValueError("its RECURRENCE-ID can't be read")
    start = _moment(first, zone)
    return ItipEvent(
        method,
        uid,
        sequence=_number(component),
        stamp=_moment(_time(component, "DTSTAMP"), UTC),
        instance=_moment(instance, zone) if isinstance(instance, datetime) else instance,
        this_and_future=_param(_first(component, "RECURRENCE-ID"), "RANGE").upper() == "THISANDFUTURE",
        start=start,
        end=_end(component, start, zone),
        all_day=first is not None and not isinstance(first, datetime),
        organizer=_address(_first(component, "ORGANIZER")),
        attendees=tuple(_people(component)),
        summary=_value(component, "SUMMARY"),
        comment="\n".join(str(value).strip() for value in _list(component, "COMMENT"))[:_TEXT_LIMIT].strip(),
    )


def _end(component: Component, start: datetime | None, zone: tzinfo) -> datetime | None:
    """DTEND, or DTSTART and DURATION; None where there is neither, or where it isn't after the start."""
    end = _moment(_time(component, "DTEND"), zone)
    length = _dt(component, "DURATION")
    if end is None and start is not None and isinstance(length, timedelta):
        end = start + length
    return end if start is None or end is None or end > start else None


def _time(component: Component, name: str) -> date | None:
    value = _dt(component, name)
    return value if isinstance(value, date) and value.year in _YEARS else None


def _dt(component: Component, name: str) -> object:
    """The Python value of a property; None where it isn't there or is broken."""
    try:
        return getattr(_first(component, name), "dt", None)
    except _BROKEN:
        return None


def _moment(value: date | None, zone: tzinfo) -> datetime | None:
    """An aware instant in the zone; a day is its midnight there."""
    if value is None:
        return None
    if not isinstance(value, datetime):
        return datetime.combine(value, time(), zone)
    return value.replace(tzinfo=zone) if value.utcoffset() is None else value.astimezone(zone)


def _number(component: Component) -> int | None:
    text = str(_first(component, "SEQUENCE")).strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _people(component: Component) -> Iterator[ItipPerson]:
    """People only: rooms and things (CUTYPE) don't answer for anybody."""
    for value in _list(component, "ATTENDEE"):
        address = _address(value)
        if address is None or _param(value, "CUTYPE").upper() in _THINGS:
            continue
        yield ItipPerson(
            address,
            _partstat(_param(value, "PARTSTAT").upper()),
            optional=_param(value, "ROLE").upper() in ("OPT-PARTICIPANT", "NON-PARTICIPANT"),
            delegated_to=_addresses(value, "DELEGATED-TO"),
            delegated_from=_addresses(value, "DELEGATED-FROM"),
            sent_by=next(iter(_addresses(value, "SENT-BY")), None),
        )


def _partstat(text: str) -> PartStat | None:
    try:
        return PartStat(text)
    except ValueError:
        return None


def _addresses(value: Any, parameter: str) -> tuple[Address, ...]:
    """The addresses in a parameter that may hold several (RFC 5545 section 3.2.5)."""
    given = getattr(value, "params", {}).get(parameter, ())
    texts = [given] if isinstance(given, str) else list(given)
    found = (_EMAIL.search(_bare(str(text))) for text in texts)
    return tuple(dict.fromkeys(Address(match[0].lower()) for match in found if match))


def _address(value: Any) -> Address | None:
    """A calendar address (RFC 5545 section 3.3.3), or the EMAIL parameter (RFC 7986) where it is something else."""
    if value is None:
        return None
    for text in (str(value), _param(value, "EMAIL")):
        if found := _EMAIL.search(_bare(text)):
            email, name = found[0].lower(), _param(value, "CN").strip("\"' ")
            return Address(email, name if name and name.lower() != email else None)
    return None


def _bare(text: str) -> str:
    stripped = text.strip()[:_LONGEST_ADDRESS]
    return stripped[7:] if stripped[:7].lower() == "mailto:" else stripped


def _param(value: Any, name: str) -> str:
    given = getattr(value, "params", {}).get(name, "")
    return str(given[0] if isinstance(given, list) and given else given).strip()


def _value(component: Component, name: str) -> str:
    value = _first(component, name)
    return "" if value is None else str(value).strip()[:_TEXT_LIMIT]


def _first(component: Component, name: str) -> Any:
    return next(iter(_list(component, name)), None)


def _list(component: Component, name: str) -> list[Any]:
    """A property once, several times or not at all, as a list."""
    value = component.get(name)
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _why(error: BaseException) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
