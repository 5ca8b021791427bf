"""Google calendars behind the `Calendar` port: everything in a window once, then only what changed (events.list).

A remote id is an instance's, since that's what Google tells of: of a series that ended, each instance. The window is
frozen in the token (Calendar API, Synchronize resources), so it's listed anew where more is asked for; before that the
old token brings what was deleted meanwhile. What Google calls deleted is gone; an instance that was called off stays as
STATUS:CANCELLED for as long as its series lives, and gets what it was from there: Google gives its id and time only.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

from assistant.domain.calendar import Event
from assistant.domain.mail import Problem
from assistant.domain.ports import Cursor, CursorExpired, EventBatch
from assistant.errors import ProviderError
from providers.google.api import Google, RefusalError, connect
from providers.google.events import BROKEN, EVENT_FIELDS, LIST_FIELDS, NO_MEETINGS, Row, event_of, moment

_VERSION: Final = 1
_PAGE: Final = 2_500
_EXPIRED: Final = (400, 410)
"""410 for a token that's too old, 400 for what isn't one."""
_GONE: Final = (404, 410)

Window = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class _State:
    """How far one calendar was read: `page` is of a list that isn't read to its end, `sync` of one that was."""

    reach: Window
    sync: str | None = None
    page: str | None = None

    def after(self, answer: Mapping[str, Any]) -> "_State":
        page = answer.get("nextPageToken")
        return replace(self, page=page, sync=self.sync if page else answer.get("nextSyncToken"))

    def covers(self, window: Window) -> bool:
        return self.reach[0] <= window[0] and window[1] <= self.reach[1]

    @property
    def params(self) -> dict[str, Any]:
        """With a sync token neither a window nor any filter may be named."""
        page = {"pageToken": self.page} if self.page else {}
        if self.sync:
            return {"syncToken": self.sync, **page}
        first, last = (edge.isoformat() for edge in self.reach)
        return {"timeMin": first, "timeMax": last, "showDeleted": True, **page}


