"""When other people are taken, as far as Google lets the rep see (Calendar API, freebusy.query)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final

from assistant.domain.ports import Interval
from providers.freebusy import in_portions, pieces
from providers.google.api import Google, connect

_MOST: Final = 50
"""calendarExpansionMax."""

_LONGEST: Final = timedelta(days=60)
"""Google refuses a time range that's too long (timeRangeTooLong), and doesn't document from when on."""


class GooglePeople:
    """Who can't be looked at (an error, of whatever kind, in their part of the answer) isn't known."""

    def __init__(self, google: Google, zone: tzinfo) -> None:
        self._google = google
        self._zone = zone

    @property
    def account(self) -> str:
        return self._google.account

    def busy(self, emails: Collection[str], window: Interval) -> Mapping[str, tuple[Interval, ...]]:
        return in_portions(emails, window, _MOST, self._of)

    def _of(self, people: Sequence[str], window: Interval) -> dict[str, list[Interval]]:
        found: dict[str, list[Interval]] = {name: [] for name in people}
        for start, end in pieces(window, _LONGEST):
            body = {
                "timeMin": start.astimezone(UTC).isoformat(),
                "timeMax": end.astimezone(UTC).isoformat(),
                "calendarExpansionMax": _MOST,
                "items": [{"id": name} for name in people],
            }
            answer = self._google.run(self._google.calendar.freebusy().query(body=body))
            calendars = {str(name).lower(): one for name, one in answer.get("calendars", {}).items()}
            for name in list(found):
                one = calendars.get(name, {"errors": True})
                if one.get("errors"):
                    del found[name]
                else:
                    found[name] += [self._interval(each) for each in one.get("busy", ())]
        return found

    def _interval(self, period: Mapping[str, str]) -> Interval:
        start, end = (datetime.fromisoformat(period[edge]).astimezone(self._zone) for edge in ("start", "end"))
        return start, end


def open_free_busy(account: str, settings: Mapping[str, Any], zone: tzinfo) -> GooglePeople:
    """For an account with `free_busy`."""
    return GooglePeople(connect(account, settings), zone)
