"""The pictures: everything lies on the sheet, in every shape, and what's few is a ring."""

import re
import xml.etree.ElementTree as ET

import pytest

from assistant.report.canvas import shortened, width_of
from assistant.report.charts import drawings
from assistant.report.sheet import IN_MAIL, NARROW, WIDE, Shape
from tests.report.samples import ordinary
from tests.report.samples_edges import empty
from tests.report.varied import SAMPLES

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@pytest.mark.parametrize("shape", [WIDE, NARROW, IN_MAIL], ids=["wide", "narrow", "mail"])
@pytest.mark.parametrize("name", ["ordinary", "off", "huge"])
def test_everything_lies_on_the_sheet(name: str, shape: Shape) -> None:
    for drawing in drawings(SAMPLES[name](), shape).values():
        root = ET.fromstring(drawing.svg())
        width, height = drawing.picture.width, drawing.picture.height
        assert width == shape.width
        for path in root.iter("{http://www.w3.org/2000/svg}path"):
            numbers = [float(each) for each in NUMBER.findall(path.get("d", ""))]
            assert all(-2 <= x <= width + 2 for x in numbers[::2])
            assert all(-2 <= y <= height + 2 for y in numbers[1::2])
        for said in root.iter("{http://www.w3.org/2000/svg}text"):
            x, y, wide = float(said.get("x", "0")), float(said.get("y", "0")), width_of(said.text or "", 11)
            style = said.get("style", "")
            left = x - wide if "anchor: end" in style else x - wide / 2 if "anchor: middle" in style else x
            assert -8 <= left <= left + wide <= width + 8, said.text
            assert 0 < y <= height


def test_nothing_to_show_is_no_picture() -> None:
    assert drawings(empty(), WIDE) == {}


def test_a_picture_says_its_figures_in_words() -> None:
    told = drawings(ordinary(), WIDE)
    assert "week of 16 Nov, 8 of 14" in told["trend"].picture.told
    assert told["coverage"].picture.told == "A dot for each open deal: 1 deal with a next step, 3 without, 1 resting."
    assert (
        "Harbour Analytics: 4 exchanges since Wed 4 Nov, broken by a mail that led somewhere"
        in told["rallies"].picture.told
    )
    assert (
        "Meridian rollout: 1 of 5 milestones met, they decide on Fri 4 Dec, 1 step no longer fits"
        in told["runway"].picture.told
    )


def test_a_text_that_is_too_long_is_shortened_to_its_room() -> None:
    long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    short = shortened(long, 120)
    assert short.endswith("…")
    assert 100 < width_of(short) <= 120
    assert shortened("Osprey", 120) == "Osprey"
    assert shortened(long, 1) == ""


def test_a_picture_is_a_png_of_twice_its_size() -> None:
    drawing = drawings(ordinary(), IN_MAIL)["trend"]
    png = drawing.png()
    assert (int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")) == (
        2 * drawing.picture.width,
        2 * drawing.picture.height,
    )