class GoogleCalendar:
    """The calendars of one account, one after the other; a page of a list is a batch."""

    def __init__(self, google: Google, calendars: Sequence[str], zone: tzinfo, *, page: int = _PAGE) -> None:
        self._google = google
        self._calendars = tuple(calendars)
        self._zone = zone
        self._page = page

    @property
    def account(self) -> str:
        return self._google.account

    def pull(self, cursor: Cursor | None, window: Window) -> Iterator[EventBatch]:
        states = self._decode(cursor) if cursor else {}
        last = cursor
        for calendar in self._calendars:
            for batch in self._catch_up(calendar, states, window):
                if batch.replaced or batch.problems or batch.cursor != last:
                    yield batch
                last = batch.cursor

    def _catch_up(self, calendar: str, states: dict[str, _State], window: Window) -> Iterator[EventBatch]:
        """What changed since; then, where the window has moved out of what was listed, everything in it anew."""
        state = states.get(calendar) or _State(_months(window))
        while True:
            answer = self._ask(calendar, state)
            states[calendar] = state = state.after(answer)
            yield self._batch(calendar, answer.get("items", ()), self._encode(states))
            if state.page is None and state.covers(window):
                return
            if state.page is None:
                state = _State(_months(window))

    def _ask(self, calendar: str, state: _State) -> dict[str, Any]:
        listing = self._google.calendar.events().list(
            calendarId=calendar, singleEvents=True, maxResults=self._page, fields=LIST_FIELDS, **state.params
        )
        try:
            return self._google.run(listing)
        except RefusalError as error:
            if error.status in _EXPIRED and (state.sync or state.page):
                raise CursorExpired from None
            if error.status in (403, 404):
                raise _not_there(self.account, calendar) from None
            raise

    def _batch(self, calendar: str, items: Sequence[Row], cursor: Cursor) -> EventBatch:
        rows = {str(row["id"]): row for row in items}
        events: list[Event] = []
        problems: list[Problem] = []
        there = [row for row in rows.values() if row.get("status") != "cancelled"]
        for row, master in (*((row, None) for row in there), *self._called_off(calendar, rows)):
            if (master or row).get("eventType") in NO_MEETINGS:
                continue
            try:
                whole = row if master is None else _as_it_was(row, master, self._zone)
                events.append(event_of(self.account, calendar, whole, self._zone))
            except BROKEN as error:
                why = " ".join(str(error).split())[:120] or type(error).__name__
                problems.append(Problem(self.account, f"{calendar}/{row['id']}", f"the event can't be read: {why}"))
        events.sort(key=lambda event: (event.start, event.uid, event.recurrence_id))
        return EventBatch(tuple(events), cursor, tuple((calendar, name) for name in rows), tuple(problems))

    def _called_off(self, calendar: str, rows: dict[str, Row]) -> Iterator[tuple[Row, Row]]:
        """The cancelled instances of series that live, each with its series."""
        off = [row for row in rows.values() if row.get("status") == "cancelled" and "originalStartTime" in row]
        names = sorted({str(row["recurringEventId"]) for row in off if "recurringEventId" in row})
        get = self._google.calendar.events().get
        asked = ((name, get(calendarId=calendar, eventId=name, fields=EVENT_FIELDS), 0) for name in names)
        series: dict[str, Row] = {}
        for name, found in self._google.batch(asked):
            if isinstance(found, dict):
                series[name] = found
            elif found.status not in _GONE:
                raise RefusalError(self.account, "calendar.events.get", found)
        for row in off:
            master = series.get(str(row.get("recurringEventId")))
            if master and master.get("status") != "cancelled":
                yield row, master

    def _encode(self, states: Mapping[str, _State]) -> Cursor:
        read = {
            name: [*(edge.isoformat() for edge in state.reach), state.sync, state.page]
            for name, state in sorted(states.items())
        }
        return json.dumps({"version": _VERSION, "owner": self._google.email, "calendars": read})

    def _decode(self, cursor: Cursor) -> dict[str, _State]:
        """Where a calendar is no longer wanted, its events must go: everything is pulled anew."""
        try:
            found = json.loads(cursor)
            if found["version"] != _VERSION or found["owner"] != self._google.email:
                raise CursorExpired
            if not found["calendars"].keys() <= set(self._calendars):
                raise CursorExpired
            return {
                name: _State((datetime.fromisoformat(first), datetime.fromisoformat(last)), sync, page)
                for name, (first, last, sync, page) in found["calendars"].items()
            }
        except (ValueError, KeyError, TypeError, AttributeError):
            raise CursorExpired from None


def open_calendar(account: str, settings: Mapping[str, Any], zone: tzinfo) -> GoogleCalendar:
    """`calendars` are their ids; without it, the primary one."""
    google = connect(account, settings)
    return GoogleCalendar(google, calendars_of(google, settings), zone)


def calendars_of(google: Google, settings: Mapping[str, Any]) -> tuple[str, ...]:
    """The calendars of an account, each once: the primary one may also be named by the owner's address."""
    named = settings.get("calendars") or ("primary",)
    return tuple(dict.fromkeys("primary" if name.lower() == google.email else name for name in named))


def _not_there(account: str, calendar: str) -> ProviderError:
    return ProviderError(
        f"Account “{account}” has no calendar “{calendar}”, or may not read its events.",
        "Correct `calendars` of this account: an id stands in Google Calendar under Settings > the calendar > "
        "Integrate calendar.",
    )


def _as_it_was(row: Row, master: Row, zone: tzinfo) -> Row:
    """The instance whole, and when it would have been."""
    original = row["originalStartTime"]
    length = moment(master["end"], zone) - moment(master["start"], zone)
    times = {"start": original, "end": {"dateTime": (moment(original, zone) + length).isoformat()}}
    return {**master, **row, "iCalUID": master["iCalUID"], **times}


def _months(window: Window) -> Window:
    """From the first of the window's first month to that of the month after its last, so that it holds for weeks."""
    first, last = (edge.replace(day=1, hour=0, minute=0, second=0, microsecond=0) for edge in window)
    return first, (last + timedelta(days=32)).replace(day=1)
