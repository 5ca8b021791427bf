"""Drafts in Gmail, in the thread that they answer, where the rep's own Gmail shows them. It can't send."""

import base64
import time
from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Any, Final

from assistant.domain.ports import DraftChanged, FiledDraft, OutgoingMail, Withdrawal
from assistant.errors import ProviderError
from providers.google.api import Google, RefusalError, Unsure, connect
from providers.google.conversations import Place, place_of
from providers.google.drafts import Drafts, FoundDraft
from providers.google.quoting import as_html, quote

_PAUSES: Final = (0.0, 1.0, 3.0)
"""Seconds before each look for a draft whose making got no answer: Google may still be at it."""
_TRIES: Final = 3


class GoogleOutbox:
    """Files drafts in one account; of the mailbox it changes nothing else."""

    def __init__(self, google: Google, zone: tzinfo, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._google = google
        self._zone = zone
        self._sleep = sleep
        self._drafts = Drafts(google, zone)

    @property
    def account(self) -> str:
        return self._google.account

    def file(self, mail: OutgoingMail) -> FiledDraft:
        there = self._drafts.with_key(mail.key)
        if there:
            return self._only(there).filed
        message = self._message(mail, place_of(self._google, mail, self._zone))
        return self._made(mail.key, lambda: self._api.create(userId="me", body={"message": message})).filed

    def find(self, key: str) -> FiledDraft | None:
        found = self._drafts.with_key(key, newest=True)
        return found[0].filed if found else None

    def replace(self, key: str, filed: FiledDraft, mail: OutgoingMail) -> FiledDraft:
        """Put `mail`, with its own key, in the place of the draft with this key: the rep sees one draft change.

        Done before, it's returned. Raises `DraftChanged` where the draft isn't as `filed` any more, or isn't there.
        """
        done = self._drafts.with_key(mail.key)
        if done:
            return done[0].filed
        place = place_of(self._google, mail, self._zone)
        message = self._message(mail, place)
        found = self._drafts.with_key(key)
        if not found or not all(one.is_as(filed) for one in found):
            raise DraftChanged
        draft = found[0].id
        return self._made(
            mail.key, lambda: self._api.update(userId="me", id=draft, body={"id": draft, "message": message})
        ).filed

    def withdraw(self, key: str, filed: FiledDraft) -> Withdrawal:
        found = self._drafts.with_key(key)
        if not found:
            return self._without_key(filed)
        touched = [one for one in found if not one.is_as(filed)]
        gone = [self._remove(one, filed) for one in found if one not in touched]
        if touched or Withdrawal.EDITED in gone:
            return Withdrawal.EDITED
        return Withdrawal.WITHDRAWN if Withdrawal.WITHDRAWN in gone else Withdrawal.GONE

    @property
    def _api(self) -> Any:
        return self._google.gmail.users().drafts()

    def _message(self, mail: OutgoingMail, place: Place) -> dict[str, str]:
        from providers.outgoing import rich_to_bytes, to_bytes

        if mail.page is None:
            below = quote(mail, place.answered, self._zone)
            raw = rich_to_bytes(mail, quoted=below.text, html=as_html(mail, below), marks=below.marks)
        else:
            raw = to_bytes(mail)
        message = {"raw": base64.urlsafe_b64encode(raw).decode()}
        return {**message, "threadId": place.thread} if place.thread else message

    def _made(self, key: str, request: Callable[[], Any]) -> FoundDraft:
        """Carry out a change that leaves a draft with the key; one that got no answer is looked up before the next."""
        for tries in range(1, _TRIES + 1):
            try:
                answer = self._google.run(request())
            except Unsure:
                if there := self._looked_up(key):
                    return self._only(there)
                if tries == _TRIES:
                    raise
                continue
            made = self._drafts.read(answer["id"])
            if made is None:
                raise ProviderError(
                    f"The draft was written to account “{self.account}”, but it is not there any more.",
                    "Look whether another program removes drafts from Gmail, then try again.",
                )
            return made if tries == 1 else self._only([made, *self._drafts.with_key(key)])
        raise AssertionError

    def _looked_up(self, key: str) -> list[FoundDraft]:
        for pause in _PAUSES:
            if pause:
                self._sleep(pause)
            if there := self._drafts.with_key(key):
                return there
        return []

    def _only(self, found: list[FoundDraft]) -> FoundDraft:
        """One of the drafts with the same key; where a lost answer made two, the one that is as good goes."""
        first, *others = dict.fromkeys(found)
        for one in others:
            if one.id != first.id and one.is_as(first.filed):
                self._remove(one, first.filed)
        return first

    def _remove(self, draft: FoundDraft, filed: FiledDraft) -> Withdrawal:
        """Delete a draft that was just seen to be untouched; for good, as Gmail has it."""
        for tries in range(1, _TRIES + 1):
            try:
                self._google.run(self._api.delete(userId="me", id=draft.id))
                return Withdrawal.WITHDRAWN
            except RefusalError as error:
                if error.status != 404:
                    raise
                return Withdrawal.GONE if tries == 1 else Withdrawal.WITHDRAWN
            except Unsure:
                now = self._drafts.read(draft.id)
                if now is None:
                    return Withdrawal.WITHDRAWN
                if not now.is_as(filed):
                    return Withdrawal.EDITED
                if tries == _TRIES:
                    raise
        raise AssertionError

    def _without_key(self, filed: FiledDraft) -> Withdrawal:
        """A draft under its old id that lost its key was written anew by a mail program: it's the rep's."""
        there = self._drafts.read(filed.remote_id) if filed.remote_id else None
        return Withdrawal.EDITED if there and not there.key else Withdrawal.GONE


def open_outbox(account: str, settings: Mapping[str, Any], zone: tzinfo) -> GoogleOutbox:
    """In the account that is signed in to. Nothing is asked of Google yet."""
    return GoogleOutbox(connect(account, settings), zone)
