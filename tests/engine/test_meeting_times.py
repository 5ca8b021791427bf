"""The times for a milestone's meeting: its planned day or the nearest, for everybody; and why there's none."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.domain.deal import Stage
from assistant.domain.plan import Milestone, Plan
from assistant.domain.ports import Interval
from assistant.domain.workdays import Workdays, WorkingHours
from assistant.engine.meeting_times import (
    Blocked,
    Person,
    Why,
    Window,
    apart_from,
    blocked,
    meeting_times,
    window_of,
)
from assistant.engine.planning import DEFAULT_PROCESS, plan
from assistant.engine.slots import BUFFER, Slot

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
KOLKATA, LORD_HOWE = ZoneInfo("Asia/Kolkata"), ZoneInfo("Australia/Lord_Howe")
DAYS = Workdays(("DE",))
WEEK = Window(date(2026, 9, 16), date(2026, 9, 14), date(2026, 9, 18))
"""Monday to Friday around a Wednesday."""


def at(day: int, hour: int, minute: int = 0, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime(2026, 9, day, hour, minute, tzinfo=zone)


def whole(*days: int) -> tuple[Interval, ...]:
    return tuple((at(day, 0), at(day + 1, 0)) for day in days)


def rep(*busy: Interval, hours: WorkingHours | None = None, away: Sequence[date] = ()) -> Person:
    return Person("rep", hours or WorkingHours(BERLIN), busy, frozenset(away))


def ines(*busy: Interval, zone: ZoneInfo = BERLIN, away: Sequence[date] = ()) -> Person:
    return Person("ines", WorkingHours(zone), busy, frozenset(away))


def found(
    *people: Person, window: Window = WEEK, count: int = 1, minutes: int = 30, spread: bool = False
) -> list[datetime]:
    return [slot.start for slot in meeting_times(window, people, DAYS, minutes, count=count, spread=spread)]


def test_the_planned_day_comes_first_at_its_friendliest_hour() -> None:
    assert found(rep(), ines()) == [at(16, 10)]


def test_times_of_one_day_do_not_overlap() -> None:
    assert found(rep(), count=3, minutes=60) == [at(16, 10), at(16, 14), at(16, 11)]


def test_a_full_planned_day_goes_to_the_day_before() -> None:
    assert found(rep(*whole(16)), ines()) == [at(15, 10)]


def test_where_the_day_before_is_full_too_it_is_the_day_after() -> None:
    assert found(rep(*whole(16)), ines(*whole(15))) == [at(17, 10)]


def test_with_spread_the_days_go_outward_from_the_planned_one() -> None:
    assert [start.day for start in found(rep(), count=9, spread=True)] == [16, 15, 17, 14, 18]


def test_days_are_near_by_the_working_days_between_them() -> None:
    window = Window(date(2026, 9, 18), date(2026, 9, 16), date(2026, 9, 21))
    assert [start.day for start in found(rep(), window=window, count=9, spread=True)] == [18, 17, 21, 16]


def test_a_planned_day_that_became_a_holiday_is_left() -> None:
    days = Workdays(closed=frozenset({date(2026, 9, 16)}))
    assert meeting_times(WEEK, [rep()], days, 30)[0].start == at(15, 10)


def test_nobody_is_met_on_a_day_on_which_they_are_away() -> None:
    assert found(rep(), ines(away=[date(2026, 9, 16)])) == [at(15, 10)]


def test_a_half_day_of_the_rep_has_no_afternoon() -> None:
    hours = WorkingHours(BERLIN, half_days=frozenset({date(2026, 9, 16)}))
    assert max(start.hour for start in found(rep(hours=hours), count=5) if start.day == 16) == 11


def test_a_customer_far_to_the_west_is_met_in_the_afternoon() -> None:
    assert found(rep(), ines(zone=NEW_YORK)) == [at(16, 15, 30)]


def test_a_day_lies_in_the_window_on_every_clock() -> None:
    """The rep's afternoon of the 16th is Auckland's early 17th."""
    kai = Person("kai", WorkingHours(ZoneInfo("Pacific/Auckland"), time(0), time(9)))
    ends_on = [Window(date(2026, 9, 16), date(2026, 9, 16), date(2026, 9, last)) for last in (16, 17)]
    assert [found(rep(), kai, window=window) for window in ends_on] == [[], [at(16, 14)]]


def test_the_buffer_is_as_wide_as_asked_for() -> None:
    busy = ((at(16, 9), at(16, 10)), (at(16, 11), at(16, 17)))
    day = Window(date(2026, 9, 16), date(2026, 9, 16), date(2026, 9, 16))
    assert meeting_times(day, [rep(*busy)], DAYS, 30, buffer=timedelta(minutes=20)) == ()
    assert [s.start for s in meeting_times(day, [rep(*busy)], DAYS, 60, buffer=timedelta())] == [at(16, 10)]


@pytest.mark.parametrize(("people", "minutes", "count"), [([], 30, 1), ([rep()], 0, 1), ([rep()], 30, 0)])
def test_of_nothing_there_is_no_time(people: list[Person], minutes: int, count: int) -> None:
    assert meeting_times(WEEK, people, DAYS, minutes, count=count) == ()


NIGHT = WorkingHours(BERLIN, time(0), time(4))


def test_an_hour_that_the_clock_skips_is_not_offered() -> None:
    """E5.77"""
    sunday = date(2026, 3, 29)
    slots = meeting_times(Window(sunday, sunday, sunday), [rep(hours=NIGHT)], Workdays(("EG",)), 30, count=20)
    assert {slot.start.hour for slot in slots} == {0, 1, 3}


def test_of_an_hour_that_the_clock_shows_twice_the_first_is_offered() -> None:
    """E5.77"""
    sunday = date(2026, 10, 25)
    slots = meeting_times(Window(sunday, sunday, sunday), [rep(hours=NIGHT)], Workdays(("EG",)), 30, count=20)
    twice = [slot.start for slot in slots if slot.start.hour == 2]
    assert [(start.minute, start.fold, start.tzname()) for start in twice] == [(0, 0, "CEST"), (30, 0, "CEST")]


def test_half_an_hour_of_daylight_saving_is_skipped_as_well() -> None:
    """E5.77: Lord Howe Island goes from 2:00 to 2:30."""
    sunday = date(2026, 10, 4)
    hours = WorkingHours(LORD_HOWE, time(1), time(4))
    slots = meeting_times(Window(sunday, sunday, sunday), [rep(hours=hours)], Workdays(("EG",)), 30, count=20)
    assert sorted(slot.start.time() for slot in slots) == [time(1), time(1, 30), time(2, 30), time(3), time(3, 30)]


def why(*people: Person, window: Window = WEEK, days: Workdays = DAYS, minutes: int = 30) -> list[Blocked]:
    return list(blocked(window, people, days, minutes))


def test_where_there_is_time_nothing_stands_in_the_way() -> None:
    assert why(rep(), ines()) == []


def test_a_weekend_needs_no_word_and_a_holiday_does() -> None:
    window = Window(date(2026, 12, 23), date(2026, 12, 23), date(2026, 12, 28))
    assert why(rep(), window=window) == [Blocked(date(2026, 12, 25), Why.REST)]


def test_whose_calendar_is_full_is_named() -> None:
    assert why(rep(), ines(*whole(16))) == [Blocked(date(2026, 9, 16), Why.BUSY, ("ines",))]


def test_two_who_are_free_by_turns_are_both_named() -> None:
    people = rep((at(16, 9), at(16, 13))), ines((at(16, 13), at(16, 17)))
    assert why(*people) == [Blocked(date(2026, 9, 16), Why.BUSY, ("rep", "ines"))]


def test_two_who_are_both_full_are_both_named() -> None:
    assert why(rep(*whole(16)), ines(*whole(16))) == [Blocked(date(2026, 9, 16), Why.BUSY, ("rep", "ines"))]


def test_who_is_away_is_named_before_whose_calendar_is_full() -> None:
    day = date(2026, 9, 16)
    assert why(rep(*whole(16)), ines(away=[day])) == [Blocked(day, Why.AWAY, ("ines",))]


def test_hours_that_never_meet_are_told_of_every_day() -> None:
    reasons = why(rep(), ines(), Person("kai", WorkingHours(ZoneInfo("Pacific/Auckland"))))
    assert {(one.why, one.who) for one in reasons} == {(Why.HOURS, ("kai",))}
    assert len(reasons) == 5


def test_a_meeting_longer_than_the_reps_own_day_is_told_so() -> None:
    assert {(one.why, one.who) for one in why(rep(), minutes=600)} == {(Why.HOURS, ("rep",))}


def test_our_own_meeting_is_not_in_its_own_way() -> None:
    meeting = at(16, 10), at(16, 10, 30)
    theirs = (meeting[0].astimezone(UTC), meeting[1].astimezone(UTC)), (at(16, 14), at(16, 15))
    assert apart_from(theirs, meeting) == ((at(16, 14), at(16, 15)),)


TODAY, DECISION = date(2026, 9, 7), date(2026, 11, 13)
PLAN = plan(DEFAULT_PROCESS, DECISION, Stage.BEFORE_YES, (), TODAY, DAYS)


def step(kind_id: str, of: Plan = PLAN) -> Milestone:
    return next(m for m in of.milestones if m.kind.id == kind_id)


def test_a_window_lies_between_the_milestones_before_and_after() -> None:
    window = window_of(PLAN, step("security_legal"), TODAY, DAYS)
    assert window is not None
    assert step("hands_on").day < window.earliest < window.planned < window.latest < step("commercial").day


def test_the_first_window_begins_after_today() -> None:
    window = window_of(PLAN, step("needs"), TODAY, DAYS)
    assert window is not None
    assert window.earliest == date(2026, 9, 8)


def test_the_last_window_ends_with_the_decision() -> None:
    window = window_of(PLAN, step("decision"), TODAY, DAYS)
    assert window is not None
    assert window.latest == DECISION


def test_a_window_leaves_the_least_lead_before_the_decision() -> None:
    alone = plan(DEFAULT_PROCESS, DECISION, Stage.BEFORE_YES, ("needs", "hands_on", "security_legal"), TODAY, DAYS)
    only = Plan(DECISION, tuple(m for m in alone.milestones if m.kind.id == "commercial"))
    window = window_of(only, step("commercial", only), TODAY, DAYS)
    assert window is not None
    assert DAYS.between(window.latest, DECISION) == step("commercial").kind.least


def test_a_meeting_that_lies_elsewhere_than_planned_bounds_the_next() -> None:
    placed = step("security_legal").day
    window = window_of(PLAN, step("security_legal"), TODAY, DAYS, {"hands_on": placed})
    assert window is not None
    assert window.earliest > placed


def test_between_two_meetings_on_neighbouring_days_there_is_no_window() -> None:
    day = step("security_legal").day
    placed = {"hands_on": day, "commercial": DAYS.add(day, 1)}
    assert window_of(PLAN, step("security_legal"), TODAY, DAYS, placed) is None


def test_what_is_done_bounds_nothing() -> None:
    rest = plan(DEFAULT_PROCESS, DECISION, Stage.BEFORE_YES, ("needs",), TODAY, DAYS)
    window = window_of(rest, step("hands_on", rest), TODAY, DAYS)
    assert window is not None
    assert window.earliest == date(2026, 9, 8)


def test_an_empty_window_does_not_construct() -> None:
    with pytest.raises(ValueError, match="empty"):
        Window(TODAY, TODAY, TODAY - timedelta(days=1))


@given(st.integers(0, 120), st.dates(date(2026, 1, 1), date(2026, 12, 1)))
def test_every_milestone_of_a_plan_has_a_window_with_its_day_in_it(left: int, today: date) -> None:
    laid = plan(DEFAULT_PROCESS, today + timedelta(days=left), Stage.BEFORE_YES, (), today, DAYS)
    for milestone in laid.milestones:
        window = window_of(laid, milestone, today, DAYS)
        assert window is not None
        assert today < window.earliest <= milestone.day <= window.latest <= laid.decision
        assert window.earliest in DAYS
        assert window.latest in DAYS


ZONES = st.sampled_from([BERLIN, NEW_YORK, LORD_HOWE, KOLKATA, ZoneInfo("Asia/Kathmandu"), UTC])
HOURS = st.builds(
    WorkingHours,
    ZONES,
    st.sampled_from([time(0), time(1, 30), time(8, 15), time(9)]),
    st.sampled_from([time(2, 30), time(17), time(23, 45)]),
)
CHANGES = st.sampled_from(
    [date(2026, 3, 8), date(2026, 3, 29), date(2026, 4, 5), date(2026, 10, 4), date(2026, 10, 25)]
)
"""Days on which one of these clocks changes."""
CALENDARS = st.sampled_from([Workdays(), DAYS, Workdays(("EG",)), Workdays(("DE", "US"))])


@st.composite
def windows(draw: st.DrawFn) -> Window:
    around = draw(CHANGES | st.dates(date(2026, 1, 5), date(2026, 12, 20)))
    first = around - timedelta(days=draw(st.integers(0, 4)))
    last = around + timedelta(days=draw(st.integers(0, 4)))
    return Window(around, first, last)


@st.composite
def busy_times(draw: st.DrawFn, window: Window) -> tuple[Interval, ...]:
    midnight = datetime.combine(window.earliest, time(), UTC)
    spans = draw(st.lists(st.tuples(st.integers(-600, 11_000), st.integers(1, 1_500)), max_size=8))
    minute = timedelta(minutes=1)
    return tuple((midnight + begin * minute, midnight + (begin + length) * minute) for begin, length in spans)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Window, list[Person], Workdays]:
    window = draw(windows())
    days_off = st.frozensets(st.sampled_from([window.planned + timedelta(days=n) for n in range(-2, 3)]), max_size=2)
    people = [
        Person(str(n), hours, draw(busy_times(window)), draw(days_off))
        for n, hours in enumerate(draw(st.lists(HOURS, min_size=1, max_size=3)))
    ]
    return window, people, draw(CALENDARS)


MINUTES = st.sampled_from([15, 30, 60, 90])


def instants(slot: Slot) -> Interval:
    return slot.start.astimezone(UTC), slot.end.astimezone(UTC)


@settings(max_examples=150, deadline=None)
@given(situations(), MINUTES, st.booleans())
def test_every_time_suits_everybody(
    situation: tuple[Window, list[Person], Workdays], minutes: int, spread: bool
) -> None:
    """E5.77, E5.78, E5.82"""
    window, people, days = situation
    slots = meeting_times(window, people, days, minutes, count=4, spread=spread)
    for start, end in map(instants, slots):
        assert end - start == timedelta(minutes=minutes)
        for person in people:
            day = start.astimezone(person.hours.zone).date()
            assert window.earliest <= day <= window.latest
            assert day in days
            assert day not in person.away
            opens, closes = (edge.astimezone(UTC) for edge in person.hours.on(day))
            assert opens <= start
            assert end <= closes
            assert all(end + BUFFER <= taken or until + BUFFER <= start for taken, until in person.busy)


@settings(max_examples=100, deadline=None)
@given(situations(), MINUTES)
def test_every_time_is_one_that_the_reps_clock_shows_and_the_first_of_two(
    situation: tuple[Window, list[Person], Workdays], minutes: int
) -> None:
    """E5.77"""
    window, people, days = situation
    for slot in meeting_times(window, people, days, minutes, count=8):
        back = slot.start.astimezone(UTC).astimezone(people[0].hours.zone)
        assert (back.replace(tzinfo=None), back.fold) == (slot.start.replace(tzinfo=None), 0)


@settings(max_examples=100, deadline=None)
@given(situations(), MINUTES, st.data())
def test_more_in_the_calendar_only_takes_times_away(
    situation: tuple[Window, list[Person], Workdays], minutes: int, data: st.DataObject
) -> None:
    window, people, days = situation
    more = Person("more", people[0].hours, data.draw(busy_times(window)))
    before = meeting_times(window, people, days, minutes, count=1)
    after = meeting_times(window, [*people, more], days, minutes, count=1)
    assert not after or before
    if before and all(
        end + BUFFER <= t or u + BUFFER <= start for start, end in map(instants, before) for t, u in more.busy
    ):
        assert after == before


@settings(max_examples=100, deadline=None)
@given(situations(), MINUTES, st.randoms())
def test_the_same_people_have_the_same_times_in_whatever_order_their_calendars_come(
    situation: tuple[Window, list[Person], Workdays], minutes: int, shuffle: Random
) -> None:
    window, people, days = situation
    mixed = [Person(p.who, p.hours, tuple(shuffle.sample(p.busy, len(p.busy))), p.away) for p in people]
    assert meeting_times(window, people, days, minutes, count=3) == meeting_times(window, mixed, days, minutes, count=3)


@settings(max_examples=100, deadline=None)
@given(situations(), MINUTES)
def test_a_working_day_has_a_time_or_a_reason(situation: tuple[Window, list[Person], Workdays], minutes: int) -> None:
    window, people, days = situation
    with_time = {slot.start.date() for slot in meeting_times(window, people, days, minutes, count=99, spread=True)}
    reasons = {one.day for one in blocked(window, people, days, minutes)}
    span = [window.earliest + timedelta(days=n) for n in range((window.latest - window.earliest).days + 1)]
    assert not with_time & reasons
    assert with_time | reasons >= {day for day in span if day in days}
