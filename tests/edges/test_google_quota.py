"""The pace of an account: never above its budget, down at once when Google objects, up slowly while it doesn't."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.google.quota import Bucket, gmail_bucket, units_of


class Clock:
    """A clock that moves when it's told."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def gone_through(bucket: Bucket, clock: Clock, asked: list[tuple[float, int]]) -> list[tuple[float, int]]:
    """When units went through, for callers that idle a while and then ask for so many."""
    through = []
    for idle, units in asked:
        clock.sleep(idle)
        clock.sleep(bucket.reserve(units))
        through.append((clock.now, units))
    return through


ASKED = st.lists(st.tuples(st.floats(0, 90), st.integers(1, 100)), min_size=2, max_size=60)


@given(ASKED, st.integers(600, 20_000))
def test_no_window_sees_more_than_its_flow_and_one_burst(asked: list[tuple[float, int]], budget: int) -> None:
    clock = Clock()
    bucket = Bucket(budget, clock=clock)
    through = gone_through(bucket, clock, asked)
    for first in range(len(through)):
        for last in range(first, len(through)):
            seconds = through[last][0] - through[first][0]
            units = sum(units for _, units in through[first : last + 1])
            assert units <= bucket.burst + seconds * budget * 4 / 5 / 60 + 1e-6


@given(ASKED, st.integers(600, 20_000))
def test_no_minute_sees_more_than_the_budget(asked: list[tuple[float, int]], budget: int) -> None:
    clock = Clock()
    through = gone_through(Bucket(budget, clock=clock), clock, asked)
    for start, _ in through:
        assert sum(units for at, units in through if start <= at < start + 60) <= budget + 1e-6


@given(ASKED)
def test_time_that_runs_backward_gives_nothing_away(asked: list[tuple[float, int]]) -> None:
    clock = Clock()
    bucket = Bucket(6_000, clock=clock)
    bucket.reserve(bucket.burst)
    for idle, _ in asked:
        clock.now -= idle
        assert bucket.reserve(1) > 0


@given(st.lists(st.floats(0, 30), min_size=1, max_size=30))
def test_each_objection_slows_down_and_none_stops_it_for_good(waits: list[float]) -> None:
    clock = Clock()
    bucket = Bucket(6_000, clock=clock)
    rates = [bucket.rate]
    for wait in waits:
        clock.sleep(wait)
        bucket.throttled()
        rates.append(bucket.rate)
    assert all(after <= before for before, after in pairwise(rates))
    assert bucket.rate >= 5


def busy(bucket: Bucket, clock: Clock, minutes: int) -> None:
    end = clock.now + minutes * 60
    while clock.now < end:
        clock.sleep(bucket.reserve(50))


def test_without_objection_it_goes_a_little_faster_each_minute_up_to_its_limit() -> None:
    clock = Clock()
    bucket = gmail_bucket(None, clock)
    rates = []
    for _ in range(3):
        busy(bucket, clock, 2)
        rates.append(bucket.rate)
    assert 80 < rates[0] < rates[1] < rates[2] < 250
    busy(bucket, clock, 60)
    assert bucket.rate == 800


def test_after_an_objection_it_rises_much_more_slowly() -> None:
    clock = Clock()
    bucket = gmail_bucket(None, clock)
    bucket.throttled()
    assert bucket.rate == pytest.approx(56)
    busy(bucket, clock, 5)
    assert 56 < bucket.rate < 75


def test_who_never_waits_never_speeds_up() -> None:
    clock = Clock()
    bucket = gmail_bucket(None, clock)
    for _ in range(20):
        clock.sleep(60)
        bucket.reserve(1)
    assert bucket.rate == 80


def test_a_budget_that_is_set_is_never_exceeded() -> None:
    clock = Clock()
    bucket = gmail_bucket(3_000, clock)
    busy(bucket, clock, 30)
    assert bucket.rate == 40


def test_many_objections_to_one_burst_are_one() -> None:
    clock = Clock()
    bucket = Bucket(6_000, clock=clock)
    for _ in range(20):
        bucket.throttled()
    assert bucket.rate == pytest.approx(56)


def test_what_was_learned_holds_for_the_next_run() -> None:
    clock = Clock()
    first, second = gmail_bucket(None, clock), gmail_bucket(None, clock)
    assert first.learned is None
    first.throttled()
    second.resume(first.rate)
    assert second.rate == second.learned == pytest.approx(56)
    busy(second, clock, 5)
    assert 56 < second.rate < 75


@pytest.mark.parametrize(("pace", "rate"), [(0.001, 40 / 16), (1e5, 40), (20, 20)])
def test_what_was_learned_never_leaves_what_is_allowed(pace: float, rate: float) -> None:
    bucket = gmail_bucket(3_000, Clock())
    bucket.resume(pace)
    assert bucket.rate == rate


def test_what_this_run_has_learned_goes_first() -> None:
    bucket = Bucket(6_000, clock=Clock())
    bucket.throttled()
    bucket.resume(70)
    assert bucket.rate == pytest.approx(56)


def test_a_pause_that_google_asks_for_holds_for_everyone() -> None:
    clock = Clock()
    bucket = Bucket(6_000, clock=clock)
    bucket.throttled(30)
    assert bucket.reserve(1) == pytest.approx(30)
    clock.sleep(10)
    assert bucket.reserve(1) >= 20 - 1e-9


def test_reads_cost_what_the_budget_s_project_pays() -> None:
    """Gmail API, usage limits: since 1 May 2026 a message costs 20 units; projects with 15,000 a minute pay 5."""
    assert units_of("gmail.users.messages.get") == 20
    assert units_of("gmail.users.messages.get", 15_000) == 5
    assert units_of("gmail.users.drafts.send") == 100
    assert units_of("calendar.events.list") == 1
