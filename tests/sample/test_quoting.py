"""Replies quote as the programs of their writers do."""

from dataclasses import replace
from datetime import datetime

import pytest

from assistant.sample.quoting import body, document
from assistant.sample.script import Letter, Person
from assistant.sample.today import HOME

ADA = Person("ada", "ada@mill.example", "Ada Brook", signature="Ada Brook\nThe Mill")
BO = Person("bo", "bo@quay.example", "Bo Strand")
FIRST = Letter(
    "first",
    datetime(2025, 11, 12, 9, 14, tzinfo=HOME),
    ADA,
    (BO,),
    (),
    "Sacks & bags",
    "Hello Bo,\n\nhow many sacks?\n\nAda",
    "INBOX",
    client="outlook",
)
SECOND = Letter(
    "second",
    datetime(2025, 11, 12, 10, 0, tzinfo=HOME),
    BO,
    (ADA,),
    (),
    "Re: Sacks & bags",
    "Forty.",
    "Sent",
    parent=FIRST,
)


@pytest.mark.parametrize(
    ("client", "line"),
    [
        ("gmail", "On Wed, 12 Nov 2025 at 09:14, Ada Brook <ada@mill.example> wrote:"),
        ("apple", "On 12 Nov 2025, at 09:14, Ada Brook <ada@mill.example> wrote:"),
        ("thunderbird", "On 12/11/2025 09:14, Ada Brook wrote:"),
        ("thunderbird-de", "Am 12.11.2025 um 09:14 schrieb Ada Brook:"),
        ("outlook", "Sent: Wednesday, 12 November 2025 09:14"),
        ("outlook-us", "Sent: Wednesday, November 12, 2025 9:14 AM"),
        ("outlook-de", "Gesendet: Mittwoch, 12. November 2025 09:14"),
    ],
)
def test_each_program_introduces_the_quote_in_its_own_way(client: str, line: str) -> None:
    reply = replace(SECOND, client=client)
    assert line in body(reply, body(FIRST, None)).text.split("\n")


def test_a_long_introduction_wraps_before_wrote() -> None:
    long = replace(ADA, name="Adalbertine Brookhampton-Featherstone", email="adalbertine@the-old-mill.example")
    parent = replace(FIRST, sender=long)
    assert "\nwrote:\n" in body(replace(SECOND, parent=parent), body(parent, None)).text


def test_quoted_lines_are_marked() -> None:
    assert "> how many sacks?" in body(SECOND, body(FIRST, None)).text


def test_an_outlook_quote_is_not_marked() -> None:
    reply = replace(SECOND, client="outlook")
    assert "\nhow many sacks?" in body(reply, body(FIRST, None)).text


def test_the_signature_stands_above_the_quote() -> None:
    answer = replace(FIRST, parent=SECOND, client="gmail")
    text = body(answer, body(SECOND, body(FIRST, None))).text
    assert text.index("-- \nAda Brook") < text.index("wrote:")


def test_a_phone_signs_for_itself() -> None:
    assert body(replace(FIRST, client="iphone"), None).text.endswith("Sent from my iPhone")


def test_a_reply_without_quote_holds_its_own_words_only() -> None:
    assert body(replace(SECOND, quote=False), body(FIRST, None)).text == "Forty."


def test_long_lines_are_wrapped_where_the_program_wraps() -> None:
    long = replace(SECOND, body="word " * 40, parent=None)
    assert max(map(len, body(long, None).text.split("\n"))) <= 74


def test_html_is_escaped() -> None:
    shady = replace(SECOND, body="<b>5 < 6</b>", parent=None)
    assert "&lt;b&gt;5 &lt; 6&lt;/b&gt;" in document(body(shady, None).html)
