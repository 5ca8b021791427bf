from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.domain.calendar import Attendee, Event, EventStatus, PartStat
from assistant.domain.mail import Address
from assistant.domain.ports import Interval
from assistant.domain.workdays import Workdays, WorkingHours
from assistant.engine.slots import BUFFER, Slot, busy_of, free

BERLIN, NEW_YORK, KOLKATA = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")
REP = Address("mara@tallwood.example")
TUESDAY = datetime(2026, 11, 24, 8, 30, tzinfo=BERLIN)
DAYS = Workdays()
OFFICE = WorkingHours(BERLIN)


def at(day: int, hour: int, minute: int = 0, zone: ZoneInfo = BERLIN, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=zone)


def whole_day(day: int) -> Interval:
    return at(day, 0), at(day + 1, 0)


def event(start: datetime, end: datetime, **more: object) -> Event:
    fields: dict[str, object] = {"account": "a", "calendar": "c", "remote_id": "r", "uid": "u", **more}
    return Event(start=start, end=end, **fields)  # type: ignore[arg-type]


def answered(partstat: PartStat) -> Event:
    return event(at(26, 9), at(26, 12), attendees=(Attendee(REP, partstat),))


def test_two_slots_lie_on_different_days_one_in_the_morning_and_one_in_the_afternoon() -> None:
    slots = free([], [OFFICE], 30, TUESDAY, DAYS)
    assert [(slot.start, slot.end) for slot in slots] == [
        (at(25, 14), at(25, 14, 30)),
        (at(26, 10), at(26, 10, 30)),
    ]


def test_no_slot_is_offered_for_today() -> None:
    slots = free([], [OFFICE], 30, at(24, 0, 1), DAYS, count=30)
    assert min(slot.start.date() for slot in slots) == date(2026, 11, 25)


def test_the_slots_are_the_same_in_the_morning_and_in_the_evening_of_one_day() -> None:
    assert free([], [OFFICE], 30, at(24, 7), DAYS) == free([], [OFFICE], 30, at(24, 19), DAYS)


def test_the_weekend_is_not_offered() -> None:
    slots = free([], [OFFICE], 30, at(27, 9), DAYS)
    assert [slot.start.date() for slot in slots] == [date(2026, 11, 30), date(2026, 12, 1)]


def test_the_first_slot_leaves_them_a_morning_to_answer() -> None:
    assert free([], [OFFICE], 30, TUESDAY, DAYS, count=1)[0].start >= at(25, 12)


def test_a_public_holiday_of_either_side_is_not_offered() -> None:
    slots = free([], [OFFICE], 30, TUESDAY, Workdays(("DE", "US")), count=20)
    assert date(2026, 11, 26) not in {slot.start.date() for slot in slots}


def test_a_busy_morning_moves_the_slot_to_the_afternoon() -> None:
    slots = free([(at(25, 9), at(25, 13))], [OFFICE], 30, TUESDAY, DAYS, horizon_days=1)
    assert [slot.start for slot in slots] == [at(25, 14)]


def test_a_quarter_of_an_hour_is_kept_around_other_meetings() -> None:
    busy = [(at(25, 9), at(25, 10)), (at(25, 10, 45), at(25, 17))]
    assert free(busy, [OFFICE], 30, TUESDAY, DAYS, horizon_days=1) == ()


def test_the_buffer_is_as_wide_as_asked_for() -> None:
    busy = [(at(25, 9), at(25, 10)), (at(25, 10, 45), at(25, 17))]
    slots = free(busy, [OFFICE], 30, TUESDAY, DAYS, horizon_days=1, buffer=timedelta(0))
    assert [slot.start for slot in slots] == [at(25, 10)]


def test_a_half_day_has_no_afternoon() -> None:
    """E5.78"""
    office = WorkingHours(BERLIN, half_days=frozenset({date(2026, 11, 25)}))
    slots = free([], [office], 30, TUESDAY, DAYS, count=20, horizon_days=1, spread=False)
    assert [slot.end.time() for slot in slots][-1] == time(12)


def test_a_half_day_of_one_side_ends_on_their_clock() -> None:
    """E5.78"""
    there = WorkingHours(NEW_YORK, half_days=frozenset({date(2026, 11, 25)}))
    late = WorkingHours(BERLIN, time(9), time(23))
    slots = free([], [late, there], 30, TUESDAY, DAYS, count=20, horizon_days=1, spread=False)
    assert slots[-1].end == at(25, 18)


def test_a_gap_with_room_for_the_buffers_is_offered() -> None:
    busy = [(at(25, 9), at(25, 10, 15)), (at(25, 11, 15), at(25, 17))]
    slots = free(busy, [OFFICE], 30, TUESDAY, DAYS, horizon_days=1)
    assert [slot.start for slot in slots] == [at(25, 10, 30)]


