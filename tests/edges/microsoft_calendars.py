"""A Microsoft calendar on the peer, with the rep's own hands in it and those of their guests."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import providers
from assistant.domain.calendar import Event, PartStat
from assistant.domain.ports import Calendar, FreeBusy, Scheduling
from providers.microsoft.calendar import MicrosoftCalendar
from providers.microsoft.events import Note, noted
from providers.microsoft.graph import Graph
from providers.microsoft.places import places_of
from tests.contracts.calendar import WEEKLY, WINDOW
from tests.contracts.letters import calendar
from tests.contracts.online_calendar import PAGE, WHOLE
from tests.contracts.scheduling import REP, Told
from tests.edges.systems import BERLIN
from tests.servers.fixtures import Emulators
from tests.servers.microsoft import MicrosoftPeer
from tests.servers.microsoft.asked import Json
from tests.servers.microsoft.times import moment

_NUMBERS = itertools.count(1)
ANSWERS = {PartStat.ACCEPTED: "accepted", PartStat.DECLINED: "declined", PartStat.TENTATIVE: "tentativelyAccepted"}
UNREADABLE = "shown without its times"
DELTA = "calendarView.delta"
INSTANCES = "events.instances"


@contextmanager
def of_the_rep(emulators: Emulators) -> Iterator[MicrosoftPeer]:
    """A Microsoft 365 of the person whom the suites call the rep."""
    port, user = emulators.user()
    peer = MicrosoftPeer(port, replace(user, email=REP.email, name=str(REP.name)))
    try:
        yield peer
    finally:
        peer.stop()
    assert not peer.violations, "\n".join(peer.violations)


class MicrosoftSystem:
    """The peer as the suites want a calendar system, a scheduling system and a system of people."""

    chosen_team = "Team"
    looked_up = calendar(WEEKLY)
    names_instances = False

    def __init__(self, microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch, **settings: Any) -> None:
        self.microsoft = microsoft
        self.extra = settings
        self.variable = f"NEXTMOVE_TEST_MS_TOKEN_{next(_NUMBERS)}"  # a later test's peer may get the same port
        monkeypatch.setenv(self.variable, microsoft.token())
        events = microsoft._events
        tell = events.tell

        def with_note(method: str, event: Json, *rest: Any) -> None:
            tell(method, self.with_properties(event), *rest)

        monkeypatch.setattr(events, "tell", with_note)

    def settings(self) -> dict[str, Any]:
        common = {"email": self.microsoft.email, "root_url": self.microsoft.url, "token_env": self.variable}
        return {**common, "schedule": True, "free_busy": True, **self.extra}

    def calendar(self) -> Calendar:
        return providers.calendar("microsoft", "work", self.settings(), BERLIN)

    def open(self) -> Calendar:
        return self.calendar()

    def scheduling(self) -> Scheduling:
        return providers.scheduling("microsoft", "work", self.settings(), BERLIN)

    # as a CalendarSystem

    def put(self, name: str, raw: bytes) -> None:
        """What Exchange wouldn't have lies there as an event that is shown without its times."""
        try:
            self.microsoft.put_ics(raw, name=name)
        except (ValueError, KeyError, AttributeError, TypeError):
            at = datetime(2026, 3, 10, 8, tzinfo=UTC)
            self.microsoft.put_event(**between(at, at + timedelta(hours=1)), subject=UNREADABLE)

    def remove(self, name: str) -> None:
        self.microsoft.remove_ics(name)

    # as an OnlineCalendarSystem and a SeriesSystem

    def reader(self, *, page: int = 100, **settings: Any) -> MicrosoftCalendar:
        graph = unhurried(self, **settings)
        return MicrosoftCalendar(graph, places_of(graph, settings), BERLIN, page=page)

    def enter(self, start: datetime, title: str, calendar: str = "primary") -> str:
        return str(
            self.microsoft.put_event(calendar, **between(start, start + timedelta(hours=1)), subject=title)["id"]
        )

    def drop(self, name: str) -> None:
        self.microsoft.remove_event(name)

    def retitle(self, name: str, title: str) -> None:
        self.microsoft.change_event(name, subject=title)

    def add_team(self) -> str:
        return self.microsoft.add_calendar("Team")

    def spellings(self, team: str) -> tuple[str, ...]:
        return "Calendar", "team", team, "primary"

    def asked(self) -> list[str]:
        calls = [call for call in self.microsoft.log if call.id != "calendars.list"]
        self.microsoft.log.clear()
        return [(WHOLE if "startDateTime" in call.query else PAGE) if call.id == DELTA else call.id for call in calls]

    def break_pages(self, times: int) -> None:
        self.microsoft.fail(DELTA, 503, times)

    def break_looking_up(self, times: int) -> None:
        self.microsoft.fail(INSTANCES, 503, times)

    def kept(self, raw: bytes) -> bytes:
        """In Outlook nobody can set a SEQUENCE."""
        return raw.replace(b"SEQUENCE:3\r\n", b"")

    def instances(self) -> list[Json]:
        """As the rep's Outlook lists them, by their start."""
        return [each for each in self.microsoft._calendars.book().within(WINDOW) if each["seriesMasterId"]]

    def move_instance(self, found: Event, start: datetime, end: datetime) -> None:
        (there,) = [each for each in self.instances() if moment(each["start"]) == found.start]
        self.microsoft.change_event(there["id"], **between(start, end))

    # as a SchedulingSystem

    def told(self) -> list[Told]:
        """Exchange counts on by itself where it mails a cancellation."""
        told = [one for one in self.microsoft.told() if one.people and one.method != "REPLY"]
        return [Told(one.method, note_of(one.event).sequence + (one.method == "CANCEL"), one.people) for one in told]

    def sent(self) -> None:
        """Exchange sends at once."""

    def there(self, uid: str) -> Json:
        """The event of this UID of ours as it's kept, with our properties."""
        found = [self.with_properties(event) for event in self.microsoft.events()]
        return next(event for event in found if (note := noted(event)) and note.uid == uid)

    def with_properties(self, event: Json) -> Json:
        held = self.microsoft.event_properties(event["id"])
        listed = [{"id": name, "value": value} for name, value in held.items()]
        return {**event, "singleValueExtendedProperties": listed}

    def edit(self, uid: str, old: bytes, new: bytes) -> None:
        """In Outlook nobody can set a SEQUENCE: another change stands for that."""
        event = self.there(uid)
        if old.startswith(b"SEQUENCE:"):
            self.microsoft.change_event(event["id"], categories=["moved"])
            return
        texts = {
            "subject": event["subject"].replace(old.decode(), new.decode()),
            "body": {**event["body"], "content": event["body"]["content"].replace(old.decode(), new.decode())},
        }
        assert {name: event[name] for name in texts} != texts
        self.microsoft.change_event(event["id"], **texts)

    def delete(self, uid: str) -> None:
        self.microsoft.remove_event(self.there(uid)["id"])

    def answer(self, uid: str, email: str, partstat: PartStat) -> None:
        self.microsoft.answer(self.there(uid)["id"], email, ANSWERS[partstat])


class MicrosoftPeople:
    """The peer as a system in which people's times are known."""

    def __init__(self, system: MicrosoftSystem) -> None:
        self.system = system

    def open(self) -> FreeBusy:
        return providers.free_busy("microsoft", "work", self.system.settings(), BERLIN)

    def put(self, email: str, raw: bytes) -> None:
        self.system.microsoft.people.put_ics(email, raw)


def between(start: datetime, end: datetime) -> dict[str, Any]:
    return {edge: utc(f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}") for edge, at in (("start", start), ("end", end))}


def utc(text: str) -> dict[str, Any]:
    return {"dateTime": text, "timeZone": "UTC"}


def body_of(system: MicrosoftSystem, operation: str) -> Json:
    """What the last such call asked for."""
    call = system.microsoft.calls(operation)[-1]
    assert isinstance(call.body, dict)
    return call.body


def note_of(event: Json) -> Note:
    found = noted({**event, "isOrganizer": True})
    assert found is not None
    return found


def unhurried(system: MicrosoftSystem, **settings: Any) -> Graph:
    """The account's Graph, which waits for nothing; its connections are its own."""
    return Graph("work", system.settings() | settings, sleep=lambda _: None)
