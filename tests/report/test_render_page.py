"""The page: every figure opens, nothing is loaded, and whatever customers are called stays text."""

import re

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from assistant.report.anonymous import anonymous
from assistant.report.page import html_page
from assistant.report.values import Report
from tests.report.samples import ordinary
from tests.report.samples_edges import empty
from tests.report.varied import SAMPLES, named

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>\u202e{{ 7*7 }}</svg></style>'


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {name: html_page(make()) for name, make in SAMPLES.items()}


def parsed(page: str) -> LexborHTMLParser:
    return LexborHTMLParser(page)


def text_of(tree: LexborHTMLParser | LexborNode, selector: str) -> str:
    """The text of the first one."""
    return str(tree.css(selector)[0].text())


@pytest.mark.parametrize("name", SAMPLES)
def test_every_link_leads_somewhere_on_the_page(pages: dict[str, str], name: str) -> None:
    tree = parsed(pages[name])
    ids = [str(node.attributes["id"]) for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))
    assert {str(link.attributes["href"]) for link in tree.css("a")} <= {f"#{each}" for each in ids}


@pytest.mark.parametrize("name", SAMPLES)
def test_every_figure_with_evidence_that_is_named_opens_it(pages: dict[str, str], name: str) -> None:
    tree = parsed(pages[name])
    opened = {str(link.attributes["href"]) for link in tree.css("a.figure")}
    assert opened == {f"#{article.attributes['id']}" for article in tree.css("article")}


def test_the_evidence_is_the_sentence_and_where_it_stands() -> None:
    (article,) = parsed(html_page(ordinary())).css("article[id='evidence-moves.purposeful']")
    assert "Shall we walk through it on Thursday at 10:00?" in article.text()
    assert "Ines Calder · Mon 16 Nov · mail · rule ours.proposes-time" in article.text()


@pytest.mark.parametrize("name", SAMPLES)
def test_the_page_loads_nothing_and_runs_nothing(pages: dict[str, str], name: str) -> None:
    page = pages[name]
    assert "default-src 'none'" in page
    assert not re.search(r"<(?:script|img|link|iframe|object|embed|form)\b|url\(|@import|\son\w+=", page)
    assert set(re.findall(r"https?://[^\"' <]+", page)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }


def test_whatever_a_customer_is_called_is_text() -> None:
    page = html_page(named(ordinary(), HOSTILE))
    tree = parsed(page)
    assert tree.css("script, img") == []
    assert "<script>alert(1)</script>" in text_of(tree, "section b")
    assert "{{ 7*7 }}" in text_of(tree, "section b")
    assert "\u202e" not in page


@pytest.mark.parametrize("name", ["ordinary", "huge"])
def test_each_picture_is_there_wide_and_narrow_with_words_for_who_cannot_see_it(
    pages: dict[str, str], name: str
) -> None:
    tree = parsed(pages[name])
    assert len(tree.css("figure")) == 4
    for svg in tree.css("svg"):
        title, desc = str(svg.attributes["aria-labelledby"]).split()
        assert svg.attributes["role"] == "img"
        assert text_of(svg, f"[id='{title}']").strip()
        assert text_of(svg, f"[id='{desc}']").strip()
    assert len(tree.css("figure .wide svg")) == len(tree.css("figure .narrow svg")) == 4


def test_a_picture_takes_its_colours_from_the_page_and_its_letters_too(pages: dict[str, str]) -> None:
    drawn = "".join(re.findall(r"<svg.*?</svg>", pages["ordinary"], re.DOTALL))
    assert not re.search(r"#[0-9a-f]{6}\b", drawn)
    assert "font-family" not in drawn
    assert "<text" in drawn
    assert "Meridian rollout" in drawn


def test_an_empty_week_is_a_short_page() -> None:
    page = html_page(empty())
    assert "A quiet week." in page
    assert "<figure>" not in page
    assert "<article" not in page


def test_a_long_list_is_folded_and_whole(pages: dict[str, str]) -> None:
    tree = parsed(pages["huge"])
    assert len(tree.css("#next li")) == 60
    assert text_of(tree, "#next details summary") == "8 more"


def test_the_same_report_is_the_same_page(pages: dict[str, str]) -> None:
    assert html_page(ordinary()) == pages["ordinary"]


def test_the_anonymous_page_names_no_customer() -> None:
    report = ordinary()
    page = html_page(anonymous(report))
    for line in report.deals:
        assert line.deal.name not in page
        assert line.deal.company not in page
    for person in report.people:
        assert person.name not in page
    assert "harbour.example" not in page


def test_every_figure_of_a_report_has_an_id_that_can_stand_in_a_link() -> None:
    report: Report = SAMPLES["huge"]()
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", figure.id) for figure in report.figures())
