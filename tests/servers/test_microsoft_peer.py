"""The Microsoft peer itself, asked by MSAL and httpx: sign-in, faults, limits, batches, the log, the shapes."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.servers.microsoft import MicrosoftPeer
from tests.servers.microsoft.client import asking, letter

MAIL = ["Mail.ReadWrite", "User.Read"]
CLAIMS = '{"access_token":{"nbf":{"essential":true,"value":"1"}}}'
LOGIN = "https://login.microsoftonline.com"


@pytest.fixture
def graph(microsoft: MicrosoftPeer) -> Iterator[Any]:
    with asking(microsoft) as client:
        yield client


def public(microsoft: MicrosoftPeer, tenant: str = "common", cache: Any = None) -> Any:
    import msal

    where = f"{LOGIN}/{tenant}"
    return msal.PublicClientApplication(
        microsoft.client_id, authority=where, http_client=microsoft.rerouted(), token_cache=cache
    )


def whose(microsoft: MicrosoftPeer, token: str) -> tuple[int, str]:
    with asking(microsoft, token) as client:
        answer = client.get("")
        return answer.status_code, answer.json().get("mail") or answer.headers.get("www-authenticate", "")


# sign-in


@pytest.fixture
def browser(microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """MSAL's browser is the rep, who consents as the words say."""
    words: dict[str, Any] = {}
    threads: list[threading.Thread] = []

    def opened(url: str, browser_name: str | None = None) -> bool:
        threads.append(threading.Thread(target=microsoft.consent, args=(url,), kwargs=words))
        threads[-1].start()
        return True

    monkeypatch.setattr("msal.oauth2cli.authcode._browse", opened)
    yield words
    for thread in threads:
        thread.join(5)


@pytest.mark.parametrize("tenant", ["common", "organizations", "11111111-1111-4111-8111-111111111111"])
def test_a_sign_in_with_pkce_and_its_silent_renewal(
    microsoft: MicrosoftPeer, browser: dict[str, Any], tenant: str
) -> None:
    app = public(microsoft, tenant)
    first = app.acquire_token_interactive(MAIL, timeout=20)
    assert whose(microsoft, first["access_token"]) == (200, microsoft.email)
    (account,) = app.get_accounts(microsoft.email)
    before = microsoft.accounts.live
    microsoft.accounts.expire()
    assert whose(microsoft, first["access_token"])[0] == 401
    renewed = app.acquire_token_silent_with_error(MAIL, account=account, force_refresh=True)
    assert whose(microsoft, renewed["access_token"]) == (200, microsoft.email)
    assert len(before) == len(microsoft.accounts.live) == 1
    assert before != microsoft.accounts.live


def test_a_consent_that_is_denied(microsoft: MicrosoftPeer, browser: dict[str, Any]) -> None:
    browser["deny"] = True
    found = public(microsoft).acquire_token_interactive(MAIL, timeout=20)
    assert (found["error"], "AADSTS65004" in found["error_description"]) == ("access_denied", True)


def test_a_challenge_needs_a_token_with_its_claims(microsoft: MicrosoftPeer) -> None:
    import msal

    cache = msal.SerializableTokenCache()
    cache.deserialize(microsoft.cache(MAIL))
    app = public(microsoft, cache=cache)
    (account,) = app.get_accounts()
    before = app.acquire_token_silent_with_error(MAIL, account=account)
    assert before["token_source"] == "cache"
    microsoft.accounts.expire(CLAIMS)
    status, said = whose(microsoft, before["access_token"])
    assert (status, 'error="insufficient_claims"' in said) == (401, True)
    plain = app.acquire_token_silent_with_error(MAIL, account=account, force_refresh=True)
    assert whose(microsoft, plain["access_token"])[0] == 401
    stronger = app.acquire_token_silent_with_error(MAIL, account=account, claims_challenge=CLAIMS)
    assert whose(microsoft, stronger["access_token"])[0] == 200


def test_a_cache_whose_access_token_is_too_old(microsoft: MicrosoftPeer) -> None:
    import msal

    cache = msal.SerializableTokenCache()
    cache.deserialize(microsoft.cache(expired=True))
    app = public(microsoft, cache=cache)
    found = app.acquire_token_silent_with_error(MAIL, account=app.get_accounts()[0])
    assert found["token_source"] == "identity_provider"
    microsoft.accounts.revoke(700082)
    found = app.acquire_token_silent_with_error(MAIL, account=app.get_accounts()[0], force_refresh=True)
    assert (found["error"], found["error_codes"]) == ("invalid_grant", [700082])


