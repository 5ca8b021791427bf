"""iCalendar text (RFC 5545) as event instances in a window; what can't be read is a problem, never an exception."""

import hashlib
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from typing import Any, Final

from assistant.domain.calendar import Attendee, Event, EventStatus, PartStat
from assistant.domain.mail import Address, Problem
from providers.addresses import addresses

Component = Any
"""A VEVENT as icalendar gives it; untyped values stop in this module."""

_EVENT_BLOCK: Final = re.compile(r"^BEGIN:VEVENT\s*$.*?^END:VEVENT\s*$", re.MULTILINE | re.DOTALL | re.IGNORECASE)
_EVENT_BEGIN: Final = re.compile(r"^BEGIN:VEVENT\s*$", re.MULTILINE | re.IGNORECASE)
_METHOD: Final = re.compile(r"^METHOD:.*$", re.MULTILINE | re.IGNORECASE)
_ZONE_BLOCK: Final = re.compile(r"^BEGIN:VTIMEZONE\s*$.*?^END:VTIMEZONE\s*$", re.MULTILINE | re.DOTALL | re.IGNORECASE)
_RULE: Final = re.compile(r"^RRULE[;:].*$", re.MULTILINE | re.IGNORECASE)
_YEARLY: Final = re.compile(r"FREQ=YEARLY(?!.*BY(?:HOUR|MINUTE|SECOND|YEARDAY|WEEKNO)=[^;]*,)", re.IGNORECASE)
_ANSWERS: Final = ("REPLY", "COUNTER", "REFRESH", "DECLINECOUNTER")
"""Methods (RFC 5546) of objects that speak about an event and aren't one."""
_THINGS: Final = ("ROOM", "RESOURCE")
_TEXT_LIMIT: Final = 20_000
_TIMES: Final = ("RRULE", "RDATE", "EXDATE", "DTEND", "DURATION")
_MOST_TIMES_A_DAY: Final = 24
_MOST_ZONE_RULES: Final = 300
BROKEN: Final = (ValueError, KeyError, TypeError, AttributeError, LookupError, OverflowError, ArithmeticError)
"""What the calendar libraries raise on broken input, as found with the files in `tests/data/ics`."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """The instances in the window, what couldn't be read, and whether something lies after the window's end."""

    events: tuple[Event, ...]
    problems: tuple[Problem, ...] = ()
    more_later: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where the text was found."""

    account: str
    calendar: str
    remote_id: str

    def problem(self, why: str) -> Problem:
        return Problem(self.account, f"{self.calendar}/{self.remote_id}", why)


def expand(raw: bytes, place: Place, zone: tzinfo, window: tuple[datetime, datetime]) -> Expansion:
    """All instances that overlap the window [start, end), by start and UID; floating times are in `zone`."""
    text = decoded(raw)
    if not re.search(r"^\s*BEGIN:(VCALENDAR|VEVENT)", text, re.MULTILINE | re.IGNORECASE):
        return Expansion((), (place.problem("it is not a calendar (there is no BEGIN:VCALENDAR)"),))
    events: dict[tuple[str, str], Event] = {}
    problems: list[Problem] = []
    later = False
    components, unread = _components(text)
    problems += [place.problem(why) for why in unread]
    for uid, series in _series(components).items():
        try:
            repairs = [why for why in map(_repaired, series) if why]
            problems += [place.problem(f"the event {_named(series)} is read in part: {why}") for why in repairs]
            found, after = _instances(series, uid, place, zone, window)
        except BROKEN as error:
            problems.append(place.problem(f"the event {_named(series)} can't be read: {_why(error)}"))
            continue
        events.update(((event.uid, event.recurrence_id), event) for event in found)
        later |= after
    ordered = sorted(events.values(), key=lambda event: (event.start, event.uid, event.recurrence_id))
    return Expansion(tuple(ordered), tuple(problems), later)


