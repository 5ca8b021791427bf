"""Messages in full, in as few calls as they can be had: pages of what lies together in a folder, the rest by id.

Graph counts every call of a batch, so that a page of 25 is a twenty-fifth of the price; four of them go at once, which
is what a mailbox allows. What meeting mail, reports and signed mail hold beyond Graph's properties is read as it was
sent.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from typing import Any, Final

from assistant.domain.mail import FolderRole, Message, Problem
from providers.microsoft.delta import Entry, moment
from providers.microsoft.folders import Folders
from providers.microsoft.graph import Call, Graph, Refused, graph_path
from providers.microsoft.messages import EXPAND, SELECT, Item, is_private, message_of, original_of, wants_original
from providers.owing import Failed, Fetched

_WHOLE: Final = {"$select": SELECT, "$expand": EXPAND}
_SLICE: Final = 25
"""Messages of a page: with its bodies some 2 MB as a rule."""
_SLICES: Final = 4
_ALONE: Final = 20
_WORTH: Final = 4
"""Messages in a row from which on a page is asked for."""
_DAY: Final = 86_400
_ANSWER: Final = re.compile(r"^METHOD:[ \t]*(?:REPLY|COUNTER|REFRESH)\b", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Slice:
    """Messages that lie next to each other in a folder, the newest first; one of no folder is asked for by its id."""

    ids: tuple[str, ...]
    folder: str = ""
    newest: str = ""
    oldest: str = ""


def slices(folder: str, entries: Mapping[str, Entry], wanted: Iterable[str]) -> list[Slice]:
    """How the wanted of a folder's messages are asked for; nothing that isn't wanted lies in a page."""
    rest = frozenset(wanted)
    found: list[Slice] = []
    run: list[str] = []
    for each in (*entries, ""):
        if each in rest:
            run.append(each)
        if run and (each not in rest or len(run) == _SLICE):
            if len(run) < _WORTH or not all(entries[one].received for one in (run[0], run[-1])):
                found += alone(run)
            else:
                found.append(Slice(tuple(run), folder, entries[run[0]].received, entries[run[-1]].received))
            run = []
    return found


def alone(ids: Iterable[str]) -> list[Slice]:
    return [Slice((each,)) for each in ids]


@dataclass(slots=True)
class Fetcher:
    """Fetches the messages of one mailbox. `since` is the moment before which none is wanted (seconds since 1970)."""

    graph: Graph
    zone: tzinfo
    folders: Folders
    since: int
    _done: dict[str, Fetched] = field(default_factory=dict, init=False)

    def fetch(self, wanted: Iterable[Slice]) -> Iterator[tuple[str, Fetched]]:
        """Each id once, in the order given. A portion is held in memory at once."""
        for portion in _portions(wanted):
            ids = [each for one in portion for each in one.ids]
            self._done = {}
            originals = self._asked(portion)
            self._read_originals(originals)
            self._put_our_uids()
            yield from ((each, self._done.get(each)) for each in ids)
        self._done = {}

    def _asked(self, portion: Sequence[Slice]) -> dict[str, Item]:
        """What was read is done; what's better read as it was sent comes back."""
        items: dict[str, Item] = {}
        missing = [one.ids[0] for one in portion if not one.folder]
        pages = [one for one in portion if one.folder]
        for number, answer in self.graph.batch(_page(str(n), one) for n, one in enumerate(pages)):
            wanted = frozenset(pages[int(number)].ids)
            rows = answer.get("value", ()) if isinstance(answer, dict) else ()
            items |= {str(row["id"]): row for row in rows if str(row["id"]) in wanted}
        missing += [each for one in pages for each in one.ids if each not in items]
        calls = (Call(each, graph_path("/messages/{}", each), _WHOLE) for each in missing)
        for each, answer in self.graph.batch(calls):
            if isinstance(answer, Refused):
                self._done[each] = self._refused(each, answer)
            else:
                items[each] = answer
        return {each: item for each, item in items.items() if not self._is_read(each, item)}

    def _is_read(self, each: str, item: Item) -> bool:
        """Whether no more has to be asked for."""
        try:
            if self._place(item) is None:
                self._done[each] = None
            elif wants_original(item):
                return False
            else:
                self._done[each] = self._parsed(each, item, None)
        except Exception as error:  # a hostile message must not stop a run: it's reported instead
            self._done[each] = self._problem(each, f"it can't be read ({type(error).__name__})")
        return True

    def _read_originals(self, items: Mapping[str, Item]) -> None:
        calls = (Call(each, graph_path("/messages/{}/$value", each)) for each in items)
        for each, answer in self.graph.batch(calls):
            if isinstance(answer, Refused) and (answer.passing or answer.status == 404):
                self._done[each] = self._refused(each, answer)
                continue
            raw = answer.get("content") if isinstance(answer, dict) else None
            self._done[each] = self._parsed(each, items[each], raw if isinstance(raw, bytes) else None)

    def _place(self, item: Item) -> tuple[str, Any] | None:
        """None for what isn't to be read: too old, left out, private to others, or an empty reply that we began."""
        from providers.microsoft.drafts import is_bare

        received = str(item.get("receivedDateTime") or "")
        if received and received < moment(max(0, self.since - _DAY)):
            return None
        if item.get("isDraft") and is_bare(item):
            return None
        if self.graph.base != "/me" and is_private(item):
            return None
        return self.folders.place(str(item.get("parentFolderId") or ""), draft=bool(item.get("isDraft")))

    def _parsed(self, each: str, item: Item, raw: bytes | None) -> Fetched:
        from providers import mime  # the parsers load only when there is something to read

        folder, role = self._place(item) or ("", None)
        where: dict[str, Any] = {
            "account": self.graph.account,
            "folder": folder,
            "role": role,
            "zone": self.zone,
        }
        try:
            if raw is not None:
                return original_of(raw, item, **where)
            return message_of(item, **where, owner=self.graph.email)
        except mime.UnreadableError as error:
            return self._problem(each, str(error), folder)
        except Exception as error:  # a hostile message must not stop a run: it's reported instead
            return self._problem(each, f"it can't be read ({type(error).__name__})", folder)

    def _put_our_uids(self) -> None:
        """Exchange gives our events UIDs of its own, by which what it sent and people's answers name them."""
        answers = {each: one for each, one in self._done.items() if isinstance(one, Message) and _may_be_ours(one)}
        if not answers:
            return
        from providers.microsoft.events import own_uids, uids_in, with_our_uids

        own = own_uids(self.graph, uids_in(part for one in answers.values() for part in one.calendar))
        if own:
            for each, one in answers.items():
                self._done[each] = replace(one, calendar=tuple(with_our_uids(part, own) for part in one.calendar))

    def _refused(self, each: str, refused: Refused) -> Fetched:
        if refused.status == 404:
            return None
        why = f"Microsoft doesn't hand it over: {refused.status} {refused.code}"
        return Failed(why) if refused.passing else self._problem(each, why)

    def _problem(self, each: str, why: str, folder: str = "Mail") -> Problem:
        return Problem(self.graph.account, f"{folder}/{each}", why)


def _may_be_ours(message: Message) -> bool:
    """Whether its calendar may speak of an event of ours; others' invitations don't."""
    return any(message.role is FolderRole.SENT or _ANSWER.search(part) for part in message.calendar)


def _page(number: str, one: Slice) -> Call:
    """The times of both ends are the folder's own, so that only mail of the same second may come beside."""
    asked = {
        **_WHOLE,
        "$filter": f"receivedDateTime ge {one.oldest} and receivedDateTime le {one.newest}",
        "$orderby": "receivedDateTime desc",
        "$top": len(one.ids) + _SLICE // 5,
    }
    return Call(number, graph_path("/mailFolders/{}/messages", one.folder), asked)


def _portions(wanted: Iterable[Slice]) -> Iterator[list[Slice]]:
    """What's asked for together, in the order given: some pages, or as many by id as a batch takes."""
    portion: list[Slice] = []
    weight = 0
    for one in wanted:
        each = _ALONE // _SLICES if one.folder else 1
        if portion and weight + each > _ALONE:
            yield portion
            portion, weight = [], 0
        portion.append(one)
        weight += each
    if portion:
        yield portion
