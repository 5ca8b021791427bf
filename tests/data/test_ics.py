"""Each file in `ics/` is a quirk of real calendars, named after it; the .toml beside it says how it is to be read."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from providers.ics import Expansion, Place, expand

FILES = sorted((Path(__file__).parent / "ics").glob("*.ics"))
BERLIN = ZoneInfo("Europe/Berlin")
YEAR = (datetime(2026, 1, 1, tzinfo=BERLIN), datetime(2027, 1, 1, tzinfo=BERLIN))


def read(path: Path) -> Expansion:
    return expand(path.read_bytes(), Place("work", "team", path.name), BERLIN, YEAR)


def expectation(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8"))


def described(found: Expansion) -> dict[str, Any]:
    """The events in the terms of the expectations."""
    return {
        "starts": [event.start.isoformat() for event in found.events],
        "ends": [event.end.isoformat() for event in found.events],
        "recurrence_ids": [event.recurrence_id for event in found.events],
        "free": [event.free for event in found.events],
        "all_day": [event.all_day for event in found.events],
        "statuses": [str(event.status) for event in found.events],
        "summaries": [event.summary for event in found.events],
        "people": [[str(person) for person in event.people] for event in found.events],
        "answers": [[str(a.partstat) for a in event.attendees] for event in found.events],
        "more_later": found.more_later,
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_is_read_as_expected(path: Path) -> None:
    found = described(read(path))
    wanted = {key: value for key, value in expectation(path).items() if key not in ("why", "problems")}
    assert {key: found[key] for key in wanted} == wanted


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_its_problems_are_as_expected(path: Path) -> None:
    found = [problem.why for problem in read(path).problems]
    wanted = expectation(path).get("problems", [])
    assert len(found) == len(wanted), found
    assert [part for part, why in zip(wanted, found, strict=True) if part not in why] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_says_why_it_is_here(path: Path) -> None:
    assert expectation(path)["why"].endswith(".")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_is_read_the_same_way_twice(path: Path) -> None:
    assert read(path) == read(path)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_cut_off_anywhere_it_is_still_read_or_reported(path: Path) -> None:
    raw = path.read_bytes()
    for end in range(0, len(raw), max(1, len(raw) // 12)):
        expand(raw[:end], Place("work", "team", path.name), BERLIN, YEAR)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_instances_have_names_of_their_own(path: Path) -> None:
    names = [(event.uid, event.recurrence_id) for event in read(path).events]
    assert len(set(names)) == len(names)


def test_nothing_before_or_after_the_window_comes() -> None:
    day = (datetime(2026, 3, 10, tzinfo=UTC), datetime(2026, 3, 11, tzinfo=UTC))
    for path in FILES:
        found = expand(path.read_bytes(), Place("work", "team", path.name), BERLIN, day)
        assert [e.uid for e in found.events if e.start >= day[1] or max(e.end, e.start) < day[0]] == []


def test_a_zone_with_more_rules_than_any_place_has_had_is_not_followed() -> None:
    whole = (Path(__file__).parent / "ics" / "zone_of_its_own_definition.ics").read_text(encoding="utf-8")
    standard = whole[whole.index("BEGIN:STANDARD") : whole.index("END:VTIMEZONE")]
    yearly = standard.replace("TZNAME", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nTZNAME")
    for rules, hour in ((2, 10), (301, 12)):
        raw = whole.replace(standard, yearly * rules).encode()
        (event,) = expand(raw, Place("work", "team", "z.ics"), BERLIN, YEAR).events
        assert event.start.hour == hour
