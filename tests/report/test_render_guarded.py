"""Whatever the form, the guard has nothing to object to in it."""

import re
from collections.abc import Callable

import pytest
from selectolax.lexbor import LexborHTMLParser

from assistant.domain.draft import Finding
from assistant.guard import lint
from assistant.report.charts import drawings
from assistant.report.mail import report_mail
from assistant.report.page import html_page
from assistant.report.sheet import NARROW, WIDE
from assistant.report.telling import tell
from assistant.report.text import markdown, text
from assistant.report.values import Report
from tests.report.varied import SAMPLES, named, varied


def blocking(said: str) -> list[Finding]:
    return [each for each in lint(said, leaving=True) if each.severity == "block"]


def page_text(page: str) -> str:
    """What the page says, without the evidence: those sentences are others'."""
    tree = LexborHTMLParser(page)
    for node in tree.css("article, style, head"):
        node.decompose()
    assert tree.body is not None
    return re.sub(r"\n\s*", "\n", tree.body.text(separator="\n"))


def picture_words(report: Report) -> str:
    """What the pictures say, each in two shapes."""
    drawn = [drawing for shape in (WIDE, NARROW) for drawing in drawings(report, shape).values()]
    letters = [re.sub(r"<[^>]+>", " ", drawing.svg()) for drawing in drawn]
    return "\n\n".join(letters)


FORMS: dict[str, Callable[[Report], str]] = {
    "text": lambda report: text(tell(report)),
    "Markdown": lambda report: markdown(tell(report)),
    "page": lambda report: page_text(html_page(report)),
    "pictures": picture_words,
    "mail's page": lambda report: report_mail(report).page,
    "mail's text": lambda report: report_mail(report).body,
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["ordinary", "empty", "off"])
def test_nothing_in_it_presses(name: str, form: str) -> None:
    assert blocking(FORMS[form](SAMPLES[name]())) == []


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("form", FORMS)
def test_nothing_in_it_presses_whatever_the_figures(form: str, seed: int) -> None:
    assert blocking(FORMS[form](named(varied(seed), "Osprey"))) == []
