"""Signing in to a Microsoft account and out: by the browser with PKCE (RFC 7636, RFC 8252), or by a code (RFC 8628)."""

import secrets
import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, Final

from assistant.domain.access import Access, Dialogue
from assistant.errors import ProviderError, RefusedError
from providers.microsoft.application import person, reaching
from providers.microsoft.cache import SignInStore, Who
from providers.microsoft.entra import consent_link, refusal
from providers.microsoft.errors import login
from providers.microsoft.graph import Graph, RefusalError, connect
from providers.microsoft.scopes import asked, needed, short
from providers.microsoft.tokens import email_of, is_application, is_own, named, opened, variable_of
from providers.oauth import Loopback

_REDIRECT: Final = "http://localhost:{}"
"""As it's registered; Entra lets any port be added (Redirect URI restrictions, Localhost exceptions)."""
_ADDRESSES: Final = {"$select": "mail,userPrincipalName,proxyAddresses"}
_ROUTING: Final = ".onmicrosoft.com"
_CONSENTS: Final = (
    "https://myapps.microsoft.com (your application > … > Manage your application), or for a personal account "
    "https://account.live.com/consent/Manage"
)


class MicrosoftSignIn:
    """The sign-in of one account. `folder` is where it's kept where nothing encrypts; the user's own by default."""

    def __init__(self, account: str, settings: Mapping[str, Any], folder: Path | None = None) -> None:
        self._account = account
        self._settings = settings
        self._folder = folder
        self._email = email_of(settings)
        self._store = SignInStore(account, self._email, folder)

    @property
    def account(self) -> str:
        return self._account

    @property
    def by_hand(self) -> str | None:
        return _CONSENTS

    def access(self) -> Access:
        """Of an application, or a token from the environment, what it allows isn't known here and taken as given."""
        if (by := self._opened_by()) is not None:
            every = tuple(replace(each, held=True) for each in needed(self._settings))
            return Access(self._account, by, every, email=self._email)
        who = self._store.who()
        if who is None:
            return Access(self._account, self._store.where(), needed(self._settings))
        permissions = needed(self._settings, who.scopes)
        return Access(self._account, self._store.where(), permissions, who.email, who.since)

    def works(self) -> bool:
        """What no longer opens the account is no dead end: only signing in anew leads out of it."""
        token = opened(self._account, self._settings, self._folder)
        graph = Graph(self._account, self._settings, token=token)
        try:
            graph.get("/mailFolders/inbox", {"$select": "id"})
        except ProviderError:
            if self._opened_by() is not None:
                raise  # nobody signs in to it: its cure is another one
            return False
        finally:
            graph.close()
        return True

    def writes_as(self) -> tuple[str, ...]:
        """The addresses of the mailbox; a personal account, and a mailbox of others, doesn't tell."""
        if not is_own(self._settings):
            return ()
        graph = connect(self._account, self._settings)
        try:
            found = _proxies(_about(graph))
        finally:
            graph.close()
        return tuple(sorted({self._email, *found})) if found else ()

    def sign_in(self, dialogue: Dialogue) -> Access:
        if (by := self._opened_by()) is not None:
            raise RefusedError(f"Account “{self._account}” is opened by {by}.", "There's nothing to sign in to.")
        import msal

        cache = msal.SerializableTokenCache()
        made = person(self._account, self._settings, cache)
        if dialogue.code is not None and made.authority.device_authorization_endpoint:
            answer = self._by_code(made, dialogue.code)
        else:
            answer = self._by_browser(made, dialogue)
        who = self._checked(made, answer)
        with self._store.renewing():
            kept = self._store.save(who, cache.serialize())
        return Access(self._account, kept, needed(self._settings, who.scopes), who.email, who.since)

    def sign_out(self) -> bool:
        """Entra has no way to take back one application's sign-in: it's forgotten, and `by_hand` says the rest."""
        if (by := self._opened_by()) is not None:
            raise RefusedError(
                f"Account “{self._account}” is opened by {by}: nothing of it is kept here.",
                "Take the permission back where it was given.",
            )
        with self._store.renewing():
            return self._store.forget()

    def _opened_by(self) -> str | None:
        """What opens the account where it isn't a sign-in of the rep's."""
        if name := variable_of(self._settings):
            return f"the token in the variable {name}"
        if is_application(self._settings):
            return f"the application {self._settings.get('client_id')} itself"
        return None

    def _by_browser(self, made: Any, dialogue: Dialogue) -> Mapping[str, Any]:
        """The rep's consent; what it ended on is pasted where the browser is on another computer."""
        state = secrets.token_urlsafe(32)
        with Loopback(state, _REDIRECT) as loopback:
            with reaching(self._account, self._settings), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # MSAL wants a form; what is pasted is an address
                flow = made.initiate_auth_code_flow(
                    asked(self._settings),
                    redirect_uri=loopback.address,
                    state=state,
                    login_hint=self._email if is_own(self._settings) else None,
                    response_mode="form_post" if dialogue.pasted is None else "query",
                )
            dialogue.show(flow["auth_uri"])
            hint = f" If the page wants an administrator, send them this link: {consent_link(self._settings)}"
            answer = loopback.wait(dialogue.pasted, hint=hint)
        if "code" not in answer:
            raise refusal(self._account, self._settings, answer)
        with reaching(self._account, self._settings):
            return self._granted(made.acquire_token_by_auth_code_flow(flow, answer))

    def _by_code(self, made: Any, show: Callable[[str, str], None]) -> Mapping[str, Any]:
        """The rep enters a code on any device, while we ask again and again whether they have."""
        with reaching(self._account, self._settings):
            flow = made.initiate_device_flow(asked(self._settings))
        if "user_code" not in flow:
            raise refusal(self._account, self._settings, flow, by_code=True)
        show(str(flow["verification_uri"]), str(flow["user_code"]))
        with reaching(self._account, self._settings):
            answer = made.acquire_token_by_device_flow(flow)
        if answer.get("error") == "authorization_pending":
            answer = {"error": "expired_token"}
        return self._granted(answer, by_code=True)

    def _granted(self, answer: Mapping[str, Any], *, by_code: bool = False) -> Mapping[str, Any]:
        if "access_token" in answer:
            return answer
        raise refusal(self._account, self._settings, answer, by_code=by_code)

    def _checked(self, made: Any, answer: Mapping[str, Any]) -> Who:
        """Whose mailbox was opened, and for what. Raises `ProviderError` if it's useless, or somebody else's.

        Then what was given is thrown away; what was kept before stays.
        """
        scopes = short(str(answer.get("scope") or "")) or short(asked(self._settings))
        reading = {needed(self._settings)[0].name.lower(), "mail.read"}
        if reading.isdisjoint(each.lower() for each in scopes):
            raise ProviderError(
                f"Reading mail, without which nothing works, wasn't allowed for “{self._account}”.",
                f"Run: {login(self._account)} and allow it; what was kept before is as it was.",
            )
        token = str(answer["access_token"])
        graph = Graph(self._account, self._settings, token=lambda _refused, _claims: token)
        home = next(iter(made.get_accounts()), None)
        if home is None:
            raise ProviderError(
                f"Microsoft doesn't say who signed in to account “{self._account}”; nothing was kept.",
                "Sign in again; if that stays, check the registration (README, Microsoft 365).",
            )
        signed = str(home.get("username") or "").lower()
        try:
            if is_own(self._settings):
                signed = self._owner(signed, _about(graph))
            graph.get("/mailFolders/inbox", {"$select": "id"})
        except RefusalError as error:
            if is_own(self._settings) or error.status not in (403, 404):
                raise
            raise ProviderError(
                f"{signed} may not open the mailbox of {self._email}, which account “{self._account}” is for; nothing "
                "was kept.",
                "Ask the administrator for full access to it, then sign in again.",
            ) from None
        finally:
            graph.close()
        client, tenant = named(self._settings)
        return Who(
            signed, str(home["home_account_id"]), client, tenant, scopes, datetime.now(UTC).replace(microsecond=0)
        )

    def _owner(self, signed: str, found: Mapping[str, Any]) -> str:
        """The account's address, if it's one of the mailbox or the name that was signed in with."""
        own = [str(found.get(name) or "").lower() for name in ("mail", "userPrincipalName")]
        if self._email in (signed, *own, *_proxies(found)):
            return self._email
        seen = next((each for each in (*own, signed) if "@" in each), "somebody else")
        raise WrongPersonError(self._account, seen, self._email)


