"""Sends a filed draft of Gmail's as it lies there; for accounts that have sending turned on.

`drafts.send` gets the draft's id alone, so that what goes out is what was filed. At Google the sent message is another
one than that in the draft, in the same thread; its Message-ID may be Google's.
"""

import time
from collections.abc import Callable, Collection, Mapping
from datetime import tzinfo
from itertools import chain
from typing import Any, Final

from assistant.domain.ports import DraftChanged, FiledDraft, SentMail, ThreadMoved
from assistant.errors import ProviderError, RefusedError
from providers.google.api import Google, RefusalError, Unsure, connect
from providers.google.conversations import header_only, is_known, message_id_of, messages_in, with_message_id
from providers.google.drafts import Drafts, FoundDraft, key_of
from providers.google.labels import SENT

_PAUSES: Final = (0.0, 1.0, 3.0, 6.0)
"""Seconds before each look for a mail whose sending got no answer: Google may still be at it."""
_SENT: Final = "SENT"
_UNREAD: Final = frozenset({"DRAFT", "SPAM", "CHAT"})
"""What is no mail, or isn't read by the mailbox's port either. A no that was thrown away is still a no."""


class GoogleSender:
    """Sends drafts of one account."""

    def __init__(self, google: Google, zone: tzinfo, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._google = google
        self._sleep = sleep
        self._drafts = Drafts(google, zone)

    @property
    def account(self) -> str:
        return self._google.account

    def send(self, key: str, filed: FiledDraft, known: Collection[str]) -> SentMail:
        if done := self.find(key, filed):
            return done
        draft = self._as_filed(key, filed)
        self._must_be_still(draft, known)
        request = self._google.gmail.users().drafts().send(userId="me", body={"id": draft.id})
        try:
            answer = self._google.run(request)
        except Unsure:
            if done := self._looked_up(key, filed):
                return done
            raise
        except RefusalError as error:
            if error.status != 404:
                raise
            if done := self.find(key, filed):
                return done
            raise DraftChanged from error
        return self._copy(answer, draft)

    def find(self, key: str, filed: FiledDraft) -> SentMail | None:
        there = messages_in(self._google, filed.thread) if filed.thread else []
        for message in chain(there, with_message_id(self._google, filed.message_id, _SENT)):
            if _SENT in message.get("labelIds", ()) and key_of(message) == key:
                return _sent(message)
        return None

    def _as_filed(self, key: str, filed: FiledDraft) -> FoundDraft:
        """The one draft with the key, unchanged."""
        found = self._drafts.with_key(key)
        if len(found) != 1 or not found[0].is_as(filed):
            raise DraftChanged
        return found[0]

    def _must_be_still(self, draft: FoundDraft, known: Collection[str]) -> None:
        """Nothing in the thread is newer than the newest message that the caller has read."""
        read = {each.lower() for each in known}
        there = [each for each in messages_in(self._google, draft.thread) if not _UNREAD & {*each.get("labelIds", ())}]
        newest = max((_when(each) for each in there if message_id_of(each).lower() in read), default=0)
        if any(_when(each) >= newest and not is_known(self._google, each, read) for each in there):
            raise ThreadMoved

    def _looked_up(self, key: str, filed: FiledDraft) -> SentMail | None:
        for pause in _PAUSES:
            if pause:
                self._sleep(pause)
            if done := self.find(key, filed):
                return done
        return None

    def _copy(self, answer: dict[str, Any], draft: FoundDraft) -> SentMail:
        """What lies among the sent mail. It has gone out: if that can't be read now, it's still no failure."""
        try:
            copy = header_only(self._google, answer["id"])
        except ProviderError:
            copy = None
        return _sent(copy) if copy else SentMail(SENT, answer["id"], draft.message.message_id, draft.thread)


def open_sender(account: str, settings: Mapping[str, Any], zone: tzinfo) -> GoogleSender:
    """Raises `RefusedError` where sending isn't turned on."""
    if not settings.get("send"):
        raise RefusedError(
            f"Account “{account}” files drafts and sends nothing.", "Set `send = true` in this account if you want it."
        )
    return GoogleSender(connect(account, settings), zone)


def _sent(message: dict[str, Any]) -> SentMail:
    return SentMail(SENT, message["id"], message_id_of(message), message.get("threadId", ""))


def _when(message: dict[str, Any]) -> int:
    """When Google got it, in milliseconds."""
    return int(message.get("internalDate", 0))
