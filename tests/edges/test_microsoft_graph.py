"""One mailbox's calls: reads are repeated, changes never blindly, links lead nowhere else, each no has its cure."""

import json
import logging
import ssl
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from assistant.errors import ProviderError, RefusedError
from providers import notices
from providers.microsoft.errors import refused_from
from providers.microsoft.graph import (
    Call,
    Graph,
    RefusalError,
    SignInNeeded,
    Unsure,
    connect,
    graph_path,
    odata,
)
from tests.edges.microsoft_answers import EMAIL, SETTINGS, Said, answering, error

FINE: Said = (200, {"id": "m1", "subject": "Pilot"})
BUSY = error(429, "ApplicationThrottled")
BROKEN = error(503, "ServiceUnavailable")
NO_MAIL = error(404, "ErrorItemNotFound")
GRAPH = "https://graph.microsoft.com/v1.0"


def test_each_call_says_who_it_is_and_asks_for_ids_that_last() -> None:
    graph, answers, _ = answering([FINE])
    graph.get("/messages/m1", prefer=('outlook.timezone="UTC"', "odata.maxpagesize=50"), headers={"X-More": "1"})
    (asked,) = answers.asked
    assert asked.headers["authorization"] == "Bearer tok-1"
    assert asked.headers["prefer"] == 'IdType="ImmutableId", outlook.timezone="UTC", odata.maxpagesize=50'
    assert len(asked.headers["client-request-id"]) == 36
    assert asked.headers["x-more"] == "1"


def test_what_is_asked_arrives_as_it_was_meant() -> None:
    """A bare + in a query is a blank to Graph."""
    graph, answers, _ = answering([FINE])
    graph.get("/messages", {"$filter": f"subject eq {odata('O’Neil & Sons + 1%')} and x ge 2026-01-01T00:00:00+01:00"})
    query = httpx.URL(str(answers.asked[0].url)).params
    assert query["$filter"] == "subject eq 'O’Neil & Sons + 1%' and x ge 2026-01-01T00:00:00+01:00"
    assert "+" not in str(answers.asked[0].url)


def test_quotes_in_a_filter_are_doubled_and_ids_in_a_path_are_encoded() -> None:
    assert odata("O'Neil") == "'O''Neil'"
    assert graph_path("/messages/{}/send", "AAk/b=+c") == "/messages/AAk%2Fb%3D%2Bc/send"


def test_an_empty_answer_is_an_empty_one() -> None:
    graph, _, _ = answering([(202, None)], {**SETTINGS, "send": True})
    assert graph.post("/messages/m1/send") == {}


def test_an_application_names_the_mailbox_in_every_path() -> None:
    graph, answers, _ = answering([FINE], {**SETTINGS, "certificate": "application.pem"})
    graph.get("/messages")
    assert answers.calls == [("GET", "/users/mara%40tallwood.example/messages")]


@pytest.mark.parametrize(
    "trouble",
    [
        BUSY,
        BROKEN,
        error(504, "GatewayTimeout"),
        (502, b"<html>Bad gateway</html>"),
        (200, b'{"cut": '),
        httpx.ReadTimeout("late"),
        httpx.ConnectTimeout("late"),
        httpx.ReadError("reset"),
        httpx.ConnectError("refused"),
        httpx.RemoteProtocolError("Server disconnected without sending a response."),
        httpx.PoolTimeout("full"),
    ],
    ids=repr,
)
def test_a_read_gets_over_what_passes(trouble: Said) -> None:
    graph, answers, clock = answering([trouble, trouble, FINE])
    assert graph.get("/messages/m1")["subject"] == "Pilot"
    assert len(answers.asked) == 3
    assert sum(clock.slept) > 1


def test_what_does_not_pass_ends_in_a_sentence_with_the_account_and_the_cure() -> None:
    graph, answers, _ = answering([BROKEN])
    with pytest.raises(ProviderError, match=r"can't be reached for account “work”: it answers 503.*Check the network"):
        graph.get("/messages")
    assert len(answers.asked) == 6


def test_too_many_calls_for_good_end_in_a_sentence_about_the_limit() -> None:
    graph, _, _ = answering([BUSY])
    with pytest.raises(ProviderError, match=r"lets account “work” ask nothing for 1 min:.*what was fetched is kept"):
        graph.get("/messages")