def test_a_whole_day_away_is_not_offered() -> None:
    slots = free([whole_day(25)], [OFFICE], 30, TUESDAY, DAYS, count=10)
    assert date(2026, 11, 25) not in {slot.start.date() for slot in slots}


def test_a_full_calendar_offers_nothing() -> None:
    assert free([(at(1, 0), at(30, 0))], [OFFICE], 30, TUESDAY, DAYS, horizon_days=4) == ()


def test_a_meeting_longer_than_the_day_offers_nothing() -> None:
    assert free([], [OFFICE], 600, TUESDAY, DAYS) == ()


def test_noon_is_the_last_resort() -> None:
    busy = [(at(25, 9), at(25, 11, 30)), (at(25, 13), at(25, 15))]
    slots = free(busy, [OFFICE], 30, TUESDAY, DAYS, horizon_days=1, count=1)
    assert slots[0].start == at(25, 15, 30)


def test_a_slot_lies_inside_the_hours_of_both_sides() -> None:
    slots = free([], [OFFICE, WorkingHours(NEW_YORK)], 30, TUESDAY, DAYS)
    assert {slot.start.astimezone(NEW_YORK).time() for slot in slots} <= {time(9), time(9, 30), time(10), time(10, 30)}


def test_sides_whose_hours_never_meet_get_nothing() -> None:
    assert free([], [OFFICE, WorkingHours(ZoneInfo("Pacific/Auckland"))], 30, TUESDAY, DAYS) == ()


def test_a_day_that_has_not_begun_for_them_counts_on_their_clock() -> None:
    late = WorkingHours(BERLIN, time(9), time(23, 30))
    west = WorkingHours(ZoneInfo("America/Los_Angeles"))
    slots = free([], [late, west], 30, at(25, 1), DAYS, count=20, horizon_days=2)
    assert {slot.start.astimezone(west.zone).date() for slot in slots} == {date(2026, 11, 26), date(2026, 11, 27)}


def test_without_spread_both_slots_may_be_on_one_day() -> None:
    slots = free([], [OFFICE], 30, TUESDAY, DAYS, spread=False, horizon_days=1)
    assert [slot.start for slot in slots] == [at(25, 10), at(25, 14)]


def test_a_wall_clock_hour_that_the_day_does_not_have_is_not_offered() -> None:
    night = WorkingHours(BERLIN, time(1, 30), time(4))
    every_day = Workdays(("EG",))  # rests on Friday and Saturday
    before = datetime(2026, 3, 28, 12, tzinfo=BERLIN)
    slots = free([], [night], 30, before, every_day, count=9, horizon_days=1, spread=False)
    assert [slot.start.time() for slot in slots] == [time(1, 30), time(3), time(3, 30)]


def test_a_slot_over_the_change_of_the_clock_keeps_its_length() -> None:
    night = WorkingHours(BERLIN, time(1, 30), time(4))
    before = datetime(2026, 3, 28, 12, tzinfo=BERLIN)
    slots = free([], [night], 60, before, Workdays(("EG",)), count=1, horizon_days=1)
    assert slots[0].end.astimezone(UTC) - slots[0].start.astimezone(UTC) == timedelta(hours=1)


def test_a_slot_without_a_zone_does_not_construct() -> None:
    with pytest.raises(ValueError, match="zone"):
        Slot(datetime(2026, 11, 25, 10), datetime(2026, 11, 25, 11))  # noqa: DTZ001


def test_an_empty_slot_does_not_construct() -> None:
    with pytest.raises(ValueError, match="empty"):
        Slot(at(25, 10), at(25, 10))


@pytest.mark.parametrize("partstat", [PartStat.ACCEPTED, PartStat.TENTATIVE, PartStat.NEEDS_ACTION])
def test_an_invitation_takes_time_until_it_is_declined(partstat: PartStat) -> None:
    assert busy_of([answered(partstat)], [REP.email]) == [(at(26, 9), at(26, 12))]


def test_a_declined_invitation_leaves_the_time_open() -> None:
    assert busy_of([answered(PartStat.DECLINED)], [REP.email]) == []


def test_a_meeting_that_a_colleague_declined_still_takes_our_time() -> None:
    assert busy_of([answered(PartStat.DECLINED)], ["ida@tallwood.example"]) != []


def test_a_cancelled_event_leaves_the_time_open() -> None:
    assert busy_of([event(at(26, 9), at(26, 10), status=EventStatus.CANCELLED)], [REP.email]) == []


def test_a_free_event_leaves_the_time_open() -> None:
    assert busy_of([event(at(26, 9), at(26, 10), free=True)], [REP.email]) == []


