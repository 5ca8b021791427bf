"""The bytes of a draft: what goes in comes out, lines stay within the limits, and nothing can be smuggled in."""

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import Message

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.mail import Address
from assistant.domain.ports import Picture
from assistant.errors import ProviderError
from providers import mime
from providers.outgoing import to_bytes
from tests.contracts.outbox import cleared, dot, outgoing, paged

PRINTABLE = st.text(alphabet=st.characters(exclude_categories=["C", "Z"]) | st.just(" "), max_size=120)
LINES = st.lists(PRINTABLE, max_size=6).map("\n".join)


def fields_of(raw: bytes) -> list[str]:
    return [name.lower() for name in message_from_bytes(raw).keys()]  # noqa: SIM118 - a message has a name twice


@given(PRINTABLE, LINES)
def test_subject_and_body_are_read_back(subject: str, body: str) -> None:
    raw = to_bytes(replace(outgoing(), subject=cleared(subject), body=cleared(body)))
    message = mime.parse(raw, account="work", folder="Drafts", remote_id="1")
    assert message.subject == " ".join(subject.split())
    assert message.text.split() == body.split()


@given(PRINTABLE)
def test_any_name_is_read_back(name: str) -> None:
    raw = to_bytes(replace(outgoing(), to=(Address("ines@harbour.example", name),)))
    assert message_from_bytes(raw, policy=policy.default)["To"].addresses[0].addr_spec == "ines@harbour.example"


@given(st.text(max_size=60))
def test_whatever_the_subject_the_fields_are_the_same(subject: str) -> None:
    try:
        raw = to_bytes(replace(outgoing(), subject=cleared(subject)))
    except ProviderError:
        return
    assert fields_of(raw) == fields_of(to_bytes(outgoing()))


@given(LINES)
def test_no_line_is_longer_than_the_standard_allows(body: str) -> None:
    references = tuple(f"{n}.{'x' * 60}@harbour.example" for n in range(60))
    raw = to_bytes(replace(outgoing(), references=references, body=cleared(body * 9)))
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_of_many_references_the_first_and_the_last_stay() -> None:
    references = tuple(f"{n}@harbour.example" for n in range(300))
    raw = to_bytes(replace(outgoing(), references=references))
    kept = mime.parse(raw, account="work", folder="Drafts", remote_id="1").references
    assert (kept[0], kept[-1]) == (references[0], references[-1])


def test_a_long_message_id_is_neither_broken_nor_encoded() -> None:
    long = "x" * 200 + "@harbour.example"
    raw = to_bytes(replace(outgoing(), in_reply_to=long, references=(long,)))
    assert raw.count(f"<{long}>".encode()) == 2


def test_the_same_draft_has_the_same_bytes() -> None:
    assert to_bytes(outgoing()) == to_bytes(outgoing())


def test_a_domain_with_an_umlaut_travels_as_ascii() -> None:
    raw = to_bytes(replace(outgoing(), to=(Address("ines@häfen.example"),)))
    assert b"ines@xn--hfen-loa.example" in raw


def shape(message: Message, depth: int = 0) -> Iterator[tuple[int, str]]:
    yield depth, message.get_content_type()
    if message.is_multipart():
        for part in message.get_payload():
            assert isinstance(part, Message)
            yield from shape(part, depth + 1)


def test_a_page_is_the_last_alternative_and_its_pictures_are_related_to_it() -> None:
    message = message_from_bytes(to_bytes(paged()))
    assert list(shape(message)) == [
        (0, "multipart/alternative"),
        (1, "text/plain"),
        (1, "multipart/related"),
        (2, "text/html"),
        (2, "image/png"),
        (2, "image/png"),
    ]
    related = next(part for part in message.walk() if part.get_content_type() == "multipart/related")
    assert related.get_param("type") == "text/html"
    assert [part["Content-Disposition"] for part in message.walk() if part["Content-ID"]] == [
        'inline; filename="runway.png"',
        'inline; filename="trend.png"',
    ]


def test_a_page_without_pictures_is_an_alternative_alone() -> None:
    kinds = [kind for _, kind in shape(message_from_bytes(to_bytes(replace(paged(), pictures=()))))]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]


def test_the_same_page_has_the_same_bytes_and_every_boundary_is_another() -> None:
    assert to_bytes(paged()) == to_bytes(paged())
    parts = [part for part in message_from_bytes(to_bytes(paged())).walk() if part.is_multipart()]
    assert len({part.get_boundary() for part in parts}) == len(parts) == 2
    other = message_from_bytes(to_bytes(paged("week.2026-W11")))
    assert other.get_boundary() != parts[0].get_boundary()


def test_only_the_whole_has_a_version_of_mime() -> None:
    parts = list(message_from_bytes(to_bytes(paged())).walk())
    assert [part["MIME-Version"] for part in parts if part["MIME-Version"]] == ["1.0"]


def test_a_page_is_read_as_the_text_beside_it() -> None:
    message = mime.parse(to_bytes(paged()), account="work", folder="Drafts", remote_id="1")
    assert message.text == paged().body.strip()


@given(st.text(max_size=400))
def test_any_page_is_read_back_or_refused(words: str) -> None:
    try:
        raw = to_bytes(replace(paged(), page=cleared(f"<p>{words}</p>")))
    except ProviderError:
        return
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    message = message_from_bytes(raw, policy=policy.default)
    html = message.get_body(("html",))
    assert html is not None
    told = str(html.get_content()).replace("\r\n", "\n").rstrip("\n")
    assert told == f"<p>{words}</p>".replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize(
    "pictures",
    [
        (Picture("runway", dot(1)), Picture("runway", dot(2))),
        (Picture("runway", b"<svg onload=alert(1)>"),),
        (Picture("x" * 200, dot(1)),),
    ],
)
def test_what_is_no_picture_of_ours_does_not_travel(pictures: tuple[Picture, ...]) -> None:
    with pytest.raises(ProviderError):
        to_bytes(replace(paged(), pictures=pictures))
