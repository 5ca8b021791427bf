"""$batch: up to 20 requests, answered in any order (Microsoft Graph, JSON batching)."""

import base64
import json
from collections.abc import Callable

from tests.servers.microsoft.asked import Json, Refused, Unfit
from tests.servers.microsoft.shapes import faults
from tests.servers.proxy import Reply, Request

MOST = 20


def requests(request: Request) -> list[tuple[Json, Request]]:
    """What's in it, in the order in which it's to be carried out."""
    try:
        body = json.loads(request.body or b"{}")
    except ValueError:
        raise Unfit("the batch isn't JSON") from None
    if found := faults("batch", body):
        raise Unfit(f"batch: {'; '.join(found)}")
    asked = body["requests"]
    if len(asked) > MOST:
        raise Unfit(f"Number of batch request steps exceeds the maximum value of {MOST}.", "MaximumValueExceeded")
    if len({each["id"] for each in asked}) < len(asked):
        raise Unfit("Every request in a batch needs an id of its own.")
    return [(each, _inner(each, request)) for each in asked]


def _inner(each: Json, outer: Request) -> Request:
    headers = {name.casefold(): value for name, value in each.get("headers", {}).items()}
    passed = {name: outer.headers[name] for name in ("authorization", "client-request-id") if name in outer.headers}
    body = json.dumps(each["body"]).encode() if "body" in each else b""
    return Request(each["method"], f"/v1.0{each['url']}", {**passed, **headers}, body, inner=True)


def carried_out(asked: list[tuple[Json, Request]], answer: Callable[[Request], Reply], throttled: int) -> Reply:
    """Together, the last first; what depends on a failure isn't carried out, the last `throttled` come too many."""
    answers: dict[str, Reply] = {}
    for index, (each, request) in enumerate(asked):
        if any(answers[name].status >= 400 for name in each.get("dependsOn", []) if name in answers):
            answers[each["id"]] = Refused(424, "FailedDependency").reply
        elif index >= len(asked) - throttled:
            answers[each["id"]] = Refused(429, headers={"Retry-After": "1"}).reply
        else:
            answers[each["id"]] = answer(request)
    return Reply(200, {"responses": [_shown(name, reply) for name, reply in reversed(answers.items())]})


def _shown(name: str, reply: Reply) -> Json:
    """Bytes come in base64."""
    body = reply.body
    shown: Json = {"id": name, "status": reply.status, "headers": dict(reply.all_headers)}
    if body is not None:
        shown["body"] = base64.b64encode(body).decode() if isinstance(body, bytes) else body
    return shown
