"""What the rep does to sign in at Microsoft, and what comes of it."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from assistant.domain.access import Access, Dialogue
from providers.microsoft.graph import Graph
from tests.servers.microsoft import MicrosoftPeer


def consenting(microsoft: MicrosoftPeer, **how: Any) -> Dialogue:
    """A rep who says yes in the browser, which comes back while the program waits."""

    def show(address: str) -> None:
        threading.Thread(target=microsoft.consent, args=(address,), kwargs=how, daemon=True).start()

    return Dialogue(show)


def entering(microsoft: MicrosoftPeer, shown: list[tuple[str, str]] | None = None, **how: Any) -> Dialogue:
    """A rep who enters the code on their phone."""

    def code(address: str, word: str) -> None:
        if shown is not None:
            shown.append((address, word))
        microsoft.enter_code(word, **how)

    return Dialogue(lambda _: pytest.fail("there's a code"), lambda: "", code)


def granted(access: Access) -> list[str]:
    return [each.name for each in access.permissions if each.held]


def inbox(settings: dict[str, Any], account: str = "work") -> Any:
    return Graph(account, settings).get("/mailFolders/inbox", {"$select": "id"})


def held(access: Access) -> dict[str, str]:
    """The secrets of the file."""
    cache = json.loads(Path(access.kept).read_text(encoding="utf-8"))
    return {kind: next(iter(cache[kind].values()))["secret"] for kind in ("AccessToken", "RefreshToken", "IdToken")}


def without_a_keyring(microsoft: MicrosoftPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The account of this test's user, on a computer without a keyring."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setattr("keyring.core._keyring_backend", None)
    return microsoft.settings(calendars=("primary",))
