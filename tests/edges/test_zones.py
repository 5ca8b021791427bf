"""A zone's rules as VTIMEZONE: the same offsets as the clock, in a few lines."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from providers.zones import vtimezone


def offsets(component: Any, moment: datetime) -> timedelta:
    """What the rules say of a moment, by the letter of RFC 5545 section 3.6.5: the latest onset before it holds."""
    from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

    latest = None
    for one in component.subcomponents:
        start, before = one["DTSTART"].dt, one["TZOFFSETFROM"].td
        onset = start
        if "RRULE" in one:
            rule = rrulestr(one["RRULE"].to_ical().decode(), dtstart=start)
            onset = rule.before((moment + before).replace(tzinfo=None), inc=True)
        if onset is None or (onset - before).replace(tzinfo=UTC) > moment:
            continue
        if latest is None or onset - before > latest[0]:
            latest = (onset - before, one["TZOFFSETTO"].td)
    assert latest is not None, "no rule holds"
    return timedelta(seconds=latest[1].total_seconds())


@pytest.mark.parametrize(
    "zone",
    [
        "Europe/Berlin",
        "Europe/Dublin",
        "America/New_York",
        "America/St_Johns",
        "America/Sao_Paulo",
        "America/Nuuk",
        "Asia/Kolkata",
        "Asia/Kathmandu",
        "Africa/Casablanca",
        "Africa/Cairo",
        "Australia/Lord_Howe",
        "Pacific/Chatham",
        "Pacific/Kiritimati",
        "Asia/Gaza",
    ],
)
@pytest.mark.parametrize("year", [2024, 2026, 2027])
def test_its_offsets_are_those_of_the_clock_all_year(zone: str, year: int) -> None:
    place = ZoneInfo(zone)
    component = vtimezone(place, year)
    moment = datetime(year, 1, 1, tzinfo=place).astimezone(UTC)
    while moment.astimezone(place).year == year:
        local = moment.astimezone(place)
        assert offsets(component, moment) == local.utcoffset(), local
        moment += timedelta(hours=7, minutes=15)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Pacific/Chatham"])
def test_the_clock_changes_in_the_very_minute(zone: str) -> None:
    place = ZoneInfo(zone)
    component = vtimezone(place, 2026)
    for hour in range(24 * 365):
        moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
        before, after = (m.astimezone(place).utcoffset() for m in (moment, moment + timedelta(hours=1)))
        if before != after:
            for minute in range(0, 61, 5):
                now = moment + timedelta(minutes=minute)
                assert offsets(component, now) == now.astimezone(place).utcoffset(), now


def test_where_the_clock_follows_a_rule_the_rule_is_written() -> None:
    raw = vtimezone(ZoneInfo("Europe/Berlin"), 2026).to_ical().decode().split("\r\n")
    assert [line for line in raw if line.startswith(("DTSTART", "RRULE"))] == [
        "DTSTART:20250330T020000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "DTSTART:20251026T030000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
    ]


def test_a_zone_without_summer_time_is_one_offset() -> None:
    component = vtimezone(ZoneInfo("Asia/Kolkata"), 2026)
    (one,) = component.subcomponents
    assert (one.name, one["TZOFFSETTO"].td, one["TZNAME"]) == ("STANDARD", timedelta(hours=5, minutes=30), "IST")


def test_what_has_more_evening_light_is_daylight_also_in_ireland() -> None:
    component = vtimezone(ZoneInfo("Europe/Dublin"), 2026)
    assert {one.name: one["TZNAME"] for one in component.subcomponents} == {"DAYLIGHT": "IST", "STANDARD": "GMT"}
