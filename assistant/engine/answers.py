"""What became of a meeting of ours since it was last noted: answered, countered, moved, called off, by whom.

The calendar and the calendar mail of its people are judged together. Where somebody changed the meeting by hand, their
change stands. Only its organizer changes it: what others ask for by CANCEL or REQUEST (RFC 5546 sections 3.2.2 and
3.2.5 leave both to the organizer) is a wish. REFRESH and ADD of others change nothing. Free text is not read here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from assistant.domain.calendar import Event, EventStatus, PartStat
from assistant.domain.deal import Us
from assistant.domain.itip import Method
from assistant.domain.mail import Address
from assistant.domain.ports import Interval
from assistant.domain.reading import MirroredMessage
from assistant.engine.companies import mailbox_of
from assistant.engine.invitations import Told, told, updated
from assistant.engine.meetings import newest
from assistant.engine.replies import Answers, answers, merged, speaker, stand_ins

_PROPOSALS: Final = (Method.COUNTER, Method.REQUEST)


@dataclass(frozen=True, slots=True)
class Noted:
    """A meeting of ours as it was last noted, at `at`. `owner` is the one of theirs without whom it serves nothing."""

    uid: str
    sequence: int
    start: datetime
    end: datetime
    title: str
    organizer: Address
    at: datetime
    required: tuple[Address, ...]
    optional: tuple[Address, ...] = ()
    owner: Address | None = None

    @property
    def people(self) -> tuple[Address, ...]:
        """Everybody invited."""
        return (*self.required, *self.optional)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the mirror holds of the calendar: `events` in `window`, as they were when it was last pulled."""

    events: tuple[Event, ...]
    window: Interval
    pulled: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finding:
    """`source` is what was told by mail; None where the calendar says it."""

    source: Told | None = None

    @property
    def message_id(self) -> str | None:
        """The mail that says it."""
        return self.source.message_id if self.source else None

    @property
    def at(self) -> datetime | None:
        """When it was sent."""
        return self.source.at if self.source else None


@dataclass(frozen=True, slots=True)
class TakenOut(_Finding):
    """It's no longer in the calendar."""


@dataclass(frozen=True, slots=True)
class CancelledByHand(_Finding):
    """Its organizer called it off, not we through here."""

    who: Address | None


@dataclass(frozen=True, slots=True)
class MovedByHand(_Finding):
    """Its organizer moved it, not we through here; where they organise it now, that's somebody of theirs."""

    start: datetime
    end: datetime
    sequence: int
    who: Address | None


@dataclass(frozen=True, slots=True)
class Retitled(_Finding):
    """Its title isn't ours any more."""

    title: str


@dataclass(frozen=True, slots=True)
class AllDeclined(_Finding):
    """Every required person of theirs declined, or everyone of theirs where none was required."""


@dataclass(frozen=True, slots=True)
class OwnerDeclined(_Finding):
    """The one without whom it serves nothing declined, or who comes in their place did."""

    person: Address


@dataclass(frozen=True, slots=True)
class AskedToCancel(_Finding):
    """Somebody who isn't the organizer sent a cancellation."""

    person: Address
    comment: str


@dataclass(frozen=True, slots=True)
class Countered(_Finding):
    """Somebody proposes another time; None where they name none."""

    person: Address
    start: datetime | None
    end: datetime | None
    comment: str


@dataclass(frozen=True, slots=True)
class Delegated(_Finding):
    """`to` comes in the place of `person`."""

    person: Address
    to: Address


@dataclass(frozen=True, slots=True)
class Answered(_Finding):
    """What one person answered to the meeting as it is now; `comment` is what they wrote beside it."""

    person: Address
    partstat: PartStat
    comment: str
    optional: bool


@dataclass(frozen=True, slots=True)
class NewPeople(_Finding):
    """Somebody invited more people."""

    people: tuple[Address, ...]