class WrongPersonError(ProviderError):
    """Somebody else's mailbox was opened."""

    def __init__(self, account: str, opened: str, wanted: str) -> None:
        super().__init__(
            f"You signed in as {opened}, but account “{account}” is for {wanted}; nothing was kept.",
            f'Choose the other person on Microsoft\'s page, or set `email = "{opened}"` in the account. What {opened} '
            f"allowed can be taken back at {_CONSENTS}.",
        )


def open_sign_in(account: str, settings: Mapping[str, Any], _zone: tzinfo) -> MicrosoftSignIn:
    """The sign-in of a microsoft account."""
    return MicrosoftSignIn(account, settings)


def _about(graph: Graph) -> Mapping[str, Any]:
    """The person's addresses, as far as they're told: not everywhere all of them, and not with every token."""
    for asked_for in (_ADDRESSES, {"$select": "mail,userPrincipalName"}):
        try:
            return graph.get("", asked_for)
        except RefusalError:
            continue
    return {}


def _proxies(found: Mapping[str, Any]) -> frozenset[str]:
    """The mailbox's addresses for mail (Microsoft Graph, user: proxyAddresses), without those that only route."""
    listed = found.get("proxyAddresses") or ()
    addresses = (str(each)[5:].lower() for each in listed if str(each).lower().startswith("smtp:"))
    return frozenset(each for each in addresses if "@" in each and not each.endswith(_ROUTING))
