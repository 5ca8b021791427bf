from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.ports import Interval
from assistant.engine.room import Range, fits, merged, near, shared, without

START = datetime(2026, 11, 25, tzinfo=UTC)
NONE = timedelta(0)


def span(begin: int, end: int) -> Interval:
    return START + timedelta(minutes=begin), START + timedelta(minutes=end)


SPANS = st.lists(st.builds(lambda begin, length: span(begin, begin + length), st.integers(0, 90), st.integers(0, 40)))
ROOMS = SPANS.map(lambda spans: merged(spans, NONE))


def minutes(ranges: list[Range]) -> set[int]:
    """The minutes of the day that the ranges hold."""
    begin = START.timestamp()
    return {n for start, end in ranges for n in range(round((start - begin) / 60), round((end - begin) / 60))}


def test_times_that_touch_with_their_buffers_become_one() -> None:
    assert len(merged([span(0, 10), span(30, 40)], timedelta(minutes=10))) == 1


def test_a_time_without_length_takes_nothing_and_has_no_buffer() -> None:
    assert merged([span(10, 10)], timedelta(minutes=10)) == []


@given(st.integers(-12, 14), st.integers(-12, 14), st.integers(-3, 27))
def test_what_touches_a_day_is_near_it_in_every_zone(theirs: int, ours: int, hour: int) -> None:
    zone = timezone(timedelta(hours=ours))
    start = datetime(2026, 11, 25, tzinfo=zone) + timedelta(hours=hour)
    busy = [(edge.astimezone(timezone(timedelta(hours=theirs)))) for edge in (start, start + timedelta(hours=1))]
    assert list(near([(busy[0], busy[1])], START.date(), START.date())) == [tuple(busy)]


def test_what_is_days_away_is_not_near() -> None:
    assert list(near([span(0, 10)], date(2026, 11, 29), date(2026, 12, 9))) == []


@given(ROOMS, ROOMS)
def test_what_is_shared_lies_in_both(room: list[Range], other: list[Range]) -> None:
    assert minutes(shared(room, other)) == minutes(room) & minutes(other)


@given(ROOMS, ROOMS)
def test_what_is_left_lies_in_one_and_not_in_the_other(room: list[Range], taken: list[Range]) -> None:
    assert minutes(without(room, taken)) == minutes(room) - minutes(taken)


@given(ROOMS, st.integers(0, 120), st.integers(1, 30))
def test_what_fits_lies_wholly_inside(room: list[Range], begin: int, length: int) -> None:
    first, last = (edge.timestamp() for edge in span(begin, begin + length))
    assert fits(first, last, room) == (set(range(begin, begin + length)) <= minutes(room))
