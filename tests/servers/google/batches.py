"""Google's batches (multipart/mixed of HTTP requests): taken apart, and put together again.

A part's answer carries the Content-ID of its request with "response-" before it (Gmail API, Batching requests).
"""

import json
import re
import secrets
from email.parser import BytesParser

from tests.servers.google.asked import Refused
from tests.servers.proxy import Reply, Request

MOST = 100
"""Gmail's limit of calls in a batch; the client library stops at 1,000 only."""


def is_batch(request: Request) -> bool:
    return request.method == "POST" and bool(re.fullmatch(r"/batch(/gmail/v1|/calendar/v3)?", request.path))


def parts(request: Request) -> list[tuple[str, Request]]:
    """The requests in it, each with its Content-ID."""
    head = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n".encode()
    message = BytesParser().parsebytes(head + request.body)
    if not message.is_multipart():
        raise Refused(400, "badRequest", "Failed to parse batch request, error: missing boundary.")
    found = []
    for part in message.walk():
        if not part.is_multipart():
            raw = part.get_payload(decode=True)
            found.append((str(part.get("Content-ID", "")), _inner(raw if isinstance(raw, bytes) else b"", request)))
    if len(found) > MOST:
        raise Refused(400, "batchTooLarge", f"The batch request could not be processed: more than {MOST} calls.")
    return found


def _inner(raw: bytes, outer: Request) -> Request:
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    first, *lines = head.decode().split("\n")
    method, target = first.split(" ")[:2]
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    token = {"authorization": outer.headers["authorization"]} if "authorization" in outer.headers else {}
    return Request(method, re.sub(r"^https?://[^/]+", "", target), token | headers, body.strip(b"\n"), inner=True)


def together(answers: list[tuple[str, Reply]]) -> Reply:
    """The batch's answer."""
    boundary = f"batch_{secrets.token_hex(8)}"
    lines: list[bytes] = []
    for name, reply in answers:
        body = reply.sent
        shown = {**reply.all_headers, "Content-Length": str(len(body))}
        lines += [
            f"--{boundary}\r\nContent-Type: application/http\r\n".encode(),
            f"Content-ID: {name.replace('<', '<response-', 1)}\r\n\r\n".encode(),
            f"HTTP/1.1 {reply.status} {'OK' if reply.status < 400 else 'Refused'}\r\n".encode(),
            "".join(f"{header}: {value}\r\n" for header, value in shown.items()).encode(),
            b"\r\n" + body + b"\r\n",
        ]
    lines.append(f"--{boundary}--\r\n".encode())
    return Reply(200, b"".join(lines), {"Content-Type": f"multipart/mixed; boundary={boundary}"})


def body_of(request: Request) -> object:
    """The JSON that a request brings; None without any."""
    if not request.body:
        return None
    try:
        found: object = json.loads(request.body)
    except ValueError:
        raise Refused(400, "parseError", "Parse Error") from None
    return found
