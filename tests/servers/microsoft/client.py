"""Graph as the tests of the peer ask it, with what every request has to have."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.servers.microsoft import MicrosoftPeer

IMMUTABLE = 'IdType="ImmutableId"'


def letter(number: int, body: str = "Hello.", **headers: str) -> bytes:
    lines = {
        "From": "Ines Okafor <ines@harbour.example>",
        "To": "rep@tallwood.example",
        "Subject": f"Counts {number}",
        "Message-ID": f"<n{number}@harbour.example>",
        "Date": f"Mon, 02 Mar 2026 09:{number % 60:02}:00 +0100",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return "".join(f"{name}: {value}\r\n" for name, value in lines.items()).encode() + f"\r\n{body}\r\n".encode()


@contextmanager
def asking(peer: "MicrosoftPeer", token: str = "", base: str = "/me") -> Iterator[Any]:
    """An httpx client of this mailbox."""
    import httpx

    headers = {"Authorization": f"Bearer {token or peer.token()}", "Prefer": IMMUTABLE}
    headers["client-request-id"] = str(uuid.uuid4())
    with httpx.Client(base_url=f"{peer.url}/v1.0{base}", headers=headers) as client:
        yield client


def preferring(*more: str) -> dict[str, str]:
    return {"Prefer": ", ".join([IMMUTABLE, *more])}
