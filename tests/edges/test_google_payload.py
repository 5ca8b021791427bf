"""A message rebuilt from Google's parts says what the message as it was sent says, or it's in doubt."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.domain.mail import Message
from providers import mime
from providers.google.payload import DoubtError, decoded, rebuilt
from tests.data.test_mail import BERLIN, FILES, read
from tests.servers.google.mailroom import headers_of
from tests.servers.google.payloads import payload_of

IN_DOUBT = {
    "address_idn_in_both_spellings",
    "bounce_delivery_status",
    "bounce_with_headers_only",
    "calendar_request",
    "date_missing",
    "date_of_a_clock_never_set",
    "date_that_is_none",
    "encrypted_pgp",
    "forwarded_as_an_attachment",
    "header_line_broken_in_the_middle",
    "header_raw_8bit",
    "message_id_missing",
    "multipart_without_a_boundary",
    "sender_missing",
}
GIVEN_BROKEN = {"base64_cut_off"}
"""Google decodes it; our peer's library doesn't."""


def from_parts(path: Path) -> Message:
    raw = path.read_bytes()
    headers = [{"name": name, "value": str(value)} for name, value in headers_of(raw).items()]
    made = rebuilt(payload_of(raw, headers))
    parsed = mime.parse(made.raw, account="work", folder="INBOX", remote_id=path.name, zone=BERLIN)
    return made.sized(parsed, len(raw))


def plain(message: Message) -> Message:
    """Without what Google changes on the way: line ends in sizes, and the charset's name of a text alone."""
    attachments = tuple(replace(each, size=round(each.size, -1)) for each in message.attachments)
    headers = tuple(each for each in message.headers if each[0] != "content-type")
    return replace(message, attachments=attachments, headers=headers)


@pytest.mark.parametrize("path", [each for each in FILES if each.stem not in GIVEN_BROKEN], ids=lambda path: path.stem)
def test_it_says_the_same_or_is_in_doubt(path: Path) -> None:
    if path.stem in IN_DOUBT:
        with pytest.raises(DoubtError):
            from_parts(path)
    else:
        assert plain(from_parts(path)) == plain(read(path))


def test_a_value_cannot_bring_a_field_of_its_own() -> None:
    headers = [{"name": "Subject", "value": "Counts\r\nBcc: all@harbour.example"}]
    raw = rebuilt({"mimeType": "text/plain", "headers": headers, "body": {"size": 0}}).raw
    assert raw.count(b"\r\n") == 2


def test_broken_base64_is_doubt() -> None:
    with pytest.raises(DoubtError):
        decoded("A")


def test_a_text_that_is_not_there_is_doubt() -> None:
    with pytest.raises(DoubtError):
        rebuilt({"mimeType": "text/plain", "headers": [], "body": {"size": 9, "attachmentId": "x"}})


@pytest.mark.parametrize(
    "kind",
    [
        f"multipart/mixed; boundary*{'9' * 5000}*=x",
        "multipart/mixed; boundary*=a%00b''x",
        "multipart/mixed; boundary*=\"us-ascii\0''x\"",
    ],
)
def test_a_field_that_was_made_to_confuse_the_parser_is_doubt(kind: str) -> None:
    part = {"mimeType": "text/plain", "headers": [], "body": {"size": 1, "data": "YQ=="}}
    headers = [{"name": "Content-Type", "value": kind}]
    with pytest.raises(DoubtError):
        rebuilt({"mimeType": "multipart/mixed", "headers": headers, "parts": [part]})


def test_parts_in_parts_without_end_are_doubt() -> None:
    part: dict[str, object] = {"mimeType": "text/plain", "headers": [], "body": {"size": 1, "data": "YQ=="}}
    for number in range(900):
        headers = [{"name": "Content-Type", "value": f"multipart/mixed; boundary=b{number}"}]
        part = {"mimeType": "multipart/mixed", "headers": headers, "parts": [part]}
    with pytest.raises(DoubtError):
        rebuilt(part)


@pytest.mark.parametrize("payload", [{"headers": [{"name": "Subject"}]}, {"headers": 7}, {"mimeType": None}])
def test_a_payload_of_another_shape_is_doubt(payload: dict[str, object]) -> None:
    with pytest.raises(DoubtError):
        rebuilt(payload)
