"""Sends a filed draft of Outlook's as it lies there; for accounts that have sending turned on.

Graph only takes it on (202): a little later it lies among the sent mail, as a rule under the same immutable id
(Microsoft Graph, message: send).
"""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import tzinfo
from typing import Any, Final

from assistant.domain.ports import DraftChanged, FiledDraft, SentMail, ThreadMoved
from assistant.errors import ProviderError, RefusedError
from providers.microsoft.conversations import folder_id, messages_in, with_message_id
from providers.microsoft.drafts import EXPAND, KEY_PROPERTY, Drafts, FoundDraft, having, is_complete, property_of
from providers.microsoft.folders import SENT
from providers.microsoft.graph import Graph, RefusalError, Unsure, connect, graph_path

_PAUSES: Final = (0.0, 0.5, 1.0, 2.0, 4.0, 6.0)
"""Seconds before each look for the Sent copy: Exchange may still be at it."""
_COPY: Final = "id,conversationId,internetMessageId,isDraft,parentFolderId,from"


class MicrosoftSender:
    """Sends drafts of one mailbox."""

    def __init__(self, graph: Graph, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._graph = graph
        self._sleep = sleep
        self._drafts = Drafts(graph)

    @property
    def account(self) -> str:
        return self._graph.account

    def send(self, key: str, filed: FiledDraft, known: Collection[str]) -> SentMail:
        if done := self.find(key, filed):
            return done
        draft = self._as_filed(key, filed)
        self._must_be_still(draft.thread, known)
        if (self._message(draft.id, {"$select": "id"}) or {}).get("@odata.etag") != draft.tag:
            draft = self._as_filed(key, filed)  # it was touched while the conversation was looked through
        try:
            self._graph.post(graph_path("/messages/{}/send", draft.id))
        except Unsure:
            if done := self._looked_up(key, filed):
                return done
            raise
        except RefusalError as error:
            if error.status != 404:
                raise
            if done := self._looked_up(key, filed):
                return done
            raise DraftChanged from error
        return self._copy(key, filed, draft)

    def find(self, key: str, filed: FiledDraft) -> SentMail | None:
        """Among the sent mail by its key; else the message that the draft was, wherever a rule has put it."""
        wanted = {"$select": _COPY, "$expand": EXPAND}
        found = self._graph.get("/mailFolders/sentitems/messages", {"$filter": having(key), **wanted})
        for each in found.get("value", ()):
            if _went_out_as(key, each):
                return _sent(each)
        same = self._message(filed.remote_id, wanted)
        if same and _went_out_as(key, same):
            return _sent(same)
        return next(map(_sent, self._with_its_id(filed)), None)

    def _with_its_id(self, filed: FiledDraft) -> Iterator[dict[str, Any]]:
        """What lies among the sent mail with the Message-ID of the draft, whatever became of its properties."""
        if not filed.message_id:
            return
        hits = [each for each in with_message_id(self._graph, filed.message_id) if not each.get("isDraft")]
        folder = folder_id(self._graph, "sentitems") if hits else None
        yield from (each for each in hits if each.get("parentFolderId") == folder)

    def _as_filed(self, key: str, filed: FiledDraft) -> FoundDraft:
        """The one draft with the key, unchanged."""
        found = self._drafts.with_key(key)
        if len(found) != 1 or not found[0].is_as(filed):
            raise DraftChanged
        return found[0]

    def _must_be_still(self, conversation: str, known: Collection[str]) -> None:
        """Nothing in the conversation is newer than the newest message that the caller has read.

        Junk isn't read by the mailbox's port either. A no that was thrown away is still a no.
        """
        read = {each.lower() for each in known}
        junk = folder_id(self._graph, "junkemail")
        there = [
            each
            for each in (messages_in(self._graph, conversation) if conversation else ())
            if not each.get("isDraft") and (junk is None or each.get("parentFolderId") != junk)
        ]
        newest = max((_when(each) for each in there if _id_of(each) in read), default="")
        if any(_when(each) >= newest and _id_of(each) not in read for each in there):
            raise ThreadMoved

    def _looked_up(self, key: str, filed: FiledDraft) -> SentMail | None:
        for pause in _PAUSES:
            if pause:
                self._sleep(pause)
            if done := self.find(key, filed):
                return done
        return None

    def _copy(self, key: str, filed: FiledDraft, draft: FoundDraft) -> SentMail:
        """What lies among the sent mail. It has gone out: if that can't be seen yet, it's still no failure."""
        try:
            there = self._looked_up(key, filed)
        except ProviderError:
            there = None
        return there or SentMail(SENT, draft.id, draft.message_id, draft.thread)

    def _message(self, message: str, wanted: Mapping[str, str]) -> dict[str, Any] | None:
        if not message:
            return None
        try:
            return self._graph.get(graph_path("/messages/{}", message), wanted)
        except RefusalError as error:
            if error.status == 404:
                return None
            raise


def open_sender(account: str, settings: Mapping[str, Any], _zone: tzinfo) -> MicrosoftSender:
    """Raises `RefusedError` where sending isn't turned on."""
    if not settings.get("send"):
        raise RefusedError(
            f"Account “{account}” files drafts and sends nothing.", "Set `send = true` in this account if you want it."
        )
    return MicrosoftSender(connect(account, settings))


def _went_out_as(key: str, message: Mapping[str, Any]) -> bool:
    """Whether it's the mail of that draft; not one that was only begun for it, and that the rep has written."""
    return not message.get("isDraft") and is_complete(message) and property_of(message, KEY_PROPERTY) == key


def _sent(message: Mapping[str, Any]) -> SentMail:
    name = str(message.get("internetMessageId") or "").strip("<> ")
    return SentMail(SENT, message["id"], name, message.get("conversationId") or "")


def _id_of(message: Mapping[str, Any]) -> str:
    return str(message.get("internetMessageId") or "").strip("<> ").lower()


def _when(message: Mapping[str, Any]) -> str:
    """When Exchange got it: in one form always, so that it can be compared as it stands."""
    return str(message.get("receivedDateTime") or "")
