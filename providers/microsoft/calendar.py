"""Microsoft calendars behind the `Calendar` port: all in a window once, then only what changed (calendarView: delta).

A remote id is an event's or a series': Graph tells of a series' change by its name and its bare times, of an occurrence
that was taken out by nothing at all, so a series that changed in any way is listed anew, whole (event: instances). The
window is frozen in the link that the next round begins with, so it's asked for anew where more of it is wanted; before
that the old link brings what was removed meanwhile. What was new outside the window comes as removed: of what was never
here nothing is said.
"""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final

from assistant.domain.calendar import Event
from assistant.domain.mail import Problem
from assistant.domain.ports import Cursor, CursorExpired, EventBatch
from assistant.errors import ProviderError
from providers.microsoft.bodies import marked
from providers.microsoft.events import BROKEN, FIELDS, IN_UTC, OURS, Row, event_of
from providers.microsoft.graph import Call, Graph, RefusalError, Refused, connect
from providers.microsoft.places import HOME, Place, Places, not_there, places_of

_VERSION: Final = 1
_PAGE: Final = 100
_INSTANCES: Final = 500
_EXPIRED: Final = (400, 410)
"""410 for a link that's too old, 400 for what isn't one."""
_GONE: Final = (404, 410)
_CORRUPT: Final = frozenset({"ErrorCorruptData", "ErrorItemCorrupt", "ErrorCalendarInvalidRecurrence"})
"""Of a 5xx that stays."""
_MASTER: Final = {"$select": "id,iCalUId,isOrganizer", "$expand": OURS}
_SIGNS: Final = 6
_OF_SERIES: Final = ("iCalUId", "singleValueExtendedProperties")

Window = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class _State:
    """How far one calendar was read: `link` goes on with the round, or where it's `read`, begins the next one.

    `single` and `series` are signs of what the window holds: of the events, and by series of its instances.
    """

    reach: Window
    link: str | None = None
    read: bool = False
    single: frozenset[str] = frozenset()
    series: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def covers(self, window: Window) -> bool:
        return self.read and self.reach[0] <= window[0] and window[1] <= self.reach[1]


class MicrosoftCalendar:
    """The calendars of one account, one after the other; a page of changes is a batch."""

    def __init__(self, graph: Graph, places: Places, zone: tzinfo, *, page: int = _PAGE) -> None:
        self._graph = graph
        self._places = places
        self._zone = zone
        self._page = page

    @property
    def account(self) -> str:
        return self._graph.account

    def pull(self, cursor: Cursor | None, window: Window) -> Iterator[EventBatch]:
        places = self._places.all()
        states = self._decode(cursor, places) if cursor else {}
        last = cursor
        for place in places:
            for batch in self._catch_up(place, states, window):
                if batch.replaced or batch.problems or batch.cursor != last:
                    yield batch
                last = batch.cursor

    def _catch_up(self, place: Place, states: dict[str, _State], window: Window) -> Iterator[EventBatch]:
        """What changed since; then, where the window has moved out of what was listed, everything in it anew."""
        state = states.get(place.name) or _State(_months(window))
        listed: set[str] = set()
        while True:
            page = self._ask(place, state)
            found = _Page(self._graph, place, self._zone, state.reach, listed)
            state = found.read(page.get("value") or (), state)
            states[place.name] = state = self._onward(state, page)
            yield EventBatch(found.in_order, self._encode(states), tuple(found.replaced), tuple(found.problems))
            if state.covers(window):
                return
            if state.read:
                state = _State(_months(window))
                listed.clear()

    def _ask(self, place: Place, state: _State) -> dict[str, Any]:
        prefer = (*IN_UTC, f"odata.maxpagesize={self._page}")
        try:
            if state.link:
                return self._graph.get(state.link, prefer=prefer)
            return self._graph.get(place.view, _edges(state.reach), prefer=prefer)
        except RefusalError as error:
            if error.status in _EXPIRED and state.link:
                raise CursorExpired from None
            if error.status == 404 or (error.status == 403 and place.name != HOME):
                raise not_there(self.account, place.name) from None
            raise

    def _onward(self, state: _State, page: Mapping[str, Any]) -> _State:
        following, over = page.get("@odata.nextLink"), page.get("@odata.deltaLink")
        if not (following or over) or (following and following == state.link):
            raise ProviderError(
                f"Microsoft's list of changes in the calendar of account “{self.account}” leads nowhere.",
                "Run again later.",
            )
        return replace(state, link=str(following or over), read=not following)

    def _encode(self, states: Mapping[str, _State]) -> Cursor:
        read = {
            name: {
                "reach": [edge.isoformat() for edge in state.reach],
                "link": state.link,
                "read": state.read,
                "single": "".join(sorted(state.single)),
                "series": {series: "".join(sorted(signs)) for series, signs in sorted(state.series.items())},
            }
            for name, state in sorted(states.items())
        }
        return json.dumps({"version": _VERSION, "owner": self._graph.email, "calendars": read})

    def _decode(self, cursor: Cursor, places: Sequence[Place]) -> dict[str, _State]:
        """Where a calendar is no longer wanted, its events must go: everything is pulled anew."""
        try:
            found = json.loads(cursor)
            if found["version"] != _VERSION or found["owner"] != self._graph.email:
                raise CursorExpired
            if not found["calendars"].keys() <= {place.name for place in places}:
                raise CursorExpired
            return {name: _decoded(state) for name, state in found["calendars"].items()}
        except BROKEN:
            raise CursorExpired from None


