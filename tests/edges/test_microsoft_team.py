"""A mailbox of others, an application that opens it for a team, and a token from elsewhere."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from assistant.domain.access import Dialogue
from assistant.errors import ProviderError, RefusedError
from providers.microsoft.graph import Graph, RefusalError
from providers.microsoft.signin import MicrosoftSignIn
from tests.edges.microsoft_consent import consenting, granted, inbox
from tests.servers.microsoft import MicrosoftPeer


@pytest.fixture
def settings(microsoft: MicrosoftPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The account of this test's user, on a computer without a keyring."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setattr("keyring.core._keyring_backend", None)
    return microsoft.settings(calendars=("primary",))


def test_a_shared_mailbox_is_opened_by_who_signs_in_as_themselves(
    microsoft: MicrosoftPeer, settings: dict[str, Any]
) -> None:
    shared = {**settings, "shared": True}
    way_in = MicrosoftSignIn("team", shared)
    shown: list[str] = []

    def show(address: str) -> None:
        shown.append(address)
        consenting(microsoft).show(address)

    access = way_in.sign_in(Dialogue(show))
    assert granted(access) == ["Mail.ReadWrite.Shared", "Calendars.Read.Shared", "User.Read"]
    assert "login_hint" not in parse_qs(urlsplit(shown[0]).query)
    assert inbox(shared, "team")["id"]
    assert microsoft.calls("mailFolders.get")[-1].path.startswith("/v1.0/users/")
    assert way_in.writes_as() == ()


def test_a_shared_mailbox_that_one_may_not_open_is_told(microsoft: MicrosoftPeer, settings: dict[str, Any]) -> None:
    microsoft.fail(r"mailFolders\.get", 403, code="ErrorAccessDenied")
    way_in = MicrosoftSignIn("team", {**settings, "shared": True})
    with pytest.raises(
        ProviderError, match=rf"may not open the mailbox of {microsoft.email}.*nothing was kept.*full acc"
    ):
        way_in.sign_in(consenting(microsoft))
    assert way_in.access().email is None


# A team, and a token from elsewhere


@pytest.fixture
def team(microsoft: MicrosoftPeer, settings: dict[str, Any], tmp_path: Path) -> dict[str, Any]:
    key = tmp_path / "application.pem"
    key.write_bytes(microsoft.certificate())
    key.chmod(0o600)
    return {**settings, "tenant": microsoft.tenant, "certificate": key}


def test_an_application_opens_the_mailbox_that_is_named_with_its_certificate(
    microsoft: MicrosoftPeer, team: dict[str, Any]
) -> None:
    assert inbox(team, "team")["id"]
    assert microsoft.calls("mailFolders.get")[0].path.startswith("/v1.0/users/")
    way_in = MicrosoftSignIn("team", team)
    assert way_in.access().email == microsoft.email
    assert way_in.works()
    with pytest.raises(RefusedError, match="opened by the application"):
        way_in.sign_in(Dialogue(lambda _: None))
    with pytest.raises(RefusedError, match="nothing of it is kept here"):
        way_in.sign_out()


def test_an_application_opens_it_with_its_secret(
    microsoft: MicrosoftPeer, team: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {**team, "certificate": None, "secret_env": "TEAM_SECRET"}
    with pytest.raises(ProviderError, match="the variable TEAM_SECRET, which isn't set"):
        inbox(settings, "team")
    monkeypatch.setenv("TEAM_SECRET", microsoft.client_secret)
    assert inbox(settings, "team")["id"]
    monkeypatch.setenv("TEAM_SECRET", "wr0ng")
    with pytest.raises(ProviderError, match=r"AADSTS7000215.*`secret_env`") as caught:
        inbox(settings, "team")
    assert "wr0ng" not in str(caught.value)


def test_an_application_s_token_is_renewed(microsoft: MicrosoftPeer, team: dict[str, Any]) -> None:
    graph = Graph("team", team)
    graph.get("/mailFolders/inbox")
    microsoft.accounts.expire()
    assert graph.get("/mailFolders/inbox")["id"]
    microsoft.accounts.expire(claims='{"access_token":{"nbf":{"essential":true,"value":"1"}}}')
    assert graph.get("/mailFolders/inbox")["id"]


def test_an_application_gets_over_a_sign_in_server_that_is_busy(microsoft: MicrosoftPeer, team: dict[str, Any]) -> None:
    microsoft.fail(r"entra\.token", 503, times=2)
    assert Graph("team", team, sleep=lambda _: None).get("/mailFolders/inbox")["id"]


def test_a_mailbox_that_the_application_may_not_open_is_told(microsoft: MicrosoftPeer, team: dict[str, Any]) -> None:
    """RBAC for Applications: the administrator has named other mailboxes."""
    microsoft.accounts.mailboxes = {"noor@brightlane.example"}
    with pytest.raises(RefusalError, match=r"ErrorAccessDenied.*administrator whether the application has"):
        inbox(team, "team")


def test_a_certificate_that_others_can_read_is_not_used(team: dict[str, Any]) -> None:
    team["certificate"].chmod(0o644)
    with pytest.raises(ProviderError, match="chmod 600"):
        inbox(team, "team")


@pytest.mark.parametrize("text", ["", "hello", "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n", "ü"])
def test_a_certificate_that_is_none_says_what_it_should_be(team: dict[str, Any], text: str) -> None:
    team["certificate"].write_text(text, encoding="utf-8")
    with pytest.raises(ProviderError, match=r"certificate of account “team” can't be read.*one PEM file"):
        inbox(team, "team")


def test_an_application_of_every_organisation_is_of_none(team: dict[str, Any]) -> None:
    with pytest.raises(ProviderError, match=r"belongs to one organisation.*`tenant`"):
        inbox({**team, "tenant": "common"}, "team")


def test_a_token_from_the_environment_goes_first(
    microsoft: MicrosoftPeer, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI_TOKEN", microsoft.token(["Mail.ReadWrite"]))
    given = {**settings, "token_env": "CI_TOKEN"}
    assert inbox(given)["id"]
    way_in = MicrosoftSignIn("work", given)
    assert way_in.works()
    assert way_in.access().missing == ()
    with pytest.raises(RefusedError, match="the token in the variable CI_TOKEN"):
        way_in.sign_in(Dialogue(lambda _: None))
    monkeypatch.delenv("CI_TOKEN")
    with pytest.raises(ProviderError, match="the variable CI_TOKEN, which isn't set"):
        inbox({**given, "client_id": None})
