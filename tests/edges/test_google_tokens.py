"""The tokens of an account: kept where only the rep can read them, renewed by one program at a time, never shown."""

import json
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from assistant.errors import ProviderError
from providers.google.api import Google, SignInNeeded
from providers.google.credentials import credentials
from providers.google.scopes import needed, short
from providers.google.tokens import Tokens, TokenStore

EMAIL = "mara@tallwood.example"
SECRETS = ("access-s3cret", "refresh-s3cret", "client-s3cret", "renewed-s3cret")
TOKENS = Tokens(
    email=EMAIL,
    scopes=("https://www.googleapis.com/auth/gmail.readonly",),
    since=datetime(2026, 11, 22, 9, tzinfo=UTC),
    client_id="id",
    client_secret="client-s3cret",
    token_uri="https://oauth2.test/token",
    refresh_token="refresh-s3cret",
    access_token="access-s3cret",
    expires=datetime(2026, 11, 22, 10, tzinfo=UTC),
)


class Ring(KeyringBackend):
    """A keyring of this test; `longest` is the longest secret that it takes, as Windows has one."""

    priority = 5
    name = "Test ring"

    def __init__(self, longest: int = 10_000) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.held: dict[tuple[str, str], str] = {}
        self.longest = longest

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if len(password) > self.longest:
            raise OSError("the stub received bad data")
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


class Plaintext(Ring):
    priority = 0.5  # type: ignore[assignment]


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    made = Ring()
    monkeypatch.setattr("keyring.get_keyring", lambda: made)
    return made


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> TokenStore:
    """On a computer without a keyring."""
    monkeypatch.setattr("keyring.get_keyring", Plaintext)
    return TokenStore("work", EMAIL, tmp_path / "google")


def test_tokens_come_back_from_the_keyring_as_they_were(ring: Ring, tmp_path: Path) -> None:
    store = TokenStore("work", EMAIL, tmp_path)
    assert "Test ring" in store.save(TOKENS)
    assert store.load() == TOKENS
    assert list(ring.held) == [("nextmove", "work <mara@tallwood.example>")]
    assert list(tmp_path.iterdir()) == []


def test_a_keyring_that_holds_little_keeps_what_matters(ring: Ring, tmp_path: Path) -> None:
    ring.longest = len(TOKENS.to_json()) - 1
    store = TokenStore("work", EMAIL, tmp_path)
    store.save(TOKENS)
    kept = store.load()
    assert kept is not None
    assert (kept.refresh_token, kept.access_token) == ("refresh-s3cret", None)


def test_a_keyring_that_refuses_leaves_it_to_the_file(ring: Ring, tmp_path: Path) -> None:
    ring.longest = 10
    store = TokenStore("work", EMAIL, tmp_path)
    assert store.save(TOKENS) == str(store.path)
    assert store.load() == TOKENS


def test_a_locked_keyring_does_not_stop_what_is_in_the_file(
    store: TokenStore, ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    store._kept.write(store.path, TOKENS.to_json())

    def locked(*_: Any) -> str:
        raise KeyringLocked

    monkeypatch.setattr(ring, "get_password", locked)
    assert store.load() == TOKENS
    store.path.unlink()
    with pytest.raises(ProviderError, match=r"keyring .*“work” doesn't open \(KeyringLocked\)\. Unlock it"):
        store.load()


def test_a_keyring_that_keeps_secrets_in_plain_sight_is_not_used(store: TokenStore) -> None:
    assert store.save(TOKENS) == str(store.path)


def test_the_file_and_its_folder_are_the_rep_s_alone(store: TokenStore) -> None:
    store.save(TOKENS)
    assert store.path.stat().st_mode & 0o777 == 0o600
    assert store.path.parent.stat().st_mode & 0o777 == 0o700
    assert store.load() == TOKENS


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_file_that_others_can_read_is_not_used(store: TokenStore, mode: int) -> None:
    store.save(TOKENS)
    store.path.chmod(mode)
    with pytest.raises(ProviderError, match=r"“work”.*others on this computer can read.*chmod 600"):
        store.load()


def test_a_link_in_the_place_of_the_file_is_not_followed(store: TokenStore, tmp_path: Path) -> None:
    store.save(TOKENS)
    store.path.rename(tmp_path / "elsewhere")
    store.path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ProviderError):
        store.load()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 9}', '{"version": 1}', "null"])
