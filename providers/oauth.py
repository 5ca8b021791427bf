"""What the sign-ins of several systems share (RFC 6749, RFC 8252): where the browser comes back to, and silence.

It comes back to a port on 127.0.0.1 (RFC 8252 section 7.3), or what it ended on is pasted.
"""

import hmac
import logging
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlsplit

from assistant.errors import InputError, ProviderError

_PATIENCE: Final = 600.0
_LONGEST_FORM: Final = 100_000
_PAGE: Final = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Nextmove</title>"
    "<p style='font:1.2em sans-serif;margin:4em'>{}</p></html>"
)

Query = dict[str, str]


class Loopback:
    """Listens on 127.0.0.1 while it's open; takes one answer that carries the `state` of this sign-in."""

    def __init__(self, state: str, form: str = "http://127.0.0.1:{}/") -> None:
        """`form` is the redirect URI as the system wants it registered, with a place for the port."""
        self._state = state
        self._form = form
        self._answers: queue.Queue[Query | Exception] = queue.Queue()
        self._server = _Server(("127.0.0.1", 0), self._handler())

    @property
    def address(self) -> str:
        """The redirect URI."""
        return self._form.format(self._server.server_address[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def wait(self, pasted: Callable[[], str] | None = None, patience: float = _PATIENCE, hint: str = "") -> Query:
        """The answer, from the browser or pasted, whichever comes first. Raises `ProviderError` if none does.

        `hint` is said then: what else may have kept them from coming back.
        """
        if pasted is not None:
            threading.Thread(target=self._take_pasted, args=(pasted,), daemon=True).start()
        try:
            answer = self._answers.get(timeout=patience)
        except queue.Empty:
            raise ProviderError(
                f"Nobody came back from the consent page within {patience / 60:.0f} minutes.",
                f"Run it again; with --no-browser if the browser is on another computer.{hint}",
            ) from None
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _take_pasted(self, pasted: Callable[[], str]) -> None:
        text = pasted().strip()
        query = _query(text if "?" in text else f"?{text}")
        if self._ours(query):
            self._answers.put(query)
        elif text:
            self._answers.put(
                InputError(
                    "What was pasted isn't the address that this consent ended on.",
                    "Run it again, and paste the whole address from the browser's address bar, from http:// on.",
                )
            )

    def _ours(self, query: Query) -> bool:
        known = hmac.compare_digest(query.get("state", "").encode(), self._state.encode())
        return known and ("code" in query or "error" in query)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        loopback = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 10

            def do_GET(self) -> None:
                self._take(_query(self.path))

            def do_POST(self) -> None:
                """OAuth 2.0 Form Post Response Mode: the code stays out of the browser's history."""
                length = self.headers.get("Content-Length", "")
                size = int(length) if length.isascii() and length.isdigit() else 0
                form = self.rfile.read(size) if size <= _LONGEST_FORM else b""
                self._take(_query(f"?{form.decode('ascii', 'replace')}"))

            def _take(self, query: Query) -> None:
                ours = loopback._ours(query)
                said = "Done: go back to the terminal. You may close this page." if ours else "There's nothing here."
                page = _PAGE.format(said).encode()
                self.send_response(200 if ours else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(page)))
                self.send_header("Referrer-Policy", "no-referrer")
                self.end_headers()
                self.wfile.write(page)
                if ours:
                    loopback._answers.put(query)

            def log_message(self, *_args: Any) -> None:
                """Say nothing: the address holds the code."""

        return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, _request: Any, _address: Any) -> None:
        """A browser hung up: that's no news for the terminal."""


@contextmanager
def quiet(*names: str) -> Iterator[None]:
    """The libraries write codes and tokens into their debug logs: not in here."""
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _query(address: str) -> Query:
    try:
        return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    except ValueError:
        return {}
