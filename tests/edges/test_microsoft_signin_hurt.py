"""A sign-in at Microsoft whose files were hurt, whose answers are odd, or that ended elsewhere: said in words."""

import json
import socket
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.domain.access import Dialogue
from assistant.errors import ProviderError, RefusedError
from providers.microsoft.cache import Access
from providers.microsoft.graph import Graph, SignInNeeded
from providers.microsoft.signin import MicrosoftSignIn
from providers.oauth import Loopback
from tests.edges.microsoft_consent import consenting, inbox, without_a_keyring
from tests.servers.microsoft import MicrosoftPeer


@pytest.fixture
def settings(microsoft: MicrosoftPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    return without_a_keyring(microsoft, tmp_path, monkeypatch)


@pytest.fixture
def way_in(settings: dict[str, Any]) -> MicrosoftSignIn:
    return MicrosoftSignIn("work", settings)


def in_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


HURT: dict[str, Callable[[Path], object]] = {
    "bytes": lambda path: path.write_bytes(b"\xff\xfe\x00{"),
    "nothing": lambda path: path.write_bytes(b""),
    "half": lambda path: path.write_text(path.read_text(encoding="utf-8")[:100], encoding="utf-8"),
    "nested": lambda path: path.write_text('{"AccessToken": ' + "[" * 200_000, encoding="utf-8"),
    "a list": lambda path: path.write_text("[]", encoding="utf-8"),
    "numbers": lambda path: path.write_text('{"AccessToken": {}, "RefreshToken": 5, "Account": 7}', encoding="utf-8"),
    "strange": lambda path: path.write_text('{"AccessToken": {}, "Account": {"a": 5}}', encoding="utf-8"),
    "nulls": lambda path: path.write_text('{"AccessToken": {"a": null}, "Account": {"a": null}}', encoding="utf-8"),
    "a folder": in_a_folder,
}


@pytest.mark.parametrize("hurt", HURT.values(), ids=HURT)
@pytest.mark.parametrize("file", ["cache", "who"])
def test_a_file_that_was_hurt_is_said_and_signing_in_anew_heals_it(
    microsoft: MicrosoftPeer,
    way_in: MicrosoftSignIn,
    settings: dict[str, Any],
    file: str,
    hurt: Callable[[Path], object],
) -> None:
    cache = Path(way_in.sign_in(consenting(microsoft)).kept)
    path = cache if file == "cache" else cache.with_name(cache.name.replace(".cache.json", ".json"))
    hurt(path)
    with pytest.raises(ProviderError, match="“work”") as caught:
        inbox(settings)
    assert "sign-in server" not in str(caught.value)
    if path.is_dir():
        return
    way_in.sign_out()
    way_in.sign_in(consenting(microsoft))
    assert inbox(settings)["id"]


@pytest.mark.parametrize(
    ("kind", "opens"), [("AccessToken", True), ("RefreshToken", False), ("Account", False), ("AppMetadata", True)]
)
def test_a_cache_with_a_part_missing_is_no_crash(
    microsoft: MicrosoftPeer, way_in: MicrosoftSignIn, settings: dict[str, Any], kind: str, opens: bool
) -> None:
    path = Path(way_in.sign_in(consenting(microsoft)).kept)
    held = json.loads(path.read_text(encoding="utf-8"))
    held.pop(kind, None)
    for each in held.get("AccessToken", {}).values():
        each["expires_on"] = "1"
    path.write_text(json.dumps(held), encoding="utf-8")
    if opens:
        assert inbox(settings)["id"]
    else:
        with pytest.raises(ProviderError, match=r"“work”.*nextmove login microsoft"):
            inbox(settings)


def test_an_answer_without_a_person_in_it_is_told(
    microsoft: MicrosoftPeer, way_in: MicrosoftSignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("msal.PublicClientApplication.get_accounts", lambda *_, **__: [])
    with pytest.raises(ProviderError, match="“work”"):
        way_in.sign_in(consenting(microsoft))
    assert way_in.access().email is None


def test_who_signs_out_is_out_of_a_program_that_runs_too(
    microsoft: MicrosoftPeer, way_in: MicrosoftSignIn, settings: dict[str, Any]
) -> None:
    """`nextmove serve` holds a token in its memory, and with continuous access evaluation it's good for a day."""
    way_in.sign_in(consenting(microsoft))
    running = Graph("work", settings)
    assert running.get("/mailFolders/inbox")["id"]
    way_in.sign_out()
    with pytest.raises(SignInNeeded, match="Nobody is signed in to account “work”"):
        running.get("/mailFolders/inbox")
    way_in.sign_in(consenting(microsoft))
    assert running.get("/mailFolders/inbox")["id"]


def test_a_token_is_in_no_words_about_it() -> None:
    assert "s3cret" not in repr(Access("s3cret", 5.0))


def test_a_personal_account_s_permissions_are_the_same_in_any_case(
    microsoft: MicrosoftPeer, way_in: MicrosoftSignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = way_in._granted

    def lower(answer: Any, **how: Any) -> Any:
        return {**made(answer, **how), "scope": answer["scope"].lower()}

    monkeypatch.setattr(way_in, "_granted", lower)
    assert way_in.sign_in(consenting(microsoft)).missing == ()
    assert way_in.works()


def test_a_browser_that_hangs_up_says_nothing_in_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    with Loopback("state-1", "http://localhost:{}") as loopback:
        port = int(loopback.address.rpartition(":")[2])
        post = b"POST / HTTP/1.1\r\nContent-Length: 50\r\n\r\nco"
        for words in (b"GET /?x HTTP/1.1\r\n\r\n", post, b"\x16\x03\x01\x02"):
            with socket.create_connection(("127.0.0.1", port)) as caller:
                caller.sendall(words)
                caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        time.sleep(0.3)
        found = threading.Thread(target=lambda: come_back(port))
        found.start()
        assert loopback.wait(patience=5) == {"state": "state-1", "code": "c"}
        found.join(5)
    assert capfd.readouterr() == ("", "")


def come_back(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as browser:
        browser.sendall(b"GET /?state=state-1&code=c HTTP/1.1\r\nHost: localhost\r\n\r\n")
        browser.recv(1_000)


# --- An application for a team


@pytest.fixture
def team(microsoft: MicrosoftPeer, settings: dict[str, Any], tmp_path: Path) -> dict[str, Any]:
    path = tmp_path / "application.pem"
    path.write_bytes(microsoft.certificate())
    path.chmod(0o600)
    return {**settings, "certificate": path, "tenant": microsoft.tenant}


def test_an_application_whose_mailbox_is_not_among_those_allowed_is_told_whom_to_ask(
    microsoft: MicrosoftPeer, team: dict[str, Any]
) -> None:
    """Nobody signs in to it: to run the login would be no cure."""
    microsoft.accounts.mailboxes = {"noor@brightlane.example"}
    with pytest.raises(ProviderError, match=r"“team”.*ErrorAccessDenied.*administrator") as caught:
        Graph("team", team).get("/mailFolders/inbox")
    assert "nextmove login" not in str(caught.value)
    with pytest.raises(ProviderError, match="ErrorAccessDenied"):
        MicrosoftSignIn("team", team).works()


def test_an_application_s_own_refusals_never_ask_for_a_login(microsoft: MicrosoftPeer, team: dict[str, Any]) -> None:
    for code in (65001, 700027, 7000215, 53003, 50076, 700016, 90002):
        microsoft.accounts.refuse(code)
        with pytest.raises(ProviderError, match=f"AADSTS{code}") as caught:
            Graph("team", team).get("/mailFolders/inbox")
        assert "nextmove login" not in str(caught.value), code


def test_what_is_opened_by_an_application_or_a_token_cannot_be_signed_out(
    team: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for settings in (team, {**team, "certificate": None, "token_env": "T"}):
        monkeypatch.setenv("T", "x")
        way_in = MicrosoftSignIn("team", settings)
        with pytest.raises(RefusedError, match="“team” is opened by"):
            way_in.sign_out()
        with pytest.raises(RefusedError, match="nothing to sign in to"):
            way_in.sign_in(Dialogue(lambda _: None))
