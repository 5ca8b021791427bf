"""What a test does with the mail: deliver, move, edit, send by hand, and look."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from tests.servers.microsoft.mailroom import Item, MailRoom
from tests.servers.microsoft.messages import Messages
from tests.servers.microsoft.mime import person, stamp
from tests.servers.microsoft.switchboard import Switchboard
from tests.servers.microsoft.texts import document


class MailHands:
    """A part of `MicrosoftPeer`. Folders go by id or by a name that's known everywhere ("inbox")."""

    _room: MailRoom
    _messages: Messages
    _board: Switchboard

    # messages

    def deliver(
        self,
        raw: bytes,
        folder: str = "inbox",
        *,
        read: bool = False,
        received: datetime | None = None,
        conversation: str = "",
        **fields: Any,
    ) -> str:
        """A message of RFC 5322 comes in (or lies in Sent Items …); its time is its Date's. Returns its id."""
        with self._board.lock:
            place = self._room.folders.get(folder)
            given: dict[str, Any] = {
                "isRead": read,
                "isDraft": place.id == self._room.folders.known["drafts"],
                **fields,
            }
            if received:
                given["receivedDateTime"] = stamp(received)
            if conversation:
                given["conversationId"] = conversation
            return self._room.deliver(raw, place.id, **given).id

    def deliver_many(self, mails: Iterable[tuple[bytes, str]]) -> list[str]:
        """Several of them, in order, each with its folder."""
        return [self.deliver(raw, folder) for raw, folder in mails]

    def put_message(self, folder: str = "inbox", **fields: Any) -> str:
        """A message by Graph's own properties, and its `internetMessageHeaders`, `attachments` and `kind`."""
        with self._board.lock:
            headers = [(each["name"], each["value"]) for each in fields.pop("internetMessageHeaders", [])]
            attachments, kind = fields.pop("attachments", []), fields.pop("kind", "")
            place = self._room.folders.get(folder).id
            return self._room.store(place, fields, headers, None, attachments, kind).id

    def messages(self, folder: str | None = None) -> list[Item]:
        """All of them, drafts too, as they came."""
        with self._board.lock:
            self._room.settle()
            place = self._room.folders.get(folder).id if folder else None
            return [item for item in self._room.items.values() if place in (None, item.folder)]

    def find(self, message_id: str) -> list[Item]:
        """Those with this Message-ID (without its brackets)."""
        with self._board.lock:
            return self._room.find(message_id)

    def item(self, name: str) -> Item | None:
        with self._board.lock:
            return self._room.items.get(name) or self._room.items.get(self._room.others.get(name, ""))

    def _get(self, name: str) -> Item:
        found = self.item(name)
        if found is None:
            raise LookupError(f"no message {name}")
        return found

    def move(self, name: str, folder: str) -> str:
        """The rep moves it; returns its id then."""
        with self._board.lock:
            return self._room.move(self._get(name), self._room.folders.get(folder).id).id

    def remove(self, name: str) -> None:
        """For good, out of everything."""
        with self._board.lock:
            self._room.remove(self._get(name))

    def change(self, name: str, **fields: Any) -> None:
        """The rep reads it, gives it a category …"""
        with self._board.lock:
            self._room.change(self._get(name), fields)

    # folders

    def folder(self, name: str) -> str:
        """The id of a folder by its well-known or displayed name."""
        for each in self._room.folders.all.values():
            if each.name == name:
                return each.id
        return self._room.folders.get(name).id

    def add_folder(self, name: str, parent: str | None = None, *, hidden: bool = False) -> str:
        with self._board.lock:
            above = self._room.folders.get(parent).id if parent else None
            return self._room.folders.add(name, above, hidden=hidden)

    def rename_folder(self, name: str, shown: str) -> None:
        self._room.folders.rename(name, shown)

    def remove_folder(self, name: str) -> None:
        """With all that's in it."""
        with self._board.lock:
            for item in self._room.within(self._room.folders.get(name).id):
                self._room.remove(item)
            self._room.folders.remove(name)

    def localise(self, names: Mapping[str, str]) -> None:
        """Folders are shown in another language: {"inbox": "Posteingang"}."""
        for name, shown in names.items():
            self._room.folders.rename(name, shown)

    # drafts

    def drafts(self) -> list[Item]:
        """What lies in Drafts, as it came."""
        return self.messages("drafts")

    def write_draft(
        self, to: Iterable[str] = (), subject: str = "", body: str = "", reply_to: str | None = None
    ) -> Item:
        """The rep begins a draft of their own; `reply_to`: in the conversation of that message."""
        with self._board.lock:
            more: dict[str, Any] = {}
            if reply_to:
                more["conversationId"] = self._get(reply_to).conversation
            fields = {"subject": subject, "body": {"contentType": "html", "content": body}}
            people = {"toRecipients": [person(each) for each in to]}
            return self._messages.draft({**fields, **people}, self._room.folders.known["drafts"], **more)

    def edit_draft(
        self, name: str, body: str | None = None, subject: str | None = None, to: Iterable[str] | None = None
    ) -> None:
        """The rep edits it in Outlook."""
        changed: dict[str, Any] = {}
        if body is not None:
            changed["body"] = {"contentType": "html", "content": document(body)}
        if subject is not None:
            changed["subject"] = subject
        if to is not None:
            changed["toRecipients"] = [person(each) for each in to]
        self.change(name, **changed)

    def send_draft(self, name: str) -> str:
        """The rep sends it; returns the id of the Sent copy."""
        with self._board.lock:
            item = self._get(name)
            self._room.send(item)
            self._room.settle(at_once=True)
            self._room.sent.remove(item.id)
            return item.id

    # sending

    def sent(self) -> list[Item]:
        """What the API sent, in order; also what's still under way."""
        with self._board.lock:
            self._room.settle()
            return [self._room.items[name] for name in self._room.sent if name in self._room.items]

    def settle(self) -> None:
        """What's under way has been sent."""
        with self._board.lock:
            self._room.settle(at_once=True)

    @property
    def send_delay(self) -> float:
        """Seconds until a Sent copy appears."""
        return self._room.send_delay

    @send_delay.setter
    def send_delay(self, seconds: float) -> None:
        self._room.send_delay = seconds

    @property
    def send_gap(self) -> str:
        return self._room.send_gap

    @send_gap.setter
    def send_gap(self, how: str) -> None:
        """ "missing": what's under way is nowhere to be seen."""
        self._room.send_gap = how

    @property
    def unstable_ids(self) -> bool:
        return self._room.unstable_ids

    @unstable_ids.setter
    def unstable_ids(self, on: bool) -> None:
        """Ids change on moving and on sending, ImmutableId or not."""
        self._room.unstable_ids = on
