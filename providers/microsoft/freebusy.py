"""When other people are taken, as far as Exchange lets the rep see (Microsoft Graph, calendar: getSchedule)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final

from assistant.domain.ports import Interval
from providers import notices
from providers.freebusy import in_portions, pieces
from providers.microsoft.events import BROKEN, IN_UTC, moment
from providers.microsoft.graph import Graph, RefusalError, connect

_MOST: Final = 20
_LONGEST: Final = timedelta(days=60)
"""Exchange refuses more than 62 days at once."""
_LEAST: Final = timedelta(hours=1)
"""And a time that's shorter than a digit of its answer."""
_DIGIT: Final = timedelta(minutes=15)
_FREE: Final = frozenset({"free", "workingElsewhere"})
_FREE_DIGITS: Final = frozenset("04")
_NOT_FOR_THEM: Final = (400, 403, 404, 405, 501)
_PERSONAL: Final = (
    "Microsoft's personal accounts can't see when others are taken: for account “{}”, meetings are proposed without it."
)


class MicrosoftPeople:
    """Who can't be looked at (an error, of whatever kind, in their part of the answer) isn't known."""

    def __init__(self, graph: Graph, zone: tzinfo) -> None:
        self._graph = graph
        self._zone = zone
        self._refused = False

    @property
    def account(self) -> str:
        return self._graph.account

    def busy(self, emails: Collection[str], window: Interval) -> Mapping[str, tuple[Interval, ...]]:
        return in_portions(emails, window, _MOST, self._of)

    def _of(self, people: Sequence[str], window: Interval) -> dict[str, list[Interval]]:
        found: dict[str, list[Interval]] = {name: [] for name in people}
        for start, end in pieces(window, _LONGEST):
            asked = self._ask(people, start, max(end, start + _LEAST))
            schedules = {str(one.get("scheduleId", "")).lower(): one for one in asked}
            for name in list(found):
                try:
                    times = self._taken(schedules[name]) or self._seen(schedules[name], start)
                    found[name] += [each for each in times if each[0] < end and each[1] > start]
                except BROKEN:
                    del found[name]
        return found

    def _ask(self, people: Sequence[str], start: datetime, end: datetime) -> Sequence[Mapping[str, Any]]:
        """Of nobody, from an account that can't ask; that's said once."""
        if self._refused:
            return ()
        body = {
            "schedules": list(people),
            "startTime": _time(start),
            "endTime": _time(end),
            "availabilityViewInterval": int(_DIGIT.total_seconds() // 60),
        }
        try:
            answer = self._graph.post("/calendar/getSchedule", body, prefer=IN_UTC, asks=True)
        except RefusalError as error:
            if error.status not in _NOT_FOR_THEM or not _is_personal(error):
                raise
            self._refused = True
            notices.say(_PERSONAL.format(self.account))
            return ()
        found: Sequence[Mapping[str, Any]] = answer.get("value") or ()
        return found

    def _taken(self, schedule: Mapping[str, Any]) -> list[Interval]:
        """Raises one of `BROKEN` where nothing is known."""
        if schedule.get("error"):
            raise LookupError(schedule["error"])
        items = schedule.get("scheduleItems") or ()
        if not items and not schedule.get("availabilityView"):
            raise LookupError("nothing is shown")
        taken = [one for one in items if one["status"] not in _FREE]
        return [(moment(one["start"], self._zone), moment(one["end"], self._zone)) for one in taken]

    def _seen(self, schedule: Mapping[str, Any], start: datetime) -> list[Interval]:
        """Where somebody shows no more than whether they're free, and of other organisations, there's a row of digits.

        What's neither free nor at work elsewhere takes time, and so does what nobody knows.
        """
        if schedule.get("scheduleItems"):
            return []
        view = str(schedule.get("availabilityView") or "")
        begins = [start + number * _DIGIT for number, digit in enumerate(view) if digit not in _FREE_DIGITS]
        return [(at.astimezone(self._zone), (at + _DIGIT).astimezone(self._zone)) for at in begins]


def open_free_busy(account: str, settings: Mapping[str, Any], zone: tzinfo) -> MicrosoftPeople:
    """For an account with `free_busy`."""
    return MicrosoftPeople(connect(account, settings), zone)


def _is_personal(error: RefusalError) -> bool:
    """Whether the call isn't there for this kind of account (getSchedule, Permissions: not supported)."""
    said = f"{error.code} {error.refused.message}".lower()
    return any(word in said for word in ("personal", "msa", "consumer", "notsupported", "not supported"))


def _time(at: datetime) -> dict[str, str]:
    return {"dateTime": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"), "timeZone": "UTC"}
