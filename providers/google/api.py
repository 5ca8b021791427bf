"""The API of one Google account: each call waits its turn in the quota; reads are repeated, changes never blindly."""

import hashlib
import itertools
import os
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from weakref import WeakValueDictionary

from providers import notices
from providers.google.calls import changes, permit
from providers.google.credentials import credentials, email_of, refused_tokens, variable_of
from providers.google.errors import (
    RefusalError,
    Refused,
    SignInNeeded,
    Unsure,
    account_error,
    too_fast,
    unreachable,
)
from providers.google.faults import Fault, fault_of, judged, shallow, whole
from providers.google.quota import Bucket, calendar_bucket, gmail_bucket, units_of, waiting
from providers.http import backoff

__all__ = ["Google", "RefusalError", "Refused", "SignInNeeded", "Unsure", "connect"]

Settings = Mapping[str, Any]
Answer: TypeAlias = dict[str, Any]

_TRIES: Final = 6
_LONGEST_PAUSE: Final = 300.0
_TOLD_FROM: Final = 30.0
"""Seconds of a pause of which the rep is told."""
_LARGEST_BATCH: Final = 50
"""Gmail API, Batching requests: more than 50 isn't recommended."""
_SMALLEST_BATCH: Final = 5

_open: "WeakValueDictionary[tuple[str, str, str], Google]" = WeakValueDictionary()
_opening: Final = threading.Lock()


def connect(account: str, settings: Settings) -> "Google":
    """The account's API; the ports of an account in one process share it, and with it quota, tokens and connections.

    Another token in the environment is another sign-in, which shares nothing.
    """
    token = os.environ.get(variable_of(settings) or "", "")
    key = (
        account,
        repr(sorted(settings.items(), key=lambda item: item[0])),
        hashlib.sha256(token.encode()).hexdigest(),
    )
    with _opening:
        google = _open.get(key)
        if google is None:
            google = _open[key] = Google(account, settings)
        return google


@dataclass(slots=True)
class _Asked:
    """One request of a batch on its way."""

    id: str
    request: Any
    units: int
    tries: int = 0


@dataclass(slots=True)
class _Lane:
    """One of the two APIs: its pace, and how many calls go into a batch without Google's objection."""

    bucket: Bucket
    size: int = _LARGEST_BATCH
    service: Any = None


