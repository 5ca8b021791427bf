"""An event of ours as it is read back from iCalendar text (RFC 5545), by whomever it was written last."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from assistant.domain.calendar import PartStat
from assistant.domain.ports import OutgoingEvent

_BROKEN: Final = (ValueError, KeyError, TypeError, AttributeError, LookupError, OverflowError, ArithmeticError)
"""What icalendar raises on broken input, as in `providers.ics`."""

Answers = Mapping[str, PartStat]
"""What each invited person said, by address in lower case; who isn't named hasn't said anything."""


class Method(StrEnum):
    """What an iTIP object wants of those who get it (RFC 5546 section 1.4)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class Written:
    """What an object of ours says now. Times are aware, in the zone that is written there; None where it isn't clear.

    `answers` are of the people invited, without the organizer; a hold has none. `created` is since when the people
    have been asked: the DTSTAMP of the first REQUEST that may have reached them.
    """

    uid: str
    sequence: int
    cancelled: bool = False
    method: str = ""
    start: datetime | None = None
    end: datetime | None = None
    stamp: datetime | None = None
    created: datetime | None = None
    summary: str = ""
    description: str = ""
    where: str = ""
    answers: Answers = field(default_factory=dict)

    def is_at(self, event: OutgoingEvent) -> bool:
        """Whether it has the time of `event`."""
        here = [moment and moment.astimezone(UTC) for moment in (self.start, self.end)]
        return here == [event.start.astimezone(UTC), event.end.astimezone(UTC)]


def read(raw: bytes | str, uid: str | None = None) -> Written | None:
    """The event of this UID (or the only one) in an object; None where there is none that can be read."""
    import icalendar

    # It takes the VTIMEZONEs of texts that it read before for those of this one, by their name, unless it's begun anew.
    icalendar.use_zoneinfo()  # type: ignore[no-untyped-call]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about zones whose names it had to guess
            calendar = icalendar.Calendar.from_ical(raw)
        found = [one for one in calendar.walk("VEVENT") if uid is None or str(one.get("UID", "")).strip() == uid]
        component = next((one for one in found if "RECURRENCE-ID" not in one), None)
        return None if component is None else _read(component, str(calendar.get("METHOD", "")).upper())
    except _BROKEN:
        return None


def _read(component: Any, method: str) -> Written:
    organizer = _email(component.get("ORGANIZER", ""))
    attendees = component.get("ATTENDEE", [])
    answers = {
        _email(one): _partstat(one)
        for one in (attendees if isinstance(attendees, list) else [attendees])
        if _email(one) != organizer
    }
    return Written(
        uid=str(component.get("UID", "")).strip(),
        sequence=int(component.get("SEQUENCE", 0)),
        cancelled=method == Method.CANCEL or str(component.get("STATUS", "")).upper() == "CANCELLED",
        method=method,
        start=_moment(component, "DTSTART"),
        end=_end(component),
        stamp=_moment(component, "DTSTAMP"),
        created=_moment(component, "CREATED"),
        summary=str(component.get("SUMMARY", "")),
        description=str(component.get("DESCRIPTION", "")),
        where=str(component.get("LOCATION", "")),
        answers=answers,
    )


def _moment(component: Any, name: str) -> datetime | None:
    value: date | None = getattr(component.get(name), "dt", None)
    return value if isinstance(value, datetime) and value.tzinfo else None


def _end(component: Any) -> datetime | None:
    """DTEND, or DTSTART and DURATION."""
    start, length = _moment(component, "DTSTART"), getattr(component.get("DURATION"), "dt", None)
    if "DTEND" not in component and start and isinstance(length, timedelta):
        return (start.astimezone(UTC) + length).astimezone(start.tzinfo)
    return _moment(component, "DTEND")


def _partstat(attendee: Any) -> PartStat:
    try:
        return PartStat(str(getattr(attendee, "params", {}).get("PARTSTAT", "")).upper())
    except ValueError:
        return PartStat.NEEDS_ACTION


def _email(value: Any) -> str:
    return str(value).strip().lower().removeprefix("mailto:")
