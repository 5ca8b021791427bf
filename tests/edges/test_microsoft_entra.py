"""Each refusal of Entra's is an error that names the account, its code and the cure, and repeats nothing else."""

from typing import Any

import pytest

from assistant.errors import ProviderError
from providers.microsoft.connection import authority_of, on_this_computer, resource_of
from providers.microsoft.entra import codes_of, consent_link, refusal
from providers.microsoft.errors import SignInNeeded
from providers.microsoft.scopes import asked, short

SETTINGS: dict[str, Any] = {"email": "mara@tallwood.example", "client_id": "c-1", "tenant": "tallwood.example"}
ANY: dict[str, Any] = {"email": "mara@tallwood.example", "client_id": "c-1"}


def told(code: int, settings: dict[str, Any] = SETTINGS, **how: Any) -> ProviderError:
    said = f"AADSTS{code}: noor@brightlane.example may not. Trace ID: 1b2c Correlation ID: 3d4e"
    return refusal(
        "work", settings, {"error": "invalid_grant", "error_codes": [code], "error_description": said}, **how
    )


@pytest.mark.parametrize(
    ("code", "cure"),
    [
        (65001, "nextmove login microsoft --account work. If the page wants an administrator"),
        (90094, "https://login.microsoftonline.com/tallwood.example/adminconsent?client_id=c-1"),
        (65004, "Run it again if that was a slip"),
        (50105, "Users and groups"),
        (50076, "multi-factor"),
        (50079, "multi-factor"),
        (53003, "on a computer that it manages"),
        (53000, "managed or compliant device"),
        (530036, "Conditional Access"),
        (7000218, "Allow public client flows"),
        (50011, "Mobile and desktop applications"),
        (9002326, "remove http://localhost from Web"),
        (700016, "Compare `client_id` and `tenant`"),
        (50020, "or set `tenant` to its organisation"),
        (50034, "or set `tenant` to its organisation"),
        (90002, "Directory (tenant) ID"),
        (50194, "Set `tenant` to the Directory (tenant) ID"),
        (9002346, 'Set `tenant = "consumers"`'),
        (7000215, "its value (not its id)"),
        (7000222, "make a new client secret"),
        (700027, "upload the public part"),
        (700024, "clock"),
        (7000112, "Enterprise applications"),
        (650057, "API permissions"),
        (500011, "Microsoft 365 is in use there"),
        (50057, "is disabled"),
        (50055, "password that expired"),
        (50173, "the password was changed"),
        (700082, "90 days"),
        (70043, "sign-in frequency"),
        (90033, "its sign-in server is busy"),
        (123456, "must be signed in again: Microsoft says AADSTS123456"),
    ],
)
def test_each_code_is_named_with_its_cure(code: int, cure: str) -> None:
    error = told(code)
    assert cure in str(error)
    assert "work" in str(error)
    assert code == 65004 or f"AADSTS{code}" in str(error)
    assert "noor" not in str(error)
    assert "Trace" not in str(error)


@pytest.mark.parametrize("code", [65001, 50076, 50173, 700082, 70043, 50058, 123456])
def test_what_signing_in_cures_says_so(code: int) -> None:
    assert isinstance(told(code), SignInNeeded)


def test_a_code_for_another_device_that_is_not_allowed_has_another_way() -> None:
    assert "without --no-browser" in str(told(53003, by_code=True))


def test_an_application_s_missing_consent_is_an_administrator_s() -> None:
    error = told(65001, {**SETTINGS, "certificate": "application.pem"})
    assert "Only an administrator" in str(error)


def test_the_codes_are_read_from_the_words_where_they_are_not_listed() -> None:
    assert codes_of({"error_description": "AADSTS90094: x AADSTS65001"}) == (90094, 65001)
    assert codes_of({"error_codes": "x", "error_description": None}) == ()


@pytest.mark.parametrize(
    ("kind", "cure"),
    [
        ("access_denied", "declined"),
        ("unauthorized_client", "Supported account types"),
        ("temporarily_unavailable", "its sign-in server is busy"),
        ("expired_token", "Nobody entered the code"),
        ("invalid_client", "a secret or certificate may have expired"),
        ("interaction_required", "wants to ask you something"),
        ("<script>alert(1)</script>", "Microsoft says no"),
    ],
)
def test_personal_accounts_which_name_no_codes_are_told_too(kind: str, cure: str) -> None:
    error = refusal("work", ANY, {"error": kind})
    assert cure in str(error)
    assert "script" not in str(error)


def test_the_administrator_s_link_is_of_the_account_s_organisation() -> None:
    assert consent_link(ANY) == "https://login.microsoftonline.com/organizations/adminconsent?client_id=c-1"
    there = {**SETTINGS, "root_url": "https://graph.microsoft.us"}
    assert consent_link(there) == "https://login.microsoftonline.us/tallwood.example/adminconsent?client_id=c-1"


@pytest.mark.parametrize(
    ("root", "authority", "resource", "scope"),
    [
        (None, "https://login.microsoftonline.com", "https://graph.microsoft.com", "Mail.Send"),
        ("https://gateway.example/ms", "https://login.microsoftonline.com", "https://graph.microsoft.com", "Mail.Send"),
        (
            "https://graph.microsoft.us",
            "https://login.microsoftonline.us",
            "https://graph.microsoft.us",
            "https://graph.microsoft.us/Mail.Send",
        ),
    ],
)
def test_a_cloud_of_its_own_signs_in_at_its_own_place_and_a_gateway_never_sees_it(
    root: str | None, authority: str, resource: str, scope: str
) -> None:
    settings = {**ANY, "root_url": root}
    assert (authority_of(settings), resource_of(settings)) == (authority, resource)
    assert asked(settings, ["Mail.Send"]) == [scope]
    assert short([scope]) == ("Mail.Send",)
    assert on_this_computer(settings) is None


def test_a_mailbox_that_is_shared_has_permissions_of_its_own() -> None:
    assert asked({**ANY, "shared": True, "send": True}) == [
        "Mail.ReadWrite.Shared",
        "Mail.Send.Shared",
        "Calendars.Read.Shared",
        "User.Read",
    ]
