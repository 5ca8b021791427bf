"""Our events in a calendar on disk, and their invitations as drafts in the mailbox beside it.

Nothing is sent from here: the rep's own mail program sends the draft (iMIP, RFC 6047). The event is written first and
the draft filed then, so that after a crash in between a repeat finds the event and files what is missing. What people
have been told is seen from that draft: while it still lies there, they haven't.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, tzinfo
from typing import Any

from assistant.domain.mail import Message
from assistant.domain.ports import EventChanged, OutgoingEvent, PlacedEvent
from providers.local import writing
from providers.local.calendar import calendar_path
from providers.local.drafts import Drafts, FoundDraft
from providers.local.mail import mail_path, roles_of
from providers.local.objects import Found, Objects
from providers.written import Method, Written, read

_CALENDAR = "text/calendar"


class LocalScheduling:
    """Places events in the files of a calendar, and files a draft for each change that people are to hear of."""

    def __init__(self, account: str, objects: Objects, drafts: Drafts) -> None:
        self._account = account
        self._objects = objects
        self._drafts = drafts

    @property
    def account(self) -> str:
        return self._account

    def place(self, event: OutgoingEvent) -> PlacedEvent:
        """An event that is there already gets its mail, if it is still the one of this SEQUENCE."""
        from providers.itip import stored

        there = self._objects.find(event.uid)
        if there is None:
            _check(event, Method.REQUEST)
            self._objects.add(event.uid, stored(event, created=event.stamp if event.people else None), event.organizer)
            there = self._again(event.uid)
        if there.now.sequence == event.sequence and not there.now.cancelled:
            self._tell(event, Method.REQUEST, there.now)
        return self._placed(there)

    def find(self, uid: str) -> PlacedEvent | None:
        there = self._objects.find(uid)
        return self._placed(there) if there else None

    def change(self, event: OutgoingEvent, placed: PlacedEvent) -> PlacedEvent:
        """What people have answered holds for the time that they were asked for: at another one it's forgotten.

        Alarms that the rep has set stay.
        """
        from providers.itip import stored

        there = self._objects.find(event.uid)
        if there is None:
            raise EventChanged
        if not (_is_done(there, event, placed) and there.now.is_at(event) and not there.now.cancelled):
            if there.etag != placed.etag:
                raise EventChanged
            _check(event, Method.REQUEST)
            now = there.now
            created = now.created if self._told(now) else event.stamp
            answers = now.answers if now.is_at(event) else {}
            new = stored(event, answers=answers, created=created if event.people else None)
            self._objects.replace(there, new, alarms=True)
            there = self._again(event.uid)
        self._tell(event, Method.REQUEST, there.now)
        return self._placed(there)

    def cancel(self, event: OutgoingEvent, placed: PlacedEvent) -> PlacedEvent | None:
        """A hold is taken out; an invited meeting stays as STATUS:CANCELLED, for the record.

        To people who were never told of it, because the first REQUEST still lies in the drafts, a CANCEL would be
        odd: that draft is taken out, no other is filed, and the event goes: at first only its people, so that a repeat
        after a crash knows. A draft that the rep deleted can't be told from one that was sent: then a CANCEL is filed,
        unless the caller knows better and names nobody.
        """
        from providers.itip import stored

        there = self._objects.find(event.uid)
        if there is not None and not (_is_done(there, event, placed) and there.now.cancelled):
            if there.etag != placed.etag:
                raise EventChanged
            told = bool(event.people) and self._told(there.now)
            if told or there.now.answers:
                whom = event if told else replace(event, required=(), optional=())
                _check(whom, Method.CANCEL)
                created = there.now.created if told else None
                new = stored(whom, answers=there.now.answers, created=created, cancelled=True)
                self._objects.replace(there, new, alarms=False)
                there = self._again(event.uid)
        if there is not None and there.now.answers:
            self._tell(event, Method.CANCEL, there.now)
            return self._placed(there)
        self._take_back(event)
        if there is not None:
            self._objects.remove(there)
        return None

    def _placed(self, there: Found) -> PlacedEvent:
        """As it lies there; of a hold there is nobody to tell."""
        return replace(there.placed, told=not there.now.answers or self._told(there.now))

    def _again(self, uid: str) -> Found:
        """What was just written, as it lies there."""
        there = self._objects.find(uid)
        if there is None:
            raise EventChanged
        return there

    def _tell(self, event: OutgoingEvent, method: Method, now: Written) -> None:
        """File the mail about the event as it is now, unless nobody is invited, and take back what it replaces.

        Its DTSTAMP is that of the event, also where a repeat came with a later one.
        """
        from providers.itip import mail_of
        from providers.outgoing import calendar_mail_to_bytes

        if now.answers and event.people:
            mail = mail_of(replace(event, stamp=now.stamp or event.stamp), method, answers=now.answers)
            self._drafts.put(mail.key, mail.date, lambda linesep: calendar_mail_to_bytes(mail, linesep=linesep))
        self._take_back(event)

    def _take_back(self, event: OutgoingEvent) -> None:
        """Earlier invitations that still lie among the drafts, unless the rep has changed them: they are theirs."""
        for draft, said in self._unsent(event.uid):
            if draft.key != event.key and _is_untouched(draft.message, said):
                writing.remove(draft.path)

    def _told(self, now: Written) -> bool:
        """Whether the people may have heard of the event: CREATED is when the first REQUEST to them was stamped."""
        unsent = [said.stamp for _, said in self._unsent(now.uid) if said.stamp]
        return bool(now.answers) and not (now.created and unsent and min(unsent) <= now.created)

    def _unsent(self, uid: str) -> list[tuple[FoundDraft, Written]]:
        """The invitations to the event that lie among the drafts, with what they say."""
        found = self._drafts.having((_CALENDAR.encode(),), lambda message: _request(message, uid) is not None)
        said = ((draft, _request(draft.message, uid)) for draft in found)
        return [(draft, request) for draft, request in said if request is not None]


def open_scheduling(account: str, settings: Mapping[str, Any], zone: tzinfo) -> LocalScheduling:
    """For an account with `calendar`; its `mail` is where the invitations are filed."""
    objects = Objects(account, calendar_path(account, settings))
    drafts = Drafts(account, mail_path(account, settings), zone, roles_of(settings))
    return LocalScheduling(account, objects, drafts)


def _check(event: OutgoingEvent, method: Method) -> None:
    """Raises `ProviderError` for what can't stand in the mail, before the event is written."""
    from providers.itip import mail_of
    from providers.outgoing import calendar_mail_to_bytes

    if event.people:
        calendar_mail_to_bytes(mail_of(event, method))


def _is_done(there: Found, event: OutgoingEvent, placed: PlacedEvent) -> bool:
    """Whether this very change was made before: its SEQUENCE is there, or its DTSTAMP where that stays the same."""
    now = there.now
    if now.sequence != event.sequence:
        return False
    same_stamp = now.stamp is not None and now.stamp == event.stamp.astimezone(UTC).replace(microsecond=0)
    return same_stamp if placed.sequence == event.sequence else there.etag != placed.etag


def _request(message: Message, uid: str) -> Written | None:
    """The event of this UID that a message invites to."""
    for part in message.calendar:
        said = read(part, uid)
        if said and said.method == Method.REQUEST:
            return said
    return None


def _is_untouched(message: Message, said: Written) -> bool:
    """Whether the mail still says in words, and to the same people, what its calendar says."""
    from providers.itip import in_words

    if said.start is None or said.end is None:
        return False
    return (
        message.subject.split() == said.summary.split()
        and message.text.split() == in_words(said.description, said.start, said.end, said.where).split()
        and {address.email for address in message.recipients} == set(said.answers)
        and [attachment.content_type.lower() for attachment in message.attachments] in ([], [_CALENDAR])
    )