def test_a_file_that_was_spoilt_says_how_to_begin_anew(store: TokenStore, text: str) -> None:
    store._kept.write(store.path, text)
    with pytest.raises(ProviderError, match=r"can't be read\. Run: nextmove logout google --account work"):
        store.load()


def test_what_is_forgotten_is_gone(store: TokenStore, ring: Ring) -> None:
    store.save(TOKENS)
    store._kept.write(store.path, TOKENS.to_json())
    assert store.forget()
    assert store.load() is None
    assert ring.held == {}
    assert not store.forget()


def test_two_accounts_of_a_name_have_tokens_of_their_own(store: TokenStore) -> None:
    other = TokenStore("work", "noor@brightlane.example", store.path.parent)
    store.save(TOKENS)
    assert other.load() is None


def test_no_token_shows_when_tokens_are_shown() -> None:
    assert not any(secret in f"{TOKENS!r} {TOKENS}" for secret in SECRETS)


@dataclass
class TokenServer:
    """Renews tokens, or says why not; as google-auth's transport."""

    said: dict[str, Any] = field(default_factory=lambda: {"access_token": "renewed-s3cret", "expires_in": 3600})
    status: int = 200
    asked: int = 0

    def __call__(self, url: str, **_: Any) -> Any:
        self.asked += 1
        answer = type("Answer", (), {})()
        answer.status, answer.headers, answer.data = self.status, {}, json.dumps(self.said).encode()
        return answer


def signed_in(store: TokenStore) -> Any:
    return credentials("work", {"email": EMAIL, "client": "c.json"}, store.path.parent)


def test_a_renewed_token_is_kept_for_the_next_program(store: TokenStore) -> None:
    store.save(TOKENS)
    server = TokenServer()
    signed_in(store).refresh(server)
    kept = store.load()
    assert kept is not None
    assert (kept.access_token, kept.refresh_token, server.asked) == ("renewed-s3cret", "refresh-s3cret", 1)
    assert kept.expires is not None
    assert kept.expires > datetime.now(UTC) + timedelta(minutes=50)
    assert signed_in(store).valid


def test_two_programs_renew_once_between_them(store: TokenStore) -> None:
    store.save(TOKENS)
    server, both = TokenServer(), [signed_in(store), signed_in(store)]
    threads = [threading.Thread(target=each.refresh, args=(server,)) for each in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert server.asked == 1
    assert {each.token for each in both} == {"renewed-s3cret"}


def test_a_token_that_google_refuses_is_renewed_although_its_time_is_not_up(store: TokenStore) -> None:
    """The clock of this computer may be slow, or the token revoked."""
    store.save(TOKENS.renewed("access-s3cret", datetime.now(UTC) + timedelta(hours=1), None))
    server = TokenServer()
    signed_in(store).refresh(server)
    assert server.asked == 1


def test_a_new_refresh_token_takes_the_place_of_the_old_one(store: TokenStore) -> None:
    store.save(TOKENS)
    signed_in(store).refresh(TokenServer({"access_token": "a", "expires_in": 3600, "refresh_token": "newer"}))
    kept = store.load()
    assert kept is not None
    assert kept.refresh_token == "newer"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (
            "invalid_grant",
            r"“work” must be signed in again.*seven days.*password.*policy.*revoked.*nextmove login google",
        ),
        ("admin_policy_enforced", r"administrator of the Workspace domain.*“work”.*App access control"),
        ("deleted_client", r"doesn't know the client of account “work”.*desktop client"),
        ("unauthorized_client", r"“work” may not act for mara@tallwood\.example.*Domain-wide delegation"),
    ],
)
def test_a_refused_renewal_names_the_account_and_the_cure(store: TokenStore, code: str, told: str) -> None:
    store.save(TOKENS)
    server = TokenServer({"error": code, "error_description": "refresh-s3cret is no good"}, 400)
    with pytest.raises(ProviderError, match=told) as caught:
        signed_in(store).refresh(server)
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_where_nobody_is_signed_in_the_command_is_named(store: TokenStore) -> None:
    with pytest.raises(SignInNeeded, match=r"Nobody is signed in to account “work”\. Run: nextmove login google"):
        signed_in(store)


