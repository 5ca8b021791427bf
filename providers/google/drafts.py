"""Gmail's drafts: which of them are ours, by the key in their header, and what each says now.

A draft keeps its id while it's edited; the message in it is another one after each edit (Gmail API, Working with
drafts), so what was read once of a message holds for ever. Gmail can't search for a header of our own.

Whoever saves a draft may change a sender, a link or a picture and leave every word: only the same bytes are ours.
"""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Final

from assistant.domain.mail import FolderRole, Message
from assistant.domain.ports import FiledDraft
from assistant.errors import ProviderError
from providers.google.api import Google, RefusalError, Refused
from providers.google.labels import DRAFTS
from providers.google.quoting import above_quote
from providers.keys import key_in
from providers.outgoing import KEY_FIELD
from providers.quoting import MARK_FIELD, words_of

_PAGE: Final = 500
_AT_ONCE: Final = 50
_LOOKS: Final = 3
"""How often the list is read anew while drafts vanish from under it."""
_TRASH: Final = "TRASH"


@dataclass(frozen=True, slots=True)
class FoundDraft:
    """A draft as it lies there. `body` is its text without the quote that we put below it, `etag` a digest of all.

    One that isn't `marked` any more has its key from its Message-ID: somebody has saved it anew, so it's not as filed.
    """

    id: str
    thread: str
    message: Message
    key: str
    body: str
    etag: str
    marked: bool = True

    @property
    def filed(self) -> FiledDraft:
        message = self.message
        return FiledDraft(
            folder=DRAFTS,
            remote_id=self.id,
            message_id=message.message_id,
            subject=message.subject,
            body=self.body,
            recipients=message.recipients,
            thread=self.thread,
            etag=self.etag if self.marked else "",
        )

    def is_as(self, filed: FiledDraft) -> bool:
        """Whether it's what was filed, and nobody has saved it anew since, whatever they changed."""
        return (
            self.etag == filed.etag
            and set(self.message.recipients) == set(filed.recipients)
            and self.message.subject.split() == filed.subject.split()
            and words_of(self.body) == words_of(filed.body)
        )


class Drafts:
    """The drafts of one account, read only."""

    def __init__(self, google: Google, zone: tzinfo) -> None:
        self._google = google
        self._zone = zone
        self._keys: dict[str, str] = {}

    def with_key(self, key: str, *, newest: bool = False) -> list[FoundDraft]:
        """All drafts with the key, the newest first. One list call, and a small one for each draft not seen before.

        With `newest` no older ones are looked at once one is found.
        """
        ours: list[FoundDraft] = []
        for _ in range(_LOOKS):
            listed = list(self._listed())
            self._keys = {message: self._keys[message] for _, message in listed if message in self._keys}
            found: list[FoundDraft | None] = []
            complete = True
            for start in range(0, len(listed), _AT_ONCE):
                part = listed[start : start + _AT_ONCE]
                complete = self._learn(part) and complete
                found += [self.read(draft) for draft, message in part if self._keys.get(message) == key]
                if newest and any(found):
                    break
            ours = [one for one in found if one is not None and one.key == key]
            if complete and len(ours) == len(found):
                break
        return ours

    def read(self, draft_id: str) -> FoundDraft | None:
        """The draft as it is now; None where it isn't there (any more)."""
        request = self._api.get(userId="me", id=draft_id, format="raw")
        try:
            answer = self._google.run(request)
        except RefusalError as error:
            if error.status == 404:
                return None
            raise
        message = answer.get("message", {})
        if _TRASH in message.get("labelIds", ()):
            return None
        return found_draft(draft_id, message, self._google.account, self._zone)

    @property
    def _api(self) -> Any:
        return self._google.gmail.users().drafts()

    def _listed(self) -> Iterator[tuple[str, str]]:
        """The ids of each draft and of the message in it."""
        page: str | None = None
        seen: set[str] = set()
        while True:
            answer = self._google.run(self._api.list(userId="me", maxResults=_PAGE, pageToken=page))
            for each in answer.get("drafts", ()):
                if each["id"] not in seen:
                    seen.add(each["id"])
                    yield each["id"], each["message"]["id"]
            page = answer.get("nextPageToken")
            if not page:
                return

    def _learn(self, listed: list[tuple[str, str]]) -> bool:
        """Read the keys not known yet; whether all drafts were still there."""
        new = {draft: message for draft, message in listed if message not in self._keys}
        complete = True
        for draft, answer in self._google.batch(
            (draft, self._api.get(userId="me", id=draft, format="metadata"), 0) for draft in new
        ):
            if isinstance(answer, Refused):
                if answer.status != 404:
                    raise RefusalError(self._google.account, "gmail.users.drafts.get", answer)
                complete = False
                continue
            message = answer["message"]
            self._keys[message["id"]] = self._keys[new[draft]] = key_of(message)
        return complete


def key_of(message: dict[str, Any]) -> str:
    """Editors on the web may leave fields of others out when they save, and keep the Message-ID."""
    return header_of(message, KEY_FIELD) or key_in(header_of(message, "Message-ID").strip("<>"))


def header_of(message: dict[str, Any], name: str) -> str:
    """A field of a message as Gmail gives it apart, or ""."""
    fields = message.get("payload", {}).get("headers", ())
    return next((each["value"].strip() for each in fields if each["name"].lower() == name.lower()), "")


def raw_of(message: dict[str, Any]) -> bytes:
    """Its bytes: base64url, and Google may leave the padding away."""
    raw = message["raw"]
    return base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4))


def found_draft(draft_id: str, message: dict[str, Any], account: str, zone: tzinfo) -> FoundDraft:
    """A draft from the bytes in Gmail's answer."""
    from providers import fields, mime
    from providers.html import text_of

    raw = raw_of(message)
    try:
        parsed = mime.parse(raw, account=account, folder=DRAFTS, remote_id=draft_id, role=FolderRole.DRAFTS, zone=zone)
    except mime.UnreadableError as error:
        raise ProviderError(
            f"A draft in account “{account}” can't be read: {error}.", "Open it in Gmail, and send or discard it there."
        ) from error
    head, body = fields.split(raw)
    own = fields.parse(head, {MARK_FIELD.lower(), KEY_FIELD.lower(), "content-type", "content-transfer-encoding"})
    markup = "\n".join(mime.content_of(head, body, own).html)
    key = own.get(KEY_FIELD.lower(), [""])[0]
    return FoundDraft(
        id=draft_id,
        thread=message.get("threadId", ""),
        message=parsed,
        key=key or key_in(parsed.message_id),
        marked=bool(key),
        body=above_quote(parsed.text, text_of(markup) if markup else None, own.get(MARK_FIELD.lower(), [""])[0]),
        etag=hashlib.sha256(raw).hexdigest(),
    )
