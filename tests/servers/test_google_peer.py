"""The Google peer itself, asked by the real clients: sign-in, batches, faults, the log, the documents."""

import threading
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest

from tests.servers.google import GooglePeer

READ = "https://www.googleapis.com/auth/gmail.readonly"
SHORT = {"message": {"raw": "U3ViamVjdDogYQ0KDQphDQo="}}
COMPOSE = "https://www.googleapis.com/auth/gmail.compose"


def letter(number: int, **headers: str) -> bytes:
    lines = {
        "From": "Ines Okafor <ines@harbour.example>",
        "To": "rep@tallwood.example",
        "Subject": f"Counts {number}",
        "Message-ID": f"<n{number}@harbour.example>",
        "Date": f"Mon, 02 Mar 2026 09:{number % 60:02}:00 +0100",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return "".join(f"{name}: {value}\r\n" for name, value in lines.items()).encode() + b"\r\nHello.\r\n"


@pytest.fixture
def me(google: GooglePeer) -> Iterator[Any]:
    """Gmail's users, through the client."""
    with google.service() as service:
        yield service.users()


def refused(request: Any) -> Any:
    from googleapiclient.errors import HttpError

    with pytest.raises(HttpError) as caught:
        request.execute(num_retries=0)
    return caught.value


def reason(error: Any) -> str:
    return str(error.error_details[0]["reason"])


# sign-in


def whose(google: GooglePeer, credentials: Any) -> str:
    return str(google.service(credentials=credentials).users().getProfile(userId="me").execute()["emailAddress"])


def signed_in(google: GooglePeer, scopes: list[str], granted: list[str] | None = None, **words: str) -> Any:
    from google_auth_oauthlib.flow import InstalledAppFlow

    flow = InstalledAppFlow.from_client_config(google.client, scopes, autogenerate_code_verifier=True)
    flow.redirect_uri = "http://127.0.0.1:9/"
    url, _ = flow.authorization_url(access_type="offline", prompt="consent", **words)
    import requests

    with pytest.MonkeyPatch.context() as patch:
        found: list[str] = []
        patch.setattr(requests, "post", lambda *a, **k: _first_hop(found, *a, **k))
        google.consent(url, granted)
    code = found[0].partition("code=")[2].partition("&")[0]
    flow.fetch_token(code=code)
    return flow.credentials


def _first_hop(found: list[str], *args: Any, **words: Any) -> Any:
    import requests

    answer = requests.request("POST", *args, **words, allow_redirects=False)
    found.append(answer.headers["location"])
    return answer


@pytest.fixture
def plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("OAUTHLIB_RELAX_TOKEN_SCOPE", "1")


@pytest.mark.usefixtures("plain_http")
def test_a_consent_gives_a_token_of_this_user_that_can_be_refreshed(google: GooglePeer) -> None:
    from google.auth.transport.requests import Request

    credentials = signed_in(google, [READ])
    assert whose(google, credentials) == google.email
    before = credentials.token
    credentials.refresh(Request())
    assert credentials.token != before
    assert google.service(credentials=credentials).users().labels().list(userId="me").execute()["labels"]


@pytest.mark.usefixtures("plain_http")
def test_what_was_not_granted_is_refused(google: GooglePeer) -> None:
    credentials = signed_in(google, [READ, COMPOSE], granted=[READ])
    assert credentials.granted_scopes == [READ]
    users = google.service(credentials=credentials).users()
    users.messages().list(userId="me").execute()
    error = refused(users.drafts().create(userId="me", body={"message": {"raw": "YQ=="}}))
    assert (error.status_code, reason(error)) == (403, "insufficientPermissions")


@pytest.mark.usefixtures("plain_http")
def test_an_incremental_consent_brings_the_earlier_scopes_again(google: GooglePeer) -> None:
    signed_in(google, [READ])
    assert set(signed_in(google, [COMPOSE], include_granted_scopes="true").granted_scopes) == {READ, COMPOSE}
    assert signed_in(google, [COMPOSE]).granted_scopes == [COMPOSE]


@pytest.mark.usefixtures("plain_http")
def test_the_loopback_flow_of_the_library_ends_by_itself(google: GooglePeer) -> None:
    import webbrowser

    from google_auth_oauthlib.flow import InstalledAppFlow

    class Browser:
        def open(self, url: str, **_: object) -> bool:
            threading.Thread(target=google.consent, args=(url,)).start()
            return True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(webbrowser, "get", lambda *_: Browser())
        flow = InstalledAppFlow.from_client_config(google.client, [READ], autogenerate_code_verifier=True)
        credentials = flow.run_local_server(port=0, open_browser=True, timeout_seconds=20)
    assert whose(google, credentials) == google.email


def test_an_expired_access_token_is_refreshed_by_the_client(google: GooglePeer, me: Any) -> None:
    google.accounts.expire()
    assert me.getProfile(userId="me").execute()["emailAddress"] == google.email
    assert [call.status for call in google.calls("gmail.*")] == [401, 200]


def test_a_revoked_consent_is_an_invalid_grant(google: GooglePeer, me: Any) -> None:
    from google.auth.exceptions import RefreshError

    google.accounts.revoke()
    with pytest.raises(RefreshError, match="invalid_grant"):
        me.getProfile(userId="me").execute()


def test_an_unknown_token_is_nobody(google: GooglePeer) -> None:
    from google.auth.exceptions import RefreshError
    from google.oauth2.credentials import Credentials

    with pytest.raises(RefreshError):
        google.service(credentials=Credentials(token="stolen")).users().getProfile(userId="me").execute()  # type: ignore[no-untyped-call]
    assert google.log[-1].status == 401


def test_a_revoked_token_is_forgotten(google: GooglePeer) -> None:
    import requests

    token = google.token()
    assert requests.post(google.url + "/oauth2/revoke", data={"token": token["refresh_token"]}, timeout=5).ok
    assert google.accounts.live == []


def test_a_service_account_acts_for_its_user_and_nobody_else(google: GooglePeer) -> None:
    from google.auth.exceptions import RefreshError
    from google.oauth2 import service_account

    info = google.service_account()
    robot = service_account.Credentials.from_service_account_info(info, scopes=[READ])  # type: ignore[no-untyped-call]
    mine = google.service(credentials=robot.with_subject(google.email)).users()
    assert mine.getProfile(userId="me").execute()["emailAddress"] == google.email
    with pytest.raises(RefreshError, match="unauthorized_client"):
        google.service(credentials=robot.with_subject("boss@tallwood.example")).users().getProfile(
            userId="me"
        ).execute()


# batches and faults


def batch(google: GooglePeer, ids: list[str]) -> dict[str, Any]:
    service = google.service()
    found: dict[str, Any] = {}
    requests = service.new_batch_http_request(lambda name, body, error: found.update({name: error or body}))
    for mail_id in ids:
        requests.add(service.users().messages().get(userId="me", id=mail_id, format="raw"), request_id=mail_id)
    requests.execute()
    return found


def test_a_batch_answers_each_part(google: GooglePeer) -> None:
    ids = [google.deliver(letter(number)) for number in range(5)]
    found = batch(google, [*ids, "nowhere"])
    assert [found[each]["id"] for each in ids] == ids
    assert found["nowhere"].status_code == 404
    assert [call.inner for call in google.log] == [True] * 6 + [False]


def test_one_part_of_a_batch_goes_wrong_alone(google: GooglePeer) -> None:
    ids = [google.deliver(letter(number)) for number in range(3)]
    google.faults.add(rf"messages\.get .*{ids[1]}", status=429, retry_after="7")
    found = batch(google, ids)
    assert [found[each]["id"] for each in (ids[0], ids[2])] == [ids[0], ids[2]]
    assert (found[ids[1]].status_code, found[ids[1]].resp["retry-after"]) == (429, "7")


def test_a_batch_of_more_than_a_hundred_is_refused(google: GooglePeer) -> None:
    from googleapiclient.errors import HttpError

    with pytest.raises(HttpError) as caught:
        batch(google, [f"m{number}" for number in range(101)])
    assert caught.value.status_code == 400


@pytest.mark.parametrize(
    ("status", "why"),
    [(429, "rateLimitExceeded"), (403, "userRateLimitExceeded"), (500, "backendError"), (503, "backendError")],
)
def test_an_error_comes_as_often_as_it_should(google: GooglePeer, me: Any, status: int, why: str) -> None:
    google.faults.add("getProfile", status=status, reason=why, times=2)
    errors = [refused(me.getProfile(userId="me")) for _ in range(2)]
    assert [(error.status_code, reason(error)) for error in errors] == [(status, why)] * 2
    me.getProfile(userId="me").execute()


def test_a_cut_connection_is_a_cut_connection(google: GooglePeer, me: Any) -> None:
    google.faults.reset("drafts.create", after=True, times=3)
    with pytest.raises(OSError):  # noqa: PT011 - reset or closed: both are what happens
        me.drafts().create(userId="me", body=SHORT).execute(num_retries=0)
    assert len(google.drafts()) >= 1
    assert google.log[-1].status == 0


def test_an_answer_that_is_an_error_after_the_effect(google: GooglePeer, me: Any) -> None:
    google.faults.add("drafts.create", status=503, reason="backendError", after=True)
    assert refused(me.drafts().create(userId="me", body=SHORT)).status_code == 503
    assert len(google.drafts()) == 1


def test_a_slow_answer_takes_its_time(google: GooglePeer, me: Any) -> None:
    google.faults.slow("getProfile", 0.2)
    start = time.monotonic()
    me.getProfile(userId="me").execute()
    assert time.monotonic() - start >= 0.2


def test_lists_can_bring_everything_twice(google: GooglePeer, me: Any) -> None:
    mail_id = google.deliver(letter(1))
    google.faults.twice("messages.list")
    found = me.messages().list(userId="me").execute()["messages"]
    assert [each["id"] for each in found] == [mail_id, mail_id]


def test_something_happens_right_before_a_call(google: GooglePeer, me: Any) -> None:
    google.faults.call("messages.list", lambda: google.deliver(letter(1)))
    assert len(me.messages().list(userId="me").execute()["messages"]) == 1


def test_the_quota_is_counted_in_units(google: GooglePeer, me: Any) -> None:
    google.faults.quota(7)
    me.messages().list(userId="me").execute()
    assert refused(me.messages().list(userId="me")).status_code == 429
    assert google.units == 10


# the documents


def test_a_body_that_does_not_fit_is_refused_and_remembered(google: GooglePeer, me: Any) -> None:
    error = refused(me.drafts().create(userId="me", body={"message": {"raw": "YQ==", "thread_id": "x"}}))
    assert error.status_code == 400
    assert "thread_id" in google.violations[0]
    google.violations.clear()


def test_a_parameter_that_does_not_exist_is_remembered(google: GooglePeer) -> None:
    import requests

    headers = {"Authorization": f"Bearer {google.token()['token']}"}
    assert requests.get(google.url + "/gmail/v1/users/me/drafts?query=x", headers=headers, timeout=5).status_code == 400
    assert "no parameter 'query'" in google.violations[0]
    google.violations.clear()


def test_fields_leave_out_what_they_do_not_name(google: GooglePeer, me: Any) -> None:
    for number in range(2):
        google.deliver(letter(number))
    found = me.messages().list(userId="me", maxResults=1, fields="messages(id),nextPageToken").execute()
    assert set(found) == {"messages", "nextPageToken"}
    assert set(found["messages"][0]) == {"id"}


def test_a_query_too_long_for_an_address_comes_as_a_post(google: GooglePeer, me: Any) -> None:
    mail_id = google.deliver(letter(1))
    query = " OR ".join(f"rfc822msgid:n{number}@harbour.example" for number in range(120))
    assert me.messages().list(userId="me", q=query).execute()["messages"][0]["id"] == mail_id
    assert [(call.id, call.method) for call in google.log] == [("gmail.users.messages.list", "GET")]


def test_the_servers_clock_can_be_wrong(google: GooglePeer) -> None:
    import requests

    google.faults.clock(86_400)
    date = requests.get(google.url + "/oauth2/v2/userinfo", timeout=5).headers["Date"]
    assert parsedate_to_datetime(date).timestamp() - time.time() > 80_000


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="only Linux tells who listens where in a file")
def test_everything_listens_on_loopback_only(emulators: Any, google: GooglePeer) -> None:
    ports = {int(google.url.rpartition(":")[2]), emulators.running[0].port}
    lines = [
        line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]
    ]
    found = [line[1].split(":") for line in lines if line[3] == "0A"]
    assert {(address, int(port, 16)) for address, port in found if int(port, 16) in ports} == {
        ("0100007F", port) for port in ports
    }
