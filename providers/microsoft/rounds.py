"""One round over all folders against what the caller holds: what's to be fetched, what's gone, what's flagged.

A message that left a folder is looked for before it's called gone: in the other folders of the same round, by its id,
and by its Message-ID, since moving and sending may give it another id (Microsoft Graph, Immutable identifiers).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from providers.microsoft.delta import (
    Changes,
    Entry,
    Expired,
    Listing,
    changes_since,
    entry_of,
    everywhere,
    listed,
    moment,
)
from providers.microsoft.errors import Unreachable
from providers.microsoft.fetching import Slice, alone, slices
from providers.microsoft.folders import DRAFTS, UNSENT, Folder, Folders, Kind
from providers.microsoft.graph import Call, Graph, RefusalError, Refused, graph_path, odata
from providers.microsoft.messages import BRIEF, Item, etag_of, flags_of, parted
from providers.microsoft.position import Position

Held = Mapping[str, tuple[str, str]]
"""What the caller has: by the message's id, its place and etag."""

_MANY: Final = 100
"""Messages to be looked for by id beyond which the folders of their place are listed instead."""
_MARKS: Final = frozenset({"id", "isRead", "flag", "parentFolderId", "categories", "importance"})
"""What may change of a draft without its saying anything else."""
_DAY: Final = 86_400
_LATE: Final = 600
"""Exchange may show a message a little later than the time at which it says that it came."""


@dataclass(slots=True)
class Round:
    """What a round found. `wanted` goes by the folder's id, in the order in which they're fetched.

    `loose` are those of no folder, `elsewhere` those in folders that aren't followed; `swept` is when the newest of all
    came, `trouble` why they couldn't be listed; `rewritten` drafts that say something else now; `spam` lies in Junk
    Email, in conversations in which we wrote. `links` hold once all of this is known to the caller.
    """

    wanted: dict[str, list[Slice]] = field(default_factory=dict)
    loose: list[Slice] = field(default_factory=list)
    elsewhere: list[Slice] = field(default_factory=list)
    swept: str = ""
    trouble: str = ""
    gone: dict[str, None] = field(default_factory=dict)
    flagged: list[tuple[str, str, str, frozenset[str]]] = field(default_factory=list)
    rewritten: set[str] = field(default_factory=set)
    spam: list[str] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    @property
    def settled(self) -> bool:
        """Whether each folder stands for itself: nothing that left one depends on what another brings."""
        return not (self.gone or self.loose)

    def want(self, each: str) -> bool:
        """Whether it's asked for now for the first time: one that moves meanwhile is seen in two folders."""
        if each in self.asked:
            return False
        self.asked.add(each)
        return True


def compare(graph: Graph, folders: Folders, held: Held, at: Position) -> Round:
    """Everything that the folders of a position tell against what's held; no body is fetched."""
    return _Comparison(graph, folders, held, at).made()


