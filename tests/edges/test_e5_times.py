"""E5.74, E5.76, E5.77, E5.78, E5.82: what takes the rep's time, and which times a draft may offer.

It's Wednesday, 4 March 2026; Ines waits for nothing, and the draft of this morning offers two times.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from assistant.domain.deal import Standing
from assistant.domain.ports import Interval
from assistant.workflows.desk import hours_of, workdays_of
from tests.edges.scene import INES_AT, Scene, first, in_march
from tests.workflows.world import NOW

NEW_YORK = ZoneInfo("America/New_York")
WHOLE_DAYS = ("DTSTART;VALUE=DATE:20260302", "DTEND;VALUE=DATE:20260303", "RRULE:FREQ=DAILY")
LONG_DAYS = (
    "DTSTART;TZID=Europe/Berlin:20260302T070000",
    "DTEND;TZID=Europe/Berlin:20260302T200000",
    "RRULE:FREQ=DAILY",
)
WITH_INES = (
    "ORGANIZER:mailto:noor@brightlane.example",
    "ATTENDEE;PARTSTAT=ACCEPTED:mailto:noor@brightlane.example",
    f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{INES_AT}",
)


def book(scene: Scene, *lines: str, uid: str = "entry") -> None:
    """An entry in the rep's calendar."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//times//EN", "BEGIN:VEVENT", f"UID:{uid}@brightlane.example"]
    text = "\r\n".join([*head, "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT", "END:VCALENDAR", ""])
    (scene.world.work.calendar / f"{uid}.ics").write_bytes(text.encode())


def offered(scene: Scene) -> Sequence[Interval]:
    """The times of this morning's draft."""
    scene.morning()
    content = scene.world.draft().content
    assert content is not None
    return content.times


def days(scene: Scene) -> list[int]:
    return [start.day for start, _ in offered(scene)]


def weekly(start: datetime, *more: str, rule: str = "FREQ=WEEKLY") -> list[str]:
    form = "%Y%m%dT%H%M%S"
    end = start + timedelta(minutes=30)
    return [
        f"DTSTART;TZID=Europe/Berlin:{start:{form}}",
        f"DTEND;TZID=Europe/Berlin:{end:{form}}",
        f"RRULE:{rule}",
        "SUMMARY:Check-in",
        *more,
    ]


def test_a_standing_check_in_with_the_customer_is_a_next_step(scene: Scene) -> None:
    """E5.74"""
    book(scene, *weekly(in_march(2, 10), *WITH_INES))
    assert first(scene.morning()) is Standing.ADVANCING


def test_a_standing_meeting_among_ourselves_is_none(scene: Scene) -> None:
    """E5.74"""
    book(scene, *weekly(in_march(2, 10), "ATTENDEE:mailto:omar@brightlane.example"))
    assert first(scene.morning()) is not Standing.ADVANCING


def test_a_check_in_whose_next_time_is_far_away_is_none(scene: Scene) -> None:
    """E5.74"""
    book(scene, *weekly(in_march(2, 10), *WITH_INES, rule="FREQ=MONTHLY;INTERVAL=3"))
    assert first(scene.morning()) is not Standing.ADVANCING


