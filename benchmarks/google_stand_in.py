"""A mailbox of Gmail that costs no memory, for measuring what ours costs: it answers lists and reads from one file.

It stands in for the connection, so no server is beside it. Nothing in it is unread, starred, drafted or thrown away.
"""

import base64
import itertools
import json
from array import array
from collections.abc import Iterator
from email import message_from_bytes, message_from_string
from email.message import Message
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from benchmarks.generator import messages

_BOUNDARY: Final = "batch_of_the_stand_in"
_WHEN: Final = "1790000000000"


class StandIn:
    """`count` made-up messages; what of them is kept here are 13 bytes each."""

    def __init__(self, path: Path, count: int) -> None:
        self._ends = array("Q", [0])
        self._threads = array("I")
        self._ours = bytearray()
        thread = 0
        with path.open("wb") as file:
            for raw, ours in messages(count, seed=1):
                thread += b"\r\nIn-Reply-To:" not in raw
                file.write(raw)
                self._ends.append(self._ends[-1] + len(raw))
                self._threads.append(thread)
                self._ours.append(ours)
        self._file = path.open("rb")
        self.calls = 0

    def close(self) -> None:
        self._file.close()

    def request(self, uri: str, method: str = "GET", body: Any = None, headers: Any = None, **_: Any) -> Any:
        from httplib2 import Response

        kind = "application/json"
        if urlsplit(uri).path.startswith("/batch"):
            kind = f'multipart/mixed; boundary="{_BOUNDARY}"'
            content = self._batch(headers["content-type"], body)
        else:
            assert method == "GET", uri
            content = self._answer(uri)
        return Response({"status": "200", "content-type": kind}), content.encode()

    def _batch(self, kind: str, body: str) -> str:
        parts = []
        for part in message_from_string(f"content-type: {kind}\n\n{body}").get_payload():
            assert isinstance(part, Message)
            uri = str(part.get_payload()).split(" ", 2)[1]
            name = "".join(str(part["Content-ID"]).splitlines()).replace("<", "<response-", 1)
            parts.append(
                f"--{_BOUNDARY}\r\nContent-Type: application/http\r\nContent-ID: {name}\r\n\r\n"
                f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{self._answer(uri)}\r\n"
            )
        return "".join(parts) + f"--{_BOUNDARY}--\r\n"

    def _answer(self, uri: str) -> str:
        self.calls += 1
        path, asked = urlsplit(uri).path.split("/users/me/")[1], parse_qs(urlsplit(uri).query)
        what, _, name = path.partition("/")
        if what == "messages" and not name:
            return json.dumps(self._list(asked))
        if what == "messages":
            return json.dumps(self._message(int(name, 16), asked["format"][0]))
        if what == "threads":
            return json.dumps({"messages": [self._message(each, "full") for each in self._of(int(name, 16))]})
        return json.dumps({"historyId": "1"})

    def _list(self, asked: dict[str, list[str]]) -> dict[str, Any]:
        label = asked.get("labelIds", [""])[0]
        if label not in ("", "SENT") or "larger:" in asked.get("q", [""])[0]:
            return {}
        size, start = int(asked["maxResults"][0]), int(asked.get("pageToken", [str(len(self._ours))])[0])
        there = (each for each in range(start - 1, -1, -1) if not label or self._ours[each])
        page = list(itertools.islice(there, size))
        found = [{"id": f"{each:016x}", "threadId": f"{self._threads[each]:016x}"} for each in page]
        more = {"nextPageToken": str(page[-1])} if len(page) == size else {}
        return {"messages": found, **more}

    def _of(self, thread: int) -> Iterator[int]:
        """Its messages: they lie beside each other."""
        from bisect import bisect_left

        start = bisect_left(self._threads, thread)
        return itertools.takewhile(
            lambda each: each < len(self._threads) and self._threads[each] == thread, itertools.count(start)
        )

    def _message(self, number: int, shape: str) -> dict[str, Any]:
        begin, end = self._ends[number], self._ends[number + 1]
        self._file.seek(begin)
        raw = self._file.read(end - begin)
        said: dict[str, Any] = {
            "id": f"{number:016x}",
            "threadId": f"{self._threads[number]:016x}",
            "labelIds": ["SENT" if self._ours[number] else "INBOX"],
            "internalDate": _WHEN,
            "sizeEstimate": len(raw),
        }
        if shape == "raw":
            return {**said, "raw": base64.urlsafe_b64encode(raw).decode()}
        return {**said, "payload": _part(message_from_bytes(raw), "")}


def _part(message: Any, number: str) -> dict[str, Any]:
    """A part as Gmail takes it to pieces (Gmail API, MessagePart)."""
    said: dict[str, Any] = {
        "partId": number,
        "mimeType": message.get_content_type(),
        "filename": message.get_filename() or "",
        "headers": [{"name": name, "value": " ".join(str(value).split())} for name, value in message.items()],
        "body": {"size": 0},
    }
    if message.is_multipart():
        prefix = f"{number}." if number else ""
        said["parts"] = [_part(each, f"{prefix}{at}") for at, each in enumerate(message.get_payload())]
        return said
    content = message.get_payload(decode=True)
    if said["filename"]:
        said["body"] = {"size": len(content), "attachmentId": "a" * 60}
    else:
        said["body"] = {"size": len(content), "data": base64.urlsafe_b64encode(content).decode()}
    return said
