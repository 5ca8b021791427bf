"""Where the browser comes back to after the consent: a port on 127.0.0.1 (RFC 8252 section 7.3), or what is pasted."""

import hmac
import queue
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlsplit

from assistant.errors import InputError, ProviderError

_PATIENCE: Final = 600.0
_PAGE: Final = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Nextmove</title>"
    "<p style='font:1.2em sans-serif;margin:4em'>{}</p></html>"
)

Query = dict[str, str]


class Loopback:
    """Listens on 127.0.0.1 while it's open; takes one answer that carries the `state` of this sign-in."""

    def __init__(self, state: str) -> None:
        self._state = state
        self._answers: queue.Queue[Query | Exception] = queue.Queue()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    @property
    def address(self) -> str:
        """The redirect URI."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def wait(self, pasted: Callable[[], str] | None = None, patience: float = _PATIENCE) -> Query:
        """The answer, from the browser or pasted, whichever comes first. Raises `ProviderError` if none does."""
        if pasted is not None:
            threading.Thread(target=self._take_pasted, args=(pasted,), daemon=True).start()
        try:
            answer = self._answers.get(timeout=patience)
        except queue.Empty:
            raise ProviderError(
                f"Nobody came back from the consent page within {patience / 60:.0f} minutes.",
                "Run it again; with --no-browser if the browser is on another computer.",
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
                query = _query(self.path)
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


def _query(address: str) -> Query:
    try:
        return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    except ValueError:
        return {}
