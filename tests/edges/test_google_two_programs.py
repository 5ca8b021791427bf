"""Programs that run at the same time, as processes of their own: they renew a sign-in once between them."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from providers.google.tokens import Tokens, TokenStore

EMAIL = "mara@tallwood.example"
ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from pathlib import Path
import httplib2
from google_auth_httplib2 import Request
from providers.google.credentials import credentials
opened = credentials("work", {"email": "mara@tallwood.example", "client": "c.json"}, Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
opened.refresh(Request(httplib2.Http()))
print(opened.token, flush=True)
"""


class Issuer(ThreadingHTTPServer):
    """Hands out tokens, slowly; a refresh token opens once, as at systems that hand out a new one each time."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.asked: list[str] = []
        self.valid = "refresh-0"
        self.delay = 0.5
        self.guard = threading.Lock()

    @property
    def uri(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/token"


class Answering(BaseHTTPRequestHandler):
    server: Issuer

    def do_POST(self) -> None:
        given = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["refresh_token"][0]
        with self.server.guard:
            self.server.asked.append(given)
            count = len(self.server.asked)
            known = given == self.server.valid
        time.sleep(self.server.delay)
        said: dict[str, object] = {"error": "invalid_grant"}
        if known:
            with self.server.guard:
                self.server.valid = f"refresh-{count}"
            said = {"access_token": f"access-{count}", "expires_in": 3600, "refresh_token": f"refresh-{count}"}
        body = json.dumps(said | {"token_type": "Bearer"}).encode()
        self.send_response(200 if known else 400)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    server = Issuer()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def store(issuer: Issuer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> TokenStore:
    """Tokens whose access token has just ended."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setattr("providers.oauth_kept._keyring", lambda: None)
    made = TokenStore("work", EMAIL, tmp_path)
    ended = datetime.now(UTC) - timedelta(minutes=5)
    scopes = ("https://www.googleapis.com/auth/gmail.readonly",)
    made.save(Tokens(EMAIL, scopes, ended, "id", issuer.uri, "secret", "refresh-0", "access-0", ended))
    return made


def begun(folder: Path) -> subprocess.Popen[str]:
    """A program that has read what is kept, and waits for our word."""
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder)],
        cwd=ROOT,
        env=dict(os.environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "ready\n", program.communicate()
    return program


def go(program: subprocess.Popen[str]) -> None:
    assert program.stdin is not None
    program.stdin.write("\n")
    program.stdin.flush()


def test_programs_that_renew_at_the_same_time_renew_once(store: TokenStore, issuer: Issuer, tmp_path: Path) -> None:
    programs = [begun(tmp_path) for _ in range(3)]
    for program in programs:
        go(program)
    told = [program.communicate(timeout=60) for program in programs]
    assert [out for out, _ in told] == ["access-1\n"] * 3, told
    assert issuer.asked == ["refresh-0"]
    kept = store.load()
    assert kept is not None
    assert (kept.access_token, kept.refresh_token) == ("access-1", "refresh-1")


def test_a_program_killed_while_it_renews_holds_nobody_up(store: TokenStore, issuer: Issuer, tmp_path: Path) -> None:
    issuer.delay = 5.0
    first, second = begun(tmp_path), begun(tmp_path)
    go(first)
    for _ in range(200):
        if issuer.asked:
            break
        time.sleep(0.05)
    issuer.delay = 0.0
    go(second)
    first.kill()
    first.communicate()
    out, err = second.communicate(timeout=60)
    assert out == "access-2\n", err
    kept = store.load()
    assert kept is not None
    assert kept.access_token == "access-2"