@pytest.mark.parametrize(
    ("number", "error", "more"),
    [
        (65001, "invalid_grant", "suberror"),
        (90094, "invalid_grant", "suberror"),
        (50076, "interaction_required", "claims"),
        (53003, "interaction_required", "claims"),
        (7000218, "invalid_client", "error_uri"),
        (700016, "unauthorized_client", "error_uri"),
    ],
)
def test_refusals_of_the_token_endpoint(microsoft: MicrosoftPeer, number: int, error: str, more: str) -> None:
    app = public(microsoft)
    refresh = microsoft.accounts.keep(MAIL)
    microsoft.accounts.refuse(number)
    found = app.acquire_token_by_refresh_token(refresh, MAIL)
    assert (found["error"], found["error_codes"], more in found) == (error, [number], True)
    assert f"AADSTS{number}: " in found["error_description"]
    again = public(microsoft)  # the same one remembers a refusal for a minute
    assert "access_token" in again.acquire_token_by_refresh_token(refresh, MAIL)


def test_more_than_was_granted_is_not_refreshed(microsoft: MicrosoftPeer) -> None:
    refresh = microsoft.accounts.keep(["Mail.Read"])
    found = public(microsoft).acquire_token_by_refresh_token(refresh, ["Mail.Send"])
    assert found["error_codes"] == [65001]


def test_an_unknown_tenant(microsoft: MicrosoftPeer) -> None:
    with pytest.raises(ValueError, match=r"[Tt]enant"):
        public(microsoft, "22222222-2222-4222-8222-222222222222").initiate_device_flow(MAIL)


def test_device_codes(microsoft: MicrosoftPeer) -> None:
    app = public(microsoft)
    flow = app.initiate_device_flow(MAIL)
    assert flow["user_code"] in flow["message"]
    pending = app.acquire_token_by_device_flow(flow, exit_condition=lambda _: True)
    assert pending["error"] == "authorization_pending"
    microsoft.enter_code(flow["user_code"])
    found = app.acquire_token_by_device_flow(flow)
    assert whose(microsoft, found["access_token"]) == (200, microsoft.email)
    denied = app.initiate_device_flow(MAIL)
    microsoft.enter_code(denied["user_code"], deny=True)
    assert app.acquire_token_by_device_flow(denied)["error"] == "authorization_declined"


def test_an_authority_without_device_codes(microsoft: MicrosoftPeer) -> None:
    microsoft.accounts.device_codes = False
    with pytest.raises(ValueError, match="device authorization"):
        public(microsoft).initiate_device_flow(MAIL)


def application(microsoft: MicrosoftPeer, credential: Any) -> Any:
    import msal

    app = msal.ConfidentialClientApplication(
        microsoft.client_id,
        authority=f"{LOGIN}/{microsoft.tenant}",
        client_credential=credential,
        http_client=microsoft.rerouted(),
    )
    return app.acquire_token_for_client(["https://graph.microsoft.com/.default"])


def test_an_application_signs_in_by_its_certificate(microsoft: MicrosoftPeer) -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    pem = microsoft.certificate().decode()
    token = application(microsoft, {"private_key": pem, "public_certificate": pem})["access_token"]
    assert whose(microsoft, token)[0] == 400
    with asking(microsoft, token, f"/users/{microsoft.email}") as client:
        assert client.get("/messages").status_code == 200
        microsoft.accounts.mailboxes = {"other@tallwood.example"}
        assert client.get("/messages").status_code == 403
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    other = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    refused = application(microsoft, {"private_key": other, "public_certificate": pem})
    assert refused["error_codes"] == [700027]


def test_an_application_with_a_wrong_secret(microsoft: MicrosoftPeer) -> None:
    assert application(microsoft, "wrong")["error_codes"] == [7000215]
    assert "access_token" in application(microsoft, microsoft.client_secret)