TAKES = {
    "busy": LONG_DAYS,
    "tentative": (*LONG_DAYS, "STATUS:TENTATIVE"),
    "private": (*LONG_DAYS, "CLASS:PRIVATE"),
    "focus": (*LONG_DAYS, "SUMMARY:Focus time"),
    "invited": (*LONG_DAYS, "ORGANIZER:mailto:omar@brightlane.example", "ATTENDEE:mailto:noor@brightlane.example"),
    "away": (*LONG_DAYS, "TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:OOF"),
    "holiday": (*WHOLE_DAYS, "SUMMARY:Vacation", "TRANSP:TRANSPARENT"),
    "fair": (*WHOLE_DAYS, "SUMMARY:Trade fair"),
}
LEAVES_OPEN = {
    "cancelled": (*LONG_DAYS, "STATUS:CANCELLED"),
    "free": (*LONG_DAYS, "TRANSP:TRANSPARENT"),
    "declined": (*LONG_DAYS, "ATTENDEE;PARTSTAT=DECLINED:mailto:noor@brightlane.example"),
    "declined under an alias": (*LONG_DAYS, "ATTENDEE;PARTSTAT=DECLINED:mailto:n.haddad@brightlane.example"),
    "delegated": (*LONG_DAYS, "ATTENDEE;PARTSTAT=DELEGATED:mailto:noor@brightlane.example"),
    "elsewhere": (*LONG_DAYS, "X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE"),
    "home office": (*WHOLE_DAYS, "SUMMARY:Home office"),
    "birthday": (*WHOLE_DAYS, "SUMMARY:Omar's birthday", "TRANSP:TRANSPARENT"),
    "a colleague's": (
        *WHOLE_DAYS,
        "SUMMARY:Omar OOO",
        "TRANSP:TRANSPARENT",
        "ORGANIZER:mailto:omar@brightlane.example",
    ),
}


@pytest.mark.parametrize("entry", TAKES.values(), ids=TAKES)
def test_no_time_is_offered_in_what_takes_the_reps_days(scene: Scene, entry: Sequence[str]) -> None:
    """E5.76"""
    book(scene, *entry)
    assert offered(scene) == ()


@pytest.mark.parametrize("entry", LEAVES_OPEN.values(), ids=LEAVES_OPEN)
def test_times_are_offered_in_what_leaves_the_days_open(scene: Scene, entry: Sequence[str]) -> None:
    """E5.76"""
    book(scene, *entry)
    assert len(offered(scene)) == 2


def customer_in(scene: Scene, *, zone: str | None = None, country: str | None = None) -> None:
    with scene.world.store.write() as tx:
        tx.ledger.update_deal(replace(tx.ledger.deal("harbour"), timezone=zone, country=country))


def test_a_customer_elsewhere_is_offered_times_within_their_own_hours(scene: Scene) -> None:
    """E5.77"""
    customer_in(scene, zone="America/New_York")
    times = offered(scene)
    assert len(times) == 2
    assert all(start.astimezone(NEW_YORK).time() >= time(9) for start, _ in times)
    assert all(end.astimezone(scene.world.config.zone).time() <= time(17) for _, end in times)


def test_the_two_weeks_in_which_only_one_clock_has_changed_are_counted_right(scene: Scene) -> None:
    """E5.77: from 8 to 28 March New York is five hours behind Berlin, not six."""
    customer_in(scene, zone="America/New_York")
    book(scene, "DTSTART;TZID=Europe/Berlin:20260304T000000", "DTEND;TZID=Europe/Berlin:20260309T000000")
    assert {start.day for start, _ in offered(scene)} <= set(range(9, 15))
    assert all(start.astimezone(NEW_YORK).utcoffset() == timedelta(hours=-4) for start, _ in offered(scene))


def test_an_entry_without_a_zone_or_with_outlooks_name_of_one_takes_the_right_hours(scene: Scene) -> None:
    """E5.77"""
    mornings = ("DTSTART:20260302T070000", "DTEND:20260302T130000", "RRULE:FREQ=DAILY")
    zone = ";TZID=W. Europe Standard Time"
    evenings = (f"DTSTART{zone}:20260302T150000", f"DTEND{zone}:20260302T200000", "RRULE:FREQ=DAILY")
    book(scene, *mornings, uid="mornings")
    book(scene, *evenings, uid="evenings")
    assert {start.hour for start, _ in offered(scene)} <= {13, 14}


