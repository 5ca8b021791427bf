"""One thread's connection to Google: a change goes out once, on a fresh connection.

httplib2 isn't thread-safe, and sends a POST again whose connection was closed before an answer came.
"""

import http.client
from typing import Any, Final

from assistant.errors import ProviderError

SECONDS: Final = 60


def authorized(credentials: Any) -> Any:
    """An http object that signs each request and renews the access token on a 401, which means: nothing was done."""
    import google_auth_httplib2

    return google_auth_httplib2.AuthorizedHttp(credentials, http=plain())


def plain() -> Any:
    """The same without credentials."""
    import httplib2

    class OnceOverTls(httplib2.HTTPSConnectionWithTimeout):  # type: ignore[misc]
        def getresponse(self) -> http.client.HTTPResponse:
            return _answer(super())

    class Once(httplib2.HTTPConnectionWithTimeout):  # type: ignore[misc]
        def getresponse(self) -> http.client.HTTPResponse:
            return _answer(super())

    class Http(httplib2.Http):  # type: ignore[misc]
        def request(self, uri: str, method: str = "GET", *args: Any, **kwargs: Any) -> Any:
            if method == "GET":
                return super().request(uri, method, *args, **kwargs)
            self.close()
            kwargs["connection_type"] = OnceOverTls if uri.startswith("https:") else Once
            try:
                return super().request(uri, method, *args, **kwargs)
            finally:
                self.close()

    made = Http(timeout=SECONDS)
    made.redirect_codes = made.redirect_codes - {308}  # "resume incomplete" in Google's words, not a redirect
    return made


class NoHttp:
    """Stands in for the connection of a request, so that none is carried out past the quota and the rules."""

    def request(self, *_args: Any, **_kwargs: Any) -> Any:
        raise RuntimeError("a request to Google is carried out by Google.run or Google.batch")

    def close(self) -> None:
        pass


def service(name: str, version: str, root_url: str | None) -> Any:
    """The API as its packaged discovery document describes it; `root_url` moves its calls and its batches."""
    import json
    import logging

    from googleapiclient.discovery import build_from_document
    from googleapiclient.discovery_cache import get_static_doc

    logging.getLogger("googleapiclient").setLevel(logging.ERROR)  # it logs addresses of calls, and answers: ids, people
    content = get_static_doc(name, version)
    if content is None:
        raise ProviderError(
            f"google-api-python-client doesn't describe {name} {version}.",
            "Install it anew: pip install --force-reinstall",
        )
    document = json.loads(content)
    if root_url:
        document["rootUrl"] = root_url.rstrip("/") + "/"
    return build_from_document(document, http=NoHttp())


def _answer(connection: Any) -> http.client.HTTPResponse:
    """A connection closed without an answer becomes a reset like any other: after that httplib2 sends nothing again."""
    try:
        response: http.client.HTTPResponse = connection.getresponse()
    except http.client.BadStatusLine as error:
        raise ConnectionResetError("the connection was closed without an answer") from error
    return response
