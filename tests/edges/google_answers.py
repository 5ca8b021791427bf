"""What Google answers, said in advance: a connection for `Google` that plays answers and keeps what was asked."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httplib2
import requests

from providers.google.api import Google
from tests.servers.discovery import method_for
from tests.servers.google import GooglePeer

EMAIL = "mara@tallwood.example"
SETTINGS: dict[str, Any] = {"email": EMAIL}

Said = tuple[int, Any] | tuple[int, Any, dict[str, str]] | Exception


def error(status: int, reason: str, message: str = "no") -> tuple[int, Any]:
    """An error in Google's own form."""
    listed = [{"reason": reason, "message": message, "domain": "global"}]
    return status, {"error": {"code": status, "message": message, "errors": listed}}


@dataclass(slots=True)
class Answers:
    """Plays the answers in order, and the last one for good. Inner answers of a batch are taken from the same list."""

    said: list[Said]
    asked: list[tuple[str, str]] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)

    def request(self, uri: str, method: str = "GET", body: Any = None, headers: Any = None, **_more: Any) -> Any:
        if "/batch" in uri:
            return self._batch(body)
        self.asked.append((method, uri))
        said = self._next()
        _fits(method, uri, said, json.loads(body) if body else None)
        return _answer(said)

    def close(self) -> None:
        pass

    def _next(self) -> Said:
        return self.said.pop(0) if len(self.said) > 1 else self.said[0]

    def _batch(self, body: str) -> Any:
        ids = re.findall(r"Content-ID: <(.+?)>", body)
        self.batches.append(len(ids))
        lines = re.findall(r"^(GET) (\S+) HTTP/1\.1", body, re.MULTILINE)
        parts = []
        for each, (method, uri) in zip(ids, lines, strict=True):
            said = self._next()
            _fits(method, uri, said, None)
            if isinstance(said, Exception):
                raise said
            status, content, *headers = said
            lines = [f"HTTP/1.1 {status} said", "Content-Type: application/json"]
            lines += [f"{name}: {value}" for more in headers for name, value in more.items()]
            inner = "\r\n".join([*lines, "", json.dumps(content)])
            parts.append(f"Content-Type: application/http\r\nContent-ID: <response-{each}>\r\n\r\n{inner}")
        whole = "".join(f"--x\r\n{part}\r\n" for part in parts) + "--x--"
        response = httplib2.Response({"status": "200", "content-type": 'multipart/mixed; boundary="x"'})
        return response, whole.encode()


def _fits(http: str, uri: str, said: Said, body: Any) -> None:
    """What was asked, and what is answered, are of the shape that the discovery document says."""
    found = method_for(http, urlsplit(uri).path)
    assert found, f"there is no method at {http} {uri}"
    method, path = found
    query = parse_qs(urlsplit(uri).query)
    assert method.parameter_faults(path, query) == []
    assert method.request_faults(body) == []
    if not isinstance(said, Exception) and said[0] < 300 and isinstance(said[1], dict):
        assert method.response_faults(said[1]) == []


def _answer(said: Said) -> Any:
    if isinstance(said, Exception):
        raise said
    status, content, *headers = said
    more: Mapping[str, str] = headers[0] if headers else {}
    text = content if isinstance(content, bytes) else json.dumps(content).encode() if content != "" else b""
    return httplib2.Response({"status": str(status), **more}), text


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
    said: Sequence[Said], settings: Mapping[str, Any] = SETTINGS, chance: Callable[[], float] = lambda: 0.5
) -> tuple[Google, Answers, Clock]:
    """An account whose Google answers so."""
    answers, clock = Answers(list(said)), Clock()
    google = Google("work", settings, http=lambda: answers, clock=clock, sleep=clock.sleep, chance=chance)
    return google, answers, clock


def redirected(google: GooglePeer, address: str) -> str:
    """The address that the consent ends on, as the rep would copy it from the address bar."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    names = ("redirect_uri", "scope", "state", "client_id", "code_challenge", "code_challenge_method")
    form = {"email": google.email, **{name: asked[name] for name in names}}
    callback = f"{google.url}/o/oauth2/v2/auth/callback"
    return requests.post(callback, data=form, allow_redirects=False, timeout=10).headers["Location"]
