"""Why Microsoft Entra doesn't let an account in: its AADSTS codes, as errors with their cures.

Entra, Authentication and authorization error codes. Of an answer only the codes are repeated: its words name people.
"""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from assistant.errors import ProviderError
from providers.microsoft.connection import authority_of
from providers.microsoft.errors import SignInNeeded, login, signed_out, unreachable

REGISTRATION: Final = "In the Entra admin centre open App registrations > your application > "

_CONSENT: Final = frozenset({65001})
_ADMIN: Final = frozenset({90093, 90094, 90095})
_DECLINED: Final = frozenset({65004})
_NOT_ASSIGNED: Final = frozenset({50105})
_PROOF: Final = frozenset({50072, 50074, 50076, 50079, 50158, 50058, 16000, 500121})
_CONDITIONS: Final = frozenset(
    {50005, 50097, 53000, 53001, 53002, 53003, 53004, 53008, 53011, 530001, 530002, 530003, 530021, 530031, 530032}
    | {530033, 530034, 530035, 530036}
)
_PUBLIC: Final = frozenset({7000218})
_UNKNOWN_CLIENT: Final = frozenset({700016, 700038, 7000229, 70001})
_OTHER_TENANT: Final = frozenset({50020, 50034, 50177, 50178, 51004, 90072})
_NO_TENANT: Final = frozenset({90002, 900023, 50059, 900021})
_ONE_TENANT: Final = frozenset({50194})
_CONSUMERS: Final = frozenset({9002331, 9002332, 9002346})
_REDIRECT: Final = frozenset({50011, 500112, 500113, 900971})
_PLATFORM: Final = frozenset({9002325, 9002326, 9002327, 700025, 700054})
_SECRET: Final = frozenset({7000215, 7000222, 7000216})
_CERTIFICATE: Final = frozenset({700023, 700027, 700030, 7000214, 7000273, 50013})
_CLOCK: Final = frozenset({700024, 500133})
_DISABLED: Final = frozenset({7000112, 7000111, 700213})
_SCOPES: Final = frozenset({70011, 650053, 650056, 650057, 28002, 28003, 900144})
_NO_SERVICE: Final = frozenset({500011, 500014, 650051, 650052, 50001})
_PERSON: Final = {
    50053: "is locked",
    50055: "has a password that expired",
    50057: "is disabled",
    50056: "has no password",
}
_ENDED: Final = {
    70043: "the organisation's sign-in frequency has passed",
    70044: "the organisation's sign-in frequency has passed",
    700082: "nothing was asked for 90 days",
    700084: "its time has passed",
    50173: "the password was changed or the access revoked",
    50132: "the password was changed or expired",
    50133: "the password was changed or expired",
    50089: "it has expired",
    70008: "it has expired",
    70000: "it's no longer valid",
}
_BUSY: Final = frozenset({90033, 90006, 90009, 50196, 50168, 90020})


def refusal(
    account: str, settings: Mapping[str, Any], answer: Mapping[str, Any], *, by_code: bool = False
) -> ProviderError:
    """The error for an answer of Entra's with `error` in it. `by_code`: it was a device code that was refused."""
    codes = codes_of(answer)
    kind = str(answer.get("error") or "")
    found = _by_codes(account, settings, codes, by_code=by_code) or _by_kind(account, kind, codes)
    told = named(codes) or (kind if re.fullmatch(r"[a-z_]{3,40}", kind) else "no")
    if _is_application(settings) and (found is None or isinstance(found, SignInNeeded) or _CONDITIONS & set(codes)):
        return ProviderError(  # nobody can sign in to it
            f"The organisation doesn't let the application of account “{account}” in ({told}).",
            f"Ask its administrator, and name {told}: the application's consent, its secret or certificate, or a rule "
            "of Conditional Access for workload identities.",
        )
    if found is not None:
        return found
    return signed_out(account, f"Microsoft says {told}")


def codes_of(answer: Mapping[str, Any]) -> tuple[int, ...]:
    """Its AADSTS codes, from where they're listed or from its words."""
    listed = answer.get("error_codes")
    found = [int(code) for code in listed if str(code).isdigit()] if isinstance(listed, list) else []
    return tuple(found or map(int, re.findall(r"\bAADSTS(\d{4,9})\b", str(answer.get("error_description", "")))[:3]))


