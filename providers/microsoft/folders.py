"""Which folders of a mailbox are read, and where a message is here by the folder in which it lies there.

Here a message has one of four places: Drafts, Outbox (written, not sent yet), Sent, and Mail for all that was received.
Filing or archiving moves nothing here and costs no call: what's held stays until it's deleted for good, for a
customer's no that was read and thrown away is still a no. New mail is looked for in the inbox, the sent mail, the
archive and the folders chosen, with those in them. Of what lies in Deleted Items, and of what somebody or a rule has
filed elsewhere before it was seen, what belongs to conversations in which we wrote is fetched; Junk Email may be
forged, so that nothing in it is anybody's word: where it lies in such a conversation, the rep is told that it does.
What's moved there is gone, and so are drafts that are thrown away.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from assistant.domain.mail import FolderRole
from providers.microsoft.graph import Call, Graph, RefusalError, Refused, graph_path

MAIL: Final = "Mail"
SENT: Final = "Sent"
DRAFTS: Final = "Drafts"
OUTBOX: Final = "Outbox"

PLACES: Final = (MAIL, SENT, DRAFTS, OUTBOX)
UNSENT: Final = frozenset({DRAFTS, OUTBOX})

_PAGE: Final = 100
_SELECT: Final = "id,displayName,childFolderCount"
_DEEPEST: Final = 30


class Kind(StrEnum):
    """What is done with a folder's messages."""

    READ = "read"
    TRASH = "trash"
    JUNK = "junk"


@dataclass(frozen=True, slots=True)
class Folder:
    """One of the folders that are followed. `place` is where its messages are here."""

    id: str
    place: str
    role: FolderRole
    kind: Kind = Kind.READ


_KNOWN: Final = {
    "sentitems": (SENT, FolderRole.SENT, Kind.READ),
    "drafts": (DRAFTS, FolderRole.DRAFTS, Kind.READ),
    "outbox": (OUTBOX, FolderRole.DRAFTS, Kind.READ),
    "inbox": (MAIL, FolderRole.INBOX, Kind.READ),
    "archive": (MAIL, FolderRole.ARCHIVE, Kind.READ),
    "deleteditems": (MAIL, FolderRole.TRASH, Kind.TRASH),
    "junkemail": (MAIL, FolderRole.JUNK, Kind.JUNK),
}
"""By the names that are the same in every language (Microsoft Graph, mailFolder), in the order of reading."""
_LOST: Final = "recoverableitemsdeletions"
"""Where what was deleted for good lies for some weeks."""


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders of one mailbox. `private` are ids of those whose mail is never read; `missing` are names."""

    followed: tuple[Folder, ...]
    ids: Mapping[str, str]
    private: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()
    _by_id: Mapping[str, Folder] = field(default_factory=dict)

    def place(self, parent: str, *, draft: bool) -> tuple[str, FolderRole] | None:
        """Where a message in the folder of this id is; None for what is left out."""
        if parent in self.private or parent == self.ids.get(_LOST):
            return None
        folder = self._by_id.get(parent)
        if draft and (folder is None or folder.place not in UNSENT):
            return (DRAFTS, FolderRole.DRAFTS) if folder is None or folder.kind is Kind.READ else None
        if folder is None:
            return MAIL, FolderRole.OTHER
        return None if folder.kind is Kind.JUNK else (folder.place, folder.role)


def folders_of(graph: Graph, ids: Mapping[str, str], chosen: Collection[str], private: Collection[str]) -> Folders:
    """The folders as they are now. `ids` are those that are known from before; names cost a walk of the whole tree."""
    known = {**ids, **_ids(graph, [name for name in (*_KNOWN, _LOST) if not ids.get(name) and name in _asked(ids)])}
    tree = list(_walk(graph)) if chosen or private else []
    hidden = _under(tree, private, known)
    read = {known[name]: Folder(known[name], *_KNOWN[name]) for name in _KNOWN if known.get(name)}
    aside = [folder for folder in read.values() if folder.kind is not Kind.READ]
    for each in _under(tree, chosen, known):
        read.setdefault(each, Folder(each, MAIL, FolderRole.OTHER))
    followed = [folder for folder in read.values() if folder.kind is Kind.READ and folder.id not in hidden]
    missing = frozenset(name for name in chosen if not _under(tree, [name], known))
    every = (*followed, *(folder for folder in aside if folder.id not in hidden))
    return Folders(every, known, frozenset(hidden), missing, {folder.id: folder for folder in every})


def _asked(ids: Mapping[str, str]) -> Collection[str]:
    """What may be there by now; where Exchange keeps what was deleted it's there from the beginning, or never."""
    return [name for name in (*_KNOWN, _LOST) if name not in ids or name != _LOST]


def _ids(graph: Graph, names: Collection[str]) -> dict[str, str]:
    """By the names known everywhere; "" for one that the mailbox doesn't have."""
    found: dict[str, str] = {}
    for name, answer in graph.batch(Call(name, f"/mailFolders/{name}", {"$select": "id"}) for name in names):
        if isinstance(answer, Refused) and answer.status not in (400, 404):
            raise RefusalError(graph.account, f"GET /mailFolders/{name}", answer)
        found[name] = "" if isinstance(answer, Refused) else str(answer["id"])
    return found


@dataclass(frozen=True, slots=True)
class _Node:
    """A folder of the tree: the names from the top to it, and the ids."""

    names: tuple[str, ...]
    ids: tuple[str, ...]


def _walk(graph: Graph) -> Iterator[_Node]:
    """All folders, level by level."""
    asked = {"$top": _PAGE, "$select": _SELECT}
    level = [(_node(each, None), each) for page in graph.pages("/mailFolders", asked) for each in page["value"]]
    for _ in range(_DEEPEST):
        yield from (node for node, _ in level)
        parents = [node for node, each in level if each.get("childFolderCount")]
        level = [(_node(child, parent), child) for parent in parents for child in _children(graph, parent)]
        if not level:
            return


def _children(graph: Graph, parent: _Node) -> Iterator[dict[str, Any]]:
    path = graph_path("/mailFolders/{}/childFolders", parent.ids[-1])
    for page in graph.pages(path, {"$top": _PAGE, "$select": _SELECT}):
        yield from page["value"]


def _node(each: Mapping[str, Any], parent: _Node | None) -> _Node:
    name, own = str(each.get("displayName") or "").casefold(), str(each["id"])
    return _Node((*parent.names, name), (*parent.ids, own)) if parent else _Node((name,), (own,))


def _under(tree: Iterable[_Node], names: Collection[str], known: Mapping[str, str]) -> list[str]:
    """The ids of folders with these names, or names from the top ("Customers/Harbour"), and of all below them.

    A name that's known everywhere is that folder's, whatever it's called in the mailbox's language.
    """
    wanted = {name.casefold().strip("/") for name in names}
    tops = {known[name] for name in _KNOWN if name in wanted and known.get(name)}

    def is_under(node: _Node) -> bool:
        if tops & set(node.ids):
            return True
        paths = ("/".join(node.names[: n + 1]) for n in range(len(node.names)))
        return not wanted.isdisjoint(node.names) or any(path in wanted for path in paths)

    return [node.ids[-1] for node in tree if is_under(node)] if wanted else []
