"""Every call of a test's user comes through here: faults, tokens, checks against the discovery documents, the log."""

import time
import traceback
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import RLock
from urllib.parse import unquote

from tests.servers.discovery import Json, Method, method_for
from tests.servers.emulator import Upstream
from tests.servers.faults import Call, Fault, Faults
from tests.servers.google import batches
from tests.servers.google.accounts import PATHS, Accounts
from tests.servers.google.asked import Asked, Refused, masked
from tests.servers.google.queries import UnknownTerm
from tests.servers.proxy import Cut, Reply, Request

UNITS = {
    "getProfile": 1,
    "history.list": 2,
    "labels.list": 1,
    "labels.get": 1,
    "labels.create": 5,
    "threads.get": 10,
    "threads.list": 10,
    "drafts.create": 10,
    "drafts.update": 15,
    "drafts.delete": 10,
    "drafts.send": 100,
    "messages.send": 100,
    "messages.insert": 25,
    "messages.batchModify": 50,
    "messages.delete": 10,
    "settings.sendAs.list": 1,
}
"""Quota units a call (Gmail API, Usage limits); 5 where it isn't named."""


class Switchboard:
    """Answers what comes over HTTP; `lock` is held while a call is carried out."""

    def __init__(self, accounts: Accounts, faults: Faults, handlers: Mapping[str, Callable[[Asked], object]]) -> None:
        self.accounts = accounts
        self.faults = faults
        self.handlers = dict(handlers)
        self.lock = RLock()
        self.log: list[Call] = []
        self.violations: list[str] = []
        self.upstream: Upstream | None = None
        self._spent: deque[tuple[float, int]] = deque()

    @property
    def skew(self) -> float:
        return self.faults.skew

    def answer(self, request: Request) -> Reply:
        override = request.headers.get("x-http-method-override")
        if override:  # the client's way to send a query that's too long for an address
            target = f"{request.path}?{request.body.decode()}"
            request = replace(request, method=override, target=target, body=b"")
        if batches.is_batch(request):
            return self._logged("batch", request, self._batch)
        if request.path in PATHS:
            return self._logged("oauth", request, self._oauth)
        found = method_for(request.method, request.path)
        if found is None:
            self.violations.append(f"no such method: {request.method} {request.path}")
            return self._logged("unknown", request, lambda _: Refused(404, "notFound").reply)
        method, path = found
        return self._logged(method.id, request, lambda each: self._call(method, path, each))

    def _logged(self, name: str, request: Request, carry_out: Callable[[Request], Reply]) -> Reply:
        happening = self.faults.happening(f"{name} {request.method} {request.target}")
        status = 0
        try:
            reply = self._with(happening, request, carry_out)
            status = reply.status
        except Refused as refused:
            reply = refused.reply
            status = reply.status
        finally:
            self._note(name, request, status)
        return reply

    def _with(self, happening: list[Fault], request: Request, carry_out: Callable[[Request], Reply]) -> Reply:
        for fault in happening:
            if fault.kind == "slow":
                time.sleep(fault.seconds)
            elif fault.kind == "call" and fault.function:
                fault.function()
            elif fault.kind in ("error", "reset") and not fault.after:
                return _gone_wrong(fault)
        reply = carry_out(request)
        for fault in happening:
            if fault.kind == "twice":
                reply = _twice(reply)
            elif fault.kind in ("error", "reset") and fault.after:
                return _gone_wrong(fault)
        return reply

    def _note(self, name: str, request: Request, status: int) -> None:
        try:
            body = None if name in ("batch", "oauth") else batches.body_of(request)
        except Refused:
            body = request.body
        headers = {key: value for key, value in request.headers.items() if key != "authorization"}
        self.log.append(Call(name, request.method, request.path, request.query, status, request.inner, body, headers))

    def _batch(self, request: Request) -> Reply:
        return batches.together([(name, self.answer(inner)) for name, inner in batches.parts(request)])

    def _oauth(self, request: Request) -> Reply:
        assert self.upstream is not None
        with self.lock:
            return self.accounts.answer(request, self.upstream.send)

    def _call(self, method: Method, path: Mapping[str, str], request: Request) -> Reply:
        self.accounts.check(request, method)
        if method.id not in self.handlers:
            self.violations.append(f"the peer doesn't have {method.id}: add it to its handlers")
            raise Refused(501, "notImplemented")
        body = batches.body_of(request)
        self._refuse(method.parameter_faults(path, request.query) + method.request_faults(body))
        self._charge(method)
        given = {name: unquote(value) for name, value in path.items()}
        self._check_user(given)
        asked = Asked(method, given, request.query, body if isinstance(body, dict) else {}, request.headers)
        reply = self._carried_out(asked)
        if reply.status < 300:
            self.violations += method.response_faults(reply.body)
        mask = asked.one("fields")
        return replace(reply, body=masked(reply.body, mask)) if mask else reply

    def _carried_out(self, asked: Asked) -> Reply:
        with self.lock:
            try:
                found = self.handlers[asked.method.id](asked)
            except UnknownTerm as why:
                self.violations.append(str(why))
                raise Refused(400, "invalidArgument", str(why)) from why
            except (Refused, Cut):
                raise
            except Exception as why:  # a fault of the peer: the test has to hear of it
                self.violations.append("".join(traceback.format_exception(why)))
                raise Refused(500, "backendError", repr(why)) from why
        if isinstance(found, Reply):
            return found
        return Reply(204) if found is None else Reply(200, found)

    def _refuse(self, faults: list[str]) -> None:
        if faults:
            self.violations += faults
            raise Refused(400, "badRequest", f"Invalid JSON payload or parameter: {'; '.join(faults)}")

    def _check_user(self, path: Mapping[str, str]) -> None:
        if path.get("userId", "me") not in ("me", self.user_email):
            raise Refused(403, "forbidden", f"Delegation denied for {self.user_email}")

    @property
    def user_email(self) -> str:
        assert self.upstream is not None
        return self.upstream.user.email

    def _charge(self, method: Method) -> None:
        """Gmail's quota, where the test has set one."""
        if self.faults.units is None or not method.id.startswith("gmail."):
            return
        now, cost = time.monotonic(), units(method.id)
        with self.lock:
            while self._spent and self._spent[0][0] < now - self.faults.window:
                self._spent.popleft()
            if sum(each for _, each in self._spent) + cost > self.faults.units:
                raise Refused(429, "rateLimitExceeded")
            self._spent.append((now, cost))


def units(method_id: str) -> int:
    """What a call of Gmail costs in quota units."""
    return UNITS.get(method_id.removeprefix("gmail.users."), 5)


def _gone_wrong(fault: Fault) -> Reply:
    if fault.kind == "reset":
        raise Cut
    headers = {"Retry-After": fault.retry_after} if fault.retry_after is not None else {}
    raise Refused(fault.status, fault.reason, fault.message, headers=headers)


def _twice(reply: Reply) -> Reply:
    if not isinstance(reply.body, dict):
        return reply
    body: Json = {name: [*each, *each] if isinstance(each, list) else each for name, each in reply.body.items()}
    return replace(reply, body=body)