def named(codes: tuple[int, ...]) -> str:
    return ", ".join(f"AADSTS{code}" for code in codes)


def consent_link(settings: Mapping[str, Any]) -> str:
    """Where an administrator allows the application for the whole organisation."""
    tenant = str(settings.get("tenant") or "common")
    tenant = "organizations" if tenant in ("common", "consumers") else tenant
    client = quote(str(settings.get("client_id") or ""), safe="")
    return f"{authority_of(settings)}/{quote(tenant, safe='')}/adminconsent?client_id={client}"


def no_tenant(account: str, settings: Mapping[str, Any], why: str = "") -> ProviderError:
    return ProviderError(
        f"There is no organisation “{settings.get('tenant')}” at Microsoft (account “{account}”{why}).",
        "Set `tenant` to the Directory (tenant) ID of your registration's overview, or to the organisation's domain; "
        '"common" for any organisation and personal accounts.',
    )


def _is_application(settings: Mapping[str, Any]) -> bool:
    return bool(settings.get("certificate") or settings.get("secret_env"))


def _by_codes(
    account: str, settings: Mapping[str, Any], codes: tuple[int, ...], *, by_code: bool
) -> ProviderError | None:
    has = frozenset(codes)
    told = named(codes)
    if has & _ADMIN or (_is_application(settings) and has & _CONSENT):
        return ProviderError(
            f"Only an administrator of the organisation can allow what account “{account}” needs ({told}).",
            f"Send them this link, and sign in again when they have agreed: {consent_link(settings)}",
        )
    if has & _CONSENT:
        return SignInNeeded(
            f"Account “{account}” hasn't allowed yet what is turned on ({told}).",
            f"Run: {login(account)}. If the page wants an administrator, send them this link: {consent_link(settings)}",
        )
    if has & _DECLINED:
        return declined(account)
    if has & _CONDITIONS:
        return _conditions(account, told, by_code=by_code)
    if has & _PROOF:
        return SignInNeeded(
            f"The organisation of account “{account}” asks for another proof that it's you ({told}: multi-factor or a "
            "fresh sign-in).",
            f"Run: {login(account)}",
        )
    if ended := next((_ENDED[code] for code in codes if code in _ENDED), None):
        return SignInNeeded(
            f"The sign-in of account “{account}” has ended: {ended} ({told}).", f"Run: {login(account)}"
        )
    if person := next((_PERSON[code] for code in codes if code in _PERSON), None):
        return SignInNeeded(
            f"The Microsoft account behind “{account}” {person} ({told}).",
            f"Put that right at Microsoft, or ask the administrator, then run: {login(account)}",
        )
    if has & _BUSY:
        return unreachable(account, f"its sign-in server is busy ({told})")
    return _of_registration(account, settings, has, told)


def _of_registration(account: str, settings: Mapping[str, Any], has: frozenset[int], told: str) -> ProviderError | None:
    """What is wrong with the registration of the application, or with what the account says of it."""
    for known, fact, cure in (
        (
            _PUBLIC,
            "isn't allowed to sign people in without a secret",
            "Authentication > Advanced settings, set “Allow public client flows” to Yes, and save.",
        ),
        (
            _REDIRECT,
            "doesn't know where the browser comes back to",
            "Authentication > Add a platform > Mobile and desktop applications, and add http://localhost.",
        ),
        (
            _PLATFORM,
            "is registered for another kind of programme",
            "Authentication: remove http://localhost from Web and from Single-page application, and add it under "
            "Mobile and desktop applications.",
        ),
        (
            _SECRET,
            "has another secret, or that one expired",
            "Certificates & secrets, make a new client secret, and put its value (not its id) into the variable that "
            "`secret_env` names.",
        ),
        (
            _CERTIFICATE,
            "doesn't know the certificate, or it expired",
            "Certificates & secrets > Certificates, and upload the public part of the one that `certificate` names.",
        ),
        (
            _SCOPES,
            "doesn't ask for the permissions that are needed",
            "API permissions > Add a permission > Microsoft Graph, and add those that the README lists.",
        ),
    ):
        if has & known:
            return ProviderError(f"The application of account “{account}” {fact} ({told}).", REGISTRATION + cure)
    return _of_tenant(account, settings, has, told)


