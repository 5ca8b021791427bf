"""The mail folders of one mailbox: names that are known everywhere, and those of the user."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.servers.microsoft.asked import Json, Refused

KNOWN = {
    "inbox": "Inbox",
    "drafts": "Drafts",
    "sentitems": "Sent Items",
    "deleteditems": "Deleted Items",
    "junkemail": "Junk Email",
    "archive": "Archive",
    "outbox": "Outbox",
    "conversationhistory": "Conversation History",
    "recoverableitemsdeletions": "Deletions",
}
HIDDEN = ("conversationhistory", "recoverableitemsdeletions")


@dataclass(slots=True)
class Folder:
    id: str
    name: str
    parent: str
    hidden: bool = False


class Folders:
    """Folder ids are the same with and without the ImmutableId preference."""

    def __init__(self, new_id: Callable[[str], str]) -> None:
        self._new_id = new_id
        self.root = new_id("AQMkROOT")
        self.all: dict[str, Folder] = {}
        self.known: dict[str, str] = {}
        for name, shown in KNOWN.items():
            self.known[name] = self.add(shown, hidden=name in HIDDEN)

    def add(self, name: str, parent: str | None = None, *, hidden: bool = False) -> str:
        folder = Folder(self._new_id("AQMkADAw"), name, parent or self.root, hidden)
        self.all[folder.id] = folder
        return folder.id

    def get(self, name: str) -> Folder:
        """By its id, or a name that's known everywhere."""
        found = self.all.get(self.known.get(name.casefold(), name))
        if found is None:
            raise Refused(404) if len(name) > 20 else Refused(400, "ErrorInvalidIdMalformed")
        return found

    def below(self, parent: str) -> list[Folder]:
        return [each for each in self.all.values() if each.parent == parent]

    def rename(self, name: str, shown: str) -> None:
        self.get(name).name = shown

    def remove(self, name: str) -> None:
        self.all.pop(self.get(name).id)

    def shown(self, folder: Folder, total: int, unread: int) -> Json:
        return {
            "id": folder.id,
            "displayName": folder.name,
            "parentFolderId": folder.parent,
            "childFolderCount": len(self.below(folder.id)),
            "unreadItemCount": unread,
            "totalItemCount": total,
            "sizeInBytes": total * 4_096,
            "isHidden": folder.hidden,
        }