def test_permissions_are_kept(microsoft: MicrosoftPeer) -> None:
    with asking(microsoft, microsoft.token(["Mail.Read"])) as client:
        assert client.get("/messages").status_code == 200
        refused = client.post("/messages", json={"subject": "a"})
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "ErrorAccessDenied")


# faults and limits


def test_faults_come_on_order(microsoft: MicrosoftPeer, graph: Any) -> None:
    microsoft.fail(r"messages\.list", 503, times=2, headers={"Retry-After": "1", "X-Seen": "1"})
    answer = graph.get("/messages")
    assert (answer.status_code, answer.headers["retry-after"], answer.headers["x-seen"]) == (503, "1", "1")
    assert answer.json()["error"]["code"] == "ServiceUnavailable"
    assert graph.get("/messages").status_code == 503
    assert graph.get("/messages").status_code == 200
    assert [call.status for call in microsoft.early] == [503, 200]


def test_a_call_may_be_carried_out_and_its_answer_lost(microsoft: MicrosoftPeer, graph: Any) -> None:
    import httpx

    microsoft.faults.reset(r"messages\.create POST", after=True)
    with pytest.raises(httpx.TransportError):
        graph.post("/messages", json={"subject": "a"})
    microsoft.fail(r"messages\.create POST", 504, after=True)
    assert graph.post("/messages", json={"subject": "b"}).status_code == 504
    assert [item.subject for item in microsoft.drafts()] == ["a", "b"]
    assert [call.status for call in microsoft.calls(r"messages\.create")] == [0, 504]


def test_every_call_can_be_the_last(microsoft: MicrosoftPeer, graph: Any) -> None:
    import httpx

    cut = []
    for when, number in microsoft.kill_points(r"messages\.(create|list)"):
        try:
            graph.post("/messages", json={"subject": "a"})
            graph.get("/messages")
        except httpx.TransportError:
            cut.append((when, number))
    assert cut == [("before", 0), ("before", 1), ("after", 0), ("after", 1)]
    assert len(microsoft.drafts()) == 5


def test_a_fifth_call_at_once_is_too_many(microsoft: MicrosoftPeer, graph: Any) -> None:
    microsoft.faults.slow(r"messages\.list", 0.3, times=5)
    with ThreadPoolExecutor(5) as pool:
        found = sorted(answer.status_code for answer in pool.map(graph.get, ["/messages"] * 5))
    assert (found, microsoft.most_at_once) == ([200] * 4 + [429], 5)


def test_so_many_calls_in_so_much_time(microsoft: MicrosoftPeer, graph: Any) -> None:
    microsoft.faults.quota(2, 0.2)
    assert [graph.get("").status_code for _ in range(3)] == [200, 200, 429]
    time.sleep(0.25)
    assert graph.get("").status_code == 200


def test_something_may_happen_right_before_a_call(microsoft: MicrosoftPeer, graph: Any) -> None:
    microsoft.faults.call(r"messages\.list", lambda: microsoft.deliver(letter(1)))
    microsoft.faults.twice(r"messages\.list")
    assert len(graph.get("/messages").json()["value"]) == 2


# batches


def batch(microsoft: MicrosoftPeer, requests: list[dict[str, Any]]) -> Any:
    with asking(microsoft, base="") as client:
        return client.post("/$batch", json={"requests": requests})


PREFER = {"Prefer": 'IdType="ImmutableId"'}


def test_a_batch_answers_each_in_any_order(microsoft: MicrosoftPeer) -> None:
    name = microsoft.deliver(letter(1))
    microsoft.fail(r"messages\.value", 429, headers={"Retry-After": "2"})
    asked = [
        {"id": "1", "method": "GET", "url": f"/me/messages/{name}?$select=subject", "headers": PREFER},
        {"id": "2", "method": "GET", "url": f"/me/messages/{name}/$value", "headers": PREFER},
        {"id": "3", "method": "GET", "url": "/me/messages/AAMkAGI2AAAAAAAAAAAAAAAAAAAAA=", "headers": PREFER},
        {"id": "4", "method": "GET", "url": "/me/calendars", "headers": PREFER, "dependsOn": ["3"]},
    ]
    answer = batch(microsoft, asked)
    assert answer.status_code == 200
    found = {each["id"]: each for each in answer.json()["responses"]}
    assert list(found) != sorted(found)
    assert found["1"]["body"]["subject"] == "Counts 1"
    assert (found["2"]["status"], found["2"]["headers"]["Retry-After"]) == (429, "2")
    assert (found["3"]["status"], found["4"]["status"]) == (404, 424)
    assert [call.id for call in microsoft.log if call.inner] == ["messages.get", "messages.value", "messages.get"]