def _of_tenant(account: str, settings: Mapping[str, Any], has: frozenset[int], told: str) -> ProviderError | None:
    """What is wrong with the organisation, or with which one the account names."""
    email = str(settings.get("email") or "the address")
    tenant = str(settings.get("tenant") or "common")
    if has & _NO_TENANT:
        return no_tenant(account, settings, f", {told}")
    for known, fact, cure in (
        (
            _OTHER_TENANT,
            f"{email} doesn't belong to the organisation that account “{account}” names, “{tenant}”",
            'Sign in with the address of `email`, or set `tenant` to its organisation, or to "common" if the '
            "registration allows any.",
        ),
        (
            _UNKNOWN_CLIENT,
            f"The organisation “{tenant}” doesn't know the application of account “{account}”",
            "Compare `client_id` and `tenant` with the Application (client) ID and the Directory (tenant) ID of your "
            f"registration's overview. In another organisation than your own it's added by: {consent_link(settings)}",
        ),
        (
            _ONE_TENANT,
            f"The application of account “{account}” is for one organisation only",
            "Set `tenant` to the Directory (tenant) ID of your registration's overview.",
        ),
        (
            _CONSUMERS,
            f"The application of account “{account}” is for personal accounts only",
            'Set `tenant = "consumers"` in it, or register the application anew for organisations and personal '
            "accounts.",
        ),
        (
            _NOT_ASSIGNED,
            f"The organisation lets only people whom it names use the application of account “{account}”",
            f"Ask its administrator to add {email} under Enterprise applications > the application > Users and groups.",
        ),
        (
            _DISABLED,
            f"The application of account “{account}” is switched off",
            "Ask the administrator to enable it under Enterprise applications > the application > Properties.",
        ),
        (
            _NO_SERVICE,
            f"The organisation of account “{account}” has no Microsoft Graph or Exchange Online for it",
            "Ask its administrator whether Microsoft 365 is in use there, and licensed for the mailbox.",
        ),
        (_CLOCK, f"This computer's clock is wrong, says Microsoft of account “{account}”", "Set it, then try again."),
    ):
        if has & known:
            return ProviderError(f"{fact} ({told}).", cure)
    return None


def _by_kind(account: str, kind: str, codes: tuple[int, ...]) -> ProviderError | None:
    """Personal accounts name no codes."""
    told = named(codes) or kind
    if kind in ("access_denied", "authorization_declined", "consent_declined"):
        return declined(account)
    if kind in ("expired_token", "code_expired"):
        return ProviderError(f"Nobody entered the code for account “{account}” in time.", f"Run: {login(account)}")
    if kind == "unauthorized_client":
        return ProviderError(
            f"The application of account “{account}” isn't for the accounts that `tenant` names ({told}).",
            f"{REGISTRATION}Authentication and check “Supported account types” (personal accounts must be among them "
            'for Outlook.com), or set `tenant` to the Directory (tenant) ID. With `tenant = "common"` anybody may try.',
        )
    if kind in ("temporarily_unavailable", "server_error", "slow_down"):
        return unreachable(account, f"its sign-in server is busy ({told})")
    if kind == "invalid_client":
        return ProviderError(
            f"Microsoft doesn't accept the application of account “{account}” ({told}).",
            f"{REGISTRATION}Overview, and compare `client_id`; a secret or certificate may have expired.",
        )
    if kind in ("interaction_required", "login_required", "consent_required"):
        return SignInNeeded(
            f"Microsoft wants to ask you something for account “{account}” ({told}).", f"Run: {login(account)}"
        )
    return None


def declined(account: str) -> ProviderError:
    return ProviderError(
        f"The consent for account “{account}” was declined; nothing was changed.", "Run it again if that was a slip."
    )


def _conditions(account: str, told: str, *, by_code: bool) -> ProviderError:
    if by_code:
        return ProviderError(
            f"The organisation doesn't let account “{account}” in by a code for another device ({told}).",
            f"Run: {login(account)} on a computer with a browser, without --no-browser; or ask the administrator to "
            "allow the device code flow to you (Conditional Access > Authentication flows).",
        )
    return ProviderError(
        f"A rule of the organisation (Conditional Access) keeps account “{account}” out here ({told}): it wants a "
        "managed or compliant device, another place, or another application.",
        f"Run: {login(account)} on a computer that it manages, or ask the administrator and name {told}.",
    )
