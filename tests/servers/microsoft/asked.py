"""A call as the resources see it, and how Graph refuses one."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.servers.proxy import Reply

Json = dict[str, Any]
CODES = {
    400: "BadRequest",
    401: "InvalidAuthenticationToken",
    403: "ErrorAccessDenied",
    404: "ErrorItemNotFound",
    409: "ErrorIrresolvableConflict",
    410: "SyncStateNotFound",
    412: "ErrorIrresolvableConflict",
    413: "RequestEntityTooLarge",
    429: "ApplicationThrottled",
    500: "ErrorInternalServerError",
    502: "BadGateway",
    503: "ServiceUnavailable",
    504: "GatewayTimeout",
}
SAID = {
    "ErrorItemNotFound": "The specified object was not found in the store.",
    "ErrorIrresolvableConflict": "The send or update operation could not be performed because the change key passed in "
    "the request does not match the current change key for the item.",
    "ErrorAccessDenied": "Access is denied. Check credentials and try again.",
    "InefficientFilter": "The restriction or sort order is too complex for this operation.",
    "ErrorInvalidIdMalformed": "Id is malformed.",
    "SyncStateNotFound": "The sync state generation is not found; a full sync is required.",
    "ApplicationThrottled": "Application is over its MailboxConcurrency limit.",
    "InvalidAuthenticationToken": "Lifetime validation failed, the token is expired.",
}


class Refused(Exception):  # noqa: N818 - Graph's refusal is what the peer is for, not an error of ours
    """Graph's refusal, in the shape of its error bodies (Microsoft Graph, Error responses)."""

    def __init__(
        self, status: int, code: str = "", message: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        name = code or CODES.get(status, "UnknownError")
        said = message or SAID.get(name, name)
        inner = {"date": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}", "request-id": secrets.token_hex(16)}
        error: Json = {"code": name, "message": said, "innerError": inner | {"client-request-id": inner["request-id"]}}
        self.reply = Reply(status, {"error": error}, dict(headers or {}))
        super().__init__(f"{status} {name}: {said}")


class Unfit(Refused):
    """A request that doesn't fit Graph's shapes at all: an error of the program, which the test has to hear of."""

    def __init__(self, why: str, code: str = "BadRequest") -> None:
        self.why = why
        super().__init__(400, code, why)


@dataclass(frozen=True, slots=True)
class Prefer:
    """The preferences of a request (RFC 7240), as Outlook knows them."""

    immutable: bool = False
    zone: str = ""
    text: bool = False
    page: int = 0
    applied: str = ""


KNOWN = ("idtype", "outlook.timezone", "outlook.body-content-type", "odata.maxpagesize", "return")


def preferences(value: str) -> Prefer:
    """Raises `Unfit` for what Graph doesn't know."""
    given: dict[str, str] = {}
    for part in re.findall(r"(?:[^,\"]|\"[^\"]*\")+", value):
        name, _, said = part.strip().partition("=")
        if name.strip().casefold() not in KNOWN:
            raise Unfit(f"no such preference: {part.strip()!r}")
        given[name.strip().casefold()] = said.strip().strip('"')
    page = given.get("odata.maxpagesize", "0")
    body = given.get("outlook.body-content-type", "html")
    if not page.isdigit() or body not in ("text", "html"):
        raise Unfit(f"not a preference's value: {value!r}")
    return Prefer(
        given.get("idtype", "") == "ImmutableId", given.get("outlook.timezone", ""), body == "text", int(page), value
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """One call of an operation, already checked against its shape. `root` is the address up to /me or /users/x."""

    operation: str
    path: Mapping[str, str]
    query: Mapping[str, Sequence[str]]
    body: Json
    headers: Mapping[str, str]
    prefer: Prefer
    root: str
    target: str

    def one(self, name: str, default: str = "") -> str:
        return (self.query.get(name) or [default])[0]

    @property
    def if_match(self) -> str:
        return self.headers.get("if-match", "")

    @property
    def selected(self) -> tuple[str, ...]:
        return tuple(each.strip() for each in self.one("$select").split(",") if each.strip())

    def agreed(self, etag: str) -> None:
        """412 where the caller's If-Match isn't the item's."""
        if self.if_match not in ("", "*", etag):
            raise Refused(412)