def test_a_certificate_that_is_not_trusted_is_not_asked_again() -> None:
    """No number of tries makes it so; a computer's own proxy that reads along is a likely cause."""
    refused = httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED]")
    refused.__cause__ = ssl.SSLCertVerificationError(1, "self-signed certificate")
    graph, answers, _ = answering([refused])
    with pytest.raises(ProviderError, match="its certificate isn't trusted here"):
        graph.get("/messages")
    assert len(answers.asked) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_microsoft_s_word_on_how_long_to_wait_is_kept(status: int) -> None:
    graph, _, clock = answering([(*error(status, "x"), {"Retry-After": "29"}), FINE])
    graph.get("/messages")
    assert sum(clock.slept) == pytest.approx(29)


def test_a_long_pause_is_told_before_it_begins() -> None:
    graph, _, clock = answering([(*BUSY, {"Retry-After": "290"}), FINE])
    heard: list[tuple[str, float]] = []
    with notices.listening(lambda words: heard.append((words, sum(clock.slept)))):
        graph.get("/messages")
    ((words, slept),) = heard
    assert "Microsoft asks for a pause of 5 minutes (account “work”, until " in words
    assert slept < 1


def test_a_pause_that_is_too_long_ends_the_run_at_once() -> None:
    graph, answers, clock = answering([(*BUSY, {"Retry-After": "1200"}), FINE])
    with pytest.raises(ProviderError, match="ask nothing for 20 min:"):
        graph.get("/messages")
    assert (len(answers.asked), clock.slept) == (1, [])


# Changes


@pytest.mark.parametrize(
    "trouble",
    [
        BROKEN,
        error(500, "x"),
        error(504, "x"),
        (201, b'{"cut"'),
        httpx.ReadTimeout("late"),
        httpx.ReadError("reset"),
        httpx.WriteError("reset"),
        httpx.RemoteProtocolError("closed"),
    ],
    ids=repr,
)
def test_a_change_that_got_no_answer_is_never_made_again_by_itself(trouble: Said) -> None:
    graph, answers, clock = answering([trouble, FINE])
    with pytest.raises(Unsure, match=r"didn't say whether POST /messages was carried out for account “work”"):
        graph.post("/messages", {"subject": "x"})
    assert (len(answers.asked), clock.slept) == (1, [])


@pytest.mark.parametrize("trouble", [BUSY, httpx.ConnectError("refused"), httpx.ConnectTimeout("late")], ids=repr)
def test_a_change_that_certainly_was_not_made_is_asked_again(trouble: Said) -> None:
    graph, answers, clock = answering([trouble, (201, {"id": "m2"})])
    assert graph.post("/messages", {"subject": "x"}) == {"id": "m2"}
    assert len(answers.asked) == 2
    assert sum(clock.slept) > 0


def test_a_call_that_only_asks_is_repeated_though_it_is_a_post() -> None:
    graph, answers, _ = answering([httpx.ReadTimeout("late"), (200, {"value": []})])
    assert graph.post("/calendar/getSchedule", {"schedules": []}, asks=True) == {"value": []}
    assert len(answers.asked) == 2


def test_a_change_of_what_was_read_says_which_it_was() -> None:
    graph, answers, _ = answering([FINE])
    graph.patch("/messages/m1", {"subject": "ü\ud800"}, if_match='W/"CQ"')
    graph.delete("/messages/m1", if_match='W/"CQ"')
    assert [each.headers["if-match"] for each in answers.asked] == ['W/"CQ"', 'W/"CQ"']
    assert json.loads(answers.asked[0].content) == {"subject": "ü\ud800"}


@pytest.mark.parametrize(
    ("method", "path", "option"),
    [
        ("post", "/messages/m1/send", "send"),
        ("post", "/events", "schedule"),
        ("post", "/calendars/c1/events", "schedule"),
        ("patch", "/events/e1", "schedule"),
        ("delete", "/calendars/c1/events/e1", "schedule"),
        ("post", "/events/e1/cancel", "schedule"),
    ],
)
def test_what_is_not_turned_on_is_not_done(method: str, path: str, option: str) -> None:
    graph, answers, _ = answering([FINE])
    how: list[Any] = [] if method == "delete" else [{}]
    with pytest.raises(RefusedError, match=rf"nothing was changed. Set `{option} = true`"):
        getattr(graph, method)(path, *how)
    assert answers.asked == []
    on, answers, _ = answering([FINE], {**SETTINGS, option: True})
    getattr(on, method)(path, *how)
    assert len(answers.asked) == 1


