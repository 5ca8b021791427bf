"""Gmail's history since a point in it, collapsed to what became of each message (Gmail API, users.history.list)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from assistant.domain.ports import CursorExpired
from providers.google.api import Google, RefusalError

_KINDS: Final = ("messageAdded", "messageDeleted", "labelAdded", "labelRemoved")
_MESSAGE: Final = "message(id,threadId,labelIds)"
_FIELDS: Final = (
    f"history(messagesAdded/{_MESSAGE},messagesDeleted/message/id,labelsAdded/{_MESSAGE},"
    f"labelsRemoved(labelIds,{_MESSAGE})),nextPageToken,historyId"
)
_PAGE: Final = 500


@dataclass(slots=True)
class Touched:
    """A message that changed: its labels as they are now.

    `fresh`: it was added, or came out of where nothing new is read.
    """

    thread: str
    labels: frozenset[str]
    fresh: bool


@dataclass(slots=True)
class Changes:
    """What happened up to `history`: each message once, in the order in which they were first touched."""

    history: str
    touched: dict[str, Touched] = field(default_factory=dict)
    deleted: dict[str, None] = field(default_factory=dict)

    @property
    def some(self) -> bool:
        return bool(self.touched or self.deleted)


def changes_since(google: Google, start: str, left_out: frozenset[str]) -> Changes:
    """All changes after `start`, one call a page of 500; none costs one call.

    What loses a label that's `left_out` is new. Raises `CursorExpired` where Google doesn't reach back that far: after
    a week at the least as a rule, sometimes after hours.
    """
    changes = Changes(start)
    for page in _pages(google, start):
        for record in page.get("history", ()):
            _note(record, changes, left_out)
        if int(page.get("historyId", 0)) > int(changes.history):
            changes.history = str(page["historyId"])
    return changes


def _pages(google: Google, start: str) -> Iterator[dict[str, Any]]:
    listing = google.gmail.users().history()
    token: str | None = None
    while True:
        asked = {"userId": "me", "startHistoryId": start, "historyTypes": list(_KINDS), "maxResults": _PAGE}
        request = listing.list(**asked, fields=_FIELDS, **({"pageToken": token} if token else {}))
        try:
            page = google.run(request)
        except RefusalError as error:
            if error.status == 404:
                raise CursorExpired from None
            raise
        yield page
        token = page.get("nextPageToken")
        if not token:
            return


def _note(record: dict[str, Any], changes: Changes, left_out: frozenset[str]) -> None:
    """One record, which tells of one message as a rule, several times over."""
    for kind in ("messagesAdded", "labelsAdded", "labelsRemoved"):
        for change in record.get(kind, ()):
            message = change["message"]
            back = kind == "labelsRemoved" and not left_out.isdisjoint(change.get("labelIds", ()))
            before = changes.touched.get(message["id"])
            changes.touched[message["id"]] = Touched(
                message.get("threadId", message["id"]),
                frozenset(message.get("labelIds", ())),
                kind == "messagesAdded" or back or (before is not None and before.fresh),
            )
    for change in record.get("messagesDeleted", ()):
        changes.deleted[change["message"]["id"]] = None
        changes.touched.pop(change["message"]["id"], None)
