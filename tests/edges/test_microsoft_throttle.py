"""The pace of one mailbox: four at once, 10,000 in ten minutes, a batch alone, nobody while Microsoft says wait."""

import threading
import time

import pytest

from providers import notices
from providers.microsoft.throttle import AT_ONCE, Throttle
from tests.edges.microsoft_answers import Clock


def pace(clock: Clock, calls: int = 10_000) -> Throttle:
    return Throttle("work", clock=clock, sleep=clock.sleep, calls=calls)


def test_no_ten_minutes_see_more_than_their_number() -> None:
    clock = Clock()
    throttle = pace(clock, calls=10)
    went: list[float] = []
    for _ in range(35):
        with throttle.turn():
            went.append(clock.now)
        clock.now += 1
    assert all(later - earlier > 600 for earlier, later in zip(went, went[10:], strict=False))
    assert went[9] == went[0] + 9, "as long as there is room, nobody waits"


def test_the_calls_of_a_batch_count_each() -> None:
    clock = Clock()
    throttle = pace(clock, calls=50)
    for _ in range(3):
        with throttle.turn(20, alone=True):
            pass
    assert sum(clock.slept) == pytest.approx(601)


def test_ten_thousand_calls_go_without_a_pause_and_the_next_one_waits() -> None:
    clock = Clock()
    throttle = pace(clock)
    for _ in range(500):
        with throttle.turn(20, alone=True):
            pass
    assert clock.slept == []
    heard: list[str] = []
    with notices.listening(heard.append), throttle.turn():
        pass
    assert clock.slept == [601.0]
    assert "Microsoft asks for a pause of 10 minutes (account “work”" in heard[0]
    assert "safe to stop" in heard[0]


def test_nothing_goes_while_microsoft_says_wait() -> None:
    clock = Clock()
    throttle = pace(clock)
    throttle.hold(20)
    throttle.hold(5)
    with throttle.turn():
        assert clock.now == pytest.approx(1_020)


def test_who_waits_for_a_turn_waits_for_a_pause_that_comes_meanwhile() -> None:
    """Another thread is told to slow down while this one sleeps."""
    clock = Clock()
    throttle = pace(clock)

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        if len(clock.slept) == 1:
            throttle.hold(40)

    throttle._sleep = sleep
    throttle.hold(2)
    with throttle.turn():
        assert clock.now == pytest.approx(1_042)


class Crowd:
    """How many are in at once."""

    def __init__(self) -> None:
        self.throttle = Throttle("work")
        self._lock = threading.Lock()
        self.now = self.most = 0
        self.together: list[int] = []

    def go(self, *, alone: bool = False) -> None:
        with self.throttle.turn(20 if alone else 1, alone=alone):
            with self._lock:
                self.now += 1
                self.most = max(self.most, self.now)
            time.sleep(0.01)
            with self._lock:
                if alone:
                    self.together.append(self.now)
                self.now -= 1


def test_four_go_at_once_and_a_batch_goes_alone() -> None:
    crowd = Crowd()
    threads = [threading.Thread(target=crowd.go, kwargs={"alone": number % 5 == 0}) for number in range(30)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert crowd.most == AT_ONCE == 4
    assert crowd.together == [1] * 6


def test_a_call_that_fails_gives_its_place_back() -> None:
    throttle = Throttle("work")
    for _ in range(10):
        with pytest.raises(ValueError, match="x"), throttle.turn(alone=True):
            raise ValueError("x")
    with throttle.turn(alone=True):
        pass