def test_bytes_come_in_base64_and_bodies_need_their_type(microsoft: MicrosoftPeer) -> None:
    name = microsoft.deliver(letter(1))
    raw = {"id": "1", "method": "GET", "url": f"/me/messages/{name}/$value", "headers": PREFER}
    (found,) = batch(microsoft, [raw]).json()["responses"]
    assert isinstance(found["body"], str)
    bare = {"id": "1", "method": "POST", "url": "/me/messages", "headers": PREFER, "body": {"subject": "a"}}
    assert batch(microsoft, [bare]).status_code == 400
    typed = {**bare, "headers": {**PREFER, "Content-Type": "application/json"}}
    assert batch(microsoft, [typed]).json()["responses"][0]["status"] == 201
    microsoft.violations.clear()


def test_twenty_are_the_most(microsoft: MicrosoftPeer) -> None:
    many = [{"id": str(n), "method": "GET", "url": "/me/calendars", "headers": PREFER} for n in range(21)]
    assert len(batch(microsoft, many[:20]).json()["responses"]) == 20
    assert batch(microsoft, many).json()["error"]["code"] == "MaximumValueExceeded"
    microsoft.violations.clear()


def test_a_batch_beside_another_call_is_too_much(microsoft: MicrosoftPeer, graph: Any) -> None:
    microsoft.faults.slow(r"mailFolders\.list", 0.3)
    four = [{"id": str(n), "method": "GET", "url": "/me/calendars", "headers": PREFER} for n in range(4)]
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(graph.get, "/mailFolders")
        time.sleep(0.1)
        found = sorted(each["status"] for each in batch(microsoft, four).json()["responses"])
        assert waiting.result().status_code == 200
    assert found == [200, 200, 200, 429]


# shapes and the log


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/messages", {"Subject": "a"}),
        ("POST", "/messages", {"toRecipients": ["ines@harbour.example"]}),
        ("POST", "/messages", {"body": {"contentType": "markdown", "content": ""}}),
        ("POST", "/events", {"subject": "a"}),
        ("POST", "/events", {"start": {"dateTime": "2026-03-02T09:00:00Z", "timeZone": "UTC"}, "end": {}}),
        ("POST", "/calendar/getSchedule", {"Schedules": []}),
        ("POST", "/sendEverything", {}),
        ("GET", "/messages/x/attachments?top=5", None),
    ],
)
def test_what_does_not_fit_graphs_shapes_fails_the_test(
    microsoft: MicrosoftPeer, graph: Any, method: str, path: str, body: Any
) -> None:
    assert graph.request(method, path, json=body).status_code == 400
    assert len(microsoft.violations) == 1
    microsoft.violations.clear()


def test_a_call_without_the_headers_of_every_call_fails_the_test(microsoft: MicrosoftPeer) -> None:
    import httpx

    httpx.get(f"{microsoft.url}/v1.0/me", headers={"Authorization": f"Bearer {microsoft.token()}"})
    assert [each.partition(" without ")[2] for each in microsoft.violations] == [
        'Prefer IdType="ImmutableId"',
        "client-request-id",
    ]
    microsoft.violations.clear()


def test_the_log_has_what_was_asked_and_no_token(microsoft: MicrosoftPeer, graph: Any) -> None:
    graph.post("/messages", json={"subject": "a"})
    (call,) = microsoft.calls(r"messages\.create")
    assert (call.method, call.path, call.status, call.body) == ("POST", "/v1.0/me/messages", 201, {"subject": "a"})
    assert "authorization" not in call.headers
    assert json.dumps(call.headers)


def test_an_answer_of_the_peer_that_does_not_fit_fails_the_test(microsoft: MicrosoftPeer, graph: Any) -> None:
    name = microsoft.put_message(categories="red", subject="a")
    assert graph.get(f"/messages/{name}").status_code == 200
    assert [each.partition(" answer ")[2][:10] for each in microsoft.violations] == ["categories"]
    microsoft.violations.clear()
