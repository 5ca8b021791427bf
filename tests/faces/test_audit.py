"""`audit`: what is said of the rep's own sent mail, on the terminal, for programs and as a picture."""

import logging
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from pathlib import Path

import pytest

from assistant.cli.draw_audit import chart, picture
from assistant.workflows.auditing import Audit, Judged, Pressure, audit
from tests.faces.conftest import Face
from tests.workflows.test_auditing import CALM, DANISH, PRESSING, QUOTA
from tests.workflows.world import INES, NOW, REP, days

SVG = "{http://www.w3.org/2000/svg}"


def sent(face: Face, *bodies: str) -> None:
    """One mail a day, the first one today's, and pulled."""
    for n, body in enumerate(bodies):
        face.world.work.deliver(REP, INES, body, NOW - days(n) - timedelta(hours=1), subject=f"Part {n}")
    face.world.run()


def summed(count: int, since: date = date(2025, 3, 4), until: date = date(2026, 3, 4)) -> Audit:
    """So many mails from the first day on, each second one with pressure."""
    pressure = Pressure(QUOTA, "A <secret> & sentence.", "Rather this.")
    mails = [Judged(since + timedelta(n % (until - since).days), (pressure,) * (n % 2)) for n in range(count)]
    return audit(mails, since, until, examples=3)


def test_an_empty_store_says_what_to_do(empty: Face) -> None:
    told = empty("audit")
    assert told.code == 0
    assert "nextmove run" in told.out


def test_the_page_tells_how_many_mails_press_and_in_which_family(empty: Face) -> None:
    sent(empty, PRESSING, CALM)
    told = empty("audit")
    assert told.code == 0
    assert "2 mails looked at, 1 with pressure (50%)." in told.out
    assert "1  50%  Our own interest" in told.out
    assert "None of: " in told.out


def test_few_mails_are_called_few(empty: Face) -> None:
    sent(empty, CALM)
    assert "These are few" in empty("audit").out


def test_enough_mails_are_not_called_few(empty: Face) -> None:
    sent(empty, *(f"Hi Ines,\n\nHere is page {n}.\n\nNoor\n" for n in range(30)))
    told = empty("audit").out
    assert "30 mails looked at, none with pressure." in told
    assert "These are few" not in told


def test_an_example_has_its_day_sentence_and_rewrite_and_no_address(empty: Face) -> None:
    sent(empty, PRESSING.replace("We need", "As boss@brightlane.example says, we need"))
    told = empty("audit").out
    assert "Wed 4 Mar 2026  " in told
    assert "we need your signature before our quarter ends.”" in told
    assert "Rather:" in told
    assert "@" not in told


def test_as_many_examples_are_shown_as_are_asked_for(empty: Face) -> None:
    sent(empty, PRESSING, PRESSING.replace("signature", "order"))
    assert [empty("audit", "--examples", str(n)).out.count("“") for n in (0, 1, 2)] == [0, 1, 2]


def test_the_page_says_which_quarters_are_meant(empty: Face) -> None:
    sent(empty, CALM)
    assert "those of the calendar" in empty("audit").out


def test_mail_that_cannot_be_judged_is_named(empty: Face) -> None:
    sent(empty, DANISH, CALM)
    assert "1 mail that the guard can't judge" in empty("audit").out


def test_the_weeks_are_drawn_with_their_months(empty: Face) -> None:
    sent(empty, *[PRESSING, CALM] * 20)
    told = empty("audit").out
    assert "█" in told
    assert "Feb" in told
    assert "Most in the week of Mon" in told


def test_an_audit_for_programs_is_json(empty: Face) -> None:
    sent(empty, PRESSING, CALM)
    told = empty("audit", "--json").json
    assert (told["mails"], told["with_pressure"], told["share"]) == (2, 1, 0.5)
    assert told["examples"][0]["sentence"] == "We need your signature before our quarter ends."


@pytest.mark.parametrize("option", [("--months", "0"), ("--months", "x"), ("--examples", "-1")])
def test_a_senseless_number_is_a_wrong_command_line(empty: Face, option: tuple[str, str]) -> None:
    assert empty("audit", *option).code == 2


def test_nothing_of_the_mail_is_logged_or_changed(empty: Face, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    sent(empty, PRESSING)
    before = empty.world.dump(), empty.world.files()
    empty("audit")
    assert "signature" not in caplog.text
    assert "harbour.example" not in caplog.text
    assert (empty.world.dump(), empty.world.files()) == before


def test_the_picture_is_a_file_with_a_title_and_a_description(empty: Face, tmp_path: Path) -> None:
    sent(empty, PRESSING, CALM)
    path = tmp_path / "trend.svg"
    told = empty("audit", "--svg", str(path))
    root = ET.parse(path).getroot()
    assert root.findtext(f"{SVG}title") == "Pressure in your sent mail, 4 Mar 2025 to 4 Mar 2026"
    assert "1 of 2 mails with pressure" in (root.findtext(f"{SVG}desc") or "")
    assert "trend.svg" in told.out.replace("\n", "")


def test_the_picture_shows_no_sentence_and_loads_nothing() -> None:
    drawn = picture(summed(200))
    assert "secret" not in drawn
    assert "url(" not in drawn
    assert "href" not in drawn


def test_without_mail_no_picture_is_drawn(empty: Face, tmp_path: Path) -> None:
    path = tmp_path / "trend.svg"
    assert empty("audit", "--svg", str(path)).code == 0
    assert not path.exists()


def test_a_picture_that_cannot_be_written_is_a_sentence(empty: Face, tmp_path: Path) -> None:
    sent(empty, CALM)
    told = empty("audit", "--svg", str(tmp_path / "nowhere" / "trend.svg"))
    assert told.code == 2
    assert "can't be written" in told.err


@pytest.mark.parametrize("years", [0.02, 0.2, 1, 5, 20])
@pytest.mark.parametrize("count", [1, 7, 5_000])
def test_every_bar_and_mark_lies_in_the_picture(count: int, years: float) -> None:
    until = date(2026, 3, 4)
    told = summed(count, until - timedelta(round(years * 365)), until)
    root = ET.fromstring(picture(told))
    laid = chart(told.weeks)
    assert len(laid.months) <= 21
    assert len({mark.at for mark in laid.ticks}) == len(laid.ticks) <= 6
    for bar in root.iter(f"{SVG}rect"):
        x, y, width, height = (float(bar.get(key, "0")) for key in ("x", "y", "width", "height"))
        assert 0 <= x <= x + width <= 960.1
        assert 0 <= y <= y + height <= 420.1


def test_a_bar_is_as_high_as_its_week_has_mails() -> None:
    (bar,) = chart(summed(4, date(2026, 3, 2), date(2026, 3, 6)).weeks).bars
    assert bar.pressed_height == pytest.approx(bar.calm_height)
    assert bar.told == "Week of 2 Mar 2026: 2 of 4 with pressure"