def decoded(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252", errors="replace")
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")


def _components(text: str) -> tuple[list[Component], list[str]]:
    """The VEVENTs of the text; where it can't be read as a whole, those blocks of it that can."""
    text = _ZONE_BLOCK.sub(_sane_zone, text)
    begun = len(_EVENT_BEGIN.findall(text))
    try:
        whole = list(_parsed(text))
        if len(whole) >= begun:
            return [component for component in whole if _is_event(component)], []
    except BROKEN:
        pass
    blocks = _EVENT_BLOCK.findall(text)
    zones = "\n".join(_ZONE_BLOCK.findall(text))
    method = "\n".join(_METHOD.findall(text)[:1])
    problems = [] if blocks else ["it can't be read as a calendar"]
    if blocks and begun > len(blocks):
        problems.append(f"{begun - len(blocks)} of its events are cut off")
    components: list[Component] = []
    for block in blocks:
        found, why = _first_parsed([f"{method}\n{zones}\n{block}", f"{method}\n{block}"])
        components += found
        problems += why
    return [component for component in components if _is_event(component)], problems


def _sane_zone(block: re.Match[str]) -> str:
    """The zone, unless its clock changes more than a few times a year: such a rule would be followed for ever. Nor one
    with more rules than any place on earth has had."""
    rules = _RULE.findall(block[0])
    sane = len(rules) <= _MOST_ZONE_RULES and all(_YEARLY.search(rule) for rule in rules)
    return block[0] if sane else ""


def _first_parsed(bodies: Iterable[str]) -> tuple[list[Component], list[str]]:
    why = ""
    for body in bodies:
        try:
            return list(_parsed(f"BEGIN:VCALENDAR\nVERSION:2.0\n{body}\nEND:VCALENDAR\n")), []
        except BROKEN as error:
            why = f"an event of it can't be read: {_why(error)}"
    return [], [why]


def _parsed(text: str) -> Iterator[Component]:
    """Each VEVENT, with the METHOD of the object that it came in as a property of its own."""
    import icalendar

    icalendar.use_zoneinfo()  # type: ignore[no-untyped-call]  # else a zone of an earlier file is taken by its name
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about zones whose names it had to guess
        roots = icalendar.Calendar.from_ical(text, multiple=True)
    for root in roots:
        method = str(root.get("METHOD", "")).upper()
        for component in root.walk("VEVENT"):
            component["METHOD"] = method
            yield component


def _is_event(component: Component) -> bool:
    return component["METHOD"] not in _ANSWERS


def _series(components: Iterable[Component]) -> dict[str, list[Component]]:
    """The components by UID (RFC 5545 section 3.8.4.7): an event, or a series with its exceptions."""
    series: dict[str, list[Component]] = {}
    for component in components:
        uid = str(component.get("UID", "")).strip()
        if not uid:
            uid = hashlib.sha256(component.to_ical()).hexdigest()[:32] + "@local"
        series.setdefault(uid, []).append(component)
    return series


def _instances(
    series: list[Component], uid: str, place: Place, zone: tzinfo, window: tuple[datetime, datetime]
) -> tuple[list[Event], bool]:
    import icalendar
    import recurring_ical_events

    recurring = any(name in component for component in series for name in ("RRULE", "RDATE", "RECURRENCE-ID"))
    if not recurring:
        found = [_event(component, uid, "", place, zone) for component in series[-1:]]
        return [event for event in found if _overlaps(event, window)], found[0].start >= window[1]
    calendar = icalendar.Calendar()
    calendar.subcomponents = list(series)
    start, end = (edge.astimezone(zone) for edge in window)
    query = recurring_ical_events.of(calendar, components=[_uncopied()])
    instances = query.between(start - timedelta(days=1), end + timedelta(days=1))
    wholes = {id(component): _event(component, uid, "", place, zone) for component in series}
    events = _named_apart([_instance(wholes[id(one["VEVENT"])], one, zone) for one in instances])
    # A repeating event may always have instances after the window; exceptions alone only if they lie there.
    endless = any("RRULE" in component or "RDATE" in component for component in series)
    return [event for event in events if _overlaps(event, window)], endless or any(
        event.start >= window[1] for event in events
    )


@cache
def _uncopied() -> Any:
    """Instances of VEVENTs as what differs among them: a copy of the whole component for each costs most of the time.

    Adapters are how recurring-ical-events lets itself be extended; a changed SEQUENCE is set by its key.
    """
    from recurring_ical_events import ComponentsWithName, EventAdapter

    class Uncopied(EventAdapter):  # type: ignore[misc]
        def as_component(self, start: Any = None, stop: Any = None, *_: Any, **__: Any) -> dict[str, Any]:
            return {"VEVENT": self._component, "DTSTART": start or self.start, "DTEND": stop or self.end}

    return ComponentsWithName("VEVENT", adapter=Uncopied)


def _instance(whole: Event, instance: Mapping[str, Any], zone: tzinfo) -> Event:
    first = instance["DTSTART"]
    start = moment(first, zone)
    return replace(
        whole,
        start=start,
        end=_later(start, moment(instance["DTEND"], zone)),
        all_day=not isinstance(first, datetime),
        recurrence_id=_recurrence_id(instance["VEVENT"], first, zone),
        sequence=_number(instance.get("SEQUENCE", whole.sequence)),
    )


def _named_apart(events: list[Event]) -> list[Event]:
    """A change of all that follow gives them one RECURRENCE-ID: the later ones get their start for a name."""
    taken: set[str] = set()
    named: list[Event] = []
    for event in events:
        if event.recurrence_id in taken:
            event = replace(event, recurrence_id=event.start.astimezone(UTC).isoformat())
        taken.add(event.recurrence_id)
        named.append(event)
    return named


def _repaired(component: Component) -> str | None:
    """What is wrong with a component that can be read without it, which is taken out; raises where it can't be."""
    if not _has_start(component):
        raise LookupError("its DTSTART is missing or broken")
    broken = {name for name, _ in getattr(component, "errors", ())}
    rules = [rule for rule in listed(component.get("RRULE")) if "RRULE" not in broken]
    for rule in rules:
        often = len(rule.get("BYHOUR", [0])) * len(rule.get("BYMINUTE", [0])) * len(rule.get("BYSECOND", [0]))
        stands_still = any(interval < 1 for interval in rule.get("INTERVAL", [1]))  # would be followed for ever
        too_often = str(rule.get("FREQ", [""])[0]).upper() in ("SECONDLY", "MINUTELY") or often > _MOST_TIMES_A_DAY
        if too_often or stands_still:
            broken.add("RRULE")
    return _without(component, broken)


def _has_start(component: Component) -> bool:
    try:
        return isinstance(component["DTSTART"].dt, date)
    except (LookupError, AttributeError):
        return False


def _without(component: Component, broken: set[str]) -> str | None:
    gone = [name for name in _TIMES if name in broken and component.pop(name, None) is not None]
    if not gone:
        return None
    first_only = " Only its first time is shown." if "RRULE" in gone else ""
    return f"its {' and '.join(gone)} can't be used.{first_only}"


def _overlaps(event: Event, window: tuple[datetime, datetime]) -> bool:
    return event.start < window[1] and (event.end > window[0] or event.start >= window[0])


def _recurrence_id(component: Component, first: date, zone: tzinfo) -> str:
    """The component's own, or the start of the instance."""
    value = component["RECURRENCE-ID"].dt if "RECURRENCE-ID" in component else first
    return moment(value, zone).astimezone(UTC).isoformat() if isinstance(value, datetime) else value.isoformat()


def _event(component: Component, uid: str, recurrence_id: str, place: Place, zone: tzinfo) -> Event:
    first = component["DTSTART"].dt
    start = moment(first, zone)
    return Event(
        account=place.account,
        calendar=place.calendar,
        remote_id=place.remote_id,
        uid=uid,
        start=start,
        end=_later(start, _end(component, first, zone)),
        recurrence_id=recurrence_id,
        sequence=_number(component.get("SEQUENCE")),
        summary=_value(component, "SUMMARY"),
        description=_value(component, "DESCRIPTION"),
        location=_value(component, "LOCATION"),
        all_day=not isinstance(first, datetime),
        status=_status(component),
        free=_is_free(component),
        private=_value(component, "CLASS").upper() in ("PRIVATE", "CONFIDENTIAL"),
        organizer=next((_address(value) for value in listed(component.get("ORGANIZER"))), None),
        attendees=tuple(_attendees(component)),
    )


def _end(component: Component, first: date, zone: tzinfo) -> datetime:
    """DTEND, or DTSTART and DURATION, or what RFC 5545 section 3.6.1 says where both are missing."""
    end = component.get("DTEND")
    if hasattr(end, "dt"):
        return moment(end.dt, zone)
    duration = component.get("DURATION")
    length = duration.dt if hasattr(duration, "dt") else None
    if not isinstance(length, timedelta):
        length = timedelta(0) if isinstance(first, datetime) else timedelta(days=1)
    return moment(first + length, zone)


def moment(value: date, zone: tzinfo) -> datetime:
    """An aware instant in the account's zone; a day is its midnight there."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time(), zone)
    return value.replace(tzinfo=zone) if value.tzinfo is None else value.astimezone(zone)


def _later(start: datetime, end: datetime) -> datetime:
    """The later instant: an hour that the clock shows twice has wall clock times that seem to go back."""
    return max(start, end, key=datetime.timestamp)


def _number(value: Any) -> int:
    try:
        return int(value or 0)
    except (ValueError, TypeError):
        return 0


def _value(component: Component, name: str) -> str:
    return str(listed(component.get(name, ""))[0]).strip()[:_TEXT_LIMIT]


def listed(value: Any) -> list[Any]:
    """A property once, several times or not at all, as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) and value else [value]