class Google:
    """One account. Requests are built from `gmail` and `calendar` in any thread, and carried out by `run` and `batch`.

    `http` makes the connection of a thread; tests put in their own, and a clock.
    """

    def __init__(
        self,
        account: str,
        settings: Settings,
        *,
        http: Callable[[], Any] | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.account = account
        self.email = email_of(settings)
        self._settings = settings
        self._make_http = http or self._authorized
        self._sleep = sleep
        self._chance = chance
        self._here = threading.local()
        self._lock = threading.Lock()
        self._credentials: Any = None
        self._lanes = {
            "gmail": _Lane(gmail_bucket(settings.get("units_a_minute"), clock)),
            "calendar": _Lane(calendar_bucket(clock)),
        }

    @property
    def gmail(self) -> Any:
        """The Gmail API, v1, to build requests with; `userId` is "me"."""
        return self._service("gmail", "v1")

    @property
    def calendar(self) -> Any:
        """The Calendar API, v3, to build requests with."""
        return self._service("calendar", "v3")

    @property
    def pace(self) -> float | None:
        """How many of Gmail's units a second this account gets, where that was learned."""
        return self._lanes["gmail"].bucket.learned

    def resume(self, pace: float) -> None:
        """Go on at a pace that was learned before."""
        self._lanes["gmail"].bucket.resume(pace)

    def run(self, request: Any, *, units: int | None = None, writes: bool = False) -> Answer:
        """Carry out one call; an empty answer is {}.

        Raises `RefusalError` for a no to this call, `Unsure` for a change that got no answer, else `ProviderError`.
        """
        permit(self.account, self._settings, request)
        writes = writes or changes(request)
        lane = self._lane(request)
        for tries in itertools.count(1):
            self._wait(lane, units or self._units(request))
            outcome = self._attempt(lambda: request.execute(http=self._http(), num_retries=0))
            if isinstance(outcome, Refused):
                raise self._no(request, outcome)
            if not isinstance(outcome, Fault):
                return outcome
            if writes and not outcome.unsent:
                raise Unsure(self.account, request.methodId, outcome.why)
            self._rest(lane, tries, outcome)
        raise AssertionError

    def batch(self, requests: Iterable[tuple[str, Any, int]]) -> Iterator[tuple[str, Answer | Refused]]:
        """Carry out reads of one API, up to 50 at once: each (id, request, units; 0 to look them up) comes out once.

        What Google was too busy for is asked again by itself, so the order may differ; what it refuses is a value.
        """
        source = iter(requests)
        waiting: deque[_Asked] = deque()
        while chunk := self._chunk(waiting, source):
            lane = self._lane(chunk[0].request)
            self._wait(lane, sum(each.units for each in chunk))
            again: list[_Asked] = []
            faults: list[Fault] = []
            for asked, outcome in self._together(lane, chunk):
                if not isinstance(outcome, Fault):
                    yield asked.id, outcome
                    continue
                asked.tries += 1
                if asked.tries == _TRIES and outcome.refused and not outcome.throttled:
                    yield asked.id, outcome.refused
                    continue
                again.append(asked)
                faults.append(outcome)
            waiting.extendleft(reversed(again))
            if not again:
                lane.size = min(_LARGEST_BATCH, lane.size + 5)
                continue
            worst = max(faults, key=lambda fault: (fault.throttled, fault.pause))
            if worst.throttled:
                lane.size = max(_SMALLEST_BATCH, lane.size // 2)
            self._rest(lane, max(each.tries for each in again), worst)

    def close(self) -> None:
        """Close this thread's connection."""
        if (http := getattr(self._here, "http", None)) is not None:
            http.close()
            del self._here.http

    def _chunk(self, waiting: "deque[_Asked]", source: Iterator[tuple[str, Any, int]]) -> list[_Asked]:
        """As many as go at once; those that wait to be asked again go first."""
        chunk: list[_Asked] = []
        units = 0
        while True:
            asked = waiting.popleft() if waiting else self._next(source)
            if asked is None:
                return chunk
            lane = self._lane(asked.request)
            if chunk and (len(chunk) >= lane.size or units + asked.units > lane.bucket.burst):
                waiting.appendleft(asked)
                return chunk
            chunk.append(asked)
            units += asked.units

    def _next(self, source: Iterator[tuple[str, Any, int]]) -> _Asked | None:
        given = next(source, None)
        if given is None:
            return None
        name, request, units = given
        if changes(request):
            raise ValueError("a batch is for reads: a change in it couldn't be told from one that wasn't made")
        return _Asked(name, request, units or self._units(request))

    def _together(self, lane: _Lane, chunk: list[_Asked]) -> list[tuple[_Asked, Answer | Refused | Fault]]:
        """One batch, with an outcome for each. What concerns the whole account is raised."""
        outcomes: dict[str, Answer | Refused | Fault] = {}

        def take(number: str, answer: Any, error: Any) -> None:
            outcomes[number] = whole(answer) if error is None else _judged(error)

        def carry_out() -> Answer:
            batch = lane.service.new_batch_http_request(callback=take)
            for number, asked in enumerate(chunk):
                asked.request.postproc = shallow(asked.request.postproc)
                batch.add(asked.request, request_id=str(number))
            batch.execute(http=self._http())
            return {}

        outcome = self._attempt(carry_out)
        if isinstance(outcome, Refused):
            raise self._no(chunk[0].request, outcome)
        if isinstance(outcome, Fault):
            return [(asked, outcome) for asked in chunk]
        done = [(asked, outcomes[str(number)]) for number, asked in enumerate(chunk)]
        for asked, outcome in done:
            if isinstance(outcome, Refused) and (error := account_error(self.account, asked.request.methodId, outcome)):
                raise error
        return done

    def _attempt(self, call: Callable[[], Any]) -> Answer | Refused | Fault:
        """The answer, a no, or why there's neither."""
        from google.auth.exceptions import RefreshError
        from googleapiclient.errors import HttpError

        try:
            return whole(call())
        except HttpError as error:
            return _judged(error)
        except Exception as error:
            if isinstance(error, RefreshError) and not error.retryable:
                raise refused_tokens(self.account, self._settings, error) from None
            self.close()
            if (fault := fault_of(error)) is None:
                raise
            if fault.hopeless:
                raise unreachable(self.account, fault.why) from None
            return fault

    def _no(self, request: Any, refused: Refused) -> Exception:
        return account_error(self.account, request.methodId, refused) or RefusalError(
            self.account, request.methodId, refused
        )

    def _wait(self, lane: _Lane, units: int) -> None:
        if (seconds := lane.bucket.reserve(units)) > 0:
            self._pause(seconds)

    def _pause(self, seconds: float) -> None:
        if seconds >= _TOLD_FROM:
            notices.say(waiting(self.account, seconds))
        self._sleep(seconds)

    def _rest(self, lane: _Lane, tries: int, fault: Fault) -> None:
        """Wait before the next try, or give up in words."""
        pause = backoff(tries, self._chance(), fault.pause)
        if fault.throttled and (tries >= _TRIES or pause > _LONGEST_PAUSE):
            raise too_fast(self.account, pause)
        if tries >= _TRIES or pause > _LONGEST_PAUSE:
            raise unreachable(self.account, fault.why)
        if fault.throttled:
            lane.bucket.throttled(pause)  # it makes every thread wait, this one at its next turn
        else:
            self._pause(pause)

    def _units(self, request: Any) -> int:
        return units_of(request.methodId, self._settings.get("units_a_minute"))

    def _lane(self, request: Any) -> _Lane:
        return self._lanes[request.methodId.partition(".")[0]]

    def _service(self, name: str, version: str) -> Any:
        lane = self._lanes[name]
        with self._lock:
            if lane.service is None:
                from providers.google.connection import service

                lane.service = service(name, version, self._settings.get("root_url"))
            return lane.service

    def _http(self) -> Any:
        """This thread's connection: httplib2 isn't thread-safe."""
        if not hasattr(self._here, "http"):
            self._here.http = self._make_http()
        return self._here.http

    def _authorized(self) -> Any:
        from providers.google.connection import authorized

        with self._lock:
            if self._credentials is None:
                self._credentials = credentials(self.account, self._settings)
        return authorized(self._credentials)


def _judged(error: Any) -> Refused | Fault:
    """What an HttpError means."""
    return judged(error.resp, int(error.resp.status), error.content)
