"""The report as a mail: pictures as PNG, each element with its style, and the same in plain text."""

import re

import pytest
from selectolax.lexbor import LexborHTMLParser

from assistant.guard import lint
from assistant.report.mail import ReportMail, report_mail
from tests.report.samples import ordinary
from tests.report.varied import SAMPLES, named

CLIPPED = 100_000
"""Gmail shows no more of a page than about this."""


@pytest.fixture(scope="module")
def mails() -> dict[str, ReportMail]:
    return {name: report_mail(make()) for name, make in SAMPLES.items()}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_guard_blocks_nothing_of_it(mails: dict[str, ReportMail], name: str) -> None:
    mail = mails[name]
    found = [*lint(mail.body, subject=mail.subject, leaving=True), *lint(mail.page, leaving=True)]
    assert [each for each in found if each.severity == "block"] == []


@pytest.mark.parametrize("name", SAMPLES)
def test_each_picture_shown_travels_with_it(mails: dict[str, ReportMail], name: str) -> None:
    mail = mails[name]
    shown = [str(img.attributes["src"]) for img in LexborHTMLParser(mail.page).css("img")]
    assert shown == [f"cid:{picture.name}" for picture in mail.pictures]
    assert all(picture.png.startswith(b"\x89PNG") for picture in mail.pictures)


def test_each_picture_says_in_words_what_it_shows(mails: dict[str, ReportMail]) -> None:
    images = LexborHTMLParser(mails["ordinary"].page).css("img")
    assert all(len(str(img.attributes["alt"])) > 40 for img in images)
    assert "Meridian rollout: 1 of 5 milestones met" in str(images[-1].attributes["alt"])


@pytest.mark.parametrize("name", SAMPLES)
def test_it_is_right_in_programs_that_show_little(mails: dict[str, ReportMail], name: str) -> None:
    page = mails[name].page
    assert not re.search(r"<(?:svg|link|script|iframe)\b|var\(|https?://", page)
    assert len(page.encode()) < CLIPPED
    assert 'style="' in str(LexborHTMLParser(page).css("h1")[0].html).partition(">")[0]
    assert "prefers-color-scheme: dark" in page


@pytest.mark.parametrize("name", SAMPLES)
def test_the_text_beside_it_says_the_same(mails: dict[str, ReportMail], name: str) -> None:
    mail = mails[name]
    body = " ".join(mail.body.split())
    for head in LexborHTMLParser(mail.page).css("h1, .head, .plain"):
        assert " ".join(head.text().replace("’", "'").split()) in body


def test_the_same_report_is_the_same_mail(mails: dict[str, ReportMail]) -> None:
    assert report_mail(ordinary()) == mails["ordinary"]


def test_names_in_any_script_are_drawn_without_a_warning() -> None:
    assert report_mail(named(ordinary(), "東京倉庫 Łódź مستودع 🙂 $x^2$")).pictures


def test_a_short_one_only_says_where_the_report_is() -> None:
    mail = report_mail(ordinary(), short=True)
    assert "Lark" not in mail.body + mail.page + mail.subject
    assert "nextmove report --week 2026-W47" in mail.body
    assert mail.pictures == ()
    assert lint(mail.body, subject=mail.subject, leaving=True) == []
