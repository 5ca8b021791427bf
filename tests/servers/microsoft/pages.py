"""Links that Graph hands out: absolute, opaque, and good until they're forgotten."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.servers.microsoft.asked import Asked, Json, Refused


@dataclass(frozen=True, slots=True)
class Link:
    """What a token stands for; the query of the first call is frozen in it."""

    operation: str
    query: Mapping[str, Sequence[str]]
    state: Json = field(default_factory=dict)


class Links:
    """All tokens of one mailbox. `cap`: so many items a page at most; `empty`: empty pages before each real one."""

    def __init__(self) -> None:
        self.url = ""
        self.cap: int | None = None
        self.empty = 0
        self.gone = ("SyncStateNotFound", "")
        self._links: dict[str, Link] = {}
        self._dead: set[str] = set()

    def make(self, asked: Asked, name: str, state: Json) -> str:
        """`name`: $skiptoken or $deltatoken. The addresses aren't those that were asked, as Graph's aren't."""
        token = secrets.token_urlsafe(24)
        query = {key: value for key, value in asked.query.items() if key not in ("$skiptoken", "$deltatoken")}
        self._links[token] = Link(asked.operation, query, state)
        target = re.sub(r"/mailFolders/([^/]+)/", r"/mailfolders('\1')/", asked.target)
        return f"{self.url}{target}?{name.replace('$', '%24')}={token}"

    def follow(self, asked: Asked) -> Link | None:
        """What this call's token stands for; None if it has none. Raises `Refused` 410 for one that's forgotten."""
        token = asked.one("$skiptoken") or asked.one("$deltatoken")
        if not token:
            return None
        found = self._links.get(token)
        if found is None:
            if token not in self._dead:
                raise Refused(400, "ErrorInvalidUrlQuery", "Badly formed token.")
            code, message = self.gone
            raise Refused(410, code, message, {"Location": f"{self.url}{asked.target}?%24deltatoken="})
        if found.operation != asked.operation:
            raise Refused(400, "ErrorInvalidUrlQuery", "The token is of another operation.")
        return found

    def forget(self, code: str) -> None:
        """410 for every one of them."""
        self._dead |= set(self._links)
        self._links.clear()
        self.gone = (code, "")

    def size(self, wanted: int) -> int:
        return min(wanted, self.cap or wanted)

    def page(self, asked: Asked, items: list[Any], size: int, last: Json) -> Json:
        """The first page of these; the others wait behind its nextLink. `last` comes with the last page."""
        return self.turn(asked, {"items": items, "size": self.size(size), "last": last, "empty": self.empty})

    def turn(self, asked: Asked, state: Json) -> Json:
        items, size = state["items"], state["size"]
        if state["empty"] and items:
            return {
                "value": [],
                "@odata.nextLink": self.make(asked, "$skiptoken", state | {"empty": state["empty"] - 1}),
            }
        rest = items[size:]
        if rest:
            more = state | {"items": rest, "empty": self.empty}
            return {"value": items[:size], "@odata.nextLink": self.make(asked, "$skiptoken", more)}
        return {"value": items[:size], **state["last"]}
