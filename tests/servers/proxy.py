"""An HTTP server on loopback in a thread of the test process, in front of a peer that's asked as a Python object."""

import json
import socket
import struct
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol
from urllib.parse import parse_qs, urlsplit


class Cut(Exception):  # noqa: N818 - it's what happens to the connection, not an error of ours
    """The connection is to be cut without an answer."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks; the names of headers are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    inner: bool = False

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.target).query, keep_blank_values=True)


@dataclass(frozen=True, slots=True)
class Reply:
    """What it's answered: JSON where `body` isn't bytes, nothing where it's None."""

    status: int
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def sent(self) -> bytes:
        if self.body is None:
            return b""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()

    @property
    def all_headers(self) -> dict[str, str]:
        kind = {"Content-Type": "application/json; charset=UTF-8"}
        return {**({} if self.body is None or isinstance(self.body, bytes) else kind), **self.headers}


class Peer(Protocol):
    """What answers; called from several threads at a time."""

    def answer(self, request: Request) -> Reply: ...

    @property
    def skew(self) -> float:
        """By how many seconds its clock goes ahead of ours."""
        ...


class Server:
    """Serves a peer on 127.0.0.1 until it's stopped."""

    def __init__(self, peer: Peer) -> None:
        handler = type("Handler", (_Handler,), {"peer": peer})
        self._server = _Threads(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


class _Threads(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer in one packet
    disable_nagle_algorithm = True
    peer: Peer

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the peer keeps a log of its own."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        return formatdate((timestamp or time.time()) + self.peer.skew, usegmt=True)

    def _run(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length") or 0))
        try:
            reply = self.peer.answer(Request(self.command, self.path, headers, body))
        except Cut:
            self._cut()
            return
        self.send_response(reply.status)
        for name, value in reply.all_headers.items():
            self.send_header(name, value)
        if reply.status != 204:
            self.send_header("Content-Length", str(len(reply.sent)))
        self.end_headers()
        self.wfile.write(reply.sent)

    def _cut(self) -> None:
        """RST instead of FIN: the client sees `ConnectionResetError`."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _run  # noqa: N815 - http.server calls them so
