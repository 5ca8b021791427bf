"""Microsoft Graph for one mailbox: each call waits its turn; reads are repeated, changes never blindly."""

import hashlib
import itertools
import json
import os
import random
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from urllib.parse import quote, urlsplit
from weakref import WeakValueDictionary

from providers.http import backoff
from providers.microsoft.answers import Answer, Outcome, by_id, inner_outcome, parsed
from providers.microsoft.batches import TRIES, Batches, Call
from providers.microsoft.calls import named, permit
from providers.microsoft.connection import GRAPH, client, root_of
from providers.microsoft.errors import (
    RefusalError,
    Refused,
    SignInNeeded,
    Unreachable,
    Unsure,
    account_error,
    elsewhere,
    not_accepted,
    too_fast,
    unreachable,
)
from providers.microsoft.faults import Fault, fault_of, judged
from providers.microsoft.throttle import Throttle
from providers.microsoft.tokens import Opened, claims_in, email_of, is_application, is_own, opened, variable_of

__all__ = ["Call", "Graph", "RefusalError", "Refused", "SignInNeeded", "Unsure", "connect", "graph_path", "odata"]

Settings = Mapping[str, Any]
Params: TypeAlias = Mapping[str, Any]

_LONGEST_PAUSE: Final = 300.0
_RENEWALS: Final = 2
_PLAIN: Final = "-_.~,:;()/@$*!'="
"""What stands for itself in a query; Graph reads a bare + as a blank."""

_open: "WeakValueDictionary[tuple[str, ...], Graph]" = WeakValueDictionary()
_opening: Final = threading.Lock()


def connect(account: str, settings: Settings, *, http: Any = None) -> "Graph":
    """The account's Graph; the ports of an account in one process share it, and with it pace, tokens and connections.

    Another token in the environment is another sign-in, which shares nothing. With `http`, a transport of httpx's,
    nothing is shared.
    """
    if http is not None:
        return Graph(account, settings, http=http)
    token = os.environ.get(variable_of(settings) or "", "")
    told = repr(sorted(settings.items(), key=lambda item: item[0]))
    key = (account, told, hashlib.sha256(token.encode()).hexdigest())
    with _opening:
        graph = _open.get(key)
        if graph is None:
            graph = _open[key] = Graph(account, settings)
        return graph


def graph_path(form: str, *parts: str) -> str:
    """The path with the ids in it: graph_path("/messages/{}/send", id). Ids may hold “/” and “=”."""
    return form.format(*(quote(part, safe="") for part in parts))


def odata(text: str) -> str:
    """The text as a string in a $filter (OData 4.01, URL conventions, section 5.1.1.14.1)."""
    return "'" + text.replace("'", "''") + "'"


