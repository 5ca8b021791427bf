"""The history below a reply: it's theirs, escaped, for those who have it; what stands above is found again."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.mail import Address, FolderRole, Message
from assistant.reading.parts.body import new_text
from providers import mime
from providers.google.quoting import Quote, above_quote, as_html, quote
from providers.html import text_of
from providers.outgoing import rich_to_bytes
from providers.quoting import MARK_FIELD, words_of
from tests.contracts.outbox import cleared, outgoing
from tests.edges.google_drafts import parsed, part

BERLIN = ZoneInfo("Europe/Berlin")
INES = Address("ines@harbour.example", "Ines Okafor")
TEXTS = st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60), max_size=6).map("\n".join)
OWN = st.lists(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=60), max_size=6).map("\n".join)


def answered(text: str = "The counts are attached.\nAll of them.") -> Message:
    return Message(
        account="work",
        folder="All Mail",
        remote_id="1",
        role=FolderRole.INBOX,
        message_id="n4@contract.example",
        date=datetime(2026, 3, 2, 13, 4, tzinfo=UTC),
        sender=INES,
        to=(Address("rep@tallwood.example"),),
        cc=(Address("jo@harbour.example"),),
        text=text,
    )


def raw_with(below: Quote, body: str = str(outgoing().body)) -> bytes:
    mail = replace(outgoing(), body=cleared(body))
    return rich_to_bytes(mail, quoted=below.text, html=as_html(mail, below), marks=below.marks)


def test_a_quote_is_introduced_as_gmail_does_it() -> None:
    below = quote(outgoing(), answered(), BERLIN)
    assert below.text == (
        "On Mon, Mar 2, 2026 at 2:04 PM Ines Okafor <ines@harbour.example> wrote:\n\n"
        "> The counts are attached.\n> All of them.\n"
    )


@pytest.mark.parametrize(
    ("hour", "said"), [(0, "12:04 AM"), (9, "9:04 AM"), (11, "11:04 AM"), (12, "12:04 PM"), (23, "11:04 PM")]
)
def test_the_clock_has_twelve_hours(hour: int, said: str) -> None:
    when = datetime(2026, 3, 2, hour, 4, tzinfo=BERLIN)
    assert f" at {said} Ines" in quote(outgoing(), replace(answered(), date=when), BERLIN).text


def test_what_was_quoted_already_goes_one_deeper() -> None:
    below = quote(outgoing(), answered("Yes.\n\n> Is it?\n>> Was it?"), BERLIN)
    assert below.text.endswith("> Yes.\n>\n>> Is it?\n>>> Was it?\n")


def test_the_html_holds_the_quote_where_gmail_folds_it_away() -> None:
    html = quote(outgoing(), answered(), BERLIN).html
    assert html.index('<div class="gmail_quote">') < html.index("&lt;ines@harbour.example&gt;") < html.index("<blockq")
    assert "The counts are attached.<br>\nAll of them." in html


def test_nothing_of_theirs_is_markup_in_ours() -> None:
    evil = '<script>x()</script><img src="http://thief.example/p.png"></blockquote> & &amp;'
    mail = answered(evil)
    below = quote(outgoing(), replace(mail, sender=Address("ines@harbour.example", '<b onclick="x">Ines')), BERLIN)
    assert "<script" not in below.html
    assert "<img" not in below.html
    assert "<b " not in below.html
    assert below.html.count("</blockquote>") == 1
    assert evil in text_of(below.html)


def test_a_name_stays_on_its_line() -> None:
    mail = replace(answered(), sender=Address("ines@harbour.example", "Ines\r\nBcc: eve@thief.example\u2028\u202eO"))
    assert "AM Ines Bcc: eve@thief.exampleO <ines@" in quote(outgoing(), mail, ZoneInfo("America/Los_Angeles")).text


def test_text_of_ours_is_escaped_and_its_spaces_stay() -> None:
    mail = replace(outgoing(), body=cleared("1 < 2 & 3\n  two  blanks\n\nend\n"))
    assert as_html(mail, Quote()) == (
        '<div dir="ltr">1 &lt; 2 &amp; 3<br>\n&nbsp; two&nbsp; blanks<br>\n<br>\nend</div>\n'
    )


def test_nobody_reads_in_a_quote_what_was_not_sent_to_them() -> None:
    outsider = replace(outgoing(), cc=(Address("new@harbour.example"),))
    assert quote(outsider, answered(), BERLIN) == Quote()


@pytest.mark.parametrize(
    "message",
    [
        None,
        replace(answered(), opaque=True),
        replace(answered(), date=None),
        replace(answered(), sender=None),
        answered(" \n\u200b"),
    ],
)
def test_what_says_nothing_is_not_quoted(message: Message | None) -> None:
    assert quote(outgoing(), message, BERLIN) == Quote()


def test_a_mail_without_end_is_quoted_up_to_a_line() -> None:
    below = quote(outgoing(), answered("a line of theirs\n" * 50_000), BERLIN)
    assert 90_000 < len(below.text) < 130_000
    assert below.text.endswith("> a line of theirs\n")


def test_a_draft_with_a_quote_reads_as_our_words_alone() -> None:
    message = mime.parse(
        raw_with(quote(outgoing(), answered(), BERLIN)), account="work", folder="Drafts", remote_id="1"
    )
    assert new_text(message.text).split() == outgoing().body.split()


def test_both_texts_of_a_draft_say_the_same() -> None:
    message = parsed(raw_with(quote(outgoing(), answered("> a\n  b  c\n\n& <d>"), BERLIN)))
    assert message.get_content_type() == "multipart/alternative"
    assert words_of(text_of(part(message, "html"))) == words_of(part(message, "plain"))


def test_the_same_draft_has_the_same_bytes() -> None:
    below = quote(outgoing(), answered(), BERLIN)
    assert raw_with(below) == raw_with(below)


@given(OWN, TEXTS)
def test_whatever_is_quoted_our_own_words_are_found_again(body: str, theirs: str) -> None:
    below = quote(outgoing(), answered(theirs), BERLIN)
    message = parsed(raw_with(below, body))
    plain, html = part(message, "plain"), part(message, "html")
    assert words_of(above_quote(plain, text_of(html), str(message.get(MARK_FIELD, "")))) == words_of(body)


@given(TEXTS)
def test_no_line_of_a_quote_is_longer_than_the_standard_allows(theirs: str) -> None:
    raw = raw_with(quote(outgoing(), answered(theirs * 20), BERLIN))
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\0" not in raw


@given(st.text(max_size=200), st.text(max_size=40))
def test_any_mark_and_text_can_be_read(text: str, mark: str) -> None:
    assert above_quote(text, None, mark) == text


@pytest.mark.parametrize("mark", ["0 " + "0" * 32, "9999999 " + "0" * 32, "1 " + "0" * 32])
def test_a_mark_that_fits_nothing_cuts_nothing(mark: str) -> None:
    assert above_quote("some words", None, mark) == "some words"
