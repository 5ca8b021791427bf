"""Invites: the meetings that serve a deal's milestones, as they are proposed, placed in a calendar and answered."""

from dataclasses import dataclass
from enum import StrEnum


class InviteAct(StrEnum):
    """What an invite does in the calendar."""

    HOLD = "hold"
    """A private entry in the rep's own calendar, by which the time is kept; nobody is invited."""
    INVITE = "invite"
    MOVE = "move"
    """The same meeting at another time: the same UID, the next SEQUENCE (RFC 5546 section 3.2.2.1)."""
    CANCEL = "cancel"
    """METHOD:CANCEL with a gracious note (RFC 5546 section 3.2.5)."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """Which meeting a proposed invite is about, and what it does with it.

    Its title and description are the content's subject and body (of a cancellation: the note), its required people the
    content's `to`, its optional ones the `cc`, and its time the only one of the content's `times`. `milestone` is the
    milestone's id; `uid` (RFC 5545 section 3.8.4.7) stays the same for the meeting's whole life.
    """

    act: InviteAct
    milestone: str
    uid: str
    sequence: int = 0
    where: str = ""


class InviteState(StrEnum):
    """How a meeting of ours lies in the calendar."""

    HELD = "held"
    """A private hold."""
    INVITED = "invited"
    THEIRS = "theirs"
    """Changed by hand, by the rep or by the customer: their change stands."""
    CANCELLED = "cancelled"
    """Called off, by whomever."""
    GONE = "gone"
    """Taken out of the calendar by hand."""

    @property
    def alive(self) -> bool:
        """Whether the meeting is still to take place."""
        return self in (InviteState.HELD, InviteState.INVITED, InviteState.THEIRS)
