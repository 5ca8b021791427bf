"""`login microsoft`, `logout microsoft`: the browser or a code, each permission explained, and never a token shown."""

import json
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faces.conftest import Say, Told
from tests.servers.microsoft import MicrosoftPeer

Call = Callable[..., Told]


@pytest.fixture
def config(microsoft: MicrosoftPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration with this test's user, on a computer without a keyring, whose browser consents."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setattr("keyring.core._keyring_backend", None)
    monkeypatch.setattr("webbrowser.open", lambda address: browse(microsoft, address))
    path = tmp_path / "config.toml"
    rep = f'[rep]\nname = "{microsoft.user_name}"\nemail = "{microsoft.email}"\ntimezone = "Europe/Berlin"\n'
    account = f'name = "work"\nprovider = "microsoft"\nclient_id = "{microsoft.client_id}"\n'
    path.write_text(f'{rep}[[account]]\n{account}root_url = "{microsoft.url}"\n', encoding="utf-8")
    return path


@pytest.fixture
def call(say: Say, config: Path) -> Call:
    return lambda *words, **more: say("-c", str(config), *words, **more)


def browse(microsoft: MicrosoftPeer, address: str, **how: Any) -> bool:
    """The browser comes back while the program waits."""
    threading.Thread(target=microsoft.consent, args=(address,), kwargs=how, daemon=True).start()
    return True


def test_each_permission_is_explained_before_it_is_asked(call: Call, microsoft: MicrosoftPeer) -> None:
    told = call("login", "microsoft")
    assert told.code == 0, told.err
    assert f"work: signed in as {microsoft.email}. Kept in " in told.out
    for words in ("read your mail", "this permission can't send", "(Mail.ReadWrite)", "read your meetings"):
        assert words in told.err
    assert "(Mail.Send)" not in told.err
    assert told.err.index("read your mail") < told.err.index("A page has opened in your browser")


def test_who_is_signed_in_is_not_asked_again(call: Call, microsoft: MicrosoftPeer) -> None:
    call("login", "microsoft")
    told = call("login", "microsoft")
    assert (told.code, told.err) == (0, "")
    assert f"signed in as {microsoft.email} already" in told.out


def test_what_was_turned_on_since_is_marked(call: Call, config: Path) -> None:
    call("login", "microsoft")
    config.write_text(config.read_text(encoding="utf-8") + "send = true\n", encoding="utf-8")
    assert "MISSING: send what you approved, as you turned `send` on (Mail.Send)" in call("login", "--list").out
    told = call("login", "microsoft")
    assert "(Mail.ReadWrite) [allowed already]" in told.err
    assert "(Mail.Send) [new]" in told.err
    assert "MISSING" not in call("login", "--list").out


def test_what_was_not_allowed_is_named(call: Call, microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = ["Mail.ReadWrite", "User.Read"]
    monkeypatch.setattr("webbrowser.open", lambda address: browse(microsoft, address, granted=allowed))
    told = call("login", "microsoft")
    assert told.code == 1
    assert "Not allowed: read your meetings" in told.err


def test_without_a_browser_a_code_is_shown_that_any_device_takes(
    call: Call, microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the rep reads it from the terminal."""
    monkeypatch.setattr("webbrowser.open", lambda _: pytest.fail("no browser was asked for"))
    from assistant.cli import login

    shown: list[str] = []
    enter = login._enter

    def entering(address: str, code: str) -> None:
        enter(address, code)
        shown.append(code)
        microsoft.enter_code(code)

    monkeypatch.setattr("assistant.cli.login._enter", entering)
    told = call("login", "microsoft", "--no-browser")
    assert told.code == 0, told.err
    assert re.search(rf"Open on any computer or phone:\n  https://\S+\nand enter the code {shown[0]} there", told.err)


def test_the_list_says_who_and_what_and_since_when_and_no_token(call: Call, microsoft: MicrosoftPeer) -> None:
    assert "work (microsoft): nobody is signed in" in call("login", "--list").out
    call("login", "microsoft")
    told = call("login", "--list").out
    assert f"work (microsoft): signed in as {microsoft.email} since 20" in told
    assert "allowed: read your mail" in told
    asjson: Any = call("login", "--json").json
    assert [each["email"] for each in asjson] == [microsoft.email]
    cache = json.loads(Path(asjson[0]["kept"]).read_text(encoding="utf-8"))
    secrets = [each["secret"] for kind in ("AccessToken", "RefreshToken", "IdToken") for each in cache[kind].values()]
    assert [secret for secret in secrets if secret in f"{told} {asjson}"] == []


def test_one_sign_in_that_cannot_be_read_does_not_hide_the_others(
    call: Call, config: Path, microsoft: MicrosoftPeer
) -> None:
    call("login", "microsoft")
    more = f'\n[[account]]\nname = "home"\nprovider = "microsoft"\nclient_id = "{microsoft.client_id}"\n'
    config.write_text(config.read_text(encoding="utf-8") + more, encoding="utf-8")
    kept = Path(call("login", "--json").json[0]["kept"])
    kept.with_name(kept.name.replace(".cache.json", ".json")).write_text("{", encoding="utf-8")
    told = call("login", "--list")
    assert told.code == 1
    assert "home (microsoft): nobody is signed in" in told.out
    assert "sign-in of account “work” can't be read" in " ".join(told.err.split())
    assert "nextmove logout microsoft --account work" in " ".join(told.err.split())
    assert [each["account"] for each in call("login", "--json").json] == ["home"]


def test_signing_out_forgets_and_says_what_is_left_to_do_by_hand(call: Call) -> None:
    call("login", "microsoft")
    told = call("logout", "microsoft").out
    assert "work: signed out; the tokens are forgotten." in told
    assert "https://myapps.microsoft.com" in told
    assert "nobody is signed in" in call("login").out
    assert "Nobody was signed in" in call("logout", "microsoft").out


def test_an_administrator_s_consent_is_asked_for_with_the_link(call: Call, microsoft: MicrosoftPeer) -> None:
    microsoft.accounts.refuse(90094)
    told = call("login", "microsoft")
    assert told.code == 5
    said = " ".join(told.err.split())
    assert "Only an administrator of the organisation can allow what account “work” needs (AADSTS90094)" in said
    assert f"/organizations/adminconsent?client_id={microsoft.client_id}" in said
    assert "Traceback" not in told.err


def test_a_sign_in_that_ended_is_asked_again(call: Call, microsoft: MicrosoftPeer) -> None:
    call("login", "microsoft")
    microsoft.accounts.revoke()
    told = call("login", "microsoft")
    assert told.code == 0, told.err
    assert "Nextmove asks to" in told.err
    assert f"signed in as {microsoft.email}. Kept in" in told.out
