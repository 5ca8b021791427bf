"""What there is in a mailbox: ids in threads, by lists alone, and how that differs from what the caller holds."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from providers.google import labels
from providers.google.api import Google, Refused
from providers.google.labels import ALL_MAIL, DRAFTS, OURS, SCHEDULED, SENT, flags_of

_PAGE: Final = 500
_FIELDS: Final = "messages(id,threadId),nextPageToken"
_LARGE: Final = "larger:256K"
"""What comes as parts, without attachments, for the same units: some hundred bytes more for the smallest of them."""

Held = Mapping[str, tuple[str, str]]
"""What the caller has: by the message's id, its folder and etag."""

Wanted = dict[str, list[str]]
"""What is to be fetched: ids by thread, in the order in which they're wanted."""


@dataclass(slots=True)
class Difference:
    """What a listing says against what's held. `large` are those whose attachments aren't worth the way.

    `spam` are ids of messages in Spam that lie in conversations in which we wrote.
    """

    wanted: Wanted = field(default_factory=dict)
    large: frozenset[str] = frozenset()
    gone: list[tuple[str, str]] = field(default_factory=list)
    flagged: list[tuple[str, str, str, frozenset[str]]] = field(default_factory=list)
    spam: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Lister:
    """Lists messages since a moment (seconds since 1970) for 5 units a page of 500. `hidden` are names of labels."""

    google: Google
    since: int
    hidden: Collection[str] = ()

    def difference(self, held: Held, unreadable: Collection[str]) -> Difference:
        """Everything since then against what's held; nothing is fetched.

        Conversations in which we wrote come first, the newest before older ones, so that there is something to work
        with long before the rest is there.
        """
        everything = dict(self._ids())
        sent = dict(self._ids("SENT", includeSpamTrash=True))
        drafts = dict(self._ids("DRAFT"))
        ours = dict.fromkeys((*sent.values(), *drafts.values()))
        trash = self._trash(held, ours)
        everything |= trash
        found = Difference(gone=[(held[each][0], each) for each in held if each not in everything])
        found.spam = [each for each, thread in self._ids("SPAM", includeSpamTrash=True) if thread in ours]
        present = everything.keys() - trash.keys()
        moved = self._compare(held, present, sent, drafts, found) if held else frozenset()
        skipped = frozenset(unreadable)
        threads: Wanted = {}
        for each, thread in everything.items():
            if (each not in held or each in moved) and each not in skipped:
                threads.setdefault(thread, []).append(each)
        order = [*(each for each in threads if each in ours), *(each for each in threads if each not in ours)]
        found.wanted = {thread: threads[thread] for thread in order}
        if threads:
            found.large = frozenset(each for each, _ in self._ids(also=_LARGE))
        return found

    def written_in(self, threads: Iterable[str]) -> frozenset[str]:
        """Those of the conversations in which we wrote; one call each, in batches."""
        get = self.google.gmail.users().threads().get
        how = {"userId": "me", "format": "minimal", "fields": "messages(labelIds)"}
        asked = ((each, get(id=each, **how), 0) for each in threads)
        return frozenset(each for each, answer in self.google.batch(asked) if _ours(answer))

    def _trash(self, held: Held, ours: Collection[str]) -> dict[str, str]:
        """What was thrown away of what's held, and of conversations in which we wrote; no drafts."""
        unsent = (DRAFTS, SCHEDULED)
        return {
            each: thread
            for each, thread in self._ids("TRASH", includeSpamTrash=True)
            if (each in held and held[each][0] not in unsent) or (each not in held and thread in ours)
        }

    def _compare(
        self, held: Held, present: Collection[str], sent: Collection[str], drafts: Collection[str], found: Difference
    ) -> frozenset[str]:
        """Flags that differ go into `found`; the ids of what lies elsewhere than it's held."""
        unread = {each for each, _ in self._ids("UNREAD")}
        starred = {each for each, _ in self._ids("STARRED")}
        moved = set()
        for each in held:
            if each not in present:
                continue
            folder, etag = held[each]
            there = DRAFTS if each in drafts else SENT if each in sent else ALL_MAIL
            if folder != there and not (folder == SCHEDULED and there != SENT):
                moved.add(each)
                continue
            flags = flags_of(unread=each in unread, starred=each in starred)
            if labels.etag_of(flags) != etag:
                found.flagged.append((folder, each, labels.etag_of(flags), flags))
        return frozenset(moved)

    def _ids(self, label: str | None = None, also: str = "", **more: Any) -> Iterator[tuple[str, str]]:
        """Ids with their threads, newest first; a page may say one twice."""
        messages = self.google.gmail.users().messages()
        asked = {"userId": "me", "maxResults": _PAGE, "q": self._query(also), "fields": _FIELDS, **more}
        if label:
            asked["labelIds"] = [label]
        while True:
            page = self.google.run(messages.list(**asked))
            for each in page.get("messages", ()):
                yield each["id"], each["threadId"]
            if not page.get("nextPageToken"):
                return
            asked["pageToken"] = page["nextPageToken"]

    def _query(self, also: str) -> str:
        """Spam and Trash aren't found unless they're asked for (Gmail API, users.messages.list: includeSpamTrash)."""
        hidden = (f"-label:{_named(name)}" for name in self.hidden)
        after = f"after:{self.since}" if self.since else ""
        return " ".join(filter(None, (after, "-in:chats", *hidden, also)))


def _ours(conversation: dict[str, Any] | Refused) -> bool:
    """Where Google can't say, its messages are better fetched than missed."""
    if isinstance(conversation, Refused):
        return conversation.status != 404
    return any(not OURS.isdisjoint(each.get("labelIds", ())) for each in conversation.get("messages", ()))


def _named(label: str) -> str:
    """A label's name as the search takes it: "Deals/Harbour Ltd" is deals-harbour-ltd."""
    return "".join("-" if sign in " /&()" else sign for sign in label.casefold())
