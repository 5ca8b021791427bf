"""What Gmail's labels mean here: where a message is, its flags, and what is left out.

A message of Gmail lies in one mailbox and wears labels; here it has one place, by the first of these that it wears:
DRAFT, SCHEDULED, SENT; all that was received is in "All Mail". Archiving, labelling or throwing it away moves nothing
and costs no call: its role is that of INBOX, an archive or Trash as it was when it was fetched. A customer's no that
was read and thrown away is still a no: what's held stays until it's deleted for good, and out of Trash only what
belongs to conversations in which we wrote is fetched, since this port doesn't know contacts. Chats and Spam are left
out: what's moved there is gone, what comes back out is new. So is a draft that's thrown away. Spam may be forged, so
that nothing in it is anybody's word: where it lies in a conversation in which we wrote, the rep is told that it does.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from assistant.domain.mail import FolderRole

ALL_MAIL: Final = "All Mail"
SENT: Final = "Sent"
DRAFTS: Final = "Drafts"
SCHEDULED: Final = "Scheduled"
"""Written and not sent yet: no move of anybody's, as a draft isn't."""

FOLDERS: Final = (ALL_MAIL, SENT, DRAFTS, SCHEDULED)

OURS: Final = frozenset({"SENT", "DRAFT"})
"""Where one of a conversation's messages wears one of these, we wrote in it."""

_OUT: Final = frozenset({"CHAT", "SPAM"})
_UNSENT: Final = frozenset({"DRAFT", "SCHEDULED"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message is. What it says never changes under its id, so that its etag is made of the flags alone."""

    folder: str
    role: FolderRole
    flags: frozenset[str]

    @property
    def etag(self) -> str:
        return etag_of(self.flags)


@dataclass(frozen=True, slots=True)
class Labels:
    """The rules of one mailbox: `private` are labels whose messages are never read, names by id."""

    private: Mapping[str, str] = field(default_factory=dict)

    @property
    def unwanted(self) -> frozenset[str]:
        """Ids of labels whose messages have no place."""
        return _OUT | self.private.keys()

    @property
    def left_out(self) -> frozenset[str]:
        """Ids of labels under which nothing new is read: what loses one of them is new."""
        return self.unwanted | {"TRASH"}

    def aside(self, labels: Iterable[str]) -> str:
        """TRASH or SPAM for mail that lies there, else ""; drafts, chats and what's private never do."""
        worn = frozenset(labels)
        if worn & (_UNSENT | self.unwanted - {"SPAM"}):
            return ""
        return next((label for label in ("SPAM", "TRASH") if label in worn), "")

    def place(self, labels: Iterable[str]) -> Place | None:
        """The place of a message with these labels; None for what is left out."""
        worn = frozenset(labels)
        if worn & self.unwanted:
            return None
        trashed = "TRASH" in worn
        flags = flags_of(unread="UNREAD" in worn, starred="STARRED" in worn)
        if not worn.isdisjoint(_UNSENT):
            folder = DRAFTS if "DRAFT" in worn else SCHEDULED
            return None if trashed else Place(folder, FolderRole.DRAFTS, flags)
        if "SENT" in worn:
            return Place(SENT, FolderRole.TRASH if trashed else FolderRole.SENT, flags)
        role = FolderRole.TRASH if trashed else FolderRole.INBOX if "INBOX" in worn else FolderRole.ARCHIVE
        return Place(ALL_MAIL, role, flags)


def flags_of(*, unread: bool, starred: bool) -> frozenset[str]:
    """UNREAD and STARRED in the words of IMAP (RFC 9051 section 2.3.2), as every provider says them."""
    return frozenset(({"flagged"} if starred else set()) | (set() if unread else {"seen"}))


def etag_of(flags: Iterable[str]) -> str:
    return "+".join(sorted(flags)) or "new"


def labels_named(listed: Iterable[dict[str, Any]], names: Collection[str]) -> dict[str, str]:
    """The labels with these names, and those nested under them ("Personal/Bank" under "Personal"): names by id."""
    wanted = tuple(name.casefold() for name in names)
    return {
        label["id"]: label["name"]
        for label in listed
        if any((name := label["name"].casefold()) == each or name.startswith(f"{each}/") for each in wanted)
    }
