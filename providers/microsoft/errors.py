"""What Microsoft Graph says when it says no, as errors that name the account and the cure; no token is ever in them."""

import json
import re
from dataclasses import dataclass
from shlex import quote
from typing import Any, Final

from assistant.errors import ProviderError
from providers.http import plain

_DENIED: Final = frozenset(
    {"ErrorAccessDenied", "AccessDenied", "accessDenied", "Authorization_RequestDenied", "Forbidden"}
)
_NO_MAILBOX: Final = frozenset(
    {
        "MailboxNotEnabledForRESTAPI",
        "MailboxNotSupportedForRESTAPI",
        "MailboxNotHostedInExchangeOnline",
        "ErrorMailboxNotEnabled",
        "ErrorNonExistentMailbox",
        "ErrorInvalidUser",
        "Request_ResourceNotFound",
    }
)
_MOVING: Final = frozenset({"ErrorMailboxMoveInProgress", "ErrorMailboxStoreUnavailable"})
_CURES: Final = {
    "ErrorQuotaExceeded": "The mailbox is full: make room in it, then run again.",
    "ErrorExceededMessageLimit": "Microsoft's limit of mail in a day is reached: run again tomorrow.",
    "ErrorMessageSubmissionBlocked": "Microsoft has blocked sending for this mailbox: ask its administrator.",
    "ErrorSendAsDenied": "The mailbox may not write as this address: ask its administrator, or write as another.",
}
_TRY_LATER: Final = "Try again later; if it stays, tell us what was done and this message."
_SECRET: Final = re.compile(r"eyJ[\w\-.~+/=]{8,}|[\w\-.~+/=]{40,}")
"""What may be a token, or an id; no word of a message is as long."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A call that Microsoft Graph answered with no. `code` is its error's code, like "ErrorItemNotFound"."""

    status: int
    code: str
    message: str
    request: str = ""
    """The request-id, by which Microsoft's support finds the call."""

    @property
    def throttled(self) -> bool:
        """Too fast: to be said again, later (Microsoft Graph, Throttling guidance)."""
        return self.status == 429

    @property
    def passing(self) -> bool:
        """Microsoft's own trouble, which passes; but 501 is a call that it doesn't know."""
        return self.status == 408 or (self.status >= 500 and self.status != 501)


class RefusalError(ProviderError):
    """A call was refused for a reason of its own: not found, there already, changed since, gone, not allowed."""

    def __init__(self, account: str, method: str, refused: Refused, *, application: bool = False) -> None:
        of = f", request {refused.request}" if refused.request else ""
        super().__init__(
            f"Microsoft refused {method} for account “{account}”: "
            f"{refused.status} {refused.code} ({refused.message}{of}).",
            _CURES.get(refused.code) or (_allow(account, application) if denied(refused) else _TRY_LATER),
        )
        self.refused = refused

    @property
    def status(self) -> int:
        return self.refused.status

    @property
    def code(self) -> str:
        return self.refused.code


class Unsure(ProviderError):  # noqa: N818 - it's a state of affairs: the change may have been made
    """A change was sent and no answer came: it may or may not have been made. Look it up before anything else."""

    def __init__(self, account: str, method: str, why: str) -> None:
        super().__init__(
            f"Microsoft didn't say whether {method} was carried out for account “{account}” ({why}).",
            "Run again: it's looked up first, and made only if it isn't there.",
        )


class Unreachable(ProviderError):  # noqa: N818 - it's a state of affairs
    """Microsoft, or where one signs in there, doesn't answer; `passing` where it may in a while."""

    def __init__(self, account: str, why: str, *, passing: bool) -> None:
        super().__init__(
            f"Microsoft can't be reached for account “{account}”: {why}.",
            "Check the network (and its proxy), then run again: what was fetched is kept.",
        )
        self.why = why
        self.passing = passing


class SignInNeeded(ProviderError):  # noqa: N818 - it says what to do
    """Nobody is signed in, or no longer, or without a permission that's needed."""


