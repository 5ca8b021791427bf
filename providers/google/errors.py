"""What Google says when it says no, as errors that name the account and the cure; no token is ever in them."""

import json
import re
from dataclasses import dataclass
from shlex import quote
from typing import Any, Final

from assistant.errors import ProviderError
from providers.google.calls import scope_of
from providers.http import plain

_RATE: Final = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"})
_DAY: Final = frozenset({"dailyLimitExceeded", "dailyLimitExceededUnreg", "quotaExceeded"})
_SCOPE: Final = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})
_OFF: Final = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})
_POLICY: Final = frozenset({"domainPolicy", "admin_policy_enforced", "org_internal"})


@dataclass(frozen=True, slots=True)
class Refused:
    """A call that Google answered with no. `reason` is the first of its errors' reasons, like "notFound"."""

    status: int
    reason: str
    message: str

    @property
    def throttled(self) -> bool:
        """Too fast: to be said again, later and slower (Gmail API, Resolve errors)."""
        return self.status == 429 or (self.status == 403 and self.reason in _RATE)

    @property
    def passing(self) -> bool:
        """Google's own trouble, which passes."""
        return self.status >= 500 or self.status == 408


class RefusalError(ProviderError):
    """A call was refused for a reason of its own: not found, there already, changed since, gone."""

    def __init__(self, account: str, method: str, refused: Refused) -> None:
        super().__init__(
            f"Google refused {method} for account “{account}”: {refused.status} {refused.reason} ({refused.message}).",
            "Try again later; if it stays, tell us what was done and this message.",
        )
        self.refused = refused

    @property
    def status(self) -> int:
        return self.refused.status

    @property
    def reason(self) -> str:
        return self.refused.reason


class Unsure(ProviderError):  # noqa: N818 - it's a state of affairs: the change may have been made
    """A change was sent and no answer came: it may or may not have been made. Look it up before anything else."""

    def __init__(self, account: str, method: str, why: str) -> None:
        super().__init__(
            f"Google didn't say whether {method} was carried out for account “{account}” ({why}).",
            "Run again: it's looked up first, and made only if it isn't there.",
        )


class SignInNeeded(ProviderError):  # noqa: N818 - it says what to do
    """Nobody is signed in, or no longer, or without a permission that's needed."""


def refused_from(status: int, content: bytes | str) -> Refused:
    """Read the body of an error (Calendar API, Handle API errors); one that isn't JSON has no reason."""
    try:
        error = json.loads(content)["error"]
        listed = [*error.get("details", ()), *error.get("errors", ())]
        reasons = [each["reason"] for each in listed if isinstance(each, dict) and each.get("reason")]
        known = [each for each in reasons if each in _RATE | _DAY | _SCOPE | _OFF | _POLICY]
        reason = (known or reasons or [error.get("status") or "unknown"])[0]
        return Refused(status, plain(reason), plain(error.get("message", "")))
    except (ValueError, KeyError, TypeError, AttributeError):
        return Refused(status, "unknown", "no further word")


def account_error(account: str, method: str, refused: Refused) -> ProviderError | None:
    """The error where not the call but the account or its project is the matter; None for the call's own refusals."""
    if refused.status == 401:
        return signed_out(account, "Google doesn't accept its access token")
    if refused.status not in (403, 429):
        return None
    if refused.reason in _SCOPE:
        return SignInNeeded(
            f"Account “{account}” hasn't allowed what {method} needs ({scope_of(method)}).",
            f"Run: {login(account)} and leave every box ticked.",
        )
    if refused.reason in _OFF:
        api = "Gmail API" if method.startswith("gmail") else "Google Calendar API"
        return ProviderError(
            f"The {api} isn't turned on in the Google Cloud project that account “{account}” uses.",
            f"In the Google Cloud console open APIs & Services > Library, choose {api}, click Enable, wait a minute, "
            "then try again.",
        )
    if refused.reason in _DAY:
        return ProviderError(
            f"The day's quota of the Google Cloud project that account “{account}” uses is spent ({refused.reason}).",
            "Try again tomorrow (Pacific time); what was fetched is kept. APIs & Services > Quotas shows the use.",
        )
    return _policy(account) if refused.reason in _POLICY else None


def too_fast(account: str, seconds: float) -> ProviderError:
    """Google goes on saying that it's too much."""
    return ProviderError(
        f"Google lets account “{account}” ask nothing for {max(1, round(seconds / 60))} min: its quota is spent.",
        "Run again after that: what was fetched is kept. A lower `units_a_minute` in this account keeps clear of it.",
    )


def unreachable(account: str, why: str) -> ProviderError:
    """Nothing came back after all tries."""
    return ProviderError(
        f"Google can't be reached for account “{account}”: {why}.",
        "Check the network (and its proxy), then run again: what was fetched is kept.",
    )


def refresh_error(account: str, email: str, error: Any) -> ProviderError:
    """Why the tokens weren't renewed, from google-auth's RefreshError or oauthlib's error (RFC 6749 section 5.2)."""
    code = _code_of(error)
    if code == "unauthorized_client":
        return ProviderError(
            f"The service account (or client) of account “{account}” may not act for {email}.",
            "In the Workspace admin console open Security > API controls > Domain-wide delegation, and allow its "
            "client id the scopes that the README lists.",
        )
    if code in ("invalid_client", "deleted_client", "disabled_client"):
        return ProviderError(
            f"Google doesn't know the client of account “{account}” ({code}).",
            "In the Google Cloud console open Google Auth Platform > Clients, download the JSON of a desktop client "
            f"anew, name it as `client`, then run: {login(account)}",
        )
    if code in _POLICY:
        return _policy(account)
    return signed_out(account, f"Google says {code}" if code else "Google doesn't accept its tokens")


def signed_out(account: str, why: str) -> SignInNeeded:
    return SignInNeeded(
        f"Account “{account}” must be signed in again: {why}. Likely causes: the Google Cloud project is in testing "
        "(its sign-ins end after seven days), the password was changed, the administrator's policy ended it, the "
        "access was revoked, or this computer's clock is wrong.",
        f"Run: {login(account)}",
    )


def nobody(account: str) -> SignInNeeded:
    return SignInNeeded(f"Nobody is signed in to account “{account}”.", f"Run: {login(account)}")


def login(account: str) -> str:
    """The command that signs in to the account."""
    return f"nextmove login google --account {quote(account)}"


def logout(account: str) -> str:
    """The command that signs out of it."""
    return f"nextmove logout google --account {quote(account)}"


def _policy(account: str) -> ProviderError:
    return ProviderError(
        f"The administrator of the Workspace domain doesn't allow this for account “{account}”.",
        "Ask them to allow your client id under Security > API controls > App access control in the admin console.",
    )


def _code_of(error: Any) -> str:
    """The error's code, and nothing else of it: what Google's answer says besides isn't ours to repeat."""
    for part in (getattr(error, "error", None), *getattr(error, "args", ())):
        if isinstance(part, dict):
            part = part.get("error")
        if isinstance(part, str) and (found := re.match(r"\(?([a-z]+_[a-z_]{2,40})\b", part)):
            return found[1]
    return ""
