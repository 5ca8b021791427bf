"""Signing in at Microsoft, and out: the consent, the code, the team's application; nothing secret is said or logged."""

import logging
import threading
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from assistant.domain.access import Dialogue
from assistant.errors import InputError, ProviderError
from providers.microsoft.graph import SignInNeeded
from providers.microsoft.signin import MicrosoftSignIn
from tests.edges.microsoft_consent import consenting, entering, granted, held, inbox, without_a_keyring
from tests.servers.microsoft import MicrosoftPeer

ALL = ["Mail.ReadWrite", "Calendars.Read", "User.Read"]


@pytest.fixture
def settings(microsoft: MicrosoftPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    return without_a_keyring(microsoft, tmp_path, monkeypatch)


@pytest.fixture
def way_in(settings: dict[str, Any]) -> MicrosoftSignIn:
    return MicrosoftSignIn("work", settings)


def test_who_consents_is_signed_in_with_what_was_asked(microsoft: MicrosoftPeer, way_in: MicrosoftSignIn) -> None:
    assert way_in.access().email is None
    access = way_in.sign_in(consenting(microsoft))
    assert (access.email, access.missing) == (microsoft.email, ())
    assert granted(access) == ALL
    assert way_in.access() == access
    assert Path(access.kept).stat().st_mode & 0o777 == 0o600


def test_the_consent_asks_for_the_least_with_pkce_and_comes_back_by_a_form(
    microsoft: MicrosoftPeer, way_in: MicrosoftSignIn
) -> None:
    shown: list[str] = []

    def show(address: str) -> None:
        shown.append(address)
        consenting(microsoft).show(address)

    way_in.sign_in(Dialogue(show))
    query = {name: values[0] for name, values in parse_qs(urlsplit(shown[0]).query).items()}
    assert set(query["scope"].split()) == {*ALL, "openid", "profile", "offline_access"}
    assert (query["code_challenge_method"], len(query["code_challenge"])) == ("S256", 43)
    assert (query["response_mode"], query["login_hint"]) == ("form_post", microsoft.email)
    assert query["redirect_uri"].startswith("http://localhost:")
    assert shown[0].startswith("https://login.microsoftonline.com/common/oauth2/v2.0/authorize?")
    assert len(query["state"]) >= 32


@pytest.mark.parametrize(
    ("more", "asked"),
    [
        ({"send": True}, ["Mail.ReadWrite", "Mail.Send", "Calendars.Read", "User.Read"]),
        ({"schedule": True, "free_busy": True}, ["Mail.ReadWrite", "Calendars.ReadWrite", "User.Read"]),
        ({"calendars": ()}, ["Mail.ReadWrite", "User.Read"]),
        (
            {"calendars": ("primary", "Kim's"), "schedule": True},
            ["Mail.ReadWrite", "Calendars.ReadWrite", "Calendars.Read.Shared", "User.Read"],
        ),
        ({"calendars": (), "free_busy": True}, ["Mail.ReadWrite", "Calendars.Read", "User.Read"]),
    ],
)
def test_only_what_is_turned_on_is_asked_each_with_its_reason(
    settings: dict[str, Any], more: dict[str, Any], asked: list[str]
) -> None:
    permissions = MicrosoftSignIn("work", {**settings, **more}).access().permissions
    assert [each.name for each in permissions] == asked
    assert all(len(each.reason) > 20 for each in permissions)


def test_the_account_opens_after_that(
    microsoft: MicrosoftPeer, way_in: MicrosoftSignIn, settings: dict[str, Any]
) -> None:
    way_in.sign_in(consenting(microsoft))
    logins = len(microsoft.calls(r"entra\..*"))
    assert inbox(settings)["id"]
    assert way_in.works()
    assert len(microsoft.calls(r"entra\..*")) == logins, "a token that is still good needs nobody's word"


def test_what_is_turned_on_later_is_missing_until_it_is_asked(
    microsoft: MicrosoftPeer, way_in: MicrosoftSignIn, settings: dict[str, Any]
) -> None:
    way_in.sign_in(consenting(microsoft))
    later = MicrosoftSignIn("work", {**settings, "send": True})
    assert [each.name for each in later.access().missing] == ["Mail.Send"]
    assert later.works(), "what was allowed goes on working"
    later.sign_in(consenting(microsoft))
    assert later.access().missing == ()


def test_what_was_not_allowed_is_told_and_the_rest_works(microsoft: MicrosoftPeer, way_in: MicrosoftSignIn) -> None:
    access = way_in.sign_in(consenting(microsoft, granted=["Mail.ReadWrite", "User.Read"]))
    assert [each.name for each in access.missing] == ["Calendars.Read"]
    assert way_in.access().missing == access.missing
    assert way_in.works()


def test_without_reading_mail_nothing_is_kept(microsoft: MicrosoftPeer, way_in: MicrosoftSignIn) -> None:
    with pytest.raises(ProviderError, match=r"Reading mail.*“work”.*login microsoft --account work"):
        way_in.sign_in(consenting(microsoft, granted=["Calendars.Read", "User.Read"]))
    assert way_in.access().email is None


def test_somebody_else_s_mailbox_is_refused_and_the_old_sign_in_stays(
    microsoft: MicrosoftPeer, way_in: MicrosoftSignIn, settings: dict[str, Any]
) -> None:
    before = way_in.sign_in(consenting(microsoft))
    other = MicrosoftSignIn("other", {**settings, "email": "noor@brightlane.example"})
    with pytest.raises(
        ProviderError,
        match=rf"signed in as {microsoft.email}, but .* is for noor@brightlane\.example.*nothing was kept",
    ):
        other.sign_in(consenting(microsoft))
    assert other.access().email is None
    assert way_in.access() == before
    assert way_in.works()


@pytest.mark.parametrize(
    ("refused", "told"),
    [
        (65001, r"hasn't allowed yet.*AADSTS65001.*https://login\.microsoftonline\.com/organizations/adminconsent\?cl"),
        (90094, r"Only an administrator.*“work”.*AADSTS90094.*/organizations/adminconsent\?client_id="),
        (50076, r"another proof.*AADSTS50076.*multi-factor.*nextmove login microsoft"),
        (50079, r"another proof.*AADSTS50079"),
        (53003, r"Conditional Access.*“work”.*AADSTS53003.*computer that it manages"),
        (50020, r"doesn't belong to the organisation.*“common”.*AADSTS50020.*`tenant`"),
        (50105, r"only people whom it names.*AADSTS50105.*Users and groups"),
        (7000218, r"AADSTS7000218.*Allow public client flows"),
        (700016, r"doesn't know the application.*AADSTS700016.*`client_id`"),
        (90002, r"no organisation.*AADSTS90002.*Directory \(tenant\) ID"),
        (70011, r"AADSTS70011.*API permissions"),
        (530034, r"AADSTS530034"),
    ],
)
def test_each_refusal_of_entra_has_its_cure(
    microsoft: MicrosoftPeer, way_in: MicrosoftSignIn, refused: int, told: str
) -> None:
    microsoft.accounts.refuse(refused)
    with pytest.raises(ProviderError, match=told) as caught:
        way_in.sign_in(consenting(microsoft))
    assert "Trace" not in str(caught.value)
    assert way_in.access().email is None


def test_a_refusal_on_the_page_itself_is_told_too(microsoft: MicrosoftPeer, way_in: MicrosoftSignIn) -> None:
    with pytest.raises(ProviderError, match=r"Only an administrator.*AADSTS90094.*adminconsent"):
        way_in.sign_in(consenting(microsoft, error="AADSTS90094: noor@brightlane.example needs admin approval"))
    with pytest.raises(ProviderError, match=r"“work” was declined; nothing was changed"):
        way_in.sign_in(consenting(microsoft, deny=True))


def test_an_organisation_that_does_not_exist_is_named(settings: dict[str, Any]) -> None:
    with pytest.raises(ProviderError, match=r"no organisation “tallwod\.example” at Microsoft.*“work”.*`tenant`"):
        MicrosoftSignIn("work", {**settings, "tenant": "tallwod.example"}).sign_in(Dialogue(lambda _: None))


def test_an_account_without_a_client_id_says_where_to_get_one(settings: dict[str, Any]) -> None:
    with pytest.raises(ProviderError, match=r"“work” doesn't say with which application.*README"):
        MicrosoftSignIn("work", {**settings, "client_id": None}).sign_in(Dialogue(lambda _: None))


def test_a_sign_in_server_that_does_not_answer_is_told(settings: dict[str, Any]) -> None:
    away = {**settings, "root_url": "http://127.0.0.1:9"}
    with pytest.raises(ProviderError, match=r"can't be reached for account “work”: its sign-in server doesn't answer"):
        MicrosoftSignIn("work", away).sign_in(Dialogue(lambda _: None))


@pytest.mark.parametrize("times", [1, 2])
def test_who_signed_in_is_known_also_where_addresses_are_not_told(
    microsoft: MicrosoftPeer, way_in: MicrosoftSignIn, times: int
) -> None:
    """Personal accounts have other properties, and some tokens may not ask."""
    microsoft.fail(r"me\.get", 400, times=times)
    assert way_in.sign_in(consenting(microsoft)).email == microsoft.email


# Without a browser


def test_a_code_entered_on_another_device_signs_in(microsoft: MicrosoftPeer, way_in: MicrosoftSignIn) -> None:
    shown: list[tuple[str, str]] = []
    access = way_in.sign_in(entering(microsoft, shown))
    assert (access.email, access.missing) == (microsoft.email, ())
    ((address, code),) = shown
    assert address.startswith("https://")
    assert len(code) >= 8
    assert way_in.works()


def test_a_code_that_is_declined_is_told(microsoft: MicrosoftPeer, way_in: MicrosoftSignIn) -> None:
    with pytest.raises(ProviderError, match="was declined; nothing was changed"):
        way_in.sign_in(entering(microsoft, deny=True))


def test_an_organisation_that_allows_no_codes_is_told_with_another_way(
    microsoft: MicrosoftPeer, way_in: MicrosoftSignIn
) -> None:
    def code(_address: str, word: str) -> None:
        microsoft.accounts.refuse(53003)
        microsoft.enter_code(word)

    with pytest.raises(ProviderError, match=r"by a code for another device.*AADSTS53003.*without --no-browser"):
        way_in.sign_in(Dialogue(lambda _: None, lambda: "", code))


def test_where_there_are_no_codes_the_address_is_shown_and_pasted(
    microsoft: MicrosoftPeer, way_in: MicrosoftSignIn
) -> None:
    microsoft.accounts.device_codes = False
    shown: list[str] = []
    ready = threading.Event()

    def show(address: str) -> None:
        shown.append(address)
        ready.set()

    def pasted() -> str:
        ready.wait(10)
        consent = {name: values[0] for name, values in parse_qs(urlsplit(shown[0]).query).items()}
        assert consent["response_mode"] == "query"
        return redirected(microsoft, shown[0])

    dialogue = Dialogue(show, pasted, lambda *_: pytest.fail("no code was had"))
    assert way_in.sign_in(dialogue).email == microsoft.email


def redirected(microsoft: MicrosoftPeer, address: str) -> str:
    """What the rep would copy from the address bar."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    names = ("redirect_uri", "scope", "state", "nonce", "client_id", "code_challenge", "code_challenge_method")
    form = {"email": microsoft.accounts.user.seeded, "response_mode": "query", **{name: asked[name] for name in names}}
    callback = f"{microsoft.url}{urlsplit(address).path}/callback"
    return requests.post(callback, data=form, allow_redirects=False, timeout=10).headers["Location"]


@pytest.mark.parametrize("text", ["hello", "http://localhost:1/?state=other&code=x", "http://[", "?code=x"])
def test_an_address_of_another_consent_is_refused(microsoft: MicrosoftPeer, way_in: MicrosoftSignIn, text: str) -> None:
    microsoft.accounts.device_codes = False
    with pytest.raises(InputError, match="isn't the address that this consent ended on"):
        way_in.sign_in(Dialogue(lambda _: None, lambda: text))


# Out


def test_signing_out_forgets_and_says_where_the_rest_is_taken_back(
    microsoft: MicrosoftPeer, way_in: MicrosoftSignIn, settings: dict[str, Any]
) -> None:
    folder = Path(way_in.sign_in(consenting(microsoft)).kept).parent
    assert way_in.sign_out()
    assert (way_in.access().email, way_in.sign_out()) == (None, False)
    assert [each.name for each in folder.iterdir() if "lock" not in each.name] == []
    assert "https://" in str(way_in.by_hand)
    with pytest.raises(SignInNeeded):
        inbox(settings)


def test_the_addresses_of_the_mailbox_are_told_and_any_of_them_is_the_account_s(
    microsoft: MicrosoftPeer, settings: dict[str, Any]
) -> None:
    """Those that the organisation only routes by are nobody's to write as."""
    microsoft.aliases.extend(["Sales@tallwood.example", "mara@tallwood.onmicrosoft.com"])
    way_in = MicrosoftSignIn("work", {**settings, "email": "sales@tallwood.example"})
    assert way_in.sign_in(consenting(microsoft)).email == "sales@tallwood.example"
    assert way_in.writes_as() == tuple(sorted((microsoft.email, "sales@tallwood.example")))


def test_nothing_secret_is_logged_or_said(
    microsoft: MicrosoftPeer, way_in: MicrosoftSignIn, settings: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Not even at the lowest level, from asking for the consent to a renewal that fails."""
    said: list[str] = []
    with caplog.at_level(logging.DEBUG):
        access = way_in.sign_in(consenting(microsoft))
        secrets = [*held(access).values()]
        microsoft.accounts.expire()
        inbox(settings)
        secrets += held(access).values()
        microsoft.accounts.revoke()
        with pytest.raises(SignInNeeded) as caught:
            inbox(settings)
        said += [str(caught.value), repr(access), repr(way_in.access())]
        way_in.sign_out()
    mine = [each for each in caplog.records if not each.name.startswith(("tests", "werkzeug"))]
    told = "\n".join([*said, *(each.getMessage() for each in mine)])
    assert [secret for secret in secrets if secret in told] == []