@dataclass(slots=True)
class _Comparison:
    graph: Graph
    folders: Folders
    held: Held
    at: Position
    round: Round = field(default_factory=Round)
    listings: dict[str, Listing] = field(default_factory=dict)
    changes: dict[str, Changes] = field(default_factory=dict)
    fresh: dict[str, list[str]] = field(default_factory=dict)
    aside: list[tuple[Folder, str, Entry]] = field(default_factory=list)
    elsewhere: dict[str, Entry] = field(default_factory=dict)

    def made(self) -> Round:
        self._ask()
        for folder in self.folders.followed:
            self.fresh[folder.id] = []
            for each, entry in self._told(folder):
                self._look(folder, each, entry)
        self._look_elsewhere()
        chosen = self._look_aside()
        for folder in self.folders.followed:
            self.round.wanted[folder.id] = self._slices(folder)
        self.round.elsewhere = alone(each for each in chosen if self.round.want(each))
        self._look_for(self._left())
        self.round.links = {each: listing.link for each, listing in self.listings.items() if listing.link}
        self.round.links |= {each: changes.link for each, changes in self.changes.items()}
        return self.round

    def _ask(self) -> None:
        for folder in self.folders.followed:
            try:
                self.changes[folder.id] = changes_since(self.graph, self.at.links[folder.id])
            except (KeyError, Expired):
                self._list(folder)
        ours = [folder for folder in self.folders.followed if folder.role.value == "sent"]
        if any(folder.kind is not Kind.READ and folder.id in self.listings for folder in self.folders.followed):
            for folder in ours:
                self._list(folder)
        places = {folder.place for folder in self.folders.followed if folder.id in self.listings}
        if len(self._unseen(places)) > _MANY:
            for folder in self.folders.followed:
                if folder.place in places:
                    self._list(folder)

    def _list(self, folder: Folder) -> None:
        if folder.id not in self.listings:
            self.changes.pop(folder.id, None)
            self.listings[folder.id] = listed(self.graph, folder.id, self.at.since)

    def _unseen(self, places: Collection[str]) -> set[str]:
        """What's held of these places and was seen in no folder."""
        unseen = {each for each, (place, _) in self.held.items() if place in places}
        for listing in self.listings.values():
            unseen -= listing.entries.keys()
        for changes in self.changes.values():
            unseen -= changes.items.keys()
        return unseen

    def _told(self, folder: Folder) -> Iterable[tuple[str, Entry]]:
        if folder.id in self.listings:
            return self.listings[folder.id].entries.items()
        told = ((each, self._whole(each, item)) for each, item in self.changes[folder.id].items.items())
        return sorted(told, key=lambda one: one[1].received, reverse=True)

    def _whole(self, each: str, item: Item) -> Entry:
        """A partial message with what's known of it; a draft of which more than its marks changed is another one."""
        if each not in self.held or {"isRead", "isDraft", "flag", "changeKey", "internetMessageId"} <= item.keys():
            return entry_of(item)
        place, etag = self.held[each]
        before, name = parted(etag)
        if place in UNSENT:
            said = {key for key in item if not key.startswith("@")}
            name = str(item.get("changeKey") or (name if said <= _MARKS else "edited"))
        received, conversation = str(item.get("receivedDateTime") or ""), str(item.get("conversationId") or "")
        etag = etag_of(flags_of(item, before), name)
        return Entry(received, conversation, etag, bool(item.get("isDraft", place in UNSENT)))

    def _look(self, folder: Folder, each: str, entry: Entry) -> None:
        if folder.kind is not Kind.READ:
            self._look_at_left_out(folder, each, entry)
            return
        place = DRAFTS if entry.draft and folder.place not in UNSENT else folder.place
        was, etag = self.held.get(each, ("", ""))
        if not was:
            if self._is_new(each, entry):
                self.fresh[folder.id].append(each)
        elif was in UNSENT and place != was:
            self.fresh[folder.id].append(each)
        elif etag != entry.etag and was in UNSENT and parted(etag)[1] != parted(entry.etag)[1]:
            self.round.rewritten.add(each)
            self.fresh[folder.id].append(each)
        elif etag != entry.etag:
            self.round.flagged.append((was, each, entry.etag, parted(entry.etag)[0]))

    def _is_new(self, each: str, entry: Entry) -> bool:
        if each in self.at.debts.unreadable:
            return False
        return not entry.received or entry.received >= moment(max(0, self.at.since - _DAY))

    def _look_at_left_out(self, folder: Folder, each: str, entry: Entry) -> None:
        """What's held stays, though it was thrown away, but for drafts; in Junk Email nothing does."""
        place, etag = self.held.get(each, ("", ""))
        if not place:
            if not entry.draft and self._is_new(each, entry):
                self.aside.append((folder, each, entry))
        elif folder.kind is Kind.JUNK or place in UNSENT:
            self.round.gone[each] = None
        elif etag != entry.etag:
            self.round.flagged.append((place, each, entry.etag, parted(entry.etag)[0]))

    def _look_elsewhere(self) -> None:
        """What somebody, or a rule, has filed before it was seen: one list tells it of all folders."""
        followed = {folder.id for folder in self.folders.followed}
        self.round.swept = self.at.swept
        since = datetime.fromisoformat(self.at.swept).timestamp() - _LATE if self.at.swept else 0
        newest = self.at.swept
        for item in self._everywhere(max(self.at.since, int(since))):
            each = str(item["id"])
            newest = max(newest, str(item.get("receivedDateTime") or ""))
            if item.get("parentFolderId") in followed or item.get("isDraft") or each in self.held:
                continue
            entry = entry_of(item)
            if self._place(item) is not None and self._is_new(each, entry):
                self.elsewhere[each] = entry
        if not self.round.trouble:
            self.round.swept = newest

    def _everywhere(self, since: int) -> Iterator[Item]:
        """A mailbox may be too large for Graph to list it in time: then the next round looks again."""
        try:
            yield from everywhere(self.graph, since)
        except (RefusalError, Unreachable) as error:
            self.round.trouble = error.fact

    def _look_aside(self) -> list[str]:
        """Of what's new and was thrown away, called junk or filed elsewhere: what belongs to conversations in which we
        wrote. What is to be fetched from elsewhere, with what lay where we look until somebody filed it."""
        ours: set[str] = set()
        whole = False
        for folder in self.folders.followed:
            if folder.place not in UNSENT and folder.role.value != "sent":
                continue
            whole = whole or (folder.id in self.listings and folder.role.value == "sent")
            ours |= {entry.conversation for _, entry in self._told(folder)}
        if not whole:
            aside = [*(entry for *_, entry in self.aside), *self.elsewhere.values()]
            ours |= self._written_in({entry.conversation for entry in aside} - ours)
        for folder, each, entry in self.aside:
            if entry.conversation and entry.conversation in ours:
                if folder.kind is Kind.JUNK:
                    self.round.spam += [each] if each not in self.at.told else []
                else:
                    self.fresh[folder.id].append(each)
        left = {each for changes in self.changes.values() for each in changes.removed}
        return [each for each, entry in self.elsewhere.items() if each in left or entry.conversation in ours - {""}]

    def _written_in(self, conversations: Iterable[str]) -> set[str]:
        """Those of the conversations in which we wrote; where Graph can't say, mail is better fetched than missed."""
        ours = {folder.id for folder in self.folders.followed if folder.place in UNSENT or folder.role.value == "sent"}
        select = {"$select": "id,parentFolderId,from", "$top": _MANY}

        def by_us(row: Mapping[str, Any]) -> bool:
            sender = ((row.get("from") or {}).get("emailAddress") or {}).get("address") or ""
            return row.get("parentFolderId") in ours or sender.lower() == self.graph.email

        calls = (
            Call(each, "/messages", {"$filter": f"conversationId eq {odata(each)}", **select})
            for each in sorted(filter(None, conversations))
        )
        return {
            each
            for each, answer in self.graph.batch(calls)
            if isinstance(answer, Refused) or any(map(by_us, answer.get("value", ())))
        }

    def _slices(self, folder: Folder) -> list[Slice]:
        wanted = [each for each in self.fresh[folder.id] if self.round.want(each)]
        if folder.id in self.listings:
            return slices(folder.id, self.listings[folder.id].entries, wanted)
        return alone(wanted)

    def _left(self) -> list[str]:
        """What's held, left its folder or wasn't in it, and hasn't been seen in another one."""
        left = self._unseen({folder.place for folder in self.folders.followed if folder.id in self.listings})
        for folder, changes in self.changes.items():
            others = (told.items for other, told in self.changes.items() if other != folder)
            seen = {each for items in others for each in items}
            for listing in self.listings.values():
                seen |= listing.entries.keys()
            left |= {each for each in changes.removed if each in self.held and each not in seen}
        return sorted(left - self.round.gone.keys() - self.round.asked)

    def _look_for(self, left: Collection[str]) -> None:
        """By id: it may lie in a folder that isn't read. What isn't there at all is gone, or has another id."""
        lost: list[str] = []
        calls = (Call(each, graph_path("/messages/{}", each), {"$select": BRIEF}) for each in left)
        for each, answer in self.graph.batch(calls):
            was = self.held[each][0]
            if isinstance(answer, Refused):
                if answer.status == 404:
                    lost.append(each)
                elif answer.passing and self.round.want(each):
                    self.round.loose += alone([each])
                continue
            place = self._place(answer)
            if place is None:
                self.round.gone[each] = None
            elif was in UNSENT and place != was and self.round.want(each):
                self.round.loose += alone([each])
        self.round.gone |= dict.fromkeys(sorted(lost))
        self._look_for_others({parted(self.held[each][1])[1] for each in lost if self.held[each][0] not in UNSENT})

    def _look_for_others(self, message_ids: Iterable[str]) -> None:
        """Messages that are held no more by their ids, under new ones; a copy that's held or asked for is enough."""
        told = (one for folder in self.folders.followed for one in self._told(folder))
        here = {entry.message_id for each, entry in told if self._stays(each)}
        calls = (
            Call(each, "/messages", {"$filter": f"internetMessageId eq {odata(each)}", "$select": BRIEF})
            for each in sorted(message_ids)
            if each and each not in here
        )
        for _, answer in self.graph.batch(calls):
            rows = answer.get("value", ()) if isinstance(answer, dict) else ()
            if any(self._stays(str(row["id"])) for row in rows):
                continue
            for row in rows:
                if not row.get("isDraft") and self._place(row) and self.round.want(str(row["id"])):
                    self.round.loose += alone([str(row["id"])])

    def _stays(self, each: str) -> bool:
        return each in self.round.asked or (each in self.held and each not in self.round.gone)

    def _place(self, item: Item) -> str | None:
        place = self.folders.place(str(item.get("parentFolderId") or ""), draft=bool(item.get("isDraft")))
        return place[0] if place else None
