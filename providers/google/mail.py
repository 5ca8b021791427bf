"""A mailbox of Gmail behind the `Mailbox` port: everything once, then what the history tells.

The first pull lists (5 units for 500 ids), and fetches what the caller doesn't hold; the cursor of its batches only
says that it isn't done: what's listed again after a kill isn't fetched again. The history is taken up from where it was
before the listing. Where Google has forgotten that point, the mailbox is listed again and compared with what's held:
nothing held is fetched, and the caller needn't drop anything. `CursorExpired` is for a cursor that isn't of this
mailbox. What Google has lasting trouble with is a problem in its batch, and owed: the next pulls ask for it again.
"""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from typing import Any, Final

from assistant.domain.mail import Problem
from assistant.domain.ports import Cursor, CursorExpired, Known, MailBatch
from providers.filling import Filling
from providers.google.api import Google, connect
from providers.google.fetching import Fetcher
from providers.google.history import Changes, Touched, changes_since
from providers.google.labels import FOLDERS, OURS, Labels, labels_named
from providers.google.listing import Held, Lister, Wanted
from providers.google.position import Position, decode, encode, pace_in
from providers.owing import Fetched, Taking

BATCH: Final = 100
"""Messages handed over at once at most: at 20 units each they're 20 seconds of Google's quota, lost by a kill."""

_BATCH_TEXT: Final = 4_000_000
_MONTH: Final = 30.44 * 86_400
_DRIFT: Final = 3 * 86_400