def _status(component: Component) -> EventStatus:
    if component.get("METHOD") == "CANCEL":
        return EventStatus.CANCELLED
    try:
        return EventStatus(_value(component, "STATUS").upper())
    except ValueError:
        return EventStatus.CONFIRMED


def _is_free(component: Component) -> bool:
    """TRANSP, or Outlook's word where it says more ([MS-OXCICAL] X-MICROSOFT-CDO-BUSYSTATUS): to be away takes time,
    to work elsewhere doesn't."""
    status = _value(component, "X-MICROSOFT-CDO-BUSYSTATUS").upper()
    if status in ("FREE", "WORKINGELSEWHERE"):
        return True
    return _value(component, "TRANSP").upper() == "TRANSPARENT" and status != "OOF"


def _attendees(component: Component) -> Iterator[Attendee]:
    """People only: rooms and things (CUTYPE) are where a meeting is, not who is there."""
    for value in listed(component.get("ATTENDEE")):
        params = getattr(value, "params", {})
        address = _address(value)
        if address is None or str(params.get("CUTYPE", "")).upper() in _THINGS:
            continue
        role = str(params.get("ROLE", "")).upper()
        yield Attendee(address, _partstat(params), optional=role in ("OPT-PARTICIPANT", "NON-PARTICIPANT"))


def _partstat(params: Any) -> PartStat:
    try:
        return PartStat(str(params.get("PARTSTAT", "NEEDS-ACTION")).upper())
    except ValueError:
        return PartStat.NEEDS_ACTION


def _address(value: Any) -> Address | None:
    """A calendar address (RFC 5545 section 3.3.3), or the EMAIL parameter (RFC 7986) where it is something else."""
    params = getattr(value, "params", {})
    for text in (str(value), str(params.get("EMAIL", ""))):
        bare = text.strip()
        if bare.lower().startswith("mailto:"):
            bare = bare[7:]
        found = addresses(bare) if "@" in bare else ()
        if found:
            name = str(params.get("CN", "")).strip("\"' ")
            return Address(found[0].email, name if name and name.lower() != found[0].email else None)
    return None


def _named(series: list[Component]) -> str:
    """The UID, since a title may be private."""
    return f"“{str(series[0].get('UID', 'without a UID'))[:80]}”"


def _why(error: BaseException) -> str:
    text = " ".join(str(error).split())[:120]
    return text or type(error).__name__