class Graph:
    """One account's mailbox. Paths are relative to it; safe to share between threads.

    Tests put in a transport, a token, a clock and chance of their own.
    """

    def __init__(
        self,
        account: str,
        settings: Settings,
        *,
        http: Any = None,
        token: Opened | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.account = account
        self.email = email_of(settings)
        self.base = "/me" if is_own(settings) else f"/users/{quote(self.email, safe='')}"
        self._settings = settings
        self._root = f"{root_of(settings)}/v1.0"
        self._transport = http
        self._opened = token
        self._chance = chance
        self._throttle = Throttle(account, clock=clock, sleep=sleep)
        self._batches = Batches(self._together, self._rest)
        self._lock = threading.Lock()
        self._clients: dict[bool, Any] = {}

    def get(
        self,
        path: str,
        params: Params | None = None,
        *,
        prefer: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One read. Raises `RefusalError` for a no to this call, else `ProviderError`."""
        return self._answer("GET", path, params=params, prefer=prefer, headers=headers)

    def pages(
        self,
        path: str,
        params: Params | None = None,
        *,
        prefer: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[Answer]:
        """A read and all that its nextLinks lead to, page by page as they came; the last may have a deltaLink.

        `path` may be such a link. They are asked as they are (Microsoft Graph, Paging); those of another host aren't.
        """
        seen: set[str] = set()
        link: Any = path
        while link is not None:
            if not isinstance(link, str) or link in seen:
                raise elsewhere(self.account)
            seen.add(link)
            page = self.get(link, params, prefer=prefer, headers=headers)
            yield page
            link, params = page.get("@odata.nextLink"), None
            if link is not None and not str(link).startswith("http"):
                raise elsewhere(self.account)

    def raw(self, path: str, params: Params | None = None) -> bytes:
        """The bytes of an answer that isn't JSON, like a message's $value."""
        return bytes(self._call("GET", path, params=params).content)

    def post(
        self,
        path: str,
        body: Any = None,
        *,
        prefer: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
        asks: bool = False,
    ) -> Answer:
        """A change; {} where nothing is answered. Raises `Unsure` where it may or may not have been made.

        `asks`: it only asks, like getSchedule, and is repeated like a read.
        """
        return self._answer("POST", path, body=body, prefer=prefer, headers=headers, asks=asks)

    def patch(
        self,
        path: str,
        body: Any,
        *,
        prefer: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
        if_match: str | None = None,
    ) -> Answer:
        """A change of what is there; `if_match` is the @odata.etag that it was read with. Raises like `post`."""
        return self._answer("PATCH", path, body=body, prefer=prefer, headers=_with(headers, if_match))

    def delete(
        self,
        path: str,
        *,
        prefer: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
        if_match: str | None = None,
    ) -> Answer:
        """Raises like `post`."""
        return self._answer("DELETE", path, prefer=prefer, headers=_with(headers, if_match))

    def batch(self, calls: Iterable[Call]) -> Iterator[tuple[str, Answer | Refused]]:
        """Carry out reads, up to 20 at once: each id comes out once; what Graph refuses is a value.

        What it was too busy for is asked again by itself, so the order may differ.
        """
        return self._batches.run(calls)

    def close(self) -> None:
        """Close the connections that are kept open."""
        with self._lock:
            clients, self._clients = list(self._clients.values()), {}
        for each in clients:
            each.close()

    def _together(self, calls: list[Call]) -> list[Outcome]:
        """One batch, with an outcome for each. What concerns the whole account is raised."""
        body = {"requests": [self._inner(str(number), call) for number, call in enumerate(calls)]}
        outcome = self._attempts("POST", f"{self._root}/$batch", body=body, calls=len(calls))
        outcome = outcome if isinstance(outcome, (Refused, Fault)) else parsed(outcome)
        if isinstance(outcome, Refused):
            raise self._no("POST /$batch", outcome)
        if isinstance(outcome, Fault):
            return [outcome] * len(calls)
        answers = by_id(outcome)
        done = [inner_outcome(answers.get(str(number))) for number in range(len(calls))]
        for each in done:
            if isinstance(each, Refused):
                if each.status == 401:
                    raise self._signed_out(each)
                if error := account_error(self.account, self.email, each):
                    raise error
        return done

    def _inner(self, number: str, call: Call) -> Answer:
        url = self._address(call.path, call.params).removeprefix(self._root)
        return {"id": number, "method": "GET", "url": url, "headers": _preferring(call.prefer, call.headers)}

    def _answer(self, method: str, path: str, **how: Any) -> Answer:
        for tries in itertools.count(1):
            answer = self._call(method, path, **how)
            outcome = parsed(answer)
            if isinstance(outcome, Refused):
                raise self._no(named(method, self._relative(path)), outcome)
            if not isinstance(outcome, Fault):
                return outcome
            if method != "GET" and not how.get("asks"):
                raise Unsure(self.account, named(method, path), outcome.why)
            self._rest(tries, outcome)
        raise AssertionError

    def _call(self, method: str, path: str, *, params: Params | None = None, asks: bool = False, **how: Any) -> Any:
        """The answer of httpx. A change goes out once, unless it's certain that it wasn't carried out."""
        reads = method == "GET" or asks
        if method != "GET":
            permit(self.account, self._settings, method, path, asks=asks)
        address = self._address(path, params)
        name = named(method, self._relative(path))
        for tries in itertools.count(1):
            outcome = self._attempts(method, address, fresh=not reads, **how)
            if isinstance(outcome, Refused):
                raise self._no(name, outcome)
            if not isinstance(outcome, Fault):
                return outcome
            if not reads and not outcome.unsent:
                raise Unsure(self.account, name, outcome.why)
            self._rest(tries, outcome)
        raise AssertionError

    def _attempts(self, method: str, address: str, **how: Any) -> Any:
        """One try, and with a renewed token another: who isn't let in has changed nothing.

        The other one may be what another program has got meanwhile, and be refused for the same reason.
        """
        try:
            opened = self._way_in()
            token = opened(None, None)
            outcome = self._attempt(method, address, token, **how)
            for _ in range(_RENEWALS):
                if not isinstance(outcome, _NotLetIn) or (renewed := opened(token, outcome.claims)) == token:
                    break
                token, outcome = renewed, self._attempt(method, address, renewed, **how)
        except Unreachable as error:
            if not error.passing:
                raise
            return Fault(error.why, unsent=True)
        if isinstance(outcome, _NotLetIn):
            raise self._signed_out(outcome.refused)
        return outcome

    def _attempt(
        self,
        method: str,
        address: str,
        token: str,
        *,
        body: Any = None,
        prefer: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
        fresh: bool = False,
        calls: int = 0,
    ) -> Any:
        """The answer, a no, or why there's neither. `calls`: so many in a batch, alone."""
        sent = _preferring(prefer, headers) if not calls else {}
        sent |= {"Authorization": f"Bearer {token}", "client-request-id": str(uuid.uuid4())}
        content = None
        if body is not None:
            sent["Content-Type"] = "application/json"
            content = json.dumps(body).encode()
        with self._throttle.turn(calls or 1, alone=calls > 0):
            try:
                answer = self._client(fresh=fresh).request(method, address, headers=sent, content=content)
            except Exception as error:
                if (fault := fault_of(error)) is None:
                    raise
                if fault.hopeless:
                    raise unreachable(self.account, fault.why, passing=False) from None
                return fault
        if answer.status_code < 300:
            return answer
        outcome = judged(answer.status_code, answer.headers, answer.content)
        if isinstance(outcome, Refused) and outcome.status == 401:
            return _NotLetIn(outcome, claims_in(answer.headers.get("www-authenticate", "")))
        return outcome

    def _rest(self, tries: int, fault: Fault) -> None:
        """Wait before the next try, or give up in words."""
        pause = backoff(tries, self._chance(), fault.pause)
        if fault.throttled and (tries >= TRIES or pause > _LONGEST_PAUSE):
            raise too_fast(self.account, pause)
        if tries >= TRIES or pause > _LONGEST_PAUSE:
            raise unreachable(self.account, fault.why)
        if fault.throttled or fault.pause:
            self._throttle.hold(pause)  # it makes every thread wait, this one at its next turn
        else:
            self._throttle.pause(pause)

    def _no(self, name: str, refused: Refused) -> Exception:
        error = account_error(self.account, self.email, refused)
        return error or RefusalError(self.account, name, refused, application=is_application(self._settings))

    def _signed_out(self, refused: Refused) -> Exception:
        return not_accepted(
            self.account, variable_of(self._settings), application=is_application(self._settings), refused=refused
        )

    def _relative(self, path: str) -> str:
        return urlsplit(path).path.rpartition("/v1.0")[2] if path.startswith("http") else path

    def _address(self, path: str, params: Params | None) -> str:
        if path.startswith("http"):
            return self._followed(path)
        query = "&".join(f"{name}={quote(str(value), safe=_PLAIN)}" for name, value in (params or {}).items())
        return f"{self._root}{self.base}{path}" + (f"?{query}" if query else "")

    def _followed(self, link: str) -> str:
        """A link of Graph's as it is; behind a gateway, Graph's own address leads through that. No other host's."""
        try:
            split, root = urlsplit(link), urlsplit(self._root)
            origin = (split.scheme, split.netloc)
        except ValueError:
            raise elsewhere(self.account) from None
        if origin == (root.scheme, root.netloc):
            return link
        graph = urlsplit(GRAPH)
        if origin == (graph.scheme, graph.netloc) and split.path.startswith("/v1.0/"):
            return self._root.removesuffix("/v1.0") + link.removeprefix(GRAPH)
        raise elsewhere(self.account)

    def _way_in(self) -> Opened:
        with self._lock:
            if self._opened is None:
                self._opened = opened(self.account, self._settings)
            return self._opened

    def _client(self, *, fresh: bool) -> Any:
        with self._lock:
            if fresh not in self._clients:
                self._clients[fresh] = client(fresh=fresh, transport=self._transport)
            return self._clients[fresh]


@dataclass(frozen=True, slots=True)
class _NotLetIn:
    """A 401: the token isn't, or is no longer, accepted; `claims` is what a new one must satisfy."""

    refused: Refused
    claims: str | None


def _with(headers: Mapping[str, str] | None, if_match: str | None) -> dict[str, str]:
    return {**(headers or {}), **({"If-Match": if_match} if if_match else {})}


def _preferring(prefer: Sequence[str], headers: Mapping[str, str] | None) -> dict[str, str]:
    """Ids that survive a move (Microsoft Graph, Immutable identifiers), and what else is preferred, in one header."""
    return {"Prefer": ", ".join(('IdType="ImmutableId"', *prefer)), **(headers or {})}