def test_times_for_a_customer_elsewhere_say_their_zone(scene: Scene) -> None:
    """E5.77"""
    customer_in(scene, zone="America/New_York")
    offered(scene)
    content = scene.world.draft().content
    assert content is not None
    assert [start.astimezone(NEW_YORK).tzname() for start, _ in content.times] == ["EST", "EDT"]
    assert ("(EST)" in content.body, "(EDT)" in content.body) == (True, True)


@pytest.mark.parametrize(("country", "offers_it"), [(None, True), ("GH", False)])
def test_a_holiday_of_the_customers_country_is_not_offered(
    scene: Scene, country: str | None, *, offers_it: bool
) -> None:
    """E5.78: 6 March is Ghana's independence day."""
    customer_in(scene, country=country)
    assert (6 in days(scene)) is offers_it


def test_a_weekend_on_friday_and_saturday_is_not_offered(scene: Scene) -> None:
    """E5.78"""
    customer_in(scene, country="EG")
    assert {5, 8} >= {day for day in days(scene) if day < 9}
    assert not {6, 7} & set(days(scene))


def test_a_closed_day_is_not_offered(scene: Scene) -> None:
    """E5.78"""
    scene.world.config = replace(scene.world.config, closed=frozenset({date(2026, 3, 5), date(2026, 3, 6)}))
    assert not {5, 6} & set(days(scene))


def test_the_afternoon_of_a_half_day_is_not_offered(scene: Scene) -> None:
    """E5.78"""
    half = frozenset(date(2026, 3, day) for day in range(4, 20))
    config = scene.world.config
    scene.world.config = replace(config, hours=replace(config.hours, half_days=half))
    times = offered(scene)
    assert len(times) == 2
    assert max(end.time() for _, end in times) <= time(12)


def test_the_reps_half_days_are_nobody_elses(scene: Scene) -> None:
    """E5.78"""
    config = scene.world.config
    half = replace(config, hours=replace(config.hours, half_days=frozenset({NOW.date()})))
    assert hours_of(scene.view().deal, half).half_days == frozenset()


def test_a_half_day_counts_as_a_working_day(scene: Scene) -> None:
    """E5.78"""
    config = scene.world.config
    half = replace(config, hours=replace(config.hours, half_days=frozenset({NOW.date()})))
    assert NOW.date() in workdays_of(scene.view().deal, half)


def test_a_time_that_is_taken_is_not_offered(scene: Scene) -> None:
    """E5.82"""
    before = offered(scene)
    for n, (start, end) in enumerate(before):
        form = "%Y%m%dT%H%M%SZ"
        utc = ZoneInfo("UTC")
        lines = (f"DTSTART:{start.astimezone(utc):{form}}", f"DTEND:{end.astimezone(utc):{form}}")
        book(scene, *lines, uid=f"taken{n}")
    after = offered(scene)
    assert len(after) == 2
    assert not set(before) & set(after)


@pytest.mark.parametrize(("minutes", "count"), [(15, 0), (0, 2)])
def test_the_configured_buffer_is_kept_around_what_is_there(scene: Scene, minutes: int, count: int) -> None:
    """E5.82: every day is taken but for half an hour after noon."""
    config = scene.world.config
    scene.world.config = replace(config, plan=replace(config.plan, buffer=minutes))
    berlin = ";TZID=Europe/Berlin"
    rule = "RRULE:FREQ=DAILY"
    book(scene, f"DTSTART{berlin}:20260302T070000", f"DTEND{berlin}:20260302T133000", rule, uid="first")
    book(scene, f"DTSTART{berlin}:20260302T140000", f"DTEND{berlin}:20260302T200000", rule, uid="second")
    assert len(offered(scene)) == count


def test_nothing_outside_the_hours_of_both_sides_is_offered(scene: Scene) -> None:
    """E5.82"""
    customer_in(scene, zone="Pacific/Auckland")
    assert offered(scene) == ()


def test_nothing_is_offered_for_today(scene: Scene) -> None:
    """E5.82"""
    assert min(start.date() for start, _ in offered(scene)) > NOW.date()
