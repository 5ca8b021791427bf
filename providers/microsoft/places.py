"""Which of an account's calendars were chosen, and where they lie in Graph."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from assistant.errors import ProviderError
from providers.microsoft.events import Row
from providers.microsoft.graph import Graph, graph_path

HOME: Final = "primary"
"""The default calendar, whatever it's called in Outlook."""
_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Place:
    """A calendar: what it's called here, and where it lies in Graph. `owner` is whose it is, if it's another's."""

    name: str
    owner: str = ""

    @property
    def path(self) -> str:
        return "/calendar" if self.name == HOME else graph_path("/calendars/{}", self.name)

    @property
    def listing(self) -> str:
        return ("" if self.name == HOME else self.path) + "/calendarView"

    @property
    def view(self) -> str:
        return f"{self.listing}/delta"

    def event(self, name: str, rest: str = "") -> str:
        home = "" if self.name == HOME else self.path
        return home + graph_path("/events/{}", name) + rest


class Places:
    """The calendars that were chosen, each once, by id or by name; “primary” is the default one."""

    def __init__(self, graph: Graph, named: Sequence[str]) -> None:
        self._graph = graph
        self._named = tuple(named) or (HOME,)
        self._found: tuple[Place, ...] | None = None

    def all(self) -> tuple[Place, ...]:
        """Looked up once, and only where one goes by another name."""
        if self._found is None:
            listed: list[Row] = []
            if any(name.lower() != HOME for name in self._named):
                query = {"$select": "id,name,isDefaultCalendar,canShare,owner", "$top": _PAGE}
                listed = [row for page in self._graph.pages("/calendars", query) for row in page.get("value", ())]
            self._found = tuple(dict.fromkeys(self._place(name, listed) for name in self._named))
        return self._found

    @property
    def home(self) -> Place:
        """Where new events go: the default one, or where that isn't chosen, the first of the account's own.

        In a colleague's, Exchange would invite in their name. Raises `ProviderError` where only such are chosen.
        """
        own = [place for place in self.all() if not place.owner]
        if not own:
            raise ProviderError(
                f"The `calendars` of account “{self._graph.account}” are all other people's: nothing is placed there.",
                f"Add “{HOME}” to them, or one that is yours.",
            )
        return next((place for place in own if place.name == HOME), own[0])

    def _place(self, name: str, listed: Sequence[Row]) -> Place:
        if name.lower() == HOME:
            return Place(HOME)
        found = [row for row in listed if row["id"] == name] or [
            row for row in listed if str(row.get("name", "")).strip().lower() == name.strip().lower()
        ]
        if len(found) != 1:
            raise not_there(self._graph.account, name, [str(row.get("name", "")) for row in listed], len(found))
        if found[0].get("isDefaultCalendar"):
            return Place(HOME)
        return Place(str(found[0]["id"]), self._other_owner(found[0]))

    def _other_owner(self, row: Row) -> str:
        """Only its owner can share a calendar on (Microsoft Graph, calendar: canShare), by whatever address they go."""
        owner = str((row.get("owner") or {}).get("address") or "").lower()
        return "" if row.get("canShare", True) or owner == self._graph.email else owner


def places_of(graph: Graph, settings: Mapping[str, Any]) -> Places:
    return Places(graph, tuple(settings.get("calendars") or (HOME,)))


def not_there(account: str, name: str, others: Sequence[str] = (), found: int = 0) -> ProviderError:
    if found > 1:
        why = f"Account “{account}” has {found} calendars named “{name}”."
        return ProviderError(why, "Give them other names in Outlook, and correct `calendars` of this account.")
    listed = ", ".join(f"“{other}”" for other in dict.fromkeys(others) if other)
    there = f" There is: {listed}." if listed else ""
    return ProviderError(
        f"Account “{account}” has no calendar “{name}”, or may not read its events.",
        f"Correct `calendars` of this account: the names as Outlook shows them, or “{HOME}”.{there} If somebody shares "
        "it with you, sign in again: reading it is a permission of its own.",
    )