def refused_from(status: int, body: Any) -> Refused:
    """Read an error of Graph's (Microsoft Graph, Error responses); one of another form has no code."""
    try:
        held = json.loads(body) if isinstance(body, (bytes, str)) else body
        error = held["error"]
        if isinstance(error, str):  # the gateway before Graph, in the form of OAuth
            return Refused(status, said(error), said(held.get("error_description", "")))
        inner = error.get("innerError") or error.get("innererror") or {}
        request = str(inner.get("request-id", ""))
        return Refused(
            status,
            said(error.get("code") or "unknown"),
            said(error.get("message") or ""),
            request if re.fullmatch(r"[0-9a-fA-F-]{8,36}", request) else "",
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Refused(status, "unknown", "no further word")


def denied(refused: Refused) -> bool:
    """Whether a permission is missing, or a policy in the way."""
    return refused.status == 403 and refused.code in _DENIED


def account_error(account: str, email: str, refused: Refused) -> ProviderError | None:
    """The error where not the call but the account or its mailbox is the matter; None for the call's own refusals."""
    if refused.code in _NO_MAILBOX:
        return ProviderError(
            f"There is no mailbox of Microsoft 365 or Outlook.com behind account “{account}” for {email} "
            f"({refused.code}): it lies on a server of the organisation's own, has no licence for Exchange Online, or "
            "its address is another.",
            "Check the account's `email`; a mailbox on the organisation's own Exchange server is reached by IMAP.",
        )
    if refused.code in _MOVING:
        return ProviderError(
            f"The mailbox of account “{account}” is being moved or mended ({refused.code}).",
            "Run again in some hours: what was fetched is kept.",
        )
    return None


def not_accepted(account: str, variable: str | None, application: bool, refused: Refused) -> SignInNeeded:
    """A 401 that a new token didn't cure."""
    if variable:
        return SignInNeeded(
            f"Microsoft doesn't accept the token that the variable {variable} holds for account “{account}” "
            f"({refused.code}); such tokens last about an hour.",
            "Set it to a fresh one, or give the account a `client_id` and sign in.",
        )
    if application:
        return SignInNeeded(
            f"Microsoft doesn't let the application of account “{account}” in ({refused.code}).",
            "Check its application permissions, the administrator's consent to them, and this computer's clock.",
        )
    return signed_out(account, f"Microsoft doesn't accept its access token ({refused.code})")


def too_fast(account: str, seconds: float) -> ProviderError:
    """Microsoft goes on saying that it's too much."""
    return ProviderError(
        f"Microsoft lets account “{account}” ask nothing for {max(1, round(seconds / 60))} min: its limit is reached.",
        "Run again after that: what was fetched is kept.",
    )


def unreachable(account: str, why: str, *, passing: bool = True) -> Unreachable:
    """Nothing came back after all tries, or no other try would help."""
    return Unreachable(account, why, passing=passing)


def elsewhere(account: str) -> ProviderError:
    """A link of Graph's leads to another host, in a circle, or isn't one."""
    return ProviderError(
        f"An answer of Microsoft's for account “{account}” leads where it can't (another host, or in a circle).",
        "Run again; if it stays, check `root_url` and who answers there.",
    )


def signed_out(account: str, why: str) -> SignInNeeded:
    return SignInNeeded(
        f"Account “{account}” must be signed in again: {why}. Likely causes: the password was changed, the "
        "administrator's policy ended it, the access was revoked, or nothing was asked for 90 days.",
        f"Run: {login(account)}",
    )


def nobody(account: str) -> SignInNeeded:
    return SignInNeeded(f"Nobody is signed in to account “{account}”.", f"Run: {login(account)}")


def login(account: str) -> str:
    """The command that signs in to the account."""
    return f"nextmove login microsoft --account {quote(account)}"


def logout(account: str) -> str:
    """The command that signs out of it."""
    return f"nextmove logout microsoft --account {quote(account)}"


def said(text: Any) -> str:
    """What Microsoft said, without people's addresses, tokens and ids."""
    return plain(_SECRET.sub("…", str(text)[:2_000]))


def _allow(account: str, application: bool) -> str:
    if application:
        return (
            "Ask the administrator whether the application has the permission, and whether this mailbox is among those "
            "that it may open (README, Microsoft 365, A team); what they change holds within two hours."
        )
    return (
        f"If a permission is missing, run: {login(account)} --again. Of a mailbox or calendar that belongs to somebody "
        "else, ask them or the administrator whether you may open it (README, Microsoft 365)."
    )
