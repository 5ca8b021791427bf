"""Messages by their ids: few enough at once to be held in memory, and none that stops the others."""

from typing import Any

import pytest

from assistant.domain.mail import Message, Problem
from providers import mime
from providers.google.fetching import Fetcher
from providers.google.labels import Labels
from providers.owing import Fetched
from tests.contracts.caller import MailCaller
from tests.contracts.letters import letter
from tests.edges.google_answers import Answers, Said, answering
from tests.edges.google_mail import BERLIN, Gmail
from tests.servers.google import GooglePeer

HOSTILE = f"multipart/mixed; boundary*{'9' * 4500}*=x"
LETTER = "RnJvbTogYUBiLmV4YW1wbGUKTWVzc2FnZS1JRDogPG5AYi5leGFtcGxlPgoKSGk="
RAW = {"labelIds": ["INBOX"], "internalDate": "1", "raw": LETTER}
PARTS: dict[str, Any] = {
    "labelIds": ["INBOX"],
    "internalDate": "1",
    "sizeEstimate": 9,
    "payload": {
        "mimeType": "text/plain",
        "headers": [
            {"name": "From", "value": "a@b.example"},
            {"name": "Date", "value": "Mon, 2 Mar 2026 10:00:00 +0000"},
            {"name": "Message-ID", "value": "<n@b.example>"},
        ],
        "body": {"size": 2, "data": "SGk="},
    },
}


@pytest.fixture
def system(google: GooglePeer, monkeypatch: pytest.MonkeyPatch) -> Gmail:
    return Gmail(google, monkeypatch)


def fetched(
    said: list[Said], wanted: dict[str, list[str]], large: set[str] | None
) -> tuple[list[tuple[str, Fetched]], list[int]]:
    """What comes, and how much was asked for at once."""
    google, answers, _ = answering(said)
    return list(Fetcher("work", google, BERLIN, Labels(), 0).fetch(wanted, large)), answers.batches


def in_threads(count: int, length: int) -> dict[str, list[str]]:
    return {f"t{n}": [f"m{n}x{inner}" for inner in range(length)] for n in range(count)}


def test_small_messages_come_in_batches_of_fifty() -> None:
    found, batches = fetched([(200, RAW)], in_threads(100, 1), set())
    assert (len(found), batches) == (100, [50, 50])


def test_of_long_messages_and_of_those_of_unknown_length_there_are_ten_at_once() -> None:
    names = {f"m{n}x0" for n in range(30)}
    assert fetched([(200, {"id": "m0x0", **PARTS})], in_threads(30, 1), names)[1][0] == 10
    assert fetched([(200, RAW)], in_threads(30, 1), None)[1] == [10, 10, 10]


def test_of_conversations_there_are_ten_at_once_and_of_endless_ones_fewer() -> None:
    assert fetched([(404, {})], in_threads(25, 3), set())[1] == [10, 10, 5]
    assert fetched([(404, {})], in_threads(4, 25), set())[1] == [2, 2]


def test_long_messages_in_doubt_are_asked_for_one_by_one() -> None:
    doubtful = PARTS | {"sizeEstimate": 20_000_000, "payload": {"mimeType": "message/rfc822"}}
    ids = ["a", "b", "c"]
    answer = {"messages": [{"id": each, **doubtful} for each in ids]}
    found, batches = fetched([(200, answer), (200, RAW)], {"t": ids}, set())
    assert (sorted(each for each, _ in found), batches) == (ids, [1, 1, 1, 1])


def test_messages_of_a_megabyte_come_without_their_attachments(system: Gmail) -> None:
    part = "--b\nContent-Type: {}\nContent-Transfer-Encoding: {}\n{}\n{}\n"
    scan = part.format("image/png", "base64", 'Content-Disposition: attachment; filename="s.png"\n', "QUJD" * 250_000)
    head = letter(1, extra='MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n').decode()
    text = head.partition("\n\n")[0] + "\n\n" + part.format("text/plain", "7bit", "", "The scan.")
    each = system.deliver(f"{text}{scan}--b--\n".encode())
    caller = MailCaller()
    caller.pull(system.open())
    assert system.fetched() == [f"{each} full"]
    assert [found.text for found in caller.held.values()] == ["The scan."]


def test_a_field_that_confuses_the_parser_stops_no_pull() -> None:
    bad = PARTS | {
        "payload": {
            "mimeType": "multipart/mixed",
            "headers": [{"name": "Content-Type", "value": HOSTILE}],
            "parts": [PARTS["payload"]],
        }
    }
    answer = {"messages": [{"id": "a", **PARTS}, {"id": "b", **bad}, {"id": "c", **PARTS}]}
    found, batches = fetched([(200, answer), (200, RAW)], {"t": ["a", "b", "c"]}, set())
    assert [each for each, _ in found] == ["a", "c", "b"]
    assert all(isinstance(each, Message) for _, each in found)
    assert batches == [1, 1]


class Nested:
    """A connection on which each "@" in an answer is parts in parts without end."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers

    def request(self, *asked: Any, **more: Any) -> tuple[Any, bytes]:
        response, content = self.answers.request(*asked, **more)
        return response, content.replace(b'"@"', b'{"parts": [' * 100_000 + b"]}" * 100_000)

    def close(self) -> None:
        pass


def test_an_answer_with_parts_in_parts_without_end_is_asked_for_raw() -> None:
    google, answers, clock = answering([(200, {"messages": [{"id": "a", "snippet": "@"}]}), (200, RAW)])
    google._make_http = lambda: Nested(answers)
    found = dict(Fetcher("work", google, BERLIN, Labels(), 0).fetch({"t": ["a", "b", "c"], "u": ["d"]}, set()))
    assert sorted(each for each, read in found.items() if isinstance(read, Message)) == ["a", "b", "c", "d"]
    assert clock.slept == []


def test_whatever_the_parser_does_a_message_is_a_problem_and_the_others_come(
    system: Gmail, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        system.deliver(letter(number))
    parse = mime.parse

    def broken(raw: bytes, **options: Any) -> Message:
        if b"<n1@" in raw:
            raise RecursionError
        return parse(raw, **options)

    monkeypatch.setattr(mime, "parse", broken)
    caller = MailCaller()
    caller.pull(system.open())
    assert (len(caller.held), len(caller.problems)) == (2, 1)
    assert isinstance(caller.problems[0], Problem)
    assert caller.pull(system.open()) == []