class _Page:
    """What one page of changes comes to: events, whose objects are replaced, and what couldn't be read.

    `listed` are the series that came earlier in the round: where their instances fill several pages, once is enough.
    """

    def __init__(self, graph: Graph, place: Place, zone: tzinfo, reach: Window, listed: set[str]) -> None:
        self._graph = graph
        self._place = place
        self._zone = zone
        self._reach = reach
        self._listed = listed
        self.replaced: dict[tuple[str, str], None] = {}
        self.problems: list[Problem] = []
        self._events: list[Event] = []

    @property
    def in_order(self) -> tuple[Event, ...]:
        return tuple(sorted(self._events, key=lambda event: (event.start, event.uid, event.recurrence_id)))

    def read(self, items: Sequence[Row], state: _State) -> _State:
        """Returns the state with what the window holds now."""
        rows = {str(row["id"]): row for row in items}  # what comes twice counts as it came last
        gone = [name for name, row in rows.items() if "@removed" in row]
        there = [row for row in rows.values() if "@removed" not in row]
        single = {str(row["id"]): row for row in there if not _series_of(row)}
        series = {name: True for row in there if (name := _series_of(row))}
        masters = {str(row["id"]): row for row in there if row.get("type") == "seriesMaster"}
        held, known = set(state.single), dict(state.series)
        for name in gone:
            if name in known or _sign(name) in held:
                self.replaced[self._place.name, name] = None
                known.pop(name, None)
                held.discard(_sign(name))
                series.pop(name, None)
            else:
                series |= {of: True for of, signs in known.items() if _sign(name) in signs}
        self._read_single(single)
        held |= set(map(_sign, single))
        for name, signs in self._read_series([name for name in series if name not in self._listed], masters).items():
            known[name] = signs
            if not signs:
                del known[name]
        return replace(state, single=frozenset(held), series=known)

    def _read_single(self, rows: Mapping[str, Row]) -> None:
        """With what we have noted in those that a program made, as ours say of themselves."""
        made = [name for name, row in rows.items() if self._may_be_ours(row)]
        calls = (Call(name, self._place.event(name), {"$select": "id", "$expand": OURS}) for name in made)
        notes = self._answers(calls)
        for name, row in rows.items():
            self._take(name, [{**row, **notes.get(name, {})}])

    def _read_series(self, names: Sequence[str], masters: Mapping[str, Row]) -> dict[str, frozenset[str]]:
        """By series, the signs of its instances in the window; none where it's gone, or lies outside.

        All go by the UID of the series (Graph's is another for each), and by ours where the rep repeats an event of
        ours. One that Graph itself can't read is reported, and what was known of it stays.
        """
        unsure = [name for name in names if name not in masters or self._may_be_ours(masters[name])]
        broken: dict[str, Refused] = {}
        asked = self._answers((Call(name, self._place.event(name), _MASTER) for name in unsure), broken)
        masters = {**masters, **{name: {**masters.get(name, {}), **row} for name, row in asked.items()}}
        query = {**_edges(self._reach), "$select": FIELDS, "$top": _INSTANCES}
        calls = (Call(name, self._place.event(name, "/instances"), query, IN_UTC) for name in names)
        answers = self._answers(calls, broken)
        found: dict[str, frozenset[str]] = {}
        for name in names:
            if name in broken:
                self._report(name, f"Microsoft says {broken[name].status} {broken[name].code}")
                continue
            rows = list(self._whole(answers.get(name, {}))) if name in masters else []
            series = {each: masters[name].get(each) for each in _OF_SERIES} if rows else {}
            self._take(name, [{**row, **series} for row in rows])
            found[name] = frozenset(_sign(str(row.get("id", ""))) for row in rows)
        self._listed.update(names)
        return found

    def _may_be_ours(self, row: Row) -> bool:
        """Whether a program made it: it says so by a transactionId (of a copy that the rep made it's null); where none
        is told, by our part of its body."""
        if self._place.owner or not row.get("isOrganizer"):
            return False
        if "transactionId" in row:
            return bool(row["transactionId"])
        return marked(str((row.get("body") or {}).get("content") or ""))

    def _answers(self, calls: Iterator[Call], broken: dict[str, Refused] | None = None) -> dict[str, Row]:
        """Without those that are gone meanwhile; into `broken` go those that will be refused each time."""
        found: dict[str, Row] = {}
        for name, answer in self._graph.batch(calls):
            if not isinstance(answer, Refused):
                found[name] = answer
            elif answer.status in _GONE:
                continue
            elif broken is not None and (answer.code in _CORRUPT or answer.status == 400 or 403 < answer.status < 500):
                broken[name] = answer
            else:
                raise RefusalError(self._graph.account, "GET /events/…", answer)
        return found

    def _whole(self, answer: Row) -> Iterator[Row]:
        yield from answer.get("value") or ()
        if link := answer.get("@odata.nextLink"):
            for page in self._graph.pages(str(link), prefer=IN_UTC):
                yield from page.get("value") or ()

    def _take(self, name: str, rows: Sequence[Row]) -> None:
        """An object with its instances."""
        self.replaced[self._place.name, name] = None
        own = self._place.owner or self._graph.email
        for row in rows:
            try:
                self._events.append(event_of(self._graph.account, self._place.name, row, self._zone, own))
            except BROKEN as error:
                self._report(name, " ".join(str(error).split())[:120] or type(error).__name__)

    def _report(self, name: str, why: str) -> None:
        where = f"{self._place.name}/{name}"
        self.problems.append(Problem(self._graph.account, where, f"the event can't be read: {why}"))


