"""A sign-in at Microsoft that is renewed unseen, once for all programs, and how it ends in words."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from providers.microsoft.graph import Graph, RefusalError, SignInNeeded
from providers.microsoft.signin import MicrosoftSignIn
from tests.edges.microsoft_consent import consenting, held, inbox, without_a_keyring
from tests.servers.microsoft import MicrosoftPeer


@pytest.fixture
def settings(microsoft: MicrosoftPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    return without_a_keyring(microsoft, tmp_path, monkeypatch)


@pytest.fixture
def way_in(settings: dict[str, Any]) -> MicrosoftSignIn:
    return MicrosoftSignIn("work", settings)


def test_an_access_token_that_ran_out_is_renewed_unseen_and_kept(
    microsoft: MicrosoftPeer, way_in: MicrosoftSignIn, settings: dict[str, Any]
) -> None:
    before = held(way_in.sign_in(consenting(microsoft)))
    microsoft.accounts.expire()
    assert inbox(settings)["id"]
    after = held(way_in.access())
    assert before["AccessToken"] != after["AccessToken"]
    assert before["RefreshToken"] != after["RefreshToken"]
    assert microsoft.accounts.live == [after["RefreshToken"]], "the old one is spent"
    logins = len(microsoft.calls("entra.token"))
    assert inbox(settings)["id"]
    assert len(microsoft.calls("entra.token")) == logins


def test_a_sign_in_server_that_is_busy_for_a_moment_is_asked_again(
    microsoft: MicrosoftPeer, way_in: MicrosoftSignIn, settings: dict[str, Any]
) -> None:
    """Also for a change: without a token nothing was sent."""
    way_in.sign_in(consenting(microsoft))
    microsoft.accounts.expire()
    microsoft.fail(r"entra\.token", 503, times=2)
    graph = Graph("work", settings, sleep=lambda _: None)
    assert graph.post("/messages", {"subject": "Pilot"})["isDraft"]
    assert len(microsoft.drafts()) == 1


def test_claims_that_graph_asks_for_are_had_from_entra(
    microsoft: MicrosoftPeer, way_in: MicrosoftSignIn, settings: dict[str, Any]
) -> None:
    """Continuous access evaluation: a renewal without them would give the same refused token."""
    way_in.sign_in(consenting(microsoft))
    microsoft.accounts.expire(claims='{"access_token":{"nbf":{"essential":true,"value":"1"}}}')
    assert inbox(settings)["id"]


def test_two_programs_renew_once(microsoft: MicrosoftPeer, way_in: MicrosoftSignIn, settings: dict[str, Any]) -> None:
    """A refresh token is good for one renewal: the second program takes what the first got."""
    way_in.sign_in(consenting(microsoft))
    microsoft.accounts.expire()
    logins = len(microsoft.calls("entra.token"))
    threads = [threading.Thread(target=inbox, args=(settings,)) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert len(microsoft.calls("entra.token")) == logins + 1


@pytest.mark.parametrize(
    ("hurt", "told"),
    [
        (
            lambda accounts: accounts.revoke(),
            r"“work” has ended: the password was changed.*AADSTS50173.*nextmove login",
        ),
        (lambda accounts: accounts.revoke(700082), r"“work” has ended: nothing was asked for 90 days.*AADSTS700082"),
        (lambda accounts: accounts.revoke(70043), r"“work” has ended: the organisation's sign-in frequency"),
        (lambda accounts: (accounts.expire(), accounts.refuse(50076)), r"another proof.*AADSTS50076.*nextmove login"),
        (lambda accounts: (accounts.expire(), accounts.refuse(50058)), r"another proof.*AADSTS50058"),
    ],
)
def test_a_sign_in_that_ended_names_the_account_and_the_cure(
    microsoft: MicrosoftPeer,
    way_in: MicrosoftSignIn,
    settings: dict[str, Any],
    hurt: Callable[[Any], None],
    told: str,
) -> None:
    way_in.sign_in(consenting(microsoft))
    hurt(microsoft.accounts)
    with pytest.raises(SignInNeeded, match=told) as caught:
        inbox(settings)
    assert "“work”" in str(caught.value)
    hurt(microsoft.accounts)
    assert not way_in.works()
    microsoft.accounts.accept()
    way_in.sign_in(consenting(microsoft))
    assert way_in.works()


def test_a_permission_that_the_administrator_took_back_is_told_at_the_call(
    microsoft: MicrosoftPeer, way_in: MicrosoftSignIn, settings: dict[str, Any]
) -> None:
    way_in.sign_in(consenting(microsoft))
    microsoft.accounts.scopes = {"Calendars.Read"}
    with pytest.raises(RefusalError, match=r"403 ErrorAccessDenied.*nextmove login microsoft --account work --again"):
        inbox(settings)


@pytest.mark.parametrize("more", [{"client_id": "another"}, {"tenant": "tallwood.example"}])
def test_what_another_application_was_given_is_asked_anew(
    microsoft: MicrosoftPeer, way_in: MicrosoftSignIn, settings: dict[str, Any], more: dict[str, str]
) -> None:
    way_in.sign_in(consenting(microsoft))
    changed = {**settings, **more}
    assert not MicrosoftSignIn("work", changed).works()
    with pytest.raises(SignInNeeded, match="was for another `client_id` or `tenant`"):
        inbox(changed)
    assert way_in.works()


def test_nobody_who_signed_in_is_told_how(settings: dict[str, Any]) -> None:
    with pytest.raises(SignInNeeded, match=r"Nobody is signed in to account “work”.*login microsoft --account work"):
        inbox(settings)
