"""Parsing mail: any bytes are a message or a reason, and the work is bounded."""

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.mail import Message
from providers import mime
from providers.html import text_of
from tests.contracts.letters import letter


def parse(raw: bytes) -> Message:
    return mime.parse(raw, account="work", folder="INBOX", remote_id="1")


@given(st.binary(max_size=300))
def test_any_body_is_read(body: bytes) -> None:
    raw = (
        b"From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n" + body + b"\n--x--"
    )
    assert parse(raw).sender is not None


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029"), max_size=200)
)
def test_what_the_standard_library_writes_is_read_back(text: str) -> None:
    message = EmailMessage()
    message["From"] = "a@b.example"
    message.set_content(text)
    assert parse(message.as_bytes()).text.strip() == text.strip()


@pytest.mark.parametrize("raw", [b"", b"\n\n\n", b"nothing of a mail", b"{}", b"X-Only: this\n\ntext"])
def test_what_is_no_mail_is_refused_with_a_reason(raw: bytes) -> None:
    with pytest.raises(mime.UnreadableError, match=r"it is empty|it has no mail header"):
        parse(raw)


def test_parts_nested_without_end_are_read_as_they_came() -> None:
    nested = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (depth, depth) for depth in range(3000)
    )
    message = parse(b"From: a@b.example\nMIME-Version: 1.0\n" + nested)
    assert any("could not be taken apart" in problem for problem in message.problems)


@pytest.mark.parametrize(
    "flood",
    [
        b"Content-Type: message/delivery-status\n\n" + b"\n" * 20_000,
        b"Content-Type: multipart/digest; boundary=x\n\n" + b"--x\n\n\n" * 20_000,
        b"Content-Type: message/rfc822\n\n" + b"X-Field: again\n" * 20_000,
    ],
    ids=["blank lines of a report", "a digest of nothing", "fields"],
)
def test_parts_and_fields_without_end_are_read_as_they_came(flood: bytes) -> None:
    message = parse(b"From: a@b.example\nMIME-Version: 1.0\n" + flood)
    assert any("could not be taken apart" in problem for problem in message.problems)


def test_a_very_long_text_is_cut_and_says_so() -> None:
    message = parse(letter(1, body="word " * 100_000))
    assert len(message.text) == 200_000
    assert message.problems == ("It is very long: its end was not read.",)


def test_the_same_mail_without_an_id_gets_the_same_one_in_another_folder() -> None:
    raw = b"From: a@b.example\nSubject: Counts\n\ntext\n"
    assert parse(b"X-Folder: one\n" + raw).message_id == parse(b"X-Folder: two\n" + raw).message_id


@given(st.text())
def test_no_markup_makes_the_text_fail(markup: str) -> None:
    assert "\ue000" not in text_of(f"<p>{markup}<blockquote>{markup}")


def test_no_markup_of_a_hidden_part_is_text() -> None:
    assert text_of("<style>p{}</style><script>alert(1)</script><p>Hello</p><!-- note -->") == "Hello"


@pytest.mark.parametrize(
    "hides",
    ['style="display:none"', "style='color: red; DISPLAY : none !important'", "hidden", 'style="visibility: hidden"'],
)
def test_what_an_element_hides_is_no_text(hides: str) -> None:
    page = (
        f"<div><p>Thanks!</p><div {hides}>We have decided <b style='display:none'>not</b> to go ahead.</div></div>Ines"
    )
    assert text_of(page) == "Thanks!\n\nInes"


def test_a_word_about_hiding_hides_nothing() -> None:
    assert text_of('<p style="margin:0">Is anything hidden?</p><p>display: none</p>').startswith("Is anything hidden?")
