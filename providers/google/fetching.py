"""Messages by their ids, for the fewest units: whole threads where three or more are wanted, else one by one, raw."""

from collections.abc import Collection, Iterable, Iterator
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
from providers.owing import Failed, Fetched

_GET: Final = "gmail.users.messages.get"
_THREAD: Final = "gmail.users.threads.get"
_RAW: Final = "id,labelIds,internalDate,raw"
_PARTS: Final = "id,labelIds,internalDate,sizeEstimate,payload"
_DAY: Final = 86_400
_ROOM: Final = 50
"""What one portion may weigh, which is held in memory at once: so many messages of up to 256 kB."""
_SMALL: Final = 256 * 1024
_UNKNOWN: Final = 5
"""The weight of what may be long (a message may have 25 MB), so that ten of them are asked for at once."""

Request: TypeAlias = tuple[str, Any, int]
Weighed: TypeAlias = tuple[int, Request]


@dataclass(slots=True)
class Fetcher:
    """Fetches the messages of one account. `since` is the moment before which none is wanted (seconds since 1970)."""

    account: str
    google: Google
    zone: tzinfo
    labels: Labels
    since: int
    units_a_minute: int | None = None
    _alone: list[Weighed] = field(default_factory=list, init=False)
    _messages: Any = field(default=None, init=False)
    _threads: Any = field(default=None, init=False)

    def fetch(self, wanted: Wanted, large: Collection[str] | None = None) -> Iterator[tuple[str, Fetched]]:
        """Each id once, nearly in the order given. `large` are those of which no attachment is fetched.

        None for `large`: nobody knows, and fewer are asked for at once.
        """
        users = self.google.gmail.users()
        self._messages, self._threads = users.messages(), users.threads()  # each takes as long to make as a parse
        for portion in _portions(self._requests(wanted, large)):
            yield from self._asked(portion, wanted)
            again, self._alone = self._alone, []
            for alone in _portions(again):
                yield from self._asked(alone, wanted)

    def _asked(self, portion: list[Request], wanted: Wanted) -> Iterator[tuple[str, Fetched]]:
        for key, answer in self.google.batch(portion):
            yield from self._taken(key, answer, wanted)

    def _requests(self, wanted: Wanted, large: Collection[str] | None) -> Iterator[Weighed]:
        one, whole = (units_of(method, self.units_a_minute) for method in (_GET, _THREAD))
        for thread, ids in wanted.items():
            if len(ids) * one > whole:
                asked = {"userId": "me", "id": thread, "format": "full", "fields": f"messages({_PARTS})"}
                yield max(_UNKNOWN, len(ids)), (f"thread {thread}", self._threads.get(**asked), 0)
                continue
            for each in ids:
                if large and each in large:
                    asked = {"userId": "me", "id": each, "format": "full", "fields": _PARTS}
                    yield _UNKNOWN, (f"full {each}", self._messages.get(**asked), 0)
                else:
                    yield _UNKNOWN if large is None else 1, self._raw(each)

    def _raw(self, each: str) -> Request:
        return f"raw {each}", self._messages.get(userId="me", id=each, format="raw", fields=_RAW), 0

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
                self._alone += ((_UNKNOWN, self._raw(each)) for each in ids)
            return
        found = {each["id"]: each for each in (answer.get("messages", ()) if shape == "thread" else (answer,))}
        for each in ids:
            if each not in found:
                yield each, None
                continue
            try:
                read = self._from_parts(each, found[each])
            except DoubtError:
                size = int(found[each].get("sizeEstimate", 0))
                self._alone.append((min(_ROOM, 1 + size // _SMALL), self._raw(each)))
                continue
            yield each, read

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
            if message.calendar:
                message = replace(message, calendar=tuple(map(with_our_uids, message.calendar)))
        except mime.UnreadableError as error:
            return self._problem(each, str(error), place.folder)
        except Exception as error:  # a hostile message must not stop a run: it's reported instead
            return self._problem(each, f"it can't be read ({type(error).__name__})", place.folder)
        return message

    def _problem(self, each: str, why: str, folder: str = "Gmail") -> Problem:
        return Problem(self.account, f"{folder}/{each}", why)


def _portions(requests: Iterable[Weighed]) -> Iterator[list[Request]]:
    """Requests to be made together, in their order: as many as weigh no more than there is room for."""
    portion: list[Request] = []
    weight = 0
    for each, request in requests:
        if portion and weight + each > _ROOM:
            yield portion
            portion, weight = [], 0
        portion.append(request)
        weight += each
    if portion:
        yield portion
