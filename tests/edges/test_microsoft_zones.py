"""Zones by the names that Exchange has for them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from providers.microsoft.events import moment
from providers.microsoft.windows import name_of, zone_of
from tests.edges.systems import BERLIN


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("w. europe standard time", "Europe/Berlin"),
        ("Pacific Standard Time", "America/Los_Angeles"),
        ("India Standard Time", "Asia/Calcutta"),
        ("UTC", "UTC"),
        ("tzone://Microsoft/Utc", "UTC"),
        ("Europe/Kyiv (Kiev)", "Europe/Kyiv"),
        ("Asia/Toshkent (Tashkent)", "Asia/Tashkent"),
        ("Asia/Astana (Almaty)", "Asia/Almaty"),
        ("Asia/Yangon (Rangoon)", "Asia/Yangon"),
        ("America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("Etc/GMT+12", "Etc/GMT+12"),
    ],
)
def test_zones_are_known_by_the_names_that_exchange_has_for_them(name: str, zone: str) -> None:
    assert zone_of(name) == ZoneInfo(zone)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "tzone://Microsoft/Custom",
        "Customized Time Zone",
        "Europe",
        "../etc/passwd",
        "/etc/localtime",
        "Middle Earth",
        "a\0b",
        "Europe/Nowhere (Elsewhere)",
        "(UTC+01:00) Amsterdam, Berlin, Bern, Rom",
        "x" * 5_000,
    ],
)
def test_labels_and_names_that_nobody_knows_are_no_zones(name: str) -> None:
    assert zone_of(name) is None


def test_every_zone_that_is_written_is_read_back_with_its_offsets() -> None:
    """Windows' zones are coarser than IANA's: what counts is that the clock shows the same then."""
    days = [datetime(2026, month, 15, 12, tzinfo=UTC) for month in range(1, 13)]
    zones = {name: ZoneInfo(name) for name in available_timezones() if "/" in name}
    as_written = {name: [name_of(zone, day) for day in days] for name, zone in zones.items()}
    assert len({name for names in as_written.values() for name in names}) > 100
    for name, names in as_written.items():
        for day, windows in zip(days, names, strict=True):
            assert windows == "UTC" or _offset(day, windows) == day.astimezone(zones[name]).utcoffset()


def test_a_zone_whose_clock_windows_does_not_know_is_written_in_utc() -> None:
    day = datetime(2026, 7, 15, 12, tzinfo=UTC)
    assert name_of(ZoneInfo("America/Scoresbysund"), day) == "UTC"
    assert name_of(ZoneInfo("America/Vancouver"), day) in ("UTC", "Pacific Standard Time")


def _offset(day: datetime, name: str) -> timedelta | None:
    zone = zone_of(name)
    assert zone is not None
    return day.astimezone(zone).utcoffset()


def test_what_has_no_name_is_written_in_utc() -> None:
    assert name_of(UTC) == name_of(None) == name_of(ZoneInfo("UTC")) == name_of(ZoneInfo("Factory")) == "UTC"
    assert name_of(datetime.now(UTC).astimezone().tzinfo) == "UTC"
    assert name_of(ZoneInfo("Europe/Berlin")) == "W. Europe Standard Time"


@pytest.mark.parametrize("name", ["tzone://Microsoft/Custom", "Customized Time Zone", "UTC", ""])
def test_times_without_a_zone_that_is_known_are_in_utc(name: str) -> None:
    assert moment({"dateTime": "2026-03-10T09:00:00.0000000"} | {"timeZone": name}, BERLIN) == datetime(
        2026, 3, 10, 9, tzinfo=UTC
    )
