"""Many answers at once: pages that lead on, and batches in which each call has an outcome of its own."""

from typing import Any

import httpx
import pytest

from assistant.errors import ProviderError
from providers.microsoft.graph import Call, Refused, graph_path
from tests.edges.microsoft_answers import SETTINGS, Said, answering, error

FINE: Said = (200, {"id": "m1", "subject": "Pilot"})
BUSY = error(429, "ApplicationThrottled")
BROKEN = error(503, "ServiceUnavailable")
NO_MAIL = error(404, "ErrorItemNotFound")
GRAPH = "https://graph.microsoft.com/v1.0"


def calls(*names: str) -> list[Call]:
    return [Call(name, graph_path("/messages/{}", name), {"$select": "id"}) for name in names]


def test_pages_are_followed_to_the_link_for_the_next_time() -> None:
    first = (200, {"value": [1], "@odata.nextLink": f"{GRAPH}/me/messages/delta?$skiptoken=a%2Bb%3D"})
    empty = (200, {"value": [], "@odata.nextLink": f"{GRAPH}/me/messages/delta?$skiptoken=c"})
    last = (200, {"value": [2], "@odata.deltaLink": f"{GRAPH}/me/messages/delta?$deltatoken=d"})
    graph, answers, _ = answering([first, empty, last])
    pages = list(graph.pages("/messages/delta", {"$select": "id"}, prefer=("odata.maxpagesize=2",)))
    assert [page["value"] for page in pages] == [[1], [], [2]]
    assert pages[-1]["@odata.deltaLink"].endswith("$deltatoken=d")
    assert [url for _, url in answers.calls] == [
        "/me/messages/delta?$select=id",
        "/me/messages/delta?$skiptoken=a%2Bb%3D",
        "/me/messages/delta?$skiptoken=c",
    ]
    assert {each.headers["prefer"] for each in answers.asked} == {'IdType="ImmutableId", odata.maxpagesize=2'}


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example/v1.0/me/messages",
        "http://graph.microsoft.com/v1.0/me/messages",
        "/me/messages",
        "https://graph.microsoft.com@elsewhere.example/v1.0/me",
        "https://graph.microsoft.com:444/v1.0/me",
        "x",
        7,
        "https://rep:secret@graph.microsoft.com/v1.0/me",
        "https://[graph.microsoft.com/v1.0",
        f"{GRAPH}/me/messages",
    ],
)
def test_a_link_to_another_host_or_in_a_circle_is_not_followed(link: Any) -> None:
    """The token goes with every call."""
    first = (200, {"value": [], "@odata.nextLink": f"{GRAPH}/me/messages"})
    graph, answers, _ = answering([first, (200, {"value": [], "@odata.nextLink": link})])
    with pytest.raises(ProviderError, match="leads where it can't"):
        list(graph.pages("/messages", {"$top": 1}))
    assert len(answers.asked) == 2


def test_a_link_that_is_no_address_ends_in_words() -> None:
    graph, _, _ = answering([(200, {"value": [], "@odata.nextLink": f"{GRAPH}/me/messages?\x00"})])
    with pytest.raises(ProviderError, match="leads to an address that is none"):
        list(graph.pages("/messages"))


def test_behind_a_gateway_graph_s_own_links_lead_through_it() -> None:
    first = (200, {"value": [], "@odata.nextLink": f"{GRAPH}/me/messages?$skiptoken=a%2B"})
    graph, answers, _ = answering([first, FINE], {**SETTINGS, "root_url": "https://gateway.example/ms"})
    list(graph.pages("/messages"))
    assert [str(each.url) for each in answers.asked] == [
        "https://gateway.example/ms/v1.0/me/messages",
        "https://gateway.example/ms/v1.0/me/messages?$skiptoken=a%2B",
    ]


def test_a_batch_asks_twenty_at_once_and_gives_each_answer_to_its_question() -> None:
    names = [f"m{number}" for number in range(45)]
    graph, answers, _ = answering([(200, {"id": name}) for name in names])
    found = dict(graph.batch(iter(calls(*names))))
    assert found == {name: {"id": name} for name in names}
    assert [len(each) for each in answers.batches] == [20, 20, 5]
    inner = answers.batches[0][0]
    assert inner["url"] == "/me/messages/m0?$select=id"
    assert inner["headers"] == {"Prefer": 'IdType="ImmutableId"'}


def test_what_is_refused_in_a_batch_is_a_value() -> None:
    graph, _, _ = answering([FINE, NO_MAIL, FINE])
    found = dict(graph.batch(calls("m1", "gone", "m3")))
    gone = found["gone"]
    assert isinstance(gone, Refused)
    assert (gone.status, gone.code) == (404, "ErrorItemNotFound")
    assert found["m1"] == found["m3"] == FINE[1]  # type: ignore[index]


def test_what_was_too_busy_for_is_asked_again_by_itself_and_later() -> None:
    busy = (*BUSY, {"Retry-After": "7"})
    graph, answers, clock = answering([FINE, busy, FINE, BROKEN, FINE])
    found = dict(graph.batch(calls("a", "b", "c", "d")))
    assert all(each == FINE[1] for each in found.values())  # type: ignore[index]
    assert [len(each) for each in answers.batches] == [4, 2]
    assert [each["url"] for each in answers.batches[1]] == ["/me/messages/b?$select=id", "/me/messages/d?$select=id"]
    assert sum(clock.slept) == pytest.approx(7)


def test_while_microsoft_objects_fewer_are_asked_at_once() -> None:
    names = [f"m{number}" for number in range(60)]
    graph, answers, _ = answering([BUSY] * 20 + [FINE])
    assert len(dict(graph.batch(calls(*names)))) == 60
    assert [len(each) for each in answers.batches] == [20, 10, 15, 20, 15]


def test_one_that_stays_broken_comes_out_as_refused_and_the_others_are_had() -> None:
    graph, answers, _ = answering([FINE, *[BROKEN] * 6, FINE])
    found = dict(graph.batch(calls("a", "b")))
    broken = found["b"]
    assert isinstance(broken, Refused)
    assert broken.status == 503
    assert [len(each) for each in answers.batches] == [2, 1, 1, 1, 1, 1]


def test_a_lasting_throttle_ends_a_batch_in_words() -> None:
    graph, _, _ = answering([BUSY])
    with pytest.raises(ProviderError, match="its limit is reached"):
        list(graph.batch(calls("a")))


def test_a_batch_that_gets_no_answer_is_asked_again_whole() -> None:
    graph, answers, _ = answering([httpx.ReadTimeout("late"), FINE])
    assert dict(graph.batch(calls("a", "b"))) == {"a": FINE[1], "b": FINE[1]}  # type: ignore[index]
    assert len(answers.batches) == 1


def test_mail_in_a_batch_is_bytes() -> None:
    graph, _, _ = answering([(200, "U3ViamVjdDogaGkNCg0KaGkNCg==")])
    assert dict(graph.batch([Call("m", "/messages/m/$value")])) == {"m": {"content": b"Subject: hi\r\n\r\nhi\r\n"}}


def test_raw_mail_comes_back_byte_for_byte() -> None:
    mail = b"Subject: hi\r\n\r\n\xff\x00{"
    graph, answers, _ = answering([BROKEN, (200, mail)])
    assert graph.raw("/messages/m1/$value") == mail
    assert answers.calls[-1] == ("GET", "/me/messages/m1/$value")