Finding = (
    TakenOut
    | CancelledByHand
    | MovedByHand
    | Retitled
    | AllDeclined
    | OwnerDeclined
    | AskedToCancel
    | Countered
    | Delegated
    | Answered
    | NewPeople
)


def became(noted: Noted, seen: Seen, mails: Iterable[MirroredMessage], us: Us) -> tuple[Finding, ...]:
    """What happened to the meeting, what ends or moves it first; nothing where it lies as we noted it, unanswered.

    A calendar that was pulled before the meeting was noted, or an event of an older SEQUENCE, knows nothing of it yet.
    """
    case = _case(noted, seen, mails, us)
    return (*_changes(case), *_refusals(case), *_wishes(case), *_answered(case), *_new_people(case))


@dataclass(frozen=True, slots=True)
class _Case:
    """A meeting as it was noted, as it is now, and what its people said of it as it is now.

    `event` is the calendar's, if that knows of our last change; `now` is what the organizer's mail made of it.
    """

    noted: Noted
    us: Us
    event: Event | None
    now: Event
    gone: bool
    said: tuple[Told, ...]
    answers: Answers
    calendar: Mapping[str, PartStat]
    instead: Mapping[str, Address]

    @property
    def moved(self) -> bool:
        return (self.now.start, self.now.end) != (self.noted.start, self.noted.end)

    @property
    def organizer(self) -> Address:
        """The calendar knows better: the customer may have made the meeting theirs."""
        return self.now.organizer or self.noted.organizer

    def organizes(self, person: Address) -> bool:
        same = mailbox_of(person.email) == mailbox_of(self.organizer.email)
        return same or (self.us.is_rep(person) and self.us.is_rep(self.organizer))

    def place_of(self, person: Address) -> Address:
        """Who comes for them: they, or their delegate."""
        return self.instead.get(mailbox_of(person.email), person)

    def partstat_of(self, person: Address) -> PartStat | None:
        """The answer of a person, or of who comes for them; who organizes the meeting means to come."""
        place = self.place_of(person)
        if self.organizes(place):
            return PartStat.ACCEPTED
        mailbox = mailbox_of(place.email)
        return merged(self.calendar.get(mailbox), self.answers.get(mailbox, ()))

    def source_of(self, person: Address) -> Told | None:
        """The mail that says what holds of their answer; None where only the calendar does."""
        said = self.answers.get(mailbox_of(self.place_of(person).email), ())
        return said[-1].told if said and said[-1].partstat is self.partstat_of(person) else None


def _case(noted: Noted, seen: Seen, mails: Iterable[MirroredMessage], us: Us) -> _Case:
    event = _event_of(noted, seen.events)
    gone = event is None and seen.pulled > noted.at and noted.end > seen.window[0] and noted.start < seen.window[1]
    known = event if event is not None and event.sequence >= noted.sequence else None
    base = known or _as_event(noted)
    said = tuple(one for one in told(mails, noted.start.tzinfo or UTC) if one.concerns(base))
    case = _Case(noted, us, known, base, gone, said, {}, {}, {})
    case = replace(case, now=updated(base, [one for one in said if case.organizes(one.sender)]))
    found = answers([one for one in said if _is_current(one, case)], noted.people)
    calendar = {mailbox_of(a.address.email): a.partstat for a in known.attendees} if known else {}
    return replace(case, answers=found, calendar=calendar, instead=stand_ins(found, calendar))


def _event_of(noted: Noted, events: Sequence[Event]) -> Event | None:
    """The meeting in the calendar; of a series that it was made into, the instance at its time, or the nearest."""
    instances = newest(event for event in events if event.uid == noted.uid)
    return min(instances, key=lambda event: abs(event.start - noted.start), default=None)


def _as_event(noted: Noted) -> Event:
    return Event("", "", "", noted.uid, noted.start, noted.end, sequence=noted.sequence, organizer=noted.organizer)


