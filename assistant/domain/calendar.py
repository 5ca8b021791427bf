"""Calendar instances as RFC 5545 and RFC 5546 define them; recurrence is already expanded by the provider."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from assistant.domain.mail import Address


class PartStat(StrEnum):
    """PARTSTAT of an attendee (RFC 5545 section 3.2.12)."""

    NEEDS_ACTION = "NEEDS-ACTION"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    TENTATIVE = "TENTATIVE"
    DELEGATED = "DELEGATED"


class EventStatus(StrEnum):
    """STATUS of a VEVENT (RFC 5545 section 3.8.1.11)."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Attendee:
    """ATTENDEE with its PARTSTAT and whether ROLE makes them optional."""

    address: Address
    partstat: PartStat = PartStat.NEEDS_ACTION
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One instance of a VEVENT. `start` is included, `end` is excluded; both are aware.

    An all-day event runs from midnight to midnight in the calendar owner's zone and has `all_day` set.
    `recurrence_id` is the RECURRENCE-ID as an ISO string, or "" for a single event, so that
    (account, calendar, uid, recurrence_id) names the instance. `free` is TRANSP:TRANSPARENT.
    `private` is CLASS:PRIVATE or CONFIDENTIAL: busy time, and nothing else of it is used.
    """

    account: str
    calendar: str
    remote_id: str
    uid: str
    start: datetime
    end: datetime
    recurrence_id: str = ""
    sequence: int = 0
    summary: str = ""
    description: str = ""
    location: str = ""
    all_day: bool = False
    status: EventStatus = EventStatus.CONFIRMED
    free: bool = False
    private: bool = False
    organizer: Address | None = None
    attendees: tuple[Attendee, ...] = ()

    @property
    def people(self) -> tuple[Address, ...]:
        """The organizer first, then the attendees, each address once."""
        head = (self.organizer,) if self.organizer else ()
        return tuple(dict.fromkeys((*head, *(a.address for a in self.attendees))))

    def partstat_of(self, emails: frozenset[str]) -> PartStat | None:
        """What the first attendee among these addresses answered; None where none of them is invited."""
        return next((a.partstat for a in self.attendees if a.address.email in emails), None)
