"""The bytes of a draft: what goes in comes out, lines stay within the limits, and nothing can be smuggled in."""

from dataclasses import replace
from email import message_from_bytes, policy

from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.mail import Address
from assistant.errors import ProviderError
from providers import mime
from providers.outgoing import to_bytes
from tests.contracts.outbox import cleared, outgoing

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
