"""Gmail's methods: profile, messages, threads, history, labels and settings.

Bodies, parts, attachments, labels and aliases are the emulator's. The proxy's own are: lists and their search,
threading, the history, labels of messages, and the headers in `payload`, of which the emulator knows ten.
"""

from collections.abc import Callable
from typing import Any

from tests.servers.discovery import Json
from tests.servers.google import queries
from tests.servers.google.asked import Asked, Refused
from tests.servers.google.mailroom import (
    MESSAGES,
    NOT_FOUND,
    Mail,
    MailRoom,
    Record,
    date_header,
    decoded,
    encoded,
    headers_of,
)
from tests.servers.google.payloads import attachment, payload_of
from tests.servers.proxy import Reply

Handler = Callable[[Asked], object]
KINDS = {
    "messageAdded": "messagesAdded",
    "messageDeleted": "messagesDeleted",
    "labelAdded": "labelsAdded",
    "labelRemoved": "labelsRemoved",
}


class Gmail:
    """What `gmail.users.*` answers for one user; the drafts are in `drafts.py`."""

    def __init__(self, room: MailRoom) -> None:
        self.room = room
        self.aliases: list[Json] = []
        self.handlers: dict[str, Handler] = {
            "gmail.users.getProfile": self._profile,
            "gmail.users.history.list": self._history,
            "gmail.users.labels.create": self._create_label,
            "gmail.users.labels.get": lambda asked: room.ask("GET", f"/gmail/v1/users/me/labels/{asked.path['id']}"),
            "gmail.users.labels.list": self._labels,
            "gmail.users.messages.attachments.get": self._attachment,
            "gmail.users.messages.batchModify": self._batch_modify,
            "gmail.users.messages.delete": self._delete,
            "gmail.users.messages.get": self._get,
            "gmail.users.messages.insert": self._insert,
            "gmail.users.messages.list": self._list,
            "gmail.users.messages.modify": self._modify,
            "gmail.users.messages.send": self._send,
            "gmail.users.messages.trash": lambda asked: self._moved(asked.path["id"], "TRASH", "INBOX"),
            "gmail.users.messages.untrash": lambda asked: self._moved(asked.path["id"], "INBOX", "TRASH"),
            "gmail.users.settings.sendAs.list": self._send_as,
            "gmail.users.threads.get": self._thread,
            "gmail.users.threads.list": self._threads,
        }

    def _profile(self, asked: Asked) -> Json:
        room = self.room
        counts = {"messagesTotal": len(room.mails), "threadsTotal": len(room.threads)}
        return {"emailAddress": room.email, "historyId": str(room.history_id), **counts}

    def search(self, asked: Asked) -> list[Mail]:
        """The messages that `q`, `labelIds` and `includeSpamTrash` name, newest first."""
        return queries.matches(
            self.room, asked.one("q"), asked.each("labelIds"), everywhere=asked.flag("includeSpamTrash")
        )

    def _list(self, asked: Asked) -> Json:
        found = self.search(asked)
        page, more = asked.page(found, 100, 500)
        items = {"messages": [{"id": mail.id, "threadId": mail.thread_id} for mail in page]} if page else {}
        return {**items, **more, "resultSizeEstimate": len(found)}

    def resource(self, mail: Mail, shape: str, names: list[str], found: Json | None = None) -> Json:
        """The message as the emulator has it, with what the mirror knows better."""
        found = found or self.room.ask("GET", f"{MESSAGES}/{mail.id}?format={shape}")
        found |= {
            "threadId": mail.thread_id,
            "historyId": str(mail.history_id),
            "internalDate": str(mail.internal_date),
            "labelIds": sorted(mail.labels),
            "sizeEstimate": len(mail.raw),
        }
        if not mail.labels:
            del found["labelIds"]
        if "payload" in found:
            wanted = {name.casefold() for name in names} if shape == "metadata" else set()
            headers = [(name, str(value)) for name, value in mail.headers.items()]
            kept = [each for each in headers if not wanted or each[0].casefold() in wanted]
            shown = [{"name": name, "value": value} for name, value in kept]
            found["payload"] = payload_of(mail.raw, shown) if shape == "full" else found["payload"] | {"headers": shown}
        return found

    def _get(self, asked: Asked) -> Json:
        mail = self.room.get(asked.path["id"])
        return self.resource(mail, asked.one("format", "full"), asked.each("metadataHeaders"))

    def _attachment(self, asked: Asked) -> Json:
        content = attachment(self.room.get(asked.path["messageId"]).raw, asked.path["id"])
        if content is None:
            raise Refused(404, "notFound", NOT_FOUND)
        return {"size": len(content), "data": encoded(content)}

    def _raw(self, message: Json) -> bytes:
        if not message.get("raw"):
            raise Refused(
                400,
                "invalidArgument",
                "'raw' RFC822 payload message string required",
            )
        return decoded(message["raw"])

    def _insert(self, asked: Asked) -> Json:
        raw = self._raw(asked.body)
        room = self.room
        dated = date_header(raw) if asked.one("internalDateSource") == "dateHeader" else None
        labels = frozenset(asked.body.get("labelIds", ()))
        thread = asked.body.get("threadId") or room.thread_of_arrival(raw)
        return self._brief(room.store(raw, labels, thread, dated or room.now()))

    def _brief(self, mail: Mail) -> Json:
        return {"id": mail.id, "threadId": mail.thread_id, "labelIds": sorted(mail.labels)}

    def _send(self, asked: Asked) -> Json:
        raw = self._raw(asked.body)
        if not any(self.recipients(raw)):
            raise Refused(400, "invalidArgument", "Recipient address required")
        return self._brief(self.send(raw, asked.body.get("threadId", "")))

    def recipients(self, raw: bytes) -> list[str]:
        headers = headers_of(raw)
        return [str(headers[name]).strip() for name in ("To", "Cc", "Bcc") if headers[name]]

    def send(self, raw: bytes, wanted: str) -> Mail:
        """It goes out, and a copy of it lies in Sent."""
        self.room.sent.append(raw)
        thread = self.room.thread_of_own(raw, wanted)
        return self.room.store(raw, frozenset({"SENT"}), thread, self.room.now())

    def _modify(self, asked: Asked) -> Json:
        add, remove = (frozenset(asked.body.get(name, ())) for name in ("addLabelIds", "removeLabelIds"))
        return self._brief(self.room.relabel(asked.path["id"], add, remove))

    def _moved(self, mail_id: str, add: str, remove: str) -> Json:
        return self._brief(self.room.relabel(mail_id, frozenset({add}), frozenset({remove})))

    def _batch_modify(self, asked: Asked) -> None:
        ids = asked.body.get("ids", [])
        if len(ids) > 1_000:
            raise Refused(400, "invalidArgument", "Too many message ids specified in request.")
        add, remove = (frozenset(asked.body.get(name, ())) for name in ("addLabelIds", "removeLabelIds"))
        for mail_id in ids:
            if mail_id in self.room.mails:
                self.room.relabel(mail_id, add, remove)

    def _delete(self, asked: Asked) -> None:
        self.room.remove(asked.path["id"])

    def _thread(self, asked: Asked) -> Json:
        mails = self.room.of_thread(asked.path["id"])
        if not mails:
            raise Refused(404, "notFound", NOT_FOUND)
        shape, names = asked.one("format", "full"), asked.each("metadataHeaders")
        path = f"/gmail/v1/users/me/threads/{asked.path['id']}?includeSpamTrash=true&format={shape}"
        found = {each["id"]: each for each in self.room.ask("GET", path)["messages"]}
        return {
            "id": asked.path["id"],
            "historyId": str(max(mail.history_id for mail in mails)),
            "messages": [self.resource(mail, shape, names, found[mail.id]) for mail in mails],
        }

    def _threads(self, asked: Asked) -> Json:
        newest: dict[str, Mail] = {}
        for mail in self.search(asked):
            newest.setdefault(mail.thread_id, mail)
        page, more = asked.page(list(newest.values()), 100, 500)
        items = [{"id": mail.thread_id, "snippet": "", "historyId": str(mail.history_id)} for mail in page]
        return {**({"threads": items} if items else {}), **more, "resultSizeEstimate": len(newest)}

    def _labels(self, asked: Asked) -> Json:
        brief = ("id", "name", "type", "messageListVisibility", "labelListVisibility", "color")
        found = self.room.ask("GET", "/gmail/v1/users/me/labels")["labels"]
        return {"labels": [{name: each[name] for name in brief if name in each} for each in found]}

    def _create_label(self, asked: Asked) -> Json:
        if not asked.body.get("name"):
            raise Refused(400, "invalidArgument", "Label name is required")
        if asked.body["name"].casefold() in (name.casefold() for name in self.room.label_names().values()):
            raise Refused(409, "aborted", "Label name exists or conflicts")
        return self.room.ask("POST", "/gmail/v1/users/me/labels", asked.body)

    def _send_as(self, asked: Asked) -> Json:
        found = self.room.ask("GET", "/gmail/v1/users/me/settings/sendAs")["sendAs"]
        own = [{**each, "replyToAddress": "", "treatAsAlias": False} for each in found]
        if any(alias.get("isDefault") for alias in self.aliases):
            own = [{**each, "isDefault": False} for each in own]
        return {"sendAs": [*own, *self.aliases]}

    def _history(self, asked: Asked) -> Json:
        if not asked.one("startHistoryId"):
            raise Refused(400, "invalidArgument", "Missing required parameter: startHistoryId")
        start = int(asked.one("startHistoryId"))
        if start < self.room.floor:
            raise Refused(404, "notFound", NOT_FOUND)
        kinds = {KINDS[each] for each in asked.each("historyTypes")} or set(KINDS.values())
        label = asked.one("labelId")
        found = [
            record
            for record in self.room.records
            if record.id > start and record.kind in kinds and (not label or label in record.mail.labels | record.labels)
        ]
        page, more = asked.page(found, 100, 500)
        lines = {"history": [_line(record) for record in page]} if page else {}
        return {**lines, **more, "historyId": str(self.room.history_id)}


def _line(record: Record) -> Json:
    brief = {"id": record.mail.id, "threadId": record.mail.thread_id}
    change: dict[str, Any] = {"message": {**brief, "labelIds": sorted(record.mail.labels)}}
    if record.labels:
        change["labelIds"] = sorted(record.labels)
    return {"id": str(record.id), "messages": [brief], record.kind: [change]}


def reply_of(found: object) -> Reply:
    """Nothing is 204, as Google answers a deletion."""
    return Reply(204) if found is None else Reply(200, found)
