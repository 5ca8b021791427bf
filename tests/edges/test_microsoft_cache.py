"""Where a sign-in is kept: encrypted where the system can, else in a file that nobody else can read; one renews it."""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import ProviderError
from providers.microsoft.cache import Access, SignInStore, Who
from providers.oauth_kept import Kept

EMAIL = "mara@tallwood.example"
NOW = 1_800_000_000.0
WHO = Who(EMAIL, "u.t", "client-1", "common", ("Mail.ReadWrite", "User.Read"), datetime(2026, 3, 2, 8, tzinfo=UTC))


def cached(
    secret: str = "s3cret-access", until: float = NOW + 3_000, target: str = "Mail.ReadWrite User.Read openid profile"
) -> dict[str, Any]:
    return {
        "credential_type": "AccessToken",
        "secret": secret,
        "home_account_id": "u.t",
        "environment": "login.microsoftonline.com",
        "client_id": "client-1",
        "target": target,
        "realm": "common",
        "token_type": "Bearer",
        "cached_at": "1",
        "expires_on": str(int(until)),
    }


def text(*tokens: dict[str, Any]) -> str:
    return json.dumps({"AccessToken": {str(number): each for number, each in enumerate(tokens)}})


class Ring:
    """A desktop's keyring."""

    name = "Desktop Ring"
    priority = 5.0

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, entry: str) -> str | None:
        self._open()
        return self.held.get((service, entry))

    def set_password(self, service: str, entry: str, text: str) -> None:
        self._open()
        self.held[service, entry] = text

    def delete_password(self, service: str, entry: str) -> None:
        self._open()
        del self.held[service, entry]

    def _open(self) -> None:
        from keyring.errors import KeyringLocked

        if self.locked:
            raise KeyringLocked("locked")


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SignInStore:
    """On a computer where nothing encrypts."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setattr("keyring.core._keyring_backend", None)
    monkeypatch.setattr("msal_extensions.build_encrypted_persistence", nothing)
    return SignInStore("work", EMAIL, tmp_path / "kept")


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    made = Ring()
    monkeypatch.setattr("keyring.get_keyring", lambda: made)
    monkeypatch.setattr("msal_extensions.build_encrypted_persistence", nothing)
    monkeypatch.setattr(sys, "platform", "linux")
    return made


def nothing(_path: str) -> Any:
    raise ImportError("No module named 'gi'")


def files(tmp_path: Path) -> dict[str, int]:
    return {each.name: each.stat().st_mode & 0o777 for each in (tmp_path / "kept").iterdir()}


def test_what_is_kept_comes_back_as_it_was(store: SignInStore, tmp_path: Path) -> None:
    assert (store.who(), store.forget()) == (None, False)
    where = store.save(WHO, text(cached()))
    assert where.startswith(str(tmp_path / "kept" / "work-"))
    assert store.who() == WHO
    assert store.access(WHO, NOW) == Access("s3cret-access", NOW + 3_000)
    assert set(files(tmp_path).values()) == {0o600}


def test_who_signed_in_is_told_without_a_secret(store: SignInStore) -> None:
    store.save(WHO, text(cached()))
    assert "s3cret" not in store._person.read_text(encoding="utf-8")
    assert "s3cret" not in repr(store.who())


@pytest.mark.parametrize(
    "token",
    [
        cached(until=NOW + 299),
        cached(target="User.Read openid"),
        cached() | {"home_account_id": "other.t"},
        cached() | {"client_id": "client-2"},
    ],
)
def test_a_token_that_is_not_good_for_it_is_none(store: SignInStore, token: dict[str, Any]) -> None:
    store.save(WHO, text(token))
    assert store.access(WHO, NOW) is None


def test_the_newest_token_is_taken_and_another_cloud_s_names_are_the_same(store: SignInStore) -> None:
    there = "https://graph.microsoft.us/Mail.ReadWrite https://graph.microsoft.us/User.Read"
    store.save(WHO, text(cached("old", NOW + 400), cached("new", NOW + 4_000, there), cached("older", NOW + 301)))
    assert store.access(WHO, NOW) == Access("new", NOW + 4_000)


@pytest.mark.parametrize("suffix", [".cache.json", ".json"])
def test_what_others_can_read_is_not_used(store: SignInStore, suffix: str) -> None:
    """A refresh token opens the mailbox for 90 days."""
    store.save(WHO, text(cached()))
    path = store._kept.path(suffix)
    path.chmod(0o640)
    with pytest.raises(ProviderError, match=rf"“work” lies in {path}, which others.*chmod 600"):
        store.access(WHO, NOW) if "cache" in suffix else store.who()
    if "cache" in suffix:
        with pytest.raises(ProviderError, match="chmod 600"):
            store.cache()


def test_what_is_damaged_says_how_to_begin_anew(store: SignInStore) -> None:
    for broken in ("", "[]", "{", '{"AccessToken": 5}', '{"AccessToken": {"x": {"home_account_id": "u.t"}}}'):
        store.save(WHO, broken)
        with pytest.raises(ProviderError, match=r"can't be read.*logout microsoft.*login microsoft --account work"):
            store.access(WHO, NOW)
    for broken in ("", "[]", '{"version": 9}', '{"version": 1}'):
        store._kept.write(store._person, broken)
        with pytest.raises(ProviderError, match="can't be read"):
            store.who()
    assert store.forget()
    assert store.who() is None


def test_msal_s_cache_writes_through_whole_and_for_nobody_else(store: SignInStore, tmp_path: Path) -> None:
    store.save(WHO, "{}")
    cache = store.cache()
    cache.modify("AccessToken", cached(), cached(until=time.time() + 3_000))
    assert store.access(WHO, time.time()) is not None
    again = SignInStore("work", EMAIL, tmp_path / "kept").cache()
    assert [each["secret"] for each in again.search("AccessToken")] == ["s3cret-access"]
    kept = {name: mode for name, mode in files(tmp_path).items() if "lock" not in name}
    assert set(kept.values()) == {0o600}


def test_two_accounts_never_share_a_file(store: SignInStore, tmp_path: Path) -> None:
    store.save(WHO, text(cached()))
    for account, email in (("work", "noor@tallwood.example"), ("home", EMAIL), ("wörk", EMAIL), ("../work", EMAIL)):
        other = SignInStore(account, email, tmp_path / "kept")
        assert other.who() is None
        assert other._person.parent == tmp_path / "kept"


def test_a_place_that_can_not_be_written_is_named(store: SignInStore, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file", encoding="utf-8")
    with pytest.raises(ProviderError, match=r"“work” can't be kept at .*kept.*Make that place yours"):
        store.save(WHO, "{}")


# Encrypted


def test_a_keyring_keeps_the_secret_and_no_file_does(ring: Ring, tmp_path: Path) -> None:
    store = SignInStore("work", EMAIL, tmp_path / "kept")
    assert store.save(WHO, text(cached())) == "the keyring of this computer (Desktop Ring)"
    assert store.where() == "the keyring of this computer (Desktop Ring)"
    assert store.access(WHO, NOW) == Access("s3cret-access", NOW + 3_000)
    assert all("s3cret" not in each.read_text(encoding="utf-8") for each in (tmp_path / "kept").iterdir())
    store.cache().modify("AccessToken", cached(), cached("newer", time.time() + 9_000))
    assert store.access(WHO, time.time()) is not None
    assert store.forget()
    assert (ring.held, store.who(), store.forget()) == ({}, None, False)


def test_what_lay_in_a_file_moves_into_the_keyring_at_the_next_sign_in(
    store: SignInStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save(WHO, text(cached("in the file")))
    made = Ring()
    monkeypatch.setattr("keyring.get_keyring", lambda: made)
    monkeypatch.setattr(sys, "platform", "linux")
    assert store.access(WHO, NOW) == Access("in the file", NOW + 3_000), "until then it's read where it is"
    store.save(WHO, text(cached("in the ring")))
    assert store.access(WHO, NOW) == Access("in the ring", NOW + 3_000)
    assert not (tmp_path / "kept" / store._plain.name).exists()


def test_a_locked_keyring_is_named_and_not_taken_for_nobody(ring: Ring, tmp_path: Path) -> None:
    store = SignInStore("work", EMAIL, tmp_path / "kept")
    store.save(WHO, text(cached()))
    ring.locked = True
    with pytest.raises(ProviderError, match=r"keyring that holds the sign-in of account “work” doesn't open.*Unlock"):
        store.access(WHO, NOW)
    with pytest.raises(ProviderError, match="didn't let go"):
        store.forget()


def test_a_keyring_that_takes_nothing_leaves_it_to_the_file(ring: Ring, tmp_path: Path) -> None:
    ring.locked = True
    store = SignInStore("work", EMAIL, tmp_path / "kept")
    assert store.save(WHO, text(cached())).endswith(".cache.json")
    ring.locked = False
    assert store.access(WHO, NOW) == Access("s3cret-access", NOW + 3_000)


def test_what_the_system_encrypts_is_what_msal_extensions_offers(
    store: SignInStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows and a Mac: here a store that turns the text around."""
    from msal_extensions import FilePersistence

    class Turned(FilePersistence):  # type: ignore[misc]
        is_encrypted = True

        def save(self, content: str) -> None:
            super().save(content[::-1])

        def load(self) -> str:
            return str(super().load())[::-1]

    monkeypatch.setattr("msal_extensions.build_encrypted_persistence", Turned)
    store.save(WHO, text(cached()))
    assert store.access(WHO, NOW) == Access("s3cret-access", NOW + 3_000)
    assert all("s3cret" not in each.read_text(encoding="utf-8") for each in (tmp_path / "kept").iterdir())
    assert store.forget()
    assert store.access(WHO, NOW) is None


