"""Signing in at Google, and out: the consent, what it gave and to whom; nothing secret is said or logged."""

import json
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from assistant.domain.access import Access, Dialogue
from assistant.errors import InputError, ProviderError, RefusedError
from providers.google.api import Google, SignInNeeded
from providers.google.scopes import short
from providers.google.signin import GoogleSignIn
from providers.google.tokens import Tokens, TokenStore
from providers.oauth import Loopback
from tests.edges.google_answers import redirected
from tests.servers.google import GooglePeer

READ = "https://www.googleapis.com/auth/gmail.readonly"
COMPOSE = "https://www.googleapis.com/auth/gmail.compose"


@pytest.fixture
def settings(google: GooglePeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The account of this test's user, on a computer without a keyring."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setattr("keyring.core._keyring_backend", None)
    client = tmp_path / "client.json"
    client.write_text(json.dumps(google.client), encoding="utf-8")
    return {"email": google.email, "client": client, "root_url": google.url, "calendars": ("primary",)}


@pytest.fixture
def way_in(settings: dict[str, Any]) -> GoogleSignIn:
    return GoogleSignIn("work", settings)


def consenting(google: GooglePeer, **how: Any) -> Dialogue:
    """A rep who says yes in the browser."""

    def show(address: str) -> None:
        google.consent(address, **how)

    return Dialogue(show)


def granted(access: Access) -> list[str]:
    return [short(each.name) for each in access.permissions if each.held]


def test_who_consents_is_signed_in_with_what_was_asked(google: GooglePeer, way_in: GoogleSignIn) -> None:
    assert way_in.access().email is None
    access = way_in.sign_in(consenting(google))
    assert (access.email, access.missing) == (google.email, ())
    assert granted(access) == ["gmail.readonly", "gmail.compose", "calendar.events.owned.readonly"]
    assert way_in.access() == access
    assert Path(access.kept).stat().st_mode & 0o777 == 0o600


def test_the_consent_asks_for_the_least_with_pkce_and_for_a_lasting_sign_in(
    google: GooglePeer, way_in: GoogleSignIn
) -> None:
    shown: list[str] = []

    def show(address: str) -> None:
        shown.append(address)
        google.consent(address)

    way_in.sign_in(Dialogue(show))
    query = {name: values[0] for name, values in parse_qs(urlsplit(shown[0]).query).items()}
    assert query["scope"].split() == [each.name for each in way_in.access().permissions]
    assert (query["code_challenge_method"], len(query["code_challenge"])) == ("S256", 43)
    assert (query["access_type"], query["login_hint"]) == ("offline", google.email)
    assert query["redirect_uri"].startswith("http://127.0.0.1:")
    assert len(query["state"]) >= 32


def test_the_account_opens_after_that(google: GooglePeer, way_in: GoogleSignIn, settings: dict[str, Any]) -> None:
    way_in.sign_in(consenting(google))
    opened = Google("work", settings)
    assert opened.run(opened.gmail.users().getProfile(userId="me"))["emailAddress"] == google.email
    assert way_in.works()


def test_what_is_turned_on_later_is_missing_until_it_is_asked(
    google: GooglePeer, way_in: GoogleSignIn, settings: dict[str, Any]
) -> None:
    way_in.sign_in(consenting(google))
    later = GoogleSignIn("work", {**settings, "free_busy": True})
    assert [short(each.name) for each in later.access().missing] == ["calendar.freebusy"]
    later.sign_in(consenting(google))
    assert later.access().missing == ()


def test_what_was_unticked_is_told_and_the_rest_works(google: GooglePeer, way_in: GoogleSignIn) -> None:
    access = way_in.sign_in(consenting(google, granted=[READ, COMPOSE]))
    assert [short(each.name) for each in access.missing] == ["calendar.events.owned.readonly"]
    assert way_in.access().missing == access.missing
    assert way_in.works()


@pytest.mark.parametrize("how", ["somebody else", "a box unticked", "no mailbox"])
def test_a_sign_in_that_failed_ends_none_that_worked(
    google: GooglePeer, way_in: GoogleSignIn, settings: dict[str, Any], how: str
) -> None:
    """At Google one token revoked ends all that the person has allowed to this client."""
    before = way_in.sign_in(consenting(google))
    other = GoogleSignIn("other", {**settings, "email": "noor@brightlane.example"})
    if how == "no mailbox":
        google.faults.add("getProfile", status=400, reason="failedPrecondition")
    ticked = [COMPOSE] if how == "a box unticked" else None
    with pytest.raises(ProviderError):
        (other if how == "somebody else" else way_in).sign_in(consenting(google, granted=ticked))
    google.faults.clear()
    google.accounts.expire()
    assert way_in.access() == before
    assert way_in.works()


def test_signing_out_takes_back_all_that_the_person_allowed(google: GooglePeer, way_in: GoogleSignIn) -> None:
    google.accounts.new_grant()
    way_in.sign_in(consenting(google))
    way_in.sign_out()
    assert google.accounts.live == []


@pytest.mark.parametrize("code", ["deleted_client", "disabled_client", "invalid_client", "admin_policy_enforced"])
def test_a_client_that_google_refuses_makes_a_sign_in_that_does_not_work(
    google: GooglePeer, way_in: GoogleSignIn, code: str
) -> None:
    """So that signing in asks anew, as its own message says, and doesn't end with the same message for ever."""
    way_in.sign_in(consenting(google))
    google.accounts.expire()
    google.accounts.policy = code
    assert not way_in.works()


@pytest.mark.parametrize("name", ["client_id", "client_secret"])
def test_what_another_client_was_given_is_asked_anew(
    google: GooglePeer, way_in: GoogleSignIn, settings: dict[str, Any], name: str
) -> None:
    way_in.sign_in(consenting(google))
    client = google.client
    client["installed"][name] = "another"
    settings["client"].write_text(json.dumps(client), encoding="utf-8")
    assert not way_in.works()
    settings["client"].unlink()
    assert way_in.works()


def test_signing_out_waits_for_a_renewal_and_nothing_comes_back(
    google: GooglePeer, way_in: GoogleSignIn, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program has new tokens in its hand, and hasn't written them down yet."""
    way_in.sign_in(consenting(google))
    google.accounts.expire()
    leaving = threading.Thread(target=GoogleSignIn("work", settings).sign_out)
    save = TokenStore.save

    def slowly(store: TokenStore, tokens: Tokens) -> str:
        monkeypatch.setattr(TokenStore, "save", save)
        leaving.start()
        leaving.join(1)
        return save(store, tokens)

    monkeypatch.setattr(TokenStore, "save", slowly)
    opened = Google("work", settings)
    with suppress(ProviderError):
        opened.run(opened.gmail.users().getProfile(userId="me"))
    leaving.join(30)
    assert way_in.access().email is None


def test_a_folder_that_can_not_be_locked_is_named_at_once(
    google: GooglePeer, way_in: GoogleSignIn, settings: dict[str, Any]
) -> None:
    kept = Path(way_in.sign_in(consenting(google)).kept)
    google.accounts.expire()
    lock = kept.with_suffix(".lock")
    lock.unlink(missing_ok=True)
    lock.mkdir()
    slept: list[float] = []
    opened = Google("work", settings, sleep=slept.append)
    with pytest.raises(ProviderError, match=rf"can't be kept at {lock}: .*Make that place yours"):
        opened.run(opened.gmail.users().getProfile(userId="me"))
    assert slept == []


def test_without_reading_mail_nothing_is_kept(google: GooglePeer, way_in: GoogleSignIn) -> None:
    with pytest.raises(ProviderError, match=r"Reading mail.*“work”.*leave their boxes ticked"):
        way_in.sign_in(consenting(google, granted=[COMPOSE]))
    assert way_in.access().email is None


def test_who_declines_hears_that_nothing_was_changed(google: GooglePeer, way_in: GoogleSignIn) -> None:
    with pytest.raises(ProviderError, match=r"“work” was declined; nothing was changed.*Test users"):
        way_in.sign_in(consenting(google, deny=True))


def test_somebody_else_s_mailbox_is_refused(google: GooglePeer, settings: dict[str, Any]) -> None:
    other = GoogleSignIn("work", {**settings, "email": "noor@brightlane.example"})
    with pytest.raises(ProviderError, match=rf"signed in as {google.email}, but .* is for noor@brightlane\.example"):
        other.sign_in(consenting(google))
    assert other.access().email is None


def test_an_alias_of_the_mailbox_is_the_mailbox(google: GooglePeer, settings: dict[str, Any]) -> None:
    google.add_alias("sales@tallwood.example")
    access = GoogleSignIn("work", {**settings, "email": "sales@tallwood.example"}).sign_in(consenting(google))
    assert access.email == google.email


def test_the_address_may_be_pasted(google: GooglePeer, way_in: GoogleSignIn) -> None:
    shown: list[str] = []
    dialogue = Dialogue(shown.append, lambda: f"  {redirected(google, shown[0])}\n")
    assert way_in.sign_in(dialogue).email == google.email


@pytest.mark.parametrize("text", ["hello", "http://127.0.0.1:1/?state=other&code=x", "http://[", "?code=x"])
def test_an_address_of_another_consent_is_refused(way_in: GoogleSignIn, text: str) -> None:
    with pytest.raises(InputError, match="isn't the address that this consent ended on"):
        way_in.sign_in(Dialogue(lambda _: None, lambda: text))


def test_who_pastes_nothing_can_still_come_back_by_browser(google: GooglePeer, way_in: GoogleSignIn) -> None:
    gone = threading.Event()

    def show(address: str) -> None:
        threading.Thread(target=lambda: (gone.wait(10), google.consent(address)), daemon=True).start()

    def pasted() -> str:
        gone.set()
        return ""

    assert way_in.sign_in(Dialogue(show, pasted)).email == google.email


def test_the_port_answers_only_to_this_consent() -> None:
    with Loopback("right") as loopback:
        for path in ("favicon.ico", "?state=wrong&code=x", "?code=x", "?state=right"):
            assert requests.get(loopback.address + path, timeout=10).status_code == 404
        assert requests.get(loopback.address + "?state=right&code=abc", timeout=10).status_code == 200
        assert loopback.wait() == {"state": "right", "code": "abc"}


def test_nobody_who_comes_back_is_not_waited_for_for_ever() -> None:
    with Loopback("right") as loopback, pytest.raises(ProviderError, match=r"Nobody came back.*--no-browser"):
        loopback.wait(patience=0.05)


def test_signing_out_revokes_and_forgets(google: GooglePeer, way_in: GoogleSignIn) -> None:
    kept = Path(way_in.sign_in(consenting(google)).kept)
    token = json.loads(kept.read_text(encoding="utf-8"))["access_token"]
    assert way_in.sign_out()
    assert (kept.exists(), way_in.access().email, way_in.sign_out()) == (False, None, False)
    answer = requests.get(
        f"{google.url}/gmail/v1/users/me/profile", headers={"Authorization": f"Bearer {token}"}, timeout=10
    )
    assert answer.status_code == 401
    assert not way_in.works()


def test_signing_out_without_a_network_forgets_and_says_what_is_left(
    google: GooglePeer, way_in: GoogleSignIn, settings: dict[str, Any]
) -> None:
    kept = Path(way_in.sign_in(consenting(google)).kept)
    held = json.loads(kept.read_text(encoding="utf-8"))
    kept.write_text(json.dumps(held | {"token_uri": "http://127.0.0.1:9/token"}), encoding="utf-8")
    with pytest.raises(ProviderError, match=r"forgotten here, but Google couldn't be told.*myaccount\.google\.com"):
        way_in.sign_out()
    assert not kept.exists()


def test_an_access_token_that_ran_out_is_renewed_unseen(
    google: GooglePeer, way_in: GoogleSignIn, settings: dict[str, Any]
) -> None:
    kept = Path(way_in.sign_in(consenting(google)).kept)
    before = kept.read_text(encoding="utf-8")
    google.accounts.expire()
    opened = Google("work", settings)
    assert opened.run(opened.gmail.users().getProfile(userId="me"))["emailAddress"] == google.email
    assert kept.read_text(encoding="utf-8") != before


def test_a_batch_gets_over_an_access_token_that_ran_out(
    google: GooglePeer, way_in: GoogleSignIn, settings: dict[str, Any]
) -> None:
    way_in.sign_in(consenting(google))
    names = [google.deliver(b"Message-ID: <%d@x.example>\r\nSubject: s\r\n\r\nhello\r\n" % n) for n in range(3)]
    google.accounts.expire()
    opened = Google("work", settings)
    messages = opened.gmail.users().messages()
    got = dict(opened.batch((name, messages.get(userId="me", id=name, format="raw"), 0) for name in names))
    assert all(isinstance(got[name], dict) and got[name]["id"] == name for name in names)  # type: ignore[index]


@pytest.mark.parametrize(
    ("hurt", "told"),
    [
        (
            lambda accounts: accounts.revoke("Token has been expired or revoked."),
            r"must be signed in again.*seven days",
        ),
        (lambda accounts: setattr(accounts, "scopes", {COMPOSE}), r"hasn't allowed .*gmail\.readonly.*nextmove login"),
    ],
)
def test_a_sign_in_that_ended_names_the_account_and_the_cure(
    google: GooglePeer, way_in: GoogleSignIn, settings: dict[str, Any], hurt: Callable[[Any], None], told: str
) -> None:
    way_in.sign_in(consenting(google))
    hurt(google.accounts)
    opened = Google("work", settings)
    with pytest.raises(SignInNeeded, match=told) as caught:
        opened.run(opened.gmail.users().messages().list(userId="me"))
    assert "“work”" in str(caught.value)


def test_a_policy_of_the_administrator_is_named(google: GooglePeer, way_in: GoogleSignIn) -> None:
    google.accounts.policy = "admin_policy_enforced"
    with pytest.raises(ProviderError, match=r"administrator.*“work”.*App access control"):
        way_in.sign_in(consenting(google))


@pytest.mark.parametrize("name", ["auth_uri", "token_uri", "client_secret"])
def test_a_client_with_a_part_missing_is_none(google: GooglePeer, settings: dict[str, Any], name: str) -> None:
    client = google.client
    del client["installed"][name]
    settings["client"].write_text(json.dumps(client), encoding="utf-8")
    with pytest.raises(ProviderError, match="isn't the JSON of a desktop client"):
        GoogleSignIn("work", settings).sign_in(Dialogue(lambda _: None))


@pytest.mark.parametrize("text", ["", "{}", '{"web": {"client_id": "x", "client_secret": "y"}}', '{"installed": 5}'])
def test_a_client_that_is_none_says_where_to_get_one(settings: dict[str, Any], text: str) -> None:
    settings["client"].write_text(text, encoding="utf-8")
    with pytest.raises(ProviderError, match=r"isn't the JSON of a desktop client.*type Desktop app"):
        GoogleSignIn("work", settings).sign_in(Dialogue(lambda _: None))


def test_a_service_account_acts_for_its_address_and_for_nobody_else(
    google: GooglePeer, settings: dict[str, Any], tmp_path: Path
) -> None:
    key = tmp_path / "key.json"
    key.write_text(json.dumps(google.service_account()), encoding="utf-8")
    key.chmod(0o600)
    team = {**settings, "client": None, "service_account": key}
    opened = Google("team", team)
    assert opened.run(opened.gmail.users().getProfile(userId="me"))["emailAddress"] == google.email
    assert GoogleSignIn("team", team).access().email == google.email
    with pytest.raises(RefusedError, match="opened by the service account"):
        GoogleSignIn("team", team).sign_in(Dialogue(lambda _: None))
    stranger = Google("team", {**team, "email": "ceo@elsewhere.example"})
    with pytest.raises(ProviderError, match=r"may not act for ceo@elsewhere\.example.*Domain-wide delegation"):
        stranger.run(stranger.gmail.users().getProfile(userId="me"))
    key.chmod(0o644)
    with pytest.raises(ProviderError, match="chmod 600"):
        Google("team", team).run(opened.gmail.users().getProfile(userId="me"))


def test_nothing_secret_is_logged_or_said(
    google: GooglePeer, way_in: GoogleSignIn, settings: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Not even at the lowest level, from asking for the consent to a renewal that fails."""
    said: list[str] = []
    codes: list[str] = []

    def show(address: str) -> None:
        back = redirected(google, address)
        codes.append(parse_qs(urlsplit(back).query)["code"][0])
        requests.get(back, timeout=10)

    with caplog.at_level(logging.DEBUG):
        access = way_in.sign_in(Dialogue(show))
        held = json.loads(Path(access.kept).read_text(encoding="utf-8"))
        google.accounts.expire()
        opened = Google("work", settings)
        opened.run(opened.gmail.users().getProfile(userId="me"))
        renewed = json.loads(Path(access.kept).read_text(encoding="utf-8"))
        google.accounts.revoke("Token has been expired or revoked.")
        with pytest.raises(SignInNeeded) as caught:
            opened.run(opened.gmail.users().getProfile(userId="me"))
        said += [str(caught.value), repr(access), repr(way_in.access())]
        way_in.sign_out()
    told = "\n".join([*said, *(each.getMessage() for each in caplog.records)])
    secrets = [each[name] for each in (held, renewed) for name in ("access_token", "refresh_token", "client_secret")]
    assert [secret for secret in (*secrets, codes[0]) if secret in told] == []
