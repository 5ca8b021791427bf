"""Calls over a real connection to a peer that fails: nothing lost, nothing doubled, and each end in words."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from assistant.errors import ProviderError
from providers.google.api import Google, Refused, Unsure
from tests.servers.google import GooglePeer

DRAFT = {"message": {"raw": "U3ViamVjdDogaGkNCg0KaGVsbG8NCg"}}
CREATE = r"gmail\.users\.drafts\.create"
GET = r"gmail\.users\.messages\.get"


@pytest.fixture
def opened(google: GooglePeer, monkeypatch: pytest.MonkeyPatch) -> Google:
    """The account of this test's user; it waits without losing time."""
    monkeypatch.setenv("CI_TOKEN", json.dumps(google.token()))
    settings = {"email": google.email, "token_env": "CI_TOKEN", "root_url": google.url}
    return Google("work", settings, sleep=lambda _: None, chance=lambda: 0.0)


def draft(opened: Google) -> Any:
    return opened.gmail.users().drafts().create(userId="me", body=DRAFT)


def profile(opened: Google) -> Any:
    return opened.gmail.users().getProfile(userId="me")


class Hangup(BaseHTTPRequestHandler):
    """Answers reads, keeps the connection, and hangs up on changes once it has taken them."""

    protocol_version = "HTTP/1.1"
    taken: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.taken.append(self.path)
        self.close_connection = True

    def log_message(self, *_args: Any) -> None:
        pass


def test_a_change_whose_connection_is_closed_without_an_answer_goes_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """httplib2 alone would send it a second time."""
    Hangup.taken.clear()
    monkeypatch.setenv("CI_TOKEN", '{"token": "any"}')
    with ThreadingHTTPServer(("127.0.0.1", 0), Hangup) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        google = Google("work", {"token_env": "CI_TOKEN", "root_url": f"http://127.0.0.1:{server.server_address[1]}"})
        google.run(profile(google))
        with pytest.raises(Unsure, match="reset"):
            google.run(draft(google))
        google.run(profile(google))
        google.close()
        server.shutdown()
    assert len(Hangup.taken) == 1


@pytest.mark.parametrize("after", [True, False])
def test_a_change_whose_answer_is_lost_goes_out_once(google: GooglePeer, opened: Google, after: bool) -> None:
    opened.run(profile(opened))
    google.faults.reset(CREATE, after=after)
    with pytest.raises(Unsure):
        opened.run(draft(opened))
    assert len(google.calls(CREATE)) <= 1
    assert len(google.drafts()) == int(after)


def test_a_change_that_was_carried_out_behind_an_error_goes_out_once(google: GooglePeer, opened: Google) -> None:
    google.faults.add(CREATE, status=503, reason="backendError", after=True)
    with pytest.raises(Unsure):
        opened.run(draft(opened))
    assert len(google.drafts()) == 1


def test_a_change_that_came_too_fast_is_made_once(google: GooglePeer, opened: Google) -> None:
    google.faults.add(CREATE, status=429, reason="rateLimitExceeded", times=2)
    opened.run(draft(opened))
    assert len(google.drafts()) == 1


def test_reads_get_over_resets_and_errors(google: GooglePeer, opened: Google) -> None:
    google.faults.reset(r"getProfile", times=2)
    google.faults.add(r"getProfile", status=500, reason="backendError", times=2)
    assert opened.run(profile(opened))["emailAddress"] == google.email


def test_a_broken_batch_brings_every_message_once(google: GooglePeer, opened: Google) -> None:
    names = [google.deliver(b"Message-ID: <%d@x.example>\r\nSubject: s\r\n\r\nhello\r\n" % n) for n in range(60)]
    google.faults.add(GET, status=429, reason="userRateLimitExceeded", times=7, skip=5)
    google.faults.add(GET, status=503, reason="backendError", times=5, skip=20)
    google.faults.reset(r"^batch", times=1, skip=1)
    messages = opened.gmail.users().messages()
    got = list(opened.batch((name, messages.get(userId="me", id=name, format="minimal"), 0) for name in names))
    assert sorted(name for name, _ in got) == sorted(names)
    assert not any(isinstance(answer, Refused) for _, answer in got)


def test_a_message_that_is_gone_is_a_value_of_the_batch(google: GooglePeer, opened: Google) -> None:
    name = google.deliver(b"Message-ID: <1@x.example>\r\nSubject: s\r\n\r\nhello\r\n")
    messages = opened.gmail.users().messages()
    got = dict(opened.batch((each, messages.get(userId="me", id=each, format="raw"), 0) for each in (name, "beef")))
    assert isinstance(got["beef"], Refused)
    assert (got["beef"].status, isinstance(got[name], dict)) == (404, True)


def test_threads_have_connections_of_their_own(google: GooglePeer, opened: Google) -> None:
    got: list[str] = []
    threads = [
        threading.Thread(target=lambda: got.append(opened.run(profile(opened))["emailAddress"])) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert got == [google.email] * 8


def test_a_wrong_clock_changes_nothing(google: GooglePeer, opened: Google) -> None:
    google.faults.clock(-86_400)
    assert opened.run(profile(opened))["emailAddress"] == google.email


def test_a_google_that_is_not_there_is_said_with_the_account(opened: Google, google: GooglePeer) -> None:
    settings = {"email": google.email, "token_env": "CI_TOKEN", "root_url": "http://127.0.0.1:9"}
    gone = Google("work", settings, sleep=lambda _: None)
    with pytest.raises(ProviderError, match="can't be reached for account “work”: the connection is refused"):
        gone.run(profile(gone))
