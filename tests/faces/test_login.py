"""`login`, `logout`: who is asked for what, who is signed in, and never a token on the terminal."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.edges.google_answers import redirected
from tests.faces.conftest import Say, Told
from tests.servers.google import GooglePeer

Call = Callable[..., Told]


def account(name: str, *more: str) -> str:
    return "\n".join(["[[account]]", f'name = "{name}"', 'provider = "google"', 'client = "client.json"', *more, ""])


@pytest.fixture
def config(google: GooglePeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration with this test's user, on a computer without a keyring, whose browser consents."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setattr("keyring.core._keyring_backend", None)
    monkeypatch.setattr("webbrowser.open", lambda address: google.consent(address) == 200)
    (tmp_path / "client.json").write_text(json.dumps(google.client), encoding="utf-8")
    path = tmp_path / "config.toml"
    rep = f'[rep]\nname = "{google.user_name}"\nemail = "{google.email}"\ntimezone = "Europe/Berlin"\n'
    path.write_text(rep + account("work", f'root_url = "{google.url}"'), encoding="utf-8")
    return path


@pytest.fixture
def call(say: Say, config: Path) -> Call:
    return lambda *words, **more: say("-c", str(config), *words, **more)


def add(config: Path, text: str) -> None:
    config.write_text(config.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_each_permission_is_explained_before_it_is_asked(call: Call, google: GooglePeer) -> None:
    told = call("login", "google")
    assert told.code == 0
    assert f"work: signed in as {google.email}. Kept in " in told.out
    for words in ("read your mail", "(gmail.readonly)", "doesn't send unless", "(gmail.compose)", "read your meetings"):
        assert words in told.err
    assert told.err.index("read your mail") < told.err.index("A page has opened in your browser")


def test_who_is_signed_in_is_not_asked_again(call: Call, google: GooglePeer) -> None:
    call("login", "google")
    told = call("login", "google")
    assert (told.code, told.err) == (0, "")
    assert f"signed in as {google.email} already" in told.out
    assert "signed in as" in call("login", "google", "--again").out


def test_a_sign_in_that_ended_is_asked_again(call: Call, google: GooglePeer) -> None:
    call("login", "google")
    google.accounts.revoke("Token has been expired or revoked.")
    assert "Nextmove asks to" in call("login", "google").err


def test_a_client_that_was_deleted_is_replaced_by_signing_in(call: Call, google: GooglePeer) -> None:
    """As the message says that every run ends with."""
    call("login", "google")
    google.accounts.expire()
    google.accounts.policy = "deleted_client"
    assert "Nextmove asks to" in call("login", "google").err
    google.accounts.policy = None
    assert "signed in as" in call("login", "google").out


def test_a_run_whose_sign_in_ended_names_the_account_and_the_cure(call: Call, google: GooglePeer) -> None:
    call("login", "google")
    assert call("run").code == 0
    google.accounts.revoke("Token has been expired or revoked.")
    told = call("run")
    assert told.code == 5
    said = " ".join(told.out.split())
    assert "Account “work” must be signed in again" in said
    assert "nextmove login google --account work" in said


def test_what_was_turned_on_since_is_marked(call: Call, config: Path) -> None:
    call("login", "google")
    add(config, "free_busy = true\n")
    assert "MISSING: see when colleagues are free" in call("login", "--list").out
    told = call("login", "google")
    assert "(gmail.readonly) [allowed already]" in told.err
    assert "(calendar.freebusy) [new]" in told.err
    assert "MISSING" not in call("login", "--list").out


def test_what_was_unticked_is_named(call: Call, google: GooglePeer, monkeypatch: pytest.MonkeyPatch) -> None:
    mail = [f"https://www.googleapis.com/auth/gmail.{each}" for each in ("readonly", "compose")]
    monkeypatch.setattr("webbrowser.open", lambda address: google.consent(address, granted=mail) == 200)
    told = call("login", "google")
    assert told.code == 1
    assert "Not allowed: read your meetings" in told.err
    assert "tick its box" in told.err


def test_addresses_that_the_configuration_lacks_are_named_as_it_wants_them(
    call: Call, config: Path, google: GooglePeer
) -> None:
    google.add_alias("sales@tallwood.example", "Sales")
    google.add_alias("Mara.V@tallwood.example")
    for told in (call("login", "google"), call("login", "google")):
        assert "This mailbox also writes as mara.v@tallwood.example, sales@tallwood.example." in told.out
        assert 'aliases = ["mara.v@tallwood.example", "sales@tallwood.example"]' in told.out
    whole = config.read_text(encoding="utf-8").replace(
        "[[account]]", 'aliases = ["mara.v@tallwood.example", "sales@tallwood.example"]\n[[account]]'
    )
    config.write_text(whole, encoding="utf-8")
    assert "aliases" not in call("login", "google").out


def test_where_an_administrator_hides_the_addresses_the_sign_in_stands(call: Call, google: GooglePeer) -> None:
    google.faults.add("sendAs.list", status=400, reason="failedPrecondition", times=9)
    told = call("login", "google")
    assert told.code == 0
    assert "aliases" not in told.out


def test_the_list_says_who_and_what_and_since_when_and_no_token(call: Call, google: GooglePeer, tmp_path: Path) -> None:
    assert "work (google): nobody is signed in" in call("login", "--list").out
    call("login", "google")
    told = call("login", "--list").out
    assert f"work (google): signed in as {google.email} since 20" in told
    assert "allowed: read your mail" in told
    asjson: Any = call("login", "--json").json
    assert [each["email"] for each in asjson] == [google.email]
    (kept,) = (tmp_path / "data").rglob("*.json")
    held = json.loads(kept.read_text(encoding="utf-8"))
    for name in ("access_token", "refresh_token", "client_secret"):
        assert held[name] not in f"{told} {asjson}"


def test_signing_out_is_said_and_holds(call: Call) -> None:
    call("login", "google")
    assert "work: signed out" in call("logout", "google").out
    assert "nobody is signed in" in call("login").out
    assert "Nobody was signed in" in call("logout", "google").out


def test_without_a_browser_the_address_is_shown_and_what_is_pasted_is_taken(
    call: Call, google: GooglePeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webbrowser.open", lambda _: pytest.fail("no browser was asked for"))
    told = call("login", "google", "--no-browser", stdin="http://127.0.0.1:1/?state=another&code=x\n")
    assert told.code == 2
    assert f"{google.url}/o/oauth2/" in told.err
    assert "paste its address here" in told.err
    assert "isn't the address that this consent ended on" in told.err


@pytest.mark.parametrize("pasting", [False, True])
def test_a_terminal_that_nobody_types_into_does_not_hold_the_program(
    config: Path, google: GooglePeer, pasting: bool
) -> None:
    """The browser came back, and the program still reads from the terminal: it ends all the same, and cleanly."""
    words = [sys.executable, "-m", "assistant", "-c", str(config), "login", "google", "--no-browser"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin and process.stdout and process.stderr  # noqa: PT018 - all three are pipes
        lines = iter(process.stderr.readline, b"")
        address = next(line.decode().strip() for line in lines if line.strip().startswith(b"http"))
        if pasting:
            process.stdin.write(f"{redirected(google, address)}\n".encode())
            process.stdin.flush()
        else:
            google.consent(address)
        assert process.wait(30) == 0
        assert f"signed in as {google.email}".encode() in process.stdout.read()
        assert b"Fatal" not in process.stderr.read()


def test_several_accounts_are_told_apart_by_name(call: Call, config: Path, google: GooglePeer) -> None:
    add(config, account("home"))
    told = call("login", "google")
    assert (told.code, "There are several google accounts: work, home" in told.err) == (2, True)
    assert call("login", "google", "--account", "work").code == 0
    told = call("login", "google", "--account", "office")
    assert (told.code, "There is: work, home" in told.err) == (7, True)


def test_signing_out_of_one_of_two_accounts_names_the_other(call: Call, config: Path) -> None:
    add(config, account("home"))
    call("login", "google", "--account", "work")
    assert "another account (home), sign in to that one again" in call("logout", "google", "--account", "work").out


def test_a_system_that_no_account_is_at_is_told(call: Call) -> None:
    told = call("login", "gogle")
    assert (told.code, "No account of the configuration is at 'gogle'" in told.err) == (7, True)


def test_the_check_names_a_client_that_is_not_there(call: Call, config: Path) -> None:
    assert call("config", "check").code == 0
    (config.parent / "client.json").unlink()
    told = call("config", "check")
    assert (told.code, "account 'work': there is no client at" in told.err) == (3, True)


def test_an_account_of_files_needs_no_sign_in(call: Call, config: Path) -> None:
    add(config, '[[account]]\nname = "files"\nmail = "Maildir"\n')
    assert "files (local): needs no sign-in" in call("login").out


def test_an_error_ends_in_its_cure_and_its_code(call: Call, google: GooglePeer) -> None:
    google.accounts.policy = "admin_policy_enforced"
    told = call("login", "google")
    assert told.code == 5
    assert "App access control" in told.err
    assert "Traceback" not in told.err
