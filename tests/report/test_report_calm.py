"""What has no place on the page stays off it, also where a mail brings it; and everybody can read what's there."""

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from assistant.domain.deal import Evidence, Source
from assistant.domain.draft import ItemKind, Purpose
from assistant.report.canvas import COLOURS, PAPER
from assistant.report.evidence import evidence_text, figure_of
from assistant.report.mail import report_mail
from assistant.report.page import html_page
from assistant.report.telling import tell
from assistant.report.text import text
from assistant.report.told import names_an_amount
from assistant.report.values import Report
from assistant.resources import template_folder
from tests.report.samples import ordinary
from tests.report.varied import SAMPLES, mapped

CSS = template_folder() / "report"
AMOUNTS = (
    "Offer of €45,000",
    "Angebot: 45.000 € netto",
    "USD 12k a year",
    "1 200 Euro",
    "CHF 900",
    "$5",
    "2,5 Mio. EUR",
)


@pytest.mark.parametrize("said", AMOUNTS)
def test_an_amount_is_seen(said: str) -> None:
    assert names_an_amount(said)


@pytest.mark.parametrize(
    "said", ["Room 12, Friday at 10", "24 Nov", "ISO 27001", "Europe 2027", "EURO pallets", "Fr 5a"]
)
def test_a_number_alone_is_none(said: str) -> None:
    assert not names_an_amount(said)


@pytest.mark.parametrize("amount", AMOUNTS)
def test_an_amount_in_a_subject_or_a_promise_stays_in_the_mail(amount: str) -> None:
    report = ordinary()
    steps = tuple(
        replace(each, title=f"Answer Tom Adeyemi: {amount}", kind=ItemKind.DRAFT, purpose=Purpose.ANSWER)
        for each in report.next
    )
    lines = tuple(replace(each, what=f"send {amount}") for each in report.promises.lines)
    told = text(tell(replace(report, next=steps, promises=replace(report.promises, lines=lines))))
    assert amount not in told
    assert "Answer them" in told
    assert "a promise, " in told


def endless(report: Report) -> Report:
    said = "<b style='position:fixed'>&amp; {{ 7*7 }} <!-- " + "so it goes on and on " * 5000
    return mapped(
        report, Evidence, lambda each: replace(each, sentence=said) if each.source is Source.MESSAGE else each
    )


def test_a_sentence_without_end_is_cut_on_the_page_and_whole_in_the_evidence() -> None:
    report = endless(ordinary())
    page = html_page(report)
    assert len(page) < 400_000
    tree = LexborHTMLParser(page)
    assert tree.css("q b, article b") == []
    assert max(len(each.text()) for each in tree.css("q")) == 401
    assert len(evidence_text(report, figure_of(report, "moves.purposeful"))) > 100_000


@pytest.mark.parametrize("name", SAMPLES)
def test_headings_stand_in_order(name: str) -> None:
    for page in (html_page(SAMPLES[name]()), report_mail(SAMPLES[name]()).page):
        levels = [int(each) for each in re.findall(r"<h([1-6])\b", page)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        assert '<html lang="en">' in page


@pytest.mark.parametrize("name", SAMPLES)
def test_the_mail_is_tables_and_never_clipped(name: str) -> None:
    page = report_mail(SAMPLES[name]()).page
    assert len(page.encode()) < 102_000
    assert not re.search(r"display:\s*(?:flex|grid)|var\(--|position:", page)
    assert all('role="presentation"' in each for each in re.findall(r"<table\b[^>]*>", page))
    assert all(re.search(r'\balt="[^"]+"', each) and "width=" in each for each in re.findall(r"<img\b[^>]*>", page))


def light(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def palettes() -> list[dict[str, str]]:
    css = Path(CSS / "page.css").read_text(encoding="utf-8")
    return [
        dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", each)) for each in re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    ]


@pytest.mark.parametrize("number", range(3), ids=["light", "dark", "print"])
@pytest.mark.parametrize("ink", ["ink", "muted", "accent", "attention"])
def test_every_word_stands_out_from_the_paper(number: int, ink: str) -> None:
    """WCAG 2.2, 1.4.3"""
    palette = palettes()[number]
    for paper in ("page", "paper", "sheet", "soft"):
        if paper in palette:
            assert contrast(palette[ink], palette[paper]) >= 4.5, paper


@pytest.mark.parametrize("ink", ["ink", "muted", "accent", "attention"])
def test_so_it_does_in_the_mails_pictures(ink: str) -> None:
    assert contrast(COLOURS[ink], COLOURS[PAPER]) >= 4.5
    assert contrast(COLOURS[ink], COLOURS["soft"]) >= 4.5


def test_so_it_does_in_the_mail() -> None:
    day, dark = (CSS / "mail.css").read_text(encoding="utf-8").split("@media (prefers-color-scheme: dark)")
    for css, paper in ((day, "#faf9f6"), (dark.partition("@media")[0], "#1b1917")):
        assert paper in css
        for ink in re.findall(r"(?<![-\w])color: (#[0-9a-f]{6})", css):
            assert contrast(ink, paper) >= 4.5, ink
