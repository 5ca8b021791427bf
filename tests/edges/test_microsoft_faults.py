"""Calls over a real connection to a peer that fails: nothing lost, nothing doubled, and each end in words."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from assistant.errors import ProviderError
from providers.microsoft.graph import Call, Graph, Refused, SignInNeeded, Unsure
from tests.servers.microsoft import MicrosoftPeer

DRAFT = {"subject": "Pilot", "body": {"contentType": "html", "content": "<p>Hello</p>"}}
CREATE = r"messages\.create "


@pytest.fixture
def opened(microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Graph]:
    """The account of this test's user; it waits without losing time."""
    monkeypatch.setenv("CI_TOKEN", microsoft.token())
    settings = microsoft.settings(token_env="CI_TOKEN")
    graph = Graph("work", settings, sleep=lambda _: None, chance=lambda: 0.0)
    yield graph
    graph.close()


def delivered(microsoft: MicrosoftPeer, count: int) -> list[str]:
    mail = b"Message-ID: <%d@harbour.example>\r\nFrom: ines@harbour.example\r\nSubject: s\r\n\r\nhello\r\n"
    return [microsoft.deliver(mail % number) for number in range(count)]


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
    Hangup.taken.clear()
    monkeypatch.setenv("CI_TOKEN", "any")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hangup)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_address[1]}"
        graph = Graph("work", {"email": "mara@tallwood.example", "token_env": "CI_TOKEN", "root_url": address})
        graph.get("/messages")
        with pytest.raises(Unsure, match="its answer came in pieces"):
            graph.post("/messages", DRAFT)
        assert Hangup.taken == ["/v1.0/me/messages"]
        graph.close()
    finally:
        server.shutdown()
        server.server_close()


def test_nobody_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI_TOKEN", "any")
    away = {"email": "mara@tallwood.example", "token_env": "CI_TOKEN", "root_url": "http://127.0.0.1:9"}
    graph = Graph("work", away, sleep=lambda _: None)
    with pytest.raises(ProviderError, match=r"can't be reached for account “work”: the connection is refused"):
        graph.get("/messages")
    with pytest.raises(ProviderError, match=r"can't be reached for account “work”: the connection is refused"):
        graph.post("/messages", DRAFT)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_reads_get_over_what_passes(microsoft: MicrosoftPeer, opened: Graph, status: int) -> None:
    (name,) = delivered(microsoft, 1)
    microsoft.fail(r"messages\.get", status, times=3)
    assert opened.get(f"/messages/{name}", {"$select": "id,subject"})["subject"] == "s"


def test_reads_get_over_a_connection_that_breaks(microsoft: MicrosoftPeer, opened: Graph) -> None:
    (name,) = delivered(microsoft, 1)
    microsoft.faults.reset(r"messages\.get", times=2)
    assert opened.get(f"/messages/{name}", {"$select": "id"})["id"] == name


@pytest.mark.parametrize("after", [False, True])
def test_a_draft_is_filed_once_or_nobody_knows(microsoft: MicrosoftPeer, opened: Graph, after: bool) -> None:
    microsoft.fail(CREATE, 503, after=after)
    with pytest.raises(Unsure):
        opened.post("/messages", DRAFT)
    assert len(microsoft.drafts()) == after
    microsoft.faults.reset(CREATE, after=after)
    with pytest.raises(Unsure):
        opened.post("/messages", DRAFT)
    assert len(microsoft.drafts()) == 2 * after


def test_a_change_that_microsoft_had_no_time_for_is_made_once(microsoft: MicrosoftPeer, opened: Graph) -> None:
    microsoft.fail(CREATE, 429, times=2)
    assert opened.post("/messages", DRAFT)["isDraft"] is True
    assert len(microsoft.drafts()) == 1


def test_a_batch_gets_over_inner_faults_and_loses_none(microsoft: MicrosoftPeer, opened: Graph) -> None:
    names = delivered(microsoft, 50)
    microsoft.fail(r"messages\.get", 429, times=13, headers={"Retry-After": "1"})
    microsoft.fail(r"messages\.get", 503, times=4)
    calls = [Call(name, f"/messages/{name}", {"$select": "id"}) for name in [*names, "AAkGone"]]
    found = list(opened.batch(calls))
    assert sorted(name for name, _ in found) == sorted([*names, "AAkGone"])
    gone = dict(found)["AAkGone"]
    assert isinstance(gone, Refused)
    assert gone.status in (400, 404)
    assert all(answer["id"] == name for name, answer in found if isinstance(answer, dict))
    microsoft.violations.clear()


def test_raw_mail_comes_in_batches_too(microsoft: MicrosoftPeer, opened: Graph) -> None:
    (name,) = delivered(microsoft, 1)
    ((_, found),) = opened.batch([Call("m", f"/messages/{name}/$value")])
    assert isinstance(found, dict)
    assert b"Message-ID: <0@harbour.example>" in found["content"]
    assert opened.raw(f"/messages/{name}/$value") == found["content"]


def test_no_thread_goes_before_microsoft_says_so_and_never_five_at_once(
    microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI_TOKEN", microsoft.token())
    graph = Graph("work", microsoft.settings(token_env="CI_TOKEN"))
    names = delivered(microsoft, 12)
    microsoft.fail(r"messages\.get", 429, times=2, headers={"Retry-After": "1"})
    faults: list[BaseException] = []

    def read(name: str) -> None:
        try:
            graph.get(f"/messages/{name}", {"$select": "id"})
        except BaseException as error:
            faults.append(error)

    def batch() -> None:
        assert len(list(graph.batch(Call(name, f"/messages/{name}", {"$select": "id"}) for name in names))) == 12

    threads = [threading.Thread(target=read, args=(name,)) for name in names] + [threading.Thread(target=batch)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    graph.close()
    assert faults == []
    assert len(microsoft.early) <= 6, "only those that were on their way already, three to each 429"
    assert microsoft.most_at_once <= 4
    assert [call for call in microsoft.log if call.status == 429] != []


def test_a_quota_of_the_server_s_is_waited_for(microsoft: MicrosoftPeer, opened: Graph) -> None:
    names = delivered(microsoft, 6)
    microsoft.faults.quota(4, seconds=1)
    slow = Graph("work", opened._settings)
    found = dict(slow.batch(Call(name, f"/messages/{name}", {"$select": "id"}) for name in names))
    assert all(isinstance(each, dict) for each in found.values())
    slow.close()


def test_a_token_of_the_environment_that_ran_out_is_told(microsoft: MicrosoftPeer, opened: Graph) -> None:
    microsoft.accounts.expire()
    with pytest.raises(SignInNeeded, match=r"the variable CI_TOKEN.*fresh one"):
        opened.get("/messages")
    assert len(microsoft.calls(r"messages\.list")) == 1


def test_what_a_call_says_is_not_in_any_error(microsoft: MicrosoftPeer, opened: Graph) -> None:
    token = json.dumps(opened._way_in()(None, None))
    microsoft.fail(CREATE, 400, message=f"{microsoft.email} may not; {token}", code="ErrorInvalidRecipients")
    with pytest.raises(ProviderError, match="ErrorInvalidRecipients") as caught:
        opened.post("/messages", DRAFT)
    assert microsoft.email not in str(caught.value)
    assert token.strip('"') not in str(caught.value)
