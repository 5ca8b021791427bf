"""What a folder holds and what changed in it, by Graph's delta (Microsoft Graph, message: delta), never a body.

A delta is asked for the few properties that tell what's new: it gives partial messages for what changed, doesn't know
which part of an attachment is wanted, and names at most 5,000 where it's filtered, so that older ones are listed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from sys import intern
from typing import Any, Final

from providers.microsoft.graph import Graph, RefusalError, graph_path
from providers.microsoft.messages import BRIEF, Item, etag_of, flags_of, name_of, parted

MOST: Final = 5_000
"""Messages that a delta with a filter names at most."""
_DELTA_PAGE: Final = 500
_LIST_PAGE: Final = 1_000
_TRIES: Final = 3


class Expired(Exception):  # noqa: N818 - it's an event, not an error
    """Graph no longer knows the folder's link, or lost its way in the middle: the folder is to be listed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A message in a folder, in short: a large mailbox has many. `received` sorts by time."""

    received: str
    conversation: str
    etag: str
    draft: bool

    @property
    def message_id(self) -> str:
        """As Graph gives it; "" of a draft, whose etag has another name in it."""
        return "" if self.draft else parted(self.etag)[1]


@dataclass(slots=True)
class Listing:
    """All that a folder holds since a moment, the newest first, and the link to what changes from then on."""

    entries: dict[str, Entry] = field(default_factory=dict)
    link: str = ""


@dataclass(slots=True)
class Changes:
    """What changed in a folder: each message as far as it was told, and what is no longer in it."""

    link: str
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)

    @property
    def some(self) -> bool:
        return bool(self.items or self.removed)


def entry_of(item: Item) -> Entry:
    return Entry(
        str(item.get("receivedDateTime") or ""),
        intern(str(item.get("conversationId") or "")),
        etag_of(flags_of(item), name_of(item)),
        bool(item.get("isDraft")),
    )


def moment(since: int) -> str:
    """As Graph writes times, which sort as words."""
    return f"{datetime.fromtimestamp(since, UTC):%Y-%m-%dT%H:%M:%SZ}"


def listed(graph: Graph, folder: str, since: int) -> Listing:
    """The folder since that moment (seconds since 1970); one that isn't there any more is empty."""
    for tries in range(_TRIES):
        listing = Listing()
        try:
            _start(graph, folder, since, listing)
        except Expired:
            if tries + 1 < _TRIES:
                continue
            _older(graph, folder, since, listing, "")  # the next pull lists it again: it has no link
        else:
            if len(listing.entries) >= MOST:
                _older(graph, folder, since, listing, min(each.received for each in listing.entries.values()))
        break
    newest = sorted(listing.entries.items(), key=lambda each: each[1].received, reverse=True)
    listing.entries = dict(newest)
    return listing


def changes_since(graph: Graph, link: str) -> Changes:
    """What the link tells, followed to its end. Raises `Expired`."""
    changes = Changes(link)
    for page in _followed(graph, link, None):
        for item in page.get("value", ()):
            each = str(item["id"])
            if "@removed" in item:
                changes.removed.add(each)
            else:
                changes.items[each] = {**changes.items.get(each, {}), **item}
        changes.link = str(page.get("@odata.deltaLink") or changes.link)
    return changes


def _start(graph: Graph, folder: str, since: int, listing: Listing) -> None:
    """A message may come twice, or leave again meanwhile."""
    path = graph_path("/mailFolders/{}/messages/delta", folder)
    asked = {
        "$select": BRIEF,
        "$filter": f"receivedDateTime ge {moment(since)}",
        "$orderby": "receivedDateTime desc",
    }
    for page in _followed(graph, path, asked):
        for item in page.get("value", ()):
            if "@removed" in item:
                listing.entries.pop(str(item["id"]), None)
            else:
                listing.entries[str(item["id"])] = entry_of(item)
        listing.link = str(page.get("@odata.deltaLink") or "")


def _followed(graph: Graph, path: str, asked: Mapping[str, str] | None) -> Iterator[dict[str, Any]]:
    try:
        yield from graph.pages(path, asked, prefer=(f"odata.maxpagesize={_DELTA_PAGE}",))
    except RefusalError as error:
        if error.status == 410 or error.code.lower() in ("syncstatenotfound", "resyncrequired", "syncstateinvalid"):
            raise Expired from None
        if error.status == 404:
            raise Expired from None  # the folder is gone, as its list will say
        raise


def everywhere(graph: Graph, since: int) -> Iterator[dict[str, Any]]:
    """What came since then, in short, in whichever folder it lies by now, the newest first."""
    return _newest_first(graph, "/messages", since, "")


def _older(graph: Graph, folder: str, since: int, listing: Listing, until: str) -> None:
    """What the delta left out, down from the time of the oldest that it named."""
    for item in _newest_first(graph, graph_path("/mailFolders/{}/messages", folder), since, until):
        listing.entries[str(item["id"])] = entry_of(item)


def _newest_first(graph: Graph, path: str, since: int, until: str) -> Iterator[dict[str, Any]]:
    """Each message once, a page of the list at a time.

    Each page begins at the time where the last one ended: mail that comes or goes meanwhile shifts nothing.
    """
    seen: set[str] = set()
    while True:
        fresh = False
        ends = f" and receivedDateTime le {until}" if until else ""
        asked = {
            "$select": BRIEF,
            "$filter": f"receivedDateTime ge {moment(since)}{ends}",
            "$orderby": "receivedDateTime desc",
            "$top": _LIST_PAGE,
        }
        for page in _pages(graph, path, asked):
            for item in page.get("value", ()):
                until = str(item.get("receivedDateTime") or "") or until
                if item["id"] not in seen:
                    fresh = True
                    seen.add(item["id"])
                    yield item
            if fresh and page.get("@odata.nextLink"):
                break
        else:
            return


def _pages(graph: Graph, path: str, asked: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    try:
        yield from graph.pages(path, asked)
    except RefusalError as error:
        if error.status != 404:
            raise
