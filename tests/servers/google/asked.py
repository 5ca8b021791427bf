"""A call as the resources see it, and how Google refuses one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.servers.discovery import Json, Method
from tests.servers.proxy import Reply

STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}
DOMAIN = {
    "rateLimitExceeded": "usageLimits",
    "userRateLimitExceeded": "usageLimits",
    "quotaExceeded": "usageLimits",
    "dailyLimitExceeded": "usageLimits",
    "accessNotConfigured": "usageLimits",
    "fullSyncRequired": "calendar",
    "updatedMinTooLongAgo": "calendar",
}
SAID = {
    "rateLimitExceeded": "Rate Limit Exceeded",
    "userRateLimitExceeded": "User Rate Limit Exceeded",
    "insufficientPermissions": "Request had insufficient authentication scopes.",
    "accessNotConfigured": "The API has not been used in project 123456 before or it is disabled.",
    "notFound": "Not Found",
    "backendError": "Backend Error",
    "authError": "Invalid Credentials",
}


class Refused(Exception):  # noqa: N818 - Google's refusal is what the peer is for, not an error of ours
    """Google's refusal, in the shape of its error bodies (Gmail API and Calendar API, Handle errors)."""

    def __init__(
        self, status: int, reason: str, message: str = "", *, at: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        said = message or SAID.get(reason, reason)
        one: Json = {"message": said, "domain": DOMAIN.get(reason, "global"), "reason": reason}
        if at:
            one |= {"location": at, "locationType": "header" if at[:1].isupper() else "parameter"}
        error: Json = {"code": status, "message": said, "errors": [one]}
        if status in STATUS:
            error["status"] = STATUS[status]
        self.reply = Reply(status, {"error": error}, dict(headers or {}))
        super().__init__(f"{status} {reason}: {said}")


@dataclass(frozen=True, slots=True)
class Asked:
    """One call of a method, already checked against the discovery document."""

    method: Method
    path: Mapping[str, str]
    query: Mapping[str, list[str]]
    body: Json
    headers: Mapping[str, str]

    def one(self, name: str, default: str = "") -> str:
        return self.query.get(name, [default])[0]

    def each(self, name: str) -> list[str]:
        return self.query.get(name, [])

    def flag(self, name: str) -> bool:
        return self.one(name) == "true"

    def number(self, name: str, default: int, most: int) -> int:
        return max(1, min(most, int(self.one(name) or default)))

    def page(self, items: list[Any], default: int, most: int, kept: int = 0) -> tuple[list[Any], dict[str, str]]:
        """The page of the list that is asked for, and its nextPageToken, if it isn't the last."""
        token = self.one("pageToken")
        if token and not token.isdigit():
            raise Refused(400, "invalidArgument", "Invalid pageToken", at="pageToken")
        start, size = int(token or 0), self.number("maxResults", default, most)
        more = {"nextPageToken": str(start + size)} if start + size < len(items) else {}
        return items[start : start + size], more


def masked(body: object, mask: str) -> object:
    """The body with only the fields that the `fields` parameter names: "messages(id,threadId),nextPageToken"."""
    return _keep(body, _mask(mask)) if mask and mask != "*" else body


def _mask(text: str) -> Json:
    """The mask as nested dictionaries; an empty one keeps everything below it."""
    root: Json = {}
    stack, here, word = [root], root, ""
    for sign in [*text, ","]:
        if sign not in ",/()":
            word += sign
            continue
        if word.strip():
            here = here.setdefault(word.strip(), {})
        word = ""
        if sign == "(":
            stack.append(here)
        elif sign == ")":
            stack.pop()
            here = stack[-1]
        elif sign == ",":
            here = stack[-1]
    return root


def _keep(body: object, mask: Json) -> object:
    if not mask or "*" in mask:
        return body
    if isinstance(body, list):
        return [_keep(each, mask) for each in body]
    if isinstance(body, dict):
        return {name: _keep(body[name], inner) for name, inner in mask.items() if name in body}
    return body