@pytest.mark.parametrize(
    "path",
    [
        "/sendMail",
        "/messages/m1/reply",
        "/messages/m1/replyAll",
        "/messages/m1/forward",
        "/messages/m1/createForward",
        "/events/e1/accept",
        "/events/e1/forward",
        "/inferenceClassification/overrides",
        "/mailFolders",
        "/events/e1/send",
        "/mailFolders/inbox/messageRules",
        "/messages/../sendMail",
        "/messages/m1/send?x=/messages",
        "/messages/a/b/send",
        "/messages/m1/move",
        "/messages/../createReply",
        "/events/./cancel",
        "/messages/m1/permanentDelete",
        "/mailFolders/outbox/messages",
        "/permissions",
        "",
    ],
)
def test_some_changes_are_never_made(path: str) -> None:
    graph, answers, _ = answering([FINE], {**SETTINGS, "send": True, "schedule": True})
    with pytest.raises(RefusedError, match="This program never does that"):
        graph.post(path, {})
    assert answers.asked == []


def test_what_is_said_to_change_nothing_is_believed_only_where_it_is_known() -> None:
    graph, answers, _ = answering([FINE], {**SETTINGS, "send": True, "schedule": True})
    for path in ("/messages", "/messages/m1/send", "/events", "/sendMail"):
        with pytest.raises(RefusedError):
            graph.post(path, {}, asks=True)
    with pytest.raises(RefusedError):
        graph.patch("/messages/..", {})
    assert answers.asked == []


def test_a_change_goes_to_no_address_that_an_answer_names() -> None:
    graph, answers, _ = answering([FINE], {**SETTINGS, "send": True})
    with pytest.raises(RefusedError):
        graph.post(f"{GRAPH}/me/messages/m1/send")
    assert answers.asked == []


# Who isn't let in


def test_a_refused_token_is_renewed_once_and_the_change_made_once() -> None:
    tokens = {None: "tok-1", "tok-1": "tok-2"}
    out = error(401, "InvalidAuthenticationToken")
    graph, answers, _ = answering([out, (201, {"id": "m2"})], token=lambda refused, _claims: tokens[refused])
    assert graph.post("/messages", {}) == {"id": "m2"}
    assert [each.headers["authorization"] for each in answers.asked] == ["Bearer tok-1", "Bearer tok-2"]


def test_claims_that_are_asked_for_reach_the_sign_in() -> None:
    """Entra, Claims challenges: without them the same refused token would come again."""
    made: list[tuple[str | None, str | None]] = []

    def token(refused: str | None, claims: str | None) -> str:
        made.append((refused, claims))
        return "tok-2" if refused else "tok-1"

    www = 'Bearer realm="", error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7fX19"'
    out = (*error(401, "InvalidAuthenticationToken"), {"WWW-Authenticate": www})
    graph, _, _ = answering([out, FINE], token=token)
    graph.get("/messages")
    assert made == [(None, None), ("tok-1", '{"access_token":{"nbf":{}}}')]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (SETTINGS, r"must be signed in again.*nextmove login microsoft --account work"),
        ({**SETTINGS, "certificate": "x.pem"}, r"doesn't let the application of account “work” in.*clock"),
        ({**SETTINGS, "token_env": "CI_TOKEN"}, r"the variable CI_TOKEN holds.*about an hour.*Set it to a fresh one"),
    ],
)
def test_who_stays_out_is_told_the_way_in(settings: dict[str, Any], told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI_TOKEN", "tok-0")
    out = error(401, "InvalidAuthenticationToken", "Access token has expired.")
    for ask in (lambda graph: graph.get("/messages"), lambda graph: list(graph.batch([Call("a", "/messages/a")]))):
        graph, _, _ = answering([out], settings)
        with pytest.raises(SignInNeeded, match=told):
            ask(graph)


def test_a_token_of_the_environment_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI_TOKEN", " tok-ci\n")
    seen: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["authorization"])
        return httpx.Response(200, json={})

    connect("work", {**SETTINGS, "token_env": "CI_TOKEN"}, http=httpx.MockTransport(handle)).get("/messages")
    assert seen == ["Bearer tok-ci"]
    monkeypatch.setenv("CI_TOKEN", "Bearer tok ci")
    with pytest.raises(ProviderError, match="isn't an access token") as told:
        connect("work", {**SETTINGS, "token_env": "CI_TOKEN"}, http=httpx.MockTransport(handle)).get("/messages")
    assert "tok ci" not in str(told.value)


