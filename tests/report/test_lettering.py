"""Names in a picture: what a PNG can't show is never a box, and never in the wrong order."""

import pytest

from assistant.report.canvas import Canvas, Picture
from assistant.report.charts import drawings
from assistant.report.lettering import set_in_png
from assistant.report.mail import report_mail
from assistant.report.sheet import IN_MAIL, WIDE
from tests.report.samples import ordinary
from tests.report.varied import named


@pytest.mark.parametrize("name", ["Müller & Söhne", "Œuvres à l’Île", "Łódź", "Ηλέκτρα", "Ñandú – 4.0", "Đặng"])
def test_european_names_are_shown_as_they_are(name: str) -> None:
    assert set_in_png(name) == name


@pytest.mark.parametrize("name", ["נמל חיפה", "ميناء", "बंदरगाह", "\U00020000\U00020001", "Hafen ميناء"])
def test_what_would_be_a_box_or_in_the_wrong_order_is_not_shown(name: str) -> None:
    assert set_in_png(name) is None


def test_a_sign_that_no_font_has_is_left_out() -> None:
    assert set_in_png("Acme \U0001fae8 rollout") == "Acme rollout"
    assert set_in_png("\U0001fae8") is None


def shown(name: str, *, png: bool) -> str:
    canvas = Canvas(Picture("x", 100, 20, "", ""), png=png)
    canvas.name(10, name, 200, "since Mon 2 Nov")
    return str(canvas._axes.texts[0].get_text())


def test_in_a_png_the_day_stands_for_a_name_that_cannot_be_shown() -> None:
    assert shown("ميناء", png=True) == "since Mon 2 Nov"
    assert shown("ميناء", png=False) == "ميناء"


def test_the_mail_then_says_in_its_lines_whose_day_that_is() -> None:
    hidden, ordinary_ = report_mail(named(ordinary(), "ميناء")), report_mail(ordinary())
    assert "they decide on Fri 11 Dec" in hidden.page
    assert "they decide on Fri 11 Dec, in" not in ordinary_.page
    assert "ميناء" in drawings(named(ordinary(), "ميناء"), IN_MAIL)["runway"].picture.told
    assert "ميناء" in drawings(named(ordinary(), "ميناء"), WIDE)["runway"].svg()
