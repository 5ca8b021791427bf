"""Gmail's drafts: kept by the emulator, under ids of the proxy's own.

At Google the message in a draft is another one after each edit, and again once it's sent; the emulator keeps its id. So
an edit here is a new draft there.
"""

import secrets

from tests.servers.discovery import Json
from tests.servers.google import queries
from tests.servers.google.asked import Asked, Refused
from tests.servers.google.gmail import Gmail, Handler
from tests.servers.google.mailroom import NOT_FOUND, Draft, Mail, decoded, encoded

DRAFTS = "/gmail/v1/users/me/drafts"


class Drafts:
    """What `gmail.users.drafts.*` answers for one user."""

    def __init__(self, gmail: Gmail) -> None:
        self._gmail = gmail
        self._room = gmail.room
        self.handlers: dict[str, Handler] = {
            "gmail.users.drafts.create": self._create,
            "gmail.users.drafts.delete": lambda asked: self.delete(asked.path["id"]),
            "gmail.users.drafts.get": self._get,
            "gmail.users.drafts.list": self._list,
            "gmail.users.drafts.send": self._send,
            "gmail.users.drafts.update": self._update,
        }

    def get(self, draft_id: str) -> Draft:
        if draft_id not in self._room.drafts:
            raise Refused(404, "notFound", NOT_FOUND)
        return Draft(draft_id, self._room.mails[self._room.drafts[draft_id][1]])

    def all(self) -> list[Draft]:
        """Newest first."""
        found = [self.get(each) for each in self._room.drafts]
        return sorted(found, key=lambda draft: (draft.mail.internal_date, draft.mail.history_id), reverse=True)

    def place(self, raw: bytes, thread: str, draft_id: str = "") -> Draft:
        """A new draft in the thread, or with `draft_id` a draft's new content."""
        room = self._room
        made = room.ask("POST", DRAFTS, {"message": {"raw": encoded(raw), "threadId": thread}})
        mail = room.added(made["message"]["id"], raw, frozenset({"DRAFT"}), thread, room.now())
        name = draft_id or f"r{secrets.randbelow(10**18)}"
        room.drafts[name] = (made["id"], mail.id)
        return Draft(name, mail)

    def edit(self, draft_id: str, raw: bytes, wanted: str | None = None, *, new_id: bool = False) -> Draft:
        """Other content in the draft; `wanted` None: it stays in its thread."""
        old = self.get(draft_id).mail
        alone = wanted == old.thread_id and len(self._room.of_thread(old.thread_id)) == 1
        stays = wanted is None or alone
        thread = old.thread_id if stays else self._room.thread_of_own(raw, wanted or "")
        made = self.place(raw, thread, "" if new_id else draft_id)
        self._room.remove(old.id)
        return made

    def delete(self, draft_id: str) -> None:
        """For good, as Google does: not into Trash."""
        self._room.remove(self.get(draft_id).mail.id)

    def send(self, draft_id: str) -> Mail:
        """It goes out; what lies in Sent is a message with another id."""
        old = self.get(draft_id).mail
        thread = old.thread_id
        self._room.sent.append(old.raw)
        sent = self._room.store(old.raw, frozenset({"SENT"}), thread, self._room.now())
        self._room.remove(old.id)
        return sent

    def _resource(self, draft: Draft, shape: str) -> Json:
        return {"id": draft.id, "message": self._gmail.resource(draft.mail, shape, [])}

    def _brief(self, draft: Draft) -> Json:
        mail = draft.mail
        return {"id": draft.id, "message": {"id": mail.id, "threadId": mail.thread_id, "labelIds": sorted(mail.labels)}}

    def _content(self, asked: Asked) -> tuple[bytes, str]:
        message = asked.body.get("message", {})
        if not message.get("raw"):
            raise Refused(400, "invalidArgument", "Missing draft message")
        return decoded(message["raw"]), message.get("threadId", "")

    def _create(self, asked: Asked) -> Json:
        raw, wanted = self._content(asked)
        return self._brief(self.place(raw, self._room.thread_of_own(raw, wanted)))

    def _update(self, asked: Asked) -> Json:
        raw, wanted = self._content(asked)
        return self._brief(self.edit(asked.path["id"], raw, wanted))

    def _get(self, asked: Asked) -> Json:
        return self._resource(self.get(asked.path["id"]), asked.one("format", "full"))

    def _list(self, asked: Asked) -> Json:
        found = {mail.id for mail in queries.matches(self._room, asked.one("q"), [], everywhere=True)}
        drafts = [draft for draft in self.all() if draft.mail.id in found]
        page, more = asked.page(drafts, 100, 500)
        items = [{"id": each.id, "message": {"id": each.mail.id, "threadId": each.mail.thread_id}} for each in page]
        return {**({"drafts": items} if items else {}), **more, "resultSizeEstimate": len(drafts)}

    def _send(self, asked: Asked) -> Json:
        if asked.body.get("message", {}).get("raw"):
            self.edit(asked.body["id"], *self._content(asked))
        draft = self.get(asked.body.get("id", ""))
        if not self._gmail.recipients(draft.mail.raw):
            raise Refused(400, "invalidArgument", "Recipient address required")
        mail = self.send(draft.id)
        return {"id": mail.id, "threadId": mail.thread_id, "labelIds": sorted(mail.labels)}
