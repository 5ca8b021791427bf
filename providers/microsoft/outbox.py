"""Drafts in Outlook, in the conversation that they answer, with its history below as Outlook itself puts it there.

Graph makes a draft of a reply first, and what it says is put into it then (Microsoft Graph, message: createReply): cut
off between the two, a reply without a word lies there, which the next filing of it finishes. It can't send.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import tzinfo
from typing import Any, Final

from assistant.domain.ports import DraftChanged, FiledDraft, OutgoingMail, Withdrawal
from assistant.errors import ProviderError
from providers.microsoft.aliases import Aliases
from providers.microsoft.conversations import Place, place_of, text_of_message
from providers.microsoft.drafts import Drafts, FoundDraft, below_rule, found_draft
from providers.microsoft.graph import Graph, RefusalError, Unsure, connect, graph_path
from providers.microsoft.revising import revision
from providers.microsoft.writing import Headers, begun_with, headers_of, new_message, reply_patch
from providers.quoting import words_of

_PAUSES: Final = (0.0, 1.0, 3.0)
"""Seconds before each look for a draft whose making got no answer: Exchange may still be at it."""
_TRIES: Final = 3
_CHANGED: Final = (409, 412)


class MicrosoftOutbox:
    """Files drafts in one mailbox; of the rest of it it changes nothing."""

    def __init__(self, graph: Graph, zone: tzinfo, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._graph = graph
        self._zone = zone
        self._sleep = sleep
        self._drafts = Drafts(graph)
        self._aliases = Aliases(graph)
        self._marks = True

    @property
    def account(self) -> str:
        return self._graph.account

    def file(self, mail: OutgoingMail) -> FiledDraft:
        headers = headers_of(mail)
        there = self._drafts.with_key(mail.key)
        if there:
            return self._only(there).filed
        place = place_of(self._graph, mail)
        made = self._reply(mail, headers, place) if place else self._new(mail, headers)
        return made.filed

    def find(self, key: str) -> FiledDraft | None:
        """An empty reply with the key, which a crash has left, is taken out on the way: it's surely ours."""
        made = self._drafts.made_for(key)
        for each in made:
            if each.begun_for and each.bare:
                self._tidied(each)
        return next((each.filed for each in made if each.key), None)

    def withdraw(self, key: str, filed: FiledDraft) -> Withdrawal:
        found = self._drafts.with_key(key)
        if not found:
            return self._without_key(filed)
        touched = [one for one in found if not one.is_as(filed)]
        gone = [self._remove(one) for one in found if one not in touched]
        if touched or Withdrawal.EDITED in gone:
            return Withdrawal.EDITED
        return Withdrawal.WITHDRAWN if Withdrawal.WITHDRAWN in gone else Withdrawal.GONE

    def replace(self, key: str, filed: FiledDraft, mail: OutgoingMail) -> FiledDraft:
        """A reply is changed where it lies, with its history; anything else is made anew, and the old one goes."""
        headers = headers_of(mail)
        if not self._drafts.with_key(mail.key):
            found = self._drafts.with_key(key)
            if not found or not all(one.is_as(filed) for one in found):
                raise DraftChanged
            allowed = {each.email for each in filed.recipients}  # who got the history may have it again
            known = {each.email for each in (*mail.to, *mail.cc)} <= allowed
            if known and len(found) == 1 and (change := revision(found[0], mail, headers)):
                return self._revised(found[0], change, filed, mail).filed
        now = self.file(mail)
        if self.withdraw(key, filed) is Withdrawal.EDITED:
            self.withdraw(mail.key, now)
            raise DraftChanged
        return now

    def _revised(
        self, draft: FoundDraft, change: Mapping[str, Any], filed: FiledDraft, mail: OutgoingMail
    ) -> FoundDraft:
        """The draft with the change in it, unless somebody else was quicker."""
        for tries in range(1, _TRIES + 1):
            try:
                self._graph.patch(graph_path("/messages/{}", draft.id), change, if_match=draft.tag or None)
                return self._there(draft.id)
            except RefusalError as error:
                if error.status != 404 and (error.status not in _CHANGED or tries == _TRIES):
                    raise
            except Unsure:
                if tries == _TRIES:
                    raise
            now = self._drafts.read(draft.id)
            if now is not None and now.key == mail.key:
                return now
            if now is None or not now.is_as(filed):
                raise DraftChanged
            draft = now
        raise AssertionError

    # a new conversation

    def _new(self, mail: OutgoingMail, headers: Headers) -> FoundDraft:
        """Made in one call; one that got no answer is looked up before the next."""
        for tries in range(1, _TRIES + 1):
            try:
                alias = self._aliases.has(mail.sender)
                answer = self._graph.post("/messages", new_message(mail, headers, alias=alias))
            except Unsure:
                if there := self._looked_up(lambda: self._drafts.with_key(mail.key)):
                    return self._only(there)
                if tries == _TRIES:
                    raise
                continue
            except RefusalError as error:
                if tries == _TRIES or not self._aliases.refused(error, mail.sender):
                    raise
                continue
            made = self._there(answer["id"])
            return made if tries == 1 else self._only([made, *self._drafts.with_key(mail.key)])
        raise AssertionError

    # a reply

    def _reply(self, mail: OutgoingMail, headers: Headers, place: Place) -> FoundDraft:
        """Finish the bare reply that lies there, or make one; what a lost answer made beside it goes again."""
        bare = self._bare(mail, place)
        before = {each.id for each in bare}
        lost = False
        for tries in range(1, _TRIES + 1):
            try:
                begun = bare[0] if bare else self._begun(mail, place)
            except Unsure:
                if tries == _TRIES:
                    raise
                lost, bare = True, self._looked_up(lambda: self._bare(mail, place))
                continue
            done = self._finished(begun, mail, headers, place)
            if done is not None:
                if lost:
                    self._tidy(mail, place, before)
                return done
            bare = self._bare(mail, place)
        raise ProviderError(
            f"A draft in account “{self.account}” was changed by another program again and again while it was made.",
            "Look whether you are answering this mail in Outlook, then try again.",
        )

    def _begun(self, mail: OutgoingMail, place: Place) -> FoundDraft:
        verb = "createReplyAll" if len(mail.to) + len(mail.cc) > 1 else "createReply"
        path, prefer = graph_path(f"/messages/{{}}/{verb}", place.message), self._in_zone()
        if self._marks:
            try:
                return found_draft(self._graph.post(path, begun_with(mail.key), prefer=prefer), self._graph.email)
            except RefusalError as error:
                if error.status != 400:
                    raise
                self._marks = False  # it isn't taken there, and nothing was made
        return found_draft(self._graph.post(path, {}, prefer=prefer), self._graph.email)

    def _finished(self, begun: FoundDraft, mail: OutgoingMail, headers: Headers, place: Place) -> FoundDraft | None:
        """The draft with what `mail` says in it; None where somebody else has changed it, or it's gone."""
        for tries in range(1, _TRIES + 1):
            try:
                if not place.may_quote(mail):
                    begun = self._without_pictures(begun)
                change = reply_patch(begun, mail, headers, place, alias=self._aliases.has(mail.sender))
                self._graph.patch(graph_path("/messages/{}", begun.id), change, if_match=begun.tag or None)
                return self._there(begun.id)
            except RefusalError as error:
                if error.status == 404:
                    return None
                again = error.status in _CHANGED or self._aliases.refused(error, mail.sender)
                if not again or tries == _TRIES:
                    raise
            except Unsure:
                if tries == _TRIES:
                    raise
            now = self._drafts.read(begun.id)
            if now is None or now.key == mail.key:
                return now
            if now.etag != begun.etag:
                return None
            begun = now
        raise AssertionError

    def _without_pictures(self, begun: FoundDraft) -> FoundDraft:
        """Outlook takes those of the history along; who doesn't get the history doesn't get them."""
        path = graph_path("/messages/{}/attachments", begun.id)
        there = self._graph.get(path, {"$select": "id"}).get("value", ())
        for each in there:
            self._graph.delete(graph_path("/messages/{}/attachments/{}", begun.id, each["id"]))
        return (self._drafts.read(begun.id) or begun) if there else begun

    def _bare(self, mail: OutgoingMail, place: Place) -> list[FoundDraft]:
        """Replies to the very message in which nobody has written or changed a word, the newest first."""
        there = [
            each
            for each in (self._drafts.in_conversation(place.conversation) if place.conversation else ())
            if each.bare and each.answers in ("", mail.in_reply_to or "")
        ]
        answered = text_of_message(self._graph, place.message) if there else None
        said = words_of(answered or "")
        return [each for each in there if answered is not None and _ends_with(words_of(below_rule(each.text)), said)]

    def _tidy(self, mail: OutgoingMail, place: Place, before: set[str]) -> None:
        """Take out what our own calls have made without telling us."""
        for each in self._bare(mail, place):
            if each.id not in before:
                self._remove(each)

    def _tidied(self, draft: FoundDraft) -> None:
        """Taken out if it can be; the next filing for the same message finishes it otherwise."""
        with suppress(ProviderError):
            self._remove(draft)

    def _in_zone(self) -> tuple[str, ...]:
        """The zone in which the history says when the message was sent."""
        from providers.microsoft.windows import name_of

        name = name_of(self._zone)
        return (f'outlook.timezone="{name}"',) if name else ()

    # both

    def _there(self, draft: str) -> FoundDraft:
        """What was just written, as Exchange keeps it."""
        made = self._drafts.read(draft)
        if made is None:
            raise ProviderError(
                f"The draft was written to account “{self.account}”, but it is not there any more.",
                "Look whether another program removes drafts from Outlook, then try again.",
            )
        return made

    def _looked_up(self, look: Callable[[], list[FoundDraft]]) -> list[FoundDraft]:
        for pause in _PAUSES:
            if pause:
                self._sleep(pause)
            if there := look():
                return there
        return []

    def _only(self, found: Sequence[FoundDraft]) -> FoundDraft:
        """One of the drafts with the same key; where a lost answer made two, the one that is as good goes."""
        first, *others = {each.id: each for each in found}.values()
        for one in others:
            if one.etag == first.etag:
                self._remove(one)
        return first

    def _remove(self, draft: FoundDraft) -> Withdrawal:
        """Delete a draft that was just seen to be untouched: Outlook keeps it a while among the deleted items."""
        seen, tag = draft.etag, draft.tag
        for tries in range(1, _TRIES + 1):
            try:
                self._graph.delete(graph_path("/messages/{}", draft.id), if_match=tag or None)
                return Withdrawal.WITHDRAWN
            except RefusalError as error:
                if error.status == 404:
                    return Withdrawal.GONE if tries == 1 else Withdrawal.WITHDRAWN
                if error.status not in _CHANGED or tries == _TRIES:
                    raise
                lost = False
            except Unsure:
                if tries == _TRIES:
                    raise
                lost = True
            now = self._drafts.read(draft.id)
            if now is None:
                return Withdrawal.WITHDRAWN if lost else Withdrawal.GONE
            if now.etag != seen:
                return Withdrawal.EDITED
            tag = now.tag
        raise AssertionError

    def _without_key(self, filed: FiledDraft) -> Withdrawal:
        """A draft under its old id that lost its key was written anew by a mail program: it's the rep's."""
        there = self._drafts.read(filed.remote_id) if filed.remote_id else None
        return Withdrawal.EDITED if there and not there.key else Withdrawal.GONE


def open_outbox(account: str, settings: Mapping[str, Any], zone: tzinfo) -> MicrosoftOutbox:
    """In the mailbox that is signed in to. Nothing is asked of Microsoft yet."""
    return MicrosoftOutbox(connect(account, settings), zone)


def _ends_with(words: Sequence[str], end: Sequence[str]) -> bool:
    return not end or list(words[-len(end) :]) == list(end)
