"""What a calendar part of a mail says of a meeting (RFC 5546): which one, which version of it, and what is answered."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from assistant.domain.calendar import PartStat
from assistant.domain.mail import Address


class Method(StrEnum):
    """METHOD of an iTIP object (RFC 5546 section 1.4)."""

    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    REPLY = "REPLY"
    ADD = "ADD"
    CANCEL = "CANCEL"
    REFRESH = "REFRESH"
    COUNTER = "COUNTER"
    DECLINECOUNTER = "DECLINECOUNTER"


@dataclass(frozen=True, slots=True)
class ItipPerson:
    """An ATTENDEE as the part names them; `partstat` is None where it says none. `sent_by` wrote in their place."""

    address: Address
    partstat: PartStat | None = None
    optional: bool = False
    delegated_to: tuple[Address, ...] = ()
    delegated_from: tuple[Address, ...] = ()
    sent_by: Address | None = None


@dataclass(frozen=True, slots=True)
class ItipEvent:
    """One VEVENT of a part. `start` is included, `end` is excluded; what isn't said is None.

    (`uid`, `instance`) name what it's about: without an instance the meeting, or the series as a whole. `instance` is
    the RECURRENCE-ID: an aware datetime, or the day of an all-day event. `sequence` is the version that it's about.
    """

    method: Method
    uid: str
    sequence: int | None = None
    stamp: datetime | None = None
    instance: date | None = None
    this_and_future: bool = False
    start: datetime | None = None
    end: datetime | None = None
    all_day: bool = False
    organizer: Address | None = None
    attendees: tuple[ItipPerson, ...] = ()
    summary: str = ""
    comment: str = ""

    def about(self, sequence: int, start: datetime) -> bool:
        """Whether it's about this version of a meeting, or a later one (RFC 5546 section 2.1.5).

        Where it doesn't say which, its time tells.
        """
        if self.sequence is None:
            return self.start is None or self.start == start
        return self.sequence >= sequence


@dataclass(frozen=True, slots=True)
class ItipPart:
    """Everything that one calendar part says, and what of it can't be read, as sentences."""

    events: tuple[ItipEvent, ...] = ()
    problems: tuple[str, ...] = ()