def test_a_token_of_the_environment_goes_first(store: TokenStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.save(TOKENS)
    settings = {"email": EMAIL, "client": "c.json", "token_env": "CI_TOKEN"}
    assert credentials("work", settings, store.path.parent).token == "access-s3cret"
    monkeypatch.setenv("CI_TOKEN", '{"token": "from-ci"}')
    assert credentials("work", settings, store.path.parent).token == "from-ci"


@pytest.mark.parametrize(
    "held", ["ya29.s3cret", "{}", "[]", '{"refresh_token": "s3cret"}', '{"token": "x", "expiry": 5}']
)
def test_what_is_no_token_in_the_environment_is_said_without_showing_it(
    held: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI_TOKEN", held)
    with pytest.raises(ProviderError, match=r"CI_TOKEN.*“work”") as caught:
        credentials("work", {"token_env": "CI_TOKEN"})
    assert "s3cret" not in str(caught.value)


def test_a_variable_that_is_not_set_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI_TOKEN", raising=False)
    with pytest.raises(ProviderError, match="CI_TOKEN, which isn't set"):
        credentials("work", {"token_env": "CI_TOKEN"})


def test_a_token_of_the_environment_that_ended_is_not_cured_by_signing_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI_TOKEN", '{"token": "s3cret", "expiry": "2020-01-01T00:00:00+00:00"}')
    google = Google("work", {"email": EMAIL, "token_env": "CI_TOKEN", "root_url": "http://127.0.0.1:9"})
    with pytest.raises(SignInNeeded, match="no longer accepts the token that the variable CI_TOKEN holds"):
        google.run(google.gmail.users().getProfile(userId="me"))


@pytest.mark.parametrize("text", ["", "{}", '{"type": "service_account", "private_key": "s3cret"}'])
def test_a_service_account_that_can_not_be_read_says_where_to_get_its_key(text: str, tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(ProviderError, match=r"service account of account “work”.*Keys") as caught:
        credentials("work", {"email": EMAIL, "service_account": path})
    assert "s3cret" not in str(caught.value)


def asked(**settings: Any) -> list[str]:
    return [short(each.name) for each in needed({"email": EMAIL, **settings})]


def test_only_the_scopes_of_what_is_turned_on_are_asked() -> None:
    mail = ["gmail.readonly", "gmail.compose"]
    assert asked(calendars=()) == mail
    assert asked() == [*mail, "calendar.events.owned.readonly"]
    assert asked(schedule=True) == [*mail, "calendar.events.owned"]
    assert asked(calendars=("primary", "team@group.calendar.google.com")) == [*mail, "calendar.events.readonly"]
    assert asked(calendars=("team",), schedule=True, free_busy=True) == [*mail, "calendar.events", "calendar.freebusy"]


def test_a_calendar_named_by_the_account_s_own_address_is_its_primary_one() -> None:
    assert asked(calendars=(EMAIL.upper(),)) == asked()
    assert asked(calendars=(EMAIL, "primary"), schedule=True) == asked(schedule=True)


def test_sending_asks_no_scope_of_its_own_but_says_so() -> None:
    assert asked(send=True) == asked()
    (quiet,) = [each.reason for each in needed({}) if each.name.endswith("compose")]
    (loud,) = [each.reason for each in needed({"send": True}) if each.name.endswith("compose")]
    assert "doesn't send unless" in quiet
    assert "send what you approved" in loud


def test_a_wider_scope_covers_a_narrower_one() -> None:
    held = {short(each.name): each.held for each in needed({"free_busy": True}, ["https://mail.google.com/"])}
    assert held == {
        "gmail.readonly": True,
        "gmail.compose": True,
        "calendar.events.owned.readonly": False,
        "calendar.freebusy": False,
    }