class GoogleMailbox:
    """The mail of the last `months` of one account; `private` are names of labels whose mail is never read."""

    def __init__(
        self,
        google: Google,
        zone: tzinfo,
        *,
        months: float = 12,
        private: Collection[str] = (),
        units_a_minute: int | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._google = google
        self._zone = zone
        self._months = months
        self._private = tuple(sorted(private))
        self._units_a_minute = units_a_minute
        self._clock = clock

    @property
    def account(self) -> str:
        return self._google.account

    def pull(self, cursor: Cursor | None, known: Known) -> Iterator[MailBatch]:
        since = max(0, int(self._clock() - self._months * _MONTH))
        at = decode(cursor, self._google.email) if cursor else Position(since)
        if cursor and (pace := pace_in(cursor)):
            self._google.resume(pace)
        if since < at.since - _DRIFT:
            at = replace(at, since=since, history=None)  # more months are wanted than were listed
        labels = self._labels()
        if at.history:
            try:
                changes = changes_since(self._google, at.history, labels.left_out)
            except CursorExpired:
                at = replace(at, history=None)
            else:
                if changes.some or changes.history != at.history or at.debts.owed:
                    yield from self._part(at, labels, known).changed(changes)
                return
        start = self._history()
        listed = self._part(at, labels, known)
        yield from listed.everything(start)
        try:
            changes = changes_since(self._google, start, labels.left_out)
        except CursorExpired:
            return  # it took so long that the next pull lists again, and fetches what is new
        yield from self._part(listed.at, labels, known).changed(changes, dunning=False)

    def _part(self, at: Position, labels: Labels, known: Known) -> "_Part":
        held = {each: (folder, etag) for folder in FOLDERS for each, etag in known(folder).items()}
        lister = Lister(self._google, at.since, tuple(labels.private.values()))
        fetcher = Fetcher(self.account, self._google, self._zone, labels, at.since, self._units_a_minute)
        return _Part(self._google.email, labels, held, lister, fetcher, at)

    def _labels(self) -> Labels:
        """One call of one unit where labels are private, else none."""
        if not self._private:
            return Labels()
        request = self._google.gmail.users().labels().list(userId="me", fields="labels(id,name)")
        return Labels(labels_named(self._google.run(request).get("labels", ()), self._private))

    def _history(self) -> str:
        """Up to where the history is now."""
        request = self._google.gmail.users().getProfile(userId="me", fields="historyId")
        return str(self._google.run(request)["historyId"])


@dataclass(slots=True)
class _Part:
    """One part of a pull: all that a listing or the history says, brought in batches. `at` moves on with them."""

    email: str
    labels: Labels
    held: Held
    lister: Lister
    fetcher: Fetcher
    at: Position
    batch: Filling = field(default_factory=lambda: Filling(BATCH, _BATCH_TEXT))

    def everything(self, history: str) -> Iterator[MailBatch]:
        """What's listed and not held, and how what's held differs; the last cursor goes on from `history`."""
        found = self.lister.difference(self.held, self.at.debts.unreadable)
        self.batch.gone += found.gone
        self.batch.flagged += found.flagged
        self.batch.problems += map(self._in_spam, found.spam)
        yield from self._bring(found.wanted, found.large, history)

    def changed(self, changes: Changes, *, dunning: bool = True) -> Iterator[MailBatch]:
        """What the history says; no batch where it says nothing. `dunning`: what's owed is asked for again."""
        wanted: Wanted = {}
        self.batch.gone += [(self.held[each][0], each) for each in changes.deleted if each in self.held]
        for each, touched in changes.touched.items():
            if self._compare(each, touched):
                wanted.setdefault(touched.thread, []).append(each)
        for each, touched in self._aside(changes).items():
            if "SPAM" in touched.labels:
                self.batch.problems.append(self._in_spam(each))
            else:
                wanted.setdefault(touched.thread, []).append(each)
        if dunning and self.at.debts.owed:
            asked = {each for ids in wanted.values() for each in ids}
            wanted |= {each: [each] for each in self.at.debts.owed if each not in asked}
        yield from self._bring(wanted, None, changes.history)

    def _compare(self, each: str, touched: Touched) -> bool:
        """Whether the message is to be fetched; what can be said of it without goes into the batch."""
        place = self.labels.place(touched.labels)
        if each not in self.held:
            return self._new(each, touched) and place is not None and "TRASH" not in touched.labels
        folder, etag = self.held[each]
        if place is None:
            self.batch.gone.append((folder, each))
        elif place.folder != folder:
            return True
        elif place.etag != etag:
            self.batch.flagged.append((folder, each, place.etag, place.flags))
        return False

    def _new(self, each: str, touched: Touched) -> bool:
        return touched.fresh and each not in self.held and each not in self.at.debts.unreadable

    def _aside(self, changes: Changes) -> dict[str, Touched]:
        """What's new and lies in Trash or Spam already, of conversations in which we wrote.

        In one that it began itself (it has its id) all else came later, and is told of in the same history.
        """
        aside = {
            each: touched
            for each, touched in changes.touched.items()
            if self.labels.aside(touched.labels) and self._new(each, touched)
        }
        ours = {touched.thread for touched in changes.touched.values() if not OURS.isdisjoint(touched.labels)}
        unclear = dict.fromkeys(touched.thread for each, touched in aside.items() if each != touched.thread)
        ours |= self.lister.written_in(each for each in unclear if each not in ours)
        return {each: touched for each, touched in aside.items() if touched.thread in ours}

    def _in_spam(self, each: str) -> Problem:
        why = (
            "it lies in Spam and isn't read, but belongs to a conversation of yours: if it's real, take it out of there"
        )
        return Problem(self.fetcher.account, f"Spam/{each}", why)

    def _bring(self, wanted: Wanted, large: Collection[str] | None, history: str) -> Iterator[MailBatch]:
        """Fetches, a batch at a time; only the last cursor says that all until `history` is known."""
        before, total = self.at, sum(map(len, wanted.values()))
        for each, fetched in self.fetcher.fetch(wanted, large):
            self._take(each, fetched)
            if self.batch.full:
                yield self._close(total)
        self.at = replace(self.at, history=history)
        if not self.batch.empty or self.at != before:
            yield self._close(total)

    def _close(self, total: int) -> MailBatch:
        return self.batch.close(encode(self.at, self.email, self.fetcher.google.pace), total)

    def _take(self, each: str, fetched: Fetched) -> None:
        taking = Taking(self.batch, self.fetcher.account, "Gmail")
        debts = taking.take(each, fetched, self.held.get(each, ("", "")), self.at.debts)
        self.at = replace(self.at, debts=debts)


def open_mailbox(account: str, settings: Mapping[str, Any], zone: tzinfo) -> GoogleMailbox:
    """`months` is how far back mail is read; `private_folders` are names of labels whose mail never is."""
    return GoogleMailbox(
        connect(account, settings),
        zone,
        months=settings.get("months") or 12,
        private=settings.get("private_folders") or (),
        units_a_minute=settings.get("units_a_minute"),
    )
