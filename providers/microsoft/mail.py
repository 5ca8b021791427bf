"""A mailbox of Microsoft 365 or Outlook.com behind the `Mailbox` port: everything once, then what the deltas tell.

The first pull lists every folder without a body and fetches what the caller doesn't hold; what's listed again after a
kill isn't fetched again. After that one link a folder tells what changed. A folder whose link Graph has forgotten is
listed again by itself, and compared with what's held. What left a folder isn't gone before all folders have been
looked at: it may have moved, also to one that isn't followed, or under another id (archiving into another mailbox gives
one), by which it's found with its Message-ID. `CursorExpired` is for a cursor that isn't of this mailbox. What Graph
has lasting trouble with is a problem in its batch, and owed: the next pulls ask for it again.
"""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from typing import Any, Final

from assistant.domain.mail import Problem
from assistant.domain.ports import Cursor, Known, MailBatch
from providers.filling import Filling
from providers.microsoft.delta import moment
from providers.microsoft.fetching import Fetcher, Slice, alone
from providers.microsoft.folders import PLACES, Folders, folders_of
from providers.microsoft.graph import Graph, connect
from providers.microsoft.position import Position, decode, encode
from providers.microsoft.rounds import Held, Round, compare
from providers.owing import Fetched, Taking

BATCH: Final = 100
"""Messages handed over at once at most."""

_BATCH_TEXT: Final = 4_000_000
_MONTH: Final = 30.44 * 86_400
_DRIFT: Final = 3 * 86_400


class MicrosoftMailbox:
    """The mail of the last `months` of one account; `private` are names of folders whose mail is never read."""

    def __init__(
        self,
        graph: Graph,
        zone: tzinfo,
        *,
        months: float = 12,
        folders: Collection[str] = (),
        private: Collection[str] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._graph = graph
        self._zone = zone
        self._months = months
        self._chosen = tuple(folders)
        self._private = tuple(sorted(private))
        self._clock = clock

    @property
    def account(self) -> str:
        return self._graph.account

    def pull(self, cursor: Cursor | None, known: Known) -> Iterator[MailBatch]:
        since = max(0, int(self._clock() - self._months * _MONTH))
        before = decode(cursor, self._graph.email) if cursor else Position(since)
        at = before
        if since < at.since - _DRIFT:
            at = replace(at, since=since, links={}, swept="")  # more months are wanted than were listed
        folders = folders_of(self._graph, at.ids, self._chosen, self._private)
        links = {each.id: at.links[each.id] for each in folders.followed if each.id in at.links}
        at = replace(at, ids=folders.ids, links=links)
        held = {each: (place, etag) for place in PLACES for each, etag in known(place).items()}
        fetcher = Fetcher(self._graph, self._zone, folders, at.since)
        part = _Part(self._graph, folders, held, fetcher, at, before, int(self._clock()))
        yield from part.run()


@dataclass(slots=True)
class _Part:
    """One pull: what changed, brought in batches. `at` moves on with them; `before` is where the caller is."""

    graph: Graph
    folders: Folders
    held: Held
    fetcher: Fetcher
    at: Position
    before: Position
    now: int
    batch: Filling = field(default_factory=lambda: Filling(BATCH, _BATCH_TEXT))
    total: int = 0

    def run(self) -> Iterator[MailBatch]:
        self._name_missing()
        found = compare(self.graph, self.folders, self.held, self.at)
        self.batch.flagged += found.flagged
        for each in found.spam:
            self.batch.problems.append(Problem(self.graph.account, f"Junk Email/{each}", _IN_JUNK))
        if found.trouble:
            why = f"they couldn't be looked through ({found.trouble.rstrip('.')}); the next run does it"
            self.batch.problems.append(Problem(self.graph.account, "Other folders", why))
        self.at = replace(self.at, told=self.at.told | frozenset(found.spam))
        owed = alone(each for each in self.at.debts.owed if found.want(each))
        self.total = len(found.asked) + len(self.batch.problems)
        if found.rewritten:
            yield from self._take_back(found.rewritten)
        yield from self._bring(found, [*found.loose, *found.elsewhere, *owed])
        self.batch.gone += [(self.held[each][0], each) for each in found.gone if each in self.held]
        self.at = replace(self.at.knowing(found.links), swept=min(found.swept, moment(self.now)))
        if not self.batch.empty or self.at != self.before:
            yield self._close()

    def _name_missing(self) -> None:
        for name in sorted(self.folders.missing - self.at.missing):
            why = "there is no such folder in the mailbox: check `mail_folders` of this account"
            self.batch.problems.append(Problem(self.graph.account, name, why))
        self.at = replace(self.at, missing=self.folders.missing)

    def _take_back(self, rewritten: Collection[str]) -> Iterator[MailBatch]:
        """Drafts that say something else now come anew under their id, in a later batch than they go."""
        self.batch.gone += [(self.held[each][0], each) for each in rewritten]
        self.held = {each: place for each, place in self.held.items() if each not in rewritten}
        yield self._close()

    def _bring(self, found: Round, besides: list[Slice]) -> Iterator[MailBatch]:
        """Fetches, a folder after the other; one that's done needn't be listed again after a kill."""
        for folder, wanted in (*found.wanted.items(), ("", besides)):
            for each, fetched in self.fetcher.fetch(wanted):
                self._take(each, fetched)
                if self.batch.full:
                    yield self._close()
            if folder in found.links and found.settled:
                self.at = self.at.knowing({folder: found.links[folder]})

    def _close(self) -> MailBatch:
        return self.batch.close(encode(self.at, self.graph.email), self.total)

    def _take(self, each: str, fetched: Fetched) -> None:
        taking = Taking(self.batch, self.graph.account, "Mail")
        debts = taking.take(each, fetched, self.held.get(each, ("", "")), self.at.debts)
        self.at = replace(self.at, debts=debts)


_IN_JUNK: Final = (
    "it lies in Junk Email and isn't read, but belongs to a conversation of yours: if it's real, take it out of there"
)


def open_mailbox(account: str, settings: Mapping[str, Any], zone: tzinfo) -> MicrosoftMailbox:
    """`months` is how far back mail is read; `mail_folders` are read besides, `private_folders` never."""
    return MicrosoftMailbox(
        connect(account, settings),
        zone,
        months=settings.get("months") or 12,
        folders=settings.get("mail_folders") or (),
        private=settings.get("private_folders") or (),
    )