def _is_current(one: Told, case: _Case) -> bool:
    """Whether it's about the meeting as it is now (RFC 5546 section 2.1.5)."""
    sequence = case.now.sequence if case.moved else case.noted.sequence
    if one.method is Method.REPLY:
        return one.event.about(sequence, case.now.start)
    return one.at >= case.noted.at if one.event.sequence is None else one.event.sequence >= sequence


def _changes(case: _Case) -> Iterator[Finding]:
    noted, now = case.noted, case.now
    by_mail = [one for one in case.said if case.organizes(one.sender) and one.method in (Method.REQUEST, Method.CANCEL)]
    source = by_mail[-1] if by_mail and now != case.event else None
    if now.status is EventStatus.CANCELLED:
        yield CancelledByHand(case.organizer, source=source)
    elif case.gone:
        yield TakenOut()
    elif case.moved:
        yield MovedByHand(now.start, now.end, now.sequence, case.organizer, source=source)
    if case.event is not None and _plain(case.event.summary) not in ("", _plain(noted.title)):
        yield Retitled(case.event.summary)


def _refusals(case: _Case) -> Iterator[Finding]:
    theirs = [person for person in case.noted.required if person not in case.us]
    theirs = theirs or [person for person in case.noted.people if person not in case.us]
    if theirs and all(case.partstat_of(person) is PartStat.DECLINED for person in theirs):
        sources = [source for source in map(case.source_of, theirs) if source is not None]
        yield AllDeclined(source=max(sources, key=lambda one: one.at, default=None))
    owner = case.noted.owner
    if owner is not None and case.partstat_of(owner) is PartStat.DECLINED:
        yield OwnerDeclined(owner, source=case.source_of(owner))


def _wishes(case: _Case) -> Iterator[Finding]:
    """The last wish of each who isn't the organizer, unless they accepted since, or it came true or was declined."""
    circle = {mailbox_of(person.email): person for person in (*case.noted.people, *case.instead.values())}
    wishes: dict[str, Told] = {}
    for one in case.said:
        if case.organizes(one.sender):
            if one.method is Method.DECLINECOUNTER:
                wishes.clear()
            continue
        person = speaker(one, circle)
        if person is None or not _is_current(one, case):
            continue
        if one.method is Method.REPLY:
            if any(each.partstat is PartStat.ACCEPTED for each in one.event.attendees):
                wishes.pop(mailbox_of(person.email), None)
        elif one.method is Method.CANCEL or (one.method in _PROPOSALS and _proposes(one, case)):
            wishes[mailbox_of(person.email)] = one
    for mailbox, one in wishes.items():
        if one.method is Method.CANCEL:
            yield AskedToCancel(circle[mailbox], one.event.comment, source=one)
        else:
            yield Countered(circle[mailbox], one.event.start, one.event.end, one.event.comment, source=one)


def _proposes(one: Told, case: _Case) -> bool:
    return one.event.start != case.now.start or one.event.end not in (None, case.now.end)


def _answered(case: _Case) -> Iterator[Finding]:
    for person in case.noted.people:
        place, source = case.place_of(person), case.source_of(person)
        if place != person:
            yield Delegated(person, place, source=case.answers[mailbox_of(person.email)][-1].told)
        partstat = case.partstat_of(person)
        if partstat in (None, PartStat.NEEDS_ACTION) or case.organizes(place):
            continue
        comment = source.event.comment if source else ""
        yield Answered(place, partstat, comment, person in case.noted.optional, source=source)


def _new_people(case: _Case) -> Iterator[Finding]:
    known = {mailbox_of(person.email) for person in (*case.noted.people, *case.instead.values())}
    people = case.event.people if case.event is not None else ()
    new = tuple(person for person in people if mailbox_of(person.email) not in known and not case.organizes(person))
    if new := tuple(person for person in new if not case.us.is_rep(person)):
        yield NewPeople(new)


def _plain(title: str) -> str:
    return " ".join(title.split())
