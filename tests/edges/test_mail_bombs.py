"""A mail of some hundred kilobytes that was made to be slow to read costs a moment, not the morning."""

from time import process_time

import pytest

from providers import mime

N = 200_000
A_MOMENT = 5.0
"""Seconds of the processor; each of these took minutes when its time grew as the square of its length."""

PAGE = "From: a@b.example\nDate: Tue, 3 Mar 2026 10:15:00 +0100\nContent-Type: text/html\n\n"
PARTS = "From: a@b.example\nDate: Tue, 3 Mar 2026 10:15:00 +0100\nMIME-Version: 1.0\nContent-Type: multipart/mixed"
BOMBS = {
    "spaces_in_the_date": f"Date: Tue, 3 Mar 2026 10:15:00 +0100{' ' * N}x\nFrom: a@b.example\n\nHello",
    "spaces_in_a_folded_field": f"Subject: a{' ' * N}b\n c\nFrom: a@b.example\n\nHello",
    "lines_that_are_no_fields": "From: a@b.example\n" + "!x y\n" * (N // 5) + "To: c@d.example\n\nHello",
    "parameters_without_end": f"{PARTS}{';a=b' * N}\n\n--x\nHello",
    "continued_parameters_without_end": f"{PARTS}; {'a*0=b;' * N}\n\n--x\nHello",
    "pre_that_nobody_closes": PAGE + "<pre>" * (N // 5) + "Hello",
    "attributes_without_end": PAGE + "<p " + " ".join(f"a{n}" for n in range(N)) + ">Hello",
    "attributes_behind_quotes": PAGE + """<p =" y=">" """ + " ".join(f"a{n}" for n in range(N)) + ">Hello",
}


@pytest.mark.parametrize("name", BOMBS)
def test_it_costs_a_moment(name: str) -> None:
    raw = BOMBS[name].encode()
    before = process_time()
    message = mime.parse(raw, account="work", folder="INBOX", remote_id="1")
    assert process_time() - before < A_MOMENT
    assert message.text


def test_of_a_subject_without_end_the_beginning_is_kept() -> None:
    raw = b"From: a@b.example\nSubject: " + b"a" * 900_000 + b"\n\nHello"
    message = mime.parse(raw, account="work", folder="INBOX", remote_id="1")
    assert 100_000 < len(message.subject) <= 200_000
    assert message.text == "Hello"


def test_a_field_that_is_folded_around_an_empty_line_is_one_line() -> None:
    raw = b"From: a@b.example\nSubject: The plan \n\t for\n  \n the test\n\nHello"
    assert mime.parse(raw, account="work", folder="INBOX", remote_id="1").subject == "The plan for the test"


def test_a_picture_inside_a_page_is_no_bomb() -> None:
    html = f'<img src="data:image/png;base64,{"iVBOR/w0KGgo=" * (N // 2)}"><blockquote>Ours</blockquote><p>Theirs</p>'
    raw = (PAGE + html).encode()
    assert mime.parse(raw, account="work", folder="INBOX", remote_id="1").text == "> Ours\n\nTheirs"
