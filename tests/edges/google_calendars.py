"""A Google calendar on the peer, with the rep's own hands in it and those of their guests."""

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

import providers
from assistant.domain.calendar import Event, PartStat
from assistant.domain.ports import Calendar, FreeBusy, Scheduling
from providers.google.api import Google
from providers.google.calendar import GoogleCalendar, calendars_of
from providers.google.events import SEQUENCE, event_id, properties
from tests.contracts.calendar import WEEKLY
from tests.contracts.letters import calendar, event
from tests.contracts.online_calendar import PAGE, WHOLE
from tests.contracts.scheduling import REP, Told
from tests.edges.systems import BERLIN
from tests.servers.fixtures import Emulators
from tests.servers.google import GooglePeer

_NUMBERS = itertools.count(1)
ANSWERS = {PartStat.ACCEPTED: "accepted", PartStat.DECLINED: "declined", PartStat.TENTATIVE: "tentative"}
UNREADABLE = "shown without its times"
LIST = "calendar.events.list"
TEAM = "team@group.calendar.google.com"
OFF = event("weekly@contract.example", ":20260310T090000Z", "RECURRENCE-ID:20260310T090000Z", "STATUS:CANCELLED")


@contextmanager
def of_the_rep(emulators: Emulators) -> Iterator[GooglePeer]:
    """A Google of the person whom the suites call the rep."""
    port, user = emulators.user()
    peer = GooglePeer(port, replace(user, email=REP.email, name=str(REP.name)))
    try:
        yield peer
    finally:
        peer.stop()
    assert not peer.violations, "\n".join(peer.violations)


class GoogleSystem:
    """The peer as the suites want a calendar system, a scheduling system and a system of people."""

    chosen_team = TEAM
    looked_up = calendar(WEEKLY, OFF)
    names_instances = True

    def __init__(self, google: GooglePeer, monkeypatch: pytest.MonkeyPatch, **settings: Any) -> None:
        self.google = google
        self.extra = settings
        self.variable = f"NEXTMOVE_TEST_TOKEN_{next(_NUMBERS)}"  # a later test's peer may get the same port
        monkeypatch.setenv(self.variable, json.dumps(google.token()))

    def settings(self) -> dict[str, Any]:
        common = {"email": self.google.email, "root_url": self.google.url, "token_env": self.variable, "schedule": True}
        return {**common, "free_busy": True, **self.extra}

    def calendar(self) -> Calendar:
        return providers.calendar("google", "work", self.settings(), BERLIN)

    def open(self) -> Calendar:
        return self.calendar()

    def scheduling(self) -> Scheduling:
        return providers.scheduling("google", "work", self.settings(), BERLIN)

    # as a CalendarSystem

    def put(self, name: str, raw: bytes) -> None:
        """What Google wouldn't have lies there as an event that is shown without its times."""
        try:
            self.google.put_ics(raw, name=name)
        except (ValueError, KeyError, AttributeError, TypeError):
            day = {"date": "2026-03-10"}, {"date": "2026-03-11"}
            self.google.put_event({"start": day[0], "end": day[1], "summary": UNREADABLE})

    def remove(self, name: str) -> None:
        self.google.remove_ics(name)

    # as an OnlineCalendarSystem and a SeriesSystem

    def reader(self, *, page: int = 2_500, **settings: Any) -> GoogleCalendar:
        api = unhurried(self, **settings)
        return GoogleCalendar(api, calendars_of(api, settings), BERLIN, page=page)

    def enter(self, start: datetime, title: str, calendar: str = "primary") -> str:
        return str(
            self.google.put_event({**between(start, start + timedelta(hours=1)), "summary": title}, calendar)["id"]
        )

    def drop(self, name: str) -> None:
        self.google.remove_event(name)

    def retitle(self, name: str, title: str) -> None:
        self.google.change_event(name, summary=title)

    def add_team(self) -> str:
        self.google.add_calendar(TEAM)
        return TEAM

    def spellings(self, team: str) -> tuple[str, ...]:
        return self.google.email, team, "primary", team

    def asked(self) -> list[str]:
        pages = [
            (WHOLE if "timeMin" in call.query else PAGE) if call.id == LIST else call.id for call in self.google.log
        ]
        self.google.log.clear()
        return pages

    def break_pages(self, times: int) -> None:
        self.google.faults.add(LIST, status=503, reason="backendError", times=times)

    def break_looking_up(self, times: int) -> None:
        self.google.faults.add("calendar.events.get", status=503, reason="backendError", times=times)

    def kept(self, raw: bytes) -> bytes:
        return raw

    def move_instance(self, found: Event, start: datetime, end: datetime) -> None:
        self.google.change_event(found.remote_id, **between(start, end))

    # as a SchedulingSystem

    def told(self) -> list[Told]:
        told = [one for one in self.google.told() if one.people]
        return [Told(one.method, int(properties(one.event)[SEQUENCE]), one.people) for one in told]

    def sent(self) -> None:
        """Google sends at once."""

    def edit(self, uid: str, old: bytes, new: bytes) -> None:
        event = self.google.event(event_id(uid))
        assert event is not None
        if old.startswith(b"SEQUENCE:"):
            self.google.change_event(event["id"], sequence=int(new.partition(b":")[2]))
            return
        texts = {name: event[name] for name in ("summary", "description", "location") if old.decode() in event[name]}
        assert texts
        self.google.change_event(
            event["id"], **{name: text.replace(old.decode(), new.decode()) for name, text in texts.items()}
        )

    def delete(self, uid: str) -> None:
        self.google.remove_event(event_id(uid))

    def answer(self, uid: str, email: str, partstat: PartStat) -> None:
        self.google.answer(event_id(uid), email, ANSWERS[partstat])


class GooglePeople:
    """The peer as a system in which people's times are known."""

    def __init__(self, system: GoogleSystem) -> None:
        self.system = system

    def open(self) -> FreeBusy:
        return providers.free_busy("google", "work", self.system.settings(), BERLIN)

    def put(self, email: str, raw: bytes) -> None:
        self.system.google.people.put_ics(email, raw)


def between(start: datetime, end: datetime) -> dict[str, Any]:
    return {"start": {"dateTime": start.isoformat()}, "end": {"dateTime": end.isoformat()}}


def unhurried(system: GoogleSystem, **settings: Any) -> Google:
    """The account's API, which waits for nothing; its connection is its own."""
    return Google("work", system.settings() | settings, sleep=lambda _: None)