# One at a time


def test_only_one_program_renews_at_a_time(store: SignInStore, tmp_path: Path) -> None:
    words = (
        "import sys; from pathlib import Path; from providers.oauth_kept import Kept\n"
        f"kept = Kept('work', {EMAIL!r}, 'microsoft', Path(sys.argv[1]))\n"
        "with kept.renewing():\n"
        "    print('in', flush=True); sys.stdin.readline(); print('out', flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", words, str(tmp_path / "kept")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "in\n"
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("providers.oauth_kept._PATIENCE", 0.05)
            with pytest.raises(ProviderError, match=r"Another program has been renewing.*“work”"), store.renewing():
                pass
        other.stdin.write("\n")
        other.stdin.flush()
        with store.renewing():
            assert other.stdout.readline() == "out\n"


def test_a_link_in_the_place_of_the_file_is_not_followed(store: SignInStore, tmp_path: Path) -> None:
    if not hasattr(os, "O_NOFOLLOW"):
        pytest.skip("this system has no such links")
    store.save(WHO, text(cached()))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text(text(cached("another's")), encoding="utf-8")
    store._plain.unlink()
    store._plain.symlink_to(elsewhere)
    with pytest.raises(ProviderError, match="can't be kept at"):
        store.access(WHO, NOW)


def test_looking_whether_a_token_is_good_loads_no_library(store: SignInStore, tmp_path: Path) -> None:
    """Each run begins with it: MSAL and requests take a quarter of a second."""
    store.save(WHO, text(cached(until=time.time() + 3_000)))
    assert isinstance(store._kept, Kept)
    words = (
        "import sys; from pathlib import Path; from providers.microsoft.tokens import opened\n"
        f"settings = {{'email': {EMAIL!r}, 'client_id': 'client-1'}}\n"
        "print(opened('work', settings, Path(sys.argv[1]))(None, None))\n"
        "print([each for each in ('msal', 'msal_extensions', 'requests', 'keyring', 'httpx') if each in sys.modules])\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", words, str(tmp_path / "kept")], capture_output=True, text=True, check=True, timeout=60
    )
    assert told.stdout == "s3cret-access\n[]\n"