def test_a_private_event_takes_time() -> None:
    assert busy_of([event(at(26, 9), at(26, 10), private=True)], [REP.email]) != []


@pytest.mark.parametrize("title", ["Out of office", "OOO", "Vacation in Norway", "Urlaub"])
def test_a_day_away_takes_time_although_it_is_marked_free(title: str) -> None:
    start, end = whole_day(26)
    assert busy_of([event(start, end, all_day=True, free=True, summary=title)], [REP.email]) == [(start, end)]


@pytest.mark.parametrize("title", ["Ida's birthday", "Zooology fair", "Crypto week"])
def test_a_whole_free_day_of_another_kind_leaves_the_time_open(title: str) -> None:
    start, end = whole_day(26)
    assert busy_of([event(start, end, all_day=True, free=True, summary=title)], [REP.email]) == []


def test_a_delegated_invitation_leaves_the_time_open() -> None:
    assert busy_of([answered(PartStat.DELEGATED)], [REP.email]) == []


def test_a_colleagues_day_away_that_was_sent_round_leaves_the_time_open() -> None:
    start, end = whole_day(26)
    ida = Address("ida@tallwood.example")
    away = event(start, end, all_day=True, free=True, summary="Ida OOO", organizer=ida, attendees=(Attendee(REP),))
    assert busy_of([away], [REP.email]) == []


@pytest.mark.parametrize("title", ["Home office", "Working from home", "WFH", "Office", " im Homeoffice "])
def test_a_day_that_says_where_one_works_leaves_the_time_open(title: str) -> None:
    start, end = whole_day(26)
    assert busy_of([event(start, end, all_day=True, summary=title)], [REP.email]) == []


@pytest.mark.parametrize("title", ["Office move", "Home", "Remote"])
def test_an_hour_of_that_name_takes_time(title: str) -> None:
    assert busy_of([event(at(26, 9), at(26, 10), summary=title)], [REP.email]) != []


def test_a_day_at_an_event_takes_time() -> None:
    start, end = whole_day(26)
    assert busy_of([event(start, end, all_day=True, summary="Office move")], [REP.email]) == [(start, end)]


def test_a_meeting_that_is_to_be_moved_is_not_in_its_own_way() -> None:
    ours, other = event(at(26, 9), at(26, 10), uid="ours"), event(at(26, 11), at(26, 12), uid="other")
    assert busy_of([ours, other], [REP.email], ignoring={"ours"}) == [(at(26, 11), at(26, 12))]


def test_an_event_without_length_takes_no_time() -> None:
    assert busy_of([event(at(26, 9), at(26, 9))], [REP.email]) == []


_ZONES = st.sampled_from([BERLIN, NEW_YORK, KOLKATA, ZoneInfo("Europe/London"), ZoneInfo("Asia/Kathmandu"), UTC])
_INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
_HOURS = st.builds(
    WorkingHours, _ZONES, st.sampled_from([time(0), time(8, 15), time(9)]), st.sampled_from([time(17), time(23, 45)])
)


@st.composite
def _busy(draw: st.DrawFn, after: datetime) -> list[Interval]:
    offsets = draw(st.lists(st.tuples(st.integers(-60, 20_000), st.integers(1, 3_000)), max_size=12))
    return [(after + timedelta(minutes=begin), after + timedelta(minutes=begin + length)) for begin, length in offsets]


@settings(max_examples=60, deadline=None)
@given(
    data=st.data(),
    after=_INSTANTS,
    hours=st.lists(_HOURS, min_size=1, max_size=4),
    minutes=st.sampled_from([15, 30, 45, 60, 90]),
    spread=st.booleans(),
)
def test_every_slot_suits_everyone(
    data: st.DataObject, after: datetime, hours: list[WorkingHours], minutes: int, spread: bool
) -> None:
    busy = data.draw(_busy(after))
    days = Workdays(("DE",))
    slots = free(busy, hours, minutes, after, days, count=3, spread=spread)
    instants = [(slot.start.astimezone(UTC), slot.end.astimezone(UTC)) for slot in slots]
    assert instants == sorted(instants)
    assert all(end - start == timedelta(minutes=minutes) for start, end in instants)
    assert all(start > after for start, _ in instants)
    assert all(slot.start.minute in (0, 30) for slot in slots)
    for person in hours:
        for start, end in instants:
            opens, closes = (t.astimezone(UTC) for t in person.on(start.astimezone(person.zone).date()))
            assert opens <= start
            assert end <= closes
            assert start.astimezone(person.zone).date() in days
    for start, end in instants:
        assert all(end + BUFFER <= taken or until + BUFFER <= start for taken, until in busy)
    if spread:
        assert len({slot.start.date() for slot in slots}) == len(slots)
