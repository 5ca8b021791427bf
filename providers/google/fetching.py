"""Messages by their ids, for the fewest units: whole threads where three or more are wanted, else one by one, raw."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from typing import Any, Final, TypeAlias

from assistant.domain.mail import Message, Problem
from providers.google.api import Google, Refused
from providers.google.events import with_our_uids
from providers.google.labels import Labels
from providers.google.listing import Wanted
from providers.google.payload import DoubtError, decoded, rebuilt
from providers.google.quota import units_of

_GET: Final = "gmail.users.messages.get"
_THREAD: Final = "gmail.users.threads.get"
_RAW: Final = "id,labelIds,internalDate,raw"
_PARTS: Final = "id,labelIds,internalDate,sizeEstimate,payload"
_DAY: Final = 86_400
_AT_ONCE: Final = 10
"""Messages of unknown size that are asked for in one batch: each may be 25 MB long."""

Request: TypeAlias = tuple[str, Any, int]


@dataclass(frozen=True, slots=True)
class Failed:
    """Google had trouble of its own with this message, and again when it was asked for alone: it's owed."""

    why: str


Fetched = Message | Problem | Failed | None
"""A message, why it can't be read, why it couldn't be had, or None: it's gone, or not to be read."""


@dataclass(slots=True)
class Fetcher:
    """Fetches the messages of one account. `since` is the moment before which none is wanted (seconds since 1970)."""

    account: str
    google: Google
    zone: tzinfo
    labels: Labels
    since: int
    units_a_minute: int | None = None
    _alone: list[str] = field(default_factory=list, init=False)
    _messages: Any = field(default=None, init=False)
    _threads: Any = field(default=None, init=False)

    def fetch(self, wanted: Wanted, large: Collection[str] | None = None) -> Iterator[tuple[str, Fetched]]:
        """Each id once, nearly in the order given. `large` are those of which no attachment is fetched.

        None for `large`: nobody knows, and fewer are asked for at once.
        """
        users = self.google.gmail.users()
        self._messages, self._threads = users.messages(), users.threads()  # each takes as long to make as a parse
        for requests in self._portions(wanted, large):
            for key, answer in self.google.batch(requests):
                yield from self._taken(key, answer, wanted)
            while self._alone:
                for key, answer in self.google.batch(self._again()):
                    yield from self._taken(key, answer, wanted)

    def _portions(self, wanted: Wanted, large: Collection[str] | None) -> Iterator[Iterator[Request]]:
        """Requests to be made together; one portion where the sizes are known."""
        if large is not None:
            yield self._requests(wanted, large)
            return
        requests = list(self._requests(wanted, ()))
        for start in range(0, len(requests), _AT_ONCE):
            yield iter(requests[start : start + _AT_ONCE])

    def _requests(self, wanted: Wanted, large: Collection[str]) -> Iterator[Request]:
        one, whole = (units_of(method, self.units_a_minute) for method in (_GET, _THREAD))
        for thread, ids in wanted.items():
            yield from self._again()
            if len(ids) * one > whole:
                asked = {"userId": "me", "id": thread, "format": "full", "fields": f"messages({_PARTS})"}
                yield f"thread {thread}", self._threads.get(**asked), 0
                continue
            for each in ids:
                if each in large:
                    asked = {"userId": "me", "id": each, "format": "full", "fields": _PARTS}
                    yield f"full {each}", self._messages.get(**asked), 0
                else:
                    yield f"raw {each}", self._raw(each), 0

    def _again(self) -> Iterator[Request]:
        """What is to be asked for alone by now."""
        again, self._alone = self._alone, []
        return iter([(f"raw {each}", self._raw(each), 0) for each in again])

    def _raw(self, each: str) -> Any:
        return self._messages.get(userId="me", id=each, format="raw", fields=_RAW)

    def _taken(self, key: str, answer: dict[str, Any] | Refused, wanted: Wanted) -> Iterator[tuple[str, Fetched]]:
        shape, _, name = key.partition(" ")
        if shape == "raw":
            yield name, self._from_raw(name, answer)
            return
        ids = wanted[name] if shape == "thread" else [name]
        if isinstance(answer, Refused):
            if answer.status == 404:
                yield from ((each, None) for each in ids)
            else:
                self._alone += ids
            return
        found = {each["id"]: each for each in (answer.get("messages", ()) if shape == "thread" else (answer,))}
        for each in ids:
            if each not in found:
                yield each, None
                continue
            try:
                yield each, self._from_parts(each, found[each])
            except DoubtError:
                self._alone.append(each)

    def _from_raw(self, each: str, answer: dict[str, Any] | Refused) -> Fetched:
        if isinstance(answer, Refused):
            if answer.status == 404:
                return None
            why = f"Google doesn't hand it over: {answer.status} {answer.reason}"
            return Failed(why) if answer.passing else self._problem(each, why)
        try:
            return self._parsed(each, answer, decoded(answer.get("raw", "")))
        except DoubtError as error:
            return self._problem(each, str(error))

    def _from_parts(self, each: str, answer: dict[str, Any]) -> Fetched:
        """Raises `DoubtError`, also where what was rebuilt can't be read or leaves something open."""
        made = rebuilt(answer.get("payload", {}))
        read = self._parsed(each, answer, made.raw)
        if isinstance(read, Problem):
            raise DoubtError(read.why)
        if isinstance(read, Message):
            return made.sized(read, int(answer.get("sizeEstimate", 0)))
        return None

    def _parsed(self, each: str, answer: dict[str, Any], raw: bytes) -> Message | Problem | None:
        from providers import mime  # the parsers load only when there is something to read

        place = self.labels.place(answer.get("labelIds", ()))
        if place is None or int(answer.get("internalDate", self.since * 1000)) < (self.since - _DAY) * 1000:
            return None
        try:
            message = mime.parse(
                raw,
                account=self.account,
                folder=place.folder,
                remote_id=each,
                role=place.role,
                flags=place.flags,
                etag=place.etag,
                zone=self.zone,
            )
        except mime.UnreadableError as error:
            return self._problem(each, str(error), place.folder)
        if not message.calendar:
            return message
        return replace(message, calendar=tuple(map(with_our_uids, message.calendar)))

    def _problem(self, each: str, why: str, folder: str = "Gmail") -> Problem:
        return Problem(self.account, f"{folder}/{each}", why)