# Each no


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (error(403, "ErrorAccessDenied"), r"403 ErrorAccessDenied.*login microsoft --account work --again.*README"),
        (error(404, "MailboxNotEnabledForRESTAPI"), r"no mailbox.*mara@tallwood.example.*licence.*by IMAP"),
        (error(404, "Request_ResourceNotFound"), r"no mailbox of Microsoft 365"),
        (error(507, "ErrorQuotaExceeded"), r"can't be reached"),
        (error(403, "ErrorSendAsDenied"), r"may not write as this address"),
        (error(400, "ErrorInvalidIdMalformed"), r"refused GET /messages/… for account “work”: 400 ErrorInvalidId"),
        ((404, b"<html>"), r"404 unknown"),
        ((403, {"error": "insufficient_scope", "error_description": "x"}), r"403 insufficient_scope"),
    ],
    ids=repr,
)
def test_each_no_names_the_account_and_the_cure(said: Said, told: str) -> None:
    graph, _, _ = answering([said])
    with pytest.raises(ProviderError, match=told):
        graph.get("/messages/AAMkAD8")


def test_a_no_can_be_told_by_its_status_and_code() -> None:
    graph, answers, _ = answering([error(410, "SyncStateNotFound")])
    with pytest.raises(RefusalError) as told:
        next(graph.pages("/messages/delta"))
    assert (told.value.status, told.value.code) == (410, "SyncStateNotFound")
    assert len(answers.asked) == 1


def test_the_number_of_a_call_is_told_for_microsoft_s_support() -> None:
    graph, _, _ = answering([error(400, "x", **{"request-id": "0e5b9f0c-3a6e-4f5f-9e4e-2d5f0c1a7b11"})])
    with pytest.raises(RefusalError, match="request 0e5b9f0c-3a6e-4f5f-9e4e-2d5f0c1a7b11"):
        graph.get("/messages")


def test_no_address_and_no_token_of_an_answer_is_repeated() -> None:
    jwt = f"eyJ0eXAiOiJKV1Qi.{'eyJhdWQiOiJodHRwcz' * 4}.c2lnbmF0dXJl"
    refused = refused_from(400, error(400, "x\x1b[31m", f"Dana <dana@buyer.example> may not: {jwt} {'AAMkAD' * 30}")[1])
    said = f"{refused.code} {refused.message}"
    assert "dana" not in said
    assert "eyJ0" not in said
    assert "AAMkADAAMk" not in said
    assert "\x1b" not in said


def test_an_answer_nested_without_end_is_a_no_of_its_own() -> None:
    graph, _, _ = answering([(200, b'{"a":' * 200_000)])
    with pytest.raises(RefusalError, match="nested too deeply"):
        graph.get("/messages")


def test_nothing_of_a_call_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    graph, _, _ = answering([FINE, NO_MAIL], {**SETTINGS, "certificate": "x"})
    graph.get("/messages")
    with pytest.raises(RefusalError):
        graph.get("/messages/m1")
    assert "tok-1" not in caplog.text
    assert "mara" not in caplog.text


# One for all ports


def test_the_ports_of_an_account_share_its_pace_and_its_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI_TOKEN", "tok-1")
    settings = {**SETTINGS, "token_env": "CI_TOKEN"}
    one = connect("work", settings)
    assert connect("work", dict(settings)) is one
    assert connect("home", settings) is not one
    assert connect("work", {**settings, "send": True}) is not one
    monkeypatch.setenv("CI_TOKEN", "tok-2")
    assert connect("work", settings) is not one


def test_opening_an_account_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("nobody was to be asked"))
    graph: Callable[[], Graph] = lambda: connect("work", {**SETTINGS, "client_id": "x"})  # noqa: E731
    assert graph().email == EMAIL
