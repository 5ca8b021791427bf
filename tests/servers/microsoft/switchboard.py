"""Every call of a test's user comes through here: faults, tokens, limits, checks against the shapes, the log."""

import json
import re
import time
import traceback
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import Lock, RLock
from urllib.parse import unquote

from tests.servers.emulator import Upstream
from tests.servers.faults import Call, Fault, Faults
from tests.servers.microsoft import batches
from tests.servers.microsoft.accounts import Accounts
from tests.servers.microsoft.asked import Asked, Json, Prefer, Refused, Unfit, preferences
from tests.servers.microsoft.shapes import Operation, faults, operation_for
from tests.servers.proxy import Cut, Reply, Request

BASE = re.compile(r"/v1\.0(?P<base>/me|/users/(?P<user>[^/]+))(?P<rest>/.*)?")
AT_ONCE = 4
"""Requests of one application to one mailbox at a time (Microsoft Graph, Throttling limits)."""


class Switchboard:
    """Answers what comes over HTTP; `lock` is held while a call is carried out."""

    def __init__(
        self, accounts: Accounts, found: Faults, handlers: Mapping[str, Callable[[Asked], object]], email: str
    ) -> None:
        self.accounts, self.faults, self.email = accounts, found, email
        self.handlers = dict(handlers)
        self.lock = RLock()
        self.log: list[Call] = []
        self.violations: list[str] = []
        self.upstream: Upstream | None = None
        self.before: Callable[[], None] = lambda: None
        self.most_at_once = 0
        self.early: list[Call] = []
        self.fails: dict[int, Mapping[str, str]] = {}
        self._wait_until = 0.0
        self._active = 0
        self._count = Lock()
        self._upstream_lock = Lock()
        self._spent: deque[float] = deque()

    @property
    def skew(self) -> float:
        return self.faults.skew

    def answer(self, request: Request) -> Reply:
        if name := self.accounts.named(request.path):
            return self._logged(name, request, self._entra)
        if request.method == "POST" and request.path == "/v1.0/$batch":
            return self._logged("batch", request, self._batch)
        match = BASE.fullmatch(plain(request.path))
        found = operation_for(request.method, (match["rest"] or "").rstrip("/")) if match else None
        if match is None or found is None:
            self.violations.append(f"no such operation: {request.method} {request.path}")
            unknown = Refused(400, "BadRequest", "Resource not found for the segment.").reply
            return self._logged("unknown", request, lambda _: unknown)
        operation, path = found
        owner = unquote(match["user"] or "").casefold()
        root = f"/v1.0{match['base']}"
        return self._logged(operation.id, request, lambda each: self._call(operation, path, owner, root, each))

    # around every call

    def _logged(self, name: str, request: Request, carry_out: Callable[[Request], Reply]) -> Reply:
        happening = self.faults.happening(f"{name} {request.method} {request.target}")
        status = 0
        weight = 0 if name.startswith("entra.") or request.inner else 1
        early = weight and time.monotonic() < self._wait_until
        self._enter(weight)
        try:
            reply = self._with(happening, request, carry_out, self._active if weight else 0)
            status = reply.status
        except Unfit as unfit:
            self.violations.append(f"{name}: {unfit.why}")
            reply, status = unfit.reply, unfit.reply.status
        except Refused as refused:
            reply, status = refused.reply, refused.reply.status
        except Cut:
            raise
        except Exception as why:  # a fault of the peer: the test has to hear of it
            self.violations.append("".join(traceback.format_exception(why)))
            reply, status = Refused(500, message=repr(why)).reply, 500
        finally:
            self._enter(-weight)
            call = self._note(name, request, status)
            if early:
                self.early.append(call)
        wait = reply.headers.get("Retry-After", "")
        if weight and status in (429, 503, 504) and wait.isdigit():
            self._wait_until = time.monotonic() + int(wait) * 0.95
        return reply

    def _enter(self, weight: int) -> None:
        with self._count:
            self._active += weight
            self.most_at_once = max(self.most_at_once, self._active)

    def _with(
        self, happening: list[Fault], request: Request, carry_out: Callable[[Request], Reply], active: int
    ) -> Reply:
        for fault in happening:
            if fault.kind == "slow":
                time.sleep(fault.seconds)
            elif fault.kind == "call" and fault.function:
                fault.function()
            elif fault.kind in ("error", "reset") and not fault.after:
                return self._gone_wrong(fault)
        if active > AT_ONCE:
            raise Refused(429, headers={"Retry-After": "1"})
        reply = carry_out(request)
        for fault in happening:
            if fault.kind == "twice":
                reply = _twice(reply)
            elif fault.kind in ("error", "reset") and fault.after:
                return self._gone_wrong(fault)
        return reply

    def _gone_wrong(self, fault: Fault) -> Reply:
        if fault.kind == "reset":
            raise Cut
        headers = {"Retry-After": fault.retry_after} if fault.retry_after is not None else {}
        raise Refused(fault.status, fault.reason, fault.message, {**headers, **self.fails.get(id(fault), {})})

    def _note(self, name: str, request: Request, status: int) -> Call:
        body: object = None
        if request.body and not name.startswith("entra."):
            try:
                body = json.loads(request.body)
            except ValueError:
                body = request.body
        headers = {key: value for key, value in request.headers.items() if key != "authorization"}
        call = Call(name, request.method, plain(request.path), request.query, status, request.inner, body, headers)
        self.log.append(call)
        return call

    # what's carried out

    def _entra(self, request: Request) -> Reply:
        assert self.upstream is not None
        with self._upstream_lock:
            return self.accounts.answer(request, self.upstream.send)

    def _batch(self, request: Request) -> Reply:
        asked = batches.requests(request)
        share = min(AT_ONCE, len(asked)) - 1
        over = max(0, self._active + share - AT_ONCE)
        self._enter(share)
        try:
            reply = batches.carried_out(asked, self.answer, over)
        finally:
            self._enter(-share)
        self.violations += [f"batch answer {why}" for why in faults("batchAnswer", reply.body)]
        return reply

    def _call(self, operation: Operation, path: Mapping[str, str], owner: str, root: str, request: Request) -> Reply:
        self.accounts.check(request, operation.scopes, owner)
        if owner not in ("", self.email.casefold()):
            raise Refused(404, "ErrorInvalidUser", f"The requested user '{owner}' is invalid.")
        self._charge()
        prefer = self._preferences(request)
        body = _body_of(request)
        if wrong := operation.query_faults(request.query) + operation.request_faults(body):
            raise Unfit("; ".join(wrong))
        given = {name: unquote(value) for name, value in path.items()}
        shaped = body if isinstance(body, dict) else {}
        asked = Asked(operation.id, given, request.query, shaped, request.headers, prefer, root, plain(request.path))
        reply = self._carried_out(asked)
        if reply.status < 300:
            if reply.status != operation.status:
                self.violations.append(f"{operation.id} answers {operation.status}, not {reply.status}")
            self.violations += operation.response_faults(reply.body)
        applied = {"Preference-Applied": prefer.applied} if prefer.applied else {}
        return replace(reply, headers={"request-id": "0", **reply.headers, **applied})

    def _preferences(self, request: Request) -> Prefer:
        found = preferences(request.headers["prefer"]) if "prefer" in request.headers else Prefer()
        if not found.immutable:
            self.violations.append(f'{request.method} {request.path} without Prefer IdType="ImmutableId"')
        if "client-request-id" not in request.headers:
            self.violations.append(f"{request.method} {request.path} without client-request-id")
        return found

    def _carried_out(self, asked: Asked) -> Reply:
        if asked.operation not in self.handlers:
            raise Unfit(f"the peer doesn't have {asked.operation}: add it to its handlers")
        with self.lock:
            self.before()
            found = self.handlers[asked.operation](asked)
        if isinstance(found, Reply):
            return found
        return Reply(204) if found is None else Reply(200, found)

    def _charge(self) -> None:
        """So many requests a window of time, where the test has set it."""
        if self.faults.units is None:
            return
        now = time.monotonic()
        with self._count:
            while self._spent and self._spent[0] < now - self.faults.window:
                self._spent.popleft()
            if len(self._spent) >= self.faults.units:
                raise Refused(429, headers={"Retry-After": "1"})
            self._spent.append(now)


def plain(path: str) -> str:
    """The address with its "$value" as it stands, and with keys as segments: mailfolders('x') is mailFolders/x."""
    segments = path.replace("%24", "$").replace("%27", "'").replace("%28", "(").replace("%29", ")")
    return re.sub(r"/mailfolders\('([^']+)'\)", r"/mailFolders/\1", segments)


def _body_of(request: Request) -> object:
    """The JSON that a request brings; None without any."""
    if not request.body:
        return None
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise Unfit("a body has to be application/json")
    try:
        found: object = json.loads(request.body)
    except ValueError:
        raise Unfit("Unable to read JSON request payload.") from None
    return found


def _twice(reply: Reply) -> Reply:
    if not isinstance(reply.body, dict) or "value" not in reply.body:
        return reply
    body: Json = {**reply.body, "value": [*reply.body["value"], *reply.body["value"]]}
    return replace(reply, body=body)