def open_calendar(account: str, settings: Mapping[str, Any], zone: tzinfo) -> MicrosoftCalendar:
    """`calendars` are their names or ids; without them, the default one."""
    graph = connect(account, settings)
    return MicrosoftCalendar(graph, places_of(graph, settings), zone)


def _series_of(row: Row) -> str | None:
    """The series that a row belongs to or is."""
    if row.get("type") == "seriesMaster":
        return str(row["id"])
    return str(row["seriesMasterId"]) if row.get("seriesMasterId") else None


def _sign(name: str) -> str:
    """A few letters for an id: the cursor needn't hold thousands of long ones."""
    return base64.b64encode(hashlib.blake2b(name.encode(), digest_size=5).digest()).decode()[:_SIGNS]


def _decoded(state: Mapping[str, Any]) -> _State:
    first, last = map(datetime.fromisoformat, state["reach"])
    series = {str(name): _signs(signs) for name, signs in state["series"].items()}
    return _State((first, last), state["link"], bool(state["read"]), _signs(state["single"]), series)


def _signs(text: str) -> frozenset[str]:
    return frozenset(text[at : at + _SIGNS] for at in range(0, len(text), _SIGNS))


def _edges(reach: Window) -> dict[str, str]:
    first, last = (edge.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for edge in reach)
    return {"startDateTime": first, "endDateTime": last}


def _months(window: Window) -> Window:
    """From the first of the window's first month to that of the month after its last, so that it holds for weeks."""
    first, last = (edge.replace(day=1, hour=0, minute=0, second=0, microsecond=0) for edge in window)
    return first, (last + timedelta(days=32)).replace(day=1)
