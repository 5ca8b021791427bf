"""What Microsoft Graph answers, said in advance: a transport for `Graph` that plays answers and keeps what it got."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from providers.microsoft.graph import Graph

EMAIL = "mara@tallwood.example"
SETTINGS: dict[str, Any] = {"email": EMAIL}

Said = tuple[int, Any] | tuple[int, Any, dict[str, str]] | Exception


def error(status: int, code: str, message: str = "no", **inner: str) -> tuple[int, Any]:
    """An error in Graph's own form."""
    return status, {"error": {"code": code, "message": message, "innerError": inner}}


@dataclass(slots=True)
class Answers:
    """Plays the answers in order, and the last one for good. Inner answers of a batch are taken from the same list."""

    said: list[Said]
    asked: list[httpx.Request] = field(default_factory=list)
    batches: list[list[dict[str, Any]]] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/$batch") and not isinstance(self.said[0], Exception):
            return self._batch(request)
        self.asked.append(request)
        return _answer(self._next(), request)

    @property
    def calls(self) -> list[tuple[str, str]]:
        return [(each.method, str(each.url).removeprefix("https://graph.microsoft.com/v1.0")) for each in self.asked]

    def _next(self) -> Said:
        return self.said.pop(0) if len(self.said) > 1 else self.said[0]

    def _batch(self, request: httpx.Request) -> httpx.Response:
        """In the opposite order: none is promised."""
        inner = json.loads(request.content)["requests"]
        self.batches.append(inner)
        responses = []
        for each in inner:
            said = self._next()
            if isinstance(said, Exception):
                raise said
            status, body, *headers = said
            more = headers[0] if headers else {}
            responses.append({"id": each["id"], "status": status, "headers": more, "body": body})
        return httpx.Response(200, json={"responses": responses[::-1]})


@dataclass(slots=True)
class Clock:
    """A clock that moves while somebody sleeps."""

    now: float = 1_000.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def answering(
    said: Sequence[Said],
    settings: Mapping[str, Any] = SETTINGS,
    token: Callable[[str | None, str | None], str] = lambda _refused, _claims: "tok-1",
) -> tuple[Graph, Answers, Clock]:
    """An account whose Graph answers so."""
    answers, clock = Answers(list(said)), Clock()
    transport = httpx.MockTransport(answers)
    graph = Graph("work", settings, http=transport, token=token, clock=clock, sleep=clock.sleep, chance=lambda: 0.5)
    return graph, answers, clock


def _answer(said: Said, request: httpx.Request) -> httpx.Response:
    if isinstance(said, httpx.RequestError):
        said.request = request
    if isinstance(said, Exception):
        raise said
    status, body, *headers = said
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return httpx.Response(status, content=content, headers=headers[0] if headers else {})
